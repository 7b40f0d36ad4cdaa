/*
 * The bytes of a top-k sketch (docs/formats.md), little-endian:
 *
 *     "TOPK", version 1, flags (bit 0: a filter follows),
 *     varints: k, counters, total, number of entries,
 *     the entries, best first: item, varint count, varint error,
 *     with a filter: smallest and largest item ever seen,
 *                    lg of the cells in a row, lg of a cell's bytes, varint cells.
 *
 * Items are as in item_image.h.  There is one image for each state, and only such
 * images are accepted.
 */
#include "item_image.h"
#include "topk_private.h"

static const char topk_tag[4] = {'T', 'O', 'P', 'K'};
enum { TOPK_VERSION = 1, TOPK_HAS_FILTER = 1 };

static size_t topk_image_size(const struct topk *sketch, const struct topk_row *rows)
{
    size_t size = 6 + varint_size((uint64_t)sketch->k) + varint_size(sketch->counters) +
                  varint_size(sketch->total) + varint_size(sketch->used);
    for (uint32_t i = 0; i < sketch->used; i++) {
        size += item_image_size(rows[i].item) + varint_size(rows[i].count) +
                varint_size(rows[i].error);
    }
    if (sketch->filter.cells) {
        size += item_image_size(topk_key_item(&sketch->smallest)) +
                item_image_size(topk_key_item(&sketch->largest)) +
                topk_filter_size(&sketch->filter);
    }
    return size;
}

static void topk_put_image(const struct topk *sketch, const struct topk_row *rows,
                           uint8_t *p)
{
    p = put_tag(p, topk_tag);
    p = put_u8(p, TOPK_VERSION);
    p = put_u8(p, sketch->filter.cells ? TOPK_HAS_FILTER : 0);
    p = put_varint(p, (uint64_t)sketch->k);
    p = put_varint(p, sketch->counters);
    p = put_varint(p, sketch->total);
    p = put_varint(p, sketch->used);
    for (uint32_t i = 0; i < sketch->used; i++) {
        p = put_item(p, rows[i].item);
        p = put_varint(p, rows[i].count);
        p = put_varint(p, rows[i].error);
    }
    if (sketch->filter.cells) {
        p = put_item(p, topk_key_item(&sketch->smallest));
        p = put_item(p, topk_key_item(&sketch->largest));
        topk_filter_put(&sketch->filter, p);
    }
}

enum sketch_status topk_serialise(const struct topk *sketch, uint8_t **bytes,
                                  size_t *size)
{
    struct topk_row *rows;
    size_t count;
    *bytes = NULL;
    *size = 0;
    enum sketch_status status = topk_rank(sketch, SIZE_MAX, &rows, &count);
    if (status != SKETCH_OK) {
        return status;
    }
    size_t needed = topk_image_size(sketch, rows);
    *bytes = sketch->memory.resize(sketch->memory.ctx, NULL, needed);
    if (*bytes) {
        topk_put_image(sketch, rows, *bytes);
        *size = needed;
    }
    sketch_release(&sketch->memory, rows);
    return *bytes ? SKETCH_OK : SKETCH_NOMEM;
}

/* The entries, each once, in the order of topk_rank and within the total. */
static enum sketch_status topk_take_entries(struct topk *sketch, struct reader *r,
                                            uint64_t count)
{
    struct topk_row before = {.count = 0};
    enum sketch_status status = SKETCH_OK;
    for (uint64_t i = 0; status == SKETCH_OK && i < count; i++) {
        struct topk_row row = {.item = take_item(r)};
        row.count = take_varint(r);
        row.error = take_varint(r);
        if (r->bad || row.error >= row.count || row.count > sketch->total ||
            (i > 0 && topk_compare_rows(&before, &row) >= 0)) {
            return SKETCH_CORRUPT;
        }
        struct topk_probe probe;
        topk_probe_set(&probe, row.item);
        uint64_t hash = topk_probe_hash(&probe);
        if (topk_find(sketch, &probe, hash) < sketch->used) {
            return SKETCH_CORRUPT;
        }
        status = topk_insert(sketch, &probe, hash, row.count, row.error);
        before = row;
    }
    return status;
}

static bool topk_entries_lie_between(const struct topk *sketch, struct item smallest,
                                     struct item largest)
{
    for (uint32_t i = 0; i < sketch->used; i++) {
        struct item item = topk_key_item(&sketch->entries[i].key);
        if (item_compare(item, smallest) < 0 || item_compare(item, largest) > 0) {
            return false;
        }
    }
    return true;
}

static enum sketch_status topk_take_filter(struct topk *sketch, struct reader *r)
{
    struct item smallest = take_item(r);
    struct item largest = take_item(r);
    if (r->bad || sketch->used < sketch->counters ||
        !topk_entries_lie_between(sketch, smallest, largest)) {
        return SKETCH_CORRUPT;
    }
    struct topk_filter filter;
    enum sketch_status status = topk_filter_take(
        &filter, r, sketch->total, topk_max_lg_row(sketch), &sketch->memory);
    if (status == SKETCH_OK) {
        status = topk_close(sketch, filter, smallest, largest);
        if (status != SKETCH_OK) {
            sketch_release(&sketch->memory, filter.cells);
        }
    }
    return status;
}

/* Without a filter nothing was left out: the counts are the whole truth. */
static bool topk_adds_up(const struct topk *sketch)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < sketch->used; i++) {
        const struct topk_entry *entry = &sketch->entries[i];
        if (entry->error > 0 || entry->count > sketch->total - sum) {
            return false;
        }
        sum += entry->count;
    }
    return sum == sketch->total;
}

static enum sketch_status topk_take_body(struct topk *sketch, struct reader *r,
                                         uint64_t entries, bool has_filter)
{
    enum sketch_status status = topk_take_entries(sketch, r, entries);
    if (status == SKETCH_OK && has_filter) {
        status = topk_take_filter(sketch, r);
    } else if (status == SKETCH_OK && !topk_adds_up(sketch)) {
        status = SKETCH_CORRUPT;
    }
    if (status == SKETCH_OK && !took_all(r)) {
        status = SKETCH_CORRUPT;
    }
    sketch->previous = sketch->used;
    return status;
}

enum sketch_status topk_deserialise(struct topk **out, const uint8_t *bytes,
                                    size_t size, const struct sketch_memory *memory)
{
    struct reader r = {bytes, size, false};
    *out = NULL;
    take_tag(&r, topk_tag);
    uint8_t version = take_u8(&r);
    uint8_t flags = take_u8(&r);
    uint64_t k = take_varint(&r);
    uint64_t counters = take_varint(&r);
    uint64_t total = take_varint(&r);
    uint64_t entries = take_varint(&r);
    if (r.bad || version != TOPK_VERSION || flags > TOPK_HAS_FILTER || k > TOPK_MAX_K ||
        counters > TOPK_MAX_COUNTERS || entries > counters ||
        total > SKETCH_MAX_TOTAL) {
        return SKETCH_CORRUPT;
    }
    struct topk *sketch;
    enum sketch_status status = topk_create(&sketch, (int)k, (int)counters, memory);
    if (status != SKETCH_OK) {
        return status == SKETCH_RANGE ? SKETCH_CORRUPT : status;
    }
    sketch->total = total;
    status = topk_take_body(sketch, &r, entries, flags & TOPK_HAS_FILTER);
    if (status != SKETCH_OK) {
        topk_free(sketch);
        return status;
    }
    *out = sketch;
    return SKETCH_OK;
}

bool topk_recognises(const uint8_t *bytes, size_t size)
{
    return opens_with(bytes, size, topk_tag);
}
