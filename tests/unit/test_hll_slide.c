/* HyperLogLog of a window, against a sketch of the same items. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hll_private.h"
#include "hll_slide.h"
#include "random.h"
#include "ration.h"

/* Some values often, many rarely, and now and then one with a high register. */
static struct hash item(uint64_t i)
{
    struct random random = {i};
    uint64_t value = random_next(&random) % (i % 3 == 0 ? 50 : 100000);
    struct hash hash = hash_u64(value);
    hash.h2 >>= value % 97 == 0 ? 20 : 0;
    return hash;
}

static struct hll *sketch_of(int precision, uint64_t from, uint64_t to)
{
    struct hll *sketch = NULL;
    assert_int_equal(hll_create(&sketch, precision, &sketch_libc_memory), SKETCH_OK);
    for (uint64_t i = from; i < to; i++) {
        assert_int_equal(hll_add(sketch, item(i)), SKETCH_OK);
    }
    return sketch;
}

static void expect_same(const struct hll_slide *slide, int precision, uint64_t from,
                        uint64_t to)
{
    struct hll *expected = sketch_of(precision, from, to);
    struct hll *sketch = NULL;
    assert_int_equal(hll_slide_sketch(slide, &sketch), SKETCH_OK);
    assert_int_equal(hll_is_exact(sketch), hll_is_exact(expected));
    if (hll_is_exact(expected)) {
        assert_true(hll_slide_estimate(slide) == hll_estimate(expected));
    } else {
        assert_memory_equal(sketch->registers, expected->registers,
                            hll_slots(expected));
    }
    assert_true(hll_slide_estimate(slide) == hll_estimate(sketch));
    uint8_t *bytes = NULL;
    size_t size = 0;
    assert_int_equal(hll_serialise(sketch, &bytes, &size), SKETCH_OK);
    struct hll *again = NULL;
    assert_int_equal(hll_deserialise(&again, bytes, size, &sketch->memory), SKETCH_OK);
    assert_true(hll_estimate(again) == hll_slide_estimate(slide));
    sketch_release(&sketch->memory, bytes);
    hll_free(again);
    hll_free(sketch);
    hll_free(expected);
}

/* A window that grows, slides, shrinks to nothing and comes again. */
static void run_window(int precision, uint64_t size, uint64_t step)
{
    struct hll_slide *slide = NULL;
    uint64_t from = 0;
    uint64_t to = 0;
    assert_int_equal(hll_slide_create(&slide, precision, &sketch_libc_memory),
                     SKETCH_OK);
    expect_same(slide, precision, 0, 0);
    for (int round = 0; round < 3; round++) {
        for (uint64_t end = to + 2 * size; to < end; to++) {
            if (to - from == size) {
                hll_slide_remove(slide, item(from++));
            }
            assert_int_equal(hll_slide_add(slide, item(to)), SKETCH_OK);
            if (to % step == 0) {
                expect_same(slide, precision, from, to + 1);
            }
        }
        while (from < to) {
            hll_slide_remove(slide, item(from++));
            if (from % step == 0) {
                expect_same(slide, precision, from, to);
            }
        }
        expect_same(slide, precision, from, to);
        assert_true(hll_slide_estimate(slide) == 0);
    }
    hll_slide_free(slide);
}

static void a_window_has_the_registers_of_its_items(void **state)
{
    (void)state;
    run_window(4, 3, 1);
    run_window(4, 40, 1);
    run_window(7, 9, 1);
    run_window(8, 60, 3);
    run_window(10, 900, 17);
    run_window(12, 400, 17);
    run_window(12, 5000, 401);
    run_window(14, 2000, 401);
}

static void precisions_out_of_range_are_refused(void **state)
{
    struct hll_slide *slide = NULL;
    (void)state;
    assert_int_equal(hll_slide_create(&slide, 3, &sketch_libc_memory), SKETCH_RANGE);
    assert_null(slide);
    assert_int_equal(hll_slide_create(&slide, 22, &sketch_libc_memory), SKETCH_RANGE);
    assert_null(slide);
    hll_slide_free(NULL);
}

static void every_refusal_is_survived(void **state)
{
    struct ration ration = {.grants = RATION_UNLIMITED};
    struct sketch_memory memory = ration_memory(&ration);
    struct hll_slide *slide = NULL;
    enum sketch_status status = SKETCH_NOMEM;
    (void)state;
    for (uint64_t grants = 0; status == SKETCH_NOMEM; grants++) {
        ration.grants = grants;
        status = hll_slide_create(&slide, 8, &memory);
        assert_true(status == SKETCH_OK || ration.blocks == 0);
    }
    for (uint64_t i = 0; i < 500; i++) {
        status = SKETCH_NOMEM;
        for (uint64_t grants = 0; status == SKETCH_NOMEM; grants++) {
            ration.grants = grants;
            status = hll_slide_add(slide, item(i));
        }
        if (i >= 100) {
            hll_slide_remove(slide, item(i - 100));
        }
        struct hll *sketch = NULL;
        status = SKETCH_NOMEM;
        for (uint64_t grants = 0; status == SKETCH_NOMEM; grants++) {
            ration.grants = grants;
            status = hll_slide_sketch(slide, &sketch);
        }
        hll_free(sketch);
        ration.grants = RATION_UNLIMITED;
        expect_same(slide, 8, i < 100 ? 0 : i - 99, i + 1);
    }
    hll_slide_free(slide);
    assert_int_equal(ration.blocks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_has_the_registers_of_its_items),
        cmocka_unit_test(precisions_out_of_range_are_refused),
        cmocka_unit_test(every_refusal_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
