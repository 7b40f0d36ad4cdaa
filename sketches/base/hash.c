#include "hash.h"

struct hash hash_long(const uint8_t *bytes, size_t length, uint64_t seed)
{
    struct hash h = {seed, seed};
    const uint8_t *p = bytes;
    for (size_t blocks = length / 16; blocks > 0; blocks--, p += 16) {
        h.h1 ^= hash_rotate(hash_load8(p) * HASH_C1, 31) * HASH_C2;
        h.h1 = (hash_rotate(h.h1, 27) + h.h2) * 5 + 0x52dce729;
        h.h2 ^= hash_rotate(hash_load8(p + 8) * HASH_C2, 33) * HASH_C1;
        h.h2 = (hash_rotate(h.h2, 31) + h.h1) * 5 + 0x38495ab5;
    }
    return hash_end(h, hash_tail(p, length % 16), length);
}
