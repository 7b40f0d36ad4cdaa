/*
 * One call of an SQL function, for those who answer it.
 *
 * What can fail returns SQLITE_OK, or another code after it has left its message
 * here.  The message opens with the name of the SQL function.
 */
#ifndef CALL_H
#define CALL_H

#include "sketch.h"
#include "sqlite3ext.h"

SQLITE_EXTENSION_INIT3

/* Flags that the headers of older SQLites lack; those SQLites ignore them. */
#ifndef SQLITE_INNOCUOUS /* 3.31 */
#define SQLITE_INNOCUOUS 0x000200000
#endif
#ifndef SQLITE_VTAB_INNOCUOUS /* 3.31 */
#define SQLITE_VTAB_INNOCUOUS 2
#endif
#ifndef SQLITE_RESULT_SUBTYPE /* 3.45 */
#define SQLITE_RESULT_SUBTYPE 0x001000000
#endif

struct call {
    const char *name;     /* of the SQL function */
    sqlite3_context *ctx; /* for the result; NULL in a table-valued function */
    sqlite3 *db;          /* its connection then */
    char *message;        /* from sqlite3_mprintf; NULL when memory ran out */
    uint64_t rows; /* that an aggregate was fed, if NULL is no value without those */
};

/* Leaves a message made as by printf, with SQLite's own %Q and the like, and returns
 * SQLITE_ERROR, or SQLITE_NOMEM. */
int call_fail(struct call *call, const char *format, ...);

/* Appends to the message what to write instead, made likewise.  Returns rc, or
 * SQLITE_NOMEM. */
int call_advise(struct call *call, int rc, const char *format, ...);

/* The code for a sketch's status that is not SKETCH_OK, with its message. */
int call_refuse(struct call *call, enum sketch_status status);

/* The code for any status. */
static inline int call_check(struct call *call, enum sketch_status status)
{
    return status == SKETCH_OK ? SQLITE_OK : call_refuse(call, status);
}

/* Makes the code and its message the result of the SQL function. */
void call_conclude(struct call *call, int rc);

/* SQLite's allocator in the shape that the sketches want. */
extern const struct sketch_memory call_memory;

#endif
