/*
 * t-digest: what value has a share q of all values below it, and what share
 * lies below a value?
 *
 * The values are kept as centroids, small ones at both ends and larger ones in
 * the middle, so that extreme quantiles are the most accurate.  There is no
 * worst-case bound.  The images are those of Apache DataSketches.
 */
#ifndef TDIGEST_H
#define TDIGEST_H

#include "sketch.h"

struct tdigest;

/* k means what it means in DataSketches: the larger, the more centroids. */
enum { TDIGEST_MIN_K = 10, TDIGEST_K = 200, TDIGEST_MAX_K = 32767 };

/* Creates an empty sketch of at most 2k + 10 centroids, 16 bytes each when stored.
 * SKETCH_RANGE unless TDIGEST_MIN_K <= k <= TDIGEST_MAX_K. */
enum sketch_status tdigest_create(struct tdigest **out, int k,
                                  const struct sketch_memory *memory);

/* Adds one value; -0.0 becomes 0.0.  SKETCH_RANGE for an infinity or NaN,
 * SKETCH_OVERFLOW when the weight would pass SKETCH_MAX_TOTAL. */
enum sketch_status tdigest_add(struct tdigest *sketch, double value);

/* As if the value was added `weight` times; 0 adds nothing. */
enum sketch_status tdigest_add_weighted(struct tdigest *sketch, double value,
                                        uint64_t weight);

/* Sorts what was added lately into the centroids, and gives back the memory that this
 * took.  Answers stay within the error of the sketch, but may differ in their last
 * digits, and so may the bytes after more values were added: call it when all are. */
enum sketch_status tdigest_compress(struct tdigest *sketch);

int tdigest_k(const struct tdigest *sketch);
uint64_t tdigest_weight(const struct tdigest *sketch); /* how many values were added */

/* True while every value is remembered by itself, so that quantiles and ranks are
 * exact: at least up to 2k + 10 different values, however often each was added. */
bool tdigest_is_exact(const struct tdigest *sketch);

/* The smallest and the largest value and the mean of all; NaN for an empty sketch. */
double tdigest_min(const struct tdigest *sketch);
double tdigest_max(const struct tdigest *sketch);
double tdigest_mean(const struct tdigest *sketch);

/* Asking sorts what was added lately where it is, which changes no answer, but means
 * that a sketch is asked by one thread at a time.
 *
 * The value below which lies a share q of all values: the smallest for q = 0, the
 * largest for q = 1, and never decreasing with q.  Where that falls between two
 * values that were added, it is their middle, as in a median.  SKETCH_RANGE unless
 * 0 <= q <= 1 and the sketch has values. */
enum sketch_status tdigest_quantile(const struct tdigest *sketch, double q,
                                    double *value);

/* The same for `count` of them, in any order, at less than `count` times the cost. */
enum sketch_status tdigest_quantiles(const struct tdigest *sketch, const double *q,
                                     size_t count, double *values);

/* The mean of the values between two quantiles: the integral of tdigest_quantile() from
 * low to high, divided by high - low, and so between these quantiles;
 * tdigest_quantile() itself if they are the same.  Values that low or high cuts count
 * in part.  While the sketch is exact, so is the mean, up to rounding.  SKETCH_RANGE
 * unless 0 <= low <= high
 * <= 1 and the sketch has values. */
enum sketch_status tdigest_trimmed_mean(const struct tdigest *sketch, double low,
                                        double high, double *mean);

/* The share of all values that is smaller than `value`, and half of the share that is
 * equal to it: 0..1.  SKETCH_RANGE for NaN and for an empty sketch. */
enum sketch_status tdigest_rank(const struct tdigest *sketch, double value,
                                double *rank);
enum sketch_status tdigest_ranks(const struct tdigest *sketch, const double *values,
                                 size_t count, double *ranks);

/* The ranks of `count` points in ascending order, then 1: count + 1 numbers that never
 * decrease.  SKETCH_RANGE if the points are NaN or do not ascend, or the sketch is
 * empty. */
enum sketch_status tdigest_cdf(const struct tdigest *sketch, const double *points,
                               size_t count, double *ranks);

/* The share of all values below the first point, between each and the next, and above
 * the last; values equal to a point count half on either side.  count + 1 numbers;
 * errors as for tdigest_cdf. */
enum sketch_status tdigest_pmf(const struct tdigest *sketch, const double *points,
                               size_t count, double *shares);

/* How many values lie in an interval: from `lower` on, up to but without `upper`, and
 * with it in the last one. */
struct tdigest_bin {
    double lower;
    double upper;
    uint64_t count;
};
enum { TDIGEST_MAX_BINS = 1000 };

/* The values in `n` intervals of equal width, 1..TDIGEST_MAX_BINS or SKETCH_RANGE, from
 * the smallest value to the largest; all counts together are the weight.  `bins` has
 * room for n of them.  *count is n; 1 if all values are equal, which no n intervals lie
 * between; 0 for an empty sketch. */
enum sketch_status tdigest_bins(const struct tdigest *sketch, size_t n,
                                struct tdigest_bin *bins, size_t *count);

/* The centroids in ascending order, without what was added lately: complete after
 * tdigest_compress or tdigest_deserialise.  0 <= at < tdigest_count. */
struct tdigest_row {
    double mean;
    uint64_t weight;
};
size_t tdigest_count(const struct tdigest *sketch);
struct tdigest_row tdigest_row(const struct tdigest *sketch, size_t at);

/* After this `into` stands for both streams, at the smaller k. */
enum sketch_status tdigest_merge(struct tdigest *into, const struct tdigest *from);

/* A DataSketches t-digest image of doubles, without a buffer. */
enum sketch_status tdigest_serialise(const struct tdigest *sketch, uint8_t **bytes,
                                     size_t *size);

/* Reads DataSketches images of doubles and of floats, with and without a buffer, and
 * both forms of the reference implementation. */
enum sketch_status tdigest_deserialise(struct tdigest **out, const uint8_t *bytes,
                                       size_t size, const struct sketch_memory *memory);
void tdigest_free(struct tdigest *sketch); /* NULL is allowed */

/* tdigest_deserialise and tdigest_merge in one step, with their statuses, and hardly
 * ever with memory of its own. */
enum sketch_status tdigest_absorb(struct tdigest *into, const uint8_t *bytes,
                                  size_t size);

/* Lends the sketch that these bytes hold to `visit`, to be asked and no longer, without
 * asking for memory.  False, and nobody was called, when the bytes are damaged or the
 * sketch is large, as only those of k above 250 are, or has a buffer: only
 * tdigest_deserialise can tell. */
bool tdigest_stored_visit(const uint8_t *bytes, size_t size, sketch_visit_fn *visit,
                          void *ctx);

/* Adds a value in an image in a block of `room` bytes: afterwards that of the sketch
 * with the value.  False, and nothing was changed, when the bytes are damaged, when the
 * room is too small, or when it takes the sketch: as for tdigest_stored_visit, and for
 * a value that would be refused. */
bool tdigest_stored_add(uint8_t *bytes, size_t *size, size_t room, double value);

extern const struct sketch_ops tdigest_ops;

#endif
