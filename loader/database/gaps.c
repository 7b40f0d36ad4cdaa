#include "gaps.h"

#include "bind.h"
#include "schema.h"

/* Runs a statement without rows and lets go of it. */
static bool gaps_run(struct store *store, sqlite3_stmt *s)
{
    bool done = store_begin(store) && sqlite3_step(s) == SQLITE_DONE;
    done = done || store_fail(store);
    sqlite3_finalize(s);
    return done;
}

static void gaps_take_text(struct buffer *out, sqlite3_stmt *s, int column)
{
    const char *text = (const char *)sqlite3_column_text(s, column);
    out->size = 0;
    buffer_append_text(out, text ? text : "");
    buffer_text(out);
}

/* A break that follows the last one within a minute, for the same reason, is another
 * part of that: a stream that is cut all the time has one row and not thousands.  What
 * was missed in the first part has been fetched if that is closed. */
static const char gaps_sql_extend[] =
    "UPDATE gap SET to_ms = ?3, state = 'open',"
    "  from_id = CASE state WHEN 'open' THEN from_id ELSE nullif(?4,'') END,"
    "  to_id = CASE state WHEN 'open' THEN to_id END"
    " WHERE gap_id = (SELECT max(gap_id) FROM gap WHERE source_id = ?1)"
    "  AND reason = ?5 AND to_ms >= ?2 - 60000";

static const char gaps_sql_insert[] =
    "INSERT INTO gap(source_id, from_ms, to_ms, from_id, reason, state)"
    " VALUES(?1,?2,?3,nullif(?4,''),?5,'open')";

static bool gaps_write(struct store *store, const char *sql, int64_t from_ms,
                       int64_t to_ms, const char *from_id, const char *reason)
{
    sqlite3_stmt *s = bind_prepare(store_connection(store), sql);
    bind_integer(s, 1, store_source(store)->id);
    bind_integer(s, 2, from_ms);
    bind_integer(s, 3, to_ms);
    bind_text(s, 4, from_id);
    bind_text(s, 5, reason);
    return gaps_run(store, s);
}

bool gaps_add(struct store *store, int64_t from_ms, int64_t to_ms, const char *from_id,
              const char *reason)
{
    from_ms = from_ms < to_ms ? from_ms : to_ms; /* a clock may have been set back */
    if (from_id) {
        return gaps_write(store, gaps_sql_insert, from_ms, to_ms, from_id, reason);
    }
    const char *last = store_source(store)->last_id.bytes;
    return gaps_write(store, gaps_sql_extend, from_ms, to_ms, last, reason) &&
           (sqlite3_changes(store_connection(store)) > 0 ||
            gaps_write(store, gaps_sql_insert, from_ms, to_ms, last, reason));
}

bool gaps_find_open(struct store *store, struct gap *gap)
{
    sqlite3_stmt *s = bind_prepare(
        store_connection(store),
        "WITH held AS (SELECT * FROM gap WHERE source_id = ?1 AND state = 'open')"
        " SELECT f.gap_id, f.from_ms, coalesce(f.to_id, f.from_id),"
        "  l.gap_id, l.from_ms, l.from_id, (SELECT max(to_ms) FROM held)"
        " FROM held AS f, held AS l WHERE l.gap_id = (SELECT max(gap_id) FROM held)"
        " ORDER BY f.from_ms, f.gap_id LIMIT 1");
    bind_integer(s, 1, store_source(store)->id);
    int code = s ? sqlite3_step(s) : SQLITE_ERROR;
    gap->id = 0;
    gap->from_id.size = gap->last_id.size = 0;
    if (code == SQLITE_ROW) {
        gap->id = sqlite3_column_int64(s, 0);
        gap->from_ms = sqlite3_column_int64(s, 1);
        gaps_take_text(&gap->from_id, s, 2);
        gap->last = sqlite3_column_int64(s, 3);
        gap->last_ms = sqlite3_column_int64(s, 4);
        gaps_take_text(&gap->last_id, s, 5);
        gap->to_ms = sqlite3_column_int64(s, 6);
    }
    bool done = code == SQLITE_ROW || code == SQLITE_DONE || store_fail(store);
    sqlite3_finalize(s);
    return done;
}

bool gaps_advance(struct store *store, const struct gap *gap, const char *to_id,
                  int64_t recovered)
{
    sqlite3_stmt *s = bind_prepare(
        store_connection(store),
        "UPDATE gap SET to_id = coalesce(?2, to_id), recovered = recovered + ?3"
        " WHERE gap_id = ?1");
    bind_integer(s, 1, gap->id);
    bind_text(s, 2, to_id);
    bind_integer(s, 3, recovered);
    return gaps_run(store, s);
}

bool gaps_close(struct store *store, const struct gap *gap, const char *note)
{
    const struct source *source = store_source(store);
    sqlite3_stmt *s =
        bind_prepare(store_connection(store),
                     "UPDATE gap SET state = 'closed', to_id = ?4, note = ?5"
                     " WHERE source_id = ?1 AND state = 'open'"
                     "  AND (gap_id = ?2 OR gap_id <= ?3) AND to_ms <= ?6");
    bind_integer(s, 1, source->id);
    bind_integer(s, 2, gap->id);
    bind_integer(s, 3, gap->last);
    sources_bind_last_id(s, 4, source);
    bind_text(s, 5, note);
    bind_integer(s, 6, gap->to_ms);
    return gaps_run(store, s);
}

bool gaps_explain(struct store *store, const struct gap *gap, const char *note)
{
    sqlite3_stmt *s = bind_prepare(store_connection(store),
                                   "UPDATE gap SET note = ?2 WHERE gap_id = ?1");
    bind_integer(s, 1, gap->id);
    bind_text(s, 2, note);
    return gaps_run(store, s);
}

bool gaps_held(struct store *store, int64_t from_ms, int64_t to_ms, int64_t received_ms,
               struct strings *ids)
{
    sqlite3_stmt *s = bind_prepare(
        store_connection(store),
        "SELECT p.status_id FROM post AS p JOIN source AS s USING(source_id)"
        " WHERE " SCHEMA_TIME("p.created_ms") " BETWEEN " SCHEMA_TIME(
            "?2") "  AND " SCHEMA_TIME("?3") "  AND p.created_ms > ?2 AND p.created_ms "
                                             "<= ?3 AND p.received_ms <= ?4"
                                             "  AND s.source_id = ?1 AND s.server = "
                                             "p.server");
    bind_integer(s, 1, store_source(store)->id);
    bind_integer(s, 2, from_ms);
    bind_integer(s, 3, to_ms);
    bind_integer(s, 4, received_ms);
    int code = s ? sqlite3_step(s) : SQLITE_ERROR;
    while (code == SQLITE_ROW) {
        const char *id = (const char *)sqlite3_column_text(s, 0);
        strings_add(ids, id, (size_t)sqlite3_column_bytes(s, 0));
        code = sqlite3_step(s);
    }
    bool done = code == SQLITE_DONE || store_fail(store);
    sqlite3_finalize(s);
    return done;
}
