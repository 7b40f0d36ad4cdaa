/* The inside of the reservoirs, which the files of this room and tests share. */
#ifndef RESERVOIR_PRIVATE_H
#define RESERVOIR_PRIVATE_H

#include "random.h"
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
    /* Once the sample is full: */
    double threshold;
    uint64_t next; /* the rows before the next one that enters; 0 until then */
};

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

/* True when the bytes open like an image. */
bool reservoir_recognises(const uint8_t *bytes, size_t size);

/* A rank: 38 bits of priority, then 26 of position, which tell equal ones apart. */
enum { RESERVOIR_POSITION_BITS = 26 };
#define RESERVOIR_POSITIONS ((UINT32_C(1) << RESERVOIR_POSITION_BITS) - 1)

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
};

#endif
