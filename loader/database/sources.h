/*
 * The sources of one run, each a channel of the server, and how far each was read.
 *
 * The newest id of a source is saved in the transaction that holds its posts, and the
 * time when it was heard last even without any, so that a loader that was killed knows
 * where to take up again.
 */
#ifndef SOURCES_H
#define SOURCES_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "buffer.h"

struct source {
    sqlite3_int64 id;      /* source.source_id */
    struct buffer last_id; /* the newest that was seen; closed by a NUL, or empty */
    int64_t last_ms;       /* when it was heard last, by the clock on the wall; 0 */
    bool changed;
    bool fresh; /* no run before this one knew of it */
};

/* All zero is none. */
struct sources {
    struct source *list;
    size_t count;
};

/* Adds a channel; true also if it was there.  Inside a transaction. */
bool sources_add(struct sources *sources, sqlite3 *db, const char *server,
                 const char *channel);

/* A run that began then was killed.  If it could not even note that it was connected,
 * as while another program kept the database locked, nothing since its beginning is
 * known. */
void sources_resume(struct source *source, int64_t killed_ms);

void sources_saw(struct source *source, struct slice id, int64_t now_ms);

/* It was connected then, and all it had sent is known. */
void sources_heard(struct source *source, int64_t ms);

/* Binds last_id: NULL if nothing has been seen, since an empty text is no id. */
void sources_bind_last_id(sqlite3_stmt *s, int at, const struct source *source);

/* Writes what has changed.  Inside a transaction. */
bool sources_save(struct sources *sources, sqlite3 *db);

void sources_free(struct sources *sources);

#endif
