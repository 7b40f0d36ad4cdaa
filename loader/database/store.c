#include "store_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "memory.h"

/* Composes the message and gives the batch up. */
bool store_fail(struct store *store)
{
    database_describe(store->db, store->options.path, store->message,
                      sizeof store->message);
    if (!sqlite3_get_autocommit(store->db)) {
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    }
    store->pending = false;
    return false;
}

/* What the extension refuses it has not written itself. */
bool store_fail_rollup(struct store *store)
{
    bool refused = (sqlite3_errcode(store->db) & 0xff) == SQLITE_ERROR;
    char reason[256];
    snprintf(reason, sizeof reason, "%s", sqlite3_errmsg(store->db));
    store_fail(store);
    if (refused) {
        snprintf(
            store->message, sizeof store->message,
            "database %s: its table rollup is damaged: %s; say DROP TABLE rollup in"
            " the sqlite3 shell, and it is made anew from the posts",
            store->options.path, reason);
    }
    return false;
}

const char *store_message(const struct store *store) { return store->message; }

/* ---- statements ---- */

bool store_step(struct store *store, sqlite3_stmt *s)
{
    bool done = sqlite3_step(s) == SQLITE_DONE;
    if (!done) {
        store_fail(store);
    }
    sqlite3_reset(s);
    return done;
}

bool store_run(struct store *store, enum store_statement which)
{
    return store_step(store, store->statements[which]);
}

bool store_run_for(struct store *store, enum store_statement which, sqlite3_int64 post)
{
    bind_integer(store->statements[which], 1, post);
    return store_run(store, which);
}

enum store_row store_ask(struct store *store, enum store_statement which)
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

/* ---- sources and sessions ---- */

bool store_add_source(struct store *store, const char *channel)
{
    struct sources *sources = &store->sources;
    if (!store_begin(store) ||
        !(sources_add(sources, store->db, store->server, channel) ||
          store_fail(store))) {
        return false;
    }
    sources_resume(&sources->list[sources->count - 1], store->killed_ms);
    return true;
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
    bind_integer(s, 2, counts->events);
    bind_integer(s, 3, counts->posts);
    bind_integer(s, 4, counts->edits);
    bind_integer(s, 5, counts->deletes);
    bind_integer(s, 6, counts->rejected);
    bind_integer(s, 7, counts->bytes);
    return store_run_for(store, STORE_COUNT_SESSION, store->session);
}

/* Merging costs the same for few posts as for many, so not every batch is worth it. */
static bool store_fold(struct store *store)
{
    int64_t now_ms = store->rollup ? clock_ticks_ms() : 0;
    bool due = store->unfolded >= ROLLUP_SLICE || now_ms >= store->fold_at_ms;
    bool more;
    if (!store->rollup || !due) {
        return true;
    }
    if (!rollup_fold(store->rollup, &more)) {
        return store_fail_rollup(store);
    }
    store->unfolded = 0;
    store->fold_at_ms = more ? now_ms : now_ms + STORE_SKETCH_PAUSE_MS;
    return true;
}

bool store_commit(struct store *store, const struct store_counts *counts)
{
    if (!store->pending) {
        return true;
    }
    if (!store_fold(store)) {
        return false;
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
    bind_integer(s, 2, now_ms);
    bind_text(s, 3, reason);
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
    bind_text(add, 1, name);
    bind_text(add, 2, fresh);
    bind_text(find, 1, name);
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
             "database %s: its %s %s; use that, or another file", store->options.path,
             what, held);
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
                 store->options.path, mode);
        return false;
    }
    return true;
}

static bool store_settle_rollup(struct store *store,
                                const struct store_options *options)
{
    const char *clash = NULL;
    if (!options->rollup) {
        return true;
    }
    enum rollup_opened opened = rollup_open(&store->rollup, store->db, &clash);
    if (opened == ROLLUP_CLASH) {
        snprintf(
            store->message, sizeof store->message,
            "database %s: it has %s that is not the loader's, and --rollup needs that"
            " name; rename yours, or leave --rollup out; nothing was changed",
            store->options.path, clash);
        return false;
    }
    return opened == ROLLUP_READY || store_fail(store);
}

static char *store_copy(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(memory_resize(NULL, size), text, size);
}

static bool store_find_last_session(struct store *store)
{
    sqlite3_stmt *s = store->statements[STORE_FIND_SESSION];
    bind_integer(s, 1, store_source(store)->id);
    enum store_row row = store_ask(store, STORE_FIND_SESSION);
    if (row == STORE_ROW) {
        store->last_config = store_copy((const char *)sqlite3_column_text(s, 0));
        store->killed_ms = sqlite3_column_int64(s, 1);
        sqlite3_reset(s);
        sources_resume(&store->sources.list[store->source], store->killed_ms);
    }
    return row != STORE_ROW_FAILED;
}

const char *store_last_config(const struct store *store) { return store->last_config; }

static bool store_begin_session(struct store *store,
                                const struct store_options *options)
{
    if (!store_find_last_session(store)) {
        return false;
    }
    sqlite3_stmt *s = store->statements[STORE_ADD_SESSION];
    bind_integer(s, 1, store_source(store)->id);
    bind_integer(s, 2, clock_now_ms());
    bind_text(s, 3, options->config);
    bool done = store_run(store, STORE_ADD_SESSION);
    store->session = sqlite3_last_insert_rowid(store->db);
    return done;
}

static bool store_find_newest(struct store *store)
{
    bool found = store_ask(store, STORE_ASK_NEWEST) == STORE_ROW;
    if (found) {
        store->newest = sqlite3_column_int64(store->statements[STORE_ASK_NEWEST], 0);
        sqlite3_reset(store->statements[STORE_ASK_NEWEST]);
    }
    return found;
}

static bool store_prepare(struct store *store)
{
    if (!rollup_release(store->db)) {
        return store_fail(store);
    }
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

struct store *store_open(const struct store_options *options)
{
    struct store *store = memory_resize(NULL, sizeof *store);
    *store = (struct store){.options = {.path = options->path,
                                        .extension = options->extension,
                                        .durable = options->durable,
                                        .shrinks = options->shrinks,
                                        .waiting = options->waiting,
                                        .ctx = options->ctx}};
    store->db = database_open(&store->options);
    if (!store->db) {
        store_close(store);
        return NULL;
    }
    store->server = store_copy(options->server);
    static const struct store_counts none;
    if (!store_prepare(store) || !store_begin(store) || !store_find_newest(store) ||
        !store_settle_words(store, options) || !store_settle_accounts(store, options) ||
        !store_settle_rollup(store, options) ||
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
        rollup_close(store->rollup);
        for (int i = 0; i < STORE_STATEMENTS; i++) {
            sqlite3_finalize(store->statements[i]);
        }
        for (int i = 0; i < STORE_WORDS_AT_ONCE; i++) {
            sqlite3_finalize(store->words[i]);
        }
        sqlite3_close(store->db);
        sources_free(&store->sources);
        free(store->server);
        free(store->last_config);
        free(store);
    }
}
