/* One post out of its JSON, the Status entity of Mastodon's interface. */
#ifndef STATUS_H
#define STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "buffer.h"

enum {
    STATUS_MAX_TAGS = 100, /* kept of one post, the rest is ignored */
    STATUS_MAX_MENTIONS = 200,
    STATUS_MAX_EMOJIS = 200,
    STATUS_REASON = 160
};

#define STATUS_NO_TIME INT64_MIN

struct status {
    /* Results, valid until the next call.  Strings without a value are NULL. */
    struct buffer id; /* opaque, closed by a NUL: digits, or what other servers use */
    const char *uri;  /* the same on every server: who this post is */
    const char *language;   /* NULL when unknown */
    const char *visibility; /* "public" when the server does not say */
    const char *content;    /* HTML */
    const char *spoiler;    /* plain text; NULL when there is none */
    int64_t created_ms;     /* since 1970, UTC */
    int64_t edited_ms;      /* STATUS_NO_TIME when never edited */
    bool bot;
    bool noindex; /* the author asks not to be found by search engines */
    bool sensitive;
    bool reply;
    bool boost;              /* someone shows somebody else's post */
    struct buffer author;    /* name@server, closed by a NUL */
    struct strings tags;     /* without # */
    struct strings mentions; /* name@server */
    struct strings emojis;   /* shortcodes without colons */

    char reason[STATUS_REASON]; /* why the last call failed, for people */
    json_t *root;               /* owns the strings above */
};

/* All zero is a status before its first call.  Reads `size` bytes of JSON.  False,
 * with a reason, if they are no JSON or a field that matters is missing or of
 * another type.  `server` completes the names of that server's own accounts when
 * the account does not tell its address. */
bool status_parse(struct status *status, const char *json, size_t size,
                  const char *server);

void status_free(struct status *status);

#endif
