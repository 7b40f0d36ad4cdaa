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

/* Weights are between these, or 0: a row that weighs nothing is no row. */
#define RESERVOIR_LEAST_WEIGHT 1e-100
#define RESERVOIR_MOST_WEIGHT  1e100

/* The same two for rows with weights.  The sample is then one of rows drawn one after
 * the other without replacement, each with a probability that is its share of the
 * weight of those not yet drawn.  Where rows with weights meet others, those weigh 1.
 * SKETCH_RANGE for any other weight. */
bool reservoir_pass_weighted(struct reservoir *sketch, double weight);
enum sketch_status reservoir_add_weighted(struct reservoir *sketch, struct item item,
                                          double weight);

bool reservoir_is_weighted(const struct reservoir *sketch); /* false for no rows */
uint32_t reservoir_size(const struct reservoir *sketch);
uint64_t reservoir_seen(const struct reservoir *sketch);  /* rows, sampled or not */
uint32_t reservoir_count(const struct reservoir *sketch); /* min(size, seen) */

/* The rows of the sample: the first `size` of the stream in its order, where a later
 * one takes the place of the one that it drove out.  So the set is random, and the
 * order is not; with weights it says nothing.  The item is lent until the sketch
 * changes. */
struct item reservoir_item(const struct reservoir *sketch, uint32_t at);

struct reservoir_row {
    struct item item;
    double weight; /* 1 in a sample without weights */
};

/* All rows of the sample: in that order, or, with weights, in the order in which they
 * were drawn, so that the first ones are a sample, too.  sketch_release() with the
 * memory of the sketch gives the list back; items are lent until the sketch changes. */
enum sketch_status reservoir_list(const struct reservoir *sketch,
                                  struct reservoir_row **rows, size_t *count);

/* After this `into` is a fair sample of both streams, of the smaller size: first rows
 * of its own, then of `from`, in the order that they had there.  Streams sampled with
 * the same seed may be merged, too: each row is as likely as all others, though not
 * independent of the others.  `from` is another object.
 *
 * Of samples with weights, what is sampled from both is the same whatever is merged
 * first; only those that begin with the same rows should not have the same seed. */
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
    bool is_weighted;
};

/* False if the bytes are no image. */
bool reservoir_stored_open(struct reservoir_stored *stored, const uint8_t *bytes,
                           size_t size);

/* The next row, in the order of reservoir_list(); to be called at most `count` times.
 */
struct item reservoir_stored_next(struct reservoir_stored *stored);

/* Offers one row to an image, in a block of `room` bytes: afterwards it is the image
 * that reservoir_serialise writes when the row is added to the sketch.  False, having
 * changed nothing, when that takes the sketch, as when the row enters a full one, or
 * when the bytes are no image. */
bool reservoir_stored_add(uint8_t *bytes, size_t *size, size_t room, struct item item);

extern const struct sketch_ops reservoir_ops;

#endif
