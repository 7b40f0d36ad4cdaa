/* The server named on the command line. */
#ifndef SERVER_H
#define SERVER_H

#include <stdbool.h>

#include "buffer.h"

struct server {
    struct buffer origin; /* "https://example.social", closed by a NUL */
    struct buffer name; /* "example.social", with the port if one was given; likewise */
};

/* Reads example.social, example.social:8443 or https://example.social.  http:// is
 * taken only for this machine itself, since a token must not travel in the clear.
 * False after the reason has been logged. */
bool server_read(struct server *server, const char *text);

/* Takes the streaming address that `server` names in its instance document, such as
 * wss://streaming.example.social, for the base of requests: https://…  False if
 * `text` is none, or the token must not go there: not to an unprotected address, and
 * to another host only when the document itself came protected. */
bool server_read_streaming(const struct server *server, const char *text,
                           struct buffer *base);

/* Is it this machine, so that http:// would be taken? */
bool server_is_local(const struct server *server);

void server_free(struct server *server);

#endif
