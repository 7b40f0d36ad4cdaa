#include "topk_view.h"

#include "item_image.h"
#include "topk_choice.h"
#include "topk_layout.h"
#include "topk_planes.h"

void topk_view_drop(struct topk_view *view, const struct sketch_memory *memory)
{
    sketch_release(memory, view->entries);
    if (view->owns_filter) {
        sketch_release(memory, view->filter.cells);
    }
}

/* The list of entries, of which there may be none. */
static enum sketch_status topk_view_make_room(struct topk_view *view,
                                              const struct sketch_memory *memory)
{
    size_t room = (view->used + (size_t)1) * sizeof *view->entries;
    view->entries = memory->resize(memory->ctx, NULL, room);
    return view->entries ? SKETCH_OK : SKETCH_NOMEM;
}

enum sketch_status topk_view_of(struct topk_view *view, const struct topk *sketch,
                                const struct sketch_memory *memory)
{
    *view = (struct topk_view){.k = sketch->k,
                               .counters = sketch->counters,
                               .used = sketch->used,
                               .total = sketch->total,
                               .floor = sketch->floor,
                               .filter = sketch->filter};
    enum sketch_status status = topk_view_make_room(view, memory);
    for (uint32_t i = 0; status == SKETCH_OK && i < sketch->used; i++) {
        const struct topk_entry *entry = &sketch->entries[i];
        struct topk_probe probe = {topk_key_item(&entry->key), entry->key.form,
                                   entry->key.words};
        view->entries[i] =
            (struct topk_view_entry){probe, entry->hash, entry->count, entry->error};
    }
    if (status == SKETCH_OK && sketch->used > 0 && sketch->floor == 0) {
        topk_extremes(sketch, &view->smallest, &view->largest);
    }
    return status;
}

/* Whether the record that was just read comes after the one before, best first. */
static bool topk_record_follows(const struct topk_view_entry *before,
                                const struct topk_view_entry *entry)
{
    if (before->count != entry->count) {
        return before->count > entry->count;
    }
    if (before->error != entry->error) {
        return before->error < entry->error;
    }
    return item_compare(before->probe.item, entry->probe.item) < 0;
}

/* The records, best first, and where every eighth of them begins. */
static bool topk_take_records(struct topk_view *view, const struct topk_layout *layout)
{
    struct reader r = topk_group(layout, 0);
    size_t width = topk_start_width(layout->records_size);
    for (uint32_t i = 0; i < layout->used; i++) {
        struct topk_view_entry *entry = &view->entries[i];
        size_t start = layout->records_size - r.left;
        if (i > 0 && i % TOPK_GROUP == 0 &&
            topk_load(layout->starts + (i / TOPK_GROUP - 1) * width, width) != start) {
            return false;
        }
        struct topk_row row = topk_take_record(&r, layout);
        if (r.bad) {
            return false;
        }
        topk_probe_set(&entry->probe, row.item);
        entry->hash = topk_probe_hash(&entry->probe);
        entry->count = row.count;
        entry->error = row.error;
        if (i > 0 && !topk_record_follows(entry - 1, entry)) {
            return false;
        }
    }
    return took_all(&r);
}

/* The ranks, in the strict order of the items: so each entry is there, and once. */
static bool topk_take_ranks(struct topk_view *view, const struct topk_layout *layout)
{
    size_t width = topk_rank_width(layout->used);
    for (uint32_t i = 0; i < layout->used; i++) {
        uint32_t rank = topk_load_rank(layout->ranks, i, width);
        if (rank >= layout->used) {
            return false;
        }
        struct item item = view->entries[rank].probe.item;
        if (i > 0 && item_compare(view->largest, item) >= 0) {
            return false;
        }
        view->smallest = i > 0 ? view->smallest : item;
        view->largest = item;
    }
    size_t bits = layout->used * width;
    return bits % 8 == 0 || layout->ranks[bits / 8] >> bits % 8 == 0;
}

/* If nothing is estimated, the counts are the whole truth. */
static bool topk_adds_up(const struct topk_view *view)
{
    uint64_t left = view->total;
    for (uint32_t i = 0; i < view->used; i++) {
        if (view->entries[i].count > left) {
            return false;
        }
        left -= view->entries[i].count;
    }
    return left == 0;
}

/* A row of another one's counting. */
static bool topk_take_row(struct topk_view *view, uint32_t i,
                          const struct topk_row *row)
{
    struct topk_view_entry *entry = &view->entries[i];
    if (row->error < view->floor || row->error >= row->count ||
        row->count > view->total || (view->floor == 0 && row->error > 0)) {
        return false;
    }
    topk_probe_set(&entry->probe, row->item);
    entry->hash = topk_probe_hash(&entry->probe);
    entry->count = row->count;
    entry->error = row->error;
    bool smallest = i == 0 || item_compare(row->item, view->smallest) < 0;
    bool largest = i == 0 || item_compare(row->item, view->largest) > 0;
    view->smallest = smallest ? row->item : view->smallest;
    view->largest = largest ? row->item : view->largest;
    return true;
}

enum sketch_status topk_view_state(struct topk_view *view,
                                   const struct topk_state *state,
                                   const struct sketch_memory *memory)
{
    *view = (struct topk_view){.k = state->k,
                               .counters = (uint32_t)state->counters,
                               .used = (uint32_t)state->count,
                               .total = state->total,
                               .floor = state->unlisted};
    if (state->count >= TOPK_NOT_THERE || state->total > SKETCH_MAX_TOTAL ||
        (state->count == 0 && state->total > 0)) {
        return SKETCH_RANGE;
    }
    enum sketch_status status = topk_view_make_room(view, memory);
    for (uint32_t i = 0; status == SKETCH_OK && i < view->used; i++) {
        status = topk_take_row(view, i, &state->rows[i]) ? SKETCH_OK : SKETCH_RANGE;
    }
    if (status == SKETCH_OK && view->floor == 0 && !topk_adds_up(view)) {
        status = SKETCH_RANGE;
    }
    return status;
}

/* The ends, between which the entries lie, and the cells. */
static enum sketch_status topk_take_filter(struct topk_view *view, struct reader *r,
                                           const struct sketch_memory *memory)
{
    if (view->floor == 0) {
        struct item smallest = take_item(r);
        struct item largest = take_item(r);
        if (r->bad || item_compare(smallest, view->smallest) > 0 ||
            item_compare(largest, view->largest) < 0) {
            return SKETCH_CORRUPT;
        }
        view->smallest = smallest;
        view->largest = largest;
    }
    enum sketch_status status =
        topk_planes_take(&view->filter, r, view->total - view->floor,
                         topk_max_lg_row(view->counters), memory);
    view->owns_filter = status == SKETCH_OK;
    return status;
}

enum sketch_status topk_view_read(struct topk_view *view, const uint8_t *bytes,
                                  size_t size, const struct sketch_memory *memory)
{
    struct reader r = {bytes, size, false};
    struct topk_layout layout;
    *view = (struct topk_view){.k = 0};
    if (!topk_layout_take(&layout, &r)) {
        return SKETCH_CORRUPT;
    }
    view->k = layout.k;
    view->counters = layout.counters;
    view->used = layout.used;
    view->total = layout.total;
    view->floor = layout.floor;
    enum sketch_status status = topk_view_make_room(view, memory);
    if (status == SKETCH_OK &&
        (!topk_take_records(view, &layout) || !topk_take_ranks(view, &layout))) {
        status = SKETCH_CORRUPT;
    }
    if (status == SKETCH_OK && layout.flags & TOPK_HAS_FILTER) {
        status = topk_take_filter(view, &r, memory);
    } else if (status == SKETCH_OK && view->floor == 0 && !topk_adds_up(view)) {
        status = SKETCH_CORRUPT;
    }
    return status == SKETCH_OK && !took_all(&r) ? SKETCH_CORRUPT : status;
}
