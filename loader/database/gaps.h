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
    sqlite3_int64 id;      /* of the one that began first; 0: there is none */
    int64_t from_ms;       /* when it began */
    struct buffer from_id; /* up to there all is known; closed by a NUL or empty */

    sqlite3_int64 last;    /* the one that was noted last; it may be the same */
    int64_t last_ms;       /* when that began */
    struct buffer last_id; /* what had been seen by then; likewise */
    int64_t to_ms;         /* when all of them were over */
};

/* Notes a gap that ends now, or makes the last one longer, if that ended a moment ago
 * for the same reason.  from_id may be NULL: up to what was seen last; or
 * "": it is only known when it began. */
bool gaps_add(struct store *store, int64_t from_ms, int64_t to_ms, const char *from_id,
              const char *reason);

/* Those that are open. */
bool gaps_find_open(struct store *store, struct gap *gap);

/* The first one has been filled up to to_id, or, if that is NULL, further; with so many
 * posts that were new. */
bool gaps_advance(struct store *store, const struct gap *gap, const char *to_id,
                  int64_t recovered);

/* Everything up to now has been fetched: the first one is closed, and all others that
 * were open when it was found, unless they have become longer since.  The note may be
 * NULL. */
bool gaps_close(struct store *store, const struct gap *gap, const char *note);

/* Why the first one stays open. */
bool gaps_explain(struct store *store, const struct gap *gap, const char *note);

/* Adds to `ids` those of the posts that we hold from the source, written after from_ms
 * and not after to_ms, and received not after received_ms. */
bool gaps_held(struct store *store, int64_t from_ms, int64_t to_ms, int64_t received_ms,
               struct strings *ids);

#endif
