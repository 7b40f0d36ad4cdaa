#include "hll_table.h"

#include <string.h>

enum {
    HLL_TABLE_BLOCK = 32,              /* cells that are moved at a time */
    HLL_TABLE_LIMIT = HLL_ADDRESS_BITS /* here every address has a cell of its own */
};

static size_t hll_table_size(const struct hll_table *table)
{
    return (size_t)1 << table->lg_size;
}

struct hll_cells hll_table_cells(const struct hll_table *table)
{
    if (!table->cells) {
        return (struct hll_cells){NULL, 0, 0};
    }
    return table->order
               ? (struct hll_cells){table->order, table->count, table->count}
               : (struct hll_cells){table->cells, hll_table_size(table), table->count};
}

static bool hll_table_too_full(uint32_t count, int lg_size)
{
    return 4 * (uint64_t)count > UINT64_C(3) << lg_size;
}

int hll_table_lg_size(uint32_t count, int lg_size)
{
    while (hll_table_too_full(count, lg_size)) {
        lg_size++;
    }
    return lg_size;
}

enum sketch_status hll_table_create(struct hll_table *table, int lg_size,
                                    const struct sketch_memory *memory)
{
    *table = (struct hll_table){.lg_size = (uint8_t)lg_size};
    table->cells =
        sketch_allocate(memory, hll_table_size(table) * sizeof *table->cells);
    return table->cells ? SKETCH_OK : SKETCH_NOMEM;
}

static void hll_table_forget_order(struct hll_table *table,
                                   const struct sketch_memory *memory)
{
    sketch_release(memory, table->order);
    table->order = NULL;
}

void hll_table_release(struct hll_table *table, const struct sketch_memory *memory)
{
    hll_table_forget_order(table, memory);
    sketch_release(memory, table->cells);
    *table = (struct hll_table){0};
}

enum sketch_status hll_table_copy(struct hll_table *table, const struct hll_table *from,
                                  const struct sketch_memory *memory)
{
    *table = (struct hll_table){0};
    if (!from->cells) {
        return SKETCH_OK;
    }
    enum sketch_status status = hll_table_create(table, from->lg_size, memory);
    if (status != SKETCH_OK) {
        return status;
    }
    memcpy(table->cells, from->cells, hll_table_size(from) * sizeof *from->cells);
    table->count = from->count;
    if (from->order) {
        table->order = sketch_allocate(memory, from->count * sizeof *from->order);
        if (!table->order) {
            hll_table_release(table, memory);
            return SKETCH_NOMEM;
        }
        memcpy(table->order, from->order, from->count * sizeof *from->order);
    }
    return SKETCH_OK;
}

/* 2^10 cells, all of them in a small table, down to 2^7 in large ones: so that filling
 * one takes no more than some 2^21 steps, or 2^7 for each cell. */
static uint32_t hll_longest_search(int lg_size)
{
    int lg_tries = 21 - lg_size;
    return UINT32_C(1) << (lg_tries > 10 ? 10 : lg_tries < 7 ? 7 : lg_tries);
}

uint32_t *hll_table_find(const struct hll_table *table, uint32_t cell, uint32_t same)
{
    uint32_t mask = (UINT32_C(1) << table->lg_size) - 1;
    uint32_t stride = hll_table_stride(table, cell);
    uint32_t at = hll_table_first(table, cell);
    for (uint32_t tries = hll_longest_search(table->lg_size); tries > 0; tries--) {
        uint32_t there = table->cells[at];
        if (there == 0 || ((there ^ cell) & same) == 0) {
            return &table->cells[at];
        }
        at = (at + stride) & mask;
    }
    return NULL;
}

bool hll_table_is_crowded(const struct hll_table *table)
{
    return hll_table_too_full(table->count, table->lg_size);
}

/* Gathers the cells in use among `size`, without a branch that cannot be foreseen. */
static size_t hll_table_gather(uint32_t *used, const uint32_t *cells, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        used[count] = cells[i];
        count += cells[i] != 0;
    }
    return count;
}

/* Puts all cells of `from` into the empty `table`; false when a search is too long. */
static bool hll_table_refill(struct hll_table *table, const struct hll_table *from)
{
    uint32_t used[HLL_TABLE_BLOCK] = {0};
    size_t size = hll_table_size(from);
    size_t block = size < HLL_TABLE_BLOCK ? size : HLL_TABLE_BLOCK;
    for (size_t start = 0; start < size; start += block) {
        size_t count = hll_table_gather(used, from->cells + start, block);
        for (size_t i = 0; i < count; i++) {
            uint32_t *cell = hll_table_find(table, used[i], UINT32_MAX);
            if (!cell) {
                return false;
            }
            *cell = used[i];
        }
    }
    table->count = from->count;
    return true;
}

enum sketch_status hll_table_grow(struct hll_table *table, int lg_limit,
                                  const struct sketch_memory *memory)
{
    for (int lg_size = table->lg_size + 1; lg_size <= lg_limit; lg_size++) {
        struct hll_table larger;
        if (hll_table_create(&larger, lg_size, memory) != SKETCH_OK) {
            return SKETCH_NOMEM;
        }
        if (hll_table_refill(&larger, table)) {
            hll_table_release(table, memory);
            *table = larger;
            return SKETCH_OK;
        }
        hll_table_release(&larger, memory);
    }
    return SKETCH_OVERFLOW;
}

/* Puts a cell where it was found to belong, and grows the table if that fills it. */
static enum sketch_status hll_table_fill(struct hll_table *table, uint32_t *free_cell,
                                         uint32_t cell,
                                         const struct sketch_memory *memory)
{
    *free_cell = cell;
    table->count++;
    if (!hll_table_is_crowded(table)) {
        return SKETCH_OK;
    }
    enum sketch_status status = hll_table_grow(table, HLL_TABLE_LIMIT, memory);
    if (status != SKETCH_OK) {
        *free_cell = 0;
        table->count--;
    }
    return status;
}

enum sketch_status hll_table_put(struct hll_table *table, uint32_t cell, int lg_size,
                                 const struct sketch_memory *memory)
{
    enum sketch_status status = SKETCH_OK;
    if (!table->cells) {
        status = hll_table_create(table, lg_size, memory);
    }
    uint32_t *found = NULL;
    while (status == SKETCH_OK && !(found = hll_table_find(table, cell, HLL_ADDRESS))) {
        status = hll_table_grow(table, HLL_TABLE_LIMIT, memory);
    }
    if (status != SKETCH_OK) {
        return status;
    }
    if (*found != 0) {
        *found = cell;
    } else {
        status = hll_table_fill(table, found, cell, memory);
    }
    if (status == SKETCH_OK) {
        hll_table_forget_order(table, memory);
    }
    return status;
}
