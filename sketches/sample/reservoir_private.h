/* The inside of the reservoir, shared by reservoir.c and reservoir_image.c alone. */
#ifndef RESERVOIR_PRIVATE_H
#define RESERVOIR_PRIVATE_H

#include "random.h"
#include "reservoir.h"

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

/* True when the bytes open like an image. */
bool reservoir_recognises(const uint8_t *bytes, size_t size);

#endif
