/* A sample by hash: which keys are in it, without a sketch. */
#ifndef SAMPLE_KEEP_H
#define SAMPLE_KEEP_H

#include "hash.h"

#include <stdbool.h>

/* A choice that depends on the key alone: with the same p and seed a key is always in
 * or always out, a share of p of all keys is in, and what is in stays in when p grows.
 * Another seed chooses independently.  NaN and p <= 0 choose nothing, p >= 1 all. */
bool sample_keeps(struct hash key, double p, uint64_t seed);

#endif
