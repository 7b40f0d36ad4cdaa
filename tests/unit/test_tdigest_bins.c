/* Histograms of t-digests. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "random.h"
#include "ration.h"
#include "tdigest.h"

static struct random seeded;
static struct tdigest_bin bins[TDIGEST_MAX_BINS];

static struct tdigest *created(int k)
{
    struct tdigest *sketch;
    assert_int_equal(tdigest_create(&sketch, k, &sketch_libc_memory), SKETCH_OK);
    return sketch;
}

static void add(struct tdigest *sketch, double value, uint64_t weight)
{
    assert_int_equal(tdigest_add_weighted(sketch, value, weight), SKETCH_OK);
}

/* Asks for a histogram, and looks at what holds of every one. */
static size_t asked(const struct tdigest *sketch, size_t n)
{
    size_t count;
    uint64_t sum = 0;
    assert_int_equal(tdigest_bins(sketch, n, bins, &count), SKETCH_OK);
    for (size_t i = 0; i < count; i++) {
        sum += bins[i].count;
        assert_true(bins[i].lower <= bins[i].upper);
        assert_true(i == 0 || bins[i].lower == bins[i - 1].upper);
    }
    assert_true(sum == tdigest_weight(sketch));
    if (count > 0) {
        assert_true(bins[0].lower == tdigest_min(sketch));
        assert_true(bins[count - 1].upper == tdigest_max(sketch));
    }
    return count;
}

static void exact_sketches_count_exactly(void **state)
{
    (void)state;
    double values[300];
    uint64_t weights[300];
    for (uint64_t round = 0; round < 60; round++) {
        struct tdigest *sketch = created(200);
        size_t n = 1 + round * round % 41;
        seeded.state = round;
        for (size_t i = 0; i < 300; i++) {
            values[i] = round % 2 ? (double)random_below(&seeded, 40)
                                  : random_real(&seeded) * 100 - 50;
            weights[i] = round % 3 ? 1 : random_below(&seeded, 9);
            add(sketch, values[i], weights[i]);
        }
        size_t count = asked(sketch, n);
        assert_int_equal(count, n);
        for (size_t at = 0; at < n; at++) {
            uint64_t truth = 0;
            for (size_t i = 0; i < 300; i++) {
                bool is_in = values[i] >= bins[at].lower &&
                             (values[i] < bins[at].upper || at + 1 == n);
                truth += is_in ? weights[i] : 0;
            }
            assert_true(bins[at].count == truth);
        }
        tdigest_free(sketch);
    }
}

/* The values themselves stand on the ends of intervals, which have no last digit off.
 */
static void whole_values_lie_in_their_intervals(void **state)
{
    (void)state;
    struct tdigest *sketch = created(100);
    for (int value = 0; value <= 10; value++) {
        add(sketch, value / 10.0, (uint64_t)value + 1);
    }
    assert_int_equal(asked(sketch, 10), 10);
    for (int i = 0; i < 10; i++) {
        assert_true(bins[i].lower == i / 10.0);
        assert_int_equal(bins[i].count, i < 9 ? i + 1 : 10 + 11);
    }
    tdigest_free(sketch);
}

/* The share up to the end of each interval is the rank of that end. */
static void estimates_follow_the_curve(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < 8; round++) {
        struct tdigest *sketch = created(100);
        struct tdigest *more = created(100);
        const double rows = 100000;
        uint64_t below = 0;
        seeded.state = 70 + round;
        for (int i = 0; i < 50000; i++) {
            add(sketch, random_exponential(&seeded), 1);
            add(more, random_exponential(&seeded) + random_exponential(&seeded), 1);
        }
        assert_int_equal(tdigest_merge(sketch, more), SKETCH_OK);
        size_t count = asked(sketch, 17);
        for (size_t i = 0; i < count; i++) {
            double edge = bins[i].upper;
            double rank;
            double truth = 1 - exp(-edge) / 2 - (1 + edge) * exp(-edge) / 2;
            below += bins[i].count;
            assert_int_equal(tdigest_rank(sketch, edge, &rank), SKETCH_OK);
            assert_true(fabs((double)below - rank * rows) <= 1);
            assert_true(fabs((double)below / rows - truth) < 0.01);
        }
        tdigest_free(sketch);
        tdigest_free(more);
    }
}

static void one_value_is_one_interval(void **state)
{
    (void)state;
    struct tdigest *sketch = created(10);
    add(sketch, -2.5, 1);
    for (size_t n = 1; n < 5; n++) {
        assert_int_equal(asked(sketch, n), 1);
        assert_true(bins[0].lower == -2.5 && bins[0].upper == -2.5);
    }
    add(sketch, -2.5, SKETCH_MAX_TOTAL - 1);
    assert_int_equal(asked(sketch, 20), 1);
    assert_true(bins[0].count == SKETCH_MAX_TOTAL);
    tdigest_free(sketch);
}

static void an_empty_sketch_has_none(void **state)
{
    (void)state;
    struct tdigest *sketch = created(10);
    assert_int_equal(asked(sketch, 1), 0);
    assert_int_equal(asked(sketch, TDIGEST_MAX_BINS), 0);
    tdigest_free(sketch);
}

static void numbers_out_of_range_are_refused(void **state)
{
    (void)state;
    struct tdigest *sketch = created(10);
    size_t count = 1;
    add(sketch, 1, 1);
    add(sketch, 2, 1);
    assert_int_equal(tdigest_bins(sketch, 0, bins, &count), SKETCH_RANGE);
    assert_int_equal(tdigest_bins(sketch, TDIGEST_MAX_BINS + 1, bins, &count),
                     SKETCH_RANGE);
    assert_int_equal(count, 0);
    assert_int_equal(asked(sketch, TDIGEST_MAX_BINS), TDIGEST_MAX_BINS);
    assert_int_equal(asked(sketch, 1), 1);
    assert_int_equal(bins[0].count, 2);
    tdigest_free(sketch);
}

/* Neither a difference that overflows nor one that has no room for so many ends. */
static void ranges_may_be_as_large_and_small_as_doubles(void **state)
{
    (void)state;
    static const double ends[][2] = {{-DBL_MAX, DBL_MAX},   {0, DBL_MAX},
                                     {-DBL_MAX, 0x1p-1074}, {-DBL_MAX, -DBL_MAX / 2},
                                     {0, 0x1p-1074},        {-0x1p-1074, 0x1p-1073},
                                     {1, 1 + DBL_EPSILON},  {-0x1p1012, 0x1p1012}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct tdigest *sketch = created(10);
        add(sketch, ends[i][0], 5);
        add(sketch, ends[i][1], 7);
        for (size_t n = 1; n <= TDIGEST_MAX_BINS; n += 37) {
            size_t count = asked(sketch, n);
            assert_int_equal(count, n);
            assert_true(bins[count - 1].count == (n == 1 ? 12 : 7));
        }
        tdigest_free(sketch);
    }
    struct tdigest *sketch = created(10);
    add(sketch, -DBL_MAX, 1);
    add(sketch, DBL_MAX, 1);
    assert_int_equal(asked(sketch, 4), 4);
    assert_true(bins[1].lower == -DBL_MAX / 2 && bins[1].upper == 0);
    tdigest_free(sketch);
}

/* Weights that no double tells apart add up as all others do. */
static void large_weights_add_up(void **state)
{
    (void)state;
    struct tdigest *sketch = created(10);
    seeded.state = 4;
    for (int i = 0; i < 1000; i++) {
        add(sketch, random_real(&seeded), SKETCH_MAX_TOTAL / 1001 - (uint64_t)i);
    }
    for (size_t n = 1; n <= TDIGEST_MAX_BINS; n += 111) {
        assert_int_equal(asked(sketch, n), n);
    }
    tdigest_free(sketch);
}

static void refused_memory_gives_nothing(void **state)
{
    (void)state;
    struct ration ration = {.grants = RATION_UNLIMITED};
    struct sketch_memory memory = ration_memory(&ration);
    struct tdigest *sketch;
    struct tdigest *more;
    size_t count = 1;
    assert_int_equal(tdigest_create(&sketch, 10, &memory), SKETCH_OK);
    assert_int_equal(tdigest_create(&more, 10, &memory), SKETCH_OK);
    for (int i = 0; i < 5000; i++) {
        add(sketch, i * 7919 % 1000, 1);
        add(more, i * 7919 % 100, 3);
    }
    assert_int_equal(tdigest_merge(sketch, more), SKETCH_OK);
    uint64_t blocks = ration.blocks;
    uint64_t grants = 0;
    for (bool done = false; !done; grants++) {
        ration.grants = grants;
        done = tdigest_bins(sketch, 20, bins, &count) == SKETCH_OK;
        assert_int_equal(count, done ? 20 : 0);
        assert_int_equal(ration.blocks, blocks);
    }
    assert_true(grants > 1);
    tdigest_free(sketch);
    tdigest_free(more);
    assert_int_equal(ration.blocks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_sketches_count_exactly),
        cmocka_unit_test(whole_values_lie_in_their_intervals),
        cmocka_unit_test(estimates_follow_the_curve),
        cmocka_unit_test(one_value_is_one_interval),
        cmocka_unit_test(an_empty_sketch_has_none),
        cmocka_unit_test(numbers_out_of_range_are_refused),
        cmocka_unit_test(ranges_may_be_as_large_and_small_as_doubles),
        cmocka_unit_test(large_weights_add_up),
        cmocka_unit_test(refused_memory_gives_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
