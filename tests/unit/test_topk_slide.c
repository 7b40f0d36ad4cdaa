/* Top-k of a window, against counting its rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "random.h"
#include "ration.h"
#include "topk_map.h"
#include "topk_private.h"
#include "topk_slide.h"

enum { TEXT_ROOM = 40 };

struct row {
    struct item item;
    uint64_t weight;
    char text[TEXT_ROOM];
};

/* Of `values` values, some often: numbers of both kinds, short texts, long ones. */
static void make_row(struct row *row, uint64_t i, uint64_t values)
{
    struct random random = {i};
    uint64_t value = random_below(&random, 1 + random_below(&random, values));
    uint64_t draw = random_next(&random);
    row->weight = draw >> 32 & 1 ? 1 : draw >> 33 & 3;
    if (value % 3 == 0) {
        row->item = draw & 1 ? item_integer((int64_t)value) : item_real((double)value);
    } else if (value % 7 == 0) {
        row->item = item_real((double)value + 0.5);
    } else {
        int size =
            snprintf(row->text, TEXT_ROOM, "%s%d",
                     value % 3 == 1 ? "w" : "a text too long for a copy ", (int)value);
        row->item = value % 5 == 0 ? item_blob(row->text, (uint32_t)size)
                                   : item_text(row->text, (uint32_t)size);
    }
}

/* All different items of the rows, counted one by one. */
static size_t count_rows(const struct row *rows, size_t count, struct topk_row *counted)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while (at < used && !item_equal(counted[at].item, rows[i].item)) {
            at++;
        }
        if (at == used && rows[i].weight > 0) {
            counted[used++] = (struct topk_row){rows[i].item, 0, 0};
        }
        counted[at].count += rows[i].weight;
    }
    qsort(counted, used, sizeof *counted, topk_compare_rows);
    return used;
}

static void expect_same(const struct topk_slide *slide, size_t k,
                        const struct row *rows, size_t count,
                        const struct sketch_memory *memory)
{
    struct topk_row *expected = calloc(count + 1, sizeof *expected);
    struct topk_row *given = NULL;
    size_t given_count = 0;
    assert_non_null(expected);
    size_t used = count_rows(rows, count, expected);
    assert_int_equal(topk_slide_rank(slide, &given, &given_count), SKETCH_OK);
    assert_int_equal(given_count, used < k ? used : k);
    for (size_t i = 0; i < given_count; i++) {
        assert_true(item_equal(given[i].item, expected[i].item));
        assert_int_equal(given[i].item.kind, expected[i].item.kind);
        assert_int_equal(given[i].count, expected[i].count);
        assert_int_equal(given[i].error, 0);
    }
    sketch_release(memory, given);
    free(expected);
}

/* A window that grows, slides, shrinks to nothing and comes again. */
static void run_window(int k, size_t size, uint64_t values, size_t step)
{
    size_t total = 3 * size;
    struct row *rows = calloc(total, sizeof *rows);
    struct topk_slide *slide = NULL;
    assert_non_null(rows);
    assert_int_equal(topk_slide_create(&slide, k, &sketch_libc_memory), SKETCH_OK);
    expect_same(slide, (size_t)k, rows, 0, &sketch_libc_memory);
    for (uint64_t round = 0; round < 2; round++) {
        size_t from = 0;
        for (size_t to = 0; to < total; to++) {
            make_row(&rows[to], round * total + to, values);
            if (to - from == size) {
                topk_slide_remove(slide, rows[from].item, rows[from].weight);
                from++;
            }
            assert_int_equal(topk_slide_add(slide, rows[to].item, rows[to].weight),
                             SKETCH_OK);
            if (to % step == 0) {
                expect_same(slide, (size_t)k, rows + from, to + 1 - from,
                            &sketch_libc_memory);
            }
        }
        for (; from < total; from++) {
            if (from % step == 0) {
                expect_same(slide, (size_t)k, rows + from, total - from,
                            &sketch_libc_memory);
            }
            topk_slide_remove(slide, rows[from].item, rows[from].weight);
        }
        expect_same(slide, (size_t)k, rows, 0, &sketch_libc_memory);
    }
    topk_slide_free(slide);
    free(rows);
}

static void a_window_ranks_its_rows(void **state)
{
    (void)state;
    run_window(1, 1, 3, 1);
    run_window(3, 20, 4, 1);
    run_window(10, 100, 30, 1);
    run_window(10, 300, 1000, 7);
    run_window(1000, 300, 200, 11);
    run_window(100, 2000, 100000, 211);
}

/* An INTEGER and a REAL of one value are one item; the oldest row says what it is. */
static void a_number_is_shown_as_its_oldest_row_has_it(void **state)
{
    (void)state;
    run_window(2, 1, 1, 1);
    run_window(2, 5, 1, 1);
    run_window(2, 70, 1, 1);
}

static void add(struct topk_slide *slide, int64_t value, uint64_t weight,
                enum sketch_status expected)
{
    assert_int_equal(topk_slide_add(slide, item_integer(value), weight), expected);
}

static void what_is_out_of_range_is_refused(void **state)
{
    struct topk_slide *slide = NULL;
    (void)state;
    assert_int_equal(topk_slide_create(&slide, 0, &sketch_libc_memory), SKETCH_RANGE);
    assert_null(slide);
    assert_int_equal(topk_slide_create(&slide, TOPK_MAX_K + 1, &sketch_libc_memory),
                     SKETCH_RANGE);
    topk_slide_free(NULL);
    assert_int_equal(topk_slide_create(&slide, 5, &sketch_libc_memory), SKETCH_OK);
    add(slide, 1, SKETCH_MAX_TOTAL - 1, SKETCH_OK);
    add(slide, 2, 2, SKETCH_OVERFLOW);
    add(slide, 2, 1, SKETCH_OK);
    add(slide, 1, 1, SKETCH_OVERFLOW);
    add(slide, 1, 0, SKETCH_OK);
    topk_slide_remove(slide, item_integer(1), SKETCH_MAX_TOTAL - 1);
    add(slide, 1, SKETCH_MAX_TOTAL - 1, SKETCH_OK);
    topk_slide_free(slide);
}

static void expect_shallow(const struct topk_map *map)
{
    uint32_t most = 1;
    while (map->count >> most > 0) {
        most++;
    }
    for (uint32_t i = 0; i <= map->mask; i++) {
        assert_true(map->nodes[map->roots[i]].level <= most);
    }
}

static bool holds(const struct topk_map *map, int64_t value, uint64_t hash)
{
    struct topk_probe probe;
    topk_probe_set(&probe, item_integer(value));
    uint32_t at = topk_map_find(map, &probe, hash);
    assert_true(at == 0 || item_equal(topk_key_item(&map->nodes[at].key), probe.item));
    return at != 0;
}

/* Numbers 0 .. values - 1 come and go, with hashes that are as alike as `mask` says. */
static void run_map(int64_t values, uint64_t mask)
{
    struct topk_map map = {0};
    struct random random = {mask};
    bool *held = calloc((size_t)values, sizeof *held);
    assert_non_null(held);
    for (int64_t i = 0; i < 40 * values; i++) {
        int64_t value =
            i < values ? i : (int64_t)random_below(&random, (uint64_t)values);
        uint64_t hash = hash_u64((uint64_t)value).h1 & mask;
        struct topk_probe probe;
        topk_probe_set(&probe, item_integer(value));
        uint32_t number = topk_map_find(&map, &probe, hash);
        assert_int_equal(number != 0, held[value]);
        if (held[value]) {
            topk_map_drop(&map, number, &sketch_libc_memory);
        } else {
            assert_int_equal(
                topk_map_put(&map, &probe, hash, &number, &sketch_libc_memory),
                SKETCH_OK);
        }
        held[value] = !held[value];
        if (i % values == 0) {
            expect_shallow(&map);
        }
    }
    uint32_t count = 0;
    for (int64_t value = 0; value < values; value++) {
        assert_int_equal(holds(&map, value, hash_u64((uint64_t)value).h1 & mask),
                         held[value]);
        count += held[value];
    }
    assert_int_equal(map.count, count);
    topk_map_release(&map, &sketch_libc_memory);
    free(held);
}

static void equal_hashes_make_trees_that_stay_shallow(void **state)
{
    (void)state;
    run_map(1, 0);
    run_map(700, UINT64_MAX);
    run_map(700, 0);
    run_map(700, 7);
    run_map(3000, 0xff00);
}

static void every_refusal_is_survived(void **state)
{
    enum { ROWS = 400, WINDOW = 90 };
    struct ration ration = {.grants = RATION_UNLIMITED};
    struct sketch_memory memory = ration_memory(&ration);
    struct topk_slide *slide = NULL;
    static struct row rows[ROWS];
    enum sketch_status status = SKETCH_NOMEM;
    (void)state;
    for (uint64_t grants = 0; status == SKETCH_NOMEM; grants++) {
        ration.grants = grants;
        status = topk_slide_create(&slide, 8, &memory);
        assert_true(status == SKETCH_OK || ration.blocks == 0);
    }
    for (size_t i = 0; i < ROWS; i++) {
        size_t from = i < WINDOW ? 0 : i - WINDOW;
        make_row(&rows[i], i, 100);
        status = SKETCH_NOMEM;
        for (uint64_t grants = 0; status == SKETCH_NOMEM; grants++) {
            ration.grants = grants;
            status = topk_slide_add(slide, rows[i].item, rows[i].weight);
            ration.grants = RATION_UNLIMITED;
            expect_same(slide, 8, rows + from, i - from + (status == SKETCH_OK),
                        &memory);
        }
        if (i >= WINDOW) {
            topk_slide_remove(slide, rows[from].item, rows[from].weight);
        }
        struct topk_row *ranked = NULL;
        size_t count = 1;
        uint64_t blocks = ration.blocks;
        ration.grants = 1;
        assert_int_equal(topk_slide_rank(slide, &ranked, &count), SKETCH_NOMEM);
        assert_null(ranked);
        assert_int_equal(count, 0);
        assert_int_equal(ration.blocks, blocks);
    }
    topk_slide_free(slide);
    assert_int_equal(ration.blocks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_ranks_its_rows),
        cmocka_unit_test(a_number_is_shown_as_its_oldest_row_has_it),
        cmocka_unit_test(what_is_out_of_range_is_refused),
        cmocka_unit_test(equal_hashes_make_trees_that_stay_shallow),
        cmocka_unit_test(every_refusal_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
