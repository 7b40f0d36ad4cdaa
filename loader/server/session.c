/*
 * One thread does everything: while a question waits for its answer, or a pause for
 * its end, live_turn lets all streams go on.
 */
#include "session.h"

#include <stdlib.h>
#include <string.h>

#include "backfill.h"
#include "backoff.h"
#include "clock.h"
#include "log.h"
#include "http.h"
#include "preflight.h"
#include "http_get.h"
#include "stop.h"
#include "event_stream.h"

enum { LIVE_LATER_MS = 300000 }; /* until a gap is tried again */

struct live_channel {
    struct stream stream;
    struct feed feed; /* of what is not streamed */
    struct backfill backfill;
    struct patience patience; /* with polling */
    int64_t due_ms; /* of the next asking, on the clock of clock_ticks_ms; -1: never */
};

struct live {
    const struct live_options *options;
    struct feed *trunk; /* NULL: only to check */
    struct net net;
    struct rest rest;
    struct preflight preflight;
    struct backfill_budget budget;
    struct live_channel *channels;
    size_t count;
    size_t streaming; /* channels whose stream has been begun */
    enum feed_result fed;
    enum outcome outcome; /* of a stream that was given up */
};

/* False when it is time to end, for whatever reason. */
static bool live_goes_on(const struct live *l)
{
    return l->fed == FEED_OK && l->outcome == OUTCOME_OK && !stop_requested();
}

static void live_heed_stream(struct live *l, struct live_channel *channel)
{
    struct stream *s = &channel->stream;
    stream_turn(s);
    if (s->state == STREAM_OVER) {
        l->outcome = s->outcome;
    }
    if (s->fed == FEED_ENOUGH || s->fed == FEED_FAILED) {
        l->fed = s->fed;
    }
    if (s->gap) {
        s->gap = false;
        channel->due_ms = l->options->backfill ? 0 : -1;
    }
}

static bool live_turn(void *ctx)
{
    struct live *l = ctx;
    net_turn(&l->net);
    for (size_t i = 0; i < l->streaming; i++) {
        live_heed_stream(l, &l->channels[i]);
    }
    if (l->trunk && l->fed == FEED_OK) {
        l->fed = feed_tick(l->trunk);
    }
    return live_goes_on(l);
}

static bool live_wait(struct live *l, int64_t ms)
{
    int64_t end = clock_ticks_ms() + ms;
    bool more = live_goes_on(l);
    while (more && clock_ticks_ms() < end) {
        more = live_turn(l);
    }
    return more;
}

/* ---- before the stream ---- */

static enum rest_result live_ask(struct live *l)
{
    const struct live_options *o = l->options;
    struct preflight_options wanted = {
        .server = o->server, .feed = o->feed, .poll = o->poll_ms > 0};
    return preflight_ask(&l->preflight, &wanted, &l->rest);
}

/* Asks until there is an answer. */
static void live_preflight(struct live *l)
{
    struct patience patience = {.most = l->options->max_retries,
                                .forever = l->options->retry_forever};
    enum rest_result result;
    while ((result = live_ask(l)) != REST_OK && live_goes_on(l)) {
        bool refused = result == REST_REFUSED;
        int64_t pause =
            patience_pause_ms(&patience, refused ? PATIENCE_REFUSED : PATIENCE_FAILED,
                              0, BACKOFF_BASE_MS, rest_wait_ms(&l->rest), net_random());
        if (pause < 0) {
            bool reached = l->rest.reached;
            l->outcome = refused && reached ? OUTCOME_REFUSED : OUTCOME_NETWORK;
            if (patience.failures > 0) {
                log_line(LOG_ERROR, "%s; giving up after %d %s", l->preflight.why,
                         (int)patience.failures,
                         patience.failures == 1 ? "try" : "tries");
            } else {
                log_line(LOG_ERROR, "%s", l->preflight.why);
            }
            return;
        }
        log_line(LOG_WARN, "%s; trying again in %.1f s", l->preflight.why,
                 (double)pause / 1000);
        live_wait(l, pause);
    }
    if (*l->preflight.warning) {
        log_line(LOG_WARN, "%s", l->preflight.warning);
    }
}

/* ---- channels ---- */

struct live_known {
    const struct live_options *options;
    int64_t last_ms; /* when the source was heard last; 0 */
};

/* What the database knows of the source; and --since is a gap like others. */
static enum apply_result live_look_up(struct apply *apply, void *ctx)
{
    struct live_known *known = ctx;
    const struct live_options *o = known->options;
    known->last_ms = store_source(apply->store)->last_ms;
    if (o->since_id && !gaps_add(apply->store, o->since_ms, clock_now_ms(), o->since_id,
                                 "asked for by --since")) {
        return APPLY_FAILED;
    }
    return APPLY_OK;
}

static const char *live_hashtag(const struct live_options *o, size_t number)
{
    bool tagged = strcmp(o->feed, "hashtag") == 0;
    return tagged ? strings_get(o->hashtags, number).bytes : NULL;
}

static bool live_open_stream(struct live *l, size_t number, int64_t known_ms)
{
    const struct live_options *o = l->options;
    struct stream_options wanted = {
        .net = &l->net,
        .trunk = l->trunk,
        .name = o->server->name.bytes,
        .base = l->preflight.base.bytes,
        .feed = o->feed,
        .hashtag = live_hashtag(o, number),
        .with_token = *o->token != '\0',
        .stall_ms = o->stall_ms,
        .idle_ms = o->idle_ms,
        .max_retries = o->max_retries,
        .retry_forever = o->retry_forever,
    };
    bool opened = stream_open(&l->channels[number].stream, &wanted, number, known_ms);
    l->streaming += opened;
    return opened;
}

static bool live_open_channel(struct live *l, size_t number)
{
    const struct live_options *o = l->options;
    struct live_channel *channel = &l->channels[number];
    struct live_known known = {.options = o};
    *channel = (struct live_channel){.due_ms = -1};
    channel->patience.most = o->max_retries;
    channel->patience.forever = o->retry_forever;
    feed_init_branch(&channel->feed, l->trunk, number);
    l->count++;
    channel->backfill = (struct backfill){
        .rest = &l->rest,
        .feed = &channel->feed,
        .budget = &l->budget,
        .timeline = o->feed,
        .hashtag = live_hashtag(o, number),
        .most = o->backfill_most,
    };
    l->fed = feed_call(&channel->feed, live_look_up, &known);
    if (l->fed != FEED_OK) {
        return true;
    }
    channel->due_ms = o->poll_ms > 0 || (o->since_id && o->backfill) ? 0 : -1;
    if (o->poll_ms > 0 && known.last_ms > 0) {
        l->fed = feed_note_gap(&channel->feed, known.last_ms, clock_now_ms(),
                               "the loader was not running");
    }
    return o->poll_ms > 0 || live_open_stream(l, number, known.last_ms);
}

static bool live_open_channels(struct live *l)
{
    bool tagged = strcmp(l->options->feed, "hashtag") == 0;
    size_t wanted = tagged ? l->options->hashtags->count : 1;
    l->channels = memory_resize(NULL, wanted * sizeof *l->channels);
    bool opened = true;
    while (opened && l->count < wanted) {
        opened = live_open_channel(l, l->count);
    }
    return opened;
}

static void live_close_channels(struct live *l)
{
    for (size_t i = 0; i < l->streaming; i++) {
        stream_close(&l->channels[i].stream);
    }
    for (size_t i = 0; i < l->count; i++) {
        feed_free(&l->channels[i].feed);
        backfill_free(&l->channels[i].backfill);
    }
    free(l->channels);
}

/* ---- while it runs ---- */

/* A stream refuses that used to work: perhaps the server streams elsewhere now. */
static void live_look_again(struct live *l)
{
    bool asked = false;
    for (size_t i = 0; i < l->streaming; i++) {
        struct stream *s = &l->channels[i].stream;
        if (s->lost) {
            s->lost = false;
            asked = true;
        }
    }
    if (asked) {
        live_ask(l);
    }
    for (size_t i = 0; i < l->streaming && asked; i++) {
        l->channels[i].stream.options.base =
            l->preflight.base.bytes; /* may have moved */
    }
}

static void live_catch_up(struct live_channel *channel)
{
    channel->due_ms = -1; /* a new break may set it anew meanwhile */
    if (backfill_run(&channel->backfill, false) == BACKFILL_LATER &&
        channel->due_ms < 0) {
        channel->due_ms = clock_ticks_ms() + LIVE_LATER_MS;
    }
}

static void live_poll(struct live *l, struct live_channel *channel)
{
    int64_t pause = l->options->poll_ms;
    int64_t start = clock_ticks_ms();
    enum backfill_result result = backfill_run(&channel->backfill, true);
    bool failed = result == BACKFILL_LATER || result == BACKFILL_LEFT;
    if (result == BACKFILL_DONE || (failed && channel->backfill.fetched > 0)) {
        patience_opened(&channel->patience);
        channel->patience.failures = 0;
    } else if (failed) {
        pause = patience_pause_ms(&channel->patience,
                                  result == BACKFILL_LEFT ? PATIENCE_REFUSED
                                                          : PATIENCE_FAILED,
                                  0, pause, rest_wait_ms(&l->rest), net_random());
        start = clock_ticks_ms();
    }
    if (pause < 0) {
        log_line(LOG_ERROR, "%s", channel->backfill.note);
        l->outcome = result == BACKFILL_LEFT ? OUTCOME_REFUSED : OUTCOME_NETWORK;
    }
    channel->due_ms = start + pause;
}

static void live_do_due(struct live *l, struct live_channel *channel)
{
    if (channel->due_ms < 0 || clock_ticks_ms() < channel->due_ms) {
        return;
    }
    if (l->options->poll_ms > 0) {
        live_poll(l, channel);
    } else {
        live_catch_up(channel);
    }
}

static enum outcome live_loop(struct live *l, bool *enough)
{
    while (live_turn(l)) {
        live_look_again(l);
        for (size_t i = 0; i < l->count && live_goes_on(l); i++) {
            live_do_due(l, &l->channels[i]);
        }
    }
    if (l->fed == FEED_ENOUGH) {
        *enough = !stop_requested();
    } else if (l->fed == FEED_FAILED) {
        log_line(LOG_ERROR, "%s", feed_message(l->trunk));
        return OUTCOME_DATABASE;
    }
    return stop_requested() ? OUTCOME_OK : l->outcome;
}

static bool live_open(struct live *l, const struct live_options *o, struct feed *trunk)
{
    *l = (struct live){.options = o, .trunk = trunk};
    return net_open(&l->net, o->token, o->ca_file, o->user_agent) &&
           rest_open(&l->rest, &l->net, o->server, *o->token != '\0', live_turn, l);
}

static void live_close(struct live *l)
{
    live_close_channels(l);
    rest_close(&l->rest);
    preflight_free(&l->preflight);
    net_close(&l->net);
}

enum outcome live_run(const struct live_options *options, struct feed *feed,
                      bool *enough)
{
    struct live l;
    enum outcome outcome = OUTCOME_INTERNAL;
    feed->patience_ms = STREAM_PATIENCE_MS;
    if (live_open(&l, options, feed)) {
        live_preflight(&l);
        if (!live_goes_on(&l) || live_open_channels(&l)) {
            outcome = live_loop(&l, enough);
        }
    }
    live_close(&l);
    return outcome;
}

enum outcome live_check(const struct live_options *options)
{
    struct live l;
    enum outcome outcome = OUTCOME_INTERNAL;
    if (live_open(&l, options, NULL)) {
        enum rest_result result = live_ask(&l);
        preflight_print(&l.preflight, options->server);
        if (*l.preflight.warning) {
            log_line(LOG_WARN, "%s", l.preflight.warning);
        }
        if (result != REST_OK) {
            log_line(LOG_ERROR, "%s", l.preflight.why);
        }
        outcome = result == REST_OK        ? OUTCOME_OK
                  : result == REST_STOPPED ? OUTCOME_NETWORK
                  : l.rest.reached         ? OUTCOME_REFUSED
                                           : OUTCOME_NETWORK;
    }
    live_close(&l);
    return outcome;
}
