/* Reservoir: a fair sample of a stream whose length nobody knows beforehand. */
#ifndef RESERVOIR_H
#define RESERVOIR_H

#include "item_list.h"

struct reservoir;

/* Creates an empty sample of at most `size` rows.  The same seed and the same rows in
 * the same order give the same sample everywhere.  SKETCH_RANGE outside
 * 1..ITEM_LIST_MAX. */
enum sketch_status reservoir_create(struct reservoir **out, uint32_t size,
                                    uint64_t seed, const struct sketch_memory *memory);

/* Counts one row if it does not enter the sample, and then there is no need to look
 * at it; false, having done nothing, if it has to be added. */
bool reservoir_pass(struct reservoir *sketch);

/* Offers one row; the item is copied if it enters.  After N rows each of them is in
 * the sample with probability size / N, each set of rows as likely as any other.
 * SKETCH_OVERFLOW after SKETCH_MAX_TOTAL rows. */
enum sketch_status reservoir_add(struct reservoir *sketch, struct item item);

uint32_t reservoir_size(const struct reservoir *sketch);
uint64_t reservoir_seen(const struct reservoir *sketch);  /* rows, sampled or not */
uint32_t reservoir_count(const struct reservoir *sketch); /* min(size, seen) */

/* The rows of the sample: the first `size` of the stream in its order, where a later
 * one takes the place of the one that it drove out.  So the set is random, and the
 * order is not.  The item is lent until the sketch changes. */
struct item reservoir_item(const struct reservoir *sketch, uint32_t at);

/* After this `into` is a fair sample of both streams, of the smaller size: first rows
 * of its own, then of `from`, in the order that they had there.  Streams sampled with
 * the same seed may be merged, too: each row is as likely as all others, though not
 * independent of the others.  `from` is another object. */
enum sketch_status reservoir_merge(struct reservoir *into,
                                   const struct reservoir *from);

/* The same from an image, as reservoir_deserialise reads it: only what comes into the
 * sample is copied. */
enum sketch_status reservoir_absorb(struct reservoir *into, const uint8_t *bytes,
                                    size_t size);

enum sketch_status reservoir_serialise(const struct reservoir *sketch, uint8_t **bytes,
                                       size_t *size);
enum sketch_status reservoir_deserialise(struct reservoir **out, const uint8_t *bytes,
                                         size_t size,
                                         const struct sketch_memory *memory);
void reservoir_free(struct reservoir *sketch); /* NULL is allowed */

/* The rows of an image, which are read out of it one after the other.  They borrow from
 * it. */
struct reservoir_stored {
    struct reader items;
    uint32_t count;
};

/* False if the bytes are no image. */
bool reservoir_stored_open(struct reservoir_stored *stored, const uint8_t *bytes,
                           size_t size);

/* The next row; to be called at most `count` times. */
struct item reservoir_stored_next(struct reservoir_stored *stored);

/* Offers one row to an image, in a block of `room` bytes: afterwards it is the image
 * that reservoir_serialise writes when the row is added to the sketch.  False, having
 * changed nothing, when that takes the sketch, as when the row enters a full one, or
 * when the bytes are no image. */
bool reservoir_stored_add(uint8_t *bytes, size_t *size, size_t room, struct item item);

extern const struct sketch_ops reservoir_ops;

#endif
