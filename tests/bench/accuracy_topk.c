/*
 * How good the top k are: how many of the true ones are found, and how far the
 * reported counts are from the truth, on streams that are easy, flat, late or sorted;
 * at the size that topk(x, k) has, and with other numbers of counters.
 *
 * Prints a table, tab separated: the mean relative error of the counts, the mean
 * error that is reported beside them as a share of the count, how many counts break
 * their bounds, which none may, and the bytes in use and of the stored sketch.
 * Fails when a target is missed.
 */
#include "stream.h"

#include "topk.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ACCURACY_ROWS = 5000000, ACCURACY_WORDS = 200000, ACCURACY_LATE = 1000 };

enum accuracy_order { ACCURACY_AS_DRAWN, ACCURACY_SORTED, ACCURACY_HEAVY_LAST };

/* Words by number; those beyond the vocabulary occur once each, and are numbers. */
struct accuracy_stream {
    const char *name;
    double exponent;
    uint32_t once; /* different values before all others */
    enum accuracy_order order;
    double error;    /* the target of the counts */
    uint32_t *rows;  /* the stream */
    uint32_t *truth; /* how often each word occurs */
    uint32_t *ranks; /* the same, descending */
};

struct accuracy_size {
    int k;
    int counters;
    double recall; /* the target; 0: none, the size is not the default */
};

static struct stream_word *accuracy_words;
static uint32_t *accuracy_sorted; /* numbers of the words, by their bytes */

static int accuracy_by_word(const void *left, const void *right)
{
    return strcmp(accuracy_words[*(const uint32_t *)left].text,
                  accuracy_words[*(const uint32_t *)right].text);
}

static int accuracy_descending(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    return (a < b) - (a > b);
}

/* Words that are drawn often have low numbers: the lowest go to the end. */
static void accuracy_put_heavy_last(uint32_t *rows)
{
    uint32_t *heavy = stream_allocate(ACCURACY_ROWS, sizeof *heavy);
    size_t kept = 0;
    size_t moved = 0;
    for (size_t i = 0; i < ACCURACY_ROWS; i++) {
        if (rows[i] < ACCURACY_LATE) {
            heavy[moved++] = rows[i];
        } else {
            rows[kept++] = rows[i];
        }
    }
    memcpy(rows + kept, heavy, moved * sizeof *heavy);
    free(heavy);
}

static void accuracy_make(struct accuracy_stream *stream)
{
    struct random random = {5};
    struct stream_zipf zipf;
    stream_zipf_create(&zipf, ACCURACY_WORDS, stream->exponent);
    stream->rows = stream_allocate(ACCURACY_ROWS, sizeof *stream->rows);
    stream->truth = stream_allocate(ACCURACY_WORDS, sizeof *stream->truth);
    stream->ranks = stream_allocate(ACCURACY_WORDS, sizeof *stream->ranks);
    for (uint32_t i = 0; i < ACCURACY_ROWS; i++) {
        if (i < stream->once) {
            stream->rows[i] = ACCURACY_WORDS + i;
        } else {
            stream->rows[i] = stream_zipf_draw(&zipf, &random);
            stream->truth[stream->rows[i]]++;
        }
    }
    stream_zipf_free(&zipf);
    memcpy(stream->ranks, stream->truth, ACCURACY_WORDS * sizeof *stream->ranks);
    qsort(stream->ranks, ACCURACY_WORDS, sizeof *stream->ranks, accuracy_descending);
    if (stream->order == ACCURACY_SORTED) {
        qsort(stream->rows, ACCURACY_ROWS, sizeof *stream->rows, accuracy_by_word);
    } else if (stream->order == ACCURACY_HEAVY_LAST) {
        accuracy_put_heavy_last(stream->rows);
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

static int accuracy_find_word(const void *item, const void *number)
{
    const struct item *wanted = item;
    const struct stream_word *word = &accuracy_words[*(const uint32_t *)number];
    size_t shorter = wanted->size < word->length ? wanted->size : word->length;
    int order = memcmp(wanted->as.bytes, word->text, shorter);
    return order != 0 ? order : (int)wanted->size - (int)word->length;
}

static uint32_t accuracy_true_count(const struct accuracy_stream *stream,
                                    struct item item)
{
    if (item_is_number(item)) {
        return 1;
    }
    const uint32_t *number = bsearch(&item, accuracy_sorted, ACCURACY_WORDS,
                                     sizeof *number, accuracy_find_word);
    return number ? stream->truth[*number] : 0;
}

/* True when the targets are met. */
static bool accuracy_report(const struct accuracy_stream *stream,
                            struct accuracy_size size, const struct topk_row *rows,
                            size_t count, size_t memory, size_t bytes)
{
    /* What occurs as often as the last of the true ones is one of them. */
    uint32_t threshold = stream->ranks[size.k - 1];
    uint32_t found = 0;
    uint32_t broken = 0;
    uint64_t most = ACCURACY_ROWS / (uint64_t)size.counters;
    double error = 0;
    double reported = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t truth = accuracy_true_count(stream, rows[i].item);
        found += truth >= threshold;
        broken += truth > rows[i].count || truth < rows[i].count - rows[i].error ||
                  rows[i].error > most;
        error += fabs((double)rows[i].count - (double)truth) / (double)truth;
        reported += (double)rows[i].error / (double)rows[i].count;
    }
    double recall = (double)found / size.k;
    error /= (double)count;
    reported /= (double)count;
    bool aims = size.recall > 0 && stream->exponent > 0; /* others have no top */
    bool met =
        broken == 0 && (!aims || (recall >= size.recall && error <= stream->error));
    printf("%s\t%d\t%d\t%.3f\t%.3g\t%.3g\t%u\t%zu\t%zu\t%s\n", stream->name, size.k,
           size.counters, recall, error, reported, broken, memory, bytes,
           met ? "met" : "MISSED");
    return met;
}

static bool accuracy_ask(const struct accuracy_stream *stream,
                         struct accuracy_size size, const struct topk *sketch,
                         const struct sketch_memory *memory, size_t used)
{
    struct topk_row *rows = NULL;
    uint8_t *bytes = NULL;
    size_t image = 0;
    size_t count = 0;
    enum sketch_status status = topk_serialise(sketch, &bytes, &image);
    if (status == SKETCH_OK) {
        status = topk_rank(sketch, (size_t)size.k, &rows, &count);
    }
    bool met = status == SKETCH_OK && count > 0 &&
               accuracy_report(stream, size, rows, count, used, image);
    sketch_release(memory, rows);
    sketch_release(memory, bytes);
    return met;
}

/* All sizes see the stream at once, since making it costs more than counting it. */
static bool accuracy_measure(struct accuracy_stream *stream)
{
    const struct accuracy_size sizes[] = {
        {10, 10, 0},
        {25, 25, 0},
        {25, 100, 0},
        {25, 200, 0},
        {100, 100, 0},
        {1000, 1000, 0},
        {10, topk_default_counters(10), 1},
        {25, topk_default_counters(25), 1},
        {100, topk_default_counters(100), 1},
        {1000, topk_default_counters(1000), 0.98},
    };
    enum { SIZES = sizeof sizes / sizeof *sizes };
    struct topk *sketches[SIZES] = {NULL};
    struct sketch_memory memory[SIZES];
    size_t used[SIZES];
    enum sketch_status status = SKETCH_OK;
    for (size_t i = 0; status == SKETCH_OK && i < SIZES; i++) {
        memory[i] = stream_metered(&used[i]);
        status = topk_create(&sketches[i], sizes[i].k, sizes[i].counters, &memory[i]);
    }
    accuracy_make(stream);
    for (uint32_t row = 0; row < ACCURACY_ROWS; row++) {
        struct item item = accuracy_item(stream->rows[row]);
        for (size_t i = 0; status == SKETCH_OK && i < SIZES; i++) {
            status = topk_add(sketches[i], item, 1);
        }
    }
    bool met = status == SKETCH_OK;
    for (size_t i = 0; status == SKETCH_OK && i < SIZES; i++) {
        met = accuracy_ask(stream, sizes[i], sketches[i], &memory[i], used[i]) && met;
    }
    for (size_t i = 0; i < SIZES; i++) {
        topk_free(sketches[i]);
    }
    free(stream->rows);
    free(stream->truth);
    free(stream->ranks);
    return met;
}

int main(void)
{
    struct accuracy_stream streams[] = {
        {.name = "Zipf 1.0", .exponent = 1.0, .error = 0.1},
        {.name = "Zipf 0.8", .exponent = 0.8, .error = 0.1},
        {.name = "2 million others first",
         .exponent = 1.0,
         .once = 2000000,
         .error = 0.1},
        {.name = "heaviest last",
         .exponent = 1.0,
         .order = ACCURACY_HEAVY_LAST,
         .error = 0.1},
        {.name = "sorted", .exponent = 1.0, .order = ACCURACY_SORTED},
        {.name = "even", .exponent = 0.0},
    };
    accuracy_words = stream_words(ACCURACY_WORDS);
    accuracy_sorted = stream_allocate(ACCURACY_WORDS, sizeof *accuracy_sorted);
    for (uint32_t i = 0; i < ACCURACY_WORDS; i++) {
        accuracy_sorted[i] = i;
    }
    qsort(accuracy_sorted, ACCURACY_WORDS, sizeof *accuracy_sorted, accuracy_by_word);
    puts("stream\tk\tcounters\trecall\terror\treported\tbroken\tmemory\tbytes\tverdic"
         "t");
    bool met = true;
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
        met = accuracy_measure(&streams[i]) && met;
    }
    free(accuracy_sorted);
    free(accuracy_words);
    return met ? 0 : 1;
}
