/*
 * Merging two sketches of top-k by distinct.
 *
 * The values of a label that both follow are those of its two HyperLogLogs; of one that
 * only one of them follows, the other may have let go as many as it would say if it
 * were asked.  The sketch of both is made apart, so that `into` stays as it is until
 * nothing can fail any more.
 */
#include "topk_distinct_private.h"

#include <string.h>

/* A sketch to come, of which more labels are listed than it follows. */
struct topk_distinct_merger {
    struct topk_distinct_view into;
    struct topk_distinct_view from;
    struct topk_distinct *next; /* its entries: the labels of both, ours first */
    bool *shared;               /* of ours: which are theirs, too */
    bool *leaves;               /* of all: which are too many */
};

/* A label that is not among those of a view. */
static struct topk_distinct_missed
topk_distinct_missed_in(const struct topk_distinct_view *view, uint64_t hash)
{
    return topk_distinct_missed_of(topk_distinct_bound(&view->filter, hash),
                                   view->threshold);
}

static void topk_distinct_miss(struct topk_distinct_entry *entry,
                               struct topk_distinct_missed missed)
{
    entry->missed = topk_distinct_sum(entry->missed, missed.expected);
    entry->most = topk_distinct_sum(entry->most, missed.most);
}

/* Holds nothing ready for a next merge, of which there is hardly ever one. */
static enum sketch_status topk_distinct_unite(struct hll *into, const struct hll *from)
{
    enum sketch_status status = hll_merge(into, from);
    return status == SKETCH_OK ? hll_end_union(into) : status;
}

/* The label's values join those of its entry, which may be a new one. */
static enum sketch_status topk_distinct_join(struct topk_distinct *next,
                                             const struct topk_distinct_seen *seen,
                                             uint32_t *number)
{
    const struct sketch_memory *memory = &next->memory;
    struct topk_distinct_missed missed = {seen->missed, seen->most};
    *number = topk_distinct_find(next, &seen->probe, seen->hash);
    if (*number != TOPK_DISTINCT_NOWHERE) {
        struct topk_distinct_entry *entry = &next->entries[*number];
        topk_distinct_miss(entry, missed);
        return topk_distinct_unite(entry->values, seen->values);
    }
    struct topk_distinct_entry entry = {
        .hash = seen->hash, .missed = missed.expected, .most = missed.most};
    enum sketch_status status = topk_distinct_reserve(next);
    if (status == SKETCH_OK) {
        status = topk_key_make(&entry.key, &seen->probe, memory);
    }
    if (status != SKETCH_OK) {
        return status;
    }
    status = hll_create(&entry.values, next->lg_k, memory);
    if (status == SKETCH_OK) {
        status = topk_distinct_unite(entry.values, seen->values);
    }
    if (status != SKETCH_OK) {
        hll_free(entry.values);
        topk_key_drop(&entry.key, memory);
        return status;
    }
    *number = next->used++;
    next->entries[*number] = entry;
    topk_index_put(&next->index, topk_distinct_shelf(next), *number);
    return SKETCH_OK;
}

/* The labels of both, with what the other one missed of each. */
static enum sketch_status topk_distinct_list(struct topk_distinct_merger *m)
{
    struct topk_distinct *next = m->next;
    enum sketch_status status = SKETCH_OK;
    uint32_t number;
    for (uint32_t i = 0; status == SKETCH_OK && i < m->into.used; i++) {
        status = topk_distinct_join(next, &m->into.seen[i], &number);
    }
    for (uint32_t i = 0; status == SKETCH_OK && i < m->from.used; i++) {
        const struct topk_distinct_seen *seen = &m->from.seen[i];
        status = topk_distinct_join(next, seen, &number);
        if (status == SKETCH_OK && number < m->into.used) {
            m->shared[number] = true;
        } else if (status == SKETCH_OK) {
            topk_distinct_miss(&next->entries[number],
                               topk_distinct_missed_in(&m->into, seen->hash));
        }
    }
    for (uint32_t i = 0; status == SKETCH_OK && i < m->into.used; i++) {
        struct topk_distinct_entry *entry = &next->entries[i];
        if (!m->shared[i]) {
            topk_distinct_miss(entry, topk_distinct_missed_in(&m->from, entry->hash));
        }
    }
    return status;
}

/* Prepares everything that can fail, and leaves `into` as it was. */
static enum sketch_status topk_distinct_merge_begin(struct topk_distinct_merger *m,
                                                    const struct topk_distinct *into,
                                                    const struct topk_distinct *from)
{
    const struct sketch_memory *memory = &into->memory;
    bool first = into->used == 0; /* has no say in the size of the result */
    int k = !first && into->k < from->k ? into->k : from->k;
    int lg_k = !first && into->lg_k < from->lg_k ? into->lg_k : from->lg_k;
    enum sketch_status status = topk_distinct_create(&m->next, k, lg_k, memory);
    if (status == SKETCH_OK) {
        status = topk_distinct_look(&m->into, into);
    }
    if (status == SKETCH_OK) {
        status = topk_distinct_look(&m->from, from);
    }
    if (status == SKETCH_OK) {
        size_t most = (size_t)m->into.used + m->from.used;
        m->next->labels = (uint32_t)most;
        m->shared = sketch_allocate(memory, most * sizeof *m->shared);
        m->leaves = sketch_allocate(memory, most * sizeof *m->leaves);
        status = m->shared && m->leaves ? topk_distinct_list(m) : SKETCH_NOMEM;
    }
    return status;
}

/* Marks the least labels, those that are too many, and remembers them in the filter. */
static void topk_distinct_leave(struct topk_distinct_merger *m, uint32_t labels)
{
    struct topk_distinct *next = m->next;
    topk_distinct_build_heap(next);
    for (uint32_t i = labels; i < next->used; i++) {
        struct topk_distinct_stale least = next->heap[0];
        struct topk_distinct_entry *entry = &next->entries[least.entry];
        uint64_t seen = topk_distinct_whole(hll_estimate(entry->values));
        topk_filter_raise_any(&next->filter, entry->hash,
                              topk_distinct_sum(seen, entry->most));
        if (least.count > next->threshold) {
            next->threshold = least.count;
        }
        m->leaves[least.entry] = true;
        topk_distinct_renew_least(next, UINT64_MAX); /* so that it is the last of all */
    }
}

/* Takes out the labels that are marked. */
static void topk_distinct_close_up(struct topk_distinct_merger *m)
{
    struct topk_distinct *next = m->next;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < next->used; i++) {
        struct topk_distinct_entry *entry = &next->entries[i];
        if (m->leaves[i]) {
            topk_key_drop(&entry->key, &next->memory);
            hll_free(entry->values);
        } else {
            next->entries[kept++] = *entry;
        }
    }
    next->used = kept;
    topk_index_refill(&next->index, topk_distinct_shelf(next), kept);
    topk_distinct_build_heap(next);
}

/* The cells of both filters, added up.  The last that can fail. */
static enum sketch_status topk_distinct_add_filters(struct topk_distinct_merger *m,
                                                    struct topk_distinct *into)
{
    struct topk_filter *ours = &m->into.filter;
    struct topk_filter *theirs = &m->from.filter;
    struct topk_filter sum;
    if (topk_filter_largest(ours) + topk_filter_largest(theirs) > SKETCH_MAX_TOTAL) {
        return SKETCH_OVERFLOW;
    }
    enum sketch_status status =
        topk_filter_prepare(&sum, ours, theirs, false,
                            topk_distinct_max_lg_row(m->next->labels), &into->memory);
    if (status != SKETCH_OK) {
        return status;
    }
    if (sum.cells == ours->cells) { /* which go into the next sketch */
        into->filter.cells = m->into.owns_filter ? into->filter.cells : NULL;
        m->into.owns_filter = false;
    }
    topk_filter_add(&sum, theirs);
    m->next->filter = sum;
    return SKETCH_OK;
}

/* Leaves out the labels that are too many; `into` may be changed from here on, if this
 * succeeds. */
static enum sketch_status topk_distinct_merge_end(struct topk_distinct_merger *m,
                                                  struct topk_distinct *into)
{
    struct topk_distinct *next = m->next;
    const struct sketch_memory *memory = &next->memory;
    uint32_t labels = (uint32_t)topk_distinct_labels(next->k);
    bool is_complete =
        next->used <= labels && !m->into.filter.cells && !m->from.filter.cells;
    next->labels = labels;
    if (is_complete) {
        return SKETCH_OK;
    }
    next->heap = memory->resize(memory->ctx, NULL, next->used * sizeof *next->heap);
    enum sketch_status status =
        next->heap ? topk_distinct_add_filters(m, into) : SKETCH_NOMEM;
    if (status == SKETCH_OK) {
        next->threshold = topk_distinct_sum(m->into.threshold, m->from.threshold);
        topk_distinct_leave(m, labels);
        topk_distinct_close_up(m);
    }
    return status;
}

enum sketch_status topk_distinct_merge(struct topk_distinct *into,
                                       const struct topk_distinct *from)
{
    struct topk_distinct_merger m = {.next = NULL};
    const struct sketch_memory memory = into->memory;
    if (from->used == 0) {
        return SKETCH_OK;
    }
    enum sketch_status status = topk_distinct_merge_begin(&m, into, from);
    if (status == SKETCH_OK) {
        status = topk_distinct_merge_end(&m, into);
    }
    topk_distinct_look_away(&m.into, &memory);
    topk_distinct_look_away(&m.from, &from->memory);
    sketch_release(&memory, m.leaves);
    sketch_release(&memory, m.shared);
    if (status == SKETCH_OK) { /* the two change places */
        struct topk_distinct before = *into;
        *into = *m.next;
        *m.next = before;
    }
    topk_distinct_free(m.next);
    return status;
}

enum sketch_status topk_distinct_absorb(struct topk_distinct *into,
                                        const uint8_t *bytes, size_t size)
{
    struct topk_distinct *from;
    enum sketch_status status =
        topk_distinct_deserialise(&from, bytes, size, &into->memory);
    if (status == SKETCH_OK) {
        status = topk_distinct_merge(into, from);
    }
    topk_distinct_free(from);
    return status;
}
