/*
 * Reading trusts nothing.  What follows from the registers is computed from
 * them.  In HLL_4 it has to agree with what the image says; in HLL_6 and HLL_8
 * it need not, because there some writers leave old values behind.
 */
#include "hll_image.h"

#include "bytes.h"

#include <math.h>

struct hll_header {
    uint8_t preamble;
    uint8_t precision;
    uint8_t lg_size;
    uint8_t flags;
    uint8_t byte_6;
    uint8_t stage;
    enum hll_type type;
};

static bool hll_has(const struct hll_header *header, int flag)
{
    return (header->flags & flag) != 0;
}

static bool hll_take_header(struct reader *r, struct hll_header *header)
{
    header->preamble = take_u8(r);
    uint8_t version = take_u8(r);
    uint8_t family = take_u8(r);
    header->precision = take_u8(r);
    header->lg_size = take_u8(r);
    header->flags = take_u8(r);
    header->byte_6 = take_u8(r);
    uint8_t mode = take_u8(r);
    header->stage = mode & 3;
    header->type = (enum hll_type)(mode >> 2 & 3);
    return !r->bad && version == HLL_VERSION && family == HLL_FAMILY &&
           header->precision >= HLL_MIN_PRECISION &&
           header->precision <= HLL_MAX_PRECISION &&
           (header->flags & ~HLL_FLAGS) == 0 && mode >> 2 <= HLL_8;
}

static bool hll_is_coupon(uint32_t cell) { return cell >> HLL_ADDRESS_BITS != 0; }

static enum sketch_status hll_read_list(struct hll *sketch, struct reader *r,
                                        const struct hll_header *header)
{
    bool compact = hll_has(header, HLL_FLAG_COMPACT);
    uint32_t count = header->byte_6;
    bool sound = header->preamble == HLL_LIST_PREAMBLE && count < HLL_LIST_SIZE &&
                 header->lg_size == HLL_LIST_LG_SIZE &&
                 hll_has(header, HLL_FLAG_EMPTY) == (count == 0);
    for (uint32_t i = 0; sound && i < (compact ? count : HLL_LIST_SIZE); i++) {
        uint32_t cell = take_u32(r);
        sound = i < count
                    ? hll_is_coupon(cell) && hll_add_coupon(sketch, cell) == SKETCH_OK
                    : cell == 0;
    }
    return sound && took_all(r) && sketch->listed == count ? SKETCH_OK : SKETCH_CORRUPT;
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

/* Takes `count` coupons out of `cells` cells. */
static bool hll_take_coupons(struct reader *r, uint32_t *coupons, uint32_t count,
                             size_t cells)
{
    uint32_t found = 0;
    for (size_t i = 0; i < cells; i++) {
        uint32_t cell = take_u32(r);
        if (cell != 0) {
            if (found == count || !hll_is_coupon(cell)) {
                return false;
            }
            coupons[found++] = cell;
        }
    }
    return found == count && took_all(r);
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

static enum sketch_status hll_read_set(struct hll *sketch, struct reader *r,
                                       const struct hll_header *header)
{
    bool compact = hll_has(header, HLL_FLAG_COMPACT);
    int limit = hll_set_limit(header->precision);
    uint32_t count = take_u32(r);
    /* Some compact images leave the table's size unset. */
    int lg_size = compact && header->lg_size < HLL_SET_LG_SIZE
                      ? hll_table_lg_size(count, HLL_SET_LG_SIZE)
                      : header->lg_size;
    if (r->bad || header->preamble != HLL_SET_PREAMBLE || header->byte_6 != 0 ||
        hll_has(header, HLL_FLAG_EMPTY) || lg_size < HLL_SET_LG_SIZE ||
        lg_size > limit || hll_table_lg_size(count, HLL_SET_LG_SIZE) > lg_size ||
        count < HLL_LIST_SIZE) {
        return SKETCH_CORRUPT;
    }
    size_t cells = compact ? count : (size_t)1 << lg_size;
    if (r->left != 4 * cells) {
        return SKETCH_CORRUPT;
    }
    uint32_t *coupons = sketch_allocate(&sketch->memory, count * sizeof *coupons);
    if (!coupons) {
        return SKETCH_NOMEM;
    }
    if (!hll_take_coupons(r, coupons, count, cells)) {
        sketch_release(&sketch->memory, coupons);
        return SKETCH_CORRUPT;
    }
    return hll_adopt_coupons(sketch, coupons, count);
}

/* Stands for a register whose value is among the exceptions. */
enum { HLL_ELSEWHERE = 0xff };

static void hll_unpack_4(uint8_t *registers, const uint8_t *p, size_t slots,
                         uint8_t minimum)
{
    uint8_t value[16];
    for (int nibble = 0; nibble < HLL_EXCEPTION; nibble++) {
        value[nibble] = (uint8_t)(minimum + nibble);
    }
    value[HLL_EXCEPTION] = HLL_ELSEWHERE;
    for (size_t i = 0; i < slots / 2; i++) {
        registers[2 * i] = value[p[i] & 15];
        registers[2 * i + 1] = value[p[i] >> 4];
    }
}

static void hll_unpack_6(uint8_t *registers, const uint8_t *p, size_t slots)
{
    for (size_t i = 0; i < slots; i += 4, p += 3) {
        uint32_t four = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
        registers[i] = four & 63;
        registers[i + 1] = four >> 6 & 63;
        registers[i + 2] = four >> 12 & 63;
        registers[i + 3] = (uint8_t)(four >> 18);
    }
}

/* Values that no register has are left for later. */
static bool hll_take_registers(struct hll *sketch, struct reader *r,
                               const struct hll_header *header)
{
    size_t slots = hll_slots(sketch);
    size_t size = hll_packed_size(sketch->precision, header->type);
    const uint8_t *p = take_bytes(r, size);
    if (!p || header->byte_6 > HLL_MAX_VALUE) {
        return false;
    }
    switch (header->type) {
    case HLL_4:
        hll_unpack_4(sketch->registers, p, slots, header->byte_6);
        return true;
    case HLL_6:
        hll_unpack_6(sketch->registers, p, slots);
        return p[size - 1] == 0;
    case HLL_8:
        break;
    }
    memcpy(sketch->registers, p, slots);
    return true;
}

/* Takes exceptions out of `cells` cells and lists them in `order`.  Each has to
 * answer for a register that waits for it. */
static bool hll_take_exceptions(struct hll *sketch, struct reader *r,
                                const struct hll_header *header, uint32_t *order,
                                uint32_t count, size_t cells)
{
    uint32_t found = 0;
    for (size_t i = 0; i < cells; i++) {
        uint32_t cell = take_u32(r);
        if (cell == 0) {
            continue;
        }
        uint32_t slot = cell & HLL_ADDRESS;
        uint32_t value = cell >> HLL_ADDRESS_BITS;
        if (found == count || slot > sketch->slot_mask ||
            sketch->registers[slot] != HLL_ELSEWHERE ||
            value < (uint32_t)header->byte_6 + HLL_EXCEPTION) {
            return false;
        }
        sketch->registers[slot] = (uint8_t)value;
        order[found++] = cell;
    }
    return found == count;
}

/* The table of a sketch that goes on, in the order of the image. */
static enum sketch_status hll_keep_order(struct hll *sketch, const uint32_t *order,
                                         uint32_t count)
{
    int lg_size = hll_table_lg_size(count, hll_exceptions_lg_size(sketch->precision));
    struct hll_table *exceptions = &sketch->exceptions;
    enum sketch_status status = SKETCH_OK;
    for (uint32_t i = 0; status == SKETCH_OK && i < count; i++) {
        status = hll_table_put(exceptions, order[i], lg_size, &sketch->memory);
    }
    return status;
}

/* The cells that the image has for its exceptions; SIZE_MAX when it cannot be. */
static size_t hll_cells_in_image(const struct hll *sketch,
                                 const struct hll_header *header, uint32_t count)
{
    if (hll_has(header, HLL_FLAG_COMPACT)) {
        return count;
    }
    int lg_size =
        header->lg_size ? header->lg_size : hll_exceptions_lg_size(sketch->precision);
    return lg_size <= HLL_ADDRESS_BITS && count <= (size_t)1 << lg_size
               ? (size_t)1 << lg_size
               : SIZE_MAX;
}

/* The exceptions of HLL_4.  Registers that wait for one in vain show later. */
static enum sketch_status hll_read_exceptions(struct hll *sketch, struct reader *r,
                                              const struct hll_header *header,
                                              uint32_t count)
{
    size_t cells = hll_cells_in_image(sketch, header, count);
    if (r->left / 4 != cells || count > hll_slots(sketch)) {
        return SKETCH_CORRUPT;
    }
    if (count == 0) {
        return hll_take_exceptions(sketch, r, header, NULL, 0, cells) ? SKETCH_OK
                                                                      : SKETCH_CORRUPT;
    }
    uint32_t *order = sketch_allocate(&sketch->memory, count * sizeof *order);
    if (!order) {
        return SKETCH_NOMEM;
    }
    enum sketch_status status =
        hll_take_exceptions(sketch, r, header, order, count, cells) ? SKETCH_OK
                                                                    : SKETCH_CORRUPT;
    if (status == SKETCH_OK && !sketch->merged) {
        status = hll_keep_order(sketch, order, count);
    }
    if (status == SKETCH_OK && !sketch->merged) {
        sketch->exceptions.order = order;
        return SKETCH_OK;
    }
    sketch_release(&sketch->memory, order);
    return status;
}

/* What an image says of its registers. */
struct hll_claims {
    double hip;
    double kxq0;
    double kxq1;
    uint32_t at_minimum;
    uint32_t exceptions;
};

static struct hll_claims hll_take_claims(struct reader *r)
{
    struct hll_claims claims;
    claims.hip = take_f64(r);
    claims.kxq0 = take_f64(r);
    claims.kxq1 = take_f64(r);
    claims.at_minimum = take_u32(r);
    claims.exceptions = take_u32(r);
    return claims;
}

/* The sums over the registers are known by now. */
static bool hll_agrees(const struct hll *sketch, const struct hll_header *header,
                       const struct hll_claims *claims)
{
    if (hll_has(header, HLL_FLAG_EMPTY) && !hll_is_untouched(sketch)) {
        return false;
    }
    /* Every register in use has added one at least to the estimate. */
    uint32_t zeros = sketch->minimum == 0 ? sketch->at_minimum : 0;
    double used = (double)(hll_slots(sketch) - zeros);
    if (!sketch->merged && !(claims->hip >= used && isfinite(claims->hip))) {
        return false;
    }
    if (header->type != HLL_4) {
        return header->byte_6 <= sketch->minimum;
    }
    return header->byte_6 == sketch->minimum &&
           claims->at_minimum == sketch->at_minimum && claims->kxq0 == sketch->kxq0 &&
           claims->kxq1 == sketch->kxq1;
}

/* True when all registers have values that registers can have.  Eight at a time;
 * there are never fewer. */
static bool hll_all_known(const struct hll *sketch)
{
    uint64_t all = 0;
    for (size_t i = 0; i < hll_slots(sketch); i += sizeof all) {
        uint64_t eight;
        memcpy(&eight, sketch->registers + i, sizeof eight);
        all |= eight;
    }
    return (all & UINT64_C(0xc0c0c0c0c0c0c0c0)) == 0;
}

static enum sketch_status hll_read_registers(struct hll *sketch, struct reader *r,
                                             const struct hll_header *header)
{
    struct hll_claims claims = hll_take_claims(r);
    if (header->preamble != HLL_REGISTERS_PREAMBLE ||
        r->left < hll_packed_size(header->precision, header->type)) {
        return SKETCH_CORRUPT;
    }
    sketch->registers = sketch_allocate(&sketch->memory, hll_slots(sketch));
    if (!sketch->registers) {
        return SKETCH_NOMEM;
    }
    sketch->merged = hll_has(header, HLL_FLAG_MERGED);
    if (!hll_take_registers(sketch, r, header)) {
        return SKETCH_CORRUPT;
    }
    enum sketch_status status =
        header->type == HLL_4
            ? hll_read_exceptions(sketch, r, header, claims.exceptions)
        : claims.exceptions == 0 ? SKETCH_OK
                                 : SKETCH_CORRUPT;
    if (status != SKETCH_OK) {
        return status;
    }
    if (!took_all(r) || !hll_all_known(sketch)) {
        return SKETCH_CORRUPT;
    }
    hll_sum_up(sketch);
    if (!hll_agrees(sketch, header, &claims)) {
        return SKETCH_CORRUPT;
    }
    sketch->hip = sketch->merged ? 0 : claims.hip;
    return sketch->merged || header->type == HLL_4 ? SKETCH_OK : hll_settle(sketch);
}

static enum sketch_status hll_read_stage(struct hll *sketch, struct reader *r,
                                         const struct hll_header *header)
{
    switch (header->stage) {
    case HLL_LIST_STAGE:
        return hll_read_list(sketch, r, header);
    case HLL_SET_STAGE:
        return hll_read_set(sketch, r, header);
    case HLL_REGISTERS_STAGE:
        return hll_read_registers(sketch, r, header);
    default:
        return SKETCH_CORRUPT;
    }
}

enum sketch_status hll_deserialise(struct hll **out, const uint8_t *bytes, size_t size,
                                   const struct sketch_memory *memory)
{
    struct reader r = {bytes, size, false};
    struct hll_header header;
    *out = NULL;
    if (!hll_take_header(&r, &header)) {
        return SKETCH_CORRUPT;
    }
    struct hll *sketch;
    enum sketch_status status = hll_create(&sketch, header.precision, memory);
    if (status != SKETCH_OK) {
        return status;
    }
    status = hll_read_stage(sketch, &r, &header);
    if (status == SKETCH_OK && sketch->registers && hll_is_untouched(sketch)) {
        hll_free(sketch);
        return hll_create(out, header.precision, memory);
    }
    if (status != SKETCH_OK) {
        hll_free(sketch);
        return status;
    }
    *out = sketch;
    return SKETCH_OK;
}

bool hll_recognises(const uint8_t *bytes, size_t size)
{
    return size >= HLL_HEADER_SIZE && bytes[1] == HLL_VERSION &&
           bytes[2] == HLL_FAMILY &&
           (bytes[0] == HLL_LIST_PREAMBLE || bytes[0] == HLL_SET_PREAMBLE ||
            bytes[0] == HLL_REGISTERS_PREAMBLE);
}
