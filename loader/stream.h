/* The live stream of a server: one request that never ends, made again when it
 * does. */
#ifndef STREAM_H
#define STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "feed.h"
#include "outcome.h"
#include "server.h"

struct stream_options {
    const struct server *server;
    const char *feed;    /* "public", "public/local", "public/remote" or "hashtag" */
    const char *hashtag; /* for that feed */
    const char *token;   /* "" without one */
    const char *user_agent;
    const char *ca_file; /* PEM; NULL: the system's */
    int64_t stall_ms;    /* reconnect after so long without a byte */
    int64_t max_retries; /* failures in a row; -1: no limit */
};

/* Feeds the stream until a signal, a limit (then *enough is set), or something that
 * trying again cannot mend; that has been logged then. */
enum outcome stream_run(const struct stream_options *options, struct feed *feed,
                        bool *enough);

#endif
