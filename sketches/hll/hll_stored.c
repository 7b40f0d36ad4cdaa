/* Questions that an image answers. */
#include "hll_packed.h"

#include <math.h>

/* Larger tables, if they were made to be slow, are read as registers. */
enum { HLL_ALWAYS_SETS = 768 /* coupons, for a table of 2^10 cells */ };

/* Whether coupons are all that there is, and how many. */
static bool hll_lists_coupons(const struct hll_image *image, uint32_t *count)
{
    *count = image->stage == HLL_REGISTERS_STAGE ? 0 : image->count;
    return image->stage == HLL_REGISTERS_STAGE ? hll_packed_is_untouched(image)
                                               : *count <= HLL_ALWAYS_SETS;
}

/* The estimate from registers that are not untouched; and how many of these are 0,
 * which is counted only if that is asked. */
static bool hll_read_image(const struct hll_image *image, bool with_zeros,
                           struct hll_reading *reading)
{
    *reading = (struct hll_reading){
        .precision = image->precision,
        .merged = hll_image_has(image, HLL_FLAG_MERGED),
        .estimate = image->hip,
    };
    if (image->stage != HLL_REGISTERS_STAGE) {
        return false;
    }
    if (reading->merged) {
        struct hll_tally tally;
        bool sound = hll_packed_tally(image, &tally);
        reading->estimate = sound ? hll_register_estimate(&tally, image->precision) : 0;
        reading->zeros = tally.of[0];
        return sound;
    }
    reading->zeros = with_zeros ? hll_packed_zeros(image) : 0;
    return image->hip > 0 && isfinite(image->hip);
}

bool hll_stored_estimate(const uint8_t *bytes, size_t size, double *estimate)
{
    struct hll_image image;
    struct hll_reading reading;
    uint32_t count;
    if (!hll_image_open(&image, bytes, size)) {
        return false;
    }
    if (hll_lists_coupons(&image, &count)) {
        *estimate = hll_coupon_estimate(count);
        return true;
    }
    bool known = hll_read_image(&image, false, &reading);
    *estimate = known ? reading.estimate : *estimate;
    return known;
}

bool hll_stored_bounds(const uint8_t *bytes, size_t size, int deviations, double *lower,
                       double *upper)
{
    struct hll_image image;
    struct hll_reading reading;
    uint32_t count;
    if (deviations < 1 || deviations > 3 || !hll_image_open(&image, bytes, size)) {
        return false;
    }
    if (hll_lists_coupons(&image, &count)) {
        hll_coupon_bounds(count, deviations, lower, upper);
        return true;
    }
    bool known = hll_read_image(&image, true, &reading);
    if (known) {
        hll_register_bounds(&reading, deviations, lower, upper);
    }
    return known;
}
