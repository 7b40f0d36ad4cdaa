/*
 * Everything that a sketch holds as one list: its points, those that wait, and between
 * them the values of its buffer, each of which is an atom.
 */
#include "tdigest_private.h"

#include <math.h>
#include <string.h>

/* Merges sorted values, each an atom of weight 1, with sorted points, which may hold
 * equal means; `out` is empty and has the room.  The values are many and mostly
 * different from all others; what is known of the last point is kept in variables,
 * since the compiler cannot. */
static void tdigest_weave(struct tdigest_list *out, const struct tdigest_point *point,
                          const struct tdigest_point *end, const double *values,
                          size_t count)
{
    double stop = point < end ? point->mean : INFINITY;
    for (size_t i = 0; i < count;) {
        while (values[i] >= stop) {
            tdigest_append(out, *point++);
            stop = point < end ? point->mean : INFINITY;
        }
        tdigest_append(out, tdigest_atom(values[i++], 1));
        struct tdigest_point *last = out->points + out->count - 1;
        double mean = last->mean;
        for (; i < count && values[i] < stop; i++) {
            if (values[i] != mean) {
                mean = values[i];
                *++last = tdigest_atom(mean, 1);
            } else {
                last->tagged++;
            }
        }
        out->count = (size_t)(last - out->points) + 1;
    }
    while (point < end) {
        tdigest_append(out, *point++);
    }
}

static size_t tdigest_larger_size(size_t a, size_t b) { return a > b ? a : b; }

/* What `points` points, some of which wait to be sorted, and `values` values take: the
 * block is scratch for sorting, and then holds the result. */
static size_t tdigest_block_size(size_t points, bool wait, size_t values)
{
    size_t size = (points + values) * sizeof(struct tdigest_point);
    size = tdigest_larger_size(size, wait ? tdigest_sort_points_size(points) : 0);
    size = tdigest_larger_size(size, tdigest_sort_values_size(values));
    return size > 0 ? size : 1;
}

static void tdigest_collect(struct tdigest_list *out, struct tdigest_point *points,
                            size_t count, bool wait, double *values, size_t pending,
                            void *block)
{
    *out = (struct tdigest_list){.points = block};
    if (wait) {
        tdigest_sort_points(points, count, block);
    }
    if (pending > 0) {
        tdigest_sort_values(values, pending, block);
    }
    /* No points have no place to count from. */
    tdigest_weave(out, points, count > 0 ? points + count : points, values, pending);
}

size_t tdigest_gather_size(const struct tdigest *sketch)
{
    return tdigest_block_size(sketch->list.count + sketch->waiting, sketch->waiting > 0,
                              sketch->pending);
}

void tdigest_gather_in(struct tdigest_list *out, struct tdigest *sketch, void *block)
{
    tdigest_collect(out, sketch->list.points, sketch->list.count + sketch->waiting,
                    sketch->waiting > 0, sketch->values, sketch->pending, block);
}

enum sketch_status tdigest_gather(struct tdigest_list *out,
                                  const struct tdigest *sketch, bool with_values)
{
    const struct sketch_memory *memory = &sketch->memory;
    size_t pending = with_values ? sketch->pending : 0;
    size_t count = sketch->list.count + sketch->waiting;
    bool wait = sketch->waiting > 0;
    size_t size = tdigest_block_size(count, wait, pending);
    size_t copied = wait ? count * sizeof *out->points : 0;
    *out = (struct tdigest_list){.points = NULL};
    /* One block, in which the points that have to be sorted come last. */
    size = (size + sizeof *out->points - 1) / sizeof *out->points * sizeof *out->points;
    char *block = memory->resize(memory->ctx, NULL, size + copied);
    if (!block) {
        return SKETCH_NOMEM;
    }
    struct tdigest_point *points = sketch->list.points;
    if (wait) {
        points = memcpy(block + size, points, copied);
    }
    tdigest_collect(out, points, count, wait, sketch->values, pending, block);
    return SKETCH_OK;
}

enum sketch_status tdigest_order_values(const struct tdigest *sketch)
{
    const struct sketch_memory *memory = &sketch->memory;
    size_t size = tdigest_sort_values_size(sketch->pending);
    if (sketch->pending < 2) {
        return SKETCH_OK;
    }
    bool is_lent = size <= sketch->work_size;
    void *scratch = is_lent ? sketch->work : memory->resize(memory->ctx, NULL, size);
    if (!scratch) {
        return SKETCH_NOMEM;
    }
    tdigest_sort_values(sketch->values, sketch->pending, scratch);
    if (!is_lent) {
        sketch_release(memory, scratch);
    }
    return SKETCH_OK;
}
