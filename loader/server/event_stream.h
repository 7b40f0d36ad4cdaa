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

enum {
    STREAM_BODY = 8192,        /* bytes kept of an answer that is no stream */
    STREAM_REASON = 600,       /* of what is said about a break */
    STREAM_PATIENCE_MS = 30000 /* of a full buffer: a server keeps what it sends us */
};

struct stream_options {
    struct net *net;
    struct feed *trunk;
    const char *name;    /* of the server */
    const char *base;    /* the address of its streams, https://… */
    const char *feed;    /* "public", "public/local", "public/remote" or "hashtag" */
    const char *hashtag; /* for that feed */
    bool with_token;
    int64_t stall_ms;    /* reconnect after so long without a byte */
    int64_t idle_ms;     /* warn after so long without a post */
    int64_t max_retries; /* failures in a row; -1: no limit */
    bool retry_forever;  /* also after refusals */
};

struct stream {
    struct stream_options options;
    struct feed feed;
    struct net_request request;
    struct buffer url;
    struct buffer body; /* of an answer that is no stream */
    struct patience patience;
    enum {
        STREAM_WAITING, /* to be tried again at retry_ms */
        STREAM_CONNECTING,
        STREAM_OPEN,
        STREAM_OVER /* given up; outcome tells */
    } state;
    int64_t retry_ms, open_ms; /* on the clock of clock_ticks_ms */
    struct pulse pulse;
    uint64_t posts; /* as feed.posts was when the pulse was told */
    enum feed_result fed;
    enum outcome outcome;
    bool lost; /* refused, after it had worked: the server may have moved */
    bool gap;  /* there is a new gap to be filled; for the caller to clear */

    int64_t break_ms; /* when the stream broke off, by the clock on the wall; 0 */
    char break_reason[STREAM_REASON];
};

/* The source's number is as in feed_init_branch.  Since `known_ms`, by the clock on
 * the wall, it was not heard; 0 if it never was.  False if libcurl cannot be set up. */
bool stream_open(struct stream *stream, const struct stream_options *options,
                 size_t number, int64_t known_ms);

/* To be called after each net_turn: judges, starts anew, watches the pulse. */
void stream_turn(struct stream *stream);

void stream_close(struct stream *stream);

#endif
