/* Language tags as authors' programs claim them, in the one way in which they are
 * kept. */
#ifndef LANGUAGE_TAG_H
#define LANGUAGE_TAG_H

#include <stdbool.h>

#include "buffer.h"

enum { LANGUAGE_TAG_MOST = 35 }; /* bytes; see RFC 5646, section 4.4.1 */

/* Closed by a NUL; empty: the language is not known. */
struct language_tag {
    char text[LANGUAGE_TAG_MOST + 1];
};

/*
 * Reads a tag and writes it in the one way, after RFC 5646, section 2.1.1: en_us, EN-us
 * and eng-US are en-US.  A language with a code of two letters has that one, whichever
 * of the codes of ISO 639-2 or of those that ISO 639-1 has given up is claimed.
 *
 * False for what is no tag, which leaves it empty: "english", "e n", "-en".  A tag is a
 * code of ISO 639-1 or any three letters, and then parts of 1 to 8 letters and digits,
 * with dashes or underscores between.  "und" says that the language is not known, as
 * no bytes do.
 */
bool language_tag_read(struct language_tag *tag, struct slice claimed);

/* The language without region and script: of en-GB it is en. */
struct slice language_tag_base(const struct language_tag *tag);

/* False for codes of three letters that servers hardly ever use. */
bool language_tag_is_usual(const struct language_tag *tag);

#endif
