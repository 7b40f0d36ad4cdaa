/* KLL: edges, answers, the coin, and bytes that must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kll_private.h"
#include "random.h"

#include <math.h>

static struct kll *create(int k)
{
    struct kll *sketch;
    assert_int_equal(kll_create(&sketch, k, &sketch_libc_memory), SKETCH_OK);
    return sketch;
}

static struct kll *counting(int k, int count)
{
    struct kll *sketch = create(k);
    for (int i = 1; i <= count; i++) {
        assert_int_equal(kll_add(sketch, i), SKETCH_OK);
    }
    return sketch;
}

static double quantile(const struct kll *sketch, double q)
{
    double value = (double)NAN;
    assert_int_equal(kll_quantiles(sketch, &q, 1, &value), SKETCH_OK);
    return value;
}

static double rank(const struct kll *sketch, double value)
{
    double share = (double)NAN;
    assert_int_equal(kll_ranks(sketch, &value, 1, &share), SKETCH_OK);
    return share;
}

struct image {
    uint8_t *bytes;
    size_t size;
};

static struct image image_of(const struct kll *sketch)
{
    struct image image;
    assert_int_equal(kll_serialise(sketch, &image.bytes, &image.size), SKETCH_OK);
    return image;
}

static enum sketch_status read_status(const uint8_t *bytes, size_t size)
{
    struct kll *sketch;
    enum sketch_status status =
        kll_deserialise(&sketch, bytes, size, &sketch_libc_memory);
    assert_true((status == SKETCH_OK) == (sketch != NULL));
    kll_free(sketch);
    return status;
}

static void an_empty_sketch_answers_nothing(void **state)
{
    (void)state;
    struct kll *sketch = create(KLL_K);
    double q = 0.5;
    double answers[2];
    assert_int_equal(kll_quantiles(sketch, &q, 1, answers), SKETCH_RANGE);
    assert_int_equal(kll_lower(sketch, &q, 1, answers), SKETCH_RANGE);
    assert_int_equal(kll_ranks(sketch, &q, 1, answers), SKETCH_RANGE);
    assert_int_equal(kll_cdf(sketch, &q, 1, answers), SKETCH_RANGE);
    assert_int_equal(kll_pmf(sketch, &q, 1, answers), SKETCH_RANGE);
    assert_true(isnan(kll_min(sketch)) && isnan(kll_max(sketch)));
    assert_int_equal(kll_weight(sketch), 0);
    assert_true(kll_is_exact(sketch) && kll_error(sketch) == 0);
    kll_free(sketch);
}

static void sizes_and_values_have_ranges(void **state)
{
    (void)state;
    struct kll *sketch;
    assert_int_equal(kll_create(&sketch, KLL_MIN_K - 1, &sketch_libc_memory),
                     SKETCH_RANGE);
    assert_null(sketch);
    assert_int_equal(kll_create(&sketch, KLL_MAX_K + 1, &sketch_libc_memory),
                     SKETCH_RANGE);
    sketch = create(KLL_MAX_K);
    assert_int_equal(kll_add(sketch, (double)NAN), SKETCH_RANGE);
    assert_int_equal(kll_add(sketch, (double)INFINITY), SKETCH_RANGE);
    assert_int_equal(kll_add(sketch, -(double)INFINITY), SKETCH_RANGE);
    assert_int_equal(kll_weight(sketch), 0);
    assert_int_equal(kll_add(sketch, -0.0), SKETCH_OK);
    assert_false(signbit(kll_min(sketch)));
    static const double shares[] = {-0.1, 1.1, (double)NAN};
    double answer;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(kll_quantiles(sketch, &shares[i], 1, &answer), SKETCH_RANGE);
    }
    assert_int_equal(kll_ranks(sketch, &shares[2], 1, &answer), SKETCH_RANGE);
    kll_free(sketch);
}

static void few_values_are_exact(void **state)
{
    (void)state;
    struct kll *sketch = counting(KLL_K, KLL_K);
    assert_true(kll_is_exact(sketch));
    assert_int_equal(kll_retained(sketch), KLL_K);
    for (int i = 1; i <= KLL_K; i++) {
        assert_true(quantile(sketch, (i - 0.5) / KLL_K) == i);
        assert_true(rank(sketch, i) == (double)i / KLL_K);
        assert_true(rank(sketch, i - 0.5) == (double)(i - 1) / KLL_K);
    }
    assert_true(quantile(sketch, 0) == 1);
    assert_int_equal(kll_add(sketch, 0), SKETCH_OK);
    assert_false(kll_is_exact(sketch));
    assert_true(kll_min(sketch) == 0 && kll_max(sketch) == KLL_K);
    kll_free(sketch);
}

/* The values of DataSketches' own description: 1.33 % and 1.65 % for k 200. */
static void the_error_is_that_of_the_size(void **state)
{
    (void)state;
    assert_true(fabs(kll_rank_error(200) - 0.0133) < 1e-4);
    assert_true(fabs(kll_share_error(200) - 0.0165) < 1e-4);
    struct kll *large = counting(400, 5000);
    struct kll *small = counting(100, 5000);
    assert_true(kll_error(large) == kll_rank_error(400));
    assert_int_equal(kll_merge(large, small), SKETCH_OK);
    assert_int_equal(kll_k(large), 400);
    assert_true(kll_error(large) == kll_rank_error(100));
    kll_free(large);
    kll_free(small);
}

static void the_bounds_hold_the_quantile(void **state)
{
    (void)state;
    struct kll *sketch = counting(KLL_K, 20000);
    double before = 0;
    for (int i = 0; i <= 100; i++) {
        double q = i / 100.0;
        double lower;
        double upper;
        assert_int_equal(kll_lower(sketch, &q, 1, &lower), SKETCH_OK);
        assert_int_equal(kll_upper(sketch, &q, 1, &upper), SKETCH_OK);
        double middle = quantile(sketch, q);
        assert_true(lower <= middle && middle <= upper && before <= middle);
        assert_true(lower <= 20000 * q + 1 && upper >= 20000 * q);
        before = middle;
    }
    double ends[2] = {0, 1};
    double answers[2];
    assert_int_equal(kll_lower(sketch, ends, 2, answers), SKETCH_OK);
    assert_true(answers[0] == 1);
    assert_int_equal(kll_upper(sketch, ends, 2, answers), SKETCH_OK);
    assert_true(answers[1] == 20000);
    kll_free(sketch);
}

static void shares_add_up(void **state)
{
    (void)state;
    struct kll *sketch = counting(20, 3000);
    static const double points[] = {-5, 100, 1000.5, 2999, 4000};
    double ranks[6];
    double shares[6];
    double sum = 0;
    assert_int_equal(kll_cdf(sketch, points, 5, ranks), SKETCH_OK);
    assert_int_equal(kll_pmf(sketch, points, 5, shares), SKETCH_OK);
    for (int i = 0; i < 6; i++) {
        assert_true(fabs(shares[i] - (ranks[i] - (i ? ranks[i - 1] : 0))) < 1e-15);
        sum += shares[i];
    }
    assert_true(ranks[0] == 0 && ranks[4] == 1 && ranks[5] == 1);
    assert_true(fabs(sum - 1) < 1e-12);
    static const double equal[] = {1, 1};
    assert_int_equal(kll_cdf(sketch, equal, 2, ranks), SKETCH_RANGE);
    kll_free(sketch);
}

static void rows_have_all_the_weight(void **state)
{
    (void)state;
    struct kll *sketch = create(KLL_K);
    for (int i = 0; i < 10000; i++) {
        assert_int_equal(kll_add(sketch, i * 7919 % 100), SKETCH_OK);
    }
    struct kll_row rows[1000];
    size_t count;
    uint64_t weight = 0;
    assert_true(kll_retained(sketch) <= 1000);
    assert_int_equal(kll_rows(sketch, rows, &count), SKETCH_OK);
    assert_true(count <= 100);
    for (size_t i = 0; i < count; i++) {
        assert_true(i == 0 || rows[i - 1].value < rows[i].value);
        weight += rows[i].weight;
        assert_true(rank(sketch, rows[i].value) == (double)weight / 10000);
    }
    assert_int_equal(weight, 10000);
    kll_free(sketch);
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

static void sorting_is_sorting(void **state)
{
    (void)state;
    enum { MOST = 600 };
    struct random random = {3};
    double values[MOST];
    double expected[MOST];
    double scratch[MOST];
    for (size_t count = 0; count < MOST; count += 1 + count / 60) {
        for (int kind = 0; kind < 5; kind++) {
            for (size_t i = 0; i < count; i++) {
                uint64_t any = random_next(&random);
                values[i] = kind == 0   ? (double)i
                            : kind == 1 ? -(double)i
                            : kind == 2 ? (double)(any % 7) - 3
                            : kind == 3
                                ? ldexp((double)(int64_t)any, (int)(any % 1800) - 950)
                                : (any % 3 ? (double)any : (double)INFINITY);
            }
            if (count > 0) {
                memcpy(expected, values, count * sizeof *values);
                qsort(expected, count, sizeof *values, compare);
            }
            kll_sort(values, count, scratch);
            for (size_t i = 0; i < count; i++) {
                assert_true(values[i] == expected[i]);
            }
        }
    }
}

/* Infinities, too, as images of others may have. */
static double any_of_few(struct random *random)
{
    uint64_t any = random_next(random) % 20;
    return any == 0 ? -(double)INFINITY : any == 1 ? (double)INFINITY : (double)any;
}

static void merging_two_arrays_is_sorting_both(void **state)
{
    (void)state;
    enum { MOST = 24 };
    double a_block[MOST + 2]; /* with places for guards */
    double b_block[MOST + 2];
    double *a = a_block + 1;
    double *b = b_block + 1;
    double out[2 * MOST];
    double in_place[2 * MOST + MOST];
    double expected[2 * MOST];
    struct random random = {4};
    for (size_t a_count = 0; a_count < MOST; a_count++) {
        for (size_t b_count = 0; b_count < MOST; b_count++) {
            size_t count = a_count + b_count;
            for (size_t i = 0; i < MOST; i++) {
                a[i] = any_of_few(&random);
                b[i] = any_of_few(&random);
            }
            qsort(a, a_count, sizeof *a, compare);
            qsort(b, b_count, sizeof *b, compare);
            memcpy(expected, a, a_count * sizeof *a);
            memcpy(expected + a_count, b, b_count * sizeof *b);
            qsort(expected, count, sizeof *expected, compare);
            /* As levels are: a, a gap as long, and b, merged into the gap and b. */
            memcpy(in_place, a, a_count * sizeof *a);
            memcpy(in_place + 2 * a_count, b, b_count * sizeof *b);
            kll_merge_sorted(in_place, a_count, in_place + 2 * a_count, b_count,
                             in_place + a_count);
            assert_memory_equal(in_place + a_count, expected, count * sizeof *out);
            kll_merge_guarded(a, a_count, b, b_count, out);
            assert_memory_equal(out, expected, count * sizeof *out);
        }
    }
}

/* As many heads as tails, whatever the level, n, or the values are alike in. */
static void the_coin_is_fair(void **state)
{
    (void)state;
    enum { TOSSES = 40000 };
    double values[13];
    for (int kind = 0; kind < 4; kind++) {
        int heads = 0;
        int changes = 0;
        bool before = false;
        for (int i = 0; i < TOSSES; i++) {
            for (int j = 0; j < 13; j++) {
                values[j] = kind == 2 ? i + j : kind == 3 ? ldexp(1, (i + j) % 900) : 0;
            }
            bool coin = kll_toss(NULL, kind == 1 ? 1000 : 4 * (uint64_t)i,
                                 kind == 1 ? i : 0, values, 12 + (size_t)(i % 2));
            heads += coin;
            changes += coin != before;
            before = coin;
        }
        /* Five standard deviations. */
        assert_true(abs(heads - TOSSES / 2) < 500);
        assert_true(abs(changes - TOSSES / 2) < 500);
    }
}

static void capacities_are_those_of_datasketches(void **state)
{
    (void)state;
    static const uint32_t of_200[] = {200, 133, 89, 59, 40, 26, 18, 12, 8, 8};
    for (int depth = 0; depth < 10; depth++) {
        assert_int_equal(kll_capacity_at(200, depth), of_200[depth]);
    }
    assert_int_equal(kll_capacity_at(KLL_MAX_K, 0), KLL_MAX_K);
    assert_int_equal(kll_capacity_at(KLL_MAX_K, 60), 8);
    assert_int_equal(kll_capacity(200, 3), 422);
}

static void large_sketches_work(void **state)
{
    (void)state;
    struct kll *sketch = create(KLL_MAX_K);
    for (int i = 0; i < 300000; i++) {
        assert_int_equal(kll_add(sketch, (double)(i * INT64_C(7919) % 300007)),
                         SKETCH_OK);
    }
    assert_false(kll_is_exact(sketch));
    assert_true(fabs(quantile(sketch, 0.5) - 150003) < 300007 * 0.001);
    struct image image = image_of(sketch);
    assert_int_equal(read_status(image.bytes, image.size), SKETCH_OK);
    free(image.bytes);
    kll_free(sketch);
}

static void totals_have_an_end(void **state)
{
    (void)state;
    struct kll *sketch = counting(8, 1000);
    for (int i = 0; i < 70; i++) {
        enum sketch_status status = kll_merge(sketch, sketch);
        if (status == SKETCH_OVERFLOW) {
            assert_true(kll_weight(sketch) > SKETCH_MAX_TOTAL / 2);
            struct image image = image_of(sketch);
            assert_int_equal(read_status(image.bytes, image.size), SKETCH_OK);
            free(image.bytes);
            kll_free(sketch);
            return;
        }
        assert_int_equal(status, SKETCH_OK);
    }
    fail_msg("no overflow");
}

/* An image of 1 and 2, level 0 with 2 first, and what becomes of it. */
static const uint8_t pair[56] = {
    5, 1,    15, 0, 200, 0, 8, 0, 2, 0,    0, 0,    0,    0, 0, 0, 200,  0,   1,
    0, 198,  0,  0, 0,   0, 0, 0, 0, 0,    0, 0xf0, 0x3f, 0, 0, 0, 0,    0,   0,
    0, 0x40, 0,  0, 0,   0, 0, 0, 0, 0x40, 0, 0,    0,    0, 0, 0, 0xf0, 0x3f};

static enum sketch_status status_with(size_t at, uint8_t byte)
{
    uint8_t bytes[sizeof pair];
    memcpy(bytes, pair, sizeof pair);
    bytes[at] = byte;
    return read_status(bytes, sizeof bytes);
}

static void what_contradicts_itself_is_refused(void **state)
{
    (void)state;
    assert_int_equal(read_status(pair, sizeof pair), SKETCH_OK);
    static const struct {
        size_t at;
        uint8_t byte;
        const char *what;
    } wrong[] = {
        {0, 2, "a short preamble"},
        {1, 2, "the version of a single value"},
        {1, 3, "Java's form with free space"},
        {2, 16, "another family"},
        {3, 1, "no value"},
        {3, 2, "level 0 in order, which it is not"},
        {3, 4, "a single value"},
        {3, 16, "an unknown flag"},
        {4, 7, "a k below the least"},
        {6, 4, "another least capacity"},
        {7, 1, "a byte that is 0"},
        {8, 3, "another n"},
        {16, 201, "a smallest k above k"},
        {16, 7, "a smallest k below the least"},
        {18, 0, "no levels"},
        {18, 2, "more levels than there are"},
        {18, 64, "too many levels"},
        {19, 1, "another byte that is 0"},
        {20, 197, "more values than there are"},
        {20, 201, "a start behind the end"},
        {31, 0x40, "a smallest value above a value"},
        {39, 0, "a largest value below a value"},
        {47, 0x7f, "a value above the largest"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        if (status_with(wrong[i].at, wrong[i].byte) != SKETCH_CORRUPT) {
            fail_msg("%s was read", wrong[i].what);
        }
    }
    /* Java once set it for doubles. */
    assert_int_equal(status_with(3, 8), SKETCH_OK);
}

static void a_nan_is_refused_and_an_infinity_read(void **state)
{
    (void)state;
    uint8_t single[] = {2, 2, 15, 4, 200, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0xf0, 0x7f};
    assert_int_equal(read_status(single, sizeof single), SKETCH_OK);
    single[14] = 0xf8;
    assert_int_equal(read_status(single, sizeof single), SKETCH_CORRUPT);
}

static void integers_come_in_if_they_are_doubles(void **state)
{
    (void)state;
    uint8_t single[] = {2,    2,    15,   4,    200,  0,    8,    0,
                        0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    struct kll *sketch;
    int64_t beyond = 0;
    assert_int_equal(kll_import(&sketch, single, sizeof single, KLL_INTEGERS, &beyond,
                                &sketch_libc_memory),
                     SKETCH_OK);
    assert_true(kll_min(sketch) == -2);
    kll_free(sketch);
    memset(single + 8, 0, 8);
    single[8] = 1;
    single[14] = 0x20;
    assert_int_equal(kll_import(&sketch, single, sizeof single, KLL_INTEGERS, &beyond,
                                &sketch_libc_memory),
                     SKETCH_RANGE);
    assert_null(sketch);
    assert_true(beyond == INT64_C(9007199254740993));
    assert_int_equal(kll_import(&sketch, single, sizeof single, KLL_FLOATS, &beyond,
                                &sketch_libc_memory),
                     SKETCH_CORRUPT);
}

/* What came out of one step, and what was stored after every value. */
static void adding_one_by_one_gives_the_same_bytes(void **state)
{
    (void)state;
    struct kll *whole = create(50);
    struct kll *stored = create(50);
    struct random random = {9};
    for (int i = 0; i < 10000; i++) {
        double value = random_exponential(&random);
        assert_int_equal(kll_add(whole, value), SKETCH_OK);
        assert_int_equal(kll_add(stored, value), SKETCH_OK);
        struct image image = image_of(stored);
        kll_free(stored);
        assert_int_equal(
            kll_deserialise(&stored, image.bytes, image.size, &sketch_libc_memory),
            SKETCH_OK);
        free(image.bytes);
    }
    struct image a = image_of(whole);
    struct image b = image_of(stored);
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.bytes, b.bytes, a.size);
    free(a.bytes);
    free(b.bytes);
    kll_free(whole);
    kll_free(stored);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_sketch_answers_nothing),
        cmocka_unit_test(sizes_and_values_have_ranges),
        cmocka_unit_test(few_values_are_exact),
        cmocka_unit_test(the_error_is_that_of_the_size),
        cmocka_unit_test(the_bounds_hold_the_quantile),
        cmocka_unit_test(shares_add_up),
        cmocka_unit_test(rows_have_all_the_weight),
        cmocka_unit_test(sorting_is_sorting),
        cmocka_unit_test(merging_two_arrays_is_sorting_both),
        cmocka_unit_test(the_coin_is_fair),
        cmocka_unit_test(capacities_are_those_of_datasketches),
        cmocka_unit_test(large_sketches_work),
        cmocka_unit_test(totals_have_an_end),
        cmocka_unit_test(what_contradicts_itself_is_refused),
        cmocka_unit_test(a_nan_is_refused_and_an_infinity_read),
        cmocka_unit_test(integers_come_in_if_they_are_doubles),
        cmocka_unit_test(adding_one_by_one_gives_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
