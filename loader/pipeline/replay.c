#include "replay.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "stop.h"

enum { REPLAY_CHUNK = 65536, REPLAY_WAIT_MS = 200 };

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
        log_line(
            LOG_ERROR,
            "%s: the gzip file ends too early; what came before is stored, fetch it"
            " again and replay it to get the rest",
            name);
        return OUTCOME_INPUT;
    case INTAKE_CORRUPT:
    case INTAKE_STALLED: /* recordings wait for ever */
    default:
        log_line(
            LOG_ERROR,
            "%s: the gzip file is damaged; what came before is stored, fetch it again"
            " and replay it to get the rest",
            name);
        return OUTCOME_INPUT;
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
    bool standard = strcmp(path, "-") == 0;
    const char *name = standard ? "standard input" : path;
    int file = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    int error = file < 0 ? errno : 0;
    struct intake_totals before = intake_totals(intake);
    intake_note_state(intake, "replaying");
    enum intake_result result =
        file < 0 ? INTAKE_OK : replay_file(file, intake, &error);
    if (file >= 0 && !standard) {
        close(file);
    }
    if (error != 0) {
        log_line(LOG_ERROR, "%s: %s; check the name and the permissions", name,
                 strerror(error));
        return OUTCOME_INPUT;
    }
    bool whole = result == INTAKE_OK && !stop_requested();
    if (whole && replay_is_garbage(intake, &before)) {
        log_line(LOG_ERROR,
                 "%s: there is no event in it; a recording is the body of an"
                 " event stream, as curl -N writes it",
                 name);
        return OUTCOME_INPUT;
    }
    return replay_explain(name, result, intake, enough);
}
