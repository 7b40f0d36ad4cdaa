/* The registers of an image, looked at where they lie. */
#ifndef HLL_PACKED_H
#define HLL_PACKED_H

#include "hll_image.h"

/* SKETCH_CORRUPT unless a writer could have left these registers, exceptions and
 * claims.  What follows from the registers has to agree with the claims in HLL_4; in
 * HLL_6 and HLL_8 it need not, because there some writers leave old values behind. */
enum sketch_status hll_packed_check(const struct hll_image *image,
                                    const struct sketch_memory *memory);

/* True if the check would succeed, and needs no memory, as with few exceptions. */
bool hll_packed_is_sound(const struct hll_image *image);

/* Each of 2^precision registers, not more than the image has, becomes the highest of
 * itself and those of the image that fold into it.  The image was checked. */
void hll_packed_raise(const struct hll_image *image, uint8_t *registers, int precision);

/* True while all registers are 0: what C++ may start with. */
bool hll_packed_is_untouched(const struct hll_image *image);

/* How many registers are 0, if the image is sound. */
uint32_t hll_packed_zeros(const struct hll_image *image);

/* How many registers have each value; false if that is amiss. */
bool hll_packed_tally(const struct hll_image *image, struct hll_tally *tally);

#endif
