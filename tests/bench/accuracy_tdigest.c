/*
 * accuracy_tdigest [values [runs [form]]]: how far quantiles are off.
 *
 * Prints a table, tab separated: the errors of the rank in millionths of all values,
 * on average over some runs, and the bytes of the image.  Fails when a target is
 * missed; those are for a million values and k 200.
 *
 * An answer has no error while the share that was asked for lies between the share of
 * values below it and the share of values up to it.
 *
 * form: `asked` asks the sketch that saw the values (the default), `stored` asks it
 * after writing and reading it, `merged` the union of 64 sketches, stored after each,
 * and `single` a sketch that is stored after every value.
 */
#include "stream.h"

#include "tdigest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int accuracy_sizes[] = {100, 200, 400};
static const double accuracy_questions[] = {0.001, 0.01, 0.05, 0.1,  0.25,  0.5,
                                            0.75,  0.9,  0.95, 0.99, 0.999, 0.9999};
enum {
    ACCURACY_SIZES = sizeof accuracy_sizes / sizeof *accuracy_sizes,
    ACCURACY_QUESTIONS = sizeof accuracy_questions / sizeof *accuracy_questions,
    ACCURACY_TARGETS = 5
};
/* The questions that have targets: p1, p50, p90, p99 and p99.9. */
static const int accuracy_asked[ACCURACY_TARGETS] = {1, 5, 7, 9, 10};

struct accuracy_stream {
    const char *name;
    stream_draw *draw;
    int order; /* 1: ascending, -1: descending */
    double targets[ACCURACY_TARGETS];
    size_t bytes; /* the target of the image; 0: no targets at all */
};

#define ACCURACY_FREE INFINITY

static const struct accuracy_stream accuracy_streams[] = {
    {"lognormal", stream_lognormal, 0, {40, 250, 100, 20, 6}, 4096},
    {"lognormal, ascending", stream_lognormal, 1, {0}, 0},
    {"lognormal, descending", stream_lognormal, -1, {0}, 0},
    {"uniform", stream_unit, 0, {0}, 0},
    {"two humps", stream_bimodal, 0, {0}, 0},
    {"lognormal, rounded", stream_rounded, 0, {0}, 0},
    {"whole numbers 0..99", stream_hundred, 0, {0, 0, 0, 0, 0}, 4096},
    {"whole numbers, Pareto", stream_pareto, 0, {0}, 0},
    {"five spikes, 10 % uniform",
     stream_spikes,
     0,
     {0, 0, 0, ACCURACY_FREE, ACCURACY_FREE},
     4096},
    {"+-1e-300..1e300", stream_extreme, 0, {0}, 0},
};

static void accuracy_check(enum sketch_status status)
{
    if (status != SKETCH_OK) {
        fprintf(stderr, "accuracy_tdigest: %s\n", sketch_message(status));
        exit(1);
    }
}

/* The sketch written and read; `sketch` itself is released. */
static struct tdigest *accuracy_stored(struct tdigest *sketch, size_t *size)
{
    uint8_t *bytes;
    struct tdigest *copy;
    accuracy_check(tdigest_serialise(sketch, &bytes, size));
    accuracy_check(tdigest_deserialise(&copy, bytes, *size, &sketch_libc_memory));
    tdigest_free(sketch);
    free(bytes);
    return copy;
}

static struct tdigest *accuracy_sketch(const double *values, size_t count, int k)
{
    struct tdigest *sketch;
    accuracy_check(tdigest_create(&sketch, k, &sketch_libc_memory));
    for (size_t i = 0; i < count; i++) {
        accuracy_check(tdigest_add(sketch, values[i]));
    }
    return sketch;
}

/* A sketch of all values, made in the way that the form says. */
static struct tdigest *accuracy_summary(const char *form, const double *values,
                                        size_t count, int k)
{
    size_t size;
    size_t parts = strcmp(form, "merged") == 0   ? 64
                   : strcmp(form, "single") == 0 ? count
                                                 : 1;
    if (parts == 1) {
        struct tdigest *sketch = accuracy_sketch(values, count, k);
        return strcmp(form, "stored") == 0 ? accuracy_stored(sketch, &size) : sketch;
    }
    struct tdigest *total = accuracy_sketch(NULL, 0, k);
    for (size_t part = 0; part < parts; part++) {
        size_t start = count * part / parts;
        size_t end = count * (part + 1) / parts;
        struct tdigest *sketch = accuracy_sketch(values + start, end - start, k);
        accuracy_check(tdigest_merge(total, sketch));
        total = accuracy_stored(total, &size);
        tdigest_free(sketch);
    }
    return total;
}

static void accuracy_generate(const struct accuracy_stream *stream, int run,
                              double *values, double *sorted, size_t count)
{
    struct random random = {(uint64_t)run + 77};
    for (size_t i = 0; i < count; i++) {
        sorted[i] = values[i] = stream->draw(&random);
    }
    stream_sort(sorted, count);
    for (size_t i = 0; stream->order != 0 && i < count; i++) {
        values[i] = sorted[stream->order > 0 ? i : count - 1 - i];
    }
}

struct accuracy_result {
    double errors[ACCURACY_QUESTIONS]; /* on average */
    double bytes;
};

static void accuracy_note(struct accuracy_result *result, struct tdigest *sketch,
                          const double *sorted, size_t count, int runs)
{
    size_t size;
    for (int i = 0; i < ACCURACY_QUESTIONS; i++) {
        double q = accuracy_questions[i];
        double answer;
        accuracy_check(tdigest_quantile(sketch, q, &answer));
        result->errors[i] += stream_rank_error(sorted, count, q, answer) / runs * 1e6;
    }
    tdigest_free(accuracy_stored(sketch, &size));
    result->bytes += (double)size / runs;
}

/* Prints one row; true unless a target is missed. */
static bool accuracy_print(const struct accuracy_stream *stream, const char *form,
                           int k, size_t count, const struct accuracy_result *result)
{
    bool has_targets = stream->bytes > 0 && k == 200 && count == 1000000;
    bool met = !has_targets || result->bytes <= (double)stream->bytes;
    for (int i = 0; has_targets && i < ACCURACY_TARGETS; i++) {
        met = met && result->errors[accuracy_asked[i]] <= stream->targets[i];
    }
    printf("%s\t%s\t%d\t%zu", stream->name, form, k, count);
    for (int i = 0; i < ACCURACY_QUESTIONS; i++) {
        printf("\t%.1f", result->errors[i]);
    }
    printf("\t%.0f\t%s\n", result->bytes, met ? "met" : "MISSED");
    fflush(stdout);
    return met;
}

static bool accuracy_measure(const struct accuracy_stream *stream, const char *form,
                             size_t count, int runs)
{
    struct accuracy_result results[ACCURACY_SIZES] = {{{0}, 0}};
    double *values = stream_allocate(count, sizeof *values);
    double *sorted = stream_allocate(count, sizeof *sorted);
    for (int run = 0; run < runs; run++) {
        accuracy_generate(stream, run, values, sorted, count);
        for (int i = 0; i < ACCURACY_SIZES; i++) {
            struct tdigest *sketch =
                accuracy_summary(form, values, count, accuracy_sizes[i]);
            accuracy_note(&results[i], sketch, sorted, count, runs);
        }
    }
    free(values);
    free(sorted);
    bool met = true;
    for (int i = 0; i < ACCURACY_SIZES; i++) {
        met =
            accuracy_print(stream, form, accuracy_sizes[i], count, &results[i]) && met;
    }
    return met;
}

int main(int argc, char **argv)
{
    size_t count = argc > 1 ? (size_t)strtod(argv[1], NULL) : 1000000;
    int runs = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 10;
    const char *form = argc > 3 ? argv[3] : "asked";
    bool met = true;
    if (count == 0 || runs <= 0) {
        fprintf(stderr, "usage: accuracy_tdigest [values [runs [form]]]\n");
        return 2;
    }
    printf("values\tform\tk\tn");
    for (int i = 0; i < ACCURACY_QUESTIONS; i++) {
        printf("\tp%g", 100 * accuracy_questions[i]);
    }
    printf("\tbytes\tverdict\n");
    for (size_t i = 0; i < sizeof accuracy_streams / sizeof *accuracy_streams; i++) {
        met = accuracy_measure(&accuracy_streams[i], form, count, runs) && met;
    }
    return met ? 0 : 1;
}
