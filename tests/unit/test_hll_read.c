/* HyperLogLog: images that others wrote, and bytes that nobody vouches for. */
#include "hll_help.h"

#include <math.h>
#include <time.h>

static const uint64_t sizes[] = {0, 1, 7, 8, 100, 384, 385, 5000, 1000000};
enum { SIZES = sizeof sizes / sizeof *sizes };

static struct hll *try_to_read(struct image image)
{
    struct hll *sketch;
    /* A block of exactly that size, so that a sanitizer sees what is beyond. */
    uint8_t *block = malloc(image.size ? image.size : 1);
    memcpy(block, image.bytes, image.size);
    enum sketch_status status =
        hll_deserialise(&sketch, block, image.size, &sketch_libc_memory);
    free(block);
    assert_true((status == SKETCH_OK) == (sketch != NULL));
    assert_true(status == SKETCH_OK || status == SKETCH_CORRUPT);
    return sketch;
}

static void expect_refused(struct image image) { assert_null(try_to_read(image)); }

static void every_form_is_the_same_sketch(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        for (int merged = 0; merged < 2; merged++) {
            struct hll *sketch = merged && sizes[i] > 384
                                     ? merged_sketch_of(12, 0, sizes[i])
                                     : sketch_of(12, 0, sizes[i]);
            struct image wanted = image_of(sketch);
            for (int form = 0; form < 6; form++) {
                struct image image = image_as(sketch, (enum hll_type)(form / 2),
                                              (enum hll_form)(form % 2));
                assert_true(hll_ops.recognises(image.bytes, image.size));
                struct hll *read = read_image(image);
                struct image again = image_of(read);
                assert_true(same_image(wanted, again));
                assert_true(hll_estimate(read) == hll_estimate(sketch));
                assert_true(hll_is_merged(read) == hll_is_merged(sketch));
                free(image.bytes);
                free(again.bytes);
                hll_free(read);
            }
            free(wanted.bytes);
            hll_free(sketch);
        }
    }
}

static void a_sketch_that_was_read_goes_on_as_if_nothing_had_happened(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        struct hll *sketch = sketch_of(12, 0, sizes[i]);
        for (int form = 0; form < 6; form++) {
            struct hll *whole = sketch_of(12, 0, sizes[i]);
            struct image image =
                image_as(sketch, (enum hll_type)(form / 2), (enum hll_form)(form % 2));
            struct hll *read = read_image(image);
            add_numbers(read, sizes[i] / 2, 2 * sizes[i] + 1000);
            add_numbers(whole, sizes[i] / 2, 2 * sizes[i] + 1000);
            assert_true(same_registers(read, whole));
            assert_true(hll_estimate(read) == hll_estimate(whole));
            free(image.bytes);
            hll_free(read);
            hll_free(whole);
        }
        hll_free(sketch);
    }
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        struct hll *sketch = sketch_of(10, 0, sizes[i]);
        for (int form = 0; form < 6; form++) {
            struct image image =
                image_as(sketch, (enum hll_type)(form / 2), (enum hll_form)(form % 2));
            for (size_t size = 0; size < image.size; size++) {
                expect_refused((struct image){image.bytes, size});
            }
            free(image.bytes);
        }
        hll_free(sketch);
    }
}

static void every_appendix_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        struct hll *sketch = sketch_of(10, 0, sizes[i]);
        for (int form = 0; form < 6; form++) {
            struct image image =
                image_as(sketch, (enum hll_type)(form / 2), (enum hll_form)(form % 2));
            for (size_t more = 1; more <= 8; more++) {
                struct image longer = {calloc(1, image.size + more), image.size + more};
                memcpy(longer.bytes, image.bytes, image.size);
                expect_refused(longer);
                free(longer.bytes);
            }
            free(image.bytes);
        }
        hll_free(sketch);
    }
}

/* What hll_deserialise() accepts has to work as a sketch does. */
static void expect_usable(struct hll *sketch)
{
    double lower;
    double upper;
    struct hll *other = sketch_of(6, 0, 100);
    struct image before = image_of(sketch);
    struct hll *again = read_image(before);
    struct image after = image_of(again);
    assert_true(same_image(before, after));
    assert_true(hll_estimate(sketch) >= 0 && isfinite(hll_estimate(sketch)));
    assert_int_equal(hll_bounds(sketch, 2, &lower, &upper), SKETCH_OK);
    add_numbers(sketch, 0, 50);
    assert_int_equal(hll_merge(sketch, other), SKETCH_OK);
    assert_true(hll_estimate(sketch) > 0);
    free(before.bytes);
    free(after.bytes);
    hll_free(again);
    hll_free(other);
}

static void every_changed_byte_is_refused_or_a_sketch(void **state)
{
    (void)state;
    static const uint64_t few[] = {0, 5, 20, 400, 100000};
    for (size_t i = 0; i < sizeof few / sizeof *few; i++) {
        struct hll *sketch = sketch_of(8, 0, few[i]);
        for (int form = 0; form < 6; form++) {
            struct image image =
                image_as(sketch, (enum hll_type)(form / 2), (enum hll_form)(form % 2));
            for (size_t at = 0; at < image.size; at++) {
                for (int change = 1; change < 256; change += at < 48 ? 1 : 37) {
                    image.bytes[at] ^= (uint8_t)change;
                    struct hll *read = try_to_read(image);
                    if (read) {
                        expect_usable(read);
                        hll_free(read);
                    }
                    image.bytes[at] ^= (uint8_t)change;
                }
            }
            free(image.bytes);
        }
        hll_free(sketch);
    }
}

static void a_changed_register_of_hll_4_is_noticed(void **state)
{
    (void)state;
    struct hll *sketch = sketch_of(10, 0, 5000);
    struct image image = image_of(sketch);
    for (size_t at = 40; at < image.size; at++) {
        image.bytes[at] ^= 1;
        expect_refused(image);
        image.bytes[at] ^= 1;
    }
    free(image.bytes);
    hll_free(sketch);
}

/* An image of 0 .. count - 1 with one byte set. */
static void expect_change_refused(uint64_t count, enum hll_form form, size_t at,
                                  uint8_t byte)
{
    struct hll *sketch = sketch_of(12, 0, count);
    struct image image = image_as(sketch, HLL_4, form);
    assert_true(image.bytes[at] != byte);
    image.bytes[at] = byte;
    expect_refused(image);
    free(image.bytes);
    hll_free(sketch);
}

static void an_image_that_contradicts_itself_is_refused(void **state)
{
    (void)state;
    expect_change_refused(5, HLL_COMPACT, 0, 3);        /* preamble of a set */
    expect_change_refused(5, HLL_COMPACT, 1, 2);        /* another version */
    expect_change_refused(5, HLL_COMPACT, 2, 8);        /* another family */
    expect_change_refused(5, HLL_COMPACT, 3, 3);        /* precision */
    expect_change_refused(5, HLL_COMPACT, 3, 22);       /* precision */
    expect_change_refused(5, HLL_COMPACT, 5, 12);       /* empty, with coupons */
    expect_change_refused(5, HLL_COMPACT, 5, 9);        /* an unknown flag */
    expect_change_refused(5, HLL_COMPACT, 5, 0x88);     /* an unknown flag */
    expect_change_refused(5, HLL_COMPACT, 6, 6);        /* six coupons of five */
    expect_change_refused(5, HLL_COMPACT, 7, 3);        /* no stage */
    expect_change_refused(5, HLL_COMPACT, 7, 12);       /* no type */
    expect_change_refused(5, HLL_COMPACT, 7, 16);       /* unknown bits */
    expect_change_refused(0, HLL_COMPACT, 5, 8);        /* nothing, but not empty */
    expect_change_refused(5, HLL_UPDATABLE, 28, 1);     /* a coupon after the last */
    expect_change_refused(100, HLL_COMPACT, 0, 2);      /* preamble of a list */
    expect_change_refused(100, HLL_COMPACT, 4, 7);      /* too small a table */
    expect_change_refused(100, HLL_COMPACT, 4, 10);     /* too large a table */
    expect_change_refused(100, HLL_COMPACT, 5, 12);     /* empty, with coupons */
    expect_change_refused(100, HLL_COMPACT, 8, 99);     /* one coupon more */
    expect_change_refused(100, HLL_COMPACT, 3, 9);      /* no such set at 9 */
    expect_change_refused(100, HLL_UPDATABLE, 8, 101);  /* one coupon less */
    expect_change_refused(100, HLL_UPDATABLE, 4, 7);    /* a shorter table */
    expect_change_refused(5000, HLL_COMPACT, 0, 3);     /* preamble of a set */
    expect_change_refused(5000, HLL_COMPACT, 5, 12);    /* empty, with registers */
    expect_change_refused(5000, HLL_COMPACT, 6, 1);     /* the minimum */
    expect_change_refused(5000, HLL_COMPACT, 15, 0xc0); /* a negative estimate */
    expect_change_refused(5000, HLL_COMPACT, 14, 0);    /* less than registers say */
    expect_change_refused(5000, HLL_COMPACT, 16, 1);    /* kxq0 */
    expect_change_refused(5000, HLL_COMPACT, 24, 1);    /* kxq1 */
    expect_change_refused(5000, HLL_COMPACT, 34, 1);    /* registers at the minimum */
    expect_change_refused(5000, HLL_COMPACT, 36, 1);    /* exceptions */
}

static void a_coupon_given_twice_is_refused(void **state)
{
    (void)state;
    static const uint64_t counts[] = {5, 100};
    for (size_t i = 0; i < 2; i++) {
        struct hll *sketch = sketch_of(12, 0, counts[i]);
        struct image image = image_of(sketch);
        memcpy(image.bytes + image.size - 4, image.bytes + image.size - 8, 4);
        expect_refused(image);
        free(image.bytes);
        hll_free(sketch);
    }
}

/* An image of HLL_8 that is changed before it is read. */
static struct image image_of_bytes(void)
{
    struct hll *sketch = sketch_of(12, 0, 100000);
    struct image image = image_as(sketch, HLL_8, HLL_COMPACT);
    hll_free(sketch);
    return image;
}

static void expect_estimate(struct image image, double estimate)
{
    struct hll *sketch = read_image(image);
    assert_true(hll_estimate(sketch) == estimate);
    struct image again = image_as(sketch, HLL_8, HLL_COMPACT);
    struct hll *reread = read_image(again);
    assert_true(same_registers(sketch, reread));
    free(again.bytes);
    hll_free(sketch);
    hll_free(reread);
}

static void harmless_habits_of_other_writers_are_read(void **state)
{
    (void)state;
    struct image image = image_of_bytes();
    struct hll *sketch = read_image(image);
    double estimate = hll_estimate(sketch);
    hll_free(sketch);
    image.bytes[5] = 8; /* C++ and newer Java mark it compact */
    expect_estimate(image, estimate);
    image.bytes[5] = 2; /* a reserved flag of Java */
    expect_estimate(image, estimate);
    image.bytes[5] = 32; /* sums that are old, and say so */
    memset(image.bytes + 16, 0x55, 20);
    expect_estimate(image, estimate);
    image.bytes[5] = 0; /* or do not say so */
    expect_estimate(image, estimate);
    image.bytes[4] = 7; /* left over from a set */
    expect_estimate(image, estimate);
    image.bytes[6] = 1; /* a minimum that the registers have */
    expect_estimate(image, estimate);
    image.bytes[5] = 16; /* a union, whose old estimate means nothing */
    memset(image.bytes + 8, 0xff, 8);
    sketch = merged_sketch_of(12, 0, 100000);
    expect_estimate(image, hll_estimate(sketch));
    hll_free(sketch);
    free(image.bytes);

    sketch = sketch_of(12, 0, 100);
    image = image_of(sketch);
    image.bytes[4] = 0; /* a table's size that was never set */
    expect_estimate(image, hll_estimate(sketch));
    image.bytes[5] |= 16; /* sets were once marked as unions */
    expect_estimate(image, hll_estimate(sketch));
    free(image.bytes);
    hll_free(sketch);
}

static void an_hll_4_image_may_leave_its_tables_size_unset(void **state)
{
    (void)state;
    struct hll *sketch = sketch_of(12, 0, 1000000);
    struct image wanted = image_of(sketch);
    struct image image = image_of(sketch);
    assert_int_equal(image.bytes[36], 1); /* an exception */
    image.bytes[4] = 0;
    struct hll *read = read_image(image);
    struct image again = image_of(read);
    assert_true(same_image(wanted, again));
    free(wanted.bytes);
    free(image.bytes);
    free(again.bytes);
    hll_free(read);
    hll_free(sketch);
}

static void registers_that_nothing_was_added_to_are_an_empty_sketch(void **state)
{
    (void)state;
    for (int flags = 0; flags <= 4; flags += 4) { /* with or without the flag for it */
        struct image image = {calloc(1, 40 + 64), 40 + 64};
        const uint8_t header[8] = {10, 1, 7, 6, 0, (uint8_t)(32 | flags), 0, 10};
        const double slots = 64;
        memcpy(image.bytes, header, sizeof header);
        memcpy(image.bytes + 16, &slots, sizeof slots);
        image.bytes[32] = 64;
        struct hll *read = read_image(image);
        struct hll *empty = sketch_of(6, 0, 0);
        struct image a = image_of(read);
        struct image b = image_of(empty);
        assert_true(same_image(a, b));
        free(a.bytes);
        free(b.bytes);
        free(image.bytes);
        hll_free(read);
        hll_free(empty);
    }
}

static void put_u32_at(uint8_t *p, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        p[i] = (uint8_t)(value >> 8 * i);
    }
}

/* A set whose coupons all want the same row of cells: 126 for each home, and homes
 * next to each other.  A search takes as long as the table is full, unless it is
 * given up. */
static struct image slow_set(uint32_t count)
{
    struct image image = {calloc(1, 12 + 4 * (size_t)count), 12 + 4 * (size_t)count};
    const uint8_t header[8] = {3, 1, 7, 21, 0, 8, 0, 1};
    memcpy(image.bytes, header, sizeof header);
    put_u32_at(image.bytes + 8, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t home = i / 126;
        uint32_t value = 1 + i % 63;
        uint32_t high = i / 63 % 2;
        put_u32_at(image.bytes + 12 + 4 * (size_t)i, value << 26 | high << 18 | home);
    }
    return image;
}

static double seconds(void) { return (double)clock() / CLOCKS_PER_SEC; }

static void a_set_made_to_be_slow_is_read_in_no_time(void **state)
{
    (void)state;
    double start = seconds();
    struct image image = slow_set(196608);
    struct hll *sketch = read_image(image);
    assert_false(hll_is_exact(sketch)); /* registers take any coupons */
    struct hll *again = read_image(image);
    assert_int_equal(hll_merge(again, sketch), SKETCH_OK);
    assert_true(seconds() - start < 5);
    free(image.bytes);
    hll_free(sketch);
    hll_free(again);
}

/* A kilobyte of coupons whose addresses are equal in their low bits became registers,
 * a megabyte of them, in a union. */
static void a_small_set_made_to_be_slow_stays_small(void **state)
{
    (void)state;
    enum { COUPONS = 256 };
    struct image image = {calloc(1, 12 + 4 * COUPONS), 12 + 4 * COUPONS};
    const uint8_t header[8] = {3, 1, 7, 21, 0, 8, 0, 1};
    memcpy(image.bytes, header, sizeof header);
    put_u32_at(image.bytes + 8, COUPONS);
    for (uint32_t i = 0; i < COUPONS; i++) {
        put_u32_at(image.bytes + 12 + 4 * (size_t)i,
                   (1 + i % 63) << 26 | i / 63 << 22 | 5);
    }
    struct hll *sketch = read_image(image);
    struct hll *all = sketch_of(21, 0, 3);
    assert_int_equal(hll_merge(all, sketch), SKETCH_OK);
    assert_true(hll_is_exact(sketch) && hll_is_exact(all));
    assert_true(round(hll_estimate(all)) == COUPONS + 3);
    struct image larger = image_of(all);
    assert_int_equal(larger.size, image.size + 3 * 4);
    free(image.bytes);
    free(larger.bytes);
    hll_free(sketch);
    hll_free(all);
}

/* The same for exceptions: two for each home, as many as the image has room for. */
static void exceptions_made_to_be_slow_are_read_in_no_time(void **state)
{
    (void)state;
    uint32_t count = 196608;
    uint32_t slots = UINT32_C(1) << 21;
    struct image image = {calloc(1, 40 + slots / 2 + 4 * (size_t)count), 0};
    const uint8_t header[8] = {10, 1, 7, 21, 0, 8, 0, 2};
    image.size = 40 + slots / 2 + 4 * (size_t)count;
    memcpy(image.bytes, header, sizeof header);
    double estimate = slots;
    double kxq0 = (slots - count) + count * ldexp(1, -16);
    memcpy(image.bytes + 8, &estimate, sizeof estimate);
    memcpy(image.bytes + 16, &kxq0, sizeof kxq0);
    put_u32_at(image.bytes + 32, slots - count);
    put_u32_at(image.bytes + 36, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = i / 2 + (i % 2 << 18);
        image.bytes[40 + slot / 2] |= (uint8_t)(slot % 2 ? 0xf0 : 0x0f);
        put_u32_at(image.bytes + 40 + slots / 2 + 4 * (size_t)i,
                   UINT32_C(16) << 26 | slot);
    }
    double start = seconds();
    struct hll *sketch = read_image(image);
    assert_true(seconds() - start < 5);
    assert_true(hll_estimate(sketch) == slots);
    struct image again = image_of(sketch);
    assert_memory_equal(again.bytes + 40, image.bytes + 40, image.size - 40);
    free(again.bytes);
    free(image.bytes);
    hll_free(sketch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_is_the_same_sketch),
        cmocka_unit_test(a_sketch_that_was_read_goes_on_as_if_nothing_had_happened),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(every_appendix_is_refused),
        cmocka_unit_test(every_changed_byte_is_refused_or_a_sketch),
        cmocka_unit_test(a_changed_register_of_hll_4_is_noticed),
        cmocka_unit_test(an_image_that_contradicts_itself_is_refused),
        cmocka_unit_test(a_coupon_given_twice_is_refused),
        cmocka_unit_test(harmless_habits_of_other_writers_are_read),
        cmocka_unit_test(an_hll_4_image_may_leave_its_tables_size_unset),
        cmocka_unit_test(registers_that_nothing_was_added_to_are_an_empty_sketch),
        cmocka_unit_test(a_set_made_to_be_slow_is_read_in_no_time),
        cmocka_unit_test(a_small_set_made_to_be_slow_stays_small),
        cmocka_unit_test(exceptions_made_to_be_slow_are_read_in_no_time),
    };
    return cmocka_run_group_tests_name("hll read", tests, NULL, NULL);
}
