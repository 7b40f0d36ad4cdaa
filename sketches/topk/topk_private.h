/* The inside of top-k, which its parts share; nothing of it is for callers. */
#ifndef TOPK_PRIVATE_H
#define TOPK_PRIVATE_H

#include "topk.h"
#include "topk_filter.h"
#include "topk_index.h"

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
    struct topk_entry *entries;
    struct topk_index index;

    /* The rest is in use once an item had to be left out: filter.cells. */
    struct topk_filter filter;
    struct topk_stale *heap; /* of the entries, the smallest stale count first */
    struct topk_key smallest;
    struct topk_key largest; /* of all items ever seen, in their order; with a floor
                                they are not known, and not used */
    struct topk_span inside; /* what surely lies between those two */
    struct topk_run run;     /* of which the item is always in use */
};

static inline struct topk_shelf topk_shelf(const struct topk *sketch)
{
    return (struct topk_shelf){sketch->entries, sizeof *sketch->entries,
                               offsetof(struct topk_entry, hash),
                               offsetof(struct topk_entry, key)};
}

/* Where an item is, or `used`.  Runs for every row. */
static inline uint32_t topk_find(const struct topk *sketch,
                                 const struct topk_probe *probe, uint64_t hash)
{
    return topk_index_find(&sketch->index, topk_shelf(sketch), probe, hash,
                           sketch->used);
}

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
