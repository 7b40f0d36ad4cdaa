/* What keeps the database in bounds, and its sketches true: old posts go, and so does
 * the space they took; hours of --rollup are made anew. */
#include <string.h>

#include "clock.h"
#include "log.h"
#include "store_private.h"

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
        bind_integer(s, 1, store_source(store)->id);
        bind_integer(s, 2, now_ms);
        bind_text(s, 3, event);
        bind_text(s, 4, buffer_text(&safe_reason));
        bind_text(s, 5, buffer_text(&safe_excerpt));
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
        bind_integer(store->statements[i], 1, before_ms);
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
        bind_integer(s, 1, first + *posts / samples * i);
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

/* Reads an hour and stores it; reading holds nobody up. */
static bool store_renew_hour(struct store *store, bool all, bool *more)
{
    enum { REST = 50 }; /* an hour takes one part of the time in so many */
    int64_t start_ms = clock_ticks_ms();
    struct rollup_hour *hour;
    if (!rollup_read(store->rollup, all, &hour)) {
        return store_fail_rollup(store);
    }
    bool done = !hour || (store_begin(store) && (rollup_write(store->rollup, hour) ||
                                                 store_fail_rollup(store)));
    int64_t end_ms = clock_ticks_ms();
    *more = hour != NULL;
    store->renew_at_ms = end_ms + STORE_SKETCH_PAUSE_MS + REST * (end_ms - start_ms);
    rollup_hour_free(hour);
    return done;
}

bool store_renew(struct store *store, bool all, bool *more)
{
    int64_t now_ms = clock_ticks_ms();
    *more = false;
    if (!store->rollup) {
        return true;
    }
    if (store->options.waiting) {
        store->options.waiting(store->options.ctx);
    }
    store->fold_at_ms = all ? now_ms : store->fold_at_ms;
    if (now_ms >= store->fold_at_ms && !rollup_is_behind(store->rollup, more)) {
        return store_fail_rollup(store);
    }
    if (*more) {
        return store_begin(store); /* the commit adds posts */
    }
    bool due = all || now_ms >= store->renew_at_ms;
    return !due || store_renew_hour(store, all, more);
}

int64_t store_size(struct store *store)
{
    enum store_row row = store_ask(store, STORE_ASK_SIZE);
    sqlite3_stmt *s = store->statements[STORE_ASK_SIZE];
    int64_t size = row == STORE_ROW ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_reset(s);
    return size;
}
