/*
 * Adding to the bytes of a stored top-k sketch.
 *
 * An item that has an entry gets a larger count, and with it perhaps a better rank: its
 * record moves up, and those that it passes move down.  An item that has none, and does
 * not deserve one, raises its two cells.
 */
#include "item_image.h"
#include "topk_private.h"
#include "topk_stored.h"

#include <string.h>

/* An image that is being changed. */
struct topk_edit {
    uint8_t *bytes;
    size_t *size;
    size_t room;
    struct topk_layout layout;
};

/* Moves what begins at `at` away from it, or nearer, by as many bytes as `after` is
 * larger than `before`. */
static void topk_edit_move(struct topk_edit *edit, uint8_t *at, size_t before,
                           size_t after)
{
    memmove(at + after, at + before, *edit->size - (size_t)(at - edit->bytes) - before);
    *edit->size += after - before;
}

/* How the image begins when this is its new layout. */
static void topk_edit_head(struct topk_edit *edit, const struct topk_layout *layout)
{
    topk_edit_move(edit, edit->bytes, topk_layout_head_size(&edit->layout),
                   topk_layout_head_size(layout));
    topk_layout_put_head(layout, edit->bytes);
}

/* The place in the ranking for a row that is better than the one at `rank`. */
static bool topk_edit_find_rank(const struct topk_layout *layout,
                                const struct topk_row *row, uint32_t rank,
                                uint32_t *better)
{
    uint32_t low = 0;
    uint32_t high = rank;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        struct topk_row other;
        if (!topk_find_record(layout, middle, &other)) {
            return false;
        }
        bool passes = topk_compare_rows(row, &other) < 0;
        low = passes ? low : middle + 1;
        high = passes ? middle : high;
    }
    *better = low;
    return true;
}

/* The bytes of a record; false when they are damaged. */
static bool topk_edit_find_bytes(struct topk_edit *edit, uint32_t rank,
                                 uint8_t **record)
{
    struct reader r = topk_group(&edit->layout, rank / TOPK_GROUP);
    for (uint32_t i = 0; i < rank % TOPK_GROUP; i++) {
        topk_take_record(&r, &edit->layout);
    }
    *record = r.bad ? NULL : edit->bytes + (r.next - edit->bytes);
    return !r.bad;
}

/* The ranks after the item of `from` has moved up to `to`. */
static void topk_edit_ranks(struct topk_edit *edit, uint32_t from, uint32_t to)
{
    const struct topk_layout *layout = &edit->layout;
    uint8_t *ranks = edit->bytes + (layout->ranks - edit->bytes);
    size_t width = topk_rank_width(layout->used);
    for (uint32_t i = 0; to < from && i < layout->used; i++) {
        uint32_t before = topk_load_rank(ranks, i, width);
        uint32_t after = before == from                  ? to
                         : before >= to && before < from ? before + 1
                                                         : before;
        if (after != before) {
            topk_flip_rank(ranks, i, width, before ^ after);
        }
    }
}

/* Where groups start after a record has moved from one rank up to another, and has got
 * longer.  Its count may be more than the total was. */
static void topk_edit_starts(struct topk_edit *edit, const struct topk_layout *layout,
                             uint32_t from, uint32_t to)
{
    size_t growth = layout->records_size - edit->layout.records_size;
    size_t width = topk_start_width(layout->records_size);
    uint8_t *starts = edit->bytes + (layout->starts - edit->bytes);
    struct reader r = topk_group(layout, to / TOPK_GROUP);
    for (uint32_t rank = to / TOPK_GROUP * TOPK_GROUP; rank < layout->used; rank++) {
        if (rank % TOPK_GROUP == 0 && rank > to) {
            uint8_t *start = starts + (rank / TOPK_GROUP - 1) * width;
            size_t at = rank <= from ? (size_t)(r.next - layout->records)
                                     : topk_load(start, width) + growth;
            topk_store(start, at, width);
        }
        if (rank < from) {
            topk_take_record(&r, layout);
        }
    }
}

/* An item that has the entry at `rank`. */
static bool topk_edit_entry(struct topk_edit *edit, uint32_t rank,
                            const struct topk_row *row, uint64_t weight)
{
    struct topk_row next = {row->item, row->count + weight, row->error};
    size_t old_size = topk_record_size(row);
    size_t new_size = topk_record_size(&next);
    size_t growth = new_size - old_size;
    struct topk_layout after = edit->layout;
    after.total += weight;
    after.records_size += growth;
    size_t head_growth =
        topk_layout_head_size(&after) - topk_layout_head_size(&edit->layout);
    uint32_t better;
    uint8_t *from, *to;
    if (topk_start_width(after.records_size) !=
            topk_start_width(edit->layout.records_size) ||
        edit->room - *edit->size < growth + head_growth ||
        !topk_edit_find_rank(&edit->layout, &next, rank, &better) ||
        !topk_edit_find_bytes(edit, rank, &from) ||
        !topk_edit_find_bytes(edit, better, &to) || to > from) {
        return false;
    }
    topk_edit_move(edit, from, old_size, new_size);
    memmove(to + new_size, to, (size_t)(from - to));
    topk_put_record(to, &next);
    topk_edit_ranks(edit, rank, better);
    topk_edit_starts(edit, &after, rank, better);
    topk_edit_head(edit, &after);
    return true;
}

/* The end that an item lies beyond; NULL, as for any item when there is
 * a floor, if it lies beyond none. */
static const struct item *topk_edit_passed(const struct topk_edit *edit,
                                           const struct topk_stored_filter *filter,
                                           struct item item)
{
    return edit->layout.floor > 0                     ? NULL
           : item_compare(item, filter->smallest) < 0 ? &filter->smallest
           : item_compare(item, filter->largest) > 0  ? &filter->largest
                                                      : NULL;
}

static void topk_edit_end(struct topk_edit *edit,
                          const struct topk_stored_filter *filter,
                          const struct item *passed, struct item item)
{
    size_t before = passed == &filter->largest ? item_image_size(filter->smallest) : 0;
    uint8_t *at = edit->bytes + (filter->ends - edit->bytes) + before;
    topk_edit_move(edit, at, item_image_size(*passed), item_image_size(item));
    put_item(at, item);
}

/* An item that has no entry, and gets none: if it lies beyond an end, it is new. */
static bool topk_edit_filter(struct topk_edit *edit, struct reader *r, struct item item,
                             uint64_t weight)
{
    struct topk_layout after = edit->layout;
    struct topk_stored_filter filter;
    struct topk_row least;
    uint64_t hash = item_bytes_hash(item).h1;
    uint64_t cells;
    after.total += weight;
    if (!(after.flags & TOPK_HAS_FILTER) ||
        !topk_stored_take_filter(&filter, r, &after) ||
        !topk_planes_get(&filter.planes, hash, &cells) ||
        !topk_find_record(&after, after.used - 1, &least)) {
        return false;
    }
    const struct item *passed = topk_edit_passed(edit, &filter, item);
    size_t growth = topk_layout_head_size(&after) -
                    topk_layout_head_size(&edit->layout) +
                    (passed ? item_image_size(item) : 0);
    cells = passed ? 0 : cells;
    if (edit->room - *edit->size < growth || cells >= after.total ||
        after.floor + cells + weight > least.count ||
        !topk_planes_raise(&filter.planes, hash, cells + weight, edit->bytes,
                           edit->size, edit->room - growth)) {
        return false;
    }
    if (passed) {
        topk_edit_end(edit, &filter, passed, item);
    }
    topk_edit_head(edit, &after);
    return true;
}

/* Both are written through `edit`.  NOLINTNEXTLINE(readability-non-const-parameter) */
bool topk_stored_add(uint8_t *bytes, size_t *size, size_t room, struct item item,
                     uint64_t weight)
{
    struct topk_edit edit = {.bytes = bytes, .size = size, .room = room};
    struct reader r = {bytes, *size, false};
    struct topk_row row;
    uint32_t rank;
    if (weight == 0 || !topk_layout_take(&edit.layout, &r) ||
        weight > SKETCH_MAX_TOTAL - edit.layout.total ||
        !topk_stored_find(&edit.layout, item, &rank, &row)) {
        return false;
    }
    if (rank == edit.layout.used) {
        return topk_edit_filter(&edit, &r, item, weight);
    }
    /* It stays in the form in which it came first, and its bytes where they are. */
    row.item.as = item.as;
    return topk_edit_entry(&edit, rank, &row, weight);
}
