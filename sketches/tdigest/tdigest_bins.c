/*
 * A histogram: the weight of the values between points that stand equally far apart.
 *
 * The weight below a point is what the curve says (tdigest_curve.c), where a value that
 * equals the point lies above it.  These weights are rounded, not their differences, so
 * that counts add up to the weight of all whatever the number of intervals is; and of a
 * sketch that is exact all of them are whole as they are.
 */
#include "tdigest_private.h"

#include <float.h>
#include <math.h>

/* The point where interval `at` of `n` begins.  Large values are scaled down, so that
 * no difference of two and no multiple of it overflows. */
static double tdigest_edge(double least, double most, size_t at, size_t n)
{
    bool is_large = fmax(fabs(least), fabs(most)) > DBL_MAX / (2.0 * TDIGEST_MAX_BINS);
    double scale = is_large ? 0x1p-12 : 1;
    double a = least * scale;
    double length = most * scale - a;
    double edge = (a + length * (double)at / (double)n) / scale;
    bool is_end = at == 0 || edge < least;
    return is_end ? least : at == n || edge > most ? most : edge;
}

/* A weight as a whole number, between that below the point before and that of all. */
static uint64_t tdigest_whole(double weight, uint64_t least, uint64_t most)
{
    double whole = floor(weight + 0.5);
    uint64_t rounded = whole < tdigest_real(most) ? (uint64_t)whole : most;
    return rounded < least ? least : rounded;
}

static void tdigest_fill_bins(struct tdigest_bin *bins, size_t n, const double *edges,
                              const double *weights, uint64_t all)
{
    uint64_t below = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t next = i + 1 < n ? tdigest_whole(weights[i + 1], below, all) : all;
        bins[i] = (struct tdigest_bin){edges[i], edges[i + 1], next - below};
        below = next;
    }
}

enum sketch_status tdigest_bins(const struct tdigest *sketch, size_t n,
                                struct tdigest_bin *bins, size_t *count)
{
    const struct sketch_memory *memory = &sketch->memory;
    double least = tdigest_min(sketch);
    double most = tdigest_max(sketch);
    uint64_t all = tdigest_weight(sketch);
    *count = 0;
    if (n < 1 || n > TDIGEST_MAX_BINS) {
        return SKETCH_RANGE;
    }
    if (all == 0) {
        return SKETCH_OK;
    }
    n = least < most ? n : 1;
    double *edges = memory->resize(memory->ctx, NULL, 2 * (n + 1) * sizeof *edges);
    if (!edges) {
        return SKETCH_NOMEM;
    }
    for (size_t i = 0; i <= n; i++) {
        edges[i] = tdigest_edge(least, most, i, n);
    }
    double *weights = edges + n + 1;
    enum sketch_status status = tdigest_below(sketch, edges, n + 1, weights);
    if (status == SKETCH_OK) {
        tdigest_fill_bins(bins, n, edges, weights, all);
        *count = n;
    }
    sketch_release(memory, edges);
    return status;
}
