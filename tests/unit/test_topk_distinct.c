/* Top-k by distinct: what it finds in rows of any order, what it refuses, and what its
 * bytes may be. */
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
#include "topk_distinct.h"
#include "topk_planes.h"

static struct topk_distinct *created(int k, int lg_k)
{
    struct topk_distinct *sketch;
    assert_int_equal(topk_distinct_create(&sketch, k, lg_k, &sketch_libc_memory),
                     SKETCH_OK);
    return sketch;
}

static void add(struct topk_distinct *sketch, struct item label, uint64_t value)
{
    assert_int_equal(topk_distinct_add(sketch, label, hash_u64(value)), SKETCH_OK);
}

static struct topk_distinct_row lookup(const struct topk_distinct *sketch,
                                       struct item label)
{
    struct topk_distinct_row row;
    assert_int_equal(topk_distinct_lookup(sketch, label, &row), SKETCH_OK);
    return row;
}

static void parameters_have_ranges(void **state)
{
    static const int wrong[][2] = {{0, 11}, {-1, 11}, {1001, 11}, {1, 3}, {1, 17}};
    struct topk_distinct *sketch;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        sketch = (struct topk_distinct *)state;
        assert_int_equal(topk_distinct_create(&sketch, wrong[i][0], wrong[i][1],
                                              &sketch_libc_memory),
                         SKETCH_RANGE);
        assert_null(sketch);
    }
    topk_distinct_free(created(1, TOPK_DISTINCT_MIN_LG_K));
    topk_distinct_free(created(TOPK_DISTINCT_MAX_K, TOPK_DISTINCT_MAX_LG_K));
    topk_distinct_free(NULL);
}

/* While there is an entry for each label, a count is that of a HyperLogLog. */
static void few_labels_are_counted_as_by_hyperloglog(void **state)
{
    enum { LABELS = 50, VALUES = 3000 };
    struct topk_distinct *sketch = created(10, 11);
    struct hll *alone;
    (void)state;
    assert_int_equal(hll_create(&alone, 11, &sketch_libc_memory), SKETCH_OK);
    for (uint64_t i = 0; i < VALUES; i++) {
        add(sketch, item_integer(7), i);
        add(sketch, item_integer((int64_t)(100 + i % (LABELS - 1))), i % 10);
        assert_int_equal(hll_add(alone, hash_u64(i)), SKETCH_OK);
    }
    struct topk_distinct_row row = lookup(sketch, item_real(7.0));
    double lower;
    double upper;
    assert_int_equal(hll_bounds(alone, 2, &lower, &upper), SKETCH_OK);
    assert_int_equal(row.count, (uint64_t)(hll_estimate(alone) + 0.5));
    assert_int_equal(row.lower, (uint64_t)(lower + 0.5));
    assert_int_equal(row.upper, (uint64_t)(upper + 0.5));
    assert_true(topk_distinct_is_complete(sketch));
    assert_int_equal(topk_distinct_used(sketch), LABELS);
    assert_int_equal(lookup(sketch, item_text("7", 1)).upper, 0);
    add(sketch, item_text("7", 1), 1); /* one more than there are entries for */
    assert_false(topk_distinct_is_complete(sketch));
    assert_int_equal(topk_distinct_used(sketch), LABELS);
    hll_free(alone);
    topk_distinct_free(sketch);
}

/* Streams with ten heavy labels, thousands of light ones, and one of many rows and a
 * value. */
enum { HEAVY = 10, LIGHT = 3000, NOISY = 20000, STREAM_MOST = 60000 };

struct pair {
    uint64_t place;
    uint32_t label;
    uint32_t value;
};

static struct pair stream[STREAM_MOST];
static size_t stream_length;

/* Heavy labels have 300, 500, 700 ... values, light ones 1 to 8. */
static uint32_t truth(uint32_t label)
{
    return label < HEAVY ? 300 + 200 * label : label == NOISY ? 1 : 1 + label % 8;
}

static void put_pairs(uint32_t label, uint32_t times)
{
    for (uint32_t i = 0; i < truth(label) * times; i++) {
        stream[stream_length++] = (struct pair){0, label, label * 10000 + i / times};
    }
}

enum order { SHUFFLED, BY_LABEL, ASCENDING, DESCENDING, ORDERS };

static int compare_pairs(const void *left, const void *right)
{
    const struct pair *a = left;
    const struct pair *b = right;
    return (a->place > b->place) - (a->place < b->place);
}

static void make_stream(enum order order)
{
    struct random random = {3};
    stream_length = 0;
    for (uint32_t label = 0; label < HEAVY + LIGHT; label++) {
        put_pairs(label, 1 + label % 2);
    }
    put_pairs(NOISY, 5000);
    for (size_t i = 0; i < stream_length; i++) {
        uint64_t chance = random_next(&random) >> 24;
        uint64_t label = stream[i].label;
        stream[i].place =
            chance |
            (order == BY_LABEL     ? hash_u64(label).h1 >> 40 << 40
             : order == ASCENDING  ? (uint64_t)truth((uint32_t)label) << 40
             : order == DESCENDING ? (uint64_t)(4000 - truth((uint32_t)label)) << 40
                                   : 0);
        /* So that labels of equal counts are groups, too. */
        if (order == ASCENDING || order == DESCENDING) {
            stream[i].place = stream[i].place >> 40 << 40 | label << 24 | chance >> 16;
        }
    }
    qsort(stream, stream_length, sizeof *stream, compare_pairs);
}

static void add_stream(struct topk_distinct *sketch, size_t from, size_t step)
{
    for (size_t i = from; i < stream_length; i += step) {
        add(sketch, item_integer(stream[i].label), stream[i].value);
    }
}

/* All ten, with counts within a fifth; eight intervals at least hold the truth. */
static void expect_heavy(const struct topk_distinct *sketch)
{
    struct topk_distinct_row *rows;
    size_t count;
    unsigned held = 0;
    assert_int_equal(topk_distinct_rank(sketch, HEAVY, &rows, &count), SKETCH_OK);
    assert_int_equal(count, HEAVY);
    for (size_t i = 0; i < count; i++) {
        uint32_t label = (uint32_t)rows[i].label.as.bits;
        assert_true(label < HEAVY);
        assert_in_range(rows[i].count, truth(label) * 4 / 5, truth(label) * 6 / 5);
        held += rows[i].lower <= truth(label) && truth(label) <= rows[i].upper;
        assert_true(i == 0 || rows[i].count <= rows[i - 1].count);
    }
    assert_true(held >= 8);
    free(rows);
}

static void heavy_labels_are_found_in_rows_of_any_order(void **state)
{
    (void)state;
    for (enum order order = 0; order < ORDERS; order++) {
        struct topk_distinct *sketch = created(HEAVY, 11);
        make_stream(order);
        add_stream(sketch, 0, 1);
        expect_heavy(sketch);
        topk_distinct_free(sketch);
    }
}

static void repeated_pairs_do_not_get_in(void **state)
{
    struct topk_distinct *sketch = created(HEAVY, 11);
    (void)state;
    make_stream(SHUFFLED);
    add_stream(sketch, 0, 1);
    struct topk_distinct_row row = lookup(sketch, item_integer(NOISY));
    assert_int_equal(row.lower, 0);
    assert_in_range(row.count, 1, 200);
    topk_distinct_free(sketch);
}

/* A merge of parts that share all labels and half of the pairs. */
static void merged_parts_count_a_pair_once(void **state)
{
    (void)state;
    for (enum order order = 0; order < ORDERS; order++) {
        struct topk_distinct *into = created(HEAVY, 11);
        struct topk_distinct *from = created(HEAVY, 11);
        make_stream(order);
        add_stream(into, 0, 2);
        add_stream(from, 1, 2);
        add_stream(from, 0, 4);
        assert_int_equal(topk_distinct_merge(into, from), SKETCH_OK);
        expect_heavy(into);
        assert_int_equal(topk_distinct_used(into), topk_distinct_labels(HEAVY));
        topk_distinct_free(into);
        topk_distinct_free(from);
    }
}

/* A label that beats all others is in the answers before its run has ended. */
static void an_open_run_is_in_the_answers(void **state)
{
    struct topk_distinct *sketch = created(1, 11);
    (void)state;
    for (uint64_t i = 0; i < 1000; i++) {
        add(sketch, item_integer((int64_t)(i % 100)), i);
    }
    for (uint64_t i = 0; i < 100; i++) {
        add(sketch, item_text("a label that is long", 20), i);
    }
    struct topk_distinct_row row =
        lookup(sketch, item_text("a label that is long", 20));
    assert_int_equal(row.lower, 100);
    assert_int_equal(row.count, 100);
    struct topk_distinct_row *rows;
    size_t count;
    assert_int_equal(topk_distinct_rank(sketch, 1, &rows, &count), SKETCH_OK);
    assert_true(item_equal(rows[0].label, row.label));
    free(rows);
    topk_distinct_free(sketch);
}

/* An INTEGER, a TEXT and a BLOB of the same eight bytes have the same hash. */
static void labels_of_equal_hashes_are_told_apart(void **state)
{
    enum { GROUPS = 40 };
    static char texts[GROUPS][9];
    struct topk_distinct *sketch = created(1, 11);
    (void)state;
    for (uint64_t round = 0; round < 30; round++) {
        for (uint64_t i = 0; i < GROUPS; i++) {
            uint64_t bits = UINT64_C(0x3030303030303030) + i;
            memcpy(texts[i], &bits, sizeof bits);
            add(sketch, item_integer((int64_t)bits), round);
            add(sketch, item_text(texts[i], 8), round % (i < 3 ? 30 : 3));
            add(sketch, item_blob(texts[i], 8), round % 2);
        }
    }
    struct topk_distinct_row *rows;
    size_t count;
    assert_int_equal(topk_distinct_rank(sketch, SIZE_MAX, &rows, &count), SKETCH_OK);
    assert_int_equal(count, topk_distinct_labels(1));
    for (size_t i = 0; i < count; i++) {
        assert_true(rows[i].lower <= (rows[i].label.kind == ITEM_BLOB ? 2 : 30));
        assert_int_equal(lookup(sketch, rows[i].label).count, rows[i].count);
        for (size_t k = 0; k < i; k++) {
            assert_false(item_equal(rows[i].label, rows[k].label));
        }
    }
    free(rows);
    topk_distinct_free(sketch);
}

/* Memory that is counted, each block with its size in front. */
static size_t counted_bytes;

static void *counted_resize(void *ctx, void *block, size_t size)
{
    size_t *head = block ? (size_t *)block - 2 : NULL;
    (void)ctx;
    counted_bytes -= head ? *head : 0;
    if (size == 0) {
        free(head);
        return NULL;
    }
    head = realloc(head, size + 2 * sizeof *head);
    assert_non_null(head);
    *head = size;
    counted_bytes += size;
    return head + 2;
}

static void a_long_label_that_goes_takes_its_bytes_along(void **state)
{
    enum { LONG = 1 << 20 };
    const struct sketch_memory memory = {counted_resize, NULL};
    char *label = calloc(1, LONG);
    struct topk_distinct *sketch;
    (void)state;
    assert_non_null(label);
    assert_int_equal(topk_distinct_create(&sketch, 1, 4, &memory), SKETCH_OK);
    for (uint64_t i = 0; i < 3000; i++) {
        add(sketch, item_integer((int64_t)(i % 23)), i);
    }
    for (uint64_t i = 0; i < 20; i++) {
        label[0] = (char)('a' + i);
        add(sketch, item_text(label, LONG), i);
        assert_true(counted_bytes < 3 << 20);
        label[1] = (char)i;
        add(sketch, item_text(label, 20), i); /* could be kept in the same block */
        assert_true(counted_bytes < 1 << 16);
    }
    topk_distinct_free(sketch);
    assert_int_equal(counted_bytes, 0);
    free(label);
}

/* Each label has as many values as the sets of two sketches hold, but not those of one.
 */
static void a_merge_takes_no_more_than_its_parts(void **state)
{
    const struct sketch_memory memory = {counted_resize, NULL};
    static const int lg_k[] = {12, 12, 13};
    struct topk_distinct *parts[3];
    (void)state;
    for (size_t part = 0; part < 3; part++) {
        assert_int_equal(topk_distinct_create(&parts[part], 25, lg_k[part], &memory),
                         SKETCH_OK);
        for (uint64_t i = 0; i < 95 * 300; i++) {
            add(parts[part], item_integer((int64_t)(i % 95)), 1000 * part + i / 95);
        }
    }
    size_t before = counted_bytes;
    assert_int_equal(topk_distinct_merge(parts[0], parts[1]), SKETCH_OK);
    assert_int_equal(topk_distinct_merge(parts[2], parts[0]), SKETCH_OK);
    assert_true(counted_bytes <= 2 * before);
    assert_in_range(lookup(parts[2], item_integer(7)).count, 700, 1100);
    for (size_t part = 0; part < 3; part++) {
        topk_distinct_free(parts[part]);
    }
    assert_int_equal(counted_bytes, 0);
}

/* Images, made by hand */

struct forged {
    uint8_t bytes[8192];
    size_t size;
};

/* What is wrong with an image. */
enum fault {
    NONE,
    A_LABEL_TOO_FEW,
    A_LABEL_TWICE,
    NO_VALUES,
    REGISTERS_OF_8_BITS,
    A_HIGH_PRECISION,
    MORE_EXPECTED_THAN_MOST,
    MOST_BEYOND_THE_TOTAL,
    A_HUGE_THRESHOLD,
    A_FLAG_MORE,
    A_BYTE_MORE,
    FAULTS
};

static uint8_t *put_values(uint8_t *p, int lg_k, unsigned count, enum hll_type type)
{
    struct hll *values;
    uint8_t *bytes;
    size_t size;
    assert_int_equal(hll_create(&values, lg_k, &sketch_libc_memory), SKETCH_OK);
    for (uint64_t i = 0; i < count; i++) {
        assert_int_equal(hll_add(values, hash_u64(i)), SKETCH_OK);
    }
    assert_int_equal(hll_serialise_as(values, type, HLL_COMPACT, &bytes, &size),
                     SKETCH_OK);
    p = put_bytes(put_varint(p, size), bytes, size);
    free(bytes);
    hll_free(values);
    return p;
}

/* A sketch of k = 1, of which a cell is `cell`; the fault is in the last label. */
static struct forged forge(enum fault fault, uint64_t cell)
{
    struct forged image = {.size = 0};
    uint64_t labels = (uint64_t)topk_distinct_labels(1) - (fault == A_LABEL_TOO_FEW);
    uint8_t *p = put_u8(put_tag(image.bytes, "TOPD"), 1);
    p = put_u8(p, fault == A_FLAG_MORE ? 3 : 1);
    p = put_varint(put_varint(put_varint(p, 1), 5), labels);
    for (uint64_t i = 1; i <= labels; i++) {
        bool last = i == labels;
        enum fault here = last ? fault : NONE;
        p = put_item(p, item_integer((int64_t)(here == A_LABEL_TWICE ? i - 1 : i)));
        p = put_values(p, here == A_HIGH_PRECISION ? 17 : 5,
                       here == NO_VALUES ? 0 : 100,
                       here == REGISTERS_OF_8_BITS ? HLL_8 : HLL_4);
        p = put_varint(p, here == MOST_BEYOND_THE_TOTAL ? SKETCH_MAX_TOTAL + 1 : 7);
        p = put_varint(p, here == MORE_EXPECTED_THAN_MOST ? 8 : 7);
    }
    p = put_varint(p, fault == A_HUGE_THRESHOLD ? SKETCH_MAX_TOTAL + 1 : 50);
    struct topk_filter filter;
    assert_int_equal(topk_filter_create(&filter, 4, 1, &sketch_libc_memory), SKETCH_OK);
    topk_filter_raise_any(&filter, 12345, cell);
    p = topk_planes_put(&filter, p);
    free(filter.cells);
    p += fault == A_BYTE_MORE;
    image.size = (size_t)(p - image.bytes);
    return image;
}

static enum sketch_status read_forged(struct topk_distinct **out, struct forged image)
{
    return topk_distinct_deserialise(out, image.bytes, image.size, &sketch_libc_memory);
}

static void bytes_that_nobody_wrote_are_refused(void **state)
{
    struct topk_distinct *sketch;
    (void)state;
    for (enum fault fault = A_LABEL_TOO_FEW; fault < FAULTS; fault++) {
        assert_int_equal(read_forged(&sketch, forge(fault, 9)), SKETCH_CORRUPT);
        assert_null(sketch);
    }
    assert_int_equal(read_forged(&sketch, forge(NONE, SKETCH_MAX_TOTAL + 1)),
                     SKETCH_CORRUPT);
    assert_int_equal(read_forged(&sketch, forge(NONE, 9)), SKETCH_OK);
    assert_int_equal(topk_distinct_threshold(sketch), 50);
    assert_int_equal(topk_distinct_used(sketch), topk_distinct_labels(1));
    topk_distinct_free(sketch);
}

static void bounds_that_would_pass_the_total_are_refused(void **state)
{
    struct topk_distinct *into;
    struct topk_distinct *from;
    (void)state;
    assert_int_equal(read_forged(&into, forge(NONE, 100)), SKETCH_OK);
    assert_int_equal(read_forged(&from, forge(NONE, SKETCH_MAX_TOTAL)), SKETCH_OK);
    assert_int_equal(topk_distinct_merge(into, from), SKETCH_OVERFLOW);
    assert_int_equal(topk_distinct_threshold(into), 50);
    assert_int_equal(topk_distinct_merge(into, into), SKETCH_OK);
    assert_int_equal(topk_distinct_threshold(into), 100);
    topk_distinct_free(into);
    topk_distinct_free(from);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_have_ranges),
        cmocka_unit_test(few_labels_are_counted_as_by_hyperloglog),
        cmocka_unit_test(heavy_labels_are_found_in_rows_of_any_order),
        cmocka_unit_test(repeated_pairs_do_not_get_in),
        cmocka_unit_test(merged_parts_count_a_pair_once),
        cmocka_unit_test(an_open_run_is_in_the_answers),
        cmocka_unit_test(labels_of_equal_hashes_are_told_apart),
        cmocka_unit_test(a_long_label_that_goes_takes_its_bytes_along),
        cmocka_unit_test(a_merge_takes_no_more_than_its_parts),
        cmocka_unit_test(bytes_that_nobody_wrote_are_refused),
        cmocka_unit_test(bounds_that_would_pass_the_total_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
