/* Merges of t-digests, and how accurate their answers are. */
#include "tdigest_help.h"

#include <math.h>

static void an_empty_sketch_is_neutral_in_merges(void **state)
{
    (void)state;
    struct tdigest *empty = created(500);
    for (int count = 0; count < 60000; count = count * 3 + 1) {
        struct tdigest *sketch = created(20);
        for (int i = 0; i < count; i++) {
            add(sketch, draw_lognormal());
        }
        for (int compressed = 0; compressed < 2; compressed++) {
            struct tdigest *into = created(70);
            struct image before = imaged(sketch);
            assert_int_equal(tdigest_merge(sketch, empty), SKETCH_OK);
            assert_int_equal(tdigest_merge(into, sketch), SKETCH_OK);
            struct image after = imaged(sketch);
            assert_int_equal(before.size, after.size);
            assert_memory_equal(before.bytes, after.bytes, before.size);
            assert_true(count == 0 || is_same_image(into, sketch));
            assert_int_equal(tdigest_k(into), count == 0 ? 70 : 20);
            free(before.bytes);
            free(after.bytes);
            tdigest_free(into);
            assert_int_equal(tdigest_compress(sketch), SKETCH_OK);
        }
        tdigest_free(sketch);
    }
    tdigest_free(empty);
}

static void a_merge_keeps_the_smaller_k(void **state)
{
    (void)state;
    for (int order = 0; order < 2; order++) {
        struct tdigest *into = created(order ? 200 : 20);
        struct tdigest *from = created(order ? 20 : 200);
        for (int i = 0; i < 200; i++) {
            add(into, i);
            add(from, i + 0.5);
        }
        assert_int_equal(tdigest_merge(into, from), SKETCH_OK);
        assert_int_equal(tdigest_k(into), 20);
        assert_int_equal(tdigest_weight(into), 400);
        assert_int_equal(tdigest_weight(from), 200);
        assert_int_equal(tdigest_compress(into), SKETCH_OK);
        assert_true(tdigest_count(into) <= 50);
        assert_sound(into);
        assert_true(fabs(quantile(into, 0.5) - 99.75) < 3);
        tdigest_free(into);
        tdigest_free(from);
    }
}

static void a_sketch_merges_with_itself(void **state)
{
    (void)state;
    struct tdigest *sketch = created(20);
    for (int i = 0; i < 5000; i++) {
        add(sketch, draw_lognormal());
    }
    assert_int_equal(tdigest_compress(sketch), SKETCH_OK);
    double median = quantile(sketch, 0.5);
    assert_int_equal(tdigest_merge(sketch, sketch), SKETCH_OK);
    assert_int_equal(tdigest_weight(sketch), 10000);
    assert_true(fabs(rank(sketch, median) - 0.5) < 0.01);
    assert_false(tdigest_is_exact(sketch));
    assert_int_equal(tdigest_compress(sketch), SKETCH_OK);
    assert_false(tdigest_is_exact(sketch));
    assert_sound(sketch);
    tdigest_free(sketch);
    /* All of its points are there twice, and as blurred as they were. */
    sketch = filled(20, (double[]){1, 1, 2, 5}, 4);
    assert_int_equal(tdigest_merge(sketch, sketch), SKETCH_OK);
    assert_true(tdigest_is_exact(sketch) && tdigest_weight(sketch) == 8);
    assert_true(quantile(sketch, 0.4) == 1 && quantile(sketch, 0.6) == 2);
    tdigest_free(sketch);
}

static void merges_of_few_values_are_exact_in_any_order(void **state)
{
    (void)state;
    enum { PARTS = 7, EACH = 3000 };
    static double values[PARTS * EACH];
    struct tdigest *parts[PARTS];
    struct tdigest *up = created(100);
    struct tdigest *down = created(100);
    for (int p = 0; p < PARTS; p++) {
        for (int i = 0; i < EACH; i++) {
            values[p * EACH + i] = (double)(30 * (p % 3) + (int)draw(100));
        }
        parts[p] = filled(100, values + p * EACH, EACH);
    }
    for (int p = 0; p < PARTS; p++) {
        assert_int_equal(tdigest_merge(up, parts[p]), SKETCH_OK);
        assert_int_equal(tdigest_merge(down, parts[PARTS - 1 - p]), SKETCH_OK);
    }
    assert_true(is_same_image(up, down));
    assert_exact(up, values, PARTS * EACH);
    for (int p = 0; p < PARTS; p++) {
        tdigest_free(parts[p]);
    }
    tdigest_free(up);
    tdigest_free(down);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_sketch_is_neutral_in_merges),
        cmocka_unit_test(a_merge_keeps_the_smaller_k),
        cmocka_unit_test(a_sketch_merges_with_itself),
        cmocka_unit_test(merges_of_few_values_are_exact_in_any_order),
    };
    return cmocka_run_group_tests_name("tdigest, merges", tests, NULL, NULL);
}
