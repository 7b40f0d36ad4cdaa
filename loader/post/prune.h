/*
 * JSON without what nobody reads.
 *
 * A post is two or three thousand bytes of which a few hundred matter; making a tree
 * of all of them is the dearest thing that could be done.  So the text is checked and
 * cut down first, in one pass and without a tree.
 */
#ifndef PRUNE_H
#define PRUNE_H

#include <stdbool.h>

#include "buffer.h"

/* A member that is wanted; a list of them ends with a name that is NULL.  Of its
 * value, and of the elements if that is an array, `inside` is wanted; NULL: all.  With
 * the value `nothing`, which may be NULL, the member may as well be missing. */
struct prune_member {
    const char *name;
    const struct prune_member *inside;
    const char *nothing;
};

enum { PRUNE_MAX_DEPTH = 64 };

/*
 * Appends to `out` the object in `json` with the wanted members alone, in their order,
 * and without those that say nothing.
 * The value of member number i of the list is at values[i], in `json`, and has no
 * bytes where there is none.
 *
 * True only if `json` is one object that a strict reader takes: RFC 8259, well-formed
 * UTF-8, no U+0000, no lone surrogate, not nested deeper than PRUNE_MAX_DEPTH, with
 * names of members in plain characters, the wanted ones of the outermost object once
 * at most, and numbers of fewer than 19 digits.  False says nothing: ask the reader.
 */
bool prune_object(struct buffer *out, struct slice json,
                  const struct prune_member *wanted, struct slice *values);

#endif
