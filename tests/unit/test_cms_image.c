/* Count-min as bytes: one image for each content, and what must be refused. */
#include "cms_help.h"

static void there_is_one_image_for_each_content(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {1, 5, 50, 84, 86, 300, 3000, CMS_HELP_KEYS};
    struct cms_help_stream stream;
    for (size_t n = 0; n < sizeof sizes / sizeof *sizes; n++) {
        cms_help_make_stream(&stream, sizes[n], 300, 1);
        struct cms *plain = cms_help_created(CMS_EPS, CMS_DELTA);
        struct cms *backwards = cms_help_created(CMS_EPS, CMS_DELTA);
        struct cms *merged = cms_help_created(CMS_EPS, CMS_DELTA);
        struct cms *half = cms_help_created(CMS_EPS, CMS_DELTA);
        cms_help_feed(plain, &stream, 0);
        cms_help_add(backwards, 12345678, UINT64_C(1) << 40);
        for (uint32_t i = stream.keys; i-- > 0;) {
            cms_help_add(backwards, i, stream.truth[i] - 1);
            cms_help_add(backwards, i, 1);
            cms_help_add(i % 3 ? half : merged, i, stream.truth[i]);
        }
        assert_int_equal(cms_remove(backwards, hash_u64(12345678), UINT64_C(1) << 40),
                         SKETCH_OK);
        assert_int_equal(cms_merge(merged, half), SKETCH_OK);
        cms_help_assert_same(plain, backwards);
        cms_help_assert_same(plain, merged);
        cms_free(cms_help_copied(plain));
        assert_int_equal(cms_subtract(merged, half), SKETCH_OK);
        assert_int_equal(cms_merge(half, merged), SKETCH_OK);
        cms_help_assert_same(plain, half);
        cms_free(plain);
        cms_free(backwards);
        cms_free(merged);
        cms_free(half);
    }
}

static void a_sketch_that_was_read_goes_on(void **state)
{
    (void)state;
    for (uint32_t first = 0; first < 200; first += 7) {
        struct cms *whole = cms_help_created(CMS_EPS, CMS_DELTA);
        struct cms *part = cms_help_created(CMS_EPS, CMS_DELTA);
        for (uint32_t i = 0; i < 200; i++) {
            if (i == first) {
                struct cms *read = cms_help_copied(part);
                cms_free(part);
                part = read;
            }
            cms_help_add(whole, i % 90, i);
            cms_help_add(part, i % 90, i);
        }
        cms_help_assert_same(whole, part);
        cms_free(whole);
        cms_free(part);
    }
}

static void small_streams_have_small_images(void **state)
{
    (void)state;
    struct cms *sketch = cms_help_created(CMS_EPS, CMS_DELTA);
    cms_help_add(sketch, 0, 1);
    struct cms_help_image image = cms_help_image_of(sketch);
    assert_true(image.size < 40);
    free(image.bytes);
    for (uint64_t i = 1; i < 1000; i++) {
        cms_help_add(sketch, i, 1);
    }
    image = cms_help_image_of(sketch);
    assert_true(image.size <= 6144);
    free(image.bytes);
    for (uint64_t i = 0; i < 1000; i++) {
        cms_help_add(sketch, i, 9999);
    }
    image = cms_help_image_of(sketch); /* 10^7 rows of 10^3 values */
    assert_true(image.size <= 12 * 1024);
    free(image.bytes);
    cms_free(sketch);
}

/* An image of three rows and of six columns: eps 0.5, delta 0.1. */
static uint8_t *put_head(uint8_t *p, uint8_t layout, double eps, double delta,
                         uint64_t total)
{
    p = put_bytes(p, "CMIN\1", 5);
    p = put_f64(put_f64(put_u8(p, layout), eps), delta);
    return put_varint(p, total);
}

static enum sketch_status read_put(const uint8_t *bytes, const uint8_t *end)
{
    struct cms *sketch;
    enum sketch_status status = cms_help_read(&sketch, bytes, (size_t)(end - bytes));
    cms_free(sketch);
    return status;
}

static void only_what_the_writer_writes_is_read(void **state)
{
    (void)state;
    static const struct {
        uint64_t total;
        uint8_t layout, size, body[24];
        enum sketch_status status;
    } known[] = {
        /* one cell in each row, in bits: gaps would take as many bytes */
        {5, 1, 6, {0x41, 0x10, 0x00, 5, 5, 5}, SKETCH_OK},
        {5, 0, 6, {0, 5, 5, 5, 5, 5}, SKETCH_CORRUPT},
        /* a row that does not add up: too little, too much, nothing */
        {5, 1, 6, {0x41, 0x10, 0x00, 5, 4, 5}, SKETCH_CORRUPT},
        {5, 1, 6, {0x41, 0x10, 0x00, 5, 6, 5}, SKETCH_CORRUPT},
        {5, 1, 6, {0x07, 0x00, 0x00, 5, 5, 5}, SKETCH_CORRUPT},
        {5, 1, 5, {0x41, 0x00, 0x00, 5, 5}, SKETCH_CORRUPT},
        {5, 1, 5, {0x40, 0x10, 0x00, 5, 5}, SKETCH_CORRUPT},
        /* two cells of a row, three of another */
        {5, 1, 10, {0xc5, 0x38, 0x00, 2, 3, 4, 1, 1, 3, 1}, SKETCH_CORRUPT},
        {5, 1, 10, {0xc5, 0x70, 0x00, 2, 3, 4, 1, 1, 3, 1}, SKETCH_OK},
        /* a cell of none; too few counts; too many; bits beyond the last cell */
        {5, 1, 7, {0x43, 0x10, 0x00, 5, 0, 5, 5}, SKETCH_CORRUPT},
        {5, 1, 5, {0x41, 0x10, 0x00, 5, 5}, SKETCH_CORRUPT},
        {5, 1, 7, {0x41, 0x10, 0x00, 5, 5, 5, 5}, SKETCH_CORRUPT},
        {5, 1, 6, {0x41, 0x10, 0x04, 5, 5, 5}, SKETCH_CORRUPT},
        {5, 1, 7, {0x41, 0x10, 0x00, 5, 5, 0x85, 0}, SKETCH_CORRUPT},
        /* the empty sketch, which has no cells and two ways not to say so */
        {0, 0, 0, {0}, SKETCH_OK},
        {0, 1, 3, {0}, SKETCH_CORRUPT},
        {0, 0, 2, {0, 0}, SKETCH_CORRUPT},
        {0, 1, 4, {1, 0, 0, 0}, SKETCH_CORRUPT},
        {5, 0, 0, {0}, SKETCH_CORRUPT},
        {0, 2, 0, {0}, SKETCH_CORRUPT},
    };
    uint8_t bytes[128];
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint8_t *p = put_head(bytes, known[i].layout, .5, .1, known[i].total);
        p = put_bytes(p, known[i].body, known[i].size);
        assert_int_equal(read_put(bytes, p), known[i].status);
    }
    assert_int_equal(read_put(bytes, put_head(bytes, 0, 0, .1, 0)), SKETCH_CORRUPT);
    assert_int_equal(read_put(bytes, put_head(bytes, 0, 1, .1, 0)), SKETCH_CORRUPT);
    assert_int_equal(read_put(bytes, put_head(bytes, 0, 1e-9, .1, 0)), SKETCH_CORRUPT);
    assert_int_equal(read_put(bytes, put_head(bytes, 0, .1, NAN, 0)), SKETCH_CORRUPT);
    assert_int_equal(read_put(bytes, put_head(bytes, 0, .1, .1, SKETCH_MAX_TOTAL + 1)),
                     SKETCH_CORRUPT);
}

static void gaps_beyond_the_last_cell_are_refused(void **state)
{
    (void)state;
    static const struct {
        uint64_t gaps[5];
        enum sketch_status status;
    } known[] = {
        {{0, 2718, 2718, 2718, 2718}, SKETCH_OK},
        {{2718, 2718, 2718, 2718, 2718}, SKETCH_OK},
        {{2719, 2717, 2718, 2718, 2718}, SKETCH_CORRUPT},
        {{2718, 2718, 2718, 2718, 2719}, SKETCH_CORRUPT},
        {{0, 2718, 2718, 2718, UINT64_MAX}, SKETCH_CORRUPT},
        {{0, 2718, 2718, 2718, UINT64_C(1) << 32}, SKETCH_CORRUPT},
    };
    uint8_t bytes[128];
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint8_t *p = put_head(bytes, 0, CMS_EPS, CMS_DELTA, 9);
        for (size_t row = 0; row < 5; row++) {
            p = put_varint(put_varint(p, known[i].gaps[row]), 9);
        }
        assert_int_equal(read_put(bytes, p), known[i].status);
        assert_int_equal(read_put(bytes, p - 1), SKETCH_CORRUPT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_is_one_image_for_each_content),
        cmocka_unit_test(a_sketch_that_was_read_goes_on),
        cmocka_unit_test(small_streams_have_small_images),
        cmocka_unit_test(only_what_the_writer_writes_is_read),
        cmocka_unit_test(gaps_beyond_the_last_cell_are_refused),
    };
    return cmocka_run_group_tests_name("cms_image", tests, NULL, NULL);
}
