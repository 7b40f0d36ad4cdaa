/*
 * Is an open stream alive?
 *
 * A server sends a heartbeat every 15 seconds.  Without any byte for some time the
 * connection is dead, whatever TCP believes.  With heartbeats and no posts it may
 * be a quiet feed, one that was switched off, or a server that has lost its own
 * source: that is told first, and the stream taken up anew later.
 */
#ifndef HEARTBEAT_H
#define HEARTBEAT_H

#include <stdbool.h>
#include <stdint.h>

enum { HEARTBEAT_IDLE_MS = 600000, HEARTBEAT_STALE_FACTOR = 3 };

/* Times are on the clock of clock_ticks_ms. */
struct heartbeat {
    int64_t byte_ms; /* the last byte */
    int64_t post_ms; /* the last post */
    bool idle;       /* it has been told */
};

enum heartbeat_state {
    HEARTBEAT_FINE,
    HEARTBEAT_TURNED_IDLE, /* told once */
    HEARTBEAT_STALLED,     /* no byte for stall_ms: give the connection up */
    HEARTBEAT_STALE        /* no post for HEARTBEAT_STALE_FACTOR * idle_ms: likewise */
};

void heartbeat_start(struct heartbeat *heartbeat, int64_t now_ms);
void heartbeat_byte(struct heartbeat *heartbeat, int64_t now_ms);
void heartbeat_post(struct heartbeat *heartbeat, int64_t now_ms);

enum heartbeat_state heartbeat_check(struct heartbeat *heartbeat, int64_t now_ms,
                                     int64_t stall_ms, int64_t idle_ms);

#endif
