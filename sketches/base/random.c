#include "random.h"

#include "invariant.h"
#include "portable_math.h"

/* The 128 bits of a product, from 32-bit halves. */
static uint64_t random_multiply(uint64_t a, uint64_t b, uint64_t *low)
{
    uint64_t mask = UINT32_MAX;
    uint64_t bottom = (a & mask) * (b & mask);
    uint64_t cross = (a >> 32) * (b & mask) + (bottom >> 32);
    uint64_t middle = (a & mask) * (b >> 32) + (cross & mask);
    *low = middle << 32 | (bottom & mask);
    return (a >> 32) * (b >> 32) + (cross >> 32) + (middle >> 32);
}

/* A multiple of `end` cut into 2^64 parts, and the parts that would make some
 * results more likely drawn again (Lemire, Fast random integer generation in an
 * interval, 2019). */
uint64_t random_below(struct random *random, uint64_t end)
{
    invariant(end > 0);
    uint64_t low;
    uint64_t high = random_multiply(random_next(random), end, &low);
    if (low < end) {
        uint64_t uneven = (0 - end) % end; /* 2^64 modulo end */
        while (low < uneven) {
            high = random_multiply(random_next(random), end, &low);
        }
    }
    return high;
}

double random_exponential(struct random *random)
{
    return -portable_ln(random_real(random));
}
