/*
 * What count-min and the samplers cost without SQL: nanoseconds for a row, and how many
 * times that of a MurmurHash3 of the row, measured in turn with it in this process.
 */
#include "stream.h"

#include "cms.h"
#include "reservoir.h"
#include "random_sample.h"
#include "sample_keep.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { COUNTING_ROWS = 5000000, COUNTING_ROUNDS = 5 };

static double counting_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Feeds the rows to a new sketch; the result is something that depends on all of it. */
typedef uint64_t counting_run(const uint32_t *rows, double size);

static uint64_t counting_hash(const uint32_t *rows, double size)
{
    uint64_t sum = (uint64_t)size;
    for (uint32_t i = 0; i < COUNTING_ROWS; i++) {
        struct hash hash = hash_u64(rows[i]);
        sum += hash.h1 ^ hash.h2;
    }
    return sum;
}

static uint64_t counting_cms(const uint32_t *rows, double eps)
{
    struct cms *sketch = NULL;
    enum sketch_status status =
        cms_create(&sketch, eps, CMS_DELTA, &sketch_libc_memory);
    for (uint32_t i = 0; status == SKETCH_OK && i < COUNTING_ROWS; i++) {
        status = cms_add(sketch, hash_u64(rows[i]), 1);
    }
    uint64_t result = status == SKETCH_OK ? cms_estimate(sketch, hash_u64(rows[0])) : 0;
    cms_free(sketch);
    return result;
}

static uint64_t counting_reservoir(const uint32_t *rows, double size)
{
    struct reservoir *sketch = NULL;
    enum sketch_status status =
        reservoir_create(&sketch, (uint32_t)size, 1, &sketch_libc_memory);
    for (uint32_t i = 0; status == SKETCH_OK && i < COUNTING_ROWS; i++) {
        if (!reservoir_pass(sketch)) {
            status = reservoir_add(sketch, item_integer(rows[i]));
        }
    }
    uint64_t result = status == SKETCH_OK ? reservoir_seen(sketch) : 0;
    reservoir_free(sketch);
    return result;
}

static uint64_t counting_selection(const uint32_t *rows, double size)
{
    struct random_sample *selection = NULL;
    enum sketch_status status = random_sample_create(
        &selection, (uint32_t)size, COUNTING_ROWS, 1, &sketch_libc_memory);
    for (uint32_t i = 0; status == SKETCH_OK && i < COUNTING_ROWS; i++) {
        if (!random_sample_pass(selection)) {
            status = random_sample_add(selection, item_integer(rows[i]));
        }
    }
    uint64_t result = status == SKETCH_OK ? random_sample_seen(selection) : 0;
    random_sample_free(selection);
    return result;
}

static uint64_t counting_keep(const uint32_t *rows, double p)
{
    uint64_t kept = 0;
    for (uint32_t i = 0; i < COUNTING_ROWS; i++) {
        kept += sample_keeps(hash_u64(rows[i]), p, 1);
    }
    return kept;
}

struct counting_case {
    const char *name;
    counting_run *run;
    double size;
};

static double counting_time(counting_run *run, const uint32_t *rows, double size)
{
    double start = counting_now();
    if (run(rows, size) == 0) {
        fprintf(stderr, "a sketch refused a row\n");
        exit(1);
    }
    return (counting_now() - start) / COUNTING_ROWS * 1e9;
}

static void counting_measure(const struct counting_case *one, const uint32_t *rows)
{
    double hash = HUGE_VAL;
    double time = HUGE_VAL;
    for (uint32_t i = 0; i < COUNTING_ROUNDS; i++) {
        hash = fmin(hash, counting_time(counting_hash, rows, 0));
        time = fmin(time, counting_time(one->run, rows, one->size));
    }
    printf("%-34s %8.1f %8.1f\n", one->name, time, time / hash);
}

int main(void)
{
    static const struct counting_case cases[] = {
        {"cms, eps 0.01", counting_cms, 0.01},
        {"cms, eps 0.001", counting_cms, 0.001},
        {"cms, eps 0.00001", counting_cms, 0.00001},
        {"reservoir of 10", counting_reservoir, 10},
        {"reservoir of 1,000", counting_reservoir, 1000},
        {"random sample of 1,000", counting_selection, 1000},
        {"random sample of a fifth of the rows", counting_selection, 1000000},
        {"sample_keep", counting_keep, 0.1},
    };
    struct random random = {7};
    uint32_t *rows = stream_allocate(COUNTING_ROWS, sizeof *rows);
    for (uint32_t i = 0; i < COUNTING_ROWS; i++) {
        rows[i] = stream_below(&random, 1000000);
    }
    printf("%-34s %8s %8s\n", "of integers, with their hash", "ns/row", "hashes");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        counting_measure(&cases[i], rows);
    }
    free(rows);
    return 0;
}
