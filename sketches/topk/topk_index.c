/*
 * With a salt the table is in the first half of its block, which is enough: that leaves
 * room to list all entries while they are given other places.  So that needs no memory,
 * and cannot fail.
 */
#include "topk_index.h"

#include "salt.h"

#include <string.h>

enum { TOPK_LONGEST_GAP = 512 /* slots that are looked at to close a gap */ };

static uint64_t topk_index_hash(const struct topk_index *index, struct topk_shelf shelf,
                                uint32_t entry)
{
    uint64_t hash;
    if (index->salt) {
        return salt_hash(topk_key_item(topk_shelf_key(shelf, entry)), index->salt);
    }
    memcpy(&hash, (const uint8_t *)shelf.entries + entry * shelf.size + shelf.hash,
           sizeof hash);
    return hash;
}

uint32_t topk_index_find_salted(const struct topk_index *index, struct topk_shelf shelf,
                                const struct topk_probe *probe, uint32_t none)
{
    return index->slots ? topk_index_search(index, shelf, probe,
                                            salt_hash(probe->item, index->salt),
                                            index->farthest, none)
                        : none;
}

/* False when all slots are taken that are near enough. */
static bool topk_index_place(struct topk_index *index, struct topk_shelf shelf,
                             uint32_t entry)
{
    uint64_t hash = topk_index_hash(index, shelf, entry);
    uint32_t farthest = index->salt ? index->farthest : TOPK_FARTHEST;
    for (uint32_t away = 0; away < farthest; away++) {
        uint32_t *slot = &index->slots[((uint32_t)hash + away) & index->mask];
        if (*slot == 0) {
            *slot = topk_slot(hash, entry);
            return true;
        }
    }
    return false;
}

/* Those of the block, of which a salted table has half. */
static uint32_t topk_index_slots(const struct topk_index *index)
{
    return index->salt ? 2 * (index->mask + 1) : index->mask + 1;
}

/* Gives each listed entry a place by another salt.  When one would stand too far away,
 * which takes somebody who knows the salt, there is a next salt, and farther is
 * allowed.
 */
static void topk_index_scatter(struct topk_index *index, struct topk_shelf shelf,
                               const uint32_t *list, uint32_t count)
{
    uint32_t placed = 0;
    while (placed < count) {
        index->salt = salt_new(index->slots, index->salt);
        memset(index->slots, 0, ((size_t)index->mask + 1) * sizeof *index->slots);
        for (placed = 0; placed < count && topk_index_place(index, shelf, list[placed]);
             placed++) {
        }
        index->farthest *= placed < count ? 2 : 1;
    }
}

/* Salts the index of what is in it and of one entry more, or TOPK_NO_ENTRY. */
static void topk_index_salt(struct topk_index *index, struct topk_shelf shelf,
                            uint32_t more)
{
    uint32_t size = topk_index_slots(index);
    uint32_t first = size; /* of the list, which grows down */
    for (uint32_t i = index->mask + 1; i-- > 0;) {
        if (index->slots[i] != 0) {
            index->slots[--first] = topk_slot_entry(index->slots[i]);
        }
    }
    if (more != TOPK_NO_ENTRY) {
        index->slots[--first] = more;
    }
    index->farthest = index->salt ? 2 * index->farthest : TOPK_FARTHEST;
    index->mask = size / 2 - 1;
    topk_index_scatter(index, shelf, index->slots + first, size - first);
}

void topk_index_put(struct topk_index *index, struct topk_shelf shelf, uint32_t entry)
{
    if (!topk_index_place(index, shelf, entry)) {
        topk_index_salt(index, shelf, entry);
    }
}

/* Whatever follows without a gap moves up when the hole lies between its home and its
 * place; beyond the farthest nothing does.  Where that is a long way somebody has laid
 * entries end to end. */
void topk_index_drop(struct topk_index *index, struct topk_shelf shelf, uint32_t entry)
{
    uint32_t mask = index->mask;
    uint32_t farthest = index->salt ? index->farthest : TOPK_FARTHEST;
    uint32_t hole = (uint32_t)topk_index_hash(index, shelf, entry) & mask;
    while (topk_slot_entry(index->slots[hole]) != entry) {
        hole = (hole + 1) & mask;
    }
    uint32_t first = hole;
    uint32_t at = (hole + 1) & mask;
    while (index->slots[at] && ((at - hole) & mask) < farthest) {
        uint32_t other = topk_slot_entry(index->slots[at]);
        uint32_t home = (uint32_t)topk_index_hash(index, shelf, other) & mask;
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            index->slots[hole] = index->slots[at];
            hole = at;
        }
        at = (at + 1) & mask;
    }
    index->slots[hole] = 0;
    if (!index->salt && ((at - first) & mask) >= TOPK_LONGEST_GAP) {
        topk_index_salt(index, shelf, TOPK_NO_ENTRY);
    }
}

void topk_index_refill(struct topk_index *index, struct topk_shelf shelf, uint32_t used)
{
    memset(index->slots, 0, ((size_t)index->mask + 1) * sizeof *index->slots);
    for (uint32_t i = 0; i < used; i++) {
        topk_index_put(index, shelf, i);
    }
}

void topk_index_move(struct topk_index *index, struct topk_shelf shelf, uint32_t *slots,
                     uint32_t slot_count, uint32_t used,
                     const struct sketch_memory *memory)
{
    sketch_release(memory, index->slots);
    index->slots = slots;
    index->mask = (index->salt ? slot_count / 2 : slot_count) - 1;
    topk_index_refill(index, shelf, used);
}
