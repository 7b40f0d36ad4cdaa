/* JSON that comes from servers, and the ids in it. */
#ifndef POST_JSON_H
#define POST_JSON_H

#include <stdbool.h>

#include <jansson.h>

#include "buffer.h"

/* Reads a JSON text of which single pieces may be odd, see mend.h.  NULL, with the
 * reason in it, if it is none; else the caller's to release. */
json_t *post_json_read(struct slice json, char *reason, size_t size);

/* Appends an id, closed by a NUL: a string that can be one (see post_id_is_valid), or a
 * whole number from 0 on, which becomes its digits.  False for anything else, and
 * nothing is appended. */
bool post_json_id(struct buffer *out, const json_t *value);

#endif
