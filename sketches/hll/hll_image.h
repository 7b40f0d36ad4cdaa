/*
 * The images of Apache DataSketches, serial version 1, family 7.
 *
 *   0  preamble size, in words of four bytes: 2 list, 3 set, 10 registers
 *   1  serial version    2  family    3  precision
 *   4  size of the hash table in the image, as a logarithm
 *   5  flags    6  list: coupons; registers: minimum (HLL_4)    7  stage, type
 *
 *   list       8  coupons, in order of arrival
 *   set        8  number of coupons    12  coupons, in table order
 *   registers  8  HIP estimate    16  kxq0    24  kxq1
 *              32 registers at the minimum    36  exceptions
 *              40 registers of 4, 6 or 8 bits    then the exceptions (HLL_4)
 *
 * A compact image holds the entries of a list or table, an updatable one all its
 * cells, free ones as 0.  All is little-endian.
 */
#ifndef HLL_IMAGE_H
#define HLL_IMAGE_H

#include "hll_private.h"

enum {
    HLL_VERSION = 1,
    HLL_FAMILY = 7,
    HLL_LIST_PREAMBLE = 2,
    HLL_SET_PREAMBLE = 3,
    HLL_REGISTERS_PREAMBLE = 10,

    HLL_HEADER_SIZE = 8,
    HLL_LIST_START = 8,
    HLL_SET_START = 12,
    HLL_REGISTERS_START = 40,

    HLL_LIST_STAGE = 0,
    HLL_SET_STAGE = 1,
    HLL_REGISTERS_STAGE = 2,

    HLL_FLAG_READ_ONLY = 2, /* DataSketches reserves it; it means nothing */
    HLL_FLAG_EMPTY = 4,
    HLL_FLAG_COMPACT = 8,
    HLL_FLAG_MERGED = 16,
    HLL_FLAG_STALE = 32, /* C++: began with registers; Java: HLL_8 with old sums */
    HLL_FLAGS = HLL_FLAG_READ_ONLY | HLL_FLAG_EMPTY | HLL_FLAG_COMPACT |
                HLL_FLAG_MERGED | HLL_FLAG_STALE,

    HLL_LIST_LG_SIZE = 3
};

/* An image that was opened: its header, and where its parts lie. */
struct hll_image {
    uint8_t precision;
    uint8_t lg_size;
    uint8_t flags;
    uint8_t stage;
    enum hll_type type;

    /* Of registers.  What an image claims has to be checked (hll_packed.h). */
    const uint8_t *registers;
    uint8_t minimum;
    uint32_t at_minimum;
    double hip;
    double kxq0;
    double kxq1;

    /* Coupons or exceptions; in an updatable image some cells are free. */
    const uint8_t *cells;
    size_t cell_count;
    uint32_t count;
};

/* False unless the header is right and all parts are there, and nothing else.  Looks
 * at no register and no cell. */
bool hll_image_open(struct hll_image *image, const uint8_t *bytes, size_t size);

static inline bool hll_image_has(const struct hll_image *image, int flag)
{
    return (image->flags & flag) != 0;
}

static inline size_t hll_image_slots(const struct hll_image *image)
{
    return (size_t)1 << image->precision;
}

static inline uint32_t hll_image_cell(const struct hll_image *image, size_t at)
{
    return (uint32_t)hash_load4(image->cells + 4 * at);
}

/* Writes the cells in use, and returns the place behind them. */
uint8_t *hll_put_entries(uint8_t *p, struct hll_cells cells);

static inline size_t hll_packed_size(int precision, enum hll_type type)
{
    size_t slots = (size_t)1 << precision;
    switch (type) {
    case HLL_4:
        return slots / 2;
    case HLL_6:
        return slots / 4 * 3 + 1; /* so that the last two bytes can be read at once */
    case HLL_8:
        break;
    }
    return slots;
}

#endif
