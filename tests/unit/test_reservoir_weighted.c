/* Reservoirs with weights: the odds of every sample, in its order, against those of
 * drawing rows one after the other; merging; bytes; edges. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "item_image.h"
#include "reservoir_help.h"
#include "reservoir_private.h"
#include "reservoir_slide.h"
#include "statistics.h"

enum { ROWS = 6, SIZE = 3, SAMPLES = 6 * 6 * 6, RUNS = 150000 };

/* Row i is the integer i.  Some weigh 1, so that these can do without. */
static const double weights[ROWS] = {2, 1, 0.5, 8, 1, 3.25};
static const double four_of_one[ROWS] = {1, 1, 1, 1, 4, 0.5};

static void add_one(struct reservoir *sketch, int64_t row, double weight)
{
    assert_int_equal(reservoir_add_weighted(sketch, item_integer(row), weight),
                     SKETCH_OK);
}

static void add(struct reservoir *sketch, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        add_one(sketch, i, weights[i]);
    }
}

/* ---- the odds ---- */

/* Ways to sample all rows. */
typedef struct reservoir *way_fn(uint64_t seed);

static struct reservoir *in_one_stream(uint64_t seed)
{
    struct reservoir *sketch = reservoir_help_created(SIZE, seed);
    add(sketch, 0, ROWS);
    return sketch;
}

static struct reservoir *through_bytes(uint64_t seed)
{
    struct reservoir *sketch = reservoir_help_created(SIZE, seed);
    for (uint32_t i = 0; i < ROWS; i++) {
        struct reservoir *stored = reservoir_help_copied(sketch);
        reservoir_free(sketch);
        sketch = stored;
        add(sketch, i, i + 1);
    }
    return sketch;
}

/* Each row draws its key, and the smallest of all are the sample: algorithm A-Res. */
static struct reservoir *merged_of_single_rows(uint64_t seed)
{
    struct reservoir *sketch = reservoir_help_created(SIZE, 0);
    for (uint32_t i = 0; i < ROWS; i++) {
        struct reservoir *row = reservoir_help_created(SIZE, ROWS * seed + i);
        add(row, i, i + 1);
        reservoir_help_merge(sketch, row);
        reservoir_free(row);
    }
    return sketch;
}

static struct reservoir *merged_at(uint32_t cut, uint64_t seed, uint64_t other_seed)
{
    struct reservoir *sketch = reservoir_help_created(SIZE, seed);
    struct reservoir *other = reservoir_help_created(SIZE + 2, other_seed);
    add(sketch, 0, cut);
    add(other, cut, ROWS);
    reservoir_help_merge(sketch, other);
    reservoir_free(other);
    return sketch;
}

static struct reservoir *merged(uint64_t seed)
{
    return merged_at(4, 2 * seed, 2 * seed + 1);
}

static struct reservoir *merged_with_the_same_seed(uint64_t seed)
{
    return merged_at(3, seed, seed);
}

static struct reservoir *merged_out_of_bytes_and_gone_on(uint64_t seed)
{
    struct reservoir *sketch = reservoir_help_created(SIZE + 1, 2 * seed);
    struct reservoir *other = reservoir_help_created(SIZE, 2 * seed + 1);
    add(sketch, 0, 2);
    add(other, 2, 4);
    struct reservoir_help_image image = reservoir_help_image_of(other);
    assert_int_equal(reservoir_absorb(sketch, image.bytes, image.size), SKETCH_OK);
    free(image.bytes);
    reservoir_free(other);
    add(sketch, 4, ROWS);
    return sketch;
}

/* What weighs 1 comes first. */
static struct reservoir *beginning_without_weights(uint64_t seed)
{
    struct reservoir *sketch = reservoir_help_created(SIZE, seed);
    const struct item items[] = {item_integer(1), item_integer(4)};
    assert_int_equal(reservoir_add(sketch, items[0]), SKETCH_OK);
    assert_int_equal(reservoir_add(sketch, items[1]), SKETCH_OK);
    assert_false(reservoir_is_weighted(sketch));
    add(sketch, 0, 1);
    assert_true(reservoir_is_weighted(sketch));
    add(sketch, 2, 4);
    add(sketch, 5, ROWS);
    return sketch;
}

static struct reservoir *merged_with_one_without(uint64_t seed)
{
    struct reservoir *sketch = reservoir_help_created(SIZE, 2 * seed);
    struct reservoir *other = reservoir_help_created(SIZE, 2 * seed + 1);
    assert_int_equal(reservoir_add(other, item_integer(1)), SKETCH_OK);
    assert_int_equal(reservoir_add(other, item_integer(4)), SKETCH_OK);
    add(sketch, 2, 4);
    reservoir_help_merge(sketch, other);
    add(sketch, 0, 1);
    add(sketch, 5, ROWS);
    reservoir_free(other);
    return sketch;
}

static struct reservoir *some_rows_without(uint64_t seed)
{
    struct reservoir *sketch = reservoir_help_created(SIZE, seed);
    for (uint32_t i = 0; i < ROWS; i++) {
        if (weights[i] == 1) {
            assert_int_equal(reservoir_add(sketch, item_integer(i)), SKETCH_OK);
        } else {
            add(sketch, i, i + 1);
        }
    }
    return sketch;
}

/* A full sample of the first four, which weigh 1. */
static struct reservoir *full_without(uint64_t seed)
{
    struct reservoir *sketch = reservoir_help_created(SIZE, seed);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(reservoir_add(sketch, item_integer(i)), SKETCH_OK);
    }
    return sketch;
}

static struct reservoir *full_without_and_gone_on(uint64_t seed)
{
    struct reservoir *sketch = full_without(seed);
    add_one(sketch, 4, four_of_one[4]);
    add_one(sketch, 5, four_of_one[5]);
    return sketch;
}

static struct reservoir *merged_with_a_full_one_without(uint64_t seed)
{
    struct reservoir *sketch = reservoir_help_created(SIZE, seed);
    struct reservoir *other = full_without(seed);
    add_one(sketch, 4, four_of_one[4]);
    add_one(sketch, 5, four_of_one[5]);
    reservoir_help_merge(sketch, other);
    reservoir_free(other);
    return sketch;
}

static const struct way {
    way_fn *sample;
    const double *weights;
} ways[] = {
    {in_one_stream, weights},
    {through_bytes, weights},
    {merged_of_single_rows, weights},
    {merged, weights},
    {merged_with_the_same_seed, weights},
    {merged_out_of_bytes_and_gone_on, weights},
    {beginning_without_weights, weights},
    {merged_with_one_without, weights},
    {some_rows_without, weights},
    {full_without_and_gone_on, four_of_one},
    {merged_with_a_full_one_without, four_of_one},
};

/* Each sample in its order is a number with SIZE digits. */
static uint32_t number_of(const uint64_t *rows)
{
    uint32_t number = 0;
    for (uint32_t i = 0; i < SIZE; i++) {
        assert_true(rows[i] < ROWS);
        number = number * ROWS + (uint32_t)rows[i];
    }
    return number;
}

/* The odds of one: each row has its share of what is left; 0 if one comes twice. */
static double odds_of(uint32_t number, const double *of)
{
    static const uint32_t places[SIZE] = {ROWS * ROWS, ROWS, 1};
    double left = 0;
    double odds = 1;
    bool taken[ROWS] = {false};
    for (uint32_t i = 0; i < ROWS; i++) {
        left += of[i];
    }
    for (uint32_t i = 0; i < SIZE; i++) {
        uint32_t row = number / places[i] % ROWS;
        odds *= taken[row] ? 0 : of[row] / left;
        left -= of[row];
        taken[row] = true;
    }
    return odds;
}

/* 120 samples are possible. */
static void assert_odds(const uint32_t *counts, const double *of)
{
    double chi_square = 0;
    uint32_t possible = 0;
    for (uint32_t i = 0; i < SAMPLES; i++) {
        double expected = odds_of(i, of) * RUNS;
        if (expected > 0) {
            chi_square += (counts[i] - expected) * (counts[i] - expected) / expected;
            possible++;
        } else {
            assert_int_equal(counts[i], 0);
        }
    }
    assert_int_equal(possible, ROWS * (ROWS - 1) * (ROWS - 2));
    assert_true(chi_square < chi_square_bound(possible - 1));
}

static uint32_t sampled(struct reservoir *sketch, const double *of)
{
    struct reservoir_row *list;
    size_t count;
    uint64_t rows[SIZE];
    assert_int_equal(reservoir_size(sketch), SIZE);
    assert_int_equal(reservoir_seen(sketch), ROWS);
    assert_int_equal(reservoir_list(sketch, &list, &count), SKETCH_OK);
    assert_int_equal(count, SIZE);
    for (uint32_t i = 0; i < SIZE; i++) {
        rows[i] = list[i].item.as.bits;
        assert_true(list[i].weight == of[rows[i]]);
    }
    free(list);
    reservoir_free(sketch);
    return number_of(rows);
}

static void rows_are_drawn_one_after_the_other(void **state)
{
    (void)state;
    for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
        uint32_t counts[SAMPLES] = {0};
        for (uint64_t seed = 0; seed < RUNS; seed++) {
            counts[sampled(ways[w].sample(seed), ways[w].weights)]++;
        }
        assert_odds(counts, ways[w].weights);
    }
}

/* A window of ROWS of more rows, some of which weigh nothing. */
static void rows_of_a_window_are_drawn_so_too(void **state)
{
    (void)state;
    uint32_t counts[SAMPLES] = {0};
    struct reservoir *sketch = reservoir_help_created(SIZE, 11);
    struct reservoir_slide *slide;
    assert_int_equal(reservoir_slide_create(&slide, sketch, &sketch_libc_memory),
                     SKETCH_OK);
    for (uint32_t i = 0; i < RUNS * (ROWS + 1); i++) {
        uint32_t row = i % (ROWS + 1);
        double weight = row < ROWS ? weights[row] : 0;
        assert_int_equal(reservoir_slide_add_weighted(slide, item_integer(row), weight),
                         SKETCH_OK);
        if (row == ROWS) {
            uint64_t rows[SIZE];
            struct item *items;
            size_t count;
            assert_int_equal(reservoir_slide_sample(slide, &items, &count), SKETCH_OK);
            assert_int_equal(count, SIZE);
            for (uint32_t k = 0; k < SIZE; k++) {
                rows[k] = items[k].as.bits;
            }
            free(items);
            counts[number_of(rows)]++;
        }
        if (i >= ROWS) {
            reservoir_slide_remove(slide);
        }
    }
    assert_odds(counts, weights);
    assert_int_equal(reservoir_slide_add_weighted(slide, item_integer(1), -1),
                     SKETCH_RANGE);
    reservoir_slide_free(slide);
    reservoir_free(sketch);
}

/* A long stream: row i of 10,000 weighs i, and the n = 20 rows drawn are those whose
 * exponential numbers end first.  The first is in the upper half with 3/4. */
static void long_streams_are_jumped_over(void **state)
{
    (void)state;
    uint32_t upper = 0;
    for (uint64_t seed = 0; seed < 400; seed++) {
        struct reservoir *sketch = reservoir_help_created(20, seed);
        struct reservoir_row *list;
        size_t count;
        uint32_t looked_at = 0;
        for (uint32_t i = 1; i <= 10000; i++) {
            if (!reservoir_pass_weighted(sketch, i)) {
                add_one(sketch, i, i);
                looked_at++;
            }
        }
        assert_true(looked_at < 500); /* 20 + 20 * ln(10^8 / 20^2) = 270 or so */
        assert_int_equal(reservoir_list(sketch, &list, &count), SKETCH_OK);
        for (size_t i = 0; i < count; i++) {
            upper += list[i].item.as.bits > 5000;
        }
        free(list);
        reservoir_free(sketch);
    }
    /* Of 8,000, 6,000 with a standard deviation of 39. */
    assert_in_range(upper, 6000 - 156, 6000 + 156);
}

/* ---- merging ---- */

static struct reservoir *part(uint32_t i)
{
    struct reservoir *sketch = reservoir_help_created(4 + i, i);
    for (uint32_t row = 0; row < 2 + 20 * i; row++) {
        add_one(sketch, 100 * i + row, 1 + row % 3);
    }
    return sketch;
}

static void any_order_of_merges_gives_the_same_bytes(void **state)
{
    (void)state;
    static const uint32_t orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                         {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    struct reservoir *nested = part(0);
    struct reservoir *pair = part(1);
    struct reservoir *third = part(2);
    reservoir_help_merge(pair, third);
    reservoir_help_merge(nested, pair);
    assert_int_equal(reservoir_size(nested), 4);
    assert_int_equal(reservoir_seen(nested), 2 + 22 + 42);
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        struct reservoir *total = reservoir_help_created(9, 77);
        for (uint32_t k = 0; k < 3; k++) {
            struct reservoir *one = part(orders[i][k]);
            reservoir_help_merge(total, one);
            reservoir_free(one);
        }
        reservoir_help_assert_same(total, nested);
        reservoir_free(total);
    }
    reservoir_free(nested);
    reservoir_free(pair);
    reservoir_free(third);
}

static void streams_of_one_seed_share_nothing(void **state)
{
    (void)state;
    struct reservoir *a = reservoir_help_created(5, 1);
    struct reservoir *b = reservoir_help_created(5, 1);
    struct reservoir *c = reservoir_help_created(5, 1);
    add_one(a, 1, 1);
    add_one(b, 2, 1);
    add_one(c, 1, 2);
    double keys[] = {a->keys[0].key, b->keys[0].key, 2 * c->keys[0].key};
    assert_true(keys[0] != keys[1] && keys[0] != keys[2] && keys[1] != keys[2]);
    reservoir_free(a);
    reservoir_free(b);
    reservoir_free(c);
}

/* ---- edges ---- */

static void weights_have_a_range(void **state)
{
    (void)state;
    static const double refused[] = {
        -1,      -5e-324, 5e-324,           0x1p-1022,         9e-101,
        1.1e100, 1e308,   (double)INFINITY, -(double)INFINITY, (double)NAN};
    struct reservoir *sketch = reservoir_help_created(2, 1);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_false(reservoir_pass_weighted(sketch, refused[i]));
        assert_int_equal(reservoir_add_weighted(sketch, item_integer(1), refused[i]),
                         SKETCH_RANGE);
    }
    /* What weighs nothing is no row. */
    assert_true(reservoir_pass_weighted(sketch, 0));
    add_one(sketch, 1, 0);
    add_one(sketch, 1, -0.0);
    assert_int_equal(reservoir_seen(sketch), 0);
    assert_false(reservoir_is_weighted(sketch));
    /* Also once the sample is full. */
    for (uint32_t i = 0; i < 50; i++) {
        add_one(sketch, i, 1);
    }
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_false(reservoir_pass_weighted(sketch, refused[i]));
        assert_int_equal(reservoir_add_weighted(sketch, item_integer(1), refused[i]),
                         SKETCH_RANGE);
    }
    add_one(sketch, 1, 0);
    assert_int_equal(reservoir_seen(sketch), 50);
    reservoir_free(sketch);
}

static uint32_t count_sampled(uint64_t seed, double few, double many)
{
    struct reservoir *sketch = reservoir_help_created(1, seed);
    for (uint32_t i = 0; i < 20; i++) {
        add_one(sketch, i, i == 7 ? few : many);
    }
    uint32_t found = item_as_integer(reservoir_item(sketch, 0)) == 7;
    reservoir_free(
        reservoir_help_copied(sketch)); /* keys and weights are within their bounds */
    reservoir_free(sketch);
    return found;
}

static void the_largest_and_the_smallest_weights_keep_the_odds(void **state)
{
    (void)state;
    static const double ends[] = {RESERVOIR_LEAST_WEIGHT, 1, RESERVOIR_MOST_WEIGHT};
    for (size_t i = 0; i < 3; i++) {
        uint32_t found = 0;
        for (uint64_t seed = 0; seed < 4000; seed++) {
            found += count_sampled(seed, ends[i], ends[i]);
        }
        assert_in_range(found, 200 - 56, 200 + 56); /* four standard deviations */
    }
    for (uint64_t seed = 0; seed < 1000; seed++) {
        assert_int_equal(
            count_sampled(seed, RESERVOIR_MOST_WEIGHT, RESERVOIR_LEAST_WEIGHT), 1);
        assert_int_equal(
            count_sampled(seed, RESERVOIR_LEAST_WEIGHT, RESERVOIR_MOST_WEIGHT), 0);
    }
}

/* With n = 2, one of a thousand light rows is drawn after the heavy one, each as
 * likely. */
static void light_rows_are_drawn_after_a_heavy_one(void **state)
{
    (void)state;
    uint32_t lower = 0;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        struct reservoir *sketch = reservoir_help_created(2, seed);
        struct reservoir_row *list;
        size_t count;
        for (uint32_t i = 0; i < 1000; i++) {
            add_one(sketch, i, i == 500 ? 1e100 : 1e-100);
        }
        assert_int_equal(reservoir_list(sketch, &list, &count), SKETCH_OK);
        assert_int_equal(item_as_integer(list[0].item), 500);
        lower += item_as_integer(list[1].item) < 500;
        free(list);
        reservoir_free(sketch);
    }
    assert_in_range(lower, 500 - 64, 500 + 64);
}

static void the_sample_of_a_seed_never_changes(void **state)
{
    (void)state;
    static const int64_t known[5] = {43729, 43644, 40854, 76323, 91035};
    struct reservoir *sketch = reservoir_help_created(5, 42);
    struct reservoir *other = reservoir_help_created(5, 43);
    struct reservoir_row *list;
    size_t count;
    for (uint32_t i = 1; i <= 100000; i++) {
        add_one(sketch, i, i);
        add_one(other, -(int64_t)i, 0.1 * i);
    }
    assert_int_equal(reservoir_list(sketch, &list, &count), SKETCH_OK);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(item_as_integer(list[i].item), known[i]);
    }
    free(list);
    reservoir_help_merge(sketch, other);
    struct reservoir_help_image image = reservoir_help_image_of(sketch);
    struct hash hash = hash_bytes(image.bytes, image.size);
    assert_true(hash.h1 == UINT64_C(0xb9e9de95e9db6b43));
    free(image.bytes);
    reservoir_free(other);
    reservoir_free(sketch);
}

/* ---- bytes ---- */

struct forgery {
    uint64_t size;
    uint64_t seen;
    double left;
    double first;
    double second;
    struct item weight;
};

/* An image of two rows. */
static struct reservoir *forged(struct forgery f)
{
    uint8_t bytes[128];
    uint8_t *p = put_bytes(bytes, "RSVW\1", 5);
    p = put_u64(put_varint(put_varint(p, f.size), f.seen), 0);
    p = f.seen >= f.size ? put_f64(p, f.left) : p;
    p = put_item(put_item(put_f64(p, f.first), item_real(1)), item_integer(7));
    p = put_item(put_item(put_f64(p, f.second), f.weight), item_integer(8));
    struct reservoir *sketch;
    struct reservoir_stored stored;
    size_t size = (size_t)(p - bytes);
    enum sketch_status status =
        reservoir_deserialise(&sketch, bytes, size, &sketch_libc_memory);
    assert_int_equal(status, sketch ? SKETCH_OK : SKETCH_CORRUPT);
    assert_int_equal(reservoir_stored_open(&stored, bytes, size), sketch != NULL);
    return sketch;
}

static void only_what_the_writer_writes_is_read(void **state)
{
    (void)state;
    const double nan = (double)NAN;
    const struct item one = item_real(1);
    const struct forgery good[] = {
        {2, 9, 1, 0.5, 0.75, one},
        {2, 9, 1, 0.5, 0.5, item_real(1e100)},
        {2, 2, 0x1p506, 0x1p-500, 0x1p340, item_real(1e-100)},
        {3, 2, 0, 0.5, 0.75, item_real(0.1)},
    };
    const struct forgery bad[] = {
        {0, 9, 1, 0.5, 0.75, one},
        {1, 9, 1, 0.5, 0.75, one},
        {3, 9, 1, 0.5, 0.75, one},
        {2, 0, 1, 0.5, 0.75, one},
        {2, 1, 1, 0.5, 0.75, one},
        {2, SKETCH_MAX_TOTAL + 1, 1, 0.5, 0.75, one},
        {ITEM_LIST_MAX + 1, 2, 1, 0.5, 0.75, one},
        {2, 9, 0, 0.5, 0.75, one},
        {2, 9, -1, 0.5, 0.75, one},
        {2, 9, 0x1p507, 0.5, 0.75, one},
        {2, 9, nan, 0.5, 0.75, one},
        {2, 9, 1, 0.75, 0.5, one},
        {2, 9, 1, 0x1p-501, 0.5, one},
        {2, 9, 1, 0.5, 0x1p341, one},
        {2, 9, 1, nan, 0.75, one},
        {2, 9, 1, 0.5, nan, one},
        {2, 9, 1, 0.5, 0.75, item_real(0)},
        {2, 9, 1, 0.5, 0.75, item_real(-1)},
        {2, 9, 1, 0.5, 0.75, item_real(9e-101)},
        {2, 9, 1, 0.5, 0.75, item_real(1.1e100)},
        {2, 9, 1, 0.5, 0.75, item_integer(1)},
        {2, 9, 1, 0.5, 0.75, item_text("1", 1)},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct reservoir *sketch = forged(good[i]);
        assert_non_null(sketch);
        add(sketch, 0, ROWS);
        reservoir_free(reservoir_help_copied(sketch));
        reservoir_free(sketch);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_null(forged(bad[i]));
    }
}

static void streams_end_at_the_largest_integer(void **state)
{
    (void)state;
    struct reservoir *sketch =
        forged((struct forgery){2, SKETCH_MAX_TOTAL - 2, 1e50, 1, 2, item_real(1)});
    struct reservoir *other = in_one_stream(1);
    struct reservoir *before = reservoir_help_copied(sketch);
    assert_int_equal(reservoir_merge(sketch, other), SKETCH_OVERFLOW);
    reservoir_help_assert_same(sketch, before);
    add(sketch, 0, 2);
    reservoir_free(before);
    before = reservoir_help_copied(sketch);
    assert_false(reservoir_pass_weighted(sketch, 1));
    assert_int_equal(reservoir_add_weighted(sketch, item_integer(1), 1),
                     SKETCH_OVERFLOW);
    assert_int_equal(reservoir_add(sketch, item_integer(1)), SKETCH_OVERFLOW);
    assert_true(reservoir_seen(sketch) == SKETCH_MAX_TOTAL);
    reservoir_help_assert_same(sketch, before);
    reservoir_free(sketch);
    reservoir_free(before);
    reservoir_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_drawn_one_after_the_other),
        cmocka_unit_test(rows_of_a_window_are_drawn_so_too),
        cmocka_unit_test(long_streams_are_jumped_over),
        cmocka_unit_test(any_order_of_merges_gives_the_same_bytes),
        cmocka_unit_test(streams_of_one_seed_share_nothing),
        cmocka_unit_test(weights_have_a_range),
        cmocka_unit_test(the_largest_and_the_smallest_weights_keep_the_odds),
        cmocka_unit_test(light_rows_are_drawn_after_a_heavy_one),
        cmocka_unit_test(the_sample_of_a_seed_never_changes),
        cmocka_unit_test(only_what_the_writer_writes_is_read),
        cmocka_unit_test(streams_end_at_the_largest_integer),
    };
    return cmocka_run_group_tests_name("reservoir with weights", tests, NULL, NULL);
}
