/* Hashes in ascending order, as images and set operations have them. */
#include "theta_private.h"

#include "invariant.h"

#include <string.h>

enum {
    THETA_FEW = 32, /* up to here the insertion sort is faster */
    THETA_DIGITS = 2048
};

static void theta_sort_few(uint64_t *hashes, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        uint64_t hash = hashes[i];
        size_t at = i;
        for (; at > 0 && hashes[at - 1] > hash; at--) {
            hashes[at] = hashes[at - 1];
        }
        hashes[at] = hash;
    }
}

/* Lets the hash of a heap's place sink to where it belongs. */
static void theta_sink(uint64_t *heap, size_t count, size_t at)
{
    uint64_t hash = heap[at];
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        child += child + 1 < count && heap[child + 1] > heap[child];
        if (heap[child] <= hash) {
            break;
        }
        heap[at] = heap[child];
    }
    heap[at] = hash;
}

static void theta_sort_heap(uint64_t *hashes, size_t count)
{
    for (size_t i = count / 2; i-- > 0;) {
        theta_sink(hashes, count, i);
    }
    for (size_t end = count; end-- > 1;) {
        uint64_t last = hashes[end];
        hashes[end] = hashes[0];
        hashes[0] = last;
        theta_sink(hashes, end, 0);
    }
}

/* Puts each hash into the part of its highest digit, of which `ends` are left behind:
 * in place, in cycles (McIlroy, Bostic, McIlroy, "Engineering radix sort", 1993).
 * There are fewer than 2^32, as images have it. */
static void theta_part(uint64_t *hashes, size_t count, unsigned shift, uint32_t *ends,
                       size_t digits)
{
    uint32_t next[THETA_DIGITS];
    memset(ends, 0, digits * sizeof *ends);
    for (size_t i = 0; i < count; i++) {
        ends[hashes[i] >> shift]++;
    }
    uint32_t sum = 0;
    for (size_t digit = 0; digit < digits; digit++) {
        next[digit] = sum;
        sum += ends[digit];
        ends[digit] = sum;
    }
    for (size_t digit = 0; digit < digits; digit++) {
        while (next[digit] < ends[digit]) {
            uint64_t hash = hashes[next[digit]];
            for (size_t home; (home = hash >> shift) != digit;) {
                uint64_t other = hashes[next[home]];
                hashes[next[home]++] = hash;
                hash = other;
            }
            hashes[next[digit]++] = hash;
        }
    }
}

/* Hashes are spread evenly below their limit, so that parts are small.  Of an image
 * that someone else has chosen they may not be; then time is that of a heap. */
void theta_sort(uint64_t *hashes, size_t count, uint64_t limit)
{
    uint32_t ends[THETA_DIGITS];
    size_t digits = THETA_DIGITS;
    unsigned shift = 0;
    if (count <= THETA_FEW) {
        theta_sort_few(hashes, count);
        return;
    }
    while (digits > count) {
        digits /= 2;
    }
    while ((limit - 1) >> shift >= digits) {
        shift++;
    }
    theta_part(hashes, count, shift, ends, digits);
    size_t start = 0;
    for (size_t digit = 0; digit < digits; digit++) {
        size_t size = ends[digit] - start;
        if (size <= THETA_FEW) {
            theta_sort_few(hashes + start, size);
        } else {
            theta_sort_heap(hashes + start, size);
        }
        start = ends[digit];
    }
}

void theta_become_list(struct theta *sketch)
{
    if (sketch->is_list) {
        return;
    }
    size_t used = 0;
    for (size_t i = 0; i < sketch->room; i++) {
        if (sketch->cells[i] != 0) {
            sketch->cells[used++] = sketch->cells[i];
        }
    }
    invariant(used == sketch->count);
    theta_sort(sketch->cells, used, sketch->limit);
    sketch->is_list = true;
}

enum sketch_status theta_reserve(struct theta *list, size_t more)
{
    if (more <= list->room - list->count) {
        return SKETCH_OK;
    }
    size_t room = list->count + more;
    room += room / 4;
    uint64_t *cells =
        list->memory.resize(list->memory.ctx, list->cells, room * sizeof *cells);
    if (!cells) {
        return SKETCH_NOMEM;
    }
    list->cells = cells;
    list->room = room;
    return SKETCH_OK;
}

size_t theta_find_from(const uint64_t *hashes, size_t count, size_t from, uint64_t hash)
{
    size_t step = 1;
    size_t low = from;
    while (low + step <= count && hashes[low + step - 1] < hash) {
        low += step;
        step *= 2;
    }
    size_t size = low + step <= count ? step - 1 : count - low;
    for (; size > 0; size /= 2) { /* without a jump, which nobody could predict */
        size_t half = size - size / 2;
        low += half & -(size_t)(hashes[low + half - 1] < hash);
    }
    return low;
}

enum sketch_status theta_list_add(struct theta *list, uint64_t hash)
{
    size_t at = theta_find_from(list->cells, list->count, 0, hash);
    if (at < list->count && list->cells[at] == hash) {
        return SKETCH_OK;
    }
    enum sketch_status status = theta_reserve(list, 1);
    if (status == SKETCH_OK) {
        memmove(list->cells + at + 1, list->cells + at,
                (list->count - at) * sizeof *list->cells);
        list->cells[at] = hash;
        list->count++;
    }
    return status;
}

void theta_trim(struct theta *list)
{
    if (list->count > theta_k(list)) {
        list->count = theta_k(list);
        list->limit = list->cells[list->count];
    }
}

void theta_lower(struct theta *list, uint64_t limit)
{
    if (limit < list->limit) {
        list->limit = limit;
        list->count = theta_find_from(list->cells, list->count, 0, limit);
    }
}

enum sketch_status theta_view(const struct theta *sketch, struct theta_run *run,
                              uint64_t **owned)
{
    *owned = NULL;
    *run = (struct theta_run){
        .words = sketch->cells,
        .count = sketch->count,
        .limit = sketch->limit,
        .has_items = sketch->has_items,
    };
    if (sketch->is_list || sketch->count == 0) {
        return SKETCH_OK;
    }
    uint64_t *copy = sketch_allocate(&sketch->memory, sketch->count * sizeof *copy);
    if (!copy) {
        return SKETCH_NOMEM;
    }
    size_t used = 0;
    for (size_t i = 0; i < sketch->room; i++) {
        if (sketch->cells[i] != 0) {
            copy[used++] = sketch->cells[i];
        }
    }
    theta_sort(copy, used, sketch->limit);
    run->words = *owned = copy;
    return SKETCH_OK;
}
