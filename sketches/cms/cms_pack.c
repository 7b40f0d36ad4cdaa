#include "cms_pack.h"

#include "invariant.h"

#include <string.h>

/* Splits each byte into its lower and its upper `bits` bits. */
static void cms_split(uint8_t *restrict halves, const uint8_t *restrict bytes,
                      uint32_t count, unsigned bits)
{
    uint8_t mask = (uint8_t)cms_full(bits);
    for (uint32_t i = 0; i < count; i++) {
        halves[2 * i] = bytes[i] & mask;
        halves[2 * i + 1] = (uint8_t)(bytes[i] >> bits);
    }
}

const uint8_t *cms_unpack(const uint8_t *packed, unsigned bits, uint32_t count,
                          uint8_t room[CMS_RUN])
{
    uint8_t nibbles[CMS_RUN / 2];
    invariant(count <= CMS_RUN && (bits == 2 || bits == 4 || bits == 8));
    switch (bits) {
    case 2:
        cms_split(nibbles, packed, (count + 3) / 4, 4);
        cms_split(room, nibbles, (count + 3) / 4 * 2, 2);
        return room;
    case 4:
        cms_split(room, packed, (count + 1) / 2, 4);
        return room;
    default:
        return packed;
    }
}

static inline uint8_t cms_at_most(uint8_t byte, uint8_t full)
{
    return byte < full ? byte : full;
}

static void cms_pack_marks(uint8_t *restrict packed, const uint8_t *restrict bytes,
                           uint32_t count)
{
    for (uint32_t i = 0; i < count / 8; i++) {
        packed[i] = (uint8_t)cms_above(bytes + 8 * (size_t)i, 0);
    }
}

static void cms_pack_pairs(uint8_t *restrict packed, const uint8_t *restrict bytes,
                           uint32_t count)
{
    for (uint32_t i = 0; i < count / 4; i++) {
        packed[i] = (uint8_t)(cms_at_most(bytes[4 * i], 3) |
                              cms_at_most(bytes[4 * i + 1], 3) << 2 |
                              cms_at_most(bytes[4 * i + 2], 3) << 4 |
                              cms_at_most(bytes[4 * i + 3], 3) << 6);
    }
}

static void cms_pack_nibbles(uint8_t *restrict packed, const uint8_t *restrict bytes,
                             uint32_t count)
{
    for (uint32_t i = 0; i < count / 2; i++) {
        packed[i] = (uint8_t)(cms_at_most(bytes[2 * i], 15) |
                              cms_at_most(bytes[2 * i + 1], 15) << 4);
    }
}

void cms_pack(uint8_t *packed, unsigned bits, const uint8_t *bytes, uint32_t count)
{
    uint32_t each = 8 / bits; /* in a byte */
    uint32_t done = count - count % each;
    uint8_t full = (uint8_t)cms_full(bits);
    if (bits == 1) {
        cms_pack_marks(packed, bytes, count);
    } else if (bits == 2) {
        cms_pack_pairs(packed, bytes, count);
    } else if (bits == 4) {
        cms_pack_nibbles(packed, bytes, count);
    } else if (bits == 8) {
        memcpy(packed, bytes, count);
    }
    for (uint32_t i = done; i < count; i++) {
        unsigned before = i % each == 0 ? 0 : packed[i / each];
        packed[i / each] = (uint8_t)(before | (unsigned)cms_at_most(bytes[i], full)
                                                  << bits * (i % each));
    }
}

const uint8_t *cms_clip(const void *cells, unsigned cell_bytes, size_t at,
                        uint32_t count, uint8_t room[CMS_RUN])
{
    const uint16_t *twos = (const uint16_t *)cells + at;
    const uint32_t *fours = (const uint32_t *)cells + at;
    const uint64_t *eights = (const uint64_t *)cells + at;
    invariant(count <= CMS_RUN);
    switch (cell_bytes) {
    case 1:
        return (const uint8_t *)cells + at;
    case 2:
        for (uint32_t i = 0; i < count; i++) {
            room[i] = (uint8_t)(twos[i] < UINT8_MAX ? twos[i] : UINT8_MAX);
        }
        return room;
    case 4:
        for (uint32_t i = 0; i < count; i++) {
            room[i] = (uint8_t)(fours[i] < UINT8_MAX ? fours[i] : UINT8_MAX);
        }
        return room;
    default:
        for (uint32_t i = 0; i < count; i++) {
            room[i] = (uint8_t)(eights[i] < UINT8_MAX ? eights[i] : UINT8_MAX);
        }
        return room;
    }
}

/* Sums of so many bytes fit 16 bits, and numbers of them fit 8: more lanes at once. */
enum { CMS_SUM_BLOCK = 256, CMS_COUNT_BLOCK = 128 };

static uint16_t cms_sum_block(const uint8_t *bytes, size_t count)
{
    uint16_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum = (uint16_t)(sum + bytes[i]);
    }
    return sum;
}

uint32_t cms_sum(const uint8_t *bytes, uint32_t count)
{
    uint32_t sum = 0;
    for (; count > CMS_SUM_BLOCK; count -= CMS_SUM_BLOCK) {
        sum += cms_sum_block(bytes, CMS_SUM_BLOCK);
        bytes += CMS_SUM_BLOCK;
    }
    return sum + cms_sum_block(bytes, count);
}

/* The sum of the four cells in a byte. */
static inline uint8_t cms_sum_byte(uint8_t byte)
{
    uint8_t nibbles = (uint8_t)((byte & 0x33) + (byte >> 2 & 0x33));
    return (uint8_t)((nibbles & 0x0f) + (nibbles >> 4));
}

static uint32_t cms_sum_packed_block(struct cms_lengths *lengths, const uint8_t *packed,
                                     size_t size)
{
    uint16_t sum = 0;
    uint16_t used = 0;
    for (size_t i = 0; i < size; i++) {
        uint8_t marks = (uint8_t)((packed[i] | packed[i] >> 1) & 0x55);
        sum = (uint16_t)(sum + cms_sum_byte(packed[i]));
        used = (uint16_t)(used + cms_sum_byte(marks));
    }
    lengths->of[cms_length(3)] += used;
    lengths->of[0] += 4 * (uint32_t)size - used;
    return sum;
}

uint32_t cms_sum_packed(struct cms_lengths *lengths, const uint8_t *packed,
                        uint32_t size)
{
    uint32_t sum = 0;
    for (; size > CMS_SUM_BLOCK; size -= CMS_SUM_BLOCK) {
        sum += cms_sum_packed_block(lengths, packed, CMS_SUM_BLOCK);
        packed += CMS_SUM_BLOCK;
    }
    return sum + cms_sum_packed_block(lengths, packed, size);
}

static uint8_t cms_count_block(const uint8_t *bytes, size_t count, uint8_t bound)
{
    uint8_t above = 0;
    for (size_t i = 0; i < count; i++) {
        above = (uint8_t)(above + (bytes[i] > bound));
    }
    return above;
}

static uint32_t cms_count_above(const uint8_t *bytes, uint32_t count, uint8_t bound)
{
    uint32_t above = 0;
    for (; count > CMS_COUNT_BLOCK; count -= CMS_COUNT_BLOCK) {
        above += cms_count_block(bytes, CMS_COUNT_BLOCK, bound);
        bytes += CMS_COUNT_BLOCK;
    }
    return above + cms_count_block(bytes, count, bound);
}

void cms_measure(struct cms_lengths *lengths, const uint8_t *bytes, uint32_t count,
                 uint8_t most)
{
    static const struct {
        uint8_t bound, length;
    } steps[] = {{0, 2}, {3, 4}, {15, 7}, {127, 8}};
    uint32_t left = count;
    unsigned below = 0;
    for (unsigned i = 0; i < sizeof steps / sizeof *steps && steps[i].bound < most;
         i++) {
        uint32_t above = cms_count_above(bytes, count, steps[i].bound);
        lengths->of[below] += left - above;
        left = above;
        below = steps[i].length;
    }
    lengths->of[below] += left;
}

void cms_pour_bytes(void *cells, unsigned cell_bytes, size_t at, const uint8_t *bytes,
                    uint32_t count)
{
    uint8_t *restrict ones = (uint8_t *)cells + at;
    uint16_t *restrict twos = (uint16_t *)cells + at;
    uint32_t *restrict fours = (uint32_t *)cells + at;
    uint64_t *restrict eights = (uint64_t *)cells + at;
    switch (cell_bytes) {
    case 1:
        for (uint32_t i = 0; i < count; i++) {
            ones[i] = (uint8_t)(ones[i] + bytes[i]);
        }
        break;
    case 2:
        for (uint32_t i = 0; i < count; i++) {
            twos[i] = (uint16_t)(twos[i] + bytes[i]);
        }
        break;
    case 4:
        for (uint32_t i = 0; i < count; i++) {
            fours[i] += bytes[i];
        }
        break;
    default:
        for (uint32_t i = 0; i < count; i++) {
            eights[i] += bytes[i];
        }
    }
}

uint64_t cms_largest(const void *cells, unsigned cell_bytes, size_t count)
{
    const uint8_t *ones = cells;
    const uint16_t *twos = cells;
    const uint32_t *fours = cells;
    const uint64_t *eights = cells;
    uint8_t one = 0;
    uint16_t two = 0;
    uint32_t four = 0;
    uint64_t eight = 0;
    switch (cell_bytes) {
    case 1:
        for (size_t i = 0; i < count; i++) {
            one = ones[i] > one ? ones[i] : one;
        }
        return one;
    case 2:
        for (size_t i = 0; i < count; i++) {
            two = twos[i] > two ? twos[i] : two;
        }
        return two;
    case 4:
        for (size_t i = 0; i < count; i++) {
            four = fours[i] > four ? fours[i] : four;
        }
        return four;
    default:
        for (size_t i = 0; i < count; i++) {
            eight = eights[i] > eight ? eights[i] : eight;
        }
        return eight;
    }
}
