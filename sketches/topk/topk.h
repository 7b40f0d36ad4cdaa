/* Top-k: which items are the most frequent, and how often was each? */
#ifndef TOPK_H
#define TOPK_H

#include "item.h"
#include "sketch.h"

struct topk;
enum { TOPK_MAX_K = 10000, TOPK_MAX_COUNTERS = 20000 };

/* How many items a sketch for the top k counts unless told otherwise:
 * k + max(32, k / 2). */
int topk_default_counters(int k);

/* Creates an empty sketch for the k most frequent items.  It counts at most
 * `counters` items by name and takes at most 300 bytes for each, and their texts.
 * SKETCH_RANGE unless 1 <= k <= TOPK_MAX_K and k <= counters <= TOPK_MAX_COUNTERS. */
enum sketch_status topk_create(struct topk **out, int k, int counters,
                               const struct sketch_memory *memory);

/* Adds `weight` occurrences of an item; 0 adds nothing.  The item is copied if
 * it is to be kept.  SKETCH_OVERFLOW when the total would pass SKETCH_MAX_TOTAL. */
enum sketch_status topk_add(struct topk *sketch, struct item item, uint64_t weight);

/* The same for one occurrence of an item whose item_bytes_hash() is known. */
enum sketch_status topk_add_hashed(struct topk *sketch, struct item item,
                                   struct hash hash);

/* One item and its frequency: count - error <= true frequency <= count. */
struct topk_row {
    struct item item;
    uint64_t count;
    uint64_t error;
};

/* The items counted by name, at most `limit` of them: highest count first, then
 * smallest error, then in the items' order.  The caller releases *rows through
 * the sketch's memory hook; the items are borrowed from the sketch.  Every item
 * with more than total / counters occurrences is among all rows, before merges; and
 * merges list nothing that none of their parts did. */
enum sketch_status topk_rank(const struct topk *sketch, size_t limit,
                             struct topk_row **rows, size_t *count);

/* The bounds of any item's frequency.  One that is not counted by name has
 * count == error: it may have been there that often, or not at all. */
struct topk_row topk_lookup(const struct topk *sketch, struct item item);

uint64_t topk_total(const struct topk *sketch); /* the sum of all weights */
int topk_k(const struct topk *sketch);
int topk_counters(const struct topk *sketch);
size_t topk_used(const struct topk *sketch); /* items counted by name */

/* True while every item was counted by name, so that nothing is estimated. */
bool topk_is_exact(const struct topk *sketch);

/* No error of a row exceeds this, nor the frequency of an item that has none. */
uint64_t topk_max_error(const struct topk *sketch);

/* The same of items that topk_rank() does not list alone. */
uint64_t topk_unlisted(const struct topk *sketch);

/* What something else has counted. */
struct topk_state {
    int k;
    int counters;
    uint64_t total;
    uint64_t unlisted;           /* items without a row may have been there so often */
    const struct topk_row *rows; /* of different items, in any order */
    size_t count;
};

/* Creates a sketch that goes on from there, and copies the items.  Of more rows than
 * counters the best stay, and the bounds of the others with them.  SKETCH_RANGE unless
 * k and counters are as in topk_create(), every row has unlisted <= error < count <=
 * total, there is one if total > 0, and, with `unlisted` of 0, every error is 0 and the
 * counts add up to the total. */
enum sketch_status topk_restore(struct topk **out, const struct topk_state *state,
                                const struct sketch_memory *memory);

/* An item that was more frequent in one stream than another one made likely. */
struct topk_trend_row {
    struct item item;
    uint64_t count;  /* so often at the most, now */
    uint64_t before; /* and before */
    double growth;   /* count - before * total now / total before */
    double lower;    /* the same of the true frequencies, up to rounding, lies */
    double upper;    /* between these */
    double score;    /* G2, a log-likelihood ratio: see topk_trend.c */
};

/* The items that have surely grown, of which `lower` is above 0, at most `limit` of
 * them: highest score first, then highest count, then in the items' order.  None when
 * one of the sketches is empty.  The sketches may be of different sizes.  The caller
 * releases *rows through the memory hook of `now`, from which the items are borrowed.
 */
enum sketch_status topk_trend(const struct topk *now, const struct topk *past,
                              size_t limit, struct topk_trend_row **rows,
                              size_t *count);

/* After this `into` stands for both streams, with the smaller k and the smaller
 * number of counters.  Every bound stays true; errors add up. */
enum sketch_status topk_merge(struct topk *into, const struct topk *from);

/* The same for a stored sketch: deserialises and merges, without making an object. */
enum sketch_status topk_absorb(struct topk *into, const uint8_t *bytes, size_t size);

enum sketch_status topk_serialise(const struct topk *sketch, uint8_t **bytes,
                                  size_t *size);
enum sketch_status topk_deserialise(struct topk **out, const uint8_t *bytes,
                                    size_t size, const struct sketch_memory *memory);
void topk_free(struct topk *sketch); /* NULL is allowed */

/*
 * What the bytes of a stored sketch answer by themselves: as the sketch would, if they
 * are one.  They need not be: what is read is checked, in a few steps, and nothing
 * else. False when the bytes are damaged, or when it takes the sketch to tell.
 */
bool topk_stored_k(const uint8_t *bytes, size_t size, int *k);

/* The bounds of any item's frequency, as topk_lookup() has them. */
bool topk_stored_lookup(const uint8_t *bytes, size_t size, struct item item,
                        struct topk_row *row);

/* The best `limit` rows, as topk_rank() has them.  The caller releases *rows through
 * the hook; the items are borrowed from the bytes. */
bool topk_stored_rank(const uint8_t *bytes, size_t size, size_t limit,
                      struct topk_row **rows, size_t *count,
                      const struct sketch_memory *memory);

/* Adds to a stored sketch of *size bytes, in a block of `room`, what topk_add() would.
 * False, and nothing was changed, when that takes the sketch: when the item gets a new
 * entry, or there is no room. */
bool topk_stored_add(uint8_t *bytes, size_t *size, size_t room, struct item item,
                     uint64_t weight);

extern const struct sketch_ops topk_ops;

#endif
