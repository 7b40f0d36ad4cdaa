#include "feed.h"

#include "clock.h"

static bool feed_take_event(void *ctx, const struct sse_event *event)
{
    struct feed *feed = ctx;
    feed->last = apply_event(feed->apply, event->type, event->data);
    return feed->last == APPLY_OK;
}

static bool feed_take_plain(void *ctx, const char *bytes, size_t size)
{
    struct feed *feed = ctx;
    bool more = sse_feed(&feed->sse, bytes, size);
    feed->apply->oversized = (int64_t)feed->sse.oversized;
    return more;
}

void feed_init(struct feed *feed, struct apply *apply, size_t event_limit,
               void (*watch)(void *ctx), void *ctx)
{
    feed->apply = apply;
    feed->last = APPLY_OK;
    feed->watch = watch;
    feed->ctx = ctx;
    feed->watch_at_ms = 0;
    feed->deadline_ms = 0;
    gunzip_init(&feed->gunzip, (struct gunzip_receiver){feed_take_plain, feed});
    sse_init(&feed->sse, event_limit, (struct sse_listener){feed_take_event, feed});
}

void feed_free(struct feed *feed)
{
    gunzip_free(&feed->gunzip);
    sse_free(&feed->sse);
}

static enum feed_result feed_applied(enum apply_result result)
{
    static const enum feed_result results[] = {[APPLY_OK] = FEED_OK,
                                               [APPLY_ENOUGH] = FEED_ENOUGH,
                                               [APPLY_FAILED] = FEED_FAILED};
    return results[result];
}

static enum feed_result feed_unpacked(const struct feed *feed,
                                      enum gunzip_result result)
{
    if (result == GUNZIP_STOPPED) {
        return feed_applied(feed->last);
    }
    static const enum feed_result results[] = {[GUNZIP_OK] = FEED_OK,
                                               [GUNZIP_STOPPED] = FEED_ENOUGH,
                                               [GUNZIP_TRUNCATED] = FEED_TRUNCATED,
                                               [GUNZIP_CORRUPT] = FEED_CORRUPT};
    return results[result];
}

enum feed_result feed_bytes(struct feed *feed, const char *bytes, size_t size)
{
    feed->apply->bytes += (int64_t)size;
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
        .bytes = feed->apply->bytes,
        .events = (uint64_t)feed->apply->counts.events + feed->sse.oversized,
        .comments = feed->sse.comments,
        .strays = feed->sse.strays,
    };
}

bool feed_note_gap(struct feed *feed, int64_t from_ms, int64_t to_ms,
                   const char *reason)
{
    return store_note_gap(feed->apply->store, from_ms, to_ms, reason);
}

enum feed_result feed_tick(struct feed *feed)
{
    enum { WATCH_EVERY_MS = 200 };
    int64_t now = clock_ticks_ms();
    if (now >= feed->watch_at_ms) {
        feed->watch_at_ms = now + WATCH_EVERY_MS;
        feed->watch(feed->ctx);
    }
    if (feed->deadline_ms > 0 && now >= feed->deadline_ms) {
        return FEED_ENOUGH;
    }
    return feed_applied(apply_tick(feed->apply));
}
