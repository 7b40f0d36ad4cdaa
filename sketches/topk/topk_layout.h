/*
 * Where everything is in the image of a top-k sketch (docs/formats.md).
 *
 *     "TOPK", version 1, flags (1: not exact, 2: a filter),
 *     varints: k, counters, total, number of entries, floor if not exact, and the size
 *              of the records in bytes,
 *     the ranks of the entries in the order of their items, in as few bits each as the
 *     last of them takes, the lowest bit of a byte first, filled up with 0,
 *     where every eighth record begins but the first, of 1 to 4 bytes each,
 *     the records, best first: item, varint 2 * count, plus 1 if an error follows,
 *     varint error if it is not 0,
 *     with a filter: without a floor the smallest and the largest item ever seen,
 *                    the planes of the cells (topk_planes.h).
 *
 * So the best entries are read from the front, and an item is found by bisection.
 * Items are as in item_image.h.  There is one image for each state, and only such
 * images are accepted.
 */
#ifndef TOPK_LAYOUT_H
#define TOPK_LAYOUT_H

#include "bytes.h"
#include "topk.h"

enum {
    TOPK_VERSION = 1,
    TOPK_IS_ESTIMATED = 1,
    TOPK_HAS_FILTER = 2,
    TOPK_GROUP = 8 /* records from one start to the next */
};

struct topk_layout {
    uint8_t flags;
    int k;
    uint32_t counters;
    uint32_t used;
    uint64_t total;
    uint64_t floor;
    const uint8_t *ranks;
    const uint8_t *starts;
    const uint8_t *records;
    size_t records_size;
};

/* Reads up to the records, and checks what it reads, but neither ranks nor starts nor
 * records, only that they lie within the bytes.  The reader is left behind the
 * records. */
bool topk_layout_take(struct topk_layout *layout, struct reader *r);

/* How the layout begins, up to the ranks. */
size_t topk_layout_head_size(const struct topk_layout *layout);
uint8_t *topk_layout_put_head(const struct topk_layout *layout, uint8_t *p);

/* Of a rank, in bits. */
static inline size_t topk_rank_width(uint32_t used)
{
    size_t width = 0;
    while (used > (uint32_t)1 << width) {
        width++;
    }
    return width;
}

/* Of all ranks, in bytes. */
static inline size_t topk_ranks_size(uint32_t used)
{
    return (used * topk_rank_width(used) + 7) / 8;
}

static inline size_t topk_start_width(size_t records_size)
{
    return records_size <= 0xff       ? 1
           : records_size <= 0xffff   ? 2
           : records_size <= 0xffffff ? 3
                                      : 4;
}

/* How many starts there are. */
static inline size_t topk_starts(uint32_t used)
{
    return used > 0 ? (used - 1) / TOPK_GROUP : 0;
}

/* A number of 1 to 4 bytes. */
static inline size_t topk_load(const uint8_t *p, size_t width)
{
    size_t value = p[0];
    for (size_t i = 1; i < width; i++) {
        value |= (size_t)p[i] << (8 * i);
    }
    return value;
}

static inline uint8_t *topk_store(uint8_t *p, size_t value, size_t width)
{
    for (size_t i = 0; i < width; i++) {
        *p++ = (uint8_t)(value >> (8 * i));
    }
    return p;
}

/* The rank of the item at a place in the order of items. */
static inline uint32_t topk_load_rank(const uint8_t *ranks, size_t place, size_t width)
{
    size_t bit = place * width;
    size_t count = (bit % 8 + width + 7) / 8;
    size_t bits = count > 0 ? topk_load(ranks + bit / 8, count) : 0;
    return (uint32_t)(bits >> bit % 8 & (((size_t)1 << width) - 1));
}

/* Flips those bits of a rank: of one that is 0, so as to set it. */
static inline void topk_flip_rank(uint8_t *ranks, size_t place, size_t width,
                                  uint32_t flips)
{
    size_t bit = place * width;
    size_t count = (bit % 8 + width + 7) / 8;
    for (size_t i = 0; i < count; i++) {
        uint8_t *byte = ranks + bit / 8 + i;
        *byte = (uint8_t)(*byte ^ (size_t)flips << bit % 8 >> (8 * i));
    }
}

/* The records from the start of a group on. */
struct reader topk_group(const struct topk_layout *layout, size_t group);

/* The next record; the reader goes bad when there is none, or none that this sketch
 * can have. */
struct topk_row topk_take_record(struct reader *r, const struct topk_layout *layout);

/* The record of a rank, which is below the number of entries; false when it is
 * damaged. */
bool topk_find_record(const struct topk_layout *layout, uint32_t rank,
                      struct topk_row *row);

size_t topk_record_size(const struct topk_row *row);
uint8_t *topk_put_record(uint8_t *p, const struct topk_row *row);

#endif
