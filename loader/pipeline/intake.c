#include "intake.h"

#include <string.h>

#include "clock.h"
#include "stop.h"

static enum feed_result feed_written(enum writer_result result)
{
    static const enum feed_result results[] = {[WRITER_OK] = FEED_OK,
                                               [WRITER_FULL] = FEED_OK,
                                               [WRITER_ENOUGH] = FEED_ENOUGH,
                                               [WRITER_FAILED] = FEED_FAILED};
    return results[result];
}

static bool feed_is_due(const struct feed *feed, int64_t now)
{
    int64_t deadline = feed->trunk->deadline_ms;
    return deadline > 0 && now >= deadline;
}

static void feed_watch(struct feed *feed, int64_t now)
{
    enum { WATCH_EVERY_MS = 200 };
    struct feed *trunk = feed->trunk;
    if (now >= trunk->watch_at_ms) {
        trunk->watch_at_ms = now + WATCH_EVERY_MS;
        trunk->watch(trunk->ctx);
    }
}

/* The writer has no room: nothing is read meanwhile.  FEED_OK says to try again. */
static enum feed_result feed_be_patient(struct feed *feed, int64_t *since)
{
    int64_t now = clock_ticks_ms();
    *since = *since > 0 ? *since : now;
    feed_watch(feed, now);
    if (stop_requested() || feed_is_due(feed, now)) {
        return FEED_ENOUGH;
    }
    int64_t patience = feed->trunk->patience_ms;
    bool enough = patience > 0 && now - *since >= patience;
    return enough ? FEED_STALLED : FEED_OK;
}

/* What has come from all connections, as of this one's last event. */
static struct apply_source feed_source(struct feed *feed)
{
    struct feed *trunk = feed->trunk;
    trunk->source.oversized += (int64_t)(feed->sse.oversized - feed->oversized);
    feed->oversized = feed->sse.oversized;
    struct apply_source source = trunk->source;
    source.number = feed->number;
    return source;
}

static bool feed_is_post(struct slice type)
{
    static const char *const names[] = {"update", "status.update"};
    for (size_t i = 0; i < 2; i++) {
        if (type.size == strlen(names[i]) &&
            memcmp(type.bytes, names[i], type.size) == 0) {
            return true;
        }
    }
    return false;
}

static bool feed_take_event(void *ctx, const struct sse_event *event)
{
    struct feed *feed = ctx;
    struct apply_source source = feed_source(feed);
    int64_t since = 0;
    enum writer_result result;
    feed->events++;
    feed->posts += feed_is_post(event->type);
    feed->last = FEED_OK;
    do {
        result = writer_put_event(feed->writer, event->type, event->data, &source);
        feed->last = result == WRITER_FULL ? feed_be_patient(feed, &since)
                                           : feed_written(result);
    } while (result == WRITER_FULL && feed->last == FEED_OK);
    return feed->last == FEED_OK;
}

static bool feed_take_plain(void *ctx, const char *bytes, size_t size)
{
    struct feed *feed = ctx;
    bool more = sse_feed(&feed->sse, bytes, size);
    feed_source(feed);
    return more;
}

void feed_note_state(struct feed *feed, const char *state)
{
    feed->trunk->news.state = state;
    feed->trunk->news.since_ms = clock_now_ms();
}

void feed_init(struct feed *feed, struct writer *writer, size_t event_limit,
               void (*watch)(void *ctx), void *ctx)
{
    *feed = (struct feed){.writer = writer, .trunk = feed, .watch = watch, .ctx = ctx};
    feed_note_state(feed, "starting");
    gunzip_init(&feed->gunzip, (struct gunzip_receiver){feed_take_plain, feed});
    sse_init(&feed->sse, event_limit, (struct sse_listener){feed_take_event, feed});
}

void feed_init_branch(struct feed *branch, struct feed *trunk, size_t number)
{
    feed_init(branch, trunk->writer, trunk->sse.limit, NULL, NULL);
    branch->trunk = trunk;
    branch->number = number;
}

void feed_free(struct feed *feed)
{
    gunzip_free(&feed->gunzip);
    sse_free(&feed->sse);
}

static enum feed_result feed_unpacked(const struct feed *feed,
                                      enum gunzip_result result)
{
    if (result == GUNZIP_STOPPED) {
        return feed->last;
    }
    static const enum feed_result results[] = {[GUNZIP_OK] = FEED_OK,
                                               [GUNZIP_STOPPED] = FEED_ENOUGH,
                                               [GUNZIP_TRUNCATED] = FEED_TRUNCATED,
                                               [GUNZIP_CORRUPT] = FEED_CORRUPT};
    return results[result];
}

enum feed_result feed_bytes(struct feed *feed, const char *bytes, size_t size)
{
    feed->trunk->source.bytes += (int64_t)size;
    feed->trunk->news.last_byte_ms = clock_now_ms();
    return feed_unpacked(feed, gunzip_feed(&feed->gunzip, bytes, size));
}

enum feed_result feed_end(struct feed *feed)
{
    enum gunzip_result result = gunzip_end(&feed->gunzip);
    sse_restart(&feed->sse);
    return feed_unpacked(feed, result);
}

struct feed_totals feed_totals(const struct feed *feed)
{
    return (struct feed_totals){
        .bytes = feed->source.bytes,
        .events = feed->events + feed->sse.oversized,
        .comments = feed->sse.comments,
        .strays = feed->sse.strays,
    };
}

const char *feed_message(const struct feed *feed)
{
    return writer_message(feed->writer);
}

bool feed_has_room(struct feed *feed) { return writer_has_room(feed->writer); }

enum feed_result feed_note_gap(struct feed *feed, int64_t from_ms, int64_t to_ms,
                               const char *reason)
{
    struct apply_source source = feed_source(feed);
    int64_t since = 0;
    enum feed_result fed = FEED_OK;
    enum writer_result result;
    do {
        result = writer_put_gap(feed->writer, from_ms, to_ms, reason, &source);
        fed = result == WRITER_FULL ? feed_be_patient(feed, &since)
                                    : feed_written(result);
    } while (result == WRITER_FULL && fed == FEED_OK);
    return fed;
}

enum feed_result feed_call(struct feed *feed, apply_work *work, void *ctx)
{
    struct apply_source source = feed_source(feed);
    return feed_written(writer_call(feed->writer, work, ctx, &source));
}

enum feed_result feed_tick(struct feed *feed)
{
    int64_t now = clock_ticks_ms();
    feed_watch(feed, now);
    return feed_is_due(feed, now) ? FEED_ENOUGH
                                  : feed_written(writer_tick(feed->writer));
}
