/* How far the answers of a t-digest may be off. */
#include "tdigest_help.h"

#include <math.h>

/* Averages over a few seeds, as in the table of docs/accuracy.md; how wrong a single
 * one may be is not promised. */
static void a_million_values_are_answered_well(void **state)
{
    (void)state;
    enum { COUNT = 1000000, RUNS = 2, QUESTIONS = 5 };
    static const double q[QUESTIONS] = {0.01, 0.5, 0.9, 0.99, 0.999};
    static const double allowed[QUESTIONS] = {40, 250, 100, 20, 6};
    double *values = malloc(2 * COUNT * sizeof *values);
    double *sorted = values + COUNT;
    for (int order = 0; order < 2; order++) {
        double errors[QUESTIONS] = {0};
        for (int run = 0; run < RUNS; run++) {
            draw_seed((uint64_t)run + 100);
            for (int i = 0; i < COUNT; i++) {
                sorted[i] = values[i] = draw_lognormal();
            }
            qsort(sorted, COUNT, sizeof *sorted, compare_doubles);
            struct tdigest *sketch =
                stored(filled(TDIGEST_K, order ? sorted : values, COUNT));
            struct image image = imaged(sketch);
            assert_true(image.size <= 4096);
            free(image.bytes);
            for (int i = 0; i < QUESTIONS; i++) {
                errors[i] += rank_error(sorted, COUNT, q[i], quantile(sketch, q[i]));
            }
            tdigest_free(sketch);
        }
        for (int i = 0; i < QUESTIONS; i++) {
            assert_true(errors[i] / RUNS * 1e6 <= allowed[i]);
        }
    }
    free(values);
}

/* Whoever stores a sketch after every value does not lose by it. */
static void storing_after_every_value_costs_no_accuracy(void **state)
{
    (void)state;
    enum { COUNT = 10000 };
    static double values[COUNT];
    struct tdigest *sketch = created(100);
    for (int i = 0; i < COUNT; i++) {
        values[i] = draw_lognormal();
        add(sketch, values[i]);
        sketch = stored(sketch);
    }
    qsort(values, COUNT, sizeof *values, compare_doubles);
    for (int i = 1; i < 100; i++) {
        double q = i / 100.0;
        assert_true(rank_error(values, COUNT, q, quantile(sketch, q)) < 0.0025);
    }
    tdigest_free(sketch);
}

static void many_merges_stay_accurate(void **state)
{
    (void)state;
    enum { PARTS = 64, EACH = 3000, COUNT = PARTS * EACH };
    double *values = malloc(COUNT * sizeof *values);
    struct tdigest *total = created(100);
    for (int p = 0; p < PARTS; p++) {
        for (int i = 0; i < EACH; i++) {
            values[p * EACH + i] = draw_lognormal();
        }
        struct tdigest *part = stored(filled(100, values + p * EACH, EACH));
        assert_int_equal(tdigest_merge(total, part), SKETCH_OK);
        tdigest_free(part);
        total = stored(total);
    }
    qsort(values, COUNT, sizeof *values, compare_doubles);
    for (int i = 1; i < 100; i++) {
        double q = i / 100.0;
        assert_true(rank_error(values, COUNT, q, quantile(total, q)) < 0.0015);
    }
    assert_sound(total);
    tdigest_free(total);
    free(values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_million_values_are_answered_well),
        cmocka_unit_test(storing_after_every_value_costs_no_accuracy),
        cmocka_unit_test(many_merges_stay_accurate),
    };
    return cmocka_run_group_tests_name("tdigest, accuracy", tests, NULL, NULL);
}
