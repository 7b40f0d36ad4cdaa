/* Posts: their rows come and go with all that belongs to them. */
#include <string.h>

#include "status.h"
#include "store_private.h"

static void store_bind_time(sqlite3_stmt *s, int at, int64_t ms)
{
    if (ms == STATUS_NO_TIME) {
        bind_null(s, at);
    } else {
        bind_integer(s, at, ms);
    }
}

static bool store_add_strings(struct store *store, enum store_statement which,
                              sqlite3_int64 post, const struct strings *list)
{
    sqlite3_stmt *s = store->statements[which];
    bind_integer(s, 1, post);
    for (size_t i = 0; i < list->count; i++) {
        bind_slice(s, 2, strings_get(list, i));
        if (!store_run(store, which)) {
            return false;
        }
    }
    return true;
}

/* The statement that adds so many words; NULL after a failure. */
static sqlite3_stmt *store_words(struct store *store, size_t rows)
{
    sqlite3_stmt **s = &store->words[rows - 1];
    if (!*s) {
        *s = store_prepare_words(store->db, (int)rows);
    }
    if (!*s) {
        store_fail(store);
    }
    return *s;
}

static bool store_add_words(struct store *store, sqlite3_int64 post,
                            const struct strings *words)
{
    size_t rows;
    for (size_t done = 0; done < words->count; done += rows) {
        size_t left = words->count - done;
        rows = left < STORE_WORDS_AT_ONCE ? left : STORE_WORDS_AT_ONCE;
        sqlite3_stmt *s = store_words(store, rows);
        if (!s) {
            return false;
        }
        bind_integer(s, 1, post);
        bind_integer(s, 2, (sqlite3_int64)done + 1);
        for (size_t i = 0; i < rows; i++) {
            bind_slice(s, 3 + (int)i, strings_get(words, done + i));
        }
        if (!store_step(store, s)) {
            return false;
        }
    }
    return true;
}

static bool store_add_links(struct store *store, sqlite3_int64 post,
                            const struct strings *links)
{
    sqlite3_stmt *s = store->statements[STORE_ADD_LINK];
    bind_integer(s, 1, post);
    for (size_t i = 0; i + 1 < links->count; i += 2) {
        bind_slice(s, 2, strings_get(links, i));
        bind_slice(s, 3, strings_get(links, i + 1));
        if (!store_run(store, STORE_ADD_LINK)) {
            return false;
        }
    }
    return true;
}

static bool store_add_media(struct store *store, sqlite3_int64 post,
                            const struct strings *media)
{
    sqlite3_stmt *s = store->statements[STORE_ADD_MEDIUM];
    bind_integer(s, 1, post);
    for (size_t i = 0; i + 1 < media->count; i += 2) {
        bind_integer(s, 2, (sqlite3_int64)i / 2 + 1);
        bind_slice(s, 3, strings_get(media, i));
        bind_slice(s, 4, strings_get(media, i + 1));
        if (!store_run(store, STORE_ADD_MEDIUM)) {
            return false;
        }
    }
    return true;
}

static bool store_add_parts(struct store *store, sqlite3_int64 post,
                            const struct store_post *p)
{
    return store_add_words(store, post, p->words) &&
           store_add_strings(store, STORE_ADD_TAG, post, p->tags) &&
           store_add_strings(store, STORE_ADD_MENTION, post, p->mentions) &&
           store_add_links(store, post, p->links) &&
           store_add_media(store, post, p->media);
}

static bool store_drop_parts(struct store *store, sqlite3_int64 post)
{
    return store_run_for(store, STORE_DROP_WORDS, post) &&
           store_run_for(store, STORE_DROP_TAGS, post) &&
           store_run_for(store, STORE_DROP_MENTIONS, post) &&
           store_run_for(store, STORE_DROP_LINKS, post) &&
           store_run_for(store, STORE_DROP_MEDIA, post);
}

/* The number of the newest post is given again after a delete.  Whoever deletes rows of
 * post alone leaves its parts behind: they are none of the new one's. */
static bool store_begin_parts(struct store *store, sqlite3_int64 post)
{
    if (post > store->newest) {
        store->newest = post;
        return true;
    }
    return store_drop_parts(store, post) &&
           store_run_for(store, STORE_DROP_ALIASES, post);
}

/* Adds the post's row unless one with its uri is there. */
static bool store_add_row(struct store *store, const struct store_post *p)
{
    sqlite3_stmt *s = store->statements[STORE_ADD_POST];
    bind_text(s, 1, p->uri);
    bind_text(s, 2, store->server);
    bind_text(s, 3, p->status_id);
    bind_integer(s, 4, p->created_ms);
    bind_integer(s, 5, p->received_ms);
    store_bind_time(s, 6, p->edited_ms);
    bind_text(s, 7, p->author);
    bind_integer(s, 8, p->bot);
    bind_text(s, 9, p->language);
    bind_integer(s, 10, p->sensitive);
    bind_integer(s, 11, p->reply);
    bind_text(s, 12, p->spoiler);
    bind_slice(s, 13, p->text);
    bind_integer(s, 14, (sqlite3_int64)p->words->count);
    bind_integer(s, 15, store_source(store)->id);
    bind_text(s, 16, p->url);
    bind_text(s, 17, p->in_reply_to_id);
    return store_run(store, STORE_ADD_POST);
}

/* Before the parts of a post go; *taken says whether they were in sketches. */
static bool store_take(struct store *store, sqlite3_int64 post, bool *taken)
{
    *taken = false;
    return !store->rollup || rollup_take(store->rollup, post, taken) ||
           store_fail_rollup(store);
}

static bool store_give(struct store *store, sqlite3_int64 post, bool taken)
{
    return !taken || rollup_give(store->rollup, post) || store_fail_rollup(store);
}

static bool store_edit(struct store *store, sqlite3_int64 post,
                       const struct store_post *p)
{
    bool taken;
    sqlite3_stmt *s = store->statements[STORE_EDIT_POST];
    bind_integer(s, 1, post);
    store_bind_time(s, 2, p->edited_ms);
    bind_text(s, 3, p->language);
    bind_integer(s, 4, p->sensitive);
    bind_text(s, 5, p->spoiler);
    bind_slice(s, 6, p->text);
    bind_integer(s, 7, (sqlite3_int64)p->words->count);
    return store_take(store, post, &taken) && store_run(store, STORE_EDIT_POST) &&
           store_drop_parts(store, post) && store_add_parts(store, post, p) &&
           store_give(store, post, taken);
}

static enum store_row store_was_deleted(struct store *store, const struct store_post *p)
{
    sqlite3_stmt *s = store->statements[STORE_FIND_TOMBSTONE];
    bind_text(s, 1, store->server);
    bind_text(s, 2, p->status_id);
    bind_text(s, 3, p->uri);
    enum store_row row = store_ask(store, STORE_FIND_TOMBSTONE);
    sqlite3_reset(s);
    return row;
}

/* The post is there already: another sighting, or an edit of it. */
static enum store_change store_meet(struct store *store, const struct store_post *p)
{
    sqlite3_stmt *find = store->statements[STORE_FIND_POST];
    bind_text(find, 1, p->uri);
    if (store_ask(store, STORE_FIND_POST) != STORE_ROW) {
        return STORE_FAILED;
    }
    sqlite3_int64 post = sqlite3_column_int64(find, 0);
    bool edited = sqlite3_column_type(find, 1) != SQLITE_NULL;
    int64_t held_ms = edited ? sqlite3_column_int64(find, 1) : STATUS_NO_TIME;
    bool same_id =
        strcmp((const char *)sqlite3_column_text(find, 2), store->server) == 0 &&
        strcmp((const char *)sqlite3_column_text(find, 3), p->status_id) == 0;
    sqlite3_reset(find);
    if (!same_id) {
        sqlite3_stmt *s = store->statements[STORE_ADD_ALIAS];
        bind_text(s, 1, store->server);
        bind_text(s, 2, p->status_id);
        bind_integer(s, 3, post);
        if (!store_run(store, STORE_ADD_ALIAS)) {
            return STORE_FAILED;
        }
    }
    if (p->edited_ms <= held_ms) {
        return STORE_KNOWN;
    }
    return store_edit(store, post, p) ? STORE_EDITED : STORE_FAILED;
}

enum store_change store_put(struct store *store, const struct store_post *post)
{
    if (!store_begin(store)) {
        return STORE_FAILED;
    }
    enum store_row deleted = store_was_deleted(store, post);
    if (deleted != STORE_NO_ROW) {
        return deleted == STORE_ROW ? STORE_DELETED : STORE_FAILED;
    }
    if (!store_add_row(store, post)) {
        return STORE_FAILED;
    }
    if (sqlite3_changes(store->db) == 0) {
        return store_meet(store, post);
    }
    sqlite3_int64 id = sqlite3_last_insert_rowid(store->db);
    store->unfolded++;
    return store_begin_parts(store, id) && store_add_parts(store, id, post)
               ? STORE_ADDED
               : STORE_FAILED;
}

static bool store_column_is(sqlite3_stmt *s, int column, struct slice text)
{
    const void *held = sqlite3_column_text(s, column);
    return (size_t)sqlite3_column_bytes(s, column) == text.size &&
           memcmp(held, text.bytes, text.size) == 0;
}

bool store_holds(struct store *store, struct slice status_id, struct slice uri)
{
    sqlite3_stmt *s = store->statements[STORE_FIND_POST];
    bind_slice(s, 1, uri);
    bool held =
        sqlite3_step(s) == SQLITE_ROW &&
        store_column_is(s, 2, (struct slice){store->server, strlen(store->server)}) &&
        store_column_is(s, 3, status_id);
    sqlite3_reset(s);
    return held;
}

enum store_change store_find(struct store *store, const char *uri)
{
    bind_text(store->statements[STORE_FIND_POST], 1, uri);
    enum store_row row = store_ask(store, STORE_FIND_POST);
    sqlite3_reset(store->statements[STORE_FIND_POST]);
    if (row == STORE_ROW_FAILED) {
        return STORE_FAILED;
    }
    return row == STORE_ROW ? STORE_KNOWN : STORE_UNKNOWN;
}

/* The post known by an id of our server, or 0. */
static enum store_row store_find_id(struct store *store, struct slice id,
                                    sqlite3_int64 *post)
{
    sqlite3_stmt *s = store->statements[STORE_FIND_ID];
    bind_text(s, 1, store->server);
    bind_slice(s, 2, id);
    enum store_row row = store_ask(store, STORE_FIND_ID);
    *post = row == STORE_ROW ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_reset(s);
    return row;
}

/* All names of the post get a tombstone, so that no other server brings it back. */
static bool store_bury(struct store *store, sqlite3_int64 post, int64_t now_ms)
{
    bool taken;
    bind_integer(store->statements[STORE_BURY_POST], 2, now_ms);
    bind_integer(store->statements[STORE_BURY_ALIASES], 2, now_ms);
    return store_run_for(store, STORE_BURY_POST, post) &&
           store_run_for(store, STORE_BURY_ALIASES, post) &&
           store_take(store, post, &taken) && store_drop_parts(store, post) &&
           store_run_for(store, STORE_DROP_ALIASES, post) &&
           store_run_for(store, STORE_DROP_POST, post);
}

enum store_change store_delete(struct store *store, struct slice status_id,
                               int64_t now_ms)
{
    if (!store_begin(store)) {
        return STORE_FAILED;
    }
    enum store_change change = STORE_UNKNOWN;
    sqlite3_int64 post;
    enum store_row row;
    /* More than one only where recordings of several servers were mixed. */
    while ((row = store_find_id(store, status_id, &post)) == STORE_ROW) {
        if (!store_bury(store, post, now_ms)) {
            return STORE_FAILED;
        }
        change = STORE_DELETED;
    }
    if (row == STORE_ROW_FAILED) {
        return STORE_FAILED;
    }
    sqlite3_stmt *s = store->statements[STORE_ADD_TOMBSTONE];
    bind_text(s, 1, store->server);
    bind_slice(s, 2, status_id);
    bind_integer(s, 3, now_ms);
    return store_run(store, STORE_ADD_TOMBSTONE) ? change : STORE_FAILED;
}
