/*
 * Answers.  All values that are kept, in order, and how many there are up to each: the
 * smallest of which there are enough is a quantile.  What there is up to a value is
 * counted in each level by itself.
 */
#include "kll_private.h"

#include "portable_math.h"

#include <math.h>
#include <string.h>

/* The kept values, ascending, with their weights, or how many there are up to each. */
struct kll_view {
    double *values;
    uint64_t *weights;
    size_t count;
    void *block; /* NULL: there are few */
    double few_values[KLL_FEW];
    uint64_t few_weights[KLL_FEW];
};

static void kll_view_close(struct kll_view *view, const struct kll *sketch)
{
    sketch_release(&sketch->memory, view->block);
}

/* Merges a level into the ascending values before, from the largest on, so that it
 * takes no other room. */
static void kll_view_add(struct kll_view *view, const double *values, size_t count,
                         uint64_t weight)
{
    size_t left = view->count;
    size_t to = view->count + count;
    view->count = to;
    while (count > 0) {
        bool is_own = left > 0 && view->values[left - 1] > values[count - 1];
        to--;
        view->values[to] = is_own ? view->values[left - 1] : values[count - 1];
        view->weights[to] = is_own ? view->weights[left - 1] : weight;
        left -= is_own;
        count -= !is_own;
    }
}

/* The first level has the order in which values came. */
static void kll_view_begin(struct kll_view *view, const struct kll *sketch,
                           double *scratch)
{
    view->count = kll_level_size(sketch, 0);
    if (view->count > 0) {
        memcpy(view->values, sketch->items + sketch->starts[0],
               view->count * sizeof *view->values);
    }
    kll_sort(view->values, view->count, scratch);
    for (size_t i = 0; i < view->count; i++) {
        view->weights[i] = 1;
    }
}

/* Close it in any case. */
static enum sketch_status kll_view_open(struct kll_view *view, const struct kll *sketch)
{
    const struct sketch_memory *memory = &sketch->memory;
    size_t retained = kll_kept(sketch);
    double few_scratch[KLL_FEW];
    double *scratch = few_scratch;
    view->block = NULL;
    view->values = view->few_values;
    view->weights = view->few_weights;
    if (retained > KLL_FEW) {
        view->block = memory->resize(memory->ctx, NULL, 3 * retained * sizeof *scratch);
        if (!view->block) {
            return SKETCH_NOMEM;
        }
        view->weights = view->block;
        view->values = (void *)(view->weights + retained);
        scratch = view->values + retained;
    }
    kll_view_begin(view, sketch, scratch);
    for (int level = 1; level < sketch->levels; level++) {
        kll_view_add(view, sketch->items + sketch->starts[level],
                     kll_level_size(sketch, level), UINT64_C(1) << level);
    }
    return SKETCH_OK;
}

static void kll_view_sum_up(struct kll_view *view)
{
    for (size_t i = 1; i < view->count; i++) {
        view->weights[i] += view->weights[i - 1];
    }
}

/* The first value up to which there are q n. */
static double kll_view_quantile(const struct kll_view *view, uint64_t n, double q)
{
    double wanted = ceil(q * (double)n);
    size_t low = 0;
    size_t high = view->count - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if ((double)view->weights[middle] < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return view->values[low];
}

/* What becomes of a share that lies beyond 0 or 1: the end. */
static enum sketch_status kll_quantiles_near(const struct kll *sketch, const double *q,
                                             size_t count, double away, double *values)
{
    struct kll_view view;
    for (size_t i = 0; i < count; i++) {
        if (!(q[i] >= 0 && q[i] <= 1)) {
            return SKETCH_RANGE;
        }
    }
    if (sketch->n == 0) {
        return SKETCH_RANGE;
    }
    enum sketch_status status = kll_view_open(&view, sketch);
    if (status != SKETCH_OK) {
        return status;
    }
    kll_view_sum_up(&view);
    for (size_t i = 0; i < count; i++) {
        double share = q[i] + away;
        values[i] = away < 0 && share <= 0 ? sketch->least
                    : away > 0 && share >= 1
                        ? sketch->most
                        : kll_view_quantile(&view, sketch->n, share);
    }
    kll_view_close(&view, sketch);
    return SKETCH_OK;
}

enum sketch_status kll_quantiles(const struct kll *sketch, const double *q,
                                 size_t count, double *values)
{
    return kll_quantiles_near(sketch, q, count, 0, values);
}

enum sketch_status kll_lower(const struct kll *sketch, const double *q, size_t count,
                             double *values)
{
    return kll_quantiles_near(sketch, q, count, -kll_error(sketch), values);
}

enum sketch_status kll_upper(const struct kll *sketch, const double *q, size_t count,
                             double *values)
{
    return kll_quantiles_near(sketch, q, count, kll_error(sketch), values);
}

enum sketch_status kll_rows(const struct kll *sketch, struct kll_row *rows,
                            size_t *count)
{
    struct kll_view view;
    enum sketch_status status = kll_view_open(&view, sketch);
    if (status != SKETCH_OK) {
        return status;
    }
    size_t used = 0;
    for (size_t i = 0; i < view.count; i++) {
        if (used > 0 && rows[used - 1].value == view.values[i]) {
            rows[used - 1].weight += view.weights[i];
        } else {
            rows[used++] = (struct kll_row){view.values[i], view.weights[i]};
        }
    }
    *count = used;
    kll_view_close(&view, sketch);
    return SKETCH_OK;
}

/* How many of ascending values are no larger. */
static size_t kll_up_to(const double *values, size_t count, double value)
{
    size_t low = 0;
    while (low < count) {
        size_t middle = low + (count - low) / 2;
        if (values[middle] <= value) {
            low = middle + 1;
        } else {
            count = middle;
        }
    }
    return low;
}

static double kll_rank(const struct kll *sketch, double value)
{
    uint64_t weight = 0;
    for (uint32_t i = sketch->starts[0]; i < sketch->starts[1]; i++) {
        weight += sketch->items[i] <= value;
    }
    for (int level = 1; level < sketch->levels; level++) {
        weight += (uint64_t)kll_up_to(sketch->items + sketch->starts[level],
                                      kll_level_size(sketch, level), value)
                  << level;
    }
    return (double)weight / (double)sketch->n;
}

enum sketch_status kll_ranks(const struct kll *sketch, const double *values,
                             size_t count, double *ranks)
{
    for (size_t i = 0; i < count; i++) {
        if (isnan(values[i])) {
            return SKETCH_RANGE;
        }
    }
    if (sketch->n == 0) {
        return SKETCH_RANGE;
    }
    for (size_t i = 0; i < count; i++) {
        ranks[i] = kll_rank(sketch, values[i]);
    }
    return SKETCH_OK;
}

enum sketch_status kll_cdf(const struct kll *sketch, const double *points, size_t count,
                           double *ranks)
{
    for (size_t i = 1; i < count; i++) {
        if (!(points[i - 1] < points[i])) {
            return SKETCH_RANGE;
        }
    }
    ranks[count] = 1;
    return kll_ranks(sketch, points, count, ranks);
}

enum sketch_status kll_pmf(const struct kll *sketch, const double *points, size_t count,
                           double *shares)
{
    enum sketch_status status = kll_cdf(sketch, points, count, shares);
    for (size_t i = count; status == SKETCH_OK && i > 0; i--) {
        shares[i] -= shares[i - 1];
    }
    return status;
}

/* Constants of DataSketches, which has them from measurements. */
double kll_rank_error(int k) { return 2.296 * portable_exp(-0.9723 * portable_ln(k)); }
double kll_share_error(int k) { return 2.446 * portable_exp(-0.9433 * portable_ln(k)); }

double kll_error(const struct kll *sketch)
{
    return kll_is_exact(sketch) ? 0 : kll_rank_error(sketch->min_k);
}
