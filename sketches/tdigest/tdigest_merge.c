/* Merging: the points of another sketch wait behind our own. */
#include "tdigest_private.h"

#include <string.h>

/* Puts all that `from` holds behind the points of `into`; they may be the same. */
static enum sketch_status tdigest_push_all(struct tdigest *into,
                                           const struct tdigest *from)
{
    size_t used = into->list.count + into->waiting;
    size_t points = from->list.count + from->waiting;
    size_t values = from->pending;
    uint64_t weight = tdigest_weight(from);
    enum sketch_status status = tdigest_reserve(into, used + points + values);
    if (status != SKETCH_OK) {
        return status;
    }
    struct tdigest_point *to = into->list.points + used;
    if (points > 0) {
        memcpy(to, from->list.points, points * sizeof *to);
    }
    for (size_t i = 0; i < values; i++) {
        to[points + i] = tdigest_atom(from->values[i], 1);
    }
    return tdigest_accept(into, points + values, weight);
}

/* Makes an empty sketch hold all that `from` does, in the same way. */
static enum sketch_status tdigest_copy(struct tdigest *into, const struct tdigest *from)
{
    const struct sketch_memory *memory = &into->memory;
    size_t points = from->list.count + from->waiting;
    enum sketch_status status = tdigest_reserve(into, points);
    double *values = NULL;
    if (status == SKETCH_OK && from->pending > 0) {
        values = memory->resize(memory->ctx, into->values, from->room * sizeof *values);
        status = values ? SKETCH_OK : SKETCH_NOMEM;
    }
    if (status != SKETCH_OK) {
        return status;
    }
    if (points > 0) {
        memcpy(into->list.points, from->list.points,
               points * sizeof *from->list.points);
    }
    if (values) {
        memcpy(values, from->values, from->pending * sizeof *values);
        into->values = values;
        into->room = from->room;
    }
    into->list.count = from->list.count;
    into->waiting = from->waiting;
    into->pending = from->pending;
    into->weight = from->weight;
    into->k = from->k;
    tdigest_update_quick(into);
    return SKETCH_OK;
}

/* Merges at the smaller k, of which condensing has to know. */
static void tdigest_lower_k(struct tdigest *sketch, int k)
{
    sketch->k = k < sketch->k ? k : sketch->k;
}

enum sketch_status tdigest_merge(struct tdigest *into, const struct tdigest *from)
{
    uint64_t ours = tdigest_weight(into);
    uint64_t theirs = tdigest_weight(from);
    int k = into->k;
    if (theirs == 0) {
        return SKETCH_OK;
    }
    if (theirs > SKETCH_MAX_TOTAL - ours) {
        return SKETCH_OVERFLOW;
    }
    if (ours == 0) {
        return tdigest_copy(into, from);
    }
    tdigest_lower_k(into, from->k);
    enum sketch_status status = tdigest_push_all(into, from);
    if (status != SKETCH_OK) {
        into->k = k;
    }
    return status;
}

/* An image with a buffer, which is sorted in at its own k. */
static enum sketch_status tdigest_absorb_slowly(struct tdigest *into,
                                                const uint8_t *bytes, size_t size)
{
    struct tdigest *from;
    enum sketch_status status = tdigest_deserialise(&from, bytes, size, &into->memory);
    if (status == SKETCH_OK) {
        status = tdigest_merge(into, from);
    }
    tdigest_free(from);
    return status;
}

enum sketch_status tdigest_absorb(struct tdigest *into, const uint8_t *bytes,
                                  size_t size)
{
    struct tdigest_image image;
    uint64_t ours = tdigest_weight(into);
    int k = into->k;
    if (!tdigest_image_open(&image, bytes, size)) {
        return SKETCH_CORRUPT;
    }
    if (image.values > 0) {
        return tdigest_absorb_slowly(into, bytes, size);
    }
    if (image.centroids == 0) {
        return SKETCH_OK;
    }
    size_t used = into->list.count + into->waiting;
    enum sketch_status status = tdigest_reserve(into, used + image.centroids + 2);
    if (status != SKETCH_OK) {
        return status;
    }
    struct tdigest_list list = {.points = into->list.points + used};
    if (!tdigest_image_read(&image, &list)) {
        return SKETCH_CORRUPT;
    }
    if (image.weight > SKETCH_MAX_TOTAL - ours) {
        return SKETCH_OVERFLOW;
    }
    if (ours == 0) {
        into->k = image.k;
        into->list.count = list.count;
        into->weight = image.weight;
        tdigest_update_quick(into);
        return SKETCH_OK;
    }
    tdigest_lower_k(into, image.k);
    status = tdigest_accept(into, list.count, image.weight);
    if (status != SKETCH_OK) {
        into->k = k;
    }
    return status;
}
