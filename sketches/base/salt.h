/*
 * Hashes that nobody can foresee.
 *
 * Everybody knows the hash of hash.h and its seed, so whoever chooses items can have as
 * many as he likes in one place of a table, or of one hash.  A table that finds itself
 * crowded so begins anew with hashes of a salt.  That differs from one run of a program
 * to the next, where the system lays out memory at random: it may decide where a table
 * has an item, but never what an image or an answer says.
 */
#ifndef SALT_H
#define SALT_H

#include "item.h"

/* A salt for what lies at this address, and never 0.  The one before that did not do,
 * or 0, is mixed in. */
uint64_t salt_new(const void *address, uint64_t before);

/* Of equal items equal.  Of any two others that were chosen without a look at the salt,
 * a share of about size / 2^33 of all salts makes the hashes equal. */
uint64_t salt_hash(struct item item, uint64_t salt);

#endif
