/*
 * The entries of top-k, and how an item finds its own.
 *
 * A hash table, open addressing with linear probing, in which no entry stands more than
 * 64 slots behind its home.  There are eight slots for an entry, and chance does not
 * bring such a crowd together; whoever chooses the items can, since everybody knows
 * the hash.  From then on the same block holds a list in the order of the keys, and no
 * choice of items makes a step dearer than bisection and moving the list.
 */
#include "topk_private.h"

#include "invariant.h"

#include <string.h>

enum {
    TOPK_FIRST_ROOM = 8,
    TOPK_SLOTS_PER_ENTRY = 8,
    TOPK_LONGEST_GAP = 512 /* slots that are looked at to close a gap */
};

/* The hash table */

/* False when all slots are taken that are near enough. */
static bool topk_table_put(struct topk *sketch, uint32_t entry)
{
    uint64_t hash = sketch->entries[entry].hash;
    for (uint32_t away = 0; away < TOPK_FARTHEST; away++) {
        uint32_t *slot = &sketch->slots[((uint32_t)hash + away) & sketch->mask];
        if (*slot == 0) {
            *slot = topk_slot(hash, entry);
            return true;
        }
    }
    return false;
}

/* Whatever follows without a gap moves up when the hole lies between its home and its
 * place; beyond the farthest nothing does.  False when that was a long way. */
static bool topk_table_drop(struct topk *sketch, uint32_t entry)
{
    uint32_t mask = sketch->mask;
    uint32_t hole = (uint32_t)sketch->entries[entry].hash & mask;
    while (topk_slot_entry(sketch->slots[hole]) != entry) {
        hole = (hole + 1) & mask;
    }
    uint32_t first = hole;
    uint32_t at = (hole + 1) & mask;
    while (sketch->slots[at] && ((at - hole) & mask) < TOPK_FARTHEST) {
        uint32_t other = topk_slot_entry(sketch->slots[at]);
        uint32_t home = (uint32_t)sketch->entries[other].hash & mask;
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            sketch->slots[hole] = sketch->slots[at];
            hole = at;
        }
        at = (at + 1) & mask;
    }
    sketch->slots[hole] = 0;
    return ((at - first) & mask) < TOPK_LONGEST_GAP;
}

/* The list */

/* Negative, zero or positive, as the order of the list has it. */
static int topk_compare_keys(const struct topk_probe *probe, const struct topk_key *key)
{
    if (probe->form != key->form) {
        return probe->form < key->form ? -1 : 1;
    }
    if (probe->words.k1 != key->words.k1) {
        return probe->words.k1 < key->words.k1 ? -1 : 1;
    }
    if (probe->words.k2 != key->words.k2) {
        return probe->words.k2 < key->words.k2 ? -1 : 1;
    }
    return key->copy.size <= TOPK_NEAR
               ? 0
               : memcmp(probe->item.as.bytes, topk_key_item(key).as.bytes,
                        key->copy.size);
}

static struct topk_probe topk_probe_of(const struct topk_key *key)
{
    return (struct topk_probe){topk_key_item(key), key->form, key->words};
}

/* Where the key is in the list, or would be. */
static uint32_t topk_list_place(const struct topk *sketch,
                                const struct topk_probe *probe, bool *there)
{
    uint32_t low = 0;
    uint32_t high = sketch->listed;
    *there = false;
    while (low < high && !*there) {
        uint32_t middle = low + (high - low) / 2;
        int order =
            topk_compare_keys(probe, &sketch->entries[sketch->slots[middle]].key);
        *there = order == 0;
        low = order > 0 ? middle + 1 : order < 0 ? low : middle;
        high = order < 0 ? middle : high;
    }
    return low;
}

static void topk_list_put(struct topk *sketch, uint32_t entry)
{
    bool there;
    struct topk_probe probe = topk_probe_of(&sketch->entries[entry].key);
    uint32_t place = topk_list_place(sketch, &probe, &there);
    uint32_t *at = sketch->slots + place;
    invariant(!there);
    memmove(at + 1, at, (sketch->listed - place) * sizeof *at);
    *at = entry;
    sketch->listed++;
}

static void topk_list_drop(struct topk *sketch, uint32_t entry)
{
    bool there;
    struct topk_probe probe = topk_probe_of(&sketch->entries[entry].key);
    uint32_t place = topk_list_place(sketch, &probe, &there);
    uint32_t *at = sketch->slots + place;
    invariant(there);
    sketch->listed--;
    memmove(at, at + 1, (sketch->listed - place) * sizeof *at);
}

/* Of a heap with the last key on top. */
static void topk_list_sink(struct topk *sketch, uint32_t size, uint32_t at)
{
    uint32_t *list = sketch->slots;
    const struct topk_entry *entries = sketch->entries;
    for (uint32_t child; (child = 2 * at + 1) < size; at = child) {
        struct topk_probe probe = topk_probe_of(&entries[list[child]].key);
        if (child + 1 < size &&
            topk_compare_keys(&probe, &entries[list[child + 1]].key) < 0) {
            probe = topk_probe_of(&entries[list[++child]].key);
        }
        if (topk_compare_keys(&probe, &entries[list[at]].key) < 0) {
            return;
        }
        uint32_t moved = list[at];
        list[at] = list[child];
        list[child] = moved;
    }
}

/* Makes a list of the table, in its place. */
static void topk_list_make(struct topk *sketch)
{
    uint32_t *list = sketch->slots;
    uint32_t size = 0;
    for (uint32_t i = 0; i <= sketch->mask; i++) {
        if (sketch->slots[i] != 0) {
            list[size++] = topk_slot_entry(sketch->slots[i]);
        }
    }
    for (uint32_t i = size / 2; i-- > 0;) {
        topk_list_sink(sketch, size, i);
    }
    for (uint32_t end = size; end-- > 1;) {
        uint32_t last = list[0];
        list[0] = list[end];
        list[end] = last;
        topk_list_sink(sketch, end, 0);
    }
    sketch->is_crowded = true;
    sketch->listed = size;
}

/* Either */

uint32_t topk_list_find(const struct topk *sketch, const struct topk_probe *probe)
{
    bool there;
    uint32_t place = topk_list_place(sketch, probe, &there);
    return there ? sketch->slots[place] : sketch->used;
}

void topk_index_put(struct topk *sketch, uint32_t entry)
{
    if (!sketch->is_crowded) {
        if (topk_table_put(sketch, entry)) {
            return;
        }
        topk_list_make(sketch);
    }
    topk_list_put(sketch, entry);
}

void topk_index_drop(struct topk *sketch, uint32_t entry)
{
    if (sketch->is_crowded) {
        topk_list_drop(sketch, entry);
    } else if (!topk_table_drop(sketch, entry)) {
        topk_list_make(sketch);
    }
}

/* Moves the index to a larger block, which is zeroed. */
static void topk_index_move(struct topk *sketch, uint32_t *slots, uint32_t slot_count)
{
    uint32_t *old = sketch->slots;
    sketch->slots = slots;
    sketch->mask = slot_count - 1;
    if (sketch->is_crowded) {
        memcpy(slots, old, sketch->listed * sizeof *slots);
    } else {
        for (uint32_t i = 0; i < sketch->used; i++) {
            topk_index_put(sketch, i);
        }
    }
    sketch_release(&sketch->memory, old);
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
    sketch->entries = entries;
    sketch->room = used;
    topk_index_move(sketch, slots, slot_count);
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
