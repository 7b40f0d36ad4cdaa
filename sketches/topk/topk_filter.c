#include "topk_filter.h"

static size_t topk_filter_count(const struct topk_filter *filter)
{
    return (size_t)TOPK_FILTER_ROWS << filter->lg_cells;
}

static uint64_t topk_cell_limit(unsigned lg_width)
{
    return lg_width < 3 ? (UINT64_C(1) << (8u << lg_width)) - 1 : UINT64_MAX;
}

static void topk_cell_set(struct topk_filter *filter, size_t i, uint64_t value)
{
    switch (filter->lg_width) {
    case 1:
        ((uint16_t *)filter->cells)[i] = (uint16_t)value;
        break;
    case 2:
        ((uint32_t *)filter->cells)[i] = (uint32_t)value;
        break;
    default:
        ((uint64_t *)filter->cells)[i] = value;
        break;
    }
}

enum sketch_status topk_filter_create(struct topk_filter *filter, unsigned lg_cells,
                                      unsigned lg_width,
                                      const struct sketch_memory *memory)
{
    *filter = (struct topk_filter){NULL, (uint8_t)lg_cells, (uint8_t)lg_width};
    filter->cells = sketch_allocate(memory, topk_filter_count(filter) << lg_width);
    return filter->cells ? SKETCH_OK : SKETCH_NOMEM;
}

/* Two cells of one width take the place of one of twice the width, so this works
 * from the front in the same block. */
static void topk_filter_widen(struct topk_filter *filter)
{
    struct topk_filter wide = {filter->cells, (uint8_t)(filter->lg_cells - 1),
                               (uint8_t)(filter->lg_width + 1)};
    for (size_t i = 0; i < topk_filter_count(&wide); i++) {
        uint64_t left = topk_cell_get(filter, 2 * i);
        uint64_t right = topk_cell_get(filter, 2 * i + 1);
        topk_cell_set(&wide, i, left > right ? left : right);
    }
    *filter = wide;
}

void topk_filter_raise_any(struct topk_filter *filter, uint64_t hash, uint64_t bound)
{
    while (bound > topk_cell_limit(filter->lg_width)) {
        topk_filter_widen(filter);
    }
    struct topk_cells cells = topk_filter_cells(filter, hash);
    for (size_t row = 0; row < TOPK_FILTER_ROWS; row++) {
        uint64_t before = topk_cell_get(filter, cells.at[row]);
        topk_cell_set(filter, cells.at[row], before > bound ? before : bound);
    }
}

/* The bound in cell i of rows that have 2^lg_cells cells: that of the wider cell it is
 * a part of, or the largest of those it joins. */
static uint64_t topk_filter_at(const struct topk_filter *filter, size_t i,
                               unsigned lg_cells)
{
    if (!filter->cells) {
        return 0;
    }
    if (filter->lg_cells <= lg_cells) {
        return topk_cell_get(filter, i >> (lg_cells - filter->lg_cells));
    }
    unsigned shift = filter->lg_cells - lg_cells;
    uint64_t largest = 0;
    for (size_t j = i << shift; j < (i + 1) << shift; j++) {
        uint64_t value = topk_cell_get(filter, j);
        largest = value > largest ? value : largest;
    }
    return largest;
}

uint64_t topk_filter_largest(const struct topk_filter *filter)
{
    uint64_t largest = 0;
    if (!filter->cells) {
        return 0;
    }
    if (filter->lg_width == 1) { /* a loop that a compiler makes wide */
        const uint16_t *cells = filter->cells;
        uint16_t narrow = 0;
        for (size_t i = 0; i < topk_filter_count(filter); i++) {
            narrow = cells[i] > narrow ? cells[i] : narrow;
        }
        return narrow;
    }
    for (size_t i = 0; i < topk_filter_count(filter); i++) {
        uint64_t value = topk_cell_get(filter, i);
        largest = value > largest ? value : largest;
    }
    return largest;
}

uint64_t topk_filter_ceiling(const struct topk_filter *filter)
{
    uint64_t ceiling = 0;
    if (!filter->cells) {
        return 0;
    }
    if (filter->lg_width == 1) {
        const uint16_t *cells = filter->cells;
        uint16_t narrow = 0;
        for (size_t i = 0; i < topk_filter_count(filter); i++) {
            narrow = (uint16_t)(narrow | cells[i]);
        }
        return narrow;
    }
    for (size_t i = 0; i < topk_filter_count(filter); i++) {
        ceiling |= topk_cell_get(filter, i);
    }
    return ceiling;
}

void topk_filter_or(struct topk_filter *filter, size_t first, const uint8_t *bytes,
                    size_t count, unsigned shift)
{
    if (filter->lg_width == 1) {
        uint16_t *cells = (uint16_t *)filter->cells + first;
        for (size_t i = 0; i < count; i++) {
            cells[i] = (uint16_t)(cells[i] | bytes[i] << shift);
        }
        return;
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t before = topk_cell_get(filter, first + i);
        topk_cell_set(filter, first + i, before | (uint64_t)bytes[i] << shift);
    }
}

/* Whether all sums, in rows of 2^lg_cells cells, are within the limit. */
static bool topk_filter_fits(const struct topk_filter *a, const struct topk_filter *b,
                             unsigned lg_cells, uint64_t limit)
{
    if (topk_filter_ceiling(a) + topk_filter_ceiling(b) <= limit ||
        topk_filter_largest(a) + topk_filter_largest(b) <= limit) {
        return true;
    }
    for (size_t i = 0; i < (size_t)TOPK_FILTER_ROWS << lg_cells; i++) {
        if (topk_filter_at(a, i, lg_cells) + topk_filter_at(b, i, lg_cells) > limit) {
            return false;
        }
    }
    return true;
}

enum sketch_status topk_filter_prepare(struct topk_filter *out,
                                       const struct topk_filter *into,
                                       const struct topk_filter *from, bool takes,
                                       unsigned max_lg_bytes,
                                       const struct sketch_memory *memory)
{
    unsigned finest = into->lg_cells > from->lg_cells ? into->lg_cells : from->lg_cells;
    if (!into->cells && !from->cells) {
        finest = max_lg_bytes;
    }
    unsigned lg_width = 0;
    unsigned lg_cells;
    do {
        lg_width++;
        lg_cells = max_lg_bytes - lg_width < finest ? max_lg_bytes - lg_width : finest;
    } while (!topk_filter_fits(into, from, lg_cells, topk_cell_limit(lg_width)));
    const struct topk_filter *whole = takes && !into->cells ? from : into;
    if (whole->cells && whole->lg_cells == lg_cells && whole->lg_width == lg_width) {
        *out = *whole;
        return SKETCH_OK;
    }
    enum sketch_status status = topk_filter_create(out, lg_cells, lg_width, memory);
    size_t count = status == SKETCH_OK && into->cells ? topk_filter_count(out) : 0;
    for (size_t i = 0; i < count; i++) {
        topk_cell_set(out, i, topk_filter_at(into, i, lg_cells));
    }
    return status;
}

void topk_filter_add(struct topk_filter *into, const struct topk_filter *from)
{
    size_t count = topk_filter_count(into);
    if (from->cells && into->lg_width == 1 && from->lg_width == 1 &&
        into->lg_cells == from->lg_cells) { /* a loop that a compiler makes wide */
        uint16_t *cells = into->cells;
        const uint16_t *others = from->cells;
        for (size_t i = 0; i < count; i++) {
            cells[i] = (uint16_t)(cells[i] + others[i]);
        }
        return;
    }
    for (size_t i = 0; from->cells && i < count; i++) {
        topk_cell_set(into, i,
                      topk_cell_get(into, i) + topk_filter_at(from, i, into->lg_cells));
    }
}

uint64_t topk_filter_most(const struct topk_filter *filter)
{
    uint64_t most[TOPK_FILTER_ROWS] = {0, 0};
    if (!filter->cells) {
        return 0;
    }
    for (size_t i = 0; i < topk_filter_count(filter); i++) {
        uint64_t bound = topk_cell_get(filter, i);
        uint64_t *row = &most[i >> filter->lg_cells];
        *row = bound > *row ? bound : *row;
    }
    return most[0] < most[1] ? most[0] : most[1];
}
