/*
 * Distinct sample-and-hold over a conservative filter.
 *
 * The labels that are followed have a HyperLogLog of their values each.  When all
 * entries are taken, another label is let in by the hash of a pair: if that is u,
 * between 0 and 1, a pair passes a threshold t when 1 / u > t, so one in t different
 * pairs does, however often each is repeated, and t - 1 others are expected to have
 * come before it. (Sample and hold: Estan, Varghese, "New directions in traffic
 * measurement and accounting", 2002; its use for distinct counts is that of Lee,
 * Masson, "Sampling space-saving set sketches", 2024, whose newcomers inherit the
 * values of those that leave.  Here they begin without any, so that a count says how
 * much of it was seen.) The threshold is the least count of all labels that are
 * followed.
 *
 * That alone is for rows in random order: when they are grouped by label it forgets all
 * that came before the pair that passes.  So the values of a label that repeats are
 * collected, and it is decided at the end of its run: then nothing of the run is
 * missed. And what was missed before the run is bounded by a filter, that of top-k
 * (topk_filter.h): it adds up the counts of runs that were let go, and has the counts
 * of labels that had to leave.  A label that comes as one run finds next to nothing
 * there, in whatever order the labels come; one whose rows are spread finds more than
 * it has missed if they are repeated, and then the threshold is the better guess.
 */
#include "topk_distinct_private.h"

#include "invariant.h"

enum { TOPK_DISTINCT_MOST_MISSED = 4 /* thresholds: in 95 percent of all cases */ };

int topk_distinct_labels(int k) { return 3 * k + 20; }

unsigned topk_distinct_max_lg_row(uint32_t labels)
{
    unsigned lg = TOPK_FILTER_MIN_LG_BYTES;
    while ((UINT64_C(1) << lg) < UINT64_C(128) * labels) {
        lg++;
    }
    return lg;
}

enum sketch_status topk_distinct_create(struct topk_distinct **out, int k, int lg_k,
                                        const struct sketch_memory *memory)
{
    *out = NULL;
    if (k < 1 || k > TOPK_DISTINCT_MAX_K || lg_k < TOPK_DISTINCT_MIN_LG_K ||
        lg_k > TOPK_DISTINCT_MAX_LG_K) {
        return SKETCH_RANGE;
    }
    struct topk_distinct *sketch = sketch_allocate(memory, sizeof *sketch);
    if (!sketch) {
        return SKETCH_NOMEM;
    }
    sketch->memory = *memory;
    sketch->k = k;
    sketch->lg_k = lg_k;
    sketch->labels = (uint32_t)topk_distinct_labels(k);
    sketch->run.entry = TOPK_DISTINCT_NOWHERE;
    *out = sketch;
    return SKETCH_OK;
}

void topk_distinct_free(struct topk_distinct *sketch)
{
    if (!sketch) {
        return;
    }
    struct sketch_memory memory = sketch->memory;
    for (uint32_t i = 0; i < sketch->used; i++) {
        topk_key_drop(&sketch->entries[i].key, &memory);
        hll_free(sketch->entries[i].values);
    }
    hll_free(sketch->run.values);
    sketch_release(&memory, sketch->run.block);
    sketch_release(&memory, sketch->entries);
    sketch_release(&memory, sketch->index.slots);
    sketch_release(&memory, sketch->heap);
    sketch_release(&memory, sketch->filter.cells);
    sketch_release(&memory, sketch);
}

int topk_distinct_k(const struct topk_distinct *sketch) { return sketch->k; }
int topk_distinct_lg_k(const struct topk_distinct *sketch) { return sketch->lg_k; }
uint64_t topk_distinct_threshold(const struct topk_distinct *sketch)
{
    return sketch->threshold;
}

bool topk_distinct_is_complete(const struct topk_distinct *sketch)
{
    return !sketch->filter.cells;
}

uint64_t topk_distinct_bound(const struct topk_filter *filter, uint64_t hash)
{
    return filter->cells ? topk_filter_get(filter, topk_filter_cells(filter, hash)) : 0;
}

struct topk_distinct_missed topk_distinct_missed_of(uint64_t bound, uint64_t threshold)
{
    uint64_t most = threshold < SKETCH_MAX_TOTAL / TOPK_DISTINCT_MOST_MISSED
                        ? TOPK_DISTINCT_MOST_MISSED * threshold
                        : SKETCH_MAX_TOTAL;
    uint64_t expected = threshold;
    if (bound < threshold) {
        expected =
            topk_distinct_whole((double)bound * (double)bound / (double)threshold);
    }
    return (struct topk_distinct_missed){expected, bound < most ? bound : most};
}

/* The end of a run */

static uint64_t topk_distinct_pair(uint64_t label, struct hash value)
{
    return hash_finalise(label + hash_rotate(value.h1, 32));
}

/* Of the open run: how many values it has. */
static uint64_t topk_distinct_collected(const struct topk_distinct *sketch)
{
    const struct topk_distinct_run *run = &sketch->run;
    return run->is_single ? 1 : topk_distinct_whole(hll_estimate(run->values));
}

/* Whether the label may get an entry, as far as the threshold knows. */
static bool topk_distinct_passes(const struct topk_distinct *sketch, uint64_t collected)
{
    uint64_t threshold = sketch->threshold;
    return collected > threshold || threshold <= 1 ||
           sketch->run.least < UINT64_MAX / threshold;
}

/* The end of the open run, given the least entry if the label passes. */
static struct topk_distinct_end
topk_distinct_decide(const struct topk_distinct *sketch, uint64_t collected,
                     const struct topk_distinct_stale *least)
{
    const struct topk_distinct_run *run = &sketch->run;
    struct topk_distinct_end end = {TOPK_DISTINCT_NOWHERE, sketch->threshold, run->hash,
                                    topk_distinct_sum(run->bound, collected)};
    if (!least) {
        return end;
    }
    end.threshold = least->count > end.threshold ? least->count : end.threshold;
    struct topk_distinct_missed missed =
        topk_distinct_missed_of(run->bound, end.threshold);
    if (topk_distinct_sum(missed.expected, collected) > least->count) {
        const struct topk_distinct_entry *leaver = &sketch->entries[least->entry];
        uint64_t seen = topk_distinct_whole(hll_estimate(leaver->values));
        end.leaver = least->entry;
        end.hash = leaver->hash;
        end.bound = topk_distinct_sum(seen, leaver->most);
    }
    return end;
}

struct topk_distinct_end topk_distinct_foresee(const struct topk_distinct *sketch)
{
    uint64_t collected = topk_distinct_collected(sketch);
    if (!topk_distinct_passes(sketch, collected)) {
        return topk_distinct_decide(sketch, collected, NULL);
    }
    struct topk_distinct_stale least = {topk_distinct_count(&sketch->entries[0]), 0};
    for (uint32_t i = 1; i < sketch->used; i++) {
        struct topk_distinct_stale other = {topk_distinct_count(&sketch->entries[i]),
                                            i};
        least = topk_distinct_is_less(sketch, other, least) ? other : least;
    }
    return topk_distinct_decide(sketch, collected, &least);
}

/* The label of the run takes the place of the least entry, whose HyperLogLog is the one
 * for the next run. */
static void topk_distinct_take_over(struct topk_distinct *sketch, uint32_t at)
{
    struct topk_distinct_run *run = &sketch->run;
    struct topk_distinct_entry *entry = &sketch->entries[at];
    struct topk_distinct_missed missed =
        topk_distinct_missed_of(run->bound, sketch->threshold);
    struct hll *values = entry->values;
    topk_index_drop(&sketch->index, topk_distinct_shelf(sketch), at);
    topk_key_drop(&entry->key, &sketch->memory);
    *entry = (struct topk_distinct_entry){run->hash, run->key, run->values,
                                          missed.expected, missed.most};
    topk_index_put(&sketch->index, topk_distinct_shelf(sketch), at);
    topk_distinct_renew_least(sketch, topk_distinct_count(entry));
    run->values = values;
    if (item_copy_is_far(topk_key_item(&entry->key))) { /* the block is the entry's */
        run->block = NULL;
        run->room = 0;
    }
}

static void topk_distinct_end_run(struct topk_distinct *sketch)
{
    uint64_t collected = topk_distinct_collected(sketch);
    struct topk_distinct_stale least;
    bool passes = topk_distinct_passes(sketch, collected);
    if (passes) {
        least = topk_distinct_least(sketch);
    }
    struct topk_distinct_end end =
        topk_distinct_decide(sketch, collected, passes ? &least : NULL);
    sketch->threshold = end.threshold;
    if (end.leaver != TOPK_DISTINCT_NOWHERE) {
        topk_distinct_take_over(sketch, end.leaver);
    }
    topk_filter_raise(&sketch->filter, end.hash,
                      topk_filter_cells(&sketch->filter, end.hash), end.bound);
    hll_clear(sketch->run.values);
    sketch->run.is_open = false;
}

void topk_distinct_conclude(struct topk_distinct *sketch)
{
    if (sketch->run.is_open) {
        topk_distinct_end_run(sketch);
    }
    sketch->run.entry = TOPK_DISTINCT_NOWHERE;
}

/* Adding */

static bool topk_distinct_repeats(const struct topk_distinct *sketch,
                                  const struct topk_probe *probe)
{
    const struct topk_distinct_run *run = &sketch->run;
    if (run->entry != TOPK_DISTINCT_NOWHERE) {
        return topk_key_equals(&sketch->entries[run->entry].key, probe);
    }
    return run->is_open && topk_key_equals(&run->key, probe);
}

/* A label gets an entry that nobody has yet. */
static enum sketch_status topk_distinct_insert(struct topk_distinct *sketch,
                                               const struct topk_probe *probe,
                                               uint64_t hash, struct hash value)
{
    const struct sketch_memory *memory = &sketch->memory;
    struct topk_distinct_entry entry = {.hash = hash};
    enum sketch_status status = topk_distinct_reserve(sketch);
    if (status == SKETCH_OK) {
        status = topk_key_make(&entry.key, probe, memory);
    }
    if (status != SKETCH_OK) {
        return status;
    }
    status = hll_create(&entry.values, sketch->lg_k, memory);
    if (status == SKETCH_OK) {
        status = hll_add(entry.values, value);
    }
    if (status != SKETCH_OK) {
        hll_free(entry.values);
        topk_key_drop(&entry.key, memory);
        return status;
    }
    sketch->entries[sketch->used] = entry;
    topk_index_put(&sketch->index, topk_distinct_shelf(sketch), sketch->used);
    sketch->run.entry = sketch->used++;
    return SKETCH_OK;
}

/* Room for the bytes of a long label in the run, but not for much more: the block may
 * stay with an entry. */
static enum sketch_status topk_distinct_reserve_block(struct topk_distinct *sketch,
                                                      struct item label)
{
    struct topk_distinct_run *run = &sketch->run;
    if (!item_copy_is_far(label) ||
        (label.size <= run->room && run->room / 4 <= label.size)) {
        return SKETCH_OK;
    }
    uint8_t *block = sketch->memory.resize(sketch->memory.ctx, run->block, label.size);
    if (!block) {
        return SKETCH_NOMEM;
    }
    run->block = block;
    run->room = label.size;
    return SKETCH_OK;
}

/* What the first label that is left out takes; the filter, which shows in the image,
 * comes last. */
static enum sketch_status topk_distinct_begin_filter(struct topk_distinct *sketch)
{
    const struct sketch_memory *memory = &sketch->memory;
    enum sketch_status status = SKETCH_OK;
    if (!sketch->run.values) {
        status = hll_create(&sketch->run.values, sketch->lg_k, memory);
    }
    if (status == SKETCH_OK && !sketch->heap) {
        sketch->heap =
            memory->resize(memory->ctx, NULL, sketch->used * sizeof *sketch->heap);
        status = sketch->heap ? SKETCH_OK : SKETCH_NOMEM;
    }
    if (status == SKETCH_OK && !sketch->filter.cells) {
        status = topk_filter_create(
            &sketch->filter, topk_distinct_max_lg_row(sketch->labels) - 1, 1, memory);
    }
    if (status == SKETCH_OK) {
        topk_distinct_build_heap(sketch);
    }
    return status;
}

/* Begins the run of a label without an entry, when all are taken. */
static enum sketch_status topk_distinct_open(struct topk_distinct *sketch,
                                             const struct topk_probe *probe,
                                             uint64_t hash, struct hash value)
{
    struct topk_distinct_run *run = &sketch->run;
    enum sketch_status status = topk_distinct_reserve_block(sketch, probe->item);
    if (status == SKETCH_OK &&
        (!run->values || !sketch->heap || !sketch->filter.cells)) {
        status = topk_distinct_begin_filter(sketch);
    }
    if (status == SKETCH_OK) {
        status = hll_add(run->values, value);
    }
    if (status == SKETCH_OK) {
        run->key = topk_key_into(probe, run->block);
        run->hash = hash;
        run->is_open = true;
        run->is_single = true;
        run->least = topk_distinct_pair(hash, value);
        run->bound = topk_distinct_bound(&sketch->filter, hash);
    }
    return status;
}

/* One more value of the label of the row before. */
static enum sketch_status topk_distinct_repeat(struct topk_distinct *sketch,
                                               struct hash value)
{
    struct topk_distinct_run *run = &sketch->run;
    if (run->entry != TOPK_DISTINCT_NOWHERE) {
        return hll_add(sketch->entries[run->entry].values, value);
    }
    enum sketch_status status = hll_add(run->values, value);
    uint64_t pair = topk_distinct_pair(run->hash, value);
    if (status == SKETCH_OK) {
        run->is_single = false;
        run->least = pair < run->least ? pair : run->least;
    }
    return status;
}

enum sketch_status topk_distinct_add(struct topk_distinct *sketch, struct item label,
                                     struct hash value)
{
    struct topk_probe probe;
    topk_probe_set(&probe, label);
    if (topk_distinct_repeats(sketch, &probe)) {
        return topk_distinct_repeat(sketch, value);
    }
    topk_distinct_conclude(sketch);
    uint64_t hash = topk_probe_hash(&probe);
    uint32_t at = topk_distinct_find(sketch, &probe, hash);
    if (at != TOPK_DISTINCT_NOWHERE) {
        sketch->run.entry = at;
        return hll_add(sketch->entries[at].values, value);
    }
    return sketch->used < sketch->labels
               ? topk_distinct_insert(sketch, &probe, hash, value)
               : topk_distinct_open(sketch, &probe, hash, value);
}
