#include "hll_image.h"

#include "bytes.h"

static uint8_t *hll_put_header(uint8_t *p, const struct hll *sketch, int preamble,
                               int lg_size, int flags, int byte_6, int mode)
{
    const int header[HLL_HEADER_SIZE] = {
        preamble, HLL_VERSION, HLL_FAMILY, sketch->precision,
        lg_size,  flags,       byte_6,     mode,
    };
    for (int i = 0; i < HLL_HEADER_SIZE; i++) {
        p = put_u8(p, (uint8_t)header[i]);
    }
    return p;
}

/* Each cell is written, and overwritten by the next one if it was free: whether
 * it was cannot be foreseen. */
uint8_t *hll_put_entries(uint8_t *p, struct hll_cells cells)
{
    for (size_t i = 0; i < cells.size && cells.count > 0; i++) {
        bool used = cells.cells[i] != 0;
        put_u32(p, cells.cells[i]);
        p += used ? 4 : 0;
        cells.count -= used;
    }
    return p;
}

static uint8_t *hll_put_cells(uint8_t *p, const uint32_t *cells, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        p = put_u32(p, cells[i]);
    }
    return p;
}

static enum sketch_status hll_write_list(const struct hll *sketch, enum hll_type type,
                                         enum hll_form form, uint8_t **bytes,
                                         size_t *size)
{
    bool compact = form == HLL_COMPACT;
    uint32_t cells = compact ? sketch->listed : HLL_LIST_SIZE;
    *size = HLL_LIST_START + 4 * (size_t)cells;
    uint8_t *p = *bytes = sketch_allocate(&sketch->memory, *size);
    if (!p) {
        return SKETCH_NOMEM;
    }
    int flags =
        (compact ? HLL_FLAG_COMPACT : 0) | (sketch->listed ? 0 : HLL_FLAG_EMPTY);
    p = hll_put_header(p, sketch, HLL_LIST_PREAMBLE, HLL_LIST_LG_SIZE, flags,
                       (int)sketch->listed, HLL_LIST_STAGE | (int)type << 2);
    hll_put_cells(p, sketch->list, sketch->listed);
    return SKETCH_OK;
}

static enum sketch_status hll_write_set(const struct hll *sketch, enum hll_type type,
                                        enum hll_form form, uint8_t **bytes,
                                        size_t *size)
{
    const struct hll_table *set = &sketch->coupons;
    bool compact = form == HLL_COMPACT;
    size_t room = (size_t)1 << set->lg_size;
    *size = HLL_SET_START + 4 * (compact ? set->count : room);
    uint8_t *p = *bytes = sketch_allocate(&sketch->memory, *size);
    if (!p) {
        return SKETCH_NOMEM;
    }
    int lg_size =
        compact ? hll_table_lg_size(set->count, HLL_SET_LG_SIZE) : set->lg_size;
    p = hll_put_header(p, sketch, HLL_SET_PREAMBLE, lg_size,
                       compact ? HLL_FLAG_COMPACT : 0, 0,
                       HLL_SET_STAGE | (int)type << 2);
    p = put_u32(p, set->count);
    if (compact) {
        hll_put_entries(p, hll_table_cells(set));
    } else {
        hll_put_cells(p, set->cells, room);
    }
    return SKETCH_OK;
}

static void hll_pack_4(uint8_t *p, const uint8_t *registers, size_t slots,
                       uint8_t minimum)
{
    for (size_t i = 0; i < slots / 2; i++) {
        int low = registers[2 * i] - minimum;
        int high = registers[2 * i + 1] - minimum;
        low = low < HLL_EXCEPTION ? low : HLL_EXCEPTION;
        high = high < HLL_EXCEPTION ? high : HLL_EXCEPTION;
        p[i] = (uint8_t)(low | high << 4);
    }
}

static void hll_pack_6(uint8_t *p, const uint8_t *registers, size_t slots)
{
    for (size_t i = 0; i < slots; i += 4, p += 3) {
        uint32_t four = registers[i] | (uint32_t)registers[i + 1] << 6 |
                        (uint32_t)registers[i + 2] << 12 |
                        (uint32_t)registers[i + 3] << 18;
        p[0] = (uint8_t)four;
        p[1] = (uint8_t)(four >> 8);
        p[2] = (uint8_t)(four >> 16);
    }
}

static uint8_t *hll_put_registers(uint8_t *p, const struct hll *sketch,
                                  enum hll_type type)
{
    switch (type) {
    case HLL_4:
        hll_pack_4(p, sketch->registers, hll_slots(sketch), sketch->minimum);
        break;
    case HLL_6:
        hll_pack_6(p, sketch->registers, hll_slots(sketch));
        break;
    case HLL_8:
        memcpy(p, sketch->registers, hll_slots(sketch));
        break;
    }
    return p + hll_packed_size(sketch->precision, type);
}

/* How many cells the image has for exceptions. */
static size_t hll_exception_cells(const struct hll *sketch, enum hll_type type,
                                  enum hll_form form)
{
    const struct hll_table *exceptions = &sketch->exceptions;
    if (type != HLL_4) {
        return 0;
    }
    if (form == HLL_COMPACT) {
        return exceptions->count;
    }
    return (size_t)1 << (exceptions->cells ? exceptions->lg_size
                                           : hll_exceptions_lg_size(sketch->precision));
}

static int hll_image_lg_size(const struct hll *sketch, enum hll_form form)
{
    const struct hll_table *exceptions = &sketch->exceptions;
    if (exceptions->count == 0) {
        return 0;
    }
    return form == HLL_COMPACT
               ? hll_table_lg_size(exceptions->count,
                                   hll_exceptions_lg_size(sketch->precision))
               : exceptions->lg_size;
}

static uint8_t *hll_put_exceptions(uint8_t *p, const struct hll_table *exceptions,
                                   enum hll_form form)
{
    size_t room = exceptions->cells ? (size_t)1 << exceptions->lg_size : 0;
    return form == HLL_COMPACT ? hll_put_entries(p, hll_table_cells(exceptions))
                               : hll_put_cells(p, exceptions->cells, room);
}

/* The sketch is settled: what goes with its registers is there. */
static enum sketch_status hll_write_settled(const struct hll *sketch,
                                            enum hll_type type, enum hll_form form,
                                            uint8_t **bytes, size_t *size)
{
    bool small = type == HLL_4;
    *size = HLL_REGISTERS_START + hll_packed_size(sketch->precision, type) +
            4 * hll_exception_cells(sketch, type, form);
    uint8_t *p = *bytes = sketch_allocate(&sketch->memory, *size);
    if (!p) {
        return SKETCH_NOMEM;
    }
    /* HLL_6 and HLL_8 are the same in both forms.  Some readers take the flag for
     * a sign that the registers are missing, so there it stays unset. */
    int flags = (small && form == HLL_COMPACT ? HLL_FLAG_COMPACT : 0) |
                (sketch->merged ? HLL_FLAG_MERGED : 0);
    uint8_t minimum = small ? sketch->minimum : 0;
    p = hll_put_header(p, sketch, HLL_REGISTERS_PREAMBLE,
                       small ? hll_image_lg_size(sketch, form) : 0, flags, minimum,
                       HLL_REGISTERS_STAGE | (int)type << 2);
    p = put_f64(p, sketch->hip);
    p = put_f64(p, sketch->kxq0);
    p = put_f64(p, sketch->kxq1);
    p = put_u32(p, sketch->minimum == minimum ? sketch->at_minimum : 0);
    p = put_u32(p, small ? sketch->exceptions.count : 0);
    p = hll_put_registers(p, sketch, type);
    if (small) {
        hll_put_exceptions(p, &sketch->exceptions, form);
    }
    return SKETCH_OK;
}

static enum sketch_status hll_write_registers(const struct hll *sketch,
                                              enum hll_type type, enum hll_form form,
                                              uint8_t **bytes, size_t *size)
{
    if (!sketch->merged) {
        return hll_write_settled(sketch, type, form, bytes, size);
    }
    struct hll settled = *sketch;
    enum sketch_status status = hll_settle(&settled);
    if (status == SKETCH_OK) {
        status = hll_write_settled(&settled, type, form, bytes, size);
        hll_table_release(&settled.exceptions, &settled.memory);
    }
    return status;
}

static enum sketch_status hll_write(const struct hll *sketch, enum hll_type type,
                                    enum hll_form form, uint8_t **bytes, size_t *size)
{
    return sketch->registers ? hll_write_registers(sketch, type, form, bytes, size)
           : sketch->coupons.cells ? hll_write_set(sketch, type, form, bytes, size)
                                   : hll_write_list(sketch, type, form, bytes, size);
}

static enum sketch_status hll_write_open(const struct hll *sketch, enum hll_type type,
                                         enum hll_form form, uint8_t **bytes,
                                         size_t *size)
{
    struct hll ended;
    enum sketch_status status = hll_copy_ended(&ended, sketch, &sketch->memory);
    if (status == SKETCH_OK) {
        status = hll_write(&ended, type, form, bytes, size);
        hll_release_blocks(&ended);
    }
    return status;
}

enum sketch_status hll_serialise_as(const struct hll *sketch, enum hll_type type,
                                    enum hll_form form, uint8_t **bytes, size_t *size)
{
    *bytes = NULL;
    *size = 0;
    uint8_t *image = NULL;
    size_t image_size = 0;
    enum sketch_status status =
        hll_is_open(sketch) ? hll_write_open(sketch, type, form, &image, &image_size)
                            : hll_write(sketch, type, form, &image, &image_size);
    if (status == SKETCH_OK) {
        *bytes = image;
        *size = image_size;
    }
    return status;
}

enum sketch_status hll_serialise(const struct hll *sketch, uint8_t **bytes,
                                 size_t *size)
{
    return hll_serialise_as(sketch, HLL_4, HLL_COMPACT, bytes, size);
}
