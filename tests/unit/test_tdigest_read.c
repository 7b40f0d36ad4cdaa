/* t-digest images of other writers, and what no writer writes. */
#include "tdigest_draft.h"

#include <math.h>

#include "bytes.h"

static void short_images_are_read(void **state)
{
    (void)state;
    draft_begin();
    draft_add(image_of_none, sizeof image_of_none);
    struct tdigest *sketch = read_draft();
    assert_int_equal(tdigest_weight(sketch), 0);
    assert_int_equal(tdigest_k(sketch), 100);
    tdigest_free(sketch);
    draft_begin();
    draft_add(image_of_one, sizeof image_of_one);
    sketch = read_draft();
    assert_int_equal(tdigest_weight(sketch), 1);
    assert_true(quantile(sketch, 0.5) == 1);
    tdigest_free(sketch);
    draft_begin();
    draft_add(image_of_two, sizeof image_of_two);
    sketch = read_draft();
    assert_int_equal(tdigest_weight(sketch), 2);
    assert_true(quantile(sketch, 0) == 1 && quantile(sketch, 1) == 2);
    tdigest_free(sketch);
}

/* Where other writers leave values in a buffer, they may follow after centroids. */
static void a_buffer_is_read(void **state)
{
    (void)state;
    for (int centroids = 0; centroids <= 10; centroids++) {
        draft_head((uint32_t)centroids, (uint32_t)(10 - centroids), 1, 10);
        for (int i = 0; i < centroids; i++) {
            draft_centroid(2 * (i + 1) <= 10 ? 2 * (i + 1) : 10, 1);
        }
        for (int i = 0; i < 10 - centroids; i++) {
            draft_f64(10 - i);
        }
        if (centroids > 0 && centroids < 10) {
            /* 1 is no longer among them, so the buffer's last has to be. */
            draft.size -= 8;
            draft_f64(1);
        }
        if (centroids == 10) {
            memcpy(draft.bytes + 32, draft.bytes + 16, 8);
        }
        struct tdigest *sketch = read_draft();
        assert_int_equal(tdigest_weight(sketch), 10);
        assert_true(tdigest_is_exact(sketch));
        assert_true(tdigest_min(sketch) == 1 && tdigest_max(sketch) == 10);
        assert_ascending(sketch, 100);
        write_draft(sketch);
        tdigest_free(sketch);
        tdigest_free(read_draft());
    }
    draft_head(0, 10, 1, 10);
    for (int i = 0; i < 10; i++) {
        draft_f64((i * 7) % 10 + 1);
    }
    struct tdigest *sketch = read_draft();
    struct tdigest *total;
    assert_int_equal(tdigest_create(&total, TDIGEST_K, &sketch_libc_memory), SKETCH_OK);
    assert_int_equal(tdigest_add(total, 11), SKETCH_OK);
    assert_int_equal(tdigest_absorb(total, draft.bytes, draft.size), SKETCH_OK);
    assert_int_equal(tdigest_weight(total), 11);
    for (int i = 1; i < 10; i++) {
        assert_true(quantile(sketch, i / 10.0) == i + 0.5);
        assert_true(quantile(total, i / 11.0) == i + 0.5);
    }
    draft.size -= 8;
    assert_int_equal(tdigest_absorb(total, draft.bytes, draft.size), SKETCH_CORRUPT);
    assert_int_equal(tdigest_weight(total), 11);
    tdigest_free(sketch);
    tdigest_free(total);
}

static void a_long_buffer_is_joined(void **state)
{
    (void)state;
    draft_head(3, 4000, 0, 1);
    draft_centroid(0, 1);
    draft_centroid(0.5, 100000);
    draft_centroid(1, 1);
    for (int i = 0; i < 4000; i++) {
        draft_f64(draw_share());
    }
    struct tdigest *sketch = read_draft();
    assert_int_equal(tdigest_weight(sketch), 104002);
    assert_true(tdigest_count(sketch) < 410);
    assert_ascending(sketch, 1000);
    write_draft(sketch);
    assert_int_equal(draft.bytes[12] | draft.bytes[13], 0);
    tdigest_free(sketch);
}

/* The centroids of a digest of sorted values, as DataSketches makes them with its scale
 * k2 and k = 100: up to 5 % of all in the middle. */
static uint32_t draft_centroids(const double *sorted, size_t count)
{
    uint32_t centroids = 0;
    for (size_t at = 0; at < count; centroids++) {
        double q = (double)at / (double)count;
        size_t weight = 1 + (size_t)(0.2 * q * (1 - q) * (double)count);
        weight = at + weight < count ? weight : at + 1 < count ? count - 1 - at : 1;
        double sum = 0;
        for (size_t i = at; i < at + weight; i++) {
            sum += sorted[i];
        }
        draft_centroid(sum / (double)weight, weight);
        at += weight;
    }
    return centroids;
}

/* Fails unless answers are as good as those of the centroids without the buffer, which
 * are off by 0.0006 on average and by 0.003 at worst. */
static void a_buffer_costs_no_accuracy(void **state)
{
    (void)state;
    enum { COUNT = 10000, BUFFER = 760, RUNS = 10 };
    static double values[COUNT];
    double mean = 0;
    double worst = 0;
    for (int run = 0; run < RUNS; run++) {
        for (int i = 0; i < COUNT; i++) {
            values[i] = run % 2 ? draw_share() : draw_lognormal();
        }
        qsort(values, COUNT - BUFFER, sizeof *values, compare_doubles);
        draft_head(0, BUFFER, values[0], values[COUNT - BUFFER - 1]);
        uint32_t centroids = draft_centroids(values, COUNT - BUFFER);
        put_u32(draft.bytes + 8, centroids);
        draft.bytes[3] = 100;
        for (int i = COUNT - BUFFER; i < COUNT; i++) {
            values[i] = fmin(fmax(values[i], values[0]), values[COUNT - BUFFER - 1]);
            draft_f64(values[i]);
        }
        struct tdigest *sketch = read_draft();
        qsort(values, COUNT, sizeof *values, compare_doubles);
        double most = 0;
        for (int i = 1; i < 1000; i++) {
            double q = i / 1000.0;
            double error = rank_error(values, COUNT, q, quantile(sketch, q));
            mean += error / 999 / RUNS;
            most = fmax(most, error);
        }
        worst += most / RUNS;
        tdigest_free(sketch);
    }
    assert_true(mean < 0.0007 && worst < 0.0035);
}

static void equal_means_are_one_value(void **state)
{
    (void)state;
    draft_head(6, 0, 0, 9);
    draft_centroid(0, 1);
    draft_centroid(4, 100);
    draft_centroid(4, 200);
    draft_centroid(4, 50);
    draft_centroid(6, 300);
    draft_centroid(9, 1);
    struct tdigest *sketch = read_draft();
    assert_int_equal(tdigest_count(sketch), 4);
    assert_true(quantile(sketch, 0.01) == 4 && quantile(sketch, 0.53) == 4);
    assert_true(quantile(sketch, 0.6) > 4);
    tdigest_free(sketch);
}

static void negative_zeros_are_read_as_zeros(void **state)
{
    (void)state;
    draft_head(3, 1, -0.0, 0.0);
    draft_centroid(-0.0, 1);
    draft_centroid(0.0, 5);
    draft_centroid(-0.0, 1);
    draft_f64(-0.0);
    struct tdigest *sketch = read_draft();
    assert_int_equal(tdigest_count(sketch), 1);
    assert_int_equal(tdigest_weight(sketch), 8);
    assert_false(signbit(quantile(sketch, 0.5)) || signbit(tdigest_min(sketch)));
    tdigest_free(sketch);
}

static void images_of_floats_are_read(void **state)
{
    (void)state;
    static const uint8_t head[8] = {2, 1, 20, 100, 0, 4, 0, 0};
    draft_begin();
    draft_add(head, 8);
    draft_u32(3);
    draft_u32(2);
    draft_f32(-1.5f);
    draft_f32(8.25f);
    static const float means[] = {-1.5f, 2, 8.25f};
    for (int i = 0; i < 3; i++) {
        draft_f32(means[i]);
        draft_u32(i == 1 ? 10 : 1);
    }
    draft_f32(7);
    draft_f32(0.5f);
    struct tdigest *sketch = read_draft();
    assert_int_equal(tdigest_weight(sketch), 14);
    assert_true(tdigest_min(sketch) == -1.5 && tdigest_max(sketch) == 8.25);
    assert_true(fabs(tdigest_mean(sketch) - 34.25 / 14) < 1e-12);
    assert_ascending(sketch, 100);
    tdigest_free(sketch);

    static const uint8_t single[] = {1, 1, 20, 100, 0, 2, 0, 0, 0, 0, 0xa0, 0x40};
    draft_begin();
    draft_add(single, sizeof single);
    sketch = read_draft();
    assert_true(tdigest_weight(sketch) == 1 && quantile(sketch, 0.5) == 5);
    write_draft(sketch);
    assert_int_equal(draft.size, 16);
    tdigest_free(sketch);
}

/* The reference implementation */

static const double reference_means[] = {0.1, 0.7, 2.5, 5, 11.3};

static const double reference_weights[] = {1, 4, 30, 5, 1};

static void draft_verbose(uint32_t count, double least, double most, double k)
{
    draft_begin();
    draft_big_u32(1);
    draft_big_f64(least);
    draft_big_f64(most);
    draft_big_f64(k);
    draft_big_u32(count);
    for (uint32_t i = 0; i < count; i++) {
        draft_big_f64(reference_weights[i]);
        draft_big_f64(reference_means[i]);
    }
}

static void draft_small(uint32_t count, double least, double most, float k)
{
    static const uint8_t capacities[4] = {0, 210, 3, 232};
    draft_begin();
    draft_big_u32(2);
    draft_big_f64(least);
    draft_big_f64(most);
    draft_big_f32(k);
    draft_add(capacities, 4);
    draft_big_u32(count);
    memmove(draft.bytes + draft.size - 4, draft.bytes + draft.size - 2, 2);
    draft.size -= 2;
    for (uint32_t i = 0; i < count; i++) {
        draft_big_f32((float)reference_weights[i]);
        draft_big_f32((float)reference_means[i]);
    }
}

static void both_forms_of_the_reference_are_read(void **state)
{
    (void)state;
    for (int small = 0; small < 2; small++) {
        if (small) {
            draft_small(5, 0.1, 11.3, 80.5f);
        } else {
            draft_verbose(5, 0.1, 11.3, 80.5);
        }
        assert_true(tdigest_ops.recognises(draft.bytes, draft.size));
        struct tdigest *sketch = read_draft();
        assert_int_equal(tdigest_k(sketch), 80);
        assert_int_equal(tdigest_weight(sketch), 41);
        assert_int_equal(tdigest_count(sketch), 5);
        assert_true(tdigest_min(sketch) == 0.1 && tdigest_max(sketch) == 11.3);
        assert_ascending(sketch, 100);
        write_draft(sketch);
        assert_int_equal(draft.bytes[2], 20);
        tdigest_free(sketch);
    }
}

static void an_empty_reference_digest_is_read(void **state)
{
    (void)state;
    for (int small = 0; small < 2; small++) {
        if (small) {
            draft_small(0, INFINITY, -INFINITY, 5);
        } else {
            draft_verbose(0, INFINITY, -INFINITY, 1e9);
        }
        struct tdigest *sketch = read_draft();
        assert_int_equal(tdigest_weight(sketch), 0);
        assert_int_equal(tdigest_k(sketch), small ? 10 : 65535);
        tdigest_free(sketch);
    }
    draft_verbose(0, 1, 2, 100);
    assert_draft_refused();
}

static void unsound_reference_digests_are_refused(void **state)
{
    (void)state;
    draft_verbose(5, 0.2, 11.3, 100); /* the first mean is below the least value */
    assert_draft_refused();
    draft_small(5, 0.2, 11.3, 100);
    assert_draft_refused();
    draft_small(5, 0.1, 1e300, 100);
    assert_draft_refused();
    static const double wrong[] = {0, -1, NAN, INFINITY};
    for (int i = 0; i < 4; i++) {
        draft_verbose(5, 0.1, 11.3, wrong[i]);
        assert_draft_refused();
    }
    static const double weights[] = {0, -1, 1.5, NAN, INFINITY, 0x1p63, 0x1p64};
    for (int i = 0; i < 7; i++) {
        draft_verbose(1, 0.1, 0.1, 100);
        draft.size -= 16;
        draft_big_f64(weights[i]);
        draft_big_f64(0.1);
        assert_draft_refused();
    }
    draft_begin();
    draft_big_u32(3);
    draft_f64(0);
    draft_f64(0);
    draft_f64(0);
    draft_f64(0);
    assert_false(tdigest_ops.recognises(draft.bytes, draft.size));
    assert_draft_refused();
}

/* Digests made elsewhere */

static void the_ends_are_taken_out_of_wide_centroids(void **state)
{
    (void)state;
    draft_head(2, 0, 0, 100);
    draft_centroid(10, 5); /* 0 and four others: 12.5 on average */
    draft_centroid(80, 5); /* 100 and four others: 75 */
    struct tdigest *sketch = read_draft();
    assert_int_equal(tdigest_count(sketch), 4);
    assert_true(tdigest_row(sketch, 0).mean == 0 && tdigest_row(sketch, 0).weight == 1);
    assert_true(tdigest_row(sketch, 1).mean == 12.5);
    assert_true(tdigest_row(sketch, 2).mean == 75);
    assert_true(tdigest_row(sketch, 3).mean == 100);
    assert_true(tdigest_mean(sketch) == 45);
    assert_int_equal(tdigest_weight(sketch), 10);
    assert_ascending(sketch, 100);
    tdigest_free(sketch);
}

static void one_centroid_can_be_all(void **state)
{
    (void)state;
    for (uint64_t weight = 2; weight <= 5; weight++) {
        for (int mean = 0; mean <= 10; mean++) {
            draft_head(1, 0, 0, 10);
            draft_centroid(mean, weight);
            struct tdigest *sketch = read_draft();
            assert_true(tdigest_weight(sketch) == weight);
            assert_true(tdigest_min(sketch) == 0 && tdigest_max(sketch) == 10);
            assert_ascending(sketch, 100);
            tdigest_free(sketch);
        }
    }
    draft_head(1, 0, 0, 10);
    draft_centroid(5, 1); /* one value, but two ends */
    assert_draft_refused();
}

static void every_plausible_digest_gives_ascending_answers(void **state)
{
    (void)state;
    for (int round = 0; round < 400; round++) {
        uint32_t count = 1 + (uint32_t)draw(500);
        uint64_t heaviest = UINT64_C(2) << draw(round % 50 ? 20 : 53);
        double scale = pow(10, (double)draw(600) - 300);
        double mean = scale * (draw_share() - 0.5);
        draft_head(count, 0, mean - scale * draw_share(), 0);
        for (uint32_t i = 0; i < count; i++) {
            draft_centroid(mean, 1 + draw(heaviest));
            mean += draw(4) ? scale * draw_share() / 100 : 0;
        }
        put_f64(draft.bytes + 24, mean + scale * draw_share());
        struct tdigest *sketch;
        if (draft_status(&sketch) == SKETCH_OK) {
            assert_true(tdigest_count(sketch) <= 410);
            assert_ascending(sketch, 3000);
            write_draft(sketch);
            tdigest_free(sketch);
            tdigest_free(read_draft());
        } else {
            assert_int_equal(count, 1); /* of one value that should be two */
        }
    }
}

/* What no correct writer writes */

static void draft_sound(void)
{
    draft_head(4, 2, 1, 9);
    draft_centroid(1, 1);
    draft_centroid(3, 10);
    draft_centroid(5, 7);
    draft_centroid(9, 1);
    draft_f64(2);
    draft_f64(7);
}

static void assert_byte_matters(size_t at, uint8_t value)
{
    draft_sound();
    draft.bytes[at] = value;
    assert_draft_refused();
}

static void assert_number_matters(size_t at, double value)
{
    draft_sound();
    put_f64(draft.bytes + at, value);
    assert_draft_refused();
}

static void assert_weight_matters(size_t at, uint64_t value)
{
    draft_sound();
    put_u64(draft.bytes + at, value);
    assert_draft_refused();
}

static void unsound_images_are_refused(void **state)
{
    (void)state;
    draft_sound();
    tdigest_free(read_draft());
    assert_byte_matters(0, 1); /* preamble */
    assert_byte_matters(0, 3);
    assert_byte_matters(1, 2);  /* serial version */
    assert_byte_matters(2, 19); /* family */
    assert_byte_matters(3, 9);  /* k */
    assert_byte_matters(5, 8);  /* flags */
    assert_byte_matters(5, 1);
    assert_byte_matters(5, 2);
    assert_byte_matters(5, 3);
    assert_byte_matters(5, 64);
    assert_byte_matters(5, 128);
    assert_byte_matters(6, 2); /* unused */
    assert_byte_matters(7, 1);
    assert_byte_matters(8, 5); /* centroids */
    assert_byte_matters(8, 3);
    assert_byte_matters(11, 255);
    assert_byte_matters(12, 1); /* values in the buffer */
    assert_byte_matters(15, 255);
    static const double wild[] = {NAN, INFINITY, -INFINITY};
    static const size_t numbers[] = {16, 24, 32, 48, 64, 80, 96, 104};
    for (int i = 0; i < 3; i++) {
        for (int at = 0; at < 8; at++) {
            assert_number_matters(numbers[at], wild[i]);
        }
    }
    assert_number_matters(16, 1.5); /* least value above the first mean */
    assert_number_matters(24, 8);   /* largest value below the last mean */
    assert_number_matters(48, 0.5); /* means that descend */
    assert_number_matters(64, 2.5);
    assert_number_matters(96, 0.5); /* the buffer outside of the ends */
    assert_number_matters(104, 9.5);
    assert_weight_matters(56, 0);
    assert_weight_matters(56, UINT64_MAX);
    assert_weight_matters(56, SKETCH_MAX_TOTAL - 10); /* 9 others, 2 in the buffer */
    draft_head(0, 2, 1, 9);
    draft_f64(1);
    draft_f64(8); /* nothing is as large as the largest value */
    assert_draft_refused();
    draft_head(0, 0, 1, 9);
    assert_draft_refused();
}

static void nothing_may_follow(void **state)
{
    (void)state;
    draft_sound();
    draft_add("", 1);
    assert_draft_refused();
    draft_begin();
    draft_add(image_of_none, sizeof image_of_none);
    draft_add("", 1);
    assert_draft_refused();
    draft_verbose(5, 0.1, 11.3, 100);
    draft_add("", 1);
    assert_draft_refused();
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    for (int form = 0; form < 6; form++) {
        for (size_t size = 0;; size++) {
            draft_begin();
            if (form < 2) {
                draft_add(image_of_one, form ? sizeof image_of_one : 8);
                draft.bytes[5] = form ? 6 : 1;
            } else if (form == 2) {
                draft_add(image_of_two, sizeof image_of_two);
            } else if (form == 3) {
                draft_sound();
            } else if (form == 4) {
                draft_verbose(5, 0.1, 11.3, 100);
            } else {
                draft_small(5, 0.1, 11.3, 100);
            }
            if (size == draft.size) {
                tdigest_free(read_draft());
                break;
            }
            draft.size = size;
            /* Twelve bytes of a single double are a single float. */
            if (form == 1 && size == 12) {
                tdigest_free(read_draft());
            } else {
                assert_draft_refused();
            }
        }
    }
}

static void every_changed_byte_is_refused_or_read_soundly(void **state)
{
    (void)state;
    struct tdigest *original = created(10);
    for (int i = 0; i < 200; i++) {
        add_weighted(original, (double)draw(40), 1 + draw(5));
    }
    write_draft(original);
    tdigest_free(original);
    static struct draft sound;
    sound = draft;
    int read = 0;
    for (size_t at = 0; at < sound.size; at++) {
        for (int change = 1; change < 256; change++) {
            struct tdigest *sketch;
            draft = sound;
            draft.bytes[at] ^= (uint8_t)change;
            enum sketch_status status = draft_status(&sketch);
            assert_true(status == SKETCH_OK || status == SKETCH_CORRUPT);
            if (status == SKETCH_OK) {
                assert_ascending(sketch, 20);
                bool fits = tdigest_weight(sketch) <= SKETCH_MAX_TOTAL / 2;
                assert_int_equal(tdigest_merge(sketch, sketch) == SKETCH_OK, fits);
                write_draft(sketch);
                tdigest_free(sketch);
                tdigest_free(read_draft());
                read++;
            }
        }
    }
    assert_true(read > 1000);
}

static void a_large_k_is_kept(void **state)
{
    (void)state;
    draft_sound();
    draft.bytes[3] = draft.bytes[4] = 255;
    struct tdigest *sketch = read_draft();
    assert_int_equal(tdigest_k(sketch), 65535);
    write_draft(sketch);
    assert_true(draft.bytes[3] == 255 && draft.bytes[4] == 255);
    tdigest_free(sketch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_images_are_read),
        cmocka_unit_test(a_buffer_is_read),
        cmocka_unit_test(a_long_buffer_is_joined),
        cmocka_unit_test(a_buffer_costs_no_accuracy),
        cmocka_unit_test(equal_means_are_one_value),
        cmocka_unit_test(negative_zeros_are_read_as_zeros),
        cmocka_unit_test(images_of_floats_are_read),
        cmocka_unit_test(both_forms_of_the_reference_are_read),
        cmocka_unit_test(an_empty_reference_digest_is_read),
        cmocka_unit_test(unsound_reference_digests_are_refused),
        cmocka_unit_test(the_ends_are_taken_out_of_wide_centroids),
        cmocka_unit_test(one_centroid_can_be_all),
        cmocka_unit_test(every_plausible_digest_gives_ascending_answers),
        cmocka_unit_test(unsound_images_are_refused),
        cmocka_unit_test(nothing_may_follow),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(every_changed_byte_is_refused_or_read_soundly),
        cmocka_unit_test(a_large_k_is_kept),
    };
    return cmocka_run_group_tests_name("tdigest images, read", tests, NULL, NULL);
}
