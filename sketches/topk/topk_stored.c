/* What the bytes of a stored top-k sketch answer by themselves. */
#include "topk_stored.h"

#include "item_image.h"
#include "topk_private.h"

bool topk_stored_k(const uint8_t *bytes, size_t size, int *k)
{
    struct reader r = {bytes, size, false};
    struct topk_layout layout;
    bool sound = topk_layout_take(&layout, &r);
    *k = sound ? layout.k : 0;
    return sound;
}

bool topk_stored_find(const struct topk_layout *layout, struct item item,
                      uint32_t *rank, struct topk_row *row)
{
    size_t width = topk_rank_width(layout->used);
    uint32_t low = 0;
    uint32_t high = layout->used;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        *rank = topk_load_rank(layout->ranks, middle, width);
        if (*rank >= layout->used || !topk_find_record(layout, *rank, row)) {
            return false;
        }
        int order = item_compare(item, row->item);
        if (order == 0) {
            return true;
        }
        low = order > 0 ? middle + 1 : low;
        high = order > 0 ? high : middle;
    }
    *rank = layout->used;
    return true;
}

bool topk_stored_take_filter(struct topk_stored_filter *filter, struct reader *r,
                             const struct topk_layout *layout)
{
    filter->ends = r->next;
    if (layout->floor == 0) {
        filter->smallest = take_item(r);
        filter->largest = take_item(r);
    }
    return topk_planes_find(&filter->planes, r, topk_max_lg_row(layout->counters));
}

bool topk_stored_lookup(const uint8_t *bytes, size_t size, struct item item,
                        struct topk_row *row)
{
    struct reader r = {bytes, size, false};
    struct topk_layout layout;
    uint32_t rank;
    if (!topk_layout_take(&layout, &r) ||
        !topk_stored_find(&layout, item, &rank, row)) {
        return false;
    }
    uint64_t bound = 0;
    if (rank == layout.used && layout.flags & TOPK_HAS_FILTER) {
        struct topk_stored_filter filter;
        if (!topk_stored_take_filter(&filter, &r, &layout) ||
            !topk_planes_get(&filter.planes, item_bytes_hash(item).h1, &bound)) {
            return false;
        }
    }
    if (rank == layout.used) {
        bound += layout.floor;
        *row = (struct topk_row){.count = bound, .error = bound};
    }
    row->item = item;
    return true;
}

bool topk_stored_rank(const uint8_t *bytes, size_t size, size_t limit,
                      struct topk_row **rows, size_t *count,
                      const struct sketch_memory *memory)
{
    struct reader r = {bytes, size, false};
    struct topk_layout layout;
    *rows = NULL;
    *count = 0;
    if (!topk_layout_take(&layout, &r)) {
        return false;
    }
    size_t listed = limit < layout.used ? limit : layout.used;
    /* One row too many, since a block of no bytes cannot be had. */
    *rows = memory->resize(memory->ctx, NULL, (listed + 1) * sizeof **rows);
    r = topk_group(&layout, 0);
    for (size_t i = 0; *rows && i < listed; i++) {
        (*rows)[i] = topk_take_record(&r, &layout);
    }
    if (!*rows || r.bad) {
        sketch_release(memory, *rows);
        *rows = NULL;
        return false;
    }
    *count = listed;
    return true;
}
