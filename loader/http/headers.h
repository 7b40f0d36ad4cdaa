/* What a server says in the headers of an answer: how long to wait, where the next
 * page is.  Text in, values out. */
#ifndef HEADERS_H
#define HEADERS_H

#include <stdbool.h>
#include <stdint.h>

#include "buffer.h"

enum {
    HEADERS_WAIT_MOST_MS = 900000,  /* of what a server may ask us to wait */
    HEADERS_RESET_MOST_MS = 3600000 /* a reset further away is not believed */
};

/* The pause that Retry-After (seconds, or a date of HTTP) and X-RateLimit-Reset
 * (ISO 8601 as Mastodon writes it, or seconds since 1970) ask for together; either
 * may be NULL.  0 when they ask for none or make no sense; at most
 * HEADERS_WAIT_MOST_MS.  now_ms is the time of day. */
int64_t headers_wait_ms(const char *retry_after, const char *reset, int64_t now_ms);

/* How far the server's clock, by the header Date, is behind now_ms, which is ours; 0
 * when it is not, when it does not tell, and for NULL. */
int64_t headers_behind_ms(const char *date, int64_t now_ms);

/* The address of the link with that relation in a Link header (RFC 8288), as it
 * stands there; false if there is none. */
bool headers_link(const char *link, const char *relation, struct slice *address);

/* The part of `address` from its path on, if it is on the host `name` (with its
 * port); the scheme may be another, since a server behind a proxy does not always
 * know its own.  An address that is only a path is fine too. */
bool headers_same_host(struct slice address, const char *name, struct slice *path);

#endif
