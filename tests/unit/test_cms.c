/* Count-min against the truth, against plain tables of 64-bit cells, at the edges. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "bytes.h"
#include "cms_private.h"

static uint64_t seed_state;

static uint64_t draw(uint64_t below) { return hash_u64(seed_state++).h1 % below; }

static struct cms *created(double eps, double delta)
{
    struct cms *sketch;
    assert_int_equal(cms_create(&sketch, eps, delta, &sketch_libc_memory), SKETCH_OK);
    return sketch;
}

static void add(struct cms *sketch, uint64_t key, uint64_t weight)
{
    assert_int_equal(cms_add(sketch, hash_u64(key), weight), SKETCH_OK);
}

static uint64_t estimate(const struct cms *sketch, uint64_t key)
{
    return cms_estimate(sketch, hash_u64(key));
}

struct image {
    uint8_t *bytes;
    size_t size;
};

static struct image image_of(const struct cms *sketch)
{
    struct image image;
    assert_int_equal(cms_serialise(sketch, &image.bytes, &image.size), SKETCH_OK);
    return image;
}

static enum sketch_status read_image(struct cms **out, const uint8_t *bytes,
                                     size_t size)
{
    return cms_deserialise(out, bytes, size, &sketch_libc_memory);
}

static void assert_same(const struct cms *a, const struct cms *b)
{
    struct image left = image_of(a);
    struct image right = image_of(b);
    assert_int_equal(left.size, right.size);
    assert_memory_equal(left.bytes, right.bytes, left.size);
    free(left.bytes);
    free(right.bytes);
}

static struct cms *copied(const struct cms *sketch)
{
    struct image image = image_of(sketch);
    struct cms *copy;
    assert_int_equal(read_image(&copy, image.bytes, image.size), SKETCH_OK);
    free(image.bytes);
    assert_same(sketch, copy);
    return copy;
}

static void the_shape_follows_from_eps_and_delta(void **state)
{
    (void)state;
    static const struct {
        double eps, delta;
        uint32_t width, depth;
    } known[] = {
        {CMS_EPS, CMS_DELTA, 2719, 5}, /* e / 0.001 = 2718.28, ln 100 = 4.6 */
        {0.5, 0.5, 6, 1},
        {0.99, 0.3, 3, 2},
        {0.01, 0.001, 272, 7},
        {0.01, 0.367, 272, 2},
        {0.01, 0.368, 272, 1}, /* 1 / e = 0.36788 */
        {0.1, 1.3e-14, 28, 32},
        {1e-6, 0.05, 2718282, 3},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct cms *sketch = created(known[i].eps, known[i].delta);
        assert_int_equal(cms_width(sketch), known[i].width);
        assert_int_equal(cms_depth(sketch), known[i].depth);
        assert_true(cms_eps(sketch) == known[i].eps);
        assert_true(cms_delta(sketch) == known[i].delta);
        cms_free(sketch);
    }
}

static void shapes_out_of_range_are_refused(void **state)
{
    (void)state;
    const double refused[][2] = {
        {0, .1},        {1, .1},    {-.1, .1},   {2, .1},     {.1, 0},
        {.1, 1},        {.1, -.1},  {.1, 2},     {NAN, .1},   {.1, NAN},
        {INFINITY, .1}, {1e-9, .5}, {1e-6, .01}, {.1, 1e-14}, {5e-324, 5e-324},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct cms *sketch = (struct cms *)&seed_state;
        assert_int_equal(
            cms_create(&sketch, refused[i][0], refused[i][1], &sketch_libc_memory),
            SKETCH_RANGE);
        assert_null(sketch);
    }
}

static void an_empty_sketch_has_seen_nothing(void **state)
{
    (void)state;
    struct cms *sketch = created(CMS_EPS, CMS_DELTA);
    assert_true(cms_total(sketch) == 0 && cms_error(sketch) == 0);
    assert_true(estimate(sketch, 1) == 0);
    assert_int_equal(cms_remove(sketch, hash_u64(1), 1), SKETCH_RANGE);
    add(sketch, 1, 0);
    struct image image = image_of(sketch);
    assert_int_equal(image.size, 23);
    free(image.bytes);
    cms_free(copied(sketch));
    cms_free(sketch);
    cms_free(NULL);
}

/* Streams in which the weight of key i, one of `keys`, falls as (i + 1)^-skew. */
enum { MOST_KEYS = 20000 };

struct stream {
    uint32_t keys;
    uint64_t truth[MOST_KEYS];
};

static void make_stream(struct stream *stream, uint32_t keys, uint64_t most, int skew)
{
    memset(stream, 0, sizeof *stream);
    stream->keys = keys;
    for (uint32_t i = 0; i < keys; i++) {
        stream->truth[i] = skew == 0 ? 1 + draw(2 * most) : 1 + most / (i + 1);
    }
}

static void feed(struct cms *sketch, const struct stream *stream, uint64_t salt)
{
    for (uint32_t i = 0; i < stream->keys; i++) {
        add(sketch, salt + i, stream->truth[i]);
    }
}

/* Never below; above by more than eps * total for at most a share delta of keys. */
static void assert_promise(const struct cms *sketch, const struct stream *stream,
                           uint64_t salt)
{
    uint32_t beyond = 0;
    for (uint32_t i = 0; i < stream->keys; i++) {
        uint64_t count = estimate(sketch, salt + i);
        assert_true(count >= stream->truth[i]);
        beyond += (double)(count - stream->truth[i]) > cms_error(sketch);
    }
    assert_true(beyond <= cms_delta(sketch) * stream->keys);
}

static void estimates_are_never_below_and_seldom_far_above(void **state)
{
    (void)state;
    struct stream stream;
    for (int skew = 0; skew < 2; skew++) {
        for (uint64_t salt = 0; salt < 5000000; salt += 1000000) {
            struct cms *sketch = created(salt ? .01 : .001, salt ? .05 : .01);
            make_stream(&stream, MOST_KEYS, 1000, skew);
            feed(sketch, &stream, salt);
            assert_promise(sketch, &stream, salt);
            cms_free(sketch);
        }
    }
}

/* With h1 + i * h2 about 100 of a million keys are off here; one may be. */
static void small_deltas_are_kept_too(void **state)
{
    (void)state;
    uint32_t beyond = 0;
    for (uint64_t salt = 0; salt < 20; salt++) {
        struct cms *sketch = created(.05, 1e-6);
        for (uint64_t key = 0; key < 19; key++) {
            add(sketch, salt << 32 | key, 1);
        }
        for (uint64_t key = 100; key < 50100; key++) {
            beyond += (double)estimate(sketch, salt << 32 | key) > cms_error(sketch);
        }
        cms_free(sketch);
    }
    assert_true(beyond <= 1);
}

static void cells_widen_and_forget_nothing(void **state)
{
    (void)state;
    /* One key: its cells hold exactly what was added, over every width. */
    struct cms *sketch = created(.01, .01);
    uint64_t sum = 0;
    for (uint64_t i = 0; i < 62; i++) {
        add(sketch, 7, UINT64_C(1) << i);
        sum += UINT64_C(1) << i;
        assert_true(estimate(sketch, 7) == sum && cms_total(sketch) == sum + 5 * i);
        for (uint64_t key = 100; key < 105; key++) {
            add(sketch, key, 1);
        }
        cms_free(copied(sketch));
    }
    for (uint64_t key = 100; key < 105; key++) {
        assert_true(estimate(sketch, key) == 62);
    }
    cms_free(sketch);
}

static void totals_end_at_the_largest_integer(void **state)
{
    (void)state;
    struct cms *sketch = created(.1, .1);
    assert_int_equal(cms_add(sketch, hash_u64(1), SKETCH_MAX_TOTAL + 1),
                     SKETCH_OVERFLOW);
    add(sketch, 1, SKETCH_MAX_TOTAL - 1);
    assert_int_equal(cms_add(sketch, hash_u64(2), 2), SKETCH_OVERFLOW);
    assert_true(estimate(sketch, 2) == 0);
    add(sketch, 2, 1);
    assert_int_equal(cms_add(sketch, hash_u64(2), 1), SKETCH_OVERFLOW);
    assert_true(cms_total(sketch) == SKETCH_MAX_TOTAL);
    struct cms *other = copied(sketch);
    assert_int_equal(cms_merge(sketch, other), SKETCH_OVERFLOW);
    assert_same(sketch, other);
    cms_free(sketch);
    cms_free(other);
}

/* The content alone decides the bytes: not the order, the width of the cells along
 * the way, what was there in between, or what the sketch was made of. */
static void there_is_one_image_for_each_content(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {1, 5, 50, 84, 86, 300, 3000, MOST_KEYS};
    struct stream stream;
    for (size_t n = 0; n < sizeof sizes / sizeof *sizes; n++) {
        make_stream(&stream, sizes[n], 300, 1);
        struct cms *plain = created(CMS_EPS, CMS_DELTA);
        struct cms *backwards = created(CMS_EPS, CMS_DELTA);
        struct cms *merged = created(CMS_EPS, CMS_DELTA);
        struct cms *half = created(CMS_EPS, CMS_DELTA);
        feed(plain, &stream, 0);
        add(backwards, 12345678, UINT64_C(1) << 40);
        for (uint32_t i = stream.keys; i-- > 0;) {
            add(backwards, i, stream.truth[i] - 1);
            add(backwards, i, 1);
            add(i % 3 ? half : merged, i, stream.truth[i]);
        }
        assert_int_equal(cms_remove(backwards, hash_u64(12345678), UINT64_C(1) << 40),
                         SKETCH_OK);
        assert_int_equal(cms_merge(merged, half), SKETCH_OK);
        assert_same(plain, backwards);
        assert_same(plain, merged);
        cms_free(copied(plain));
        assert_int_equal(cms_subtract(merged, half), SKETCH_OK);
        assert_int_equal(cms_merge(half, merged), SKETCH_OK);
        assert_same(plain, half);
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
        struct cms *whole = created(CMS_EPS, CMS_DELTA);
        struct cms *part = created(CMS_EPS, CMS_DELTA);
        for (uint32_t i = 0; i < 200; i++) {
            if (i == first) {
                struct cms *read = copied(part);
                cms_free(part);
                part = read;
            }
            add(whole, i % 90, i);
            add(part, i % 90, i);
        }
        assert_same(whole, part);
        cms_free(whole);
        cms_free(part);
    }
}

static void small_streams_have_small_images(void **state)
{
    (void)state;
    struct cms *sketch = created(CMS_EPS, CMS_DELTA);
    add(sketch, 0, 1);
    struct image image = image_of(sketch);
    assert_true(image.size < 40);
    free(image.bytes);
    for (uint64_t i = 1; i < 1000; i++) {
        add(sketch, i, 1);
    }
    image = image_of(sketch);
    assert_true(image.size <= 6144);
    free(image.bytes);
    for (uint64_t i = 0; i < 1000; i++) {
        add(sketch, i, 9999);
    }
    image = image_of(sketch); /* 10^7 rows of 10^3 values */
    assert_true(image.size <= 12 * 1024);
    free(image.bytes);
    cms_free(sketch);
}

static void what_was_added_can_be_taken_back(void **state)
{
    (void)state;
    struct cms *sketch = created(.01, .01);
    struct cms *empty = created(.01, .01);
    enum { FRAME = 100 };
    for (uint64_t i = 0; i < 3000; i++) { /* a sliding window */
        add(sketch, i * i % 371, 1 + i % 400);
        if (i >= FRAME) {
            uint64_t old = i - FRAME;
            assert_int_equal(
                cms_remove(sketch, hash_u64(old * old % 371), 1 + old % 400),
                SKETCH_OK);
        }
        if (i % 500 == 99) {
            struct cms *fresh = created(.01, .01);
            for (uint64_t j = i < FRAME ? 0 : i - FRAME + 1; j <= i; j++) {
                add(fresh, j * j % 371, 1 + j % 400);
            }
            assert_same(fresh, sketch);
            cms_free(fresh);
        }
    }
    for (uint64_t i = 2900; i < 3000; i++) {
        assert_int_equal(cms_remove(sketch, hash_u64(i * i % 371), 1 + i % 400),
                         SKETCH_OK);
    }
    assert_same(sketch, empty);
    cms_free(sketch);
    cms_free(empty);
}

static void what_was_never_there_cannot_be_taken_back(void **state)
{
    (void)state;
    for (uint64_t many = 3; many < 3000; many *= 10) {
        struct cms *sketch = created(CMS_EPS, CMS_DELTA);
        struct cms *other = created(CMS_EPS, CMS_DELTA);
        for (uint64_t i = 0; i < many; i++) {
            add(sketch, i, 5);
        }
        struct cms *before = copied(sketch);
        assert_int_equal(cms_remove(sketch, hash_u64(0), 5 * many + 1), SKETCH_RANGE);
        assert_int_equal(cms_remove(sketch, hash_u64(999999), 1), SKETCH_RANGE);
        assert_int_equal(cms_remove(sketch, hash_u64(1), UINT64_MAX), SKETCH_RANGE);
        assert_same(sketch, before);
        add(other, 1, 1);
        add(other, 999999, 1);
        assert_int_equal(cms_subtract(sketch, other), SKETCH_RANGE);
        add(other, 2, 5 * many);
        assert_int_equal(cms_subtract(sketch, other), SKETCH_RANGE);
        assert_same(sketch, before);
        struct cms *empty = created(.2, .2);
        assert_int_equal(cms_subtract(empty, other), SKETCH_RANGE);
        assert_int_equal(cms_subtract(sketch, empty), SKETCH_OK);
        assert_same(sketch, before);
        cms_free(sketch);
        cms_free(other);
        cms_free(before);
        cms_free(empty);
    }
}

static double seconds(void) { return (double)clock() / CLOCKS_PER_SEC; }

/* A copy that has cells. */
static struct cms *dense_copy(const struct cms *sketch)
{
    struct cms *copy = copied(sketch);
    assert_int_equal(cms_widen(copy, 1), SKETCH_OK);
    return copy;
}

/* Items that repeat, seldom and often, at every length of the list. */
static void notes_answer_as_cells_do(void **state)
{
    (void)state;
    static const uint64_t keys[] = {1, 3, 40, 5000};
    seed_state = 5;
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        struct cms *sketch = created(.0003, .01);
        for (int i = 0; !sketch->cells; i++) {
            if (i % 7 == 0 || i < 40) {
                struct cms *dense = dense_copy(sketch);
                for (int j = 0; j < 50; j++) {
                    uint64_t key = draw(2 * keys[k]);
                    uint32_t at = (uint32_t)draw(cms_cells(sketch));
                    assert_true(estimate(sketch, key) == estimate(dense, key));
                    assert_true(cms_get(sketch, at) == cms_get(dense, at));
                }
                cms_free(dense);
            }
            add(sketch, draw(keys[k]), 1 + draw(3));
        }
        cms_free(sketch);
    }
}

/* A question walked all notes for each row: 14 s for these. */
static void a_long_list_is_asked_in_no_time(void **state)
{
    (void)state;
    enum { ITEMS = 60000, QUESTIONS = 30000 };
    struct cms *sketch = created(1e-6, .05);
    for (uint64_t i = 0; i < ITEMS; i++) {
        add(sketch, i, 1);
    }
    assert_null(sketch->cells);
    struct cms *stored = copied(sketch);
    double start = seconds();
    for (uint64_t i = 0; i < QUESTIONS; i++) {
        assert_true(estimate(sketch, 2 * i) >= (2 * i < ITEMS));
        assert_true(estimate(stored, 2 * i) >= (2 * i < ITEMS));
    }
    assert_true(seconds() - start < 2);
    cms_free(sketch);
    cms_free(stored);
}

/* Adds `count` of the same random items, of this weight or half of it, to two
 * sketches. */
static void add_random(struct cms *a, struct cms *b, int count, uint64_t keys,
                       uint64_t weight)
{
    for (int i = 0; i < count; i++) {
        uint64_t key = draw(keys);
        uint64_t half = weight >> draw(2);
        add(a, key, half);
        add(b, key, half);
    }
}

/* Listing and dense, in all four pairs, and the cells of any width.  An item that was
 * noted twice, 40,000 each, was 14,464 of 80,000 in cells of one byte. */
static void a_merge_of_live_sketches_is_the_sketch_of_the_stream(void **state)
{
    (void)state;
    static const int counts[] = {1, 2, 30, 85, 200, 3000};
    static const uint64_t weights[] = {2, 256, 40000, 1 << 20};
    enum { COUNTS = 6, WEIGHTS = 4, KEYS = 3 };
    seed_state = 77;
    for (int round = 0; round < COUNTS * COUNTS * WEIGHTS * WEIGHTS * KEYS; round++) {
        int of_counts = round % (COUNTS * COUNTS);
        int of_weights = round / (COUNTS * COUNTS) % (WEIGHTS * WEIGHTS);
        uint64_t keys = UINT64_C(1) << 6 * (round % KEYS);
        struct cms *a = created(.001, .01);
        struct cms *b = created(.001, .01);
        struct cms *all = created(.001, .01);
        add_random(a, all, counts[of_counts % COUNTS], keys,
                   weights[of_weights % WEIGHTS]);
        add_random(b, all, counts[of_counts / COUNTS], keys,
                   weights[of_weights / WEIGHTS]);
        struct cms *before = copied(b);
        assert_int_equal(cms_merge(a, b), SKETCH_OK);
        assert_same(a, all);
        assert_same(b, before);
        assert_int_equal(cms_subtract(a, b), SKETCH_OK);
        assert_int_equal(cms_merge(a, before), SKETCH_OK);
        assert_same(a, all);
        cms_free(a);
        cms_free(b);
        cms_free(all);
        cms_free(before);
    }
}

static void other_shapes_do_not_mix(void **state)
{
    (void)state;
    struct cms *sketch = created(.01, .01);
    add(sketch, 1, 1);
    const double others[][2] = {{.02, .01}, {.01, .02}, {.0100000001, .01}};
    for (size_t i = 0; i < 3; i++) {
        struct cms *other = created(others[i][0], others[i][1]);
        double inner = -1;
        assert_int_equal(cms_merge(sketch, other), SKETCH_OK); /* being empty */
        assert_int_equal(cms_inner(sketch, other, &inner), SKETCH_OK);
        assert_true(inner == 0);
        add(other, 1, 1);
        assert_int_equal(cms_merge(sketch, other), SKETCH_MISMATCH);
        assert_int_equal(cms_subtract(sketch, other), SKETCH_MISMATCH);
        assert_int_equal(cms_inner(sketch, other, &inner), SKETCH_MISMATCH);
        assert_true(cms_total(sketch) == 1 && cms_total(other) == 1);
        struct cms *empty = created(.3, .3);
        assert_int_equal(cms_merge(empty, other), SKETCH_OK);
        assert_same(empty, other);
        cms_free(empty);
        cms_free(other);
    }
    cms_free(sketch);
}

static void inner_products_are_never_below_and_seldom_far_above(void **state)
{
    (void)state;
    static struct stream a;
    static struct stream b;
    uint32_t beyond = 0;
    for (uint32_t run = 0; run < 40; run++) {
        uint32_t keys = run < 20 ? 20 : 2000;
        struct cms *left = created(.01, .05);
        struct cms *right = created(.01, .05);
        make_stream(&a, keys, 1000, 1);
        make_stream(&b, keys, 100, 0);
        feed(left, &a, run * MOST_KEYS);
        feed(right, &b, run * MOST_KEYS);
        double truth = 0;
        for (uint32_t i = 0; i < keys; i++) {
            truth += (double)a.truth[i] * (double)b.truth[i];
        }
        double inner;
        double swapped;
        assert_int_equal(cms_inner(left, right, &inner), SKETCH_OK);
        assert_int_equal(cms_inner(right, left, &swapped), SKETCH_OK);
        assert_true(inner == swapped && inner >= truth);
        beyond +=
            inner - truth > .01 * (double)cms_total(left) * (double)cms_total(right);
        cms_free(left);
        cms_free(right);
    }
    assert_true(beyond <= 2); /* a share of 0.05 */
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
    enum sketch_status status = read_image(&sketch, bytes, (size_t)(end - bytes));
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
        cmocka_unit_test(the_shape_follows_from_eps_and_delta),
        cmocka_unit_test(shapes_out_of_range_are_refused),
        cmocka_unit_test(an_empty_sketch_has_seen_nothing),
        cmocka_unit_test(estimates_are_never_below_and_seldom_far_above),
        cmocka_unit_test(small_deltas_are_kept_too),
        cmocka_unit_test(cells_widen_and_forget_nothing),
        cmocka_unit_test(totals_end_at_the_largest_integer),
        cmocka_unit_test(there_is_one_image_for_each_content),
        cmocka_unit_test(a_sketch_that_was_read_goes_on),
        cmocka_unit_test(small_streams_have_small_images),
        cmocka_unit_test(what_was_added_can_be_taken_back),
        cmocka_unit_test(what_was_never_there_cannot_be_taken_back),
        cmocka_unit_test(notes_answer_as_cells_do),
        cmocka_unit_test(a_long_list_is_asked_in_no_time),
        cmocka_unit_test(a_merge_of_live_sketches_is_the_sketch_of_the_stream),
        cmocka_unit_test(other_shapes_do_not_mix),
        cmocka_unit_test(inner_products_are_never_below_and_seldom_far_above),
        cmocka_unit_test(only_what_the_writer_writes_is_read),
        cmocka_unit_test(gaps_beyond_the_last_cell_are_refused),
    };
    return cmocka_run_group_tests_name("cms", tests, NULL, NULL);
}
