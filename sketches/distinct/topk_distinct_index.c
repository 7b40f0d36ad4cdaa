/* How a label finds its entry, and which entry is the least. */
#include "topk_distinct_private.h"

#include <string.h>

/* The index: open addressing with linear probing, at most a quarter full */

uint32_t topk_distinct_find(const struct topk_distinct *sketch,
                            const struct topk_probe *probe, uint64_t hash)
{
    if (!sketch->slots) {
        return TOPK_DISTINCT_NOWHERE;
    }
    for (uint32_t at = (uint32_t)hash & sketch->mask; sketch->slots[at] != 0;
         at = (at + 1) & sketch->mask) {
        const struct topk_distinct_entry *entry =
            &sketch->entries[sketch->slots[at] - 1];
        if (entry->hash == hash && topk_key_equals(&entry->key, probe)) {
            return sketch->slots[at] - 1;
        }
    }
    return TOPK_DISTINCT_NOWHERE;
}

static void topk_distinct_place(const struct topk_distinct *sketch, uint32_t *slots,
                                uint32_t mask, uint32_t entry)
{
    uint32_t at = (uint32_t)sketch->entries[entry].hash & mask;
    while (slots[at] != 0) {
        at = (at + 1) & mask;
    }
    slots[at] = entry + 1;
}

void topk_distinct_index(struct topk_distinct *sketch, uint32_t entry)
{
    topk_distinct_place(sketch, sketch->slots, sketch->mask, entry);
}

/* Those behind it move up, unless they would come to stand before their home. */
void topk_distinct_unindex(struct topk_distinct *sketch, uint32_t entry)
{
    uint32_t *slots = sketch->slots;
    uint32_t mask = sketch->mask;
    uint32_t hole = (uint32_t)sketch->entries[entry].hash & mask;
    while (slots[hole] != entry + 1) {
        hole = (hole + 1) & mask;
    }
    for (uint32_t at = (hole + 1) & mask; slots[at] != 0; at = (at + 1) & mask) {
        uint32_t home = (uint32_t)sketch->entries[slots[at] - 1].hash & mask;
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            slots[hole] = slots[at];
            hole = at;
        }
    }
    slots[hole] = 0;
}

enum sketch_status topk_distinct_reserve(struct topk_distinct *sketch)
{
    const struct sketch_memory *memory = &sketch->memory;
    if (sketch->used < sketch->room) {
        return SKETCH_OK;
    }
    uint32_t room = sketch->room > 0 ? 2 * sketch->room : 8;
    room = room < sketch->labels ? room : sketch->labels;
    uint32_t slot_count = sketch->mask + 1 > 1 ? sketch->mask + 1 : 16;
    while (slot_count < 4 * room) {
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
    for (uint32_t i = 0; i < sketch->used; i++) {
        topk_distinct_place(sketch, slots, slot_count - 1, i);
    }
    sketch_release(memory, sketch->slots);
    sketch->slots = slots;
    sketch->mask = slot_count - 1;
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
