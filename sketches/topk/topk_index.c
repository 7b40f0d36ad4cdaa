/* The entries of top-k, and how an item finds its own. */
#include "topk_private.h"

#include "invariant.h"

enum { TOPK_FIRST_ROOM = 8, TOPK_SLOTS_PER_ENTRY = 8 };

void topk_index_put(struct topk *sketch, uint32_t entry)
{
    uint64_t hash = sketch->entries[entry].hash;
    uint32_t at = (uint32_t)hash & sketch->mask;
    while (sketch->slots[at]) {
        at = (at + 1) & sketch->mask;
    }
    sketch->slots[at] = topk_slot(hash, entry);
}

/* Whatever follows without a gap moves up when the hole lies between its home and its
 * place. */
void topk_index_drop(struct topk *sketch, uint32_t entry)
{
    uint32_t mask = sketch->mask;
    uint32_t hole = (uint32_t)sketch->entries[entry].hash & mask;
    while (topk_slot_entry(sketch->slots[hole]) != entry) {
        hole = (hole + 1) & mask;
    }
    for (uint32_t at = (hole + 1) & mask; sketch->slots[at]; at = (at + 1) & mask) {
        uint32_t other = topk_slot_entry(sketch->slots[at]);
        uint32_t home = (uint32_t)sketch->entries[other].hash & mask;
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            sketch->slots[hole] = sketch->slots[at];
            hole = at;
        }
    }
    sketch->slots[hole] = 0;
}

enum sketch_status topk_reserve(struct topk *sketch, uint32_t used)
{
    const struct sketch_memory *memory = &sketch->memory;
    if (used <= sketch->room) {
        return SKETCH_OK;
    }
    uint32_t slot_count = 1;
    while (slot_count < TOPK_SLOTS_PER_ENTRY * used) {
        slot_count *= 2;
    }
    uint32_t *slots = sketch_allocate(memory, slot_count * sizeof *slots);
    if (!slots) {
        return SKETCH_NOMEM;
    }
    struct topk_entry *entries =
        memory->resize(memory->ctx, sketch->entries, used * sizeof *entries);
    if (!entries) {
        sketch_release(memory, slots);
        return SKETCH_NOMEM;
    }
    sketch_release(memory, sketch->slots);
    sketch->entries = entries;
    sketch->slots = slots;
    sketch->room = used;
    sketch->mask = slot_count - 1;
    for (uint32_t i = 0; i < sketch->used; i++) {
        topk_index_put(sketch, i);
    }
    return SKETCH_OK;
}

/* Room for one entry more, and for those that may follow. */
static enum sketch_status topk_make_room(struct topk *sketch)
{
    if (sketch->used < sketch->room) {
        return SKETCH_OK;
    }
    uint32_t room = sketch->room ? 2 * sketch->room : TOPK_FIRST_ROOM;
    return topk_reserve(sketch, room < sketch->counters ? room : sketch->counters);
}

enum sketch_status topk_insert(struct topk *sketch, const struct topk_probe *probe,
                               uint64_t hash, uint64_t count, uint64_t error)
{
    invariant(sketch->used < sketch->counters && error < count);
    enum sketch_status status = topk_make_room(sketch);
    if (status != SKETCH_OK) {
        return status;
    }
    struct topk_entry *entry = &sketch->entries[sketch->used];
    *entry = (struct topk_entry){.hash = hash, .count = count, .error = error};
    status = topk_key_make(&entry->key, probe, &sketch->memory);
    if (status == SKETCH_OK) {
        topk_index_put(sketch, sketch->used);
        sketch->previous = sketch->used;
        sketch->used++;
    }
    return status;
}
