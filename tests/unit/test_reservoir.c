/* Fairness of reservoirs, by counting over many seeds; merging; bytes; edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "item_image.h"
#include "random.h"
#include "reservoir_help.h"
#include "statistics.h"

static void add(struct reservoir *sketch, struct item item)
{
    assert_int_equal(reservoir_add(sketch, item), SKETCH_OK);
}

/* Adds the integers from .. to - 1. */
static void feed(struct reservoir *sketch, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        add(sketch, item_integer(i));
    }
}

/* Ways to sample the integers 0 .. rows - 1. */
struct way {
    uint32_t size;
    uint32_t rows;
    struct reservoir *(*sample)(uint32_t size, uint32_t rows, uint64_t seed);
};

static struct reservoir *in_one_stream(uint32_t size, uint32_t rows, uint64_t seed)
{
    struct reservoir *sketch = reservoir_help_created(size, seed);
    feed(sketch, 0, rows);
    return sketch;
}

static struct reservoir *through_bytes(uint32_t size, uint32_t rows, uint64_t seed)
{
    struct reservoir *first = reservoir_help_created(size, seed);
    feed(first, 0, rows / 2);
    struct reservoir *sketch = reservoir_help_copied(first);
    reservoir_free(first);
    feed(sketch, rows / 2, rows);
    return sketch;
}

static struct reservoir *merged_from(uint32_t size, uint32_t cut, uint32_t rows,
                                     uint64_t seed, uint64_t other_seed)
{
    struct reservoir *sketch = reservoir_help_created(size, seed);
    struct reservoir *other = reservoir_help_created(size, other_seed);
    feed(sketch, 0, cut);
    feed(other, cut, rows);
    reservoir_help_merge(sketch, other);
    reservoir_free(other);
    return sketch;
}

static struct reservoir *merged(uint32_t size, uint32_t rows, uint64_t seed)
{
    return merged_from(size, rows / 4, rows, 2 * seed, 2 * seed + 1);
}

static struct reservoir *merged_with_the_same_seed(uint32_t size, uint32_t rows,
                                                   uint64_t seed)
{
    return merged_from(size, rows / 4, rows, seed, seed);
}

static struct reservoir *merged_into_the_short_one(uint32_t size, uint32_t rows,
                                                   uint64_t seed)
{
    return merged_from(size, size - 1, rows, seed, seed + (UINT64_C(1) << 32));
}

static struct reservoir *merged_from_the_short_one(uint32_t size, uint32_t rows,
                                                   uint64_t seed)
{
    return merged_from(size, rows - 2, rows, seed, seed);
}

static struct reservoir *merged_and_gone_on(uint32_t size, uint32_t rows, uint64_t seed)
{
    struct reservoir *sketch = merged(size, rows / 2, seed);
    feed(sketch, rows / 2, rows);
    return sketch;
}

static struct reservoir *merged_of_sizes(uint32_t size, uint32_t rows, uint64_t seed)
{
    struct reservoir *sketch = reservoir_help_created(size + 5, 3 * seed);
    struct reservoir *other = reservoir_help_created(size, 3 * seed + 1);
    struct reservoir *third = reservoir_help_created(size + 1, 3 * seed + 2);
    feed(sketch, 0, rows / 4);
    feed(other, rows / 4, rows / 3);
    feed(third, rows / 3, rows / 2);
    reservoir_help_merge(sketch, other);
    reservoir_help_merge(sketch, third);
    reservoir_free(other);
    reservoir_free(third);
    feed(sketch, rows / 2, rows);
    return sketch;
}

enum { ROWS = 2500000, MOST_RUNS = 100000, MOST_ROWS = 160 };

static void every_row_is_as_likely_as_any_other(void **state)
{
    (void)state;
    static const struct way ways[] = {
        {1, 5, in_one_stream},
        {2, 6, in_one_stream},
        {5, 20, in_one_stream},
        {8, 80, in_one_stream},
        {8, 80, through_bytes},
        {8, 80, merged}, /* 20 + 60 rows */
        {8, 80, merged_with_the_same_seed},
        {8, 40, merged_into_the_short_one},
        {8, 40, merged_from_the_short_one},
        {8, 160, merged_and_gone_on},
        {4, 60, merged_of_sizes},
    };
    for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
        const struct way *way = &ways[w];
        uint32_t counts[MOST_ROWS] = {0};
        uint32_t runs = ROWS / way->rows < MOST_RUNS ? ROWS / way->rows : MOST_RUNS;
        for (uint32_t seed = 0; seed < runs; seed++) {
            struct reservoir *sketch = way->sample(way->size, way->rows, seed);
            assert_int_equal(reservoir_size(sketch), way->size);
            assert_int_equal(reservoir_count(sketch), way->size);
            assert_int_equal(reservoir_seen(sketch), way->rows);
            for (uint32_t i = 0; i < way->size; i++) {
                counts[item_as_integer(reservoir_item(sketch, i))]++;
            }
            reservoir_free(sketch);
        }
        double bound = chi_square_bound(way->rows - 1);
        assert_true(inclusion_chi_square(counts, way->rows, way->size, runs) < bound);
    }
}

/* What must not be found: the first row of five was never kept for n = 1. */
static void the_first_row_is_kept_once_in_five(void **state)
{
    (void)state;
    uint32_t kept = 0;
    for (uint64_t seed = 0; seed < 10000; seed++) {
        struct reservoir *sketch = in_one_stream(1, 5, seed);
        kept += item_as_integer(reservoir_item(sketch, 0)) == 0;
        reservoir_free(sketch);
    }
    assert_in_range(kept, 2000 - 160, 2000 + 160); /* four standard deviations */
}

static uint32_t pair_of(const struct reservoir *sketch, uint32_t rows)
{
    uint64_t a = reservoir_item(sketch, 0).as.bits;
    uint64_t b = reservoir_item(sketch, 1).as.bits;
    uint64_t low = a < b ? a : b;
    uint64_t high = a < b ? b : a;
    assert_true(low < high && high < rows);
    return (uint32_t)(high * (high - 1) / 2 + low);
}

static void every_pair_is_as_likely_as_any_other(void **state)
{
    (void)state;
    static const struct way ways[] = {
        {2, 12, in_one_stream},
        {2, 12, through_bytes},
        {2, 12, merged},
        {2, 12, merged_and_gone_on},
    };
    for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
        uint32_t counts[66] = {0};
        for (uint32_t seed = 0; seed < 20000; seed++) {
            struct reservoir *sketch = ways[w].sample(2, 12, seed);
            counts[pair_of(sketch, 12)]++;
            reservoir_free(sketch);
        }
        assert_true(chi_square(counts, 66) < chi_square_bound(65));
    }
}

/* How many of a merged sample of 8 come from the 20 of 80: hypergeometric, with
 * variance 8 * 1/4 * 3/4 * 72/79 = 1.367.  Drawing with replacement gives 1.5. */
static void merging_draws_without_replacement(void **state)
{
    (void)state;
    enum { MERGES = 20000 };
    double sum = 0;
    double squares = 0;
    for (uint64_t seed = 0; seed < MERGES; seed++) {
        struct reservoir *sketch = merged(8, 80, seed);
        double share = 0;
        for (uint32_t i = 0; i < 8; i++) {
            share += item_as_integer(reservoir_item(sketch, i)) < 20;
        }
        sum += share;
        squares += share * share;
        reservoir_free(sketch);
    }
    double mean = sum / MERGES;
    double variance = squares / MERGES - mean * mean;
    assert_true(mean > 1.967 && mean < 2.033); /* four standard errors */
    assert_true(variance > 1.315 && variance < 1.42);
}

static void few_rows_are_all_kept_in_order(void **state)
{
    (void)state;
    struct reservoir *sketch = reservoir_help_created(10, 1);
    struct reservoir *other = reservoir_help_created(20, 1);
    feed(sketch, 0, 4);
    feed(other, 4, 10);
    reservoir_help_merge(sketch, other);
    assert_int_equal(reservoir_count(sketch), 10);
    for (uint32_t i = 0; i < 10; i++) {
        assert_int_equal(item_as_integer(reservoir_item(sketch, i)), i);
    }
    reservoir_free(sketch);
    reservoir_free(other);
}

static void items_of_every_kind_come_back(void **state)
{
    (void)state;
    char letters[100];
    memset(letters, 'x', sizeof letters);
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct reservoir *sketch = reservoir_help_created(7, seed);
        struct item items[120];
        for (uint32_t i = 0; i < 100; i++) {
            items[i] = i % 2 ? item_text(letters, i) : item_blob(letters, i);
        }
        for (uint32_t i = 100; i < 120; i++) {
            items[i] = i % 2 ? item_real(i / 4.0) : item_integer(-(int64_t)i);
        }
        for (uint32_t i = 0; i < 120; i++) {
            add(sketch, items[(i + seed * 6) % 120]);
        }
        struct reservoir *copy = reservoir_help_copied(sketch);
        for (uint32_t i = 0; i < 7; i++) {
            uint32_t same = 0;
            for (uint32_t k = 0; k < 120; k++) {
                same += item_equal(reservoir_item(copy, i), items[k]) &&
                        reservoir_item(copy, i).kind == items[k].kind;
            }
            assert_int_equal(same, 1);
        }
        reservoir_free(copy);
        reservoir_free(sketch);
    }
}

static void passing_is_adding_what_does_not_enter(void **state)
{
    (void)state;
    struct reservoir *passing = reservoir_help_created(5, 9);
    struct reservoir *adding = reservoir_help_created(5, 9);
    uint32_t looked_at = 0;
    for (uint32_t i = 0; i < 100000; i++) {
        if (!reservoir_pass(passing)) {
            looked_at++;
            add(passing, item_integer(i));
        }
        add(adding, item_integer(i));
    }
    reservoir_help_assert_same(passing, adding);
    assert_in_range(looked_at, 30, 80); /* about 5 (1 + ln 20000) = 54 */
    reservoir_free(passing);
    reservoir_free(adding);
}

static void the_sample_of_a_seed_never_changes(void **state)
{
    (void)state;
    struct reservoir *sketch = reservoir_help_created(5, 42);
    feed(sketch, 0, 1000000);
    static const int64_t known[5] = {136469, 811795, 738198, 754003, 230813};
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(item_as_integer(reservoir_item(sketch, i)), known[i]);
    }
    struct reservoir *other = reservoir_help_created(5, 43);
    feed(other, 0, 1000000);
    reservoir_help_merge(sketch, other);
    struct reservoir_help_image image = reservoir_help_image_of(sketch);
    struct hash hash = hash_bytes(image.bytes, image.size);
    assert_true(hash.h1 == UINT64_C(0xb0f3843aa62686df));
    free(image.bytes);
    reservoir_free(other);
    reservoir_free(sketch);
}

static void parameters_and_totals_have_ends(void **state)
{
    (void)state;
    struct reservoir *sketch;
    assert_int_equal(reservoir_create(&sketch, 0, 1, &sketch_libc_memory),
                     SKETCH_RANGE);
    assert_null(sketch);
    assert_int_equal(
        reservoir_create(&sketch, ITEM_LIST_MAX + 1, 1, &sketch_libc_memory),
        SKETCH_RANGE);
    reservoir_free(reservoir_help_created(ITEM_LIST_MAX, 1));
    reservoir_free(NULL);
}

/* An image of one row: size 1, seen, no generator, threshold 0.5, next, integer 7. */
static struct reservoir *forged(uint64_t size, uint64_t seen, double threshold,
                                uint64_t next, uint8_t kind, uint64_t bits)
{
    uint8_t bytes[64];
    uint8_t *p = put_bytes(bytes, "RSVR\1", 5);
    p = put_u64(put_varint(put_varint(p, size), seen), 0);
    p = put_varint(put_f64(p, threshold), next);
    if (kind < ITEM_INTEGER || kind > ITEM_WHOLE) {
        p = put_u64(put_varint(p, 8u << 3 | kind), bits);
    } else {
        p = put_item(p, (struct item){.kind = (enum item_kind)kind, .as.bits = bits});
    }
    struct reservoir *sketch;
    enum sketch_status status =
        reservoir_deserialise(&sketch, bytes, (size_t)(p - bytes), &sketch_libc_memory);
    assert_int_equal(status, sketch ? SKETCH_OK : SKETCH_CORRUPT);
    return sketch;
}

static void only_what_the_writer_writes_is_read(void **state)
{
    (void)state;
    double least = 0x1p-100;
    struct reservoir *sketch = forged(1, 5, .5, 5, ITEM_INTEGER, 7);
    assert_int_equal(item_as_integer(reservoir_item(sketch, 0)), 7);
    reservoir_free(sketch);
    assert_null(forged(0, 5, .5, 5, ITEM_INTEGER, 7));
    assert_null(forged(2, 5, .5, 5, ITEM_INTEGER, 7));
    assert_null(
        forged(ITEM_LIST_MAX + 1, ITEM_LIST_MAX + 1, .5, ITEM_LIST_MAX + 1, 1, 7));
    assert_null(forged(ITEM_LIST_MAX, ITEM_LIST_MAX, .5, ITEM_LIST_MAX, 1, 7));
    assert_null(forged(1, 5, .5, 4, ITEM_INTEGER, 7));
    assert_null(forged(1, 5, .5, SKETCH_MAX_TOTAL + 1, ITEM_INTEGER, 7));
    assert_null(forged(1, SKETCH_MAX_TOTAL + 1, .5, SKETCH_MAX_TOTAL + 1, 1, 7));
    assert_null(forged(1, 5, 1, 5, ITEM_INTEGER, 7));
    assert_null(forged(1, 5, 0, 5, ITEM_INTEGER, 7));
    assert_null(forged(1, 5, -.5, 5, ITEM_INTEGER, 7));
    assert_null(forged(1, 5, least / 2, 5, ITEM_INTEGER, 7));
    assert_null(forged(1, 5, .5, 5, 0, 7));
    assert_null(forged(1, 5, .5, 5, ITEM_BLOB + 1, 7));
    assert_null(forged(1, 5, .5, 5, ITEM_REAL, UINT64_C(0x7ff8000000000000)));
    assert_null(forged(1, 5, .5, 5, ITEM_REAL, 0));                /* 0.0 is whole */
    assert_null(forged(1, 5, .5, 5, ITEM_WHOLE, UINT64_MAX >> 1)); /* no double */
    sketch = forged(1, 5, least, SKETCH_MAX_TOTAL, ITEM_INTEGER, 7);
    reservoir_free(sketch);
}

static void streams_end_at_the_largest_integer(void **state)
{
    (void)state;
    struct reservoir *sketch =
        forged(1, SKETCH_MAX_TOTAL - 2, 1e-18, SKETCH_MAX_TOTAL - 1, ITEM_INTEGER, 7);
    struct reservoir *before = reservoir_help_copied(sketch);
    struct reservoir *other = reservoir_help_created(1, 1);
    feed(other, 0, 3);
    assert_int_equal(reservoir_merge(sketch, other), SKETCH_OVERFLOW);
    reservoir_help_assert_same(sketch, before);
    add(sketch, item_integer(8));
    assert_int_equal(item_as_integer(reservoir_item(sketch, 0)), 7);
    add(sketch, item_integer(9));
    assert_int_equal(item_as_integer(reservoir_item(sketch, 0)), 9);
    assert_false(reservoir_pass(sketch));
    assert_int_equal(reservoir_add(sketch, item_integer(10)), SKETCH_OVERFLOW);
    assert_true(reservoir_seen(sketch) == SKETCH_MAX_TOTAL);
    reservoir_free(reservoir_help_copied(sketch));
    reservoir_free(sketch);
    reservoir_free(before);
    reservoir_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_as_likely_as_any_other),
        cmocka_unit_test(the_first_row_is_kept_once_in_five),
        cmocka_unit_test(every_pair_is_as_likely_as_any_other),
        cmocka_unit_test(merging_draws_without_replacement),
        cmocka_unit_test(few_rows_are_all_kept_in_order),
        cmocka_unit_test(items_of_every_kind_come_back),
        cmocka_unit_test(passing_is_adding_what_does_not_enter),
        cmocka_unit_test(the_sample_of_a_seed_never_changes),
        cmocka_unit_test(parameters_and_totals_have_ends),
        cmocka_unit_test(only_what_the_writer_writes_is_read),
        cmocka_unit_test(streams_end_at_the_largest_integer),
    };
    return cmocka_run_group_tests_name("reservoir", tests, NULL, NULL);
}
