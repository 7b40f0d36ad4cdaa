/*
 * Statements that are used once, and values for all.
 *
 * SQLite takes every value that a post can have, unless it has no memory; then the
 * program ends, see memory.h.  A statement that could not be prepared takes none, and
 * running it fails.  Texts have to stay until the statement has run.
 */
#ifndef BIND_H
#define BIND_H

#include <stdint.h>

#include <sqlite3.h>

#include "buffer.h"

/* The statement, or NULL, which all that follows refuses: what went wrong is told when
 * it is run.  sqlite3_finalize() takes it. */
sqlite3_stmt *bind_prepare(sqlite3 *db, const char *sql);

void bind_integer(sqlite3_stmt *s, int at, int64_t value);
void bind_text(sqlite3_stmt *s, int at, const char *text); /* NULL binds NULL */
void bind_slice(sqlite3_stmt *s, int at, struct slice text);
void bind_blob(sqlite3_stmt *s, int at, struct slice bytes);
void bind_null(sqlite3_stmt *s, int at);

#endif
