/*
 * Joins neighbouring points, which is where a t-digest forgets.
 *
 * After T. Dunning and O. Ertl, "Computing extremely accurate quantiles using
 * t-digests" (2019): a pass over the points in ascending order joins neighbours as long
 * as the sum of their weights stays below a limit that depends on the share q of all
 * weight that lies before.  Their scale k1 allows 2 pi sqrt(q (1 - q)) / d of all
 * weight, which is good in the middle; k2 allows Z q (1 - q) / d with
 * Z = 4 ln(n / d) + 24, which is good at the ends.  Here the reciprocals of the two are
 * averaged, so that the stricter one decides:
 *
 *     limit = v / (A sqrt(v) + B),   v = q (1 - q),   A = d / (4 pi),   B = d / (2 Z)
 *
 * A point that starts at q and has the weight w should be within the limit at q and at
 * q + w.  In the left half the limit grows, and that at q decides.  In the right half
 * it shrinks, and the tangent at q says where the line limit = w is met.
 *
 * Points that are heavier than any limit are atoms that will stay what they are: each
 * of them is exact, and only the others have to share the centroids.  So shares and
 * limits are those among the others alone.
 *
 * Only square roots, divisions and the like decide, whose results IEEE 754 gives to the
 * last bit: the same rows make the same bytes everywhere.
 */
#include "tdigest_private.h"

#include <float.h>
#include <math.h>

/* d for k.  The centroids of a million different values take about 18 k bytes. */
#define TDIGEST_SCALE_PER_K 1.7
#define TDIGEST_FOUR_PI     12.566370614359172
#define TDIGEST_LN_2        0.6931471805599453

struct tdigest_scale {
    uint64_t heavy;    /* points that weigh more do not count */
    double total;      /* the weight of those that count */
    double per_weight; /* 1 / total */
    double a;
    double b;
    double stretch; /* of the limit; 1 unless that leaves too many points */
};

/* The logarithm, by straight lines between the powers of two: within 0.06, and without
 * the library's, whose last bit differs between platforms. */
static double tdigest_log(double x)
{
    int exponent;
    double fraction = frexp(x, &exponent); /* 0.5..1 */
    return TDIGEST_LN_2 * (exponent - 2 + 2 * fraction);
}

static struct tdigest_scale tdigest_scale_of(int k, uint64_t weight)
{
    double total = tdigest_real(weight);
    double d = TDIGEST_SCALE_PER_K * k;
    double ratio = total > d ? total / d : 1;
    double z = 4 * tdigest_log(ratio) + 24;
    return (struct tdigest_scale){SKETCH_MAX_TOTAL,    total,       1 / total,
                                  d / TDIGEST_FOUR_PI, d / (2 * z), 1};
}

/* The largest weight of a point that has `before` to its left; may be 0. */
static uint64_t tdigest_limit(const struct tdigest_scale *scale, uint64_t before)
{
    double left = tdigest_real(before) * scale->per_weight;
    double right = left < 1 ? 1 - left : 0;
    double v = left * right;
    double root = scale->a * sqrt(v);
    double divisor = root + scale->b;
    double share = v / divisor;
    if (left > right) {
        double slope = (left - right) * (divisor - root / 2); /* times divisor^2 */
        share = v * divisor / (divisor * divisor + slope);
    }
    double limit = share * scale->stretch * scale->total;
    return limit < 0x1p63 ? (uint64_t)(int64_t)limit : SKETCH_MAX_TOTAL;
}

double tdigest_sum(const struct tdigest_point *points, size_t count, double scale)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += points[i].mean * (tdigest_real(points[i].weight) * scale);
    }
    return sum;
}

/* Joins points[0], which may be followed by points up to `end`, with as many of them as
 * the limit allows; returns the first that is left. */
static const struct tdigest_point *tdigest_join(const struct tdigest_point *points,
                                                const struct tdigest_point *end,
                                                uint64_t limit,
                                                struct tdigest_point *joined)
{
    const struct tdigest_point *next = points + 1;
    uint64_t weight = points->weight;
    if (next == end || weight + next->weight > limit) {
        *joined = *points;
        return next;
    }
    double sum = points->mean * tdigest_real(weight);
    do {
        weight += next->weight;
        sum += next->mean * tdigest_real(next->weight);
        next++;
    } while (next < end && weight + next->weight <= limit);
    double mean = sum / tdigest_real(weight);
    if (!(fabs(mean) <= DBL_MAX)) {
        sum = tdigest_sum(points, (size_t)(next - points), TDIGEST_LARGE_SCALE);
        mean = sum / tdigest_real(weight) / TDIGEST_LARGE_SCALE;
    }
    /* Rounding must not carry the mean past its neighbours. */
    mean = mean < points->mean ? points->mean : mean;
    mean = mean > next[-1].mean ? next[-1].mean : mean;
    *joined = (struct tdigest_point){mean, weight, true};
    return next;
}

/* One pass, in place.  The first and the last point stay alone: they are the smallest
 * and the largest value. */
static void tdigest_cluster(struct tdigest_list *list,
                            const struct tdigest_scale *scale)
{
    const struct tdigest_point *next = list->points + 1;
    const struct tdigest_point *last = list->points + list->count - 1;
    struct tdigest_point *out = list->points;
    uint64_t before = 0;
    while (next < last) {
        if (out->weight <= scale->heavy) {
            before += out->weight;
        }
        out++;
        next = tdigest_join(next, last, tdigest_limit(scale, before), out);
    }
    *++out = *last;
    list->count = (size_t)(out - list->points) + 1;
}

/* The scale for all points but the heavy ones, which weigh more than the limit in the
 * middle of all. */
static struct tdigest_scale tdigest_scale_for(const struct tdigest_list *list, int k,
                                              uint64_t weight)
{
    struct tdigest_scale scale = tdigest_scale_of(k, weight);
    uint64_t heavy = tdigest_limit(&scale, weight / 2);
    if (list->most <= heavy) {
        return scale;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (list->points[i].weight > heavy) {
            weight -= list->points[i].weight;
        }
    }
    scale = tdigest_scale_of(k, weight > 0 ? weight : 1);
    scale.heavy = heavy;
    return scale;
}

void tdigest_condense(struct tdigest_list *list, int k, uint64_t weight)
{
    if (list->count < 3 || (tdigest_is_clear(list) && tdigest_fits(list, k))) {
        return;
    }
    struct tdigest_scale scale = tdigest_scale_for(list, k, weight);
    tdigest_cluster(list, &scale);
    /* Hardly ever for the scale of k itself, which makes about 1.2 k points. */
    while (!tdigest_fits(list, k)) {
        scale.stretch *= 2;
        tdigest_cluster(list, &scale);
    }
    for (size_t i = 0; i < list->count; i++) {
        uint64_t here = list->points[i].weight;
        list->most = here > list->most ? here : list->most;
    }
}
