#include "accounts.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

static const char accounts_digits[] = "0123456789abcdef";

enum accounts_mode accounts_mode_named(const char *name)
{
    static const char *const names[] = {
        [ACCOUNTS_HASH] = "hash", [ACCOUNTS_PLAIN] = "plain", [ACCOUNTS_NONE] = "none"};
    int mode = 0;
    while (mode < ACCOUNTS_UNKNOWN && strcmp(name, names[mode]) != 0) {
        mode++;
    }
    return (enum accounts_mode)mode;
}

bool accounts_make_key(char digits[ACCOUNTS_KEY_DIGITS + 1])
{
    uint8_t key[SIPHASH_KEY];
    if (getrandom(key, sizeof key, 0) != sizeof key) {
        return false;
    }
    for (size_t i = 0; i < sizeof key; i++) {
        digits[2 * i] = accounts_digits[key[i] >> 4];
        digits[2 * i + 1] = accounts_digits[key[i] & 15];
    }
    digits[ACCOUNTS_KEY_DIGITS] = '\0';
    return true;
}

static bool accounts_read_key(struct accounts *accounts, const char *digits)
{
    if (strlen(digits) != ACCOUNTS_KEY_DIGITS ||
        strspn(digits, accounts_digits) != ACCOUNTS_KEY_DIGITS) {
        return false;
    }
    for (size_t i = 0; i < sizeof accounts->key; i++) {
        size_t high = strcspn(accounts_digits, (char[]){digits[2 * i], '\0'});
        size_t low = strcspn(accounts_digits, (char[]){digits[2 * i + 1], '\0'});
        accounts->key[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

bool accounts_init(struct accounts *accounts, const char *mode, const char *key)
{
    accounts->mode = accounts_mode_named(mode);
    return accounts->mode == ACCOUNTS_HASH ? accounts_read_key(accounts, key)
                                           : accounts->mode != ACCOUNTS_UNKNOWN;
}

/* Servers tell names of accounts in the case they were made in, mentions in that in
 * which somebody typed them. */
static void accounts_fold(struct buffer *name)
{
    for (size_t i = 0; i < name->size; i++) {
        char c = name->bytes[i];
        name->bytes[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
}

bool accounts_keep(const struct accounts *accounts, struct buffer *name)
{
    if (accounts->mode == ACCOUNTS_HASH) {
        accounts_fold(name);
        uint64_t hash = siphash(accounts->key, name->bytes, name->size);
        name->size = 0;
        for (int shift = 60; shift >= 0; shift -= 4) {
            buffer_append_byte(name, accounts_digits[hash >> shift & 15]);
        }
    }
    return accounts->mode != ACCOUNTS_NONE;
}
