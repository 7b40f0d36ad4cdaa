/* What top-k is asked. */
#include "topk_private.h"

#include <stdlib.h>

uint64_t topk_unlisted(const struct topk *sketch)
{
    return topk_filter_most(&sketch->filter) + sketch->floor;
}

uint64_t topk_max_error(const struct topk *sketch)
{
    if (topk_is_exact(sketch)) {
        return 0;
    }
    uint64_t least = UINT64_MAX;
    uint64_t largest = 0;
    for (uint32_t i = 0; i < sketch->used; i++) {
        const struct topk_entry *entry = &sketch->entries[i];
        least = entry->count < least ? entry->count : least;
        largest = entry->error > largest ? entry->error : largest;
    }
    if (sketch->filter.cells) {
        largest = largest > least ? largest : least;
    }
    /* No cell is above the least count, until a merge adds up those of both. */
    uint64_t most = topk_unlisted(sketch);
    return largest > most ? largest : most;
}

struct topk_row topk_lookup(const struct topk *sketch, struct item item)
{
    struct topk_probe probe;
    topk_probe_set(&probe, item);
    uint64_t hash = topk_probe_hash(&probe);
    uint32_t at = topk_find(sketch, &probe, hash);
    if (at < sketch->used) {
        const struct topk_entry *entry = &sketch->entries[at];
        return (struct topk_row){item, entry->count, entry->error};
    }
    uint64_t bound = topk_bound(sketch, hash);
    return (struct topk_row){item, bound, bound};
}

int topk_compare_rows(const void *left, const void *right)
{
    const struct topk_row *a = left;
    const struct topk_row *b = right;
    if (a->count != b->count) {
        return a->count > b->count ? -1 : 1;
    }
    if (a->error != b->error) {
        return a->error < b->error ? -1 : 1;
    }
    return item_compare(a->item, b->item);
}

/* What was read, and not changed since, is in order. */
static void topk_sort_rows(struct topk_row *rows, size_t count)
{
    size_t i = 1;
    while (i < count && topk_compare_rows(&rows[i - 1], &rows[i]) < 0) {
        i++;
    }
    if (i < count) {
        qsort(rows, count, sizeof *rows, topk_compare_rows);
    }
}

enum sketch_status topk_rank(const struct topk *sketch, size_t limit,
                             struct topk_row **rows, size_t *count)
{
    const struct sketch_memory *memory = &sketch->memory;
    *count = 0;
    /* One row too many, since a block of no bytes cannot be had. */
    *rows = memory->resize(memory->ctx, NULL, (sketch->used + 1) * sizeof **rows);
    if (!*rows) {
        return SKETCH_NOMEM;
    }
    for (uint32_t i = 0; i < sketch->used; i++) {
        const struct topk_entry *entry = &sketch->entries[i];
        (*rows)[i] =
            (struct topk_row){topk_key_item(&entry->key), entry->count, entry->error};
    }
    topk_sort_rows(*rows, sketch->used);
    *count = limit < sketch->used ? limit : sketch->used;
    return SKETCH_OK;
}
