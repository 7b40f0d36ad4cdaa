/*
 * One loader for one database: a lock that goes with the process, however it ends.
 *
 * It is taken on a file of its own beside the database, which holds the process's
 * number.  (Closing the database file itself would take SQLite's locks away.)
 */
#ifndef LOCK_H
#define LOCK_H

#include "buffer.h"

enum lock_result { LOCK_TAKEN, LOCK_HELD, LOCK_FAILED };

/* All zero is a lock that was not taken. */
struct lock {
    int file;
    struct buffer path;
};

/* Takes the lock for the database at `path`.  Other names of the same file, by
 * symbolic links, mean the same lock.  When it is held by another loader or fails,
 * that has been logged.  A database that is no file needs none. */
enum lock_result lock_take(struct lock *lock, const char *path);

void lock_release(struct lock *lock);

#endif
