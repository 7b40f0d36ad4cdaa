/* The words of a text. */
#ifndef WORDS_H
#define WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"

enum words_rule {
    WORDS_UNICODE, /* UAX #29 */
    WORDS_ASCII,   /* runs of a-z and quotation marks, after lower case */
    WORDS_SEED,    /* the same, of glued text: see TEXT_CLASSIC_GLUED */
    WORDS_UNKNOWN
};

/* "unicode", "ascii", "seed"; any other name is WORDS_UNKNOWN. */
enum words_rule words_rule_named(const char *name);

enum { WORDS_MAX = 20000 }; /* of one post */

struct words {
    struct strings found; /* results of the last split, in order, repeats included */
    bool cut;             /* there were more than WORDS_MAX */

    struct buffer folded;
    struct buffer breaks;
};

/*
 * Splits UTF-8 text.
 *
 * WORDS_UNICODE: segments between the word boundaries of Unicode Standard Annex
 * #29 that hold a letter or a number, in lower case (full mapping, no language's
 * exceptions) and normal form C.  The apostrophes U+2019, U+02BC and U+FF07 are
 * folded to ', soft hyphens, word joiners and marks of direction dropped; underscores
 * and invisible format characters are cut off at both ends.  So don't, l'été and 3.14
 * are one word, e-mail is two, and 'tis is tis.
 *
 * The other two know 26 letters and ' ` U+2018 U+2019 U+201B, and take a word of
 * quotation marks alone for one.
 */
void words_split(struct words *words, enum words_rule rule, struct slice text);

void words_free(struct words *words);

#endif
