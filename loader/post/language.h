/* Which languages are wanted. */
#ifndef LANGUAGE_H
#define LANGUAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "buffer.h"
#include "language_tag.h"

/* All zero wants nothing. */
struct language_filter {
    bool any;
    bool unknown;        /* posts that do not say */
    struct strings tags; /* as language_tag_read writes them */
};

/* Reads a list such as "en,de,null"; "any" is every one and no one.  False if it is
 * no list of language tags; see language_tag.h. */
bool language_read(struct language_filter *filter, const char *list);

/* "en" wants en and en-GB; "pt-BR" wants only pt-BR and pt-BR-...  An empty tag is
 * that of posts that tell none. */
bool language_wants(const struct language_filter *filter,
                    const struct language_tag *tag);

/* How many posts came in which languages; all zero is none. */
enum { LANGUAGE_TALLY = 16, LANGUAGE_CODE = 8 };
struct language_tally {
    struct {
        char code[LANGUAGE_CODE]; /* closed by a NUL; "unknown" */
        int64_t posts;
    } entries[LANGUAGE_TALLY]; /* the first that came, until one without posts */
    int64_t others;
};

/* Counts a post in that language. */
void language_count(struct language_tally *tally, const struct language_tag *tag);

/* Appends "de 60, fr 12", the most frequent first; nothing for none. */
void language_append_tally(struct buffer *out, const struct language_tally *tally);

void language_free(struct language_filter *filter);

#endif
