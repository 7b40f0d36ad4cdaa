/* Who wrote a post, and whom it mentions, as the database is to know them. */
#ifndef ACCOUNTS_H
#define ACCOUNTS_H

#include <stdbool.h>

#include "buffer.h"
#include "siphash.h"

enum accounts_mode {
    ACCOUNTS_HASH, /* 16 hexadecimal digits, by a key that only this database has */
    ACCOUNTS_PLAIN,
    ACCOUNTS_NONE,
    ACCOUNTS_UNKNOWN
};

enum { ACCOUNTS_KEY_DIGITS = 2 * SIPHASH_KEY };

struct accounts {
    enum accounts_mode mode;
    uint8_t key[SIPHASH_KEY];
};

/* "hash", "plain", "none"; any other name is ACCOUNTS_UNKNOWN. */
enum accounts_mode accounts_mode_named(const char *name);

/* A new random key as hexadecimal digits and a NUL.  False if the system has none. */
bool accounts_make_key(char digits[ACCOUNTS_KEY_DIGITS + 1]);

/* False if that is no mode or no key; the key matters to ACCOUNTS_HASH alone. */
bool accounts_init(struct accounts *accounts, const char *mode, const char *key);

/* Turns name@server, which is the same in any case of letters, into what is kept of
 * it; false when nothing is. */
bool accounts_keep(const struct accounts *accounts, struct buffer *name);

#endif
