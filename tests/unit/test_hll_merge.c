/* HyperLogLog: two sketches become one. */
#include "hll_help.h"

#include <math.h>

#include "hll_registers.h"
#include "ration.h"

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

/* The precision that the union of two sketches has: that of registers, the smaller if
 * both have some, or else the larger. */
static int union_precision(const struct hll *a, const struct hll *b)
{
    int precisions[] = {hll_precision(a), hll_precision(b)};
    bool a_is_smaller = precisions[0] < precisions[1];
    if (hll_is_exact(a) != hll_is_exact(b)) {
        return precisions[hll_is_exact(a)];
    }
    return precisions[hll_is_exact(a) ? a_is_smaller : !a_is_smaller];
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
                struct hll *a = sketch_of(a_precision, 0, sizes[i]);
                struct hll *b =
                    sketch_of(b_precision, sizes[i] / 2, sizes[i] / 2 + sizes[j]);
                int precision = union_precision(a, b);
                struct hll *all = sketch_of(precision, 0, sizes[i]);
                add_numbers(all, sizes[i] / 2, sizes[i] / 2 + sizes[j]);
                merge(a, b);
                assert_int_equal(hll_precision(a), precision);
                assert_int_equal(hll_is_exact(a), hll_is_exact(all));
                double error = fabs(hll_estimate(a) / hll_estimate(all) - 1);
                assert_true(error <= 5 * hll_error(a));
                if (hll_is_exact(a)) {
                    assert_true(hll_estimate(a) == hll_estimate(all));
                } else {
                    /* Forget the one thing that may differ. */
                    struct image image = image_of(a);
                    struct hll *ended = read_image(image);
                    merge(ended, ended);
                    merge(all, all);
                    assert_true(same_registers(ended, all));
                    hll_free(ended);
                    free(image.bytes);
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
        struct hll *wanted = merged_sketch_of(11, 0, 30000);
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

/* 2 items at lg_k 4 made a sketch of 100,000 at lg_k 14 fall to lg_k 4. */
static void what_lists_its_items_lowers_nothing(void **state)
{
    (void)state;
    for (int order = 0; order < 2; order++) {
        struct hll *a = sketch_of(14, 1, 100001);
        struct hll *list = sketch_of(4, 0, 2);
        struct hll *into = order ? list : a;
        merge(into, order ? a : list);
        assert_int_equal(hll_precision(into), 14);
        assert_false(hll_is_merged(into));
        double lower;
        double upper;
        assert_int_equal(hll_bounds(into, 2, &lower, &upper), SKETCH_OK);
        assert_true(lower < 100001 && 100001 < upper && upper - lower < 3000);
        hll_free(a);
        hll_free(list);
    }
}

/* A union that outgrew the largest set of all, but may still be of any precision. */
static struct hll *wide_open(uint64_t items, const struct sketch_memory *memory)
{
    struct hll *all;
    assert_int_equal(hll_create(&all, 8, memory), SKETCH_OK);
    for (uint64_t i = 0; i < items; i += 1000) {
        struct hll *part = sketch_of(14, i, i + 1000);
        assert_true(hll_is_exact(part));
        merge(all, part);
        hll_free(part);
    }
    return all;
}

static void a_union_is_as_precise_as_the_last_input_allows(void **state)
{
    (void)state;
    static const uint64_t items[] = {1000, 2000, 100000, 300000};
    static const int precisions[] = {4, 9, 14, 17, 21};
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        for (size_t p = 0; p < sizeof precisions / sizeof *precisions; p++) {
            int precision = precisions[p];
            /* One more that lists its items, and one that has registers. */
            struct hll *all = wide_open(items[i], &sketch_libc_memory);
            struct hll *list = sketch_of(precision, 0, 5);
            struct hll *full = merged_sketch_of(precision, 0, UINT64_C(3) << precision);
            merge(all, list);
            int raised = precision > 14 ? precision : 14;
            assert_int_equal(hll_precision(all), raised);
            struct hll *wanted = sketch_of(raised, 0, items[i]);
            assert_int_equal(hll_is_exact(all), hll_is_exact(wanted));
            struct image image = image_of(all);
            struct hll *stored = read_image(image);
            assert_true(hll_is_exact(all) || same_registers(all, stored));
            assert_int_equal(hll_precision(stored), raised);
            free(image.bytes);
            hll_free(stored);
            merge(all, full);
            assert_int_equal(hll_precision(all), precision);
            struct hll *both = sketch_of(precision, 0, items[i]);
            merge(full, both);
            if (!hll_is_exact(both)) {
                assert_true(same_registers(all, full));
            }
            hll_free(all);
            hll_free(list);
            hll_free(full);
            hll_free(both);
            hll_free(wanted);
        }
    }
}

static void asking_an_open_union_is_asking_what_it_will_be(void **state)
{
    (void)state;
    static const uint64_t items[] = {1000, 2000, 100000, 300000};
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        struct hll *all = wide_open(items[i], &sketch_libc_memory);
        struct image image = image_of(all);
        struct hll *ended = read_image(image);
        assert_true(hll_estimate(all) == hll_estimate(ended));
        assert_true(fabs(hll_estimate(all) / (double)items[i] - 1) < 0.01);
        assert_true(hll_error(all) == hll_error(ended));
        assert_int_equal(hll_is_exact(all), hll_is_exact(ended));
        assert_int_equal(hll_precision(all), hll_precision(ended));
        for (int deviations = 1; deviations <= 3; deviations++) {
            double bounds[4];
            assert_int_equal(hll_bounds(all, deviations, &bounds[0], &bounds[1]),
                             SKETCH_OK);
            assert_int_equal(hll_bounds(ended, deviations, &bounds[2], &bounds[3]),
                             SKETCH_OK);
            assert_true(bounds[0] == bounds[2] && bounds[1] == bounds[3]);
        }
        /* An item more ends it. */
        add_numbers(all, items[i], items[i] + 100);
        add_numbers(ended, items[i], items[i] + 100);
        assert_true(hll_estimate(all) == hll_estimate(ended));
        assert_true(hll_is_exact(all) || same_registers(all, ended));
        free(image.bytes);
        hll_free(all);
        hll_free(ended);
    }
}

/* Coupon i of 252 that all want the same row of cells, in a table of 2^15 of them. */
static void add_crowding(struct hll *sketch, unsigned i)
{
    uint64_t stride = 7;
    uint64_t home = 5 + i / 126 * stride;
    uint64_t address = (stride - i / 63 % 2) << 15 | home;
    struct hash hash = {address, UINT64_C(1) << (63 - i % 63)};
    assert_int_equal(hll_add(sketch, hash), SKETCH_OK);
}

/* A search that gets too long while a set is filled up: nothing of that is left when
 * memory for another way is refused. */
static void a_set_made_to_be_slow_is_merged_whole_or_not_at_all(void **state)
{
    (void)state;
    struct ration ration = {.grants = RATION_UNLIMITED};
    struct sketch_memory memory = ration_memory(&ration);
    struct hll *all;
    assert_int_equal(hll_create(&all, 18, &memory), SKETCH_OK);
    add_numbers(all, 0, 13000);
    struct hll *part = sketch_of(18, 0, 0);
    for (unsigned i = 0; i < 252; i++) {
        add_crowding(i < 55 ? all : part, i);
    }
    assert_true(hll_is_exact(all) && hll_is_exact(part));
    assert_int_equal(all->coupons.lg_size, 15);
    double before = hll_estimate(all);
    enum sketch_status status = SKETCH_NOMEM;
    uint64_t refusals = 0;
    while (status != SKETCH_OK) {
        ration.grants = refusals++;
        status = hll_merge(all, part);
        assert_true(status == SKETCH_OK || hll_estimate(all) == before);
    }
    assert_true(refusals > 2);
    ration.grants = RATION_UNLIMITED;
    assert_false(hll_is_exact(all));
    assert_true(hll_estimate(all) > before && hll_estimate(all) < 13260);
    struct hll *wanted = sketch_of(18, 0, 13000);
    for (unsigned i = 0; i < 252; i++) {
        add_crowding(wanted, i);
    }
    struct image image = image_of(all);
    struct hll *ended = read_image(image);
    assert_int_equal(hll_merge(ended, ended), SKETCH_OK);
    assert_int_equal(hll_merge(wanted, wanted), SKETCH_OK);
    assert_true(same_registers(ended, wanted));
    sketch_release(&memory, image.bytes);
    hll_free(ended);
    hll_free(wanted);
    hll_free(part);
    hll_free(all);
    assert_int_equal(ration.blocks, 0);
}

static void a_union_that_runs_out_of_memory_is_as_it_was(void **state)
{
    (void)state;
    static const uint64_t items[] = {3, 1000, 2000, 250000};
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        for (int precision = 4; precision <= 21; precision += 17) {
            struct ration ration = {.grants = RATION_UNLIMITED};
            struct sketch_memory memory = ration_memory(&ration);
            struct hll *all = wide_open(items[i], &memory);
            struct hll *part = sketch_of(precision, 1 << 20, (1 << 20) + 7);
            struct image before = image_of(all);
            enum sketch_status status = SKETCH_NOMEM;
            for (uint64_t grants = 0; status != SKETCH_OK; grants++) {
                ration.grants = grants;
                status = hll_merge(all, part);
                ration.grants = RATION_UNLIMITED;
                struct image after = image_of(all);
                assert_int_equal(same_image(before, after), status != SKETCH_OK);
                sketch_release(&memory, after.bytes);
            }
            sketch_release(&memory, before.bytes);
            hll_free(part);
            hll_free(all);
            assert_int_equal(ration.blocks, 0);
        }
    }
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
        cmocka_unit_test(what_lists_its_items_lowers_nothing),
        cmocka_unit_test(a_union_is_as_precise_as_the_last_input_allows),
        cmocka_unit_test(asking_an_open_union_is_asking_what_it_will_be),
        cmocka_unit_test(a_set_made_to_be_slow_is_merged_whole_or_not_at_all),
        cmocka_unit_test(a_union_that_runs_out_of_memory_is_as_it_was),
        cmocka_unit_test(a_merged_sketch_goes_on_from_its_registers),
        cmocka_unit_test(merging_with_itself_adds_nothing),
        cmocka_unit_test(the_source_is_left_alone),
    };
    return cmocka_run_group_tests_name("hll merge", tests, NULL, NULL);
}
