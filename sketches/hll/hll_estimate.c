/*
 * Estimates and their bounds.
 *
 * Three estimates: from the number of coupons (hll_coupons.c), the HIP estimate that
 * the sketch carries, and from registers alone, after a merge.
 *
 * The last one is Ertl's corrected raw estimator ("New cardinality estimation
 * algorithms for HyperLogLog sketches", 2017): the harmonic mean of the classic
 * estimator, with the registers at both ends of the range replaced by what they
 * would be in a sketch without ends.  It needs no tables and no thresholds, but
 * takes the limit of many registers: 16 of them would answer 7 percent too much.
 * The 1.079 / m by which the classic estimator's constant differs from that limit,
 * for as many registers as are in use, leaves no more than 1 percent.
 *
 * The constants of the bounds of small sketches are those of Apache DataSketches
 * (Apache License 2.0), so that answers agree.
 */
#include "hll_private.h"

#include "portable_math.h"

#include <math.h>

/* x + sum of x^(2^k) * 2^(k-1) over k >= 1; infinite at 1. */
static double hll_sigma(double x)
{
    if (x == 1) {
        return INFINITY;
    }
    double sum = x;
    double before;
    double weight = 1;
    do {
        before = sum;
        x *= x;
        sum += x * weight;
        weight += weight;
    } while (sum != before);
    return sum;
}

/* (1 - x - sum of (1 - x^(2^-k))^2 * 2^-k over k >= 1) / 3; 0 at 0 and 1. */
static double hll_tau(double x)
{
    if (x == 0 || x == 1) {
        return 0;
    }
    double sum = 1 - x;
    double before;
    double weight = 1;
    do {
        before = sum;
        x = sqrt(x);
        weight *= 0.5;
        sum -= (1 - x) * (1 - x) * weight;
    } while (sum != before);
    return sum / 3;
}

/* No stream is longer; registers that are all full would stand for endless ones. */
#define HLL_MOST_ITEMS 0x1p64

double hll_register_estimate(const struct hll_tally *tally, int precision)
{
    double m = (double)((size_t)1 << precision);
    double sum = m * hll_tau(1 - tally->of[HLL_MAX_VALUE] / m);
    for (int value = HLL_MAX_VALUE - 1; value >= 1; value--) {
        sum = 0.5 * (sum + tally->of[value]);
    }
    sum += m * hll_sigma(tally->of[0] / m);
    double estimate = m * m / (2 * PORTABLE_LN2 * sum);
    double used = 1 - tally->of[0] / m;
    return fmin(estimate / (1 + 1.079 * used / m), HLL_MOST_ITEMS);
}

double hll_estimate(const struct hll *sketch)
{
    if (!sketch->registers) {
        return hll_coupon_estimate(hll_coupons(sketch).count);
    }
    if (!sketch->merged) {
        return sketch->hip;
    }
    struct hll_tally tally = hll_count_registers(sketch);
    return hll_register_estimate(&tally, sketch->precision);
}

/* The standard error times sqrt(2^precision): sqrt(ln 2) for HIP, and
 * sqrt(3 ln 2 - 1) for registers alone. */
static double hll_error_factor(bool merged)
{
    return sqrt(merged ? 3 * PORTABLE_LN2 - 1 : PORTABLE_LN2);
}

/* Of a list or set: the error of the coupon curve, far above that of collisions. */
#define HLL_COUPON_ERROR (0.409 / 8192)

static double hll_register_error(bool merged, int precision)
{
    return hll_error_factor(merged) / sqrt((double)((size_t)1 << precision));
}

double hll_error(const struct hll *sketch)
{
    return hll_is_exact(sketch)
               ? HLL_COUPON_ERROR
               : hll_register_error(sketch->merged, hll_precision(sketch));
}

enum sketch_status hll_precision_for(double error, int *precision)
{
    if (!(error > 0 && error < 1)) {
        return SKETCH_RANGE;
    }
    for (int p = HLL_MIN_PRECISION; p <= HLL_MAX_PRECISION; p++) {
        if (hll_register_error(true, p) <= error) {
            *precision = p;
            return SKETCH_OK;
        }
    }
    return SKETCH_RANGE;
}

/* Up to here the distribution is too skewed for a rule, and was measured. */
enum { HLL_LAST_MEASURED = 12 };

/* The relative errors of the quantiles that bound 1, 2 and 3 standard deviations. */
struct hll_quantiles {
    double lower[3];
    double upper[3];
};

/* clang-format off */
static const struct hll_quantiles
    hll_quantiles[2][HLL_LAST_MEASURED - HLL_MIN_PRECISION + 1] = {
{ /* HIP */
{{0.207316195, 0.502865572, 0.882303765}, {-0.207805347, -0.355574279, -0.475535095}},
{{0.146981579, 0.335426881, 0.557052},    {-0.146988328, -0.262390832, -0.360864026}},
{{0.104026721, 0.227683872, 0.365888317}, {-0.103877775, -0.191503663, -0.269311582}},
{{0.073614601, 0.156781585, 0.245740374}, {-0.073452978, -0.138513438, -0.198487447}},
{{0.05205248,  0.108783763, 0.168030442}, {-0.051982806, -0.099703123, -0.144128618}},
{{0.036770852, 0.075727545, 0.11593785},  {-0.036768609, -0.07138158,  -0.104430324}},
{{0.025990219, 0.053145536, 0.080772263}, {-0.025991325, -0.050854296, -0.0748143}},
{{0.018373987, 0.037266176, 0.056271814}, {-0.01834533,  -0.036121138, -0.05327616}},
{{0.012936253, 0.02613829,  0.039387631}, {-0.012920332, -0.025572893, -0.037896952}},
},
{ /* registers alone */
{{0.254409839, 0.682266712, 1.304022158}, {-0.256980172, -0.411905944, -0.52651057}},
{{0.181817353, 0.443389054, 0.778776219}, {-0.182332109, -0.310275547, -0.412660505}},
{{0.129432281, 0.295782195, 0.49252279},  {-0.129314228, -0.230142294, -0.315636197}},
{{0.091640655, 0.201175925, 0.323664385}, {-0.091584836, -0.16834013,  -0.236346847}},
{{0.064858051, 0.138523393, 0.218805328}, {-0.06487411,  -0.122045231, -0.174112107}},
{{0.045851855, 0.095925072, 0.148635751}, {-0.04591465,  -0.08784505,  -0.126917615}},
{{0.032454144, 0.067009668, 0.102660669}, {-0.032433119, -0.062897613, -0.091862929}},
{{0.022921382, 0.046868565, 0.071307398}, {-0.022960633, -0.044875401, -0.065736049}},
{{0.016155679, 0.032825719, 0.049677541}, {-0.016186662, -0.031827816, -0.046973459}},
}};
/* clang-format on */

void hll_register_bounds(const struct hll_reading *reading, int deviations,
                         double *lower, double *upper)
{
    double error = deviations * hll_register_error(reading->merged, reading->precision);
    double below = error;
    double above = -error;
    if (reading->precision <= HLL_LAST_MEASURED) {
        const struct hll_quantiles *q =
            &hll_quantiles[reading->merged][reading->precision - HLL_MIN_PRECISION];
        below = q->lower[deviations - 1];
        above = q->upper[deviations - 1];
    }
    /* Each register in use was set by an item of its own. */
    double items = (double)(((size_t)1 << reading->precision) - reading->zeros);
    *lower = fmax(reading->estimate / (1 + below), items);
    *upper = reading->estimate / (1 + above);
}

void hll_coupon_bounds(uint32_t count, int deviations, double *lower, double *upper)
{
    double estimate = hll_coupon_estimate(count);
    double error = deviations * HLL_COUPON_ERROR;
    *lower = fmax(estimate / (1 + error), count);
    *upper = fmax(estimate / (1 - error), count);
}

static struct hll_reading hll_read_off(const struct hll *sketch)
{
    struct hll_reading reading = {
        .precision = sketch->precision,
        .merged = sketch->merged,
        .estimate = sketch->hip,
        .zeros = sketch->minimum == 0 ? sketch->at_minimum : 0,
    };
    if (sketch->merged) {
        struct hll_tally tally = hll_count_registers(sketch);
        reading.estimate = hll_register_estimate(&tally, sketch->precision);
        reading.zeros = tally.of[0];
    }
    return reading;
}

enum sketch_status hll_bounds(const struct hll *sketch, int deviations, double *lower,
                              double *upper)
{
    if (deviations < 1 || deviations > 3) {
        return SKETCH_RANGE;
    }
    if (hll_is_open(sketch)) {
        struct hll ended;
        enum sketch_status status = hll_copy_ended(&ended, sketch, &sketch->memory);
        if (status == SKETCH_OK) {
            struct hll_reading reading = hll_read_off(&ended);
            hll_register_bounds(&reading, deviations, lower, upper);
            hll_release_blocks(&ended);
        }
        return status;
    }
    if (sketch->registers) {
        struct hll_reading reading = hll_read_off(sketch);
        hll_register_bounds(&reading, deviations, lower, upper);
    } else {
        hll_coupon_bounds(hll_coupons(sketch).count, deviations, lower, upper);
    }
    return SKETCH_OK;
}
