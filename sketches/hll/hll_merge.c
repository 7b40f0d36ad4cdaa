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

/* Both have registers; nothing here can fail. */
static void hll_merge_registers(struct hll *into, const struct hll *from)
{
    /* An open one is no input with registers. */
    uint8_t precision = from->goal;
    if (!hll_is_open(into) && into->precision < precision) {
        precision = into->precision;
    }
    if (precision < into->precision) {
        hll_fold(into, precision, into->registers);
        into->slot_mask = (UINT32_C(1) << precision) - 1;
    }
    into->precision = into->goal = precision;
    size_t size = hll_slots(into);
    for (size_t start = 0; into != from && start < hll_slots(from); start += size) {
        hll_take_higher(into->registers, from->registers + start, size);
    }
    hll_table_release(&into->exceptions, &into->memory);
    into->merged = true;
    into->hip = 0;
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

static bool hll_holds_all(const struct hll *sketch, const struct hll *from)
{
    struct hll_cells coupons = hll_coupons(from);
    size_t i = 0;
    while (i < coupons.size &&
           (coupons.cells[i] == 0 || hll_holds(sketch, coupons.cells[i]))) {
        i++;
    }
    return i == coupons.size;
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
    bool open = into->registers && from->goal < HLL_MAX_PRECISION;
    if (open || (!into->registers && hll_holds_all(into, from))) {
        hll_raise_goal(into, from->goal);
        return open ? hll_take_all(into, from) : SKETCH_OK;
    }
    struct hll next;
    enum sketch_status status = hll_copy(&next, into, &into->memory);
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
