/* What the files of the store share: store.c has the database, its sources and
 * sessions, store_posts.c the posts, store_upkeep.c what keeps the database in bounds.
 */
#ifndef STORE_PRIVATE_H
#define STORE_PRIVATE_H

#include "bind.h"
#include "database.h"
#include "rollup.h"
#include "statements.h"
#include "store.h"

/* Between two changes of the sketches of an hour, which write all of them, a tenth of a
 * megabyte in a busy one. */
enum { STORE_SKETCH_PAUSE_MS = 5000 };

struct store {
    struct database_options options;
    sqlite3 *db;
    sqlite3_stmt *statements[STORE_STATEMENTS];
    sqlite3_stmt *words[STORE_WORDS_AT_ONCE]; /* by how many they add, less one; NULL:
                                                 not used yet */
    char *server;
    char *last_config; /* of the run before; NULL */
    struct sources sources;
    size_t source;        /* the one in use */
    sqlite3_int64 newest; /* no post above that number has had parts */
    sqlite3_int64 session;
    int64_t killed_ms; /* when the first of the runs before began that were killed, with
                          none between that ended; 0: the last one ended */
    char words_rule[16];
    struct accounts accounts;
    struct rollup *rollup; /* NULL: it was not asked for */
    int unfolded;          /* posts since it was told of them */
    int64_t fold_at_ms;    /* when it is to be told again, and … */
    int64_t renew_at_ms;   /* … when an hour may be made anew; of clock_ticks_ms */
    bool pending;
    char message[512];
};

/* Runs a statement that gives no rows; false after store_fail. */
bool store_step(struct store *store, sqlite3_stmt *s);
bool store_run(struct store *store, enum store_statement which);

/* The same with its first value bound. */
bool store_run_for(struct store *store, enum store_statement which, sqlite3_int64 post);

/* The same as store_fail, for a failure of rollup.h. */
bool store_fail_rollup(struct store *store);

/* Runs a query for its first row.  Values taken from it are valid until the
 * statement is reset; without a row it already is. */
enum store_row { STORE_ROW, STORE_NO_ROW, STORE_ROW_FAILED };
enum store_row store_ask(struct store *store, enum store_statement which);

#endif
