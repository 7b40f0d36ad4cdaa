/*
 * Set operations, on a list and hashes in order.
 *
 * Where one of the two has far fewer hashes than the other below the common theta, as
 * most have once many were united, they are looked up, in steps that double; what is
 * between two of them moves as a block.
 */
#include "theta_private.h"

#include <string.h>

static uint64_t theta_smaller(uint64_t a, uint64_t b) { return a < b ? a : b; }

size_t theta_count_below(const struct theta_run *run, uint64_t limit, size_t most)
{
    size_t low = 0;
    size_t high = run->count < most ? run->count : most;
    size_t step = 1;
    while (low + step <= high && theta_run_at(run, low + step - 1) < limit) {
        low += step;
        step *= 2;
    }
    high = low + step <= high ? low + step - 1 : high;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (theta_run_at(run, middle) < limit) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* How many of the first hashes of a run are not in the list. */
static size_t theta_count_new(const struct theta *list, const struct theta_run *run,
                              size_t count)
{
    size_t found = 0;
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t hash = theta_run_at(run, i);
        at = theta_find_from(list->cells, list->count, at, hash);
        found += at < list->count && list->cells[at] == hash;
    }
    return count - found;
}

/* The place behind the last hash, among the first `end`, that is not above this one. */
static size_t theta_find_back(const uint64_t *hashes, size_t end, uint64_t hash)
{
    size_t step = 1;
    size_t high = end;
    while (step <= high && hashes[high - step] > hash) {
        high -= step;
        step *= 2;
    }
    size_t low = step <= high ? high - step + 1 : 0;
    for (size_t size = high - low; size > 0; size /= 2) {
        size_t half = size - size / 2;
        low += half & -(size_t)(hashes[low + half - 1] <= hash);
    }
    return low;
}

/* Puts the first hashes of a run, of which `fresh` are not in the list, where they
 * belong, from the last on.  There is room. */
static void theta_put(struct theta *list, const struct theta_run *run, size_t count,
                      size_t fresh)
{
    uint64_t *cells = list->cells;
    size_t end = list->count; /* what has not moved yet */
    list->count += fresh;
    for (size_t i = count; fresh > 0; i--) {
        uint64_t hash = theta_run_at(run, i - 1);
        size_t at = theta_find_back(cells, end, hash);
        memmove(cells + at + fresh, cells + at, (end - at) * sizeof *cells);
        end = at;
        if (at == 0 || cells[at - 1] != hash) {
            fresh--;
            cells[at + fresh] = hash;
        }
    }
}

/* The hashes of a run for a list that has none. */
static enum sketch_status theta_take_hashes(struct theta *list, struct theta_run *from)
{
    if (from->block) {
        sketch_release(&list->memory, list->cells);
        list->cells = from->block;
        list->room = from->count;
        from->block = NULL;
        return SKETCH_OK;
    }
    enum sketch_status status = theta_reserve(list, from->count);
    for (size_t i = 0; status == SKETCH_OK && i < from->count; i++) {
        list->cells[i] = theta_run_at(from, i);
    }
    return status;
}

/* `into`, which is empty, becomes the other, with all its hashes. */
static enum sketch_status theta_become_run(struct theta *into, struct theta_run *from)
{
    enum sketch_status status = theta_take_hashes(into, from);
    if (status == SKETCH_OK) {
        into->count = from->count;
        into->limit = from->limit;
        into->has_items = from->has_items;
        into->is_list = true;
    }
    return status;
}

/* Of the other no more than k + 1 hashes matter, of which the last may become theta. */
enum sketch_status theta_unite_run(struct theta *into, struct theta_run *from)
{
    if (!from->has_items) {
        return SKETCH_OK;
    }
    theta_become_list(into);
    if (!into->has_items) {
        return theta_become_run(into, from);
    }
    uint64_t limit = theta_smaller(into->limit, from->limit);
    if (into->count > theta_k(into)) {
        limit = theta_smaller(limit, into->cells[theta_k(into)]);
    }
    size_t count = theta_count_below(from, limit, theta_k(into) + 1);
    size_t fresh = theta_count_new(into, from, count);
    enum sketch_status status = theta_reserve(into, fresh);
    if (status == SKETCH_OK) {
        theta_lower(into, limit);
        theta_put(into, from, count, fresh);
        theta_trim(into);
    }
    return status;
}

/* What has neither a hash nor a theta that fell is empty. */
static void theta_settle(struct theta *list)
{
    list->has_items = list->count > 0 || list->limit < THETA_MOST;
}

/* Keeps those hashes of the list that the other has, or has not. */
static void theta_keep(struct theta *into, const struct theta_run *from, bool common)
{
    size_t kept = 0;
    size_t at = 0;
    theta_lower(into, from->limit);
    for (size_t i = 0; i < into->count; i++) {
        uint64_t hash = into->cells[i];
        while (at < from->count && theta_run_at(from, at) < hash) {
            at++;
        }
        bool found = at < from->count && theta_run_at(from, at) == hash;
        into->cells[kept] = hash;
        kept += found == common;
    }
    into->count = kept;
    theta_settle(into);
}

enum sketch_status theta_intersect_run(struct theta *into, struct theta_run *from)
{
    theta_become_list(into);
    if (into->has_items && from->has_items) {
        theta_keep(into, from, true);
    } else {
        into->count = 0;
        into->limit = THETA_MOST;
        into->has_items = false;
    }
    return SKETCH_OK;
}

enum sketch_status theta_except_run(struct theta *into, struct theta_run *from)
{
    theta_become_list(into);
    if (into->has_items && from->has_items) {
        theta_keep(into, from, false);
    }
    return SKETCH_OK;
}

static enum sketch_status theta_operate(struct theta *into, const struct theta *from,
                                        theta_operation *operation)
{
    struct theta_run run;
    uint64_t *owned;
    enum sketch_status status = theta_view(from, &run, &owned);
    if (status == SKETCH_OK) {
        status = operation(into, &run);
    }
    sketch_release(&from->memory, owned);
    return status;
}

enum sketch_status theta_merge(struct theta *into, const struct theta *from)
{
    return into == from ? SKETCH_OK : theta_operate(into, from, theta_unite_run);
}

enum sketch_status theta_intersect(struct theta *into, const struct theta *from)
{
    return into == from ? SKETCH_OK : theta_operate(into, from, theta_intersect_run);
}

enum sketch_status theta_except(struct theta *into, const struct theta *from)
{
    if (into == from) {
        theta_become_list(into);
        into->count = 0;
        theta_settle(into);
        return SKETCH_OK;
    }
    return theta_operate(into, from, theta_except_run);
}
