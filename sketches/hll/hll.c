/*
 * HyperLogLog (Flajolet, Fusy, Gandouet, Meunier 2007) as Apache DataSketches
 * builds it.
 *
 * A hash names a register and has a number of leading zeros; a register keeps
 * the highest such number it has met.  Many different items leave high numbers
 * behind, repeated ones nothing new.  While there are few items, their coupons
 * are listed instead and the answer is practically exact.
 *
 * While a sketch is fed by one stream it also keeps the HIP estimate (Cohen,
 * "All-distances sketches, revisited", 2014): each change of a register adds the
 * reciprocal of the probability it had, which is 20 percent more accurate than
 * what the registers can tell afterwards.  Merging full sketches ends that.
 */
#include "hll_private.h"

#include "invariant.h"

void hll_release_blocks(struct hll *sketch)
{
    hll_table_release(&sketch->coupons, &sketch->memory);
    hll_table_release(&sketch->exceptions, &sketch->memory);
    sketch_release(&sketch->memory, sketch->registers);
}

void hll_become(struct hll *sketch, const struct hll *next)
{
    hll_release_blocks(sketch);
    *sketch = *next;
}

struct hll hll_without_items(int precision, const struct sketch_memory *memory)
{
    return (struct hll){
        .memory = *memory,
        .precision = (uint8_t)precision,
        .goal = (uint8_t)precision,
        .slot_mask = (UINT32_C(1) << precision) - 1,
    };
}

enum sketch_status hll_create(struct hll **out, int precision,
                              const struct sketch_memory *memory)
{
    *out = NULL;
    if (precision < HLL_MIN_PRECISION || precision > HLL_MAX_PRECISION) {
        return SKETCH_RANGE;
    }
    struct hll *sketch = sketch_allocate(memory, sizeof *sketch);
    if (!sketch) {
        return SKETCH_NOMEM;
    }
    *sketch = hll_without_items(precision, memory);
    *out = sketch;
    return SKETCH_OK;
}

void hll_free(struct hll *sketch)
{
    if (sketch) {
        struct sketch_memory memory = sketch->memory;
        hll_release_blocks(sketch);
        sketch_release(&memory, sketch);
    }
}

void hll_clear(struct hll *sketch)
{
    if (!sketch->registers && !sketch->coupons.cells) {
        sketch->listed = 0; /* a list is all that most sketches become */
        return;
    }
    struct hll next = hll_without_items(sketch->goal, &sketch->memory);
    hll_become(sketch, &next);
}

int hll_precision(const struct hll *sketch) { return sketch->goal; }
bool hll_is_exact(const struct hll *sketch)
{
    return !sketch->registers && !hll_is_open(sketch);
}
bool hll_is_merged(const struct hll *sketch) { return sketch->merged; }

/* DataSketches starts these tables at sizes that suit how many to expect. */
int hll_exceptions_lg_size(int precision)
{
    static const uint8_t lg_size[] = {2, 2, 2, 3, 3, 3,  4,  4,  5,
                                      5, 6, 7, 8, 9, 10, 11, 12, 13};
    return lg_size[precision - HLL_MIN_PRECISION];
}

/* Enters the register into the table if four bits cannot hold its value. */
static enum sketch_status hll_note(const struct hll *sketch,
                                   struct hll_table *exceptions, uint32_t slot,
                                   unsigned value, unsigned minimum)
{
    if (value < minimum + HLL_EXCEPTION) {
        return SKETCH_OK;
    }
    return hll_table_put(exceptions, (uint32_t)value << HLL_ADDRESS_BITS | slot,
                         hll_exceptions_lg_size(sketch->precision), &sketch->memory);
}

/* Whether one of eight registers has at least that value, at most 128: then a sum
 * carries into the highest bit of its byte, which no register has. */
static bool hll_reach(const uint8_t *registers, unsigned value)
{
    uint64_t eight;
    memcpy(&eight, registers, sizeof eight);
    return ((eight + (128 - value) * UINT64_C(0x0101010101010101)) &
            UINT64_C(0x8080808080808080)) != 0;
}

enum sketch_status hll_settle(struct hll *sketch)
{
    hll_sum_up(sketch);
    struct hll_table exceptions = {0};
    enum sketch_status status = SKETCH_OK;
    unsigned limit = sketch->minimum + (unsigned)HLL_EXCEPTION;
    for (uint32_t first = 0; first <= sketch->slot_mask; first += 8) {
        bool some = hll_reach(sketch->registers + first, limit); /* nearly nowhere */
        for (uint32_t slot = first; some && status == SKETCH_OK && slot < first + 8;
             slot++) {
            status = hll_note(sketch, &exceptions, slot, sketch->registers[slot],
                              sketch->minimum);
        }
    }
    if (status != SKETCH_OK) {
        hll_table_release(&exceptions, &sketch->memory);
        return status;
    }
    sketch->exceptions = exceptions;
    return SKETCH_OK;
}

/* The exceptions that are left when the minimum has risen to `minimum`, entered
 * into a new table in the order of the old one. */
static enum sketch_status hll_keep_exceptions(const struct hll *sketch,
                                              struct hll_table *exceptions,
                                              unsigned minimum)
{
    struct hll_table kept = {0};
    enum sketch_status status = SKETCH_OK;
    size_t size = exceptions->cells ? (size_t)1 << exceptions->lg_size : 0;
    for (size_t i = 0; status == SKETCH_OK && i < size; i++) {
        uint32_t cell = exceptions->cells[i];
        status = hll_note(sketch, &kept, cell & HLL_ADDRESS, cell >> HLL_ADDRESS_BITS,
                          minimum);
    }
    if (status != SKETCH_OK) {
        hll_table_release(&kept, &sketch->memory);
        return status;
    }
    hll_table_release(exceptions, &sketch->memory);
    *exceptions = kept;
    return SKETCH_OK;
}

/* Sets the last register that was at the minimum, which then rises in steps of
 * one; each step renews the table of exceptions. */
static enum sketch_status hll_raise_last(struct hll *sketch, uint32_t slot,
                                         uint8_t value)
{
    struct hll_table exceptions;
    enum sketch_status status =
        hll_table_copy(&exceptions, &sketch->exceptions, &sketch->memory);
    if (status == SKETCH_OK) {
        status = hll_note(sketch, &exceptions, slot, value, sketch->minimum);
    }
    uint8_t old = sketch->registers[slot];
    sketch->registers[slot] = value;
    struct hll_tally tally = hll_count_registers(sketch);
    uint8_t lowest = hll_lowest(&tally);
    for (unsigned step = sketch->minimum + 1u; status == SKETCH_OK && step <= lowest;
         step++) {
        status = hll_keep_exceptions(sketch, &exceptions, step);
    }
    if (status != SKETCH_OK) {
        hll_table_release(&exceptions, &sketch->memory);
        sketch->registers[slot] = old;
        return status;
    }
    hll_table_release(&sketch->exceptions, &sketch->memory);
    sketch->exceptions = exceptions;
    sketch->minimum = lowest;
    sketch->at_minimum = tally.of[lowest];
    return SKETCH_OK;
}

static void hll_account(struct hll *sketch, unsigned old, unsigned value)
{
    sketch->hip += (double)hll_slots(sketch) / (sketch->kxq0 + sketch->kxq1);
    *(old < 32 ? &sketch->kxq0 : &sketch->kxq1) -= hll_power(old);
    *(value < 32 ? &sketch->kxq0 : &sketch->kxq1) += hll_power(value);
}

/* Sets a register to a higher value. */
static enum sketch_status hll_raise(struct hll *sketch, uint32_t slot, uint8_t value)
{
    uint8_t old = sketch->registers[slot];
    invariant(value > old && value <= HLL_MAX_VALUE);
    if (sketch->merged) {
        sketch->registers[slot] = value;
        return SKETCH_OK;
    }
    if (hll_is_open(sketch)) {
        sketch->registers[slot] = value;
        hll_account(sketch, old, value);
        return SKETCH_OK;
    }
    bool at_minimum = old == sketch->minimum;
    if (at_minimum && sketch->at_minimum == 1) {
        enum sketch_status status = hll_raise_last(sketch, slot, value);
        if (status == SKETCH_OK) {
            hll_account(sketch, old, value);
        }
        return status;
    }
    enum sketch_status status =
        hll_note(sketch, &sketch->exceptions, slot, value, sketch->minimum);
    if (status == SKETCH_OK) {
        sketch->registers[slot] = value;
        sketch->at_minimum -= at_minimum;
        hll_account(sketch, old, value);
    }
    return status;
}

static enum sketch_status hll_add_to_registers(struct hll *sketch, uint32_t coupon)
{
    uint32_t slot = coupon & sketch->slot_mask;
    uint8_t value = (uint8_t)(coupon >> HLL_ADDRESS_BITS);
    return value > sketch->registers[slot] ? hll_raise(sketch, slot, value) : SKETCH_OK;
}

/* Fills in registers of what a list or set holds, and of one coupon more, or 0. */
static enum sketch_status hll_fill_registers(struct hll *next, const struct hll *from,
                                             uint32_t extra)
{
    next->registers = sketch_allocate(&next->memory, hll_slots(next));
    if (!next->registers) {
        return SKETCH_NOMEM;
    }
    next->at_minimum = (uint32_t)hll_slots(next);
    next->kxq0 = (double)hll_slots(next);
    struct hll_cells coupons = hll_coupons(from);
    enum sketch_status status = SKETCH_OK;
    for (size_t i = 0; status == SKETCH_OK && i < coupons.size; i++) {
        status = hll_add_to_registers(next, coupons.cells[i]);
    }
    if (status == SKETCH_OK) {
        status = hll_add_to_registers(next, extra);
    }
    next->hip = hll_coupon_estimate(coupons.count + (extra != 0));
    return status;
}

enum sketch_status hll_promote(struct hll *sketch, uint32_t extra, int precision)
{
    struct hll next = hll_without_items(precision, &sketch->memory);
    next.goal = sketch->goal;
    enum sketch_status status = hll_fill_registers(&next, sketch, extra);
    if (status != SKETCH_OK) {
        hll_release_blocks(&next);
        return status;
    }
    hll_become(sketch, &next);
    return SKETCH_OK;
}

static enum sketch_status hll_add_to_set(struct hll *sketch, uint32_t coupon,
                                         int precision)
{
    struct hll_table *set = &sketch->coupons;
    uint32_t *cell = hll_table_find(set, coupon, UINT32_MAX);
    if (!cell) {
        return hll_promote(sketch, coupon, precision);
    }
    if (*cell == coupon) {
        return SKETCH_OK;
    }
    uint32_t *order = set->order;
    set->order = NULL;
    *cell = coupon;
    set->count++;
    enum sketch_status status = SKETCH_OK;
    if (hll_table_is_crowded(set)) {
        status = hll_table_grow(set, hll_set_limit(precision), &sketch->memory);
        if (status == SKETCH_OVERFLOW) {
            status = hll_promote(sketch, 0, precision);
        }
    }
    if (status != SKETCH_OK) {
        *cell = 0;
        set->count--;
        set->order = order;
        return status;
    }
    sketch_release(&sketch->memory, order);
    return SKETCH_OK;
}

static enum sketch_status hll_start_set(struct hll *sketch, int precision)
{
    if (precision < HLL_SET_PRECISION) {
        return hll_promote(sketch, 0, precision);
    }
    enum sketch_status status =
        hll_table_create(&sketch->coupons, HLL_SET_LG_SIZE, &sketch->memory);
    for (uint32_t i = 0; status == SKETCH_OK && i < sketch->listed; i++) {
        *hll_table_find(&sketch->coupons, sketch->list[i], UINT32_MAX) =
            sketch->list[i];
        sketch->coupons.count++;
    }
    if (status == SKETCH_OK) {
        sketch->listed = 0;
    }
    return status;
}

static enum sketch_status hll_add_to_list(struct hll *sketch, uint32_t coupon,
                                          int precision)
{
    for (uint32_t i = 0; i < sketch->listed; i++) {
        if (sketch->list[i] == coupon) {
            return SKETCH_OK;
        }
    }
    sketch->list[sketch->listed++] = coupon;
    if (sketch->listed < HLL_LIST_SIZE) {
        return SKETCH_OK;
    }
    enum sketch_status status = hll_start_set(sketch, precision);
    if (status != SKETCH_OK) {
        sketch->listed--;
    }
    return status;
}

enum sketch_status hll_take_coupon(struct hll *sketch, uint32_t coupon, int precision)
{
    if (sketch->registers) {
        return hll_add_to_registers(sketch, coupon);
    }
    return sketch->coupons.cells ? hll_add_to_set(sketch, coupon, precision)
                                 : hll_add_to_list(sketch, coupon, precision);
}

enum sketch_status hll_add_coupon(struct hll *sketch, uint32_t coupon)
{
    return hll_take_coupon(sketch, coupon, sketch->precision);
}

/* A copy of registers, at a precision that is not above theirs. */
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

static enum sketch_status hll_copy_coupons(struct hll *copy, const struct hll *from)
{
    copy->listed = from->listed;
    memcpy(copy->list, from->list, sizeof copy->list);
    return hll_table_copy(&copy->coupons, &from->coupons, &copy->memory);
}

/* `status` of filling the copy, which keeps nothing if that is a failure. */
static enum sketch_status hll_copied(struct hll *copy, enum sketch_status status)
{
    if (status != SKETCH_OK) {
        hll_release_blocks(copy);
    }
    return status;
}

enum sketch_status hll_copy(struct hll *copy, const struct hll *from,
                            const struct sketch_memory *memory)
{
    *copy = hll_without_items(from->precision, memory);
    copy->goal = from->goal;
    return hll_copied(copy, from->registers ? hll_copy_registers(copy, from)
                                            : hll_copy_coupons(copy, from));
}

enum sketch_status hll_copy_ended(struct hll *copy, const struct hll *from,
                                  const struct sketch_memory *memory)
{
    if (!hll_is_open(from)) {
        return hll_copy(copy, from, memory);
    }
    *copy = hll_without_items(from->goal, memory);
    return hll_copied(copy, from->registers ? hll_copy_registers(copy, from)
                                            : hll_fill_registers(copy, from, 0));
}

enum sketch_status hll_end_union(struct hll *sketch)
{
    if (!hll_is_open(sketch)) {
        return SKETCH_OK;
    }
    struct hll ended;
    enum sketch_status status = hll_copy_ended(&ended, sketch, &sketch->memory);
    if (status == SKETCH_OK) {
        hll_become(sketch, &ended);
    }
    return status;
}

/* Kept apart, so that it does not burden the function that runs for each item. */
__attribute__((noinline)) static enum sketch_status hll_add_slowly(struct hll *sketch,
                                                                   uint32_t coupon)
{
    enum sketch_status status = hll_end_union(sketch);
    return status == SKETCH_OK ? hll_add_coupon(sketch, coupon) : status;
}

enum sketch_status hll_add(struct hll *sketch, struct hash hash)
{
    if (sketch->registers &&
        hll_value(hash) <= sketch->registers[hash.h1 & sketch->slot_mask]) {
        return SKETCH_OK;
    }
    return hll_add_slowly(sketch, hll_coupon(hash));
}

void hll_fetch(const struct hll *sketch, struct hash hash)
{
    if (sketch->registers) {
        fetch(&sketch->registers[hash.h1 & sketch->slot_mask]);
    } else if (sketch->coupons.cells) {
        hll_table_fetch(&sketch->coupons, hll_coupon(hash));
    } else {
        fetch(sketch->list);
    }
}
