#include "log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <unistr.h>

#include "clock.h"
#include "isotime.h"

/* The one voice of the program, for all its threads. */
static pthread_mutex_t log_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct {
    enum log_level highest;
    bool stamped;
    bool status_shown;
} log_state = {.highest = LOG_INFO};

void log_configure(enum log_level highest, int stamped)
{
    log_state.highest = highest;
    log_state.stamped = stamped != 0;
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

void log_line(enum log_level level, const char *format, ...)
{
    static const char *const labels[] = {"error: ", "warning: ", ""};
    if (level > log_state.highest) {
        return;
    }
    char raw[1024];
    va_list values;
    va_start(values, format);
    vsnprintf(raw, sizeof raw, format, values);
    va_end(values);
    struct buffer line = {0};
    if (log_state.stamped) {
        char now[ISOTIME_SIZE];
        isotime_format(clock_now_ms(), now);
        buffer_append_text(&line, now);
        buffer_append_byte(&line, ' ');
    }
    buffer_append_text(&line, "mastodon-loader: ");
    buffer_append_text(&line, labels[level]);
    log_append_harmless(&line, (struct slice){raw, strlen(raw)});
    buffer_append_byte(&line, '\n');
    pthread_mutex_lock(&log_mutex);
    log_wipe_status();
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
