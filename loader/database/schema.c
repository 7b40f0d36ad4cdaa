#include "schema.h"

#include <stdio.h>
#include <string.h>

#include "bind.h"
#include "buffer.h"
#include "language_tag.h"
#include "stop_words.h"

/* What a post is known by is its uri; a server's own id for it leads there by
 * post(status_id, server) or, for all servers but the first, by alias.  The index
 * on ids is not unique: recordings of several servers may be replayed into one
 * database without naming them, and then ids meet that have nothing in common. */
static const char schema_tables[] =
    "CREATE TABLE setting("
    "  name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"

    "CREATE TABLE source("
    "  source_id INTEGER PRIMARY KEY, server TEXT NOT NULL, channel TEXT NOT NULL,"
    "  last_id TEXT, last_ms INTEGER, UNIQUE(server, channel));"

    "CREATE TABLE post("
    "  post_id INTEGER PRIMARY KEY, uri TEXT NOT NULL UNIQUE,"
    "  server TEXT NOT NULL, status_id TEXT NOT NULL,"
    "  created_ms INTEGER NOT NULL, received_ms INTEGER NOT NULL, edited_ms INTEGER,"
    "  author TEXT, bot INTEGER NOT NULL, language TEXT,"
    "  sensitive INTEGER NOT NULL, reply INTEGER NOT NULL,"
    "  spoiler TEXT, text TEXT, word_count INTEGER NOT NULL,"
    "  source_id INTEGER NOT NULL, url TEXT, in_reply_to_id TEXT);"
    "CREATE INDEX post_status ON post(status_id, server);"

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
    "  deleted_ms INTEGER NOT NULL,"
    "  PRIMARY KEY(server, status_id)) WITHOUT ROWID;"
    "CREATE INDEX tombstone_uri ON tombstone(uri) WHERE uri IS NOT NULL;"
    "CREATE INDEX tombstone_time ON tombstone(deleted_ms);"

    "CREATE TABLE session("
    "  session_id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL,"
    "  started_ms INTEGER NOT NULL, ended_ms INTEGER, end_reason TEXT,"
    "  config TEXT NOT NULL, events INTEGER NOT NULL DEFAULT 0,"
    "  posts INTEGER NOT NULL DEFAULT 0, edits INTEGER NOT NULL DEFAULT 0,"
    "  deletes INTEGER NOT NULL DEFAULT 0, rejected INTEGER NOT NULL DEFAULT 0,"
    "  bytes INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE gap("
    "  gap_id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL,"
    "  from_ms INTEGER NOT NULL, to_ms INTEGER,"
    "  from_id TEXT, to_id TEXT, reason TEXT NOT NULL, state TEXT NOT NULL,"
    "  note TEXT, recovered INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE rejected("
    "  rejected_id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL,"
    "  at_ms INTEGER NOT NULL, event TEXT NOT NULL, reason TEXT NOT NULL,"
    "  excerpt TEXT NOT NULL);";

/* From the first version to the second.  SQLite follows the new names in views that
 * others have made, as long as all of them can be read: so ours goes last. */
static const char schema_to_2[] =
    "ALTER TABLE post RENAME COLUMN created_at TO created_ms;"
    "ALTER TABLE post RENAME COLUMN received_at TO received_ms;"
    "ALTER TABLE post RENAME COLUMN edited_at TO edited_ms;"
    "ALTER TABLE post ADD COLUMN url TEXT;"
    "ALTER TABLE post ADD COLUMN in_reply_to_id TEXT;"
    "ALTER TABLE source RENAME COLUMN last_at TO last_ms;"
    "ALTER TABLE tombstone RENAME COLUMN deleted_at TO deleted_ms;"
    "ALTER TABLE session RENAME COLUMN started_at TO started_ms;"
    "ALTER TABLE session RENAME COLUMN ended_at TO ended_ms;"
    "ALTER TABLE gap RENAME COLUMN from_time TO from_ms;"
    "ALTER TABLE gap RENAME COLUMN to_time TO to_ms;"
    "ALTER TABLE rejected RENAME COLUMN at TO at_ms;"
    "DROP VIEW words;"
    "DROP INDEX post_time;"
    "UPDATE post SET created_ms = received_ms"
    "  WHERE created_ms > received_ms + 86400000;";

/* The language without region and script. */
#define SCHEMA_BASE                                                                    \
    "substr(p.language, 1, instr(p.language || '-', '-') - 1) AS base_language"

#define SCHEMA_CREATED  SCHEMA_TIME("p.created_ms") " AS created_at"
#define SCHEMA_RECEIVED SCHEMA_TIME("p.received_ms") " AS received_at"
#define SCHEMA_EDITED   SCHEMA_TIME("p.edited_ms") " AS edited_at"
#define SCHEMA_BEGAN    SCHEMA_TIME("g.from_ms") " AS began_at"
#define SCHEMA_ENDED    SCHEMA_TIME("g.to_ms") " AS ended_at"

/* What a view has of the post that a row belongs to. */
#define SCHEMA_OF_POST                                                                 \
    SCHEMA_CREATED ", p.language, p.author, p.post_id, " SCHEMA_BASE ", p.created_ms"

/* What the second version has and the first had not, or in another way. */
static const char *const schema_second[] = {
    "CREATE INDEX post_time ON post(" SCHEMA_TIME("created_ms") ")",

    "CREATE TABLE media("
    "  post_id INTEGER NOT NULL, pos INTEGER NOT NULL,"
    "  kind TEXT NOT NULL, alt TEXT NOT NULL,"
    "  PRIMARY KEY(post_id, pos)) WITHOUT ROWID",

    "CREATE TABLE stop_word("
    "  language TEXT NOT NULL, word TEXT NOT NULL,"
    "  PRIMARY KEY(language, word)) WITHOUT ROWID",

    "CREATE VIEW posts AS SELECT p.post_id, " SCHEMA_CREATED ", p.language, p.author,"
    "  p.text, p.spoiler, p.url, " SCHEMA_BASE ", p.bot, p.sensitive, p.reply,"
    "  p.in_reply_to_id, p.word_count, p.uri, p.server, p.status_id, " SCHEMA_RECEIVED
    ", " SCHEMA_EDITED ", p.created_ms, p.received_ms, p.edited_ms, p.source_id"
    "  FROM post AS p",

    "CREATE VIEW words AS SELECT w.word, " SCHEMA_OF_POST ", w.pos"
    "  FROM word AS w JOIN post AS p ON p.post_id = w.post_id",

    "CREATE VIEW hashtags AS SELECT h.tag, " SCHEMA_OF_POST
    "  FROM hashtag AS h JOIN post AS p ON p.post_id = h.post_id",

    "CREATE VIEW mentions AS SELECT m.account, " SCHEMA_OF_POST
    "  FROM mention AS m JOIN post AS p ON p.post_id = m.post_id",

    "CREATE VIEW links AS SELECT l.host, l.url, " SCHEMA_OF_POST
    "  FROM link AS l JOIN post AS p ON p.post_id = l.post_id",

    "CREATE VIEW gaps AS SELECT s.server, s.channel,"
    "  " SCHEMA_BEGAN ", " SCHEMA_ENDED ","
    "  (g.to_ms - g.from_ms) / 1000.0 AS seconds,"
    "  g.reason, g.state, g.note, g.recovered"
    "  FROM gap AS g JOIN source AS s ON s.source_id = g.source_id",

    NULL,
};

/* Something of other people's that has a name which the second version gives to one of
 * its own. */
static const char schema_clash[] =
    "SELECT CASE type WHEN 'index' THEN 'an ' ELSE 'a ' END || type || ' ' || name"
    "  FROM sqlite_master WHERE type <> 'trigger' AND lower(name) IN"
    "   ('media','stop_word','posts','hashtags','mentions','links','gaps')"
    " UNION ALL SELECT 'a column ' || c.name || ' of table ' || t.name"
    "  FROM sqlite_master AS t, pragma_table_info(t.name) AS c"
    "  WHERE t.name IN ('post','source','tombstone','session','gap','rejected')"
    "   AND lower(t.name || '.' || c.name) IN"
    "   ('post.url','post.in_reply_to_id','post.created_ms','post.received_ms',"
    "    'post.edited_ms','source.last_ms','tombstone.deleted_ms',"
    "    'session.started_ms','session.ended_ms','gap.from_ms','gap.to_ms',"
    "    'rejected.at_ms') LIMIT 1";

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
    return version > SCHEMA_VERSION   ? SCHEMA_NEWER
           : version < SCHEMA_VERSION ? SCHEMA_OLDER
                                      : SCHEMA_READY;
}

/* ---- changes ---- */

/* Writes the languages of posts in the one way; there are few different ones. */
static int schema_normalise(sqlite3 *db)
{
    sqlite3_stmt *ask = NULL;
    sqlite3_stmt *change = NULL;
    int code = sqlite3_prepare_v2(
        db, "SELECT DISTINCT language FROM post WHERE language IS NOT NULL", -1, &ask,
        NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_prepare_v2(
            db, "UPDATE post SET language = nullif(?2,'') WHERE language = ?1", -1,
            &change, NULL);
    }
    struct strings claimed = {0}; /* the query must not see what it changes */
    while (code == SQLITE_OK && sqlite3_step(ask) == SQLITE_ROW) {
        strings_add(&claimed, (const char *)sqlite3_column_text(ask, 0),
                    (size_t)sqlite3_column_bytes(ask, 0));
    }
    int asked = sqlite3_finalize(ask);
    code = code == SQLITE_OK ? asked : code;
    for (size_t i = 0; i < claimed.count && code == SQLITE_OK; i++) {
        struct language_tag tag;
        struct slice old = strings_get(&claimed, i);
        language_tag_read(&tag, old);
        if (strlen(tag.text) == old.size &&
            memcmp(tag.text, old.bytes, old.size) == 0) {
            continue;
        }
        bind_slice(change, 1, old);
        bind_text(change, 2, tag.text);
        sqlite3_step(change);
        code = sqlite3_reset(change);
    }
    sqlite3_finalize(change);
    strings_free(&claimed);
    return code;
}

static int schema_add_stop_words(sqlite3 *db)
{
    sqlite3_stmt *add = NULL;
    int code = sqlite3_prepare_v2(
        db, "INSERT INTO stop_word(language, word) VALUES(?1,?2)", -1, &add, NULL);
    for (size_t i = 0; stop_words[i].language && code == SQLITE_OK; i++) {
        const char *list = stop_words[i].list;
        while (*list && code == SQLITE_OK) {
            size_t size = strcspn(list, " ");
            bind_text(add, 1, stop_words[i].language);
            bind_slice(add, 2, (struct slice){list, size});
            sqlite3_step(add);
            code = sqlite3_reset(add);
            list += size + (list[size] == ' ');
        }
    }
    sqlite3_finalize(add);
    return code;
}

static int schema_begin(sqlite3 *db)
{
    return sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
}

/* What both ways to this version have in common, and the end of the transaction. */
static int schema_finish(sqlite3 *db)
{
    int code = SQLITE_OK;
    for (size_t i = 0; schema_second[i] && code == SQLITE_OK; i++) {
        code = sqlite3_exec(db, schema_second[i], NULL, NULL, NULL);
    }
    code = code == SQLITE_OK ? schema_add_stop_words(db) : code;
    char marks[96];
    snprintf(marks, sizeof marks,
             "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
             SCHEMA_APPLICATION, SCHEMA_VERSION);
    return code == SQLITE_OK ? sqlite3_exec(db, marks, NULL, NULL, NULL) : code;
}

int schema_create(sqlite3 *db)
{
    int code = schema_begin(db);
    code = code == SQLITE_OK ? sqlite3_exec(db, schema_tables, NULL, NULL, NULL) : code;
    return code == SQLITE_OK ? schema_finish(db) : code;
}

static int schema_find_clash(sqlite3 *db, struct buffer *clash)
{
    sqlite3_stmt *find = bind_prepare(db, schema_clash);
    clash->size = 0;
    if (sqlite3_step(find) == SQLITE_ROW) {
        buffer_append_text(clash, (const char *)sqlite3_column_text(find, 0));
    }
    buffer_text(clash);
    return find ? sqlite3_finalize(find) : sqlite3_errcode(db);
}

int schema_migrate(sqlite3 *db, struct buffer *clash)
{
    int code = schema_begin(db);
    code = code == SQLITE_OK ? schema_find_clash(db, clash) : code;
    if (code != SQLITE_OK || clash->size > 0) {
        return code == SQLITE_OK ? SQLITE_CONSTRAINT : code;
    }
    code = sqlite3_exec(db, schema_to_2, NULL, NULL, NULL);
    code = code == SQLITE_OK ? schema_normalise(db) : code;
    return code == SQLITE_OK ? schema_finish(db) : code;
}
