/*
 * Merging: the union of two streams.
 *
 * Registers of both streams are the higher ones of each pair, but no longer tell the
 * history that the HIP estimate needs.  Coupons are items, so they are added, and the
 * estimate goes on.
 *
 * A union should be as precise as its inputs allow, in whatever order they come.  A
 * coupon has 26 bits of address, more than any precision needs, so that sketches which
 * list coupons lower nothing: the result has the smallest precision of the inputs with
 * registers, or, if there is none, the largest of those that list.  Which it will be is
 * known when the last input has come.  Until then coupons are kept whole: in a set that
 * is larger than the precision so far allows, and when that is larger than any may be,
 * in registers of the highest precision, which fold to every other.  Such a sketch is
 * open.  It ends when it is written or when an item is added; only a copy of it is
 * ended by writing, so that the union can go on.
 */
#include "hll_private.h"

void hll_begin_union(struct hll *into, int precision)
{
    /* An open one is no input with registers. */
    if (!hll_is_open(into) && into->precision < precision) {
        precision = into->precision;
    }
    if (precision < into->precision) {
        hll_fold(into, precision, into->registers);
        into->slot_mask = (UINT32_C(1) << precision) - 1;
    }
    into->precision = into->goal = (uint8_t)precision;
    hll_table_release(&into->exceptions, &into->memory);
    into->merged = true;
    into->hip = 0;
}

/* Both have registers; nothing here can fail. */
static void hll_merge_registers(struct hll *into, const struct hll *from)
{
    hll_begin_union(into, from->goal);
    size_t size = hll_slots(into);
    for (size_t start = 0; into != from && start < hll_slots(from); start += size) {
        hll_take_higher(into->registers, from->registers + start, size);
    }
}

static enum sketch_status hll_take_all(struct hll *into, const struct hll *from)
{
    struct hll_cells coupons = hll_coupons(from);
    enum sketch_status status = SKETCH_OK;
    for (size_t i = 0; status == SKETCH_OK && i < coupons.size; i++) {
        if (coupons.cells[i] != 0) {
            status = hll_take_coupon(into, coupons.cells[i], HLL_MAX_PRECISION);
        }
    }
    return status;
}

/* `next`, which is all right if status is, takes the coupons of `from`, and its place
 * is that of `into`. */
static enum sketch_status hll_replace(struct hll *into, struct hll *next,
                                      enum sketch_status status, const struct hll *from)
{
    if (status != SKETCH_OK) {
        return status;
    }
    status = hll_take_all(next, from);
    if (status != SKETCH_OK) {
        hll_release_blocks(next);
        return status;
    }
    hll_become(into, next);
    return SKETCH_OK;
}

/* The coupons of `from` that a list or set lacks; returns how many. */
static uint32_t hll_find_missing(const struct hll *sketch, const struct hll *from,
                                 uint32_t *missing)
{
    struct hll_cells coupons = hll_coupons(from);
    uint32_t count = 0;
    for (size_t i = 0; i < coupons.size; i++) {
        if (coupons.cells[i] != 0 && !hll_holds(sketch, coupons.cells[i])) {
            missing[count++] = coupons.cells[i];
        }
    }
    return count;
}

/* Puts coupons that it lacks into a set that has room for them; false, having done
 * nothing, if it has none or a search takes too long. */
static bool hll_fill_up(struct hll *sketch, const uint32_t *missing, uint32_t count)
{
    struct hll_table *set = &sketch->coupons;
    if (!set->cells ||
        hll_table_lg_size(set->count + count, set->lg_size) > set->lg_size) {
        return false;
    }
    uint32_t filled = 0;
    uint32_t *cell = set->cells;
    while (cell && filled < count) {
        cell = hll_table_find(set, missing[filled], UINT32_MAX);
        if (cell) {
            *cell = missing[filled++];
        }
    }
    while (!cell && filled > 0) {
        *hll_table_find(set, missing[--filled], UINT32_MAX) = 0;
    }
    set->count += filled;
    if (filled > 0) {
        sketch_release(&sketch->memory, set->order);
        set->order = NULL;
    }
    return cell;
}

/* Takes coupons into a list or set where that needs no other block, which would cost
 * a copy of it.  SKETCH_OVERFLOW when it does. */
static enum sketch_status hll_gather_in_place(struct hll *into, const struct hll *from)
{
    uint32_t *missing =
        sketch_allocate(&into->memory, hll_coupons(from).count * sizeof *missing);
    if (!missing) {
        return SKETCH_NOMEM;
    }
    uint32_t count = hll_find_missing(into, from, missing);
    bool taken = count == 0 || hll_fill_up(into, missing, count);
    sketch_release(&into->memory, missing);
    return taken ? SKETCH_OK : SKETCH_OVERFLOW;
}

static void hll_raise_goal(struct hll *sketch, uint8_t goal)
{
    sketch->goal = goal > sketch->goal ? goal : sketch->goal;
    if (!sketch->registers) {
        sketch->precision = sketch->goal;
        sketch->slot_mask = (UINT32_C(1) << sketch->precision) - 1;
    }
}

/* `from` lists its coupons, and `into` has met no sketch that did not. */
static enum sketch_status hll_gather(struct hll *into, const struct hll *from)
{
    enum sketch_status status = SKETCH_OVERFLOW;
    if (into->registers && from->goal < HLL_MAX_PRECISION) {
        status = hll_take_all(into, from);
    } else if (!into->registers) {
        status = hll_gather_in_place(into, from);
    }
    if (status != SKETCH_OVERFLOW) {
        if (status == SKETCH_OK) {
            hll_raise_goal(into, from->goal);
        }
        return status;
    }
    struct hll next;
    status = hll_copy(&next, into, &into->memory);
    if (status == SKETCH_OK) {
        hll_raise_goal(&next, from->goal);
        /* Open registers that have reached their goal are registers like others. */
        status = next.registers ? hll_settle(&next) : SKETCH_OK;
        if (status != SKETCH_OK) {
            hll_release_blocks(&next);
        }
    }
    return hll_replace(into, &next, status, from);
}

/* `from` lists its coupons, which are items that registers are given. */
static enum sketch_status hll_add_items(struct hll *into, const struct hll *from)
{
    if (into->merged) {
        return hll_take_all(into, from);
    }
    struct hll next;
    enum sketch_status status = hll_copy(&next, into, &into->memory);
    return hll_replace(into, &next, status, from);
}

enum sketch_status hll_merge(struct hll *into, const struct hll *from)
{
    if (hll_is_empty(from)) {
        return SKETCH_OK;
    }
    if (from->registers && into->registers) {
        hll_merge_registers(into, from);
        return SKETCH_OK;
    }
    if (from->registers || hll_is_empty(into)) {
        struct hll next;
        enum sketch_status status = hll_copy_ended(&next, from, &into->memory);
        return hll_replace(into, &next, status, into);
    }
    return !into->registers || hll_is_open(into) ? hll_gather(into, from)
                                                 : hll_add_items(into, from);
}
