#include "schema.h"

#include <stddef.h>

/* What a post is known by is its uri; a server's own id for it leads there by
 * post(status_id, server) or, for all servers but the first, by alias.  The index
 * on ids is not unique: recordings of several servers may be replayed into one
 * database without naming them, and then ids meet that have nothing in common. */
static const char schema_tables[] =
    "CREATE TABLE setting("
    "  name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"

    "CREATE TABLE source("
    "  source_id INTEGER PRIMARY KEY, server TEXT NOT NULL, channel TEXT NOT NULL,"
    "  last_id TEXT, last_at INTEGER, UNIQUE(server, channel));"

    "CREATE TABLE post("
    "  post_id INTEGER PRIMARY KEY, uri TEXT NOT NULL UNIQUE,"
    "  server TEXT NOT NULL, status_id TEXT NOT NULL,"
    "  created_at INTEGER NOT NULL, received_at INTEGER NOT NULL, edited_at INTEGER,"
    "  author TEXT, bot INTEGER NOT NULL, language TEXT,"
    "  sensitive INTEGER NOT NULL, reply INTEGER NOT NULL,"
    "  spoiler TEXT, text TEXT, word_count INTEGER NOT NULL,"
    "  source_id INTEGER NOT NULL);"
    "CREATE INDEX post_status ON post(status_id, server);"
    "CREATE INDEX post_time ON post(created_at);"

    "CREATE TABLE word("
    "  post_id INTEGER NOT NULL, pos INTEGER NOT NULL, word TEXT NOT NULL,"
    "  PRIMARY KEY(post_id, pos)) WITHOUT ROWID;"
    "CREATE TABLE hashtag("
    "  post_id INTEGER NOT NULL, tag TEXT NOT NULL,"
    "  PRIMARY KEY(post_id, tag)) WITHOUT ROWID;"
    "CREATE TABLE mention("
    "  post_id INTEGER NOT NULL, account TEXT NOT NULL,"
    "  PRIMARY KEY(post_id, account)) WITHOUT ROWID;"
    "CREATE TABLE link("
    "  post_id INTEGER NOT NULL, host TEXT NOT NULL, url TEXT NOT NULL,"
    "  PRIMARY KEY(post_id, host, url)) WITHOUT ROWID;"

    "CREATE TABLE alias("
    "  server TEXT NOT NULL, status_id TEXT NOT NULL, post_id INTEGER NOT NULL,"
    "  PRIMARY KEY(server, status_id)) WITHOUT ROWID;"
    "CREATE INDEX alias_post ON alias(post_id);"
    "CREATE TABLE tombstone("
    "  server TEXT NOT NULL, status_id TEXT NOT NULL, uri TEXT,"
    "  deleted_at INTEGER NOT NULL,"
    "  PRIMARY KEY(server, status_id)) WITHOUT ROWID;"
    "CREATE INDEX tombstone_uri ON tombstone(uri) WHERE uri IS NOT NULL;"
    "CREATE INDEX tombstone_time ON tombstone(deleted_at);"

    "CREATE TABLE session("
    "  session_id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL,"
    "  started_at INTEGER NOT NULL, ended_at INTEGER, end_reason TEXT,"
    "  config TEXT NOT NULL, events INTEGER NOT NULL DEFAULT 0,"
    "  posts INTEGER NOT NULL DEFAULT 0, edits INTEGER NOT NULL DEFAULT 0,"
    "  deletes INTEGER NOT NULL DEFAULT 0, rejected INTEGER NOT NULL DEFAULT 0,"
    "  bytes INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE gap("
    "  gap_id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL,"
    "  from_time INTEGER NOT NULL, to_time INTEGER,"
    "  from_id TEXT, to_id TEXT, reason TEXT NOT NULL, state TEXT NOT NULL,"
    "  note TEXT, recovered INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE rejected("
    "  rejected_id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL,"
    "  at INTEGER NOT NULL, event TEXT NOT NULL, reason TEXT NOT NULL,"
    "  excerpt TEXT NOT NULL);"

    "CREATE VIEW words(word, created_at, language, author, post_id) AS"
    "  SELECT w.word, p.created_at, p.language, p.author, w.post_id"
    "  FROM word AS w JOIN post AS p ON p.post_id = w.post_id;";

static int schema_number(sqlite3 *db, const char *sql, sqlite3_int64 *number)
{
    sqlite3_stmt *query = NULL;
    int code = sqlite3_prepare_v2(db, sql, -1, &query, NULL);
    if (code == SQLITE_OK && sqlite3_step(query) == SQLITE_ROW) {
        *number = sqlite3_column_int64(query, 0);
    }
    int closed = sqlite3_finalize(query);
    return code == SQLITE_OK ? closed : code;
}

enum schema_state schema_look(sqlite3 *db)
{
    sqlite3_int64 application = 0;
    sqlite3_int64 version = 0;
    sqlite3_int64 objects = 0;
    if (schema_number(db, "SELECT count(*) FROM sqlite_master", &objects) !=
            SQLITE_OK ||
        schema_number(db, "PRAGMA application_id", &application) != SQLITE_OK ||
        schema_number(db, "PRAGMA user_version", &version) != SQLITE_OK) {
        return SCHEMA_ERROR;
    }
    if (objects == 0 && application == 0 && version == 0) {
        return SCHEMA_EMPTY;
    }
    if (application != SCHEMA_APPLICATION || version < 1) {
        return SCHEMA_FOREIGN;
    }
    return version > SCHEMA_VERSION ? SCHEMA_NEWER : SCHEMA_READY;
}

int schema_create(sqlite3 *db)
{
    char *sql = sqlite3_mprintf("BEGIN IMMEDIATE; PRAGMA application_id = %d;"
                                "PRAGMA user_version = %d; %s COMMIT;",
                                SCHEMA_APPLICATION, SCHEMA_VERSION, schema_tables);
    int code = sql ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
    sqlite3_free(sql);
    if (code != SQLITE_OK && !sqlite3_get_autocommit(db)) {
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    }
    return code;
}
