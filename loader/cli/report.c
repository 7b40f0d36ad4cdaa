#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "clock.h"
#include "log.h"

enum { REPORT_EVERY_MS = 5000 };

void report_init(struct report *report, const char *path, const char *database,
                 const char *server, const char *channel)
{
    *report = (struct report){.path = path,
                              .database = database,
                              .server = server,
                              .channel = channel,
                              .started_ms = clock_now_ms()};
}

static void report_number(json_t *object, const char *name, int64_t value)
{
    json_object_set_new(object, name, json_integer(value));
}

/* null where there is nothing yet. */
static void report_known(json_t *object, const char *name, int64_t value, bool known)
{
    json_object_set_new(object, name, known ? json_integer(value) : json_null());
}

static void report_text(json_t *object, const char *name, const char *text)
{
    /* A file's name need not be UTF-8. */
    json_t *string = text ? json_string(text) : NULL;
    json_object_set_new(object, name, string ? string : json_null());
}

static void report_add_counts(json_t *object, const struct ingest_totals *totals)
{
    const struct ingest_counts *c = &totals->counts;
    const struct {
        const char *name;
        int64_t value;
    } counts[] = {
        {"events", c->events},
        {"posts", c->added},
        {"edits", c->edited},
        {"deletes", c->deleted},
        {"known", c->known},
        {"unwanted", c->unwanted},
        {"ignored", c->ignored},
        {"rejected", c->rejected},
        {"future", c->future},
        {"nameless", c->nameless},
        {"words", c->words},
        {"expired", c->expired},
        {"gaps", c->gaps},
        {"commits", c->commits},
        {"bytes", totals->source.bytes},
        {"oversized", totals->source.oversized},
    };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        report_number(object, counts[i].name, counts[i].value);
    }
}

static json_t *report_compose(const struct report *report, const struct intake *intake,
                              const struct writer_view *view)
{
    const struct ingest_totals *totals = &view->totals;
    const struct intake_news *news = &intake->news;
    json_t *object = json_object();
    report_text(object, "version", LOADER_VERSION);
    report_number(object, "pid", getpid());
    report_text(object, "state", news->state);
    report_known(object, "state_since", news->since_ms, news->since_ms > 0);
    report_text(object, "server", report->server);
    report_text(object, "channel", report->channel);
    report_text(object, "database", report->database);
    report_number(object, "started_at", report->started_ms);
    report_number(object, "written_at", clock_now_ms());
    report_known(object, "last_byte_at", news->last_byte_ms, news->last_byte_ms > 0);
    report_known(object, "last_post_at", totals->last_post_ms,
                 totals->last_post_ms > 0);
    report_known(object, "lag_ms", totals->lag_ms, totals->lag_ms != -1);
    report_number(object, "connects", news->connects);
    report_add_counts(object, totals);
    report_number(object, "buffer_events", (int64_t)view->waiting_events);
    report_number(object, "buffer_bytes", (int64_t)view->waiting_bytes);
    report_number(object, "buffer_room", (int64_t)view->room);
    report_number(object, "database_stalled_ms", view->stalled_ms);
    report_number(object, "database_bytes", totals->size);
    return object;
}

/* A new file, never one that somebody else has put there, nor one that a link of theirs
 * points to; what a loader that was killed has left is taken away. */
static FILE *report_create(const char *name)
{
    enum { TRIES = 2 };
    int file = -1;
    for (int i = 0; i < TRIES && file < 0; i++) {
        file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (file < 0 && (errno != EEXIST || unlink(name) != 0)) {
            return NULL;
        }
    }
    return file < 0 ? NULL : fdopen(file, "w");
}

#define REPORT_BEGINS "{\n  \"version\": "

/* Only nothing, an empty file and a status file may be replaced: a device, a link, a
 * database or a recording may not.  errno says why not. */
static bool report_may_replace(const char *path)
{
    struct stat about;
    char begins[sizeof REPORT_BEGINS] = "";
    if (lstat(path, &about) != 0) {
        return errno == ENOENT;
    }
    if (S_ISREG(about.st_mode) && about.st_size == 0) {
        return true;
    }
    int file = S_ISREG(about.st_mode)
                   ? open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
                   : -1;
    ssize_t got = file < 0 ? -1 : read(file, begins, sizeof begins - 1);
    if (file >= 0) {
        close(file);
    }
    errno = EEXIST;
    return got > 0 && strcmp(begins, REPORT_BEGINS) == 0;
}

bool report_look(struct report *report)
{
    if (!report->path || report_may_replace(report->path) || errno != EEXIST) {
        return true;
    }
    report->failed = true;
    log_line(LOG_ERROR,
             "--status-file %s is there, and no status file: it was left as it is,"
             " name another one",
             report->path);
    return false;
}

static bool report_replace(const char *path, const char *text)
{
    if (!report_may_replace(path)) {
        return false;
    }
    struct buffer name = {0};
    buffer_append_text(&name, path);
    buffer_append_text(&name, ".new");
    FILE *file = report_create(buffer_text(&name));
    bool done = file && fputs(text, file) >= 0 && fputc('\n', file) == '\n';
    if (file) {
        done = fclose(file) == 0 && done;
        done = done && rename(name.bytes, path) == 0;
    }
    int error = errno;
    if (file && !done) {
        unlink(name.bytes);
    }
    errno = error;
    buffer_free(&name);
    return done;
}

static void report_write(struct report *report, json_t *object)
{
    char *text = json_dumps(object, JSON_INDENT(2));
    json_decref(object);
    bool done = text && report_replace(report->path, text);
    if (!done && !report->failed) {
        log_line(LOG_WARN, "--status-file %s cannot be written: %s", report->path,
                 strerror(errno));
    }
    report->failed = !done;
    free(text);
}

void report_tick(struct report *report, const struct intake *intake,
                 const struct writer_view *view)
{
    int64_t now = clock_ticks_ms();
    bool changed = report->state != intake->news.state;
    if (report->path && (changed || now >= report->due_ms)) {
        report->state = intake->news.state;
        report->due_ms = now + REPORT_EVERY_MS;
        report_write(report, report_compose(report, intake, view));
    }
}

void report_end(struct report *report, const struct intake *intake,
                const struct writer_view *view, const char *reason,
                enum outcome outcome)
{
    if (report->path) {
        json_t *object = report_compose(report, intake, view);
        report_text(object, "state", "ended");
        report_number(object, "state_since", clock_now_ms());
        report_text(object, "end_reason", reason);
        report_number(object, "exit_code", outcome);
        report_write(report, object);
    }
}
