/*
 * How good the top 25 are, at the size that topk(x, 25) has: how many of the true 25
 * are found, and how far the reported counts are from the truth, on streams that are
 * easy, flat, late or sorted.  Fails when a target is missed.
 */
#include "stream.h"

#include "topk.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ACCURACY_K = 25, ACCURACY_ROWS = 5000000, ACCURACY_WORDS = 200000 };

/* Words by number; those beyond the vocabulary occur once each, and are numbers. */
struct accuracy_stream {
    const char *name;
    double exponent;
    uint32_t once;   /* different values before all others */
    bool sorted;     /* by the words' bytes */
    double recall;   /* targets: at least */
    double error;    /* at most */
    uint32_t *rows;  /* the stream */
    uint32_t *truth; /* how often each word occurs */
};

static struct stream_word *accuracy_words;

static int accuracy_by_word(const void *left, const void *right)
{
    return strcmp(accuracy_words[*(const uint32_t *)left].text,
                  accuracy_words[*(const uint32_t *)right].text);
}

static void accuracy_make(struct accuracy_stream *stream)
{
    struct stream_random random = {5};
    struct stream_zipf zipf;
    stream_zipf_create(&zipf, ACCURACY_WORDS, stream->exponent);
    stream->rows = stream_allocate(ACCURACY_ROWS, sizeof *stream->rows);
    stream->truth = stream_allocate(ACCURACY_WORDS, sizeof *stream->truth);
    for (uint32_t i = 0; i < ACCURACY_ROWS; i++) {
        if (i < stream->once) {
            stream->rows[i] = ACCURACY_WORDS + i;
        } else {
            stream->rows[i] = stream_zipf_draw(&zipf, &random);
            stream->truth[stream->rows[i]]++;
        }
    }
    stream_zipf_free(&zipf);
    if (stream->sorted) {
        qsort(stream->rows, ACCURACY_ROWS, sizeof *stream->rows, accuracy_by_word);
    }
}

static struct item accuracy_item(uint32_t row)
{
    if (row >= ACCURACY_WORDS) {
        /* A bijection, so that they are different, and in no order. */
        return item_integer((int64_t)(row * UINT64_C(0x9e3779b97f4a7c15)));
    }
    return item_text(accuracy_words[row].text, accuracy_words[row].length);
}

static int accuracy_descending(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    return (a < b) - (a > b);
}

/* The count of the 25th in truth: what has as many belongs to the top. */
static uint32_t accuracy_threshold(const struct accuracy_stream *stream)
{
    uint32_t *counts = stream_allocate(ACCURACY_WORDS, sizeof *counts);
    memcpy(counts, stream->truth, ACCURACY_WORDS * sizeof *counts);
    qsort(counts, ACCURACY_WORDS, sizeof *counts, accuracy_descending);
    uint32_t threshold = counts[ACCURACY_K - 1];
    free(counts);
    return threshold;
}

static uint32_t accuracy_true_count(const struct accuracy_stream *stream,
                                    struct item item)
{
    for (uint32_t i = 0; i < ACCURACY_WORDS; i++) {
        if (item_equal(item, accuracy_item(i))) {
            return stream->truth[i];
        }
    }
    return 1;
}

/* True when the targets are met. */
static bool accuracy_report(const struct accuracy_stream *stream,
                            const struct topk_row *rows, size_t count)
{
    uint32_t threshold = accuracy_threshold(stream);
    uint32_t found = 0;
    uint32_t outside = 0;
    double error = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t truth = accuracy_true_count(stream, rows[i].item);
        found += truth >= threshold;
        outside += truth > rows[i].count || truth < rows[i].count - rows[i].error;
        error += fabs((double)rows[i].count - (double)truth) / (double)truth;
    }
    double recall = (double)found / ACCURACY_K;
    error /= (double)count;
    bool met = recall >= stream->recall && error <= stream->error && outside == 0;
    printf("%-44s %6.3f %10.6f  %s\n", stream->name, recall, error,
           met ? "met" : "MISSED");
    return met;
}

static bool accuracy_measure(struct accuracy_stream *stream)
{
    struct topk *sketch = NULL;
    struct topk_row *rows = NULL;
    size_t count = 0;
    accuracy_make(stream);
    enum sketch_status status = topk_create(
        &sketch, ACCURACY_K, topk_default_counters(ACCURACY_K), &sketch_libc_memory);
    for (uint32_t i = 0; status == SKETCH_OK && i < ACCURACY_ROWS; i++) {
        status = topk_add(sketch, accuracy_item(stream->rows[i]), 1);
    }
    if (status == SKETCH_OK) {
        status = topk_rank(sketch, ACCURACY_K, &rows, &count);
    }
    bool met = status == SKETCH_OK && count > 0 && accuracy_report(stream, rows, count);
    free(rows);
    topk_free(sketch);
    free(stream->rows);
    free(stream->truth);
    return met;
}

int main(void)
{
    struct accuracy_stream streams[] = {
        {.name = "Zipf 1.0", .exponent = 1.0, .recall = 1, .error = 0.1},
        {.name = "Zipf 0.8", .exponent = 0.8, .recall = 1, .error = 0.1},
        {.name = "2,000,000 different values, then Zipf 1.0",
         .exponent = 1.0,
         .once = 2000000,
         .recall = 1,
         .error = 0.1},
        {.name = "Zipf 1.0, sorted",
         .exponent = 1.0,
         .sorted = true,
         .recall = 1,
         .error = 0},
    };
    accuracy_words = stream_words(ACCURACY_WORDS);
    double bytes = 0;
    double weight = 0;
    for (uint32_t i = 0; i < ACCURACY_WORDS; i++) {
        bytes += accuracy_words[i].length / (i + 1.0);
        weight += 1 / (i + 1.0);
    }
    printf("topk of %d, %d rows, %d words of %.1f bytes on average by Zipf's law\n\n"
           "%-44s %6s %10s\n",
           ACCURACY_K, ACCURACY_ROWS, ACCURACY_WORDS, bytes / weight, "stream",
           "recall", "error");
    bool met = true;
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
        met = accuracy_measure(&streams[i]) && met;
    }
    free(accuracy_words);
    return met ? 0 : 1;
}
