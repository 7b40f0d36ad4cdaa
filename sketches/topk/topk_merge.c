/*
 * Merging two top-k sketches.
 *
 * An item that only one of them counts by name may have been in the other stream
 * as often as the other's cells allow: that much is added to its count and to its
 * error (tighter than adding the other's least count, which is what Cafaro,
 * Pulimeno, Tempesta 2016 do).  The cells of both are added up; the items that no
 * longer fit raise their cells.
 */
#include "topk_private.h"

#include <stdlib.h>

/* The rows of both, each with the other's bound added to its count and error,
 * best first.  An item of both takes the form in which `a` holds it. */
static size_t topk_join_rows(const struct topk *a, const struct topk *b,
                             struct topk_row *rows)
{
    size_t count = 0;
    const struct topk *sides[] = {a, b};
    for (size_t side = 0; side < 2; side++) {
        const struct topk *other = sides[1 - side];
        for (uint32_t i = 0; i < sides[side]->used; i++) {
            const struct topk_entry *entry = &sides[side]->entries[i];
            struct item item = topk_key_item(&entry->key);
            struct topk_probe probe;
            topk_probe_set(&probe, item);
            bool twice = side == 1 && topk_find(a, &probe, entry->hash) < a->used;
            if (!twice) {
                struct topk_row there = topk_lookup(other, item);
                rows[count++] = (struct topk_row){item, entry->count + there.count,
                                                  entry->error + there.error};
            }
        }
    }
    qsort(rows, count, sizeof *rows, topk_compare_rows);
    return count;
}

/* The filter and the extremes of both, for the rows that did not fit. */
static enum sketch_status topk_join_filters(struct topk *joint, const struct topk *a,
                                            const struct topk *b,
                                            const struct topk_row *rest, size_t count)
{
    struct item smallest, largest, low, high;
    topk_extremes(a->used ? a : b, &smallest, &largest);
    topk_extremes(b->used ? b : a, &low, &high);
    smallest = item_compare(low, smallest) < 0 ? low : smallest;
    largest = item_compare(high, largest) > 0 ? high : largest;
    unsigned max_lg_row = topk_max_lg_row(joint);
    struct topk_filter filter;
    enum sketch_status status;
    if (a->filter.cells || b->filter.cells) {
        status = topk_filter_sum(&filter, &a->filter, &b->filter, max_lg_row,
                                 &joint->memory);
    } else {
        status = topk_filter_create(&filter, max_lg_row - 1, 1, &joint->memory);
    }
    if (status != SKETCH_OK) {
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        topk_filter_raise(&filter, item_bytes_hash(rest[i].item).h1, rest[i].count);
    }
    status = topk_close(joint, filter, smallest, largest);
    if (status != SKETCH_OK) {
        sketch_release(&joint->memory, filter.cells);
    }
    return status;
}

static enum sketch_status topk_join(struct topk *joint, const struct topk *a,
                                    const struct topk *b, struct topk_row *rows)
{
    size_t count = topk_join_rows(a, b, rows);
    size_t named = count < joint->counters ? count : joint->counters;
    enum sketch_status status = SKETCH_OK;
    for (size_t i = 0; status == SKETCH_OK && i < named; i++) {
        struct topk_probe probe;
        topk_probe_set(&probe, rows[i].item);
        status = topk_insert(joint, &probe, topk_probe_hash(&probe), rows[i].count,
                             rows[i].error);
    }
    bool left_out = named < count || a->filter.cells || b->filter.cells;
    if (status == SKETCH_OK && left_out) {
        status = topk_join_filters(joint, a, b, rows + named, count - named);
    }
    joint->total = a->total + b->total;
    joint->previous = joint->used;
    return status;
}

enum sketch_status topk_merge(struct topk *into, const struct topk *from)
{
    if (from->total > SKETCH_MAX_TOTAL - into->total) {
        return SKETCH_OVERFLOW;
    }
    if (from->total == 0) {
        return SKETCH_OK;
    }
    /* An empty sketch has no say in the size of the result. */
    const struct topk *sized = into->total == 0 ? from : into;
    int k = sized->k < from->k ? sized->k : from->k;
    uint32_t counters =
        sized->counters < from->counters ? sized->counters : from->counters;
    const struct sketch_memory *memory = &into->memory;
    struct topk *joint = NULL;
    struct topk_row *rows =
        memory->resize(memory->ctx, NULL, (into->used + from->used) * sizeof *rows);
    enum sketch_status status =
        rows ? topk_create(&joint, k, (int)counters, memory) : SKETCH_NOMEM;
    if (status == SKETCH_OK) {
        status = topk_join(joint, into, from, rows);
    }
    sketch_release(memory, rows);
    if (status == SKETCH_OK) {
        struct topk old = *into;
        *into = *joint;
        *joint = old;
    }
    topk_free(joint);
    return status;
}
