/* What top-k by distinct is asked. */
#include "topk_distinct_private.h"

#include <stdlib.h>
#include <string.h>

enum { TOPK_DISTINCT_DEVIATIONS = 2 };

static size_t topk_distinct_filter_size(const struct topk_filter *filter)
{
    return (size_t)TOPK_FILTER_ROWS << filter->lg_cells << filter->lg_width;
}

/* The run as one of the labels, if it gets an entry, and the filter as it would be. */
static enum sketch_status topk_distinct_look_on(struct topk_distinct_view *view,
                                                const struct topk_distinct *sketch,
                                                struct topk_distinct_end end)
{
    const struct topk_distinct_run *run = &sketch->run;
    size_t size = topk_distinct_filter_size(&sketch->filter);
    void *cells = sketch->memory.resize(sketch->memory.ctx, NULL, size);
    if (!cells) {
        return SKETCH_NOMEM;
    }
    memcpy(cells, sketch->filter.cells, size);
    view->filter.cells = cells;
    view->owns_filter = true;
    topk_filter_raise_any(&view->filter, end.hash, end.bound);
    view->threshold = end.threshold;
    if (end.leaver != TOPK_DISTINCT_NOWHERE) {
        struct topk_distinct_missed missed =
            topk_distinct_missed_of(run->bound, end.threshold);
        struct topk_distinct_seen *seen = &view->seen[end.leaver];
        topk_probe_set(&seen->probe, topk_key_item(&run->key));
        seen->hash = run->hash;
        seen->values = run->values;
        seen->missed = missed.expected;
        seen->most = missed.most;
    }
    return SKETCH_OK;
}

enum sketch_status topk_distinct_look(struct topk_distinct_view *view,
                                      const struct topk_distinct *sketch)
{
    const struct sketch_memory *memory = &sketch->memory;
    *view = (struct topk_distinct_view){
        .used = sketch->used, .threshold = sketch->threshold, .filter = sketch->filter};
    view->seen =
        memory->resize(memory->ctx, NULL, (view->used + 1) * sizeof *view->seen);
    if (!view->seen) {
        return SKETCH_NOMEM;
    }
    for (uint32_t i = 0; i < view->used; i++) {
        const struct topk_distinct_entry *entry = &sketch->entries[i];
        struct topk_distinct_seen *seen = &view->seen[i];
        topk_probe_set(&seen->probe, topk_key_item(&entry->key));
        seen->hash = entry->hash;
        seen->values = entry->values;
        seen->missed = entry->missed;
        seen->most = entry->most;
    }
    if (sketch->run.is_open) {
        return topk_distinct_look_on(view, sketch, topk_distinct_foresee(sketch));
    }
    return SKETCH_OK;
}

void topk_distinct_look_away(struct topk_distinct_view *view,
                             const struct sketch_memory *memory)
{
    sketch_release(memory, view->seen);
    if (view->owns_filter) {
        sketch_release(memory, view->filter.cells);
    }
}

size_t topk_distinct_used(const struct topk_distinct *sketch) { return sketch->used; }

static enum sketch_status topk_distinct_row_of(struct topk_distinct_row *row,
                                               const struct topk_distinct_seen *seen)
{
    double lower;
    double upper;
    enum sketch_status status =
        hll_bounds(seen->values, TOPK_DISTINCT_DEVIATIONS, &lower, &upper);
    if (status == SKETCH_OK) {
        uint64_t count = topk_distinct_whole(hll_estimate(seen->values));
        *row = (struct topk_distinct_row){
            .label = seen->probe.item,
            .count = topk_distinct_sum(count, seen->missed),
            .lower = topk_distinct_whole(lower),
            .upper = topk_distinct_sum(topk_distinct_whole(upper), seen->most)};
    }
    return status;
}

static int topk_distinct_compare_rows(const void *left, const void *right)
{
    const struct topk_distinct_row *a = left;
    const struct topk_distinct_row *b = right;
    if (a->count != b->count) {
        return a->count > b->count ? -1 : 1;
    }
    if (a->lower != b->lower) {
        return a->lower > b->lower ? -1 : 1;
    }
    return item_compare(a->label, b->label);
}

enum sketch_status topk_distinct_rank(const struct topk_distinct *sketch, size_t limit,
                                      struct topk_distinct_row **rows, size_t *count)
{
    const struct sketch_memory *memory = &sketch->memory;
    struct topk_distinct_view view;
    *rows = NULL;
    *count = 0;
    enum sketch_status status = topk_distinct_look(&view, sketch);
    if (status == SKETCH_OK) {
        *rows = memory->resize(memory->ctx, NULL, (view.used + 1) * sizeof **rows);
        status = *rows ? SKETCH_OK : SKETCH_NOMEM;
    }
    for (uint32_t i = 0; status == SKETCH_OK && i < view.used; i++) {
        status = topk_distinct_row_of(&(*rows)[i], &view.seen[i]);
    }
    if (status == SKETCH_OK) {
        qsort(*rows, view.used, sizeof **rows, topk_distinct_compare_rows);
        *count = limit < view.used ? limit : view.used;
    } else {
        sketch_release(memory, *rows);
        *rows = NULL;
    }
    topk_distinct_look_away(&view, memory);
    return status;
}

enum sketch_status topk_distinct_lookup(const struct topk_distinct *sketch,
                                        struct item label,
                                        struct topk_distinct_row *row)
{
    struct topk_distinct_view view;
    struct topk_probe probe;
    topk_probe_set(&probe, label);
    enum sketch_status status = topk_distinct_look(&view, sketch);
    uint32_t at = 0;
    while (status == SKETCH_OK && at < view.used &&
           !item_equal(view.seen[at].probe.item, label)) {
        at++;
    }
    if (status == SKETCH_OK && at < view.used) {
        status = topk_distinct_row_of(row, &view.seen[at]);
    } else if (status == SKETCH_OK) {
        uint64_t bound = topk_distinct_bound(&view.filter, topk_probe_hash(&probe));
        struct topk_distinct_missed missed =
            topk_distinct_missed_of(bound, view.threshold);
        *row = (struct topk_distinct_row){label, missed.expected, 0, missed.most};
    }
    topk_distinct_look_away(&view, &sketch->memory);
    return status;
}
