/* Items that somebody has chosen against the hash, which everybody knows: they cost no
 * more steps than others, and top-k's bounds hold for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "chosen.h"
#include "random.h"
#include "salt.h"
#include "topk_distinct_private.h"
#include "topk_private.h"

static void a_block_gives_any_hash(void **state)
{
    (void)state;
    for (size_t length = CHOSEN_BLOCK; length < 80; length += CHOSEN_BLOCK) {
        uint8_t bytes[80] = {(uint8_t)length};
        struct hash wanted = {UINT64_C(0x0123456789abcdef) + length, length};
        for (uint64_t seed = 0; seed < 20000; seed += HASH_SEED) {
            chosen_end(bytes, length, wanted, seed);
            struct hash hash = hash_bytes_seeded(bytes, length, seed);
            assert_true(hash.h1 == wanted.h1 && hash.h2 == wanted.h2);
        }
    }
}

static void a_salt_tells_apart_what_is_different_and_nothing_else(void **state)
{
    static const char text[] = "any text, of any length, and its beginnings";
    const uint64_t salt = salt_new(state, 0);
    const uint64_t other = salt_new(state, salt);
    assert_int_not_equal(salt, 0);
    assert_int_not_equal(salt, other);
    assert_int_equal(salt_hash(item_integer(7), salt), salt_hash(item_real(7), salt));
    assert_int_not_equal(salt_hash(item_integer(7), salt),
                         salt_hash(item_integer(7), other));
    for (uint32_t size = 0; size < sizeof text; size++) {
        uint64_t hash = salt_hash(item_text(text, size), salt);
        assert_int_not_equal(hash, salt_hash(item_blob(text, size), salt));
        assert_int_not_equal(hash, salt_hash(item_text(text, size + 1), salt));
        assert_int_not_equal(hash, salt_hash(item_integer(size), salt));
        if (size > 0) { /* the last byte alone differs */
            char copy[sizeof text];
            memcpy(copy, text, sizeof text);
            copy[size - 1] ^= 1;
            assert_int_not_equal(hash, salt_hash(item_text(copy, size), salt));
        }
    }
    for (int bit = 0; bit < 63; bit++) {
        assert_int_not_equal(salt_hash(item_integer(INT64_C(1) << bit), salt),
                             salt_hash(item_integer(0), salt));
    }
}

/* Texts that all have one hash, of two blocks each. */
enum { KEYS = 900, LENGTH = 2 * CHOSEN_BLOCK };

struct keys {
    uint8_t bytes[KEYS][LENGTH];
    uint64_t truth[KEYS];
};

static struct item key(const struct keys *keys, uint32_t i)
{
    return item_text(keys->bytes[i], LENGTH);
}

static struct keys *keys_of_one_hash(void)
{
    struct keys *keys = calloc(1, sizeof *keys);
    assert_non_null(keys);
    for (uint32_t i = 0; i < KEYS; i++) {
        memcpy(keys->bytes[i], &i, sizeof i);
        chosen_end(keys->bytes[i], LENGTH, (struct hash){5, 7}, HASH_SEED);
        assert_int_equal(item_bytes_hash(key(keys, i)).h1, 5);
        assert_int_equal(item_bytes_hash(key(keys, i)).h2, 7);
    }
    return keys;
}

/* Many of few, some of many. */
static uint32_t any_key(struct random *random)
{
    return (uint32_t)random_below(random, random_below(random, KEYS) + 1);
}

static void expect_bounds(const struct keys *keys, const struct topk *sketch)
{
    uint64_t listed = 0;
    for (uint32_t i = 0; i < KEYS; i++) {
        struct topk_row row = topk_lookup(sketch, key(keys, i));
        assert_true(row.count >= keys->truth[i]);
        assert_true(row.count - row.error <= keys->truth[i]);
        listed += row.error < row.count;
    }
    assert_int_equal(listed, topk_used(sketch));
}

static void bounds_of_topk_hold_for_items_of_one_hash(void **state)
{
    enum { ROWS = 20000 };
    (void)state;
    struct keys *keys = keys_of_one_hash();
    struct random random = {3};
    for (int counters = 20; counters <= 2 * KEYS; counters *= 10) {
        struct topk *sketch = NULL;
        struct topk *other = NULL;
        memset(keys->truth, 0, sizeof keys->truth);
        assert_int_equal(topk_create(&sketch, 10, counters, &sketch_libc_memory), 0);
        assert_int_equal(topk_create(&other, 10, counters, &sketch_libc_memory), 0);
        for (int i = 0; i < ROWS; i++) {
            uint32_t which = any_key(&random);
            struct topk *into = i % 3 ? sketch : other;
            assert_int_equal(topk_add(into, key(keys, which), 1), SKETCH_OK);
            keys->truth[which]++;
        }
        assert_int_equal(sketch->index.salt != 0, counters > TOPK_FARTHEST);
        assert_int_equal(topk_merge(sketch, other), SKETCH_OK);
        assert_true(counters < TOPK_FARTHEST ||
                    sketch->index.farthest == TOPK_FARTHEST); /* at the first attempt */
        expect_bounds(keys, sketch);
        topk_free(sketch);
        topk_free(other);
    }
    free(keys);
}

/* Whoever knows the salt can crowd a table again: then there is another salt, and twice
 * as many entries may crowd. */
static void a_salt_that_is_known_is_changed(void **state)
{
    enum { COUNTERS = 400 };
    (void)state;
    struct keys *keys = keys_of_one_hash();
    struct topk *sketch = NULL;
    assert_int_equal(topk_create(&sketch, 10, COUNTERS, &sketch_libc_memory), 0);
    for (uint32_t i = 0; i < COUNTERS / 2; i++) {
        assert_int_equal(topk_add(sketch, key(keys, i), i + 1), SKETCH_OK);
    }
    assert_int_equal(topk_reserve(sketch, COUNTERS), SKETCH_OK);
    const uint64_t salt = sketch->index.salt;
    assert_int_not_equal(salt, 0);
    int64_t number = 0;
    for (uint32_t i = COUNTERS / 2; i < COUNTERS; i++, number++) {
        while ((salt_hash(item_integer(number), sketch->index.salt) &
                sketch->index.mask) != 9) {
            number++;
        }
        assert_int_equal(topk_add(sketch, item_integer(number), i + 1), SKETCH_OK);
        assert_int_equal(topk_lookup(sketch, item_integer(number)).count, i + 1);
    }
    assert_int_not_equal(sketch->index.salt, salt);
    assert_int_equal(sketch->index.farthest, 4 * TOPK_FARTHEST); /* after 64 and 128 */
    for (uint32_t i = 0; i < COUNTERS / 2; i++) {
        assert_int_equal(topk_lookup(sketch, key(keys, i)).count, i + 1);
    }
    topk_free(sketch);
    free(keys);
}

static void labels_of_one_hash_are_labels_like_others(void **state)
{
    enum { K = 100, LABELS = 200, VALUES = 20 };
    (void)state;
    struct keys *keys = keys_of_one_hash();
    struct topk_distinct *sketch = NULL;
    assert_int_equal(topk_distinct_create(&sketch, K, 11, &sketch_libc_memory), 0);
    for (uint32_t i = 0; i < LABELS * VALUES; i++) {
        uint32_t which = i % LABELS;
        struct hash value = hash_u64(i / LABELS % (1 + which % VALUES));
        assert_int_equal(topk_distinct_add(sketch, key(keys, which), value), SKETCH_OK);
    }
    assert_true(topk_distinct_is_complete(sketch));
    assert_int_not_equal(sketch->index.salt, 0);
    assert_int_equal(sketch->index.farthest, TOPK_FARTHEST);
    for (uint32_t i = 0; i < LABELS; i++) {
        struct topk_distinct_row row;
        assert_int_equal(topk_distinct_lookup(sketch, key(keys, i), &row), SKETCH_OK);
        assert_int_equal(row.count, 1 + i % VALUES);
    }
    topk_distinct_free(sketch);
    free(keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_gives_any_hash),
        cmocka_unit_test(a_salt_tells_apart_what_is_different_and_nothing_else),
        cmocka_unit_test(bounds_of_topk_hold_for_items_of_one_hash),
        cmocka_unit_test(a_salt_that_is_known_is_changed),
        cmocka_unit_test(labels_of_one_hash_are_labels_like_others),
    };
    return cmocka_run_group_tests_name("chosen", tests, NULL, NULL);
}
