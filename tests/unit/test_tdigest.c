/* The promises of the t-digest, at the edges and on random streams. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>

#include "hash.h"
#include "tdigest_private.h"

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

static double draw_lognormal(void)
{
    double radius = sqrt(-2 * log(draw_share()));
    return exp(radius * cos(6.283185307179586 * draw_share()));
}

static struct tdigest *created(int k)
{
    struct tdigest *sketch;
    assert_int_equal(tdigest_create(&sketch, k, &sketch_libc_memory), SKETCH_OK);
    return sketch;
}

static void add(struct tdigest *sketch, double value)
{
    assert_int_equal(tdigest_add(sketch, value), SKETCH_OK);
}

static struct tdigest *filled(int k, const double *values, size_t count)
{
    struct tdigest *sketch = created(k);
    for (size_t i = 0; i < count; i++) {
        add(sketch, values[i]);
    }
    return sketch;
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

struct image {
    uint8_t *bytes;
    size_t size;
};

static struct image imaged(const struct tdigest *sketch)
{
    struct image image;
    assert_int_equal(tdigest_serialise(sketch, &image.bytes, &image.size), SKETCH_OK);
    return image;
}

static bool is_same_image(const struct tdigest *a, const struct tdigest *b)
{
    struct image x = imaged(a);
    struct image y = imaged(b);
    bool same = x.size == y.size && memcmp(x.bytes, y.bytes, x.size) == 0;
    sketch_release(&a->memory, x.bytes);
    sketch_release(&b->memory, y.bytes);
    return same;
}

/* The sketch written and read; `sketch` itself is released. */
static struct tdigest *stored(struct tdigest *sketch)
{
    struct image image = imaged(sketch);
    struct tdigest *copy;
    assert_int_equal(
        tdigest_deserialise(&copy, image.bytes, image.size, &sketch_libc_memory),
        SKETCH_OK);
    assert_true(is_same_image(sketch, copy));
    free(image.bytes);
    tdigest_free(sketch);
    return copy;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

/* How many of the sorted values are below `value`, or up to it. */
static double counted(const double *sorted, size_t count, double value, bool up_to)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (sorted[middle] < value || (up_to && sorted[middle] == value)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return (double)low;
}

/* How far, in shares of all, q is from what `value` is a quantile for. */
static double rank_error(const double *sorted, size_t count, double q, double value)
{
    double below = counted(sorted, count, value, false) / (double)count;
    double up_to = counted(sorted, count, value, true) / (double)count;
    return q < below ? below - q : q > up_to ? q - up_to : 0;
}

/* What a quantile is: the value at q n, counted from 0 and rounded up; the middle of
 * two where q n falls between them. */
static double true_quantile(const double *sorted, size_t count, double q)
{
    double at = q * (double)count;
    size_t below = (size_t)at;
    if (q >= 1) {
        return sorted[count - 1];
    }
    if (below > 0 && (double)below == at) {
        return sorted[below - 1] + (sorted[below] - sorted[below - 1]) / 2;
    }
    return sorted[below];
}

static double true_rank(const double *sorted, size_t count, double value)
{
    double below = counted(sorted, count, value, false);
    double up_to = counted(sorted, count, value, true);
    return (below + up_to) / 2 / (double)count;
}

/* Fails unless every answer is that of the values themselves. */
static void assert_exact(const struct tdigest *sketch, double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare);
    for (int i = 0; i <= 1000; i++) {
        double q = i / 1000.0;
        assert_true(quantile(sketch, q) == true_quantile(values, count, q));
    }
    for (int i = -3; i <= 103; i++) {
        double span = values[count - 1] - values[0];
        double value = values[0] + span * i / 100.0;
        assert_true(fabs(rank(sketch, value) - true_rank(values, count, value)) <
                    1e-15);
    }
    for (size_t i = 0; i < count; i += 1 + count / 100) {
        double wanted = true_rank(values, count, values[i]);
        assert_true(fabs(rank(sketch, values[i]) - wanted) < 1e-15);
    }
    assert_true(tdigest_min(sketch) == values[0]);
    assert_true(tdigest_max(sketch) == values[count - 1]);
    assert_int_equal(tdigest_weight(sketch), count);
}

/* Fails unless the sketch keeps its rules and its answers their promises. */
static void assert_sound(const struct tdigest *sketch)
{
    enum { STEPS = 2000 };
    static double q[STEPS + 1];
    static double values[STEPS + 1];
    struct image image = imaged(sketch);
    struct tdigest *copy;
    assert_int_equal(
        tdigest_deserialise(&copy, image.bytes, image.size, &sketch_libc_memory),
        SKETCH_OK);
    assert_true(is_same_image(sketch, copy));
    assert_true(image.size <= 32 + 16 * tdigest_capacity(tdigest_k(sketch)));
    sketch_release(&sketch->memory, image.bytes);
    const struct tdigest_list *list = &copy->list;
    uint64_t weight = 0;
    for (size_t i = 0; i < list->count; i++) {
        assert_true(fabs(list->points[i].mean) <= DBL_MAX);
        assert_true(i == 0 || list->points[i - 1].mean < list->points[i].mean);
        weight += list->points[i].weight;
    }
    assert_true(weight == tdigest_weight(sketch));
    assert_false(list->points[0].blurred || list->points[list->count - 1].blurred);

    double least = tdigest_min(sketch);
    double most = tdigest_max(sketch);
    assert_true(least <= tdigest_mean(sketch) && tdigest_mean(sketch) <= most);
    for (int i = 0; i <= STEPS; i++) {
        q[i] = (double)i / STEPS;
    }
    for (int i = 1; i + 2 < STEPS; i += 40) { /* neighbours, and ever smaller shares */
        q[i + 1] = nextafter(q[i], 1);
        q[i + 2] = nextafter(q[i + 1], 1);
    }
    assert_int_equal(tdigest_quantiles(sketch, q, STEPS + 1, values), SKETCH_OK);
    assert_true(values[0] == least && values[STEPS] == most);
    double before = 0;
    for (int i = 0; i <= STEPS; i++) {
        assert_true(i == 0 || values[i - 1] <= values[i]);
        double share = rank(sketch, values[i]);
        assert_true(share >= before - 1e-12 && share <= 1);
        before = share;
    }
    tdigest_free(copy);
}

static void parameters_out_of_range_are_refused(void **state)
{
    (void)state;
    static const int wrong[] = {INT32_MIN, -1, 0, 9, 32768, INT32_MAX};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct tdigest *sketch = (struct tdigest *)&wrong;
        assert_int_equal(tdigest_create(&sketch, wrong[i], &sketch_libc_memory),
                         SKETCH_RANGE);
        assert_null(sketch);
    }
    tdigest_free(created(10));
    tdigest_free(created(32767));
    tdigest_free(NULL);
}

static void an_empty_sketch_has_no_answers(void **state)
{
    (void)state;
    struct tdigest *sketch = created(TDIGEST_K);
    double value = 7;
    assert_int_equal(tdigest_weight(sketch), 0);
    assert_int_equal(tdigest_count(sketch), 0);
    assert_true(tdigest_is_exact(sketch));
    assert_true(isnan(tdigest_min(sketch)) && isnan(tdigest_max(sketch)));
    assert_true(isnan(tdigest_mean(sketch)));
    assert_int_equal(tdigest_quantile(sketch, 0.5, &value), SKETCH_RANGE);
    assert_int_equal(tdigest_rank(sketch, 0, &value), SKETCH_RANGE);
    assert_int_equal(tdigest_cdf(sketch, NULL, 0, &value), SKETCH_RANGE);
    assert_int_equal(tdigest_pmf(sketch, NULL, 0, &value), SKETCH_RANGE);
    assert_true(value == 7);
    assert_int_equal(tdigest_compress(sketch), SKETCH_OK);
    tdigest_free(sketch);
}

static void what_is_not_finite_is_refused(void **state)
{
    (void)state;
    struct tdigest *sketch = created(TDIGEST_K);
    static const double wrong[] = {NAN, -NAN, INFINITY, -INFINITY};
    for (int before = 0; before < 2; before++) {
        for (size_t i = 0; i < 4; i++) {
            assert_int_equal(tdigest_add(sketch, wrong[i]), SKETCH_RANGE);
            assert_int_equal(tdigest_add_weighted(sketch, wrong[i], 3), SKETCH_RANGE);
        }
        assert_int_equal(tdigest_weight(sketch), before);
        add(sketch, 1);
    }
    tdigest_free(sketch);
}

static void questions_out_of_range_are_refused(void **state)
{
    (void)state;
    struct tdigest *sketch = filled(TDIGEST_K, (double[]){1, 2}, 2);
    static const double wrong[] = {-0x1p-1074, -1, 1 + DBL_EPSILON, INFINITY, NAN};
    static const double falling[] = {1, 2, 2};
    static const double unknown[] = {1, NAN};
    double values[4] = {7, 7, 7, 7};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(tdigest_quantile(sketch, wrong[i], values), SKETCH_RANGE);
    }
    assert_int_equal(tdigest_rank(sketch, NAN, values), SKETCH_RANGE);
    assert_int_equal(tdigest_cdf(sketch, falling, 3, values), SKETCH_RANGE);
    assert_int_equal(tdigest_pmf(sketch, falling, 3, values), SKETCH_RANGE);
    assert_int_equal(tdigest_cdf(sketch, unknown, 2, values), SKETCH_RANGE);
    assert_true(values[0] == 7 && values[1] == 7);
    assert_true(quantile(sketch, -0.0) == 1);
    assert_true(rank(sketch, -INFINITY) == 0 && rank(sketch, INFINITY) == 1);
    tdigest_free(sketch);
}

static void one_value_is_every_quantile(void **state)
{
    (void)state;
    static const double values[] = {0, -1.5, DBL_MAX, -DBL_MAX, DBL_MIN, 0x1p-1074};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct tdigest *sketch = filled(TDIGEST_K, &values[i], 1);
        for (int times = 1; times < 4000; times += 1333) {
            assert_true(quantile(sketch, 0) == values[i]);
            assert_true(quantile(sketch, 0.3) == values[i]);
            assert_true(quantile(sketch, 1) == values[i]);
            assert_true(rank(sketch, values[i]) == 0.5);
            assert_true(rank(sketch, nextafter(values[i], -INFINITY)) == 0);
            assert_true(rank(sketch, nextafter(values[i], INFINITY)) == 1);
            assert_true(tdigest_mean(sketch) == values[i]);
            for (int more = 0; more < 1333; more++) {
                add(sketch, values[i]);
            }
            sketch = stored(sketch);
        }
        tdigest_free(sketch);
    }
}

static void few_values_are_answered_exactly(void **state)
{
    (void)state;
    double values[70];
    for (size_t count = 1; count <= 70; count++) {
        for (size_t i = 0; i < count; i++) {
            values[i] = (double)draw(count) - 20;
        }
        struct tdigest *sketch = filled(TDIGEST_K, values, count);
        assert_exact(sketch, values, count);
        sketch = stored(sketch);
        assert_exact(sketch, values, count);
        tdigest_free(sketch);
    }
}

static void what_the_buffer_holds_is_answered_exactly(void **state)
{
    (void)state;
    static double values[2048];
    for (size_t i = 0; i < 2048; i++) {
        values[i] = draw_lognormal();
    }
    struct tdigest *sketch = filled(TDIGEST_MIN_K, values, 2048);
    assert_exact(sketch, values, 2048);
    tdigest_free(sketch);
}

/* As many different values as fit, each of them many times; stored in between. */
static void different_values_that_fit_stay_exact(void **state)
{
    (void)state;
    enum { MOST = 410 * 50 };
    static double values[MOST];
    static const int sizes[] = {10, 25, 100, 200};
    for (size_t s = 0; s < 4; s++) {
        size_t fit = tdigest_capacity(sizes[s]);
        for (size_t different = fit / 3; different <= fit; different += fit / 3 - 1) {
            size_t count = different * 50;
            struct tdigest *sketch = created(sizes[s]);
            for (size_t i = 0; i < count; i++) {
                /* Every value is there, some of them often, in no order. */
                size_t which = i < different ? i : draw(1 + draw(different));
                values[i] = sqrt((double)which) - 3;
                add(sketch, values[i]);
                if (i % (count / 3) == 1) {
                    sketch = stored(sketch);
                }
            }
            assert_true(tdigest_is_exact(sketch));
            assert_exact(sketch, values, count);
            sketch = stored(sketch);
            assert_true(tdigest_is_exact(sketch));
            assert_exact(sketch, values, count);
            tdigest_free(sketch);
        }
    }
}

static void one_different_value_more_is_not_exact(void **state)
{
    (void)state;
    struct tdigest *sketch = created(10);
    for (int i = 0; i < 31; i++) {
        assert_int_equal(tdigest_add_weighted(sketch, i, 5), SKETCH_OK);
    }
    assert_int_equal(tdigest_compress(sketch), SKETCH_OK);
    assert_false(tdigest_is_exact(sketch));
    assert_true(tdigest_count(sketch) < 31);
    assert_sound(sketch);
    tdigest_free(sketch);
}

static void the_median_is_that_of_sql(void **state)
{
    (void)state;
    struct tdigest *sketch = created(TDIGEST_K);
    static const double medians[] = {1, 1.5, 2, 2.5, 3, 3.5, 4};
    for (int i = 0; i < 7; i++) {
        add(sketch, i + 1);
        assert_true(quantile(sketch, 0.5) == medians[i]);
    }
    tdigest_free(sketch);
    sketch = filled(TDIGEST_K, (double[]){-DBL_MAX, DBL_MAX}, 2);
    assert_true(quantile(sketch, 0.5) == 0);
    tdigest_free(sketch);
}

static void zero_has_no_sign(void **state)
{
    (void)state;
    struct tdigest *plus = filled(TDIGEST_K, (double[]){0.0, 1, 0.0, -1}, 4);
    struct tdigest *minus = filled(TDIGEST_K, (double[]){-0.0, 1, 0.0, -1}, 4);
    assert_int_equal(tdigest_add_weighted(plus, 0.0, 4), SKETCH_OK);
    assert_int_equal(tdigest_add_weighted(minus, -0.0, 4), SKETCH_OK);
    assert_true(is_same_image(plus, minus));
    assert_false(signbit(quantile(minus, 0.4)));
    tdigest_free(plus);
    tdigest_free(minus);
}

static void a_weight_counts_as_often(void **state)
{
    (void)state;
    struct tdigest *weighted = created(50);
    struct tdigest *repeated = created(50);
    for (int i = 0; i < 5000; i++) {
        double value = (double)draw(100);
        uint64_t weight = draw(10) ? draw(4) : 1;
        assert_int_equal(tdigest_add_weighted(weighted, value, weight), SKETCH_OK);
        for (uint64_t j = 0; j < weight; j++) {
            add(repeated, value);
        }
        assert_int_equal(tdigest_weight(weighted), tdigest_weight(repeated));
    }
    assert_true(is_same_image(weighted, repeated));
    assert_true(fabs(tdigest_mean(weighted) - tdigest_mean(repeated)) < 1e-12);
    tdigest_free(weighted);
    tdigest_free(repeated);
}

static void the_weight_never_passes_its_maximum(void **state)
{
    (void)state;
    struct tdigest *sketch = created(TDIGEST_K);
    struct tdigest *other = filled(TDIGEST_K, (double[]){5}, 1);
    uint64_t half = SKETCH_MAX_TOTAL / 2;
    assert_int_equal(tdigest_add_weighted(sketch, 1, half), SKETCH_OK);
    assert_int_equal(tdigest_add_weighted(sketch, 2, half), SKETCH_OK);
    assert_int_equal(tdigest_add_weighted(sketch, 3, 2), SKETCH_OVERFLOW);
    assert_int_equal(tdigest_add_weighted(sketch, 3, UINT64_MAX), SKETCH_OVERFLOW);
    add(sketch, 3); /* now it is full */
    assert_true(tdigest_weight(sketch) == SKETCH_MAX_TOTAL);
    struct image before = imaged(sketch);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(tdigest_add(sketch, 3), SKETCH_OVERFLOW);
        assert_int_equal(tdigest_merge(sketch, other), SKETCH_OVERFLOW);
        assert_int_equal(tdigest_add_weighted(sketch, 4, 0), SKETCH_OK);
        assert_int_equal(tdigest_compress(sketch), SKETCH_OK);
    }
    struct image after = imaged(sketch);
    assert_int_equal(before.size, after.size);
    assert_memory_equal(before.bytes, after.bytes, before.size);
    assert_true(quantile(sketch, 0.25) == 1 && quantile(sketch, 0.75) == 2);
    assert_sound(sketch);
    free(before.bytes);
    free(after.bytes);
    tdigest_free(sketch);
    tdigest_free(other);
}

/* Streams of every kind, for what has to hold on all of them. */
enum { KINDS = 10 };

static double stream_value(int kind, int i, int count)
{
    switch (kind) {
    case 0:
        return draw_lognormal();
    case 1:
        return i;
    case 2:
        return count - i;
    case 3:
        return draw(20) ? (double)draw(5) : draw_share() * 5;
    case 4:
        return floor(1 / draw_share());
    case 5: /* of every size a double has */
        return ldexp(draw_share() - 0.5, (int)draw(2097) - 1073);
    case 6: /* the bad case: huge ones of both signs */
        return (draw_share() - 0.5) * DBL_MAX * 2;
    case 7:
        return 0x1p-1074 * (double)draw(1000000);
    case 8: /* differs in the last bits, but for a rare one far off */
        return draw(1000) ? 1.7e9 + 0x1p-20 * (double)draw(100000) : -1;
    default: /* ever further out, to both sides */
        return pow(-1.01, i % 50000);
    }
}

static void answers_are_sound_on_every_stream(void **state)
{
    (void)state;
    static const int counts[] = {1, 2, 3, 100, 2049, 5000, 30000};
    static const int sizes[] = {10, 11, 100, 200};
    for (int kind = 0; kind < KINDS; kind++) {
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
            struct tdigest *sketch = created(sizes[c % 4]);
            for (int i = 0; i < counts[c]; i++) {
                uint64_t weight = draw(100) ? 1 : draw(draw(10) ? 10 : 100000);
                assert_int_equal(tdigest_add_weighted(
                                     sketch, stream_value(kind, i, counts[c]), weight),
                                 SKETCH_OK);
            }
            add(sketch, stream_value(kind, 0, 1));
            assert_sound(sketch);
            sketch = stored(sketch);
            assert_sound(sketch);
            tdigest_free(sketch);
        }
    }
}

static void the_image_never_outgrows_its_bound(void **state)
{
    (void)state;
    static const int sizes[] = {10, 11, 13, 30, 200};
    for (size_t s = 0; s < 5; s++) {
        for (int kind = 0; kind < 6; kind++) {
            struct tdigest *sketch = created(sizes[s]);
            for (int i = 0; i < 20000; i++) {
                uint64_t weight = kind == 0   ? UINT64_C(1) << i / 400
                                  : kind == 1 ? UINT64_C(1) << (50 - i / 400)
                                  : kind == 2 ? 1 + UINT64_C(1000000) * (i % 2 == 0)
                                  : kind == 3 ? 1 + (uint64_t)i * (uint64_t)i
                                  : kind == 4 ? 1 + draw(UINT64_C(1) << draw(40))
                                              : 2;
                double value = kind % 2 ? draw_share() : i;
                assert_int_equal(tdigest_add_weighted(sketch, value, weight),
                                 SKETCH_OK);
                if (i % 1777 == 0) {
                    sketch = stored(sketch);
                }
            }
            assert_sound(sketch);
            tdigest_free(sketch);
        }
    }
}

static void rank_inverts_quantile(void **state)
{
    (void)state;
    struct tdigest *sketch = created(100);
    for (int i = 0; i < 300000; i++) {
        add(sketch, draw_lognormal());
    }
    for (int i = 1; i < 10000; i++) {
        double q = i / 10000.0;
        assert_true(fabs(rank(sketch, quantile(sketch, q)) - q) < 1e-5);
    }
    tdigest_free(sketch);
}

static void cdf_and_pmf_are_ranks(void **state)
{
    (void)state;
    struct tdigest *sketch = filled(TDIGEST_K, (double[]){1, 2, 2, 3, 5, 5, 5, 9}, 8);
    static const double points[] = {0, 2, 4, 5, 10};
    static const double wanted[] = {0, 0.25, 0.5, 0.6875, 1, 1};
    double ranks[6];
    double shares[6];
    assert_int_equal(tdigest_cdf(sketch, points, 5, ranks), SKETCH_OK);
    assert_int_equal(tdigest_pmf(sketch, points, 5, shares), SKETCH_OK);
    for (int i = 0; i < 6; i++) {
        assert_true(ranks[i] == wanted[i]);
        assert_true(shares[i] == wanted[i] - (i > 0 ? wanted[i - 1] : 0));
    }
    assert_int_equal(tdigest_pmf(sketch, NULL, 0, shares), SKETCH_OK);
    assert_true(shares[0] == 1);
    tdigest_free(sketch);
}

static void cdf_never_falls(void **state)
{
    (void)state;
    enum { POINTS = 3000 };
    static double points[POINTS];
    static double ranks[POINTS + 1];
    static double shares[POINTS + 1];
    struct tdigest *sketch = created(20);
    for (int i = 0; i < 50000; i++) {
        add(sketch, draw_lognormal());
    }
    for (int i = 0; i < POINTS; i++) {
        points[i] = i % 3 ? nextafter(points[i - 1], 99) : i / 1000.0;
    }
    assert_int_equal(tdigest_cdf(sketch, points, POINTS, ranks), SKETCH_OK);
    assert_int_equal(tdigest_pmf(sketch, points, POINTS, shares), SKETCH_OK);
    double sum = 0;
    for (int i = 0; i <= POINTS; i++) {
        assert_true(shares[i] >= 0 && (i == 0 || ranks[i] >= ranks[i - 1]));
        sum += shares[i];
    }
    assert_true(ranks[POINTS] == 1 && fabs(sum - 1) < 1e-12);
    tdigest_free(sketch);
}

static void asking_changes_nothing(void **state)
{
    (void)state;
    struct tdigest *asked = created(30);
    struct tdigest *left_alone = created(30);
    for (int i = 0; i < 9000; i++) {
        double value = draw_lognormal();
        uint64_t weight = i > 5000 ? 1 + draw(3) : 1;
        assert_int_equal(tdigest_add_weighted(asked, value, weight), SKETCH_OK);
        assert_int_equal(tdigest_add_weighted(left_alone, value, weight), SKETCH_OK);
        if (i % 97 == 0) {
            struct image image = imaged(asked);
            free(image.bytes);
            assert_true(quantile(asked, 0.5) <= tdigest_max(asked));
            assert_true(rank(asked, 1) <= 1);
            assert_true(tdigest_mean(asked) > 0);
        }
    }
    assert_true(is_same_image(asked, left_alone));
    tdigest_free(asked);
    tdigest_free(left_alone);
}

static void the_same_values_make_the_same_bytes_everywhere(void **state)
{
    (void)state;
    struct tdigest *sketch = created(100);
    seed_state = 1;
    for (int i = 0; i < 100000; i++) {
        /* No function of libm, whose last bits may differ. */
        double root = sqrt((double)draw(1000000));
        uint64_t weight = 1 + draw(2);
        assert_int_equal(
            tdigest_add_weighted(sketch, root / (1 + draw_share()), weight), SKETCH_OK);
    }
    struct image image = imaged(sketch);
    struct hash hash = hash_bytes(image.bytes, image.size);
    assert_int_equal(image.size, 1936);
    assert_true(hash.h1 == UINT64_C(0x4ceab81e9fc9fd83));
    free(image.bytes);
    tdigest_free(sketch);
}

static void means_of_whole_numbers_are_exact(void **state)
{
    (void)state;
    struct tdigest *sketch = created(TDIGEST_K);
    for (int i = 1; i <= 300; i++) {
        assert_int_equal(tdigest_add_weighted(sketch, i, (uint64_t)i), SKETCH_OK);
    }
    assert_true(tdigest_mean(sketch) == 601.0 / 3);
    assert_int_equal(tdigest_compress(sketch), SKETCH_OK);
    assert_true(tdigest_mean(sketch) == 601.0 / 3);
    tdigest_free(sketch);
}

static void huge_values_do_not_overflow(void **state)
{
    (void)state;
    struct tdigest *sketch = created(10);
    for (int i = 0; i < 100000; i++) {
        add(sketch, DBL_MAX / (1 + (double)draw(1000) / 100));
    }
    assert_sound(sketch);
    assert_true(quantile(sketch, 0.999) <= DBL_MAX);
    assert_true(tdigest_mean(sketch) > DBL_MAX / 11 && tdigest_mean(sketch) < DBL_MAX);
    for (int i = 0; i < 100000; i++) {
        add(sketch, -DBL_MAX / (1 + (double)draw(1000) / 100));
        add(sketch, 1e-300 * (double)draw(1000));
    }
    assert_sound(sketch);
    assert_true(fabs(tdigest_mean(sketch)) < DBL_MAX / 100);
    assert_true(quantile(sketch, 0.2) < -1e300 && quantile(sketch, 0.8) > 1e300);
    tdigest_free(sketch);
}

/* Averages over a few seeds, as in the table of docs/accuracy.md; how wrong a single
 * one may be is not promised. */
static void a_million_values_are_answered_well(void **state)
{
    (void)state;
    enum { COUNT = 1000000, RUNS = 2, QUESTIONS = 5 };
    static const double q[QUESTIONS] = {0.01, 0.5, 0.9, 0.99, 0.999};
    static const double allowed[QUESTIONS] = {40, 250, 100, 20, 6};
    double *values = malloc(2 * COUNT * sizeof *values);
    double *sorted = values + COUNT;
    for (int order = 0; order < 2; order++) {
        double errors[QUESTIONS] = {0};
        for (int run = 0; run < RUNS; run++) {
            seed_state = (uint64_t)run + 100;
            for (int i = 0; i < COUNT; i++) {
                sorted[i] = values[i] = draw_lognormal();
            }
            qsort(sorted, COUNT, sizeof *sorted, compare);
            struct tdigest *sketch =
                stored(filled(TDIGEST_K, order ? sorted : values, COUNT));
            struct image image = imaged(sketch);
            assert_true(image.size <= 4096);
            free(image.bytes);
            for (int i = 0; i < QUESTIONS; i++) {
                errors[i] += rank_error(sorted, COUNT, q[i], quantile(sketch, q[i]));
            }
            tdigest_free(sketch);
        }
        for (int i = 0; i < QUESTIONS; i++) {
            assert_true(errors[i] / RUNS * 1e6 <= allowed[i]);
        }
    }
    free(values);
}

static void spikes_among_other_values_are_exact(void **state)
{
    (void)state;
    enum { COUNT = 200000 };
    double *values = malloc(COUNT * sizeof *values);
    for (int i = 0; i < COUNT; i++) {
        values[i] = draw(10) ? 2 * (double)draw(5) : 10 * draw_share();
    }
    struct tdigest *sketch = filled(TDIGEST_K, values, COUNT);
    qsort(values, COUNT, sizeof *values, compare);
    for (int times = 0; times < 2; times++) {
        for (int i = 0; i < 1000; i++) {
            double q = i / 1000.0;
            double wanted = true_quantile(values, COUNT, q);
            double got = quantile(sketch, q);
            assert_true(rank_error(values, COUNT, q, got) < 0.0002);
            /* Well inside a spike it is the very value. */
            bool inside =
                true_quantile(values, COUNT, q - 0.001 < 0 ? 0 : q - 0.001) == wanted &&
                true_quantile(values, COUNT, q + 0.001) == wanted;
            assert_true(!inside || got == wanted);
        }
        sketch = stored(sketch);
    }
    tdigest_free(sketch);
    free(values);
}

/* Whoever stores a sketch after every value does not lose by it. */
static void storing_after_every_value_costs_no_accuracy(void **state)
{
    (void)state;
    enum { COUNT = 10000 };
    static double values[COUNT];
    struct tdigest *sketch = created(100);
    for (int i = 0; i < COUNT; i++) {
        values[i] = draw_lognormal();
        add(sketch, values[i]);
        sketch = stored(sketch);
    }
    qsort(values, COUNT, sizeof *values, compare);
    for (int i = 1; i < 100; i++) {
        double q = i / 100.0;
        assert_true(rank_error(values, COUNT, q, quantile(sketch, q)) < 0.0025);
    }
    tdigest_free(sketch);
}

static void an_empty_sketch_is_neutral_in_merges(void **state)
{
    (void)state;
    struct tdigest *empty = created(500);
    for (int count = 0; count < 60000; count = count * 3 + 1) {
        struct tdigest *sketch = created(20);
        for (int i = 0; i < count; i++) {
            add(sketch, draw_lognormal());
        }
        for (int compressed = 0; compressed < 2; compressed++) {
            struct tdigest *into = created(70);
            struct image before = imaged(sketch);
            assert_int_equal(tdigest_merge(sketch, empty), SKETCH_OK);
            assert_int_equal(tdigest_merge(into, sketch), SKETCH_OK);
            struct image after = imaged(sketch);
            assert_int_equal(before.size, after.size);
            assert_memory_equal(before.bytes, after.bytes, before.size);
            assert_true(count == 0 || is_same_image(into, sketch));
            assert_int_equal(tdigest_k(into), count == 0 ? 70 : 20);
            free(before.bytes);
            free(after.bytes);
            tdigest_free(into);
            assert_int_equal(tdigest_compress(sketch), SKETCH_OK);
        }
        tdigest_free(sketch);
    }
    tdigest_free(empty);
}

static void a_merge_keeps_the_smaller_k(void **state)
{
    (void)state;
    for (int order = 0; order < 2; order++) {
        struct tdigest *into = created(order ? 200 : 20);
        struct tdigest *from = created(order ? 20 : 200);
        for (int i = 0; i < 200; i++) {
            add(into, i);
            add(from, i + 0.5);
        }
        assert_int_equal(tdigest_merge(into, from), SKETCH_OK);
        assert_int_equal(tdigest_k(into), 20);
        assert_int_equal(tdigest_weight(into), 400);
        assert_int_equal(tdigest_weight(from), 200);
        assert_true(tdigest_count(into) <= 50);
        assert_sound(into);
        assert_true(fabs(quantile(into, 0.5) - 99.75) < 3);
        tdigest_free(into);
        tdigest_free(from);
    }
}

static void a_sketch_merges_with_itself(void **state)
{
    (void)state;
    struct tdigest *sketch = created(20);
    for (int i = 0; i < 5000; i++) {
        add(sketch, draw_lognormal());
    }
    double median = quantile(sketch, 0.5);
    assert_int_equal(tdigest_merge(sketch, sketch), SKETCH_OK);
    assert_int_equal(tdigest_weight(sketch), 10000);
    assert_true(fabs(rank(sketch, median) - 0.5) < 0.01);
    assert_sound(sketch);
    tdigest_free(sketch);
}

static void merges_of_few_values_are_exact_in_any_order(void **state)
{
    (void)state;
    enum { PARTS = 7, EACH = 3000 };
    static double values[PARTS * EACH];
    struct tdigest *parts[PARTS];
    struct tdigest *up = created(100);
    struct tdigest *down = created(100);
    for (int p = 0; p < PARTS; p++) {
        for (int i = 0; i < EACH; i++) {
            values[p * EACH + i] = (double)(30 * (p % 3) + (int)draw(100));
        }
        parts[p] = filled(100, values + p * EACH, EACH);
    }
    for (int p = 0; p < PARTS; p++) {
        assert_int_equal(tdigest_merge(up, parts[p]), SKETCH_OK);
        assert_int_equal(tdigest_merge(down, parts[PARTS - 1 - p]), SKETCH_OK);
    }
    assert_true(is_same_image(up, down));
    assert_exact(up, values, PARTS * EACH);
    for (int p = 0; p < PARTS; p++) {
        tdigest_free(parts[p]);
    }
    tdigest_free(up);
    tdigest_free(down);
}

static void many_merges_stay_accurate(void **state)
{
    (void)state;
    enum { PARTS = 64, EACH = 3000, COUNT = PARTS * EACH };
    double *values = malloc(COUNT * sizeof *values);
    struct tdigest *total = created(100);
    for (int p = 0; p < PARTS; p++) {
        for (int i = 0; i < EACH; i++) {
            values[p * EACH + i] = draw_lognormal();
        }
        struct tdigest *part = stored(filled(100, values + p * EACH, EACH));
        assert_int_equal(tdigest_merge(total, part), SKETCH_OK);
        tdigest_free(part);
        total = stored(total);
    }
    qsort(values, COUNT, sizeof *values, compare);
    for (int i = 1; i < 100; i++) {
        double q = i / 100.0;
        assert_true(rank_error(values, COUNT, q, quantile(total, q)) < 0.0015);
    }
    assert_sound(total);
    tdigest_free(total);
    free(values);
}

static void every_buffer_is_sorted(void **state)
{
    (void)state;
    enum { MOST = 3000 };
    static double values[MOST];
    static double wanted[MOST];
    static const size_t counts[] = {0, 1, 2, 3, 95, 96, 97, 98, 500, 2048, MOST};
    void *scratch = malloc(tdigest_sort_scratch(MOST));
    for (int kind = 0; kind < KINDS; kind++) {
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
            for (size_t i = 0; i < counts[c]; i++) {
                values[i] = stream_value(kind, (int)i, MOST) + 0.0;
            }
            memcpy(wanted, values, sizeof values);
            const double *sorted = tdigest_sort(values, counts[c], scratch);
            qsort(wanted, counts[c], sizeof *wanted, compare);
            assert_memory_equal(sorted, wanted, counts[c] * sizeof *wanted);
        }
    }
    free(scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_out_of_range_are_refused),
        cmocka_unit_test(an_empty_sketch_has_no_answers),
        cmocka_unit_test(what_is_not_finite_is_refused),
        cmocka_unit_test(questions_out_of_range_are_refused),
        cmocka_unit_test(one_value_is_every_quantile),
        cmocka_unit_test(few_values_are_answered_exactly),
        cmocka_unit_test(what_the_buffer_holds_is_answered_exactly),
        cmocka_unit_test(different_values_that_fit_stay_exact),
        cmocka_unit_test(one_different_value_more_is_not_exact),
        cmocka_unit_test(the_median_is_that_of_sql),
        cmocka_unit_test(zero_has_no_sign),
        cmocka_unit_test(a_weight_counts_as_often),
        cmocka_unit_test(the_weight_never_passes_its_maximum),
        cmocka_unit_test(answers_are_sound_on_every_stream),
        cmocka_unit_test(the_image_never_outgrows_its_bound),
        cmocka_unit_test(rank_inverts_quantile),
        cmocka_unit_test(cdf_and_pmf_are_ranks),
        cmocka_unit_test(cdf_never_falls),
        cmocka_unit_test(asking_changes_nothing),
        cmocka_unit_test(the_same_values_make_the_same_bytes_everywhere),
        cmocka_unit_test(means_of_whole_numbers_are_exact),
        cmocka_unit_test(huge_values_do_not_overflow),
        cmocka_unit_test(a_million_values_are_answered_well),
        cmocka_unit_test(spikes_among_other_values_are_exact),
        cmocka_unit_test(storing_after_every_value_costs_no_accuracy),
        cmocka_unit_test(an_empty_sketch_is_neutral_in_merges),
        cmocka_unit_test(a_merge_keeps_the_smaller_k),
        cmocka_unit_test(a_sketch_merges_with_itself),
        cmocka_unit_test(merges_of_few_values_are_exact_in_any_order),
        cmocka_unit_test(many_merges_stay_accurate),
        cmocka_unit_test(every_buffer_is_sorted),
    };
    return cmocka_run_group_tests_name("tdigest", tests, NULL, NULL);
}
