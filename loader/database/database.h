/* Opening a SQLite database that is ours, or becomes it. */
#ifndef DATABASE_H
#define DATABASE_H

#include <stdbool.h>
#include <stddef.h>

#include <sqlite3.h>

/* Opens or creates; NULL on failure, after the reason has been logged.  A file
 * that is not ours is left as it is.  With `durable`, a commit is on the disk when
 * it is done. */
sqlite3 *database_open(const char *path, bool durable);

/* One line about the last failure of `db`: what happened, and what to do. */
void database_describe(sqlite3 *db, const char *path, char *line, size_t size);

#endif
