/* Which posts are kept, and why the others are not. */
#ifndef CHOICE_H
#define CHOICE_H

#include <stdbool.h>
#include <stdint.h>

#include "language.h"
#include "status.h"

struct choice {
    const struct language_filter *languages;
    bool no_bots, no_sensitive, no_replies; /* such posts are not wanted */
    int64_t retention_ms; /* nor those that were written so long ago; 0: none is old */
};

/* Of several reasons the first counts, in this order. */
enum choice_reason {
    CHOICE_WANTED,
    CHOICE_LANGUAGE,
    CHOICE_BOOST,   /* somebody else's post */
    CHOICE_PRIVATE, /* not for everybody */
    CHOICE_NOINDEX, /* the author asks not to be found */
    CHOICE_OLD,
    CHOICE_BOT,
    CHOICE_SENSITIVE,
    CHOICE_REPLY,
    CHOICE_REASONS
};

enum choice_reason choice_of(const struct choice *choice, const struct status *status,
                             const struct language_tag *language, int64_t now_ms);

/* How many were left out, and why; all zero is none. */
struct choice_tally {
    int64_t posts[CHOICE_REASONS];
    struct language_tally languages; /* of those left out by language */
};

void choice_count(struct choice_tally *tally, enum choice_reason reason,
                  const struct language_tag *language);

/* Appends "boosts 1, older than --retention 3, by language de 60, fr 12; …"; nothing
 * for none. */
void choice_append_tally(struct buffer *out, const struct choice_tally *tally);

#endif
