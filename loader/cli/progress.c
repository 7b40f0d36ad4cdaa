#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"

enum { PROGRESS_REDRAW_MS = 200, PROGRESS_LOG_MS = 60000 };

void progress_init(struct progress *progress, const struct options *options)
{
    bool terminal = isatty(STDERR_FILENO);
    const char *wanted = options->progress;
    *progress = (struct progress){.start_ms = clock_ticks_ms()};
    progress->last_ms = progress->start_ms;
    if (options->quiet || strcmp(wanted, "none") == 0) {
        progress->mode = PROGRESS_SILENT;
    } else if (strcmp(wanted, "tty") == 0 ||
               (strcmp(wanted, "auto") == 0 && terminal)) {
        progress->mode = PROGRESS_LINE;
    } else {
        progress->mode = PROGRESS_MINUTES;
        progress->due_ms = progress->start_ms + PROGRESS_LOG_MS;
    }
}

void progress_append_number(struct buffer *out, int64_t number)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRId64, number);
    int sign = digits[0] == '-';
    for (int i = 0; i < length; i++) {
        if (i > sign && (length - i) % 3 == 0) {
            buffer_append_byte(out, ',');
        }
        buffer_append_byte(out, digits[i]);
    }
}

static int progress_columns(void)
{
    struct winsize size;
    bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : 80;
}

static void progress_append_time(struct buffer *out, int64_t ms)
{
    char text[32];
    int64_t s = ms / 1000;
    snprintf(text, sizeof text, "%02" PRId64 ":%02" PRId64 ":%02" PRId64, s / 3600,
             s / 60 % 60, s % 60);
    buffer_append_text(out, text);
}

/* Appends "| 12 name" if it fits the width; `always` shows zeros too. */
static void progress_part(struct buffer *line, size_t width, int64_t number,
                          const char *name, bool always)
{
    struct buffer part = {0};
    buffer_append_text(&part, " | ");
    progress_append_number(&part, number);
    buffer_append_text(&part, name);
    if ((always || number != 0) && line->size + part.size < width) {
        buffer_append(line, part.bytes, part.size);
    }
    buffer_free(&part);
}

/* Why posts were left out: English alone is kept unless somebody asks for more. */
static void progress_append_left_out(struct buffer *line, size_t width,
                                     const struct choice_tally *left_out)
{
    struct buffer part = {0};
    choice_append_tally(&part, left_out);
    if (part.size > 0 && line->size + part.size + strlen(" ()") < width) {
        buffer_append_text(line, " (");
        buffer_append(line, part.bytes, part.size);
        buffer_append_byte(line, ')');
    }
    buffer_free(&part);
}

static void progress_compose(const struct progress *progress,
                             const struct writer_view *view, size_t width,
                             struct buffer *line)
{
    const struct ingest_counts *c = &view->totals.counts;
    char rate[32];
    snprintf(rate, sizeof rate, " posts (%.*f/s)", progress->rate < 100,
             progress->rate);
    progress_append_time(line, clock_ticks_ms() - progress->start_ms);
    progress_part(line, width, c->added, rate, true);
    progress_part(line, width, c->words, " words", true);
    progress_part(line, width, c->events, " events", true);
    progress_part(line, width, c->deleted, " deleted", false);
    progress_part(line, width, c->edited, " edited", false);
    progress_part(line, width, c->known, " known", false);
    progress_part(line, width, c->unwanted, " not wanted", false);
    progress_append_left_out(line, width, &c->left_out);
    progress_part(line, width, c->nameless, " in a language that is none", false);
    progress_part(line, width, c->future, " dated in the future", false);
    progress_part(line, width, c->rejected, " rejected", false);
    progress_part(line, width, view->totals.source.oversized, " too large", false);
}

/* The rate of the last seconds: a second old weighs a third of what is new. */
static void progress_measure(struct progress *progress, int64_t now, int64_t added)
{
    double seconds = (double)(now - progress->last_ms) / 1000;
    if (seconds <= 0) {
        return;
    }
    double rate = (double)(added - progress->last_added) / seconds;
    double weight = seconds < 1 ? seconds : 1;
    bool first = progress->last_ms == progress->start_ms;
    progress->rate = first ? rate : progress->rate + weight * (rate - progress->rate);
    progress->last_ms = now;
    progress->last_added = added;
}

void progress_tick(struct progress *progress, const struct writer_view *view)
{
    int64_t now = clock_ticks_ms();
    if (progress->mode == PROGRESS_SILENT || now < progress->due_ms) {
        return;
    }
    bool line_mode = progress->mode == PROGRESS_LINE;
    progress->due_ms = now + (line_mode ? PROGRESS_REDRAW_MS : PROGRESS_LOG_MS);
    progress_measure(progress, now, view->totals.counts.added);
    struct buffer line = {0};
    progress_compose(progress, view, line_mode ? (size_t)progress_columns() : SIZE_MAX,
                     &line);
    if (line_mode) {
        log_status_line(buffer_text(&line));
    } else {
        log_line(LOG_INFO, "%s", buffer_text(&line));
    }
    buffer_free(&line);
}

void progress_say(const struct progress *progress, const struct writer_view *view)
{
    struct buffer line = {0};
    progress_compose(progress, view, SIZE_MAX, &line);
    log_line(LOG_INFO, "%s", buffer_text(&line));
    buffer_free(&line);
}

void progress_end(struct progress *progress, const struct writer_view *view)
{
    if (progress->mode == PROGRESS_SILENT) {
        return;
    }
    int64_t ms = clock_ticks_ms() - progress->start_ms;
    progress->rate = ms > 0 ? (double)view->totals.counts.added * 1000 / (double)ms : 0;
    progress_say(progress, view);
}
