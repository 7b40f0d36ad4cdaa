/*
 * Adding to an image in its place.
 *
 * What the next sketch would write differs from a good image in few bytes: a coupon
 * more, or four bits of a register and the sums.  The image has to be good, and as
 * hll_serialise writes it; all other cases, such as a table that grows, a minimum that
 * rises or an exception, are rare or of other writers, and left to those who read it.
 */
#include "hll_packed.h"

#include "bytes.h"

#include <math.h>
#include <string.h>

enum {
    HLL_AT_FLAGS = 5,
    HLL_AT_COUNT = 6, /* of a list */
    HLL_AT_SUMS = 8,
    HLL_STORED_LG_CELLS = 10 /* of sets: here a cell is found always */
};

/* The image says so with these flags and this size of a table. */
static bool hll_is_our_form(const struct hll_image *image, int flags, int lg_size)
{
    return image->type == HLL_4 && image->flags == flags && image->lg_size == lg_size;
}

/* Whether the list has the coupon; false for `sound` if it has something twice. */
static bool hll_list_has(const struct hll_image *image, uint32_t coupon, bool *sound)
{
    bool found = false;
    *sound = true;
    for (size_t i = 0; i < image->cell_count; i++) {
        uint32_t cell = hll_image_cell(image, i);
        found = found || cell == coupon;
        *sound = *sound && cell >> HLL_ADDRESS_BITS != 0;
        for (size_t k = 0; k < i; k++) {
            *sound = *sound && cell != hll_image_cell(image, k);
        }
    }
    return found;
}

static bool hll_add_to_stored_list(const struct hll_image *image, uint8_t *bytes,
                                   size_t *size, size_t room, uint32_t coupon)
{
    int flags = HLL_FLAG_COMPACT | (image->count == 0 ? HLL_FLAG_EMPTY : 0);
    bool sound;
    if (!hll_is_our_form(image, flags, HLL_LIST_LG_SIZE)) {
        return false;
    }
    if (hll_list_has(image, coupon, &sound)) {
        return sound;
    }
    if (!sound || image->count + 1 == HLL_LIST_SIZE || room - *size < 4) {
        return false;
    }
    put_u8(bytes + HLL_AT_FLAGS, HLL_FLAG_COMPACT);
    put_u8(bytes + HLL_AT_COUNT, (uint8_t)(image->count + 1));
    put_u32(bytes + *size, coupon);
    *size += 4;
    return true;
}

/* Fills the table of a set; false if something is amiss. */
static bool hll_fill_stored_set(const struct hll_image *image, struct hll_table *set)
{
    for (size_t i = 0; i < image->cell_count; i++) {
        uint32_t coupon = hll_image_cell(image, i);
        uint32_t *cell = hll_table_find(set, coupon, UINT32_MAX);
        if (coupon >> HLL_ADDRESS_BITS == 0 || *cell != 0) {
            return false;
        }
        *cell = coupon;
    }
    set->count = image->count;
    return true;
}

/* Where the coupon comes to lie is known when all are in their table. */
static bool hll_add_to_stored_set(const struct hll_image *image, uint8_t *bytes,
                                  size_t *size, size_t room, uint32_t coupon)
{
    int lg_size = hll_table_lg_size(image->count, HLL_SET_LG_SIZE);
    uint32_t cells[1 << HLL_STORED_LG_CELLS];
    if (!hll_is_our_form(image, HLL_FLAG_COMPACT, lg_size) ||
        lg_size > HLL_STORED_LG_CELLS) {
        return false;
    }
    memset(cells, 0, sizeof *cells << lg_size);
    struct hll_table set = {.cells = cells, .lg_size = (uint8_t)lg_size};
    if (!hll_fill_stored_set(image, &set)) {
        return false;
    }
    uint32_t *cell = hll_table_find(&set, coupon, UINT32_MAX);
    if (*cell == coupon) {
        return true;
    }
    *cell = coupon;
    set.count++;
    if (hll_table_is_crowded(&set) || room - *size < 4) {
        return false;
    }
    put_u32(bytes + HLL_HEADER_SIZE, set.count);
    hll_put_entries(bytes + HLL_SET_START, hll_table_cells(&set));
    *size += 4;
    return true;
}

/* The sums of the image after a register has risen: what hll_add does to a sketch.  In
 * a merged one the estimate is 0, and stays so. */
static void hll_put_sums(const struct hll_image *image, uint8_t *bytes, unsigned old,
                         unsigned value)
{
    double kxq[] = {image->kxq0, image->kxq1};
    bool merged = hll_image_has(image, HLL_FLAG_MERGED);
    double hip = image->hip + (double)hll_image_slots(image) / (kxq[0] + kxq[1]);
    kxq[old / 32] -= hll_power(old);
    kxq[value / 32] += hll_power(value);
    uint8_t *p = put_f64(bytes + HLL_AT_SUMS, merged ? 0 : hip);
    p = put_f64(put_f64(p, kxq[0]), kxq[1]);
    put_u32(p, image->at_minimum - (old == image->minimum));
}

/* What a merged sketch writes: no estimate, and its exceptions in an order of their
 * own, which for one is the order that they have. */
static bool hll_is_ours_if_merged(const struct hll_image *image)
{
    return !hll_image_has(image, HLL_FLAG_MERGED) ||
           (image->count < 2 && image->hip == 0);
}

static bool hll_is_our_registers(const struct hll_image *image)
{
    int lg_size = hll_exceptions_lg_size(image->precision);
    lg_size = image->count == 0 ? 0 : hll_table_lg_size(image->count, lg_size);
    int flags = HLL_FLAG_COMPACT | (image->flags & HLL_FLAG_MERGED);
    bool has_minus = signbit(image->hip) || signbit(image->kxq0) ||
                     signbit(image->kxq1); /* a zero of another writer */
    return hll_is_our_form(image, flags, lg_size) && hll_is_ours_if_merged(image) &&
           !has_minus && !hll_packed_is_untouched(image);
}

static bool hll_add_to_stored_registers(const struct hll_image *image, uint8_t *bytes,
                                        uint32_t coupon)
{
    uint32_t slot = coupon & (uint32_t)(hll_image_slots(image) - 1);
    uint32_t value = coupon >> HLL_ADDRESS_BITS;
    uint8_t *pair = bytes + HLL_REGISTERS_START + slot / 2;
    unsigned shift = slot % 2 * 4;
    unsigned nibble = *pair >> shift & 15;
    unsigned limit = image->minimum + (unsigned)HLL_EXCEPTION;
    unsigned old = image->minimum + nibble;
    if (!hll_is_our_registers(image) || !hll_packed_is_sound(image)) {
        return false;
    }
    if (value <= old) {
        return true;
    }
    if (nibble == HLL_EXCEPTION || value >= limit ||
        (nibble == 0 && image->at_minimum == 1)) {
        return false;
    }
    *pair = (uint8_t)(*pair + ((value - old) << shift));
    hll_put_sums(image, bytes, old, value);
    return true;
}

bool hll_stored_add(uint8_t *bytes, size_t *size, size_t room, struct hash hash)
{
    struct hll_image image;
    uint32_t coupon = hll_coupon(hash);
    if (!hll_image_open(&image, bytes, *size)) {
        return false;
    }
    switch (image.stage) {
    case HLL_LIST_STAGE:
        return hll_add_to_stored_list(&image, bytes, size, room, coupon);
    case HLL_SET_STAGE:
        return hll_add_to_stored_set(&image, bytes, size, room, coupon);
    default:
        return hll_add_to_stored_registers(&image, bytes, coupon);
    }
}
