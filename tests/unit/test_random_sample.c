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

static struct random_sample *created(uint32_t size, uint64_t total, uint64_t seed)
{
    struct random_sample *selection;
    assert_int_equal(
        random_sample_create(&selection, size, total, seed, &sketch_libc_memory),
        SKETCH_OK);
    return selection;
}

static struct random_sample *filled(uint32_t size, uint64_t total, uint64_t seed)
{
    struct random_sample *selection = created(size, total, seed);
    for (uint64_t i = 0; i < total; i++) {
        assert_int_equal(random_sample_add(selection, item_integer((int64_t)i)),
                         SKETCH_OK);
    }
    return selection;
}

/* Exactly so many, in order. */
static void assert_complete(const struct random_sample *selection, uint32_t size,
                            uint64_t total)
{
    assert_int_equal(random_sample_count(selection), size);
    assert_true(random_sample_seen(selection) == total);
    assert_true(random_sample_total(selection) == total);
    for (uint32_t i = 1; i < size; i++) {
        assert_true(random_sample_item(selection, i - 1).as.bits <
                    random_sample_item(selection, i).as.bits);
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
            struct random_sample *selection = filled(size, total, seed);
            assert_complete(selection, size, total);
            for (uint32_t i = 0; i < size; i++) {
                counts[random_sample_item(selection, i).as.bits]++;
            }
            random_sample_free(selection);
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
            struct random_sample *selection = filled(2, totals[t], seed);
            uint64_t low = random_sample_item(selection, 0).as.bits;
            uint64_t high = random_sample_item(selection, 1).as.bits;
            counts[high * (high - 1) / 2 + low]++;
            random_sample_free(selection);
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
        struct random_sample *selection = created(50, 1000000, seed);
        uint64_t skip = 0;
        while (random_sample_pass(selection)) {
            skip++;
        }
        double even = 1;
        for (uint32_t j = 0; j < 50; j++) {
            even *= (1000000.0 - (double)skip - j) / (1000000.0 - j);
        }
        counts[even < 1 ? (int)(20 * even) : 19]++;
        random_sample_free(selection);
    }
    assert_true(chi_square(counts, 20) < chi_square_bound(19));
}

static void all_of_all_is_all(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {1, 2, 13, 14, 1000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct random_sample *selection = filled(sizes[i], sizes[i], i);
        assert_complete(selection, sizes[i], sizes[i]);
        random_sample_free(selection);
    }
}

static void rows_beyond_the_total_are_only_counted(void **state)
{
    (void)state;
    struct random_sample *selection = filled(3, 50, 1);
    int64_t last = item_as_integer(random_sample_item(selection, 2));
    for (uint32_t i = 0; i < 100; i++) {
        assert_int_equal(random_sample_add(selection, item_integer(-1)), SKETCH_OK);
    }
    assert_true(random_sample_seen(selection) == 150 &&
                random_sample_total(selection) == 50);
    assert_int_equal(random_sample_count(selection), 3);
    assert_int_equal(item_as_integer(random_sample_item(selection, 2)), last);
    random_sample_free(selection);
}

static void passing_is_adding_what_is_not_chosen(void **state)
{
    (void)state;
    struct random_sample *selection = created(10, 100000, 5);
    struct random_sample *adding = filled(10, 100000, 5);
    uint32_t looked_at = 0;
    for (uint32_t i = 0; i < 100000; i++) {
        if (!random_sample_pass(selection)) {
            looked_at++;
            assert_int_equal(random_sample_add(selection, item_integer(i)), SKETCH_OK);
        }
    }
    assert_int_equal(looked_at, 10);
    for (uint32_t i = 0; i < 10; i++) {
        assert_true(item_equal(random_sample_item(selection, i),
                               random_sample_item(adding, i)));
    }
    random_sample_free(selection);
    random_sample_free(adding);
}

static void the_sample_of_a_seed_never_changes(void **state)
{
    (void)state;
    static const int64_t known[5] = {58045, 315654, 769864, 892449, 963440};
    struct random_sample *selection = filled(5, 1000000, 42);
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(item_as_integer(random_sample_item(selection, i)), known[i]);
    }
    random_sample_free(selection);
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
                   {ITEM_LIST_MAX + 1, RANDOM_SAMPLE_MAX_TOTAL},
                   {1, RANDOM_SAMPLE_MAX_TOTAL + 1},
                   {1, UINT64_MAX}};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct random_sample *selection = (struct random_sample *)state;
        assert_int_equal(random_sample_create(&selection, refused[i].size,
                                              refused[i].total, 1, &sketch_libc_memory),
                         SKETCH_RANGE);
        assert_null(selection);
    }
    random_sample_free(created(ITEM_LIST_MAX, RANDOM_SAMPLE_MAX_TOTAL, 1));
    random_sample_free(NULL);
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
