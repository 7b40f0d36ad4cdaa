#include "sample_keep.h"

#include "random.h"

bool sample_keeps(struct hash key, double p, uint64_t seed)
{
    /* Seeds that are neighbours must not keep neighbours, hence twice. */
    struct random random = {key.h1 ^ random_next(&(struct random){seed})};
    /* 53 bits and a product with a power of two: no rounding decides. */
    return (double)(random_next(&random) >> 11) < p * 0x1p53;
}
