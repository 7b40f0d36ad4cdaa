/* The promises of the t-digest, at the edges and on random streams. */
#include "tdigest_help.h"

#include <float.h>
#include <math.h>

#include "hash.h"

static void parameters_out_of_range_are_refused(void **state)
{
    (void)state;
    static const int wrong[] = {INT32_MIN, -1, 0, 9, 32768, INT32_MAX};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct tdigest *sketch = (struct tdigest *)&wrong;
        assert_int_equal(tdigest_create(&sketch, wrong[i], &sketch_libc_memory),
                         SKETCH_RANGE);
        assert_null(sketch);
    }
    tdigest_free(created(10));
    tdigest_free(created(32767));
    tdigest_free(NULL);
}

static void an_empty_sketch_has_no_answers(void **state)
{
    (void)state;
    struct tdigest *sketch = created(TDIGEST_K);
    double value = 7;
    assert_int_equal(tdigest_weight(sketch), 0);
    assert_int_equal(tdigest_count(sketch), 0);
    assert_true(tdigest_is_exact(sketch));
    assert_true(isnan(tdigest_min(sketch)) && isnan(tdigest_max(sketch)));
    assert_true(isnan(tdigest_mean(sketch)));
    assert_int_equal(tdigest_quantile(sketch, 0.5, &value), SKETCH_RANGE);
    assert_int_equal(tdigest_rank(sketch, 0, &value), SKETCH_RANGE);
    assert_int_equal(tdigest_cdf(sketch, NULL, 0, &value), SKETCH_RANGE);
    assert_int_equal(tdigest_pmf(sketch, NULL, 0, &value), SKETCH_RANGE);
    assert_true(value == 7);
    assert_int_equal(tdigest_compress(sketch), SKETCH_OK);
    tdigest_free(sketch);
}

static void what_is_not_finite_is_refused(void **state)
{
    (void)state;
    struct tdigest *sketch = created(TDIGEST_K);
    static const double wrong[] = {NAN, -NAN, INFINITY, -INFINITY};
    for (int before = 0; before < 2; before++) {
        for (size_t i = 0; i < 4; i++) {
            assert_int_equal(tdigest_add(sketch, wrong[i]), SKETCH_RANGE);
            assert_int_equal(tdigest_add_weighted(sketch, wrong[i], 3), SKETCH_RANGE);
        }
        assert_int_equal(tdigest_weight(sketch), before);
        add(sketch, 1);
    }
    tdigest_free(sketch);
}

static void questions_out_of_range_are_refused(void **state)
{
    (void)state;
    struct tdigest *sketch = filled(TDIGEST_K, (double[]){1, 2}, 2);
    static const double wrong[] = {-0x1p-1074, -1, 1 + DBL_EPSILON, INFINITY, NAN};
    static const double falling[] = {1, 2, 2};
    static const double unknown[] = {1, NAN};
    double values[4] = {7, 7, 7, 7};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(tdigest_quantile(sketch, wrong[i], values), SKETCH_RANGE);
    }
    assert_int_equal(tdigest_rank(sketch, NAN, values), SKETCH_RANGE);
    assert_int_equal(tdigest_cdf(sketch, falling, 3, values), SKETCH_RANGE);
    assert_int_equal(tdigest_pmf(sketch, falling, 3, values), SKETCH_RANGE);
    assert_int_equal(tdigest_cdf(sketch, unknown, 2, values), SKETCH_RANGE);
    assert_true(values[0] == 7 && values[1] == 7);
    assert_true(quantile(sketch, -0.0) == 1);
    assert_true(rank(sketch, -INFINITY) == 0 && rank(sketch, INFINITY) == 1);
    tdigest_free(sketch);
}

static void zero_has_no_sign(void **state)
{
    (void)state;
    struct tdigest *plus = filled(TDIGEST_K, (double[]){0.0, 1, 0.0, -1}, 4);
    struct tdigest *minus = filled(TDIGEST_K, (double[]){-0.0, 1, 0.0, -1}, 4);
    add_weighted(plus, 0.0, 4);
    add_weighted(minus, -0.0, 4);
    assert_true(is_same_image(plus, minus));
    assert_false(signbit(quantile(minus, 0.4)));
    tdigest_free(plus);
    tdigest_free(minus);
}

static void a_weight_counts_as_often(void **state)
{
    (void)state;
    struct tdigest *weighted = created(50);
    struct tdigest *repeated = created(50);
    for (int i = 0; i < 5000; i++) {
        double value = (double)draw(100);
        uint64_t weight = draw(10) ? draw(4) : 1;
        add_weighted(weighted, value, weight);
        for (uint64_t j = 0; j < weight; j++) {
            add(repeated, value);
        }
        assert_int_equal(tdigest_weight(weighted), tdigest_weight(repeated));
    }
    assert_true(is_same_image(weighted, repeated));
    assert_true(fabs(tdigest_mean(weighted) - tdigest_mean(repeated)) < 1e-12);
    tdigest_free(weighted);
    tdigest_free(repeated);
}

static void the_weight_never_passes_its_maximum(void **state)
{
    (void)state;
    struct tdigest *sketch = created(TDIGEST_K);
    struct tdigest *other = filled(TDIGEST_K, (double[]){5}, 1);
    uint64_t half = SKETCH_MAX_TOTAL / 2;
    add_weighted(sketch, 1, half);
    add_weighted(sketch, 2, half);
    assert_int_equal(tdigest_add_weighted(sketch, 3, 2), SKETCH_OVERFLOW);
    assert_int_equal(tdigest_add_weighted(sketch, 3, UINT64_MAX), SKETCH_OVERFLOW);
    add(sketch, 3); /* now it is full */
    assert_true(tdigest_weight(sketch) == SKETCH_MAX_TOTAL);
    struct image before = imaged(sketch);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(tdigest_add(sketch, 3), SKETCH_OVERFLOW);
        assert_int_equal(tdigest_merge(sketch, other), SKETCH_OVERFLOW);
        add_weighted(sketch, 4, 0);
        assert_int_equal(tdigest_compress(sketch), SKETCH_OK);
    }
    struct image after = imaged(sketch);
    assert_int_equal(before.size, after.size);
    assert_memory_equal(before.bytes, after.bytes, before.size);
    assert_true(quantile(sketch, 0.25) == 1 && quantile(sketch, 0.75) == 2);
    assert_sound(sketch);
    free(before.bytes);
    free(after.bytes);
    tdigest_free(sketch);
    tdigest_free(other);
}

static void answers_are_sound_on_every_stream(void **state)
{
    (void)state;
    static const int counts[] = {1, 2, 3, 100, 2049, 5000, 30000};
    static const int sizes[] = {10, 11, 100, 200};
    for (int kind = 0; kind < STREAM_KINDS; kind++) {
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
            struct tdigest *sketch = created(sizes[c % 4]);
            for (int i = 0; i < counts[c]; i++) {
                uint64_t weight = draw(100) ? 1 : draw(draw(10) ? 10 : 100000);
                add_weighted(sketch, stream_value(kind, i, counts[c]), weight);
            }
            add(sketch, stream_value(kind, 0, 1));
            assert_sound(sketch);
            sketch = stored(sketch);
            assert_sound(sketch);
            tdigest_free(sketch);
        }
    }
}

static void the_image_never_outgrows_its_bound(void **state)
{
    (void)state;
    static const int sizes[] = {10, 11, 13, 30, 200};
    for (size_t s = 0; s < 5; s++) {
        for (int kind = 0; kind < 6; kind++) {
            struct tdigest *sketch = created(sizes[s]);
            for (int i = 0; i < 20000; i++) {
                uint64_t weight = kind == 0   ? UINT64_C(1) << i / 400
                                  : kind == 1 ? UINT64_C(1) << (50 - i / 400)
                                  : kind == 2 ? 1 + UINT64_C(1000000) * (i % 2 == 0)
                                  : kind == 3 ? 1 + (uint64_t)i * (uint64_t)i
                                  : kind == 4 ? 1 + draw(UINT64_C(1) << draw(40))
                                              : 2;
                double value = kind % 2 ? draw_share() : i;
                add_weighted(sketch, value, weight);
                if (i % 1777 == 0) {
                    sketch = stored(sketch);
                }
            }
            assert_sound(sketch);
            tdigest_free(sketch);
        }
    }
}

static void rank_inverts_quantile(void **state)
{
    (void)state;
    struct tdigest *sketch = created(100);
    for (int i = 0; i < 300000; i++) {
        add(sketch, draw_lognormal());
    }
    for (int i = 1; i < 10000; i++) {
        double q = i / 10000.0;
        assert_true(fabs(rank(sketch, quantile(sketch, q)) - q) < 1e-5);
    }
    tdigest_free(sketch);
}

static void cdf_and_pmf_are_ranks(void **state)
{
    (void)state;
    struct tdigest *sketch = filled(TDIGEST_K, (double[]){1, 2, 2, 3, 5, 5, 5, 9}, 8);
    static const double points[] = {0, 2, 4, 5, 10};
    static const double wanted[] = {0, 0.25, 0.5, 0.6875, 1, 1};
    double ranks[6];
    double shares[6];
    assert_int_equal(tdigest_cdf(sketch, points, 5, ranks), SKETCH_OK);
    assert_int_equal(tdigest_pmf(sketch, points, 5, shares), SKETCH_OK);
    for (int i = 0; i < 6; i++) {
        assert_true(ranks[i] == wanted[i]);
        assert_true(shares[i] == wanted[i] - (i > 0 ? wanted[i - 1] : 0));
    }
    assert_int_equal(tdigest_pmf(sketch, NULL, 0, shares), SKETCH_OK);
    assert_true(shares[0] == 1);
    tdigest_free(sketch);
}

static void cdf_never_falls(void **state)
{
    (void)state;
    enum { POINTS = 3000 };
    static double points[POINTS];
    static double ranks[POINTS + 1];
    static double shares[POINTS + 1];
    struct tdigest *sketch = created(20);
    for (int i = 0; i < 50000; i++) {
        add(sketch, draw_lognormal());
    }
    for (int i = 0; i < POINTS; i++) {
        points[i] = i % 3 ? nextafter(points[i - 1], 99) : i / 1000.0;
    }
    assert_int_equal(tdigest_cdf(sketch, points, POINTS, ranks), SKETCH_OK);
    assert_int_equal(tdigest_pmf(sketch, points, POINTS, shares), SKETCH_OK);
    double sum = 0;
    for (int i = 0; i <= POINTS; i++) {
        assert_true(shares[i] >= 0 && (i == 0 || ranks[i] >= ranks[i - 1]));
        sum += shares[i];
    }
    assert_true(ranks[POINTS] == 1 && fabs(sum - 1) < 1e-12);
    tdigest_free(sketch);
}

static void asking_changes_nothing(void **state)
{
    (void)state;
    struct tdigest *asked = created(30);
    struct tdigest *left_alone = created(30);
    for (int i = 0; i < 9000; i++) {
        double value = draw_lognormal();
        uint64_t weight = i > 5000 ? 1 + draw(3) : 1;
        add_weighted(asked, value, weight);
        add_weighted(left_alone, value, weight);
        if (i % 97 == 0) {
            struct image image = imaged(asked);
            free(image.bytes);
            assert_true(quantile(asked, 0.5) <= tdigest_max(asked));
            assert_true(rank(asked, 1) <= 1);
            assert_true(tdigest_mean(asked) > 0);
        }
    }
    assert_true(is_same_image(asked, left_alone));
    tdigest_free(asked);
    tdigest_free(left_alone);
}

static void the_same_values_make_the_same_bytes_everywhere(void **state)
{
    (void)state;
    struct tdigest *sketch = created(100);
    draw_seed(1);
    for (int i = 0; i < 100000; i++) {
        /* No function of libm, whose last bits may differ. */
        double root = sqrt((double)draw(1000000));
        uint64_t weight = 1 + draw(2);
        add_weighted(sketch, root / (1 + draw_share()), weight);
    }
    struct image image = imaged(sketch);
    struct hash hash = hash_bytes(image.bytes, image.size);
    assert_int_equal(image.size, 1808);
    assert_true(hash.h1 == UINT64_C(0x86212bb678ff99ca));
    free(image.bytes);
    tdigest_free(sketch);
}

static void means_of_whole_numbers_are_exact(void **state)
{
    (void)state;
    struct tdigest *sketch = created(TDIGEST_K);
    for (int i = 1; i <= 300; i++) {
        add_weighted(sketch, i, (uint64_t)i);
    }
    assert_true(tdigest_mean(sketch) == 601.0 / 3);
    assert_int_equal(tdigest_compress(sketch), SKETCH_OK);
    assert_true(tdigest_mean(sketch) == 601.0 / 3);
    tdigest_free(sketch);
}

static void huge_values_do_not_overflow(void **state)
{
    (void)state;
    struct tdigest *sketch = created(10);
    for (int i = 0; i < 100000; i++) {
        add(sketch, DBL_MAX / (1 + (double)draw(1000) / 100));
    }
    assert_sound(sketch);
    assert_true(quantile(sketch, 0.999) <= DBL_MAX);
    assert_true(tdigest_mean(sketch) > DBL_MAX / 11 && tdigest_mean(sketch) < DBL_MAX);
    for (int i = 0; i < 100000; i++) {
        add(sketch, -DBL_MAX / (1 + (double)draw(1000) / 100));
        add(sketch, 1e-300 * (double)draw(1000));
    }
    assert_sound(sketch);
    assert_true(fabs(tdigest_mean(sketch)) < DBL_MAX / 100);
    assert_true(quantile(sketch, 0.2) < -1e300 && quantile(sketch, 0.8) > 1e300);
    tdigest_free(sketch);
}

enum { SORT_MOST = 5000 };
static const size_t sort_counts[] = {0, 1, 2, 9, 47, 48, 49, 97, 1023, 1024, SORT_MOST};
enum { SORT_COUNTS = sizeof sort_counts / sizeof *sort_counts };

static void every_buffer_is_sorted(void **state)
{
    (void)state;
    static double wanted[SORT_MOST];
    double *values = malloc(sizeof wanted);
    void *scratch = malloc(tdigest_sort_values_size(SORT_MOST));
    for (int kind = 0; kind < STREAM_KINDS; kind++) {
        for (size_t c = 0; c < SORT_COUNTS; c++) {
            size_t count = sort_counts[c];
            for (size_t i = 0; i < count; i++) {
                values[i] = stream_value(kind, (int)i, SORT_MOST) + 0.0;
            }
            memcpy(wanted, values, count * sizeof *wanted);
            tdigest_sort_values(values, count, scratch);
            qsort(wanted, count, sizeof *wanted, compare_doubles);
            assert_memory_equal(values, wanted, count * sizeof *wanted);
        }
    }
    free(values);
    free(scratch);
}

/* As when a question is asked after each value. */
static void a_few_values_behind_sorted_ones_are_put_in_their_places(void **state)
{
    (void)state;
    enum { MOST = 600 };
    static double wanted[MOST];
    double *values = malloc(sizeof wanted);
    void *scratch = malloc(tdigest_sort_values_size(MOST));
    for (size_t count = 0; count < MOST;) {
        for (size_t more = draw(12); more > 0 && count < MOST; more--) {
            values[count++] = floor(300 * draw_share());
        }
        memcpy(wanted, values, count * sizeof *wanted);
        tdigest_sort_values(values, count, scratch);
        qsort(wanted, count, sizeof *wanted, compare_doubles);
        assert_memory_equal(values, wanted, count * sizeof *wanted);
    }
    free(values);
    free(scratch);
}

static int compare_points(const void *left, const void *right)
{
    const struct tdigest_point *a = left;
    const struct tdigest_point *b = right;
    int order = compare_doubles(&a->mean, &b->mean);
    return order ? order : (a->tagged > b->tagged) - (a->tagged < b->tagged);
}

static void points_that_wait_are_sorted_by_their_means(void **state)
{
    (void)state;
    static struct tdigest_point wanted[SORT_MOST];
    struct tdigest_point *points = malloc(sizeof wanted);
    void *scratch = malloc(tdigest_sort_points_size(SORT_MOST));
    for (int kind = 0; kind < STREAM_KINDS; kind++) {
        for (size_t c = 0; c < SORT_COUNTS; c++) {
            size_t count = sort_counts[c];
            for (size_t i = 0; i < count; i++) {
                double mean = stream_value(kind, (int)i, SORT_MOST) + 0.0;
                points[i] = tdigest_blur(mean, i + 1);
            }
            /* Those of one mean keep their order, which is that of their weights. */
            memcpy(wanted, points, count * sizeof *wanted);
            tdigest_sort_points(points, count, scratch);
            qsort(wanted, count, sizeof *wanted, compare_points);
            assert_memory_equal(points, wanted, count * sizeof *wanted);
        }
    }
    free(points);
    free(scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_out_of_range_are_refused),
        cmocka_unit_test(an_empty_sketch_has_no_answers),
        cmocka_unit_test(what_is_not_finite_is_refused),
        cmocka_unit_test(questions_out_of_range_are_refused),
        cmocka_unit_test(zero_has_no_sign),
        cmocka_unit_test(a_weight_counts_as_often),
        cmocka_unit_test(the_weight_never_passes_its_maximum),
        cmocka_unit_test(answers_are_sound_on_every_stream),
        cmocka_unit_test(the_image_never_outgrows_its_bound),
        cmocka_unit_test(rank_inverts_quantile),
        cmocka_unit_test(cdf_and_pmf_are_ranks),
        cmocka_unit_test(cdf_never_falls),
        cmocka_unit_test(asking_changes_nothing),
        cmocka_unit_test(the_same_values_make_the_same_bytes_everywhere),
        cmocka_unit_test(means_of_whole_numbers_are_exact),
        cmocka_unit_test(huge_values_do_not_overflow),
        cmocka_unit_test(every_buffer_is_sorted),
        cmocka_unit_test(a_few_values_behind_sorted_ones_are_put_in_their_places),
        cmocka_unit_test(points_that_wait_are_sorted_by_their_means),
    };
    return cmocka_run_group_tests_name("tdigest", tests, NULL, NULL);
}
