/* The live stream of one channel: one request that never ends, made again when it
 * does. */
#ifndef EVENT_STREAM_H
#define EVENT_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "intake.h"
#include "http.h"
#include "outcome.h"
#include "patience.h"
#include "heartbeat.h"
#include "server.h"

enum {
    EVENT_STREAM_BODY = 8192,     /* bytes kept of an answer that is no stream */
    EVENT_STREAM_REASON = 600,    /* of what is said about a break */
    EVENT_STREAM_QUIET_MS = 5000, /* of silence before an end that looks like a cut … */
    EVENT_STREAM_ALIKE_MS = 1000,  /* … and another one that looks the same … */
    EVENT_STREAM_CUTS = 3,         /* … and as many of them that are a habit */
    EVENT_STREAM_HEARD_MS = 10000, /* how often the database is told of a connection */
    EVENT_STREAM_PATIENCE_MS =
        30000 /* of a full buffer: a server keeps what it sends us */
};

struct event_stream_options {
    struct http *http;
    struct intake *trunk;
    const struct server *server;
    const char *timeline; /* "public", "public/local", "public/remote" or "hashtag" */
    const char *hashtag;  /* for that timeline */
    bool with_token;
    int64_t stall_ms;    /* reconnect after so long without a byte */
    int64_t idle_ms;     /* warn after so long without a post */
    int64_t max_retries; /* failures in a row; -1: no limit */
    bool retry_forever;  /* also after refusals */
};

struct event_stream {
    struct event_stream_options options;
    struct intake intake;
    struct http_request request;
    struct buffer base; /* the address of the server's streams, https://… */
    struct buffer url;
    struct buffer body; /* of an answer that is no stream */
    struct patience patience;
    enum {
        EVENT_STREAM_WAITING, /* to be tried again at retry_ms */
        EVENT_STREAM_CONNECTING,
        EVENT_STREAM_OPEN,
        EVENT_STREAM_OVER /* given up; outcome tells */
    } state;
    int64_t retry_ms, open_ms; /* on the clock of clock_ticks_ms, as the next one */
    int64_t heard_ms;          /* when the database was told that it is open */
    struct heartbeat heartbeat;
    uint64_t posts; /* as intake.posts was when the heartbeat was told */
    enum intake_result fed;
    enum outcome outcome;
    int64_t silence_ms; /* before the last end, if that looked like a cut */
    int cuts;           /* that looked the same, in a row */
    bool lost;          /* refused, after it had worked: the server may have moved */
    bool gap;           /* there is a new gap to be filled; for the caller to clear */

    int64_t break_ms; /* when the stream broke off, by the clock on the wall; 0 */
    char break_reason[EVENT_STREAM_REASON];
};

/* Is the answer, as far as its headers go, a stream of events? */
bool event_stream_is_answered(const struct http_request *request);

/* Appends the address of a stream; the last three are as in event_stream_options. */
void event_stream_append_address(struct buffer *url, const struct http_request *request,
                                 const char *base, const char *timeline,
                                 const char *hashtag);

/* The streams are at `base` and below.  The source's number is as in
 * intake_init_branch.  Since `known_ms`, by the clock on
 * the wall, it was not heard; 0 if it never was.  False if libcurl cannot be set up. */
bool event_stream_open(struct event_stream *stream,
                       const struct event_stream_options *options, const char *base,
                       size_t number, int64_t known_ms);

/* From the next try on, the stream is taken from there. */
void event_stream_move(struct event_stream *stream, const char *base);

/* Is it cut whenever it is quiet, by a proxy between the server and us? */
bool event_stream_is_cut(const struct event_stream *stream);

/* To be called after each http_turn: judges, starts anew, watches the heartbeat. */
void event_stream_turn(struct event_stream *stream);

void event_stream_close(struct event_stream *stream);

#endif
