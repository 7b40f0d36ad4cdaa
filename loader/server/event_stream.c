/*
 * libcurl's own limits for slow transfers do not fit a stream that is quiet for
 * long and alive all the same, so a pulse of our own watches it.
 */
#include "event_stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "backoff.h"
#include "clock.h"
#include "headers.h"
#include "log.h"
#include "refusal.h"

static const char *stream_title(const struct stream *s)
{
    return s->options.hashtag ? s->options.hashtag : s->options.feed;
}

/* ---- one request ---- */

static bool stream_is_event_stream(const char *type)
{
    static const char wanted[] = "text/event-stream";
    size_t size = sizeof wanted - 1;
    return type && strncasecmp(type, wanted, size) == 0 &&
           (type[size] == '\0' || strchr("; \t", type[size]));
}

/* The gap is noted before the first event that comes after it. */
static void stream_check_open(struct stream *s)
{
    if (net_status(&s->request) != 200 ||
        !stream_is_event_stream(net_header(&s->request, "Content-Type"))) {
        return;
    }
    int64_t now = clock_ticks_ms();
    s->state = STREAM_OPEN;
    s->open_ms = now;
    s->posts = s->feed.posts;
    s->lost = false;
    pulse_start(&s->pulse, now);
    patience_opened(&s->patience);
    s->options.trunk->news.connects++;
    feed_note_state(&s->feed, "open");
    log_line(LOG_INFO, "connected to %s (%s)", s->options.name, stream_title(s));
    if (s->break_ms > 0) {
        s->fed = feed_note_gap(&s->feed, s->break_ms, clock_now_ms(), s->break_reason);
        s->gap = true;
    }
    s->break_ms = 0;
}

static bool stream_receive(void *ctx, const char *bytes, size_t size)
{
    struct stream *s = ctx;
    if (s->state == STREAM_CONNECTING && s->body.size == 0) {
        stream_check_open(s);
    }
    if (s->state != STREAM_OPEN) {
        size_t room = STREAM_BODY - s->body.size;
        buffer_append(&s->body, bytes, size < room ? size : room);
        pulse_byte(&s->pulse, clock_ticks_ms());
        return size < room; /* some never end */
    }
    if (s->fed == FEED_OK) {
        s->fed = feed_bytes(&s->feed, bytes, size);
    }
    int64_t now = clock_ticks_ms(); /* the database may have kept us waiting */
    pulse_byte(&s->pulse, now);
    if (s->feed.posts != s->posts) {
        s->posts = s->feed.posts;
        if (s->pulse.idle) {
            feed_note_state(&s->feed, "open");
        }
        pulse_post(&s->pulse, now);
    }
    return s->fed == FEED_OK;
}

static void stream_compose_url(struct stream *s)
{
    const struct stream_options *o = &s->options;
    s->url.size = 0;
    buffer_append_text(&s->url, o->base);
    buffer_append_text(&s->url, "/api/v1/streaming/");
    buffer_append_text(&s->url, o->feed);
    if (o->hashtag) {
        char *escaped = curl_easy_escape(s->request.easy, o->hashtag, 0);
        buffer_append_text(&s->url, "?tag=");
        buffer_append_text(&s->url, escaped ? escaped : "");
        curl_free(escaped);
    }
    buffer_text(&s->url);
}

static void stream_start(struct stream *s)
{
    s->state = STREAM_CONNECTING;
    s->fed = FEED_OK;
    s->body.size = 0;
    pulse_start(&s->pulse, clock_ticks_ms());
    feed_note_state(&s->feed, "connecting");
    stream_compose_url(s);
    net_start(&s->request, s->url.bytes);
}

bool stream_open(struct stream *s, const struct stream_options *options, size_t number,
                 int64_t known_ms)
{
    *s = (struct stream){.options = *options, .break_ms = known_ms};
    s->patience.most = options->max_retries;
    s->patience.forever = options->retry_forever;
    s->request.receive = stream_receive;
    s->request.ctx = s;
    snprintf(s->break_reason, sizeof s->break_reason, "the loader was not running");
    feed_init_branch(&s->feed, options->trunk, number);
    if (!net_request_open(options->net, &s->request, true)) {
        return false;
    }
    log_line(LOG_INFO, "connecting to %s (%s)", options->name, stream_title(s));
    stream_start(s);
    return true;
}

void stream_close(struct stream *s)
{
    net_request_close(&s->request);
    feed_free(&s->feed);
    buffer_free(&s->url);
    buffer_free(&s->body);
}

/* ---- what became of it ---- */

/* Of a request that has ended by itself: what to do, and in `why` what happened. */
static enum patience_verdict stream_judge(struct stream *s, char why[STREAM_REASON])
{
    const char *name = s->options.name;
    CURLcode code = s->request.code;
    long status = net_status(&s->request);
    if (s->state == STREAM_OPEN || (code != CURLE_OK && status == 0)) {
        snprintf(why, STREAM_REASON, "%.150s: %.300s", name,
                 code == CURLE_OK ? "the server ended the stream"
                                  : net_failure(&s->request));
        return s->state == STREAM_OPEN                          ? PATIENCE_ENDED
               : refusal_is_hopeless(code, !s->patience.worked) ? PATIENCE_REFUSED
                                                                : PATIENCE_FAILED;
    }
    refusal_explain(why, &s->request, (struct slice){s->body.bytes, s->body.size}, name,
                    "event stream", s->options.with_token);
    return refusal_is_passing(status) ? PATIENCE_FAILED : PATIENCE_REFUSED;
}

static int64_t stream_asked_ms(const struct stream *s)
{
    long status = net_status(&s->request);
    if (status != 429 && status != 503) {
        return 0;
    }
    return headers_wait_ms(net_header(&s->request, "Retry-After"),
                           net_header(&s->request, "X-RateLimit-Reset"),
                           clock_now_ms());
}

static void stream_give_up(struct stream *s, enum patience_verdict verdict,
                           const char *why)
{
    s->state = STREAM_OVER;
    bool answered = net_status(&s->request) > 0;
    s->outcome =
        verdict == PATIENCE_REFUSED && answered ? OUTCOME_REFUSED : OUTCOME_NETWORK;
    if (s->patience.failures > 0) {
        log_line(LOG_ERROR, "%s; giving up after %" PRId64 " %s", why,
                 s->patience.failures, s->patience.failures == 1 ? "try" : "tries");
    } else {
        log_line(LOG_ERROR, "%s", why);
    }
}

/* The stream has ended, or will not come: waits for the next try or gives up.
 * since_ms: from when on something is missing, on the clock of clock_ticks_ms. */
static void stream_recover(struct stream *s, enum patience_verdict verdict,
                           int64_t since_ms, const char *why)
{
    int64_t now = clock_ticks_ms();
    int64_t open_ms = s->state == STREAM_OPEN ? now - s->open_ms : 0;
    if (s->state == STREAM_OPEN) {
        s->break_ms = clock_now_ms() - (now - since_ms);
        snprintf(s->break_reason, sizeof s->break_reason, "%s", why);
    }
    int64_t asked = s->request.running ? 0 : stream_asked_ms(s);
    int64_t base = s->feed.sse.retry_ms;
    net_stop(&s->request);
    enum feed_result ended = feed_end(&s->feed);
    if (s->fed == FEED_OK && ended == FEED_FAILED) {
        s->fed = ended;
    }
    int64_t pause = patience_pause_ms(&s->patience, verdict, open_ms,
                                      base > BACKOFF_BASE_MS ? base : BACKOFF_BASE_MS,
                                      asked, net_random());
    if (pause < 0) {
        stream_give_up(s, verdict, why);
        return;
    }
    s->lost = s->patience.worked && verdict == PATIENCE_REFUSED;
    s->state = STREAM_WAITING;
    s->retry_ms = clock_ticks_ms() + pause;
    feed_note_state(&s->feed, "waiting");
    log_line(LOG_WARN, "%s; trying again in %.1f s", why, (double)pause / 1000);
}

static void stream_end(struct stream *s)
{
    char why[STREAM_REASON];
    if (s->fed == FEED_STALLED) {
        snprintf(why, sizeof why,
                 "the database has taken nothing for %d s; the stream is given up"
                 " until it does",
                 STREAM_PATIENCE_MS / 1000);
        stream_recover(s, PATIENCE_ENDED, s->pulse.byte_ms, why);
        return;
    }
    if (s->fed == FEED_CORRUPT) {
        snprintf(why, sizeof why, "%.150s sends a packed stream that is damaged",
                 s->options.name);
        stream_recover(s, PATIENCE_ENDED, s->pulse.byte_ms, why);
        return;
    }
    if (s->state == STREAM_CONNECTING && s->request.code == CURLE_OK) {
        stream_check_open(s); /* a stream that ended before its first byte */
    }
    enum patience_verdict verdict = stream_judge(s, why);
    stream_recover(s, verdict, s->pulse.byte_ms, why);
}

static void stream_feel_pulse(struct stream *s)
{
    const struct stream_options *o = &s->options;
    int64_t idle_ms = s->state == STREAM_OPEN ? o->idle_ms : INT64_MAX / 8;
    char why[STREAM_REASON];
    switch (pulse_check(&s->pulse, clock_ticks_ms(), o->stall_ms, idle_ms)) {
    case PULSE_STALLED:
        snprintf(why, sizeof why, "no byte from %.150s for %" PRId64 " s", o->name,
                 o->stall_ms / 1000);
        stream_recover(s, s->state == STREAM_OPEN ? PATIENCE_ENDED : PATIENCE_FAILED,
                       s->pulse.byte_ms, why);
        break;
    case PULSE_STALE:
        snprintf(why, sizeof why, "no post from %.150s (%.100s) for %" PRId64 " s",
                 o->name, stream_title(s), PULSE_STALE_FACTOR * idle_ms / 1000);
        stream_recover(s, PATIENCE_ENDED, s->pulse.post_ms, why);
        break;
    case PULSE_TURNED_IDLE:
        feed_note_state(&s->feed, "idle");
        log_line(LOG_WARN,
                 "connected to %s (%s), but no posts for %" PRId64
                 " s: the feed is quiet, or the server has switched it off",
                 o->name, stream_title(s), idle_ms / 1000);
        break;
    case PULSE_FINE:
        break;
    }
}

void stream_turn(struct stream *s)
{
    bool wants_more = s->fed != FEED_ENOUGH && s->fed != FEED_FAILED;
    if (s->state == STREAM_OVER || !wants_more) {
        return;
    }
    if (s->state == STREAM_WAITING) {
        if (clock_ticks_ms() >= s->retry_ms && feed_has_room(&s->feed)) {
            stream_start(s);
        }
    } else if (!s->request.running) {
        stream_end(s);
    } else {
        stream_feel_pulse(s);
    }
}
