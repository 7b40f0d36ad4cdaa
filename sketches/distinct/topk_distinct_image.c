/*
 * The bytes of a sketch of top-k by distinct.
 *
 *     "TOPD", version 1, flags (1: a filter),
 *     varints: k, lg_k, number of labels,
 *     the labels in their order: item, varint size, a compact image of HyperLogLog,
 *                                with a filter varints most and missed,
 *     with a filter: varint threshold, the planes of its cells (topk_planes.h).
 *
 * Items are as in item_image.h.  There is one image for each state, and only such
 * images are accepted.
 */
#include "item_image.h"
#include "topk_distinct_private.h"
#include "topk_planes.h"

#include <stdlib.h>
#include <string.h>

enum { TOPK_DISTINCT_VERSION = 1, TOPK_DISTINCT_HAS_FILTER = 1 };

static const char topk_distinct_tag[4] = {'T', 'O', 'P', 'D'};

bool topk_distinct_recognises(const uint8_t *bytes, size_t size)
{
    return opens_with(bytes, size, topk_distinct_tag);
}

/* Writing */

/* A label, and the image of its values. */
struct topk_distinct_record {
    const struct topk_distinct_seen *seen;
    uint8_t *bytes;
    size_t size;
};

struct topk_distinct_draft {
    const struct topk_distinct *sketch;
    struct topk_distinct_view view;
    struct topk_distinct_record *records;
};

static int topk_distinct_compare_records(const void *left, const void *right)
{
    const struct topk_distinct_record *a = left;
    const struct topk_distinct_record *b = right;
    return item_compare(a->seen->probe.item, b->seen->probe.item);
}

static enum sketch_status topk_distinct_draft_make(struct topk_distinct_draft *draft,
                                                   const struct topk_distinct *sketch)
{
    const struct sketch_memory *memory = &sketch->memory;
    *draft = (struct topk_distinct_draft){.sketch = sketch};
    enum sketch_status status = topk_distinct_look(&draft->view, sketch);
    if (status != SKETCH_OK) {
        return status;
    }
    uint32_t used = draft->view.used;
    draft->records = sketch_allocate(memory, (used + 1) * sizeof *draft->records);
    if (!draft->records) {
        return SKETCH_NOMEM;
    }
    for (uint32_t i = 0; i < used; i++) {
        draft->records[i].seen = &draft->view.seen[i];
    }
    qsort(draft->records, used, sizeof *draft->records, topk_distinct_compare_records);
    for (uint32_t i = 0; status == SKETCH_OK && i < used; i++) {
        struct topk_distinct_record *record = &draft->records[i];
        status = hll_serialise(record->seen->values, &record->bytes, &record->size);
    }
    return status;
}

static void topk_distinct_draft_drop(struct topk_distinct_draft *draft)
{
    const struct sketch_memory *memory = &draft->sketch->memory;
    for (uint32_t i = 0; draft->records && i < draft->view.used; i++) {
        sketch_release(memory, draft->records[i].bytes);
    }
    sketch_release(memory, draft->records);
    topk_distinct_look_away(&draft->view, memory);
}

static size_t topk_distinct_draft_size(const struct topk_distinct_draft *draft)
{
    const struct topk_distinct *sketch = draft->sketch;
    const struct topk_distinct_view *view = &draft->view;
    size_t size = sizeof topk_distinct_tag + 2 + varint_size((uint64_t)sketch->k) +
                  varint_size((uint64_t)sketch->lg_k) + varint_size(view->used);
    for (uint32_t i = 0; i < view->used; i++) {
        const struct topk_distinct_record *record = &draft->records[i];
        size += item_image_size(record->seen->probe.item) + varint_size(record->size) +
                record->size;
        if (view->filter.cells) {
            size += varint_size(record->seen->most) + varint_size(record->seen->missed);
        }
    }
    if (view->filter.cells) {
        size += varint_size(view->threshold) + topk_planes_size(&view->filter);
    }
    return size;
}

static void topk_distinct_draft_put(const struct topk_distinct_draft *draft, uint8_t *p)
{
    const struct topk_distinct_view *view = &draft->view;
    bool has_filter = view->filter.cells != NULL;
    p = put_tag(p, topk_distinct_tag);
    p = put_u8(p, TOPK_DISTINCT_VERSION);
    p = put_u8(p, has_filter ? TOPK_DISTINCT_HAS_FILTER : 0);
    p = put_varint(p, (uint64_t)draft->sketch->k);
    p = put_varint(p, (uint64_t)draft->sketch->lg_k);
    p = put_varint(p, view->used);
    for (uint32_t i = 0; i < view->used; i++) {
        const struct topk_distinct_record *record = &draft->records[i];
        p = put_item(p, record->seen->probe.item);
        p = put_varint(p, record->size);
        p = put_bytes(p, record->bytes, record->size);
        if (has_filter) {
            p = put_varint(p, record->seen->most);
            p = put_varint(p, record->seen->missed);
        }
    }
    if (has_filter) {
        p = put_varint(p, view->threshold);
        topk_planes_put(&view->filter, p);
    }
}

enum sketch_status topk_distinct_serialise(const struct topk_distinct *sketch,
                                           uint8_t **bytes, size_t *size)
{
    const struct sketch_memory *memory = &sketch->memory;
    struct topk_distinct_draft draft;
    *bytes = NULL;
    *size = 0;
    enum sketch_status status = topk_distinct_draft_make(&draft, sketch);
    if (status == SKETCH_OK) {
        size_t needed = topk_distinct_draft_size(&draft);
        *bytes = memory->resize(memory->ctx, NULL, needed);
        status = *bytes ? SKETCH_OK : SKETCH_NOMEM;
        *size = *bytes ? needed : 0;
    }
    if (status == SKETCH_OK) {
        topk_distinct_draft_put(&draft, *bytes);
    }
    topk_distinct_draft_drop(&draft);
    return status;
}

/* Reading */

/* The values of a label; only as hll_serialise() would write them. */
static enum sketch_status topk_distinct_take_values(struct hll **values,
                                                    struct reader *r,
                                                    const struct sketch_memory *memory)
{
    uint64_t size = take_varint(r);
    const uint8_t *bytes = take_bytes(r, size <= r->left ? (size_t)size : SIZE_MAX);
    *values = NULL;
    if (r->bad) {
        return SKETCH_CORRUPT;
    }
    uint8_t *again = NULL;
    size_t again_size = 0;
    enum sketch_status status = hll_deserialise(values, bytes, (size_t)size, memory);
    if (status == SKETCH_OK) {
        status = hll_serialise(*values, &again, &again_size);
    }
    if (status == SKETCH_OK &&
        (again_size != size || memcmp(again, bytes, again_size) != 0 ||
         hll_precision(*values) > TOPK_DISTINCT_MAX_LG_K ||
         !(hll_estimate(*values) > 0))) {
        status = SKETCH_CORRUPT;
    }
    sketch_release(memory, again);
    if (status != SKETCH_OK) {
        hll_free(*values);
        *values = NULL;
    }
    return status;
}

/* A label, which has to follow those that were read. */
static enum sketch_status topk_distinct_take_entry(struct topk_distinct *sketch,
                                                   struct reader *r, bool has_filter)
{
    const struct sketch_memory *memory = &sketch->memory;
    struct topk_probe probe;
    struct topk_distinct_entry entry = {.most = 0};
    struct item label = take_item(r);
    if (r->bad || (sketch->used > 0 &&
                   item_compare(topk_key_item(&sketch->entries[sketch->used - 1].key),
                                label) >= 0)) {
        return SKETCH_CORRUPT;
    }
    topk_probe_set(&probe, label);
    entry.hash = topk_probe_hash(&probe);
    enum sketch_status status = topk_distinct_take_values(&entry.values, r, memory);
    if (status == SKETCH_OK && has_filter) {
        entry.most = take_varint(r);
        entry.missed = take_varint(r);
        bool good =
            !r->bad && entry.missed <= entry.most && entry.most <= SKETCH_MAX_TOTAL;
        status = good ? SKETCH_OK : SKETCH_CORRUPT;
    }
    if (status == SKETCH_OK) {
        status = topk_distinct_reserve(sketch);
    }
    if (status == SKETCH_OK) {
        status = topk_key_make(&entry.key, &probe, memory);
    }
    if (status != SKETCH_OK) {
        hll_free(entry.values);
        return status;
    }
    sketch->entries[sketch->used] = entry;
    topk_index_put(&sketch->index, topk_distinct_shelf(sketch), sketch->used++);
    return SKETCH_OK;
}

static enum sketch_status topk_distinct_take_filter(struct topk_distinct *sketch,
                                                    struct reader *r)
{
    sketch->threshold = take_varint(r);
    if (r->bad || sketch->threshold > SKETCH_MAX_TOTAL ||
        sketch->used != sketch->labels) {
        return SKETCH_CORRUPT;
    }
    struct topk_filter filter;
    enum sketch_status status =
        topk_planes_take(&filter, r, SKETCH_MAX_TOTAL,
                         topk_distinct_max_lg_row(sketch->labels), &sketch->memory);
    if (status == SKETCH_OK) {
        sketch->filter = filter;
    }
    return status;
}

/* Behind k and lg_k. */
static enum sketch_status topk_distinct_take_rest(struct topk_distinct *sketch,
                                                  struct reader *r, bool has_filter)
{
    uint64_t used = take_varint(r);
    enum sketch_status status =
        r->bad || used > sketch->labels ? SKETCH_CORRUPT : SKETCH_OK;
    for (uint64_t i = 0; status == SKETCH_OK && i < used; i++) {
        status = topk_distinct_take_entry(sketch, r, has_filter);
    }
    if (status == SKETCH_OK && has_filter) {
        status = topk_distinct_take_filter(sketch, r);
    }
    return status == SKETCH_OK && !took_all(r) ? SKETCH_CORRUPT : status;
}

enum sketch_status topk_distinct_deserialise(struct topk_distinct **out,
                                             const uint8_t *bytes, size_t size,
                                             const struct sketch_memory *memory)
{
    struct reader r = {bytes, size, false};
    *out = NULL;
    take_tag(&r, topk_distinct_tag);
    uint8_t version = take_u8(&r);
    uint8_t flags = take_u8(&r);
    uint64_t k = take_varint(&r);
    uint64_t lg_k = take_varint(&r);
    if (r.bad || version != TOPK_DISTINCT_VERSION || flags > TOPK_DISTINCT_HAS_FILTER ||
        k > TOPK_DISTINCT_MAX_K || lg_k > TOPK_DISTINCT_MAX_LG_K) {
        return SKETCH_CORRUPT;
    }
    struct topk_distinct *sketch;
    enum sketch_status status =
        topk_distinct_create(&sketch, (int)k, (int)lg_k, memory);
    if (status != SKETCH_OK) {
        return status == SKETCH_RANGE ? SKETCH_CORRUPT : status;
    }
    status = topk_distinct_take_rest(sketch, &r, flags != 0);
    if (status != SKETCH_OK) {
        topk_distinct_free(sketch);
        return status;
    }
    *out = sketch;
    return SKETCH_OK;
}
