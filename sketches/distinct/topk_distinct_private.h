/* The inside of top-k by distinct, which its parts share; nothing of it is for
 * callers. */
#ifndef TOPK_DISTINCT_PRIVATE_H
#define TOPK_DISTINCT_PRIVATE_H

#include "topk_distinct.h"
#include "topk_filter.h"
#include "topk_index.h"

#define TOPK_DISTINCT_NOWHERE TOPK_NO_ENTRY

/* A label that is followed. */
struct topk_distinct_entry {
    uint64_t hash; /* of the label */
    struct topk_key key;
    struct hll *values; /* since it is followed; not empty */
    uint64_t missed;    /* values before that: as many as are expected ... */
    uint64_t most;      /* ... and at most, in 95 percent of all cases */
};

/* The label of the row before.  If it is not followed, its values are collected as long
 * as it repeats, and then it is decided. */
struct topk_distinct_run {
    struct topk_key key;
    uint64_t hash;
    uint32_t entry;     /* of the label, or NOWHERE */
    bool is_open;       /* it has none, and values */
    bool is_single;     /* of one row, as nearly all runs are in shuffled rows */
    struct hll *values; /* NULL until the first run; then kept for the next one */
    uint64_t least;     /* the smallest hash of a pair */
    uint64_t bound;     /* so many values the label may have had before */
    uint8_t *block;     /* of a long label; stays for the next one */
    uint32_t room;
};

/* A count as it once was: counts hardly ever fall. */
struct topk_distinct_stale {
    uint64_t count;
    uint32_t entry;
};

struct topk_distinct {
    struct sketch_memory memory;
    int k;
    int lg_k;
    uint32_t labels; /* that are followed at most */

    uint32_t used;
    uint32_t room; /* of entries, and of the heap */
    struct topk_distinct_entry *entries;
    struct topk_index index;

    /* The rest is in use once a label had to be left out: filter.cells. */
    uint64_t threshold; /* the least count, when it was asked for last */
    struct topk_filter filter;
    struct topk_distinct_stale *heap;
    struct topk_distinct_run run;
};

/* No number of values is larger. */
static inline uint64_t topk_distinct_sum(uint64_t a, uint64_t b)
{
    uint64_t sum = a + b;
    return sum < a || sum > SKETCH_MAX_TOTAL ? SKETCH_MAX_TOTAL : sum;
}

/* What is expected of a label without an entry, and the most. */
struct topk_distinct_missed {
    uint64_t expected;
    uint64_t most;
};

struct topk_distinct_missed topk_distinct_missed_of(uint64_t bound, uint64_t threshold);

/* Of a label that has no entry. */
uint64_t topk_distinct_bound(const struct topk_filter *filter, uint64_t hash);

/* The estimate of a HyperLogLog as a whole number. */
static inline uint64_t topk_distinct_whole(double number)
{
    return number < 0x1p62 ? (uint64_t)(number + 0.5) : UINT64_C(1) << 62;
}

static inline uint64_t topk_distinct_count(const struct topk_distinct_entry *entry)
{
    return topk_distinct_sum(topk_distinct_whole(hll_estimate(entry->values)),
                             entry->missed);
}

static inline struct topk_shelf topk_distinct_shelf(const struct topk_distinct *sketch)
{
    return (struct topk_shelf){sketch->entries, sizeof *sketch->entries,
                               offsetof(struct topk_distinct_entry, hash),
                               offsetof(struct topk_distinct_entry, key)};
}

/* Where a label is among the entries, or NOWHERE. */
static inline uint32_t topk_distinct_find(const struct topk_distinct *sketch,
                                          const struct topk_probe *probe, uint64_t hash)
{
    return topk_index_find(&sketch->index, topk_distinct_shelf(sketch), probe, hash,
                           TOPK_DISTINCT_NOWHERE);
}

/* Makes room for one entry more, also in the index. */
enum sketch_status topk_distinct_reserve(struct topk_distinct *sketch);

/* True when the first of two entries with these counts is the one to leave. */
bool topk_distinct_is_less(const struct topk_distinct *sketch,
                           struct topk_distinct_stale a, struct topk_distinct_stale b);

/* Builds the heap, for which there is memory, and finds the least entry in it; it is
 * put right when that has another count. */
void topk_distinct_build_heap(struct topk_distinct *sketch);
struct topk_distinct_stale topk_distinct_least(struct topk_distinct *sketch);
void topk_distinct_renew_least(struct topk_distinct *sketch, uint64_t count);

/* The rows of the filter, in bytes. */
unsigned topk_distinct_max_lg_row(uint32_t labels);

/* How the run ends. */
struct topk_distinct_end {
    uint32_t leaver; /* whose entry the label takes; NOWHERE: it gets none */
    uint64_t threshold;
    uint64_t hash; /* of what has no entry then, and its bound */
    uint64_t bound;
};

/* How the open run would end if it ended here. */
struct topk_distinct_end topk_distinct_foresee(const struct topk_distinct *sketch);

/* Ends the run: nothing that can be observed changes. */
void topk_distinct_conclude(struct topk_distinct *sketch);

/* The labels of a sketch as if its run had ended.  They are borrowed from it. */
struct topk_distinct_seen {
    struct topk_probe probe;
    uint64_t hash;
    const struct hll *values;
    uint64_t missed;
    uint64_t most;
};

struct topk_distinct_view {
    uint32_t used;
    uint64_t threshold;
    struct topk_distinct_seen *seen;
    struct topk_filter filter;
    bool owns_filter;
};

enum sketch_status topk_distinct_look(struct topk_distinct_view *view,
                                      const struct topk_distinct *sketch);
void topk_distinct_look_away(struct topk_distinct_view *view,
                             const struct sketch_memory *memory);

bool topk_distinct_recognises(const uint8_t *bytes, size_t size);

#endif
