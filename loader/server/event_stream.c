/*
 * libcurl's own limits for slow transfers do not fit a stream that is quiet for
 * long and alive all the same, so its heartbeat is watched here.
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

static const char *event_stream_title(const struct event_stream *s)
{
    return s->options.hashtag ? s->options.hashtag : s->options.timeline;
}

static const char *event_stream_server(const struct event_stream *s)
{
    return s->options.server->name.bytes;
}

/* ---- one request ---- */

bool event_stream_is_answered(const struct http_request *request)
{
    static const char wanted[] = "text/event-stream";
    size_t size = sizeof wanted - 1;
    const char *type = http_header(request, "Content-Type");
    return http_status(request) == 200 && type &&
           strncasecmp(type, wanted, size) == 0 &&
           (type[size] == '\0' || strchr("; \t", type[size]));
}

void event_stream_append_address(struct buffer *url, const struct http_request *request,
                                 const char *base, const char *timeline,
                                 const char *hashtag)
{
    buffer_append_text(url, base);
    buffer_append_text(url, "/api/v1/streaming/");
    buffer_append_text(url, timeline);
    if (hashtag) {
        buffer_append_text(url, "?tag=");
        http_append_escaped(url, request, hashtag);
    }
}

/* Tells the database that there is a connection; once it is gone, that is when the
 * break began, also for a run that had no post at all. */
static void event_stream_note_heard(struct event_stream *s, int64_t now)
{
    s->heard_ms = now;
    if (s->fed == INTAKE_OK) {
        s->fed = intake_note_heard(&s->intake, clock_now_ms());
    }
}

/* The gap is noted before the first event that comes after it. */
static void event_stream_check_open(struct event_stream *s)
{
    if (!event_stream_is_answered(&s->request)) {
        return;
    }
    int64_t now = clock_ticks_ms();
    s->state = EVENT_STREAM_OPEN;
    s->open_ms = now;
    s->posts = s->intake.posts;
    s->lost = false;
    heartbeat_start(&s->heartbeat, now);
    patience_opened(&s->patience);
    s->options.trunk->news.connects++;
    intake_note_state(&s->intake, "open");
    if (!event_stream_is_cut(s)) {
        log_line(LOG_INFO, "connected to %s (%s)", event_stream_server(s),
                 event_stream_title(s));
    }
    if (s->break_ms > 0) {
        s->fed =
            intake_note_gap(&s->intake, s->break_ms, clock_now_ms(), s->break_reason);
        s->gap = true;
    }
    s->break_ms = 0;
    event_stream_note_heard(s, now);
}

static bool event_stream_receive(void *ctx, const char *bytes, size_t size)
{
    struct event_stream *s = ctx;
    if (s->state == EVENT_STREAM_CONNECTING && s->body.size == 0) {
        event_stream_check_open(s);
    }
    if (s->state != EVENT_STREAM_OPEN) {
        size_t room = EVENT_STREAM_BODY - s->body.size;
        buffer_append(&s->body, bytes, size < room ? size : room);
        heartbeat_byte(&s->heartbeat, clock_ticks_ms());
        return size < room; /* some never end */
    }
    if (s->fed == INTAKE_OK) {
        s->fed = intake_bytes(&s->intake, bytes, size);
    }
    int64_t now = clock_ticks_ms(); /* the database may have kept us waiting */
    heartbeat_byte(&s->heartbeat, now);
    if (s->intake.posts != s->posts) {
        s->posts = s->intake.posts;
        if (s->heartbeat.idle) {
            intake_note_state(&s->intake, "open");
        }
        heartbeat_post(&s->heartbeat, now);
    }
    if (now - s->heard_ms >= EVENT_STREAM_HEARD_MS) {
        event_stream_note_heard(s, now);
    }
    return s->fed == INTAKE_OK;
}

static void event_stream_start(struct event_stream *s)
{
    s->state = EVENT_STREAM_CONNECTING;
    s->fed = INTAKE_OK;
    s->body.size = 0;
    heartbeat_start(&s->heartbeat, clock_ticks_ms());
    intake_note_state(&s->intake, "connecting");
    s->url.size = 0;
    event_stream_append_address(&s->url, &s->request, s->base.bytes,
                                s->options.timeline, s->options.hashtag);
    http_start(&s->request, buffer_text(&s->url));
}

void event_stream_move(struct event_stream *s, const char *base)
{
    s->base.size = 0;
    buffer_append_text(&s->base, base);
    buffer_text(&s->base);
}

bool event_stream_open(struct event_stream *s,
                       const struct event_stream_options *options, const char *base,
                       size_t number, int64_t known_ms)
{
    *s = (struct event_stream){.options = *options, .break_ms = known_ms};
    s->patience.most = options->max_retries;
    s->patience.forever = options->retry_forever;
    event_stream_move(s, base);
    s->request.receive = event_stream_receive;
    s->request.ctx = s;
    snprintf(s->break_reason, sizeof s->break_reason, "the loader was not running");
    intake_init_branch(&s->intake, options->trunk, number);
    if (!http_request_open(options->http, &s->request, true)) {
        return false;
    }
    log_line(LOG_INFO, "connecting to %s (%s)", options->server->name.bytes,
             event_stream_title(s));
    event_stream_start(s);
    return true;
}

void event_stream_close(struct event_stream *s)
{
    http_request_close(&s->request);
    intake_free(&s->intake);
    buffer_free(&s->base);
    buffer_free(&s->url);
    buffer_free(&s->body);
}

/* ---- what became of it ---- */

/* Of a request that has ended by itself: what to do, and in `why` what happened. */
static enum patience_verdict event_stream_judge(struct event_stream *s,
                                                char why[EVENT_STREAM_REASON])
{
    const char *name = event_stream_server(s);
    CURLcode code = s->request.code;
    long status = http_status(&s->request);
    if (s->state == EVENT_STREAM_OPEN || (code != CURLE_OK && status == 0)) {
        if (code == CURLE_OK) {
            snprintf(why, EVENT_STREAM_REASON, "%.150s: the server ended the stream",
                     name);
        } else {
            refusal_explain_failure(why, &s->request, s->options.server);
        }
        return s->state == EVENT_STREAM_OPEN                    ? PATIENCE_ENDED
               : refusal_is_hopeless(code, !s->patience.worked) ? PATIENCE_REFUSED
                                                                : PATIENCE_FAILED;
    }
    refusal_explain(why, &s->request, (struct slice){s->body.bytes, s->body.size}, name,
                    REFUSAL_STREAM, s->options.with_token);
    return refusal_is_passing(status) ? PATIENCE_FAILED : PATIENCE_REFUSED;
}

static int64_t event_stream_asked_ms(const struct event_stream *s)
{
    long status = http_status(&s->request);
    if (status != 429 && status != 503) {
        return 0;
    }
    return headers_wait_ms(http_header(&s->request, "Retry-After"),
                           http_header(&s->request, "X-RateLimit-Reset"),
                           clock_now_ms());
}

static void event_stream_give_up(struct event_stream *s, enum patience_verdict verdict,
                                 const char *why)
{
    s->state = EVENT_STREAM_OVER;
    bool answered = http_status(&s->request) > 0;
    s->outcome =
        verdict == PATIENCE_REFUSED && answered ? OUTCOME_REFUSED : OUTCOME_NETWORK;
    if (s->patience.failures > 0) {
        log_line(LOG_ERROR, "%s; giving up after %" PRId64 " %s", why,
                 s->patience.failures, s->patience.failures == 1 ? "try" : "tries");
    } else {
        log_line(LOG_ERROR, "%s", why);
    }
}

bool event_stream_is_cut(const struct event_stream *s)
{
    return s->cuts >= EVENT_STREAM_CUTS;
}

/* The server's heartbeats come every 15 seconds.  A proxy that waits for less ends
 * every stream that is quiet, always after the same time. */
static bool event_stream_was_cut(struct event_stream *s, int64_t silence)
{
    bool alike = s->cuts > 0 && silence - s->silence_ms < EVENT_STREAM_ALIKE_MS &&
                 s->silence_ms - silence < EVENT_STREAM_ALIKE_MS;
    s->cuts = alike ? s->cuts + 1 : 1;
    s->silence_ms = silence;
    if (s->cuts == EVENT_STREAM_CUTS) {
        log_line(
            LOG_WARN,
            "the stream of %s (%s) is cut whenever it is quiet for %" PRId64
            " s: a proxy, theirs or yours, waits too short a time (of nginx it is"
            " proxy_read_timeout); it is opened again at once, and what is missed is"
            " fetched",
            event_stream_server(s), event_stream_title(s), (silence + 500) / 1000);
    }
    return event_stream_is_cut(s);
}

/* A break begins, if the stream was open.  since_ms: from when on something is missing,
 * on the clock of clock_ticks_ms. */
static void event_stream_note_break(struct event_stream *s, int64_t since_ms,
                                    const char *reason)
{
    if (s->state == EVENT_STREAM_OPEN) {
        s->break_ms = clock_now_ms() - (clock_ticks_ms() - since_ms);
        snprintf(s->break_reason, sizeof s->break_reason, "%s", reason);
    }
}

/* The stream has ended, or will not come: waits for the next try or gives up. */
static void event_stream_recover(struct event_stream *s, enum patience_verdict verdict,
                                 const char *why)
{
    int64_t now = clock_ticks_ms();
    int64_t open_ms = s->state == EVENT_STREAM_OPEN ? now - s->open_ms : 0;
    int64_t asked = s->request.running ? 0 : event_stream_asked_ms(s);
    int64_t base = s->intake.sse.retry_ms;
    http_stop(&s->request);
    enum intake_result ended = intake_end(&s->intake);
    if (s->fed == INTAKE_OK && ended == INTAKE_FAILED) {
        s->fed = ended;
    }
    int64_t pause = patience_pause_ms(&s->patience, verdict, open_ms,
                                      base > BACKOFF_BASE_MS ? base : BACKOFF_BASE_MS,
                                      asked, http_random());
    if (pause < 0) {
        event_stream_give_up(s, verdict, why);
        return;
    }
    s->lost = s->patience.worked && verdict == PATIENCE_REFUSED;
    s->state = EVENT_STREAM_WAITING;
    s->retry_ms = clock_ticks_ms() + pause;
    intake_note_state(&s->intake, "waiting");
    if (s->lost) {
        log_line(LOG_WARN,
                 "%s; trying again in %.1f s, and giving up in %" PRId64
                 " min, after %" PRId64 " more %s",
                 why, (double)pause / 1000, patience_left_ms(&s->patience) / 60000,
                 patience_tries_left(&s->patience),
                 patience_tries_left(&s->patience) == 1 ? "refusal" : "refusals");
    } else if (verdict != PATIENCE_CUT) {
        log_line(LOG_WARN, "%s; trying again in %.1f s", why, (double)pause / 1000);
    }
}

/* It is open no more. */
static void event_stream_break_off(struct event_stream *s, int64_t since_ms,
                                   const char *why)
{
    enum patience_verdict verdict =
        s->state == EVENT_STREAM_OPEN ? PATIENCE_ENDED : PATIENCE_FAILED;
    event_stream_note_break(s, since_ms, why);
    event_stream_recover(s, verdict, why);
}

/* The request has ended by itself.  That breaks after silence have one reason in the
 * database makes one row of all that a proxy cuts. */
static void event_stream_conclude(struct event_stream *s)
{
    char why[EVENT_STREAM_REASON];
    char quiet[EVENT_STREAM_REASON];
    if (s->state == EVENT_STREAM_CONNECTING && s->request.code == CURLE_OK) {
        event_stream_check_open(s); /* a stream that ended before its first byte */
    }
    enum patience_verdict verdict = event_stream_judge(s, why);
    int64_t silence = clock_ticks_ms() - s->heartbeat.byte_ms;
    const char *reason = why;
    if (verdict == PATIENCE_ENDED && silence >= EVENT_STREAM_QUIET_MS) {
        snprintf(quiet, sizeof quiet, "%.150s: the stream ended while it was quiet",
                 event_stream_server(s));
        reason = quiet;
        verdict = event_stream_was_cut(s, silence) ? PATIENCE_CUT : verdict;
    }
    event_stream_note_break(s, s->heartbeat.byte_ms, reason);
    event_stream_recover(s, verdict, why);
}

static void event_stream_end(struct event_stream *s)
{
    char why[EVENT_STREAM_REASON];
    if (s->fed == INTAKE_STALLED) {
        snprintf(why, sizeof why,
                 "the database has taken nothing for %d s; the stream is given up"
                 " until it does",
                 EVENT_STREAM_PATIENCE_MS / 1000);
        event_stream_break_off(s, s->heartbeat.byte_ms, why);
    } else if (s->fed == INTAKE_CORRUPT) {
        snprintf(why, sizeof why, "%.150s sends a packed stream that is damaged",
                 event_stream_server(s));
        event_stream_break_off(s, s->heartbeat.byte_ms, why);
    } else {
        event_stream_conclude(s);
    }
}

static void event_stream_check_heartbeat(struct event_stream *s)
{
    const struct event_stream_options *o = &s->options;
    int64_t idle_ms = s->state == EVENT_STREAM_OPEN ? o->idle_ms : INT64_MAX / 8;
    char why[EVENT_STREAM_REASON];
    switch (heartbeat_check(&s->heartbeat, clock_ticks_ms(), o->stall_ms, idle_ms)) {
    case HEARTBEAT_STALLED:
        snprintf(why, sizeof why, "no byte from %.150s for %" PRId64 " s",
                 o->server->name.bytes, o->stall_ms / 1000);
        event_stream_break_off(s, s->heartbeat.byte_ms, why);
        break;
    case HEARTBEAT_STALE:
        snprintf(why, sizeof why, "no post from %.150s (%.100s) for %" PRId64 " s",
                 o->server->name.bytes, event_stream_title(s),
                 HEARTBEAT_STALE_FACTOR * idle_ms / 1000);
        event_stream_break_off(s, s->heartbeat.post_ms, why);
        break;
    case HEARTBEAT_TURNED_IDLE:
        intake_note_state(&s->intake, "idle");
        log_line(LOG_WARN,
                 "connected to %s (%s), but no posts for %" PRId64
                 " s: the feed is quiet, or the server has switched it off",
                 o->server->name.bytes, event_stream_title(s), idle_ms / 1000);
        break;
    case HEARTBEAT_FINE:
        break;
    }
}

void event_stream_turn(struct event_stream *s)
{
    bool wants_more = s->fed != INTAKE_ENOUGH && s->fed != INTAKE_FAILED;
    if (s->state == EVENT_STREAM_OVER || !wants_more) {
        return;
    }
    if (s->state == EVENT_STREAM_WAITING) {
        if (clock_ticks_ms() >= s->retry_ms && intake_has_room(&s->intake)) {
            event_stream_start(s);
        }
    } else if (!s->request.running) {
        event_stream_end(s);
    } else {
        event_stream_check_heartbeat(s);
    }
}
