/* Sketches out of images. */
#include "tdigest_private.h"

/* Adds the values of the image's buffer, and sorts them in. */
static enum sketch_status tdigest_take_buffer(struct tdigest *sketch,
                                              const struct tdigest_image *image)
{
    enum sketch_status status = SKETCH_OK;
    for (size_t i = 0; status == SKETCH_OK && i < image->values; i++) {
        status = tdigest_add(sketch, tdigest_image_value(image, i));
    }
    return status == SKETCH_OK ? tdigest_compress(sketch) : status;
}

enum sketch_status tdigest_deserialise(struct tdigest **out, const uint8_t *bytes,
                                       size_t size, const struct sketch_memory *memory)
{
    struct tdigest_image image;
    *out = NULL;
    if (!tdigest_image_open(&image, bytes, size)) {
        return SKETCH_CORRUPT;
    }
    struct tdigest *sketch;
    enum sketch_status status = tdigest_create(&sketch, TDIGEST_K, memory);
    if (status != SKETCH_OK) {
        return status;
    }
    sketch->k = image.k;
    if (image.centroids > 0 || image.values > 0) {
        status = tdigest_reserve(sketch, image.centroids + 2);
        if (status == SKETCH_OK && !tdigest_image_read(&image, &sketch->list)) {
            status = SKETCH_CORRUPT;
        }
        sketch->weight = image.weight;
    }
    if (status == SKETCH_OK && image.values > 0) {
        status = tdigest_take_buffer(sketch, &image);
    }
    if (status != SKETCH_OK) {
        tdigest_free(sketch);
        return status;
    }
    *out = sketch;
    return SKETCH_OK;
}
