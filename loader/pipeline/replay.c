#include "replay.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
#include "stop.h"

enum { REPLAY_CHUNK = 65536, REPLAY_WAIT_MS = 200 };

static bool replay_is_standard(const char *path) { return strcmp(path, "-") == 0; }

/* ---- what can go wrong ---- */

static enum outcome replay_complain(const char *name, int error)
{
    log_line(LOG_ERROR, "%s: %s; check the name and the permissions", name,
             strerror(error));
    return OUTCOME_INPUT;
}

static enum outcome replay_complain_packed(const char *name, bool truncated,
                                           bool stored)
{
    log_line(LOG_ERROR, "%s: the gzip file %s; %s", name,
             truncated ? "ends too early" : "is damaged",
             stored ? "what came before is stored, fetch it again and replay it to get"
                      " the rest"
                    : "fetch it again");
    return OUTCOME_INPUT;
}

static enum outcome replay_complain_garbage(const char *name)
{
    log_line(LOG_ERROR,
             "%s: there is no event in it; a recording is the body of an event stream,"
             " as curl -N writes it",
             name);
    return OUTCOME_INPUT;
}

/* ---- a look before ---- */

struct replay_probe {
    struct gunzip gunzip;
    struct sse sse;
    bool found; /* an event, whatever it is worth */
};

static bool replay_find_event(void *ctx, const struct sse_event *event)
{
    struct replay_probe *probe = ctx;
    (void)event;
    probe->found = true;
    return false;
}

static bool replay_probe_plain(void *ctx, const char *bytes, size_t size)
{
    struct replay_probe *probe = ctx;
    return sse_feed(&probe->sse, bytes, size);
}

/* Reads until there is an event, or what is unpacked ends. */
static enum gunzip_result replay_probe_file(struct replay_probe *probe, int file,
                                            int *error)
{
    char chunk[REPLAY_CHUNK];
    enum gunzip_result result = GUNZIP_OK;
    ssize_t got = 1;
    while (result == GUNZIP_OK && got > 0) {
        got = read(file, chunk, sizeof chunk);
        if (got > 0) {
            result = gunzip_feed(&probe->gunzip, chunk, (size_t)got);
        }
    }
    *error = got < 0 ? errno : 0;
    return result == GUNZIP_OK ? gunzip_end(&probe->gunzip) : result;
}

static enum outcome replay_probe(int file, const char *name, bool empty)
{
    struct replay_probe probe = {.found = false};
    int error;
    gunzip_init(&probe.gunzip, (struct gunzip_receiver){replay_probe_plain, &probe});
    sse_init(&probe.sse, SSE_LIMIT,
             (struct sse_listener){replay_find_event, replay_find_event, &probe});
    enum gunzip_result result = replay_probe_file(&probe, file, &error);
    bool heartbeats = probe.sse.comments > 0 && probe.sse.strays == 0;
    gunzip_free(&probe.gunzip);
    sse_free(&probe.sse);
    if (error != 0) {
        return replay_complain(name, error);
    }
    if (probe.found) {
        return OUTCOME_OK;
    }
    if (result == GUNZIP_TRUNCATED || result == GUNZIP_CORRUPT) {
        return replay_complain_packed(name, result == GUNZIP_TRUNCATED, false);
    }
    return heartbeats || empty ? OUTCOME_OK : replay_complain_garbage(name);
}

enum outcome replay_look(const char *path)
{
    struct stat about;
    if (replay_is_standard(path)) {
        return OUTCOME_OK;
    }
    if (stat(path, &about) != 0 || access(path, R_OK) != 0) {
        return replay_complain(path, errno);
    }
    if (S_ISDIR(about.st_mode)) {
        return replay_complain(path, EISDIR);
    }
    if (!S_ISREG(about.st_mode)) {
        return OUTCOME_OK;
    }
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return replay_complain(path, errno);
    }
    enum outcome outcome = replay_probe(file, path, about.st_size == 0);
    close(file);
    return outcome;
}

/* ---- feeding ---- */

static enum outcome replay_explain(const char *name, enum intake_result result,
                                   const struct intake *intake, bool *enough)
{
    switch (result) {
    case INTAKE_OK:
        return OUTCOME_OK;
    case INTAKE_ENOUGH:
        *enough = true;
        return OUTCOME_OK;
    case INTAKE_FAILED:
        log_line(LOG_ERROR, "%s", intake_message(intake));
        return OUTCOME_DATABASE;
    case INTAKE_TRUNCATED:
    case INTAKE_CORRUPT:
    case INTAKE_STALLED: /* recordings wait for ever */
    default:
        return replay_complain_packed(name, result == INTAKE_TRUNCATED, true);
    }
}

/* A page of HTML or a picture is no recording, but heartbeats alone are. */
static bool replay_is_garbage(const struct intake *intake,
                              const struct intake_totals *before)
{
    struct intake_totals now = intake_totals(intake);
    bool strange = now.strays > before->strays || now.comments == before->comments;
    return now.bytes > before->bytes && now.events == before->events && strange;
}

/* True when something can be read; a file always says so. */
static bool replay_wait(int file)
{
    struct pollfd wanted = {.fd = file, .events = POLLIN};
    return poll(&wanted, 1, REPLAY_WAIT_MS) > 0;
}

static enum intake_result replay_file(int file, struct intake *intake, int *error)
{
    char chunk[REPLAY_CHUNK];
    enum intake_result result = INTAKE_OK;
    while (result == INTAKE_OK && !stop_requested()) {
        result = intake_tick(intake);
        if (result != INTAKE_OK || !replay_wait(file)) {
            continue;
        }
        ssize_t got = read(file, chunk, sizeof chunk);
        if (got == 0) {
            return intake_end(intake);
        }
        if (got < 0 && errno != EINTR && errno != EAGAIN) {
            *error = errno;
            break;
        }
        if (got > 0) {
            result = intake_bytes(intake, chunk, (size_t)got);
        }
    }
    /* Left early: what is half unpacked is given up without complaint. */
    gunzip_free(&intake->gunzip);
    intake_end(intake);
    return result;
}

enum outcome replay_run(const char *path, struct intake *intake, bool *enough)
{
    bool standard = replay_is_standard(path);
    const char *name = standard ? "standard input" : path;
    /* A pipe that nobody writes to yet is waited for like one that is quiet. */
    int file = standard ? STDIN_FILENO : open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    int error = file < 0 ? errno : 0;
    struct intake_totals before = intake_totals(intake);
    intake_note_state(intake, "replaying");
    enum intake_result result =
        file < 0 ? INTAKE_OK : replay_file(file, intake, &error);
    if (file >= 0 && !standard) {
        close(file);
    }
    if (error != 0) {
        return replay_complain(name, error);
    }
    bool whole = result == INTAKE_OK && !stop_requested();
    if (whole && replay_is_garbage(intake, &before)) {
        return replay_complain_garbage(name);
    }
    return replay_explain(name, result, intake, enough);
}
