/*
 * Reading trusts nothing: what follows from coupons and registers is computed from
 * them, and compared with what the image says (hll_packed.h).
 */
#include "hll_packed.h"

static bool hll_is_coupon(uint32_t cell) { return cell >> HLL_ADDRESS_BITS != 0; }

static enum sketch_status hll_read_list(struct hll *sketch,
                                        const struct hll_image *image)
{
    bool sound = true;
    for (uint32_t i = 0; sound && i < image->cell_count; i++) {
        uint32_t cell = hll_image_cell(image, i);
        sound = i < image->count
                    ? hll_is_coupon(cell) && hll_add_coupon(sketch, cell) == SKETCH_OK
                    : cell == 0;
    }
    return sound && sketch->listed == image->count ? SKETCH_OK : SKETCH_CORRUPT;
}

static enum sketch_status hll_fill_cell(struct hll_table *set, uint32_t *cell,
                                        uint32_t coupon)
{
    if (*cell != 0) {
        return SKETCH_CORRUPT; /* the coupon again */
    }
    *cell = coupon;
    set->count++;
    return SKETCH_OK;
}

/* Puts the coupons of a set into its table, which has room for them.  A table made
 * to be slow becomes registers, as it does when a stream makes it so. */
static enum sketch_status hll_fill_set(struct hll *sketch, const uint32_t *coupons,
                                       uint32_t count)
{
    enum sketch_status status = SKETCH_OK;
    for (uint32_t i = 0; status == SKETCH_OK && i < count; i++) {
        if (sketch->registers) {
            status = hll_add_coupon(sketch, coupons[i]);
            continue;
        }
        uint32_t *cell = hll_table_find(&sketch->coupons, coupons[i], UINT32_MAX);
        status = cell ? hll_fill_cell(&sketch->coupons, cell, coupons[i])
                      : hll_promote(sketch, coupons[i], sketch->precision);
    }
    return status;
}

/* Takes the cells that are not free, in their order; false unless they are as many as
 * the image says. */
static bool hll_take_cells(const struct hll_image *image, uint32_t *taken)
{
    uint32_t found = 0;
    for (size_t i = 0; i < image->cell_count; i++) {
        uint32_t cell = hll_image_cell(image, i);
        if (cell != 0) {
            if (found == image->count) {
                return false;
            }
            taken[found++] = cell;
        }
    }
    return found == image->count;
}

static bool hll_take_coupons(const struct hll_image *image, uint32_t *coupons)
{
    bool sound = hll_take_cells(image, coupons);
    for (uint32_t i = 0; sound && i < image->count; i++) {
        sound = hll_is_coupon(coupons[i]);
    }
    return sound;
}

/* The set is new and empty, and takes over the coupons as its order. */
static enum sketch_status hll_adopt_coupons(struct hll *sketch, uint32_t *coupons,
                                            uint32_t count)
{
    int lg_size = hll_table_lg_size(count, HLL_SET_LG_SIZE);
    enum sketch_status status =
        hll_table_create(&sketch->coupons, lg_size, &sketch->memory);
    if (status == SKETCH_OK) {
        status = hll_fill_set(sketch, coupons, count);
    }
    if (status == SKETCH_OK && !sketch->registers) {
        sketch->coupons.order = coupons;
        return SKETCH_OK;
    }
    sketch_release(&sketch->memory, coupons);
    return status;
}

static enum sketch_status hll_read_set(struct hll *sketch,
                                       const struct hll_image *image)
{
    uint32_t *coupons =
        sketch_allocate(&sketch->memory, image->count * sizeof *coupons);
    if (!coupons) {
        return SKETCH_NOMEM;
    }
    if (!hll_take_coupons(image, coupons)) {
        sketch_release(&sketch->memory, coupons);
        return SKETCH_CORRUPT;
    }
    return hll_adopt_coupons(sketch, coupons, image->count);
}

/* The table of exceptions of a sketch that goes on, in the order of the image. */
static enum sketch_status hll_keep_exceptions_of(struct hll *sketch,
                                                 const struct hll_image *image)
{
    if (image->count == 0) {
        return SKETCH_OK;
    }
    uint32_t *order = sketch_allocate(&sketch->memory, image->count * sizeof *order);
    enum sketch_status status = order ? SKETCH_OK : SKETCH_NOMEM;
    int lg_size =
        hll_table_lg_size(image->count, hll_exceptions_lg_size(sketch->precision));
    struct hll_table *exceptions = &sketch->exceptions;
    if (status == SKETCH_OK && !hll_take_cells(image, order)) {
        status = SKETCH_CORRUPT;
    }
    for (uint32_t i = 0; status == SKETCH_OK && i < image->count; i++) {
        status = hll_table_put(exceptions, order[i], lg_size, &sketch->memory);
    }
    if (status != SKETCH_OK) {
        sketch_release(&sketch->memory, order);
        return status;
    }
    exceptions->order = order;
    return SKETCH_OK;
}

/* The image was checked, and is that of a sketch that is not merged. */
static enum sketch_status hll_go_on(struct hll *sketch, const struct hll_image *image)
{
    sketch->hip = image->hip;
    if (image->type != HLL_4) {
        return hll_settle(sketch);
    }
    sketch->minimum = image->minimum;
    sketch->at_minimum = image->at_minimum;
    sketch->kxq0 = image->kxq0;
    sketch->kxq1 = image->kxq1;
    return hll_keep_exceptions_of(sketch, image);
}

static enum sketch_status hll_read_registers(struct hll *sketch,
                                             const struct hll_image *image)
{
    enum sketch_status status = hll_packed_check(image, &sketch->memory);
    if (status != SKETCH_OK || hll_packed_is_untouched(image)) {
        return status;
    }
    sketch->registers = sketch_allocate(&sketch->memory, hll_slots(sketch));
    if (!sketch->registers) {
        return SKETCH_NOMEM;
    }
    hll_packed_raise(image, sketch->registers, sketch->precision);
    sketch->merged = hll_image_has(image, HLL_FLAG_MERGED);
    return sketch->merged ? SKETCH_OK : hll_go_on(sketch, image);
}

/* Fills in `sketch`, to be released; nothing of it is to be released after a failure.
 */
static enum sketch_status hll_read(struct hll *sketch, const struct hll_image *image,
                                   const struct sketch_memory *memory)
{
    *sketch = hll_without_items(image->precision, memory);
    enum sketch_status status =
        image->stage == HLL_LIST_STAGE  ? hll_read_list(sketch, image)
        : image->stage == HLL_SET_STAGE ? hll_read_set(sketch, image)
                                        : hll_read_registers(sketch, image);
    if (status != SKETCH_OK) {
        hll_release_blocks(sketch);
    }
    return status;
}

enum sketch_status hll_deserialise(struct hll **out, const uint8_t *bytes, size_t size,
                                   const struct sketch_memory *memory)
{
    struct hll_image image;
    struct hll sketch;
    *out = NULL;
    if (!hll_image_open(&image, bytes, size)) {
        return SKETCH_CORRUPT;
    }
    enum sketch_status status = hll_read(&sketch, &image, memory);
    if (status != SKETCH_OK) {
        return status;
    }
    *out = sketch_allocate(memory, sizeof **out);
    if (!*out) {
        hll_release_blocks(&sketch);
        return SKETCH_NOMEM;
    }
    **out = sketch;
    return SKETCH_OK;
}

/* Straight from the image: no sketch is made of it. */
static enum sketch_status hll_absorb_registers(struct hll *into,
                                               const struct hll_image *image)
{
    enum sketch_status status = hll_packed_check(image, &into->memory);
    if (status == SKETCH_OK && !hll_packed_is_untouched(image)) {
        hll_begin_union(into, image->precision);
        hll_packed_raise(image, into->registers, into->precision);
    }
    return status;
}

enum sketch_status hll_absorb(struct hll *into, const uint8_t *bytes, size_t size)
{
    struct hll_image image;
    struct hll from;
    if (!hll_image_open(&image, bytes, size)) {
        return SKETCH_CORRUPT;
    }
    if (image.stage == HLL_REGISTERS_STAGE && into->registers) {
        return hll_absorb_registers(into, &image);
    }
    enum sketch_status status = hll_read(&from, &image, &into->memory);
    if (status == SKETCH_OK) {
        status = hll_merge(into, &from);
        hll_release_blocks(&from);
    }
    return status;
}
