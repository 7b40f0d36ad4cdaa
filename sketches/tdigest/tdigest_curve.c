/*
 * Asking: the distribution function drawn through the points.
 *
 * The function rises from the smallest to the largest value, and its height is the
 * weight of all that is not larger.  At an atom it jumps by the atom's weight.  A
 * blurred point of weight w lies around its mean, so there the function has risen by
 * about w / 2.  That is only so while its neighbours lie on either side of the mean,
 * and a heavy neighbour of a light point does not: about half of what is in it may lie
 * beyond.  So a point that is lighter than both of its neighbours makes no knot, unless
 * there is a gap between these.  The knots are joined by straight lines where there is
 * nothing between two atoms, and else by cubics that rise as the knots do (F. N.
 * Fritsch and R. E. Carlson, "Monotone piecewise cubic interpolation", 1980; the slopes
 * are the weighted harmonic means of F. N. Fritsch and J. Butland, 1984).  A quantile
 * inverts the function by bisection, which takes the same turns for a larger share
 * until it turns right instead of left: so quantiles never decrease, whatever rounding
 * does.
 */
#include "tdigest_private.h"

#include <float.h>
#include <math.h>

struct tdigest_knot {
    double value;
    double height;
};

struct tdigest_curve {
    double weight; /* of all */
    struct tdigest_knot *knots;
    size_t count;
};

/* Half of the weight of a point that has `before` to its left.  In whole numbers as far
 * as possible, so that heights do not decrease when they are too large for a double. */
static double tdigest_middle(uint64_t before, uint64_t weight)
{
    uint64_t half = weight / 2;
    return (double)(before + half) + (weight % 2 == 1 ? 0.5 : 0);
}

/* How much heavier its neighbours are if a point is light, how many light ones may lie
 * side by side, and how many times further apart than from the points beyond them the
 * heavy ones are when there is a gap. */
#define TDIGEST_HEAVIER   2
#define TDIGEST_FAR_APART 3
enum { TDIGEST_LIGHT_RUN = 3 };

/* The nearest heavier point to the left or right, if it is near and blurred; NULL. */
static const struct tdigest_point *tdigest_heavier(const struct tdigest_list *list,
                                                   size_t at, bool to_the_right)
{
    double least = TDIGEST_HEAVIER * tdigest_real(list->points[at].weight);
    for (int i = 0; i < TDIGEST_LIGHT_RUN; i++) {
        if (at == 0 || at + 1 == list->count) {
            return NULL;
        }
        at = to_the_right ? at + 1 : at - 1;
        const struct tdigest_point *point = &list->points[at];
        if (tdigest_real(point->weight) > least) {
            return point->blurred ? point : NULL;
        }
    }
    return NULL;
}

/* Too light for a knot.  The ends are never blurred, so there are points beyond. */
static bool tdigest_is_light(const struct tdigest_list *list, size_t at)
{
    const struct tdigest_point *left = tdigest_heavier(list, at, false);
    const struct tdigest_point *right = left ? tdigest_heavier(list, at, true) : NULL;
    if (!right) {
        return false;
    }
    double beyond_left = left[0].mean - left[-1].mean;
    double beyond_right = right[1].mean - right[0].mean;
    double beyond = beyond_left > beyond_right ? beyond_left : beyond_right;
    return right->mean - left->mean < TDIGEST_FAR_APART * beyond;
}

static void tdigest_draw(struct tdigest_curve *curve, const struct tdigest_list *list)
{
    struct tdigest_knot *knot = curve->knots;
    uint64_t before = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct tdigest_point *point = &list->points[i];
        if (tdigest_is_light(list, i)) {
            /* it only adds to the height of what follows */
        } else if (point->blurred) {
            *knot++ = (struct tdigest_knot){point->mean,
                                            tdigest_middle(before, point->weight)};
        } else {
            *knot++ = (struct tdigest_knot){point->mean, (double)before};
            *knot++ =
                (struct tdigest_knot){point->mean, (double)(before + point->weight)};
        }
        before += point->weight;
    }
    curve->count = (size_t)(knot - curve->knots);
    curve->weight = (double)before;
}

/* The curve of a sketch that is not empty. */
static enum sketch_status tdigest_curve_create(struct tdigest_curve *curve,
                                               const struct tdigest *sketch)
{
    const struct sketch_memory *memory = &sketch->memory;
    struct tdigest_list list = sketch->list;
    enum sketch_status status = SKETCH_OK;
    if (tdigest_weight(sketch) == 0) {
        return SKETCH_RANGE;
    }
    if (sketch->pending > 0) {
        status = tdigest_gather(&list, sketch);
    }
    if (status != SKETCH_OK) {
        return status;
    }
    if (sketch->pending > 0 && !tdigest_is_clear(&list)) {
        /* A blurred point and the values of the buffer overlap. */
        tdigest_condense(&list, sketch->k, tdigest_weight(sketch));
    }
    curve->knots =
        memory->resize(memory->ctx, NULL, 2 * list.count * sizeof *curve->knots);
    if (curve->knots) {
        tdigest_draw(curve, &list);
    }
    if (sketch->pending > 0) {
        sketch_release(memory, list.points);
    }
    return curve->knots ? SKETCH_OK : SKETCH_NOMEM;
}

/* Where the curve is straight up or ends, it has no slope to go on with. */
static bool tdigest_bends(const struct tdigest_curve *curve, size_t knot)
{
    return knot > 0 && knot + 1 < curve->count &&
           curve->knots[knot - 1].value < curve->knots[knot].value &&
           curve->knots[knot].value < curve->knots[knot + 1].value;
}

/* The slope at a knot that bends, as a rise over the interval to its left or right:
 * the harmonic mean of the slopes on either side, the shorter interval counting more,
 * times the length of that interval.  Lengths are taken as shares of both together. */
static double tdigest_rise(const struct tdigest_curve *curve, size_t knot, bool right)
{
    const struct tdigest_knot *at = curve->knots + knot;
    double rise_left = at[0].height - at[-1].height;
    double rise_right = at[1].height - at[0].height;
    if (rise_left <= 0 || rise_right <= 0) {
        return 0;
    }
    double scale = at[1].value - at[-1].value > DBL_MAX ? 0.25 : 1;
    double length = at[1].value * scale - at[-1].value * scale;
    double left = (at[0].value * scale - at[-1].value * scale) / length;
    double share = 1 - left; /* of the interval to the right */
    double mean =
        3 / ((1 + share) * left / rise_left + (1 + left) * share / rise_right);
    return (right ? share : left) * mean;
}

/* A piece of the curve between two knots, over u = 0..1. */
struct tdigest_piece {
    double low;
    double high;
    double start; /* the slope at u = 0 */
    double end;   /* the slope at u = 1 */
};

static struct tdigest_piece tdigest_piece(const struct tdigest_curve *curve,
                                          size_t knot)
{
    struct tdigest_piece piece = {.low = curve->knots[knot].height,
                                  .high = curve->knots[knot + 1].height};
    piece.start = piece.end = piece.high - piece.low;
    if (tdigest_bends(curve, knot)) {
        piece.start = tdigest_rise(curve, knot, true);
    }
    if (tdigest_bends(curve, knot + 1)) {
        piece.end = tdigest_rise(curve, knot + 1, false);
    }
    return piece;
}

static double tdigest_height(const struct tdigest_piece *piece, double u)
{
    double rise = piece->high - piece->low;
    double bend = piece->start + piece->end - 2 * rise;
    double tilt = 3 * rise - 2 * piece->start - piece->end;
    double height = piece->low + u * (piece->start + u * (tilt + u * bend));
    return height < piece->low    ? piece->low
           : height > piece->high ? piece->high
                                  : height;
}

/* The place u where the piece reaches a height. */
static double tdigest_place(const struct tdigest_piece *piece, double height)
{
    double low = 0;
    double high = 1;
    for (int i = 0; i < 52; i++) {
        double middle = (low + high) / 2;
        if (tdigest_height(piece, middle) < height) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

/* The value at the place u between a and b; never decreasing with u. */
static double tdigest_between(double a, double b, double u)
{
    double length = b - a;
    double value =
        length <= DBL_MAX ? a + u * length : 2 * (a / 2 + u * (b / 2 - a / 2));
    return value < a ? a : value > b ? b : value;
}

/* The first knot that is at least this high, and the first value at least this large,
 * as there is one in either case. */
static size_t tdigest_find_height(const struct tdigest_curve *curve, double height)
{
    size_t low = 0;
    size_t high = curve->count - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (curve->knots[middle].height < height) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static size_t tdigest_find_value(const struct tdigest_curve *curve, double value)
{
    size_t low = 0;
    size_t high = curve->count - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (curve->knots[middle].value < value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* 0 <= q <= 1. */
static double tdigest_curve_quantile(const struct tdigest_curve *curve, double q)
{
    const struct tdigest_knot *knots = curve->knots;
    if (q <= 0) {
        return knots[0].value;
    }
    if (q >= 1) {
        return knots[curve->count - 1].value;
    }
    double height = q * curve->weight;
    size_t at = tdigest_find_height(curve, height);
    if (knots[at].height > height) {
        /* at > 0, since the first knot has no height. */
        double u = 1;
        if (knots[at - 1].value < knots[at].value) {
            struct tdigest_piece piece = tdigest_piece(curve, at - 1);
            u = tdigest_place(&piece, height);
        }
        return tdigest_between(knots[at - 1].value, knots[at].value, u);
    }
    size_t last = at;
    while (last + 1 < curve->count && knots[last + 1].height <= height) {
        last++;
    }
    return tdigest_between(knots[at].value, knots[last].value, 0.5);
}

static double tdigest_curve_rank(const struct tdigest_curve *curve, double value)
{
    const struct tdigest_knot *knots = curve->knots;
    size_t last = curve->count - 1;
    if (value < knots[0].value) {
        return 0;
    }
    if (value > knots[last].value) {
        return 1;
    }
    size_t at = tdigest_find_value(curve, value);
    double height = knots[at].height;
    if (knots[at].value > value) {
        struct tdigest_piece piece = tdigest_piece(curve, at - 1);
        double a = knots[at - 1].value;
        double b = knots[at].value;
        double scale = b - a > DBL_MAX ? 0.25 : 1;
        double u = (value * scale - a * scale) / (b * scale - a * scale);
        height = tdigest_height(&piece, u);
    } else if (at < last && knots[at + 1].value == value) {
        height = height / 2 + knots[at + 1].height / 2;
    }
    return height / curve->weight;
}

enum sketch_status tdigest_quantiles(const struct tdigest *sketch, const double *q,
                                     size_t count, double *values)
{
    struct tdigest_curve curve;
    for (size_t i = 0; i < count; i++) {
        if (!(q[i] >= 0 && q[i] <= 1)) {
            return SKETCH_RANGE;
        }
    }
    enum sketch_status status = tdigest_curve_create(&curve, sketch);
    if (status != SKETCH_OK) {
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        values[i] = tdigest_curve_quantile(&curve, q[i]);
    }
    sketch_release(&sketch->memory, curve.knots);
    return SKETCH_OK;
}

enum sketch_status tdigest_quantile(const struct tdigest *sketch, double q,
                                    double *value)
{
    return tdigest_quantiles(sketch, &q, 1, value);
}

enum sketch_status tdigest_ranks(const struct tdigest *sketch, const double *values,
                                 size_t count, double *ranks)
{
    struct tdigest_curve curve;
    for (size_t i = 0; i < count; i++) {
        if (isnan(values[i])) {
            return SKETCH_RANGE;
        }
    }
    enum sketch_status status = tdigest_curve_create(&curve, sketch);
    if (status != SKETCH_OK) {
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        ranks[i] = tdigest_curve_rank(&curve, values[i]);
    }
    sketch_release(&sketch->memory, curve.knots);
    return SKETCH_OK;
}

enum sketch_status tdigest_rank(const struct tdigest *sketch, double value,
                                double *rank)
{
    return tdigest_ranks(sketch, &value, 1, rank);
}

enum sketch_status tdigest_cdf(const struct tdigest *sketch, const double *points,
                               size_t count, double *ranks)
{
    for (size_t i = 1; i < count; i++) {
        if (!(points[i - 1] < points[i])) {
            return SKETCH_RANGE;
        }
    }
    enum sketch_status status = tdigest_ranks(sketch, points, count, ranks);
    if (status != SKETCH_OK) {
        return status;
    }
    ranks[count] = 1;
    for (size_t i = count; i > 0; i--) { /* a last digit may be rounded the wrong way */
        ranks[i - 1] = ranks[i - 1] < ranks[i] ? ranks[i - 1] : ranks[i];
    }
    return SKETCH_OK;
}

enum sketch_status tdigest_pmf(const struct tdigest *sketch, const double *points,
                               size_t count, double *shares)
{
    enum sketch_status status = tdigest_cdf(sketch, points, count, shares);
    if (status == SKETCH_OK) {
        for (size_t i = count; i > 0; i--) {
            shares[i] -= shares[i - 1];
        }
    }
    return status;
}
