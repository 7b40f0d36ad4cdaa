/*
 * MurmurHash3 x64 128 (Austin Appleby, public domain), seed 9001: the one hash
 * we use, and the one that Apache DataSketches uses, so that our sketches and
 * theirs agree on every item.
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
static inline struct hash hash_end(struct hash h, uint64_t k1, uint64_t k2,
                                   size_t length)
{
    h.h2 ^= hash_rotate(k2 * HASH_C2, 33) * HASH_C1;
    h.h1 ^= hash_rotate(k1 * HASH_C1, 31) * HASH_C2;
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
static inline struct hash hash_u64(uint64_t number)
{
    return hash_end((struct hash){HASH_SEED, HASH_SEED}, number, 0, 8);
}

/* The hash of `length` bytes; no bytes is allowed, and then `bytes` may be NULL. */
struct hash hash_bytes(const uint8_t *bytes, size_t length);

#endif
