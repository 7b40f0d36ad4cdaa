/* Which languages are wanted. */
#ifndef LANGUAGE_H
#define LANGUAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "buffer.h"

/* All zero wants nothing. */
struct language_filter {
    bool any;
    bool unknown; /* posts that do not say */
    struct strings codes;
};

/* Reads a list such as "en,de,null"; "any" is every one and no one.  False if it is
 * no list of language codes: these begin with two letters that ISO 639-1 has, or with
 * three. */
bool language_read(struct language_filter *filter, const char *list);

/* False for codes of three letters that servers hardly ever use, since most languages
 * have one of two: "ger" matches no post in German. */
bool language_is_usual(struct slice code);

/* `code` is what a post claims, empty if nothing.  "en" wants en, EN, en-GB and
 * en_GB; "pt-BR" wants only pt-BR and pt-BR-…  */
bool language_wants(const struct language_filter *filter, struct slice code);

/* The one way in which a code is written, after RFC 5646, section 2.1.1: en_us, EN-us
 * and en-US are en-US.  What is no code stays what it is but for case and dashes. */
void language_normalise(struct buffer *out, struct slice code);

/* The language without region and script: of en-GB it is en. */
struct slice language_base(struct slice code);

/* How many posts came in which languages; all zero is none. */
enum { LANGUAGE_TALLY = 16, LANGUAGE_CODE = 9 };
struct language_tally {
    struct {
        char code[LANGUAGE_CODE]; /* closed by a NUL; "unknown" */
        int64_t posts;
    } entries[LANGUAGE_TALLY]; /* the first that came, until one without posts */
    int64_t others;
};

/* Counts a post whose author claims that language, or none if it is empty. */
void language_count(struct language_tally *tally, struct slice code);

/* Appends "de 60, fr 12", the most frequent first; nothing for none. */
void language_append_tally(struct buffer *out, const struct language_tally *tally);

void language_free(struct language_filter *filter);

#endif
