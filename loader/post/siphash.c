#include "siphash.h"

struct siphash_state {
    uint64_t v[4];
};

static uint64_t siphash_turn(uint64_t x, unsigned by)
{
    return x << by | x >> (64 - by);
}

/* Up to eight bytes, the lowest first. */
static uint64_t siphash_take(const uint8_t *bytes, size_t size)
{
    uint64_t word = 0;
    for (size_t i = 0; i < size; i++) {
        word |= (uint64_t)bytes[i] << 8 * i;
    }
    return word;
}

static void siphash_rounds(struct siphash_state *s, int rounds)
{
    uint64_t *v = s->v;
    for (int i = 0; i < rounds; i++) {
        v[0] += v[1];
        v[1] = siphash_turn(v[1], 13) ^ v[0];
        v[0] = siphash_turn(v[0], 32);
        v[2] += v[3];
        v[3] = siphash_turn(v[3], 16) ^ v[2];
        v[0] += v[3];
        v[3] = siphash_turn(v[3], 21) ^ v[0];
        v[2] += v[1];
        v[1] = siphash_turn(v[1], 17) ^ v[2];
        v[2] = siphash_turn(v[2], 32);
    }
}

static void siphash_mix(struct siphash_state *s, uint64_t word)
{
    s->v[3] ^= word;
    siphash_rounds(s, 2);
    s->v[0] ^= word;
}

uint64_t siphash(const uint8_t key[SIPHASH_KEY], const void *bytes, size_t size)
{
    const uint8_t *p = bytes;
    uint64_t k0 = siphash_take(key, 8);
    uint64_t k1 = siphash_take(key + 8, 8);
    /* The paper's constants: "somepseudorandomlygeneratedbytes". */
    struct siphash_state s = {{k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d,
                               k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573}};
    size_t whole = size / 8 * 8;
    for (size_t i = 0; i < whole; i += 8) {
        siphash_mix(&s, siphash_take(p + i, 8));
    }
    siphash_mix(&s, siphash_take(p + whole, size - whole) | (uint64_t)size << 56);
    s.v[2] ^= 0xff;
    siphash_rounds(&s, 4);
    return s.v[0] ^ s.v[1] ^ s.v[2] ^ s.v[3];
}
