/*
 * Profile: what is in this column?
 *
 * One pass answers what is asked of a table that nobody knows yet: how many rows and
 * NULLs, which storage classes, the smallest and the largest value, how many different
 * ones, how the numbers are spread, how long the texts are, which values are frequent,
 * and a few rows.  It is made of sketches of other families, so that its figures have
 * their errors, and it merges and stores as they do.
 *
 * Texts and BLOBs count in full, but are shown, and told apart among the frequent
 * values, by their first bytes: so a profile of long ones stays small.
 */
#ifndef PROFILE_H
#define PROFILE_H

#include "item.h"
#include "reservoir.h"
#include "sketch.h"
#include "topk.h"

struct profile;

enum {
    PROFILE_PRECISION = 12,  /* of the HyperLogLog sketch */
    PROFILE_K = 200,         /* of the t-digest */
    PROFILE_TOP = 10,        /* frequent values */
    PROFILE_SAMPLE = 10,     /* rows */
    PROFILE_MOST_BYTES = 128 /* of a text or a BLOB that is kept */
};

/* Creates an empty profile.  It takes 700 bytes until values come, then about 3 KB, and
 * never more than 200 KB, however long the values are. */
enum sketch_status profile_create(struct profile **out,
                                  const struct sketch_memory *memory);

/* Counts a row.  SKETCH_OVERFLOW when there would be more than SKETCH_MAX_TOTAL, or as
 * many bytes of texts and BLOBs. */
enum sketch_status profile_add(struct profile *sketch, struct item item);
enum sketch_status profile_add_null(struct profile *sketch);

/* Quantiles are those of these shares; the distribution is that over so many bins, as
 * tdigest_bins() has them. */
enum { PROFILE_QUANTILES = 7, PROFILE_BINS = 16 };
extern const double profile_shares[PROFILE_QUANTILES];

/* A value as it is shown: a text that was cut ends in U+2026, a BLOB that was cut in
 * nothing. */
struct profile_shown {
    struct item item; /* whose bytes, if it has some, are these */
    uint8_t bytes[PROFILE_MOST_BYTES];
};

/* All that a profile knows. */
struct profile_figures {
    uint64_t rows;
    uint64_t nulls;
    uint64_t integers; /* the rows of each storage class */
    uint64_t reals;
    uint64_t texts;
    uint64_t blobs;

    /* In SQL's order, all numbers before all texts before all BLOBs; unused when all
     * rows are NULL. */
    struct profile_shown least;
    struct profile_shown most;

    /* How many values differ, and the interval of two standard deviations, as hll.h has
     * them: they may exceed the number of rows. */
    double distinct;
    double distinct_lower;
    double distinct_upper;

    /* Of texts and BLOBs, in bytes; 0, all, when there are none. */
    uint64_t shortest;
    uint64_t longest;
    double mean_length;

    /* Of the numbers that are finite; when there are none the rest is unused. */
    uint64_t numbers;
    double mean;
    double deviation; /* standard, with n - 1, or 0 for one number; a little too small
                         where the t-digest has joined numbers */
    double quantiles[PROFILE_QUANTILES];
    uint64_t bins[PROFILE_BINS]; /* how many numbers are in each */
    size_t bin_count;            /* 1 if all numbers are equal */

    struct topk_row *top; /* the frequent values, at most PROFILE_TOP */
    size_t top_count;
    struct sketch_memory memory;    /* that they are in */
    const struct reservoir *sample; /* the profile's; NULL when all rows are NULL */
};

/* Fills in the figures, which lend items from the profile.  SKETCH_NOMEM leaves nothing
 * to be released.  A profile is asked by one thread at a time. */
enum sketch_status profile_ask(const struct profile *sketch,
                               struct profile_figures *figures);
void profile_figures_release(struct profile_figures *figures);

uint64_t profile_rows(const struct profile *sketch); /* with those of NULL */
uint64_t profile_nulls(const struct profile *sketch);

/* After this `into` stands for both columns.  On failure it is as it was. */
enum sketch_status profile_merge(struct profile *into, const struct profile *from);
enum sketch_status profile_absorb(struct profile *into, const uint8_t *bytes,
                                  size_t size);

enum sketch_status profile_serialise(const struct profile *sketch, uint8_t **bytes,
                                     size_t *size);
enum sketch_status profile_deserialise(struct profile **out, const uint8_t *bytes,
                                       size_t size, const struct sketch_memory *memory);
void profile_free(struct profile *sketch); /* NULL is allowed */

extern const struct sketch_ops profile_ops;

#endif
