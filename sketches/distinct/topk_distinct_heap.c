/* Room for labels, and which of them is the least. */
#include "topk_distinct_private.h"

enum { TOPK_DISTINCT_FIRST_ROOM = 8, TOPK_DISTINCT_SLOTS_PER_LABEL = 4 };

enum sketch_status topk_distinct_reserve(struct topk_distinct *sketch)
{
    const struct sketch_memory *memory = &sketch->memory;
    if (sketch->used < sketch->room) {
        return SKETCH_OK;
    }
    uint32_t room = sketch->room > 0 ? 2 * sketch->room : TOPK_DISTINCT_FIRST_ROOM;
    room = room < sketch->labels ? room : sketch->labels;
    uint32_t slot_count = 1;
    while (slot_count < TOPK_DISTINCT_SLOTS_PER_LABEL * room) {
        slot_count *= 2;
    }
    struct topk_distinct_entry *entries =
        memory->resize(memory->ctx, sketch->entries, room * sizeof *entries);
    if (!entries) {
        return SKETCH_NOMEM;
    }
    sketch->entries = entries;
    uint32_t *slots = sketch_allocate(memory, slot_count * sizeof *slots);
    if (!slots) {
        return SKETCH_NOMEM;
    }
    topk_index_move(&sketch->index, topk_distinct_shelf(sketch), slots, slot_count,
                    sketch->used, memory);
    sketch->room = room;
    return SKETCH_OK;
}

/* The heap of stale counts */

bool topk_distinct_is_less(const struct topk_distinct *sketch,
                           struct topk_distinct_stale a, struct topk_distinct_stale b)
{
    const struct topk_distinct_entry *left = &sketch->entries[a.entry];
    const struct topk_distinct_entry *right = &sketch->entries[b.entry];
    if (a.count != b.count) {
        return a.count < b.count;
    }
    if (left->hash != right->hash) {
        return left->hash < right->hash;
    }
    return item_compare(topk_key_item(&left->key), topk_key_item(&right->key)) < 0;
}

static void topk_distinct_sink(struct topk_distinct *sketch, uint32_t at)
{
    struct topk_distinct_stale *heap = sketch->heap;
    struct topk_distinct_stale moving = heap[at];
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= sketch->used) {
            break;
        }
        if (child + 1 < sketch->used &&
            topk_distinct_is_less(sketch, heap[child + 1], heap[child])) {
            child++;
        }
        if (!topk_distinct_is_less(sketch, heap[child], moving)) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moving;
}

void topk_distinct_build_heap(struct topk_distinct *sketch)
{
    for (uint32_t i = 0; i < sketch->used; i++) {
        sketch->heap[i] =
            (struct topk_distinct_stale){topk_distinct_count(&sketch->entries[i]), i};
    }
    for (uint32_t i = sketch->used / 2; i-- > 0;) {
        topk_distinct_sink(sketch, i);
    }
}

struct topk_distinct_stale topk_distinct_least(struct topk_distinct *sketch)
{
    struct topk_distinct_stale *root = &sketch->heap[0];
    for (;;) {
        uint64_t count = topk_distinct_count(&sketch->entries[root->entry]);
        if (count <= root->count) {
            return *root;
        }
        topk_distinct_renew_least(sketch, count);
    }
}

void topk_distinct_renew_least(struct topk_distinct *sketch, uint64_t count)
{
    sketch->heap[0].count = count;
    topk_distinct_sink(sketch, 0);
}
