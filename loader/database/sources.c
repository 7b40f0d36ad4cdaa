#include "sources.h"

#include <stdlib.h>

#include "bind.h"
#include "memory.h"
#include "post_id.h"

static bool sources_insert(sqlite3 *db, const char *server, const char *channel)
{
    sqlite3_stmt *s = bind_prepare(db, "INSERT INTO source(server, channel)"
                                       " VALUES(?1,?2) ON CONFLICT DO NOTHING");
    bind_text(s, 1, server);
    bind_text(s, 2, channel);
    sqlite3_step(s);
    return sqlite3_finalize(s) == SQLITE_OK && sqlite3_errcode(db) == SQLITE_OK;
}

static bool sources_look_up(struct source *source, sqlite3 *db, const char *server,
                            const char *channel)
{
    sqlite3_stmt *s = bind_prepare(db, "SELECT source_id, last_id, last_ms FROM source"
                                       " WHERE server = ?1 AND channel = ?2");
    bind_text(s, 1, server);
    bind_text(s, 2, channel);
    bool found = sqlite3_step(s) == SQLITE_ROW;
    if (found) {
        const char *last = (const char *)sqlite3_column_text(s, 1);
        source->id = sqlite3_column_int64(s, 0);
        source->last_ms = sqlite3_column_int64(s, 2);
        buffer_append_text(&source->last_id, last ? last : "");
        buffer_text(&source->last_id);
    }
    return sqlite3_finalize(s) == SQLITE_OK && found;
}

bool sources_add(struct sources *sources, sqlite3 *db, const char *server,
                 const char *channel)
{
    size_t size = (sources->count + 1) * sizeof *sources->list;
    sources->list = memory_resize(sources->list, size);
    struct source *source = &sources->list[sources->count++];
    *source = (struct source){0};
    bool added = sources_insert(db, server, channel);
    source->fresh = added && sqlite3_changes(db) > 0;
    return added && sources_look_up(source, db, server, channel);
}

void sources_resume(struct source *source, int64_t killed_ms)
{
    if (!source->fresh && source->last_ms == 0) {
        source->last_ms = killed_ms;
    }
}

void sources_saw(struct source *source, struct slice id, int64_t now_ms)
{
    struct slice last = {source->last_id.bytes, source->last_id.size};
    source->last_ms = now_ms;
    source->changed = true;
    if (post_id_follows(id, last, now_ms)) {
        source->last_id.size = 0;
        buffer_append(&source->last_id, id.bytes, id.size);
        buffer_text(&source->last_id);
    }
}

void sources_heard(struct source *source, int64_t ms)
{
    if (ms > source->last_ms) {
        source->last_ms = ms;
        source->changed = true;
    }
}

void sources_bind_last_id(sqlite3_stmt *s, int at, const struct source *source)
{
    bool none = source->last_id.size == 0;
    bind_slice(
        s, at,
        (struct slice){none ? NULL : source->last_id.bytes, source->last_id.size});
}

bool sources_save(struct sources *sources, sqlite3 *db)
{
    for (size_t i = 0; i < sources->count; i++) {
        struct source *source = &sources->list[i];
        if (!source->changed) {
            continue;
        }
        sqlite3_stmt *s = bind_prepare(
            db, "UPDATE source SET last_id = ?2, last_ms = ?3 WHERE source_id = ?1");
        bind_integer(s, 1, source->id);
        sources_bind_last_id(s, 2, source);
        bind_integer(s, 3, source->last_ms);
        bool done = sqlite3_step(s) == SQLITE_DONE;
        sqlite3_finalize(s);
        if (!done) {
            return false;
        }
        source->changed = false;
    }
    return true;
}

void sources_free(struct sources *sources)
{
    for (size_t i = 0; i < sources->count; i++) {
        buffer_free(&sources->list[i].last_id);
    }
    free(sources->list);
    *sources = (struct sources){0};
}
