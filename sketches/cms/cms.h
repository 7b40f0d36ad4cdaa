/* Count-min: how often was this item there?  Never too few, seldom too many. */
#ifndef CMS_H
#define CMS_H

#include "hash.h"
#include "sketch.h"

struct cms;
enum {
    CMS_MAX_CELLS = 1 << 23, /* width * depth; 64 MiB of the widest cells */
    CMS_MAX_DEPTH = 32
};
#define CMS_EPS   0.001
#define CMS_DELTA 0.01

/* Creates an empty sketch of depth = ceil(ln(1 / delta)) rows of width =
 * ceil(e / eps) cells: for a share of at least 1 - delta of all items an estimate
 * exceeds the truth by at most eps * total.  SKETCH_RANGE unless both lie between
 * 0 and 1 without them, depth is at most CMS_MAX_DEPTH and there are at most
 * CMS_MAX_CELLS cells. */
enum sketch_status cms_create(struct cms **out, double eps, double delta,
                              const struct sketch_memory *memory);

/* Adds `weight` occurrences of an item, given its hash; 0 adds nothing.
 * SKETCH_OVERFLOW when the total would pass SKETCH_MAX_TOTAL. */
enum sketch_status cms_add(struct cms *sketch, struct hash hash, uint64_t weight);

/* Takes back `weight` occurrences: the exact inverse of cms_add.  SKETCH_RANGE when
 * there cannot have been that many. */
enum sketch_status cms_remove(struct cms *sketch, struct hash hash, uint64_t weight);

uint64_t cms_estimate(const struct cms *sketch, struct hash hash);

uint64_t cms_total(const struct cms *sketch); /* the sum of all weights */
double cms_error(const struct cms *sketch);   /* eps * total */
double cms_eps(const struct cms *sketch);
double cms_delta(const struct cms *sketch);
uint32_t cms_width(const struct cms *sketch);
uint32_t cms_depth(const struct cms *sketch);

/* After this `into` stands for both streams; the two are not the same object.
 * SKETCH_MISMATCH unless eps and delta are the same. */
enum sketch_status cms_merge(struct cms *into, const struct cms *from);

/* Takes the stream of `from` out of that of `into`, of which it has to be a part:
 * SKETCH_RANGE when a cell would fall below zero.  SKETCH_MISMATCH as for merge. */
enum sketch_status cms_subtract(struct cms *into, const struct cms *from);

/* The sum over all items of (occurrences in a) * (occurrences in b): how many rows
 * an equijoin gives.  Never too small (but for rounding beyond 2^53); for a share
 * of at least 1 - delta of all pairs of streams too large by at most eps * total of a *
 * total of b.  SKETCH_MISMATCH as for merge, unless one of them is empty. */
enum sketch_status cms_inner(const struct cms *a, const struct cms *b, double *inner);

enum sketch_status cms_serialise(const struct cms *sketch, uint8_t **bytes,
                                 size_t *size);
enum sketch_status cms_deserialise(struct cms **out, const uint8_t *bytes, size_t size,
                                   const struct sketch_memory *memory);

/* cms_merge with the sketch that is stored in these bytes. */
enum sketch_status cms_absorb(struct cms *into, const uint8_t *bytes, size_t size);

/* The answers that the sketch which is stored in these bytes would give.  They are
 * looked at no further than that takes: true for all bytes that are a sketch, and false
 * for many that are damaged. */
bool cms_stored_estimate(const uint8_t *bytes, size_t size, struct hash hash,
                         uint64_t *estimate);
bool cms_stored_total(const uint8_t *bytes, size_t size, uint64_t *total);
bool cms_stored_error(const uint8_t *bytes, size_t size, double *error);

/* cms_add in stored bytes, which lie in a block of `room`.  False when that takes the
 * sketch, or when the bytes are none; then nothing was changed. */
bool cms_stored_add(uint8_t *bytes, size_t *size, size_t room, struct hash hash,
                    uint64_t weight);

void cms_free(struct cms *sketch); /* NULL is allowed */

extern const struct sketch_ops cms_ops;

#endif
