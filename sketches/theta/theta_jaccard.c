/*
 * How alike two streams are: of the hashes that either sketch has below the smaller
 * theta, the share that both have.
 *
 * The interval is one of a binomial proportion that was seen in a sample without
 * replacement: where theta is large, most of the population was.  The approximations of
 * the incomplete beta function and of the error function are those of Abramowitz and
 * Stegun, "Handbook of mathematical functions", 26.5.22 and 7.1.28, as Apache
 * DataSketches has them.
 */
#include "theta_private.h"

#include "portable_math.h"

#include <math.h>

static double theta_normal_share(double x)
{
    static const double factors[] = {
        0.0705230784, 0.0422820123, 0.0092705272,
        0.0001520143, 0.0002765672, 0.0000430638,
    };
    double z = fabs(x) / sqrt(2);
    double sum = 1;
    double power = z;
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        sum += factors[i] * power;
        power *= z;
    }
    for (int i = 0; i < 4; i++) { /* to the power of 16 */
        sum *= sum;
    }
    double erf = 1 - 1 / sum;
    return x < 0 ? 0.5 * (1 - erf) : 0.5 * (1 + erf);
}

/* Where the incomplete beta function reaches the normal share of y. */
static double theta_beta_place(double a, double b, double y)
{
    double first = 2 * a - 1;
    double second = 2 * b - 1;
    double lambda = (y * y - 3) / 6;
    double h = 2 / (1 / first + 1 / second);
    double w = y * sqrt(h + lambda) / h -
               (1 / second - 1 / first) * (lambda + 5.0 / 6 - 2 / (3 * h));
    return a / (a + b * portable_exp(2 * w));
}

static double theta_root(double x, double n)
{
    return portable_exp(portable_ln(x) / n);
}

static double theta_share_lower(double n, double common, double deviations)
{
    double delta = theta_normal_share(-deviations);
    return common == 0   ? 0
           : common == 1 ? 1 - theta_root(1 - delta, n)
           : common == n ? theta_root(delta, n)
                         : 1 - theta_beta_place(n - common + 1, common, -deviations);
}

static double theta_share_upper(double n, double common, double deviations)
{
    double delta = theta_normal_share(-deviations);
    return common == n       ? 1
           : common == n - 1 ? theta_root(1 - delta, n)
           : common == 0     ? 1 - theta_root(delta, n)
                             : 1 - theta_beta_place(n - common, common + 1, deviations);
}

/* Two deviations, fewer the more of the population is in the sample. */
static double theta_share_deviations(double theta)
{
    double part = sqrt(1 - theta);
    return 2 * (theta > 0.5 ? part + 0.01 * (theta - 0.5) : part);
}

static void theta_share(size_t count, size_t common, double theta,
                        struct theta_overlap *overlap)
{
    double deviations = theta_share_deviations(theta);
    double n = (double)count;
    double c = (double)common;
    double share = count > 0 ? c / n : 0.5;
    bool is_known = theta == 1;
    overlap->estimate = share;
    overlap->lower = is_known     ? share
                     : count == 0 ? 0
                                  : fmin(share, theta_share_lower(n, c, deviations));
    overlap->upper = is_known     ? share
                     : count == 0 ? 1
                                  : fmax(share, theta_share_upper(n, c, deviations));
}

/* How many hashes below the limit both have. */
static size_t theta_count_common(const struct theta_run *a, const struct theta_run *b,
                                 uint64_t limit, size_t *either)
{
    size_t i = 0;
    size_t j = 0;
    size_t common = 0;
    size_t seen = 0;
    for (;;) {
        uint64_t x = i < a->count ? theta_run_at(a, i) : limit;
        uint64_t y = j < b->count ? theta_run_at(b, j) : limit;
        if (x >= limit && y >= limit) {
            *either = seen;
            return common;
        }
        seen++;
        common += x == y;
        i += x <= y;
        j += y <= x;
    }
}

enum sketch_status theta_jaccard(const struct theta *a, const struct theta *b,
                                 struct theta_overlap *overlap)
{
    struct theta_run first;
    struct theta_run second = {0};
    uint64_t *owned[2] = {NULL, NULL};
    enum sketch_status status = theta_view(a, &first, &owned[0]);
    if (status == SKETCH_OK) {
        status = theta_view(b, &second, &owned[1]);
    }
    if (status == SKETCH_OK && first.has_items && second.has_items) {
        uint64_t limit = first.limit < second.limit ? first.limit : second.limit;
        size_t either;
        size_t common = theta_count_common(&first, &second, limit, &either);
        theta_share(either, common, theta_fraction_of(limit), overlap);
    } else if (status == SKETCH_OK) {
        double equal = first.has_items == second.has_items;
        *overlap = (struct theta_overlap){equal, equal, equal, true};
    }
    sketch_release(&a->memory, owned[0]);
    sketch_release(&b->memory, owned[1]);
    if (status == SKETCH_OK) {
        overlap->good = overlap->lower >= 0.5 * overlap->estimate &&
                        overlap->upper <= 1.5 * overlap->estimate;
    }
    return status;
}
