/* HyperLogLog: two sketches become one. */
#include "hll_help.h"

#include <math.h>

/* Numbers of items that reach every stage at precision 12, and its edges. */
static const uint64_t sizes[] = {0, 1, 7, 8, 100, 384, 385, 5000, 200000};
enum { SIZES = sizeof sizes / sizeof *sizes };

static void merge(struct hll *into, const struct hll *from)
{
    assert_int_equal(hll_merge(into, from), SKETCH_OK);
}

static void an_empty_sketch_changes_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        struct hll *sketch = sketch_of(12, 0, sizes[i]);
        struct hll *empty = sketch_of(4, 0, 0);
        struct image before = image_of(sketch);
        merge(sketch, empty);
        struct image after = image_of(sketch);
        assert_true(same_image(before, after));
        free(before.bytes);
        free(after.bytes);
        hll_free(sketch);
        hll_free(empty);
    }
}

static void merged_into_an_empty_sketch_it_is_a_copy(void **state)
{
    (void)state;
    for (size_t i = 1; i < SIZES; i++) {
        struct hll *sketch = sketch_of(13, 0, sizes[i]);
        struct hll *empty = sketch_of(4, 0, 0);
        merge(empty, sketch);
        struct image a = image_of(sketch);
        struct image b = image_of(empty);
        assert_true(same_image(a, b));
        assert_true(hll_estimate(empty) == hll_estimate(sketch));
        free(a.bytes);
        free(b.bytes);
        hll_free(sketch);
        hll_free(empty);
    }
}

/* The union of two streams has the registers of the stream of both, at every mix
 * of stages and precisions. */
static void a_union_has_the_registers_of_one_stream(void **state)
{
    (void)state;
    static const int precisions[][2] = {{12, 12}, {12, 10}, {10, 12}, {12, 5}, {14, 8}};
    for (size_t p = 0; p < sizeof precisions / sizeof *precisions; p++) {
        for (size_t i = 1; i < SIZES; i++) {
            for (size_t j = 1; j < SIZES; j++) {
                int a_precision = precisions[p][0];
                int b_precision = precisions[p][1];
                int smaller = a_precision < b_precision ? a_precision : b_precision;
                struct hll *a = sketch_of(a_precision, 0, sizes[i]);
                struct hll *b =
                    sketch_of(b_precision, sizes[i] / 2, sizes[i] / 2 + sizes[j]);
                struct hll *all = sketch_of(smaller, 0, sizes[i]);
                add_numbers(all, sizes[i] / 2, sizes[i] / 2 + sizes[j]);
                merge(a, b);
                assert_int_equal(hll_precision(a), smaller);
                assert_int_equal(hll_is_exact(a), hll_is_exact(all));
                double error = fabs(hll_estimate(a) / hll_estimate(all) - 1);
                assert_true(error <= 5 * hll_error(a));
                merge(a, a); /* forget the one thing that may differ */
                merge(all, all);
                if (hll_is_exact(a)) {
                    assert_true(hll_estimate(a) == hll_estimate(all));
                } else {
                    assert_true(same_registers(a, all));
                }
                hll_free(a);
                hll_free(b);
                hll_free(all);
            }
        }
    }
}

static void the_order_of_merging_does_not_show_in_registers(void **state)
{
    (void)state;
    for (uint64_t order = 0; order < 6; order++) {
        static const uint8_t orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                             {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
        struct hll *all = sketch_of(21, 0, 0);
        for (int i = 0; i < 3; i++) {
            static const int precision[] = {12, 10, 11};
            static const uint64_t end[] = {5000, 20, 30000};
            int part = orders[order][i];
            struct hll *sketch = sketch_of(precision[part], 0, end[part]);
            merge(all, sketch);
            hll_free(sketch);
        }
        struct hll *wanted = merged_sketch_of(10, 0, 30000);
        assert_true(hll_is_merged(all) && same_registers(all, wanted));
        hll_free(wanted);
        hll_free(all);
    }
}

static void coupons_go_on_with_the_estimate_of_registers(void **state)
{
    (void)state;
    /* DataSketches' answer for these two, merged in either order. */
    struct hll *a = sketch_of(12, 0, 10000);
    struct hll *list = sketch_of(12, 100000, 100005);
    struct hll *into_list = sketch_of(12, 100000, 100005);
    merge(into_list, a);
    merge(a, list);
    assert_false(hll_is_merged(a) || hll_is_merged(into_list));
    assert_true(fabs(hll_estimate(a) - 9970.4366751114976) < 1e-9);
    assert_true(fabs(hll_estimate(into_list) - 9970.4366751114976) < 1e-9);
    hll_free(a);
    hll_free(list);
    hll_free(into_list);
}

static void folding_keeps_the_estimate(void **state)
{
    (void)state;
    /* A list of smaller precision makes the registers fold, and is one item. */
    struct hll *a = sketch_of(12, 0, 10000);
    double before = hll_estimate(a);
    struct hll *one = sketch_of(11, 0, 1);
    merge(a, one);
    assert_int_equal(hll_precision(a), 11);
    assert_false(hll_is_merged(a));
    assert_true(hll_estimate(a) == before);
    /* It goes on from there: the sums are those of the folded registers. */
    struct image image = image_of(a);
    hll_free(read_image(image));
    add_numbers(a, 10000, 20000);
    assert_true(fabs(hll_estimate(a) / 20000 - 1) < 3 * hll_error(a));
    free(image.bytes);
    hll_free(a);
    hll_free(one);
}

static void a_set_too_large_for_the_precision_becomes_registers(void **state)
{
    (void)state;
    struct hll *set = sketch_of(14, 0, 1000);
    struct hll *one = sketch_of(8, 0, 1);
    merge(set, one);
    assert_int_equal(hll_precision(set), 8);
    assert_false(hll_is_exact(set));
    assert_true(round(hll_estimate(set)) == 1000); /* as it was known before */
    hll_free(set);
    hll_free(one);
}

static void a_merged_sketch_goes_on_from_its_registers(void **state)
{
    (void)state;
    struct hll *a = merged_sketch_of(12, 0, 10000);
    struct hll *wanted = merged_sketch_of(12, 0, 50000);
    add_numbers(a, 10000, 50000);
    assert_true(hll_is_merged(a));
    assert_true(hll_estimate(a) == hll_estimate(wanted));
    struct hll *list = sketch_of(12, 60000, 60005);
    merge(a, list);
    add_numbers(wanted, 60000, 60005);
    assert_true(same_registers(a, wanted));
    hll_free(a);
    hll_free(wanted);
    hll_free(list);
}

static void merging_with_itself_adds_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        struct hll *a = sketch_of(12, 0, sizes[i]);
        struct hll *b = sketch_of(12, 0, sizes[i]);
        merge(a, a);
        merge(b, b);
        merge(b, a);
        assert_true(same_registers(a, b));
        assert_true(hll_estimate(a) == hll_estimate(b));
        hll_free(a);
        hll_free(b);
    }
}

static void the_source_is_left_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        for (size_t j = 0; j < SIZES; j++) {
            struct hll *into = sketch_of(11, 77, 77 + sizes[i]);
            struct hll *from = sketch_of(12, 0, sizes[j]);
            struct image before = image_of(from);
            merge(into, from);
            struct image after = image_of(from);
            assert_true(same_image(before, after));
            free(before.bytes);
            free(after.bytes);
            hll_free(into);
            hll_free(from);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_sketch_changes_nothing),
        cmocka_unit_test(merged_into_an_empty_sketch_it_is_a_copy),
        cmocka_unit_test(a_union_has_the_registers_of_one_stream),
        cmocka_unit_test(the_order_of_merging_does_not_show_in_registers),
        cmocka_unit_test(coupons_go_on_with_the_estimate_of_registers),
        cmocka_unit_test(folding_keeps_the_estimate),
        cmocka_unit_test(a_set_too_large_for_the_precision_becomes_registers),
        cmocka_unit_test(a_merged_sketch_goes_on_from_its_registers),
        cmocka_unit_test(merging_with_itself_adds_nothing),
        cmocka_unit_test(the_source_is_left_alone),
    };
    return cmocka_run_group_tests_name("hll merge", tests, NULL, NULL);
}
