/*
 * Addresses, mentions, tags and emoji that stand in a post without mark-up.
 *
 * Not every server turns "https://…", "@name" and "#tag" into links, and custom
 * emoji are plain text always.  Left in, a feed of bots fills the top words with
 * "https"; so they are found here, kept as what they are, and blanked.
 */
#ifndef PLAIN_MARKS_H
#define PLAIN_MARKS_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"

/* Overwrites with spaces, in UTF-8 text, what is none of its words:
 *
 *   name://…        up to a blank, quote or bracket; http and https go to `links`
 *   @name, @a@b.c   unless a letter or number stands before, as in e-mail
 *   #tag            same; needs a letter; goes to `tags` without the #
 *   :shortcode:     when the name is in `emojis`
 */
void plain_marks_blank(struct buffer *text, const struct strings *emojis,
                       struct strings *links, struct strings *tags);

/* A tag as the servers compare them: compatibility forms and case are folded. */
void plain_marks_fold_tag(struct buffer *out, struct slice tag);

#endif
