/* HyperLogLog: what two sketches have in common. */
#include "hll_help.h"

#include <math.h>

#include "ration.h"

/* Two sketches of which each has items of its own, and some in common. */
struct pair {
    struct hll *a;
    struct hll *b;
};

/* Other items for every seed. */
static struct pair pair_of(int a_precision, int b_precision, uint64_t in_a,
                           uint64_t in_b, uint64_t in_both, uint64_t seed)
{
    uint64_t start = seed << 40;
    struct pair pair = {
        sketch_of(a_precision, start, start + in_a + in_both),
        sketch_of(b_precision, start + in_a, start + in_a + in_both + in_b)};
    return pair;
}

static void free_pair(struct pair pair)
{
    hll_free(pair.a);
    hll_free(pair.b);
}

static void expect_no_more_than(struct hll_overlap overlap, const struct hll *side)
{
    double lower;
    double upper;
    assert_int_equal(hll_bounds(side, 2, &lower, &upper), SKETCH_OK);
    assert_true(overlap.estimate <= hll_estimate(side) && overlap.upper <= upper);
}

/* Whatever the sketches are, no more is common than either has. */
static struct hll_overlap intersection_of(struct pair pair)
{
    struct hll_overlap overlap;
    assert_int_equal(hll_intersection(pair.a, pair.b, &overlap), SKETCH_OK);
    assert_true(overlap.lower <= overlap.estimate && overlap.estimate <= overlap.upper);
    assert_true(overlap.lower >= 0 && isfinite(overlap.upper));
    expect_no_more_than(overlap, pair.a);
    expect_no_more_than(overlap, pair.b);
    return overlap;
}

static struct hll_overlap jaccard_of(struct pair pair)
{
    struct hll_overlap overlap;
    assert_int_equal(hll_jaccard(pair.a, pair.b, &overlap), SKETCH_OK);
    assert_true(overlap.lower <= overlap.estimate && overlap.estimate <= overlap.upper);
    assert_true(overlap.lower >= 0 && overlap.upper <= 1);
    return overlap;
}

static void expect_exactly(struct hll_overlap overlap, double answer)
{
    assert_true(overlap.estimate == answer && overlap.lower == answer &&
                overlap.upper == answer && overlap.good);
}

static void lists_and_sets_know_exactly(void **state)
{
    (void)state;
    static const uint64_t sizes[][3] = {{3, 2, 1},     {0, 5, 2},   {6, 0, 0},
                                        {100, 0, 0},   {0, 0, 300}, {50, 100, 40},
                                        {200, 90, 95}, {4, 300, 1}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const uint64_t *s = sizes[i];
        struct pair pair = pair_of(12, 13, s[0], s[1], s[2], i);
        if (s[1] + s[2] == 0) {
            hll_free(pair.b);
            pair.b = sketch_of(12, 7777, 7780);
        }
        uint64_t all = s[0] + s[2] + (s[1] + s[2] ? s[1] : 3);
        expect_exactly(intersection_of(pair), (double)s[2]);
        expect_exactly(jaccard_of(pair), (double)s[2] / (double)all);
        free_pair(pair);
    }
}

static void accidents_among_large_sets_widen_the_interval(void **state)
{
    (void)state;
    /* 180,000 x 180,000 pairs of different items share 161 coupons on average. */
    struct pair pair = pair_of(21, 21, 180000, 180000, 0, 1);
    assert_true(hll_is_exact(pair.a) && hll_is_exact(pair.b));
    struct hll_overlap overlap = intersection_of(pair);
    assert_true(overlap.lower == 0 && overlap.upper < 60);
    free_pair(pair);
}

static void empty_sketches_have_nothing_in_common_but_are_equal(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {3, 100, 100000};
    for (size_t i = 0; i < 3; i++) {
        struct pair pair = {sketch_of(12, 0, sizes[i]), sketch_of(11, 0, 0)};
        expect_exactly(intersection_of(pair), 0);
        expect_exactly(jaccard_of(pair), 0);
        free_pair(pair);
    }
    struct pair pair = {sketch_of(12, 0, 0), sketch_of(4, 0, 0)};
    expect_exactly(intersection_of(pair), 0);
    expect_exactly(jaccard_of(pair), 1);
    free_pair(pair);
}

static void equal_sketches_have_everything_in_common(void **state)
{
    (void)state;
    struct pair pair = {sketch_of(12, 0, 100000), sketch_of(12, 0, 100000)};
    struct hll_overlap common = intersection_of(pair);
    struct hll_overlap share = jaccard_of(pair);
    assert_true(common.good && fabs(common.estimate / 100000 - 1) < 0.05);
    assert_true(share.good && share.estimate > 0.9999 && share.lower > 0.99);
    free_pair(pair);
}

static void no_more_is_common_than_the_smaller_sketch_has(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct pair pair = pair_of(12, 12, 200000, 0, 200, seed);
        assert_true(intersection_of(pair).upper < 200.03);
        free_pair(pair);
    }
}

/* Raw counts of coupons against an estimate made a share of 1.00075 of this one: lg_k
 * 16 and 3,000 items on. */
static void a_set_is_the_whole_of_itself(void **state)
{
    (void)state;
    static const int precisions[] = {4, 8, 12, 16, 18, 21};
    static const uint64_t sizes[] = {1, 7, 8, 100, 2900, 3000, 20000, 150000};
    for (size_t p = 0; p < sizeof precisions / sizeof *precisions; p++) {
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            struct hll *a = sketch_of(precisions[p], 0, sizes[i]);
            struct hll *b = sketch_of(precisions[p], 0, sizes[i]);
            struct pair pair = {a, b};
            struct hll_overlap share = jaccard_of(pair);
            struct hll_overlap common = intersection_of(pair);
            assert_true(share.upper == 1 && share.estimate > 0.999);
            if (hll_is_exact(a)) {
                assert_true(share.estimate == 1);
                assert_true(common.lower <= (double)sizes[i] &&
                            (double)sizes[i] <= common.upper);
            }
            free_pair(pair);
        }
    }
}

static void it_does_not_matter_which_comes_first(void **state)
{
    (void)state;
    struct pair pair = pair_of(12, 11, 30000, 5000, 8000, 3);
    struct pair other = {pair.b, pair.a};
    assert_true(fabs(intersection_of(pair).estimate / intersection_of(other).estimate -
                     1) < 1e-3);
    assert_true(fabs(jaccard_of(pair).lower / jaccard_of(other).lower - 1) < 1e-2);
    free_pair(pair);
}

/* Runs over seeds: how far off the answers are, and how often the interval holds. */
struct record {
    double error; /* root of the mean squared relative error */
    double held;
    double good;
};

static struct record record_of(uint64_t in_a, uint64_t in_b, uint64_t in_both, int runs,
                               bool jaccard)
{
    struct record record = {0, 0, 0};
    double truth = (double)in_both / (jaccard ? (double)(in_a + in_b + in_both) : 1);
    for (int run = 0; run < runs; run++) {
        struct pair pair = pair_of(12, 12, in_a, in_b, in_both, (uint64_t)run + 1);
        struct hll_overlap overlap = jaccard ? jaccard_of(pair) : intersection_of(pair);
        double error = overlap.estimate / truth - 1;
        record.error += error * error / runs;
        record.held +=
            (double)(overlap.lower <= truth && truth <= overlap.upper) / runs;
        record.good += (double)overlap.good / runs;
        free_pair(pair);
    }
    record.error = sqrt(record.error);
    return record;
}

/* The errors of inclusion and exclusion are 3.3, 22.6, 22.8 and 2.1 percent. */
static void answers_are_as_close_as_the_likelihood_promises(void **state)
{
    (void)state;
    static const struct {
        uint64_t in_a, in_b, in_both;
        double error;
    } cases[] = {
        {50000, 50000, 50000, 0.032},
        {90000, 90000, 10000, 0.127},
        {500000, 5000, 5000, 0.18},
        {1000, 1000, 1000, 0.024},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int jaccard = 0; jaccard < 2; jaccard++) {
            struct record record = record_of(cases[i].in_a, cases[i].in_b,
                                             cases[i].in_both, 60, jaccard != 0);
            assert_true(record.error < cases[i].error);
            assert_true(record.held > 0.89);
            assert_true(record.good > 0.9);
        }
    }
}

static void a_small_overlap_of_large_sets_is_never_good(void **state)
{
    (void)state;
    struct record record = record_of(200000, 200000, 500, 20, false);
    assert_true(record.good == 0 && record.held > 0.8);
    struct pair pair = pair_of(12, 12, 100000, 100000, 0, 9);
    assert_true(intersection_of(pair).lower == 0);
    assert_false(intersection_of(pair).good || jaccard_of(pair).good);
    free_pair(pair);
}

/* Registers that no stream leaves behind, as an image may have them. */
static struct hll *hostile(struct random *random, int pattern)
{
    enum { SLOTS = 64 };
    struct image image = {calloc(1, 40 + SLOTS), 40 + SLOTS};
    const uint8_t header[8] = {10, 1, 7, 6, 0, 16, 0, 10};
    memcpy(image.bytes, header, sizeof header);
    for (int i = 0; i < SLOTS; i++) {
        uint8_t any = (uint8_t)(random_next(random) % 64);
        image.bytes[40 + i] = pattern == 0   ? any
                              : pattern == 1 ? 63
                              : pattern == 2 ? (uint8_t)(any % 2 ? 63 : 0)
                              : pattern == 3 ? (uint8_t)(i == 0)
                              : pattern == 4 ? (uint8_t)(any % 2 + 61)
                                             : (uint8_t)(i == 5 ? 63 : 1);
    }
    struct hll *sketch = read_image(image);
    free(image.bytes);
    return sketch;
}

static void any_registers_get_an_answer(void **state)
{
    (void)state;
    struct random random = {1};
    for (int i = 0; i < 36; i++) {
        for (int again = 0; again < 5; again++) {
            struct pair pair = {hostile(&random, i / 6), hostile(&random, i % 6)};
            (void)intersection_of(pair);
            (void)jaccard_of(pair);
            free_pair(pair);
        }
    }
}

/* Bit by bit: of libm only what is exact is used. */
static void answers_are_the_same_everywhere(void **state)
{
    (void)state;
    uint64_t mixed = 0;
    for (uint64_t seed = 0; seed < 30; seed++) {
        struct pair pair = pair_of(12, 11, UINT64_C(900) << seed % 7, 5000,
                                   UINT64_C(40) << seed % 11, seed);
        struct hll_overlap overlaps[] = {intersection_of(pair), jaccard_of(pair)};
        for (size_t i = 0; i < 2; i++) {
            double values[] = {overlaps[i].estimate, overlaps[i].lower,
                               overlaps[i].upper};
            for (size_t j = 0; j < 3; j++) {
                uint64_t bits;
                memcpy(&bits, &values[j], sizeof bits);
                mixed = mixed * 31 + bits;
            }
        }
        free_pair(pair);
    }
    assert_true(mixed == UINT64_C(12926177351868352466));
}

static void refused_memory_is_said(void **state)
{
    (void)state;
    struct ration ration = {.grants = RATION_UNLIMITED};
    struct sketch_memory memory = ration_memory(&ration);
    struct hll *a;
    assert_int_equal(hll_create(&a, 12, &memory), SKETCH_OK);
    add_numbers(a, 0, 1000);
    struct hll *b = sketch_of(12, 500, 600);
    uint64_t blocks = ration.blocks;
    struct hll_overlap overlap;
    enum sketch_status status = SKETCH_NOMEM;
    uint64_t grants = 0;
    for (; status != SKETCH_OK; grants++) {
        ration.grants = grants;
        status = hll_intersection(a, b, &overlap);
        assert_true(status == SKETCH_OK || status == SKETCH_NOMEM);
        assert_int_equal(ration.blocks, blocks);
    }
    assert_true(grants > 1);
    hll_free(a);
    hll_free(b);
    assert_int_equal(ration.blocks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_and_sets_know_exactly),
        cmocka_unit_test(accidents_among_large_sets_widen_the_interval),
        cmocka_unit_test(empty_sketches_have_nothing_in_common_but_are_equal),
        cmocka_unit_test(equal_sketches_have_everything_in_common),
        cmocka_unit_test(no_more_is_common_than_the_smaller_sketch_has),
        cmocka_unit_test(a_set_is_the_whole_of_itself),
        cmocka_unit_test(it_does_not_matter_which_comes_first),
        cmocka_unit_test(answers_are_as_close_as_the_likelihood_promises),
        cmocka_unit_test(a_small_overlap_of_large_sets_is_never_good),
        cmocka_unit_test(any_registers_get_an_answer),
        cmocka_unit_test(answers_are_the_same_everywhere),
        cmocka_unit_test(refused_memory_is_said),
    };
    return cmocka_run_group_tests_name("hll overlap", tests, NULL, NULL);
}
