#include "watch.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>
#include <sqlite3.h>

#include "bind.h"
#include "buffer.h"
#include "clock.h"
#include "library.h"
#include "isotime.h"
#include "log.h"
#include "memory.h"
#include "progress.h"
#include "stop.h"

enum {
    WATCH_EVERY_MS = 1000,
    WATCH_REST = 10,     /* reading all words may take that part of the time */
    WATCH_GRACE_MS = 200 /* for the last answer, when the user wants to leave */
};

struct watch {
    sqlite3 *db;
    sqlite3_stmt *all;  /* the sketch of all words */
    sqlite3_stmt *more; /* the sketch with the words of newer posts */
    sqlite3_stmt *newest;
    sqlite3_stmt *top; /* the answer of a sketch */
    pthread_t thread;
    atomic_llong words, taken; /* see watch_note */
    atomic_bool ending, ended;

    /* Of the thread: */
    struct buffer sketch;
    sqlite3_int64 last;   /* the newest post in it */
    long long shown;      /* how many words there were then */
    long long taken_then; /* when all words were read */
    int64_t all_at_ms;    /* when that may be done again */
};

/* ---- asking ---- */

/* Runs a query that gives a sketch, which becomes ours; false when it was interrupted
 * or failed. */
static bool watch_take(struct watch *watch, sqlite3_stmt *query)
{
    bool there = sqlite3_step(query) == SQLITE_ROW;
    if (there) {
        size_t size = (size_t)sqlite3_column_bytes(query, 0);
        const void *sketch = sqlite3_column_blob(query, 0);
        struct buffer taken = {0};
        buffer_append(&taken, sketch, size);
        buffer_free(&watch->sketch);
        watch->sketch = taken;
    }
    int code = sqlite3_reset(query);
    if (code != SQLITE_OK && code != SQLITE_INTERRUPT) {
        log_line(LOG_WARN, "--watch: %s", sqlite3_errmsg(watch->db));
    }
    return there;
}

/* Reads what is new, or everything; one look at the database, as of one moment. */
static bool watch_read(struct watch *watch)
{
    long long taken = atomic_load(&watch->taken);
    int64_t start = clock_ticks_ms();
    bool all = watch->sketch.size == 0 ||
               (taken != watch->taken_then && start >= watch->all_at_ms);
    if (sqlite3_exec(watch->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK) {
        return false;
    }
    sqlite3_int64 newest = 0;
    if (sqlite3_step(watch->newest) == SQLITE_ROW) {
        newest = sqlite3_column_int64(watch->newest, 0);
    }
    sqlite3_reset(watch->newest);
    sqlite3_stmt *query = all ? watch->all : watch->more;
    if (!all) {
        bind_blob(query, 1, (struct slice){watch->sketch.bytes, watch->sketch.size});
        bind_integer(query, 2, watch->last);
    }
    bool done = watch_take(watch, query);
    sqlite3_clear_bindings(query);
    sqlite3_exec(watch->db, "COMMIT", NULL, NULL, NULL);
    if (done) {
        watch->last = newest;
    }
    if (done && all) {
        int64_t end = clock_ticks_ms();
        watch->taken_then = taken;
        watch->all_at_ms = end + WATCH_REST * (end - start);
    }
    return done;
}

/* ---- showing ---- */

static void watch_append_word(struct buffer *out, const json_t *entry, size_t rank)
{
    const json_t *value = json_object_get(entry, "value");
    const char *word = json_string_value(value);
    json_int_t count = json_integer_value(json_object_get(entry, "count"));
    json_int_t error = json_integer_value(json_object_get(entry, "error"));
    char number[32];
    snprintf(number, sizeof number, "%4zu  ", rank);
    buffer_append_text(out, number);
    struct buffer column = {0};
    progress_append_number(&column, count);
    for (size_t i = column.size; i < 12; i++) {
        buffer_append_byte(out, ' ');
    }
    buffer_append(out, column.bytes, column.size);
    buffer_free(&column);
    buffer_append_text(out, "  ");
    if (word) {
        log_append_harmless(out, (struct slice){word, strlen(word)});
    }
    if (error > 0) { /* the count may be that much too large */
        buffer_append_text(out, "  (-");
        progress_append_number(out, error);
        buffer_append_text(out, ")");
    }
    buffer_append_byte(out, '\n');
}

static void watch_print(const char *answer, int64_t words)
{
    json_t *top = json_loads(answer, 0, NULL);
    char now[ISOTIME_SIZE];
    isotime_format(clock_now_ms(), now);
    struct buffer out = {0};
    buffer_append_text(&out, now);
    buffer_append_text(&out, "  top words after ");
    progress_append_number(&out, words);
    buffer_append_text(&out, " new ones\n");
    for (size_t i = 0; i < json_array_size(top); i++) {
        watch_append_word(&out, json_array_get(top, i), i + 1);
    }
    int lines = (int)json_array_size(top) + 1;
    json_decref(top);
    struct winsize screen;
    bool redraw = isatty(STDOUT_FILENO) &&
                  ioctl(STDOUT_FILENO, TIOCGWINSZ, &screen) == 0 &&
                  lines < screen.ws_row;
    log_block(buffer_text(&out), lines, redraw);
    buffer_free(&out);
}

static void watch_show(struct watch *watch)
{
    long long words = atomic_load(&watch->words);
    if (!watch_read(watch)) {
        return;
    }
    bind_blob(watch->top, 1, (struct slice){watch->sketch.bytes, watch->sketch.size});
    if (sqlite3_step(watch->top) == SQLITE_ROW) {
        watch_print((const char *)sqlite3_column_text(watch->top, 0), words);
        watch->shown = words;
    }
    sqlite3_reset(watch->top);
}

static bool watch_is_due(struct watch *watch)
{
    bool changed = atomic_load(&watch->words) != watch->shown ||
                   (atomic_load(&watch->taken) != watch->taken_then &&
                    clock_ticks_ms() >= watch->all_at_ms);
    return changed && atomic_load(&watch->words) > 0;
}

static void watch_sleep_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static void *watch_main(void *ctx)
{
    enum { STEP_MS = 20 };
    struct watch *watch = ctx;
    int64_t next = clock_ticks_ms() + WATCH_EVERY_MS;
    while (!atomic_load(&watch->ending)) {
        if (clock_ticks_ms() >= next && watch_is_due(watch)) {
            watch_show(watch);
            next = clock_ticks_ms() + WATCH_EVERY_MS;
        }
        watch_sleep_ms(STEP_MS);
    }
    if (watch_is_due(watch)) {
        watch_show(watch);
    }
    atomic_store(&watch->ended, true);
    return NULL;
}

/* ---- beginning and end ---- */

static bool watch_hide(struct watch *watch, const char *sql, struct slice text)
{
    sqlite3_stmt *s = bind_prepare(watch->db, sql);
    bind_slice(s, 1, text);
    sqlite3_step(s);
    return sqlite3_finalize(s) == SQLITE_OK;
}

static bool watch_hide_language(struct watch *watch, struct slice language)
{
    sqlite3_stmt *find = bind_prepare(
        watch->db, "SELECT 1 FROM main.stop_word WHERE language = ?1 LIMIT 1");
    bind_slice(find, 1, language);
    bool some = sqlite3_step(find) == SQLITE_ROW;
    bool done = sqlite3_finalize(find) == SQLITE_OK;
    if (done && !some) {
        log_line(
            LOG_ERROR,
            "--stop-words %.*s: there is neither a language with that code in table"
            " stop_word nor such a file",
            (int)language.size, language.bytes);
    }
    return done && some &&
           watch_hide(watch,
                      "INSERT OR IGNORE INTO temp.unseen"
                      " SELECT word FROM main.stop_word WHERE language = ?1",
                      language);
}

/* Fills the table of words that are not shown; false after a message. */
static bool watch_hide_words(struct watch *watch, const struct stop_list *list)
{
    bool done =
        sqlite3_exec(watch->db,
                     "CREATE TEMP TABLE unseen(word TEXT PRIMARY KEY) WITHOUT ROWID",
                     NULL, NULL, NULL) == SQLITE_OK;
    for (size_t i = 0; i < list->languages.count && done; i++) {
        done = watch_hide_language(watch, strings_get(&list->languages, i));
    }
    for (size_t i = 0; i < list->words.count && done; i++) {
        done = watch_hide(watch, "INSERT OR IGNORE INTO temp.unseen VALUES(?1)",
                          strings_get(&list->words, i));
    }
    return done;
}

static bool watch_prepare(struct watch *watch, const struct watch_options *options)
{
    enum { SPARE = 1000 }; /* entries of the sketch that nobody sees keep it exact */
    const char *hidden = "word NOT IN temp.unseen";
    long long k = options->k;
    long long kept = k + SPARE;
    char *sql[] = {
        sqlite3_mprintf("SELECT topk_sketch(word, %lld) FROM main.word WHERE %s", kept,
                        hidden),
        sqlite3_mprintf("SELECT topk_union(?1, (SELECT topk_sketch(word, %lld)"
                        " FROM main.word WHERE post_id > ?2 AND %s))",
                        kept, hidden),
        sqlite3_mprintf("SELECT max(post_id) FROM main.post"),
        sqlite3_mprintf("SELECT topk_json(?1, %lld)", k),
    };
    sqlite3_stmt **queries[] = {&watch->all, &watch->more, &watch->newest, &watch->top};
    bool done = true;
    for (size_t i = 0; i < sizeof sql / sizeof *sql; i++) {
        done = done && sqlite3_prepare_v2(watch->db, sql[i] ? sql[i] : "", -1,
                                          queries[i], NULL) == SQLITE_OK;
        sqlite3_free(sql[i]);
    }
    if (!done) {
        log_line(LOG_ERROR, "--watch: %s; is the extension the right one?",
                 sqlite3_errmsg(watch->db));
    }
    return done;
}

static bool watch_open(struct watch *watch, const struct watch_options *options)
{
    enum { PATIENCE_MS = 5000 };
    int flags = SQLITE_OPEN_READONLY;
    if (sqlite3_open_v2(options->database, &watch->db, flags, NULL) != SQLITE_OK) {
        log_line(LOG_ERROR, "--watch needs a database in a file: %s",
                 sqlite3_errmsg(watch->db));
        return false;
    }
    sqlite3_busy_timeout(watch->db, PATIENCE_MS);
    return library_load(watch->db, options->extension) &&
           watch_hide_words(watch, options->hidden) && watch_prepare(watch, options);
}

static void watch_free(struct watch *watch)
{
    sqlite3_finalize(watch->all);
    sqlite3_finalize(watch->more);
    sqlite3_finalize(watch->newest);
    sqlite3_finalize(watch->top);
    sqlite3_close(watch->db);
    buffer_free(&watch->sketch);
    free(watch);
}

struct watch *watch_start(const struct watch_options *options)
{
    struct watch *watch = memory_resize(NULL, sizeof *watch);
    *watch = (struct watch){.shown = -1};
    bool opened = watch_open(watch, options);
    /* Signals are for the thread that reads the stream. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = opened ? pthread_create(&watch->thread, NULL, watch_main, watch) : 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error != 0) {
        log_line(LOG_ERROR, "--watch needs a thread: %s", strerror(error));
    }
    if (!opened || error != 0) {
        watch_free(watch);
        return NULL;
    }
    return watch;
}

void watch_note(struct watch *watch, int64_t words, int64_t taken)
{
    atomic_store(&watch->words, words);
    atomic_store(&watch->taken, taken);
}

void watch_end(struct watch *watch)
{
    enum { STEP_MS = 5 };
    if (!watch) {
        return;
    }
    atomic_store(&watch->ending, true);
    int64_t asked_ms = 0; /* when the user has asked to stop, as far as is known */
    while (!atomic_load(&watch->ended)) {
        int64_t now = clock_ticks_ms();
        asked_ms = asked_ms == 0 && stop_requested() ? now : asked_ms;
        if (asked_ms > 0 && now - asked_ms >= WATCH_GRACE_MS) {
            sqlite3_interrupt(watch->db);
        }
        watch_sleep_ms(STEP_MS);
    }
    pthread_join(watch->thread, NULL);
    watch_free(watch);
}
