/*
 * Merging: the values of level 0 are added one by one, and the other levels put
 * together, of which then those that have become too large are halved.
 *
 * It is done in a copy, so that a refusal of memory leaves all as it was.
 */
#include "kll_private.h"

#include "invariant.h"

#include <string.h>

static uint32_t kll_source_size(const struct kll_source *source, int level)
{
    return level < source->levels ? source->starts[level + 1] - source->starts[level]
                                  : 0;
}

/* Puts the levels of both into `items`, one behind the other, level 0 of ours alone. */
static void kll_join(const struct kll *sketch, const struct kll_source *source,
                     double *items, uint32_t *starts, int levels, double *scratch)
{
    starts[0] = 0;
    for (int level = 0; level < levels; level++) {
        uint32_t ours = kll_level_size(sketch, level);
        uint32_t theirs = level > 0 ? kll_source_size(source, level) : 0;
        const double *own = sketch->items + sketch->starts[level];
        double *to = items + starts[level];
        if (theirs == 0) {
            memcpy(to, own, ours * sizeof *to);
        } else {
            kll_source_copy(source, source->starts[level], source->starts[level + 1],
                            scratch);
            kll_merge_sorted(ours > 0 ? own : scratch, ours, scratch, theirs, to);
        }
        starts[level + 1] = starts[level] + ours + theirs;
    }
}

/* The levels above the lowest. */
static enum sketch_status kll_merge_levels(struct kll *sketch,
                                           const struct kll_source *source)
{
    const struct sketch_memory *memory = &sketch->memory;
    uint32_t starts[KLL_MOST_LEVELS + 2];
    uint32_t theirs = source->starts[source->levels];
    uint32_t most = kll_kept(sketch) + theirs;
    uint32_t lowest = kll_level_size(sketch, 0);
    uint32_t spare = theirs > lowest ? theirs : lowest;
    int levels = sketch->levels > source->levels ? sketch->levels : source->levels;
    double *items = memory->resize(memory->ctx, NULL, (most + spare) * sizeof *items);
    if (!items) {
        return SKETCH_NOMEM;
    }
    kll_join(sketch, source, items, starts, levels, items + most);
    sketch->levels = levels;
    sketch->capacity = kll_capacity(sketch->k, levels);
    kll_know_caps(sketch, levels);
    kll_compress(sketch, items, starts, items + most);
    uint32_t kept = starts[sketch->levels];
    uint32_t room = sketch->capacity < most ? sketch->capacity : most;
    invariant(kept <= room);
    memmove(items + room - kept, items, kept * sizeof *items);
    sketch_release(memory, sketch->items);
    sketch->items = items;
    sketch->room = room;
    for (int level = 0; level <= sketch->levels; level++) {
        sketch->starts[level] = starts[level] + room - kept;
    }
    return SKETCH_OK;
}

/* Into a sketch whose block may be lost. */
static enum sketch_status kll_merge_all(struct kll *sketch,
                                        const struct kll_source *source)
{
    enum sketch_status status = SKETCH_OK;
    uint64_t n = sketch->n + source->n;
    for (size_t i = 0; status == SKETCH_OK && i < source->starts[1]; i++) {
        status = kll_push(sketch, kll_source_value(source, i));
    }
    if (status == SKETCH_OK && source->levels > 1) {
        sketch->n = n;
        sketch->min_k = source->min_k < sketch->min_k ? source->min_k : sketch->min_k;
        status = kll_merge_levels(sketch, source);
    }
    sketch->least = source->least < sketch->least ? source->least : sketch->least;
    sketch->most = source->most > sketch->most ? source->most : sketch->most;
    return status;
}

static enum sketch_status kll_merge_source(struct kll *into,
                                           const struct kll_source *source)
{
    const struct sketch_memory *memory = &into->memory;
    if (source->n == 0) {
        return SKETCH_OK;
    }
    if (into->n == 0) {
        return kll_copy(into, source);
    }
    if (source->n > SKETCH_MAX_TOTAL - into->n) {
        return SKETCH_OVERFLOW;
    }
    struct kll draft = *into;
    draft.items = memory->resize(memory->ctx, NULL, into->room * sizeof *draft.items);
    if (!draft.items) {
        return SKETCH_NOMEM;
    }
    memcpy(draft.items + into->starts[0], into->items + into->starts[0],
           kll_kept(into) * sizeof *draft.items);
    enum sketch_status status = kll_merge_all(&draft, source);
    if (status != SKETCH_OK) {
        sketch_release(memory, draft.items);
        return status;
    }
    sketch_release(memory, into->items);
    *into = draft;
    return SKETCH_OK;
}

enum sketch_status kll_merge(struct kll *into, const struct kll *from)
{
    struct kll_source source = kll_source_of(from);
    return kll_merge_source(into, &source);
}

enum sketch_status kll_absorb(struct kll *into, const uint8_t *bytes, size_t size)
{
    struct kll_source image;
    return kll_image_open(&image, bytes, size) ? kll_merge_source(into, &image)
                                               : SKETCH_CORRUPT;
}
