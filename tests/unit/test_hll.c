/* HyperLogLog: one stream, its estimate and its bytes. */
#include "hll_help.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

#include "hll_reference.h"
#include "ration.h"

static bool near(double a, double b, double tolerance)
{
    return fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b));
}

static void precision_has_limits(void **state)
{
    (void)state;
    struct hll *sketch = NULL;
    assert_int_equal(hll_create(&sketch, 3, &sketch_libc_memory), SKETCH_RANGE);
    assert_null(sketch);
    assert_int_equal(hll_create(&sketch, 22, &sketch_libc_memory), SKETCH_RANGE);
    for (int precision = 4; precision <= 21; precision++) {
        sketch = sketch_of(precision, 0, 0);
        assert_int_equal(hll_precision(sketch), precision);
        hll_free(sketch);
    }
    hll_free(NULL);
}

static void an_error_finds_its_precision(void **state)
{
    (void)state;
    int precision = 0;
    assert_int_equal(hll_precision_for(0.0163, &precision), SKETCH_OK);
    assert_int_equal(precision, 12);
    assert_int_equal(hll_precision_for(0.0162, &precision), SKETCH_OK);
    assert_int_equal(precision, 13);
    assert_int_equal(hll_precision_for(0.01, &precision), SKETCH_OK);
    assert_int_equal(precision, 14);
    assert_int_equal(hll_precision_for(0.999, &precision), SKETCH_OK);
    assert_int_equal(precision, 4);
    assert_int_equal(hll_precision_for(0.00072, &precision), SKETCH_OK);
    assert_int_equal(precision, 21);
    const double bad[] = {0.0007, 0, 1, -0.1, 2, NAN, INFINITY};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(hll_precision_for(bad[i], &precision), SKETCH_RANGE);
    }
}

static void every_precision_keeps_the_error_it_was_chosen_for(void **state)
{
    (void)state;
    for (int i = 0; i < 27; i++) {
        double error = 0.0008 * pow(1.3, i);
        int precision;
        assert_int_equal(hll_precision_for(error, &precision), SKETCH_OK);
        struct hll *sketch = merged_sketch_of(precision, 0, 300000);
        assert_true(hll_error(sketch) <= error);
        assert_true(precision == 4 || hll_error(sketch) * sqrt(2) > error);
        hll_free(sketch);
    }
}

static void nothing_counts_as_zero(void **state)
{
    (void)state;
    struct hll *sketch = sketch_of(12, 0, 0);
    double lower;
    double upper;
    assert_true(hll_estimate(sketch) == 0);
    assert_int_equal(hll_bounds(sketch, 3, &lower, &upper), SKETCH_OK);
    assert_true(lower == 0 && upper == 0);
    assert_true(hll_is_exact(sketch) && !hll_is_merged(sketch));
    hll_free(sketch);
}

static void repeated_items_count_once(void **state)
{
    (void)state;
    static const uint64_t counts[] = {1, 7, 8, 25, 300, 5000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct hll *once = sketch_of(12, 0, counts[i]);
        struct hll *often = sketch_of(12, 0, counts[i]);
        for (int again = 0; again < 3; again++) {
            add_numbers(often, 0, counts[i]);
        }
        struct image a = image_of(once);
        struct image b = image_of(often);
        assert_true(same_image(a, b));
        free(a.bytes);
        free(b.bytes);
        hll_free(once);
        hll_free(often);
    }
}

static void small_counts_are_exact(void **state)
{
    (void)state;
    static const int full[] = {[8] = 24, [10] = 96, [12] = 384, [14] = 1536};
    for (int precision = 8; precision <= 14; precision += 2) {
        struct hll *sketch = sketch_of(precision, 0, 0);
        for (int i = 0; i < full[precision]; i++) {
            assert_true(round(hll_estimate(sketch)) == i && hll_is_exact(sketch));
            add_numbers(sketch, (uint64_t)i, (uint64_t)i + 1);
        }
        assert_true(hll_is_exact(sketch));
        add_numbers(sketch, 1000000, 1000001);
        assert_false(hll_is_exact(sketch));
        assert_true(round(hll_estimate(sketch)) == full[precision] + 1);
        hll_free(sketch);
    }
}

/* What DataSketches answers for the numbers 0 .. count - 1. */
static void estimates_and_bounds_are_those_of_datasketches(void **state)
{
    (void)state;
    static const struct {
        int precision;
        uint64_t count;
        double estimate, lower[3], upper[3];
    } known[] = {
        {12,
         10,
         10.000000223517425,
         {10, 10, 10},
         {10.000499516034767, 10.000998858413199, 10.001498250660193}},
        {12,
         385,
         385.00036716501364,
         {380.08351070934935, 375.19345191281542, 370.41076464860646},
         {390.0398110165649, 395.10432786535119, 400.16541675587087}},
        {12,
         10000,
         9966.9679687634198,
         {9839.6793867771867, 9713.0845480519201, 9589.2693654379455},
         {10097.430118237851, 10228.541362574615, 10359.563863229148}},
        {12,
         1000000,
         990116.60073666624,
         {977471.77850950742, 964895.8725988738, 952596.0971693208},
         {1003076.6845221517, 1016101.2492611889, 1029116.9982206171}},
        {14,
         1000000,
         993659.74814102252,
         {987238.42088629107, 980899.55383349105, 974641.56873320893},
         {1000165.1551777644, 1006756.3042691203, 1013434.9017962813}},
        {4,
         100000,
         120211.64118434697,
         {99569.310576792996, 79988.285994448845, 63864.102818891704},
         {151745.08023894345, 186540.7249695221, 229208.17015267586}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct hll *sketch = sketch_of(known[i].precision, 0, known[i].count);
        assert_true(near(hll_estimate(sketch), known[i].estimate, 1e-14));
        for (int deviations = 1; deviations <= 3; deviations++) {
            double lower;
            double upper;
            assert_int_equal(hll_bounds(sketch, deviations, &lower, &upper), SKETCH_OK);
            assert_true(near(lower, known[i].lower[deviations - 1], 1e-7));
            assert_true(near(upper, known[i].upper[deviations - 1], 1e-7));
        }
        hll_free(sketch);
    }
}

static void bounds_know_three_deviations(void **state)
{
    (void)state;
    struct hll *sketch = sketch_of(12, 0, 1000);
    double lower = -1;
    double upper = -1;
    assert_int_equal(hll_bounds(sketch, 0, &lower, &upper), SKETCH_RANGE);
    assert_int_equal(hll_bounds(sketch, 4, &lower, &upper), SKETCH_RANGE);
    assert_true(lower == -1 && upper == -1);
    hll_free(sketch);
}

static void no_bound_is_below_the_registers_in_use(void **state)
{
    (void)state;
    /* In the image of 25 numbers at precision 8, 24 registers are in use. */
    struct hll *sketch = sketch_of(8, 0, 25);
    double lower;
    double upper;
    assert_int_equal(hll_bounds(sketch, 2, &lower, &upper), SKETCH_OK);
    assert_true(lower == 24);
    hll_free(sketch);
}

static void expect_bytes(const struct hll *sketch, enum hll_type type, const char *hex)
{
    struct image image = image_as(sketch, type, HLL_COMPACT);
    char text[300] = "";
    assert_true(2 * image.size < sizeof text);
    for (size_t i = 0; i < image.size; i++) {
        snprintf(text + 2 * i, 3, "%02x", image.bytes[i]);
    }
    assert_string_equal(text, hex);
    free(image.bytes);
}

static void lists_and_sets_are_written_as_datasketches_does(void **state)
{
    (void)state;
    struct hll *sketch = sketch_of(12, 0, 0);
    expect_bytes(sketch, HLL_4, "0201070c030c0000");
    add_numbers(sketch, 0, 1);
    expect_bytes(sketch, HLL_4, "0201070c03080100cbd7c204");
    add_numbers(sketch, 0, 7);
    expect_bytes(sketch, HLL_8,
                 "0201070c03080708cbd7c2042bf2fb06862ff90d7581660781bc5d067b65e608"
                 "fc2d420a");
    add_numbers(sketch, 7, 10);
    expect_bytes(sketch, HLL_4,
                 "0301070c050800010a00000081bc5d06862ff90dcbd7c204c1e91705d2167307"
                 "34a2610e75816607fc2d420a7b65e6082bf2fb06");
    hll_free(sketch);
}

/* The digests are of images that DataSketches itself has written, with flag 8 of
 * HLL_6 and HLL_8 left out. */
static void large_images_have_the_digests_of_those_of_datasketches(void **state)
{
    (void)state;
    static const struct {
        int precision;
        uint64_t count;
        enum hll_type type;
        enum hll_form form;
        size_t size;
        uint64_t digest;
    } known[] = {
        {12, 8, HLL_4, HLL_COMPACT, 44, 0x85a7e933927b78f4},
        {12, 101, HLL_4, HLL_COMPACT, 416, 0xfdeae58015f93bcd},
        {12, 384, HLL_4, HLL_COMPACT, 1548, 0xbd2f6e8eca709d96},
        {12, 385, HLL_4, HLL_COMPACT, 2088, 0x4b58851e16507a65},
        {12, 10000, HLL_4, HLL_COMPACT, 2088, 0x0fd6b0d85cb65611},
        {12, 1000000, HLL_4, HLL_COMPACT, 2092, 0x2cb1aad8f113b215},
        {14, 1000000, HLL_4, HLL_COMPACT, 8272, 0x8f6727d10328e6c0},
        {4, 100000, HLL_4, HLL_COMPACT, 48, 0x42342f795c0e29a5},
        {7, 8, HLL_4, HLL_COMPACT, 104, 0xd018e8bee78466a3},
        {21, 100, HLL_4, HLL_COMPACT, 412, 0xc89b90b352418e7b},
        {12, 10, HLL_4, HLL_UPDATABLE, 140, 0xb2c815cdc63bba65},
        {12, 101, HLL_4, HLL_UPDATABLE, 1036, 0xb13551e51d4be9ee},
        {12, 10000, HLL_4, HLL_UPDATABLE, 2216, 0x73843284512c6eff},
        {8, 1000000, HLL_4, HLL_UPDATABLE, 200, 0x8a42525411850e6b},
        {12, 384, HLL_6, HLL_COMPACT, 1548, 0x1e34415502b08ebb},
        {12, 10000, HLL_6, HLL_COMPACT, 3113, 0xbc3e72114d1bd3dc},
        {4, 20, HLL_6, HLL_COMPACT, 53, 0x409a03c3303cf46c},
        {12, 10000, HLL_8, HLL_COMPACT, 4136, 0xfd3dfc5f7edf52a2},
        {12, 10000, HLL_8, HLL_UPDATABLE, 4136, 0xfd3dfc5f7edf52a2},
        {12, 1000000, HLL_8, HLL_COMPACT, 4136, 0x7acc410543505372},
        {8, 25, HLL_8, HLL_COMPACT, 296, 0x5671d6a6fa44f614},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct hll *sketch = sketch_of(known[i].precision, 0, known[i].count);
        struct image image = image_as(sketch, known[i].type, known[i].form);
        assert_int_equal(image.size, known[i].size);
        assert_true(hash_bytes(image.bytes, image.size).h1 == known[i].digest);
        free(image.bytes);
        hll_free(sketch);
    }
}

static void expect_reference_image(const struct hll *sketch,
                                   const struct sketch_memory *memory,
                                   const struct hll_reference *reference)
{
    struct image image = image_of(sketch);
    struct image wanted;
    wanted.bytes = hll_reference_image(reference, &wanted.size);
    assert_true(same_image(image, wanted));
    struct hll *read = read_image(image);
    struct image again = image_of(read);
    assert_true(same_image(image, again));
    assert_true(hll_estimate(read) == hll_estimate(sketch));
    hll_free(read);
    sketch_release(memory, image.bytes);
    free(wanted.bytes);
    free(again.bytes);
}

/* Values of registers are raised in some items, up to one in eight: then there
 * are many exceptions, and the minimum passes them. */
static void compare_with_reference(uint64_t seed, int precision)
{
    struct random random = {seed};
    unsigned rarity = 3 + (unsigned)(seed % 7);
    unsigned raise = (unsigned)(random_next(&random) % 30);
    struct hll *sketch = sketch_of(precision, 0, 0);
    struct hll_reference *reference = hll_reference_create(precision);
    int count = (4 + (int)(random_next(&random) % 60)) << precision;
    for (int i = 0; i < count; i++) {
        struct hash hash = {random_next(&random), random_next(&random)};
        if (random_next(&random) % (1u << rarity) == 0) {
            hash.h2 >>= random_next(&random) % (raise + 1);
        }
        assert_int_equal(hll_add(sketch, hash), SKETCH_OK);
        hll_reference_add(reference, hash);
        if (i < 400 || i % 499 == 0 || i == count - 1) {
            expect_reference_image(sketch, &sketch_libc_memory, reference);
        }
    }
    hll_free(sketch);
    hll_reference_free(reference);
}

static void every_image_on_the_way_agrees_with_the_long_way_round(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 60; seed++) {
        compare_with_reference(seed, 4 + (int)(seed % 9));
    }
}

static void values_end_at_sixty_three(void **state)
{
    (void)state;
    struct hll *sketch = sketch_of(4, 0, 0);
    for (uint64_t slot = 0; slot < 16; slot++) {
        assert_int_equal(hll_add(sketch, (struct hash){slot, slot % 2}), SKETCH_OK);
    }
    struct image image = image_as(sketch, HLL_8, HLL_COMPACT);
    for (int slot = 0; slot < 16; slot++) {
        assert_int_equal(image.bytes[40 + slot], 63);
    }
    assert_true(isfinite(hll_estimate(sketch)));
    assert_int_equal(hll_merge(sketch, sketch), SKETCH_OK);
    assert_true(isfinite(hll_estimate(sketch)));
    free(image.bytes);
    hll_free(sketch);
}

/* An item that was refused is added again with more to spend, until the whole
 * stream is in; what was refused must not have shown. */
static void a_refused_item_changes_nothing(void **state)
{
    (void)state;
    static const int precisions[] = {4, 8, 10};
    for (size_t p = 0; p < 3; p++) {
        struct ration ration = {.grants = 1};
        struct sketch_memory memory = ration_memory(&ration);
        struct random random = {p};
        struct hll *sketch;
        assert_int_equal(hll_create(&sketch, precisions[p], &memory), SKETCH_OK);
        struct hll_reference *reference = hll_reference_create(precisions[p]);
        long refused = 0;
        for (int i = 0; i < 100 << precisions[p] && i < 30000; i++) {
            struct hash hash = {random_next(&random), random_next(&random)};
            hash.h2 >>= i % 16 == 0 ? 12 : 0;
            enum sketch_status status = SKETCH_NOMEM;
            for (uint64_t grants = 0; status != SKETCH_OK; grants++) {
                ration.grants = grants;
                status = hll_add(sketch, hash);
                if (status != SKETCH_OK) {
                    refused++;
                    assert_int_equal(status, SKETCH_NOMEM);
                    ration.grants = RATION_UNLIMITED;
                    expect_reference_image(sketch, &memory, reference);
                }
            }
            hll_reference_add(reference, hash);
        }
        assert_true(refused > 5);
        ration.grants = RATION_UNLIMITED;
        expect_reference_image(sketch, &memory, reference);
        hll_free(sketch);
        assert_int_equal(ration.blocks, 0);
        hll_reference_free(reference);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(precision_has_limits),
        cmocka_unit_test(an_error_finds_its_precision),
        cmocka_unit_test(every_precision_keeps_the_error_it_was_chosen_for),
        cmocka_unit_test(nothing_counts_as_zero),
        cmocka_unit_test(repeated_items_count_once),
        cmocka_unit_test(small_counts_are_exact),
        cmocka_unit_test(estimates_and_bounds_are_those_of_datasketches),
        cmocka_unit_test(bounds_know_three_deviations),
        cmocka_unit_test(no_bound_is_below_the_registers_in_use),
        cmocka_unit_test(lists_and_sets_are_written_as_datasketches_does),
        cmocka_unit_test(large_images_have_the_digests_of_those_of_datasketches),
        cmocka_unit_test(every_image_on_the_way_agrees_with_the_long_way_round),
        cmocka_unit_test(values_end_at_sixty_three),
        cmocka_unit_test(a_refused_item_changes_nothing),
    };
    return cmocka_run_group_tests_name("hll", tests, NULL, NULL);
}
