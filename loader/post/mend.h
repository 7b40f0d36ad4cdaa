/*
 * JSON in which single pieces are odd, made readable at the cost of those alone.
 *
 * What no strict reader takes, or ours does not, and what can be told apart from the
 * rest without doubt: bytes that are no UTF-8, control characters, U+0000 and halves of
 * surrogate pairs become U+FFFD, inside of strings; numbers that fit no 64 bits or no
 * double become null.
 */
#ifndef MEND_H
#define MEND_H

#include "buffer.h"

/* Appends the text to `out`, mended.  Any bytes will do; what is no JSON for other
 * reasons stays none. */
void mend_json(struct buffer *out, struct slice json);

#endif
