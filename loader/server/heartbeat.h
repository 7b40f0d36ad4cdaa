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

enum { PULSE_IDLE_MS = 600000, PULSE_STALE_FACTOR = 3 };

/* Times are on the clock of clock_ticks_ms. */
struct pulse {
    int64_t byte_ms; /* the last byte */
    int64_t post_ms; /* the last post */
    bool idle;       /* it has been told */
};

enum pulse_state {
    PULSE_FINE,
    PULSE_TURNED_IDLE, /* told once */
    PULSE_STALLED,     /* no byte for stall_ms: give the connection up */
    PULSE_STALE        /* no post for PULSE_STALE_FACTOR * idle_ms: likewise */
};

void pulse_start(struct pulse *pulse, int64_t now_ms);
void pulse_byte(struct pulse *pulse, int64_t now_ms);
void pulse_post(struct pulse *pulse, int64_t now_ms);

enum pulse_state pulse_check(struct pulse *pulse, int64_t now_ms, int64_t stall_ms,
                             int64_t idle_ms);

#endif
