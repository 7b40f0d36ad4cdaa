/* Profiles: their figures are those of their parts; what is cut, what is owed, what
 * they take, and bytes that must be refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "item_image.h"
#include "profile_private.h"
#include "ration.h"

static struct profile *created(void)
{
    struct profile *sketch;
    assert_int_equal(profile_create(&sketch, &sketch_libc_memory), SKETCH_OK);
    return sketch;
}

static void add(struct profile *sketch, struct item item)
{
    assert_int_equal(profile_add(sketch, item), SKETCH_OK);
}

static struct profile_figures asked(const struct profile *sketch)
{
    struct profile_figures figures;
    assert_int_equal(profile_ask(sketch, &figures), SKETCH_OK);
    return figures;
}

static struct item text(const char *bytes)
{
    return item_text(bytes, (uint32_t)strlen(bytes));
}

/* Figures */

static void an_empty_profile_knows_nothing(void **state)
{
    (void)state;
    struct profile *sketch = created();
    struct profile_figures figures = asked(sketch);
    assert_int_equal(figures.rows, 0);
    assert_int_equal(figures.numbers, 0);
    assert_int_equal(figures.top_count, 0);
    assert_int_equal(figures.bin_count, 0);
    assert_null(figures.sample);
    assert_true(figures.distinct == 0 && figures.distinct_upper == 0);
    profile_free(sketch);
}

static void nulls_are_rows_and_nothing_else(void **state)
{
    (void)state;
    struct profile *sketch = created();
    for (int i = 0; i < 5; i++) {
        assert_int_equal(profile_add_null(sketch), SKETCH_OK);
    }
    struct profile_figures figures = asked(sketch);
    assert_int_equal(figures.rows, 5);
    assert_int_equal(figures.nulls, 5);
    assert_null(figures.sample);
    for (int part = 0; part < PROFILE_PARTS; part++) {
        assert_null(sketch->parts[part]);
    }
    profile_free(sketch);
}

static void every_storage_class_is_counted_and_in_order(void **state)
{
    (void)state;
    struct profile *sketch = created();
    const struct item items[] = {text("b"),        item_integer(3),   item_real(2.0),
                                 item_blob("", 0), item_real(-0.25),  text(""),
                                 item_integer(3),  item_blob("a", 1), text("word")};
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        add(sketch, items[i]);
    }
    struct profile_figures figures = asked(sketch);
    assert_int_equal(figures.rows, 9);
    assert_int_equal(figures.integers, 2);
    assert_int_equal(figures.reals, 2);
    assert_int_equal(figures.texts, 3);
    assert_int_equal(figures.blobs, 2);
    assert_true(item_equal(figures.least.item, item_real(-0.25)));
    assert_true(item_equal(figures.most.item, item_blob("a", 1)));
    assert_int_equal(figures.shortest, 0);
    assert_int_equal(figures.longest, 4);
    assert_true(figures.mean_length == 6.0 / 5);
    assert_int_equal(figures.numbers, 4);
    assert_true(figures.mean == 7.75 / 4);
    /* To HyperLogLog a text and a BLOB of the same bytes, here none, are one. */
    assert_int_equal((int)(figures.distinct + 0.5), 7);
    profile_figures_release(&figures);
    profile_free(sketch);
}

static void extremes_are_those_of_sql_whatever_the_order(void **state)
{
    (void)state;
    const struct item items[] = {item_real(-HUGE_VAL),
                                 item_integer(INT64_MIN),
                                 item_real(-0.5),
                                 item_integer(0),
                                 item_real(0.5),
                                 item_integer(INT64_MAX),
                                 item_real(1e300),
                                 text(""),
                                 text("a"),
                                 text("aa"),
                                 item_blob("", 0),
                                 item_blob("\xff", 1)};
    enum { ITEMS = sizeof items / sizeof *items };
    for (size_t first = 0; first < ITEMS; first++) {
        for (size_t last = first; last < ITEMS; last++) {
            struct profile *up = created();
            struct profile *down = created();
            for (size_t i = first; i <= last; i++) {
                add(up, items[i]);
                add(down, items[first + last - i]);
            }
            const struct profile *both[] = {up, down};
            for (size_t i = 0; i < 2; i++) {
                struct profile_figures figures = asked(both[i]);
                assert_true(item_equal(figures.least.item, items[first]));
                assert_true(item_equal(figures.most.item, items[last]));
                profile_figures_release(&figures);
            }
            profile_free(up);
            profile_free(down);
        }
    }
}

static void infinities_are_no_numbers_for_quantiles(void **state)
{
    (void)state;
    struct profile *sketch = created();
    add(sketch, item_real(HUGE_VAL));
    struct profile_figures figures = asked(sketch);
    assert_int_equal(figures.reals, 1);
    assert_int_equal(figures.numbers, 0);
    assert_int_equal(figures.bin_count, 0);
    profile_figures_release(&figures);
    add(sketch, item_integer(4));
    add(sketch, item_real(-HUGE_VAL));
    figures = asked(sketch);
    assert_int_equal(figures.numbers, 1);
    assert_true(figures.mean == 4 && figures.deviation == 0);
    assert_int_equal(figures.bin_count, 1);
    assert_int_equal(figures.bins[0], 1);
    assert_int_equal((int)(figures.distinct + 0.5), 3);
    profile_figures_release(&figures);
    profile_free(sketch);
}

/* Each part alone, fed with what the profile gets. */
struct alone {
    struct hll *distinct;
    struct topk *frequent;
    struct reservoir *some;
    struct tdigest *numbers;
};

static struct alone alone_created(void)
{
    const struct sketch_memory *memory = &sketch_libc_memory;
    struct alone alone;
    assert_int_equal(hll_create(&alone.distinct, 12, memory), SKETCH_OK);
    assert_int_equal(topk_create(&alone.frequent, 10, 42, memory), SKETCH_OK);
    assert_int_equal(reservoir_create(&alone.some, 10, 0, memory), SKETCH_OK);
    assert_int_equal(tdigest_create(&alone.numbers, 200, memory), SKETCH_OK);
    return alone;
}

static void alone_add(struct alone *alone, struct item item)
{
    assert_int_equal(hll_add(alone->distinct, item_bytes_hash(item)), SKETCH_OK);
    assert_int_equal(topk_add(alone->frequent, item, 1), SKETCH_OK);
    assert_int_equal(reservoir_add(alone->some, item), SKETCH_OK);
    if (item_is_number(item)) {
        double value = item.kind == ITEM_INTEGER ? (double)item_as_integer(item)
                                                 : item_as_real(item);
        assert_int_equal(tdigest_add(alone->numbers, value), SKETCH_OK);
    }
}

static void alone_free(struct alone *alone)
{
    hll_free(alone->distinct);
    topk_free(alone->frequent);
    reservoir_free(alone->some);
    tdigest_free(alone->numbers);
}

static void expect_same_top(const struct profile_figures *figures,
                            const struct topk *frequent)
{
    struct topk_row *rows;
    size_t count;
    assert_int_equal(topk_rank(frequent, PROFILE_TOP, &rows, &count), SKETCH_OK);
    assert_int_equal(figures->top_count, count);
    for (size_t i = 0; i < count; i++) {
        assert_true(item_equal(figures->top[i].item, rows[i].item));
        assert_int_equal(figures->top[i].count, rows[i].count);
        assert_int_equal(figures->top[i].error, rows[i].error);
    }
    free(rows);
}

static void expect_figures_of(const struct profile *sketch, const struct alone *alone)
{
    struct profile_figures figures = asked(sketch);
    double quantiles[PROFILE_QUANTILES];
    double lower;
    double upper;
    assert_true(figures.distinct == hll_estimate(alone->distinct));
    assert_int_equal(hll_bounds(alone->distinct, 2, &lower, &upper), SKETCH_OK);
    assert_true(figures.distinct_lower == lower && figures.distinct_upper == upper);
    expect_same_top(&figures, alone->frequent);
    for (uint32_t i = 0; i < PROFILE_SAMPLE; i++) {
        assert_true(item_equal(reservoir_item(figures.sample, i),
                               reservoir_item(alone->some, i)));
    }
    assert_int_equal(figures.numbers, tdigest_weight(alone->numbers));
    assert_true(figures.mean == tdigest_mean(alone->numbers));
    assert_int_equal(
        tdigest_quantiles(alone->numbers, profile_shares, PROFILE_QUANTILES, quantiles),
        SKETCH_OK);
    assert_memory_equal(figures.quantiles, quantiles, sizeof quantiles);
    profile_figures_release(&figures);
}

/* Words of up to 100 bytes, and numbers, most of them rare. */
static void figures_are_those_of_the_families_alone(void **state)
{
    (void)state;
    struct profile *sketch = created();
    struct alone alone = alone_created();
    struct random random = {7};
    for (int i = 0; i < 50000; i++) {
        char bytes[128];
        uint64_t rank = random_below(&random, 1 + random_below(&random, 5000));
        int size = snprintf(bytes, sizeof bytes, "%d%.*s", (int)rank, (int)(rank % 97),
                            "............................................."
                            ".............................................");
        struct item item = rank % 3 == 0   ? item_integer((int64_t)rank - 1000)
                           : rank % 3 == 1 ? item_real((double)rank / 8)
                                           : item_text(bytes, (uint32_t)size);
        add(sketch, item);
        alone_add(&alone, item);
    }
    expect_figures_of(sketch, &alone);
    alone_free(&alone);
    profile_free(sketch);
}

static void the_deviation_is_that_of_the_numbers(void **state)
{
    (void)state;
    static const double sizes[] = {1, 1e-200, 1e200};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        struct profile *sketch = created();
        struct random random = {11};
        double sum = 0;
        double squares = 0;
        enum { NUMBERS = 100000 };
        for (int i = 0; i < NUMBERS; i++) {
            double x = random_exponential(&random);
            sum += x;
            squares += x * x;
            add(sketch, item_real(x * sizes[k]));
        }
        double truth = sqrt((squares - sum * sum / NUMBERS) / (NUMBERS - 1));
        struct profile_figures figures = asked(sketch);
        assert_true(figures.deviation / sizes[k] <= truth);
        assert_true(figures.deviation / sizes[k] > 0.998 * truth);
        profile_figures_release(&figures);
        profile_free(sketch);
    }
}

/* As times in microseconds do: what they are summed up to has no room for differences.
 */
static void large_numbers_may_lie_close_together(void **state)
{
    (void)state;
    static const double origins[] = {1e15, -1e15, 0x1p52};
    for (size_t k = 0; k < sizeof origins / sizeof *origins; k++) {
        struct profile *sketch = created();
        for (int i = 0; i < 21000; i++) {
            add(sketch, item_real(origins[k] + i % 7));
        }
        struct profile_figures figures = asked(sketch);
        assert_true(figures.mean == origins[k] + 3);
        assert_true(fabs(figures.deviation - 2) < 1e-4);
        profile_figures_release(&figures);
        profile_free(sketch);
    }
}

/* Values that are cut */

static void long_texts_are_cut_between_characters(void **state)
{
    (void)state;
    for (uint32_t ahead = 118; ahead < 128; ahead++) {
        char bytes[200];
        memset(bytes, 'x', ahead);
        memset(bytes + ahead, 0, sizeof bytes - ahead);
        memcpy(bytes + ahead, "\xf0\x9f\x98\x80", 4); /* a character of four bytes */
        memset(bytes + ahead + 4, 'y', 40);
        struct profile *sketch = created();
        add(sketch, text(bytes));
        struct profile_figures figures = asked(sketch);
        /* Whole characters before byte 124, and then the dots. */
        uint32_t kept = ahead <= 120 ? 124 : ahead < 124 ? ahead : 124;
        const struct item shown[] = {figures.least.item, figures.most.item,
                                     figures.top[0].item,
                                     reservoir_item(figures.sample, 0)};
        for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
            assert_int_equal(shown[i].size, kept + 3);
            assert_memory_equal(shown[i].as.bytes, bytes, kept);
            assert_memory_equal(shown[i].as.bytes + kept, "\xe2\x80\xa6", 3);
        }
        assert_int_equal(figures.longest, ahead + 44);
        profile_figures_release(&figures);
        profile_free(sketch);
    }
}

static void what_is_shorter_is_whole(void **state)
{
    (void)state;
    static char bytes[PROFILE_MOST_BYTES + 1];
    memset(bytes, 'x', sizeof bytes);
    for (uint32_t size = PROFILE_MOST_BYTES - 1; size <= PROFILE_MOST_BYTES + 1;
         size++) {
        struct profile *sketch = created();
        add(sketch, item_text(bytes, size));
        add(sketch, item_blob(bytes, size));
        struct profile_figures figures = asked(sketch);
        bool is_whole = size < PROFILE_MOST_BYTES;
        assert_int_equal(item_equal(figures.least.item, item_text(bytes, size)),
                         is_whole);
        assert_int_equal(figures.most.item.size,
                         is_whole ? size : (uint32_t)PROFILE_MOST_BYTES);
        profile_figures_release(&figures);
        profile_free(sketch);
    }
}

static void long_texts_differ_although_they_are_shown_alike(void **state)
{
    (void)state;
    struct profile *sketch = created();
    for (int i = 0; i < 200; i++) {
        char bytes[300];
        int size = snprintf(bytes, sizeof bytes, "%0200d%d", 7, i);
        add(sketch, item_text(bytes, (uint32_t)size));
    }
    struct profile_figures figures = asked(sketch);
    assert_int_equal((int)(figures.distinct + 0.5), 200);
    assert_int_equal(figures.top_count, 1);
    assert_int_equal(figures.top[0].count, 200);
    profile_figures_release(&figures);
    profile_free(sketch);
}

/* What the cut leaves out of one is not less than what is behind the other. */
static void extremes_are_compared_before_they_are_shown(void **state)
{
    (void)state;
    char longer[200];
    char shorter[126];
    memset(longer, 'x', sizeof longer);
    memset(shorter, 'x', sizeof shorter);
    longer[124] = 'a';
    shorter[124] = 'b';
    struct profile *sketch = created();
    add(sketch, item_text(shorter, 125));
    add(sketch, item_text(longer, sizeof longer));
    struct profile_figures figures = asked(sketch);
    assert_true(item_equal(figures.most.item, item_text(shorter, 125)));
    assert_int_equal(figures.least.item.size, 127);
    profile_figures_release(&figures);
    profile_free(sketch);
}

/* Memory */

/* What is in use, and was at most. */
struct meter {
    size_t now;
    size_t most;
};

static void *meter_resize(void *ctx, void *block, size_t size)
{
    struct meter *meter = ctx;
    size_t *head = block ? (size_t *)block - 2 : NULL;
    meter->now -= head ? head[0] : 0;
    if (size == 0) {
        free(head);
        return NULL;
    }
    head = realloc(head, size + 2 * sizeof *head);
    assert_non_null(head);
    head[0] = size;
    meter->now += size;
    meter->most = meter->now > meter->most ? meter->now : meter->most;
    return head + 2;
}

static void it_takes_no_more_than_the_header_says(void **state)
{
    (void)state;
    struct meter meter = {0, 0};
    const struct sketch_memory memory = {meter_resize, &meter};
    static char bytes[100000];
    struct profile *sketch;
    assert_int_equal(profile_create(&sketch, &memory), SKETCH_OK);
    assert_true(meter.most <= 700);
    add(sketch, item_integer(5));
    add(sketch, text("five"));
    print_message("%zu bytes with two values\n", meter.most);
    assert_true(meter.most <= 3 << 10);
    for (int i = 0; i < 60000; i++) {
        memset(bytes, ' ', sizeof bytes);
        (void)snprintf(bytes, sizeof bytes, "%d", i);
        add(sketch, i % 20 == 0  ? item_blob(bytes, sizeof bytes)
                    : i % 2 == 0 ? item_text(bytes, 200)
                                 : item_real(i / 8.0));
    }
    struct profile_figures figures = asked(sketch);
    profile_figures_release(&figures);
    print_message("%zu bytes at most\n", meter.most);
    assert_true(meter.most <= 200 << 10);
    profile_free(sketch);
    assert_int_equal(meter.now, 0);
}

static void a_row_that_memory_was_refused_for_is_counted_later(void **state)
{
    (void)state;
    struct ration ration = {.grants = RATION_UNLIMITED};
    struct sketch_memory memory = ration_memory(&ration);
    struct profile *sketch;
    assert_int_equal(profile_create(&sketch, &memory), SKETCH_OK);
    ration.grants = 1; /* one part begins, and the others cannot */
    add(sketch, text("a text that does not lie near"));
    assert_true(sketch->owed != 0);
    assert_int_equal(profile_add(sketch, item_integer(1)), SKETCH_NOMEM);
    struct profile_figures figures;
    assert_int_equal(profile_ask(sketch, &figures), SKETCH_NOMEM);
    uint8_t *bytes;
    size_t size;
    assert_int_equal(profile_serialise(sketch, &bytes, &size), SKETCH_NOMEM);
    assert_int_equal(profile_rows(sketch), 1);
    assert_int_equal(profile_add_null(sketch), SKETCH_OK);
    ration.grants = RATION_UNLIMITED;
    figures = asked(sketch);
    assert_int_equal(sketch->owed, 0);
    assert_int_equal(figures.rows, 2);
    assert_int_equal(figures.top_count, 1);
    assert_int_equal(figures.top[0].count, 1);
    assert_int_equal(reservoir_count(figures.sample), 1);
    profile_figures_release(&figures);
    profile_free(sketch);
    assert_int_equal(ration.blocks, 0);
}

/* Bytes */

enum { FORGED_MOST = 1 << 14 };

/* An image of one integer, 5, two equal texts and a NULL, to be changed. */
struct forgery {
    uint8_t version;
    uint64_t counts[6]; /* NULLs, then by item_kind */
    uint64_t sizes[3];
    struct item least;
    struct item most;
    struct alone parts;
    bool lacks[PROFILE_PARTS];
};

static struct forgery sound(void)
{
    struct forgery f = {.version = 1,
                        .counts = {1, 1, 0, 0, 2, 0},
                        .sizes = {4, 4, 8},
                        .least = item_integer(5),
                        .most = text("word"),
                        .parts = alone_created()};
    alone_add(&f.parts, item_integer(5));
    alone_add(&f.parts, text("word"));
    alone_add(&f.parts, text("word"));
    return f;
}

static uint8_t *put_part(uint8_t *p, const struct sketch_ops *ops, const void *part)
{
    uint8_t *bytes;
    size_t size;
    assert_int_equal(ops->serialise(part, &bytes, &size), SKETCH_OK);
    p = put_bytes(put_varint(p, size), bytes, size);
    free(bytes);
    return p;
}

static size_t forge(const struct forgery *f, uint8_t bytes[FORGED_MOST])
{
    const void *parts[] = {f->parts.distinct, f->parts.frequent, f->parts.some,
                           f->parts.numbers};
    uint8_t *p = put_u8(put_tag(bytes, "PROF"), f->version);
    for (size_t i = 0; i < 6; i++) {
        p = put_varint(p, f->counts[i]);
    }
    for (size_t i = 0; i < 3 && f->counts[4] + f->counts[5] > 0; i++) {
        p = put_varint(p, f->sizes[i]);
    }
    p = put_item(put_item(p, f->least), f->most);
    for (int part = 0; part < PROFILE_PARTS; part++) {
        p = f->lacks[part] ? put_varint(p, 0)
                           : put_part(p, profile_part_ops[part], parts[part]);
    }
    return (size_t)(p - bytes);
}

/* Reads the forgery, whose parts go. */
static enum sketch_status read_forged(struct forgery *f, struct profile **sketch)
{
    static uint8_t bytes[FORGED_MOST];
    size_t size = forge(f, bytes);
    alone_free(&f->parts);
    return profile_deserialise(sketch, bytes, size, &sketch_libc_memory);
}

static void expect_refused(struct forgery f)
{
    struct profile *sketch;
    assert_int_equal(read_forged(&f, &sketch), SKETCH_CORRUPT);
    assert_null(sketch);
}

static void the_forged_image_is_that_of_a_profile(void **state)
{
    (void)state;
    uint8_t bytes[FORGED_MOST];
    struct forgery f = sound();
    size_t forged = forge(&f, bytes);
    alone_free(&f.parts);
    struct profile *sketch = created();
    uint8_t *image;
    size_t size;
    add(sketch, item_integer(5));
    add(sketch, text("word"));
    assert_int_equal(profile_add_null(sketch), SKETCH_OK);
    add(sketch, text("word"));
    assert_int_equal(profile_serialise(sketch, &image, &size), SKETCH_OK);
    assert_int_equal(size, forged);
    assert_memory_equal(image, bytes, size);
    free(image);
    profile_free(sketch);
}

static void counts_have_to_agree_with_the_parts(void **state)
{
    (void)state;
    for (size_t i = 1; i < 6; i++) { /* NULLs are in no part */
        struct forgery f = sound();
        f.counts[i]++;
        expect_refused(f);
    }
    struct forgery f = sound();
    f.counts[1]--; /* as many values, but no number */
    f.counts[4]++;
    f.sizes[2] = 12;
    expect_refused(f);
    f = sound();
    f.counts[0] = SKETCH_MAX_TOTAL - 2;
    expect_refused(f);
    f = sound();
    f.counts[4] = UINT64_MAX; /* all of them together wrap around to a sum that fits */
    f.counts[1] = 4;
    expect_refused(f);
    f = sound();
    f.version = 2;
    expect_refused(f);
    for (int part = 0; part < PROFILE_PARTS; part++) {
        f = sound();
        f.lacks[part] = true;
        expect_refused(f);
    }
}

static void sizes_have_to_be_possible(void **state)
{
    (void)state;
    static const uint64_t wrong[][3] = {
        {5, 4, 8}, {4, 4, 9},          {4, 4, 7}, {4, 5, 8},         {3, 4, 5},
        {0, 9, 8}, {1, UINT64_MAX, 8}, {4, 4, 0}, {4, 4, UINT64_MAX}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct forgery f = sound();
        memcpy(f.sizes, wrong[i], sizeof f.sizes);
        expect_refused(f);
    }
    static const uint64_t right[][3] = {{4, 4, 8}, {3, 5, 8}, {0, 8, 8}};
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        struct profile *sketch;
        struct forgery f = sound();
        memcpy(f.sizes, right[i], sizeof f.sizes);
        assert_int_equal(read_forged(&f, &sketch), SKETCH_OK);
        profile_free(sketch);
    }
}

static void extremes_have_to_be_of_their_classes(void **state)
{
    (void)state;
    char bytes[PROFILE_MOST_BYTES + 1];
    memset(bytes, 'x', sizeof bytes);
    const struct item pairs[][2] = {
        {text("word"), text("word")},         /* there is a number */
        {item_integer(5), item_integer(6)},   /* there are texts */
        {item_real(5.0), text("word")},       /* there are no REALs */
        {item_integer(5), item_blob("w", 1)}, /* nor BLOBs */
        {item_integer(5), item_text(bytes, PROFILE_MOST_BYTES + 1)},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct forgery f = sound();
        f.least = pairs[i][0];
        f.most = pairs[i][1];
        expect_refused(f);
    }
    struct forgery f = sound(); /* only texts, the smallest behind the largest */
    tdigest_free(f.parts.numbers);
    assert_int_equal(tdigest_create(&f.parts.numbers, 200, &sketch_libc_memory),
                     SKETCH_OK);
    f.counts[1] = 0;
    f.counts[4] = 3;
    f.sizes[2] = 12;
    f.lacks[PROFILE_NUMBERS] = true;
    f.least = text("word");
    f.most = text("wall");
    expect_refused(f);
}

static void parts_have_to_be_of_the_profile_s_size(void **state)
{
    (void)state;
    const struct sketch_memory *memory = &sketch_libc_memory;
    for (int part = 0; part < PROFILE_PARTS; part++) {
        struct forgery f = sound();
        alone_free(&f.parts);
        bool is[PROFILE_PARTS] = {false};
        is[part] = true;
        assert_int_equal(
            hll_create(&f.parts.distinct, is[PROFILE_DISTINCT] ? 13 : 12, memory),
            SKETCH_OK);
        assert_int_equal(
            topk_create(&f.parts.frequent, 10, is[PROFILE_FREQUENT] ? 43 : 42, memory),
            SKETCH_OK);
        assert_int_equal(
            reservoir_create(&f.parts.some, is[PROFILE_SOME] ? 11 : 10, 0, memory),
            SKETCH_OK);
        assert_int_equal(
            tdigest_create(&f.parts.numbers, is[PROFILE_NUMBERS] ? 201 : 200, memory),
            SKETCH_OK);
        alone_add(&f.parts, item_integer(5));
        alone_add(&f.parts, text("word"));
        alone_add(&f.parts, text("word"));
        expect_refused(f);
    }
}

static void rows_of_the_sample_have_no_weights(void **state)
{
    (void)state;
    struct profile *sketch;
    struct forgery f = sound();
    reservoir_free(f.parts.some);
    assert_int_equal(reservoir_create(&f.parts.some, 10, 0, &sketch_libc_memory),
                     SKETCH_OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(reservoir_add_weighted(f.parts.some, item_integer(5), 2),
                         SKETCH_OK);
    }
    assert_int_equal(read_forged(&f, &sketch), SKETCH_CORRUPT);
}

/* A text of a size instead of the word, in one part or the other. */
static enum sketch_status read_with_a_text(uint32_t size, bool is_frequent)
{
    const struct sketch_memory *memory = &sketch_libc_memory;
    static char bytes[PROFILE_MOST_BYTES];
    struct profile *sketch;
    struct forgery f = sound();
    struct item item = item_text(bytes, size);
    if (is_frequent) {
        topk_free(f.parts.frequent);
        assert_int_equal(topk_create(&f.parts.frequent, 10, 42, memory), SKETCH_OK);
        assert_int_equal(topk_add(f.parts.frequent, item, 3), SKETCH_OK);
    } else {
        reservoir_free(f.parts.some);
        assert_int_equal(reservoir_create(&f.parts.some, 10, 0, memory), SKETCH_OK);
        for (int i = 0; i < 3; i++) {
            assert_int_equal(reservoir_add(f.parts.some, item), SKETCH_OK);
        }
    }
    enum sketch_status status = read_forged(&f, &sketch);
    profile_free(sketch);
    return status;
}

static void values_that_are_kept_have_to_be_cut(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(read_with_a_text(PROFILE_MOST_BYTES - 1, i), SKETCH_OK);
        assert_int_equal(read_with_a_text(PROFILE_MOST_BYTES, i), SKETCH_CORRUPT);
    }
}

static void totals_do_not_overflow(void **state)
{
    (void)state;
    struct profile *full;
    struct profile *other = created();
    struct forgery f = sound();
    f.counts[0] = SKETCH_MAX_TOTAL - 3; /* NULLs */
    assert_int_equal(read_forged(&f, &full), SKETCH_OK);
    assert_int_equal(profile_add_null(full), SKETCH_OVERFLOW);
    assert_int_equal(profile_add(full, item_integer(1)), SKETCH_OVERFLOW);
    assert_int_equal(profile_rows(full), SKETCH_MAX_TOTAL);
    assert_int_equal(profile_merge(full, other), SKETCH_OK);
    assert_int_equal(profile_add_null(other), SKETCH_OK);
    assert_int_equal(profile_merge(full, other), SKETCH_OVERFLOW);
    assert_int_equal(profile_merge(other, full), SKETCH_OVERFLOW);
    assert_int_equal(profile_rows(full), SKETCH_MAX_TOTAL);
    assert_int_equal(profile_rows(other), 1);
    profile_free(full);
    profile_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_profile_knows_nothing),
        cmocka_unit_test(nulls_are_rows_and_nothing_else),
        cmocka_unit_test(every_storage_class_is_counted_and_in_order),
        cmocka_unit_test(extremes_are_those_of_sql_whatever_the_order),
        cmocka_unit_test(infinities_are_no_numbers_for_quantiles),
        cmocka_unit_test(figures_are_those_of_the_families_alone),
        cmocka_unit_test(the_deviation_is_that_of_the_numbers),
        cmocka_unit_test(large_numbers_may_lie_close_together),
        cmocka_unit_test(long_texts_are_cut_between_characters),
        cmocka_unit_test(what_is_shorter_is_whole),
        cmocka_unit_test(long_texts_differ_although_they_are_shown_alike),
        cmocka_unit_test(extremes_are_compared_before_they_are_shown),
        cmocka_unit_test(it_takes_no_more_than_the_header_says),
        cmocka_unit_test(a_row_that_memory_was_refused_for_is_counted_later),
        cmocka_unit_test(the_forged_image_is_that_of_a_profile),
        cmocka_unit_test(counts_have_to_agree_with_the_parts),
        cmocka_unit_test(sizes_have_to_be_possible),
        cmocka_unit_test(extremes_have_to_be_of_their_classes),
        cmocka_unit_test(parts_have_to_be_of_the_profile_s_size),
        cmocka_unit_test(rows_of_the_sample_have_no_weights),
        cmocka_unit_test(values_that_are_kept_have_to_be_cut),
        cmocka_unit_test(totals_do_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
