/* Questions to a sketch. */
#include "tdigest_private.h"

#include <float.h>
#include <math.h>

/* Answers about a shape that is not empty */

static enum sketch_status tdigest_shape_quantiles(const struct tdigest_shape *shape,
                                                  const double *q, size_t count,
                                                  double *values)
{
    for (size_t i = 0; i < count; i++) {
        if (!(q[i] >= 0 && q[i] <= 1)) {
            return SKETCH_RANGE;
        }
    }
    for (size_t i = 0; i < count; i++) {
        values[i] = tdigest_shape_quantile(shape, q[i]);
    }
    return SKETCH_OK;
}

static enum sketch_status tdigest_shape_ranks(const struct tdigest_shape *shape,
                                              const double *values, size_t count,
                                              double *ranks)
{
    for (size_t i = 0; i < count; i++) {
        if (isnan(values[i])) {
            return SKETCH_RANGE;
        }
    }
    for (size_t i = 0; i < count; i++) {
        ranks[i] = tdigest_shape_rank(shape, values[i]);
    }
    return SKETCH_OK;
}

static enum sketch_status tdigest_shape_belows(const struct tdigest_shape *shape,
                                               const double *values, size_t count,
                                               double *weights)
{
    for (size_t i = 0; i < count; i++) {
        weights[i] = tdigest_shape_below(shape, values[i]);
    }
    return SKETCH_OK;
}

static enum sketch_status tdigest_shape_cdf(const struct tdigest_shape *shape,
                                            const double *points, size_t count,
                                            double *ranks)
{
    for (size_t i = 1; i < count; i++) {
        if (!(points[i - 1] < points[i])) {
            return SKETCH_RANGE;
        }
    }
    enum sketch_status status = tdigest_shape_ranks(shape, points, count, ranks);
    if (status != SKETCH_OK) {
        return status;
    }
    ranks[count] = 1;
    for (size_t i = count; i > 0; i--) { /* a last digit may be rounded the wrong way */
        ranks[i - 1] = ranks[i - 1] < ranks[i] ? ranks[i - 1] : ranks[i];
    }
    return SKETCH_OK;
}

static enum sketch_status tdigest_shape_pmf(const struct tdigest_shape *shape,
                                            const double *points, size_t count,
                                            double *shares)
{
    enum sketch_status status = tdigest_shape_cdf(shape, points, count, shares);
    if (status == SKETCH_OK) {
        for (size_t i = count; i > 0; i--) {
            shares[i] -= shares[i - 1];
        }
    }
    return status;
}

/* A sketch */

/* What can be asked of a sketch.  Points that wait overlap with those of the list, so
 * they are sorted in, in a copy that is released with the shape. */
static enum sketch_status tdigest_shape_open(struct tdigest_shape *shape,
                                             const struct tdigest *sketch)
{
    enum sketch_status status = SKETCH_OK;
    *shape = (struct tdigest_shape){
        .list = sketch->list,
        .values = sketch->values,
        .pending = sketch->pending,
        .list_weight = sketch->weight,
    };
    if (tdigest_weight(sketch) == 0) {
        return SKETCH_RANGE;
    }
    if (sketch->pending > 1) {
        status = tdigest_order_values(sketch);
    }
    if (status == SKETCH_OK && sketch->waiting > 0) {
        status = tdigest_gather(&shape->list, sketch, false);
        if (status == SKETCH_OK && !tdigest_is_clear(&shape->list)) {
            tdigest_condense(&shape->list, sketch->k, sketch->weight);
        }
    }
    return status;
}

static void tdigest_shape_close(const struct tdigest_shape *shape,
                                const struct tdigest *sketch)
{
    if (shape->list.points != sketch->list.points) {
        sketch_release(&sketch->memory, shape->list.points);
    }
}

/* So many questions are worth it to add up weights beforehand. */
enum { TDIGEST_MANY_QUESTIONS = 8 };

typedef enum sketch_status tdigest_answer_fn(const struct tdigest_shape *shape,
                                             const double *asked, size_t count,
                                             double *answers);

static enum sketch_status tdigest_ask(const struct tdigest *sketch,
                                      tdigest_answer_fn *answer, const double *asked,
                                      size_t count, double *answers)
{
    struct tdigest_shape shape;
    struct tdigest_sums sums;
    enum sketch_status status = tdigest_shape_open(&shape, sketch);
    if (status == SKETCH_OK) {
        if (count >= TDIGEST_MANY_QUESTIONS) {
            tdigest_fill_sums(&sums, &shape.list);
            shape.sums = &sums;
        }
        status = answer(&shape, asked, count, answers);
        tdigest_shape_close(&shape, sketch);
    }
    return status;
}

enum sketch_status tdigest_quantiles(const struct tdigest *sketch, const double *q,
                                     size_t count, double *values)
{
    return tdigest_ask(sketch, tdigest_shape_quantiles, q, count, values);
}

enum sketch_status tdigest_quantile(const struct tdigest *sketch, double q,
                                    double *value)
{
    return tdigest_quantiles(sketch, &q, 1, value);
}

enum sketch_status tdigest_ranks(const struct tdigest *sketch, const double *values,
                                 size_t count, double *ranks)
{
    return tdigest_ask(sketch, tdigest_shape_ranks, values, count, ranks);
}

enum sketch_status tdigest_rank(const struct tdigest *sketch, double value,
                                double *rank)
{
    return tdigest_ranks(sketch, &value, 1, rank);
}

enum sketch_status tdigest_cdf(const struct tdigest *sketch, const double *points,
                               size_t count, double *ranks)
{
    return tdigest_ask(sketch, tdigest_shape_cdf, points, count, ranks);
}

enum sketch_status tdigest_pmf(const struct tdigest *sketch, const double *points,
                               size_t count, double *shares)
{
    return tdigest_ask(sketch, tdigest_shape_pmf, points, count, shares);
}

/* Asked are low and high. */
static enum sketch_status tdigest_shape_trimmed(const struct tdigest_shape *shape,
                                                const double *asked, size_t count,
                                                double *mean)
{
    (void)count;
    if (!(asked[0] >= 0 && asked[0] <= asked[1] && asked[1] <= 1)) {
        return SKETCH_RANGE;
    }
    *mean = tdigest_shape_trimmed_mean(shape, asked[0], asked[1]);
    return SKETCH_OK;
}

enum sketch_status tdigest_trimmed_mean(const struct tdigest *sketch, double low,
                                        double high, double *mean)
{
    const double asked[] = {low, high};
    if (low == 0 && high == 1 && tdigest_weight(sketch) > 0) {
        *mean = tdigest_mean(sketch);
        return SKETCH_OK;
    }
    return tdigest_ask(sketch, tdigest_shape_trimmed, asked, 2, mean);
}

enum sketch_status tdigest_below(const struct tdigest *sketch, const double *values,
                                 size_t count, double *weights)
{
    return tdigest_ask(sketch, tdigest_shape_belows, values, count, weights);
}

/* These do not need anything in order: it is not for them to ask for memory. */

double tdigest_min(const struct tdigest *sketch)
{
    double least = NAN;
    for (size_t i = 0; i < sketch->list.count + sketch->waiting; i++) {
        double mean = sketch->list.points[i].mean;
        least = mean > least ? least : mean;
    }
    for (size_t i = 0; i < sketch->pending; i++) {
        least = sketch->values[i] > least ? least : sketch->values[i];
    }
    return least;
}

double tdigest_max(const struct tdigest *sketch)
{
    double most = NAN;
    for (size_t i = 0; i < sketch->list.count + sketch->waiting; i++) {
        double mean = sketch->list.points[i].mean;
        most = mean < most ? most : mean;
    }
    for (size_t i = 0; i < sketch->pending; i++) {
        most = sketch->values[i] < most ? most : sketch->values[i];
    }
    return most;
}

/* The sum of how far all values lie from an origin, times a scale. */
static double tdigest_scaled_sum(const struct tdigest *sketch, double origin,
                                 double scale)
{
    size_t points = sketch->list.count + sketch->waiting;
    double sum = tdigest_sum(sketch->list.points, points, origin, scale);
    for (size_t i = 0; i < sketch->pending; i++) {
        sum += (sketch->values[i] - origin) * scale;
    }
    return sum;
}

/* The sum of values that lie closer together than this share of their size may have
 * lost what tells them apart.  How far they are from their mean, on average, is what
 * the mean lacks. */
#define TDIGEST_CLOSE 0x1p-10

double tdigest_mean(const struct tdigest *sketch)
{
    double least = tdigest_min(sketch);
    double most = tdigest_max(sketch);
    double weight = tdigest_real(tdigest_weight(sketch));
    double scale = TDIGEST_LARGE_SCALE;
    double mean = tdigest_scaled_sum(sketch, 0, 1) / weight;
    if (!(fabs(mean) <= DBL_MAX)) { /* too large, or no value at all */
        mean = tdigest_scaled_sum(sketch, 0, scale) / weight / scale;
    }
    if (most - least < fabs(mean) * TDIGEST_CLOSE) {
        mean += tdigest_scaled_sum(sketch, mean, scale) / weight / scale;
    }
    return mean < least ? least : mean > most ? most : mean;
}
