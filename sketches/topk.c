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
 *  - there is no filter until an item has to be left out, and it starts small.
 */
#include "topk_private.h"

#include <stdlib.h>
#include <string.h>

enum { TOPK_FIRST_ROOM = 8, TOPK_FIRST_LG_CELLS = 6 };

/* Keys */

struct item topk_key_item(const struct topk_key *key)
{
    struct item item = {.kind = key->kind, .size = key->size};
    if (item_is_number(item)) {
        item.as.bits = key->as.bits;
    } else {
        item.as.bytes = key->size <= TOPK_NEAR ? key->as.near : key->as.far;
    }
    return item;
}

static enum sketch_status topk_key_make(struct topk_key *key, struct item item,
                                        const struct sketch_memory *memory)
{
    key->kind = item.kind;
    key->size = item.size;
    if (item_is_number(item)) {
        key->as.bits = item.as.bits;
    } else if (item.size <= TOPK_NEAR) {
        put_bytes(key->as.near, item.as.bytes, item.size);
    } else {
        key->as.far = memory->resize(memory->ctx, NULL, item.size);
        if (!key->as.far) {
            key->size = 0;
            return SKETCH_NOMEM;
        }
        put_bytes(key->as.far, item.as.bytes, item.size);
    }
    return SKETCH_OK;
}

static void topk_key_drop(struct topk_key *key, const struct sketch_memory *memory)
{
    if (key->size > TOPK_NEAR) {
        sketch_release(memory, key->as.far);
    }
    key->size = 0;
}

/* Entries and their index */

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
    topk_key_drop(&sketch->run, memory);
    sketch_release(memory, sketch->entries);
    sketch_release(memory, sketch->slots);
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

uint32_t topk_find(const struct topk *sketch, struct item item, uint64_t hash)
{
    if (!sketch->slots) {
        return sketch->used;
    }
    for (uint32_t at = (uint32_t)hash & sketch->mask; sketch->slots[at];
         at = (at + 1) & sketch->mask) {
        const struct topk_entry *entry = &sketch->entries[sketch->slots[at] - 1];
        if (entry->hash == hash && item_equal(topk_key_item(&entry->key), item)) {
            return sketch->slots[at] - 1;
        }
    }
    return sketch->used;
}

static void topk_index(uint32_t *slots, uint32_t mask, uint64_t hash, uint32_t entry)
{
    uint32_t at = (uint32_t)hash & mask;
    while (slots[at]) {
        at = (at + 1) & mask;
    }
    slots[at] = entry + 1;
}

/* Takes an entry out of the index.  Whatever follows without a gap moves up when
 * the hole lies between its home and its place. */
static void topk_unindex(struct topk *sketch, uint32_t entry)
{
    uint32_t mask = sketch->mask;
    uint32_t hole = (uint32_t)sketch->entries[entry].hash & mask;
    while (sketch->slots[hole] != entry + 1) {
        hole = (hole + 1) & mask;
    }
    for (uint32_t at = (hole + 1) & mask; sketch->slots[at]; at = (at + 1) & mask) {
        uint32_t home = (uint32_t)sketch->entries[sketch->slots[at] - 1].hash & mask;
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            sketch->slots[hole] = sketch->slots[at];
            hole = at;
        }
    }
    sketch->slots[hole] = 0;
}

/* Makes room for one entry more.  Nothing is lost when the second half of it fails. */
static enum sketch_status topk_make_room(struct topk *sketch)
{
    const struct sketch_memory *memory = &sketch->memory;
    if (sketch->used < sketch->room) {
        return SKETCH_OK;
    }
    uint32_t room = sketch->room ? 2 * sketch->room : TOPK_FIRST_ROOM;
    room = room < sketch->counters ? room : sketch->counters;
    uint32_t slot_count = 2 * TOPK_FIRST_ROOM;
    while (slot_count < 2 * room) {
        slot_count *= 2;
    }
    uint32_t *slots = sketch_allocate(memory, slot_count * sizeof *slots);
    if (!slots) {
        return SKETCH_NOMEM;
    }
    struct topk_entry *entries =
        memory->resize(memory->ctx, sketch->entries, room * sizeof *entries);
    if (!entries) {
        sketch_release(memory, slots);
        return SKETCH_NOMEM;
    }
    sketch_release(memory, sketch->slots);
    sketch->entries = entries;
    sketch->slots = slots;
    sketch->room = room;
    sketch->mask = slot_count - 1;
    for (uint32_t i = 0; i < sketch->used; i++) {
        topk_index(slots, sketch->mask, entries[i].hash, i);
    }
    return SKETCH_OK;
}

enum sketch_status topk_insert(struct topk *sketch, struct item item, uint64_t hash,
                               uint64_t count, uint64_t error)
{
    enum sketch_status status = topk_make_room(sketch);
    if (status != SKETCH_OK) {
        return status;
    }
    struct topk_entry *entry = &sketch->entries[sketch->used];
    *entry = (struct topk_entry){.hash = hash, .count = count, .error = error};
    status = topk_key_make(&entry->key, item, &sketch->memory);
    if (status == SKETCH_OK) {
        topk_index(sketch->slots, sketch->mask, hash, sketch->used);
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

static void topk_build_heap(const struct topk *sketch, struct topk_stale *heap)
{
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

unsigned topk_max_lg_row(const struct topk *sketch)
{
    unsigned lg = TOPK_FILTER_MIN_LG_BYTES;
    while ((UINT64_C(1) << lg) < UINT64_C(32) * sketch->counters) {
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
    *smallest = topk_key_item(&sketch->entries[0].key);
    *largest = *smallest;
    for (uint32_t i = 1; i < sketch->used; i++) {
        struct item item = topk_key_item(&sketch->entries[i].key);
        *smallest = item_compare(item, *smallest) < 0 ? item : *smallest;
        *largest = item_compare(item, *largest) > 0 ? item : *largest;
    }
}

enum sketch_status topk_close(struct topk *sketch, struct topk_filter filter,
                              struct item smallest, struct item largest)
{
    const struct sketch_memory *memory = &sketch->memory;
    struct topk_stale *heap =
        memory->resize(memory->ctx, NULL, sketch->used * sizeof *heap);
    struct topk_key low = {.size = 0};
    struct topk_key high = {.size = 0};
    enum sketch_status status = heap ? SKETCH_OK : SKETCH_NOMEM;
    if (status == SKETCH_OK) {
        status = topk_key_make(&low, smallest, memory);
    }
    if (status == SKETCH_OK) {
        status = topk_key_make(&high, largest, memory);
    }
    if (status != SKETCH_OK) {
        topk_key_drop(&low, memory);
        sketch_release(memory, heap);
        return status;
    }
    topk_build_heap(sketch, heap);
    sketch->heap = heap;
    sketch->smallest = low;
    sketch->largest = high;
    sketch->filter = filter;
    return SKETCH_OK;
}

/* Sees to it that there is a filter that can take one more item; the first one to
 * be left out is `item`.  The filter grows with the total, so that a small group
 * has a small one. */
static enum sketch_status topk_prepare_filter(struct topk *sketch, struct item item)
{
    const struct sketch_memory *memory = &sketch->memory;
    unsigned max_lg_row = topk_max_lg_row(sketch);
    if (sketch->filter.cells) {
        unsigned lg_row = (unsigned)sketch->filter.lg_cells + sketch->filter.lg_width;
        bool small = lg_row < max_lg_row && sketch->total >> sketch->filter.lg_cells;
        return small ? topk_filter_grow(&sketch->filter, memory) : SKETCH_OK;
    }
    unsigned lg_cells = max_lg_row - 1;
    lg_cells = lg_cells < TOPK_FIRST_LG_CELLS ? lg_cells : TOPK_FIRST_LG_CELLS;
    struct topk_filter filter;
    enum sketch_status status = topk_filter_create(&filter, lg_cells, 1, memory);
    if (status != SKETCH_OK) {
        return status;
    }
    struct item smallest, largest;
    topk_extremes(sketch, &smallest, &largest);
    smallest = item_compare(item, smallest) < 0 ? item : smallest;
    largest = item_compare(item, largest) > 0 ? item : largest;
    status = topk_close(sketch, filter, smallest, largest);
    if (status != SKETCH_OK) {
        sketch_release(memory, filter.cells);
    }
    return status;
}

/* Adding */

static bool topk_repeats(const struct topk *sketch, struct item item)
{
    if (sketch->previous < sketch->used) {
        return item_equal(topk_key_item(&sketch->entries[sketch->previous].key), item);
    }
    return sketch->run_weight > 0 && item_equal(topk_key_item(&sketch->run), item);
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
    struct topk_entry *entry = &sketch->entries[at];
    topk_filter_raise(&sketch->filter, entry->hash, entry->count);
    topk_unindex(sketch, at);
    topk_key_drop(&entry->key, &sketch->memory);
    *entry = (struct topk_entry){hash, count, error, key};
    topk_index(sketch->slots, sketch->mask, hash, at);
    sketch->heap[0].count = count;
    topk_sift_down(sketch->heap, sketch->used, 0);
    sketch->previous = at;
}

/* The item of the run stays without an entry. */
static void topk_leave_out(struct topk *sketch, uint64_t hash, uint64_t base,
                           uint64_t weight)
{
    topk_filter_raise(&sketch->filter, hash, base + weight);
    sketch->run_base = base;
    sketch->run_weight = weight;
    sketch->previous = sketch->used;
}

/* More of the item that was left out just now: judged by the whole run. */
static void topk_go_on(struct topk *sketch, uint64_t hash, uint64_t weight)
{
    uint64_t base = sketch->run_base;
    weight += sketch->run_weight;
    if (topk_deserves_entry(sketch, base + weight)) {
        topk_take_over(sketch, sketch->run, hash, base + weight, base);
        sketch->run.size = 0;
        sketch->run_weight = 0;
    } else {
        topk_leave_out(sketch, hash, base, weight);
    }
}

/* The end of the range of items seen that this one lies beyond, or NULL. */
static struct topk_key *topk_passed(struct topk *sketch, struct item item)
{
    if (!sketch->filter.cells) {
        return NULL;
    }
    if (item_compare(item, topk_key_item(&sketch->largest)) > 0) {
        return &sketch->largest;
    }
    if (item_compare(item, topk_key_item(&sketch->smallest)) < 0) {
        return &sketch->smallest;
    }
    return NULL;
}

/* An item that has no entry.  Whatever can fail comes first, and the filter, which
 * shows in the image, last of that. */
static enum sketch_status topk_add_unnamed(struct topk *sketch, struct item item,
                                           uint64_t hash, uint64_t weight)
{
    if (sketch->used < sketch->counters) {
        return topk_insert(sketch, item, hash, weight, 0);
    }
    const struct sketch_memory *memory = &sketch->memory;
    struct topk_key *passed = topk_passed(sketch, item);
    struct topk_key end = {.size = 0};
    struct topk_key key;
    enum sketch_status status = topk_key_make(&key, item, memory);
    if (status == SKETCH_OK && passed) {
        status = topk_key_make(&end, item, memory);
    }
    if (status == SKETCH_OK) {
        status = topk_prepare_filter(sketch, item);
    }
    if (status != SKETCH_OK) {
        topk_key_drop(&key, memory);
        topk_key_drop(&end, memory);
        return status;
    }
    if (passed) {
        topk_key_drop(passed, memory);
        *passed = end;
    }
    uint64_t base = passed ? 0 : topk_filter_get(&sketch->filter, hash);
    if (topk_deserves_entry(sketch, base + weight)) {
        topk_take_over(sketch, key, hash, base + weight, base);
    } else {
        topk_key_drop(&sketch->run, memory);
        sketch->run = key;
        topk_leave_out(sketch, hash, base, weight);
    }
    return SKETCH_OK;
}

enum sketch_status topk_add(struct topk *sketch, struct item item, uint64_t weight)
{
    if (weight > SKETCH_MAX_TOTAL - sketch->total) {
        return SKETCH_OVERFLOW;
    }
    if (weight == 0) {
        return SKETCH_OK;
    }
    if (topk_repeats(sketch, item)) {
        if (sketch->previous < sketch->used) {
            sketch->entries[sketch->previous].count += weight;
        } else {
            topk_go_on(sketch, item_hash(item).h1, weight);
        }
        sketch->total += weight;
        return SKETCH_OK;
    }
    uint64_t hash = item_hash(item).h1;
    uint32_t at = topk_find(sketch, item, hash);
    enum sketch_status status = SKETCH_OK;
    if (at < sketch->used) {
        sketch->entries[at].count += weight;
        sketch->previous = at;
    } else {
        status = topk_add_unnamed(sketch, item, hash, weight);
    }
    if (status == SKETCH_OK) {
        sketch->total += weight;
    }
    return status;
}

/* Asking */

uint64_t topk_total(const struct topk *sketch) { return sketch->total; }
int topk_k(const struct topk *sketch) { return sketch->k; }
int topk_counters(const struct topk *sketch) { return (int)sketch->counters; }
size_t topk_used(const struct topk *sketch) { return sketch->used; }
bool topk_is_exact(const struct topk *sketch) { return !sketch->filter.cells; }

uint64_t topk_max_error(const struct topk *sketch)
{
    if (topk_is_exact(sketch)) {
        return 0;
    }
    uint64_t least = UINT64_MAX;
    uint64_t largest = 0;
    for (uint32_t i = 0; i < sketch->used; i++) {
        const struct topk_entry *entry = &sketch->entries[i];
        least = entry->count < least ? entry->count : least;
        largest = entry->error > largest ? entry->error : largest;
    }
    return largest > least ? largest : least;
}

struct topk_row topk_lookup(const struct topk *sketch, struct item item)
{
    uint64_t hash = item_hash(item).h1;
    uint32_t at = topk_find(sketch, item, hash);
    if (at < sketch->used) {
        const struct topk_entry *entry = &sketch->entries[at];
        return (struct topk_row){item, entry->count, entry->error};
    }
    uint64_t bound = topk_filter_get(&sketch->filter, hash);
    return (struct topk_row){item, bound, bound};
}

int topk_compare_rows(const void *left, const void *right)
{
    const struct topk_row *a = left;
    const struct topk_row *b = right;
    if (a->count != b->count) {
        return a->count > b->count ? -1 : 1;
    }
    if (a->error != b->error) {
        return a->error < b->error ? -1 : 1;
    }
    return item_compare(a->item, b->item);
}

enum sketch_status topk_rank(const struct topk *sketch, size_t limit,
                             struct topk_row **rows, size_t *count)
{
    const struct sketch_memory *memory = &sketch->memory;
    *count = 0;
    /* One row too many, since a block of no bytes cannot be had. */
    *rows = memory->resize(memory->ctx, NULL, (sketch->used + 1) * sizeof **rows);
    if (!*rows) {
        return SKETCH_NOMEM;
    }
    for (uint32_t i = 0; i < sketch->used; i++) {
        const struct topk_entry *entry = &sketch->entries[i];
        (*rows)[i] =
            (struct topk_row){topk_key_item(&entry->key), entry->count, entry->error};
    }
    qsort(*rows, sketch->used, sizeof **rows, topk_compare_rows);
    *count = limit < sketch->used ? limit : sketch->used;
    return SKETCH_OK;
}
