/*
 * SipHash-2-4: a keyed hash of 64 bits.  Without the key nobody can tell what was
 * hashed, short of guessing the key's 128 bits.
 *
 * Source: J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF",
 * INDOCRYPT 2012.
 */
#ifndef SIPHASH_H
#define SIPHASH_H

#include <stddef.h>
#include <stdint.h>

enum { SIPHASH_KEY = 16 };

uint64_t siphash(const uint8_t key[SIPHASH_KEY], const void *bytes, size_t size);

#endif
