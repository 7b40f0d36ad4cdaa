/* Top-k sketches as frequent-items images of Apache DataSketches, and back. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "frequent_items.h"
#include "frequent_reference.h"
#include "random.h"
#include "ration.h"

enum { K = 100 };

static const struct sketch_memory *const memory = &sketch_libc_memory;

struct image {
    uint8_t *bytes;
    size_t size;
};

static struct topk *created(int k, int counters)
{
    struct topk *sketch;
    assert_int_equal(topk_create(&sketch, k, counters, memory), SKETCH_OK);
    return sketch;
}

static void add_text(struct topk *sketch, const char *text, uint64_t weight)
{
    assert_int_equal(topk_add(sketch, item_text(text, (uint32_t)strlen(text)), weight),
                     SKETCH_OK);
}

static struct image written(const struct topk *sketch)
{
    struct image image;
    struct item odd[2];
    assert_int_equal(frequent_items_write(sketch, FREQUENT_IMAGE, &image.bytes,
                                          &image.size, odd, memory),
                     SKETCH_OK);
    return image;
}

/* Reads out of a block of just that size. */
static enum sketch_status try_read(struct topk **out, const uint8_t *bytes, size_t size,
                                   enum frequent_items_type type,
                                   struct frequent_items_fault *fault)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    enum sketch_status status =
        frequent_items_read(out, copy, size, type, K, fault, memory);
    free(copy);
    assert_int_equal(*out != NULL, status == SKETCH_OK);
    return status;
}

static struct topk *read_as(const uint8_t *bytes, size_t size,
                            enum frequent_items_type type)
{
    struct topk *sketch;
    struct frequent_items_fault fault;
    assert_int_equal(try_read(&sketch, bytes, size, type, &fault), SKETCH_OK);
    return sketch;
}

static void expect_image(const struct topk *sketch, const void *bytes, size_t size)
{
    struct image image = written(sketch);
    assert_int_equal(image.size, size);
    assert_memory_equal(image.bytes, bytes, size);
    free(image.bytes);
}

static void expect_bounds(const struct topk *sketch, const char *text, uint64_t lower,
                          uint64_t upper)
{
    struct topk_row row = topk_lookup(sketch, item_text(text, (uint32_t)strlen(text)));
    assert_int_equal(row.count, upper);
    assert_int_equal(row.count - row.error, lower);
}

/* What DataSketches for C++ makes of "a" once, "b" twice, "c" thrice, "" four times,
 * "déjà" five times and "a" ten times more. */
static const uint8_t words[101] = {
    4,   1,    10,   6, 3, 0, 0,  0,   5, 0, 0, 0, 0, 0,   0, 0, 25, 0, 0,   0,    0,
    0,   0,    0,    0, 0, 0, 0,  0,   0, 0, 0, 3, 0, 0,   0, 0, 0,  0, 0,   5,    0,
    0,   0,    0,    0, 0, 0, 11, 0,   0, 0, 0, 0, 0, 0,   4, 0, 0,  0, 0,   0,    0,
    0,   2,    0,    0, 0, 0, 0,  0,   0, 1, 0, 0, 0, 'c', 6, 0, 0,  0, 'd', 0xc3, 0xa9,
    'j', 0xc3, 0xa0, 1, 0, 0, 0,  'a', 0, 0, 0, 0, 1, 0,   0, 0, 'b'};

static void an_image_of_theirs_is_read(void **state)
{
    (void)state;
    struct topk *sketch = read_as(words, sizeof words, FREQUENT_TEXTS);
    assert_int_equal(topk_total(sketch), 25);
    assert_int_equal(topk_used(sketch), 5);
    assert_true(topk_is_exact(sketch));
    expect_bounds(sketch, "a", 11, 11);
    expect_bounds(sketch, "d\xc3\xa9j\xc3\xa0", 5, 5);
    expect_bounds(sketch, "", 4, 4);
    expect_bounds(sketch, "c", 3, 3);
    expect_bounds(sketch, "b", 2, 2);
    expect_bounds(sketch, "x", 0, 0);
    topk_free(sketch);
}

/* The items that the image above has, by falling weight. */
static void the_image_of_ours_has_the_same_items(void **state)
{
    (void)state;
    uint8_t wanted[sizeof words] = {4, 1, 10, 3, 3, 0, 0, 0, 5};
    const uint8_t weights[] = {11, 5, 4, 3, 2};
    const char items[] =
        "\1\0\0\0a\6\0\0\0d\xc3\xa9j\xc3\xa0\0\0\0\0\1\0\0\0c\1\0\0\0b";
    wanted[16] = 25;
    for (size_t i = 0; i < sizeof weights; i++) {
        wanted[32 + 8 * i] = weights[i];
    }
    memcpy(wanted + 72, items, sizeof items - 1);
    struct topk *sketch = created(3, 7);
    add_text(sketch, "", 4);
    add_text(sketch, "b", 2);
    add_text(sketch, "a", 1);
    add_text(sketch, "d\xc3\xa9j\xc3\xa0", 5);
    add_text(sketch, "c", 3);
    add_text(sketch, "a", 10);
    expect_image(sketch, wanted, sizeof wanted);
    topk_free(sketch);
    sketch = read_as(words, sizeof words, FREQUENT_TEXTS);
    expect_image(sketch, wanted, sizeof wanted);
    topk_free(sketch);
}

static void empty_ones_are_empty_both_ways(void **state)
{
    (void)state;
    const uint8_t wanted[8] = {1, 1, 10, 3, 3, 5, 0, 0};
    const uint8_t flags[] = {1, 4, 5};
    struct topk *sketch = created(10, 20);
    expect_image(sketch, wanted, sizeof wanted);
    topk_free(sketch);
    for (size_t i = 0; i < sizeof flags; i++) {
        uint8_t bytes[8] = {1, 1, 10, 6, 3, flags[i], 0, 0};
        for (int type = FREQUENT_TEXTS; type <= FREQUENT_INTEGERS; type++) {
            sketch = read_as(bytes, sizeof bytes, (enum frequent_items_type)type);
            assert_int_equal(topk_used(sketch), 0);
            assert_true(topk_is_exact(sketch));
            assert_int_equal(topk_k(sketch), K);
            expect_image(sketch, wanted, sizeof wanted);
            topk_free(sketch);
        }
    }
}

/* As many items as three quarters of a power of two, and one more. */
static void the_table_is_the_smallest_that_will_do(void **state)
{
    (void)state;
    const struct {
        int items;
        uint8_t lg;
    } sizes[] = {{1, 3},  {6, 3},  {7, 4},    {12, 4},   {13, 5},
                 {48, 6}, {49, 7}, {768, 10}, {769, 11}, {20000, 15}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct topk *sketch = created(1, 20000);
        for (int j = 0; j < sizes[i].items; j++) {
            assert_int_equal(topk_add(sketch, item_integer(j), 1), SKETCH_OK);
        }
        struct image image = written(sketch);
        assert_int_equal(image.bytes[3], sizes[i].lg);
        assert_int_equal(image.bytes[4], sizes[i].lg);
        assert_int_equal(image.size, 32 + 16 * sizes[i].items);
        topk_free(sketch);
        sketch = read_as(image.bytes, image.size, FREQUENT_INTEGERS);
        assert_int_equal(topk_used(sketch), sizes[i].items);
        int own = 3 << sizes[i].lg >> 2;
        int counters = own < 150 ? 150 : own > 20000 ? 20000 : own;
        assert_int_equal(topk_counters(sketch), counters);
        topk_free(sketch);
        free(image.bytes);
    }
}

/* Of six counters: a 9 and b 6 are known, the others crowd each other out. */
static void the_offset_is_the_largest_error_of_all(void **state)
{
    (void)state;
    struct topk *sketch = created(2, 6);
    add_text(sketch, "a", 9);
    add_text(sketch, "b", 6);
    for (int round = 0; round < 3; round++) {
        for (int c = 'c'; c <= 'n'; c++) {
            const char text[] = {(char)c, 0};
            add_text(sketch, text, 1);
        }
    }
    struct topk_row *rows;
    size_t count;
    uint64_t most = topk_unlisted(sketch);
    assert_true(most > 0);
    assert_int_equal(topk_rank(sketch, SIZE_MAX, &rows, &count), SKETCH_OK);
    for (size_t i = 0; i < count; i++) {
        most = rows[i].error > most ? rows[i].error : most;
    }
    struct image image = written(sketch);
    assert_int_equal(image.bytes[24], most);
    struct topk *read = read_as(image.bytes, image.size, FREQUENT_TEXTS);
    assert_int_equal(topk_total(read), 51);
    for (size_t i = 0; i < count; i++) {
        struct topk_row row = topk_lookup(read, rows[i].item);
        assert_int_equal(row.error, most);
        assert_int_equal(row.count - row.error, rows[i].count - rows[i].error);
    }
    expect_bounds(read, "nowhere", 0, most);
    expect_image(read, image.bytes, image.size);
    sketch_release(memory, rows);
    free(image.bytes);
    topk_free(read);
    topk_free(sketch);
}

static void expect_odd(const struct topk *sketch, struct item odd, struct item best)
{
    struct item found[2];
    uint8_t *bytes;
    size_t size;
    assert_int_equal(
        frequent_items_write(sketch, FREQUENT_IMAGE, &bytes, &size, found, memory),
        SKETCH_MISMATCH);
    assert_null(bytes);
    assert_true(item_equal(found[0], odd));
    assert_true(item_equal(found[1], best));
}

static void other_values_are_refused_and_named(void **state)
{
    (void)state;
    const struct item text = item_text("t", 1);
    const struct item odd[] = {item_integer(7),      item_real(7),
                               item_real(1.5),       item_blob("t", 1),
                               item_text("\xff", 1), item_text("\xed\xa0\x80", 3)};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct topk *sketch = created(2, 6);
        assert_int_equal(topk_add(sketch, text, 3), SKETCH_OK);
        assert_int_equal(topk_add(sketch, odd[i], 2), SKETCH_OK);
        assert_int_equal(topk_add(sketch, item_blob("", 0), 1), SKETCH_OK);
        expect_odd(sketch, odd[i], text);
        assert_int_equal(topk_add(sketch, odd[i], 2), SKETCH_OK);
        bool is_integer = i < 2;
        expect_odd(sketch, is_integer ? text : odd[i], odd[i]);
        topk_free(sketch);
    }
}

static void reals_that_are_integers_become_those(void **state)
{
    (void)state;
    struct topk *sketch = created(2, 6);
    assert_int_equal(topk_add(sketch, item_real(-3), 3), SKETCH_OK);
    assert_int_equal(topk_add(sketch, item_integer(INT64_MIN), 2), SKETCH_OK);
    struct image image = written(sketch);
    struct topk *read = read_as(image.bytes, image.size, FREQUENT_INTEGERS);
    assert_int_equal(topk_lookup(read, item_integer(-3)).count, 3);
    assert_int_equal(topk_lookup(read, item_integer(INT64_MIN)).count, 2);
    free(image.bytes);
    topk_free(read);
    topk_free(sketch);
}

static void texts_are_kept_to_the_byte(void **state)
{
    (void)state;
    static char text[5000];
    struct topk *sketch = created(2, 6);
    memset(text, 'x', sizeof text);
    memcpy(text, "a\0b\n", 4);
    assert_int_equal(topk_add(sketch, item_text(text, 3), 3), SKETCH_OK);
    assert_int_equal(topk_add(sketch, item_text(text, sizeof text), 2), SKETCH_OK);
    struct image image = written(sketch);
    struct topk *read = read_as(image.bytes, image.size, FREQUENT_TEXTS);
    assert_int_equal(topk_lookup(read, item_text(text, 3)).count, 3);
    assert_int_equal(topk_lookup(read, item_text(text, sizeof text)).count, 2);
    assert_int_equal(topk_lookup(read, item_text(text, 1)).count, 0);
    free(image.bytes);
    topk_free(read);
    topk_free(sketch);
}

/* Spark's count of NULLs, which is not one of the items. */
static void the_form_of_spark_is_read_and_written(void **state)
{
    (void)state;
    const uint8_t nulls[8] = {0, 0, 0, 0, 0, 0, 1, 2};
    uint8_t bytes[sizeof words + 8];
    memcpy(bytes, words, sizeof words);
    memcpy(bytes + sizeof words, nulls, sizeof nulls);
    struct topk *sketch = read_as(bytes, sizeof bytes, FREQUENT_TEXTS);
    assert_int_equal(topk_total(sketch), 25);
    struct image image;
    struct item odd[2];
    assert_int_equal(frequent_items_write(sketch, FREQUENT_IMAGE_OF_SPARK, &image.bytes,
                                          &image.size, odd, memory),
                     SKETCH_OK);
    assert_int_equal(image.size, sizeof bytes);
    memset(bytes + sizeof words, 0, sizeof nulls);
    assert_memory_equal(image.bytes + sizeof words, bytes + sizeof words, 8);
    expect_image(sketch, image.bytes, sizeof words);
    topk_free(sketch);
    free(image.bytes);
    uint8_t empty[16] = {1, 1, 10, 6, 3, 5};
    sketch = read_as(empty, sizeof empty, FREQUENT_INTEGERS);
    assert_int_equal(topk_used(sketch), 0);
    topk_free(sketch);
    struct frequent_items_fault fault;
    bytes[sizeof words] = 1;
    assert_int_equal(try_read(&sketch, bytes, sizeof bytes, FREQUENT_TEXTS, &fault),
                     SKETCH_CORRUPT);
}

/* Damage */

static struct frequent_reference small_reference(void)
{
    struct frequent_reference sketch = {.lg_max = 3};
    for (uint32_t i = 0; i < 60; i++) {
        frequent_reference_add(&sketch, i % 7 ? i * i % 5 : 1000 + i, 1 + i % 3);
    }
    assert_true(sketch.offset > 0 && sketch.used > 2);
    return sketch;
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    static uint8_t bytes[FREQUENT_MOST_BYTES];
    struct frequent_reference sketch = small_reference();
    for (int as_texts = 0; as_texts < 2; as_texts++) {
        size_t size = frequent_reference_write(&sketch, as_texts, bytes);
        enum frequent_items_type type = as_texts ? FREQUENT_TEXTS : FREQUENT_INTEGERS;
        for (size_t i = 0; i < size; i++) {
            struct topk *read;
            struct frequent_items_fault fault;
            assert_int_equal(try_read(&read, bytes, i, type, &fault), SKETCH_CORRUPT);
            assert_non_null(fault.what);
        }
        topk_free(read_as(bytes, size, type));
    }
}

static void bytes_that_follow_are_refused(void **state)
{
    (void)state;
    static uint8_t bytes[FREQUENT_MOST_BYTES];
    struct frequent_reference sketch = small_reference();
    for (int as_texts = 0; as_texts < 2; as_texts++) {
        size_t size = frequent_reference_write(&sketch, as_texts, bytes);
        enum frequent_items_type type = as_texts ? FREQUENT_TEXTS : FREQUENT_INTEGERS;
        for (size_t more = 1; more < 20; more++) {
            struct topk *read;
            struct frequent_items_fault fault;
            memset(bytes + size, 'x', more);
            assert_int_not_equal(try_read(&read, bytes, size + more, type, &fault),
                                 SKETCH_OK);
        }
    }
}

/* An image of two integers, 7 five times and 8 three times, with an offset of 2. */
static const uint8_t pair[64] = {
    4, 1,         10,       4,        3,        0,        0,       0,
    2, [16] = 12, [24] = 2, [32] = 5, [40] = 3, [48] = 7, [56] = 8};

static void expect_fault(const uint8_t *bytes, size_t size,
                         enum frequent_items_type type, enum sketch_status status,
                         const char *what, size_t item)
{
    struct topk *sketch;
    struct frequent_items_fault fault;
    assert_int_equal(try_read(&sketch, bytes, size, type, &fault), status);
    assert_string_equal(fault.what, what);
    assert_int_equal(fault.item, item);
}

static void each_damage_has_its_words(void **state)
{
    (void)state;
    const char *sizes = "the sizes of its table are not 3 <= now <= most <= 31";
    const char *flags = "its flags do not fit its preamble";
    const char *weight = "has a weight that is not 1 to 2^63 - 1";
    const char *sum = "makes all weights and the offset more than the total weight";
    const struct {
        size_t at;
        uint8_t byte;
        const char *what;
        size_t item;
    } damages[] = {
        {0, 1, flags, 0},
        {0, 3, "its preamble is neither 1 nor 4 words long", 0},
        {1, 2, "its serial version is not 1", 0},
        {2, 9, "its family is not 10", 0},
        {3, 32, sizes, 0},
        {3, 2, sizes, 0},
        {4, 2, sizes, 0},
        {4, 5, sizes, 0},
        {5, 1, flags, 0},
        {5, 2, flags, 0},
        {6, 1, flags, 0},
        {7, 1, flags, 0},
        {8, 0, "it is not marked as empty, but has no items", 0},
        {8, 7, "it has more items than its table holds", 0},
        {11, 1, "it has more items than its table holds", 0},
        {8, 5, "it ends before its last weight does", 0},
        {8, 3, "ends beyond the last byte", 2},
        {8, 1, "bytes follow its last item", 0},
        {12, 1, "its bytes 12 to 15 are not 0", 0},
        {23, 0x80, "its total weight is above 2^63 - 1", 0},
        {16, 9, sum, 2},
        {16, 4, sum, 1},
        {31, 0x80, sum, 1},
        {24, 0, "its weights are less than the total weight, though the offset is 0",
         0},
        {32, 0, weight, 1},
        {47, 0x80, weight, 2},
        {47, 0x7f, sum, 2},
        {56, 7, "is there before", 2},
    };
    topk_free(read_as(pair, sizeof pair, FREQUENT_INTEGERS));
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        uint8_t bytes[sizeof pair];
        memcpy(bytes, pair, sizeof pair);
        bytes[damages[i].at] = damages[i].byte;
        expect_fault(bytes, sizeof bytes, FREQUENT_INTEGERS, SKETCH_CORRUPT,
                     damages[i].what, damages[i].item);
    }
    expect_fault(pair, 7, FREQUENT_INTEGERS, SKETCH_CORRUPT,
                 "it is shorter than 8 bytes", 0);
    expect_fault(pair, 30, FREQUENT_INTEGERS, SKETCH_CORRUPT,
                 "it ends within its preamble", 0);
}

static void damaged_texts_have_their_words(void **state)
{
    (void)state;
    const struct {
        size_t at;
        uint8_t byte;
        const char *what;
        size_t item;
    } damages[] = {
        {75, 0xff, "ends beyond the last byte", 1}, /* of the length of "c" */
        {72, 2, "ends beyond the last byte", 2},
        {82, 'e', "is not UTF-8", 2},
        {91, 0x80, "is not UTF-8", 3},
        {96, 2, "ends beyond the last byte", 5},
        {100, 'a', "is there before", 5},
    };
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        uint8_t bytes[sizeof words];
        memcpy(bytes, words, sizeof words);
        bytes[damages[i].at] = damages[i].byte;
        expect_fault(bytes, sizeof bytes, FREQUENT_TEXTS, SKETCH_CORRUPT,
                     damages[i].what, damages[i].item);
    }
}

/* The image `pair` with items of any bytes. */
static size_t with_items(uint8_t bytes[200], const void *items, size_t size)
{
    memcpy(bytes, pair, 48);
    memcpy(bytes + 48, items, size);
    return 48 + size;
}

static void items_of_another_type_are_named(void **state)
{
    (void)state;
    uint8_t bytes[200];
    const double doubles[2] = {1.5, -0.25};
    const float floats[2] = {1.5f, 2.5f};
    const uint8_t numbers[10] = {9, 1, 0, 0, 0, 9, 2, 0, 0, 0};
    size_t size = with_items(bytes, doubles, sizeof doubles);
    expect_fault(bytes, size, FREQUENT_INTEGERS, SKETCH_MISMATCH,
                 "they look like doubles", 0);
    expect_fault(bytes, size, FREQUENT_TEXTS, SKETCH_MISMATCH,
                 "they take 8 bytes each, as integers do", 0);
    size = with_items(bytes, floats, sizeof floats);
    for (int type = FREQUENT_TEXTS; type <= FREQUENT_INTEGERS; type++) {
        expect_fault(bytes, size, (enum frequent_items_type)type, SKETCH_MISMATCH,
                     "they take 4 bytes each, as floats do", 0);
    }
    size = with_items(bytes, numbers, sizeof numbers);
    for (int type = FREQUENT_TEXTS; type <= FREQUENT_INTEGERS; type++) {
        expect_fault(bytes, size, (enum frequent_items_type)type, SKETCH_MISMATCH,
                     "they take 5 bytes each, as Spark's INT and FLOAT do", 0);
    }
    size = with_items(bytes, "\4\0\0\0home\4\0\0\0news", 16);
    expect_fault(bytes, size, FREQUENT_INTEGERS, SKETCH_MISMATCH, "they are texts", 0);
    topk_free(read_as(bytes, size, FREQUENT_TEXTS));
    memset(bytes + size, 0, 8);
    expect_fault(bytes, size + 8, FREQUENT_INTEGERS, SKETCH_MISMATCH, "they are texts",
                 0);
    expect_fault(words, sizeof words, FREQUENT_INTEGERS, SKETCH_MISMATCH,
                 "they are texts", 0);
}

/* Whoever has integers like that has to get them back. */
static void odd_integers_are_integers(void **state)
{
    (void)state;
    const int64_t sets[][2] = {
        {0, 4},
        {INT64_MIN, INT64_MAX},
        {INT64_C(1) << 62, 0},
        {INT64_C(1) << 62, 1},
        {INT64_C(0x4004000000000001), INT64_C(0x4005123456789abd)}};
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        uint8_t bytes[200];
        size_t size = with_items(bytes, sets[i], sizeof sets[i]);
        struct topk *sketch = read_as(bytes, size, FREQUENT_INTEGERS);
        assert_int_equal(topk_lookup(sketch, item_integer(sets[i][0])).count, 7);
        assert_int_equal(topk_lookup(sketch, item_integer(sets[i][1])).count, 5);
        topk_free(sketch);
    }
}

/* Wherever the two are, and whatever the others look like. */
static void an_item_that_is_there_twice_is_found(void **state)
{
    (void)state;
    enum { COUNT = 700, SIZE = 32 + 8 * COUNT };
    static uint8_t bytes[SIZE + 8 * COUNT];
    const uint8_t head[] = {4, 1, 10, 10, 10, 0, 0, 0, COUNT & 255, COUNT >> 8};
    struct random random = {5};
    uint64_t total = COUNT;
    memcpy(bytes, head, sizeof head);
    memcpy(bytes + 16, &total, 8);
    for (size_t i = 0; i < COUNT; i++) {
        bytes[32 + 8 * i] = 1;
    }
    for (int round = 0; round < 300; round++) {
        bool as_texts = round % 2;
        enum frequent_items_type type = as_texts ? FREQUENT_TEXTS : FREQUENT_INTEGERS;
        unsigned shift = (unsigned)random_below(&random, 54);
        uint64_t items[COUNT];
        for (size_t i = 0; i < COUNT; i++) {
            char text[5];
            (void)snprintf(text, sizeof text, "%04x", (unsigned)(i * 7919 % 65521));
            items[i] = (i + 1) << shift;
            memcpy(bytes + SIZE + 8 * i, as_texts ? (const void *)"\4\0\0" : &items[i],
                   as_texts ? 4 : 8);
            memcpy(bytes + SIZE + 8 * i + 4,
                   as_texts ? (const void *)text : (uint8_t *)&items[i] + 4, 4);
        }
        topk_free(read_as(bytes, sizeof bytes, type));
        size_t first = random_below(&random, COUNT - 1);
        size_t second = first + 1 + random_below(&random, COUNT - 1 - first);
        memcpy(bytes + SIZE + 8 * second, bytes + SIZE + 8 * first, 8);
        expect_fault(bytes, sizeof bytes, type, SKETCH_CORRUPT, "is there before",
                     second + 1);
    }
}

/* Integers that the index of top-k would keep in one place. */
static void items_with_equal_hashes_are_read(void **state)
{
    (void)state;
    enum { COUNT = 300 };
    static uint8_t bytes[32 + 16 * COUNT];
    const uint8_t head[] = {4, 1, 10, 9, 9, 0, 0, 0, COUNT & 255, COUNT >> 8};
    uint64_t total = COUNT;
    memcpy(bytes, head, sizeof head);
    memcpy(bytes + 16, &total, 8);
    int64_t value = 0;
    for (size_t i = 0; i < COUNT; value++) {
        if ((item_bytes_hash(item_integer(value)).h1 & 0xfff) == 0) {
            bytes[32 + 8 * i] = 1;
            memcpy(bytes + 32 + 8 * COUNT + 8 * i, &value, 8);
            i++;
        }
    }
    struct topk *sketch = read_as(bytes, sizeof bytes, FREQUENT_INTEGERS);
    assert_int_equal(topk_used(sketch), COUNT);
    assert_int_equal(topk_lookup(sketch, item_integer(value - 1)).count, 1);
    struct image image = written(sketch);
    assert_int_equal(image.size, sizeof bytes);
    free(image.bytes);
    topk_free(sketch);
}

/* What top-k has no counters for is bounded all the same. */
static void of_too_many_items_the_best_stay(void **state)
{
    (void)state;
    enum { COUNT = 24000, OFFSET = 3 };
    size_t size = 32 + 16 * COUNT;
    uint8_t *bytes = calloc(size, 1);
    assert_non_null(bytes);
    const uint8_t head[] = {4, 1, 10, 15, 15, 0, 0, 0, COUNT & 255, COUNT >> 8};
    for (uint64_t offset = 0; offset <= OFFSET; offset += OFFSET) {
        uint64_t total = offset;
        memcpy(bytes, head, sizeof head);
        for (uint64_t i = 0; i < COUNT; i++) {
            uint64_t weight = 1 + i % 1000;
            memcpy(bytes + 32 + 8 * i, &weight, 8);
            memcpy(bytes + 32 + 8 * COUNT + 8 * i, &i, 8);
            total += weight;
        }
        memcpy(bytes + 16, &total, 8);
        memcpy(bytes + 24, &offset, 8);
        struct topk *sketch = read_as(bytes, size, FREQUENT_INTEGERS);
        assert_int_equal(topk_used(sketch), TOPK_MAX_COUNTERS);
        for (uint64_t i = 0; i < COUNT; i++) {
            uint64_t weight = 1 + i % 1000;
            struct topk_row row = topk_lookup(sketch, item_integer((int64_t)i));
            assert_true(row.count >= weight + offset);
            assert_true(row.count - row.error <= weight);
            assert_true(weight < 900 || row.count == weight + offset);
        }
        assert_true(topk_lookup(sketch, item_integer(-1)).count >= offset);
        struct image image = written(sketch);
        struct topk *again = read_as(image.bytes, image.size, FREQUENT_INTEGERS);
        assert_int_equal(topk_total(again), total);
        free(image.bytes);
        topk_free(again);
        topk_free(sketch);
    }
    free(bytes);
}

static void reading_and_writing_survive_every_refusal(void **state)
{
    (void)state;
    static uint8_t bytes[FREQUENT_MOST_BYTES];
    struct frequent_reference theirs = small_reference();
    size_t size = frequent_reference_write(&theirs, 1, bytes);
    struct ration ration = {0};
    struct sketch_memory rationed = ration_memory(&ration);
    enum sketch_status status = SKETCH_NOMEM;
    struct topk *sketch = NULL;
    uint64_t grants = 0;
    for (; status == SKETCH_NOMEM; grants++) {
        struct frequent_items_fault fault;
        ration.grants = grants;
        status = frequent_items_read(&sketch, bytes, size, FREQUENT_TEXTS, K, &fault,
                                     &rationed);
        assert_int_equal(sketch == NULL, status != SKETCH_OK);
        assert_true(sketch || ration.blocks == 0);
    }
    assert_true(status == SKETCH_OK && grants > 4);
    status = SKETCH_NOMEM;
    for (grants = 0; status == SKETCH_NOMEM; grants++) {
        struct item odd[2];
        uint8_t *image;
        ration.grants = grants;
        status =
            frequent_items_write(sketch, FREQUENT_IMAGE, &image, &size, odd, &rationed);
        assert_int_equal(image == NULL, status != SKETCH_OK);
        sketch_release(&rationed, image);
    }
    assert_true(status == SKETCH_OK && grants == 3);
    topk_free(sketch);
    assert_int_equal(ration.blocks, 0);
}

/* Bounds, from here to there and back */

struct truth {
    uint64_t count[FREQUENT_KEYS];
    uint64_t total;
    int as_texts;
};

static struct item key_item(uint32_t key, int as_texts, char text[16])
{
    return as_texts ? item_text(text, (uint32_t)frequent_reference_text(key, text))
                    : item_integer(key);
}

static void expect_true_bounds(const struct topk *sketch, const struct truth *truth)
{
    assert_int_equal(topk_total(sketch), truth->total);
    for (uint32_t key = 0; key < FREQUENT_KEYS; key++) {
        char text[16];
        struct topk_row row = topk_lookup(sketch, key_item(key, truth->as_texts, text));
        assert_true(row.count - row.error <= truth->count[key]);
        assert_true(row.count >= truth->count[key]);
    }
}

static void expect_their_true_bounds(const struct frequent_reference *sketch,
                                     const struct truth *truth)
{
    assert_int_equal(sketch->total, truth->total);
    for (size_t key = 0; key < FREQUENT_KEYS; key++) {
        assert_true(sketch->weights[key] <= truth->count[key]);
        assert_true(sketch->weights[key] + sketch->offset >= truth->count[key]);
    }
}

/* One of all keys, or few of them much more often than others. */
static uint32_t draw_key(struct random *random, bool is_skewed)
{
    double u = random_real(random);
    double key = is_skewed ? exp(u * log(FREQUENT_KEYS)) - 1 : u * FREQUENT_KEYS;
    return (uint32_t)(key < FREQUENT_KEYS - 1 ? key : FREQUENT_KEYS - 1);
}

static struct topk *ours_of_theirs(const struct frequent_reference *theirs,
                                   int as_texts)
{
    static uint8_t bytes[FREQUENT_MOST_BYTES];
    size_t size = frequent_reference_write(theirs, as_texts, bytes);
    return read_as(bytes, size, as_texts ? FREQUENT_TEXTS : FREQUENT_INTEGERS);
}

static struct frequent_reference theirs_of_ours(const struct topk *sketch,
                                                const struct truth *truth)
{
    struct image image = written(sketch);
    struct frequent_reference theirs =
        frequent_reference_read(image.bytes, truth->as_texts);
    struct topk *read = read_as(image.bytes, image.size,
                                truth->as_texts ? FREQUENT_TEXTS : FREQUENT_INTEGERS);
    expect_image(read, image.bytes, image.size);
    expect_true_bounds(read, truth);
    topk_free(read);
    free(image.bytes);
    return theirs;
}

/* Rows go to either side, which now and then takes over what the other has: as a new
 * beginning, or merged into what it has itself. */
static void trade(uint64_t seed, bool is_skewed)
{
    struct random random = {seed};
    struct truth sum[2] = {{.as_texts = seed % 2}, {.as_texts = seed % 2}};
    struct topk *ours = created(5, 5 + (int)random_below(&random, 60));
    struct frequent_reference theirs = {.lg_max =
                                            3 + (unsigned)random_below(&random, 4)};
    for (int step = 0; step < 3000; step++) {
        uint32_t key = draw_key(&random, is_skewed);
        uint64_t weight = 1 + random_below(&random, 3);
        char text[16];
        int side = (int)random_below(&random, 2);
        sum[side].count[key] += weight;
        sum[side].total += weight;
        if (side == 0) {
            assert_int_equal(
                topk_add(ours, key_item(key, sum[0].as_texts, text), weight),
                SKETCH_OK);
        } else {
            frequent_reference_add(&theirs, key, weight);
        }
        if (random_below(&random, 300) > 0) {
            continue;
        }
        if (theirs.used == 0) { /* all was purged, and so the image says nothing */
            theirs.total = theirs.offset = 0;
            memset(&sum[1].count, 0, sizeof sum[1].count);
            sum[1].total = 0;
        }
        bool to_us = random_below(&random, 2) == 0;
        bool merges = random_below(&random, 3) > 0;
        struct truth *into = &sum[!to_us];
        const struct truth *from = &sum[to_us];
        if (to_us) {
            struct topk *read = ours_of_theirs(&theirs, sum[1].as_texts);
            expect_true_bounds(read, from);
            if (merges) {
                assert_int_equal(topk_merge(ours, read), SKETCH_OK);
                topk_free(read);
            } else {
                topk_free(ours);
                ours = read;
            }
        } else {
            struct frequent_reference read = theirs_of_ours(ours, from);
            expect_their_true_bounds(&read, from);
            unsigned lg_max = theirs.lg_max;
            if (merges) {
                frequent_reference_merge(&theirs, &read);
            } else {
                theirs = read;
                theirs.lg_max = read.lg_max > lg_max ? read.lg_max : lg_max;
            }
        }
        for (size_t i = 0; i < FREQUENT_KEYS; i++) {
            into->count[i] = (merges ? into->count[i] : 0) + from->count[i];
        }
        into->total = (merges ? into->total : 0) + from->total;
        expect_true_bounds(ours, &sum[0]);
        if (theirs.used > 0) {
            expect_their_true_bounds(&theirs, &sum[1]);
        }
    }
    topk_free(ours);
}

static void bounds_stay_true_from_side_to_side(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++) {
        trade(seed, seed / 2 % 2);
    }
}

/* The top of a stream, in many parts that went through images, is found, and what is
 * above the offset is certain. */
static void an_import_goes_on_counting(void **state)
{
    (void)state;
    struct topk *sketch = read_as(pair, sizeof pair, FREQUENT_INTEGERS);
    assert_int_equal(topk_add(sketch, item_integer(7), 1), SKETCH_OK);
    assert_int_equal(topk_add(sketch, item_integer(9), 4), SKETCH_OK);
    struct topk_row row = topk_lookup(sketch, item_integer(9));
    assert_true(row.count == 6 && row.error == 2); /* it may have been there twice */
    row = topk_lookup(sketch, item_integer(7));
    assert_true(row.count == 8 && row.error == 2);
    row = topk_lookup(sketch, item_integer(10));
    assert_true(row.count == 2 && row.error == 2);
    uint8_t *bytes;
    size_t size;
    assert_int_equal(topk_serialise(sketch, &bytes, &size), SKETCH_OK);
    struct topk *stored;
    assert_int_equal(topk_deserialise(&stored, bytes, size, memory), SKETCH_OK);
    assert_true(topk_stored_lookup(bytes, size, item_integer(10), &row));
    assert_true(row.count == 2 && row.error == 2);
    assert_int_equal(topk_merge(stored, sketch), SKETCH_OK);
    row = topk_lookup(stored, item_integer(10));
    assert_true(row.count == 4 && row.error == 4);
    struct image image = written(stored);
    assert_int_equal(image.bytes[24], 4);
    assert_int_equal(image.bytes[16], 34);
    free(image.bytes);
    free(bytes);
    topk_free(stored);
    topk_free(sketch);
}

static void nothing_is_restored_that_cannot_be(void **state)
{
    (void)state;
    const struct topk_row rows[2] = {{item_integer(1), 5, 2}, {item_integer(2), 4, 2}};
    const struct topk_state sound = {3, 4, 9, 2, rows, 2};
    struct topk_state bad[12];
    struct topk *sketch;
    size_t count = 0;
    for (size_t i = 0; i < 12; i++) {
        bad[i] = sound;
    }
    bad[count++].k = 0;
    bad[count++].counters = 2;
    bad[count++].counters = -1;
    bad[count++].counters = TOPK_MAX_COUNTERS + 1;
    bad[count++].total = 4;
    bad[count++].total = UINT64_MAX;
    bad[count++].unlisted = 3;
    bad[count++].unlisted = 0;
    bad[count++].count = 0;
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(topk_restore(&sketch, &bad[i], memory), SKETCH_RANGE);
        assert_null(sketch);
    }
    assert_int_equal(topk_restore(&sketch, &sound, memory), SKETCH_OK);
    assert_int_equal(topk_unlisted(sketch), 2);
    topk_free(sketch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_image_of_theirs_is_read),
        cmocka_unit_test(the_image_of_ours_has_the_same_items),
        cmocka_unit_test(empty_ones_are_empty_both_ways),
        cmocka_unit_test(the_table_is_the_smallest_that_will_do),
        cmocka_unit_test(the_offset_is_the_largest_error_of_all),
        cmocka_unit_test(other_values_are_refused_and_named),
        cmocka_unit_test(reals_that_are_integers_become_those),
        cmocka_unit_test(texts_are_kept_to_the_byte),
        cmocka_unit_test(the_form_of_spark_is_read_and_written),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(bytes_that_follow_are_refused),
        cmocka_unit_test(each_damage_has_its_words),
        cmocka_unit_test(damaged_texts_have_their_words),
        cmocka_unit_test(items_of_another_type_are_named),
        cmocka_unit_test(odd_integers_are_integers),
        cmocka_unit_test(an_item_that_is_there_twice_is_found),
        cmocka_unit_test(items_with_equal_hashes_are_read),
        cmocka_unit_test(of_too_many_items_the_best_stay),
        cmocka_unit_test(reading_and_writing_survive_every_refusal),
        cmocka_unit_test(bounds_stay_true_from_side_to_side),
        cmocka_unit_test(an_import_goes_on_counting),
        cmocka_unit_test(nothing_is_restored_that_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
