#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "database.h"
#include "log.h"
#include "memory.h"
#include "statements.h"
#include "status.h"

struct store {
    sqlite3 *db;
    sqlite3_stmt *statements[STORE_STATEMENTS];
    sqlite3_stmt *words[STORE_WORDS_AT_ONCE]; /* by how many they add, less one; NULL:
                                                 not used yet */
    char *path;
    char *server;
    struct sources sources;
    size_t source; /* the one in use */
    sqlite3_int64 session;
    char words_rule[16];
    struct accounts accounts;
    bool pending;
    char message[512];
};

/* Composes the message and gives the batch up. */
bool store_fail(struct store *store)
{
    database_describe(store->db, store->path, store->message, sizeof store->message);
    if (!sqlite3_get_autocommit(store->db)) {
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    }
    store->pending = false;
    return false;
}

const char *store_message(const struct store *store) { return store->message; }

/* ---- statements ---- */

static void store_bind_text(sqlite3_stmt *s, int at, const char *text)
{
    sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC); /* NULL binds NULL */
}

static void store_bind_slice(sqlite3_stmt *s, int at, struct slice text)
{
    sqlite3_bind_text64(s, at, text.bytes, text.size, SQLITE_STATIC, SQLITE_UTF8);
}

static void store_bind_time(sqlite3_stmt *s, int at, int64_t ms)
{
    if (ms == STATUS_NO_TIME) {
        sqlite3_bind_null(s, at);
    } else {
        sqlite3_bind_int64(s, at, ms);
    }
}

/* Runs a statement that gives no rows. */
static bool store_step(struct store *store, sqlite3_stmt *s)
{
    bool done = sqlite3_step(s) == SQLITE_DONE;
    if (!done) {
        store_fail(store);
    }
    sqlite3_reset(s);
    return done;
}

static bool store_run(struct store *store, enum store_statement which)
{
    return store_step(store, store->statements[which]);
}

static bool store_run_for(struct store *store, enum store_statement which,
                          sqlite3_int64 post)
{
    sqlite3_bind_int64(store->statements[which], 1, post);
    return store_run(store, which);
}

/* Runs a query for its first row.  Values taken from it are valid until the
 * statement is reset; without a row it already is. */
enum store_row { STORE_ROW, STORE_NO_ROW, STORE_ROW_FAILED };

static enum store_row store_ask(struct store *store, enum store_statement which)
{
    sqlite3_stmt *s = store->statements[which];
    int code = sqlite3_step(s);
    if (code == SQLITE_ROW) {
        return STORE_ROW;
    }
    if (code != SQLITE_DONE) {
        store_fail(store);
    }
    sqlite3_reset(s);
    return code == SQLITE_DONE ? STORE_NO_ROW : STORE_ROW_FAILED;
}

bool store_begin(struct store *store)
{
    if (!store->pending) {
        store->pending = store_run(store, STORE_BEGIN);
    }
    return store->pending;
}

bool store_is_pending(const struct store *store) { return store->pending; }

/* ---- posts ---- */

static bool store_add_strings(struct store *store, enum store_statement which,
                              sqlite3_int64 post, const struct strings *list)
{
    sqlite3_stmt *s = store->statements[which];
    sqlite3_bind_int64(s, 1, post);
    for (size_t i = 0; i < list->count; i++) {
        store_bind_slice(s, 2, strings_get(list, i));
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
        sqlite3_bind_int64(s, 1, post);
        sqlite3_bind_int64(s, 2, (sqlite3_int64)done + 1);
        for (size_t i = 0; i < rows; i++) {
            store_bind_slice(s, 3 + (int)i, strings_get(words, done + i));
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
    sqlite3_bind_int64(s, 1, post);
    for (size_t i = 0; i + 1 < links->count; i += 2) {
        store_bind_slice(s, 2, strings_get(links, i));
        store_bind_slice(s, 3, strings_get(links, i + 1));
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
    sqlite3_bind_int64(s, 1, post);
    for (size_t i = 0; i + 1 < media->count; i += 2) {
        sqlite3_bind_int64(s, 2, (sqlite3_int64)i / 2 + 1);
        store_bind_slice(s, 3, strings_get(media, i));
        store_bind_slice(s, 4, strings_get(media, i + 1));
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

/* Adds the post's row unless one with its uri is there. */
static bool store_add_row(struct store *store, const struct store_post *p)
{
    sqlite3_stmt *s = store->statements[STORE_ADD_POST];
    store_bind_text(s, 1, p->uri);
    store_bind_text(s, 2, store->server);
    store_bind_text(s, 3, p->status_id);
    sqlite3_bind_int64(s, 4, p->created_ms);
    sqlite3_bind_int64(s, 5, p->received_ms);
    store_bind_time(s, 6, p->edited_ms);
    store_bind_text(s, 7, p->author);
    sqlite3_bind_int(s, 8, p->bot);
    store_bind_text(s, 9, p->language);
    sqlite3_bind_int(s, 10, p->sensitive);
    sqlite3_bind_int(s, 11, p->reply);
    store_bind_text(s, 12, p->spoiler);
    store_bind_slice(s, 13, p->text);
    sqlite3_bind_int64(s, 14, (sqlite3_int64)p->words->count);
    sqlite3_bind_int64(s, 15, store_source(store)->id);
    store_bind_text(s, 16, p->url);
    store_bind_text(s, 17, p->in_reply_to_id);
    return store_run(store, STORE_ADD_POST);
}

static bool store_edit(struct store *store, sqlite3_int64 post,
                       const struct store_post *p)
{
    sqlite3_stmt *s = store->statements[STORE_EDIT_POST];
    sqlite3_bind_int64(s, 1, post);
    store_bind_time(s, 2, p->edited_ms);
    store_bind_text(s, 3, p->language);
    sqlite3_bind_int(s, 4, p->sensitive);
    store_bind_text(s, 5, p->spoiler);
    store_bind_slice(s, 6, p->text);
    sqlite3_bind_int64(s, 7, (sqlite3_int64)p->words->count);
    return store_run(store, STORE_EDIT_POST) && store_drop_parts(store, post) &&
           store_add_parts(store, post, p);
}

static enum store_row store_was_deleted(struct store *store, const struct store_post *p)
{
    sqlite3_stmt *s = store->statements[STORE_FIND_TOMBSTONE];
    store_bind_text(s, 1, store->server);
    store_bind_text(s, 2, p->status_id);
    store_bind_text(s, 3, p->uri);
    enum store_row row = store_ask(store, STORE_FIND_TOMBSTONE);
    sqlite3_reset(s);
    return row;
}

/* The post is there already: another sighting, or an edit of it. */
static enum store_change store_meet(struct store *store, const struct store_post *p)
{
    sqlite3_stmt *find = store->statements[STORE_FIND_POST];
    store_bind_text(find, 1, p->uri);
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
        store_bind_text(s, 1, store->server);
        store_bind_text(s, 2, p->status_id);
        sqlite3_bind_int64(s, 3, post);
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
    return store_add_parts(store, id, post) ? STORE_ADDED : STORE_FAILED;
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
    store_bind_slice(s, 1, uri);
    bool held =
        sqlite3_step(s) == SQLITE_ROW &&
        store_column_is(s, 2, (struct slice){store->server, strlen(store->server)}) &&
        store_column_is(s, 3, status_id);
    sqlite3_reset(s);
    return held;
}

enum store_change store_find(struct store *store, const char *uri)
{
    store_bind_text(store->statements[STORE_FIND_POST], 1, uri);
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
    store_bind_text(s, 1, store->server);
    store_bind_slice(s, 2, id);
    enum store_row row = store_ask(store, STORE_FIND_ID);
    *post = row == STORE_ROW ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_reset(s);
    return row;
}

/* All names of the post get a tombstone, so that no other server brings it back. */
static bool store_bury(struct store *store, sqlite3_int64 post, int64_t now_ms)
{
    sqlite3_bind_int64(store->statements[STORE_BURY_POST], 2, now_ms);
    sqlite3_bind_int64(store->statements[STORE_BURY_ALIASES], 2, now_ms);
    return store_run_for(store, STORE_BURY_POST, post) &&
           store_run_for(store, STORE_BURY_ALIASES, post) &&
           store_drop_parts(store, post) &&
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
    store_bind_text(s, 1, store->server);
    store_bind_slice(s, 2, status_id);
    sqlite3_bind_int64(s, 3, now_ms);
    return store_run(store, STORE_ADD_TOMBSTONE) ? change : STORE_FAILED;
}

/* ---- book-keeping ---- */

bool store_reject(struct store *store, const char *event, const char *reason,
                  struct slice excerpt, int64_t now_ms)
{
    struct buffer safe_reason = {0};
    struct buffer safe_excerpt = {0};
    log_append_harmless(&safe_reason, (struct slice){reason, strlen(reason)});
    log_append_harmless(&safe_excerpt, excerpt);
    sqlite3_stmt *s = store->statements[STORE_ADD_REJECTED];
    bool done = store_begin(store);
    if (done) {
        sqlite3_bind_int64(s, 1, store_source(store)->id);
        sqlite3_bind_int64(s, 2, now_ms);
        store_bind_text(s, 3, event);
        store_bind_text(s, 4, buffer_text(&safe_reason));
        store_bind_text(s, 5, buffer_text(&safe_excerpt));
        done = store_run(store, STORE_ADD_REJECTED) &&
               store_run_for(store, STORE_TRIM_REJECTED,
                             sqlite3_last_insert_rowid(store->db));
    }
    sqlite3_clear_bindings(s);
    buffer_free(&safe_reason);
    buffer_free(&safe_excerpt);
    return done;
}

bool store_expire(struct store *store, int64_t before_ms, int64_t *rows)
{
    *rows = 0;
    bool done = store_begin(store);
    for (int i = STORE_EXPIRE_WORDS; i <= STORE_EXPIRE_REJECTED && done; i++) {
        sqlite3_bind_int64(store->statements[i], 1, before_ms);
        done = store_run(store, (enum store_statement)i);
        *rows += done ? sqlite3_changes(store->db) : 0;
    }
    return done;
}

/* The first two columns of a query's only row; 0 where they are NULL. */
static bool store_ask_numbers(struct store *store, enum store_statement which,
                              int64_t *first, int64_t *second)
{
    sqlite3_stmt *s = store->statements[which];
    enum store_row row = store_ask(store, which);
    if (row == STORE_ROW) {
        *first = sqlite3_column_int64(s, 0);
        *second = sqlite3_column_int64(s, 1);
    }
    sqlite3_reset(s);
    return row == STORE_ROW;
}

bool store_estimate_old(struct store *store, int64_t before_ms, int64_t *posts,
                        int64_t *old)
{
    enum { SAMPLES = 100 };
    int64_t first, last, time, unused;
    if (!store_ask_numbers(store, STORE_ASK_RANGE, &first, &last)) {
        return false;
    }
    sqlite3_stmt *s = store->statements[STORE_ASK_AGE];
    int64_t found = 0;
    *posts = last > 0 ? last - first + 1 : 0;
    int64_t samples = *posts < SAMPLES ? *posts : SAMPLES;
    for (int64_t i = 0; i < samples; i++) {
        sqlite3_bind_int64(s, 1, first + *posts / samples * i);
        if (!store_ask_numbers(store, STORE_ASK_AGE, &time, &unused)) {
            return false;
        }
        found += time < before_ms;
    }
    *old = samples > 0 ? *posts / samples * found : 0;
    return true;
}

bool store_shrink(struct store *store, bool *more)
{
    enum { SPARE = 16 }; /* one page in so many may be free */
    int64_t pages, spare;
    if (!store_ask_numbers(store, STORE_ASK_PAGES, &pages, &spare)) {
        return false;
    }
    *more = spare > pages / SPARE;
    return !*more || (store_begin(store) &&
                      (sqlite3_exec(store->db, "PRAGMA incremental_vacuum(200)", NULL,
                                    NULL, NULL) == SQLITE_OK ||
                       store_fail(store)));
}

int64_t store_size(struct store *store)
{
    enum store_row row = store_ask(store, STORE_ASK_SIZE);
    sqlite3_stmt *s = store->statements[STORE_ASK_SIZE];
    int64_t size = row == STORE_ROW ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_reset(s);
    return size;
}

bool store_add_source(struct store *store, const char *channel)
{
    return store_begin(store) &&
           (sources_add(&store->sources, store->db, store->server, channel) ||
            store_fail(store));
}

void store_use_source(struct store *store, size_t number) { store->source = number; }

const struct source *store_source(const struct store *store)
{
    return &store->sources.list[store->source];
}

void store_saw(struct store *store, struct slice status_id, int64_t now_ms)
{
    sources_saw(&store->sources.list[store->source], status_id, now_ms);
}

bool store_heard(struct store *store, int64_t ms)
{
    sources_heard(&store->sources.list[store->source], ms);
    return store_begin(store);
}

static bool store_count(struct store *store, const struct store_counts *counts)
{
    sqlite3_stmt *s = store->statements[STORE_COUNT_SESSION];
    sqlite3_bind_int64(s, 2, counts->events);
    sqlite3_bind_int64(s, 3, counts->posts);
    sqlite3_bind_int64(s, 4, counts->edits);
    sqlite3_bind_int64(s, 5, counts->deletes);
    sqlite3_bind_int64(s, 6, counts->rejected);
    sqlite3_bind_int64(s, 7, counts->bytes);
    return store_run_for(store, STORE_COUNT_SESSION, store->session);
}

bool store_commit(struct store *store, const struct store_counts *counts)
{
    if (!store->pending) {
        return true;
    }
    if (!sources_save(&store->sources, store->db)) {
        return store_fail(store);
    }
    if (!store_count(store, counts) || !store_run(store, STORE_COMMIT)) {
        return false;
    }
    store->pending = false;
    return true;
}

bool store_end(struct store *store, const struct store_counts *counts,
               const char *reason, int64_t now_ms)
{
    sqlite3_stmt *s = store->statements[STORE_END_SESSION];
    sqlite3_bind_int64(s, 2, now_ms);
    store_bind_text(s, 3, reason);
    return store_begin(store) &&
           store_run_for(store, STORE_END_SESSION, store->session) &&
           store_commit(store, counts);
}

sqlite3 *store_connection(struct store *store) { return store->db; }

const char *store_words_rule(const struct store *store) { return store->words_rule; }

const struct accounts *store_accounts(const struct store *store)
{
    return &store->accounts;
}

/* ---- opening and closing ---- */

/* The value of a setting, which is `fresh` if it had none. */
static bool store_settle(struct store *store, const char *name, const char *fresh,
                         char *value, size_t size)
{
    sqlite3_stmt *add = store->statements[STORE_ADD_SETTING];
    sqlite3_stmt *find = store->statements[STORE_FIND_SETTING];
    store_bind_text(add, 1, name);
    store_bind_text(add, 2, fresh);
    store_bind_text(find, 1, name);
    if (!store_run(store, STORE_ADD_SETTING) ||
        store_ask(store, STORE_FIND_SETTING) != STORE_ROW) {
        return false;
    }
    snprintf(value, size, "%s", (const char *)sqlite3_column_text(find, 0));
    sqlite3_reset(find);
    return true;
}

static bool store_refuse(struct store *store, const char *what, const char *held)
{
    snprintf(store->message, sizeof store->message,
             "database %s: its %s %s; use that, or another file", store->path, what,
             held);
    return false;
}

/* The words of one database are split by one rule, or counts would mean nothing. */
static bool store_settle_words(struct store *store, const struct store_options *options)
{
    const char *wanted = options->words;
    if (!store_settle(store, "words", wanted ? wanted : options->words_default,
                      store->words_rule, sizeof store->words_rule)) {
        return false;
    }
    return !wanted || strcmp(wanted, store->words_rule) == 0 ||
           store_refuse(store, "words are split by --words", store->words_rule);
}

/* The same holds for accounts; and what was to be kept secret stays so. */
static bool store_settle_accounts(struct store *store,
                                  const struct store_options *options)
{
    const char *wanted = options->accounts;
    char mode[16];
    char key[ACCOUNTS_KEY_DIGITS + 1];
    if (!accounts_make_key(key)) {
        snprintf(store->message, sizeof store->message,
                 "the system has no random numbers for a key");
        return false;
    }
    if (!store_settle(store, "accounts", wanted ? wanted : options->accounts_default,
                      mode, sizeof mode) ||
        !store_settle(store, "account_key", key, key, sizeof key)) {
        return false;
    }
    if (wanted && strcmp(wanted, mode) != 0) {
        return store_refuse(store, "accounts are kept by --accounts", mode);
    }
    if (!accounts_init(&store->accounts, mode, key)) {
        snprintf(store->message, sizeof store->message,
                 "database %s: its table setting is damaged: there is no mode '%s' for"
                 " accounts, or its key is none",
                 store->path, mode);
        return false;
    }
    return true;
}

static bool store_begin_session(struct store *store,
                                const struct store_options *options)
{
    sqlite3_stmt *s = store->statements[STORE_ADD_SESSION];
    sqlite3_bind_int64(s, 1, store_source(store)->id);
    sqlite3_bind_int64(s, 2, clock_now_ms());
    store_bind_text(s, 3, options->config);
    bool done = store_run(store, STORE_ADD_SESSION);
    store->session = sqlite3_last_insert_rowid(store->db);
    return done;
}

static bool store_prepare(struct store *store)
{
    for (int i = 0; i < STORE_STATEMENTS; i++) {
        int code =
            sqlite3_prepare_v3(store->db, store_sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &store->statements[i], NULL);
        if (code != SQLITE_OK) {
            return store_fail(store);
        }
    }
    return true;
}

static char *store_copy(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(memory_resize(NULL, size), text, size);
}

struct store *store_open(const struct store_options *options)
{
    struct database_options opening = {.path = options->path,
                                       .extension = options->extension,
                                       .durable = options->durable,
                                       .shrinks = options->shrinks};
    sqlite3 *db = database_open(&opening);
    if (!db) {
        return NULL;
    }
    struct store *store = memory_resize(NULL, sizeof *store);
    *store = (struct store){.db = db};
    store->path = store_copy(options->path);
    store->server = store_copy(options->server);
    static const struct store_counts none;
    if (!store_prepare(store) || !store_begin(store) ||
        !store_settle_words(store, options) || !store_settle_accounts(store, options) ||
        !store_add_source(store, options->channel) ||
        !store_begin_session(store, options) || !store_commit(store, &none)) {
        log_line(LOG_ERROR, "%s", store->message);
        store_close(store);
        return NULL;
    }
    return store;
}

void store_close(struct store *store)
{
    if (store) {
        for (int i = 0; i < STORE_STATEMENTS; i++) {
            sqlite3_finalize(store->statements[i]);
        }
        for (int i = 0; i < STORE_WORDS_AT_ONCE; i++) {
            sqlite3_finalize(store->words[i]);
        }
        sqlite3_close(store->db);
        sources_free(&store->sources);
        free(store->path);
        free(store->server);
        free(store);
    }
}
