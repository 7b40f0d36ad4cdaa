/*
 * KLL: what value has a share q of all values up to it, and what share lies up to a
 * value, with an error that is known for every distribution?
 *
 * A few hundred of the values are kept, each of which stands for a power of two of
 * them.  Whenever they become too many, those of one weight are sorted, and of each two
 * neighbours one is kept, at twice the weight; a coin decides which (Karnin, Lang,
 * Liberty: Optimal quantile approximation in streams, 2016).  Only the order of values
 * counts, so that very large ones beside very small ones do no harm.  The images are
 * those of Apache DataSketches' KLL of doubles.
 *
 * The coin is a hash of the values that are sorted and of how many there were before:
 * the same stream gives the same sketch, and an image needs no state of a generator.
 */
#ifndef KLL_H
#define KLL_H

#include "sketch.h"

struct kll;

/* k means what it means in DataSketches: the larger, the more values are kept. */
enum { KLL_MIN_K = 8, KLL_K = 200, KLL_MAX_K = 65535 };

/* Creates an empty sketch, which will keep about 3k values of 8 bytes.  SKETCH_RANGE
 * unless KLL_MIN_K <= k <= KLL_MAX_K. */
enum sketch_status kll_create(struct kll **out, int k,
                              const struct sketch_memory *memory);

/* Adds one value; -0.0 becomes 0.0.  SKETCH_RANGE for an infinity or NaN,
 * SKETCH_OVERFLOW when there would be more than SKETCH_MAX_TOTAL. */
enum sketch_status kll_add(struct kll *sketch, double value);

int kll_k(const struct kll *sketch);
uint64_t kll_weight(const struct kll *sketch); /* how many values were added */
size_t kll_retained(const struct kll *sketch); /* how many of them are kept */

/* True while all values are kept: for at least k of them. */
bool kll_is_exact(const struct kll *sketch);

/* The smallest and the largest value; NaN for an empty sketch. */
double kll_min(const struct kll *sketch);
double kll_max(const struct kll *sketch);

/* By how much of all values a rank is off, at most, in 99 of 100 sketches of this k;
 * and the share of an interval, which has two ends. */
double kll_rank_error(int k);
double kll_share_error(int k);

/* The same of this sketch: that of the smallest k of all that were merged into it; 0
 * while it is exact. */
double kll_error(const struct kll *sketch);

/* Of `count` shares q, in any order: for each the smallest of the kept values such that
 * a share q of all is no larger.  SKETCH_RANGE unless 0 <= q <= 1 and the sketch has
 * values. */
enum sketch_status kll_quantiles(const struct kll *sketch, const double *q,
                                 size_t count, double *values);

/* What these values are at least and at most, by kll_error(); the smallest and the
 * largest value beyond 0 and 1.  Errors as above. */
enum sketch_status kll_lower(const struct kll *sketch, const double *q, size_t count,
                             double *values);
enum sketch_status kll_upper(const struct kll *sketch, const double *q, size_t count,
                             double *values);

/* The share of all values that is no larger than each of these: 0..1.  SKETCH_RANGE for
 * NaN and for an empty sketch. */
enum sketch_status kll_ranks(const struct kll *sketch, const double *values,
                             size_t count, double *ranks);

/* The ranks of `count` points in ascending order, then 1: count + 1 numbers that never
 * decrease.  SKETCH_RANGE if the points are NaN or do not ascend, or the sketch is
 * empty. */
enum sketch_status kll_cdf(const struct kll *sketch, const double *points, size_t count,
                           double *ranks);

/* The share of all values up to the first point, from there up to each of the next, and
 * above the last.  count + 1 numbers; errors as for kll_cdf. */
enum sketch_status kll_pmf(const struct kll *sketch, const double *points, size_t count,
                           double *shares);

/* The kept values that differ, ascending, and for how many values each stands: *count
 * of them.  `rows` has room for kll_retained(). */
struct kll_row {
    double value;
    uint64_t weight;
};
enum sketch_status kll_rows(const struct kll *sketch, struct kll_row *rows,
                            size_t *count);

/* After this `into` stands for both streams.  It keeps its k, unless it was empty. */
enum sketch_status kll_merge(struct kll *into, const struct kll *from);

/* A DataSketches KLL image of doubles. */
enum sketch_status kll_serialise(const struct kll *sketch, uint8_t **bytes,
                                 size_t *size);
enum sketch_status kll_deserialise(struct kll **out, const uint8_t *bytes, size_t size,
                                   const struct sketch_memory *memory);
void kll_free(struct kll *sketch); /* NULL is allowed */

/* What the values of an image are that is none of doubles. */
enum kll_type { KLL_FLOATS, KLL_INTEGERS };

/* True for an image that holds other values, as its length says: such a one is none of
 * ours.  Integers are as wide as doubles, and cannot be told from them. */
bool kll_holds_floats(const uint8_t *bytes, size_t size);
bool kll_holds_strings(const uint8_t *bytes, size_t size);

/* A sketch of the values of such an image as doubles.  SKETCH_RANGE if one of its
 * integers is no double, which *beyond is then. */
enum sketch_status kll_import(struct kll **out, const uint8_t *bytes, size_t size,
                              enum kll_type type, int64_t *beyond,
                              const struct sketch_memory *memory);

/* kll_deserialise and kll_merge in one step, with their statuses. */
enum sketch_status kll_absorb(struct kll *into, const uint8_t *bytes, size_t size);

/* Lends the sketch that these bytes hold to `visit`, to be asked and no longer, without
 * asking for memory.  False, and nobody was called, when the bytes are damaged or the
 * sketch is large, as only those of k above 200 are. */
bool kll_stored_visit(const uint8_t *bytes, size_t size, sketch_visit_fn *visit,
                      void *ctx);

/* Adds a value in an image in a block of `room` bytes: afterwards that of the sketch
 * with the value.  False, and nothing was changed, when the bytes are damaged, when the
 * value would be refused, or when it takes the sketch: since values have to go. */
bool kll_stored_add(uint8_t *bytes, size_t *size, size_t room, double value);

extern const struct sketch_ops kll_ops;

#endif
