/*
 * MurmurHash3 x64 128 (Austin Appleby, public domain): the one hash we use, and, with
 * seed 9001, the one that Apache DataSketches uses, so that our sketches and theirs
 * agree on every item.
 */
#ifndef HASH_H
#define HASH_H

#include <stddef.h>
#include <stdint.h>

enum { HASH_SEED = 9001 };

struct hash {
    uint64_t h1;
    uint64_t h2;
};

/* Up to 16 bytes, little-endian, zero-padded. */
struct hash_words {
    uint64_t k1;
    uint64_t k2;
};

#define HASH_C1 UINT64_C(0x87c37b91114253d5)
#define HASH_C2 UINT64_C(0x4cf5ad432745937f)

static inline uint64_t hash_rotate(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static inline uint64_t hash_finalise(uint64_t x)
{
    x ^= x >> 33;
    x *= UINT64_C(0xff51afd7ed558ccd);
    x ^= x >> 33;
    x *= UINT64_C(0xc4ceb9fe1a85ec53);
    return x ^ x >> 33;
}

/* Mixes in the last 0..15 bytes, as two words, and the length.  A word of zero
 * mixes to zero, so both lanes can run whatever the length is. */
static inline struct hash hash_end(struct hash h, struct hash_words words,
                                   size_t length)
{
    h.h2 ^= hash_rotate(words.k2 * HASH_C2, 33) * HASH_C1;
    h.h1 ^= hash_rotate(words.k1 * HASH_C1, 31) * HASH_C2;
    h.h1 ^= length;
    h.h2 ^= length;
    h.h1 += h.h2;
    h.h2 += h.h1;
    h.h1 = hash_finalise(h.h1);
    h.h2 = hash_finalise(h.h2);
    h.h1 += h.h2;
    h.h2 += h.h1;
    return h;
}

/* The hash of the number's eight little-endian bytes. */
static inline struct hash hash_u64_seeded(uint64_t number, uint64_t seed)
{
    return hash_end((struct hash){seed, seed}, (struct hash_words){number, 0}, 8);
}

static inline struct hash hash_u64(uint64_t number)
{
    return hash_u64_seeded(number, HASH_SEED);
}

static inline uint64_t hash_load4(const uint8_t *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 |
           (uint64_t)p[3] << 24;
}

static inline uint64_t hash_load8(const uint8_t *p)
{
    return hash_load4(p) | hash_load4(p + 4) << 32;
}

/* Reads the last `length` bytes, at most 15, as two zero-padded little-endian words.
 *
 * The published form of this hash picks them apart with a switch over the length,
 * which mispredicts on words: 17 ns for seven letters.  Here four bytes are loaded
 * at a time, at computed places; where loads overlap they agree.  Bytes 0..7 come
 * from a load at the front and one that ends at byte 8 or at the end; bytes 8..14
 * from a load at 8 and one that ends at the end.  Only less than four bytes take a
 * branch of their own. */
__attribute__((always_inline)) static inline struct hash_words
hash_tail(const uint8_t *p, size_t length)
{
    struct hash_words words = {0, 0};
    if (length >= 4) {
        size_t last = length - 4;
        size_t second = last < 4 ? last : 4;
        size_t third = last < 8 ? last : 8;
        /* Masks, since the compiler would make jumps of conditions. */
        uint64_t has_third = 0 - (uint64_t)(length >= 12);
        uint64_t has_k2 = 0 - (uint64_t)(length > 8);
        size_t down = 8 * (15 - length) & (size_t)has_k2;
        uint64_t end = hash_load4(p + last) << 24; /* to byte 6 of k2, byte 14 */
        words.k1 = hash_load4(p) | hash_load4(p + second) << (8 * second);
        words.k2 = (end >> down & has_k2) | (hash_load4(p + third) & has_third);
    } else if (length > 0) {
        size_t middle = length >> 1;
        size_t last = length - 1;
        words.k1 = (uint64_t)p[0] | (uint64_t)p[middle] << (8 * middle) |
                   (uint64_t)p[last] << (8 * last);
    }
    return words;
}

/* The hash of `length` bytes, at most 15, that hash_tail() has read. */
static inline struct hash hash_short(struct hash_words words, size_t length)
{
    return hash_end((struct hash){HASH_SEED, HASH_SEED}, words, length);
}

/* As hash_bytes_seeded(), for any length. */
struct hash hash_long(const uint8_t *bytes, size_t length, uint64_t seed);

/* The hash of `length` bytes; no bytes is allowed, and then `bytes` may be NULL.  Most
 * texts are words, for which there is no call. */
static inline struct hash hash_bytes_seeded(const uint8_t *bytes, size_t length,
                                            uint64_t seed)
{
    return length < 16
               ? hash_end((struct hash){seed, seed}, hash_tail(bytes, length), length)
               : hash_long(bytes, length, seed);
}

static inline struct hash hash_bytes(const uint8_t *bytes, size_t length)
{
    return hash_bytes_seeded(bytes, length, HASH_SEED);
}

#endif
