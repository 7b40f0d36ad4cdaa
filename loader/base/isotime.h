/* Times as Mastodon and its relatives write them, ISO 8601. */
#ifndef ISOTIME_H
#define ISOTIME_H

#include <stdbool.h>
#include <stdint.h>

/* Reads "2026-06-01T00:00:00.153Z" and its variants: a fraction of any length or
 * none, an offset such as +02:00, +0200 or +02 in place of Z, neither (UTC), a
 * space in place of T.  Gives milliseconds since 1970 in UTC; false if the text
 * is something else or the date does not exist.  Years 1 to 9999. */
bool isotime_parse(const char *text, int64_t *ms);

enum { ISOTIME_SIZE = 96 };

/* "2026-06-01T00:00:00Z", closed by a NUL; the fraction is dropped. */
void isotime_format(int64_t ms, char text[ISOTIME_SIZE]);

#endif
