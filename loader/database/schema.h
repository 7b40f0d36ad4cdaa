/*
 * The tables, and whether a database is ours.
 *
 * Times are INTEGER milliseconds since 1970 in UTC: strftime('%H', created_at /
 * 1000, 'unixepoch') is the hour.  An account is TEXT, name@server or 16 hexadecimal
 * digits that stand for it, or NULL, as accounts.h has it.  A server is TEXT, the host
 * name given by --server, or "replay".
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

enum {
    SCHEMA_APPLICATION = 0x4d73744c, /* "MstL": PRAGMA application_id */
    SCHEMA_VERSION = 1               /* PRAGMA user_version */
};

enum schema_state {
    SCHEMA_READY,   /* ours, of this version */
    SCHEMA_EMPTY,   /* a new file: schema_create makes it ours */
    SCHEMA_FOREIGN, /* has tables, and not ours */
    SCHEMA_NEWER,   /* written by a loader that came after this one */
    SCHEMA_ERROR    /* SQLite cannot tell; the connection holds the message */
};

/* Looks and changes nothing. */
enum schema_state schema_look(sqlite3 *db);

/* An SQLite code; on failure the database is as it was. */
int schema_create(sqlite3 *db);

#endif
