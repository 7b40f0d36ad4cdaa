/*
 * The levels: how large they may be, and how they are halved.
 *
 * A level may keep two thirds of what the one above it may, rounded, and at least 8;
 * the top one k.  While values come one by one, nothing is done until all capacities
 * together are used; then the lowest level is halved that is full.  After a merge all
 * levels that are full are halved, from the bottom up, while there are too many values.
 * All this is as DataSketches does it, so that the same coins give the same bytes.
 */
#include "kll_private.h"

#include "invariant.h"

#include <string.h>

enum {
    KLL_FIRST_ROOM = 16,
    KLL_STACK_VALUES = 512, /* that are sorted without a block from the hook */
    KLL_FEW_VALUES = 256,   /* of a level, that are worth a copy */
    KLL_DEPTH_AT_ONCE = 30  /* 3^30 and 2k 2^30 are numbers of 64 bits */
};

/* k (2/3)^depth, rounded. */
static uint64_t kll_shrunk(uint64_t k, int depth)
{
    uint64_t power = 1;
    for (int i = 0; i < depth; i++) {
        power *= 3;
    }
    return (((2 * k) << depth) / power + 1) / 2;
}

uint32_t kll_capacity_at(int k, int depth)
{
    int rest = depth > KLL_DEPTH_AT_ONCE ? depth - depth / 2 : 0;
    uint64_t cap = kll_shrunk((uint64_t)k, depth - rest);
    cap = rest > 0 ? kll_shrunk(cap, rest) : cap;
    return cap < KLL_M ? KLL_M : (uint32_t)cap;
}

uint32_t kll_capacity(int k, int levels)
{
    uint32_t capacity = 0;
    for (int depth = 0; depth < levels; depth++) {
        capacity += kll_capacity_at(k, depth);
    }
    return capacity;
}

void kll_know_caps(struct kll *sketch, int levels)
{
    for (; sketch->known <= levels; sketch->known++) {
        bool is_least = sketch->known > 0 && sketch->caps[sketch->known - 1] == KLL_M;
        sketch->caps[sketch->known] = /* none grows again */
            is_least ? KLL_M : (uint16_t)kll_capacity_at(sketch->k, sketch->known);
    }
}

/* Keeps one of each two neighbours, of 2 * half values before those of the level above,
 * to which they go: into the places from values + half on. */
static void kll_halve(double *values, size_t half, size_t above, bool coin)
{
    if (above == 0) {
        const double *kept = values + !coin;
        for (size_t i = half; i-- > 0;) {
            values[half + i] = kept[2 * i];
        }
        return;
    }
    const double *kept = values + coin;
    if (half > KLL_FEW_VALUES || above > KLL_FEW_VALUES) {
        for (size_t i = 0; i < half; i++) {
            values[i] = kept[2 * i];
        }
        kll_merge_sorted(values, half, values + 2 * half, above, values + half);
        return;
    }
    double a[KLL_FEW_VALUES + 2];
    double b[KLL_FEW_VALUES + 2];
    for (size_t i = 0; i < half; i++) {
        a[1 + i] = kept[2 * i];
    }
    memcpy(b + 1, values + 2 * half, above * sizeof *b);
    kll_merge_guarded(a + 1, half, b + 1, above, values + half);
}

/* Sorts them if it has to, asks the coin, and halves them. */
static void kll_halve_level(struct kll *sketch, int level, double *values, size_t half,
                            size_t above, double *scratch)
{
    if (level == 0 && !sketch->is_sorted) {
        kll_sort(values, 2 * half, scratch);
    }
    bool coin = sketch->toss(sketch->toss_ctx, sketch->n, level, values, 2 * half);
    kll_halve(values, half, above, coin);
}

static enum sketch_status kll_grow(struct kll *sketch, uint32_t room)
{
    const struct sketch_memory *memory = &sketch->memory;
    uint32_t more = room - sketch->room;
    double *items = memory->resize(memory->ctx, sketch->items, room * sizeof *items);
    if (!items) {
        return SKETCH_NOMEM;
    }
    sketch->items = items;
    memmove(items + sketch->starts[0] + more, items + sketch->starts[0],
            kll_kept(sketch) * sizeof *items);
    for (int i = 0; i <= sketch->levels; i++) {
        sketch->starts[i] += more;
    }
    sketch->room = room;
    return SKETCH_OK;
}

/* Adds an empty level at the top, and with it the capacity of one at the bottom. */
static enum sketch_status kll_add_level(struct kll *sketch)
{
    invariant(sketch->levels < KLL_MOST_LEVELS);
    uint32_t capacity = sketch->capacity + sketch->caps[sketch->levels];
    enum sketch_status status = kll_grow(sketch, capacity);
    if (status == SKETCH_OK) {
        sketch->capacity = capacity;
        sketch->levels++;
        sketch->starts[sketch->levels] = sketch->room;
        kll_know_caps(sketch, sketch->levels);
    }
    return status;
}

/* Halves a level that has one above it. */
static void kll_compact(struct kll *sketch, int level, double *scratch)
{
    uint32_t *starts = sketch->starts;
    uint32_t begin = starts[level];
    uint32_t odd = (starts[level + 1] - begin) % 2;
    uint32_t half = (starts[level + 1] - begin) / 2;
    kll_halve_level(sketch, level, sketch->items + begin + odd, half,
                    starts[level + 2] - starts[level + 1], scratch);
    starts[level + 1] -= half;
    starts[level] = starts[level + 1] - odd;
    if (odd) {
        sketch->items[starts[level]] = sketch->items[begin];
    }
    if (level > 0) {
        memmove(sketch->items + starts[0] + half, sketch->items + starts[0],
                (begin - starts[0]) * sizeof *sketch->items);
        for (int i = 0; i < level; i++) {
            starts[i] += half;
        }
    }
}

static int kll_lowest_full(const struct kll *sketch)
{
    int level = 0;
    while (kll_level_size(sketch, level) < kll_cap(sketch, sketch->levels, level)) {
        level++;
    }
    invariant(level < sketch->levels);
    return level;
}

/* Not part of what runs for every row. */
__attribute__((noinline)) enum sketch_status kll_make_room(struct kll *sketch)
{
    const struct sketch_memory *memory = &sketch->memory;
    double few[KLL_STACK_VALUES];
    double *scratch = few;
    if (sketch->room < sketch->capacity) {
        uint32_t room = sketch->room > 0 ? 2 * sketch->room : KLL_FIRST_ROOM;
        return kll_grow(sketch, room < sketch->capacity ? room : sketch->capacity);
    }
    int level = kll_lowest_full(sketch);
    uint32_t size = level == 0 ? kll_level_size(sketch, 0) : 0;
    if (size > KLL_STACK_VALUES) {
        scratch = memory->resize(memory->ctx, NULL, size * sizeof *scratch);
        if (!scratch) {
            return SKETCH_NOMEM;
        }
    }
    enum sketch_status status =
        level == sketch->levels - 1 ? kll_add_level(sketch) : SKETCH_OK;
    if (status == SKETCH_OK) {
        kll_compact(sketch, level, scratch);
    }
    if (scratch != few) {
        sketch_release(memory, scratch);
    }
    return status;
}

void kll_compress(struct kll *sketch, double *items, uint32_t *starts, double *scratch)
{
    uint32_t count = starts[sketch->levels];
    uint32_t target = sketch->capacity;
    uint32_t to = 0;
    for (int level = 0; level < sketch->levels; level++) {
        uint32_t begin = starts[level];
        uint32_t size = starts[level + 1] - begin;
        bool is_top = level == sketch->levels - 1;
        starts[level] = to;
        if (count < target || size < kll_cap(sketch, sketch->levels, level)) {
            memmove(items + to, items + begin, size * sizeof *items);
            to += size;
            continue;
        }
        uint32_t above = is_top ? 0 : starts[level + 2] - starts[level + 1];
        uint32_t half = size / 2;
        if (size % 2) {
            items[to++] = items[begin];
        }
        kll_halve_level(sketch, level, items + begin + size % 2, half, above, scratch);
        count -= half;
        if (is_top) {
            starts[level + 2] = starts[level + 1];
            target += sketch->caps[sketch->levels];
            sketch->levels++;
            kll_know_caps(sketch, sketch->levels);
        }
        starts[level + 1] -= half;
    }
    starts[sketch->levels] = to;
    sketch->capacity = target;
}
