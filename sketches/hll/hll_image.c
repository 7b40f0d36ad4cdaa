#include "hll_image.h"

#include "bytes.h"

/* The last bytes of an image are so many cells. */
static bool hll_image_end(struct hll_image *image, const struct reader *r, size_t cells)
{
    image->cells = r->next;
    image->cell_count = cells;
    return !r->bad && r->left % 4 == 0 && r->left / 4 == cells;
}

static bool hll_open_list(struct hll_image *image, const struct reader *r, int count)
{
    bool compact = hll_image_has(image, HLL_FLAG_COMPACT);
    image->count = (uint32_t)count;
    return count < HLL_LIST_SIZE && image->lg_size == HLL_LIST_LG_SIZE &&
           hll_image_has(image, HLL_FLAG_EMPTY) == (count == 0) &&
           hll_image_end(image, r, compact ? image->count : HLL_LIST_SIZE);
}

static bool hll_open_set(struct hll_image *image, struct reader *r, int byte_6)
{
    bool compact = hll_image_has(image, HLL_FLAG_COMPACT);
    image->count = take_u32(r);
    int needed = hll_table_lg_size(image->count, HLL_SET_LG_SIZE);
    /* Some compact images leave the table's size unset. */
    int lg_size = compact && image->lg_size < HLL_SET_LG_SIZE ? needed : image->lg_size;
    return byte_6 == 0 && !hll_image_has(image, HLL_FLAG_EMPTY) &&
           image->count >= HLL_LIST_SIZE && lg_size >= needed &&
           lg_size <= hll_set_limit(image->precision) &&
           hll_image_end(image, r, compact ? image->count : (size_t)1 << lg_size);
}

/* How many cells the image has for its exceptions; SIZE_MAX when it cannot be. */
static size_t hll_image_exceptions(const struct hll_image *image)
{
    if (image->type != HLL_4) {
        return image->count == 0 ? 0 : SIZE_MAX;
    }
    if (image->count > hll_image_slots(image)) {
        return SIZE_MAX;
    }
    if (hll_image_has(image, HLL_FLAG_COMPACT)) {
        return image->count;
    }
    int lg_size =
        image->lg_size ? image->lg_size : hll_exceptions_lg_size(image->precision);
    return lg_size <= HLL_ADDRESS_BITS && image->count <= (size_t)1 << lg_size
               ? (size_t)1 << lg_size
               : SIZE_MAX;
}

static bool hll_open_registers(struct hll_image *image, struct reader *r, int byte_6)
{
    size_t size = hll_packed_size(image->precision, image->type);
    image->minimum = (uint8_t)byte_6;
    image->hip = take_f64(r);
    image->kxq0 = take_f64(r);
    image->kxq1 = take_f64(r);
    image->at_minimum = take_u32(r);
    image->count = take_u32(r);
    image->registers = take_bytes(r, size);
    return image->registers && byte_6 <= HLL_MAX_VALUE &&
           (image->type != HLL_6 || image->registers[size - 1] == 0) &&
           hll_image_end(image, r, hll_image_exceptions(image));
}

bool hll_image_open(struct hll_image *image, const uint8_t *bytes, size_t size)
{
    struct reader r = {bytes, size, false};
    *image = (struct hll_image){0};
    int preamble = take_u8(&r);
    int version = take_u8(&r);
    int family = take_u8(&r);
    image->precision = take_u8(&r);
    image->lg_size = take_u8(&r);
    image->flags = take_u8(&r);
    int byte_6 = take_u8(&r);
    int mode = take_u8(&r);
    image->stage = mode & 3;
    image->type = (enum hll_type)(mode >> 2 & 3);
    if (r.bad || version != HLL_VERSION || family != HLL_FAMILY ||
        image->precision < HLL_MIN_PRECISION || image->precision > HLL_MAX_PRECISION ||
        (image->flags & ~HLL_FLAGS) != 0 || mode >> 2 > HLL_8) {
        return false;
    }
    switch (image->stage) {
    case HLL_LIST_STAGE:
        return preamble == HLL_LIST_PREAMBLE && hll_open_list(image, &r, byte_6);
    case HLL_SET_STAGE:
        return preamble == HLL_SET_PREAMBLE && hll_open_set(image, &r, byte_6);
    case HLL_REGISTERS_STAGE:
        return preamble == HLL_REGISTERS_PREAMBLE &&
               hll_open_registers(image, &r, byte_6);
    default:
        return false;
    }
}

bool hll_recognises(const uint8_t *bytes, size_t size)
{
    return size >= HLL_HEADER_SIZE && bytes[1] == HLL_VERSION &&
           bytes[2] == HLL_FAMILY &&
           (bytes[0] == HLL_LIST_PREAMBLE || bytes[0] == HLL_SET_PREAMBLE ||
            bytes[0] == HLL_REGISTERS_PREAMBLE);
}
