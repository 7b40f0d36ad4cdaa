#include "chosen.h"

/* Each step of Newton's doubles the bits that are right. */
uint64_t chosen_inverse(uint64_t odd)
{
    uint64_t inverse = odd;
    for (int bits = 3; bits < 64; bits *= 2) {
        inverse *= 2 - odd * inverse;
    }
    return inverse;
}

/* The opposite of hash_finalise(); shifts by more than half undo themselves. */
static uint64_t chosen_unmix(uint64_t x)
{
    x ^= x >> 33;
    x *= chosen_inverse(UINT64_C(0xc4ceb9fe1a85ec53));
    x ^= x >> 33;
    x *= chosen_inverse(UINT64_C(0xff51afd7ed558ccd));
    return x ^ x >> 33;
}

/* What hash_end() was given, without a tail. */
static struct hash chosen_before_end(struct hash h, size_t length)
{
    h.h2 -= h.h1;
    h.h1 -= h.h2;
    h.h1 = chosen_unmix(h.h1);
    h.h2 = chosen_unmix(h.h2);
    h.h2 -= h.h1;
    h.h1 -= h.h2;
    return (struct hash){h.h1 ^ length, h.h2 ^ length};
}

static uint64_t chosen_turn_back(uint64_t x, int bits)
{
    return hash_rotate(x, 64 - bits);
}

static void chosen_store8(uint8_t *p, uint64_t word)
{
    for (int i = 0; i < 8; i++) {
        p[i] = (uint8_t)(word >> 8 * i);
    }
}

void chosen_end(uint8_t *bytes, size_t length, struct hash wanted, uint64_t seed)
{
    size_t before = length - CHOSEN_BLOCK;
    /* The state in front of the last block, from the hash of what stands there. */
    struct hash from =
        chosen_before_end(hash_bytes_seeded(bytes, before, seed), before);
    struct hash to = chosen_before_end(wanted, length);
    uint64_t fifth = chosen_inverse(5);
    uint64_t second = chosen_turn_back((to.h2 - 0x38495ab5) * fifth - to.h1, 31);
    uint64_t first = chosen_turn_back((to.h1 - 0x52dce729) * fifth - from.h2, 27);
    first = (first ^ from.h1) * chosen_inverse(HASH_C2);
    second = (second ^ from.h2) * chosen_inverse(HASH_C1);
    chosen_store8(bytes + before,
                  chosen_turn_back(first, 31) * chosen_inverse(HASH_C1));
    chosen_store8(bytes + before + 8,
                  chosen_turn_back(second, 33) * chosen_inverse(HASH_C2));
}
