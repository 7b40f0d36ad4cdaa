/* t-digest images: written, and read as what was written. */
#include "tdigest_draft.h"

#include <math.h>

static void short_streams_make_the_bytes_of_datasketches(void **state)
{
    (void)state;
    struct tdigest *sketch = created(100);
    write_draft(sketch);
    assert_draft(image_of_none, sizeof image_of_none);
    add_weighted(sketch, 1, 1);
    write_draft(sketch);
    assert_draft(image_of_one, sizeof image_of_one);
    add_weighted(sketch, 2, 1);
    write_draft(sketch);
    assert_draft(image_of_two, sizeof image_of_two);
    tdigest_free(sketch);
}

static void every_written_image_reads_and_writes_again(void **state)
{
    (void)state;
    static const int sizes[] = {10, 57, 200, 2000};
    for (int round = 0; round < 120; round++) {
        struct tdigest *sketch = created(sizes[round % 4]);
        uint64_t count = draw(UINT64_C(1) << draw(16));
        uint64_t range = 1 + draw(UINT64_C(1) << draw(20));
        uint64_t heaviest = 1 + draw(UINT64_C(1) << draw(30));
        for (uint64_t i = 0; i < count; i++) {
            double value = (double)draw(range) - (double)range / 2;
            add_weighted(sketch, round % 3 ? value : draw_share(), draw(heaviest) + 1);
        }
        write_draft(sketch);
        struct tdigest *copy = read_draft();
        static struct draft before;
        before = draft;
        write_draft(copy);
        assert_draft(before.bytes, before.size);
        assert_true(tdigest_weight(copy) == tdigest_weight(sketch));
        if (count > 0) {
            assert_ascending(copy, 200);
            assert_true(tdigest_min(copy) == tdigest_min(sketch));
            assert_true(tdigest_max(copy) == tdigest_max(sketch));
            double difference = tdigest_mean(copy) - tdigest_mean(sketch);
            assert_true(fabs(difference) <= 1e-9 * (double)range);
        }
        tdigest_free(copy);
        tdigest_free(sketch);
    }
}

/* k = 100 has room for 210 centroids: for 105 pairs, and for 210 values with a flag. */
static void repeated_values_stay_exact_when_stored(void **state)
{
    (void)state;
    static const int different[] = {1, 2, 5, 105, 106, 210};
    for (int d = 0; d < 6; d++) {
        struct tdigest *sketch = created(100);
        for (int i = 0; i < different[d]; i++) {
            add_weighted(sketch, i, UINT64_C(1000) + (uint64_t)i % 7);
        }
        write_draft(sketch);
        bool flagged = draft.bytes[6] & 1;
        size_t centroids = (draft.size - 32) / 16;
        assert_int_equal(flagged, different[d] > 105);
        assert_int_equal(centroids, (flagged ? 1 : 2) * different[d]);
        struct tdigest *copy = read_draft();
        assert_true(tdigest_is_exact(copy));
        assert_int_equal(tdigest_count(copy), different[d]);
        for (int i = 0; i < 1000; i++) {
            double q = i / 999.0;
            assert_true(quantile(copy, q) == quantile(sketch, q));
            assert_true(fmod(quantile(copy, q), 0.5) == 0);
        }
        tdigest_free(copy);
        tdigest_free(sketch);
    }
}

/* Among other values, those that make up more than the limit of one centroid. */
static void heavy_values_stay_exact_when_stored(void **state)
{
    (void)state;
    struct tdigest *sketch = created(50);
    for (int i = 0; i < 100000; i++) {
        add_weighted(sketch, draw(2) ? (double)draw(8) : 8 * draw_share(), 1);
    }
    write_draft(sketch);
    struct tdigest *copy = read_draft();
    assert_false(tdigest_is_exact(copy));
    assert_true(draft.size < 32 + 16 * 110);
    for (int i = 0; i < 8; i++) {
        double middle = rank(sketch, i);
        assert_true(fabs(rank(copy, i) - middle) < 1e-12);
        assert_true(quantile(copy, middle) == i);
        assert_true(quantile(copy, middle + 0.03) == i || i == 7);
    }
    tdigest_free(copy);
    tdigest_free(sketch);
}

/* An image that has no room for a pair of every repeated value among others. */
static void the_heaviest_values_keep_their_marks(void **state)
{
    (void)state;
    struct tdigest *sketch = created(10);
    for (int round = 0; round < 40; round++) {
        for (int i = 0; i < 24; i++) {
            add_weighted(sketch, i, UINT64_C(1) << 2 * (i % 12));
            add_weighted(sketch, i + 0.1 + draw_share() / 2, 1);
        }
    }
    for (int times = 0; times < 3; times++) {
        write_draft(sketch);
        assert_true(draft.size <= 32 + 16 * 30);
        for (int i = 10; i < 12; i++) {
            double middle = rank(sketch, i);
            assert_true(quantile(sketch, middle) == i);
            assert_true(quantile(sketch, middle + 0.01) == i);
        }
        tdigest_free(sketch);
        sketch = read_draft();
    }
    tdigest_free(sketch);
}

static void images_are_recognised_by_their_first_bytes(void **state)
{
    (void)state;
    const struct sketch_ops *ops = &tdigest_ops;
    assert_string_equal(ops->family, "tdigest");
    assert_true(ops->recognises(image_of_none, 8));
    assert_false(ops->recognises(image_of_none, 7));
    assert_true(ops->recognises(image_of_one, 16));
    assert_true(ops->recognises(image_of_two, 64));
    assert_false(ops->recognises(NULL, 0));
    static const uint8_t hll[] = {2, 1, 7, 12, 3, 12, 0, 0};
    static const uint8_t zeros[40] = {0};
    assert_false(ops->recognises(hll, sizeof hll));
    assert_false(ops->recognises(zeros, sizeof zeros));
    assert_false(ops->recognises((const uint8_t *)"TOPK\1abcdef", 11));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_streams_make_the_bytes_of_datasketches),
        cmocka_unit_test(every_written_image_reads_and_writes_again),
        cmocka_unit_test(repeated_values_stay_exact_when_stored),
        cmocka_unit_test(heavy_values_stay_exact_when_stored),
        cmocka_unit_test(the_heaviest_values_keep_their_marks),
        cmocka_unit_test(images_are_recognised_by_their_first_bytes),
    };
    return cmocka_run_group_tests_name("tdigest images", tests, NULL, NULL);
}
