/* Keyed sketches: keys, the table that finds them, and images that nobody wrote. */
#include "keyed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bytes.h"
#include "hll.h"
#include "item_image.h"
#include "keyed_table.h"
#include "ration.h"
#include "topk.h"

/* ---- keys ---- */

static struct keyed *new_keyed(void)
{
    struct keyed *keyed = NULL;
    assert_int_equal(
        keyed_create(&keyed, keyed_kind_of(&hll_ops), NULL, &sketch_libc_memory),
        SKETCH_OK);
    return keyed;
}

/* Adds a value for a key, as a row would. */
static void add(struct keyed *keyed, const struct item *key, uint64_t value)
{
    struct hash hash = keyed_hash(key);
    keyed_await(keyed, hash);
    void *sketch = keyed_find(keyed, key, hash, keyed_expect(keyed, hash));
    if (!sketch) {
        struct hll *fresh = NULL;
        assert_int_equal(hll_create(&fresh, 12, &sketch_libc_memory), SKETCH_OK);
        assert_int_equal(keyed_put(keyed, key, hash, fresh), SKETCH_OK);
        sketch = fresh;
    }
    assert_int_equal(hll_add(sketch, hash_u64(value)), SKETCH_OK);
}

static void keys_are_equal_as_sql_has_it(void **state)
{
    (void)state;
    struct keyed *keyed = new_keyed();
    const struct item keys[] = {item_integer(1),   item_real(1.5),   item_text("1", 1),
                                item_blob("1", 1), item_text("", 0), item_blob("", 0),
                                item_real(-1e300)};
    enum { KEYS = sizeof keys / sizeof *keys };
    for (uint64_t round = 0; round < 3; round++) {
        for (size_t i = 0; i < KEYS; i++) {
            add(keyed, &keys[i], round);
        }
        add(keyed, NULL, round);
    }
    const struct item one = item_real(1.0);
    add(keyed, &one, 7);
    assert_int_equal(keyed_count(keyed), KEYS + 1);
    for (uint32_t i = 0; i <= KEYS; i++) {
        struct item key;
        assert_int_equal(keyed_key(keyed, i, &key), i < KEYS);
        assert_true(i == KEYS || item_equal(key, keys[i]));
        double estimate = hll_estimate(keyed_sketch(keyed, i));
        assert_int_equal((int)(estimate + 0.5), i == 0 ? 4 : 3);
    }
    keyed_free(keyed);
}

/* A hash may be another key's, too, and what is expected may be out of date. */
static void a_key_is_found_whatever_was_expected(void **state)
{
    enum { KEYS = 100 };
    const struct hash same = {42, 42};
    struct item keys[KEYS];
    const struct item stranger = item_integer(KEYS);
    struct keyed *keyed = new_keyed();
    (void)state;
    assert_int_equal(keyed_expect(keyed, same), KEYED_NONE);
    assert_null(keyed_find(keyed, &stranger, same, KEYED_NONE));
    for (uint32_t i = 0; i < KEYS; i++) {
        struct hll *fresh = NULL;
        keys[i] = item_integer(i);
        uint32_t expected = keyed_expect(keyed, same);
        assert_true(i == 0 ? expected == KEYED_NONE : expected < i);
        assert_null(keyed_find(keyed, &keys[i], same, expected));
        assert_int_equal(hll_create(&fresh, 12, &sketch_libc_memory), SKETCH_OK);
        assert_int_equal(keyed_put(keyed, &keys[i], same, fresh), SKETCH_OK);
        for (uint32_t j = 0; j <= i; j++) {
            const void *sketch = keyed_sketch(keyed, j);
            assert_ptr_equal(keyed_find(keyed, &keys[j], same, expected), sketch);
            assert_ptr_equal(keyed_find(keyed, &keys[j], same, i), sketch);
        }
    }
    assert_null(keyed_find(keyed, &stranger, same, 7));
    assert_null(keyed_find(keyed, NULL, keyed_hash(NULL), 0));
    keyed_free(keyed);
}

static void a_million_keys_are_found_again(void **state)
{
    enum { KEYS = 1000000 };
    (void)state;
    struct keyed_table table = keyed_table_empty(&sketch_libc_memory);
    for (uint32_t i = 0; i < KEYS; i++) {
        struct item key = item_integer(i);
        assert_int_equal(keyed_table_find(&table, &key, item_hash(key)), KEYED_NONE);
        assert_int_equal(keyed_table_put(&table, &key, item_hash(key), NULL),
                         SKETCH_OK);
    }
    for (uint32_t i = 0; i < KEYS; i++) {
        struct item key = item_integer(i);
        assert_int_equal(keyed_table_find(&table, &key, item_hash(key)), i);
    }
    assert_int_equal(table.salt, 0); /* which is for chosen keys alone */
    keyed_table_release(&table);
}

static void a_long_key_is_kept(void **state)
{
    enum { LONG = 1000000 };
    (void)state;
    char *text = malloc(LONG);
    assert_non_null(text);
    memset(text, 'x', LONG);
    struct keyed *keyed = new_keyed();
    struct item key = item_text(text, LONG);
    add(keyed, &key, 1);
    text[LONG - 1] = 'y';
    add(keyed, &key, 2);
    text[LONG - 1] = 'x';
    add(keyed, &key, 3);
    assert_int_equal(keyed_count(keyed), 2);
    uint8_t *bytes = NULL;
    size_t size = 0;
    assert_int_equal(keyed_serialise(keyed, &bytes, &size), SKETCH_OK);
    assert_in_range(size, 2 * LONG, 2 * LONG + 100);
    assert_int_equal(keyed_check(bytes, size, &sketch_libc_memory), SKETCH_OK);
    free(bytes);
    free(text);
    keyed_free(keyed);
}

/* ---- keys that were chosen to have one hash ---- */

/* The i-th key when they come in order, against it, or in none. */
static struct item flood_key(int order, uint32_t i, uint32_t count)
{
    return item_integer(order == 0   ? i
                        : order == 1 ? -(int64_t)i
                                     : (int64_t)(i * UINT64_C(7919) % count));
}

static void keys_of_one_hash_are_found_in_a_few_steps(void **state)
{
    enum { KEYS = 100003, LONGEST = 128 };
    const struct hash hash = {42, 42};
    (void)state;
    for (int order = 0; order < 3; order++) {
        struct keyed_table table = keyed_table_empty(&sketch_libc_memory);
        for (uint32_t i = 0; i < KEYS; i++) {
            struct item key = flood_key(order, i, KEYS);
            assert_int_equal(keyed_table_find(&table, &key, hash), KEYED_NONE);
            assert_int_equal(keyed_table_put(&table, &key, hash, NULL), SKETCH_OK);
        }
        for (uint32_t i = 0; i < KEYS; i++) {
            struct item key = flood_key(order, i, KEYS);
            assert_int_equal(keyed_table_find(&table, &key, hash), i);
            assert_int_equal(keyed_table_expect(&table, hash), KEYED_NONE);
        }
        assert_true(table.salt != 0);
        assert_int_equal(table.longest, LONGEST); /* at the first attempt */
        keyed_table_release(&table);
    }
}

static void a_crowded_table_survives_every_refusal(void **state)
{
    enum { KEYS = 600 };
    const struct hash hash = {7, 7};
    static char text[] = "a key that lies apart, number 000";
    struct ration ration = {.grants = RATION_UNLIMITED};
    struct sketch_memory memory = ration_memory(&ration);
    struct keyed_table table = keyed_table_empty(&memory);
    uint64_t refusals = 0;
    (void)state;
    for (uint32_t i = 0; i < KEYS; i++) {
        snprintf(text + 30, 4, "%03u", i);
        struct item key = item_text(text, sizeof text - 1);
        ration.grants = 0;
        while (keyed_table_put(&table, &key, hash, NULL) == SKETCH_NOMEM) {
            assert_int_equal(table.count, i);
            assert_int_equal(keyed_table_find(&table, &key, hash), KEYED_NONE);
            ration.grants = ++refusals % 40; /* enough for any of them */
        }
        assert_int_equal(keyed_table_find(&table, &key, hash), i);
    }
    assert_true(refusals >= KEYS);
    keyed_table_release(&table);
    assert_int_equal(ration.blocks, 0);
}

/* ---- images ---- */

/* An image of two entries with these keys and sketches. */
static size_t write_pair(uint8_t *image, const char *family, const struct item *keys,
                         const uint8_t *sketch, size_t size)
{
    uint8_t *p = put_u8(put_tag(image, "KEYS"), 1);
    p = put_u8(p, (uint8_t)strlen(family));
    p = put_varint(put_bytes(p, family, strlen(family)), 2);
    for (int i = 0; i < 2; i++) {
        p = put_bytes(put_varint(put_item(p, keys[i]), size), sketch, size);
    }
    return (size_t)(p - image);
}

static enum sketch_status read_pair(const char *family, struct item a, struct item b,
                                    const struct sketch_ops *ops, const void *sketch)
{
    const struct item keys[] = {a, b};
    uint8_t image[1000];
    uint8_t *bytes = NULL;
    size_t size = 0;
    struct keyed *keyed = NULL;
    assert_int_equal(ops->serialise(sketch, &bytes, &size), SKETCH_OK);
    size_t whole = write_pair(image, family, keys, bytes, size);
    enum sketch_status status =
        keyed_deserialise(&keyed, image, whole, &sketch_libc_memory);
    assert_int_equal(keyed_check(image, whole, &sketch_libc_memory), status);
    free(bytes);
    keyed_free(keyed);
    return status;
}

static void images_that_nobody_wrote_are_refused(void **state)
{
    struct hll *hll = NULL;
    struct topk *topk = NULL;
    struct item one = item_integer(1);
    struct item two = item_integer(2);
    (void)state;
    assert_int_equal(hll_create(&hll, 12, &sketch_libc_memory), SKETCH_OK);
    assert_int_equal(topk_create(&topk, 5, 50, &sketch_libc_memory), SKETCH_OK);
    assert_int_equal(read_pair("hll", one, two, &hll_ops, hll), SKETCH_OK);
    assert_int_equal(read_pair("topk", one, two, &topk_ops, topk), SKETCH_OK);
    assert_int_equal(read_pair("hll", one, one, &hll_ops, hll), SKETCH_CORRUPT);
    assert_int_equal(read_pair("hll", one, item_real(1), &hll_ops, hll),
                     SKETCH_CORRUPT);
    assert_int_equal(read_pair("hll", one, two, &topk_ops, topk), SKETCH_CORRUPT);
    assert_int_equal(read_pair("reservoir", one, two, &hll_ops, hll), SKETCH_CORRUPT);
    assert_int_equal(read_pair("hl", one, two, &hll_ops, hll), SKETCH_CORRUPT);
    hll_free(hll);
    topk_free(topk);
}

/* Nothing is asked for because an image says that it has many keys. */
static void a_count_that_the_bytes_cannot_hold_is_refused(void **state)
{
    static const uint8_t image[] = {'K', 'E',  'Y',  'S',  1,    3,    'h', 'l',
                                    'l', 0xff, 0xff, 0xff, 0x7f, 0x00, 0x00};
    struct ration ration = {0};
    struct sketch_memory memory = ration_memory(&ration);
    struct keyed *keyed = NULL;
    (void)state;
    assert_int_equal(keyed_deserialise(&keyed, image, sizeof image, &memory),
                     SKETCH_CORRUPT);
    assert_null(keyed);
}

static void kinds_do_not_merge(void **state)
{
    struct keyed *other = NULL;
    struct keyed *keyed = new_keyed();
    (void)state;
    assert_int_equal(
        keyed_create(&other, keyed_kind_of(&topk_ops), NULL, &sketch_libc_memory),
        SKETCH_OK);
    assert_int_equal(keyed_merge(keyed, other), SKETCH_MISMATCH);
    assert_string_equal(keyed_kind(other)->name, "topk_by");
    keyed_free(keyed);
    keyed_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_equal_as_sql_has_it),
        cmocka_unit_test(a_key_is_found_whatever_was_expected),
        cmocka_unit_test(a_million_keys_are_found_again),
        cmocka_unit_test(a_long_key_is_kept),
        cmocka_unit_test(keys_of_one_hash_are_found_in_a_few_steps),
        cmocka_unit_test(a_crowded_table_survives_every_refusal),
        cmocka_unit_test(images_that_nobody_wrote_are_refused),
        cmocka_unit_test(a_count_that_the_bytes_cannot_hold_is_refused),
        cmocka_unit_test(kinds_do_not_merge),
    };
    return cmocka_run_group_tests_name("keyed", tests, NULL, NULL);
}
