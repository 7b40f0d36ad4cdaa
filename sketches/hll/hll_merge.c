/*
 * Merging.
 *
 * Registers of both streams are the higher ones of each pair, but no longer tell the
 * history that the HIP estimate needs.  Coupons are items, so they are added, and the
 * estimate goes on.
 */
#include "hll_private.h"

/* A copy of a sketch with registers, at a precision that is not above its own. */
static enum sketch_status hll_copy_registers(struct hll *copy, const struct hll *from)
{
    copy->registers = sketch_allocate(&copy->memory, hll_slots(copy));
    if (!copy->registers) {
        return SKETCH_NOMEM;
    }
    hll_fold(from, copy->precision, copy->registers);
    copy->merged = from->merged;
    copy->hip = from->hip;
    if (copy->merged) {
        return SKETCH_OK;
    }
    if (copy->precision < from->precision) {
        return hll_settle(copy);
    }
    copy->minimum = from->minimum;
    copy->at_minimum = from->at_minimum;
    copy->kxq0 = from->kxq0;
    copy->kxq1 = from->kxq1;
    return hll_table_copy(&copy->exceptions, &from->exceptions, &copy->memory);
}

/* A copy of a list or set.  Where the smaller precision has no set as large as
 * this one, it has registers. */
static enum sketch_status hll_copy_coupons(struct hll *copy, const struct hll *from)
{
    copy->listed = from->listed;
    memcpy(copy->list, from->list, sizeof copy->list);
    enum sketch_status status =
        hll_table_copy(&copy->coupons, &from->coupons, &copy->memory);
    bool too_large =
        copy->coupons.cells && (copy->precision < HLL_SET_PRECISION ||
                                copy->coupons.lg_size > hll_set_limit(copy));
    return status == SKETCH_OK && too_large ? hll_promote(copy, 0) : status;
}

/* Fills in `copy`, which uses the given memory. */
static enum sketch_status hll_copy(struct hll *copy, const struct hll *from,
                                   int precision, const struct sketch_memory *memory)
{
    *copy = hll_without_items(precision, memory);
    enum sketch_status status =
        from->registers ? hll_copy_registers(copy, from) : hll_copy_coupons(copy, from);
    if (status != SKETCH_OK) {
        hll_release_blocks(copy);
    }
    return status;
}

/* Both have registers; nothing here can fail. */
static void hll_merge_registers(struct hll *into, const struct hll *from)
{
    if (from->precision < into->precision) {
        hll_fold(into, from->precision, into->registers);
        into->precision = from->precision;
        into->slot_mask = from->slot_mask;
    }
    size_t size = hll_slots(into);
    for (size_t start = 0; into != from && start < hll_slots(from); start += size) {
        hll_take_higher(into->registers, from->registers + start, size);
    }
    hll_table_release(&into->exceptions, &into->memory);
    into->merged = true;
    into->hip = 0;
}

static enum sketch_status hll_add_coupons(struct hll *into, const struct hll *from)
{
    struct hll_cells coupons = hll_coupons(from);
    enum sketch_status status = SKETCH_OK;
    for (size_t i = 0; status == SKETCH_OK && i < coupons.size; i++) {
        if (coupons.cells[i] != 0) {
            status = hll_add_coupon(into, coupons.cells[i]);
        }
    }
    return status;
}

/* One at least still lists its coupons: they are items that the other one is
 * given, so that its estimate goes on.  Done to a copy where it may fail midway. */
static enum sketch_status hll_merge_coupons(struct hll *into, const struct hll *from)
{
    if (into->merged && into->precision <= from->precision) {
        return hll_add_coupons(into, from);
    }
    bool keep_from = from->registers != NULL;
    const struct hll *base = keep_from ? from : into;
    int precision =
        into->precision < from->precision ? into->precision : from->precision;
    struct hll next;
    enum sketch_status status = hll_copy(&next, base, precision, &into->memory);
    if (status != SKETCH_OK) {
        return status;
    }
    status = hll_add_coupons(&next, keep_from ? into : from);
    if (status != SKETCH_OK) {
        hll_release_blocks(&next);
        return status;
    }
    hll_become(into, &next);
    return SKETCH_OK;
}

enum sketch_status hll_merge(struct hll *into, const struct hll *from)
{
    if (hll_is_empty(from)) {
        return SKETCH_OK;
    }
    if (hll_is_empty(into)) {
        struct hll next;
        enum sketch_status status =
            hll_copy(&next, from, from->precision, &into->memory);
        if (status == SKETCH_OK) {
            hll_become(into, &next);
        }
        return status;
    }
    if (into->registers && from->registers) {
        hll_merge_registers(into, from);
        return SKETCH_OK;
    }
    return hll_merge_coupons(into, from);
}
