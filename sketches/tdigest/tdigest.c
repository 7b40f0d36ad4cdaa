/*
 * The state of a t-digest: a list of points, and what waits to get into it.
 *
 * A value only goes to a buffer, which grows from 32 to 4,096 values, and the points of
 * sketches that are merged wait behind those of the list: the more is condensed at
 * once, the less is lost.  When there is no more room, all that waits is sorted and
 * merged into the list (tdigest_gather.c), and neighbours are joined if the list has
 * become too long (tdigest_cluster.c).  Equal values always become one point with their
 * number, so nothing is lost while the different values fit.  Whoever asks before gets
 * an answer from the list and the values beside it (tdigest_curve.c), so that asking
 * changes nothing.
 */
#include "tdigest_private.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum {
    TDIGEST_FIRST_BUFFER = 32,
    TDIGEST_LAST_BUFFER = 4096,
    TDIGEST_MOST_WAITING = 3840 /* about as many with the sketch that passes it */
};

enum sketch_status tdigest_create(struct tdigest **out, int k,
                                  const struct sketch_memory *memory)
{
    *out = NULL;
    if (k < TDIGEST_MIN_K || k > TDIGEST_MAX_K) {
        return SKETCH_RANGE;
    }
    struct tdigest *sketch = sketch_allocate(memory, sizeof *sketch);
    if (!sketch) {
        return SKETCH_NOMEM;
    }
    sketch->memory = *memory;
    sketch->k = k;
    *out = sketch;
    return SKETCH_OK;
}

void tdigest_free(struct tdigest *sketch)
{
    if (sketch) {
        struct sketch_memory memory = sketch->memory;
        sketch_release(&memory, sketch->list.points);
        sketch_release(&memory, sketch->values);
        sketch_release(&memory, sketch->work);
        sketch_release(&memory, sketch);
    }
}

void tdigest_update_quick(struct tdigest *sketch)
{
    uint64_t more = SKETCH_MAX_TOTAL - sketch->weight;
    sketch->quick = sketch->room < more ? sketch->room : (size_t)more;
}

enum sketch_status tdigest_reserve(struct tdigest *sketch, size_t points)
{
    const struct sketch_memory *memory = &sketch->memory;
    if (points <= sketch->point_room) {
        return SKETCH_OK;
    }
    size_t room = sketch->point_room > 0 ? 2 * sketch->point_room : points;
    room = room > points ? room : points;
    if (room > SIZE_MAX / sizeof *sketch->list.points) {
        return SKETCH_NOMEM;
    }
    void *grown = memory->resize(memory->ctx, sketch->list.points,
                                 room * sizeof *sketch->list.points);
    if (!grown) {
        return SKETCH_NOMEM;
    }
    sketch->list.points = grown;
    sketch->point_room = room;
    return SKETCH_OK;
}

/* The block for sorting and merging, of at least so many bytes.  What is in it is not
 * wanted any more, so there never are two. */
static enum sketch_status tdigest_prepare_work(struct tdigest *sketch, size_t size)
{
    const struct sketch_memory *memory = &sketch->memory;
    if (size <= sketch->work_size) {
        return SKETCH_OK;
    }
    sketch_release(memory, sketch->work);
    sketch->work = memory->resize(memory->ctx, NULL, size);
    sketch->work_size = sketch->work ? size : 0;
    return sketch->work ? SKETCH_OK : SKETCH_NOMEM;
}

/* Sorts all that waits into the list. */
static enum sketch_status tdigest_flush(struct tdigest *sketch)
{
    size_t count = sketch->list.count + sketch->waiting + sketch->pending;
    size_t most = tdigest_capacity(sketch->k);
    enum sketch_status status =
        tdigest_prepare_work(sketch, tdigest_gather_size(sketch));
    if (status == SKETCH_OK) {
        status = tdigest_reserve(sketch, count < most ? count : most);
    }
    if (status != SKETCH_OK) {
        return status;
    }
    struct tdigest_list list;
    tdigest_gather_in(&list, sketch, sketch->work);
    sketch->weight = tdigest_weight(sketch);
    tdigest_condense(&list, sketch->k, sketch->weight);
    memcpy(sketch->list.points, list.points, list.count * sizeof *list.points);
    sketch->list.count = list.count;
    sketch->waiting = 0;
    sketch->pending = 0;
    tdigest_update_quick(sketch);
    return SKETCH_OK;
}

enum sketch_status tdigest_compress(struct tdigest *sketch)
{
    enum sketch_status status = SKETCH_OK;
    if (sketch->pending > 0 || sketch->waiting > 0) {
        status = tdigest_flush(sketch);
    }
    sketch_release(&sketch->memory, sketch->work);
    sketch->work = NULL;
    sketch->work_size = 0;
    return status;
}

enum sketch_status tdigest_accept(struct tdigest *sketch, size_t points,
                                  uint64_t weight)
{
    enum sketch_status status = SKETCH_OK;
    sketch->waiting += points;
    sketch->weight += weight;
    if (sketch->waiting >= TDIGEST_MOST_WAITING) {
        status = tdigest_flush(sketch);
    }
    if (status != SKETCH_OK) {
        sketch->waiting -= points;
        sketch->weight -= weight;
    }
    tdigest_update_quick(sketch);
    return status;
}

/* Room for one more value in the buffer. */
static enum sketch_status tdigest_make_room(struct tdigest *sketch)
{
    const struct sketch_memory *memory = &sketch->memory;
    if (sketch->pending < sketch->room) {
        return SKETCH_OK;
    }
    if (sketch->room >= TDIGEST_LAST_BUFFER) {
        return tdigest_flush(sketch);
    }
    size_t room = sketch->room > 0 ? 2 * sketch->room : TDIGEST_FIRST_BUFFER;
    double *values = memory->resize(memory->ctx, sketch->values, room * sizeof *values);
    if (!values) {
        return SKETCH_NOMEM;
    }
    sketch->values = values;
    sketch->room = room;
    tdigest_update_quick(sketch);
    return SKETCH_OK;
}

static bool tdigest_is_finite(double value) { return fabs(value) <= DBL_MAX; }

/* A value that counts more than once waits as a point. */
static enum sketch_status tdigest_add_point(struct tdigest *sketch,
                                            struct tdigest_point point)
{
    size_t used = sketch->list.count + sketch->waiting;
    size_t wanted = used < TDIGEST_FIRST_BUFFER ? TDIGEST_FIRST_BUFFER : used + 1;
    enum sketch_status status = tdigest_reserve(sketch, wanted);
    if (status != SKETCH_OK) {
        return status;
    }
    sketch->list.points[used] = point;
    return tdigest_accept(sketch, 1, point.tagged);
}

enum sketch_status tdigest_add_weighted(struct tdigest *sketch, double value,
                                        uint64_t weight)
{
    if (!tdigest_is_finite(value)) {
        return SKETCH_RANGE;
    }
    if (weight > SKETCH_MAX_TOTAL - tdigest_weight(sketch)) {
        return SKETCH_OVERFLOW;
    }
    if (weight == 0) {
        return SKETCH_OK;
    }
    value += 0.0; /* -0.0 becomes 0.0 */
    if (weight > 1) {
        return tdigest_add_point(sketch, tdigest_atom(value, weight));
    }
    enum sketch_status status = tdigest_make_room(sketch);
    if (status == SKETCH_OK) {
        sketch->values[sketch->pending++] = value;
    }
    return status;
}

/* Kept apart, so that it does not burden the function that runs for each value. */
__attribute__((noinline)) static enum sketch_status
tdigest_add_slowly(struct tdigest *sketch, double value)
{
    return tdigest_add_weighted(sketch, value, 1);
}

enum sketch_status tdigest_add(struct tdigest *sketch, double value)
{
    if (sketch->pending < sketch->quick && tdigest_is_finite(value)) {
        sketch->values[sketch->pending++] = value + 0.0;
        return SKETCH_OK;
    }
    return tdigest_add_slowly(sketch, value);
}

int tdigest_k(const struct tdigest *sketch) { return sketch->k; }
uint64_t tdigest_weight(const struct tdigest *sketch)
{
    return sketch->weight + sketch->pending;
}

size_t tdigest_count(const struct tdigest *sketch) { return sketch->list.count; }

struct tdigest_row tdigest_row(const struct tdigest *sketch, size_t at)
{
    const struct tdigest_point *point = &sketch->list.points[at];
    return (struct tdigest_row){point->mean, tdigest_point_weight(point)};
}

bool tdigest_is_exact(const struct tdigest *sketch)
{
    struct tdigest_list all = {sketch->list.points,
                               sketch->list.count + sketch->waiting};
    return tdigest_is_clear(&all);
}
