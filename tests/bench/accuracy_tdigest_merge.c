/*
 * accuracy_tdigest_merge [runs]: how far quantiles of merged t-digests are off.
 *
 * Prints a table, tab separated: the error of the rank in millionths of all values, on
 * average over 999 quantiles and some runs, the worst of all these, and the bytes of
 * the image.  Fails when a target is missed.
 *
 * The values come in parts, each of which gets a sketch that is stored.  `at once`
 * merges all into one sketch, as tdigest_merge does; `one by one` stores the total
 * after each part, as whoever keeps a running total does.
 */
#include "stream.h"

#include "tdigest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MERGE_QUESTIONS = 999 };

struct merge_time {
    struct random random;
    int part;
    double now; /* 0..1 */
};

typedef double merge_draw(struct merge_time *time);

static double merge_lognormal(struct merge_time *time)
{
    return exp(stream_normal(&time->random));
}

/* Milliseconds, if there is a time limit of a minute. */
static double merge_latencies(struct merge_time *time)
{
    double share = stream_unit(&time->random);
    return stream_below(&time->random, 100) < 52 ? 240 + 10 * share
                                                 : 50000 + 10000 * share;
}

/* Each rises as far as where the next began. */
static double merge_counters(struct merge_time *time, uint32_t count)
{
    return (double)stream_below(&time->random, count) + time->now;
}

static double merge_two_counters(struct merge_time *time)
{
    return merge_counters(time, 2);
}

static double merge_five_counters(struct merge_time *time)
{
    return merge_counters(time, 5);
}

/* A level for each hour of the day. */
static double merge_daily(struct merge_time *time)
{
    return 100 * (time->part % 24) + stream_normal(&time->random);
}

/* From half to one and a half of what it is on average. */
static double merge_tide(struct merge_time *time)
{
    double level = 2 + sin(time->part * 6.283185307179586 / 24);
    return level * exp(0.3 * stream_normal(&time->random));
}

struct merge_stream {
    const char *name;
    merge_draw *draw;
    int parts;
    int each;
    double mean; /* the targets; 0: none */
    double worst;
};

static const struct merge_stream merge_streams[] = {
    {"lognormal", merge_lognormal, 168, 1190, 150, 0},
    {"lognormal", merge_lognormal, 1000, 50, 250, 0},
    {"52 % at 240..250, 48 % at 50,000..60,000", merge_latencies, 168, 1190, 250, 6500},
    {"two rising counters", merge_two_counters, 168, 1190, 450, 9500},
    {"five rising counters", merge_five_counters, 168, 1190, 1000, 8500},
    {"a tide of 24 parts", merge_tide, 168, 1190, 0, 0},
    {"a level for each of 24 parts", merge_daily, 168, 1190, 0, 0},
};

static void merge_check(enum sketch_status status)
{
    if (status != SKETCH_OK) {
        fprintf(stderr, "accuracy_tdigest_merge: %s\n", sketch_message(status));
        exit(1);
    }
}

static struct tdigest *merge_created(void)
{
    struct tdigest *sketch;
    merge_check(tdigest_create(&sketch, TDIGEST_K, &sketch_libc_memory));
    return sketch;
}

/* The sketch written and read; `sketch` itself is released. */
static struct tdigest *merge_stored(struct tdigest *sketch, size_t *size)
{
    uint8_t *bytes;
    struct tdigest *copy;
    merge_check(tdigest_serialise(sketch, &bytes, size));
    merge_check(tdigest_deserialise(&copy, bytes, *size, &sketch_libc_memory));
    tdigest_free(sketch);
    free(bytes);
    return copy;
}

struct merge_result {
    double mean; /* of all runs */
    double worst;
    double bytes;
};

static struct tdigest *merge_run(const struct merge_stream *stream, bool one_by_one,
                                 int run, double *values)
{
    struct merge_time time = {.random = {(uint64_t)run + 77}};
    struct tdigest *total = merge_created();
    size_t size;
    for (time.part = 0; time.part < stream->parts; time.part++) {
        struct tdigest *part = merge_created();
        for (int i = 0; i < stream->each; i++) {
            time.now = (time.part + (double)i / stream->each) / stream->parts;
            *values = stream->draw(&time);
            merge_check(tdigest_add(part, *values++));
        }
        part = merge_stored(part, &size);
        merge_check(tdigest_merge(total, part));
        tdigest_free(part);
        if (one_by_one) {
            total = merge_stored(total, &size);
        }
    }
    return total;
}

static void merge_note(struct merge_result *result, struct tdigest *sketch,
                       double *values, size_t count, int runs)
{
    size_t size;
    double sum = 0;
    sketch = merge_stored(sketch, &size);
    stream_sort(values, count);
    for (int i = 1; i <= MERGE_QUESTIONS; i++) {
        double q = i / (double)(MERGE_QUESTIONS + 1);
        double answer;
        merge_check(tdigest_quantile(sketch, q, &answer));
        double error = stream_rank_error(values, count, q, answer) * 1e6;
        result->worst = error > result->worst ? error : result->worst;
        sum += error;
    }
    result->mean += sum / MERGE_QUESTIONS / runs;
    result->bytes += (double)size / runs;
    tdigest_free(sketch);
}

/* Prints one row; true unless a target is missed. */
static bool merge_measure(const struct merge_stream *stream, bool one_by_one, int runs)
{
    struct merge_result result = {0, 0, 0};
    size_t count = (size_t)stream->parts * (size_t)stream->each;
    double *values = stream_allocate(count, sizeof *values);
    for (int run = 0; run < runs; run++) {
        struct tdigest *sketch = merge_run(stream, one_by_one, run, values);
        merge_note(&result, sketch, values, count, runs);
    }
    free(values);
    bool met = (stream->mean <= 0 || result.mean <= stream->mean) &&
               (stream->worst <= 0 || result.worst <= stream->worst);
    printf("%s\t%s\t%d\t%d\t%.1f\t%.1f\t%.0f\t%s\n", stream->name,
           one_by_one ? "one by one" : "at once", stream->parts, stream->each,
           result.mean, result.worst, result.bytes, met ? "met" : "MISSED");
    fflush(stdout);
    return met;
}

int main(int argc, char **argv)
{
    int runs = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 10;
    bool met = true;
    if (runs <= 0) {
        fprintf(stderr, "usage: accuracy_tdigest_merge [runs]\n");
        return 2;
    }
    printf("values\tmerged\tparts\teach\tmean\tworst\tbytes\tverdict\n");
    for (size_t i = 0; i < sizeof merge_streams / sizeof *merge_streams; i++) {
        met = merge_measure(&merge_streams[i], false, runs) && met;
        met = merge_measure(&merge_streams[i], true, runs) && met;
    }
    return met ? 0 : 1;
}
