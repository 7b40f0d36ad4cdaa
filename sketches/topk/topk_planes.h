/*
 * The cells of top-k's filter in an image, where each can be found and changed.
 *
 * A part of the image, apart because it knows nothing of items.  Plane p holds the p-th
 * byte of every cell, the lowest first, in chunks of up to 256 cells.  In front of the
 * chunks stands where each of them ends.  A chunk takes whatever is shortest,
 *
 *     a list:      the places of the bytes that are not 0, then those bytes
 *     a bitmap:    a bit for each cell, 1 if its byte is not 0, then those bytes
 *     all bytes
 *
 * and its size tells which one that is.  (Planes are the idea of directly addressable
 * codes, Brisaboa, Ladra, Navarro 2009; chunks that differ are that of Roaring bitmaps,
 * Chambi, Lemire, Kaser, Godin 2016.)
 */
#ifndef TOPK_PLANES_H
#define TOPK_PLANES_H

#include "bytes.h"
#include "topk_filter.h"

/* Writes the filter, which has cells. */
size_t topk_planes_size(const struct topk_filter *filter);
uint8_t *topk_planes_put(const struct topk_filter *filter, uint8_t *p);

/* Reads what put wrote.  SKETCH_CORRUPT if no filter of rows of at most 2^max_lg_bytes
 * bytes and of cells up to `most` can have been written so. */
enum sketch_status topk_planes_take(struct topk_filter *out, struct reader *r,
                                    uint64_t most, unsigned max_lg_bytes,
                                    const struct sketch_memory *memory);

/* The planes in an image, once their directories have been found to lie in it. */
enum { TOPK_MAX_PLANES = 8 };

struct topk_planes {
    const uint8_t *ends[TOPK_MAX_PLANES];
    const uint8_t *data[TOPK_MAX_PLANES];
    unsigned count;
    unsigned lg_cells;
};

/* Where the planes that the reader stands at are; moves it behind them. */
bool topk_planes_find(struct topk_planes *planes, struct reader *r,
                      unsigned max_lg_bytes);

/* The bound of a hash, as topk_filter_get() has it.  False when a chunk is damaged. */
bool topk_planes_get(const struct topk_planes *planes, uint64_t hash, uint64_t *bound);

/* Raises the bound of a hash, as topk_filter_raise() does, in the planes of an image of
 * *size bytes, in a block of `room`.  False, and nothing was changed, when the cells
 * would need another plane or more room, or when a chunk is damaged. */
bool topk_planes_raise(const struct topk_planes *planes, uint64_t hash, uint64_t bound,
                       uint8_t *image, size_t *size, size_t room);

#endif
