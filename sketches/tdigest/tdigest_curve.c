/*
 * The distribution function that is asked: a curve through the points of a list, and on
 * top of it a step for each value that waits.
 *
 * The curve rises from the smallest to the largest value of the list, and its height is
 * the weight of all that is not larger.  At an atom it jumps by the atom's weight.  A
 * blurred point of weight w lies around its mean, so there the curve has risen by
 * about w / 2.  That is only so while its neighbours lie on either side of the mean,
 * and a heavy neighbour of a light point does not: about half of what is in it may lie
 * beyond.  So a point that is lighter than both of its neighbours makes no knot, unless
 * there is a gap between these.  The knots are joined by straight lines where there is
 * nothing between two atoms, and else by cubics that rise as the knots do (F. N.
 * Fritsch and R. E. Carlson, "Monotone piecewise cubic interpolation", 1980; the slopes
 * are the weighted harmonic means of F. N. Fritsch and J. Butland, 1984).
 *
 * Only the few knots about the answer are ever looked at.  A quantile inverts the
 * function: first to a piece between two knots, then to the values on that piece
 * between which it lies, and then by bisection, which takes the same turns for a larger
 * share until it turns right instead of left.  So quantiles never decrease, whatever
 * rounding does.
 */
#include "tdigest_private.h"

#include <float.h>
#include <math.h>

struct tdigest_knot {
    double value;
    double height;
};

/* Two points to the left and two to the right are enough for the piece between two
 * knots, and for the slopes at these. */
enum { TDIGEST_BESIDE = 2, TDIGEST_DRAWN = 2 * TDIGEST_BESIDE + 1 };

/* The knots about a point. */
struct tdigest_curve {
    struct tdigest_knot knots[2 * TDIGEST_DRAWN];
    size_t count;
    bool is_start; /* the first one is the list's */
    bool is_end;   /* the last one is the list's */
};

/* Half of the weight of a point that has `before` to its left.  In whole numbers as far
 * as possible, so that heights do not decrease when they are too large for a double. */
static double tdigest_middle(uint64_t before, uint64_t weight)
{
    uint64_t half = weight / 2;
    return tdigest_real(before + half) + (weight % 2 == 1 ? 0.5 : 0);
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
    uint64_t least = TDIGEST_HEAVIER * tdigest_point_weight(&list->points[at]);
    for (int i = 0; i < TDIGEST_LIGHT_RUN; i++) {
        if (at == 0 || at + 1 == list->count) {
            return NULL;
        }
        at = to_the_right ? at + 1 : at - 1;
        const struct tdigest_point *point = &list->points[at];
        if (tdigest_point_weight(point) > least) {
            return tdigest_is_blurred(point) ? point : NULL;
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

/* The next point to the left that makes knots.  The first and the last do. */
static bool tdigest_go_left(const struct tdigest_list *list,
                            struct tdigest_place *place)
{
    if (place->at == 0) {
        return false;
    }
    do {
        place->at--;
        place->before -= tdigest_point_weight(&list->points[place->at]);
    } while (tdigest_is_light(list, place->at));
    return true;
}

static bool tdigest_go_right(const struct tdigest_list *list,
                             struct tdigest_place *place)
{
    if (place->at + 1 >= list->count) {
        return false;
    }
    do {
        place->before += tdigest_point_weight(&list->points[place->at]);
        place->at++;
    } while (tdigest_is_light(list, place->at));
    return true;
}

static void tdigest_draw_point(struct tdigest_curve *curve,
                               const struct tdigest_point *point, uint64_t before)
{
    struct tdigest_knot *knot = curve->knots + curve->count;
    uint64_t weight = tdigest_point_weight(point);
    if (tdigest_is_blurred(point)) {
        knot[0] = (struct tdigest_knot){point->mean, tdigest_middle(before, weight)};
        curve->count++;
    } else {
        knot[0] = (struct tdigest_knot){point->mean, tdigest_real(before)};
        knot[1] = (struct tdigest_knot){point->mean, tdigest_real(before + weight)};
        curve->count += 2;
    }
}

/* Draws the knots about a point of a list that is not empty. */
static void tdigest_draw(struct tdigest_curve *curve, const struct tdigest_list *list,
                         struct tdigest_place place)
{
    struct tdigest_place left[TDIGEST_BESIDE];
    struct tdigest_place right = place;
    struct tdigest_place reached = place;
    size_t count = 0;
    while (count < TDIGEST_BESIDE && tdigest_go_left(list, &reached)) {
        left[count++] = reached;
    }
    curve->count = 0;
    curve->is_start = reached.at == 0;
    while (count > 0) {
        count--;
        tdigest_draw_point(curve, &list->points[left[count].at], left[count].before);
    }
    if (!tdigest_is_light(list, place.at)) {
        tdigest_draw_point(curve, &list->points[place.at], place.before);
    }
    while (count < TDIGEST_BESIDE && tdigest_go_right(list, &right)) {
        tdigest_draw_point(curve, &list->points[right.at], right.before);
        count++;
    }
    curve->is_end = right.at + 1 == list->count;
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

/* A piece of the curve from one value to another, over u = 0..1; flat before the first
 * knot and behind the last, where a value is not finite. */
struct tdigest_piece {
    double left;
    double right;
    double low;
    double high;
    double start; /* the slope at u = 0 */
    double end;   /* the slope at u = 1 */
};

/* The piece that ends at a knot, or that behind the last one. */
static struct tdigest_piece tdigest_piece(const struct tdigest_curve *curve,
                                          size_t knot)
{
    const struct tdigest_knot *at = curve->knots + knot;
    struct tdigest_piece piece = {.left = -INFINITY, .right = INFINITY};
    if (knot < curve->count) {
        piece.right = at->value;
    }
    if (knot > 0) {
        piece.left = at[-1].value;
        piece.low = at[-1].height;
        piece.high = knot < curve->count ? at->height : piece.low;
    }
    piece.start = piece.end = piece.high - piece.low;
    if (knot > 0 && tdigest_bends(curve, knot - 1)) {
        piece.start = tdigest_rise(curve, knot - 1, true);
    }
    if (tdigest_bends(curve, knot)) {
        piece.end = tdigest_rise(curve, knot, false);
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

/* The height at a value that the piece has. */
static double tdigest_height_at(const struct tdigest_piece *piece, double value)
{
    if (piece->low >= piece->high) {
        return piece->high;
    }
    double a = piece->left;
    double b = piece->right;
    double scale = b - a > DBL_MAX ? 0.25 : 1;
    double u = a < b ? (value * scale - a * scale) / (b * scale - a * scale) : 0;
    return tdigest_height(piece, u);
}

/* The place u where the piece reaches a height. */
static double tdigest_reach(const struct tdigest_piece *piece, double height)
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

double tdigest_between(double a, double b, double u)
{
    double length = b - a;
    double value =
        length <= DBL_MAX ? a + u * length : 2 * (a / 2 + u * (b / 2 - a / 2));
    return value < a ? a : value > b ? b : value;
}

double tdigest_halfway(double a, double b)
{
    double sum = a + b;
    return fabs(sum) <= DBL_MAX ? sum / 2 : a / 2 + b / 2;
}

static double tdigest_total(const struct tdigest_shape *shape)
{
    return tdigest_real(shape->list_weight) + (double)shape->pending;
}

double tdigest_shape_min(const struct tdigest_shape *shape)
{
    double least = shape->list.count > 0 ? shape->list.points[0].mean : INFINITY;
    double value = shape->pending > 0 ? shape->values[0] : INFINITY;
    return value < least ? value : least;
}

double tdigest_shape_max(const struct tdigest_shape *shape)
{
    size_t count = shape->list.count;
    double most = count > 0 ? shape->list.points[count - 1].mean : -INFINITY;
    double value = shape->pending > 0 ? shape->values[shape->pending - 1] : -INFINITY;
    return value > most ? value : most;
}

/* The middle of where the function keeps its height from `value` on: to the next of the
 * values, the first that is not counted in, or to where the curve rises from a knot. */
static double tdigest_plateau(const struct tdigest_shape *shape,
                              const struct tdigest_curve *curve, size_t knot,
                              double value, size_t counted)
{
    double end =
        counted < shape->pending ? shape->values[counted] : tdigest_shape_max(shape);
    if (knot < curve->count) {
        size_t last = knot;
        while (last + 1 < curve->count &&
               curve->knots[last + 1].height <= curve->knots[knot].height) {
            last++;
        }
        bool is_open = last + 1 == curve->count && curve->is_end;
        end =
            is_open || curve->knots[last].value > end ? end : curve->knots[last].value;
    }
    return tdigest_halfway(value, end > value ? end : value);
}

/* The quantile on a piece of the curve, the one that ends at `knot`.  The values
 * `first` up to `end` lie on it. */
static double tdigest_quantile_on(const struct tdigest_shape *shape,
                                  const struct tdigest_curve *curve, size_t knot,
                                  size_t first, size_t end, double height)
{
    const double *values = shape->values;
    struct tdigest_piece piece = tdigest_piece(curve, knot);
    size_t at = first;
    for (size_t high = end; at < high;) {
        size_t middle = at + (high - at) / 2;
        if (tdigest_height_at(&piece, values[middle]) + (double)(middle + 1) < height) {
            at = middle + 1;
        } else {
            high = middle;
        }
    }
    double left = at > first ? values[at - 1] : piece.left;
    double right = at < end ? values[at] : piece.right;
    double list_height = height - (double)at; /* what the curve has to reach */
    if (at < end && tdigest_height_at(&piece, right) < list_height) {
        bool is_inside = tdigest_height_at(&piece, right) + (double)(at + 1) > height;
        bool is_flat = piece.low >= piece.high;
        return is_inside || !is_flat
                   ? right
                   : tdigest_plateau(shape, curve, knot, right, at + 1);
    }
    if (at == end && knot == curve->count) {
        return tdigest_shape_max(shape);
    }
    if (at == end && list_height >= piece.high) {
        return tdigest_plateau(shape, curve, knot, right, end);
    }
    if (!(left < right) || piece.low >= piece.high) {
        return right;
    }
    double u = tdigest_reach(&piece, list_height);
    double value = tdigest_between(piece.left, piece.right, u);
    return value < left ? left : value > right ? right : value;
}

double tdigest_shape_quantile(const struct tdigest_shape *shape, double q)
{
    struct tdigest_curve curve = {.count = 0, .is_start = true, .is_end = true};
    double height = q * tdigest_total(shape);
    if (q <= 0) {
        return tdigest_shape_min(shape);
    }
    if (q >= 1) {
        return tdigest_shape_max(shape);
    }
    if (shape->list.count > 0) {
        tdigest_draw(&curve, &shape->list, tdigest_find_height(shape, height));
    }
    size_t first = 0; /* of the values between two knots */
    for (size_t knot = 0; knot < curve.count; knot++) {
        size_t end = tdigest_count_up_to(shape, curve.knots[knot].value);
        if (curve.knots[knot].height + (double)end >= height) {
            return tdigest_quantile_on(shape, &curve, knot, first, end, height);
        }
        first = end;
    }
    return tdigest_quantile_on(shape, &curve, curve.count, first, shape->pending,
                               height);
}

/* The height of the curve at a value, below and above its jump if it jumps there. */
struct tdigest_jump {
    double low;
    double high;
};

static struct tdigest_jump tdigest_curve_jump(const struct tdigest_shape *shape,
                                              double value)
{
    struct tdigest_curve curve;
    if (shape->list.count == 0) {
        return (struct tdigest_jump){0, 0};
    }
    tdigest_draw(&curve, &shape->list, tdigest_find_value(shape, value));
    size_t knot = 0;
    while (knot < curve.count && curve.knots[knot].value < value) {
        knot++;
    }
    if (knot == curve.count || curve.knots[knot].value > value) {
        struct tdigest_piece piece = tdigest_piece(&curve, knot);
        double height = tdigest_height_at(&piece, value);
        return (struct tdigest_jump){height, height};
    }
    bool jumps = knot + 1 < curve.count && curve.knots[knot + 1].value == value;
    return (struct tdigest_jump){curve.knots[knot].height,
                                 curve.knots[knot + jumps].height};
}

double tdigest_shape_rank(const struct tdigest_shape *shape, double value)
{
    if (value < tdigest_shape_min(shape)) {
        return 0;
    }
    if (value > tdigest_shape_max(shape)) {
        return 1;
    }
    size_t below = tdigest_count_below(shape, value);
    size_t up_to = tdigest_count_up_to(shape, value);
    double middle = (double)below + (double)(up_to - below) / 2;
    struct tdigest_jump jump = tdigest_curve_jump(shape, value);
    return (jump.low / 2 + jump.high / 2 + middle) / tdigest_total(shape);
}

double tdigest_shape_below(const struct tdigest_shape *shape, double value)
{
    return tdigest_curve_jump(shape, value).low +
           (double)tdigest_count_below(shape, value);
}

/* The mean height of the curve between two values, between which there is no point;
 * `place` is the first behind them, or the last of all.  Simpson's rule is exact for
 * cubics. */
static double tdigest_mean_height(const struct tdigest_list *list,
                                  struct tdigest_place place, double left, double right)
{
    struct tdigest_curve curve;
    if (list->count == 0) {
        return 0;
    }
    tdigest_draw(&curve, list, place);
    size_t knot = 0;
    while (knot < curve.count && curve.knots[knot].value < right) {
        knot++;
    }
    struct tdigest_piece piece = tdigest_piece(&curve, knot);
    double middle = tdigest_halfway(left, right);
    return piece.low >= piece.high ? piece.high
                                   : (tdigest_height_at(&piece, left) +
                                      4 * tdigest_height_at(&piece, middle) +
                                      tdigest_height_at(&piece, right)) /
                                         6;
}

/* The area between the function and a line at this height from one value to another,
 * times a scale. */
static double tdigest_area(const struct tdigest_shape *shape, double left, double right,
                           double height, double scale)
{
    const struct tdigest_list *list = &shape->list;
    struct tdigest_place place = {0, 0};
    size_t counted = 0;
    double area = 0;
    while (left < right) {
        double end = right;
        while (counted < shape->pending && shape->values[counted] <= left) {
            counted++;
        }
        if (counted < shape->pending && shape->values[counted] < end) {
            end = shape->values[counted];
        }
        while (place.at + 1 < list->count && list->points[place.at].mean <= left) {
            place.before += tdigest_point_weight(&list->points[place.at]);
            place.at++;
        }
        if (list->count > 0 && list->points[place.at].mean > left &&
            list->points[place.at].mean < end) {
            end = list->points[place.at].mean;
        }
        double below = tdigest_mean_height(list, place, left, end) + (double)counted;
        area += (end * scale - left * scale) * (height - below);
        left = end;
    }
    return area;
}

/* The integral of the quantiles.  They are all `least` or more; how much more, is the
 * area between the function and the height that `high` reaches. */
double tdigest_shape_trimmed_mean(const struct tdigest_shape *shape, double low,
                                  double high)
{
    double bottom = low * tdigest_total(shape);
    double top = high * tdigest_total(shape);
    double least = tdigest_shape_quantile(shape, low);
    double most = tdigest_shape_quantile(shape, high);
    double mean = least;
    if (bottom < top) {
        mean += tdigest_area(shape, least, most, top, 1) / (top - bottom);
    }
    if (!(fabs(mean) <= DBL_MAX)) {
        double scale = TDIGEST_LARGE_SCALE;
        double area = tdigest_area(shape, least, most, top, scale);
        mean = (least * scale + area / (top - bottom)) / scale;
    }
    return mean < least ? least : mean > most ? most : mean;
}
