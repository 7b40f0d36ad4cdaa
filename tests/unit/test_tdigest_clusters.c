/* t-digests of values with gaps between them: clusters, and levels that drift. */
#include "tdigest_help.h"

#include <math.h>

/* A week of hourly sketches, merged.  Allowed are an error of the rank on average over
 * 999 quantiles, and the worst one, in millionths. */
enum { HOURS = 168, EACH = 1190, COUNT = HOURS * EACH };

struct allowed {
    double mean;
    double worst;
};

/* Value `at` of all: `at` is also the time. */
typedef double level(int at);

static double two_latencies(int at)
{
    (void)at;
    return draw(100) < 52 ? 240 + 10 * draw_share() : 50000 + 10000 * draw_share();
}

/* Counters that rise from 0, 1, 2, ... each as far as where the next began. */
static double rising(int at, uint64_t counters)
{
    return (double)draw(counters) + (double)at / COUNT;
}

static double two_rising(int at) { return rising(at, 2); }
static double five_rising(int at) { return rising(at, 5); }

static double one_level(int at)
{
    (void)at;
    return draw_lognormal();
}

static struct tdigest *merged(level *value, int parts, int each, double *values)
{
    struct tdigest *total = created(TDIGEST_K);
    for (int part = 0; part < parts; part++) {
        for (int i = 0; i < each; i++) {
            values[part * each + i] = value(part * each + i);
        }
        struct tdigest *sketch =
            stored(filled(TDIGEST_K, values + part * each, (size_t)each));
        assert_int_equal(tdigest_merge(total, sketch), SKETCH_OK);
        tdigest_free(sketch);
    }
    return stored(total);
}

static void assert_close(const struct tdigest *sketch, double *values, size_t count,
                         struct allowed allowed)
{
    double sum = 0;
    double worst = 0;
    qsort(values, count, sizeof *values, compare_doubles);
    for (int i = 1; i < 1000; i++) {
        double q = i / 1000.0;
        double error = rank_error(values, count, q, quantile(sketch, q));
        sum += error;
        worst = error > worst ? error : worst;
    }
    assert_true(sum / 999 * 1e6 <= allowed.mean);
    assert_true(worst * 1e6 <= allowed.worst);
}

static void assert_merges_are_close(level *value, int parts, int each,
                                    struct allowed allowed)
{
    double *values = malloc((size_t)parts * (size_t)each * sizeof *values);
    for (uint64_t seed = 1; seed <= 3; seed++) {
        draw_seed(seed);
        struct tdigest *sketch = merged(value, parts, each, values);
        assert_sound(sketch);
        assert_close(sketch, values, (size_t)parts * (size_t)each, allowed);
        tdigest_free(sketch);
    }
    free(values);
}

static void two_clusters_are_told_apart(void **state)
{
    (void)state;
    assert_merges_are_close(two_latencies, HOURS, EACH, (struct allowed){250, 6500});
}

static void rising_counters_are_told_apart(void **state)
{
    (void)state;
    assert_merges_are_close(two_rising, HOURS, EACH, (struct allowed){450, 9500});
    assert_merges_are_close(five_rising, HOURS, EACH, (struct allowed){1000, 8500});
}

static void many_small_sketches_make_a_good_one(void **state)
{
    (void)state;
    assert_merges_are_close(one_level, 1000, 50, (struct allowed){250, 2000});
    assert_merges_are_close(one_level, HOURS, EACH, (struct allowed){150, 1000});
}

/* A median inside of a cluster is a value from there. */
static void the_median_is_not_from_the_gap(void **state)
{
    (void)state;
    double *values = malloc(COUNT * sizeof *values);
    draw_seed(4);
    struct tdigest *sketch = merged(two_latencies, HOURS, EACH, values);
    assert_true(quantile(sketch, 0.5) > 249.5 && quantile(sketch, 0.5) < 249.8);
    assert_true(fabs(rank(sketch, 30000) - 0.52) < 0.003);
    for (int i = 1; i < 10000; i++) {
        double value = quantile(sketch, i / 10000.0);
        assert_true((value >= 240 && value <= 250) || value >= 50000);
    }
    tdigest_free(sketch);
    free(values);
}

/* As are the first and the last. */
static void the_values_at_a_gap_stay_alone(void **state)
{
    (void)state;
    enum { CLUSTERS = 5 };
    struct tdigest *sketch = created(100);
    double ends[CLUSTERS][2];
    for (int cluster = 0; cluster < CLUSTERS; cluster++) {
        ends[cluster][0] = INFINITY;
        ends[cluster][1] = -INFINITY;
    }
    for (int i = 0; i < 100000; i++) {
        int cluster = (int)draw(CLUSTERS);
        double value = pow(100, cluster) * (1 + draw_share());
        ends[cluster][0] = fmin(ends[cluster][0], value);
        ends[cluster][1] = fmax(ends[cluster][1], value);
        add(sketch, value);
    }
    sketch = stored(sketch);
    for (int cluster = 0; cluster < CLUSTERS; cluster++) {
        for (int end = 0; end < 2; end++) {
            bool found = false;
            for (size_t i = 0; i < tdigest_count(sketch); i++) {
                struct tdigest_row row = tdigest_row(sketch, i);
                found = found || (row.mean == ends[cluster][end] && row.weight == 1);
            }
            assert_true(found);
        }
    }
    tdigest_free(sketch);
}

/* With more gaps than centroids, some clusters have to share one. */
static void more_clusters_than_centroids_fit(void **state)
{
    (void)state;
    static const int sizes[] = {10, 11, 20, 200};
    for (size_t s = 0; s < 4; s++) {
        for (int clusters = 1; clusters <= 10000; clusters *= 10) {
            struct tdigest *sketch = created(sizes[s]);
            struct tdigest *total = created(sizes[s]);
            for (int i = 0; i < 20000; i++) {
                double cluster = 1000 * (double)draw((uint64_t)clusters);
                add(sketch, i % 2 ? cluster + draw_share() : pow(1.01, cluster / 1000));
            }
            for (int i = 0; i < 50; i++) {
                assert_int_equal(tdigest_merge(total, sketch), SKETCH_OK);
                add(sketch, draw_lognormal());
            }
            assert_sound(sketch);
            assert_sound(total);
            tdigest_free(sketch);
            tdigest_free(total);
        }
    }
}

/* Points that lie beside each other by chance are no clusters: next to nothing is
 * lost by looking for gaps, and the image stays as small. */
static void values_without_gaps_have_none(void **state)
{
    (void)state;
    struct tdigest *sketch = created(TDIGEST_K);
    for (int i = 0; i < 1000000; i++) {
        add(sketch, draw_lognormal());
    }
    sketch = stored(sketch);
    struct image image = imaged(sketch);
    assert_true(image.size <= 4096);
    free(image.bytes);
    tdigest_free(sketch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_clusters_are_told_apart),
        cmocka_unit_test(rising_counters_are_told_apart),
        cmocka_unit_test(many_small_sketches_make_a_good_one),
        cmocka_unit_test(the_median_is_not_from_the_gap),
        cmocka_unit_test(the_values_at_a_gap_stay_alone),
        cmocka_unit_test(more_clusters_than_centroids_fit),
        cmocka_unit_test(values_without_gaps_have_none),
    };
    return cmocka_run_group_tests_name("tdigest, clusters", tests, NULL, NULL);
}
