/* The promises of top-k, on random weighted streams and at the edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "random.h"
#include "topk.h"

static struct random seeded;

static uint64_t draw(uint64_t below) { return random_next(&seeded) % below; }

static struct topk *created(int k, int counters)
{
    struct topk *sketch;
    assert_int_equal(topk_create(&sketch, k, counters, &sketch_libc_memory), SKETCH_OK);
    return sketch;
}

static void add(struct topk *sketch, struct item item, uint64_t weight)
{
    assert_int_equal(topk_add(sketch, item, weight), SKETCH_OK);
}

static struct topk *copied(const struct topk *sketch)
{
    uint8_t *bytes;
    size_t size;
    struct topk *copy;
    assert_int_equal(topk_serialise(sketch, &bytes, &size), SKETCH_OK);
    assert_int_equal(topk_deserialise(&copy, bytes, size, &sketch_libc_memory),
                     SKETCH_OK);
    free(bytes);
    return copy;
}

/* A stream of V keys; every seventh is a text, long ones among them. */
enum { MOST_KEYS = 300 };

struct universe {
    char text[MOST_KEYS][40];
    uint64_t truth[MOST_KEYS];
    uint64_t total;
    uint32_t size;
};

static struct item key_item(const struct universe *u, uint32_t key)
{
    if (key % 7 == 3) {
        return item_text(u->text[key], (uint32_t)strlen(u->text[key]));
    }
    return item_integer((int64_t)key - 100);
}

static void universe_create(struct universe *u, uint32_t size)
{
    memset(u, 0, sizeof *u);
    u->size = size;
    for (uint32_t i = 0; i < size; i++) {
        snprintf(u->text[i], sizeof u->text[i], "%03u%.*s", i, (int)(i % 30),
                 "abcdefghijklmnopqrstuvwxyzabcdef");
    }
}

/* Orders: skewed, ascending, descending, uniform. */
static uint32_t next_key(const struct universe *u, int order, uint32_t i, uint32_t n)
{
    uint64_t a = draw(u->size);
    uint64_t b = draw(a + 1);
    switch (order) {
    case 0:
        return (uint32_t)draw(b + 1);
    case 1:
        return (uint32_t)((uint64_t)i * u->size / n);
    case 2:
        return u->size - 1 - (uint32_t)((uint64_t)i * u->size / n);
    default:
        return (uint32_t)a;
    }
}

static void feed(struct universe *u, struct topk *sketch, int order, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t key = next_key(u, order, i, n);
        uint64_t weight = draw(10) == 0 ? 1 + draw(draw(20) ? 1000 : 200000) : 1;
        add(sketch, key_item(u, key), weight);
        u->truth[key] += weight;
        u->total += weight;
    }
}

static bool is_listed(const struct topk_row *rows, size_t count, struct item item)
{
    for (size_t i = 0; i < count; i++) {
        if (item_equal(rows[i].item, item)) {
            return true;
        }
    }
    return false;
}

/* The bounds of every key, listed or not; the sums that hold before merges. */
static void check(const struct universe *u, const struct topk *sketch, bool merged)
{
    struct topk_row *rows;
    size_t count;
    uint64_t sum = 0;
    uint64_t m = (uint64_t)topk_counters(sketch);
    assert_int_equal(topk_rank(sketch, SIZE_MAX, &rows, &count), SKETCH_OK);
    assert_true(topk_total(sketch) == u->total);
    for (size_t i = 0; i < count; i++) {
        sum += rows[i].count;
        assert_true(i == 0 || rows[i - 1].count >= rows[i].count);
        assert_true(merged || rows[i].error <= u->total / m);
    }
    assert_true(merged || sum <= u->total);
    for (uint32_t key = 0; key < u->size; key++) {
        struct topk_row row = topk_lookup(sketch, key_item(u, key));
        assert_true(row.error <= row.count);
        assert_true(row.count - row.error <= u->truth[key]);
        assert_true(u->truth[key] <= row.count);
        bool listed = is_listed(rows, count, key_item(u, key));
        assert_true(listed || row.count == row.error);
        assert_true((listed ? row.error : row.count) <= topk_max_error(sketch));
        assert_true(listed || merged || u->truth[key] <= u->total / m);
    }
    free(rows);
}

static void bounds_hold_on_random_streams(void **state)
{
    (void)state;
    seeded.state = 2024;
    for (int round = 0; round < 1500; round++) {
        struct universe u;
        universe_create(&u, 5 + (uint32_t)draw(MOST_KEYS - 5));
        int counters = 1 + (int)draw(40);
        struct topk *sketch = created(1 + (int)draw((uint64_t)counters), counters);
        for (int part = 0; part < 3; part++) {
            feed(&u, sketch, (int)draw(4), (uint32_t)draw(700));
            check(&u, sketch, false);
            struct topk *copy = copied(sketch);
            topk_free(sketch);
            sketch = copy;
        }
        for (int part = 0; part < 2; part++) {
            int size = draw(2) ? counters : 1 + (int)draw(40);
            struct topk *other = created(1, size);
            feed(&u, other, (int)draw(4), (uint32_t)draw(700));
            assert_int_equal(topk_merge(sketch, other), SKETCH_OK);
            topk_free(other);
            check(&u, sketch, true);
            feed(&u, sketch, 0, 200);
            check(&u, sketch, true);
        }
        topk_free(sketch);
    }
}

/* Another one is left out every hour, and is the first of the day: 24 * 9 times, while
 * each other page of the day was there 10 times. */
static void the_error_of_a_merge_covers_what_no_part_lists(void **state)
{
    (void)state;
    enum { HOURS = 24 };
    struct topk *day = created(100, topk_default_counters(100));
    for (int64_t hour = 0; hour < HOURS; hour++) {
        struct topk *sketch = created(100, topk_default_counters(100));
        for (int64_t page = 0; page < topk_counters(sketch); page++) {
            add(sketch, item_integer(1000 * hour + page), 10);
        }
        add(sketch, item_text("/steady", 7), 9);
        assert_true(topk_max_error(sketch) == 10);
        assert_int_equal(topk_merge(day, sketch), SKETCH_OK);
        topk_free(sketch);
        uint64_t truth = 9 * (uint64_t)(hour + 1);
        struct topk_row row = topk_lookup(day, item_text("/steady", 7));
        assert_true(row.count >= truth && row.count == row.error);
        assert_true(topk_max_error(day) >= truth);
        struct topk *stored = copied(day);
        assert_true(topk_max_error(stored) == topk_max_error(day));
        topk_free(stored);
    }
    assert_true(topk_max_error(day) < 2 * 10 * HOURS);
    topk_free(day);
}

static void few_distinct_values_are_exact(void **state)
{
    (void)state;
    seeded.state = 7;
    struct universe u;
    universe_create(&u, 42);
    struct topk *sketch = created(10, topk_default_counters(10));
    assert_int_equal(topk_counters(sketch), 42);
    feed(&u, sketch, 3, 20000);
    assert_true(topk_is_exact(sketch));
    assert_true(topk_max_error(sketch) == 0);
    for (uint32_t key = 0; key < u.size; key++) {
        struct topk_row row = topk_lookup(sketch, key_item(&u, key));
        assert_true(row.count == u.truth[key] && row.error == 0);
    }
    topk_free(sketch);
}

/* Of 5,000 values, half of them negative; REALs are none that are whole. */
static struct item sorted_item(int64_t value, bool is_real)
{
    return is_real ? item_real((double)(value - 2500) + 0.25)
                   : item_integer(value - 2500);
}

static int64_t sorted_value(struct item item)
{
    return 2500 + (item.kind == ITEM_INTEGER ? item_as_integer(item)
                                             : (int64_t)(item_as_real(item) - 0.25));
}

/* With far more values than counters. */
static void expect_sorted_is_exact(bool is_real, bool is_descending)
{
    struct topk *sketch = created(10, 10);
    for (int64_t i = 0; i < 5000; i++) {
        int64_t value = is_descending ? 4999 - i : i;
        for (int64_t copies = value * 7919 % 101; copies > 0; copies--) {
            add(sketch, sorted_item(value, is_real), 1);
        }
    }
    struct topk_row *rows;
    size_t count;
    assert_int_equal(topk_rank(sketch, 10, &rows, &count), SKETCH_OK);
    assert_int_equal(count, 10);
    for (size_t i = 0; i < count; i++) {
        assert_true(rows[i].error == 0);
        assert_true(rows[i].count == 100);
        assert_int_equal(sorted_value(rows[i].item) * 7919 % 101, 100);
    }
    free(rows);
    topk_free(sketch);
}

static void sorted_input_is_exact(void **state)
{
    (void)state;
    for (int form = 0; form < 4; form++) {
        expect_sorted_is_exact(form & 1, form & 2);
    }
}

static void cells_widen_twice(void **state)
{
    (void)state;
    struct topk *sketch = created(1, 1);
    const uint64_t huge = UINT64_C(1) << 40;
    add(sketch, item_integer(1), huge + 1);
    for (int64_t value = 2; value < 200; value++) {
        add(sketch, item_integer(value % 50 + 60), 70000);
        add(sketch, item_integer(value), huge / 1000);
    }
    struct topk_row first = topk_lookup(sketch, item_integer(1));
    assert_true(first.count - first.error <= huge + 1 && huge + 1 <= first.count);
    struct topk *copy = copied(sketch);
    assert_true(topk_lookup(copy, item_integer(60)).count ==
                topk_lookup(sketch, item_integer(60)).count);
    topk_free(copy);
    topk_free(sketch);
}

static void kinds_and_forms_are_kept(void **state)
{
    (void)state;
    struct topk *sketch = created(10, 20);
    add(sketch, item_real(2.0), 5);
    add(sketch, item_integer(2), 4);
    add(sketch, item_real(2.5), 3);
    add(sketch, item_text("2", 1), 2);
    add(sketch, item_blob("2", 1), 1);
    add(sketch, item_text("", 0), 1);
    struct topk *copy = copied(sketch);
    struct topk_row *rows;
    size_t count;
    assert_int_equal(topk_rank(copy, SIZE_MAX, &rows, &count), SKETCH_OK);
    assert_int_equal(count, 5);
    assert_true(rows[0].count == 9 && rows[0].item.kind == ITEM_WHOLE);
    assert_true(item_as_real(rows[1].item) == 2.5);
    assert_true(rows[2].item.kind == ITEM_TEXT && rows[2].count == 2);
    assert_true(rows[3].item.kind == ITEM_TEXT && rows[3].item.size == 0);
    assert_true(rows[4].item.kind == ITEM_BLOB);
    free(rows);
    topk_free(copy);
    topk_free(sketch);
}

static void sizes_out_of_range_are_refused(void **state)
{
    (void)state;
    const int wrong[][2] = {{0, 10},        {-1, 10},    {10, 9},
                            {10001, 10001}, {10, 20001}, {1, 0}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct topk *sketch = (struct topk *)&sketch;
        assert_int_equal(
            topk_create(&sketch, wrong[i][0], wrong[i][1], &sketch_libc_memory),
            SKETCH_RANGE);
        assert_null(sketch);
    }
}

static void the_total_does_not_overflow(void **state)
{
    (void)state;
    struct topk *sketch = created(1, 1);
    struct topk *other = created(1, 1);
    add(sketch, item_integer(1), SKETCH_MAX_TOTAL - 1);
    assert_int_equal(topk_add(sketch, item_integer(1), 2), SKETCH_OVERFLOW);
    assert_int_equal(topk_add(sketch, item_integer(2), UINT64_MAX), SKETCH_OVERFLOW);
    add(sketch, item_integer(2), 1);
    add(other, item_integer(2), 1);
    assert_int_equal(topk_merge(sketch, other), SKETCH_OVERFLOW);
    assert_true(topk_lookup(sketch, item_integer(1)).count == SKETCH_MAX_TOTAL - 1);
    assert_true(topk_total(sketch) == SKETCH_MAX_TOTAL);
    topk_free(sketch);
    topk_free(other);
}

static void asking_in_between_changes_nothing(void **state)
{
    (void)state;
    struct topk *quiet = created(5, 8);
    struct topk *asked = created(5, 8);
    seeded.state = 11;
    for (int i = 0; i < 5000; i++) {
        struct item item = item_integer((int64_t)draw(draw(60) + 1));
        uint64_t weight = 1 + draw(3);
        add(quiet, item, weight);
        add(asked, item, weight);
        topk_free(copied(asked));
        topk_lookup(asked, item);
    }
    uint8_t *bytes[2];
    size_t size[2];
    assert_int_equal(topk_serialise(quiet, &bytes[0], &size[0]), SKETCH_OK);
    assert_int_equal(topk_serialise(asked, &bytes[1], &size[1]), SKETCH_OK);
    assert_int_equal(size[0], size[1]);
    assert_memory_equal(bytes[0], bytes[1], size[0]);
    free(bytes[0]);
    free(bytes[1]);
    topk_free(quiet);
    topk_free(asked);
}

static void an_empty_sketch_takes_the_size_of_the_other(void **state)
{
    (void)state;
    struct topk *empty = created(10, 42);
    struct topk *large = created(500, 750);
    for (int64_t i = 0; i < 2000; i++) {
        add(large, item_integer(i % 700), 1);
    }
    assert_int_equal(topk_merge(empty, large), SKETCH_OK);
    assert_int_equal(topk_k(empty), 500);
    assert_int_equal(topk_counters(empty), 750);
    assert_int_equal(topk_used(empty), 700);
    struct topk *small = created(10, 42);
    add(small, item_integer(1), 1);
    assert_int_equal(topk_merge(empty, small), SKETCH_OK);
    assert_int_equal(topk_counters(empty), 42);
    topk_free(small);
    topk_free(large);
    topk_free(empty);
}

/* Integers whose hashes begin in one place of any table, or in places that follow each
 * other: they are listed, left out, merged and taken out like any others. */
static void items_of_like_hashes_are_items_like_others(void **state)
{
    (void)state;
    enum { COUNTERS = 300, KEYS = 500, ROWS = 6000 };
    for (uint64_t spread = 1; spread <= COUNTERS; spread += COUNTERS - 1) {
        int64_t keys[KEYS];
        uint64_t truth[KEYS] = {0};
        int64_t next = 0;
        for (uint64_t i = 0; i < KEYS; next++) {
            if ((hash_u64((uint64_t)next).h1 & 0xfff) == i % spread) {
                keys[i++] = next;
            }
        }
        seeded.state = spread;
        struct topk *sketch = created(10, COUNTERS);
        for (int part = 0; part < 3; part++) {
            struct topk *other = created(10, part == 2 ? COUNTERS / 2 : COUNTERS);
            for (int i = 0; i < ROWS; i++) {
                uint64_t key = draw(draw(KEYS) + 1);
                add(i % 2 ? sketch : other, item_integer(keys[key]), 1);
                truth[key]++;
            }
            assert_int_equal(topk_merge(sketch, other), SKETCH_OK);
            topk_free(other);
            struct topk *copy = copied(sketch);
            for (size_t key = 0; key < KEYS; key++) {
                struct topk_row row = topk_lookup(sketch, item_integer(keys[key]));
                struct topk_row same = topk_lookup(copy, item_integer(keys[key]));
                assert_true(row.count >= truth[key]);
                assert_true(row.count - row.error <= truth[key]);
                assert_true(row.count == same.count && row.error == same.error);
            }
            topk_free(copy);
        }
        topk_free(sketch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_hold_on_random_streams),
        cmocka_unit_test(the_error_of_a_merge_covers_what_no_part_lists),
        cmocka_unit_test(few_distinct_values_are_exact),
        cmocka_unit_test(sorted_input_is_exact),
        cmocka_unit_test(cells_widen_twice),
        cmocka_unit_test(kinds_and_forms_are_kept),
        cmocka_unit_test(sizes_out_of_range_are_refused),
        cmocka_unit_test(the_total_does_not_overflow),
        cmocka_unit_test(asking_in_between_changes_nothing),
        cmocka_unit_test(an_empty_sketch_takes_the_size_of_the_other),
        cmocka_unit_test(items_of_like_hashes_are_items_like_others),
    };
    return cmocka_run_group_tests_name("topk", tests, NULL, NULL);
}
