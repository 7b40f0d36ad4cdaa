/*
 * libcurl's own limits for slow transfers do not fit a stream that is quiet for
 * long and alive all the same, so a clock of our own watches it: Mastodon sends a
 * heartbeat every 15 seconds.  Redirects are not followed, because the token is for
 * this server alone.
 */
#include "stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include <curl/curl.h>
#include <jansson.h>

#include "backoff.h"
#include "clock.h"
#include "log.h"
#include "stop.h"

enum {
    STREAM_POLL_MS = 200,
    STREAM_CONNECT_MS = 30000,
    STREAM_PATIENCE_MS = 30000, /* meanwhile the server keeps for us what it sends */
    STREAM_BODY = 8192,         /* bytes kept of an answer that is no stream */
    STREAM_WAIT_MOST_S = 900,   /* of what a server may ask us to wait */
    STREAM_SECOND_CHANCES = 3   /* for refusals after the stream once worked */
};

struct stream {
    const struct stream_options *options;
    struct feed *feed;
    CURLM *multi;
    CURL *easy;
    struct curl_slist *headers;
    struct buffer url;

    bool worked; /* a stream has been open in this run */
    int64_t failures;
    int64_t break_ms; /* when the last stream broke off, by the clock on the wall; 0 */
    char break_reason[200];

    /* Of the connection that is being tried: */
    bool open; /* it answers with an event stream */
    bool stalled;
    int64_t open_ms, last_byte_ms; /* on the clock of clock_ticks_ms */
    enum feed_result fed;
    struct buffer body; /* of any other answer */
    char error[CURL_ERROR_SIZE];
};

/* ---- one request ---- */

static bool stream_is_event_stream(const char *type)
{
    static const char wanted[] = "text/event-stream";
    size_t size = sizeof wanted - 1;
    return type && strncasecmp(type, wanted, size) == 0 &&
           (type[size] == '\0' || strchr("; \t", type[size]));
}

static void stream_check_open(struct stream *s)
{
    long code = 0;
    const char *type = NULL;
    curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &code);
    curl_easy_getinfo(s->easy, CURLINFO_CONTENT_TYPE, &type);
    s->open = code == 200 && stream_is_event_stream(type);
    if (!s->open) {
        return;
    }
    s->open_ms = clock_ticks_ms();
    s->feed->news.connects++;
    feed_note_state(s->feed, "open");
    log_line(LOG_INFO, "connected to %s", s->options->server->name.bytes);
    if (s->break_ms > 0) {
        s->fed = feed_note_gap(s->feed, s->break_ms, clock_now_ms(), s->break_reason);
    }
    s->break_ms = 0;
    s->worked = true;
}

static size_t stream_receive(char *bytes, size_t one, size_t size, void *ctx)
{
    struct stream *s = ctx;
    (void)one; /* always 1 */
    s->last_byte_ms = clock_ticks_ms();
    if (!s->open && s->body.size == 0) {
        stream_check_open(s);
    }
    if (!s->open) {
        size_t room = STREAM_BODY - s->body.size;
        buffer_append(&s->body, bytes, size < room ? size : room);
        return size < room ? size : CURL_WRITEFUNC_ERROR; /* some never end */
    }
    if (s->fed == FEED_OK) {
        s->fed = feed_bytes(s->feed, bytes, size);
        s->last_byte_ms = clock_ticks_ms(); /* the database may have kept us waiting */
    }
    return s->fed == FEED_OK ? size : CURL_WRITEFUNC_ERROR;
}

static void stream_set_up(struct stream *s)
{
    const struct stream_options *o = s->options;
    bool secure = strncmp(o->server->origin.bytes, "https", 5) == 0;
    CURL *c = s->easy;
    curl_easy_setopt(c, CURLOPT_URL, s->url.bytes);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, secure ? "https" : "http");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, s->headers);
    curl_easy_setopt(c, CURLOPT_USERAGENT, o->user_agent);
    /* Proxies that speak HTTP/2 are known to reset streams that are quiet. */
    curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)STREAM_CONNECT_MS);
    curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, s->error);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, stream_receive);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, s);
    if (o->ca_file) {
        curl_easy_setopt(c, CURLOPT_CAINFO, o->ca_file);
    }
}

static void stream_compose_url(struct stream *s)
{
    const struct stream_options *o = s->options;
    buffer_append(&s->url, o->server->origin.bytes, o->server->origin.size);
    buffer_append_text(&s->url, "/api/v1/streaming/");
    buffer_append_text(&s->url, o->feed);
    if (o->hashtag) {
        char *escaped = curl_easy_escape(s->easy, o->hashtag, 0);
        buffer_append_text(&s->url, "?tag=");
        buffer_append_text(&s->url, escaped ? escaped : "");
        curl_free(escaped);
    }
    buffer_text(&s->url);
}

static bool stream_init(struct stream *s)
{
    struct buffer bearer = {0};
    s->multi = curl_multi_init();
    s->easy = curl_easy_init();
    if (!s->multi || !s->easy) {
        return false;
    }
    stream_compose_url(s);
    s->headers = curl_slist_append(NULL, "Accept: text/event-stream");
    if (*s->options->token) {
        buffer_append_text(&bearer, "Authorization: Bearer ");
        buffer_append_text(&bearer, s->options->token);
        s->headers = curl_slist_append(s->headers, buffer_text(&bearer));
        explicit_bzero(bearer.bytes, bearer.room);
        buffer_free(&bearer);
    }
    stream_set_up(s);
    return s->headers != NULL;
}

static void stream_free(struct stream *s)
{
    curl_easy_cleanup(s->easy);
    curl_multi_cleanup(s->multi);
    for (struct curl_slist *h = s->headers; h; h = h->next) {
        explicit_bzero(h->data, strlen(h->data));
    }
    curl_slist_free_all(s->headers);
    buffer_free(&s->url);
    buffer_free(&s->body);
}

/* True when the request is over; *code tells how. */
static bool stream_is_over(struct stream *s, CURLcode *code)
{
    int left;
    CURLMsg *message = curl_multi_info_read(s->multi, &left);
    if (message && message->msg == CURLMSG_DONE) {
        *code = message->data.result;
        return true;
    }
    s->stalled = clock_ticks_ms() - s->last_byte_ms > s->options->stall_ms;
    return s->stalled || stop_requested() || s->fed != FEED_OK;
}

/* Makes the request and feeds what comes until it is over. */
static CURLcode stream_connect(struct stream *s)
{
    CURLcode code = CURLE_OK;
    int running;
    s->open = s->stalled = false;
    s->fed = FEED_OK;
    s->body.size = 0;
    s->error[0] = '\0';
    s->last_byte_ms = clock_ticks_ms();
    feed_note_state(s->feed, "connecting");
    curl_multi_add_handle(s->multi, s->easy);
    do {
        curl_multi_perform(s->multi, &running);
        if (s->fed == FEED_OK) {
            s->fed = feed_tick(s->feed);
        }
        if (stream_is_over(s, &code)) {
            break;
        }
        curl_multi_poll(s->multi, NULL, 0, STREAM_POLL_MS, NULL);
    } while (true);
    curl_multi_remove_handle(s->multi, s->easy);
    enum feed_result ended = feed_end(s->feed);
    if (s->fed == FEED_OK && ended != FEED_TRUNCATED) {
        s->fed = ended;
    }
    return code;
}

/* ---- what became of it ---- */

/* The server's own words about an error: {"error": "…"}. */
static const char *stream_server_says(struct stream *s, json_t **owner)
{
    *owner = s->body.size > 0 ? json_loadb(s->body.bytes, s->body.size, 0, NULL) : NULL;
    const char *says = json_string_value(json_object_get(*owner, "error"));
    return says ? says : "";
}

static void stream_explain_refusal(struct stream *s, long code, char *why, size_t size)
{
    const char *name = s->options->server->name.bytes;
    const char *moved = NULL;
    json_t *owner;
    const char *says = stream_server_says(s, &owner);
    curl_easy_getinfo(s->easy, CURLINFO_REDIRECT_URL, &moved);
    if (code == 401 && !*s->options->token) {
        snprintf(
            why, size,
            "%s wants an access token: put one of your account into $MASTODON_TOKEN or"
            " --token-file",
            name);
    } else if (code == 401) {
        snprintf(why, size,
                 "%s does not accept the access token (%.100s); make a new one in"
                 " the account's settings under Development",
                 name, says);
    } else if (code == 404) {
        snprintf(why, size,
                 "%s has no event stream here (404); is it a Mastodon server?", name);
    } else if (code == 200) {
        const char *type = NULL;
        curl_easy_getinfo(s->easy, CURLINFO_CONTENT_TYPE, &type);
        snprintf(why, size, "%s answers with %.60s and not with an event stream", name,
                 type ? type : "something unnamed");
    } else if (code >= 300 && code < 400) {
        snprintf(why, size,
                 "%s streams from another address; run again with --server for"
                 " the host of %.200s",
                 name, moved ? moved : "its redirection");
    } else {
        snprintf(why, size, "%s answers %ld%s%.100s", name, code, *says ? ": " : "",
                 says);
    }
    json_decref(owner);
}

enum stream_verdict { STREAM_TRY_AGAIN, STREAM_REFUSED, STREAM_HOPELESS };

/* Tells whether it makes sense to try again, and in `why` what happened. */
static enum stream_verdict stream_judge(struct stream *s, CURLcode code, char *why,
                                        size_t size)
{
    const char *name = s->options->server->name.bytes;
    long status = 0;
    curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &status);
    if (s->stalled) {
        snprintf(why, size, "no byte from %s for %" PRId64 " s", name,
                 s->options->stall_ms / 1000);
        return STREAM_TRY_AGAIN;
    }
    if (s->fed == FEED_STALLED) {
        snprintf(why, size,
                 "the database has taken nothing for %d s; the stream is given up"
                 " until it does",
                 STREAM_PATIENCE_MS / 1000);
        return STREAM_TRY_AGAIN;
    }
    if (s->open || (code != CURLE_OK && status == 0)) {
        snprintf(why, size, "%s: %s", name,
                 code == CURLE_OK ? "the server ended the stream"
                 : *s->error      ? s->error
                                  : curl_easy_strerror(code));
        bool hopeless = code == CURLE_PEER_FAILED_VERIFICATION ||
                        code == CURLE_SSL_CACERT_BADFILE ||
                        (code == CURLE_COULDNT_RESOLVE_HOST && !s->worked);
        return hopeless ? STREAM_HOPELESS : STREAM_TRY_AGAIN;
    }
    stream_explain_refusal(s, status, why, size);
    bool passing = status == 408 || status == 425 || status == 429 || status >= 500;
    return passing ? STREAM_TRY_AGAIN : STREAM_REFUSED;
}

static uint32_t stream_random(void)
{
    uint32_t number = 0;
    if (getrandom(&number, sizeof number, 0) != sizeof number) {
        number = (uint32_t)clock_now_ms() * 2654435761u;
    }
    return number;
}

static int64_t stream_pause_ms(const struct stream *s)
{
    int64_t asked = s->feed->sse.retry_ms;
    int64_t base = asked > BACKOFF_BASE_MS ? asked : BACKOFF_BASE_MS;
    int64_t pause = backoff_pause_ms(s->failures, base, stream_random());
    curl_off_t wait = 0; /* from a Retry-After header, in seconds */
    curl_easy_getinfo(s->easy, CURLINFO_RETRY_AFTER, &wait);
    wait = wait < STREAM_WAIT_MOST_S ? wait : STREAM_WAIT_MOST_S;
    return wait * 1000 > pause ? wait * 1000 + pause % 1000 : pause;
}

/* Waits, also for the database, and keeps committing and showing meanwhile. */
static enum feed_result stream_wait(struct stream *s, int64_t pause_ms)
{
    int64_t end = clock_ticks_ms() + pause_ms;
    enum feed_result result = FEED_OK;
    feed_note_state(s->feed, "waiting");
    while (result == FEED_OK && !stop_requested() &&
           (clock_ticks_ms() < end || !feed_has_room(s->feed))) {
        stop_sleep_ms(100);
        result = feed_tick(s->feed);
    }
    return result;
}

/* After a try: waits for the next one, or gives up. */
static enum outcome stream_recover(struct stream *s, CURLcode code, bool *again)
{
    char why[600];
    enum stream_verdict verdict = stream_judge(s, code, why, sizeof why);
    bool healthy = s->open && clock_ticks_ms() - s->open_ms >= BACKOFF_HEALTHY_MS;
    s->failures = healthy ? 0 : s->failures + 1;
    if (s->open) {
        s->break_ms = clock_now_ms() - (clock_ticks_ms() - s->last_byte_ms);
        snprintf(s->break_reason, sizeof s->break_reason, "%.199s", why);
    }
    bool second_chance = s->worked && s->failures <= STREAM_SECOND_CHANCES;
    *again = verdict == STREAM_TRY_AGAIN || second_chance;
    if (!*again) {
        log_line(LOG_ERROR, "%s", why);
        return verdict == STREAM_REFUSED ? OUTCOME_REFUSED : OUTCOME_NETWORK;
    }
    int64_t most = s->options->max_retries;
    if (most >= 0 && s->failures > most) {
        log_line(LOG_ERROR, "%s; giving up after %" PRId64 " tries", why, s->failures);
        *again = false;
        return OUTCOME_NETWORK;
    }
    int64_t pause = stream_pause_ms(s);
    log_line(LOG_WARN, "%s; trying again in %.1f s", why, (double)pause / 1000);
    s->fed = stream_wait(s, pause);
    return OUTCOME_OK;
}

static enum outcome stream_loop(struct stream *s, bool *enough)
{
    enum outcome outcome = OUTCOME_OK;
    bool again = true;
    while (again && !stop_requested() && outcome == OUTCOME_OK) {
        CURLcode code = stream_connect(s);
        bool broken = s->fed != FEED_ENOUGH && s->fed != FEED_FAILED;
        if (broken && !stop_requested()) {
            outcome = stream_recover(s, code, &again);
        }
        if (s->fed == FEED_ENOUGH) {
            *enough = true;
            break;
        }
        if (s->fed == FEED_FAILED) {
            log_line(LOG_ERROR, "%s", feed_message(s->feed));
            outcome = OUTCOME_DATABASE;
        }
    }
    return outcome;
}

enum outcome stream_run(const struct stream_options *options, struct feed *feed,
                        bool *enough)
{
    struct stream s = {.options = options, .feed = feed};
    feed->patience_ms = STREAM_PATIENCE_MS;
    enum outcome outcome = OUTCOME_INTERNAL;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK && stream_init(&s)) {
        log_line(LOG_INFO, "connecting to %s (%s%s%s)", options->server->name.bytes,
                 options->feed, options->hashtag ? " #" : "",
                 options->hashtag ? options->hashtag : "");
        outcome = stream_loop(&s, enough);
    } else {
        log_line(LOG_ERROR, "libcurl cannot be set up");
    }
    stream_free(&s);
    curl_global_cleanup();
    return outcome;
}
