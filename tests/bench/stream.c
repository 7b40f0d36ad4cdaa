#include "stream.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int stream_compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

void stream_sort(double *values, size_t count)
{
    qsort(values, count, sizeof *values, stream_compare);
}

/* The share of values below `value`, or up to it. */
static double stream_share(const double *sorted, size_t count, double value, bool up_to)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (sorted[middle] < value || (up_to && sorted[middle] == value)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return (double)low / (double)count;
}

double stream_rank_error(const double *sorted, size_t count, double q, double value)
{
    double below = stream_share(sorted, count, value, false);
    double up_to = stream_share(sorted, count, value, true);
    return q < below ? below - q : q > up_to ? q - up_to : 0;
}

void *stream_allocate(size_t count, size_t size)
{
    void *block = calloc(count, size);
    if (!block) {
        fputs("not enough memory\n", stderr);
        exit(1);
    }
    return block;
}

/* Before each block stands its size, in as many bytes as keep any type aligned. */
enum { STREAM_HEAD = 16 };

static void *stream_resize(void *ctx, void *block, size_t size)
{
    size_t *used = ctx;
    uint8_t *old = block ? (uint8_t *)block - STREAM_HEAD : NULL;
    size_t had = 0;
    if (old) {
        memcpy(&had, old, sizeof had);
    }
    if (size == 0) {
        free(old);
        *used -= had;
        return NULL;
    }
    uint8_t *fresh = realloc(old, STREAM_HEAD + size);
    if (!fresh) {
        return NULL;
    }
    memcpy(fresh, &size, sizeof size);
    *used += size - had;
    return fresh + STREAM_HEAD;
}

struct sketch_memory stream_metered(size_t *used)
{
    *used = 0;
    return (struct sketch_memory){stream_resize, used};
}

double stream_unit(struct random *random)
{
    return (double)(random_next(random) >> 11) * 0x1p-53;
}

uint32_t stream_below(struct random *random, uint32_t end)
{
    return (uint32_t)((random_next(random) >> 32) * end >> 32);
}

double stream_normal(struct random *random)
{
    double radius = sqrt(-2 * log(1 - stream_unit(random)));
    return radius * cos(6.283185307179586 * stream_unit(random));
}

double stream_lognormal(struct random *random) { return exp(stream_normal(random)); }

double stream_bimodal(struct random *random)
{
    double hump = stream_below(random, 2) ? 1000 : 0;
    return hump + stream_normal(random);
}

double stream_rounded(struct random *random)
{
    return floor(10 * exp(stream_normal(random)));
}

double stream_hundred(struct random *random)
{
    return (double)stream_below(random, 100);
}

double stream_pareto(struct random *random)
{
    return floor(1 / (1 - stream_unit(random)));
}

double stream_spikes(struct random *random)
{
    double between = 10 * stream_unit(random);
    double spike = (double)(2 * stream_below(random, 5));
    return stream_below(random, 10) ? spike : between;
}

double stream_extreme(struct random *random)
{
    double r = stream_unit(random);
    return pow(10, 300 * (2 * r * r - 1)) * (stream_below(random, 2) ? 1 : -1);
}

/* Columns that hold less than their share are filled up from ones that hold more. */
void stream_zipf_create(struct stream_zipf *zipf, uint32_t count, double exponent)
{
    zipf->count = count;
    zipf->keep = stream_allocate(count, sizeof *zipf->keep);
    zipf->alias = stream_allocate(count, sizeof *zipf->alias);
    uint32_t *low = stream_allocate(count, sizeof *low);
    uint32_t *high = stream_allocate(count, sizeof *high);
    uint32_t lows = 0;
    uint32_t highs = 0;
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += zipf->keep[i] = pow(i + 1.0, -exponent);
        zipf->alias[i] = i;
    }
    for (uint32_t i = 0; i < count; i++) {
        zipf->keep[i] *= count / sum;
        if (zipf->keep[i] < 1) {
            low[lows++] = i;
        } else {
            high[highs++] = i;
        }
    }
    while (lows > 0 && highs > 0) {
        uint32_t poor = low[--lows];
        uint32_t rich = high[highs - 1];
        zipf->alias[poor] = rich;
        zipf->keep[rich] -= 1 - zipf->keep[poor];
        if (zipf->keep[rich] < 1) {
            highs--;
            low[lows++] = rich;
        }
    }
    free(low);
    free(high);
}

uint32_t stream_zipf_draw(const struct stream_zipf *zipf, struct random *random)
{
    uint32_t column = stream_below(random, zipf->count);
    return stream_unit(random) < zipf->keep[column] ? column : zipf->alias[column];
}

void stream_zipf_free(struct stream_zipf *zipf)
{
    free(zipf->keep);
    free(zipf->alias);
}

/* A word of about that many bytes. */
static void stream_invent(struct stream_word *word, uint32_t length,
                          struct random *random)
{
    static const char *const onsets[] = {"b", "c", "d",  "f",  "g",  "h",  "l", "m",
                                         "n", "p", "r",  "s",  "t",  "v",  "w", "st",
                                         "",  "k", "tr", "sh", "ch", "th", "",  "br"};
    static const char vowels[] = "aaeeeioouiey";
    word->length = 0;
    while (word->length < length) {
        const char *onset =
            onsets[stream_below(random, sizeof onsets / sizeof *onsets)];
        size_t size = strlen(onset);
        memcpy(word->text + word->length, onset, size);
        word->length = (uint8_t)(word->length + size);
        word->text[word->length++] = vowels[stream_below(random, sizeof vowels - 1)];
    }
    word->text[word->length] = 0;
}

static uint32_t stream_word_slot(const struct stream_word *words, const uint32_t *slots,
                                 uint32_t mask, const struct stream_word *word)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
    for (size_t i = 0; i < word->length; i++) {
        hash = (hash ^ (uint8_t)word->text[i]) * UINT64_C(0x100000001b3);
    }
    uint32_t slot = (uint32_t)(hash ^ hash >> 32) & mask;
    while (slots[slot] && strcmp(words[slots[slot] - 1].text, word->text) != 0) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

struct stream_word *stream_words(uint32_t count)
{
    struct random random = {1};
    uint32_t mask = 1;
    while (mask < 2 * count) {
        mask = 2 * mask + 1;
    }
    uint32_t *slots = stream_allocate((size_t)mask + 1, sizeof *slots);
    struct stream_word *words = stream_allocate(count, sizeof *words);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = 0;
        double length = 3.1 + 0.65 * log(i + 1.0) + stream_normal(&random);
        do {
            uint32_t wanted = length < 1 ? 1 : length > 20 ? 20 : (uint32_t)length;
            stream_invent(&words[i], wanted, &random);
            slot = stream_word_slot(words, slots, mask, &words[i]);
            length += 0.2; /* there are few short words */
        } while (slots[slot]);
        slots[slot] = i + 1;
    }
    free(slots);
    return words;
}
