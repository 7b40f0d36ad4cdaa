/* t-digest images: written, read, and refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>

#include "bytes.h"
#include "tdigest.h"

static uint64_t seed_state;

static uint64_t draw(uint64_t below)
{
    uint64_t z = (seed_state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (z ^ z >> 31) % below;
}

static double draw_share(void)
{
    return ((double)draw(UINT64_C(1) << 53) + 0.5) * 0x1p-53;
}

struct image {
    uint8_t bytes[70000];
    size_t size;
};

static struct image image; /* the one that a test works on */

static void image_begin(void) { image.size = 0; }

static void image_add(const void *bytes, size_t size)
{
    assert_true(image.size + size <= sizeof image.bytes);
    memcpy(image.bytes + image.size, bytes, size);
    image.size += size;
}

static void image_u32(uint32_t number)
{
    uint8_t bytes[4];
    put_u32(bytes, number);
    image_add(bytes, 4);
}

static void image_u64(uint64_t number)
{
    uint8_t bytes[8];
    put_u64(bytes, number);
    image_add(bytes, 8);
}

static void image_f64(double number)
{
    uint8_t bytes[8];
    put_f64(bytes, number);
    image_add(bytes, 8);
}

static void image_f32(float number)
{
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    image_u32(bits);
}

/* Turns the last bytes around, for what is big-endian. */
static void image_turn(size_t size)
{
    uint8_t *end = image.bytes + image.size;
    for (size_t i = 0; i < size / 2; i++) {
        uint8_t byte = end[-1 - (ptrdiff_t)i];
        end[-1 - (ptrdiff_t)i] = end[(ptrdiff_t)i - (ptrdiff_t)size];
        end[(ptrdiff_t)i - (ptrdiff_t)size] = byte;
    }
}

static void image_big_u32(uint32_t number)
{
    image_u32(number);
    image_turn(4);
}

static void image_big_f64(double number)
{
    image_f64(number);
    image_turn(8);
}

static void image_big_f32(float number)
{
    image_f32(number);
    image_turn(4);
}

/* The head of an image of several values. */
static void image_head(uint32_t centroids, uint32_t values, double least, double most)
{
    static const uint8_t head[8] = {2, 1, 20, 200, 0, 4, 0, 0};
    image_begin();
    image_add(head, 8);
    image_u32(centroids);
    image_u32(values);
    image_f64(least);
    image_f64(most);
}

static void image_centroid(double mean, uint64_t weight)
{
    image_f64(mean);
    image_u64(weight);
}

static enum sketch_status read_status(struct tdigest **sketch)
{
    /* Its own block, so that a sanitizer sees a read beyond its end. */
    uint8_t *block = malloc(image.size ? image.size : 1);
    memcpy(block, image.bytes, image.size);
    enum sketch_status status =
        tdigest_deserialise(sketch, block, image.size, &sketch_libc_memory);
    assert_true((status == SKETCH_OK) == (*sketch != NULL));
    free(block);
    return status;
}

static struct tdigest *read_image(void)
{
    struct tdigest *sketch;
    assert_int_equal(read_status(&sketch), SKETCH_OK);
    return sketch;
}

static void assert_refused(void)
{
    struct tdigest *sketch;
    assert_int_equal(read_status(&sketch), SKETCH_CORRUPT);
}

static void write_image(const struct tdigest *sketch)
{
    uint8_t *bytes;
    size_t size;
    assert_int_equal(tdigest_serialise(sketch, &bytes, &size), SKETCH_OK);
    image_begin();
    image_add(bytes, size);
    free(bytes);
}

static void assert_image(const uint8_t *bytes, size_t size)
{
    assert_int_equal(image.size, size);
    assert_memory_equal(image.bytes, bytes, size);
}

static double quantile(const struct tdigest *sketch, double q)
{
    double value = NAN;
    assert_int_equal(tdigest_quantile(sketch, q, &value), SKETCH_OK);
    return value;
}

static double rank(const struct tdigest *sketch, double value)
{
    double share = NAN;
    assert_int_equal(tdigest_rank(sketch, value, &share), SKETCH_OK);
    return share;
}

/* Fails unless quantiles ascend from the smallest to the largest value. */
static void assert_ascending(const struct tdigest *sketch, int steps)
{
    double before = tdigest_min(sketch);
    assert_true(quantile(sketch, 0) == before);
    assert_true(quantile(sketch, 1) == tdigest_max(sketch));
    for (int i = 0; i <= steps; i++) {
        double value = quantile(sketch, (double)i / steps);
        assert_true(value >= before);
        before = value;
    }
    assert_true(before == tdigest_max(sketch));
}

static struct tdigest *created(int k)
{
    struct tdigest *sketch;
    assert_int_equal(tdigest_create(&sketch, k, &sketch_libc_memory), SKETCH_OK);
    return sketch;
}

static void add(struct tdigest *sketch, double value, uint64_t weight)
{
    assert_int_equal(tdigest_add_weighted(sketch, value, weight), SKETCH_OK);
}

/* The images of Apache DataSketches for short streams. */

static const uint8_t image_of_none[] = {1, 1, 20, 100, 0, 1, 0, 0};
static const uint8_t image_of_one[] = {1, 1, 20, 100, 0, 6, 0,    0,
                                       0, 0, 0,  0,   0, 0, 0xf0, 0x3f};
static const uint8_t image_of_two[] = {
    2, 1, 20, 100, 0, 4, 0,    0,    2, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0,  0,   0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0x40,
    0, 0, 0,  0,   0, 0, 0xf0, 0x3f, 1, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0,  0,   0, 0, 0,    0x40, 1, 0, 0, 0, 0, 0, 0, 0};

static void short_streams_make_the_bytes_of_datasketches(void **state)
{
    (void)state;
    struct tdigest *sketch = created(100);
    write_image(sketch);
    assert_image(image_of_none, sizeof image_of_none);
    add(sketch, 1, 1);
    write_image(sketch);
    assert_image(image_of_one, sizeof image_of_one);
    add(sketch, 2, 1);
    write_image(sketch);
    assert_image(image_of_two, sizeof image_of_two);
    tdigest_free(sketch);
}

static void short_images_are_read(void **state)
{
    (void)state;
    image_begin();
    image_add(image_of_none, sizeof image_of_none);
    struct tdigest *sketch = read_image();
    assert_int_equal(tdigest_weight(sketch), 0);
    assert_int_equal(tdigest_k(sketch), 100);
    tdigest_free(sketch);
    image_begin();
    image_add(image_of_one, sizeof image_of_one);
    sketch = read_image();
    assert_int_equal(tdigest_weight(sketch), 1);
    assert_true(quantile(sketch, 0.5) == 1);
    tdigest_free(sketch);
    image_begin();
    image_add(image_of_two, sizeof image_of_two);
    sketch = read_image();
    assert_int_equal(tdigest_weight(sketch), 2);
    assert_true(quantile(sketch, 0) == 1 && quantile(sketch, 1) == 2);
    tdigest_free(sketch);
}

/* Where other writers leave values in a buffer, they may follow after centroids. */
static void a_buffer_is_read(void **state)
{
    (void)state;
    for (int centroids = 0; centroids <= 10; centroids++) {
        image_head((uint32_t)centroids, (uint32_t)(10 - centroids), 1, 10);
        for (int i = 0; i < centroids; i++) {
            image_centroid(2 * (i + 1) <= 10 ? 2 * (i + 1) : 10, 1);
        }
        for (int i = 0; i < 10 - centroids; i++) {
            image_f64(10 - i);
        }
        if (centroids > 0 && centroids < 10) {
            /* 1 is no longer among them, so the buffer's last has to be. */
            image.size -= 8;
            image_f64(1);
        }
        if (centroids == 10) {
            memcpy(image.bytes + 32, image.bytes + 16, 8);
        }
        struct tdigest *sketch = read_image();
        assert_int_equal(tdigest_weight(sketch), 10);
        assert_true(tdigest_is_exact(sketch));
        assert_true(tdigest_min(sketch) == 1 && tdigest_max(sketch) == 10);
        assert_ascending(sketch, 100);
        write_image(sketch);
        tdigest_free(sketch);
        tdigest_free(read_image());
    }
    image_head(0, 10, 1, 10);
    for (int i = 0; i < 10; i++) {
        image_f64((i * 7) % 10 + 1);
    }
    struct tdigest *sketch = read_image();
    for (int i = 1; i < 10; i++) {
        assert_true(quantile(sketch, i / 10.0) == i + 0.5);
    }
    tdigest_free(sketch);
}

static void a_long_buffer_is_joined(void **state)
{
    (void)state;
    image_head(3, 4000, 0, 1);
    image_centroid(0, 1);
    image_centroid(0.5, 100000);
    image_centroid(1, 1);
    for (int i = 0; i < 4000; i++) {
        image_f64(draw_share());
    }
    struct tdigest *sketch = read_image();
    assert_int_equal(tdigest_weight(sketch), 104002);
    assert_true(tdigest_count(sketch) < 410);
    assert_ascending(sketch, 1000);
    write_image(sketch);
    assert_int_equal(image.bytes[12] | image.bytes[13], 0);
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
            add(sketch, round % 3 ? value : draw_share(), draw(heaviest) + 1);
        }
        write_image(sketch);
        struct tdigest *copy = read_image();
        static struct image before;
        before = image;
        write_image(copy);
        assert_image(before.bytes, before.size);
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
            add(sketch, i, UINT64_C(1000) + (uint64_t)i % 7);
        }
        write_image(sketch);
        bool flagged = image.bytes[5] & 128;
        size_t centroids = (image.size - 32) / 16;
        assert_int_equal(flagged, different[d] > 105);
        assert_int_equal(centroids, (flagged ? 1 : 2) * different[d]);
        struct tdigest *copy = read_image();
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
        add(sketch, draw(2) ? (double)draw(8) : 8 * draw_share(), 1);
    }
    write_image(sketch);
    struct tdigest *copy = read_image();
    assert_false(tdigest_is_exact(copy));
    assert_true(image.size < 32 + 16 * 110);
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
            add(sketch, i, UINT64_C(1) << 2 * (i % 12));
            add(sketch, i + 0.1 + draw_share() / 2, 1);
        }
    }
    for (int times = 0; times < 3; times++) {
        write_image(sketch);
        assert_true(image.size <= 32 + 16 * 30);
        for (int i = 10; i < 12; i++) {
            double middle = rank(sketch, i);
            assert_true(quantile(sketch, middle) == i);
            assert_true(quantile(sketch, middle + 0.01) == i);
        }
        tdigest_free(sketch);
        sketch = read_image();
    }
    tdigest_free(sketch);
}

static void equal_means_are_one_value(void **state)
{
    (void)state;
    image_head(6, 0, 0, 9);
    image_centroid(0, 1);
    image_centroid(4, 100);
    image_centroid(4, 200);
    image_centroid(4, 50);
    image_centroid(6, 300);
    image_centroid(9, 1);
    struct tdigest *sketch = read_image();
    assert_int_equal(tdigest_count(sketch), 4);
    assert_true(quantile(sketch, 0.01) == 4 && quantile(sketch, 0.53) == 4);
    assert_true(quantile(sketch, 0.6) > 4);
    tdigest_free(sketch);
}

static void images_of_floats_are_read(void **state)
{
    (void)state;
    static const uint8_t head[8] = {2, 1, 20, 100, 0, 4, 0, 0};
    image_begin();
    image_add(head, 8);
    image_u32(3);
    image_u32(2);
    image_f32(-1.5f);
    image_f32(8.25f);
    static const float means[] = {-1.5f, 2, 8.25f};
    for (int i = 0; i < 3; i++) {
        image_f32(means[i]);
        image_u32(i == 1 ? 10 : 1);
    }
    image_f32(7);
    image_f32(0.5f);
    struct tdigest *sketch = read_image();
    assert_int_equal(tdigest_weight(sketch), 14);
    assert_true(tdigest_min(sketch) == -1.5 && tdigest_max(sketch) == 8.25);
    assert_true(fabs(tdigest_mean(sketch) - 34.25 / 14) < 1e-12);
    assert_ascending(sketch, 100);
    tdigest_free(sketch);

    static const uint8_t single[] = {1, 1, 20, 100, 0, 2, 0, 0, 0, 0, 0xa0, 0x40};
    image_begin();
    image_add(single, sizeof single);
    sketch = read_image();
    assert_true(tdigest_weight(sketch) == 1 && quantile(sketch, 0.5) == 5);
    write_image(sketch);
    assert_int_equal(image.size, 16);
    tdigest_free(sketch);
}

/* The reference implementation */

static const double reference_means[] = {0.1, 0.7, 2.5, 5, 11.3};
static const double reference_weights[] = {1, 4, 30, 5, 1};

static void image_verbose(uint32_t count, double least, double most, double k)
{
    image_begin();
    image_big_u32(1);
    image_big_f64(least);
    image_big_f64(most);
    image_big_f64(k);
    image_big_u32(count);
    for (uint32_t i = 0; i < count; i++) {
        image_big_f64(reference_weights[i]);
        image_big_f64(reference_means[i]);
    }
}

static void image_small(uint32_t count, double least, double most, float k)
{
    static const uint8_t capacities[4] = {0, 210, 3, 232};
    image_begin();
    image_big_u32(2);
    image_big_f64(least);
    image_big_f64(most);
    image_big_f32(k);
    image_add(capacities, 4);
    image_big_u32(count);
    memmove(image.bytes + image.size - 4, image.bytes + image.size - 2, 2);
    image.size -= 2;
    for (uint32_t i = 0; i < count; i++) {
        image_big_f32((float)reference_weights[i]);
        image_big_f32((float)reference_means[i]);
    }
}

static void both_forms_of_the_reference_are_read(void **state)
{
    (void)state;
    for (int small = 0; small < 2; small++) {
        if (small) {
            image_small(5, 0.1, 11.3, 80.5f);
        } else {
            image_verbose(5, 0.1, 11.3, 80.5);
        }
        assert_true(tdigest_ops.recognises(image.bytes, image.size));
        struct tdigest *sketch = read_image();
        assert_int_equal(tdigest_k(sketch), 80);
        assert_int_equal(tdigest_weight(sketch), 41);
        assert_int_equal(tdigest_count(sketch), 5);
        assert_true(tdigest_min(sketch) == 0.1 && tdigest_max(sketch) == 11.3);
        assert_ascending(sketch, 100);
        write_image(sketch);
        assert_int_equal(image.bytes[2], 20);
        tdigest_free(sketch);
    }
}

static void an_empty_reference_digest_is_read(void **state)
{
    (void)state;
    for (int small = 0; small < 2; small++) {
        if (small) {
            image_small(0, INFINITY, -INFINITY, 5);
        } else {
            image_verbose(0, INFINITY, -INFINITY, 1e9);
        }
        struct tdigest *sketch = read_image();
        assert_int_equal(tdigest_weight(sketch), 0);
        assert_int_equal(tdigest_k(sketch), small ? 10 : 65535);
        tdigest_free(sketch);
    }
    image_verbose(0, 1, 2, 100);
    assert_refused();
}

static void unsound_reference_digests_are_refused(void **state)
{
    (void)state;
    image_verbose(5, 0.2, 11.3, 100); /* the first mean is below the least value */
    assert_refused();
    image_small(5, 0.2, 11.3, 100);
    assert_refused();
    image_small(5, 0.1, 1e300, 100);
    assert_refused();
    static const double wrong[] = {0, -1, NAN, INFINITY};
    for (int i = 0; i < 4; i++) {
        image_verbose(5, 0.1, 11.3, wrong[i]);
        assert_refused();
    }
    static const double weights[] = {0, -1, 1.5, NAN, INFINITY, 0x1p63, 0x1p64};
    for (int i = 0; i < 7; i++) {
        image_verbose(1, 0.1, 0.1, 100);
        image.size -= 16;
        image_big_f64(weights[i]);
        image_big_f64(0.1);
        assert_refused();
    }
    image_begin();
    image_big_u32(3);
    image_f64(0);
    image_f64(0);
    image_f64(0);
    image_f64(0);
    assert_false(tdigest_ops.recognises(image.bytes, image.size));
    assert_refused();
}

/* Digests made elsewhere */

static void the_ends_are_taken_out_of_wide_centroids(void **state)
{
    (void)state;
    image_head(2, 0, 0, 100);
    image_centroid(10, 5); /* 0 and four others: 12.5 on average */
    image_centroid(80, 5); /* 100 and four others: 75 */
    struct tdigest *sketch = read_image();
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
            image_head(1, 0, 0, 10);
            image_centroid(mean, weight);
            struct tdigest *sketch = read_image();
            assert_true(tdigest_weight(sketch) == weight);
            assert_true(tdigest_min(sketch) == 0 && tdigest_max(sketch) == 10);
            assert_ascending(sketch, 100);
            tdigest_free(sketch);
        }
    }
    image_head(1, 0, 0, 10);
    image_centroid(5, 1); /* one value, but two ends */
    assert_refused();
}

static void every_plausible_digest_gives_ascending_answers(void **state)
{
    (void)state;
    for (int round = 0; round < 400; round++) {
        uint32_t count = 1 + (uint32_t)draw(500);
        uint64_t heaviest = UINT64_C(2) << draw(round % 50 ? 20 : 53);
        double scale = pow(10, (double)draw(600) - 300);
        double mean = scale * (draw_share() - 0.5);
        image_head(count, 0, mean - scale * draw_share(), 0);
        for (uint32_t i = 0; i < count; i++) {
            image_centroid(mean, 1 + draw(heaviest));
            mean += draw(4) ? scale * draw_share() / 100 : 0;
        }
        put_f64(image.bytes + 24, mean + scale * draw_share());
        struct tdigest *sketch;
        if (read_status(&sketch) == SKETCH_OK) {
            assert_true(tdigest_count(sketch) <= 410);
            assert_ascending(sketch, 3000);
            write_image(sketch);
            tdigest_free(sketch);
            tdigest_free(read_image());
        } else {
            assert_int_equal(count, 1); /* of one value that should be two */
        }
    }
}

/* What no correct writer writes */

static void image_sound(void)
{
    image_head(4, 2, 1, 9);
    image_centroid(1, 1);
    image_centroid(3, 10);
    image_centroid(5, 7);
    image_centroid(9, 1);
    image_f64(2);
    image_f64(7);
}

static void assert_byte_matters(size_t at, uint8_t value)
{
    image_sound();
    image.bytes[at] = value;
    assert_refused();
}

static void assert_number_matters(size_t at, double value)
{
    image_sound();
    put_f64(image.bytes + at, value);
    assert_refused();
}

static void assert_weight_matters(size_t at, uint64_t value)
{
    image_sound();
    put_u64(image.bytes + at, value);
    assert_refused();
}

static void unsound_images_are_refused(void **state)
{
    (void)state;
    image_sound();
    tdigest_free(read_image());
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
    assert_byte_matters(6, 1); /* unused */
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
    image_head(0, 2, 1, 9);
    image_f64(1);
    image_f64(8); /* nothing is as large as the largest value */
    assert_refused();
    image_head(0, 0, 1, 9);
    assert_refused();
}

static void nothing_may_follow(void **state)
{
    (void)state;
    image_sound();
    image_add("", 1);
    assert_refused();
    image_begin();
    image_add(image_of_none, sizeof image_of_none);
    image_add("", 1);
    assert_refused();
    image_verbose(5, 0.1, 11.3, 100);
    image_add("", 1);
    assert_refused();
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    for (int form = 0; form < 6; form++) {
        for (size_t size = 0;; size++) {
            image_begin();
            if (form < 2) {
                image_add(image_of_one, form ? sizeof image_of_one : 8);
                image.bytes[5] = form ? 6 : 1;
            } else if (form == 2) {
                image_add(image_of_two, sizeof image_of_two);
            } else if (form == 3) {
                image_sound();
            } else if (form == 4) {
                image_verbose(5, 0.1, 11.3, 100);
            } else {
                image_small(5, 0.1, 11.3, 100);
            }
            if (size == image.size) {
                tdigest_free(read_image());
                break;
            }
            image.size = size;
            /* Twelve bytes of a single double are a single float. */
            if (form == 1 && size == 12) {
                tdigest_free(read_image());
            } else {
                assert_refused();
            }
        }
    }
}

static void every_changed_byte_is_refused_or_read_soundly(void **state)
{
    (void)state;
    struct tdigest *original = created(10);
    for (int i = 0; i < 200; i++) {
        add(original, (double)draw(40), 1 + draw(5));
    }
    write_image(original);
    tdigest_free(original);
    static struct image sound;
    sound = image;
    int read = 0;
    for (size_t at = 0; at < sound.size; at++) {
        for (int change = 1; change < 256; change++) {
            struct tdigest *sketch;
            image = sound;
            image.bytes[at] ^= (uint8_t)change;
            enum sketch_status status = read_status(&sketch);
            assert_true(status == SKETCH_OK || status == SKETCH_CORRUPT);
            if (status == SKETCH_OK) {
                assert_ascending(sketch, 20);
                bool fits = tdigest_weight(sketch) <= SKETCH_MAX_TOTAL / 2;
                assert_int_equal(tdigest_merge(sketch, sketch) == SKETCH_OK, fits);
                write_image(sketch);
                tdigest_free(sketch);
                tdigest_free(read_image());
                read++;
            }
        }
    }
    assert_true(read > 1000);
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

static void a_large_k_is_kept(void **state)
{
    (void)state;
    image_sound();
    image.bytes[3] = image.bytes[4] = 255;
    struct tdigest *sketch = read_image();
    assert_int_equal(tdigest_k(sketch), 65535);
    write_image(sketch);
    assert_true(image.bytes[3] == 255 && image.bytes[4] == 255);
    tdigest_free(sketch);
}

static void negative_zeros_are_read_as_zeros(void **state)
{
    (void)state;
    image_head(3, 1, -0.0, 0.0);
    image_centroid(-0.0, 1);
    image_centroid(0.0, 5);
    image_centroid(-0.0, 1);
    image_f64(-0.0);
    struct tdigest *sketch = read_image();
    assert_int_equal(tdigest_count(sketch), 1);
    assert_int_equal(tdigest_weight(sketch), 8);
    assert_false(signbit(quantile(sketch, 0.5)) || signbit(tdigest_min(sketch)));
    tdigest_free(sketch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_streams_make_the_bytes_of_datasketches),
        cmocka_unit_test(short_images_are_read),
        cmocka_unit_test(a_buffer_is_read),
        cmocka_unit_test(a_long_buffer_is_joined),
        cmocka_unit_test(every_written_image_reads_and_writes_again),
        cmocka_unit_test(repeated_values_stay_exact_when_stored),
        cmocka_unit_test(heavy_values_stay_exact_when_stored),
        cmocka_unit_test(the_heaviest_values_keep_their_marks),
        cmocka_unit_test(equal_means_are_one_value),
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
        cmocka_unit_test(images_are_recognised_by_their_first_bytes),
        cmocka_unit_test(a_large_k_is_kept),
        cmocka_unit_test(negative_zeros_are_read_as_zeros),
    };
    return cmocka_run_group_tests_name("tdigest images", tests, NULL, NULL);
}
