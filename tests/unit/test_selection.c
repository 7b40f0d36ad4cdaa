/* Fairness of selections of known streams, exact counts, edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "random_sample.h"
#include "statistics.h"

static struct selection *created(uint32_t size, uint64_t total, uint64_t seed)
{
    struct selection *selection;
    assert_int_equal(
        selection_create(&selection, size, total, seed, &sketch_libc_memory),
        SKETCH_OK);
    return selection;
}

static struct selection *filled(uint32_t size, uint64_t total, uint64_t seed)
{
    struct selection *selection = created(size, total, seed);
    for (uint64_t i = 0; i < total; i++) {
        assert_int_equal(selection_add(selection, item_integer((int64_t)i)), SKETCH_OK);
    }
    return selection;
}

/* Exactly so many, in order. */
static void assert_complete(const struct selection *selection, uint32_t size,
                            uint64_t total)
{
    assert_int_equal(selection_count(selection), size);
    assert_true(selection_seen(selection) == total);
    assert_true(selection_total(selection) == total);
    for (uint32_t i = 1; i < size; i++) {
        assert_true(selection_item(selection, i - 1).as.bits <
                    selection_item(selection, i).as.bits);
    }
}

static void every_row_is_as_likely_as_any_other(void **state)
{
    (void)state;
    /* row by row, by skips, and passing from one to the other on the way */
    static const uint32_t shapes[][2] = {{1, 5},   {2, 6},   {8, 80},  {1, 80},
                                         {2, 160}, {3, 100}, {12, 160}};
    enum { MOST_ROWS = 160, ROWS = 4000000 };
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        uint32_t counts[MOST_ROWS] = {0};
        uint32_t size = shapes[s][0];
        uint32_t total = shapes[s][1];
        uint32_t runs = ROWS / total < 20000 ? ROWS / total : 20000;
        for (uint32_t seed = 0; seed < runs; seed++) {
            struct selection *selection = filled(size, total, seed);
            assert_complete(selection, size, total);
            for (uint32_t i = 0; i < size; i++) {
                counts[selection_item(selection, i).as.bits]++;
            }
            selection_free(selection);
        }
        assert_true(inclusion_chi_square(counts, total, size, runs) <
                    chi_square_bound(total - 1));
    }
}

static void every_set_is_as_likely_as_any_other(void **state)
{
    (void)state;
    static const uint32_t totals[] = {5, 27, 45}; /* row by row; by skips */
    for (size_t t = 0; t < sizeof totals / sizeof *totals; t++) {
        uint32_t counts[45 * 44 / 2] = {0};
        uint32_t pairs = totals[t] * (totals[t] - 1) / 2;
        for (uint32_t seed = 0; seed < 30 * pairs + 1000; seed++) {
            struct selection *selection = filled(2, totals[t], seed);
            uint64_t low = selection_item(selection, 0).as.bits;
            uint64_t high = selection_item(selection, 1).as.bits;
            counts[high * (high - 1) / 2 + low]++;
            selection_free(selection);
        }
        assert_true(chi_square(counts, pairs) < chi_square_bound(pairs - 1));
    }
}

/* The first row chosen of 50 of 10^6: P(row >= s) is the product over 50 choices of
 * (N - s - j) / (N - j), so that of the row chosen is even. */
static void long_skips_have_their_distribution(void **state)
{
    (void)state;
    uint32_t counts[20] = {0};
    for (uint64_t seed = 0; seed < 20000; seed++) {
        struct selection *selection = created(50, 1000000, seed);
        uint64_t skip = 0;
        while (selection_pass(selection)) {
            skip++;
        }
        double even = 1;
        for (uint32_t j = 0; j < 50; j++) {
            even *= (1000000.0 - (double)skip - j) / (1000000.0 - j);
        }
        counts[even < 1 ? (int)(20 * even) : 19]++;
        selection_free(selection);
    }
    assert_true(chi_square(counts, 20) < chi_square_bound(19));
}

static void all_of_all_is_all(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {1, 2, 13, 14, 1000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct selection *selection = filled(sizes[i], sizes[i], i);
        assert_complete(selection, sizes[i], sizes[i]);
        selection_free(selection);
    }
}

static void rows_beyond_the_total_are_only_counted(void **state)
{
    (void)state;
    struct selection *selection = filled(3, 50, 1);
    int64_t last = item_as_integer(selection_item(selection, 2));
    for (uint32_t i = 0; i < 100; i++) {
        assert_int_equal(selection_add(selection, item_integer(-1)), SKETCH_OK);
    }
    assert_true(selection_seen(selection) == 150 && selection_total(selection) == 50);
    assert_int_equal(selection_count(selection), 3);
    assert_int_equal(item_as_integer(selection_item(selection, 2)), last);
    selection_free(selection);
}

static void passing_is_adding_what_is_not_chosen(void **state)
{
    (void)state;
    struct selection *selection = created(10, 100000, 5);
    struct selection *adding = filled(10, 100000, 5);
    uint32_t looked_at = 0;
    for (uint32_t i = 0; i < 100000; i++) {
        if (!selection_pass(selection)) {
            looked_at++;
            assert_int_equal(selection_add(selection, item_integer(i)), SKETCH_OK);
        }
    }
    assert_int_equal(looked_at, 10);
    for (uint32_t i = 0; i < 10; i++) {
        assert_true(
            item_equal(selection_item(selection, i), selection_item(adding, i)));
    }
    selection_free(selection);
    selection_free(adding);
}

static void the_sample_of_a_seed_never_changes(void **state)
{
    (void)state;
    static const int64_t known[5] = {58045, 315654, 769864, 892449, 963440};
    struct selection *selection = filled(5, 1000000, 42);
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(item_as_integer(selection_item(selection, i)), known[i]);
    }
    selection_free(selection);
}

static void parameters_out_of_range_are_refused(void **state)
{
    (void)state;
    static const struct {
        uint32_t size;
        uint64_t total;
    } refused[] = {{0, 5},
                   {6, 5},
                   {1, 0},
                   {0, 0},
                   {SAMPLE_MAX + 1, SELECTION_MAX_TOTAL},
                   {1, SELECTION_MAX_TOTAL + 1},
                   {1, UINT64_MAX}};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct selection *selection = (struct selection *)state;
        assert_int_equal(selection_create(&selection, refused[i].size, refused[i].total,
                                          1, &sketch_libc_memory),
                         SKETCH_RANGE);
        assert_null(selection);
    }
    selection_free(created(SAMPLE_MAX, SELECTION_MAX_TOTAL, 1));
    selection_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_as_likely_as_any_other),
        cmocka_unit_test(every_set_is_as_likely_as_any_other),
        cmocka_unit_test(long_skips_have_their_distribution),
        cmocka_unit_test(all_of_all_is_all),
        cmocka_unit_test(rows_beyond_the_total_are_only_counted),
        cmocka_unit_test(passing_is_adding_what_is_not_chosen),
        cmocka_unit_test(the_sample_of_a_seed_never_changes),
        cmocka_unit_test(parameters_out_of_range_are_refused),
    };
    return cmocka_run_group_tests_name("selection", tests, NULL, NULL);
}
