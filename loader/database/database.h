/* Opening a SQLite database that is ours, or becomes it. */
#ifndef DATABASE_H
#define DATABASE_H

#include <stdbool.h>
#include <stddef.h>

#include <sqlite3.h>

struct database_options {
    const char *path;
    const char *extension; /* loaded for triggers that others have made; may be NULL */
    bool durable;          /* a commit is on the disk when it is done */
    bool shrinks; /* a new one can give space back to the system; that costs a twentieth
                     of the speed of writing */

    /* Called 20 times a second by whoever has to wait, in any call, while another
     * program keeps the database locked, and by store_renew; may be NULL. */
    void (*waiting)(void *ctx);
    void *ctx;
};

/* The options stay as long as the connection.  Opens or creates; NULL on failure, after
 * the reason has been logged.  A file that is not ours is left as it is, one of an
 * earlier version is brought up to date.
 */
sqlite3 *database_open(const struct database_options *options);

/* One line about the last failure of `db`: what happened, and what to do. */
void database_describe(sqlite3 *db, const char *path, char *line, size_t size);

#endif
