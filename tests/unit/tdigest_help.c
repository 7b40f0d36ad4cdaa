#include "tdigest_help.h"

#include <float.h>
#include <math.h>

#include "random.h"

static struct random drawn;

void draw_seed(uint64_t seed) { drawn.state = seed; }

uint64_t draw(uint64_t below) { return random_next(&drawn) % below; }

double draw_share(void) { return ((double)draw(UINT64_C(1) << 53) + 0.5) * 0x1p-53; }

double draw_lognormal(void)
{
    double radius = sqrt(-2 * log(draw_share()));
    return exp(radius * cos(6.283185307179586 * draw_share()));
}

double stream_value(int kind, int i, int count)
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

struct tdigest *created(int k)
{
    struct tdigest *sketch;
    assert_int_equal(tdigest_create(&sketch, k, &sketch_libc_memory), SKETCH_OK);
    return sketch;
}

void add(struct tdigest *sketch, double value)
{
    assert_int_equal(tdigest_add(sketch, value), SKETCH_OK);
}

void add_weighted(struct tdigest *sketch, double value, uint64_t weight)
{
    assert_int_equal(tdigest_add_weighted(sketch, value, weight), SKETCH_OK);
}

struct tdigest *filled(int k, const double *values, size_t count)
{
    struct tdigest *sketch = created(k);
    for (size_t i = 0; i < count; i++) {
        add(sketch, values[i]);
    }
    return sketch;
}

double quantile(const struct tdigest *sketch, double q)
{
    double value = NAN;
    assert_int_equal(tdigest_quantile(sketch, q, &value), SKETCH_OK);
    return value;
}

double rank(const struct tdigest *sketch, double value)
{
    double share = NAN;
    assert_int_equal(tdigest_rank(sketch, value, &share), SKETCH_OK);
    return share;
}

struct image imaged(const struct tdigest *sketch)
{
    struct image image;
    assert_int_equal(tdigest_serialise(sketch, &image.bytes, &image.size), SKETCH_OK);
    return image;
}

bool is_same_image(const struct tdigest *a, const struct tdigest *b)
{
    struct image x = imaged(a);
    struct image y = imaged(b);
    bool same = x.size == y.size && memcmp(x.bytes, y.bytes, x.size) == 0;
    sketch_release(&a->memory, x.bytes);
    sketch_release(&b->memory, y.bytes);
    return same;
}

struct tdigest *stored(struct tdigest *sketch)
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

int compare_doubles(const void *left, const void *right)
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

double rank_error(const double *sorted, size_t count, double q, double value)
{
    double below = counted(sorted, count, value, false) / (double)count;
    double up_to = counted(sorted, count, value, true) / (double)count;
    return q < below ? below - q : q > up_to ? q - up_to : 0;
}

double true_quantile(const double *sorted, size_t count, double q)
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

double true_rank(const double *sorted, size_t count, double value)
{
    double below = counted(sorted, count, value, false);
    double up_to = counted(sorted, count, value, true);
    return (below + up_to) / 2 / (double)count;
}

void assert_exact(const struct tdigest *sketch, double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare_doubles);
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

void assert_ascending(const struct tdigest *sketch, int steps)
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

void assert_sound(const struct tdigest *sketch)
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
        weight += tdigest_point_weight(&list->points[i]);
    }
    assert_true(weight == tdigest_weight(sketch));
    assert_false(tdigest_is_blurred(&list->points[0]) ||
                 tdigest_is_blurred(&list->points[list->count - 1]));

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
