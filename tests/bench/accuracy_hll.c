/*
 * How far HyperLogLog's answers are off.
 *
 *   accuracy_hll [PRECISION [SEEDS]]     12 and 1000 unless given
 *
 * Prints a table, tab separated: for streams of n different items, fed to one
 * sketch or dealt to four that are merged, the root of the mean squared relative
 * error and the mean of it, in percent, beside the error that is stated.  Fails
 * when the first is above the last by more than it may be by chance.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "hll.h"

enum { PARTS = 4 };

static const uint64_t sizes[] = {10,     20,     50,     100,    200,   500,
                                 1000,   2000,   5000,   10000,  20000, 50000,
                                 100000, 200000, 500000, 1000000};
enum { SIZES = sizeof sizes / sizeof *sizes };

struct errors {
    double squares;
    double sum;
    double stated; /* as the sketches themselves have it, on average */
};

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
    errors->squares += error * error;
    errors->sum += error;
    errors->stated += hll_error(sketch);
}

static void note_merged(struct errors *errors, struct hll *const parts[PARTS],
                        int precision, uint64_t count)
{
    struct hll *all;
    must(hll_create(&all, precision, &sketch_libc_memory));
    for (int i = 0; i < PARTS; i++) {
        must(hll_merge(all, parts[i]));
    }
    note(errors, all, count);
    hll_free(all);
}

static void run(struct errors one[SIZES], struct errors merged[SIZES], int precision,
                uint64_t seed)
{
    struct hll *whole;
    struct hll *parts[PARTS];
    must(hll_create(&whole, precision, &sketch_libc_memory));
    for (int i = 0; i < PARTS; i++) {
        must(hll_create(&parts[i], precision, &sketch_libc_memory));
    }
    uint64_t count = 0;
    for (int size = 0; size < SIZES; size++) {
        for (; count < sizes[size]; count++) {
            struct hash hash = hash_u64(seed << 32 | count);
            must(hll_add(whole, hash));
            must(hll_add(parts[count % PARTS], hash));
        }
        note(&one[size], whole, count);
        note_merged(&merged[size], parts, precision, count);
    }
    hll_free(whole);
    for (int i = 0; i < PARTS; i++) {
        hll_free(parts[i]);
    }
}

/* Whether all errors are as stated.  A measured one is known to 1 / sqrt(2 seeds). */
static int print(const char *way, const struct errors errors[SIZES], int precision,
                 int seeds)
{
    int held = 1;
    for (int size = 0; size < SIZES; size++) {
        double error = sqrt(errors[size].squares / seeds);
        double stated = errors[size].stated / seeds;
        held &= error <= stated * (1 + 1 / sqrt(2.0 * seeds));
        printf("%d\t%s\t%llu\t%.3f\t%+.3f\t%.3f\n", precision, way,
               (unsigned long long)sizes[size], 100 * error,
               100 * errors[size].sum / seeds, 100 * stated);
    }
    return held;
}

int main(int argc, char **argv)
{
    static struct errors one[SIZES];
    static struct errors merged[SIZES];
    int precision = argc > 1 ? (int)strtol(argv[1], NULL, 10) : HLL_PRECISION;
    int seeds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 1000;
    for (int seed = 1; seed <= seeds; seed++) {
        run(one, merged, precision, (uint64_t)seed);
    }
    puts("lg_k\tsketch\tn\trmse_percent\tbias_percent\tstated_percent");
    int held = print("one stream", one, precision, seeds);
    held &= print("merged", merged, precision, seeds);
    return held ? 0 : 1;
}
