/* The bytes of a stored top-k sketch: what is read, what is refused, and the floor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "item_image.h"
#include "topk.h"
#include "topk_planes.h"

enum { MOST_BYTES = 512 };

/* An image whose parts a test may change: three integers, 7 five times, 8 and 9 three
 * times each. */
struct forgery {
    uint8_t version;
    uint8_t flags;
    uint64_t k;
    uint64_t counters;
    uint64_t total;
    uint64_t used;
    uint64_t floor; /* if estimated */
    uint64_t extra; /* bytes more that the records are said to take */
    uint8_t ranks;
    struct topk_row rows[3];
    uint8_t tail[16]; /* behind the records */
    size_t tail_size;
};

static struct forgery sound(void)
{
    return (struct forgery){.version = 1,
                            .k = 3,
                            .counters = 3,
                            .total = 11,
                            .used = 3,
                            .ranks = 0 | 1 << 2 | 2 << 4,
                            .rows = {{item_integer(7), 5, 0},
                                     {item_integer(8), 3, 0},
                                     {item_integer(9), 3, 0}}};
}

/* The same with a filter, which knows items from 1 to 20, and of whose four cells in a
 * row the second of each was raised to 2. */
static struct forgery sound_filter(void)
{
    struct forgery f = sound();
    f.flags = 3;
    f.total = 13;
    f.tail_size = 12;
    const uint8_t tail[12] = {1 << 3 | 1, 1, 1 << 3 | 1, 20, 2, 1, 3, 0, 0x22, 2, 2, 0};
    memcpy(f.tail, tail, sizeof tail);
    f.tail_size = 11;
    return f;
}

static size_t forge(const struct forgery *f, uint8_t bytes[MOST_BYTES])
{
    uint8_t *p = put_bytes(bytes, "TOPK", 4);
    p = put_u8(put_u8(p, f->version), f->flags);
    p = put_varint(put_varint(p, f->k), f->counters);
    p = put_varint(put_varint(p, f->total), f->used);
    p = f->flags & 1 ? put_varint(p, f->floor) : p;
    uint8_t records[MOST_BYTES];
    uint8_t *r = records;
    for (size_t i = 0; i < 3; i++) {
        const struct topk_row *row = &f->rows[i];
        r = put_varint(put_item(r, row->item), row->count << 1 | (row->error > 0));
        r = row->error > 0 ? put_varint(r, row->error) : r;
    }
    size_t size = (size_t)(r - records);
    p = put_u8(put_varint(p, size + f->extra), f->ranks);
    p = put_bytes(put_bytes(p, records, size), f->tail, f->tail_size);
    return (size_t)(p - bytes);
}

static struct topk *read_forgery(const struct forgery *f)
{
    uint8_t bytes[MOST_BYTES];
    size_t size = forge(f, bytes);
    struct topk *sketch;
    struct topk *total;
    enum sketch_status status =
        topk_deserialise(&sketch, bytes, size, &sketch_libc_memory);
    assert_int_equal(status, sketch ? SKETCH_OK : SKETCH_CORRUPT);
    assert_int_equal(topk_create(&total, 3, 3, &sketch_libc_memory), SKETCH_OK);
    assert_int_equal(topk_absorb(total, bytes, size), status);
    topk_free(total);
    return sketch;
}

static void expect_read(struct forgery f)
{
    struct topk *sketch = read_forgery(&f);
    assert_non_null(sketch);
    uint8_t bytes[MOST_BYTES];
    size_t size = forge(&f, bytes);
    uint8_t *written;
    size_t written_size;
    assert_int_equal(topk_serialise(sketch, &written, &written_size), SKETCH_OK);
    assert_int_equal(written_size, size);
    assert_memory_equal(written, bytes, size);
    free(written);
    topk_free(sketch);
}

static void expect_refused(struct forgery f) { assert_null(read_forgery(&f)); }

static void heads_that_cannot_be_are_refused(void **state)
{
    (void)state;
    struct forgery f = sound();
    expect_read(f);
    f.version = 2;
    expect_refused(f);
    f = sound(), f.flags = 4;
    expect_refused(f);
    f = sound(), f.flags = 1; /* estimated, by nothing */
    expect_refused(f);
    f = sound(), f.flags = 2; /* a filter, and exact */
    expect_refused(f);
    f = sound(), f.k = 0;
    expect_refused(f);
    f = sound(), f.k = TOPK_MAX_K + 1, f.counters = TOPK_MAX_K + 1;
    expect_refused(f);
    f = sound(), f.k = 4;
    expect_refused(f);
    f = sound(), f.counters = TOPK_MAX_COUNTERS + 1;
    expect_refused(f);
    f = sound(), f.counters = 2, f.k = 2; /* fewer than entries */
    expect_refused(f);
    f = sound(), f.total = SKETCH_MAX_TOTAL + 1;
    expect_refused(f);
    f = sound(), f.extra = 1;
    expect_refused(f);
    f = sound(), f.tail_size = 1; /* a byte behind it all */
    expect_refused(f);
}

static void records_that_cannot_be_are_refused(void **state)
{
    (void)state;
    struct forgery f = sound();
    f.total = 12; /* more than the counts */
    expect_refused(f);
    f = sound(), f.rows[1].error = 1; /* exact, with an error */
    expect_refused(f);
    f = sound(), f.rows[1].count = 6; /* after 5 */
    expect_refused(f);
    f = sound(), f.rows[1].item = item_integer(9), f.rows[2].item = item_integer(8);
    expect_refused(f); /* equal counts in the wrong order */
    f.ranks = 0 | 2 << 2 | 1 << 4;
    expect_refused(f);
    f = sound(), f.rows[2].item = item_integer(8); /* twice */
    expect_refused(f);
    f = sound(), f.rows[2].item = item_real(8);
    expect_refused(f);
    f = sound(), f.ranks = 0 | 2 << 2 | 1 << 4; /* not by item */
    expect_refused(f);
    f = sound(), f.ranks = 0 | 1 << 2 | 3 << 4; /* no such rank */
    expect_refused(f);
    f = sound(), f.ranks = 0 | 1 << 2 | 1 << 4; /* one twice */
    expect_refused(f);
    f = sound(), f.ranks |= 1 << 6; /* bits that belong to none */
    expect_refused(f);
}

static void filters_that_cannot_be_are_refused(void **state)
{
    (void)state;
    struct forgery f = sound_filter();
    expect_read(f);
    f.counters = 4; /* not all taken */
    expect_refused(f);
    f = sound_filter(), f.rows[1].error = 3; /* as large as the count */
    expect_refused(f);
    f = sound_filter(), f.tail[1] = 8; /* 7 is smaller than the smallest */
    expect_refused(f);
    f = sound_filter(), f.tail[3] = 8; /* 9 is larger than the largest */
    expect_refused(f);
    f = sound_filter(), f.tail[4] = 7; /* rows of 256 bytes for three counters */
    expect_refused(f);
    f = sound_filter(), f.tail[5] = 0; /* no plane */
    expect_refused(f);
    f = sound_filter(), f.tail[9] = 14; /* a cell above the total */
    expect_refused(f);
    f = sound_filter(), f.tail[9] = 0; /* a byte of 0 in a bitmap */
    expect_refused(f);
    f = sound_filter(), f.tail[8] = 0x20; /* fewer bits than bytes */
    expect_refused(f);
    f = sound_filter(), f.tail[8] = 0x32; /* more bits than bytes */
    expect_refused(f);
    f = sound_filter(), f.tail[6] = 2; /* ends before it does */
    expect_refused(f);
}

/* What has a floor was not there from the first item on: an item that it does not list
 * may have come any number of times up to that. */
static struct forgery sound_floor(void)
{
    struct forgery f = sound();
    f.flags = 1;
    f.counters = 4;
    f.total = 100;
    f.floor = 2;
    for (size_t i = 0; i < 3; i++) {
        f.rows[i].error = 2;
    }
    return f;
}

static void a_floor_bounds_what_is_not_listed(void **state)
{
    (void)state;
    struct forgery f = sound_floor();
    expect_read(f);
    struct topk *sketch = read_forgery(&f);
    assert_false(topk_is_exact(sketch));
    assert_true(topk_max_error(sketch) == 2);
    struct topk_row row = topk_lookup(sketch, item_integer(1000));
    assert_true(row.count == 2 && row.error == 2);
    assert_int_equal(topk_add(sketch, item_integer(1000), 4),
                     SKETCH_OK); /* is listed */
    row = topk_lookup(sketch, item_integer(1000));
    assert_true(row.count == 6 && row.error == 2);
    assert_int_equal(topk_add(sketch, item_integer(2000), 1), SKETCH_OK); /* left out */
    row = topk_lookup(sketch, item_integer(2000));
    assert_true(row.count == 3 && row.error == 3);
    assert_int_equal(topk_add(sketch, item_integer(2000), 1), SKETCH_OK); /* comes in */
    row = topk_lookup(sketch, item_integer(2000));
    assert_true(row.count == 4 && row.error == 2);
    struct topk_row eight = topk_lookup(sketch, item_integer(8));
    struct topk_row nine = topk_lookup(sketch, item_integer(9)); /* one of them went */
    assert_true(eight.count >= 3 && nine.count >= 3);
    assert_true((eight.count == eight.error) != (nine.count == nine.error));
    assert_true(topk_max_error(sketch) >= 3);
    topk_free(sketch);
    f.rows[2].error = 1; /* less than the floor */
    expect_refused(f);
    f = sound_floor(), f.floor = 0;
    expect_refused(f);
    f = sound_floor(), f.floor = 101, f.total = 100;
    expect_refused(f);
}

/* In place, from bytes and as an object: with and without a filter. */
static void bytes_with_a_floor_answer_as_the_sketch(void **state)
{
    (void)state;
    struct forgery f = sound_floor();
    struct topk *sketch = read_forgery(&f);
    for (int64_t i = 0; i < 300; i++) {
        uint8_t *bytes;
        size_t size;
        struct item item = item_integer(i * i % 23);
        struct topk_row direct;
        assert_int_equal(topk_serialise(sketch, &bytes, &size), SKETCH_OK);
        assert_true(topk_stored_lookup(bytes, size, item, &direct));
        struct topk_row row = topk_lookup(sketch, item);
        assert_true(direct.count == row.count && direct.error == row.error);
        struct topk *long_way;
        assert_int_equal(topk_deserialise(&long_way, bytes, size, &sketch_libc_memory),
                         SKETCH_OK);
        assert_int_equal(topk_add(long_way, item, 1), SKETCH_OK);
        bytes = realloc(bytes, size + 32);
        if (topk_stored_add(bytes, &size, size + 32, item, 1)) {
            uint8_t *expected;
            size_t expected_size;
            assert_int_equal(topk_serialise(long_way, &expected, &expected_size),
                             SKETCH_OK);
            assert_int_equal(size, expected_size);
            assert_memory_equal(bytes, expected, size);
            free(expected);
        }
        free(bytes);
        topk_free(sketch);
        sketch = long_way;
    }
    topk_free(sketch);
}

static void floors_add_up_in_merges(void **state)
{
    (void)state;
    struct forgery f = sound_floor();
    struct topk *sketch = read_forgery(&f);
    struct topk *other = read_forgery(&f);
    struct topk *plain;
    assert_int_equal(topk_create(&plain, 3, 4, &sketch_libc_memory), SKETCH_OK);
    for (int64_t i = 0; i < 50; i++) {
        assert_int_equal(topk_add(plain, item_integer(i), 1), SKETCH_OK);
    }
    assert_int_equal(topk_merge(sketch, other), SKETCH_OK);
    struct topk_row row = topk_lookup(sketch, item_integer(1000));
    assert_true(row.count == 4 && row.error == 4);
    row = topk_lookup(sketch, item_integer(7));
    assert_true(row.count == 10 && row.error == 4);
    assert_int_equal(topk_merge(plain, sketch), SKETCH_OK);
    for (int64_t i = 0; i < 60; i++) {
        row = topk_lookup(plain, item_integer(i));
        assert_true(row.count >= 4 + (uint64_t)(i < 50));
        assert_true(row.error >= 4);
    }
    uint8_t *bytes;
    size_t size;
    assert_int_equal(topk_serialise(plain, &bytes, &size), SKETCH_OK);
    topk_free(other);
    assert_int_equal(topk_deserialise(&other, bytes, size, &sketch_libc_memory),
                     SKETCH_OK);
    assert_true(topk_max_error(other) == topk_max_error(plain));
    free(bytes);
    topk_free(other);
    topk_free(plain);
    topk_free(sketch);
}

/* Cells of every width, alone and many, are written and found again. */
static void every_cell_is_found(void **state)
{
    (void)state;
    static const uint64_t values[] = {1, 255, 256, 65535, 65536, UINT64_C(1) << 40};
    enum { LG_CELLS = 8, LG_BYTES = 11, CELLS = 2 << LG_CELLS };
    for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
        for (uint64_t step = 1; step < CELLS; step *= 2) {
            struct topk_filter filter;
            unsigned lg_width = values[v] <= 65535        ? 1
                                : values[v] <= UINT32_MAX ? 2
                                                          : 3;
            assert_int_equal(
                topk_filter_create(&filter, LG_CELLS, lg_width, &sketch_libc_memory),
                SKETCH_OK);
            for (uint64_t i = 0; i < 1 << LG_CELLS; i += step) {
                topk_filter_raise_any(&filter, i << 56 | i << 24, values[v]);
            }
            size_t size = topk_planes_size(&filter);
            uint8_t *bytes = malloc(size);
            assert_non_null(bytes);
            assert_ptr_equal(topk_planes_put(&filter, bytes), bytes + size);
            struct reader r = {bytes, size, false};
            struct topk_planes planes;
            assert_true(topk_planes_find(&planes, &r, LG_BYTES));
            assert_true(took_all(&r));
            for (uint64_t i = 0; i < 1 << LG_CELLS; i++) {
                uint64_t bound;
                assert_true(topk_planes_get(&planes, i << 56 | i << 24, &bound));
                assert_true(bound == (i % step == 0 ? values[v] : 0));
            }
            free(bytes);
            free(filter.cells);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_that_cannot_be_are_refused),
        cmocka_unit_test(records_that_cannot_be_are_refused),
        cmocka_unit_test(filters_that_cannot_be_are_refused),
        cmocka_unit_test(a_floor_bounds_what_is_not_listed),
        cmocka_unit_test(bytes_with_a_floor_answer_as_the_sketch),
        cmocka_unit_test(floors_add_up_in_merges),
        cmocka_unit_test(every_cell_is_found),
    };
    return cmocka_run_group_tests_name("images of topk", tests, NULL, NULL);
}
