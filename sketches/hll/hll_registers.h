/*
 * The state of a sketch, and what can be read off it.
 *
 * Below all other parts of HyperLogLog but its tables; nothing of it is for callers.
 */
#ifndef HLL_REGISTERS_H
#define HLL_REGISTERS_H

#include "hll.h"
#include "hll_table.h"

#include <string.h>

enum {
    HLL_LIST_SIZE = 8,     /* the eighth coupon ends the list */
    HLL_SET_PRECISION = 8, /* below, a list is followed by registers */
    HLL_SET_LG_SIZE = 5,   /* of a set that starts; it ends 3 below the precision */
    HLL_MAX_VALUE = 63,    /* of a register */
    HLL_VALUES = HLL_MAX_VALUE + 1,
    HLL_FEWEST = 1 << HLL_MIN_PRECISION, /* registers: their number is a multiple */
    HLL_EXCEPTION = 15 /* this much above the minimum, four bits no longer do */
};

/*
 * A sketch passes three stages.  A coupon is what the sketch keeps of a hash: 26
 * bits of address and the number of leading zeros, at most 63 with one added.
 *
 *   list       registers == NULL, coupons.cells == NULL: list[0..listed)
 *   set        registers == NULL, coupons.cells != NULL
 *   registers  register i holds the highest value of all coupons whose address
 *              ends in i
 *
 * One byte a register is what is fast; DataSketches' HLL_4 has four bits, which
 * count from the smallest of all registers, and a table of the exceptions that
 * need more.  The order in that table comes from its history, so it is kept
 * here beside the registers while the sketch has one history (not `merged`).
 *
 * Between the merges of a union (hll_merge.c) a sketch may be open: then it has a set
 * larger than its precision allows, or registers of the highest precision, for which
 * only hip and its two sums are kept.
 */
struct hll {
    uint8_t *registers;
    uint32_t slot_mask; /* 2^precision - 1 */
    uint8_t precision;
    uint8_t goal; /* the precision that a union will have when it ends; else the same */
    bool merged;
    uint8_t minimum; /* with those below */
    struct hll_table coupons;

    /* Kept while there are registers and the sketch is not merged, with the smallest
     * register. */
    double hip;          /* the estimate */
    double kxq0;         /* the sum of 2^-register over registers below 32 ... */
    double kxq1;         /* ... and over the others; both sums are exact */
    uint32_t at_minimum; /* how many registers are at the minimum */
    uint32_t listed;
    uint32_t list[HLL_LIST_SIZE];
    struct hll_table exceptions;
    struct sketch_memory memory;
};

/* How many registers have each value. */
struct hll_tally {
    uint32_t of[HLL_VALUES];
};

static inline size_t hll_slots(const struct hll *sketch)
{
    return (size_t)1 << sketch->precision;
}

static inline bool hll_is_empty(const struct hll *sketch)
{
    return !sketch->registers && !sketch->coupons.cells && sketch->listed == 0;
}

/* The largest set of a precision that has sets, as the logarithm of its cells. */
static inline int hll_set_limit(int precision) { return precision - 3; }

static inline bool hll_is_open(const struct hll *sketch)
{
    if (sketch->registers) {
        return sketch->precision != sketch->goal;
    }
    return sketch->coupons.cells &&
           (sketch->precision < HLL_SET_PRECISION ||
            sketch->coupons.lg_size > hll_set_limit(sketch->precision));
}

/* 2^-value, for values of registers. */
static inline double hll_power(unsigned value)
{
    uint64_t bits = (UINT64_C(1023) - value) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

/* The coupons of a list or a set. */
struct hll_cells hll_coupons(const struct hll *sketch);

/* Whether a list or set has the coupon. */
bool hll_holds(const struct hll *sketch, uint32_t coupon);

/* The estimate from a list or a set of that many coupons. */
double hll_coupon_estimate(uint32_t count);

/* Counts so many registers, a multiple of eight; their values have to be values. */
void hll_tally_registers(struct hll_tally *tally, const uint8_t *registers,
                         size_t count);

struct hll_tally hll_count_registers(const struct hll *sketch);

/* The smallest value that a register has; there has to be one. */
uint8_t hll_lowest(const struct hll_tally *tally);

/* What a sketch that is not merged keeps of its registers; see struct hll. */
struct hll_sums {
    uint8_t minimum;
    uint32_t at_minimum;
    double kxq0;
    double kxq1;
};

struct hll_sums hll_sums_of(const struct hll_tally *tally);

/* Finds minimum, at_minimum, kxq0 and kxq1 from the registers. */
void hll_sum_up(struct hll *sketch);

/* Each of `size` registers, a multiple of HLL_FEWEST, becomes the higher one of itself
 * and its counterpart. */
void hll_take_higher(uint8_t *restrict registers, const uint8_t *restrict others,
                     size_t size);

/* Fills 2^precision registers with what the sketch says at a precision that is
 * not above its own. */
void hll_fold(const struct hll *sketch, int precision, uint8_t *registers);

#endif
