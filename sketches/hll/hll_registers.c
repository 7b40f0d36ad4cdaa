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

/* Counts into four tallies at once, since equal neighbours would wait for each other.
 */
struct hll_tally hll_count_registers(const struct hll *sketch)
{
    struct hll_tally parts[4] = {{{0}}};
    const uint8_t *registers = sketch->registers;
    for (size_t i = 0; i < hll_slots(sketch); i += 4) {
        parts[0].of[registers[i]]++;
        parts[1].of[registers[i + 1]]++;
        parts[2].of[registers[i + 2]]++;
        parts[3].of[registers[i + 3]]++;
    }
    for (int value = 0; value < HLL_VALUES; value++) {
        parts[0].of[value] +=
            parts[1].of[value] + parts[2].of[value] + parts[3].of[value];
    }
    return parts[0];
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

void hll_sum_up(struct hll *sketch)
{
    struct hll_tally tally = hll_count_registers(sketch);
    sketch->minimum = hll_lowest(&tally);
    sketch->at_minimum = tally.of[sketch->minimum];
    sketch->kxq0 = 0;
    sketch->kxq1 = 0;
    for (unsigned value = 0; value < HLL_VALUES; value++) {
        double *kxq = value < 32 ? &sketch->kxq0 : &sketch->kxq1;
        *kxq += tally.of[value] * hll_power(value);
    }
}

/* In blocks of sixteen, the smallest size of all, compilers see one instruction. */
void hll_take_higher(uint8_t *restrict registers, const uint8_t *restrict others,
                     size_t size)
{
    for (size_t block = 0; block < size / 16; block++) {
        for (size_t i = 0; i < 16; i++) {
            uint8_t other = others[16 * block + i];
            uint8_t *at = &registers[16 * block + i];
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
