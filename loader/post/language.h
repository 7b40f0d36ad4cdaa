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

/* `code` is what a post claims, empty if nothing.  "en" wants en, EN, en-GB and
 * en_GB; "pt-BR" wants only pt-BR and pt-BR-…  */
bool language_wants(const struct language_filter *filter, struct slice code);

/* The one way in which a code is written, after RFC 5646, section 2.1.1: en_us, EN-us
 * and en-US are en-US.  What is no code stays what it is but for case and dashes. */
void language_normalise(struct buffer *out, struct slice code);

/* The language without region and script: of en-GB it is en. */
struct slice language_base(struct slice code);

void language_free(struct language_filter *filter);

#endif
