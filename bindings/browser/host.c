/*
 * SQLite's operating system, where there is none: databases are in memory, and what
 * else SQLite asks of a system, the page has to give.
 *
 * It is compiled with -DSQLITE_OS_OTHER, so this is the only VFS beside "memdb", in
 * which sqlite3_deserialize() puts the bytes of a database file.  Every connection has
 * the functions of the sketches.
 */
#include "sqlite3.h"

#include "../../ext/sketches.h"

#include <stddef.h>

#ifdef __wasm__
#define IMPORT(name) __attribute__((import_module("host"), import_name(name)))
#else
#define IMPORT(name) /* where static analysis looks at this */
#endif

/* Fills so many bytes with random ones. */
IMPORT("random") void host_random(void *bytes, int count);

/* Milliseconds since 1970. */
IMPORT("now") double host_now(void);

static int host_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                     int *out_flags)
{
    (void)vfs;
    (void)name;
    file->pMethods = NULL;
    if (out_flags) {
        *out_flags = flags;
    }
    return SQLITE_CANTOPEN;
}

static int host_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    (void)name;
    (void)sync;
    return SQLITE_IOERR_DELETE_NOENT;
}

static int host_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    (void)vfs;
    (void)name;
    (void)flags;
    *out = 0;
    return SQLITE_OK;
}

static int host_full_pathname(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
    (void)vfs;
    sqlite3_snprintf(size, out, "%s", name);
    return SQLITE_OK;
}

static int host_randomness(sqlite3_vfs *vfs, int count, char *out)
{
    (void)vfs;
    host_random(out, count);
    return count;
}

static int host_sleep(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    (void)microseconds;
    return 0;
}

/* In milliseconds of the Julian day, whose number at the beginning of 1970 was
 * 2440587.5. */
static int host_current_time(sqlite3_vfs *vfs, sqlite3_int64 *out)
{
    (void)vfs;
    *out = 24405875 * (sqlite3_int64)8640000 + (sqlite3_int64)host_now();
    return SQLITE_OK;
}

static int host_last_error(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    if (size > 0) {
        *out = '\0';
    }
    return 0;
}

int sqlite3_os_init(void)
{
    static sqlite3_vfs vfs = {
        .iVersion = 2,
        .szOsFile = sizeof(sqlite3_file),
        .mxPathname = 512,
        .zName = "none",
        .xOpen = host_open,
        .xDelete = host_delete,
        .xAccess = host_access,
        .xFullPathname = host_full_pathname,
        .xRandomness = host_randomness,
        .xSleep = host_sleep,
        .xGetLastError = host_last_error,
        .xCurrentTimeInt64 = host_current_time,
    };
    return sqlite3_vfs_register(&vfs, 1);
}

int sqlite3_os_end(void) { return SQLITE_OK; }

/* What SQLite calls at the end of its own beginning: -DSQLITE_EXTRA_INIT. */
int host_extend(const char *none)
{
    (void)none;
    return sqlite3_auto_extension((void (*)(void))sqlite3_sketches_init);
}

static double host_deadline; /* in milliseconds since 1970 */

static int host_is_late(void *none)
{
    (void)none;
    return host_now() > host_deadline;
}

/* Has statements end with SQLITE_INTERRUPT when so many milliseconds have gone by, of
 * which there is one count for all connections; 0: never. */
void host_limit(sqlite3 *db, double milliseconds)
{
    enum { STEPS = 10000 }; /* of SQLite's machine, between two looks at the clock */
    host_deadline = host_now() + milliseconds;
    sqlite3_progress_handler(db, milliseconds > 0 ? STEPS : 0, host_is_late, NULL);
}
