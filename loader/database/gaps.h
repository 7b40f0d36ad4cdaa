/*
 * The times during which a source was not heard, table gap, and what is needed to
 * fetch later what was missed.
 *
 * All functions work on the source that store_use_source chose, inside the open
 * batch; false means that the database failed, see store_message.
 */
#ifndef GAPS_H
#define GAPS_H

#include "store.h"

struct gap {
    sqlite3_int64 id;   /* 0: there is none */
    sqlite3_int64 last; /* the newest gap of the source */
    int64_t from_ms;
    int64_t to_ms;         /* the end of the newest gap that is open */
    struct buffer from_id; /* up to there all is known; closed by a NUL or empty */
};

/* Notes a gap that ends now.  from_id may be NULL: up to what was seen last. */
bool gaps_add(struct store *store, int64_t from_ms, int64_t to_ms, const char *from_id,
              const char *reason);

/* The oldest gap that is open. */
bool gaps_find_open(struct store *store, struct gap *gap);

/* It has been filled up to from_id, or, if that is NULL, further; with so many posts
 * that were new. */
bool gaps_advance(struct store *store, const struct gap *gap, const char *from_id,
                  int64_t recovered);

/* Everything up to now has been fetched: this gap is closed, and all later ones that
 * were open when it was found. */
bool gaps_close(struct store *store, const struct gap *gap);

/* Why it stays open. */
bool gaps_explain(struct store *store, const struct gap *gap, const char *note);

/* Adds to `ids` those of the posts that we hold from the source, written after from_ms
 * and not after to_ms, and received not after received_ms. */
bool gaps_held(struct store *store, int64_t from_ms, int64_t to_ms, int64_t received_ms,
               struct strings *ids);

#endif
