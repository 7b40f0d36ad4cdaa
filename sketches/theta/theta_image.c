/*
 * Compact images of Apache DataSketches.
 *
 * The serial versions 1 and 2 are of Java's first years, and always in order; 3 is what
 * all write today; 4 packs the differences between hashes in order into as many bits as
 * the largest of them takes, the most significant first.
 *
 *     byte 0    longs of the preamble: 1 to 3, a count from 2 on, and theta at 3
 *          1    serial version
 *          2    family, 3
 *          3, 4 of version 4: bits of a difference, and bytes of the count
 *          5    flags, of the versions 3 and 4
 *          6, 7 hash of the seed, from version 2 on
 *          8    count, in 4 bytes; of version 4 behind the preamble
 *         16    theta; of version 4 at 8
 */
#include "theta_image.h"

#include "bytes.h"

enum { THETA_FAMILY = 3, THETA_SEED_HASH = 0x93cc, THETA_HEADER = 8 };

enum {
    THETA_READ_ONLY = 2,
    THETA_EMPTY = 4,
    THETA_COMPACT = 8,
    THETA_ORDERED = 16,
    THETA_SINGLE = 32 /* Java's own */
};

bool theta_recognises(const uint8_t *bytes, size_t size)
{
    bool opens = size >= THETA_HEADER && bytes[0] >= 1 && bytes[0] <= 3 &&
                 bytes[1] >= 1 && bytes[1] <= 4 && bytes[2] == THETA_FAMILY;
    bool has_zeros = opens && bytes[3] == 0 && bytes[4] == 0;
    return opens && (bytes[1] == 4 || bytes[1] == 1 || has_zeros);
}

static bool theta_flags_are_known(unsigned flags)
{
    unsigned known =
        THETA_READ_ONLY | THETA_EMPTY | THETA_COMPACT | THETA_ORDERED | THETA_SINGLE;
    return flags & THETA_COMPACT && !(flags & ~known);
}

/* The count and theta of the versions 1 to 3, of which `r` is at byte 8. */
static void theta_open_list(struct theta_image *image, struct reader *r, unsigned longs,
                            bool is_single)
{
    image->count = is_single;
    if (longs >= 2) {
        image->count = take_u32(r);
        (void)take_u32(r); /* Java's sampling probability, which theta tells, too */
    }
    if (longs == 3) {
        image->limit = take_u64(r);
    }
}

/* The same of version 4. */
static void theta_open_packed(struct theta_image *image, struct reader *r,
                              unsigned longs, unsigned count_bytes)
{
    if (longs == 2) {
        image->limit = take_u64(r);
    }
    const uint8_t *p = take_bytes(r, count_bytes);
    for (unsigned i = 0; p && i < count_bytes; i++) {
        image->count |= (size_t)p[i] << (8 * i);
    }
}

/* The hashes have to be what is left. */
static enum theta_fault theta_compare_length(struct theta_image *image,
                                             const struct reader *r)
{
    uint64_t bits = image->packed_bits ? image->packed_bits : 64;
    uint64_t size = (image->count * bits + 7) / 8; /* counts are of 32 bits */
    image->hashes = r->next;
    return r->bad || size > r->left ? THETA_IS_TRUNCATED
           : size < r->left         ? THETA_IS_DAMAGED
                                    : THETA_IS_SOUND;
}

/* What a header may say; a sketch of items has a hash, or a theta that fell. */
static enum theta_fault theta_judge(struct theta_image *image, unsigned version,
                                    unsigned flags, unsigned seed_hash)
{
    bool says_empty = version >= 3 && flags & THETA_EMPTY;
    if (image->limit == 0 || image->limit > THETA_MOST ||
        (says_empty && image->count > 0) ||
        (version == 4 && (image->count == 0 || image->packed_bits > 63))) {
        return THETA_IS_DAMAGED;
    }
    image->has_items = !says_empty && (image->count > 0 || image->limit < THETA_MOST);
    image->is_ordered = version != 3 || flags & THETA_ORDERED;
    if (!image->has_items) {
        image->limit = THETA_MOST;
    }
    return image->has_items && version > 1 && seed_hash != THETA_SEED_HASH
               ? THETA_HAS_OTHER_SEED
               : THETA_IS_SOUND;
}

enum theta_fault theta_image_open(struct theta_image *image, const uint8_t *bytes,
                                  size_t size)
{
    struct reader r = {bytes, size, false};
    *image = (struct theta_image){.limit = THETA_MOST};
    if (!theta_recognises(bytes, size)) {
        return THETA_IS_DAMAGED;
    }
    unsigned longs = take_u8(&r);
    unsigned version = take_u8(&r);
    (void)take_u8(&r);
    unsigned bits = take_u8(&r);
    unsigned count_bytes = take_u8(&r);
    unsigned flags = take_u8(&r);
    unsigned seed_hash = take_u16(&r);
    bool is_packed = version == 4;
    bool is_odd =
        is_packed && (longs == 3 || bits == 0 || count_bytes == 0 || count_bytes > 4);
    if (is_odd || (version == 1 && longs != 3) ||
        (version >= 3 && !theta_flags_are_known(flags))) {
        return THETA_IS_DAMAGED;
    }
    if (is_packed) {
        image->packed_bits = bits;
        theta_open_packed(image, &r, longs, count_bytes);
    } else {
        theta_open_list(image, &r, longs,
                        longs == 1 && version == 3 && !(flags & THETA_EMPTY));
    }
    enum theta_fault fault = theta_compare_length(image, &r);
    return fault == THETA_IS_SOUND ? theta_judge(image, version, flags, seed_hash)
                                   : fault;
}

/* Without a jump for each hash, and none waits for another, so that compilers look at
 * several at a time.  Hashes have 63 bits: the highest bit of a difference says which
 * of two is smaller. */
enum theta_fault theta_image_check_order(const struct theta_image *image)
{
    const uint8_t *bytes = image->hashes;
    size_t count = image->count;
    if (count == 0) {
        return THETA_IS_SOUND;
    }
    uint64_t first = hash_load8(bytes);
    uint64_t last = hash_load8(bytes + 8 * (count - 1));
    uint64_t falls = UINT64_MAX; /* as all differences to the one behind have to */
    uint64_t all = first;
#pragma GCC unroll 4
    for (size_t i = 1; i < count; i++) {
        uint64_t hash = hash_load8(bytes + 8 * i);
        falls &= hash_load8(bytes + 8 * i - 8) - hash;
        all |= hash;
    }
    bool has_range = all >> 63 == 0 && first != 0;
    bool is_sorted = falls >> 63 != 0;
    return has_range && is_sorted && last < image->limit ? THETA_IS_SOUND
           : has_range && !is_sorted                     ? THETA_IS_OUT_OF_ORDER
                                                         : THETA_IS_DAMAGED;
}

/* The bits from a place on, at most 63. */
static uint64_t theta_take_bits(const uint8_t *bytes, uint64_t at, unsigned bits)
{
    uint64_t value = 0;
    for (unsigned left = bits; left > 0;) {
        unsigned skipped = (unsigned)(at % 8);
        unsigned here = 8 - skipped < left ? 8 - skipped : left;
        unsigned byte = bytes[(size_t)(at / 8)];
        unsigned part = byte >> (8 - skipped - here) & ((1u << here) - 1);
        value = value << here | part;
        at += here;
        left -= here;
    }
    return value;
}

static enum theta_fault theta_unpack(const struct theta_image *image, uint64_t *hashes)
{
    uint64_t at = 0;
    uint64_t hash = 0;
    for (size_t i = 0; i < image->count; i++, at += image->packed_bits) {
        uint64_t more = theta_take_bits(image->hashes, at, image->packed_bits);
        if (more == 0 || more >= image->limit - hash) {
            return THETA_IS_DAMAGED;
        }
        hash += more;
        hashes[i] = hash;
    }
    unsigned spare = (unsigned)(8 - at % 8) % 8;
    return theta_take_bits(image->hashes, at, spare) == 0 ? THETA_IS_SOUND
                                                          : THETA_IS_DAMAGED;
}

/* Hashes in no order may be anything but out of range, or one of them twice. */
static enum theta_fault theta_take_unordered(const struct theta_image *image,
                                             uint64_t *hashes)
{
    for (size_t i = 0; i < image->count; i++) {
        hashes[i] = hash_load8(image->hashes + 8 * i);
        if (hashes[i] - 1 >= image->limit - 1) {
            return THETA_IS_DAMAGED;
        }
    }
    theta_sort(hashes, image->count, image->limit);
    for (size_t i = 1; i < image->count; i++) {
        if (hashes[i] == hashes[i - 1]) {
            return THETA_IS_DAMAGED;
        }
    }
    return THETA_IS_SOUND;
}

enum theta_fault theta_image_take(const struct theta_image *image, uint64_t *hashes)
{
    if (image->packed_bits) {
        return theta_unpack(image, hashes);
    }
    if (!image->is_ordered) {
        return theta_take_unordered(image, hashes);
    }
    for (size_t i = 0; i < image->count; i++) {
        hashes[i] = hash_load8(image->hashes + 8 * i);
    }
    return theta_image_check_order(image);
}
