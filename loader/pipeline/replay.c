#include "replay.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "stop.h"

enum { REPLAY_CHUNK = 65536, REPLAY_WAIT_MS = 200 };

static enum outcome replay_explain(const char *name, enum feed_result result,
                                   const struct feed *feed, bool *enough)
{
    switch (result) {
    case FEED_OK:
        return OUTCOME_OK;
    case FEED_ENOUGH:
        *enough = true;
        return OUTCOME_OK;
    case FEED_FAILED:
        log_line(LOG_ERROR, "%s", feed_message(feed));
        return OUTCOME_DATABASE;
    case FEED_TRUNCATED:
        log_line(
            LOG_ERROR,
            "%s: the gzip file ends too early; what came before is stored, fetch it"
            " again and replay it to get the rest",
            name);
        return OUTCOME_INPUT;
    case FEED_CORRUPT:
    case FEED_STALLED: /* recordings wait for ever */
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
static bool replay_is_garbage(const struct feed *feed, const struct feed_totals *before)
{
    struct feed_totals now = feed_totals(feed);
    bool strange = now.strays > before->strays || now.comments == before->comments;
    return now.bytes > before->bytes && now.events == before->events && strange;
}

/* True when something can be read; a file always says so. */
static bool replay_wait(int file)
{
    struct pollfd wanted = {.fd = file, .events = POLLIN};
    return poll(&wanted, 1, REPLAY_WAIT_MS) > 0;
}

static enum feed_result replay_file(int file, struct feed *feed, int *error)
{
    char chunk[REPLAY_CHUNK];
    enum feed_result result = FEED_OK;
    while (result == FEED_OK && !stop_requested()) {
        result = feed_tick(feed);
        if (result != FEED_OK || !replay_wait(file)) {
            continue;
        }
        ssize_t got = read(file, chunk, sizeof chunk);
        if (got == 0) {
            return feed_end(feed);
        }
        if (got < 0 && errno != EINTR && errno != EAGAIN) {
            *error = errno;
            break;
        }
        if (got > 0) {
            result = feed_bytes(feed, chunk, (size_t)got);
        }
    }
    /* Left early: what is half unpacked is given up without complaint. */
    gunzip_free(&feed->gunzip);
    feed_end(feed);
    return result;
}

enum outcome replay_run(const char *path, struct feed *feed, bool *enough)
{
    bool standard = strcmp(path, "-") == 0;
    const char *name = standard ? "standard input" : path;
    int file = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    int error = file < 0 ? errno : 0;
    struct feed_totals before = feed_totals(feed);
    feed_note_state(feed, "replaying");
    enum feed_result result = file < 0 ? FEED_OK : replay_file(file, feed, &error);
    if (file >= 0 && !standard) {
        close(file);
    }
    if (error != 0) {
        log_line(LOG_ERROR, "%s: %s; check the name and the permissions", name,
                 strerror(error));
        return OUTCOME_INPUT;
    }
    bool whole = result == FEED_OK && !stop_requested();
    if (whole && replay_is_garbage(feed, &before)) {
        log_line(LOG_ERROR,
                 "%s: there is no event in it; a recording is the body of an"
                 " event stream, as curl -N writes it",
                 name);
        return OUTCOME_INPUT;
    }
    return replay_explain(name, result, feed, enough);
}
