/* Values that somebody has chosen: those whose hash is what he wants it to be.
 * Everybody knows the hash and its seed, and each of its steps can be taken back. */
#ifndef CHOSEN_H
#define CHOSEN_H

#include "hash.h"

enum { CHOSEN_BLOCK = 16 };

/* Fills in the last block of `length` bytes, a multiple of CHOSEN_BLOCK and not 0, so
 * that this is the hash of all. */
void chosen_end(uint8_t *bytes, size_t length, struct hash wanted, uint64_t seed);

/* What undoes multiplying by an odd number. */
uint64_t chosen_inverse(uint64_t odd);

#endif
