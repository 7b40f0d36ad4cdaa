/*
 * The seeded generator of sampling sketches: the same numbers from the same seed
 * on every platform.
 *
 * The generator is SplitMix64 (Steele, Lea, Flood 2014): eight bytes of state,
 * any of them good, so a stored sample can go on where it stopped.
 */
#ifndef RANDOM_H
#define RANDOM_H

#include "arithmetic.h"

#include <stdint.h>

struct random {
    uint64_t state; /* the seed, to begin with */
};

static inline uint64_t random_next(struct random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* One of 0 .. end - 1, all with exactly the same probability; end > 0. */
uint64_t random_below(struct random *random, uint64_t end);

/* A number between 0 and 1, never one of them, in steps of 2^-52. */
static inline double random_real(struct random *random)
{
    return ((double)(random_next(random) >> 12) + 0.5) * 0x1p-52;
}

/* Exponentially distributed with mean 1; positive. */
double random_exponential(struct random *random);

#endif
