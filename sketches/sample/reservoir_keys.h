/* The keys of a reservoir with weights: a heap, or in order. */
#ifndef RESERVOIR_KEYS_H
#define RESERVOIR_KEYS_H

#include <stdint.h>

/* What a row has drawn, its weight, and where its item is. */
struct reservoir_key {
    double key;
    double weight;
    uint32_t slot;
};

/* A heap has the largest key in front, and so has what descends.  Makes one of keys of
 * which just the last, or just the first, may be out of its place. */
void reservoir_keys_rise(struct reservoir_key *keys, uint32_t count);
void reservoir_keys_sink(struct reservoir_key *keys, uint32_t count);

/* Ascending; of equal ones, that with the lower slot first. */
void reservoir_keys_sort(struct reservoir_key *keys, uint32_t count);

void reservoir_keys_turn(struct reservoir_key *keys, uint32_t count); /* last first */

#endif
