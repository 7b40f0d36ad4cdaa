/*
 * accuracy_hll [SEEDS]: how far HyperLogLog's answers are off, over 1000 seeds unless
 * another number is given.
 *
 * Prints a table, tab separated: for streams of n different items, fed to one sketch
 * or dealt to four that are merged, the root of the mean squared relative error and
 * the mean of it, in percent; the error that the sketches state; and how many of the
 * intervals of two deviations hold the truth, in percent.  Fails when the first is
 * above the stated one, or the last below 95, by more than they may be by chance.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "hll.h"

enum { PARTS = 4, SEEDS = 1000 };

static const int precisions[] = {10, 12, 14};
enum { PRECISIONS = sizeof precisions / sizeof *precisions };

static const uint64_t sizes[] = {10,     20,     50,     100,    200,   500,
                                 1000,   2000,   5000,   10000,  20000, 50000,
                                 100000, 200000, 500000, 1000000};
enum { SIZES = sizeof sizes / sizeof *sizes };

struct errors {
    double squares;
    double sum;
    double stated; /* as the sketches themselves have it, on average */
    int held;      /* intervals with the truth in them */
};

/* Of one precision. */
struct sketches {
    struct hll *whole;
    struct hll *parts[PARTS];
    int precision;
};

static struct errors of_one[PRECISIONS][SIZES];
static struct errors of_merged[PRECISIONS][SIZES];

static void must(enum sketch_status status)
{
    if (status != SKETCH_OK) {
        fprintf(stderr, "accuracy_hll: %s\n", sketch_message(status));
        exit(1);
    }
}

static void note(struct errors *errors, const struct hll *sketch, uint64_t count)
{
    double error = hll_estimate(sketch) / (double)count - 1;
    double lower;
    double upper;
    must(hll_bounds(sketch, 2, &lower, &upper));
    errors->squares += error * error;
    errors->sum += error;
    errors->stated += hll_error(sketch);
    errors->held += lower <= (double)count && (double)count <= upper;
}

static void note_merged(struct errors *errors, const struct sketches *sketches,
                        uint64_t count)
{
    struct hll *all;
    must(hll_create(&all, sketches->precision, &sketch_libc_memory));
    for (int i = 0; i < PARTS; i++) {
        must(hll_merge(all, sketches->parts[i]));
    }
    note(errors, all, count);
    hll_free(all);
}

static void run(uint64_t seed)
{
    struct sketches sketches[PRECISIONS];
    for (int p = 0; p < PRECISIONS; p++) {
        sketches[p].precision = precisions[p];
        must(hll_create(&sketches[p].whole, precisions[p], &sketch_libc_memory));
        for (int i = 0; i < PARTS; i++) {
            must(hll_create(&sketches[p].parts[i], precisions[p], &sketch_libc_memory));
        }
    }
    uint64_t count = 0;
    for (int size = 0; size < SIZES; size++) {
        for (; count < sizes[size]; count++) {
            struct hash hash = hash_u64(seed << 32 | count);
            for (int p = 0; p < PRECISIONS; p++) {
                must(hll_add(sketches[p].whole, hash));
                must(hll_add(sketches[p].parts[count % PARTS], hash));
            }
        }
        for (int p = 0; p < PRECISIONS; p++) {
            note(&of_one[p][size], sketches[p].whole, count);
            note_merged(&of_merged[p][size], &sketches[p], count);
        }
    }
    for (int p = 0; p < PRECISIONS; p++) {
        hll_free(sketches[p].whole);
        for (int i = 0; i < PARTS; i++) {
            hll_free(sketches[p].parts[i]);
        }
    }
}

/* By how much a measured error may be above the stated one, relatively.  The first is
 * known to 1 / sqrt(2 seeds): once that for the default precision, whose figures are
 * promised, twice for others.  While a sketch lists its items, an error is one of a
 * few accidents, and twice as many are allowed. */
static double allowance(int precision, double stated, int seeds)
{
    int deviations = precision == HLL_PRECISION ? 1 : 2;
    return stated < 1e-4 ? 1 : deviations / sqrt(2.0 * seeds);
}

/* Prints the errors of one precision; true if they are as stated. */
static bool print(const char *way, int precision, const struct errors errors[SIZES],
                  int seeds)
{
    bool met = true;
    for (int size = 0; size < SIZES; size++) {
        double error = sqrt(errors[size].squares / seeds);
        double stated = errors[size].stated / seeds;
        double held = (double)errors[size].held / seeds;
        bool here = error <= stated * (1 + allowance(precision, stated, seeds)) &&
                    held >= 0.95 - 2 * sqrt(0.95 * 0.05 / seeds);
        printf("%d\t%s\t%llu\t%.3f\t%+.3f\t%.3f\t%.1f\t%s\n", precision, way,
               (unsigned long long)sizes[size], 100 * error,
               100 * errors[size].sum / seeds, 100 * stated, 100 * held,
               here ? "met" : "MISSED");
        met = met && here;
    }
    return met;
}

int main(int argc, char **argv)
{
    int seeds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : SEEDS;
    for (int seed = 1; seed <= seeds; seed++) {
        run((uint64_t)seed);
    }
    puts("lg_k\tsketch\tn\trmse\tbias\tstated\tinside\tverdict");
    bool met = true;
    for (int p = 0; p < PRECISIONS; p++) {
        met = print("one stream", precisions[p], of_one[p], seeds) && met;
        met = print("merged", precisions[p], of_merged[p], seeds) && met;
    }
    return met ? 0 : 1;
}
