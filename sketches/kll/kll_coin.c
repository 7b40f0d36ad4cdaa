/*
 * The coin.
 *
 * An image has no state of a generator, and one that began anew with every image would
 * throw the same side for ever where a sketch is read, changed and written again.  So
 * the coin is a bit of a hash of all that makes a halving different from others: how
 * many values came before it, the level, and the values.
 */
#include "kll_private.h"

#include "hash.h"

#include <string.h>

static inline uint64_t kll_coin_mix(uint64_t state, double value, uint64_t factor)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return hash_rotate(state ^ bits, 29) * factor;
}

/* Two chains, since each step of one waits for the one before. */
bool kll_toss(void *ctx, uint64_t n, int level, const double *values, size_t count)
{
    uint64_t even = HASH_SEED ^ n * HASH_C1;
    uint64_t odd = (uint64_t)level + count * HASH_C2;
    (void)ctx;
    for (size_t i = 0; i + 1 < count; i += 2) {
        even = kll_coin_mix(even, values[i], HASH_C2);
        odd = kll_coin_mix(odd, values[i + 1], HASH_C1);
    }
    return hash_finalise(even ^ hash_finalise(odd)) >> 63;
}
