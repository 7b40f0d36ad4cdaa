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
    STATUS_MAX_MEDIA = 50,
    STATUS_MEMBERS = 17, /* that are read */
    STATUS_REASON = 160
};

#define STATUS_NO_TIME INT64_MIN

struct status {
    /* Results, valid until the next call.  Strings without a value are NULL. */
    struct buffer id; /* opaque, closed by a NUL: digits, or what other servers use */
    const char *uri;  /* the same on every server: who this post is; its address where
                         a server tells none */
    const char *url;  /* where people can read it */
    struct buffer parent;   /* the id of the post it answers, there; empty: of none */
    const char *language;   /* NULL when unknown */
    const char *visibility; /* "public" when the server does not say */
    const char *content;    /* HTML; "" when there is none */
    const char *spoiler;    /* plain text; NULL when there is none */
    int64_t created_ms;     /* since 1970, UTC */
    int64_t edited_ms;      /* STATUS_NO_TIME when never edited */
    bool bot;
    bool noindex; /* the author asks not to be found by search engines */
    bool sensitive;
    bool reply;              /* also where the parent's id is none */
    bool boost;              /* someone shows somebody else's post */
    struct buffer author;    /* name@server, closed by a NUL */
    struct strings tags;     /* without # */
    struct strings mentions; /* name@server */
    struct strings emojis;   /* shortcodes without colons */
    struct strings media;    /* pairs: its kind, and what its author says of it */

    char reason[STATUS_REASON]; /* why the last call failed, for people */
    json_t *root;               /* owns the strings above */
    struct slice json;          /* as given to status_open */
    struct buffer pruned;       /* of it what is read, or nothing if it is odd */
    struct slice values[STATUS_MEMBERS];
};

/* What can be told of a post without making a tree of it; parts of its JSON. */
struct status_glance {
    struct slice id, uri;
    struct slice language; /* without bytes: unknown */
    bool edited;
};

/* Takes the JSON of a post, which has to stay until the post is read.  All zero is a
 * status before its first call. */
void status_open(struct status *status, struct slice json);

/* Enough to see whether a post is wanted at all.  False where only status_read can
 * tell, as of everything that is odd. */
bool status_glance(const struct status *status, struct status_glance *glance);

/* Reads the JSON.  False, with a reason, if it is none or a field that matters is
 * missing or of another type: the id, the date, uri and url both, the content, the
 * account's name, and what tells whether the post may be kept: visibility, reblog and
 * the flags.  Other pieces that are not as they should be count as missing, and bad
 * characters are read as U+FFFD.  `server` completes the names of that server's own
 * accounts when the account does not tell its address. */
bool status_read(struct status *status, const char *server);

/* Both in one. */
bool status_parse(struct status *status, const char *json, size_t size,
                  const char *server);

void status_free(struct status *status);

#endif
