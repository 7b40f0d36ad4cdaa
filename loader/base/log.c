#include "log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <unistr.h>

#include "clock.h"
#include "isotime.h"

/* The one voice of the program, for all its threads. */
static pthread_mutex_t log_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct {
    enum log_level highest;
    enum log_form form;
    bool status_shown;
    int block_lines; /* of the block above the cursor; 0: there is something else */
} log_state = {.highest = LOG_INFO};

void log_configure(enum log_level highest, enum log_form form)
{
    log_state.highest = highest;
    log_state.form = form;
}

static bool log_is_control(ucs4_t c)
{
    bool directional = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    bool line_end = c == 0x2028 || c == 0x2029;
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || directional || line_end;
}

void log_append_harmless(struct buffer *out, struct slice text)
{
    while (text.size > 0) {
        ucs4_t c;
        int width = u8_mbtouc(&c, (const uint8_t *)text.bytes, text.size);
        if (log_is_control(c)) {
            buffer_append_byte(out, '?');
        } else if (c == 0xfffd) { /* also what u8_mbtouc gives for bad bytes */
            buffer_append_text(out, "\xef\xbf\xbd");
        } else {
            buffer_append(out, text.bytes, (size_t)width);
        }
        text.bytes += width;
        text.size -= (size_t)width;
    }
}

static void log_wipe_status(void)
{
    if (log_state.status_shown) {
        fputs("\r\033[K", stderr);
        log_state.status_shown = false;
    }
}

static void log_compose(struct buffer *line, enum log_level level, const char *text)
{
    static const char *const labels[] = {"error: ", "warning: ", ""};
    static const char *const levels[] = {"error", "warning", "info"};
    struct buffer harmless = {0};
    char now[ISOTIME_SIZE];
    isotime_format(clock_now_ms(), now);
    log_append_harmless(&harmless, (struct slice){text, strlen(text)});
    if (log_state.form == LOG_JSON) {
        json_t *object = json_pack("{s:s,s:s,s:s}", "at", now, "level", levels[level],
                                   "message", buffer_text(&harmless));
        char *written = json_dumps(object, JSON_COMPACT);
        buffer_append_text(line, written ? written : "{}");
        free(written);
        json_decref(object);
    } else {
        bool stamped = log_state.form == LOG_STAMPED;
        buffer_append_text(line, stamped ? now : "");
        buffer_append_text(line, stamped ? " mastodon-loader: " : "mastodon-loader: ");
        buffer_append_text(line, labels[level]);
        buffer_append(line, harmless.bytes, harmless.size);
    }
    buffer_append_byte(line, '\n');
    buffer_free(&harmless);
}

void log_line(enum log_level level, const char *format, ...)
{
    if (level > log_state.highest) {
        return;
    }
    char raw[1024];
    struct buffer line = {0};
    va_list values;
    va_start(values, format);
    vsnprintf(raw, sizeof raw, format, values);
    va_end(values);
    log_compose(&line, level, raw);
    pthread_mutex_lock(&log_mutex);
    log_wipe_status();
    log_state.block_lines = 0;
    fwrite(line.bytes, 1, line.size, stderr);
    pthread_mutex_unlock(&log_mutex);
    buffer_free(&line);
}

void log_status_line(const char *text)
{
    pthread_mutex_lock(&log_mutex);
    log_wipe_status();
    if (*text) {
        fprintf(stderr, "\r%s\033[K", text);
        log_state.status_shown = true;
    }
    fflush(stderr);
    pthread_mutex_unlock(&log_mutex);
}

void log_block(const char *text, int lines, bool redraw)
{
    pthread_mutex_lock(&log_mutex);
    log_wipe_status();
    fflush(stderr);
    if (redraw && log_state.block_lines > 0) {
        printf("\033[%dF\033[J", log_state.block_lines);
    }
    fputs(text, stdout);
    fflush(stdout);
    log_state.block_lines = lines;
    pthread_mutex_unlock(&log_mutex);
}
