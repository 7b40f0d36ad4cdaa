/*
 * How an item finds its entry, in top-k and what is made like it.
 *
 * A hash table, open addressing with linear probing, in which no entry stands far
 * behind its home.  There are at least four slots for an entry, and chance does not
 * bring such a crowd together; whoever chooses the items can, since everybody knows the
 * hash. From then on a salted one takes its place.  The order of the slots shows
 * nowhere.
 */
#ifndef TOPK_INDEX_H
#define TOPK_INDEX_H

#include "topk_key.h"

/* Slots that an entry may stand away, exclusive. */
enum { TOPK_FARTHEST = 64 };

#define TOPK_NO_ENTRY UINT32_MAX

/* Zeroed: without slots, and without entries. */
struct topk_index {
    uint32_t *slots;   /* 16 bits of the hash, entry + 1; or 0 */
    uint32_t mask;     /* of slots */
    uint32_t farthest; /* as TOPK_FARTHEST, with a salt */
    uint64_t salt;     /* 0: hashes are those of the entries */
};

/* The entries, which are their owner's: fewer than 2^16, so that a slot has room for as
 * many bits of the hash, which tell most strangers apart without a look at the entry.
 */
struct topk_shelf {
    const void *entries;
    size_t size; /* of an entry */
    size_t hash; /* where in it these are */
    size_t key;
};

static inline const struct topk_key *topk_shelf_key(struct topk_shelf shelf,
                                                    uint32_t entry)
{
    const void *key = (const uint8_t *)shelf.entries + entry * shelf.size + shelf.key;
    return key;
}

static inline uint32_t topk_slot(uint64_t hash, uint32_t entry)
{
    return (uint32_t)(hash >> 48) << 16 | (entry + 1);
}

static inline uint32_t topk_slot_entry(uint32_t slot) { return (slot & 0xffff) - 1; }

/* The entry of an item with that hash, which may stand so far away; or `none`. */
__attribute__((always_inline)) static inline uint32_t
topk_index_search(const struct topk_index *index, struct topk_shelf shelf,
                  const struct topk_probe *probe, uint64_t hash, uint32_t farthest,
                  uint32_t none)
{
    uint32_t wanted = topk_slot(hash, 0) >> 16;
    for (uint32_t away = 0; away < farthest; away++) {
        uint32_t slot = index->slots[((uint32_t)hash + away) & index->mask];
        if (slot == 0) {
            break;
        }
        if (slot >> 16 == wanted &&
            topk_key_equals(topk_shelf_key(shelf, topk_slot_entry(slot)), probe)) {
            return topk_slot_entry(slot);
        }
    }
    return none;
}

/* The same with a salt, or without slots. */
uint32_t topk_index_find_salted(const struct topk_index *index, struct topk_shelf shelf,
                                const struct topk_probe *probe, uint32_t none);

/* The entry of an item, or `none`.  Runs for every row. */
static inline uint32_t topk_index_find(const struct topk_index *index,
                                       struct topk_shelf shelf,
                                       const struct topk_probe *probe, uint64_t hash,
                                       uint32_t none)
{
    return !index->slots || index->salt
               ? topk_index_find_salted(index, shelf, probe, none)
               : topk_index_search(index, shelf, probe, hash, TOPK_FARTHEST, none);
}

/* Puts an entry into the index, where it must not be, or takes it out. */
void topk_index_put(struct topk_index *index, struct topk_shelf shelf, uint32_t entry);
void topk_index_drop(struct topk_index *index, struct topk_shelf shelf, uint32_t entry);

/* Moves the index to a larger block of zeroed slots, a power of two and at least four
 * for an entry, and puts the first `used` entries in; gives the old block back. */
void topk_index_move(struct topk_index *index, struct topk_shelf shelf, uint32_t *slots,
                     uint32_t slot_count, uint32_t used,
                     const struct sketch_memory *memory);

/* Begins anew with the first `used` entries. */
void topk_index_refill(struct topk_index *index, struct topk_shelf shelf,
                       uint32_t used);

#endif
