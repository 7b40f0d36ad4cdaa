#include "topk_filter.h"

static size_t topk_filter_count(const struct topk_filter *filter)
{
    return (size_t)TOPK_FILTER_ROWS << filter->lg_cells;
}

static uint64_t topk_cell_limit(unsigned lg_width)
{
    return UINT64_MAX >> (64 - (8u << lg_width));
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

enum sketch_status topk_filter_sum(struct topk_filter *out, const struct topk_filter *a,
                                   const struct topk_filter *b, unsigned max_lg_bytes,
                                   const struct sketch_memory *memory)
{
    *out = (struct topk_filter){NULL, 0, 0};
    unsigned finest = a->lg_cells > b->lg_cells ? a->lg_cells : b->lg_cells;
    unsigned lg_width = 0;
    unsigned lg_cells = 0;
    bool fits = false;
    while (!fits) {
        lg_width++;
        lg_cells = max_lg_bytes - lg_width < finest ? max_lg_bytes - lg_width : finest;
        fits = true;
        for (size_t i = 0; fits && i < (size_t)TOPK_FILTER_ROWS << lg_cells; i++) {
            uint64_t sum =
                topk_filter_at(a, i, lg_cells) + topk_filter_at(b, i, lg_cells);
            fits = sum <= topk_cell_limit(lg_width);
        }
    }
    enum sketch_status status = topk_filter_create(out, lg_cells, lg_width, memory);
    if (status != SKETCH_OK) {
        return status;
    }
    for (size_t i = 0; i < topk_filter_count(out); i++) {
        topk_cell_set(out, i,
                      topk_filter_at(a, i, lg_cells) + topk_filter_at(b, i, lg_cells));
    }
    return SKETCH_OK;
}

/* How many cells from i on are zero. */
static size_t topk_zeros(const struct topk_filter *filter, size_t i)
{
    size_t end = i;
    while (end < topk_filter_count(filter) && topk_cell_get(filter, end) == 0) {
        end++;
    }
    return end - i;
}

size_t topk_filter_size(const struct topk_filter *filter)
{
    size_t size = 2;
    for (size_t i = 0; i < topk_filter_count(filter);) {
        size_t zeros = topk_zeros(filter, i);
        size += zeros ? 1 + varint_size(zeros) : varint_size(topk_cell_get(filter, i));
        i += zeros ? zeros : 1;
    }
    return size;
}

uint8_t *topk_filter_put(const struct topk_filter *filter, uint8_t *p)
{
    p = put_u8(p, filter->lg_cells);
    p = put_u8(p, filter->lg_width);
    for (size_t i = 0; i < topk_filter_count(filter);) {
        size_t zeros = topk_zeros(filter, i);
        p = zeros ? put_varint(put_u8(p, 0), zeros)
                  : put_varint(p, topk_cell_get(filter, i));
        i += zeros ? zeros : 1;
    }
    return p;
}

uint64_t topk_filter_most(const struct topk_filter *filter)
{
    uint64_t most[TOPK_FILTER_ROWS] = {0, 0};
    for (size_t i = 0; i < topk_filter_count(filter); i++) {
        uint64_t bound = topk_cell_get(filter, i);
        uint64_t *row = &most[i >> filter->lg_cells];
        *row = bound > *row ? bound : *row;
    }
    return most[0] < most[1] ? most[0] : most[1];
}

/* Reads the cells, which are zero so far, and the largest of them. */
static uint64_t topk_take_cells(struct topk_filter *filter, struct reader *r)
{
    size_t count = topk_filter_count(filter);
    uint64_t largest = 0;
    bool after_zeros = false;
    for (size_t i = 0; i < count && !r->bad;) {
        uint64_t value = take_varint(r);
        uint64_t zeros = value == 0 ? take_varint(r) : 0;
        largest = value > largest ? value : largest;
        if (value > 0) {
            r->bad = r->bad || value > topk_cell_limit(filter->lg_width);
            topk_cell_set(filter, i++, value);
        } else {
            r->bad = r->bad || after_zeros || zeros == 0 || zeros > count - i;
            i += r->bad ? 0 : (size_t)zeros;
        }
        after_zeros = value == 0;
    }
    return largest;
}

enum sketch_status topk_filter_take(struct topk_filter *out, struct reader *r,
                                    uint64_t total, unsigned max_lg_bytes,
                                    const struct sketch_memory *memory)
{
    *out = (struct topk_filter){NULL, 0, 0};
    unsigned lg_cells = take_u8(r);
    unsigned lg_width = take_u8(r);
    if (r->bad || lg_width < 1 || lg_width > 3 || lg_cells + lg_width > max_lg_bytes ||
        lg_cells + lg_width < TOPK_FILTER_MIN_LG_BYTES) {
        return SKETCH_CORRUPT;
    }
    enum sketch_status status = topk_filter_create(out, lg_cells, lg_width, memory);
    if (status != SKETCH_OK) {
        return status;
    }
    uint64_t largest = topk_take_cells(out, r);
    r->bad = r->bad || largest > total;
    /* Cells are wide only where one needs it; a filter exists because of an item. */
    bool needed = largest > (lg_width > 1 ? topk_cell_limit(lg_width - 1) : 0);
    if (r->bad || !needed) {
        sketch_release(memory, out->cells);
        *out = (struct topk_filter){NULL, 0, 0};
        return SKETCH_CORRUPT;
    }
    return SKETCH_OK;
}
