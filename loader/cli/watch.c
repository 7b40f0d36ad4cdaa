#include "watch.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "buffer.h"
#include "clock.h"
#include "isotime.h"
#include "log.h"
#include "progress.h"

#if defined(__APPLE__)
#define WATCH_LIBRARY "sketches.dylib"
#else
#define WATCH_LIBRARY "sketches.so"
#endif

/* The query may take its time on a large database: at most a tenth of the loader's
 * time goes there. */
enum { WATCH_EVERY_MS = 1000, WATCH_REST = 10 };

static bool watch_find(struct buffer *path)
{
    char program[4096];
    ssize_t size = readlink("/proc/self/exe", program, sizeof program);
    while (size > 0 && program[size - 1] != '/') {
        size--;
    }
    if (size > 0) {
        buffer_append(path, program, (size_t)size);
        buffer_append_text(path, WATCH_LIBRARY);
        if (access(buffer_text(path), R_OK) == 0) {
            return true;
        }
    }
    path->size = 0;
    buffer_append_text(path, LOADER_LIBDIR "/" WATCH_LIBRARY);
    return access(buffer_text(path), R_OK) == 0;
}

static bool watch_load(sqlite3 *db, const char *path)
{
    char *message = NULL;
    int allowed = sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL);
    int code = allowed == SQLITE_OK
                   ? sqlite3_load_extension(db, path, "sqlite3_sketches_init", &message)
                   : allowed;
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    if (code != SQLITE_OK) {
        log_line(LOG_ERROR, "--watch cannot load %s: %s", path,
                 message ? message : sqlite3_errstr(code));
    }
    sqlite3_free(message);
    return code == SQLITE_OK;
}

bool watch_open(struct watch *watch, sqlite3 *db, int64_t k, const char *path)
{
    *watch = (struct watch){.db = db, .shown = -1};
    struct buffer found = {0};
    if (path) {
        buffer_append_text(&found, path);
    } else if (!watch_find(&found)) {
        log_line(LOG_ERROR,
                 "--watch needs the sketches extension, and neither beside this program"
                 " nor in " LOADER_LIBDIR " is a " WATCH_LIBRARY
                 "; build it with make, or name it with --extension PATH");
        buffer_free(&found);
        return false;
    }
    bool loaded = watch_load(db, buffer_text(&found));
    buffer_free(&found);
    if (!loaded) {
        return false;
    }
    char *sql = sqlite3_mprintf("SELECT topk(word, %lld) FROM words", (long long)k);
    int code = sqlite3_prepare_v2(db, sql, -1, &watch->query, NULL);
    sqlite3_free(sql);
    if (code != SQLITE_OK) {
        log_line(LOG_ERROR, "--watch: %s; is the extension the right one?",
                 sqlite3_errmsg(db));
    }
    return code == SQLITE_OK;
}

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
    json_decref(top);
    log_status_line("");
    fputs(buffer_text(&out), stdout);
    fflush(stdout);
    buffer_free(&out);
}

static void watch_show(struct watch *watch, int64_t words)
{
    if (sqlite3_step(watch->query) == SQLITE_ROW) {
        watch_print((const char *)sqlite3_column_text(watch->query, 0), words);
        watch->shown = words;
    }
    if (sqlite3_reset(watch->query) != SQLITE_OK) {
        log_line(LOG_WARN, "--watch: %s", sqlite3_errmsg(watch->db));
    }
}

void watch_tick(struct watch *watch, int64_t words)
{
    int64_t start = clock_ticks_ms();
    if (!watch->query || start < watch->due_ms || words == 0 || words == watch->shown) {
        return;
    }
    watch_show(watch, words);
    int64_t end = clock_ticks_ms();
    int64_t rest = WATCH_REST * (end - start);
    watch->due_ms = end + (rest > WATCH_EVERY_MS ? rest : WATCH_EVERY_MS);
}

void watch_close(struct watch *watch, int64_t words)
{
    if (watch->query && words != watch->shown) {
        watch_show(watch, words);
    }
    sqlite3_finalize(watch->query);
    *watch = (struct watch){0};
}
