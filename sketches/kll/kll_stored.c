/* Work on the bytes of stored sketches. */
#include "kll_private.h"

#include "bytes.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { KLL_N_AT = 8, KLL_LEVELS_AT = 18, KLL_STARTS_AT = 20 };

bool kll_stored_visit(const uint8_t *bytes, size_t size, sketch_visit_fn *visit,
                      void *ctx)
{
    static const struct sketch_memory none = {NULL, NULL};
    struct kll_source image;
    double values[KLL_FEW];
    if (!kll_image_open(&image, bytes, size) || image.starts[image.levels] > KLL_FEW) {
        return false;
    }
    struct kll sketch;
    kll_begin(&sketch, image.k, &none);
    kll_fill(&sketch, &image, values, image.starts[image.levels]);
    visit(&sketch, ctx);
    return true;
}

/* Writes the first value, which then is all there is. */
static bool kll_store_first(uint8_t *bytes, size_t *size, size_t room, double value)
{
    if (room < *size + 8) {
        return false;
    }
    bytes[1] = 2;
    bytes[3] = KLL_IS_SINGLE;
    put_f64(bytes + *size, value);
    *size += 8;
    return true;
}

bool kll_stored_add(uint8_t *bytes, size_t *size, size_t room, double value)
{
    struct kll_source image;
    if (!(fabs(value) <= DBL_MAX) || !kll_image_open(&image, bytes, *size)) {
        return false;
    }
    value += 0.0;
    if (image.n == 0) {
        return kll_store_first(bytes, size, room, value);
    }
    /* A single value has another form, which is too far from it. */
    uint32_t free_places =
        kll_capacity(image.k, image.levels) - image.starts[image.levels];
    if (image.n == 1 || free_places == 0 || image.n == SKETCH_MAX_TOTAL ||
        room < *size + 8) {
        return false;
    }
    bytes[3] = 0;
    put_u64(bytes + KLL_N_AT, image.n + 1);
    put_u32(bytes + KLL_STARTS_AT, free_places - 1);
    put_f64(bytes + image.first - 16, value < image.least ? value : image.least);
    put_f64(bytes + image.first - 8, value > image.most ? value : image.most);
    memmove(bytes + image.first + 8, bytes + image.first, *size - image.first);
    put_f64(bytes + image.first, value);
    *size += 8;
    return true;
}
