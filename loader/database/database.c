#include "database.h"

#include <stdio.h>
#include <string.h>

#include "library.h"
#include "log.h"
#include "schema.h"
#include "stop.h"

static const char *database_advice(int code)
{
    switch (code & 0xff) {
    case SQLITE_FULL:
        return "the disk is full; what was committed is safe, free some space and start"
               " again";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "another program is writing to it; let that end and start again";
    case SQLITE_NOTADB:
        return "this is no SQLite database; it was left as it is, name another file";
    case SQLITE_CORRUPT:
        return "the database is damaged; look at it with PRAGMA integrity_check";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return "check the permissions of the file and its folder";
    case SQLITE_CANTOPEN:
        return "check that the folder exists and may be written";
    case SQLITE_IOERR:
        return "what was committed is safe; check the disk and its quota, and start "
               "again";
    default:
        return "what was committed is safe";
    }
}

void database_describe(sqlite3 *db, const char *path, char *line, size_t size)
{
    int code = sqlite3_extended_errcode(db);
    const char *message = sqlite3_errmsg(db);
    bool function = strstr(message, "no such function") != NULL;
    snprintf(line, size, "database %s: %s: %s", path, message,
             function ? "a trigger or an index of yours needs it; if it is one of the"
                        " sketches extension, name that with --extension PATH"
                      : database_advice(code));
}

/* Another program holds the database: waits as long as it takes, and says so after
 * ten seconds.  Who asks the loader to stop does not want to wait longer than three. */
static int database_wait(void *ctx, int tries)
{
    enum { STEP_MS = 50, SAY_AFTER = 10000 / STEP_MS, GIVE_UP = 3000 / STEP_MS };
    const struct database_options *options = ctx;
    if (tries == SAY_AFTER) {
        log_line(LOG_WARN, "another program keeps %s locked; waiting for it",
                 options->path);
    }
    sqlite3_sleep(STEP_MS);
    if (options->waiting) {
        options->waiting(options->ctx);
    }
    return !(stop_requested() && tries >= GIVE_UP);
}

/* Logs why it could not be done. */
static void database_complain(sqlite3 *db, const char *path)
{
    char line[512];
    database_describe(db, path, line, sizeof line);
    log_line(LOG_ERROR, "%s", line);
}

static bool database_is_ours(sqlite3 *db, const char *path, enum schema_state state)
{
    if (state == SCHEMA_FOREIGN) {
        log_line(
            LOG_ERROR,
            "%s is a database of another program; it was left as it is, name another"
            " file",
            path);
    } else if (state == SCHEMA_NEWER) {
        log_line(
            LOG_ERROR,
            "%s was made by a newer mastodon-loader; use that version, or another file",
            path);
    } else if (state == SCHEMA_ERROR) {
        database_complain(db, path);
    }
    return state == SCHEMA_EMPTY || state == SCHEMA_READY || state == SCHEMA_OLDER;
}

/* WAL lets readers work while we write.  With synchronous = NORMAL a power failure
 * may take the last commits and never the database.  With secure_delete nothing of
 * a deleted post is left in the file. */
static const char database_settings[] = "PRAGMA synchronous = NORMAL;"
                                        "PRAGMA secure_delete = ON;"
                                        "PRAGMA cache_size = -8000;";

static const char database_durable[] = "PRAGMA synchronous = FULL;";

/* The pragma answers with the mode that there is now, and fails in silence where the
 * file system has no shared memory.  Without it readers and the loader keep each other
 * out, and all else is as it should be. */
static bool database_use_wal(sqlite3 *db, const char *path)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(db, "PRAGMA journal_mode = WAL", -1, &s, NULL);
    code = code == SQLITE_OK ? sqlite3_step(s) : code;
    const char *mode =
        code == SQLITE_ROW ? (const char *)sqlite3_column_text(s, 0) : NULL;
    bool memory =
        mode && strcmp(mode, "memory") == 0; /* for :memory: there is no other */
    if (mode && strcmp(mode, "wal") != 0 && !memory) {
        log_line(
            LOG_WARN,
            "%s cannot use a write-ahead log here (its journal is: %s); readers and"
            " the loader will wait for each other",
            path, mode);
    }
    return sqlite3_finalize(s) == SQLITE_OK && mode;
}

static bool database_migrate(sqlite3 *db, const char *path)
{
    struct buffer clash = {0};
    log_line(LOG_INFO, "%s is of an earlier version; bringing it up to date", path);
    int code = schema_migrate(db, &clash);
    if (clash.size > 0) {
        log_line(LOG_ERROR,
                 "database %s: it has %.200s that is not the loader's, which now needs"
                 " that name; rename yours and start again; nothing was changed",
                 path, clash.bytes);
    } else if (code != SQLITE_OK) {
        database_complain(db, path);
    }
    buffer_free(&clash);
    return code == SQLITE_OK;
}

/* What is settled before there is anything in it.  Posts and their words are many small
 * rows that come in order: pages of twice the usual size are written less often. */
static bool database_begin(sqlite3 *db, bool shrinks)
{
    const char *sql = shrinks
                          ? "PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL"
                          : "PRAGMA page_size = 8192";
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* Makes the database what it has to be; false after a message. */
static bool database_prepare(sqlite3 *db, const struct database_options *options,
                             enum schema_state state)
{
    bool set = (state != SCHEMA_EMPTY || database_begin(db, options->shrinks)) &&
               database_use_wal(db, options->path) &&
               sqlite3_exec(db, database_settings, NULL, NULL, NULL) == SQLITE_OK &&
               sqlite3_exec(db, options->durable ? database_durable : "", NULL, NULL,
                            NULL) == SQLITE_OK;
    if (set && state == SCHEMA_OLDER) {
        return database_migrate(db, options->path);
    }
    if (!set || (state == SCHEMA_EMPTY && schema_create(db) != SQLITE_OK)) {
        database_complain(db, options->path);
        return false;
    }
    return true;
}

sqlite3 *database_open(const struct database_options *options)
{
    const char *path = options->path;
    sqlite3 *db = NULL;
    /* One thread at a time uses the connection. */
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, &db, flags, NULL) != SQLITE_OK) {
        database_complain(db, path);
        goto close;
    }
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_handler(db, database_wait, (void *)options);
    if (options->extension && !library_load(db, options->extension)) {
        goto close;
    }
    enum schema_state state = schema_look(db);
    if (!database_is_ours(db, path, state) || !database_prepare(db, options, state)) {
        goto close;
    }
    return db;

close:
    sqlite3_close(db);
    return NULL;
}
