/* Theta sketches: their edges, their bytes, and set algebra against the truth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "theta.h"
#include "chosen.h"
#include "theta_private.h"

static struct theta *create(int lg_k)
{
    struct theta *sketch = NULL;
    assert_int_equal(theta_create(&sketch, lg_k, &sketch_libc_memory), SKETCH_OK);
    return sketch;
}

static struct theta *fill(int lg_k, uint64_t from, uint64_t to)
{
    struct theta *sketch = create(lg_k);
    for (uint64_t i = from; i < to; i++) {
        assert_int_equal(theta_add(sketch, hash_u64(i)), SKETCH_OK);
    }
    return sketch;
}

static void expect_bytes(const struct theta *sketch, const uint8_t *expected,
                         size_t expected_size)
{
    uint8_t *bytes;
    size_t size;
    assert_int_equal(theta_serialise(sketch, &bytes, &size), SKETCH_OK);
    assert_int_equal(size, expected_size);
    assert_memory_equal(bytes, expected, size);
    free(bytes);
}

static void expect_same(const struct theta *a, const struct theta *b)
{
    uint8_t *bytes;
    size_t size;
    assert_int_equal(theta_serialise(b, &bytes, &size), SKETCH_OK);
    expect_bytes(a, bytes, size);
    free(bytes);
}

static void sizes_out_of_range_are_refused(void **state)
{
    struct theta *sketch;
    (void)state;
    assert_int_equal(theta_create(&sketch, 4, &sketch_libc_memory), SKETCH_RANGE);
    assert_int_equal(theta_create(&sketch, 27, &sketch_libc_memory), SKETCH_RANGE);
    assert_null(sketch);
    theta_free(NULL);
}

/* As Apache DataSketches writes them. */
static void images_are_those_of_datasketches(void **state)
{
    static const uint8_t none[] = {1, 3, 3, 0, 0, 0x1e, 0xcc, 0x93};
    static const uint8_t zero[] = {1,    3,    3,    0,    0,    0x1a, 0xcc, 0x93,
                                   0xe5, 0x6b, 0x61, 0xee, 0xc8, 0x80, 0x44, 0x20};
    static const uint8_t two[] = {2,    3,    3,    0,    0,    0x1a, 0xcc, 0x93,
                                  2,    0,    0,    0,    0,    0,    0,    0,
                                  0x15, 0xf9, 0x7d, 0xcb, 0xbd, 0x86, 0xa1, 0x05,
                                  0xe5, 0x6b, 0x61, 0xee, 0xc8, 0x80, 0x44, 0x20};
    struct theta *sketch = create(12);
    (void)state;
    expect_bytes(sketch, none, sizeof none);
    for (uint64_t i = 0; i < 3; i++) {
        assert_int_equal(theta_add(sketch, hash_u64(0)), SKETCH_OK);
        expect_bytes(sketch, zero, sizeof zero);
    }
    assert_int_equal(theta_add(sketch, hash_u64(1)), SKETCH_OK);
    expect_bytes(sketch, two, sizeof two);
    theta_free(sketch);
}

static void theta_falls_when_there_are_more_than_fifteen_eighths_of_k(void **state)
{
    struct theta *sketch = fill(5, 0, 60);
    (void)state;
    assert_true(theta_is_exact(sketch));
    assert_int_equal(theta_retained(sketch), 60);
    assert_int_equal(theta_add(sketch, hash_u64(59)), SKETCH_OK);
    assert_int_equal(theta_retained(sketch), 60);
    assert_int_equal(theta_add(sketch, hash_u64(60)), SKETCH_OK);
    assert_int_equal(theta_retained(sketch), 32);
    assert_false(theta_is_exact(sketch));
    theta_free(sketch);
}

/* A hash of 63 bits whose product with the salt says: the first place, the first
 * stride. The lowest bit, which does not matter, makes it small enough. */
static uint64_t colliding(const struct theta *sketch, uint64_t i)
{
    uint64_t inverse = chosen_inverse(sketch->salt);
    uint64_t product = i << 33;
    while (product * inverse > THETA_MOST) {
        product++;
    }
    return product * inverse;
}

/* Items that somebody has chosen who knows the salt, so that a search in the table
 * takes too long: then a list has them. */
static void hashes_that_collide_are_kept_in_a_list(void **state)
{
    enum { COUNT = 3000, LG_K = 12 };
    struct theta *sketch = create(LG_K);
    (void)state;
    for (int again = 0; again < 2; again++) {
        for (uint64_t i = 1; i <= COUNT; i++) {
            struct hash hash = {colliding(sketch, i) << 1, 0};
            assert_int_equal(theta_add(sketch, hash), SKETCH_OK);
        }
    }
    assert_int_equal(theta_retained(sketch), COUNT);
    struct theta_run run;
    uint64_t *owned;
    assert_int_equal(theta_view(sketch, &run, &owned), SKETCH_OK);
    for (size_t i = 1; i < COUNT; i++) {
        assert_true(run.words[i - 1] < run.words[i]);
    }
    assert_true(sketch->is_list);
    free(owned);
    theta_free(sketch);
}

static void sorting_puts_any_hashes_in_order(void **state)
{
    enum { COUNT = 5000 };
    static uint64_t hashes[COUNT];
    (void)state;
    for (unsigned shift = 1; shift < 64; shift += 6) { /* ever closer together */
        for (size_t count = 0; count <= COUNT; count = 3 * count + 1) {
            uint64_t sum = 0;
            for (size_t i = 0; i < count; i++) {
                hashes[i] = hash_u64(i).h1 >> shift;
                sum += hashes[i];
            }
            theta_sort(hashes, count, THETA_MOST);
            for (size_t i = 0; i < count; i++) {
                assert_true(i == 0 || hashes[i - 1] <= hashes[i]);
                sum -= hashes[i];
            }
            assert_int_equal(sum, 0);
        }
    }
}

static void set_algebra_is_exact_while_the_sketches_are(void **state)
{
    (void)state;
    for (uint64_t shift = 0; shift <= 400; shift += 50) {
        struct theta *a = fill(10, 0, 300);
        struct theta *b = fill(10, shift, shift + 300);
        struct theta *both = fill(10, 0, 300);
        struct theta *left = fill(10, 0, 300);
        struct theta_overlap overlap;
        uint64_t common = shift < 300 ? 300 - shift : 0;
        assert_int_equal(theta_jaccard(a, b, &overlap), SKETCH_OK);
        assert_int_equal(theta_intersect(both, b), SKETCH_OK);
        assert_int_equal(theta_except(left, b), SKETCH_OK);
        assert_int_equal(theta_merge(a, b), SKETCH_OK);
        assert_true(theta_estimate(a) == (double)(600 - common));
        assert_true(theta_estimate(both) == (double)common);
        assert_true(theta_estimate(left) == (double)(300 - common));
        assert_true(overlap.estimate == (double)common / (double)(600 - common));
        assert_true(overlap.lower == overlap.estimate);
        /* What both had and what one had make up the one. */
        assert_int_equal(theta_merge(left, both), SKETCH_OK);
        theta_free(a);
        a = fill(10, 0, 300);
        expect_same(left, a);
        theta_free(a);
        theta_free(b);
        theta_free(both);
        theta_free(left);
    }
}

static void expect_within(const struct theta *sketch, double truth)
{
    double lower;
    double upper;
    assert_int_equal(theta_bounds(sketch, 3, &lower, &upper), SKETCH_OK);
    assert_true(lower <= truth && truth <= upper);
    assert_true(lower <= theta_estimate(sketch) && theta_estimate(sketch) <= upper);
}

static void set_algebra_of_large_streams_is_within_its_bounds(void **state)
{
    (void)state;
    for (int lg_k = 6; lg_k <= 12; lg_k += 3) {
        struct theta *a = fill(lg_k, 0, 60000);
        struct theta *b = fill(lg_k + 1, 40000, 100000);
        struct theta *both = fill(lg_k, 0, 60000);
        struct theta *left = fill(lg_k, 0, 60000);
        assert_int_equal(theta_intersect(both, b), SKETCH_OK);
        assert_int_equal(theta_except(left, b), SKETCH_OK);
        assert_int_equal(theta_merge(a, b), SKETCH_OK);
        assert_int_equal(theta_retained(a), (size_t)1 << lg_k);
        expect_within(a, 100000);
        expect_within(both, 20000);
        expect_within(left, 40000);
        theta_free(a);
        theta_free(b);
        theta_free(both);
        theta_free(left);
    }
}

/* Theta of the smaller one holds for both, whatever the other keeps. */
static void the_smallest_theta_counts(void **state)
{
    struct theta *fine = fill(12, 0, 50000);
    struct theta *coarse = fill(6, 0, 50000);
    (void)state;
    double theta = theta_fraction(coarse);
    assert_int_equal(theta_merge(fine, coarse), SKETCH_OK);
    assert_true(theta_fraction(fine) == theta);
    expect_same(fine, coarse);
    theta_free(fine);
    theta_free(coarse);
}

static void what_has_nothing_and_theta_one_is_empty(void **state)
{
    static const uint8_t none[] = {1, 3, 3, 0, 0, 0x1e, 0xcc, 0x93};
    struct theta *a = fill(8, 0, 100);
    struct theta *b = fill(8, 100, 200);
    struct theta *large = fill(8, 0, 100000);
    (void)state;
    assert_int_equal(theta_intersect(b, a), SKETCH_OK);
    expect_bytes(b, none, sizeof none);
    assert_int_equal(theta_except(a, a), SKETCH_OK);
    expect_bytes(a, none, sizeof none);
    /* A theta that fell is kept, since it bounds what may have been there. */
    double theta = theta_fraction(large);
    assert_int_equal(theta_except(large, large), SKETCH_OK);
    assert_true(theta_estimate(large) == 0 && theta_fraction(large) == theta);
    assert_int_equal(theta_intersect(large, a), SKETCH_OK);
    expect_bytes(large, none, sizeof none);
    theta_free(a);
    theta_free(b);
    theta_free(large);
}

/* An image in a block with room to add to it. */
static uint8_t *written(const struct theta *sketch, size_t *size)
{
    uint8_t *bytes;
    assert_int_equal(theta_serialise(sketch, &bytes, size), SKETCH_OK);
    bytes = realloc(bytes, *size + SKETCH_SPARE);
    assert_non_null(bytes);
    return bytes;
}

/* Adding to bytes is adding to a sketch of that lg_k which has read them, whatever the
 * lg_k of the one that wrote them was. */
static void what_is_added_in_place_is_added(void **state)
{
    enum { LG_K = 6, LONG = 1000 };
    int in_place = 0;
    (void)state;
    for (int of = LG_K - 1; of <= LG_K + 1; of++) {
        for (uint64_t count = 0; count < LONG; count++) {
            size_t size;
            struct theta *stream = fill(of, 0, count);
            struct theta *read = create(LG_K);
            uint8_t *bytes = written(stream, &size);
            assert_int_equal(theta_absorb(read, bytes, size), SKETCH_OK);
            if (theta_stored_add(bytes, &size, size + SKETCH_SPARE, hash_u64(count),
                                 LG_K)) {
                assert_int_equal(theta_add(read, hash_u64(count)), SKETCH_OK);
                in_place++;
            }
            expect_bytes(read, bytes, size);
            theta_free(stream);
            theta_free(read);
            free(bytes);
        }
    }
    assert_in_range(in_place, LONG, 3 * LONG);
}

/* Only images that theta_serialise would write, of more than one hash. */
static void images_of_other_forms_are_not_added_to(void **state)
{
    static const uint8_t images[][40] = {
        {2, 3, 3, 0, 0, 0x0a, 0xcc, 0x93, 2, 0, 0, 0, 0, 0, 0, 0, 5, [24] = 8},
        {2, 3, 3, 0, 0, 0x1a, 0xcc, 0x93, 2, 0, 0, 0, 0, 0, 0x80, 0x3f, 5, [24] = 8},
        {2, 3, 3, 0, 0, 0x1a, 0xcc, 0x93, 2, 0, 0, 0, 0, 0, 0, 0, 8, [24] = 5},
        {2, 3, 3, 0, 0, 0x1a, 0xcc, 0x93, 2, 0, 0, 0, 0, 0, 0, 0, 5, [24] = 5},
        {2, 3, 3, 0, 0, 0x1a, 0xb6, 0x05, 2, 0, 0, 0, 0, 0, 0, 0, 5, [24] = 8},
        {2, 2, 3, 0, 0, 0, 0xcc, 0x93, 2, 0, 0, 0, 0, 0, 0, 0, 5, [24] = 8},
        {2, 3, 3, 0, 0, 0x1a, 0xcc, 0x93, 2, 0, 0, 0, 0, 0, 0, 0, 5, [24] = 8},
    };
    enum { IMAGES = sizeof images / sizeof *images, SIZE = 32 };
    (void)state;
    for (size_t i = 0; i < IMAGES; i++) {
        uint8_t bytes[SIZE + SKETCH_SPARE];
        size_t size = SIZE;
        memcpy(bytes, images[i], sizeof images[i]);
        assert_false(theta_stored_add(bytes, &size, SIZE + 7, hash_u64(1), 12));
        assert_false(theta_stored_add(bytes, &size, sizeof bytes, hash_u64(1), 27));
        bool is_added =
            theta_stored_add(bytes, &size, sizeof bytes, hash_u64(1), THETA_LG_K);
        assert_true(is_added == (i == IMAGES - 1));
        assert_int_equal(size, is_added ? SIZE + 8 : SIZE);
        assert_true(is_added || memcmp(bytes, images[i], SIZE) == 0);
    }
}

static void faults_have_names(void **state)
{
    static const struct {
        const char *fault;
        size_t size;
        uint8_t bytes[40];
    } images[] = {
        {"a truncated one", 15, {1, 3, 3, 0, 0, 0x1a, 0xcc, 0x93, 1}},
        {"seed", 16, {1, 3, 3, 0, 0, 0x1a, 0xb6, 0x05, 1}},
        {"order", 32, {2, 3, 3, 0, 0, 0x1a, 0xcc, 0x93, 2, 0, 0, 0, 0,
                       0, 0, 0, 9, 0, 0,    0,    0,    0, 0, 0, 8}},
        {NULL, 16, {1, 3, 3, 0, 0, 0x1a, 0xcc, 0x93}},    /* the hash 0 */
        {NULL, 16, {1, 3, 3, 0, 0, 0x1b, 0xcc, 0x93, 1}}, /* big-endian */
        {NULL, 16, {1, 3, 3, 0, 0, 0x12, 0xcc, 0x93, 1}}, /* not compact */
        {NULL, 17, {1, 3, 3, 0, 0, 0x1a, 0xcc, 0x93, 1}}, /* a byte more */
        {NULL, 16, {1, 3, 3, 0, 0, 0x1a, 0xcc, 0x93, 1, 0, 0, 0, 0, 0, 0, 0x80}},
        {NULL, 32, {3, 3, 3, 0, 0, 0x1a, 0xcc, 0x93, 1, 0, 0, 0, 0,
                    0, 0, 0, 5, 0, 0,    0,    0,    0, 0, 0, 5}}, /* not below theta */
        {NULL, 24, {3, 3, 3, 0, 0, 0x1a, 0xcc, 0x93}},             /* theta 0 */
        {NULL, 32, {2, 3, 3, 0, 0, 0x0a, 0xcc, 0x93, 2, 0, 0, 0, 0,
                    0, 0, 0, 9, 0, 0,    0,    0,    0, 0, 0, 9}}, /* one twice */
        {NULL, 10, {1, 4, 3, 8, 1, 0x1a, 0xcc, 0x93, 1, 0}},       /* a difference 0 */
        {NULL, 10, {1, 4, 3, 3, 1, 0x1a, 0xcc, 0x93, 1, 0x21}},    /* a spare bit */
        {NULL, 17, {1, 4, 3, 64, 1, 0x1a, 0xcc, 0x93, 1, 1}},      /* 64 bits */
        {NULL, 9, {1, 4, 3, 8, 1, 0x1a, 0xcc, 0x93, 0}}, /* packed, and none */
        {NULL, 16, {1, 1, 3, 0, 0, 0, 0, 0, 1}},         /* no preamble of 3 */
    };
    (void)state;
    for (size_t i = 0; i < sizeof images / sizeof *images; i++) {
        struct theta *sketch;
        struct theta *total = fill(5, 0, 10);
        const char *fault = theta_ops.fault(images[i].bytes, images[i].size);
        assert_int_equal(theta_deserialise(&sketch, images[i].bytes, images[i].size,
                                           &sketch_libc_memory),
                         SKETCH_CORRUPT);
        assert_int_equal(theta_absorb(total, images[i].bytes, images[i].size),
                         SKETCH_CORRUPT);
        assert_int_equal(theta_retained(total), 10);
        if (images[i].fault) {
            assert_non_null(fault);
            assert_non_null(strstr(fault, images[i].fault));
        } else {
            assert_null(fault);
        }
        theta_free(total);
    }
}

/* The root of the mean square of the error of streams is below that of a sample of k.
 */
static void streams_are_counted_within_the_error_that_is_stated(void **state)
{
    enum { RUNS = 200, ITEMS = 5000, LG_K = 8 };
    double sum = 0;
    (void)state;
    for (uint64_t run = 0; run < RUNS; run++) {
        struct theta *sketch = fill(LG_K, run << 32, (run << 32) + ITEMS);
        double off = theta_estimate(sketch) / ITEMS - 1;
        sum += off * off;
        theta_free(sketch);
    }
    double error = sqrt(sum / RUNS) * sqrt(1 << LG_K);
    print_message("%.2f / sqrt(k)\n", error);
    assert_true(error > 0.5 && error < 0.95);
}

/* As one sketch among others they go the same way as by their names. */
static void intersecting_and_subtracting_are_merges_of_their_own(void **state)
{
    (void)state;
    const struct sketch_ops *const ops[] = {&theta_intersect_ops, &theta_except_ops};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        struct theta *merged;
        struct theta *absorbed;
        struct theta *other;
        uint8_t *bytes;
        size_t size;
        assert_int_equal(theta_create(&merged, THETA_MIN_LG_K, &sketch_libc_memory),
                         SKETCH_OK);
        assert_int_equal(theta_create(&absorbed, THETA_MIN_LG_K, &sketch_libc_memory),
                         SKETCH_OK);
        assert_int_equal(theta_create(&other, THETA_MIN_LG_K, &sketch_libc_memory),
                         SKETCH_OK);
        for (uint64_t n = 0; n < 30; n++) {
            assert_int_equal(theta_add(merged, hash_u64(n)), SKETCH_OK);
            assert_int_equal(theta_add(absorbed, hash_u64(n)), SKETCH_OK);
            assert_int_equal(theta_add(other, hash_u64(n + 20)), SKETCH_OK);
        }
        assert_int_equal(theta_serialise(other, &bytes, &size), SKETCH_OK);
        assert_int_equal(ops[i]->merge(merged, other), SKETCH_OK);
        assert_int_equal(ops[i]->absorb(absorbed, bytes, size), SKETCH_OK);
        assert_true(theta_estimate(merged) == (i == 0 ? 10 : 20));
        assert_true(theta_estimate(absorbed) == theta_estimate(merged));
        free(bytes);
        ops[i]->free(merged);
        ops[i]->free(absorbed);
        ops[i]->free(other);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_out_of_range_are_refused),
        cmocka_unit_test(images_are_those_of_datasketches),
        cmocka_unit_test(theta_falls_when_there_are_more_than_fifteen_eighths_of_k),
        cmocka_unit_test(hashes_that_collide_are_kept_in_a_list),
        cmocka_unit_test(sorting_puts_any_hashes_in_order),
        cmocka_unit_test(set_algebra_is_exact_while_the_sketches_are),
        cmocka_unit_test(set_algebra_of_large_streams_is_within_its_bounds),
        cmocka_unit_test(the_smallest_theta_counts),
        cmocka_unit_test(what_has_nothing_and_theta_one_is_empty),
        cmocka_unit_test(what_is_added_in_place_is_added),
        cmocka_unit_test(images_of_other_forms_are_not_added_to),
        cmocka_unit_test(faults_have_names),
        cmocka_unit_test(streams_are_counted_within_the_error_that_is_stated),
        cmocka_unit_test(intersecting_and_subtracting_are_merges_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
