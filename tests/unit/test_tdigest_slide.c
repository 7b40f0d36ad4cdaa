/* Quantiles of a window, against a t-digest that has lost nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <math.h>

#include "random.h"
#include "ration.h"
#include "tdigest.h"
#include "tdigest_slide.h"

static const double shares[] = {0,     1e-9, 0.01, 0.1,  0.125, 0.25,  0.3,
                                0.333, 0.5,  0.51, 0.75, 0.9,   0.999, 1};
enum { SHARES = sizeof shares / sizeof *shares };

/* Repeated ones, both zeros, the largest that there are. */
static double value(uint64_t i)
{
    static const double odd[] = {0.0, -0.0, 1e308, -1e308, 5e-324, -5e-324};
    struct random random = {i};
    uint64_t x = random_next(&random);
    return x % 11 == 0  ? odd[x / 11 % 6]
           : x % 3 == 0 ? (double)(x / 3 % 20)
                        : (double)(int64_t)x / 1e12;
}

static void expect_same(const struct tdigest_slide *slide, uint64_t from, uint64_t to)
{
    struct tdigest *digest = NULL;
    double expected[SHARES];
    double given[SHARES];
    assert_int_equal(tdigest_create(&digest, 1000, &sketch_libc_memory), SKETCH_OK);
    for (uint64_t i = from; i < to; i++) {
        assert_int_equal(tdigest_add(digest, value(i)), SKETCH_OK);
    }
    assert_int_equal(tdigest_slide_count(slide), to - from);
    enum sketch_status status = tdigest_quantiles(digest, shares, SHARES, expected);
    assert_int_equal(tdigest_slide_quantiles(slide, shares, SHARES, given), status);
    for (size_t i = 0; status == SKETCH_OK && i < SHARES; i++) {
        assert_true(given[i] == expected[i]);
    }
    tdigest_free(digest);
}

static void a_window_has_the_quantiles_of_its_values(void **state)
{
    static const uint64_t sizes[] = {1, 2, 3, 10, 100, 1000};
    (void)state;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct tdigest_slide *slide = NULL;
        uint64_t from = 0;
        assert_int_equal(tdigest_slide_create(&slide, &sketch_libc_memory), SKETCH_OK);
        expect_same(slide, 0, 0);
        for (uint64_t to = 0; to < 3 * sizes[s] + 50; to++) {
            if (to - from == sizes[s]) {
                tdigest_slide_remove(slide, value(from++));
            }
            assert_int_equal(tdigest_slide_add(slide, value(to)), SKETCH_OK);
            if (to % (1 + sizes[s] / 30) == 0) {
                expect_same(slide, from, to + 1);
            }
        }
        tdigest_slide_free(slide);
    }
}

static void what_is_not_finite_or_no_share_is_refused(void **state)
{
    struct tdigest_slide *slide = NULL;
    double q = 0.5;
    double answer;
    (void)state;
    assert_int_equal(tdigest_slide_create(&slide, &sketch_libc_memory), SKETCH_OK);
    assert_int_equal(tdigest_slide_add(slide, NAN), SKETCH_RANGE);
    assert_int_equal(tdigest_slide_add(slide, INFINITY), SKETCH_RANGE);
    assert_int_equal(tdigest_slide_quantiles(slide, &q, 1, &answer), SKETCH_RANGE);
    assert_int_equal(tdigest_slide_add(slide, 7), SKETCH_OK);
    static const double none[] = {-0.1, 1.1, NAN};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_int_equal(tdigest_slide_quantiles(slide, &none[i], 1, &answer),
                         SKETCH_RANGE);
    }
    tdigest_slide_free(slide);
    tdigest_slide_free(NULL);
}

static void every_refusal_is_survived(void **state)
{
    struct ration ration = {0};
    struct sketch_memory memory = ration_memory(&ration);
    struct tdigest_slide *slide = NULL;
    (void)state;
    assert_int_equal(tdigest_slide_create(&slide, &memory), SKETCH_NOMEM);
    assert_null(slide);
    ration.grants = 1;
    assert_int_equal(tdigest_slide_create(&slide, &memory), SKETCH_OK);
    assert_int_equal(tdigest_slide_add(slide, 1), SKETCH_NOMEM);
    assert_int_equal(tdigest_slide_count(slide), 0);
    tdigest_slide_free(slide);
    assert_int_equal(ration.blocks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_has_the_quantiles_of_its_values),
        cmocka_unit_test(what_is_not_finite_or_no_share_is_refused),
        cmocka_unit_test(every_refusal_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
