/* What the parts of HyperLogLog share; nothing of it is for callers. */
#ifndef HLL_PRIVATE_H
#define HLL_PRIVATE_H

#include "hll_registers.h"

/* A sketch as hll_create makes it; it owns no blocks yet. */
struct hll hll_without_items(int precision, const struct sketch_memory *memory);

/* Gives back all that the sketch owns. */
void hll_release_blocks(struct hll *sketch);

/* `next` becomes the content of the sketch. */
void hll_become(struct hll *sketch, const struct hll *next);

/* Fills in `copy`, which uses the given memory; to be released. */
enum sketch_status hll_copy(struct hll *copy, const struct hll *from,
                            const struct sketch_memory *memory);

/* The same, but an open union ends with it. */
enum sketch_status hll_copy_ended(struct hll *copy, const struct hll *from,
                                  const struct sketch_memory *memory);

/* Leading zeros, at most 62, and one: setting bit 1 makes the limit. */
static inline unsigned hll_value(struct hash hash)
{
    return (unsigned)__builtin_clzll(hash.h2 | 2) + 1;
}

static inline uint32_t hll_coupon(struct hash hash)
{
    return (uint32_t)hll_value(hash) << HLL_ADDRESS_BITS |
           ((uint32_t)hash.h1 & HLL_ADDRESS);
}

/* Counts a coupon.  Unchanged on failure, and cannot fail in registers that are merged
 * or open. */
enum sketch_status hll_add_coupon(struct hll *sketch, uint32_t coupon);

/* The same, but a list or set that is full becomes registers of
 * another precision. */
enum sketch_status hll_take_coupon(struct hll *sketch, uint32_t coupon, int precision);

/* Turns a list or set into registers; `extra` is one coupon more, or 0. */
enum sketch_status hll_promote(struct hll *sketch, uint32_t extra, int precision);

/* Makes registers ready to take the higher ones of another sketch: of the smaller
 * precision, and without the history that is lost. */
void hll_begin_union(struct hll *into, int precision);

/* The size that tables of exceptions start with, as the logarithm of its cells. */
int hll_exceptions_lg_size(int precision);

/* Does hll_sum_up, and enters the exceptions into a new table in the order of the
 * registers. */
enum sketch_status hll_settle(struct hll *sketch);

/* The estimate from registers alone. */
double hll_register_estimate(const struct hll_tally *tally, int precision);

/* What bounds are made of, when there are registers. */
struct hll_reading {
    int precision;
    bool merged;
    double estimate;
    uint32_t zeros; /* registers that are 0 */
};

/* The bounds of 1, 2 or 3 standard deviations; of a list or set, from its coupons. */
void hll_register_bounds(const struct hll_reading *reading, int deviations,
                         double *lower, double *upper);
void hll_coupon_bounds(uint32_t count, int deviations, double *lower, double *upper);

/* True when the bytes open like an image. */
bool hll_recognises(const uint8_t *bytes, size_t size);

/* Pairs of registers of two sketches A and B, at the same slot. */
enum {
    HLL_LOWER_A, /* A < B: the value of A, by A alone or both */
    HLL_UPPER_B, /* A < B: the value of B, by B alone */
    HLL_LOWER_B, /* A > B */
    HLL_UPPER_A,
    HLL_EQUAL,
    HLL_KINDS,
    HLL_COUNTED = HLL_KINDS /* the second register of an equal pair */
};

/* How many pairs of each kind have each value. */
struct hll_pairs {
    uint32_t of[HLL_VALUES][HLL_KINDS + 1];
};

/* What is asked of two sketches: the number of common items, or their share. */
enum hll_question { HLL_ASK_BOTH, HLL_ASK_JACCARD };

/* The most likely answer and its interval. */
struct hll_overlap hll_most_likely(const struct hll_pairs *pairs, int precision,
                                   enum hll_question question);

#endif
