/*
 * bench_tdigest [values [runs]]: what adding a value to a t-digest costs: nanoseconds,
 * and the ratio to a loop that hashes as many integers with MurmurHash3 in the same
 * process, since times do not travel.  Each is the best of some runs.
 */
#include "stream.h"

#include "hash.h"
#include "tdigest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BENCH_PART = 10000 };

/* Milliseconds of one day, counted from 1970: they agree in their upper bits. */
static double bench_moment(struct random *random)
{
    return 1.7e12 + floor(86400000 * stream_unit(random));
}

/* Nanoseconds of this process alone, since machines are shared. */
static double bench_now(void) { return (double)clock() * (1e9 / CLOCKS_PER_SEC); }

static void bench_check(enum sketch_status status)
{
    if (status != SKETCH_OK) {
        fprintf(stderr, "bench_tdigest: %s\n", sketch_message(status));
        exit(1);
    }
}

static int bench_compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

static double bench_hash(const double *values, size_t count)
{
    uint64_t sum = 0;
    (void)values;
    double start = bench_now();
    for (size_t i = 0; i < count; i++) {
        sum += hash_u64(i).h1;
    }
    double end = bench_now();
    return sum == 1 ? 0 : end - start; /* the sum has to be used */
}

static double bench_add(const double *values, size_t count)
{
    struct tdigest *sketch;
    double start = bench_now();
    bench_check(tdigest_create(&sketch, TDIGEST_K, &sketch_libc_memory));
    for (size_t i = 0; i < count; i++) {
        bench_check(tdigest_add(sketch, values[i]));
    }
    bench_check(tdigest_compress(sketch));
    double end = bench_now();
    tdigest_free(sketch);
    return end - start;
}

static double bench_add_weighted(const double *values, size_t count)
{
    struct tdigest *sketch;
    double start = bench_now();
    bench_check(tdigest_create(&sketch, TDIGEST_K, &sketch_libc_memory));
    for (size_t i = 0; i < count; i++) {
        bench_check(tdigest_add_weighted(sketch, values[i], 2 + i % 5));
    }
    bench_check(tdigest_compress(sketch));
    double end = bench_now();
    tdigest_free(sketch);
    return end - start;
}

/* A sketch for every ten values, asked for one quantile. */
static double bench_groups(const double *values, size_t count)
{
    double start = bench_now();
    for (size_t i = 0; i + 10 <= count; i += 10) {
        struct tdigest *sketch;
        double answer;
        bench_check(tdigest_create(&sketch, TDIGEST_K, &sketch_libc_memory));
        for (size_t j = 0; j < 10; j++) {
            bench_check(tdigest_add(sketch, values[i + j]));
        }
        bench_check(tdigest_quantile(sketch, 0.5, &answer));
        tdigest_free(sketch);
    }
    return bench_now() - start;
}

/* Merging with a sketch of 10,000 values, for each of those. */
static double bench_merge(const double *values, size_t count)
{
    double spent = 0;
    struct tdigest *total;
    bench_check(tdigest_create(&total, TDIGEST_K, &sketch_libc_memory));
    for (size_t i = 0; i + BENCH_PART <= count; i += BENCH_PART) {
        struct tdigest *part;
        bench_check(tdigest_create(&part, TDIGEST_K, &sketch_libc_memory));
        for (size_t j = 0; j < BENCH_PART; j++) {
            bench_check(tdigest_add(part, values[i + j]));
        }
        bench_check(tdigest_compress(part));
        double start = bench_now();
        bench_check(tdigest_merge(total, part));
        spent += bench_now() - start;
        tdigest_free(part);
    }
    tdigest_free(total);
    return spent;
}

static double bench_best(double (*run)(const double *, size_t), const double *values,
                         size_t count, int runs)
{
    double least = INFINITY;
    for (int i = 0; i < runs; i++) {
        double time = run(values, count);
        least = time < least ? time : least;
    }
    return least / (double)count;
}

static void bench_fill(double *values, size_t count, stream_draw *draw)
{
    struct random random = {1};
    for (size_t i = 0; i < count; i++) {
        values[i] = draw(&random);
    }
}

static void bench_reverse(double *values, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        double swap = values[i];
        values[i] = values[count - 1 - i];
        values[count - 1 - i] = swap;
    }
}

static void bench_report(const char *what, double time, double hash)
{
    printf("%-28s %9.2f %9.2f\n", what, time, time / hash);
}

int main(int argc, char **argv)
{
    size_t count = argc > 1 ? (size_t)strtod(argv[1], NULL) : 1000000;
    int runs = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 9;
    double *values = stream_allocate(count, sizeof *values);
    bench_fill(values, count, stream_lognormal);
    double hash = bench_best(bench_hash, values, count, runs);
    printf("tdigest, k %d: nanoseconds a value, and times a hash\n\n", TDIGEST_K);
    bench_report("MurmurHash3 of an integer", hash, hash);
    bench_report("lognormal", bench_best(bench_add, values, count, runs), hash);
    bench_report("lognormal, weighted",
                 bench_best(bench_add_weighted, values, count, runs), hash);
    bench_report("median of ten, again and again",
                 bench_best(bench_groups, values, count, runs), hash);
    bench_report("one merge", bench_best(bench_merge, values, count, runs) * BENCH_PART,
                 hash);
    qsort(values, count, sizeof *values, bench_compare);
    bench_report("lognormal, ascending", bench_best(bench_add, values, count, runs),
                 hash);
    bench_reverse(values, count);
    bench_report("lognormal, descending", bench_best(bench_add, values, count, runs),
                 hash);
    bench_fill(values, count, stream_hundred);
    bench_report("whole numbers 0..99", bench_best(bench_add, values, count, runs),
                 hash);
    bench_fill(values, count, bench_moment);
    bench_report("milliseconds of a day", bench_best(bench_add, values, count, runs),
                 hash);
    free(values);
    return 0;
}
