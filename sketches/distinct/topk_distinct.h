/*
 * Top-k by distinct: which labels come with the most different values, and with how
 * many?  Such as: which hashtag is used by the most people.
 */
#ifndef TOPK_DISTINCT_H
#define TOPK_DISTINCT_H

#include "hll.h"
#include "item.h"

struct topk_distinct;
enum {
    TOPK_DISTINCT_MAX_K = 1000,
    TOPK_DISTINCT_LG_K = 11,
    TOPK_DISTINCT_MIN_LG_K = HLL_MIN_PRECISION,
    TOPK_DISTINCT_MAX_LG_K = 16
};

/* How many labels a sketch for the top k follows: 3 k + 20. */
int topk_distinct_labels(int k);

/* Creates an empty sketch for the k labels with the most different values.  Each label
 * that it follows has a HyperLogLog of its own, of at most 2^lg_k registers: in all at
 * most 2^lg_k + 500 bytes a label, and the labels' texts.  SKETCH_RANGE unless
 * 1 <= k <= TOPK_DISTINCT_MAX_K and lg_k lies between its bounds. */
enum sketch_status topk_distinct_create(struct topk_distinct **out, int k, int lg_k,
                                        const struct sketch_memory *memory);

/* Adds a pair: a label, which is copied if it is to be kept, and the hash of a value.
 * Pairs that were there before change nothing that is counted. */
enum sketch_status topk_distinct_add(struct topk_distinct *sketch, struct item label,
                                     struct hash value);

/* A label and the number of its values.  The interval holds the truth in 95 percent of
 * all cases: the lower end is what the values seen are worth, the upper one allows for
 * those that came before the label was followed. */
struct topk_distinct_row {
    struct item label;
    uint64_t count;
    uint64_t lower;
    uint64_t upper;
};

/* The labels that are followed, at most `limit` of them: highest count first, then
 * highest lower end, then in the labels' order.  The caller releases *rows through the
 * sketch's memory hook; the labels are borrowed from the sketch. */
enum sketch_status topk_distinct_rank(const struct topk_distinct *sketch, size_t limit,
                                      struct topk_distinct_row **rows, size_t *count);

/* The same of any label.  One that is not followed has a lower end of 0; its count is
 * what it may have had at most, as far as that is known. */
enum sketch_status topk_distinct_lookup(const struct topk_distinct *sketch,
                                        struct item label,
                                        struct topk_distinct_row *row);

int topk_distinct_k(const struct topk_distinct *sketch);
int topk_distinct_lg_k(const struct topk_distinct *sketch);
size_t topk_distinct_used(const struct topk_distinct *sketch); /* labels followed */

/* True while every label is followed from its first value on. */
bool topk_distinct_is_complete(const struct topk_distinct *sketch);

/* No label that is not followed is expected to have had more values. */
uint64_t topk_distinct_threshold(const struct topk_distinct *sketch);

/* After this `into` stands for both streams, with the smaller k; new labels get the
 * smaller lg_k.  SKETCH_OVERFLOW for bounds beyond SKETCH_MAX_TOTAL, which only
 * sketches that somebody has made up have. */
enum sketch_status topk_distinct_merge(struct topk_distinct *into,
                                       const struct topk_distinct *from);
enum sketch_status topk_distinct_absorb(struct topk_distinct *into,
                                        const uint8_t *bytes, size_t size);

enum sketch_status topk_distinct_serialise(const struct topk_distinct *sketch,
                                           uint8_t **bytes, size_t *size);
enum sketch_status topk_distinct_deserialise(struct topk_distinct **out,
                                             const uint8_t *bytes, size_t size,
                                             const struct sketch_memory *memory);
void topk_distinct_free(struct topk_distinct *sketch); /* NULL is allowed */

extern const struct sketch_ops topk_distinct_ops;

#endif
