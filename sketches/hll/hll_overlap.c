/* Questions about two sketches. */
#include "hll_private.h"

#include <math.h>

/* Without branches, since which register is higher cannot be foreseen. */
static struct hll_pairs hll_count_pairs(const uint8_t *a, const uint8_t *b,
                                        size_t slots)
{
    static const uint8_t kind_of_a[] = {HLL_LOWER_A, HLL_EQUAL, HLL_UPPER_A};
    static const uint8_t kind_of_b[] = {HLL_UPPER_B, HLL_COUNTED, HLL_LOWER_B};
    struct hll_pairs pairs = {{{0}}};
    for (size_t i = 0; i < slots; i++) {
        int order = 1 + (a[i] > b[i]) - (a[i] < b[i]);
        pairs.of[a[i]][kind_of_a[order]]++;
        pairs.of[b[i]][kind_of_b[order]]++;
    }
    return pairs;
}

/* The registers that a sketch has, or would have, at this precision. */
static uint8_t *hll_registers_at(const struct hll *sketch, int precision,
                                 const struct sketch_memory *memory)
{
    size_t slots = (size_t)1 << precision;
    uint8_t *registers = sketch_allocate(memory, slots);
    if (!registers) {
        return NULL;
    }
    if (sketch->registers) {
        hll_fold(sketch, precision, registers);
        return registers;
    }
    struct hll_cells coupons = hll_coupons(sketch);
    for (size_t i = 0; i < coupons.size; i++) {
        uint8_t value = (uint8_t)(coupons.cells[i] >> HLL_ADDRESS_BITS);
        uint8_t *slot = &registers[coupons.cells[i] & (slots - 1)];
        *slot = value > *slot ? value : *slot;
    }
    return registers;
}

/* No more can be common than either sketch has, by its own account. */
static void hll_limit(struct hll_overlap *common, const struct hll *sketch)
{
    double estimate = hll_estimate(sketch);
    double lower = 0;
    double upper = 0;
    (void)hll_bounds(sketch, 2, &lower, &upper); /* 95 percent, as here */
    common->estimate = fmin(common->estimate, estimate);
    common->lower = fmin(common->lower, estimate);
    common->upper = fmin(common->upper, upper);
}

static enum sketch_status hll_compare_registers(const struct hll *a,
                                                const struct hll *b,
                                                enum hll_question question,
                                                struct hll_overlap *overlap)
{
    int precision = a->precision < b->precision ? a->precision : b->precision;
    uint8_t *of_a = hll_registers_at(a, precision, &a->memory);
    uint8_t *of_b = hll_registers_at(b, precision, &a->memory);
    enum sketch_status status = of_a && of_b ? SKETCH_OK : SKETCH_NOMEM;
    if (status == SKETCH_OK) {
        struct hll_pairs pairs = hll_count_pairs(of_a, of_b, (size_t)1 << precision);
        *overlap = hll_most_likely(&pairs, precision, question);
    }
    sketch_release(&a->memory, of_a);
    sketch_release(&a->memory, of_b);
    return status;
}

static uint32_t hll_count_common(const struct hll *a, const struct hll *b)
{
    struct hll_cells coupons = hll_coupons(b);
    uint32_t common = 0;
    for (size_t i = 0; i < coupons.size; i++) {
        common += coupons.cells[i] != 0 && hll_holds(a, coupons.cells[i]);
    }
    return common;
}

/* Of two lists or sets: what their coupons have in common.  Two different items
 * share a coupon with a probability of 2^-26 / 3, so that among large sets some
 * coupons are common by accident; the estimates allow for that.  While there is none
 * in 96 percent of all cases, coupons are counted as they are. */
static struct hll_overlap hll_common(uint32_t in_a, uint32_t in_b, uint32_t in_both,
                                     enum hll_question question)
{
    double a = in_a;
    double b = in_b;
    double both = in_both;
    double accidents = a * b / (3 * ((double)HLL_ADDRESS + 1));
    double margin = 2 * sqrt(accidents);
    if (margin < 0.4) {
        margin = 0;
    } else {
        a = hll_coupon_estimate(in_a);
        b = hll_coupon_estimate(in_b);
        both = a + b - hll_coupon_estimate(in_a + in_b - in_both);
    }
    double answers[] = {both, both - margin, both + margin};
    for (int i = 0; i < 3; i++) {
        answers[i] = fmax(0, answers[i]);
        if (question == HLL_ASK_JACCARD) {
            double common = fmin(answers[i], fmin(a, b));
            answers[i] = common / (a + b - common);
        }
    }
    return (struct hll_overlap){
        .estimate = answers[0], .lower = answers[1], .upper = answers[2]};
}

static enum sketch_status hll_compare(const struct hll *a, const struct hll *b,
                                      enum hll_question question,
                                      struct hll_overlap *overlap)
{
    enum sketch_status status = SKETCH_OK;
    *overlap = (struct hll_overlap){0};
    if (hll_is_empty(a) || hll_is_empty(b)) {
        bool equal = hll_is_empty(a) && hll_is_empty(b);
        double answer = equal && question == HLL_ASK_JACCARD;
        *overlap = (struct hll_overlap){answer, answer, answer, true};
    } else if (!a->registers && !b->registers) {
        uint32_t in_both = hll_count_common(a, b);
        *overlap =
            hll_common(hll_coupons(a).count, hll_coupons(b).count, in_both, question);
    } else {
        status = hll_compare_registers(a, b, question, overlap);
    }
    if (status == SKETCH_OK && question == HLL_ASK_BOTH) {
        hll_limit(overlap, a);
        hll_limit(overlap, b);
    }
    overlap->good = overlap->lower >= 0.5 * overlap->estimate &&
                    overlap->upper <= 1.5 * overlap->estimate;
    return status;
}

enum sketch_status hll_intersection(const struct hll *a, const struct hll *b,
                                    struct hll_overlap *overlap)
{
    return hll_compare(a, b, HLL_ASK_BOTH, overlap);
}

enum sketch_status hll_jaccard(const struct hll *a, const struct hll *b,
                               struct hll_overlap *overlap)
{
    return hll_compare(a, b, HLL_ASK_JACCARD, overlap);
}
