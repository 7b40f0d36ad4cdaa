/* The tables that SQL is timed on. */
#ifndef TABLES_H
#define TABLES_H

#include <sqlite3.h>

/* Creates them, of that many rows each, the same on every run:
 *
 *     words(word)  of 200,000 different words, by Zipf's law
 *     ints(x)      integers, evenly among 1,000,000
 *     reals(x)     log-normal reals
 *
 * Returns SQLite's code; its message is that of db. */
int tables_create(sqlite3 *db, long rows);

#endif
