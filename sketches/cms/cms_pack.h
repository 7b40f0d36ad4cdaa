/*
 * Cells as bytes: out of an image, into one, and onto cells that are counted in.
 *
 * Cells of 2 and 4 bits share bytes, the first one in the lowest bits.  Here they are
 * a byte each, and so are cells of 8 bits; wider ones are cut down to a byte.  All of
 * it is plain loops over bytes, which compilers turn into vector instructions.
 */
#ifndef CMS_PACK_H
#define CMS_PACK_H

#include "hash.h"

#include <stddef.h>
#include <stdint.h>

enum {
    CMS_RUN = 1024, /* cells that are treated at a time */
    CMS_LENGTHS = 65
};

/* How many cells have counts of which length. */
struct cms_lengths {
    uint32_t of[CMS_LENGTHS];
};

/* The binary digits of a count; up to 8, as 0, 2, 4, 7 or 8, which is what tells apart
 * the cells and varints that it fits. */
static inline unsigned cms_length(uint64_t count)
{
    static const uint8_t rounded_up[] = {0, 2, 2, 4, 4, 7, 7, 7, 8};
    unsigned digits = count == 0 ? 0 : 64 - (unsigned)__builtin_clzll(count);
    return digits <= 8 ? rounded_up[digits] : digits;
}

/* The largest count of so many bits, 0 to 64. */
static inline uint64_t cms_full(unsigned bits)
{
    return bits == 0 ? 0 : UINT64_MAX >> (64 - bits);
}

/* Which of eight bytes are more than `bound`: the first one is the lowest bit.  All at
 * once: a lane's upper bit tells it, and the product brings these bits together. */
static inline unsigned cms_above(const uint8_t bytes[8], uint8_t bound)
{
    const uint64_t ones = UINT64_MAX / 255;
    uint64_t word = hash_load8(bytes);
    uint64_t lower = (word & 127 * ones) + (127 - bound % 128u) * ones;
    uint64_t above = bound < 128 ? lower | word : lower & word;
    return (unsigned)((above >> 7 & ones) * UINT64_C(0x0102040810204080) >> 56);
}

/* Of `bits` 2, 4 or 8, `count` cells at most CMS_RUN of them: in `room`, or where they
 * are. */
const uint8_t *cms_unpack(const uint8_t *packed, unsigned bits, uint32_t count,
                          uint8_t room[CMS_RUN]);

/* The opposite, also of 1 bit; what is more than so many bits say becomes all ones. */
void cms_pack(uint8_t *packed, unsigned bits, const uint8_t *bytes, uint32_t count);

/* `count` cells, at most CMS_RUN, of cell_bytes each, from number `at` on: as bytes,
 * 255 for more. */
const uint8_t *cms_clip(const void *cells, unsigned cell_bytes, size_t at,
                        uint32_t count, uint8_t room[CMS_RUN]);

uint32_t cms_sum(const uint8_t *bytes, uint32_t count); /* of at most CMS_RUN */

/* The same of cells of two bits in so many bytes, as they are; adds their lengths. */
uint32_t cms_sum_packed(struct cms_lengths *lengths, const uint8_t *packed,
                        uint32_t size);

/* Adds their lengths; none of them is more than `most`. */
void cms_measure(struct cms_lengths *lengths, const uint8_t *bytes, uint32_t count,
                 uint8_t most);

/* Adds them to `count` cells from number `at` on, which have room for that. */
void cms_pour_bytes(void *cells, unsigned cell_bytes, size_t at, const uint8_t *bytes,
                    uint32_t count);

/* The largest of so many cells. */
uint64_t cms_largest(const void *cells, unsigned cell_bytes, size_t count);

#endif
