#include "topk_layout.h"

#include "item_image.h"
#include "topk_private.h"

static const char topk_tag[4] = {'T', 'O', 'P', 'K'};

bool topk_recognises(const uint8_t *bytes, size_t size)
{
    return opens_with(bytes, size, topk_tag);
}

size_t topk_layout_head_size(const struct topk_layout *layout)
{
    bool estimated = layout->flags & TOPK_IS_ESTIMATED;
    return 6 + varint_size((uint64_t)layout->k) + varint_size(layout->counters) +
           varint_size(layout->total) + varint_size(layout->used) +
           (estimated ? varint_size(layout->floor) : 0) +
           varint_size(layout->records_size);
}

uint8_t *topk_layout_put_head(const struct topk_layout *layout, uint8_t *p)
{
    p = put_tag(p, topk_tag);
    p = put_u8(p, TOPK_VERSION);
    p = put_u8(p, layout->flags);
    p = put_varint(p, (uint64_t)layout->k);
    p = put_varint(p, layout->counters);
    p = put_varint(p, layout->total);
    p = put_varint(p, layout->used);
    if (layout->flags & TOPK_IS_ESTIMATED) {
        p = put_varint(p, layout->floor);
    }
    return put_varint(p, layout->records_size);
}

/* Estimated is what has a filter or a floor.  Without a floor a filter is there because
 * all counters were taken, and with one there is an entry. */
static bool topk_layout_is_sound(const struct topk_layout *layout)
{
    bool estimated = layout->flags & TOPK_IS_ESTIMATED;
    bool filter = layout->flags & TOPK_HAS_FILTER;
    return layout->flags <= (TOPK_IS_ESTIMATED | TOPK_HAS_FILTER) &&
           estimated == (filter || layout->floor > 0) &&
           (!filter || layout->used == layout->counters) &&
           (layout->floor == 0 || layout->used > 0) &&
           layout->total <= SKETCH_MAX_TOTAL && layout->floor <= layout->total;
}

bool topk_layout_take(struct topk_layout *layout, struct reader *r)
{
    take_tag(r, topk_tag);
    uint8_t version = take_u8(r);
    layout->flags = take_u8(r);
    uint64_t k = take_varint(r);
    uint64_t counters = take_varint(r);
    layout->total = take_varint(r);
    uint64_t used = take_varint(r);
    layout->floor = layout->flags & TOPK_IS_ESTIMATED ? take_varint(r) : 0;
    uint64_t records_size = take_varint(r);
    if (r->bad || version != TOPK_VERSION || k < 1 || k > TOPK_MAX_K || counters < k ||
        counters > TOPK_MAX_COUNTERS || used > counters || records_size > r->left) {
        return false;
    }
    layout->k = (int)k;
    layout->counters = (uint32_t)counters;
    layout->used = (uint32_t)used;
    layout->records_size = (size_t)records_size;
    layout->ranks = take_bytes(r, topk_ranks_size(layout->used));
    layout->starts = take_bytes(r, topk_starts(layout->used) *
                                       topk_start_width(layout->records_size));
    layout->records = take_bytes(r, layout->records_size);
    return !r->bad && topk_layout_is_sound(layout);
}

struct reader topk_group(const struct topk_layout *layout, size_t group)
{
    size_t width = topk_start_width(layout->records_size);
    size_t start =
        group > 0 ? topk_load(layout->starts + (group - 1) * width, width) : 0;
    bool bad = start > layout->records_size;
    return (struct reader){layout->records + (bad ? 0 : start),
                           bad ? 0 : layout->records_size - start, bad};
}

size_t topk_record_size(const struct topk_row *row)
{
    return item_image_size(row->item) + varint_size(row->count << 1) +
           (row->error > 0 ? varint_size(row->error) : 0);
}

uint8_t *topk_put_record(uint8_t *p, const struct topk_row *row)
{
    p = put_varint(put_item(p, row->item), row->count << 1 | (row->error > 0));
    return row->error > 0 ? put_varint(p, row->error) : p;
}

struct topk_row topk_take_record(struct reader *r, const struct topk_layout *layout)
{
    struct topk_row row = {.item = take_item(r)};
    uint64_t count = take_varint(r);
    row.count = count >> 1;
    if (count & 1) {
        row.error = take_varint(r);
        r->bad = r->bad || row.error == 0;
    }
    r->bad = r->bad || row.error >= row.count || row.error < layout->floor ||
             row.count > layout->total;
    return row;
}

bool topk_find_record(const struct topk_layout *layout, uint32_t rank,
                      struct topk_row *row)
{
    struct reader r = topk_group(layout, rank / TOPK_GROUP);
    for (uint32_t i = 0; i <= rank % TOPK_GROUP; i++) {
        *row = topk_take_record(&r, layout);
    }
    return !r.bad;
}
