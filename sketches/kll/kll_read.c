/* Sketches out of images: of doubles, and of floats and integers as doubles. */
#include "kll_private.h"

#include "bytes.h"

#include <math.h>
#include <string.h>

void kll_fill(struct kll *sketch, const struct kll_source *source, double *block,
              uint32_t room)
{
    uint32_t first = room - source->starts[source->levels];
    sketch->known = sketch->k == source->k ? sketch->known : 0;
    sketch->k = source->k;
    sketch->min_k = source->min_k;
    sketch->n = source->n;
    sketch->levels = source->levels;
    sketch->is_sorted = source->is_sorted;
    sketch->capacity = kll_capacity(source->k, source->levels);
    kll_know_caps(sketch, source->levels);
    sketch->least = source->n > 0 ? source->least : INFINITY;
    sketch->most = source->n > 0 ? source->most : -INFINITY;
    sketch->items = block;
    sketch->room = room;
    for (int level = 0; level <= source->levels; level++) {
        sketch->starts[level] = first + source->starts[level];
    }
    if (block) {
        kll_source_copy(source, 0, source->starts[source->levels], block + first);
    }
}

enum sketch_status kll_copy(struct kll *sketch, const struct kll_source *source)
{
    const struct sketch_memory *memory = &sketch->memory;
    uint32_t room = source->starts[source->levels];
    double *block = NULL;
    if (room > 0) {
        block = memory->resize(memory->ctx, NULL, room * sizeof *block);
        if (!block) {
            return SKETCH_NOMEM;
        }
    }
    sketch_release(memory, sketch->items);
    kll_fill(sketch, source, block, room);
    return SKETCH_OK;
}

static enum sketch_status kll_read(struct kll **out, const struct kll_source *source,
                                   const struct sketch_memory *memory)
{
    struct kll *sketch;
    enum sketch_status status = kll_create(&sketch, source->k, memory);
    if (status == SKETCH_OK) {
        status = kll_copy(sketch, source);
    }
    if (status != SKETCH_OK) {
        kll_free(sketch);
        return status;
    }
    *out = sketch;
    return SKETCH_OK;
}

enum sketch_status kll_deserialise(struct kll **out, const uint8_t *bytes, size_t size,
                                   const struct sketch_memory *memory)
{
    struct kll_source image;
    *out = NULL;
    return kll_image_open(&image, bytes, size) ? kll_read(out, &image, memory)
                                               : SKETCH_CORRUPT;
}

static double kll_float(const uint8_t *bytes)
{
    struct reader r = {bytes, 4, false};
    uint32_t bits = take_u32(&r);
    float value;
    memcpy(&value, &bits, sizeof value);
    return (double)value;
}

/* False if it has to be rounded: those beyond 2^53, but for some. */
static bool kll_integer(const uint8_t *bytes, double *value, int64_t *beyond)
{
    struct reader r = {bytes, 8, false};
    uint64_t bits = take_u64(&r);
    int64_t number;
    memcpy(&number, &bits, sizeof number);
    bool fits = number >= -(INT64_C(1) << 53) && number <= INT64_C(1) << 53;
    *value = (double)number;
    if (!fits) {
        *beyond = number;
    }
    return fits;
}

/* Both ends, if the image has them, and then all that it keeps. */
static enum sketch_status kll_convert(const struct kll_source *image, size_t width,
                                      double *values, size_t count, int64_t *beyond)
{
    size_t kept = image->starts[image->levels];
    const uint8_t *p = image->bytes + image->first - (count - kept) * width;
    for (size_t i = 0; i < count; i++) {
        if (width == 4) {
            values[i] = kll_float(p + width * i);
        } else if (!kll_integer(p + width * i, &values[i], beyond)) {
            return SKETCH_RANGE;
        }
    }
    return SKETCH_OK;
}

enum sketch_status kll_import(struct kll **out, const uint8_t *bytes, size_t size,
                              enum kll_type type, int64_t *beyond,
                              const struct sketch_memory *memory)
{
    struct kll_source image;
    size_t width = type == KLL_FLOATS ? 4 : 8;
    *out = NULL;
    if (!kll_image_head(&image, bytes, size, width)) {
        return SKETCH_CORRUPT;
    }
    if (image.n == 0) {
        return kll_read(out, &image, memory);
    }
    size_t kept = image.starts[image.levels];
    size_t ends = kll_image_has_ends(&image) ? 2 : 0;
    double *values = memory->resize(memory->ctx, NULL, (ends + kept) * sizeof *values);
    if (!values) {
        return SKETCH_NOMEM;
    }
    enum sketch_status status = kll_convert(&image, width, values, ends + kept, beyond);
    if (status == SKETCH_OK) {
        image.values = values + ends;
        image.least = values[0];
        image.most = values[ends > 0];
        status = kll_source_is_sound(&image) ? kll_read(out, &image, memory)
                                             : SKETCH_CORRUPT;
    }
    sketch_release(memory, values);
    return status;
}
