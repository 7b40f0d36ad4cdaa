/* Where a t-digest forgets nothing, its answers are those of the values. */
#include "tdigest_help.h"

#include <float.h>
#include <math.h>

static void one_value_is_every_quantile(void **state)
{
    (void)state;
    static const double values[] = {0, -1.5, DBL_MAX, -DBL_MAX, DBL_MIN, 0x1p-1074};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct tdigest *sketch = filled(TDIGEST_K, &values[i], 1);
        for (int times = 1; times < 4000; times += 1333) {
            assert_true(quantile(sketch, 0) == values[i]);
            assert_true(quantile(sketch, 0.3) == values[i]);
            assert_true(quantile(sketch, 1) == values[i]);
            assert_true(rank(sketch, values[i]) == 0.5);
            assert_true(rank(sketch, nextafter(values[i], -INFINITY)) == 0);
            assert_true(rank(sketch, nextafter(values[i], INFINITY)) == 1);
            assert_true(tdigest_mean(sketch) == values[i]);
            for (int more = 0; more < 1333; more++) {
                add(sketch, values[i]);
            }
            sketch = stored(sketch);
        }
        tdigest_free(sketch);
    }
}

static void few_values_are_answered_exactly(void **state)
{
    (void)state;
    double values[70];
    for (size_t count = 1; count <= 70; count++) {
        for (size_t i = 0; i < count; i++) {
            values[i] = (double)draw(count) - 20;
        }
        struct tdigest *sketch = filled(TDIGEST_K, values, count);
        assert_exact(sketch, values, count);
        sketch = stored(sketch);
        assert_exact(sketch, values, count);
        tdigest_free(sketch);
    }
}

static void what_the_buffer_holds_is_answered_exactly(void **state)
{
    (void)state;
    static double values[4096];
    for (size_t i = 0; i < 4096; i++) {
        values[i] = draw_lognormal();
    }
    struct tdigest *sketch = filled(TDIGEST_MIN_K, values, 4096);
    assert_exact(sketch, values, 4096);
    tdigest_free(sketch);
}

/* As many different values as fit, each of them many times; stored in between. */
static void different_values_that_fit_stay_exact(void **state)
{
    (void)state;
    enum { MOST = 410 * 50 };
    static double values[MOST];
    static const int sizes[] = {10, 25, 100, 200};
    for (size_t s = 0; s < 4; s++) {
        size_t fit = tdigest_capacity(sizes[s]);
        for (size_t different = fit / 3; different <= fit; different += fit / 3 - 1) {
            size_t count = different * 50;
            struct tdigest *sketch = created(sizes[s]);
            for (size_t i = 0; i < count; i++) {
                /* Every value is there, some of them often, in no order. */
                size_t which = i < different ? i : (size_t)draw(1 + draw(different));
                values[i] = sqrt((double)which) - 3;
                add(sketch, values[i]);
                if (i % (count / 3) == 1) {
                    sketch = stored(sketch);
                }
            }
            assert_true(tdigest_is_exact(sketch));
            assert_exact(sketch, values, count);
            sketch = stored(sketch);
            assert_true(tdigest_is_exact(sketch));
            assert_exact(sketch, values, count);
            tdigest_free(sketch);
        }
    }
}

static void one_different_value_more_is_not_exact(void **state)
{
    (void)state;
    struct tdigest *sketch = created(10);
    for (int i = 0; i < 31; i++) {
        add_weighted(sketch, i, 5);
    }
    assert_int_equal(tdigest_compress(sketch), SKETCH_OK);
    assert_false(tdigest_is_exact(sketch));
    assert_true(tdigest_count(sketch) < 31);
    assert_sound(sketch);
    tdigest_free(sketch);
}

static void the_median_is_that_of_sql(void **state)
{
    (void)state;
    struct tdigest *sketch = created(TDIGEST_K);
    static const double medians[] = {1, 1.5, 2, 2.5, 3, 3.5, 4};
    for (int i = 0; i < 7; i++) {
        add(sketch, i + 1);
        assert_true(quantile(sketch, 0.5) == medians[i]);
    }
    tdigest_free(sketch);
    sketch = filled(TDIGEST_K, (double[]){-DBL_MAX, DBL_MAX}, 2);
    assert_true(quantile(sketch, 0.5) == 0);
    tdigest_free(sketch);
}

static void spikes_among_other_values_are_exact(void **state)
{
    (void)state;
    enum { COUNT = 200000 };
    double *values = malloc(COUNT * sizeof *values);
    for (int i = 0; i < COUNT; i++) {
        values[i] = draw(10) ? 2 * (double)draw(5) : 10 * draw_share();
    }
    struct tdigest *sketch = filled(TDIGEST_K, values, COUNT);
    qsort(values, COUNT, sizeof *values, compare_doubles);
    for (int times = 0; times < 2; times++) {
        for (int i = 0; i < 1000; i++) {
            double q = i / 1000.0;
            double wanted = true_quantile(values, COUNT, q);
            double got = quantile(sketch, q);
            assert_true(rank_error(values, COUNT, q, got) < 0.0002);
            /* Well inside a spike it is the very value. */
            bool inside =
                true_quantile(values, COUNT, q - 0.001 < 0 ? 0 : q - 0.001) == wanted &&
                true_quantile(values, COUNT, q + 0.001) == wanted;
            assert_true(!inside || got == wanted);
        }
        sketch = stored(sketch);
    }
    tdigest_free(sketch);
    free(values);
}

/* Where b - a would be rounded up to 1. */
static void a_middle_is_not_rounded_twice(void **state)
{
    (void)state;
    const double values[] = {-0.5, 0.49999999999999994};
    struct tdigest *sketch = filled(TDIGEST_K, values, 2);
    double median;
    assert_int_equal(tdigest_quantile(sketch, 0.5, &median), SKETCH_OK);
    assert_true(median == -0x1p-55);
    tdigest_free(sketch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_value_is_every_quantile),
        cmocka_unit_test(few_values_are_answered_exactly),
        cmocka_unit_test(what_the_buffer_holds_is_answered_exactly),
        cmocka_unit_test(different_values_that_fit_stay_exact),
        cmocka_unit_test(one_different_value_more_is_not_exact),
        cmocka_unit_test(the_median_is_that_of_sql),
        cmocka_unit_test(a_middle_is_not_rounded_twice),
        cmocka_unit_test(spikes_among_other_values_are_exact),
    };
    return cmocka_run_group_tests_name("tdigest, exact", tests, NULL, NULL);
}
