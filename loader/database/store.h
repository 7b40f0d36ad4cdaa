/*
 * Posts in the database.
 *
 * Every change is made inside a transaction that the first change of a batch opens
 * and store_commit closes; nobody else can write in between.  Applying the same event
 * again changes nothing.  After a failure the batch is rolled back, store_message says
 * what happened, and nothing else may be called but store_close.
 */
#ifndef STORE_H
#define STORE_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "accounts.h"
#include "buffer.h"
#include "sources.h"

struct store;

struct store_options {
    const char *path;    /* stays as long as the store, as the extension's does */
    const char *server;  /* where the events come from: a host name, or "replay" */
    const char *channel; /* "public", "hashtag:cats", a file name */
    const char *config;  /* options of this run, for table session */
    const char *words;   /* the rule's name; NULL takes that of the database */
    const char *words_default;    /* for a new database, when words is NULL */
    const char *accounts;         /* the mode's name, likewise */
    const char *accounts_default; /* likewise */
    const char *extension;        /* see database.h; may be NULL */
    bool rollup;                  /* keep rollup.h's sketches; needs the extension */
    bool durable;                 /* a commit survives a power failure */
    bool shrinks; /* old posts will be removed, and their space given back */
    void (*waiting)(void *ctx); /* see database.h; may be NULL */
    void *ctx;
};

/* One post as its rows have it. */
struct store_post {
    const char *status_id, *uri;
    const char *author, *language, *spoiler; /* may be NULL, as the next two */
    const char *url, *in_reply_to_id;
    struct slice text; /* bytes NULL: none is kept */
    int64_t created_ms, received_ms;
    int64_t edited_ms; /* STATUS_NO_TIME when never edited */
    bool bot, sensitive, reply;
    const struct strings *words, *tags, *mentions;
    const struct strings *links; /* pairs: host, address */
    const struct strings *media; /* pairs: kind, and what its author says of it */
};

enum store_change {
    STORE_FAILED,
    STORE_ADDED,
    STORE_EDITED,  /* we had it, this one is newer */
    STORE_KNOWN,   /* we have it, this one is not newer */
    STORE_DELETED, /* it was deleted, now or before */
    STORE_UNKNOWN  /* a delete of something we never had, noted for later */
};

struct store_counts {
    int64_t events, posts, edits, deletes, rejected, bytes;
};

/* Opens or creates the database and begins a session.  NULL on failure, after the
 * reason has been logged. */
struct store *store_open(const struct store_options *options);

/* With which options the run before has filled it, from the same first channel; NULL if
 * there was none. */
const char *store_last_config(const struct store *store);

/* The rule by which the words of this database are split, as in store_options. */
const char *store_words_rule(const struct store *store);

/* How it keeps the names of accounts, likewise. */
const struct accounts *store_accounts(const struct store *store);

/* Adds a post, or replaces what is held if `post` was edited later. */
enum store_change store_put(struct store *store, const struct store_post *post);

/* Is the post there, under that id of our server?  False also when it cannot be told.
 */
bool store_holds(struct store *store, struct slice status_id, struct slice uri);

/* Is the post there to be edited? */
enum store_change store_find(struct store *store, const char *uri); /* KNOWN, UNKNOWN */

/* Removes a post and everything of it, and sees that it does not come back. */
enum store_change store_delete(struct store *store, struct slice status_id,
                               int64_t now_ms);

/* Keeps the last thousand events that could not be used, for a look. */
bool store_reject(struct store *store, const char *event, const char *reason,
                  struct slice excerpt, int64_t now_ms);

/* Removes some of the posts written before that time, and of the tombstones and
 * rejected events noted before it; *rows is how many, 0 when there are none left. */
bool store_expire(struct store *store, int64_t before_ms, int64_t *rows);

/* About how many posts there are, and how many of them came before that time. */
bool store_estimate_old(struct store *store, int64_t before_ms, int64_t *posts,
                        int64_t *old);

/* Gives some of the space back to the system that removed posts have left, if the
 * database was made for that; *more: there is more of it than new posts soon need. */
bool store_shrink(struct store *store, bool *more);

/* Brings the sketches of --rollup a step closer to what the posts give, in the batch,
 * which is opened if there is something to do: *more.  Of an hour that takes part in
 * what comes in now, only with `all`. */
bool store_renew(struct store *store, bool all, bool *more);

/* The bytes in use in the database, 0 if SQLite cannot tell. */
int64_t store_size(struct store *store);

/* Adds another source of this run; its number is how many there were.  What comes
 * next belongs to the source of that number; at first it is number 0. */
bool store_add_source(struct store *store, const char *channel);
void store_use_source(struct store *store, size_t number);
const struct source *store_source(const struct store *store); /* the one in use */

/* Remembers how far the source has been read. */
void store_saw(struct store *store, struct slice status_id, int64_t now_ms);

/* Remembers that it was heard at that time, whatever it said. */
bool store_heard(struct store *store, int64_t ms);

/* For modules that keep more in the same database: opens the batch if there is none,
 * composes the message and gives the batch up; the latter is always false. */
bool store_begin(struct store *store);
bool store_fail(struct store *store);

/* True while changes are waiting for store_commit. */
bool store_is_pending(const struct store *store);

/* Commits, and writes the counts of the session in the same transaction. */
bool store_commit(struct store *store, const struct store_counts *counts);

/* Commits and closes the session's row. */
bool store_end(struct store *store, const struct store_counts *counts,
               const char *reason, int64_t now_ms);

sqlite3 *store_connection(struct store *store);

/* One line about the last failure: what happened, and what to do. */
const char *store_message(const struct store *store);

/* What was not committed is lost.  NULL is allowed. */
void store_close(struct store *store);

#endif
