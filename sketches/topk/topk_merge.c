/*
 * Merging two top-k sketches: one into another, which stays where it is.
 *
 * An item that only one of them counts by name may have been in the other stream
 * as often as the other's cells allow: that much is added to its count and to its
 * error (tighter than adding the other's least count, which is what Cafaro,
 * Pulimeno, Tempesta 2016 do).  The cells of both are added up; the items that no
 * longer fit raise their cells.
 *
 * The items of both are listed, and the best of them chosen, without touching either;
 * then comes whatever can fail; and then the entries of those that lost are given to
 * those that are new.
 */
#include "topk_choice.h"
#include "topk_view.h"

#include "invariant.h"

/* A merge that has been prepared, and can no longer fail. */
struct topk_merger {
    struct topk *into;
    struct topk_view *from;    /* a filter that it owns may be taken over */
    struct topk_joint *joints; /* the items of both; the named ones first */
    uint32_t count;
    uint32_t named;
    struct topk_key *keys; /* of the named ones that are new, in their order */
    uint32_t added;
    struct topk_filter filter;
    struct topk_key smallest; /* of all items seen, if they change */
    struct topk_key largest;
    struct topk_stale *heap; /* if it changes */
    int k;
    uint32_t counters;
};

static bool topk_merge_leaves_out(const struct topk_merger *m)
{
    return m->named < m->count || m->into->filter.cells || m->from->filter.cells;
}

static uint64_t topk_view_bound(const struct topk_view *view, uint64_t hash)
{
    const struct topk_filter *filter = &view->filter;
    uint64_t cells =
        filter->cells ? topk_filter_get(filter, topk_filter_cells(filter, hash)) : 0;
    return view->floor + cells;
}

/* The items of both, each with its joint count and error. */
static void topk_list_joints(struct topk_merger *m)
{
    const struct topk *into = m->into;
    const struct topk_view *from = m->from;
    for (uint32_t i = 0; i < into->used; i++) {
        const struct topk_entry *entry = &into->entries[i];
        m->joints[i] =
            (struct topk_joint){entry->count, entry->error, i, TOPK_NOT_THERE};
    }
    m->count = into->used;
    for (uint32_t i = 0; i < from->used; i++) {
        const struct topk_view_entry *entry = &from->entries[i];
        uint32_t at = topk_find(into, &entry->probe, entry->hash);
        if (at < into->used) {
            m->joints[at].count += entry->count;
            m->joints[at].error += entry->error;
            m->joints[at].theirs = i;
        } else {
            uint64_t bound = topk_bound(into, entry->hash);
            m->joints[m->count++] = (struct topk_joint){
                entry->count + bound, entry->error + bound, TOPK_NOT_THERE, i};
        }
    }
    for (uint32_t i = 0; i < into->used; i++) {
        if (m->joints[i].theirs == TOPK_NOT_THERE) {
            uint64_t bound = topk_view_bound(from, into->entries[i].hash);
            m->joints[i].count += bound;
            m->joints[i].error += bound;
        }
    }
}

static struct item topk_joint_item(const struct topk_joint *joint, const void *merger)
{
    const struct topk_merger *m = merger;
    return joint->ours != TOPK_NOT_THERE
               ? topk_key_item(&m->into->entries[joint->ours].key)
               : m->from->entries[joint->theirs].probe.item;
}

/* What can fail */

static enum sketch_status topk_copy_named(struct topk_merger *m)
{
    const struct sketch_memory *memory = &m->into->memory;
    uint32_t fresh = 0;
    for (uint32_t i = 0; i < m->named; i++) {
        fresh += m->joints[i].ours == TOPK_NOT_THERE;
    }
    if (fresh == 0) {
        return SKETCH_OK;
    }
    m->keys = memory->resize(memory->ctx, NULL, fresh * sizeof *m->keys);
    enum sketch_status status = m->keys ? SKETCH_OK : SKETCH_NOMEM;
    for (uint32_t i = 0; status == SKETCH_OK && i < m->named; i++) {
        if (m->joints[i].ours == TOPK_NOT_THERE) {
            const struct topk_probe *probe =
                &m->from->entries[m->joints[i].theirs].probe;
            status = topk_key_make(&m->keys[m->added], probe, memory);
            m->added += status == SKETCH_OK;
        }
    }
    return status;
}

static enum sketch_status topk_copy_end(struct topk_key *key, struct item item,
                                        const struct sketch_memory *memory)
{
    struct topk_probe probe;
    topk_probe_set(&probe, item);
    return topk_key_make(key, &probe, memory);
}

/* Copies of the ends of both, where those that `into` has will not do. */
static enum sketch_status topk_copy_ends(struct topk_merger *m)
{
    const struct topk *into = m->into;
    const struct topk_view *from = m->from;
    struct item smallest = from->smallest;
    struct item largest = from->largest;
    bool takes_smallest = true;
    bool takes_largest = true;
    if (into->floor > 0 || from->floor > 0) {
        return SKETCH_OK;
    }
    if (into->used > 0) {
        struct item low, high;
        topk_extremes(into, &low, &high);
        takes_smallest = !into->filter.cells || item_compare(smallest, low) < 0;
        takes_largest = !into->filter.cells || item_compare(largest, high) > 0;
        smallest = item_compare(smallest, low) < 0 ? smallest : low;
        largest = item_compare(largest, high) > 0 ? largest : high;
    }
    enum sketch_status status = SKETCH_OK;
    if (takes_smallest) {
        status = topk_copy_end(&m->smallest, smallest, &into->memory);
    }
    if (status == SKETCH_OK && takes_largest) {
        status = topk_copy_end(&m->largest, largest, &into->memory);
    }
    return status;
}

static enum sketch_status topk_prepare_filter(struct topk_merger *m)
{
    const struct topk *into = m->into;
    const struct sketch_memory *memory = &into->memory;
    enum sketch_status status =
        topk_filter_prepare(&m->filter, &into->filter, &m->from->filter,
                            m->from->owns_filter, topk_max_lg_row(m->counters), memory);
    if (status == SKETCH_OK) {
        status = topk_copy_ends(m);
    }
    if (status == SKETCH_OK && !into->heap) {
        m->heap = memory->resize(memory->ctx, NULL, m->named * sizeof *m->heap);
        status = m->heap ? SKETCH_OK : SKETCH_NOMEM;
    }
    return status;
}

static enum sketch_status topk_merge_prepare(struct topk_merger *m)
{
    struct topk *into = m->into;
    const struct topk_view *from = m->from;
    const struct sketch_memory *memory = &into->memory;
    bool first = into->total == 0; /* has no say in the size of the result */
    m->k = !first && into->k < from->k ? into->k : from->k;
    m->counters =
        !first && into->counters < from->counters ? into->counters : from->counters;
    size_t most = (size_t)into->used + from->used;
    m->joints = memory->resize(memory->ctx, NULL, most * sizeof *m->joints);
    if (!m->joints) {
        return SKETCH_NOMEM;
    }
    topk_list_joints(m);
    m->named = m->count < m->counters ? m->count : m->counters;
    topk_choose(m->joints, m->count, m->named, topk_joint_item, m);
    enum sketch_status status = topk_copy_named(m);
    if (status == SKETCH_OK && topk_merge_leaves_out(m)) {
        status = topk_prepare_filter(m);
    }
    return status == SKETCH_OK ? topk_reserve(into, m->named) : status;
}

/* What a merge that failed had already. */
static void topk_merge_undo(struct topk_merger *m)
{
    const struct sketch_memory *memory = &m->into->memory;
    while (m->added > 0) {
        topk_key_drop(&m->keys[--m->added], memory);
    }
    topk_key_drop(&m->smallest, memory);
    topk_key_drop(&m->largest, memory);
    sketch_release(memory, m->heap);
    if (m->filter.cells != m->into->filter.cells &&
        m->filter.cells != m->from->filter.cells) {
        sketch_release(memory, m->filter.cells);
    }
}

/* What cannot fail */

/* Those that lost raise their cells.  Entries of ours among them are free. */
static void topk_leave_behind(struct topk_merger *m)
{
    struct topk *into = m->into;
    for (uint32_t i = m->named; i < m->count; i++) {
        const struct topk_joint *joint = &m->joints[i];
        if (joint->ours == TOPK_NOT_THERE) {
            topk_remember(into, m->from->entries[joint->theirs].hash, joint->count);
            continue;
        }
        struct topk_entry *entry = &into->entries[joint->ours];
        topk_remember(into, entry->hash, joint->count);
        topk_index_drop(&into->index, topk_shelf(into), joint->ours);
        topk_key_drop(&entry->key, &into->memory);
    }
}

/* The next entry that nobody has: of one that lost, or behind all others. */
static uint32_t topk_next_free(struct topk_merger *m, uint32_t *loser)
{
    while (*loser < m->count && m->joints[*loser].ours == TOPK_NOT_THERE) {
        ++*loser;
    }
    return *loser < m->count ? m->joints[(*loser)++].ours : m->into->used++;
}

/* The named ones get their counts; those that are new, an entry. */
static void topk_place_named(struct topk_merger *m, uint32_t *loser)
{
    struct topk *into = m->into;
    const struct topk_key *key = m->keys;
    for (uint32_t i = 0; i < m->named; i++) {
        const struct topk_joint *joint = &m->joints[i];
        if (joint->ours != TOPK_NOT_THERE) {
            into->entries[joint->ours].count = joint->count;
            into->entries[joint->ours].error = joint->error;
            continue;
        }
        uint32_t at = topk_next_free(m, loser);
        into->entries[at] = (struct topk_entry){m->from->entries[joint->theirs].hash,
                                                joint->count, joint->error, *key++};
        topk_index_put(&into->index, topk_shelf(into), at);
    }
}

/* Moves the last entries to places that are free still, if there are fewer counters
 * than there were. */
static void topk_close_gaps(struct topk_merger *m, uint32_t loser)
{
    struct topk *into = m->into;
    uint32_t used = into->used;
    for (uint32_t i = loser; i < m->count; i++) {
        if (m->joints[i].ours != TOPK_NOT_THERE) {
            into->entries[m->joints[i].ours].count = 0; /* nobody's */
        }
    }
    uint32_t at = 0;
    while (used > m->named) {
        if (into->entries[--used].count == 0) {
            continue;
        }
        while (into->entries[at].count != 0) {
            at++;
        }
        topk_index_drop(&into->index, topk_shelf(into), used);
        into->entries[at] = into->entries[used];
        topk_index_put(&into->index, topk_shelf(into), at);
    }
    into->used = used;
}

static void topk_replace_end(struct topk *into, struct topk_key *end,
                             const struct topk_key *key)
{
    if (key->form != 0) {
        topk_key_drop(end, &into->memory);
        *end = *key;
    }
}

static void topk_take_filter_over(struct topk_merger *m)
{
    struct topk *into = m->into;
    if (m->filter.cells != into->filter.cells) {
        sketch_release(&into->memory, into->filter.cells);
        into->filter = m->filter;
    }
    if (m->from->owns_filter && into->filter.cells == m->from->filter.cells) {
        m->from->owns_filter = false;
    } else {
        topk_filter_add(&into->filter, &m->from->filter);
    }
    topk_replace_end(into, &into->smallest, &m->smallest);
    topk_replace_end(into, &into->largest, &m->largest);
    topk_plan_span(into);
}

static void topk_merge_finish(struct topk_merger *m)
{
    struct topk *into = m->into;
    uint32_t before = into->used;
    uint32_t loser = m->named;
    into->k = m->k;
    into->counters = m->counters;
    into->total += m->from->total;
    into->floor += m->from->floor;
    if (topk_merge_leaves_out(m)) {
        topk_take_filter_over(m);
        topk_leave_behind(m);
    }
    topk_place_named(m, &loser);
    if (into->used > m->named) {
        topk_close_gaps(m, loser);
    }
    /* Old counts are none too large for those that took over their entries. */
    bool rebuilds = m->heap || (into->heap && into->used < before);
    into->heap = m->heap ? m->heap : into->heap;
    if (rebuilds) {
        topk_build_heap(into);
    }
    into->previous = into->used;
    into->run.weight = 0;
}

/* The first one, of which nothing is left out, into a sketch without entries: there is
 * nothing to choose. */
static enum sketch_status topk_merge_first(struct topk *into,
                                           const struct topk_view *from)
{
    int k = into->k;
    uint32_t counters = into->counters;
    enum sketch_status status = topk_reserve(into, from->used);
    if (status != SKETCH_OK) {
        return status;
    }
    into->k = from->k;
    into->counters = from->counters;
    for (uint32_t i = 0; status == SKETCH_OK && i < from->used; i++) {
        const struct topk_view_entry *entry = &from->entries[i];
        status =
            topk_insert(into, &entry->probe, entry->hash, entry->count, entry->error);
    }
    if (status == SKETCH_OK) {
        into->total = from->total;
        into->floor = from->floor;
    } else {
        while (into->used > 0) {
            topk_key_drop(&into->entries[--into->used].key, &into->memory);
        }
        topk_index_refill(&into->index, topk_shelf(into), 0);
        into->k = k;
        into->counters = counters;
    }
    into->previous = into->used;
    return status;
}

static enum sketch_status topk_merge_view(struct topk *into, struct topk_view *from)
{
    if (from->total > SKETCH_MAX_TOTAL - into->total) {
        return SKETCH_OVERFLOW;
    }
    if (from->total == 0) {
        return SKETCH_OK;
    }
    if (into->total == 0 && !from->filter.cells && from->used <= from->counters) {
        return topk_merge_first(into, from);
    }
    struct topk_merger m = {.into = into, .from = from, .filter = into->filter};
    enum sketch_status status = topk_merge_prepare(&m);
    if (status == SKETCH_OK) {
        topk_merge_finish(&m);
    } else {
        topk_merge_undo(&m);
    }
    sketch_release(&into->memory, m.keys);
    sketch_release(&into->memory, m.joints);
    return status;
}

enum sketch_status topk_merge(struct topk *into, const struct topk *from)
{
    struct topk_view view;
    enum sketch_status status = topk_view_of(&view, from, &into->memory);
    if (status == SKETCH_OK) {
        status = topk_merge_view(into, &view);
    }
    topk_view_drop(&view, &into->memory);
    return status;
}

enum sketch_status topk_absorb(struct topk *into, const uint8_t *bytes, size_t size)
{
    struct topk_view view;
    enum sketch_status status = topk_view_read(&view, bytes, size, &into->memory);
    if (status == SKETCH_OK) {
        status = topk_merge_view(into, &view);
    }
    topk_view_drop(&view, &into->memory);
    return status;
}

/* Makes a sketch of a view that was taken with that status, and gives it back. */
static enum sketch_status topk_create_of(struct topk **out, struct topk_view *view,
                                         enum sketch_status status,
                                         const struct sketch_memory *memory)
{
    struct topk *sketch = NULL;
    if (status == SKETCH_OK) {
        status = topk_create(&sketch, view->k, (int)view->counters, memory);
    }
    if (status == SKETCH_OK) {
        status = topk_merge_view(sketch, view);
    }
    topk_view_drop(view, memory);
    if (status != SKETCH_OK) {
        topk_free(sketch);
        sketch = NULL;
    }
    *out = sketch;
    return status;
}

enum sketch_status topk_deserialise(struct topk **out, const uint8_t *bytes,
                                    size_t size, const struct sketch_memory *memory)
{
    struct topk_view view;
    enum sketch_status status = topk_view_read(&view, bytes, size, memory);
    return topk_create_of(out, &view, status, memory);
}

enum sketch_status topk_restore(struct topk **out, const struct topk_state *state,
                                const struct sketch_memory *memory)
{
    struct topk_view view;
    enum sketch_status status = topk_view_state(&view, state, memory);
    return topk_create_of(out, &view, status, memory);
}
