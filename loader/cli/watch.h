/*
 * The top words while they come in, printed to standard output: the answer of
 *
 *     SELECT topk(word, K) FROM words
 *
 * by the sketches extension, which is loaded into the loader's own connection.
 */
#ifndef WATCH_H
#define WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

struct watch {
    sqlite3 *db;
    sqlite3_stmt *query;
    int64_t due_ms; /* on the clock of clock_ticks_ms */
    int64_t shown;  /* how many words there were then */
};

/* Loads the extension from `path`, or, if that is NULL, from beside this program or
 * from where `make install` puts it.  False after the reason has been logged. */
bool watch_open(struct watch *watch, sqlite3 *db, int64_t k, const char *path);

/* Prints the words if they are due and there are other ones than last time; `words`
 * is how many have been stored. */
void watch_tick(struct watch *watch, int64_t words);

/* Prints them for the last time and lets go of the connection. */
void watch_close(struct watch *watch, int64_t words);

#endif
