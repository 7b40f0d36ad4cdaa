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

void server_free(struct server *server);

#endif
