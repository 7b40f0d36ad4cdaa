#include "hll_registers.h"

#include "invariant.h"

struct hll_cells hll_coupons(const struct hll *sketch)
{
    return sketch->coupons.cells
               ? hll_table_cells(&sketch->coupons)
               : (struct hll_cells){sketch->list, sketch->listed, sketch->listed};
}

bool hll_holds(const struct hll *sketch, uint32_t coupon)
{
    if (sketch->coupons.cells) {
        const uint32_t *cell = hll_table_find(&sketch->coupons, coupon, UINT32_MAX);
        return cell && *cell == coupon;
    }
    uint32_t i = 0;
    while (i < sketch->listed && sketch->list[i] != coupon) {
        i++;
    }
    return i < sketch->listed;
}

/* Counts into eight tallies in turn, since equal neighbours would wait for each other.
 */
void hll_tally_registers(struct hll_tally *tally, const uint8_t *registers,
                         size_t count)
{
    enum { PARTS = 8 };
    struct hll_tally parts[PARTS] = {{{0}}};
    for (size_t i = 0; i < count; i += PARTS) {
        for (size_t part = 0; part < PARTS; part++) {
            parts[part].of[registers[i + part]]++;
        }
    }
    for (int value = 0; value < HLL_VALUES; value++) {
        for (size_t part = 0; part < PARTS; part++) {
            tally->of[value] += parts[part].of[value];
        }
    }
}

struct hll_tally hll_count_registers(const struct hll *sketch)
{
    struct hll_tally tally = {{0}};
    hll_tally_registers(&tally, sketch->registers, hll_slots(sketch));
    return tally;
}

uint8_t hll_lowest(const struct hll_tally *tally)
{
    uint8_t value = 0;
    while (tally->of[value] == 0) {
        value++;
        invariant(value < HLL_VALUES);
    }
    return value;
}

struct hll_sums hll_sums_of(const struct hll_tally *tally)
{
    struct hll_sums sums = {.minimum = hll_lowest(tally)};
    sums.at_minimum = tally->of[sums.minimum];
    for (unsigned value = 0; value < HLL_VALUES; value++) {
        *(value < 32 ? &sums.kxq0 : &sums.kxq1) += tally->of[value] * hll_power(value);
    }
    return sums;
}

void hll_sum_up(struct hll *sketch)
{
    struct hll_tally tally = hll_count_registers(sketch);
    struct hll_sums sums = hll_sums_of(&tally);
    sketch->minimum = sums.minimum;
    sketch->at_minimum = sums.at_minimum;
    sketch->kxq0 = sums.kxq0;
    sketch->kxq1 = sums.kxq1;
}

/* In blocks of the smallest size of all, compilers see one instruction. */
void hll_take_higher(uint8_t *restrict registers, const uint8_t *restrict others,
                     size_t size)
{
    for (size_t block = 0; block < size; block += HLL_FEWEST) {
        for (size_t i = 0; i < HLL_FEWEST; i++) {
            uint8_t other = others[block + i];
            uint8_t *at = &registers[block + i];
            *at = other > *at ? other : *at;
        }
    }
}

/* The low bits of a slot are the slot at a smaller precision, and values mean the
 * same at all precisions: several registers become their maximum. */
void hll_fold(const struct hll *sketch, int precision, uint8_t *registers)
{
    invariant(precision <= sketch->precision);
    size_t size = (size_t)1 << precision;
    memmove(registers, sketch->registers, size);
    for (size_t start = size; start < hll_slots(sketch); start += size) {
        hll_take_higher(registers, sketch->registers + start, size);
    }
}
