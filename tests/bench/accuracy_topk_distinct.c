/*
 * How good the top 25 labels by different values are: how many of the true ones are
 * found, how far their counts are from the truth, and how often the intervals hold it,
 * in rows of every order: 1.9 million different pairs of 100,000 labels, some of them
 * repeated, and 20 labels more that have 20,000 rows each and one value.
 *
 * Prints a table, tab separated: the mean and the largest relative error of the counts,
 * how many intervals hold the truth, the most bytes that were ever in use, and those of
 * the stored sketch.  Fails when a target is missed.
 */
#include "stream.h"

#include "topk_distinct.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    ACCURACY_LABELS = 100000,
    ACCURACY_NOISY = 20,
    ACCURACY_NOISY_ROWS = 20000,
    ACCURACY_MOST_ROWS = 6000000,
    ACCURACY_K = 25,
    ACCURACY_LATE = 100, /* the heaviest labels, which may come after all others */
    ACCURACY_MEMORY = 256 << 10
};

/* A row, and where it stands. */
struct accuracy_row {
    uint64_t place;
    uint32_t rank; /* of the label, the heaviest first */
    uint32_t value;
};

enum accuracy_order {
    ACCURACY_RANDOM,
    ACCURACY_BY_LABEL,
    ACCURACY_BY_VALUE,
    ACCURACY_ASCENDING,
    ACCURACY_DESCENDING,
    ACCURACY_HEAVY_LAST,
    ACCURACY_EVENLY
};

struct accuracy_way {
    const char *name;
    enum accuracy_order order;
    bool aims; /* has the targets of recall and error */
};

static struct accuracy_row *accuracy_rows;
static size_t accuracy_row_count;
static uint32_t accuracy_labels[ACCURACY_LABELS]; /* by rank */
static uint32_t accuracy_ranks[ACCURACY_LABELS];  /* by label */

/* How many values the label of a rank has, by Zipf's law with exponent 0.8. */
static uint32_t accuracy_values(uint32_t rank)
{
    return (uint32_t)ceil(40000 / pow(rank + 1, 0.8));
}

static uint32_t accuracy_truth(struct item label)
{
    uint32_t rank = accuracy_ranks[label.as.bits];
    return accuracy_values(rank) + (rank >= ACCURACY_LABELS - ACCURACY_NOISY);
}

static void accuracy_put(uint32_t rank, uint32_t value)
{
    accuracy_rows[accuracy_row_count++] = (struct accuracy_row){0, rank, value};
}

/* Labels have numbers in no order, and the values of each are its own, numbered. */
static void accuracy_make(struct random *random)
{
    for (uint32_t i = 0; i < ACCURACY_LABELS; i++) {
        uint32_t other = stream_below(random, i + 1);
        accuracy_labels[i] = accuracy_labels[other];
        accuracy_labels[other] = i;
    }
    for (uint32_t rank = 0; rank < ACCURACY_LABELS; rank++) {
        accuracy_ranks[accuracy_labels[rank]] = rank;
        for (uint32_t value = 0; value < accuracy_values(rank); value++) {
            uint32_t more = stream_below(random, 4) == 0 ? stream_below(random, 6) : 0;
            for (uint32_t i = 0; i <= more; i++) {
                accuracy_put(rank, value);
            }
        }
    }
    for (uint32_t i = 1; i <= ACCURACY_NOISY; i++) {
        for (uint32_t row = 0; row < ACCURACY_NOISY_ROWS; row++) {
            accuracy_put(ACCURACY_LABELS - i, UINT32_MAX);
        }
    }
}

/* Different for the values of different labels, too. */
static uint64_t accuracy_value(struct accuracy_row row)
{
    return (uint64_t)row.rank << 32 | row.value;
}

/* Its 24 high bits are what the rows are sorted by, the others are by chance. */
static uint64_t accuracy_place(struct accuracy_row row, enum accuracy_order order,
                               struct random *random)
{
    uint64_t chance = random_next(random) >> 24;
    switch (order) {
    case ACCURACY_BY_LABEL:
        return (uint64_t)accuracy_labels[row.rank] << 40 | chance;
    case ACCURACY_BY_VALUE:
        return hash_u64(accuracy_value(row)).h1;
    case ACCURACY_ASCENDING:
        return (uint64_t)(ACCURACY_LABELS - row.rank) << 40 | chance;
    case ACCURACY_DESCENDING:
        return (uint64_t)row.rank << 40 | chance;
    case ACCURACY_HEAVY_LAST:
        return (uint64_t)(row.rank < ACCURACY_LATE) << 40 | chance;
    case ACCURACY_EVENLY:
        return (uint64_t)(row.value & 0xffffff) << 40 | chance;
    case ACCURACY_RANDOM:
        break;
    }
    return chance;
}

static int accuracy_by_place(const void *left, const void *right)
{
    uint64_t a = ((const struct accuracy_row *)left)->place;
    uint64_t b = ((const struct accuracy_row *)right)->place;
    return (a > b) - (a < b);
}

static void accuracy_sort(enum accuracy_order order)
{
    struct random random = {7};
    for (size_t i = 0; i < accuracy_row_count; i++) {
        struct accuracy_row *row = &accuracy_rows[i];
        row->place = accuracy_place(*row, order, &random);
    }
    qsort(accuracy_rows, accuracy_row_count, sizeof *accuracy_rows, accuracy_by_place);
}

static bool accuracy_report(const struct accuracy_way *way, int lg_k,
                            const struct topk_distinct_row *rows, size_t peak,
                            size_t bytes)
{
    uint32_t found = 0;
    uint32_t held = 0;
    double sum = 0;
    double largest = 0;
    for (size_t i = 0; i < ACCURACY_K; i++) {
        uint32_t truth = accuracy_truth(rows[i].label);
        double error = fabs((double)rows[i].count - truth) / truth;
        found += truth >= accuracy_values(ACCURACY_K - 1);
        held += rows[i].lower <= truth && truth <= rows[i].upper;
        sum += error;
        largest = error > largest ? error : largest;
    }
    double recall = (double)found / ACCURACY_K;
    bool met = !way->aims || lg_k != TOPK_DISTINCT_LG_K ||
               (recall >= 1 && sum / ACCURACY_K <= 0.05 && peak <= ACCURACY_MEMORY);
    printf("%s\t%d\t%.3f\t%.3g\t%.3g\t%u\t%zu\t%zu\t%s\n", way->name, lg_k, recall,
           sum / ACCURACY_K, largest, held, peak, bytes, met ? "met" : "MISSED");
    return met;
}

static bool accuracy_measure(const struct accuracy_way *way, int lg_k)
{
    size_t used = 0;
    size_t peak = 0;
    struct sketch_memory memory = stream_metered(&used);
    struct topk_distinct *sketch;
    struct topk_distinct_row *rows = NULL;
    uint8_t *bytes = NULL;
    size_t size = 0;
    size_t count = 0;
    enum sketch_status status =
        topk_distinct_create(&sketch, ACCURACY_K, lg_k, &memory);
    for (size_t i = 0; status == SKETCH_OK && i < accuracy_row_count; i++) {
        struct accuracy_row row = accuracy_rows[i];
        status = topk_distinct_add(sketch, item_integer(accuracy_labels[row.rank]),
                                   hash_u64(accuracy_value(row)));
        peak = used > peak ? used : peak;
    }
    if (status == SKETCH_OK) {
        status = topk_distinct_rank(sketch, ACCURACY_K, &rows, &count);
    }
    if (status == SKETCH_OK) {
        status = topk_distinct_serialise(sketch, &bytes, &size);
    }
    bool met = status == SKETCH_OK && count == ACCURACY_K &&
               accuracy_report(way, lg_k, rows, peak, size);
    sketch_release(&memory, bytes);
    sketch_release(&memory, rows);
    topk_distinct_free(sketch);
    return met;
}

int main(void)
{
    static const struct accuracy_way ways[] = {
        {"random", ACCURACY_RANDOM, true},
        {"grouped by label", ACCURACY_BY_LABEL, true},
        {"grouped by value", ACCURACY_BY_VALUE, true},
        {"lightest label first", ACCURACY_ASCENDING, true},
        {"heaviest label first", ACCURACY_DESCENDING, true},
        {"heaviest last, shuffled", ACCURACY_HEAVY_LAST, false},
        {"all grow evenly", ACCURACY_EVENLY, false},
    };
    static const int sizes[] = {10, TOPK_DISTINCT_LG_K, 12};
    struct random random = {5};
    accuracy_rows = stream_allocate(ACCURACY_MOST_ROWS, sizeof *accuracy_rows);
    accuracy_make(&random);
    puts("order\tlg_k\trecall\terror\tlargest\theld\tmemory\tbytes\tverdict");
    bool met = true;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        accuracy_sort(ways[i].order);
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            met = accuracy_measure(&ways[i], sizes[k]) && met;
        }
    }
    free(accuracy_rows);
    return met ? 0 : 1;
}
