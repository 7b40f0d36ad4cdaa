/*
 * Where in a shape an answer lies: by bisection, among the values that wait and among
 * the points of the list.
 *
 * Points have weights and no sums of these, which take as long to add up as there are
 * points.  Where many questions come together that is done once: each looks for the
 * nearest of a few sums.
 */
#include "tdigest_private.h"

size_t tdigest_count_below(const struct tdigest_shape *shape, double value)
{
    size_t low = 0;
    size_t high = shape->pending;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (shape->values[middle] < value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

size_t tdigest_count_up_to(const struct tdigest_shape *shape, double value)
{
    size_t low = 0;
    size_t high = shape->pending;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (shape->values[middle] <= value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

void tdigest_fill_sums(struct tdigest_sums *sums, const struct tdigest_list *list)
{
    uint64_t sum = 0;
    sums->stride = list->count / TDIGEST_SUMS + 1;
    for (size_t i = 0; i < list->count; i++) {
        if (i % sums->stride == 0) {
            sums->before[i / sums->stride] = sum;
        }
        sum += tdigest_point_weight(&list->points[i]);
    }
}

/* Goes on to a point of the list, past those between. */
static struct tdigest_place tdigest_go_to(const struct tdigest_shape *shape,
                                          struct tdigest_place from, size_t to)
{
    const struct tdigest_sums *sums = shape->sums;
    if (sums && to - to % sums->stride > from.at) {
        from.at = to - to % sums->stride;
        from.before = sums->before[to / sums->stride];
    }
    for (; from.at < to; from.at++) {
        from.before += tdigest_point_weight(&shape->list.points[from.at]);
    }
    return from;
}

struct tdigest_place tdigest_find_height(const struct tdigest_shape *shape,
                                         double height)
{
    const struct tdigest_point *points = shape->list.points;
    struct tdigest_place place = {0, 0};
    size_t high = shape->list.count - 1;
    while (place.at < high) {
        size_t middle = place.at + (high - place.at) / 2;
        struct tdigest_place next = tdigest_go_to(shape, place, middle + 1);
        size_t values = tdigest_count_up_to(shape, points[middle].mean);
        if (tdigest_real(next.before) + (double)values < height) {
            place = next;
        } else {
            high = middle;
        }
    }
    return place;
}

struct tdigest_place tdigest_find_value(const struct tdigest_shape *shape, double value)
{
    const struct tdigest_point *points = shape->list.points;
    size_t low = 0;
    size_t high = shape->list.count - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (points[middle].mean < value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return tdigest_go_to(shape, (struct tdigest_place){0, 0}, low);
}
