/*
 * SQLite 3.41 made sqlite3_is_interrupted(), and the headers that we are compiled with
 * may be older than the SQLite that loads us.  Its place among the routines is the same
 * for ever, as theirs all are.
 */
#include "interrupt.h"

#include <stddef.h>
#include <string.h>

enum { INTERRUPT_SINCE = 3041000 };

#ifdef SQLITE_CORE

static bool interrupt_ask(sqlite3 *db)
{
#if SQLITE_VERSION_NUMBER >= 3041000
    return sqlite3_is_interrupted(db);
#else
    (void)db;
    return false;
#endif
}

#else

typedef int interrupt_fn(sqlite3 *db);

enum { INTERRUPT_PLACE = 266 };

#if SQLITE_VERSION_NUMBER >= 3041000
_Static_assert(offsetof(struct sqlite3_api_routines, is_interrupted) ==
                   INTERRUPT_PLACE * sizeof(interrupt_fn *),
               "the place of sqlite3_is_interrupted() among SQLite's routines");
#endif

static bool interrupt_ask(sqlite3 *db)
{
    interrupt_fn *ask;
    const char *routines = (const char *)sqlite3_api;
    memcpy(&ask, routines + INTERRUPT_PLACE * sizeof ask, sizeof ask);
    return ask(db);
}

#endif

bool interrupt_is_asked(const struct call *call)
{
    sqlite3 *db = call->ctx ? sqlite3_context_db_handle(call->ctx) : call->db;
    return db && sqlite3_libversion_number() >= INTERRUPT_SINCE && interrupt_ask(db);
}
