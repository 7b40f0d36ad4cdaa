/*
 * The entry point of sqlite-sketches, for programs that link it statically:
 *
 *     sqlite3_auto_extension((void (*)(void))sqlite3_sketches_init);
 *
 * gives them to every connection that is opened from then on.  Link
 * libsqlite-sketches.a, which is compiled for that and installed with this header, or
 * compile build/dist/sketches.c with -DSQLITE_CORE.  A program that loads the shared
 * library needs no header.
 */
#ifndef SKETCHES_H
#define SKETCHES_H

#ifdef __cplusplus
extern "C" {
#endif

struct sqlite3;
struct sqlite3_api_routines;

/* Registers every function on the connection.  Returns an SQLite result code; after
 * a failure *error, unless `error` is NULL, is a message to give to sqlite3_free().
 * Registering twice does no harm. */
int sqlite3_sketches_init(struct sqlite3 *db, char **error,
                          const struct sqlite3_api_routines *api);

#ifdef __cplusplus
}
#endif
#endif
