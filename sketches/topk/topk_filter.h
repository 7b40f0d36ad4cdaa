/*
 * What top-k remembers of the items that it does not count by name: an upper
 * bound of each one's frequency, from two rows of cells.
 *
 * A part of topk.c, apart because it knows nothing of items.  Cells start at 16
 * bits.  When one would overflow, neighbours are folded into cells of twice the
 * width by taking the larger, in place; a bound stays a bound.
 */
#ifndef TOPK_FILTER_H
#define TOPK_FILTER_H

#include "sketch.h"

enum {
    TOPK_FILTER_ROWS = 2,
    TOPK_FILTER_MIN_LG_BYTES = 3 /* of a row: one cell of the widest kind */
};

struct topk_filter {
    void *cells;      /* NULL: nothing was left out, and every bound is 0 */
    uint8_t lg_cells; /* of a row */
    uint8_t lg_width; /* of a cell, in bytes: 1, 2 or 3 */
};

enum sketch_status topk_filter_create(struct topk_filter *filter, unsigned lg_cells,
                                      unsigned lg_width,
                                      const struct sketch_memory *memory);

/* The two cells of a hash: each half of it names one by its highest bits, so that
 * rows of half as many cells join neighbours. */
struct topk_cells {
    size_t at[TOPK_FILTER_ROWS];
};

static inline struct topk_cells topk_hash_cells(uint64_t hash, unsigned lg_cells)
{
    size_t first = (size_t)(hash >> 32 << lg_cells >> 32);
    size_t second = (size_t)((hash & 0xffffffff) << lg_cells >> 32);
    return (struct topk_cells){{first, ((size_t)1 << lg_cells) + second}};
}

static inline struct topk_cells topk_filter_cells(const struct topk_filter *filter,
                                                  uint64_t hash)
{
    return topk_hash_cells(hash, filter->lg_cells);
}

static inline uint64_t topk_cell_get(const struct topk_filter *filter, size_t i)
{
    switch (filter->lg_width) {
    case 1:
        return ((const uint16_t *)filter->cells)[i];
    case 2:
        return ((const uint32_t *)filter->cells)[i];
    default:
        return ((const uint64_t *)filter->cells)[i];
    }
}

/* The bound of the items with these cells. */
static inline uint64_t topk_filter_get(const struct topk_filter *filter,
                                       struct topk_cells cells)
{
    uint64_t first = topk_cell_get(filter, cells.at[0]);
    uint64_t second = topk_cell_get(filter, cells.at[1]);
    return first < second ? first : second;
}

/* The largest bound of all: no item's is above it. */
uint64_t topk_filter_most(const struct topk_filter *filter);

/* Raises the bound of this hash to at least `bound`; a conservative update
 * (Estan, Varghese 2002).  Needs cells, and no memory. */
void topk_filter_raise_any(struct topk_filter *filter, uint64_t hash, uint64_t bound);

/* The same for the cells of a hash, without a call while they are narrow. */
static inline void topk_filter_raise(struct topk_filter *filter, uint64_t hash,
                                     struct topk_cells cells, uint64_t bound)
{
    if (filter->lg_width > 1 || bound > UINT16_MAX) {
        topk_filter_raise_any(filter, hash, bound);
        return;
    }
    uint16_t *first = (uint16_t *)filter->cells + cells.at[0];
    uint16_t *second = (uint16_t *)filter->cells + cells.at[1];
    *first = *first > bound ? *first : (uint16_t)bound;
    *second = *second > bound ? *second : (uint16_t)bound;
}

uint64_t topk_filter_largest(const struct topk_filter *filter); /* of all cells */

/* All bits of all cells: none is above it, and the largest has its highest bit.  Takes
 * a third of the time. */
uint64_t topk_filter_ceiling(const struct topk_filter *filter);

/* Joins `count` bytes to the cells from `first` on, as their bits from `shift` on,
 * which are 0 so far. */
void topk_filter_or(struct topk_filter *filter, size_t first, const uint8_t *bytes,
                    size_t count, unsigned shift);

/* Adding up the cells of two filters, of which one may have none: first, what can
 * fail.  *out gets the bounds of `into` in cells that have room for both, in rows of at
 * most 2^max_lg_bytes bytes: those of `into` itself if they will do; with `takes`, if
 * it has none, those of `from`, which are the sum then; else new ones. */
enum sketch_status topk_filter_prepare(struct topk_filter *out,
                                       const struct topk_filter *into,
                                       const struct topk_filter *from, bool takes,
                                       unsigned max_lg_bytes,
                                       const struct sketch_memory *memory);

/* Then, the cells of `from` are added to those that were prepared. */
void topk_filter_add(struct topk_filter *into, const struct topk_filter *from);

#endif
