/*
 * One thread does everything: while a question waits for its answer, or a pause for
 * its end, session_turn lets all streams go on.
 */
#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backfill.h"
#include "backoff.h"
#include "clock.h"
#include "log.h"
#include "memory.h"
#include "http.h"
#include "preflight.h"
#include "http_get.h"
#include "stop.h"
#include "event_stream.h"
#include "stream_probe.h"

enum { SESSION_LATER_MS = 300000 }; /* until a gap is tried again */

struct session_channel {
    struct event_stream stream;
    struct intake intake; /* of what is not streamed */
    struct backfill backfill;
    struct patience patience; /* with polling */
    int64_t due_ms; /* of the next asking, on the clock of clock_ticks_ms; -1: never */
};

struct session {
    const struct session_options *options;
    struct intake *trunk; /* NULL: only to check */
    struct http http;
    struct http_get http_get;
    struct preflight preflight;
    struct allowance allowance;
    struct session_channel *channels;
    size_t count;
    size_t streaming; /* channels whose stream has been begun */
    enum intake_result fed;
    enum outcome outcome; /* of a stream that was given up */
};

/* False when it is time to end, for whatever reason. */
static bool session_goes_on(const struct session *session)
{
    return session->fed == INTAKE_OK && session->outcome == OUTCOME_OK &&
           !stop_requested();
}

static void session_heed_stream(struct session *session,
                                struct session_channel *channel)
{
    struct event_stream *s = &channel->stream;
    event_stream_turn(s);
    if (s->state == EVENT_STREAM_OVER) {
        session->outcome = s->outcome;
    }
    if (s->fed == INTAKE_ENOUGH || s->fed == INTAKE_FAILED) {
        session->fed = s->fed;
    }
    if (s->gap) {
        s->gap = false;
        channel->due_ms = session->options->backfill ? 0 : -1;
        channel->backfill.quiet = event_stream_is_cut(s);
    }
}

static bool session_turn(void *ctx)
{
    struct session *session = ctx;
    http_turn(&session->http);
    for (size_t i = 0; i < session->streaming; i++) {
        session_heed_stream(session, &session->channels[i]);
    }
    if (session->trunk && session->fed == INTAKE_OK) {
        session->fed = intake_tick(session->trunk);
    } else if (!session->trunk && session->options->watch) {
        bool more = session->options->watch(session->options->ctx);
        session->fed = more ? INTAKE_OK : INTAKE_ENOUGH;
    }
    return session_goes_on(session);
}

/* For whoever waits for the database, and cannot end before. */
static void session_meanwhile(void *ctx) { session_turn(ctx); }

static bool session_wait(struct session *session, int64_t ms)
{
    int64_t end = clock_ticks_ms() + ms;
    bool more = session_goes_on(session);
    while (more && clock_ticks_ms() < end) {
        more = session_turn(session);
    }
    return more;
}

/* ---- before the stream ---- */

static enum http_get_result session_ask(struct session *session)
{
    const struct session_options *o = session->options;
    struct preflight_options wanted = {
        .server = o->server, .timeline = o->timeline, .poll = o->poll_ms > 0};
    return preflight_ask(&session->preflight, &wanted, &session->http_get);
}

/* Asks until there is an answer. */
static void session_preflight(struct session *session)
{
    struct patience patience = {.most = session->options->max_retries,
                                .forever = session->options->retry_forever};
    enum http_get_result result;
    while ((result = session_ask(session)) != HTTP_GET_OK && session_goes_on(session)) {
        bool refused = result == HTTP_GET_REFUSED;
        int64_t pause = patience_pause_ms(
            &patience, refused ? PATIENCE_REFUSED : PATIENCE_FAILED, 0, BACKOFF_BASE_MS,
            http_get_wait_ms(&session->http_get), http_random());
        if (pause < 0) {
            bool reached = session->http_get.reached;
            session->outcome = refused && reached ? OUTCOME_REFUSED : OUTCOME_NETWORK;
            if (patience.failures > 0) {
                log_line(LOG_ERROR, "%s; giving up after %d %s", session->preflight.why,
                         (int)patience.failures,
                         patience.failures == 1 ? "try" : "tries");
            } else {
                log_line(LOG_ERROR, "%s", session->preflight.why);
            }
            return;
        }
        log_line(LOG_WARN, "%s; trying again in %.1f s", session->preflight.why,
                 (double)pause / 1000);
        session_wait(session, pause);
    }
}

static void session_warn(const struct session *session)
{
    if (*session->preflight.warning) {
        log_line(LOG_WARN, "%s", session->preflight.warning);
    }
}

/* ---- channels ---- */

struct session_known {
    const struct session_options *options;
    int64_t last_ms; /* when the source was heard last; 0 */
    char last_id[POST_ID_MOST + 1];
    bool strange; /* --since has an id that is none of that server */
};

/* Ids of one server have one form. */
static bool session_is_strange(const struct source *source, const char *since_id)
{
    enum post_id_form wanted = post_id_form((struct slice){since_id, strlen(since_id)});
    enum post_id_form held =
        post_id_form((struct slice){source->last_id.bytes, source->last_id.size});
    return *since_id && held != POST_ID_OTHER && held != wanted;
}

/* What the database knows of the source; and --since is a gap like others. */
static enum ingest_result session_look_up(struct ingest *ingest, void *ctx)
{
    struct session_known *known = ctx;
    const struct session_options *o = known->options;
    const struct source *source = store_source(ingest->store);
    known->last_ms = source->last_ms;
    if (o->since_id && session_is_strange(source, o->since_id)) {
        known->strange = true;
        snprintf(known->last_id, sizeof known->last_id, "%s", source->last_id.bytes);
    } else if (o->since_id && !gaps_add(ingest->store, o->since_ms, clock_now_ms(),
                                        o->since_id, "asked for by --since")) {
        return INGEST_FAILED;
    }
    return INGEST_OK;
}

static const char *session_hashtag(const struct session_options *o, size_t number)
{
    bool tagged = strcmp(o->timeline, "hashtag") == 0;
    return tagged ? strings_get(o->hashtags, number).bytes : NULL;
}

static size_t session_count_channels(const struct session_options *o)
{
    return strcmp(o->timeline, "hashtag") == 0 ? o->hashtags->count : 1;
}

static bool session_open_stream(struct session *session, size_t number,
                                int64_t known_ms)
{
    const struct session_options *o = session->options;
    struct event_stream_options wanted = {
        .http = &session->http,
        .trunk = session->trunk,
        .server = o->server,
        .timeline = o->timeline,
        .hashtag = session_hashtag(o, number),
        .with_token = *o->token != '\0',
        .stall_ms = o->stall_ms,
        .idle_ms = o->idle_ms,
        .max_retries = o->max_retries,
        .retry_forever = o->retry_forever,
    };
    bool opened = event_stream_open(&session->channels[number].stream, &wanted,
                                    session->preflight.base.bytes, number, known_ms);
    session->streaming += opened;
    return opened;
}

static bool session_open_channel(struct session *session, size_t number)
{
    const struct session_options *o = session->options;
    struct session_channel *channel = &session->channels[number];
    struct session_known known = {.options = o};
    *channel = (struct session_channel){.due_ms = -1};
    channel->patience.most = o->max_retries;
    channel->patience.forever = o->retry_forever;
    intake_init_branch(&channel->intake, session->trunk, number);
    session->count++;
    channel->backfill = (struct backfill){
        .intake = &channel->intake,
        .most = o->backfill_most,
        .leave_gaps = !o->backfill,
        .walk = {.http_get = &session->http_get,
                 .allowance = &session->allowance,
                 .timeline = o->timeline,
                 .hashtag = session_hashtag(o, number)},
    };
    session->fed = intake_call(&channel->intake, session_look_up, &known);
    if (known.strange) {
        log_line(LOG_ERROR, "--since %.100s is no id of %.150s, whose ids look like %s",
                 o->since_id, o->server->name.bytes, known.last_id);
        session->outcome = OUTCOME_USAGE;
    }
    if (!session_goes_on(session)) {
        return true;
    }
    channel->due_ms = o->poll_ms > 0 || (o->since_id && o->backfill) ? 0 : -1;
    if (o->poll_ms > 0 && known.last_ms > 0) {
        session->fed = intake_note_gap(&channel->intake, known.last_ms, clock_now_ms(),
                                       "the loader was not running");
    }
    return o->poll_ms > 0 || session_open_stream(session, number, known.last_ms);
}

static bool session_open_channels(struct session *session)
{
    size_t wanted = session_count_channels(session->options);
    session->channels = memory_resize(NULL, wanted * sizeof *session->channels);
    bool opened = true;
    while (opened && session->count < wanted) {
        opened = session_open_channel(session, session->count);
    }
    return opened;
}

static void session_close_channels(struct session *session)
{
    for (size_t i = 0; i < session->streaming; i++) {
        event_stream_close(&session->channels[i].stream);
    }
    for (size_t i = 0; i < session->count; i++) {
        intake_free(&session->channels[i].intake);
        backfill_free(&session->channels[i].backfill);
    }
    free(session->channels);
}

/* ---- while it runs ---- */

/* A stream refuses that used to work: perhaps the server streams elsewhere now. */
static void session_look_again(struct session *session)
{
    bool lost = false;
    for (size_t i = 0; i < session->streaming; i++) {
        struct event_stream *s = &session->channels[i].stream;
        lost = lost || s->lost;
        s->lost = false;
    }
    if (lost && session_ask(session) == HTTP_GET_OK) {
        for (size_t i = 0; i < session->streaming; i++) {
            event_stream_move(&session->channels[i].stream,
                              session->preflight.base.bytes);
        }
    }
}

static void session_catch_up(struct session_channel *channel, bool settle)
{
    channel->due_ms = -1; /* a new break may set it anew meanwhile */
    enum backfill_result result = settle ? backfill_settle(&channel->backfill)
                                         : backfill_run(&channel->backfill, false);
    if (result == BACKFILL_LATER && channel->due_ms < 0) {
        channel->due_ms = clock_ticks_ms() + SESSION_LATER_MS;
    }
}

static void session_note_answer(struct session *session,
                                struct session_channel *channel)
{
    patience_opened(&channel->patience);
    channel->patience.failures = 0;
    if (strcmp(session->trunk->news.state, "open") != 0) {
        intake_note_state(&channel->intake, "open");
    }
}

static void session_poll(struct session *session, struct session_channel *channel)
{
    int64_t pause = session->options->poll_ms;
    int64_t start = clock_ticks_ms();
    int64_t start_ms = clock_now_ms();
    if (!channel->patience.worked) {
        intake_note_state(&channel->intake, "connecting");
    }
    enum backfill_result result = backfill_run(&channel->backfill, true);
    if (result == BACKFILL_DONE) {
        result = backfill_settle(&channel->backfill);
    }
    if (result == BACKFILL_DONE) { /* up to its start all is known */
        intake_note_heard(&channel->intake, start_ms);
    }
    bool failed = result == BACKFILL_LATER || result == BACKFILL_LEFT;
    if (result == BACKFILL_DONE || (failed && channel->backfill.fetched > 0)) {
        session_note_answer(session, channel);
    } else if (failed) {
        intake_note_state(&channel->intake, "waiting");
        pause = patience_pause_ms(
            &channel->patience,
            result == BACKFILL_LEFT ? PATIENCE_REFUSED : PATIENCE_FAILED, 0, pause,
            http_get_wait_ms(&session->http_get), http_random());
        start = clock_ticks_ms();
    }
    if (pause < 0) {
        log_line(LOG_ERROR, "%s", channel->backfill.note);
        session->outcome = result == BACKFILL_LEFT ? OUTCOME_REFUSED : OUTCOME_NETWORK;
    }
    channel->due_ms = start + pause;
}

static bool session_is_due(const struct session_channel *channel)
{
    return channel->due_ms >= 0 && clock_ticks_ms() >= channel->due_ms;
}

/* What was missed goes before what is only read again, in all channels. */
static void session_do_due(struct session *session)
{
    bool urgent = false;
    for (size_t i = 0; i < session->count && session_goes_on(session); i++) {
        struct session_channel *channel = &session->channels[i];
        bool due = session_is_due(channel);
        urgent = urgent || due;
        if (due && session->options->poll_ms > 0) {
            session_poll(session, channel);
        } else if (due) {
            session_catch_up(channel, false);
        }
    }
    for (size_t i = 0; i < session->count && session_goes_on(session) && !urgent; i++) {
        if (session->channels[i].backfill.filled) {
            session_catch_up(&session->channels[i], true);
            return;
        }
    }
}

static enum outcome session_loop(struct session *session, bool *enough)
{
    while (session_turn(session)) {
        session_look_again(session);
        session_do_due(session);
    }
    if (session->fed == INTAKE_ENOUGH) {
        *enough = !stop_requested();
    } else if (session->fed == INTAKE_FAILED) {
        log_line(LOG_ERROR, "%s", intake_message(session->trunk));
        return OUTCOME_DATABASE;
    }
    return stop_requested() ? OUTCOME_OK : session->outcome;
}

static bool session_open(struct session *session, const struct session_options *o,
                         struct intake *trunk)
{
    *session = (struct session){.options = o, .trunk = trunk};
    return http_open(&session->http, o->token, o->ca_file, o->user_agent) &&
           http_get_open(&session->http_get, &session->http, o->server,
                         *o->token != '\0', session_turn, session);
}

static void session_close(struct session *session)
{
    session_close_channels(session);
    http_get_close(&session->http_get);
    preflight_free(&session->preflight);
    http_close(&session->http);
}

enum outcome session_run(const struct session_options *options, struct intake *intake,
                         bool *enough)
{
    struct session session;
    enum outcome outcome = OUTCOME_INTERNAL;
    struct writer_meanwhile before = intake->meanwhile;
    intake->patience_ms = EVENT_STREAM_PATIENCE_MS;
    intake->meanwhile = (struct writer_meanwhile){session_meanwhile, &session};
    if (session_open(&session, options, intake)) {
        session_preflight(&session);
        session_warn(&session);
        if (!session_goes_on(&session) || session_open_channels(&session)) {
            outcome = session_loop(&session, enough);
        }
    }
    intake->meanwhile = before;
    session_close(&session);
    return outcome;
}

/* ---- without a database ---- */

static enum outcome session_conclude(const struct session *session,
                                     enum http_get_result result)
{
    if (result == HTTP_GET_OK || stop_requested()) {
        return OUTCOME_OK;
    }
    log_line(LOG_ERROR, "%s", session->preflight.why);
    return result == HTTP_GET_REFUSED && session->http_get.reached ? OUTCOME_REFUSED
                                                                   : OUTCOME_NETWORK;
}

/* Tries one channel as the run would. */
static enum http_get_result session_try(struct session *session, size_t number)
{
    const struct session_options *o = session->options;
    const char *hashtag = session_hashtag(o, number);
    const char *title = hashtag ? hashtag : o->timeline;
    enum http_get_result result;
    if (o->poll_ms == 0) {
        result = stream_probe(&session->http_get, session->preflight.base.bytes,
                              o->timeline, hashtag, session->preflight.why);
    } else {
        struct timeline_walk walk = {.http_get = &session->http_get,
                                     .allowance = &session->allowance,
                                     .timeline = o->timeline,
                                     .hashtag = hashtag};
        static const enum http_get_result results[] = {
            [TIMELINE_WALK_PAGE] = HTTP_GET_OK,
            [TIMELINE_WALK_END] = HTTP_GET_OK,
            [TIMELINE_WALK_PASSING] = HTTP_GET_PASSING,
            [TIMELINE_WALK_REFUSED] = HTTP_GET_REFUSED,
            [TIMELINE_WALK_STOPPED] = HTTP_GET_STOPPED};
        timeline_walk_start(&walk, false, (struct slice){0});
        result = results[timeline_walk_next(&walk)];
        memcpy(session->preflight.why, walk.why, sizeof session->preflight.why);
        timeline_walk_free(&walk);
    }
    if (result == HTTP_GET_OK) {
        preflight_print_text("tried", title);
    }
    return result;
}

static enum http_get_result session_try_all(struct session *session)
{
    enum http_get_result result = HTTP_GET_OK;
    size_t count = session_count_channels(session->options);
    for (size_t i = 0; i < count && result == HTTP_GET_OK; i++) {
        result = session_try(session, i);
    }
    return result;
}

enum outcome session_check(const struct session_options *options)
{
    struct session session;
    enum outcome outcome = OUTCOME_INTERNAL;
    if (session_open(&session, options, NULL)) {
        enum http_get_result result = session_ask(&session);
        if (session.http_get.reached) {
            preflight_print(&session.preflight, &session.http_get);
        }
        session_warn(&session);
        if (result == HTTP_GET_OK) {
            result = session_try_all(&session);
        }
        outcome = session_conclude(&session, result);
    }
    session_close(&session);
    return outcome;
}

enum outcome session_look(const struct session_options *options)
{
    struct session session;
    enum outcome outcome = OUTCOME_INTERNAL;
    if (session_open(&session, options, NULL)) {
        session_preflight(&session);
        outcome = stop_requested() ? OUTCOME_OK : session.outcome;
    }
    session_close(&session);
    return outcome;
}
