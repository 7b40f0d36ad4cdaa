/* Samples of a window: of its rows, in their order, and fair. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ration.h"
#include "reservoir_private.h"
#include "statistics.h"

static struct reservoir_slide *created(uint32_t size, uint64_t seed)
{
    struct reservoir *sketch = NULL;
    struct reservoir_slide *slide = NULL;
    assert_int_equal(reservoir_create(&sketch, size, seed, &sketch_libc_memory),
                     SKETCH_OK);
    assert_int_equal(reservoir_slide_create(&slide, sketch, &sketch_libc_memory),
                     SKETCH_OK);
    reservoir_free(sketch);
    return slide;
}

/* Row i of the stream is the number, or, of every third one, a long text with it. */
static struct item row_item(uint32_t i, char text[40])
{
    if (i % 3 > 0) {
        return item_integer(i);
    }
    int size = snprintf(text, 40, "a text too long for a copy %u", (unsigned)i);
    return item_text(text, (uint32_t)size);
}

static void add(struct reservoir_slide *slide, uint32_t i)
{
    char text[40];
    assert_int_equal(reservoir_slide_add(slide, row_item(i, text)), SKETCH_OK);
}

/* Looks the sample up: ascending rows of from .. to - 1, whose places are counted. */
static void expect_sample(const struct reservoir_slide *slide, uint32_t size,
                          uint32_t from, uint32_t to, uint32_t *counts)
{
    struct item *items = NULL;
    size_t count = 0;
    uint32_t at = from;
    assert_int_equal(reservoir_slide_sample(slide, &items, &count), SKETCH_OK);
    assert_int_equal(count, to - from < size ? to - from : size);
    for (size_t i = 0; i < count; i++, at++) {
        char text[40];
        while (at < to && !item_equal(items[i], row_item(at, text))) {
            at++;
        }
        assert_true(at < to);
        if (counts) {
            counts[at - from]++;
        }
    }
    free(items);
}

static void run_window(uint32_t size, uint32_t window, uint32_t step)
{
    struct reservoir_slide *slide = created(size, 5);
    uint32_t from = 0;
    uint32_t to = 0;
    for (int round = 0; round < 3; round++) {
        for (uint32_t end = to + 3 * window; to < end;) {
            if (to - from == window) {
                reservoir_slide_remove(slide);
                from++;
            }
            add(slide, to++);
            if (to % step == 0) {
                expect_sample(slide, size, from, to, NULL);
            }
        }
        while (from < to) {
            reservoir_slide_remove(slide);
            from++;
            if (from % step == 0) {
                expect_sample(slide, size, from, to, NULL);
            }
        }
        expect_sample(slide, size, to, to, NULL);
    }
    reservoir_slide_free(slide);
}

static void a_sample_is_rows_of_the_window_in_their_order(void **state)
{
    (void)state;
    run_window(1, 1, 1);
    run_window(4, 3, 1);
    run_window(3, 20, 1);
    run_window(50, 700, 13);
    run_window(10, 3000, 101);
}

static void each_row_of_a_window_is_as_likely(void **state)
{
    enum { SIZE = 5, WINDOW = 40, RUNS = 8000 };
    (void)state;
    static const uint32_t slid[] = {0, 1, 17, 50};
    for (size_t i = 0; i < sizeof slid / sizeof *slid; i++) {
        uint32_t counts[WINDOW] = {0};
        for (uint64_t seed = 0; seed < RUNS; seed++) {
            struct reservoir_slide *slide = created(SIZE, seed);
            for (uint32_t to = 0; to < WINDOW + slid[i]; to++) {
                if (to >= WINDOW) {
                    reservoir_slide_remove(slide);
                }
                add(slide, to);
            }
            expect_sample(slide, SIZE, slid[i], slid[i] + WINDOW, counts);
            reservoir_slide_free(slide);
        }
        assert_true(inclusion_chi_square(counts, WINDOW, SIZE, RUNS) <
                    chi_square_bound(WINDOW - 1));
    }
}

/* Along one stream, whose windows of twice the length of a sample have nothing in
 * common. */
static void windows_of_one_stream_are_fair(void **state)
{
    enum { SIZE = 8, WINDOW = 16, RUNS = 20000 };
    (void)state;
    uint32_t counts[WINDOW] = {0};
    struct reservoir_slide *slide = created(SIZE, 3);
    for (uint32_t to = 1; to <= WINDOW * RUNS; to++) {
        if (to > WINDOW) {
            reservoir_slide_remove(slide);
        }
        add(slide, to - 1);
        if (to % WINDOW == 0) {
            expect_sample(slide, SIZE, to - WINDOW, to, counts);
        }
    }
    assert_true(inclusion_chi_square(counts, WINDOW, SIZE, RUNS) <
                chi_square_bound(WINDOW - 1));
    reservoir_slide_free(slide);
}

/* Pairs, of a window of 6: all 15 are equally likely. */
static void each_set_of_rows_is_as_likely(void **state)
{
    enum { WINDOW = 6, PAIRS = 15, RUNS = 30000 };
    (void)state;
    uint32_t pairs[PAIRS] = {0};
    for (uint64_t seed = 0; seed < RUNS; seed++) {
        uint32_t chosen[WINDOW] = {0};
        struct reservoir_slide *slide = created(2, seed);
        for (uint32_t to = 0; to < 2 * WINDOW; to++) {
            if (to >= WINDOW) {
                reservoir_slide_remove(slide);
            }
            add(slide, to);
        }
        expect_sample(slide, 2, WINDOW, 2 * WINDOW, chosen);
        uint32_t pair = 0;
        for (uint32_t a = 0; a < WINDOW; a++) {
            for (uint32_t b = a + 1; b < WINDOW; b++) {
                pairs[pair++] += chosen[a] && chosen[b];
            }
        }
        reservoir_slide_free(slide);
    }
    assert_true(chi_square(pairs, PAIRS) < chi_square_bound(PAIRS - 1));
}

/* The one in ranks, and the one that counts rows. */
static void positions_begin_anew(void **state)
{
    enum { SIZE = 3, WINDOW = 10 };
    (void)state;
    for (int bits = RESERVOIR_POSITION_BITS; bits <= 32; bits += 6) {
        struct reservoir_slide *slide = created(SIZE, 9);
        slide->oldest = (uint32_t)((UINT64_C(1) << bits) - 2 * WINDOW);
        slide->next = slide->oldest;
        for (uint32_t to = 1; to <= 4 * WINDOW; to++) {
            if (to > WINDOW) {
                reservoir_slide_remove(slide);
            }
            add(slide, to - 1);
            expect_sample(slide, SIZE, to > WINDOW ? to - WINDOW : 0, to, NULL);
        }
        reservoir_slide_free(slide);
    }
}

static void every_refusal_is_survived(void **state)
{
    enum { SIZE = 7, WINDOW = 700 };
    struct ration ration = {.grants = RATION_UNLIMITED};
    struct sketch_memory memory = ration_memory(&ration);
    struct reservoir *sketch = NULL;
    struct reservoir_slide *slide = NULL;
    struct reservoir_slide *other = created(SIZE, 2);
    (void)state;
    assert_int_equal(reservoir_create(&sketch, SIZE, 2, &sketch_libc_memory),
                     SKETCH_OK);
    ration.grants = 0;
    assert_int_equal(reservoir_slide_create(&slide, sketch, &memory), SKETCH_NOMEM);
    assert_null(slide);
    ration.grants = 1;
    assert_int_equal(reservoir_slide_create(&slide, sketch, &memory), SKETCH_OK);
    reservoir_free(sketch);
    for (uint32_t to = 0; to < 3 * WINDOW; to++) {
        char text[40];
        struct item item = row_item(to, text);
        enum sketch_status status = SKETCH_NOMEM;
        if (to >= WINDOW) {
            reservoir_slide_remove(slide);
            reservoir_slide_remove(other);
        }
        for (uint64_t grants = 0; status == SKETCH_NOMEM; grants++) {
            ration.grants = grants;
            status = reservoir_slide_add(slide, item);
        }
        assert_int_equal(reservoir_slide_add(other, item), SKETCH_OK);
        struct item *items = NULL;
        struct item *others = NULL;
        size_t count = 0;
        ration.grants = 1;
        assert_int_equal(reservoir_slide_sample(slide, &items, &count), SKETCH_NOMEM);
        assert_null(items);
        ration.grants = RATION_UNLIMITED;
        assert_int_equal(reservoir_slide_sample(slide, &items, &count), SKETCH_OK);
        assert_int_equal(reservoir_slide_sample(other, &others, &count), SKETCH_OK);
        for (size_t i = 0; i < count; i++) {
            assert_true(item_equal(items[i], others[i]));
        }
        sketch_release(&memory, items);
        free(others);
    }
    reservoir_slide_free(slide);
    reservoir_slide_free(other);
    reservoir_slide_free(NULL);
    assert_int_equal(ration.blocks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sample_is_rows_of_the_window_in_their_order),
        cmocka_unit_test(each_row_of_a_window_is_as_likely),
        cmocka_unit_test(windows_of_one_stream_are_fair),
        cmocka_unit_test(each_set_of_rows_is_as_likely),
        cmocka_unit_test(positions_begin_anew),
        cmocka_unit_test(every_refusal_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
