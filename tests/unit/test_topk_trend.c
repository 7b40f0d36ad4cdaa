/* Which items have grown from one top-k sketch to another. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "random.h"
#include "ration.h"
#include "topk.h"

enum { KEYS = 200 };

/* How often each key was there, and the sketch of that. */
struct stream {
    uint64_t truth[KEYS];
    uint64_t total;
    struct topk *sketch;
};

static struct random seeded;

static struct topk *created(int k, int counters)
{
    struct topk *sketch;
    assert_int_equal(topk_create(&sketch, k, counters, &sketch_libc_memory), SKETCH_OK);
    return sketch;
}

static void add(struct stream *stream, uint32_t key, uint64_t weight)
{
    assert_int_equal(topk_add(stream->sketch, item_integer(key), weight), SKETCH_OK);
    stream->truth[key] += weight;
    stream->total += weight;
}

/* Adds `rows` keys, smaller ones more often, each moved by `shift`. */
static void feed(struct stream *stream, uint32_t rows, uint32_t shift)
{
    for (uint32_t i = 0; i < rows; i++) {
        uint64_t below = random_below(&seeded, KEYS) + 1;
        uint32_t key = (uint32_t)random_below(&seeded, below);
        add(stream, (key + shift) % KEYS, 1);
    }
}

static struct topk_trend_row *trend(const struct topk *now, const struct topk *past,
                                    size_t limit, size_t *count)
{
    struct topk_trend_row *rows;
    assert_int_equal(topk_trend(now, past, limit, &rows, count), SKETCH_OK);
    return rows;
}

static size_t trend_count(const struct topk *now, const struct topk *past)
{
    size_t count;
    free(trend(now, past, SIZE_MAX, &count));
    return count;
}

static double true_growth(const struct stream *now, const struct stream *past,
                          uint32_t key)
{
    return (double)now->truth[key] -
           (double)past->truth[key] * (double)now->total / (double)past->total;
}

static bool is_near(double a, double b)
{
    return fabs(a - b) <= 1e-9 * (fabs(a) + fabs(b) + 1);
}

/* G2 as the sum over observed and expected counts. */
static double true_score(const struct stream *now, const struct stream *past,
                         uint32_t key)
{
    const double observed[] = {(double)now->truth[key], (double)past->truth[key]};
    const double totals[] = {(double)now->total, (double)past->total};
    double sum = 0;
    for (int i = 0; i < 2; i++) {
        double expected =
            (observed[0] + observed[1]) * totals[i] / (totals[0] + totals[1]);
        sum += observed[i] > 0 ? 2 * observed[i] * log(observed[i] / expected) : 0;
    }
    return sum;
}

static void exact_sketches_give_the_truth(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < 50; round++) {
        struct stream now = {.sketch = created(5, KEYS)};
        struct stream past = {.sketch = created(9, KEYS)};
        size_t count;
        size_t grown = 0;
        seeded.state = round;
        feed(&now, 300 + 17 * (uint32_t)round, (uint32_t)round % 4);
        feed(&past, 2000, 0);
        struct topk_trend_row *rows = trend(now.sketch, past.sketch, SIZE_MAX, &count);
        for (size_t i = 0; i < count; i++) {
            uint32_t key = (uint32_t)item_as_integer(rows[i].item);
            assert_true(rows[i].count == now.truth[key]);
            assert_true(rows[i].before == past.truth[key]);
            assert_true(is_near(rows[i].growth, true_growth(&now, &past, key)));
            assert_true(rows[i].lower == rows[i].growth);
            assert_true(rows[i].upper == rows[i].growth);
            assert_true(is_near(rows[i].score, true_score(&now, &past, key)));
            assert_true(i == 0 || rows[i - 1].score >= rows[i].score);
        }
        for (uint32_t key = 0; key < KEYS; key++) {
            grown += now.truth[key] * past.total > past.truth[key] * now.total;
        }
        assert_int_equal(count, grown);
        free(rows);
        topk_free(now.sketch);
        topk_free(past.sketch);
    }
}

/* With few counters, and merged, so that there is a floor: what is listed has grown,
 * and by what the bounds say. */
static void bounds_are_true_of_rough_sketches(void **state)
{
    (void)state;
    size_t listed = 0;
    for (uint64_t round = 0; round < 200; round++) {
        struct stream now = {.sketch = created(10, 30)};
        struct stream past = {.sketch = created(10, 40)};
        struct stream more = {.sketch = created(10, 40)};
        size_t count;
        seeded.state = 1000 + round;
        feed(&now, 1500, 3);
        feed(&past, 4000, 0);
        feed(&more, round % 2 ? 3000 : 0, 1);
        add(&now, 150, 200);
        assert_int_equal(topk_merge(past.sketch, more.sketch), SKETCH_OK);
        for (uint32_t key = 0; key < KEYS; key++) {
            past.truth[key] += more.truth[key];
        }
        past.total += more.total;
        struct topk_trend_row *rows = trend(now.sketch, past.sketch, SIZE_MAX, &count);
        for (size_t i = 0; i < count; i++) {
            uint32_t key = (uint32_t)item_as_integer(rows[i].item);
            double growth = true_growth(&now, &past, key);
            assert_true(rows[i].lower > 0);
            assert_true(rows[i].lower <= rows[i].growth);
            assert_true(rows[i].growth <= rows[i].upper);
            assert_true(rows[i].lower <= growth || is_near(rows[i].lower, growth));
            assert_true(growth <= rows[i].upper || is_near(rows[i].upper, growth));
        }
        assert_true(count > 0 && item_as_integer(rows[0].item) == 150);
        listed += count;
        free(rows);
        topk_free(now.sketch);
        topk_free(past.sketch);
        topk_free(more.sketch);
    }
    assert_true(listed > 400);
}

static void nothing_grows_from_a_sketch_to_itself(void **state)
{
    (void)state;
    for (int counters = 10; counters <= KEYS; counters += 19) {
        struct stream one = {.sketch = created(10, counters)};
        struct stream two = {.sketch = created(10, counters)};
        seeded.state = (uint64_t)counters;
        feed(&one, 3000, 0);
        feed(&two, 3000, 100);
        assert_int_equal(trend_count(one.sketch, one.sketch), 0);
        assert_int_equal(topk_merge(one.sketch, two.sketch), SKETCH_OK);
        assert_int_equal(trend_count(one.sketch, one.sketch), 0);
        topk_free(one.sketch);
        topk_free(two.sketch);
    }
}

/* A multiple of the traffic is no growth of anything. */
static void more_of_the_same_is_no_growth(void **state)
{
    (void)state;
    struct stream past = {.sketch = created(10, KEYS)};
    struct stream now = {.sketch = created(10, KEYS)};
    seeded.state = 7;
    feed(&past, 5000, 0);
    for (uint32_t key = 0; key < KEYS; key++) {
        add(&now, key, 7 * past.truth[key]);
    }
    assert_int_equal(trend_count(now.sketch, past.sketch), 0);
    assert_int_equal(trend_count(past.sketch, now.sketch), 0);
    add(&now, 199, 1);
    assert_int_equal(trend_count(now.sketch, past.sketch), 1);
    topk_free(past.sketch);
    topk_free(now.sketch);
}

static void nothing_is_known_beside_an_empty_sketch(void **state)
{
    (void)state;
    struct stream some = {.sketch = created(10, 20)};
    struct topk *none = created(5, 7);
    feed(&some, 100, 0);
    assert_int_equal(trend_count(some.sketch, none), 0);
    assert_int_equal(trend_count(none, some.sketch), 0);
    assert_int_equal(trend_count(none, none), 0);
    topk_free(some.sketch);
    topk_free(none);
}

/* By score, then count, then item. */
static void order_is_that_of_scores_and_limits_cut_it(void **state)
{
    (void)state;
    static const int64_t wanted[] = {5, 3, 4, 1, 2};
    struct stream now = {.sketch = created(2, KEYS)};
    struct stream past = {.sketch = created(2, KEYS)};
    size_t count;
    add(&past, 0, 1000);
    add(&now, 0, 900);
    add(&now, 2, 10);
    add(&now, 1, 10);
    add(&now, 4, 20);
    add(&now, 3, 20);
    add(&now, 5, 30);
    for (size_t limit = 0; limit < 8; limit++) {
        struct topk_trend_row *rows = trend(now.sketch, past.sketch, limit, &count);
        assert_int_equal(count, limit < 5 ? limit : 5);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(item_as_integer(rows[i].item), wanted[i]);
        }
        free(rows);
    }
    topk_free(now.sketch);
    topk_free(past.sketch);
}

/* Streams of one distribution: the score is as rarely above 6.63 by chance, in the half
 * that has grown, as chi-square of one degree says: 0.5 percent of all. */
static void scores_are_those_of_chance_where_nothing_happened(void **state)
{
    (void)state;
    size_t high = 0;
    size_t all = 0;
    for (uint64_t round = 0; round < 400; round++) {
        struct stream now = {.sketch = created(10, KEYS)};
        struct stream past = {.sketch = created(10, KEYS)};
        size_t count;
        seeded.state = 50000 + round;
        feed(&now, 8000, 0);
        feed(&past, 24000, 0);
        struct topk_trend_row *rows = trend(now.sketch, past.sketch, SIZE_MAX, &count);
        while (count > 0 && rows[count - 1].score <= 6.635) {
            count--;
        }
        high += count;
        all += topk_used(now.sketch);
        free(rows);
        topk_free(now.sketch);
        topk_free(past.sketch);
    }
    double share = (double)high / (double)all; /* standard error 0.025 percent */
    assert_true(share > 0.004 && share < 0.006);
}

static void totals_as_large_as_may_be_stay_numbers(void **state)
{
    (void)state;
    struct stream now = {.sketch = created(3, 5)};
    struct stream past = {.sketch = created(3, 5)};
    size_t count;
    add(&now, 1, SKETCH_MAX_TOTAL / 2);
    add(&now, 2, SKETCH_MAX_TOTAL / 2);
    add(&past, 1, UINT64_C(1) << 40);
    add(&past, 3, SKETCH_MAX_TOTAL - (UINT64_C(1) << 40));
    struct topk_trend_row *rows = trend(now.sketch, past.sketch, SIZE_MAX, &count);
    assert_int_equal(count, 2);
    assert_int_equal(item_as_integer(rows[0].item), 2);
    for (size_t i = 0; i < count; i++) {
        assert_true(isfinite(rows[i].score) && rows[i].score > 0);
        assert_true(rows[i].lower == rows[i].upper);
        assert_true(fabs(rows[i].lower / 0x1p62 - 1) < 1e-6);
    }
    free(rows);
    /* The other way about: 3 is new, and 1 and 2 are next to nothing. */
    rows = trend(past.sketch, now.sketch, SIZE_MAX, &count);
    assert_int_equal(count, 1);
    assert_int_equal(item_as_integer(rows[0].item), 3);
    free(rows);
    topk_free(now.sketch);
    topk_free(past.sketch);
}

static void refused_memory_gives_nothing(void **state)
{
    (void)state;
    struct ration ration = {.grants = RATION_UNLIMITED};
    struct sketch_memory memory = ration_memory(&ration);
    struct topk *sketch;
    struct topk_trend_row *rows;
    size_t count = 1;
    assert_int_equal(topk_create(&sketch, 3, 9, &memory), SKETCH_OK);
    assert_int_equal(topk_add(sketch, item_integer(1), 1), SKETCH_OK);
    ration.grants = 0;
    assert_int_equal(topk_trend(sketch, sketch, 3, &rows, &count), SKETCH_NOMEM);
    assert_null(rows);
    assert_int_equal(count, 0);
    ration.grants = RATION_UNLIMITED;
    topk_free(sketch);
    assert_int_equal(ration.blocks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_sketches_give_the_truth),
        cmocka_unit_test(bounds_are_true_of_rough_sketches),
        cmocka_unit_test(nothing_grows_from_a_sketch_to_itself),
        cmocka_unit_test(more_of_the_same_is_no_growth),
        cmocka_unit_test(nothing_is_known_beside_an_empty_sketch),
        cmocka_unit_test(order_is_that_of_scores_and_limits_cut_it),
        cmocka_unit_test(scores_are_those_of_chance_where_nothing_happened),
        cmocka_unit_test(totals_as_large_as_may_be_stay_numbers),
        cmocka_unit_test(refused_memory_gives_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
