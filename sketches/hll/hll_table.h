/*
 * The open-addressing hash table of DataSketches' HLL images.
 *
 * A cell is an address in the low 26 bits and a value, never 0, in the high six;
 * 0 is a free cell.  Where a cell lies depends on its address, the size of the
 * table, and what came before it: images show that order, so it is kept.
 */
#ifndef HLL_TABLE_H
#define HLL_TABLE_H

#include "fetch.h"
#include "sketch.h"

enum { HLL_ADDRESS_BITS = 26 };
#define HLL_ADDRESS UINT32_C(0x3ffffff)

struct hll_table {
    uint32_t *cells; /* 2^lg_size of them; NULL for a table without room */
    uint32_t *order; /* the cells in the order of the image that they were read
                        from, as long as nothing has changed; else NULL */
    uint32_t count;  /* cells in use */
    uint8_t lg_size;
};

/* Cells, some of which may be free. */
struct hll_cells {
    const uint32_t *cells;
    size_t size;
    uint32_t count; /* those in use */
};

/* The cells of a table as its image shows them. */
struct hll_cells hll_table_cells(const struct hll_table *table);

/* The lg_size that a table of `count` cells has grown to, starting at `lg_size`. */
int hll_table_lg_size(uint32_t count, int lg_size);

/* Fills in an empty table of 2^lg_size cells. */
enum sketch_status hll_table_create(struct hll_table *table, int lg_size,
                                    const struct sketch_memory *memory);
enum sketch_status hll_table_copy(struct hll_table *table, const struct hll_table *from,
                                  const struct sketch_memory *memory);
void hll_table_release(struct hll_table *table, const struct sketch_memory *memory);

/* Where a search for a cell begins, and how far it goes from place to place. */
static inline uint32_t hll_table_first(const struct hll_table *table, uint32_t cell)
{
    return cell & ((UINT32_C(1) << table->lg_size) - 1);
}

static inline uint32_t hll_table_stride(const struct hll_table *table, uint32_t cell)
{
    return (cell & HLL_ADDRESS) >> table->lg_size | 1;
}

/* Asks for the memory of the cell's first two places, without waiting for it. */
static inline void hll_table_fetch(const struct hll_table *table, uint32_t cell)
{
    uint32_t first = hll_table_first(table, cell);
    uint32_t stride = hll_table_stride(table, cell);
    fetch(&table->cells[first]);
    fetch(&table->cells[hll_table_first(table, first + stride)]);
}

/* The cell that agrees with `cell` in the bits of `same`, or the free one where
 * it belongs.  NULL after so many cells of neither kind, 128 at least, that this is no
 * accident (in a set three quarters full the chance is 1e-16, and exceptions are far
 * sparser) but an attempt to make us slow.  In a table of at most 2^10 cells, where
 * that cannot be slow, a cell is found always. */
uint32_t *hll_table_find(const struct hll_table *table, uint32_t cell, uint32_t same);

/* True when the table is fuller than three quarters, which makes it double. */
bool hll_table_is_crowded(const struct hll_table *table);

/* Doubles the table, more than once if that is needed to end an overlong search.
 * SKETCH_OVERFLOW when it would pass `lg_limit`; then, as after SKETCH_NOMEM,
 * nothing has changed. */
enum sketch_status hll_table_grow(struct hll_table *table, int lg_limit,
                                  const struct sketch_memory *memory);

/* Puts in a cell, or replaces the one of the same address.  A table without room
 * starts with 2^lg_size cells.  Unchanged on failure. */
enum sketch_status hll_table_put(struct hll_table *table, uint32_t cell, int lg_size,
                                 const struct sketch_memory *memory);

#endif
