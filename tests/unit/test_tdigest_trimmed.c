/* Trimmed means: of exact sketches against the values, of others against the quantiles
 * and against the values; edges. */
#include "tdigest_help.h"

#include <float.h>
#include <math.h>

static double trimmed(const struct tdigest *sketch, double low, double high)
{
    double mean;
    assert_int_equal(tdigest_trimmed_mean(sketch, low, high, &mean), SKETCH_OK);
    assert_true(quantile(sketch, low) <= mean && mean <= quantile(sketch, high));
    return mean;
}

/* Value i, from 0, fills the heights from i to i + 1. */
static double true_trimmed(const double *sorted, size_t count, double low, double high)
{
    double bottom = low * (double)count;
    double top = high * (double)count;
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double from = (double)i > bottom ? (double)i : bottom;
        double to = (double)(i + 1) < top ? (double)(i + 1) : top;
        sum += from < to ? (to - from) / (top - bottom) * sorted[i] : 0;
    }
    return sum;
}

static const double ends[][2] = {{0, 1},       {0.25, 0.75},   {0.05, 0.95}, {0, 0.5},
                                 {0.5, 1},     {0.1, 0.10001}, {0.9, 0.99},  {0, 1e-9},
                                 {0.333, 0.4}, {1 - 1e-9, 1},  {0.001, 1}};
enum { ENDS = sizeof ends / sizeof *ends };

static void of_few_values_it_is_exact(void **state)
{
    (void)state;
    enum { MOST = 300 };
    double values[MOST];
    for (int kind = 0; kind < STREAM_KINDS; kind++) {
        for (int count = 1; count <= MOST; count += count < 20 ? 1 : 70) {
            for (int i = 0; i < count; i++) {
                values[i] = stream_value(kind, i, count);
            }
            /* Values in the buffer, points, and both. */
            struct tdigest *waiting = filled(200, values, (size_t)count);
            struct tdigest *points = stored(filled(200, values, (size_t)count));
            struct tdigest *both = stored(filled(200, values, (size_t)count / 2));
            for (int i = count / 2; i < count; i++) {
                add(both, values[i]);
            }
            qsort(values, (size_t)count, sizeof *values, compare_doubles);
            double scale = fabs(values[0]) / 2 + fabs(values[count - 1]) / 2 + DBL_MIN;
            for (size_t e = 0; e < ENDS; e++) {
                double low = ends[e][0];
                double high = ends[e][1];
                double wanted = true_trimmed(values, (size_t)count, low, high);
                assert_true(fabs(trimmed(waiting, low, high) - wanted) < 1e-13 * scale);
                assert_true(fabs(trimmed(points, low, high) - wanted) < 1e-13 * scale);
                assert_true(fabs(trimmed(both, low, high) - wanted) < 1e-13 * scale);
            }
            tdigest_free(waiting);
            tdigest_free(points);
            tdigest_free(both);
        }
    }
}

static void a_value_that_is_cut_counts_in_part(void **state)
{
    (void)state;
    struct tdigest *sketch = created(100);
    for (int i = 1; i <= 10; i++) {
        add(sketch, i);
    }
    assert_true(trimmed(sketch, 0, 1) == 5.5);
    assert_true(trimmed(sketch, 0.1, 0.9) == 5.5);
    assert_true(trimmed(sketch, 0.75, 1) == (8 * 0.5 + 9 + 10) / 2.5);
    assert_true(trimmed(sketch, 0.2, 0.3) == 3);
    assert_true(trimmed(sketch, 0.22, 0.28) == 3);
    add_weighted(sketch, 1000, 90);
    assert_true(trimmed(sketch, 0.05, 0.15) == (6 + 7 + 8 + 9 + 10 + 5 * 1000) / 10.0);
    assert_true(trimmed(sketch, 0.5, 0.75) == 1000);
    tdigest_free(sketch);
}

/* The integral of tdigest_quantile(), by very many of them. */
static double integral(const struct tdigest *sketch, double low, double high)
{
    enum { STEPS = 20000 };
    double sum = 0;
    for (int i = 0; i < STEPS; i++) {
        sum += quantile(sketch, low + (high - low) * (i + 0.5) / STEPS) / STEPS;
    }
    return sum;
}

static void of_many_values_it_is_the_integral_of_the_quantiles(void **state)
{
    (void)state;
    enum { COUNT = 30000 };
    for (int kind = 0; kind < STREAM_KINDS; kind++) {
        struct tdigest *sketch = created(50);
        for (int i = 0; i < COUNT; i++) { /* some of which wait */
            add(sketch, stream_value(kind, i, COUNT));
        }
        for (size_t e = 1; e < ENDS; e++) { /* all of it has a mean that is exact */
            double low = ends[e][0];
            double high = ends[e][1];
            double from = quantile(sketch, low) / 2;
            double to = quantile(sketch, high) / 2;
            double mean = trimmed(sketch, low, high) / 2;
            double off = fabs(mean - integral(sketch, low, high) / 2);
            assert_true(off <= 0.0005 * (to - from) + 1e-12 * fabs(mean) + DBL_MIN);
        }
        tdigest_free(sketch);
    }
}

static void of_many_values_it_is_near_the_truth(void **state)
{
    (void)state;
    enum { COUNT = 50000 };
    double *values = malloc(COUNT * sizeof *values);
    assert_non_null(values);
    draw_seed(3);
    for (int i = 0; i < COUNT; i++) {
        values[i] = draw_lognormal();
    }
    struct tdigest *sketch = filled(100, values, COUNT);
    qsort(values, COUNT, sizeof *values, compare_doubles);
    for (size_t e = 0; e < ENDS; e++) {
        double low = ends[e][0];
        double high = ends[e][1];
        double wanted = true_trimmed(values, COUNT, low, high);
        double error = trimmed(sketch, low, high) / wanted - 1;
        assert_true(fabs(error) < 0.001);
    }
    assert_true(trimmed(sketch, 0, 1) == tdigest_mean(sketch));
    free(values);
    tdigest_free(sketch);
}

static void trimming_more_below_never_makes_it_smaller(void **state)
{
    (void)state;
    struct tdigest *sketch = created(20);
    draw_seed(5);
    for (int i = 0; i < 20000; i++) {
        add(sketch, draw_lognormal());
    }
    double last = trimmed(sketch, 0, 0.9);
    for (int i = 1; i <= 900; i++) {
        double mean = trimmed(sketch, i / 1000.0, 0.9);
        assert_true(mean >= last - 1e-12 * fabs(last));
        last = mean;
    }
    assert_true(last == quantile(sketch, 0.9));
    tdigest_free(sketch);
}

static void large_values_do_not_overflow(void **state)
{
    (void)state;
    struct tdigest *sketch = created(100);
    add_weighted(sketch, -DBL_MAX, 3);
    add_weighted(sketch, DBL_MAX, 3);
    assert_true(trimmed(sketch, 0, 1) == 0);
    assert_true(trimmed(sketch, 0.5, 1) == DBL_MAX);
    assert_true(trimmed(sketch, 0, 0.5) == -DBL_MAX);
    assert_true(fabs(trimmed(sketch, 0, 0.75) / (-DBL_MAX / 3) - 1) < 1e-15);
    assert_true(fabs(trimmed(sketch, 0.25, 1) / (DBL_MAX / 3) - 1) < 1e-15);
    add_weighted(sketch, 0, SKETCH_MAX_TOTAL / 2);
    assert_true(fabs(trimmed(sketch, 0, 1)) < 1e290);
    tdigest_free(sketch);
    sketch = created(10); /* blurred */
    for (int i = 0; i < 1000; i++) {
        add(sketch, (i % 2 ? -DBL_MAX : DBL_MAX) * ((i + 1) / 1000.0));
    }
    assert_true(fabs(trimmed(sketch, 0, 1)) < DBL_MAX / 100);
    assert_true(fabs(trimmed(sketch, 0.25, 0.75)) < DBL_MAX / 100);
    assert_true(trimmed(sketch, 0.5, 1) > DBL_MAX / 3);
    tdigest_free(sketch);
}

static void others_are_refused(void **state)
{
    (void)state;
    static const double refused[][2] = {{0.6, 0.5},     {-0.1, 0.5},  {0.5, 1.1},
                                        {NAN, 0.5},     {0.5, NAN},   {1, 0},
                                        {-INFINITY, 1}, {0, INFINITY}};
    double mean;
    struct tdigest *sketch = created(100);
    assert_int_equal(tdigest_trimmed_mean(sketch, 0, 1, &mean), SKETCH_RANGE);
    add(sketch, 7);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_int_equal(
            tdigest_trimmed_mean(sketch, refused[i][0], refused[i][1], &mean),
            SKETCH_RANGE);
    }
    assert_true(trimmed(sketch, 0, 0) == 7 && trimmed(sketch, 1, 1) == 7);
    add(sketch, 9);
    assert_true(trimmed(sketch, 0, 0) == 7 && trimmed(sketch, 1, 1) == 9);
    assert_true(trimmed(sketch, 0.5, 0.5) == 8);
    tdigest_free(sketch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_few_values_it_is_exact),
        cmocka_unit_test(a_value_that_is_cut_counts_in_part),
        cmocka_unit_test(of_many_values_it_is_the_integral_of_the_quantiles),
        cmocka_unit_test(of_many_values_it_is_near_the_truth),
        cmocka_unit_test(trimming_more_below_never_makes_it_smaller),
        cmocka_unit_test(large_values_do_not_overflow),
        cmocka_unit_test(others_are_refused),
    };
    return cmocka_run_group_tests_name("trimmed means", tests, NULL, NULL);
}
