/* The inside of top-k, which its parts share; nothing of it is for callers. */
#ifndef TOPK_PRIVATE_H
#define TOPK_PRIVATE_H

#include "topk.h"
#include "topk_filter.h"
#include "topk_key.h"

struct topk_entry {
    uint64_t hash;
    uint64_t count; /* never below the item's frequency */
    uint64_t error; /* never below count - frequency; less than count */
    struct topk_key key;
};

/* The item before, and what is known of it if it has no entry. */
struct topk_run {
    uint64_t form;
    struct hash_words words;
    uint8_t *bytes; /* of a long item; the block stays for the next one */
    uint32_t room;
    uint64_t base;   /* the bound of what came before the run */
    uint64_t weight; /* of the run so far; 0: there is none */
};

/* Items of one class whose prefix lies strictly between two others. */
struct topk_span {
    uint64_t class; /* 0: none */
    uint64_t low;
    uint64_t high;
};

/* A count as it once was: counts only grow, so it is a lower bound. */
struct topk_stale {
    uint64_t count;
    uint32_t entry;
};

struct topk {
    struct sketch_memory memory;
    int k;
    uint32_t counters;
    uint64_t total;
    uint64_t floor; /* so often any item without an entry may have been there, besides
                       what its cells say; no error is smaller */

    uint32_t used;     /* entries in use */
    uint32_t room;     /* entries allocated */
    uint32_t previous; /* the entry of the item before; == used: it has none */
    uint32_t mask;     /* of slots */
    struct topk_entry *entries;
    uint32_t *slots; /* of the index, see topk_index.c: 16 bits of the hash, entry + 1;
                        or 0 */
    bool is_crowded; /* they are a list of so many entries instead */
    uint32_t listed;

    /* The rest is in use once an item had to be left out: filter.cells. */
    struct topk_filter filter;
    struct topk_stale *heap; /* of the entries, the smallest stale count first */
    struct topk_key smallest;
    struct topk_key largest; /* of all items ever seen, in their order; with a floor
                                they are not known, and not used */
    struct topk_span inside; /* what surely lies between those two */
    struct topk_run run;     /* of which the item is always in use */
};

/* Fewer than 2^16 entries, so a slot has room for as many bits of the hash: they tell
 * most strangers apart without a look at the entry. */
static inline uint32_t topk_slot(uint64_t hash, uint32_t entry)
{
    return (uint32_t)(hash >> 48) << 16 | (entry + 1);
}

static inline uint32_t topk_slot_entry(uint32_t slot) { return (slot & 0xffff) - 1; }

enum { TOPK_FARTHEST = 64 }; /* slots that an entry may stand away, exclusive */

/* Where an item is in a list, or `used`. */
uint32_t topk_list_find(const struct topk *sketch, const struct topk_probe *probe);

/* Where an item is, or `used`.  Runs for every row. */
static inline uint32_t topk_find(const struct topk *sketch,
                                 const struct topk_probe *probe, uint64_t hash)
{
    if (!sketch->slots || sketch->is_crowded) {
        return topk_list_find(sketch, probe);
    }
    uint32_t wanted = topk_slot(hash, 0) >> 16;
    for (uint32_t away = 0; away < TOPK_FARTHEST; away++) {
        uint32_t slot = sketch->slots[((uint32_t)hash + away) & sketch->mask];
        if (slot == 0) {
            break;
        }
        if (slot >> 16 == wanted &&
            topk_key_equals(&sketch->entries[topk_slot_entry(slot)].key, probe)) {
            return topk_slot_entry(slot);
        }
    }
    return sketch->used;
}

/* Puts an entry into the index, where it must not be, or takes it out. */
void topk_index_put(struct topk *sketch, uint32_t entry);
void topk_index_drop(struct topk *sketch, uint32_t entry);

/* Counts one more item by name, one that has no entry yet; there has to be a
 * free counter. */
enum sketch_status topk_insert(struct topk *sketch, const struct topk_probe *probe,
                               uint64_t hash, uint64_t count, uint64_t error);

/* Makes room for `used` entries in all; nothing is lost when that fails. */
enum sketch_status topk_reserve(struct topk *sketch, uint32_t used);

/* The bound of an item without an entry. */
static inline uint64_t topk_bound(const struct topk *sketch, uint64_t hash)
{
    const struct topk_filter *filter = &sketch->filter;
    uint64_t cells =
        filter->cells ? topk_filter_get(filter, topk_filter_cells(filter, hash)) : 0;
    return sketch->floor + cells;
}

/* Remembers the bound, which is above the floor, of an item that has no entry from here
 * on.  Needs cells. */
static inline void topk_remember(struct topk *sketch, uint64_t hash, uint64_t bound)
{
    struct topk_cells cells = topk_filter_cells(&sketch->filter, hash);
    topk_filter_raise(&sketch->filter, hash, cells, bound - sketch->floor);
}

/* Builds the heap, for which there is memory, of the counts as they are. */
void topk_build_heap(struct topk *sketch);

/* Finds out what surely lies between the smallest and the largest item. */
void topk_plan_span(struct topk *sketch);

/* The longest row of the filter, in bytes: 16 cells of 16 bits for a counter. */
unsigned topk_max_lg_row(uint32_t counters);

/* The order of topk_rank, for qsort: negative when `left` comes first. */
int topk_compare_rows(const void *left, const void *right);

/* The extremes of all items seen; there has to be one. */
void topk_extremes(const struct topk *sketch, struct item *smallest,
                   struct item *largest);

/* True when the bytes open like an image. */
bool topk_recognises(const uint8_t *bytes, size_t size);

#endif
