/* What a server says about itself at /api/v2/instance, /api/v1/instance, or in its
 * nodeinfo. */
#ifndef INSTANCE_H
#define INSTANCE_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"

enum instance_access { /* to a feed; servers before 4.5 do not tell */
                       INSTANCE_UNTOLD,
                       INSTANCE_PUBLIC,
                       INSTANCE_AUTHENTICATED,
                       INSTANCE_DISABLED
};

struct instance_feed {
    enum instance_access local, remote;
};

/* All zero is a server nothing is known of. */
struct instance {
    bool known;              /* there was a document */
    struct buffer version;   /* "4.5.0"; strings are closed by a NUL or empty */
    struct buffer software;  /* "Akkoma 3.10.4", "gotosocial"; empty: not told */
    struct buffer streaming; /* "wss://…"; empty when the document names none */
    struct instance_feed live, hashtag;
};

/* Takes over what the document says; either version of it.  What is known already
 * stays.  False if it is none. */
bool instance_read(struct instance *instance, const char *json, size_t size);

/* Appends the address of the newest description that a document of
 * /.well-known/nodeinfo names (see nodeinfo.diaspora.software); false if there is none.
 */
bool instance_find_nodeinfo(struct buffer *address, const char *json, size_t size);

/* Takes the name and version of the software from such a description. */
bool instance_read_nodeinfo(struct instance *instance, const char *json, size_t size);

const char *instance_access_name(enum instance_access access);

void instance_free(struct instance *instance);

#endif
