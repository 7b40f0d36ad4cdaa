/* The escapes in strings of JSON. */
#ifndef JSON_ESCAPE_H
#define JSON_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/* The code unit of the escape \uXXXX at `p`, -1 if there is none. */
int json_escape_unit(const char *p, const char *end);

/* How many bytes the character takes whose escape begins with the backslash at `p`,
 * behind which there is a byte.  *lone: it is a surrogate without the other half. */
size_t json_escape_size(const char *p, const char *end, bool *lone);

#endif
