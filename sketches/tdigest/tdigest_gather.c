/*
 * Everything that a sketch holds as one list: its points, and between them the values
 * that wait in its buffer, each of which is an atom.
 */
#include "tdigest_private.h"

#include <math.h>
#include <string.h>

/* The union of two runs of points, which may hold equal means; `out` is empty and has
 * the room. */
static void tdigest_interleave(struct tdigest_list *out, const struct tdigest_point *a,
                               size_t a_count, const struct tdigest_point *b,
                               size_t b_count)
{
    size_t i = 0;
    size_t j = 0;
    while (i < a_count || j < b_count) {
        bool first = j == b_count || (i < a_count && a[i].mean <= b[j].mean);
        tdigest_append(out, first ? a[i++] : b[j++]);
    }
}

/* Merges sorted values, each an atom of weight 1, with the points of a list; `out` is
 * empty and has the room.  The values are many and mostly different from all others;
 * what is known of the last point is kept in variables, since the compiler cannot. */
static void tdigest_weave(struct tdigest_list *out, const struct tdigest_list *list,
                          const double *values, size_t count)
{
    const struct tdigest_point *point = list->points;
    /* An empty list has no points to count from. */
    const struct tdigest_point *end = list->count > 0 ? point + list->count : point;
    double stop = point < end ? point->mean : INFINITY;
    for (size_t i = 0; i < count;) {
        while (values[i] >= stop) {
            tdigest_append(out, *point++);
            stop = point < end ? point->mean : INFINITY;
        }
        tdigest_append(out, (struct tdigest_point){values[i++], 1, false});
        struct tdigest_point *last = out->points + out->count - 1;
        double mean = last->mean;
        for (; i < count && values[i] < stop; i++) {
            if (values[i] != mean) {
                mean = values[i];
                *++last = (struct tdigest_point){mean, 1, false};
            } else if (++last->weight > out->most) {
                out->most = last->weight;
            }
        }
        out->count = (size_t)(last - out->points) + 1;
    }
    while (point < end) {
        tdigest_append(out, *point++);
    }
}

/* Sorts a few points where they are; those of one mean keep their order. */
static void tdigest_insert_points(struct tdigest_point *points, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct tdigest_point point = points[i];
        size_t at = i;
        while (at > 0 && points[at - 1].mean > point.mean) {
            points[at] = points[at - 1];
            at--;
        }
        points[at] = point;
    }
}

/* Merges two neighbouring runs, from[0] up to `middle` and from there up to `end`. */
static void tdigest_merge_runs(struct tdigest_point *to,
                               const struct tdigest_point *from, size_t middle,
                               size_t end)
{
    size_t a = 0;
    size_t b = middle;
    if (middle == end || from[middle - 1].mean <= from[middle].mean) {
        memcpy(to, from, end * sizeof *to); /* as points of merged sketches are */
        return;
    }
    for (size_t at = 0; at < end; at++) {
        bool take_a = a < middle && (b == end || from[a].mean <= from[b].mean);
        to[at] = take_a ? from[a++] : from[b++];
    }
}

/* Sorts points by merging runs of 16, 32, 64, ... of them, to and fro between two
 * blocks; returns the block where they end. */
static struct tdigest_point *tdigest_sort_points(struct tdigest_point *from,
                                                 struct tdigest_point *to, size_t count)
{
    enum { FIRST_RUN = 16 };
    for (size_t start = 0; start < count; start += FIRST_RUN) {
        size_t left = count - start;
        tdigest_insert_points(from + start, left < FIRST_RUN ? left : FIRST_RUN);
    }
    for (size_t run = FIRST_RUN; run < count; run *= 2) {
        for (size_t start = 0; start < count; start += 2 * run) {
            size_t left = count - start;
            tdigest_merge_runs(to + start, from + start, run < left ? run : left,
                               2 * run < left ? 2 * run : left);
        }
        struct tdigest_point *swap = from;
        from = to;
        to = swap;
    }
    return from;
}

/* Makes points of what is in the buffer and sorts them; `scratch` has room for them
 * twice. */
static const struct tdigest_point *tdigest_sorted_buffer(const struct tdigest *sketch,
                                                         struct tdigest_point *scratch)
{
    size_t count = sketch->pending;
    for (size_t i = 0; i < count; i++) {
        uint64_t weight = sketch->weights[i];
        scratch[i] = (struct tdigest_point){
            sketch->values[i], weight & ~TDIGEST_BLURRED, weight & TDIGEST_BLURRED};
    }
    return tdigest_sort_points(scratch, scratch + count, count);
}

/* The points come first, and what sorting the buffer takes after them. */
size_t tdigest_gather_size(const struct tdigest *sketch)
{
    size_t count = sketch->pending;
    size_t scratch = sketch->weights ? 2 * count * sizeof(struct tdigest_point)
                                     : tdigest_sort_scratch(count);
    return (sketch->list.count + count) * sizeof(struct tdigest_point) + scratch;
}

void tdigest_gather_in(struct tdigest_list *out, const struct tdigest *sketch,
                       void *block)
{
    const struct tdigest_list *list = &sketch->list;
    size_t count = sketch->pending;
    *out = (struct tdigest_list){.points = block};
    void *scratch = out->points + list->count + count;
    if (sketch->weights) {
        tdigest_interleave(out, list->points, list->count,
                           tdigest_sorted_buffer(sketch, scratch), count);
    } else {
        tdigest_weave(out, list, tdigest_sort(sketch->values, count, scratch), count);
    }
}

enum sketch_status tdigest_gather(struct tdigest_list *out,
                                  const struct tdigest *sketch)
{
    const struct sketch_memory *memory = &sketch->memory;
    size_t size = tdigest_gather_size(sketch);
    void *block = memory->resize(memory->ctx, NULL, size > 0 ? size : 1);
    *out = (struct tdigest_list){.points = NULL};
    if (!block) {
        return SKETCH_NOMEM;
    }
    tdigest_gather_in(out, sketch, block);
    return SKETCH_OK;
}
