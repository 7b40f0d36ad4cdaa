/* Items: their copies and their images, at the sizes where something changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "item_copy.h"
#include "item_image.h"
#include "ration.h"

enum { ITEMS_MOST = 32, LONG = 1000 };

static const uint8_t bytes[LONG] = "0123456789abcdefghijklmnopqrstuvwxyz";

/* Numbers of every kind, and texts and blobs around what a copy holds near. */
static size_t all_items(struct item items[ITEMS_MOST])
{
    static const uint32_t sizes[] = {0, 1, 15, 16, 17, 127, 128, LONG};
    size_t count = 0;
    items[count++] = item_integer(0);
    items[count++] = item_integer(INT64_MIN);
    items[count++] = item_integer(INT64_MAX);
    items[count++] = item_real(3);
    items[count++] = item_real(-0x1p63);
    items[count++] = item_real(0x1p63);
    items[count++] = item_real(0.5);
    items[count++] = item_real(0x1p-1074);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        items[count++] = item_text(bytes, sizes[i]);
        items[count++] = item_blob(bytes, sizes[i]);
    }
    return count;
}

static void expect_same(struct item a, struct item b)
{
    assert_int_equal(a.kind, b.kind);
    assert_int_equal(a.size, b.size);
    assert_true(item_equal(a, b));
}

/* Numbers of every kind, texts and blobs, many of them of the same bytes. */
static void equal_items_share_a_hash_and_no_others(void **state)
{
    (void)state;
    struct item items[4 * 7 + ITEMS_MOST];
    size_t count = all_items(items);
    static const uint64_t words[] = {0, 1, UINT64_C(0x4141414141414141),
                                     UINT64_C(0x7fefffffffffffff)};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        double value;
        memcpy(&value, &words[i], sizeof value);
        items[count++] = item_integer((int64_t)words[i]);
        items[count++] = item_real(value);
        items[count++] = item_real((double)words[i]);
        items[count++] = item_text(&words[i], sizeof words[i]);
        items[count++] = item_blob(&words[i], sizeof words[i]);
        items[count++] = item_text(&words[i], sizeof words[i] - 1);
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            bool equal = item_equal(items[i], items[j]);
            struct hash a = item_hash(items[i]);
            struct hash b = item_hash(items[j]);
            assert_int_equal(a.h1 == b.h1, equal);
            assert_int_equal(a.h2 == b.h2, equal);
            assert_int_equal(item_compare(items[i], items[j]) == 0, equal);
        }
    }
    /* Of the same bytes, in an exchange, one item. */
    assert_true(item_bytes_hash(item_text(words, 8)).h1 ==
                item_bytes_hash(item_integer(0)).h1);
    assert_true(item_bytes_hash(item_real(0x1p-1074)).h1 ==
                item_bytes_hash(item_integer(1)).h1);
}

static void a_copy_is_the_item_and_owns_what_it_holds(void **state)
{
    (void)state;
    struct item items[ITEMS_MOST];
    size_t count = all_items(items);
    for (size_t i = 0; i < count; i++) {
        uint64_t grants = item_copy_is_far(items[i]);
        struct ration ration = {.grants = grants};
        struct sketch_memory memory = ration_memory(&ration);
        struct item_copy copy;
        assert_int_equal(item_copy_make(&copy, items[i], &memory), SKETCH_OK);
        struct item_copy moved = copy;
        memset(&copy, 0xff, sizeof copy);
        expect_same(item_copy_item(&moved), items[i]);
        assert_int_equal(ration.blocks, grants);
        item_copy_drop(&moved, &memory);
        assert_int_equal(ration.blocks, 0);
        if (grants > 0) {
            ration = (struct ration){.grants = 0};
            assert_int_equal(item_copy_make(&copy, items[i], &memory), SKETCH_NOMEM);
            item_copy_drop(&copy, &memory);
            assert_int_equal(ration.blocks, 0);
        }
    }
}

static void an_image_is_read_as_the_item_or_refused(void **state)
{
    (void)state;
    struct item items[ITEMS_MOST];
    size_t count = all_items(items);
    for (size_t i = 0; i < count; i++) {
        uint8_t image[LONG + 8];
        size_t size = item_image_size(items[i]);
        assert_ptr_equal(put_item(image, items[i]), image + size);
        struct reader r = {image, size, false};
        expect_same(take_item(&r), items[i]);
        assert_true(took_all(&r));
        for (size_t cut = 0; cut < size; cut++) {
            r = (struct reader){image, cut, false};
            take_item(&r);
            assert_true(r.bad);
        }
    }
}

static void integers_take_as_many_bytes_as_they_need(void **state)
{
    (void)state;
    const struct {
        int64_t value;
        size_t bytes;
    } cases[] = {{0, 0},         {1, 1},         {-1, 1},
                 {127, 1},       {128, 2},       {-128, 1},
                 {-129, 2},      {32767, 2},     {32768, 3},
                 {INT32_MIN, 4}, {INT32_MAX, 4}, {INT64_C(1) << 31, 5},
                 {INT64_MAX, 8}, {INT64_MIN, 8}, {INT64_C(1) << 55, 8}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct item item = item_integer(cases[i].value);
        uint8_t image[9];
        assert_int_equal(item_image_size(item), 1 + cases[i].bytes);
        put_item(image, item);
        struct reader r = {image, 1 + cases[i].bytes, false};
        expect_same(take_item(&r), item);
    }
}

static void expect_refused(const uint8_t *image, size_t size)
{
    struct reader r = {image, size, false};
    take_item(&r);
    assert_true(r.bad);
}

static void what_no_writer_wrote_is_refused(void **state)
{
    (void)state;
    enum { BYTES_2 = 2 << 3, BYTES_8 = 8 << 3, BYTES_9 = 9 << 3 };
    static const uint8_t no_kind[9] = {BYTES_8};
    static const uint8_t kind_after_all[9] = {BYTES_8 | (ITEM_BLOB + 1)};
    static const uint8_t real_3[9] = {
        BYTES_8 | ITEM_REAL, 0, 0, 0, 0, 0, 0, 0x08, 0x40};
    static const uint8_t nan[9] = {BYTES_8 | ITEM_REAL, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f};
    static const uint8_t short_real[3] = {BYTES_2 | ITEM_REAL, 0xf8, 0x3f};
    static const uint8_t whole_2_53_and_1[9] = {
        BYTES_8 | ITEM_WHOLE, 1, 0, 0, 0, 0, 0, 0x20};
    static const uint8_t padded_1[3] = {BYTES_2 | ITEM_INTEGER, 1, 0};
    static const uint8_t padded_minus_1[3] = {BYTES_2 | ITEM_INTEGER, 0xff, 0xff};
    static const uint8_t padded_0[2] = {1 << 3 | ITEM_INTEGER, 0};
    static const uint8_t nine_bytes[10] = {BYTES_9 | ITEM_INTEGER, 1, 2, 3, 4, 5};
    static const uint8_t padded_size[4] = {0x80 | 1 << 3 | ITEM_TEXT, 0x00, 'a'};
    /* 2^32 bytes and some, of which one is there. */
    static const uint8_t huge[7] = {
        0x80 | 1 << 3 | ITEM_TEXT, 0x80, 0x80, 0x80, 0x80, 0x01, 'a'};
    expect_refused(no_kind, sizeof no_kind);
    expect_refused(kind_after_all, sizeof kind_after_all);
    expect_refused(real_3, sizeof real_3);
    expect_refused(nan, sizeof nan);
    expect_refused(short_real, sizeof short_real);
    expect_refused(whole_2_53_and_1, sizeof whole_2_53_and_1);
    expect_refused(padded_1, sizeof padded_1);
    expect_refused(padded_minus_1, sizeof padded_minus_1);
    expect_refused(padded_0, sizeof padded_0);
    expect_refused(nine_bytes, sizeof nine_bytes);
    expect_refused(padded_size, sizeof padded_size);
    expect_refused(huge, sizeof huge);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_items_share_a_hash_and_no_others),
        cmocka_unit_test(a_copy_is_the_item_and_owns_what_it_holds),
        cmocka_unit_test(an_image_is_read_as_the_item_or_refused),
        cmocka_unit_test(integers_take_as_many_bytes_as_they_need),
        cmocka_unit_test(what_no_writer_wrote_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
