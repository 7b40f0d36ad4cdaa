/*
 * How fair samples are: over 200,000 seeds, how often was each row in one?
 *
 * Prints a table, tab separated: how many rows of how many are taken, the share that
 * each row should have, or the first and the last one with weights, and those that the
 * first and the last one had; chi-square of all counts, and what it exceeds by chance
 * once in a thousand.  Fails when it does.
 */
#include "stream.h"

#include "reservoir.h"
#include "random_sample.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { ACCURACY_RUNS = 200000, ACCURACY_MOST_ROWS = 200 };

/* One sample of the integers 0 .. rows - 1: counts those that are in it. */
typedef enum sketch_status accuracy_sample(uint32_t size, uint32_t rows, uint64_t seed,
                                           uint32_t *counts);

static enum sketch_status accuracy_feed(struct reservoir *sketch, uint32_t from,
                                        uint32_t to)
{
    enum sketch_status status = SKETCH_OK;
    for (uint32_t i = from; status == SKETCH_OK && i < to; i++) {
        status = reservoir_add(sketch, item_integer(i));
    }
    return status;
}

static void accuracy_count(const struct reservoir *sketch, uint32_t *counts)
{
    for (uint32_t i = 0; i < reservoir_count(sketch); i++) {
        counts[item_as_integer(reservoir_item(sketch, i))]++;
    }
}

static enum sketch_status accuracy_reservoir(uint32_t size, uint32_t rows,
                                             uint64_t seed, uint32_t *counts)
{
    struct reservoir *sketch;
    enum sketch_status status =
        reservoir_create(&sketch, size, seed, &sketch_libc_memory);
    if (status == SKETCH_OK) {
        status = accuracy_feed(sketch, 0, rows);
        accuracy_count(sketch, counts);
    }
    reservoir_free(sketch);
    return status;
}

/* A quarter and three quarters of the first half; then the second half is added. */
static enum sketch_status accuracy_merge(uint32_t size, uint32_t merged, uint32_t rows,
                                         uint64_t seed, uint32_t *counts)
{
    struct reservoir *sketch;
    struct reservoir *other = NULL;
    enum sketch_status status =
        reservoir_create(&sketch, size, 2 * seed, &sketch_libc_memory);
    if (status == SKETCH_OK) {
        status = reservoir_create(&other, size, 2 * seed + 1, &sketch_libc_memory);
    }
    if (status == SKETCH_OK) {
        status = accuracy_feed(sketch, 0, merged / 4);
    }
    if (status == SKETCH_OK) {
        status = accuracy_feed(other, merged / 4, merged);
    }
    if (status == SKETCH_OK) {
        status = reservoir_merge(sketch, other);
    }
    if (status == SKETCH_OK) {
        status = accuracy_feed(sketch, merged, rows);
        accuracy_count(sketch, counts);
    }
    reservoir_free(sketch);
    reservoir_free(other);
    return status;
}

static enum sketch_status accuracy_merged(uint32_t size, uint32_t rows, uint64_t seed,
                                          uint32_t *counts)
{
    return accuracy_merge(size, rows, rows, seed, counts);
}

static enum sketch_status accuracy_merged_on(uint32_t size, uint32_t rows,
                                             uint64_t seed, uint32_t *counts)
{
    return accuracy_merge(size, rows / 2, rows, seed, counts);
}

static enum sketch_status accuracy_selection(uint32_t size, uint32_t rows,
                                             uint64_t seed, uint32_t *counts)
{
    struct random_sample *selection;
    enum sketch_status status =
        random_sample_create(&selection, size, rows, seed, &sketch_libc_memory);
    for (uint32_t i = 0; status == SKETCH_OK && i < rows; i++) {
        status = random_sample_add(selection, item_integer(i));
    }
    for (uint32_t i = 0; status == SKETCH_OK && i < size; i++) {
        counts[item_as_integer(random_sample_item(selection, i))]++;
    }
    random_sample_free(selection);
    return status;
}

/* Rows of one sample are not independent: their counts have a covariance of
 * -variance / (rows - 1), which the last factor allows for. */
static double accuracy_chi_square(const uint32_t *counts, uint32_t rows, double p)
{
    double sum = 0;
    for (uint32_t i = 0; i < rows; i++) {
        double off = counts[i] - ACCURACY_RUNS * p;
        sum += off * off / (ACCURACY_RUNS * p * (1 - p));
    }
    return sum * (rows - 1) / rows;
}

/* What chance passes once in a thousand (Wilson, Hilferty 1931). */
static double accuracy_bound(double degrees)
{
    double a = 2 / (9 * degrees);
    return degrees * pow(1 - a + 3.0902 * sqrt(a), 3);
}

/* Row i weighs i + 1; half of the rows come through a merge. */
static enum sketch_status accuracy_weighted(uint32_t size, uint32_t rows, uint64_t seed,
                                            uint32_t *counts)
{
    struct reservoir *sketch;
    struct reservoir *other = NULL;
    enum sketch_status status =
        reservoir_create(&sketch, size, seed, &sketch_libc_memory);
    if (status == SKETCH_OK) {
        status = reservoir_create(&other, size, seed, &sketch_libc_memory);
    }
    for (uint32_t i = 0; status == SKETCH_OK && i < rows; i++) {
        bool is_other = i >= rows / 4 && i < 3 * rows / 4;
        if (i == 3 * rows / 4) {
            status = reservoir_merge(sketch, other);
        }
        if (status == SKETCH_OK) {
            status = reservoir_add_weighted(is_other ? other : sketch, item_integer(i),
                                            i + 1);
        }
    }
    if (status == SKETCH_OK) {
        accuracy_count(sketch, counts);
    }
    reservoir_free(sketch);
    reservoir_free(other);
    return status;
}

struct accuracy_way {
    const char *name;
    uint32_t size;
    uint32_t rows;
    accuracy_sample *sample;
};

static bool accuracy_count_all(const struct accuracy_way *way, uint32_t *counts)
{
    for (uint32_t seed = 0; seed < ACCURACY_RUNS; seed++) {
        if (way->sample(way->size, way->rows, seed, counts) != SKETCH_OK) {
            return false;
        }
    }
    return true;
}

static bool accuracy_print(const struct accuracy_way *way, const char *wanted,
                           const uint32_t *counts, double chi_square)
{
    double bound = accuracy_bound(way->rows - 1);
    bool met = chi_square < bound;
    printf("%s\t%u\t%u\t%s\t%.4f\t%.4f\t%.1f\t%.1f\t%s\n", way->name, way->size,
           way->rows, wanted, (double)counts[0] / ACCURACY_RUNS,
           (double)counts[way->rows - 1] / ACCURACY_RUNS, chi_square, bound,
           met ? "met" : "MISSED");
    return met;
}

static bool accuracy_measure(const struct accuracy_way *way)
{
    uint32_t counts[ACCURACY_MOST_ROWS] = {0};
    char wanted[40];
    double p = (double)way->size / way->rows;
    (void)snprintf(wanted, sizeof wanted, "%.4f", p);
    return accuracy_count_all(way, counts) &&
           accuracy_print(way, wanted, counts,
                          accuracy_chi_square(counts, way->rows, p));
}

/* Samples of one row: each has its share of all weight. */
static bool accuracy_measure_weighted(const struct accuracy_way *way)
{
    uint32_t counts[ACCURACY_MOST_ROWS] = {0};
    char wanted[40];
    double all = way->rows * (way->rows + 1) / 2.0;
    double chi_square = 0;
    if (!accuracy_count_all(way, counts)) {
        return false;
    }
    for (uint32_t i = 0; i < way->rows; i++) {
        double expected = ACCURACY_RUNS * (i + 1) / all;
        chi_square += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    (void)snprintf(wanted, sizeof wanted, "%.4f, %.4f", 1 / all, way->rows / all);
    return accuracy_print(way, wanted, counts, chi_square);
}

int main(void)
{
    static const struct accuracy_way ways[] = {
        {"reservoir", 1, 5, accuracy_reservoir},
        {"reservoir", 5, 20, accuracy_reservoir},
        {"reservoir", 8, 80, accuracy_reservoir},
        {"reservoirs of 20 + 60 rows, merged", 8, 80, accuracy_merged},
        {"the same, and 80 more rows", 8, 160, accuracy_merged_on},
        {"random sample, row by row", 8, 80, accuracy_selection},
        {"random sample, by skips", 3, 200, accuracy_selection},
    };
    static const struct accuracy_way weighted[] = {
        {"rows that weigh 1 to 5, merged", 1, 5, accuracy_weighted},
        {"rows that weigh 1 to 80, merged", 1, 80, accuracy_weighted},
    };
    puts("sample\tn\trows\twanted\tfirst\tlast\tchi_square\tbound\tverdict");
    bool met = true;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        met = accuracy_measure(&ways[i]) && met;
    }
    for (size_t i = 0; i < sizeof weighted / sizeof *weighted; i++) {
        met = accuracy_measure_weighted(&weighted[i]) && met;
    }
    return met ? 0 : 1;
}
