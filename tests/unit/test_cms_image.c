/* Count-min as bytes: one image for each content, and what must be refused. */
#include "cms_help.h"

#include "cms_image.h"

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

/* The image as docs/formats.md has it, written in the plainest way from the counts of
 * all cells. */

static size_t reference_row(uint8_t *p, const struct cms *sketch, uint32_t row,
                            unsigned bits)
{
    uint32_t width = cms_width(sketch);
    size_t size = ((size_t)width * bits + 7) / 8;
    memset(p, 0, size);
    for (uint32_t column = 0; column < width; column++) {
        uint64_t count = cms_get(sketch, row * width + column);
        for (unsigned bit = 0; bit < bits; bit++) {
            bool is_full = bits < 64 && count >> bits != 0;
            if (is_full || (count >> bit & 1) != 0) {
                size_t at = (size_t)column * bits + bit;
                p[at / 8] |= (uint8_t)(1u << at % 8);
            }
        }
    }
    return size;
}

static size_t reference_list(uint8_t *p, const struct cms *sketch, unsigned bits,
                             size_t *nominal)
{
    uint8_t *start = p;
    uint32_t after = 0;
    *nominal = 0;
    for (uint32_t at = 0; at < cms_cells(sketch); at++) {
        uint64_t count = cms_get(sketch, at);
        if (bits == 1 ? count > 0 : bits < 64 && count >> bits != 0) {
            p = bits == 1 ? p : put_varint(p, at - after);
            p = put_varint(p, count);
            *nominal += (bits != 1) + varint_size(count);
            after = at + 1;
        }
    }
    return (size_t)(p - start);
}

/* Like cms_serialise; `bytes` are released by free(). */
static struct cms_help_image reference_image(const struct cms *sketch)
{
    static const unsigned widths[] = {0, 1, 2, 4, 8, 16, 32, 64};
    uint32_t cells = cms_cells(sketch);
    uint8_t *list = malloc(20 * (size_t)cells);
    unsigned best = 0;
    size_t least = SIZE_MAX;
    assert_non_null(list);
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        size_t nominal;
        size_t rows =
            ((size_t)cms_width(sketch) * widths[i] + 7) / 8 * cms_depth(sketch);
        (void)reference_list(list, sketch, widths[i], &nominal);
        if (rows + nominal < least) {
            least = rows + nominal;
            best = widths[i];
        }
    }
    size_t nominal;
    size_t listed = reference_list(list, sketch, best, &nominal);
    uint8_t *bytes = malloc(CMS_HEADER_SIZE + 8 * (size_t)cells + listed);
    assert_non_null(bytes);
    uint8_t *p = put_u8(put_bytes(bytes, "CMIN\1", 5), (uint8_t)best);
    p = put_f64(put_f64(p, cms_eps(sketch)), cms_delta(sketch));
    p = put_u64(p, cms_total(sketch));
    for (uint32_t row = 0; best > 0 && row < cms_depth(sketch); row++) {
        p += reference_row(p, sketch, row, best);
    }
    p = put_bytes(p, list, listed);
    free(list);
    return (struct cms_help_image){bytes, (size_t)(p - bytes)};
}

static void expect_equal(struct cms_help_image a, struct cms_help_image b)
{
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.bytes, b.bytes, a.size);
}

/* Adds to an image in place; or, where that takes the sketch, to the sketch.  Says
 * which. */
static bool add_to_image(struct cms_help_image *image, uint64_t key, uint64_t weight)
{
    size_t room = image->size + 32;
    image->bytes = realloc(image->bytes, room);
    assert_non_null(image->bytes);
    if (cms_stored_add(image->bytes, &image->size, room, hash_u64(key), weight)) {
        return true;
    }
    struct cms *sketch;
    assert_int_equal(cms_help_read(&sketch, image->bytes, image->size), SKETCH_OK);
    cms_help_add(sketch, key, weight);
    free(image->bytes);
    *image = cms_help_image_of(sketch);
    cms_free(sketch);
    return false;
}

struct transitions {
    bool seen[65]; /* cells of so many bits */
    int in_place;
    int long_way;
};

/* Few and many items, light and heavy; the image is what it should be after each, also
 * when it was added to in place. */
static void grow(struct transitions *all, double eps, double delta, uint64_t keys,
                 unsigned shift)
{
    struct cms *sketch = cms_help_created(eps, delta);
    struct cms_help_image image = cms_help_image_of(sketch);
    for (int i = 0; i < 400; i++) {
        uint64_t key = cms_help_draw(keys);
        uint64_t weight = (1 + cms_help_draw(3)) << cms_help_draw(shift + 1);
        cms_help_add(sketch, key, weight);
        bool in_place = add_to_image(&image, key, weight);
        all->in_place += in_place;
        all->long_way += !in_place;
        struct cms_help_image expected = reference_image(sketch);
        expect_equal(image, expected);
        all->seen[image.bytes[5]] = true;
        free(expected.bytes);
        struct cms_help_image written = cms_help_image_of(sketch);
        expect_equal(image, written);
        free(written.bytes);
    }
    cms_free(cms_help_copied(sketch));
    cms_free(sketch);
    free(image.bytes);
}

static void cells_are_as_wide_as_makes_the_image_small(void **state)
{
    (void)state;
    static const unsigned shifts[] = {0, 2, 7, 14, 30, 50};
    static const uint64_t keys[] = {2, 30, 1000000};
    struct transitions all = {{false}, 0, 0};
    cms_help_seed = 9;
    for (size_t i = 0; i < sizeof shifts / sizeof *shifts; i++) {
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
            grow(&all, .5, .1, keys[k], shifts[i]);
            grow(&all, .1, .3, keys[k], shifts[i]);
            grow(&all, .03, 1e-3, keys[k], shifts[i]);
            grow(&all, .002, .3, keys[k], shifts[i]);
        }
    }
    for (unsigned bits = 0; bits <= 64; bits++) {
        assert_int_equal(all.seen[bits], (bits & (bits - 1)) == 0);
    }
    assert_true(all.long_way < all.in_place / 20);
}

static size_t size_of(double eps, double delta, uint64_t values)
{
    struct cms *sketch = cms_help_created(eps, delta);
    for (uint64_t i = 0; i < values; i++) {
        cms_help_add(sketch, i, 1);
    }
    struct cms_help_image image = cms_help_image_of(sketch);
    size_t size = image.size;
    cms_free(cms_help_copied(sketch));
    free(image.bytes);
    cms_free(sketch);
    return size;
}

static void images_have_these_sizes(void **state)
{
    (void)state;
    static const struct {
        double eps, delta;
        uint64_t values;
        size_t most;
    } known[] = {
        {.001, .01, 0, 30},         {.001, .01, 1, 48},
        {.001, .01, 200, 1970},     {.001, .01, 2000, 3700},
        {.001, .01, 20000, 7050},   {.001, .01, 1000000, 27500},
        {.01, .01, 20, 240},        {.01, .01, 2000, 760},
        {.01, .01, 200000, 2800},   {.0001, .01, 2000, 19400},
        {.0001, .01, 20000, 36500}, {.001, 1e-6, 200, 5480},
        {.001, 1e-6, 2000, 10200},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t size = size_of(known[i].eps, known[i].delta, known[i].values);
        assert_in_range(size, known[i].most * 9 / 10, known[i].most);
    }
}

/* A few heavy items are listed, and cost the others nothing. */
static void a_heavy_item_does_not_widen_the_others(void **state)
{
    (void)state;
    size_t light = size_of(CMS_EPS, CMS_DELTA, 2000);
    struct cms *sketch = cms_help_created(CMS_EPS, CMS_DELTA);
    for (uint64_t i = 0; i < 2000; i++) {
        cms_help_add(sketch, i, 1);
    }
    cms_help_add(sketch, 7, UINT64_C(1) << 40);
    struct cms_help_image image = cms_help_image_of(sketch);
    assert_true(image.size <= light + 5 * 8);
    free(image.bytes);
    cms_free(sketch);
}

/* An image of three rows and of six columns: eps 0.5, delta 0.1. */
static uint8_t *put_head(uint8_t *p, uint8_t bits, double eps, double delta,
                         uint64_t total)
{
    p = put_u8(put_bytes(p, "CMIN\1", 5), bits);
    return put_u64(put_f64(put_f64(p, eps), delta), total);
}

/* Reads, absorbs, and adds in place: all refuse the same. */
static enum sketch_status read_put(const uint8_t *bytes, const uint8_t *end)
{
    size_t size = (size_t)(end - bytes);
    size_t written = size;
    uint8_t block[256];
    struct cms *sketch;
    struct cms *into = cms_help_created(.5, .1);
    enum sketch_status status = cms_help_read(&sketch, bytes, size);
    assert_int_equal(cms_absorb(into, bytes, size), status);
    memcpy(block, bytes, size);
    bool added = cms_stored_add(block, &written, size + 32, hash_u64(1), 0);
    assert_true(added == (status == SKETCH_OK) && written == size);
    assert_memory_equal(block, bytes, size);
    if (sketch) {
        cms_help_assert_same(into, sketch);
    }
    assert_true(sketch || cms_total(into) == 0);
    cms_free(into);
    cms_free(sketch);
    return status;
}

static void only_what_the_writer_writes_is_read(void **state)
{
    (void)state;
    static const struct {
        uint64_t total;
        uint8_t bits, size, body[40];
        enum sketch_status status;
    } known[] = {
        /* one cell in each row, in a list: rows of two bits would take as much */
        {3, 0, 6, {0, 3, 5, 3, 5, 3}, SKETCH_OK},
        {3, 2, 6, {0x03, 0, 0x03, 0, 0x03, 0}, SKETCH_CORRUPT},
        /* a row that does not add up: too little, too much, nothing */
        {3, 0, 6, {0, 3, 5, 2, 5, 3}, SKETCH_CORRUPT},
        {3, 0, 8, {0, 3, 5, 3, 0, 1, 4, 3}, SKETCH_CORRUPT},
        {3, 0, 6, {0, 3, 5, 4, 5, 3}, SKETCH_CORRUPT},
        {3, 0, 4, {0, 3, 5, 3}, SKETCH_CORRUPT},
        {3, 0, 4, {0, 3, 11, 3}, SKETCH_CORRUPT},
        /* a cell of none; half an entry; one that is not there; a padded varint */
        {3, 0, 8, {0, 3, 0, 0, 4, 3, 5, 3}, SKETCH_CORRUPT},
        {3, 0, 5, {0, 3, 5, 3, 5}, SKETCH_CORRUPT},
        {3, 0, 8, {0, 3, 5, 3, 5, 3, 5, 3}, SKETCH_CORRUPT},
        {3, 0, 7, {0, 3, 5, 3, 5, 0x83, 0}, SKETCH_CORRUPT},
        {3, 0, 7, {0, 3, 5, 3, 0x85, 0, 3}, SKETCH_CORRUPT},
        /* two bits: 2 and 1, 3, and 0, 1, 2; a list would take ten bytes */
        {3, 2, 6, {0x06, 0, 0x03, 0, 0x24, 0}, SKETCH_OK},
        {3, 0, 10, {0, 2, 0, 1, 4, 3, 6, 1, 0, 2}, SKETCH_CORRUPT},
        {3, 4, 9, {0x12, 0, 0, 0x03, 0, 0, 0x10, 0x02, 0}, SKETCH_CORRUPT},
        {3, 2, 5, {0x06, 0, 0x03, 0, 0x24}, SKETCH_CORRUPT},
        {3, 2, 7, {0x06, 0, 0x03, 0, 0x24, 0, 0}, SKETCH_CORRUPT},
        {3, 2, 6, {0x06, 0, 0x03, 0, 0x14, 0}, SKETCH_CORRUPT},
        {3, 2, 6, {0x06, 0, 0x02, 0, 0x24, 0}, SKETCH_CORRUPT},
        /* bits that fill a row up */
        {3, 2, 6, {0x06, 0x10, 0x03, 0, 0x24, 0}, SKETCH_CORRUPT},
        {3, 2, 6, {0x06, 0, 0x03, 0, 0x24, 0x80}, SKETCH_CORRUPT},
        /* four bits, of which 15 may be all there is, or more is listed */
        {20, 4, 9, {0xe5, 1, 0, 0x9a, 1, 0, 0x41, 0x0f, 0}, SKETCH_OK},
        {20, 4, 11, {0xe5, 1, 0, 0x9a, 1, 0, 0x11, 0x0f, 0, 14, 18}, SKETCH_OK},
        {20, 4, 11, {0xe5, 1, 0, 0x9a, 1, 0, 0x41, 0x0f, 0, 14, 15}, SKETCH_CORRUPT},
        {20, 4, 11, {0xe5, 1, 0, 0x9a, 1, 0, 0x11, 0x0e, 0, 14, 18}, SKETCH_CORRUPT},
        {20, 4, 11, {0xe5, 1, 0, 0x9a, 1, 0, 0x11, 0x0f, 0, 14, 19}, SKETCH_CORRUPT},
        {20, 4, 11, {0xe5, 1, 0, 0x9a, 1, 0, 0x11, 0x0f, 0, 14, 17}, SKETCH_CORRUPT},
        {20, 4, 11, {0xe5, 1, 0, 0x9a, 1, 0, 0x11, 0x0f, 0, 13, 18}, SKETCH_CORRUPT},
        {20, 4, 11, {0xe5, 1, 0, 0x9a, 1, 0, 0x11, 0x0f, 0, 18, 18}, SKETCH_CORRUPT},
        {20, 4, 10, {0xe5, 1, 0, 0x9a, 1, 0, 0x11, 0x0f, 0, 14}, SKETCH_CORRUPT},
        {20, 4, 9, {0xe5, 1, 0, 0x9a, 1, 0, 0x11, 0x0f, 0}, SKETCH_CORRUPT},
        /* marks of seven cells, and no gaps */
        {20, 1, 10, {3, 3, 7, 5, 15, 10, 10, 1, 1, 18}, SKETCH_OK},
        {20, 1, 10, {3, 0x0a, 0x34, 5, 15, 10, 10, 1, 1, 18}, SKETCH_OK},
        {20, 1, 10, {3, 3, 7, 5, 15, 10, 10, 1, 1, 17}, SKETCH_CORRUPT},
        {20, 1, 10, {3, 3, 7, 5, 15, 10, 10, 0, 2, 18}, SKETCH_CORRUPT},
        {20, 1, 10, {3, 7, 3, 5, 15, 10, 10, 1, 1, 18}, SKETCH_CORRUPT},
        {20, 1, 9, {3, 3, 7, 5, 15, 10, 10, 1, 19}, SKETCH_CORRUPT},
        {20, 1, 11, {3, 3, 7, 5, 15, 10, 10, 1, 1, 18, 0}, SKETCH_CORRUPT},
        {20, 1, 10, {3, 3, 0x47, 5, 15, 10, 10, 1, 1, 18}, SKETCH_CORRUPT},
        {20, 1, 11, {3, 3, 7, 5, 15, 10, 10, 1, 1, 0x92, 0}, SKETCH_CORRUPT},
        {20, 0, 14, {0, 5, 0, 15, 4, 10, 0, 10, 4, 1, 0, 1, 0, 18}, SKETCH_CORRUPT},
        {3, 1, 6, {1, 1, 1, 3, 3, 3}, SKETCH_CORRUPT},
        /* the empty sketch, which has no cells */
        {0, 0, 0, {0}, SKETCH_OK},
        {0, 1, 3, {0}, SKETCH_CORRUPT},
        {0, 2, 6, {0}, SKETCH_CORRUPT},
        {0, 0, 2, {0, 0}, SKETCH_CORRUPT},
        {5, 0, 0, {0}, SKETCH_CORRUPT},
        /* widths that are none */
        {0, 3, 9, {0}, SKETCH_CORRUPT},
        {0, 128, 0, {0}, SKETCH_CORRUPT},
    };
    uint8_t bytes[128];
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint8_t *p = put_head(bytes, known[i].bits, .5, .1, known[i].total);
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

/* Sums that would wrap: each count is at most the total, but not two of them. */
static void rows_beyond_the_total_are_refused(void **state)
{
    (void)state;
    uint64_t most = SKETCH_MAX_TOTAL;
    uint8_t bytes[256];
    uint8_t *p = put_head(bytes, 0, .5, .1, most);
    uint8_t *body = p;
    for (size_t row = 0; row < 3; row++) {
        p = put_varint(put_varint(p, row ? 5 : 0), most);
    }
    assert_int_equal(read_put(bytes, p), SKETCH_OK);
    p = put_varint(put_varint(body, 0), most);
    p = put_varint(put_varint(p, 0), most);
    p = put_varint(put_varint(p, 0), 3);
    for (size_t row = 1; row < 3; row++) {
        p = put_varint(put_varint(p, row == 1 ? 3 : 5), most);
    }
    assert_int_equal(read_put(bytes, p), SKETCH_CORRUPT);

    /* 18 cells of 64 bits: six of total / 6, and two of a row changed by 2^63 */
    uint64_t each = most / 6;
    p = put_head(bytes, 64, .5, .1, 6 * each);
    body = p;
    for (size_t cell = 0; cell < 18; cell++) {
        p = put_u64(p, each);
    }
    assert_int_equal(read_put(bytes, p), SKETCH_OK);
    put_u64(put_u64(body, each + (UINT64_C(1) << 63)), each + (UINT64_C(1) << 63));
    assert_int_equal(read_put(bytes, p), SKETCH_CORRUPT);
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

/* Lists of short and long gaps and counts, asked for what is in them and what is not.
 */
static void stored_sketches_answer_as_live_ones_do(void **state)
{
    (void)state;
    static const struct {
        double eps;
        uint64_t items, most;
    } known[] = {
        {.001, 3, 200}, {.001, 200, 1}, {.001, 300, 200}, {.001, 2000, 5000},
        {.01, 500, 2},  {.01, 5000, 9}, {.5, 3, 1},       {.0001, 2000, 300},
    };
    cms_help_seed = 31;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct cms *sketch = cms_help_created(known[i].eps, CMS_DELTA);
        for (uint64_t item = 0; item < known[i].items; item++) {
            cms_help_add(sketch, item, 1 + cms_help_draw(known[i].most));
        }
        struct cms_help_image image = cms_help_image_of(sketch);
        for (uint64_t item = 0; item < 2 * known[i].items + 100; item++) {
            uint64_t estimate;
            assert_true(cms_stored_estimate(image.bytes, image.size, hash_u64(item),
                                            &estimate));
            assert_true(estimate == cms_help_estimate(sketch, item));
        }
        free(image.bytes);
        cms_free(sketch);
    }
}

static void what_does_not_fit_is_not_added_in_place(void **state)
{
    (void)state;
    struct cms *sketch = cms_help_created(CMS_EPS, CMS_DELTA);
    cms_help_add(sketch, 1, SKETCH_MAX_TOTAL - 1);
    struct cms_help_image image = cms_help_image_of(sketch);
    struct cms_help_image before = cms_help_image_of(sketch);
    struct hash hash = hash_u64(2);
    /* The total is at its end; and no room for what a new item is listed with. */
    assert_false(cms_stored_add(image.bytes, &image.size, image.size + 32, hash, 2));
    assert_false(cms_stored_add(image.bytes, &image.size, image.size, hash, 1));
    expect_equal(image, before);
    assert_true(cms_stored_add(image.bytes, &image.size, image.size, hash_u64(1), 1));
    cms_help_add(sketch, 1, 1);
    free(before.bytes);
    before = cms_help_image_of(sketch);
    expect_equal(image, before);
    free(before.bytes);
    free(image.bytes);
    cms_free(sketch);
}

/* The largest cell may be in the total, in what comes, in both, or in neither; what was
 * added and taken back in between counts, too. */
static void a_total_widens_when_it_must(void **state)
{
    (void)state;
    struct cms *total = cms_help_created(.01, .01);
    struct cms *all = cms_help_created(.01, .01);
    cms_help_seed = 12;
    for (int round = 0; round < 300; round++) {
        struct cms *part = cms_help_created(.01, .01);
        uint64_t items = UINT64_C(1) << cms_help_draw(10);
        uint64_t shift = cms_help_draw(2 + (uint64_t)round / 8);
        for (uint64_t i = 0; i < items; i++) {
            uint64_t key = cms_help_draw(2000);
            cms_help_add(part, key, UINT64_C(1) << shift);
            cms_help_add(all, key, UINT64_C(1) << shift);
        }
        struct cms_help_image image = cms_help_image_of(part);
        assert_int_equal(cms_absorb(total, image.bytes, image.size), SKETCH_OK);
        if (round % 3 == 0) { /* the total is what it was, but not the cells */
            cms_help_add(total, 5, UINT64_C(1) << shift);
            cms_help_add(all, 5, UINT64_C(1) << shift);
            assert_int_equal(cms_subtract(total, part), SKETCH_OK);
            assert_int_equal(cms_absorb(total, image.bytes, image.size), SKETCH_OK);
            uint64_t key = cms_help_draw(2000);
            uint64_t weight = cms_help_estimate(total, key) ? 1 : 0;
            assert_int_equal(cms_remove(total, hash_u64(key), weight), SKETCH_OK);
            cms_help_add(total, key, weight);
        }
        cms_help_assert_same(total, all);
        free(image.bytes);
        cms_free(part);
    }
    cms_free(total);
    cms_free(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_is_one_image_for_each_content),
        cmocka_unit_test(a_sketch_that_was_read_goes_on),
        cmocka_unit_test(cells_are_as_wide_as_makes_the_image_small),
        cmocka_unit_test(images_have_these_sizes),
        cmocka_unit_test(a_heavy_item_does_not_widen_the_others),
        cmocka_unit_test(only_what_the_writer_writes_is_read),
        cmocka_unit_test(rows_beyond_the_total_are_refused),
        cmocka_unit_test(gaps_beyond_the_last_cell_are_refused),
        cmocka_unit_test(stored_sketches_answer_as_live_ones_do),
        cmocka_unit_test(what_does_not_fit_is_not_added_in_place),
        cmocka_unit_test(a_total_widens_when_it_must),
    };
    return cmocka_run_group_tests_name("cms_image", tests, NULL, NULL);
}
