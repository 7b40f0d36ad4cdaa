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

/* Of the values their bits are added up, of those at even places and of those at odd
 * ones, between which the coin decides: that is cheap, and mixed afterwards. */
bool kll_toss(void *ctx, uint64_t n, int level, const double *values, size_t count)
{
    uint64_t even = HASH_SEED;
    uint64_t odd = 0;
    (void)ctx;
    for (size_t i = 0; i + 1 < count; i += 2) {
        uint64_t bits[2];
        memcpy(bits, values + i, sizeof bits);
        even += bits[0];
        odd += bits[1];
    }
    uint64_t place = (n << 6) + (uint64_t)level;
    return hash_finalise(even * HASH_C1 + odd * HASH_C2 + place) >> 63;
}
