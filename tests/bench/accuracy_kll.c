/*
 * accuracy_kll [runs [form]]: how far ranks are off, at worst.
 *
 * Prints a table, tab separated: of each stream the worst error of any rank in
 * millionths of all values, its median and its 99th percentile over some runs, beside
 * those of DataSketches for C++ on the same streams.  Fails when a percentile is above
 * theirs by more than a tenth, or above the bound that is promised; with fewer than
 * 1,000 runs, by more than a quarter.
 *
 * form: `one step` is a sketch that saw 10,000 values, `merged` is 1,000 sketches of
 * 250 values each, which are stored and merged.  That kll_add gives the very bytes of
 * one step is looked at in the first run of each stream.
 */
#include "stream.h"

#include "kll.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ACCURACY_K = 200,
    ACCURACY_ALONE = 10000,
    ACCURACY_PARTS = 1000,
    ACCURACY_PART = 250,
    ACCURACY_MERGED = ACCURACY_PARTS * ACCURACY_PART,
    ACCURACY_RUNS = 1000
};

/* `theirs`: what DataSketches for C++ has in 1,000 runs, of one step and of the merge.
 */
struct accuracy_stream {
    const char *name;
    stream_draw *draw;
    int order; /* 1: ascending, -1: descending */
    double theirs[2];
};

static const struct accuracy_stream accuracy_streams[] = {
    {"lognormal", stream_lognormal, 0, {10100, 10916}},
    {"lognormal, ascending", stream_lognormal, 1, {5300, 5152}},
    {"lognormal, descending", stream_lognormal, -1, {3100, 4172}},
    {"uniform", stream_unit, 0, {10200, 10648}},
    {"two humps", stream_bimodal, 0, {10100, 10912}},
    {"lognormal, rounded", stream_rounded, 0, {8500, 9528}},
    {"whole numbers 0..99", stream_hundred, 0, {8800, 9264}},
    {"whole numbers, Pareto", stream_pareto, 0, {8500, 9488}},
    {"five spikes, 10 % uniform", stream_spikes, 0, {9100, 9844}},
    {"+-1e-300..1e300", stream_extreme, 0, {10400, 10648}},
};

static void accuracy_check(enum sketch_status status)
{
    if (status != SKETCH_OK) {
        fprintf(stderr, "accuracy_kll: %s\n", sketch_message(status));
        exit(1);
    }
}

static struct kll *accuracy_sketch(const double *values, size_t count)
{
    struct kll *sketch;
    accuracy_check(kll_create(&sketch, ACCURACY_K, &sketch_libc_memory));
    for (size_t i = 0; i < count; i++) {
        accuracy_check(kll_add(sketch, values[i]));
    }
    return sketch;
}

static struct kll *accuracy_merged(const double *values)
{
    struct kll *total = accuracy_sketch(NULL, 0);
    for (size_t part = 0; part < ACCURACY_PARTS; part++) {
        struct kll *sketch =
            accuracy_sketch(values + part * ACCURACY_PART, ACCURACY_PART);
        uint8_t *bytes;
        size_t size;
        accuracy_check(kll_serialise(sketch, &bytes, &size));
        accuracy_check(kll_absorb(total, bytes, size));
        free(bytes);
        kll_free(sketch);
    }
    return total;
}

/* The image that kll_add makes, value by value, has to be that of the sketch. */
static bool accuracy_adds_alike(const struct kll *sketch, const double *values,
                                size_t count)
{
    uint8_t *bytes;
    uint8_t *expected;
    size_t size;
    size_t expected_size;
    struct kll *stored = accuracy_sketch(NULL, 0);
    for (size_t i = 0; i < count; i++) {
        accuracy_check(kll_add(stored, values[i]));
        accuracy_check(kll_serialise(stored, &bytes, &size));
        kll_free(stored);
        accuracy_check(kll_deserialise(&stored, bytes, size, &sketch_libc_memory));
        free(bytes);
    }
    accuracy_check(kll_serialise(stored, &bytes, &size));
    accuracy_check(kll_serialise(sketch, &expected, &expected_size));
    bool same = size == expected_size && memcmp(bytes, expected, size) == 0;
    free(bytes);
    free(expected);
    kll_free(stored);
    return same;
}

/* How many of sorted values are smaller, or no larger. */
static size_t accuracy_count(const double *sorted, size_t count, double value,
                             bool with_equal)
{
    size_t low = 0;
    while (low < count) {
        size_t middle = low + (count - low) / 2;
        if (sorted[middle] < value || (with_equal && sorted[middle] == value)) {
            low = middle + 1;
        } else {
            count = middle;
        }
    }
    return low;
}

/* The largest difference of any rank: it is at a value that is kept, or just below. */
static double accuracy_worst(const struct kll *sketch, const double *sorted,
                             size_t count)
{
    struct kll_row *rows = stream_allocate(kll_retained(sketch), sizeof *rows);
    size_t row_count;
    double worst = 0;
    uint64_t weight = 0;
    accuracy_check(kll_rows(sketch, rows, &row_count));
    for (size_t i = 0; i < row_count; i++) {
        double below = (double)accuracy_count(sorted, count, rows[i].value, false);
        double up_to = (double)accuracy_count(sorted, count, rows[i].value, true);
        worst = fmax(worst, fabs(below - (double)weight));
        weight += rows[i].weight;
        worst = fmax(worst, fabs(up_to - (double)weight));
    }
    free(rows);
    return worst / (double)count * 1e6;
}

/* The same values in another order for each run. */
static void accuracy_shuffle(const struct accuracy_stream *stream, int run,
                             const double *sorted, double *values, size_t count)
{
    struct random random = {(uint64_t)run + 1};
    for (size_t i = 0; i < count; i++) {
        values[i] = sorted[stream->order < 0 ? count - 1 - i : i];
    }
    for (size_t i = count; stream->order == 0 && i > 1; i--) {
        size_t other = (size_t)random_below(&random, i);
        double value = values[i - 1];
        values[i - 1] = values[other];
        values[other] = value;
    }
}

/* Of a stream that has an order, and so is the same in every run, another start. */
static void accuracy_generate(const struct accuracy_stream *stream, int run,
                              double *sorted, size_t count)
{
    struct random random = {(uint64_t)(stream->order ? run : 0) + 77};
    for (size_t i = 0; i < count; i++) {
        sorted[i] = stream->draw(&random);
    }
    stream_sort(sorted, count);
}

static bool accuracy_print(const struct accuracy_stream *stream, bool is_merged,
                           double *worst, int runs)
{
    double theirs = stream->theirs[is_merged];
    stream_sort(worst, (size_t)runs);
    double percentile = worst[(runs * 99 + 99) / 100 - 1];
    double bound = 1e6 * kll_rank_error(ACCURACY_K);
    bool met = percentile <= bound * (runs < ACCURACY_RUNS ? 1.25 : 1) &&
               percentile <= theirs * (runs < ACCURACY_RUNS ? 1.25 : 1.1);
    printf("%s\t%s\t%d\t%d\t%.0f\t%.0f\t%.0f\t%s\n", stream->name,
           is_merged ? "merged" : "one step", ACCURACY_K,
           is_merged ? ACCURACY_MERGED : ACCURACY_ALONE, worst[(runs - 1) / 2],
           percentile, theirs, met ? "met" : "MISSED");
    fflush(stdout);
    return met;
}

static bool accuracy_measure(const struct accuracy_stream *stream, bool is_merged,
                             int runs)
{
    size_t count = is_merged ? ACCURACY_MERGED : ACCURACY_ALONE;
    double *values = stream_allocate(count, sizeof *values);
    double *sorted = stream_allocate(count, sizeof *sorted);
    double *worst = stream_allocate((size_t)runs, sizeof *worst);
    bool same = true;
    for (int run = 0; run < runs; run++) {
        if (run == 0 || stream->order) {
            accuracy_generate(stream, run, sorted, count);
        }
        accuracy_shuffle(stream, run, sorted, values, count);
        struct kll *sketch =
            is_merged ? accuracy_merged(values) : accuracy_sketch(values, count);
        worst[run] = accuracy_worst(sketch, sorted, count);
        if (run == 0 && !is_merged) {
            same = accuracy_adds_alike(sketch, values, count);
        }
        kll_free(sketch);
    }
    if (!same) {
        fprintf(stderr, "accuracy_kll: %s: kll_add differs from one step\n",
                stream->name);
    }
    bool met = accuracy_print(stream, is_merged, worst, runs) && same;
    free(values);
    free(sorted);
    free(worst);
    return met;
}

int main(int argc, char **argv)
{
    int runs = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 0;
    const char *form = argc > 2 ? argv[2] : "";
    bool met = true;
    if (argc > 1 && runs <= 0) {
        fprintf(stderr, "usage: accuracy_kll [runs [form]]\n");
        return 2;
    }
    printf("values\tform\tk\tn\tmedian\tp99\ttheirs\tverdict\n");
    for (int merged = 0; merged < 2; merged++) {
        if (*form && strcmp(form, merged ? "merged" : "one step") != 0) {
            continue;
        }
        for (size_t i = 0; i < sizeof accuracy_streams / sizeof *accuracy_streams;
             i++) {
            int most = runs ? runs : merged ? 100 : ACCURACY_RUNS;
            met = accuracy_measure(&accuracy_streams[i], merged, most) && met;
        }
    }
    return met ? 0 : 1;
}
