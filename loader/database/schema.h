/*
 * The tables, and whether a database is ours.
 *
 * Times are INTEGER milliseconds since 1970 in UTC, in columns whose names end in _ms;
 * the views have created_at as well, the text that datetime() gives, by which posts are
 * indexed.  An account is TEXT, name@server or 16 hexadecimal digits that stand for it,
 * or NULL, as accounts.h has it.  A server is TEXT, the host name given by --server, or
 * "replay".  A language is written as language_tag_read does.
 *
 * A gap is a time during which a source was not heard: reason says why.  It is 'open'
 * until what was missed has been fetched, and then 'closed'; recovered counts the posts
 * that were new then.  from_id is what had been seen when it began, to_id tells up to
 * where it has been filled, and note why that could not go on.
 */
#ifndef SCHEMA_H
#define SCHEMA_H

#include <stdbool.h>

#include <sqlite3.h>

#include "buffer.h"

/* What datetime() gives of milliseconds: post_time is an index of this text of
 * post.created_ms, which only the same words find. */
#define SCHEMA_TIME(ms) "datetime(" ms " / 1000, 'unixepoch')"

enum {
    SCHEMA_APPLICATION = 0x4d73744c, /* "MstL": PRAGMA application_id */
    SCHEMA_VERSION = 2               /* PRAGMA user_version */
};

enum schema_state {
    SCHEMA_READY,   /* ours, of this version */
    SCHEMA_EMPTY,   /* a new file: schema_create makes it ours */
    SCHEMA_FOREIGN, /* has tables, and not ours */
    SCHEMA_OLDER, /* ours, of an earlier version: schema_migrate brings it up to date */
    SCHEMA_NEWER, /* written by a loader that came after this one */
    SCHEMA_ERROR  /* SQLite cannot tell; the connection holds the message */
};

/* Looks and changes nothing. */
enum schema_state schema_look(sqlite3 *db);

/* An SQLite code; after a failure the connection holds the message, and closing it
 * leaves the database as it was. */
int schema_create(sqlite3 *db);

/* From the version before to this one, with all that is in it; likewise.  Databases of
 * that version have no stop words, media and addresses, so their tables are empty for
 * posts of that time.  What is not ours and has the name of something new stands in the
 * way: then `clash` is a text that names it, and else empty. */
int schema_migrate(sqlite3 *db, struct buffer *clash);

#endif
