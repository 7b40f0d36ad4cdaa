/*
 * SpaceSaving over a conservative filter.
 *
 * SpaceSaving (Metwally, Agrawal, El Abbadi 2005) counts m items by name; a new
 * one takes the place of the least, and inherits its count as an error.  That
 * inherits far too much.  Filtered Space-Saving (Homem, Carvalho 2010) puts cells
 * in front: an item gets an entry only when its cells pass the least entry, and
 * what it inherits is what its cells hold.  Here the cells are two rows of a
 * count-min filter with conservative update (topk_filter.h), and the bounds are
 * kept for every item:
 *
 *     an entry:   count - error <= frequency <= count
 *     any other:  frequency <= the smaller of its cells <= the least count
 *
 * Each replacement adds at most the weight that came in, so the counts never add
 * up to more than the total: the least count is at most total / m, and so is every
 * error; every item above total / m has an entry.  (After merges, the sum of what
 * held for the parts.)
 *
 * Four more things make it fast and, on sorted input, exact:
 *  - counts only grow, so the heap that finds the least entry keeps stale ones and
 *    is put right only when its root is asked for; a hit is one increment;
 *  - equal neighbours are one item with their joint weight: no hash, no look-up,
 *    and one error for the whole run;
 *  - an item beyond the smallest or largest one seen cannot have been there before,
 *    so it inherits nothing whatever its cells say;
 *  - there is no filter until an item has to be left out.
 */
#include "topk_private.h"

#include "invariant.h"

#include <string.h>

enum { TOPK_FIRST_ROOM = 8, TOPK_SLOTS_PER_ENTRY = 8 };

int topk_default_counters(int k) { return k + (k / 2 > 32 ? k / 2 : 32); }

enum sketch_status topk_create(struct topk **out, int k, int counters,
                               const struct sketch_memory *memory)
{
    *out = NULL;
    if (k < 1 || k > TOPK_MAX_K || counters < k || counters > TOPK_MAX_COUNTERS) {
        return SKETCH_RANGE;
    }
    struct topk *sketch = sketch_allocate(memory, sizeof *sketch);
    if (!sketch) {
        return SKETCH_NOMEM;
    }
    sketch->memory = *memory;
    sketch->k = k;
    sketch->counters = (uint32_t)counters;
    *out = sketch;
    return SKETCH_OK;
}

static void topk_clear(struct topk *sketch)
{
    const struct sketch_memory *memory = &sketch->memory;
    for (uint32_t i = 0; i < sketch->used; i++) {
        topk_key_drop(&sketch->entries[i].key, memory);
    }
    topk_key_drop(&sketch->smallest, memory);
    topk_key_drop(&sketch->largest, memory);
    sketch_release(memory, sketch->run.bytes);
    sketch_release(memory, sketch->entries);
    sketch_release(memory, sketch->index.slots);
    sketch_release(memory, sketch->heap);
    sketch_release(memory, sketch->filter.cells);
}

void topk_free(struct topk *sketch)
{
    if (sketch) {
        struct sketch_memory memory = sketch->memory;
        topk_clear(sketch);
        sketch_release(&memory, sketch);
    }
}

uint64_t topk_total(const struct topk *sketch) { return sketch->total; }
int topk_k(const struct topk *sketch) { return sketch->k; }
int topk_counters(const struct topk *sketch) { return (int)sketch->counters; }
size_t topk_used(const struct topk *sketch) { return sketch->used; }
bool topk_is_exact(const struct topk *sketch)
{
    return !sketch->filter.cells && sketch->floor == 0;
}

/* The entries */

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
    topk_index_move(&sketch->index, topk_shelf(sketch), slots, slot_count, sketch->used,
                    memory);
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
        topk_index_put(&sketch->index, topk_shelf(sketch), sketch->used);
        sketch->previous = sketch->used;
        sketch->used++;
    }
    return status;
}

/* The heap of stale counts */

static void topk_sift_down(struct topk_stale *heap, uint32_t size, uint32_t at)
{
    struct topk_stale moving = heap[at];
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= size) {
            break;
        }
        if (child + 1 < size && heap[child + 1].count < heap[child].count) {
            child++;
        }
        if (heap[child].count >= moving.count) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moving;
}

void topk_build_heap(struct topk *sketch)
{
    struct topk_stale *heap = sketch->heap;
    for (uint32_t i = 0; i < sketch->used; i++) {
        heap[i] = (struct topk_stale){sketch->entries[i].count, i};
    }
    for (uint32_t i = sketch->used / 2; i-- > 0;) {
        topk_sift_down(heap, sketch->used, i);
    }
}

/* The least count: the root's, once it is true. */
static uint64_t topk_least(struct topk *sketch)
{
    struct topk_stale *root = &sketch->heap[0];
    for (;;) {
        uint64_t count = sketch->entries[root->entry].count;
        if (root->count == count) {
            return count;
        }
        root->count = count;
        topk_sift_down(sketch->heap, sketch->used, 0);
    }
}

/* Leaving items out */

unsigned topk_max_lg_row(uint32_t counters)
{
    unsigned lg = TOPK_FILTER_MIN_LG_BYTES;
    while ((UINT64_C(1) << lg) < UINT64_C(32) * counters) {
        lg++;
    }
    return lg;
}

void topk_extremes(const struct topk *sketch, struct item *smallest,
                   struct item *largest)
{
    if (sketch->filter.cells) {
        *smallest = topk_key_item(&sketch->smallest);
        *largest = topk_key_item(&sketch->largest);
        return;
    }
    invariant(sketch->used > 0);
    *smallest = topk_key_item(&sketch->entries[0].key);
    *largest = *smallest;
    for (uint32_t i = 1; i < sketch->used; i++) {
        struct item item = topk_key_item(&sketch->entries[i].key);
        *smallest = item_compare(item, *smallest) < 0 ? item : *smallest;
        *largest = item_compare(item, *largest) > 0 ? item : *largest;
    }
}

/* A number that orders items of one class as they are ordered, ties aside: the value
 * of an integer, the bits of a REAL, all of a negative one turned, or the first eight
 * bytes of a text or blob. */
static uint64_t topk_prefix(uint64_t class, uint64_t word)
{
    const uint64_t bytes = UINT64_C(0x00ff00ff00ff00ff);
    const uint64_t pairs = UINT64_C(0x0000ffff0000ffff);
    if (class == ITEM_INTEGER) {
        return word ^ UINT64_C(1) << 63;
    }
    if (class == ITEM_REAL) {
        return word >> 63 ? ~word : word ^ UINT64_C(1) << 63;
    }
    word = (word & bytes) << 8 | (word >> 8 & bytes);
    word = (word & pairs) << 16 | (word >> 16 & pairs);
    return word << 32 | word >> 32;
}

/* The words of long items are hashes. */
void topk_plan_span(struct topk *sketch)
{
    const struct topk_key *low = &sketch->smallest;
    const struct topk_key *high = &sketch->largest;
    uint64_t class = low->form >> 32;
    bool simple = sketch->floor == 0 && class == high->form >> 32 &&
                  low->copy.size <= TOPK_NEAR && high->copy.size <= TOPK_NEAR;
    sketch->inside =
        (struct topk_span){simple ? class : 0, topk_prefix(class, low->words.k1),
                           topk_prefix(class, high->words.k1)};
}

/* Begins to leave items out: `filter`, which the sketch owns from here on if this
 * succeeds, the heap, and the extremes of all items seen, in any order of the two. */
static enum sketch_status topk_close(struct topk *sketch, struct topk_filter filter,
                                     struct item smallest, struct item largest)
{
    const struct sketch_memory *memory = &sketch->memory;
    struct topk_stale *heap =
        memory->resize(memory->ctx, NULL, sketch->used * sizeof *heap);
    struct topk_key low = {0};
    struct topk_key high = {0};
    enum sketch_status status = heap ? SKETCH_OK : SKETCH_NOMEM;
    if (status == SKETCH_OK) {
        struct topk_probe probe;
        topk_probe_set(&probe, smallest);
        status = topk_key_make(&low, &probe, memory);
    }
    if (status == SKETCH_OK) {
        struct topk_probe probe;
        topk_probe_set(&probe, largest);
        status = topk_key_make(&high, &probe, memory);
    }
    if (status != SKETCH_OK) {
        topk_key_drop(&low, memory);
        sketch_release(memory, heap);
        return status;
    }
    sketch->heap = heap;
    topk_build_heap(sketch);
    sketch->smallest = low;
    sketch->largest = high;
    sketch->filter = filter;
    topk_plan_span(sketch);
    return SKETCH_OK;
}

/* The first item to be left out: from here on there is a filter. */
static enum sketch_status topk_begin_filter(struct topk *sketch, struct item item)
{
    struct topk_filter filter;
    enum sketch_status status = topk_filter_create(
        &filter, topk_max_lg_row(sketch->counters) - 1, 1, &sketch->memory);
    if (status != SKETCH_OK) {
        return status;
    }
    struct item smallest, largest;
    topk_extremes(sketch, &smallest, &largest);
    smallest = item_compare(item, smallest) < 0 ? item : smallest;
    largest = item_compare(item, largest) > 0 ? item : largest;
    status = topk_close(sketch, filter, smallest, largest);
    if (status != SKETCH_OK) {
        sketch_release(&sketch->memory, filter.cells);
    }
    return status;
}

/* Adding */

/* True for the item before. */
static inline bool topk_repeats(const struct topk *sketch,
                                const struct topk_probe *probe)
{
    const struct topk_run *run = &sketch->run;
    if (run->words.k1 != probe->words.k1 || run->words.k2 != probe->words.k2 ||
        run->form != probe->form) {
        return false;
    }
    return sketch->previous < sketch->used
               ? topk_key_equals(&sketch->entries[sketch->previous].key, probe)
               : run->weight > 0 &&
                     (probe->item.size <= TOPK_NEAR ||
                      memcmp(run->bytes, probe->item.as.bytes, probe->item.size) == 0);
}

/* Makes room for the bytes of a long item in the run. */
static enum sketch_status topk_run_reserve(struct topk *sketch, struct item item)
{
    struct topk_run *run = &sketch->run;
    if (item.size <= TOPK_NEAR || item.size <= run->room) {
        return SKETCH_OK;
    }
    uint8_t *bytes = sketch->memory.resize(sketch->memory.ctx, run->bytes, item.size);
    if (!bytes) {
        return SKETCH_NOMEM;
    }
    run->bytes = bytes;
    run->room = item.size;
    return SKETCH_OK;
}

static bool topk_deserves_entry(struct topk *sketch, uint64_t count)
{
    return count > sketch->heap[0].count && count > topk_least(sketch);
}

/* The key takes the place of the least entry. */
static void topk_take_over(struct topk *sketch, struct topk_key key, uint64_t hash,
                           uint64_t count, uint64_t error)
{
    uint32_t at = sketch->heap[0].entry;
    invariant(error < count && sketch->entries[at].count < count);
    struct topk_entry *entry = &sketch->entries[at];
    topk_remember(sketch, entry->hash, entry->count);
    topk_index_drop(&sketch->index, topk_shelf(sketch), at);
    topk_key_drop(&entry->key, &sketch->memory);
    *entry = (struct topk_entry){hash, count, error, key};
    topk_index_put(&sketch->index, topk_shelf(sketch), at);
    sketch->heap[0].count = count;
    topk_sift_down(sketch->heap, sketch->used, 0);
    sketch->previous = at;
}

/* The item stays without an entry, and may go on. */
static void topk_leave_out(struct topk *sketch, const struct topk_probe *probe,
                           uint64_t hash, struct topk_cells cells, uint64_t base,
                           uint64_t weight)
{
    struct topk_run *run = &sketch->run;
    topk_filter_raise(&sketch->filter, hash, cells, base + weight - sketch->floor);
    if (probe->item.size > TOPK_NEAR) {
        memcpy(run->bytes, probe->item.as.bytes, probe->item.size);
    }
    run->base = base;
    run->weight = weight;
    sketch->previous = sketch->used;
}

/* True when the prefix alone tells that the item lies within the range of those seen:
 * then there is a filter and no floor, and the item is not long. */
static bool topk_is_inside(const struct topk_span *inside,
                           const struct topk_probe *probe)
{
    uint64_t prefix = topk_prefix(inside->class, probe->words.k1);
    return probe->form >> 32 == inside->class && probe->item.size <= TOPK_NEAR &&
           inside->low < prefix && prefix < inside->high;
}

/* The end of the range of items seen that this one lies beyond, or NULL.  With a floor
 * it may have been anywhere. */
static struct topk_key *topk_passed(struct topk *sketch, const struct topk_probe *probe)
{
    if (sketch->floor > 0) {
        return NULL;
    }
    if (item_compare(probe->item, topk_key_item(&sketch->largest)) > 0) {
        return &sketch->largest;
    }
    if (item_compare(probe->item, topk_key_item(&sketch->smallest)) < 0) {
        return &sketch->smallest;
    }
    return NULL;
}

/* A key made of the probe.  The block of the run is a far one's from here on. */
static struct topk_key topk_key_from_run(struct topk *sketch,
                                         const struct topk_probe *probe)
{
    struct topk_run *run = &sketch->run;
    struct topk_key key = topk_key_into(probe, run->bytes);
    if (item_copy_is_far(probe->item)) {
        run->bytes = NULL;
        run->room = 0;
    }
    return key;
}

/* An item without an entry, of this weight, before which its bound was `base`. */
static void topk_place(struct topk *sketch, const struct topk_probe *probe,
                       uint64_t hash, uint64_t base, uint64_t weight)
{
    if (topk_deserves_entry(sketch, base + weight)) {
        topk_take_over(sketch, topk_key_from_run(sketch, probe), hash, base + weight,
                       base);
    } else {
        struct topk_cells cells = topk_filter_cells(&sketch->filter, hash);
        topk_leave_out(sketch, probe, hash, cells, base, weight);
    }
}

/* An item that has no entry, when all counters are taken.  Whatever can fail comes
 * first, and the filter, which shows in the image, last of that. */
static enum sketch_status topk_contend(struct topk *sketch,
                                       const struct topk_probe *probe, uint64_t hash,
                                       uint64_t weight)
{
    struct topk_key *passed = sketch->filter.cells ? topk_passed(sketch, probe) : NULL;
    struct topk_key end = {0};
    enum sketch_status status = topk_run_reserve(sketch, probe->item);
    if (status == SKETCH_OK && passed) {
        status = topk_key_make(&end, probe, &sketch->memory);
    }
    if (status == SKETCH_OK && !sketch->filter.cells) {
        status = topk_begin_filter(sketch, probe->item);
    }
    if (status != SKETCH_OK) {
        topk_key_drop(&end, &sketch->memory);
        return status;
    }
    uint64_t base = 0;
    if (passed) {
        topk_key_drop(passed, &sketch->memory);
        *passed = end;
        topk_plan_span(sketch);
    } else {
        base = topk_bound(sketch, hash);
    }
    topk_place(sketch, probe, hash, base, weight);
    return SKETCH_OK;
}

/* What topk_add_shortly() left.  The probe comes as a copy, so that there it need not
 * be in memory. */
__attribute__((noinline)) static enum sketch_status
topk_add_slowly(struct topk *sketch, struct topk_probe probe, bool repeats,
                uint64_t weight)
{
    uint64_t hash = topk_probe_hash(&probe);
    if (repeats) {
        const struct topk_run *run = &sketch->run;
        topk_place(sketch, &probe, hash, run->base, run->weight + weight);
        return SKETCH_OK;
    }
    return sketch->used < sketch->counters
               ? topk_insert(sketch, &probe, hash, sketch->floor + weight,
                             sketch->floor)
               : topk_contend(sketch, &probe, hash, weight);
}

/* Adds what nearly all rows hold, if it is not the item before: one with an entry, or
 * one from within the range of those seen that stays without.  False for others; then
 * nothing was done. */
static inline bool topk_add_shortly(struct topk *sketch, const struct topk_probe *probe,
                                    uint64_t hash, uint64_t weight)
{
    uint32_t at = topk_find(sketch, probe, hash);
    if (at < sketch->used) {
        sketch->entries[at].count += weight;
        sketch->previous = at;
        return true;
    }
    if (!topk_is_inside(&sketch->inside, probe)) {
        return false;
    }
    invariant(sketch->used == sketch->counters && sketch->floor == 0);
    struct topk_cells cells = topk_filter_cells(&sketch->filter, hash);
    uint64_t base = topk_filter_get(&sketch->filter, cells);
    if (base + weight > sketch->heap[0].count) { /* perhaps it gets an entry */
        return false;
    }
    topk_leave_out(sketch, probe, hash, cells, base, weight);
    return true;
}

/* `known` is the hash, of which a repeated item needs none; NULL: it was not computed.
 */
__attribute__((always_inline)) static inline enum sketch_status
topk_add_any(struct topk *sketch, struct item item, const struct hash *known,
             uint64_t weight)
{
    if (weight > SKETCH_MAX_TOTAL - sketch->total) {
        return SKETCH_OVERFLOW;
    }
    if (weight == 0) {
        return SKETCH_OK;
    }
    struct topk_probe probe;
    topk_probe_set_known(&probe, item, known);
    bool repeats = topk_repeats(sketch, &probe);
    enum sketch_status status = SKETCH_OK;
    if (repeats && sketch->previous < sketch->used) {
        sketch->entries[sketch->previous].count += weight;
    } else if (repeats ||
               !topk_add_shortly(sketch, &probe,
                                 known ? known->h1 : topk_probe_hash(&probe), weight)) {
        status = topk_add_slowly(sketch, probe, repeats, weight);
    }
    if (status == SKETCH_OK) {
        sketch->run.form = probe.form;
        sketch->run.words = probe.words;
        sketch->total += weight;
    }
    return status;
}

enum sketch_status topk_add(struct topk *sketch, struct item item, uint64_t weight)
{
    return topk_add_any(sketch, item, NULL, weight);
}

enum sketch_status topk_add_hashed(struct topk *sketch, struct item item,
                                   struct hash hash)
{
    return topk_add_any(sketch, item, &hash, 1);
}
