/* Which languages are wanted. */
#ifndef LANGUAGE_H
#define LANGUAGE_H

#include <stdbool.h>

#include "buffer.h"

/* All zero wants nothing. */
struct language_filter {
    bool any;
    bool unknown; /* posts that do not say */
    struct strings codes;
};

/* Reads a list such as "en,de,null"; "any" is every one and no one.  False if it is
 * no list of language codes. */
bool language_read(struct language_filter *filter, const char *list);

/* `code` is what a post claims, NULL if nothing.  "en" wants en, EN, en-GB and
 * en_GB; "pt-BR" wants only pt-BR and pt-BR-…  */
bool language_wants(const struct language_filter *filter, const char *code);

void language_free(struct language_filter *filter);

#endif
