/* The inside of the reservoirs, which the files of this room and tests share. */
#ifndef RESERVOIR_PRIVATE_H
#define RESERVOIR_PRIVATE_H

#include "random.h"
#include "reservoir_keys.h"
#include "reservoir_slide.h"
#include "sorted_blocks.h"

/* What the threshold is kept between, so that there is always a skip and an end of
 * it.  No stream of less than 2^63 rows gets near the lower one. */
#define RESERVOIR_LEAST 0x1p-100
#define RESERVOIR_MOST  (1 - 0x1p-53)

struct reservoir {
    struct sketch_memory memory;
    uint32_t size;
    uint64_t seen;
    struct random random;
    struct item_list items;
    /* Without weights, once the sample is full: */
    double threshold;
    uint64_t next; /* the rows before the next one that enters; 0 until then */
    /* With weights, which a sample of no row never is: */
    bool is_weighted;
    struct reservoir_key *keys; /* of the items: a heap, the largest in front */
    uint32_t key_room;
    double left; /* the weight that may pass, once the sample is full */
};

/* What keys are kept between.  The largest is 37 / RESERVOIR_LEAST_WEIGHT, the smallest
 * of a whole stream far above the lower one; so no product of keys and weights leaves
 * the doubles. */
#define RESERVOIR_LEAST_KEY 0x1p-500
#define RESERVOIR_MOST_KEY  0x1p340
#define RESERVOIR_MOST_LEFT 0x1p506 /* 37 / RESERVOIR_LEAST_KEY */

static inline bool reservoir_is_full(const struct reservoir *sketch)
{
    return sketch->items.count == sketch->size;
}

/* The rows that are in the sample, also while its items are still in an image. */
static inline uint32_t reservoir_expected(const struct reservoir *sketch)
{
    return sketch->seen < sketch->size ? (uint32_t)sketch->seen : sketch->size;
}

/* As reservoir_merge; the items of `from` are read out of an image, unless that is
 * NULL. */
enum sketch_status reservoir_merge_image(struct reservoir *into,
                                         const struct reservoir *from,
                                         struct reader *image);

/* Whether a row may weigh this; NaN may not. */
static inline bool reservoir_is_weight(double weight)
{
    return weight == 0 ||
           (weight >= RESERVOIR_LEAST_WEIGHT && weight <= RESERVOIR_MOST_WEIGHT);
}

/* A key for a row of some weight. */
double reservoir_draw_key(struct random *random, double weight);

/* A block with room for `count` keys, with those of the sample in front: a heap.  A
 * sample without weights draws them. */
enum sketch_status reservoir_reserve_keys(const struct reservoir *sketch, size_t count,
                                          struct reservoir_key **keys);

/* The rows of a sample with weights, with which an image ends: by ascending key, which
 * is a double, then the weight as an item, then the item.  Keys sorted by
 * reservoir_keys_sort(). */
size_t reservoir_weights_size(const struct reservoir *sketch); /* without the items */
void reservoir_put_weighted(const struct reservoir *sketch,
                            const struct reservoir_key *keys, uint8_t *p);

/* Reads the key and the weight of a row; its key is not below `last`. */
struct reservoir_key reservoir_take_key(struct reader *r, double last);

/* Reads all rows into a sketch that has none; on failure it has to be cleared. */
enum sketch_status reservoir_take_weighted(struct reservoir *sketch, struct reader *r);

/* Merges two samples with rows, of which at least one has weights, and both have the
 * same memory; `from` is left without items. */
enum sketch_status reservoir_unite_weighted(struct reservoir *into,
                                            struct reservoir *from);

/* Gives back what the sample holds. */
void reservoir_clear(struct reservoir *sketch);

/* True when the bytes open like an image. */
bool reservoir_recognises(const uint8_t *bytes, size_t size);

/* A rank: a zero, 37 bits of priority, then 26 of position, which tell equal ones
 * apart. */
enum { RESERVOIR_POSITION_BITS = 26 };
#define RESERVOIR_POSITIONS ((UINT32_C(1) << RESERVOIR_POSITION_BITS) - 1)
#define RESERVOIR_UNRANKED  UINT64_MAX /* of what weighs nothing */

struct reservoir_ranked {
    uint64_t rank;
    struct item_copy copy;
};

struct reservoir_slide {
    struct sketch_memory memory;
    uint32_t size;
    struct random random;
    uint32_t oldest; /* the position of the oldest row, and of the next one */
    uint32_t next;
    struct reservoir_ranked *rows; /* a ring, by position; a power of two */
    uint32_t room;
    struct sorted_blocks ranks;
    bool is_weighted;
};

#endif
