/*
 * The state of a t-digest: a list of points and a buffer in front of it.
 *
 * A value only goes to the buffer, which grows from 32 to 4,096 values, and so do the
 * points of sketches that are merged: the more points are condensed at once, the less
 * is lost.  When the buffer is full it is sorted and merged into the list
 * (tdigest_list.c), and neighbours are joined if the list has become too long
 * (tdigest_cluster.c).  Equal values always become one point with their number, so
 * nothing is lost while the different values fit.  Whoever asks before gets an answer
 * from a list made for the purpose (tdigest_curve.c), so that asking changes nothing.
 */
#include "tdigest_private.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { TDIGEST_FIRST_BUFFER = 32, TDIGEST_LAST_BUFFER = 4096 };

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
        sketch_release(&memory, sketch->weights);
        sketch_release(&memory, sketch->work);
        sketch_release(&memory, sketch);
    }
}

/* To be called whenever anything changed that this depends on. */
static void tdigest_update_quick(struct tdigest *sketch)
{
    uint64_t more = SKETCH_MAX_TOTAL - sketch->weight;
    size_t quick = sketch->weights ? 0 : sketch->room;
    sketch->quick = quick < more ? quick : (size_t)more;
}

void tdigest_drop_buffer(struct tdigest *sketch)
{
    sketch_release(&sketch->memory, sketch->values);
    sketch->values = NULL;
    sketch->room = 0;
    tdigest_update_quick(sketch);
}

/* Puts a copy of the list, all that there is, in place of the sketch's own. */
static enum sketch_status
tdigest_adopt(struct tdigest *sketch, const struct tdigest_list *list, uint64_t weight)
{
    const struct sketch_memory *memory = &sketch->memory;
    struct tdigest_point *points = tdigest_points(memory, list->count);
    if (!points) {
        return SKETCH_NOMEM;
    }
    memcpy(points, list->points, list->count * sizeof *points);
    sketch_release(memory, sketch->list.points);
    sketch->list = *list;
    sketch->list.points = points;
    sketch_release(memory, sketch->weights);
    sketch->weights = NULL;
    sketch->weight = weight;
    sketch->pending = 0;
    tdigest_update_quick(sketch);
    return SKETCH_OK;
}

/* Empties the buffer into the list. */
static enum sketch_status tdigest_flush(struct tdigest *sketch)
{
    const struct sketch_memory *memory = &sketch->memory;
    struct tdigest_list list;
    size_t size = tdigest_gather_size(sketch);
    if (size > sketch->work_size) {
        void *work = memory->resize(memory->ctx, NULL, size);
        if (!work) {
            return SKETCH_NOMEM;
        }
        sketch_release(memory, sketch->work);
        sketch->work = work;
        sketch->work_size = size;
    }
    tdigest_gather_in(&list, sketch, sketch->work);
    tdigest_condense(&list, sketch->k, tdigest_weight(sketch));
    return tdigest_adopt(sketch, &list, tdigest_weight(sketch));
}

enum sketch_status tdigest_compress(struct tdigest *sketch)
{
    enum sketch_status status = SKETCH_OK;
    if (sketch->pending > 0) {
        status = tdigest_flush(sketch);
    }
    sketch_release(&sketch->memory, sketch->work);
    sketch->work = NULL;
    sketch->work_size = 0;
    return status;
}

static enum sketch_status tdigest_grow(struct tdigest *sketch, size_t room)
{
    const struct sketch_memory *memory = &sketch->memory;
    double *values = memory->resize(memory->ctx, sketch->values, room * sizeof *values);
    if (!values) {
        return SKETCH_NOMEM;
    }
    sketch->values = values;
    if (sketch->weights) {
        uint64_t *weights =
            memory->resize(memory->ctx, sketch->weights, room * sizeof *weights);
        if (!weights) {
            return SKETCH_NOMEM;
        }
        sketch->weights = weights;
    }
    sketch->room = room;
    tdigest_update_quick(sketch);
    return SKETCH_OK;
}

/* Room for one more value in the buffer. */
static enum sketch_status tdigest_make_room(struct tdigest *sketch)
{
    if (sketch->pending < sketch->room) {
        return SKETCH_OK;
    }
    if (sketch->room >= TDIGEST_LAST_BUFFER) {
        return tdigest_flush(sketch);
    }
    return tdigest_grow(sketch,
                        sketch->room > 0 ? 2 * sketch->room : TDIGEST_FIRST_BUFFER);
}

/* Gives a weight of 1 to each value that waits in the buffer. */
static enum sketch_status tdigest_begin_weights(struct tdigest *sketch)
{
    uint64_t *weights =
        sketch_allocate(&sketch->memory, sketch->room * sizeof *weights);
    if (!weights) {
        return SKETCH_NOMEM;
    }
    for (size_t i = 0; i < sketch->pending; i++) {
        weights[i] = 1;
    }
    sketch->weights = weights;
    tdigest_update_quick(sketch);
    return SKETCH_OK;
}

static bool tdigest_is_finite(double value) { return fabs(value) <= DBL_MAX; }

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
    enum sketch_status status = tdigest_make_room(sketch);
    if (status == SKETCH_OK && weight > 1 && !sketch->weights) {
        status = tdigest_begin_weights(sketch);
    }
    if (status != SKETCH_OK) {
        return status;
    }
    if (sketch->weights) {
        sketch->weights[sketch->pending] = weight;
        sketch->weight += weight - 1;
    }
    sketch->values[sketch->pending++] = value + 0.0; /* -0.0 becomes 0.0 */
    return SKETCH_OK;
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

/* Room for `count` more points in the buffer. */
static enum sketch_status tdigest_reserve(struct tdigest *sketch, size_t count)
{
    enum sketch_status status = SKETCH_OK;
    if (sketch->pending > 0 && sketch->pending + count > TDIGEST_LAST_BUFFER) {
        status = tdigest_flush(sketch);
    }
    size_t room = sketch->room > 0 ? sketch->room : TDIGEST_FIRST_BUFFER;
    while (room < sketch->pending + count) {
        room *= 2;
    }
    if (status == SKETCH_OK && room > sketch->room) {
        status = tdigest_grow(sketch, room);
    }
    if (status == SKETCH_OK && !sketch->weights) {
        status = tdigest_begin_weights(sketch);
    }
    return status;
}

/* A point for the buffer, which has room for it and for weights. */
static void tdigest_push(struct tdigest *sketch, double value, uint64_t weight,
                         bool blurred)
{
    sketch->values[sketch->pending] = value;
    sketch->weights[sketch->pending] = weight | (blurred ? TDIGEST_BLURRED : 0);
    sketch->weight += weight - 1;
    sketch->pending++;
}

/* Puts all that `from` holds into the buffer of `into`; they may be the same. */
static enum sketch_status tdigest_push_all(struct tdigest *into,
                                           const struct tdigest *from)
{
    enum sketch_status status = tdigest_reserve(into, from->list.count + from->pending);
    if (status != SKETCH_OK) {
        return status;
    }
    size_t pending = from->pending;
    for (size_t i = 0; i < from->list.count; i++) {
        const struct tdigest_point *point = &from->list.points[i];
        tdigest_push(into, point->mean, point->weight, point->blurred);
    }
    for (size_t i = 0; i < pending; i++) {
        uint64_t weight = from->weights ? from->weights[i] : 1;
        tdigest_push(into, from->values[i], weight & ~TDIGEST_BLURRED,
                     weight & TDIGEST_BLURRED);
    }
    return SKETCH_OK;
}

/* Makes an empty sketch hold all that `from` does, in the same way. */
static enum sketch_status tdigest_copy(struct tdigest *into, const struct tdigest *from)
{
    const struct sketch_memory *memory = &into->memory;
    struct tdigest waiting = *from;
    waiting.list.count = 0;
    struct tdigest_point *points = tdigest_points(memory, from->list.count);
    enum sketch_status status = points ? SKETCH_OK : SKETCH_NOMEM;
    if (status == SKETCH_OK && from->pending > 0) {
        status = tdigest_push_all(into, &waiting);
    }
    if (status != SKETCH_OK) {
        sketch_release(memory, points);
        return status;
    }
    if (from->list.count > 0) {
        memcpy(points, from->list.points, from->list.count * sizeof *points);
    }
    sketch_release(memory, into->list.points);
    into->list = from->list;
    into->list.points = points;
    into->weight = from->weight;
    into->k = from->k;
    return SKETCH_OK;
}

enum sketch_status tdigest_merge(struct tdigest *into, const struct tdigest *from)
{
    uint64_t ours = tdigest_weight(into);
    uint64_t theirs = tdigest_weight(from);
    if (theirs == 0) {
        return SKETCH_OK;
    }
    if (theirs > SKETCH_MAX_TOTAL - ours) {
        return SKETCH_OVERFLOW;
    }
    enum sketch_status status =
        ours > 0 ? tdigest_push_all(into, from) : tdigest_copy(into, from);
    if (status == SKETCH_OK) {
        into->k = from->k < into->k ? from->k : into->k;
    }
    tdigest_update_quick(into);
    return status;
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
    return (struct tdigest_row){point->mean, point->weight};
}

bool tdigest_is_exact(const struct tdigest *sketch)
{
    for (size_t i = 0; sketch->weights && i < sketch->pending; i++) {
        if (sketch->weights[i] & TDIGEST_BLURRED) {
            return false;
        }
    }
    return tdigest_is_clear(&sketch->list);
}

double tdigest_min(const struct tdigest *sketch)
{
    double least = sketch->list.count > 0 ? sketch->list.points[0].mean : NAN;
    for (size_t i = 0; i < sketch->pending; i++) {
        least = sketch->values[i] > least ? least : sketch->values[i];
    }
    return least;
}

double tdigest_max(const struct tdigest *sketch)
{
    size_t count = sketch->list.count;
    double most = count > 0 ? sketch->list.points[count - 1].mean : NAN;
    for (size_t i = 0; i < sketch->pending; i++) {
        most = sketch->values[i] < most ? most : sketch->values[i];
    }
    return most;
}

/* The sum of all values, times a scale. */
static double tdigest_total_sum(const struct tdigest *sketch, double scale)
{
    double sum = tdigest_sum(sketch->list.points, sketch->list.count, scale);
    for (size_t i = 0; i < sketch->pending; i++) {
        uint64_t weight = sketch->weights ? sketch->weights[i] & ~TDIGEST_BLURRED : 1;
        sum += sketch->values[i] * ((double)weight * scale);
    }
    return sum;
}

double tdigest_mean(const struct tdigest *sketch)
{
    double least = tdigest_min(sketch);
    double most = tdigest_max(sketch);
    double mean = tdigest_total_sum(sketch, 1) / tdigest_real(tdigest_weight(sketch));
    if (!(fabs(mean) <= DBL_MAX)) { /* too large, or no value at all */
        double scale = TDIGEST_LARGE_SCALE;
        mean = tdigest_total_sum(sketch, scale) / tdigest_real(tdigest_weight(sketch)) /
               scale;
    }
    return mean < least ? least : mean > most ? most : mean;
}
