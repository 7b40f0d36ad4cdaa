/* The bytes of a top-k sketch, as topk_layout.h describes them. */
#include "item_image.h"
#include "topk_layout.h"
#include "topk_planes.h"
#include "topk_private.h"

#include <stdlib.h>
#include <string.h>

/* An entry's place among the others, in the order of their items. */
struct topk_place {
    struct item item;
    uint32_t rank;
};

/* A sketch in the order in which it is written. */
struct topk_draft {
    const struct topk *sketch;
    struct topk_layout layout;
    struct topk_row *rows; /* best first */
    struct topk_place *places;
};

static int topk_compare_places(const void *left, const void *right)
{
    return item_compare(((const struct topk_place *)left)->item,
                        ((const struct topk_place *)right)->item);
}

static bool topk_has_ends(const struct topk *sketch)
{
    return sketch->filter.cells && sketch->floor == 0;
}

static enum sketch_status topk_draft_make(struct topk_draft *draft,
                                          const struct topk *sketch)
{
    const struct sketch_memory *memory = &sketch->memory;
    size_t count;
    *draft = (struct topk_draft){.sketch = sketch};
    enum sketch_status status = topk_rank(sketch, SIZE_MAX, &draft->rows, &count);
    if (status != SKETCH_OK) {
        return status;
    }
    draft->places =
        memory->resize(memory->ctx, NULL, (count + 1) * sizeof *draft->places);
    if (!draft->places) {
        return SKETCH_NOMEM;
    }
    draft->layout = (struct topk_layout){
        .flags = (uint8_t)((topk_is_exact(sketch) ? 0 : TOPK_IS_ESTIMATED) |
                           (sketch->filter.cells ? TOPK_HAS_FILTER : 0)),
        .k = sketch->k,
        .counters = sketch->counters,
        .used = sketch->used,
        .total = sketch->total,
        .floor = sketch->floor};
    for (uint32_t rank = 0; rank < sketch->used; rank++) {
        draft->layout.records_size += topk_record_size(&draft->rows[rank]);
        draft->places[rank] = (struct topk_place){draft->rows[rank].item, rank};
    }
    qsort(draft->places, count, sizeof *draft->places, topk_compare_places);
    return SKETCH_OK;
}

static size_t topk_draft_size(const struct topk_draft *draft)
{
    const struct topk_layout *layout = &draft->layout;
    const struct topk *sketch = draft->sketch;
    size_t size = topk_layout_head_size(layout) + topk_ranks_size(layout->used) +
                  topk_starts(layout->used) * topk_start_width(layout->records_size) +
                  layout->records_size;
    if (topk_has_ends(sketch)) {
        size += item_image_size(topk_key_item(&sketch->smallest)) +
                item_image_size(topk_key_item(&sketch->largest));
    }
    return size + (sketch->filter.cells ? topk_planes_size(&sketch->filter) : 0);
}

static uint8_t *topk_put_ranks(const struct topk_draft *draft, uint8_t *p)
{
    uint32_t used = draft->layout.used;
    size_t size = topk_ranks_size(used);
    memset(p, 0, size);
    for (uint32_t i = 0; i < used; i++) {
        topk_flip_rank(p, i, topk_rank_width(used), draft->places[i].rank);
    }
    return p + size;
}

static uint8_t *topk_put_records(const struct topk_draft *draft, uint8_t *p)
{
    const struct topk_layout *layout = &draft->layout;
    size_t width = topk_start_width(layout->records_size);
    uint8_t *starts = p;
    uint8_t *records = p + topk_starts(layout->used) * width;
    p = records;
    for (uint32_t rank = 0; rank < layout->used; rank++) {
        if (rank > 0 && rank % TOPK_GROUP == 0) {
            starts = topk_store(starts, (size_t)(p - records), width);
        }
        p = topk_put_record(p, &draft->rows[rank]);
    }
    return p;
}

static void topk_draft_put(const struct topk_draft *draft, uint8_t *p)
{
    const struct topk *sketch = draft->sketch;
    p = topk_layout_put_head(&draft->layout, p);
    p = topk_put_ranks(draft, p);
    p = topk_put_records(draft, p);
    if (topk_has_ends(sketch)) {
        p = put_item(p, topk_key_item(&sketch->smallest));
        p = put_item(p, topk_key_item(&sketch->largest));
    }
    if (sketch->filter.cells) {
        topk_planes_put(&sketch->filter, p);
    }
}

enum sketch_status topk_serialise(const struct topk *sketch, uint8_t **bytes,
                                  size_t *size)
{
    const struct sketch_memory *memory = &sketch->memory;
    struct topk_draft draft;
    *bytes = NULL;
    *size = 0;
    enum sketch_status status = topk_draft_make(&draft, sketch);
    if (status == SKETCH_OK) {
        size_t needed = topk_draft_size(&draft);
        *bytes = memory->resize(memory->ctx, NULL, needed);
        status = *bytes ? SKETCH_OK : SKETCH_NOMEM;
        *size = *bytes ? needed : 0;
    }
    if (status == SKETCH_OK) {
        topk_draft_put(&draft, *bytes);
    }
    sketch_release(memory, draft.places);
    sketch_release(memory, draft.rows);
    return status;
}
