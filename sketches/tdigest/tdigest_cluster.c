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
 * That alone would join the last values of one cluster with the first of the next, and
 * then answer with values from the empty gap between the two: half of the joined weight
 * is wrong by all of the gap.  So nothing is joined across a gap, and the points on
 * both sides of it stay alone, as the first and the last of all do.  What a gap is can
 * only be said beside its surroundings: it takes up a large share of the way from the
 * point before those that would be joined to the point after them.
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
    double most;    /* total * stretch */
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
    return (struct tdigest_scale){
        SKETCH_MAX_TOTAL, total, 1 / total, d / TDIGEST_FOUR_PI, d / (2 * z), 1, total};
}

/* The largest weight of a point that has `before` to its left; may be 0. */
static uint64_t tdigest_limit(const struct tdigest_scale *scale, uint64_t before)
{
    double left = tdigest_real(before) * scale->per_weight;
    double right = left < 1 ? 1 - left : 0;
    double v = left * right;
    double root = scale->a * sqrt(v);
    double divisor = root + scale->b;
    double share;
    if (left > right) {
        double slope = (left - right) * (divisor - root / 2); /* times divisor^2 */
        share = v * divisor / (divisor * divisor + slope);
    } else {
        share = v / divisor;
    }
    double limit = share * scale->stretch * scale->total;
    return limit < 0x1p63 ? (uint64_t)(int64_t)limit : SKETCH_MAX_TOTAL;
}

/* False if the limit, at most v / (A sqrt(v) + B) of all, is surely less than a weight.
 * Without the square root and the division, since that is so for nearly all points of a
 * list that was condensed before. */
static inline bool tdigest_may_weigh(const struct tdigest_scale *scale, uint64_t before,
                                     uint64_t weight)
{
    double left = tdigest_real(before) * scale->per_weight;
    double v = left * (1 - left); /* or a little less than 0 at the end */
    double wanted = tdigest_real(weight);
    double rest = v * scale->most - wanted * scale->b;
    double root = wanted * scale->a; /* times sqrt(v) */
    return rest >= 0 && root * root * v <= rest * rest * 1.0001;
}

/* The share of the way across so many steps between points that one of them has to take
 * up to be a gap: 1 / (1 + (steps / 11 - 1 / 11)^1.25).  Of steps between values drawn
 * at random, the widest takes it up about once in a hundred times. */
static const double tdigest_gap_shares[] = {
    1.000, 1.000, 0.952, 0.894, 0.835, 0.780, 0.728, 0.681, 0.638, 0.598, 0.562,
    0.530, 0.500, 0.473, 0.448, 0.425, 0.404, 0.385, 0.367, 0.351, 0.336, 0.333,
    0.333, 0.333, 0.333, 0.333, 0.333, 0.333, 0.333, 0.333, 0.333, 0.333};
enum { TDIGEST_GAP_SHARES = sizeof tdigest_gap_shares / sizeof *tdigest_gap_shares };
#define TDIGEST_LEAST_GAP_SHARE (1.0 / 3)

/* Points that could be joined. */
struct tdigest_run {
    const struct tdigest_point *start;
    const struct tdigest_point *end; /* the next one after them; always a point */
    uint64_t weight;
    double sum; /* of means times weights; not finite if it overflows */
};

/* As many points, beginning with `start`, as the limit allows, at least that one. */
static struct tdigest_run tdigest_take(const struct tdigest_point *start,
                                       const struct tdigest_point *end, uint64_t limit)
{
    struct tdigest_run run = {start, start + 1, tdigest_point_weight(start),
                              start->mean * tdigest_point_real(start)};
    while (run.end < end && run.weight + tdigest_point_weight(run.end) <= limit) {
        run.weight += tdigest_point_weight(run.end);
        run.sum += run.end->mean * tdigest_point_real(run.end);
        run.end++;
    }
    return run;
}

/* The first point behind the widest step of a run, that to `end` being the last, if it
 * is wider than `least`; else NULL. */
static const struct tdigest_point *tdigest_behind(const struct tdigest_run *run,
                                                  double least)
{
    const struct tdigest_point *behind = NULL;
    for (const struct tdigest_point *point = run->start; point < run->end; point++) {
        double step = point[1].mean - point[0].mean;
        if (step > least) {
            least = step;
            behind = point + 1;
        }
    }
    return behind;
}

static inline double tdigest_larger(double a, double b) { return a > b ? a : b; }

/* The first point behind a gap in a run, or in front of its end; NULL if there is none.
 * `left` is the mean of the point before, and `last` the last point of all. */
static const struct tdigest_point *tdigest_find_gap(const struct tdigest_run *run,
                                                    double left,
                                                    const struct tdigest_point *last,
                                                    double stretch)
{
    const struct tdigest_point *points = run->start;
    size_t count = (size_t)(run->end - points);
    double right = run->end[run->end < last].mean;
    size_t steps = count + 1 + (run->end < last);
    double share = steps < TDIGEST_GAP_SHARES ? tdigest_gap_shares[steps]
                                              : TDIGEST_LEAST_GAP_SHARE;
    /* With more points than fit, only the widest steps are gaps, and at last none. */
    double least = (right - left) * (1 - (1 - share) / (stretch * stretch));
    /* A gap is within one of four parts; there hardly ever is one, and this is quicker.
     */
    double first = points[count / 4].mean;
    double second = points[count / 2].mean;
    double third = points[count - count / 4].mean;
    double most = tdigest_larger(tdigest_larger(first - left, second - first),
                                 tdigest_larger(third - second, right - third));
    return most > least ? tdigest_behind(run, least) : NULL;
}

static struct tdigest_point tdigest_join(const struct tdigest_run *run)
{
    size_t count = (size_t)(run->end - run->start);
    if (count == 1) {
        return *run->start;
    }
    double mean = run->sum / tdigest_real(run->weight);
    if (!(fabs(mean) <= DBL_MAX)) {
        double sum = tdigest_sum(run->start, count, 0, TDIGEST_LARGE_SCALE);
        mean = sum / tdigest_real(run->weight) / TDIGEST_LARGE_SCALE;
    }
    /* Rounding must not carry the mean past its neighbours. */
    mean = mean < run->start->mean ? run->start->mean : mean;
    mean = mean > run->end[-1].mean ? run->end[-1].mean : mean;
    return tdigest_blur(mean, run->weight);
}

/* A pass over a list. */
struct tdigest_pass {
    const struct tdigest_scale *scale;
    const struct tdigest_point *next;
    const struct tdigest_point *last;
    const struct tdigest_point *alone; /* behind a gap; NULL */
    struct tdigest_point *out;         /* what was written last */
    uint64_t before;                   /* the weight up to there */
    bool is_copied;                    /* that is the point before `next` */
};

/* Joins the next point with those that follow, as many as may be. */
static void tdigest_join_next(struct tdigest_pass *pass)
{
    const struct tdigest_point *next = pass->next;
    uint64_t limit = next == pass->alone ? 0 : tdigest_limit(pass->scale, pass->before);
    struct tdigest_run run = tdigest_take(next, pass->last, limit);
    const struct tdigest_point *behind =
        tdigest_find_gap(&run, pass->out->mean, pass->last, pass->scale->stretch);
    if (behind) {
        /* The point in front of the gap is the next, and alone, if not this one. */
        bool is_next = behind == next + 1;
        run = tdigest_take(next, is_next ? behind : behind - 1, limit);
        pass->alone = is_next ? behind : pass->alone;
    }
    *++pass->out = tdigest_join(&run);
    pass->next = run.end;
}

/* Copies points up to the first that may be joined with the next.  Whether there is a
 * gap behind one of them is looked at when that matters. */
static void tdigest_copy_some(struct tdigest_pass *pass)
{
    const struct tdigest_scale scale = *pass->scale;
    const struct tdigest_point *next = pass->next;
    const struct tdigest_point *last = pass->last;
    struct tdigest_point *out = pass->out;
    uint64_t before = pass->before;
    uint64_t passed = tdigest_point_weight(out);
    while (next < last) {
        uint64_t weight = tdigest_point_weight(next);
        before += passed <= scale.heavy ? passed : 0;
        if (next + 1 < last &&
            tdigest_may_weigh(&scale, before,
                              weight + tdigest_point_weight(next + 1))) {
            break;
        }
        *++out = *next++;
        passed = weight;
    }
    pass->is_copied = next > pass->next;
    pass->next = next;
    pass->out = out;
    pass->before = before;
}

/* Finds the gap in front of the next point, if the one before it was copied. */
static void tdigest_look_back(struct tdigest_pass *pass)
{
    struct tdigest_run run = {pass->next - 1, pass->next, 0, 0};
    if (pass->is_copied &&
        tdigest_find_gap(&run, pass->out[-1].mean, pass->last, pass->scale->stretch)) {
        pass->alone = pass->next;
    }
}

/* In place.  The first and the last point stay alone: they are the smallest and the
 * largest value. */
static void tdigest_cluster(struct tdigest_list *list,
                            const struct tdigest_scale *scale)
{
    struct tdigest_pass pass = {.scale = scale,
                                .next = list->points + 1,
                                .last = list->points + list->count - 1,
                                .out = list->points};
    while (pass.next < pass.last) {
        tdigest_copy_some(&pass);
        if (pass.next < pass.last) {
            tdigest_look_back(&pass);
            tdigest_join_next(&pass);
        }
    }
    *++pass.out = *pass.last;
    list->count = (size_t)(pass.out - list->points) + 1;
}

/* The scale for all points but the heavy ones, which weigh more than the limit in the
 * middle of all. */
static struct tdigest_scale tdigest_scale_for(const struct tdigest_list *list, int k,
                                              uint64_t weight)
{
    struct tdigest_scale scale = tdigest_scale_of(k, weight);
    uint64_t heavy = tdigest_limit(&scale, weight / 2);
    uint64_t light = weight;
    for (size_t i = 0; i < list->count; i++) {
        uint64_t here = tdigest_point_weight(&list->points[i]);
        light -= here > heavy ? here : 0;
    }
    if (light < weight) {
        scale = tdigest_scale_of(k, light > 0 ? light : 1);
        scale.heavy = heavy;
    }
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
        scale.most *= 2;
        tdigest_cluster(list, &scale);
    }
}
