/*
 * Server-sent events: bytes in, events out.
 *
 * The rules are those of the WHATWG HTML standard, section "Server-sent events";
 * nothing but bytes is known here.  Where the bytes are cut makes no difference.
 * Each byte is looked at once, and a few times the limit is held at most.
 */
#ifndef SSE_H
#define SSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

enum {
    SSE_LIMIT =
        1 << 20,   /* bytes of a line and of an event; posts have a few thousand */
    SSE_HEAD = 400 /* bytes that are shown of an event that is too large */
};

/* Valid during the call.  Neither type nor data is closed by a NUL, and both
 * may hold any byte but a line end of their line. */
struct sse_event {
    struct slice type; /* "message" unless the server named one */
    struct slice data;
};

/* Takes one event; false ends the feeding. */
struct sse_listener {
    bool (*event)(void *ctx, const struct sse_event *event);
    /* One that was dropped because it passed the limit: its data is the beginning of
     * what came.  May be NULL. */
    bool (*oversized)(void *ctx, const struct sse_event *event);
    void *ctx;
};

struct sse {
    struct sse_listener listener;
    size_t limit;
    uint64_t comments;  /* heartbeats among them */
    uint64_t strays;    /* lines that are no field the standard knows */
    uint64_t oversized; /* events dropped because they passed the limit */
    int64_t retry_ms;   /* as last asked by the server, or -1 */

    struct buffer head; /* the beginning of the event that has passed the limit */
    struct buffer line; /* the beginning of a line that is not complete yet */
    struct buffer type;
    struct buffer data;
    unsigned mark;   /* bytes of the byte order mark matched; 3 when that is past */
    bool after_cr;   /* an LF now belongs to the line end before it */
    bool overflowed; /* this event has passed the limit: wait for an empty line */
    bool line_cut;   /* this line is held only by its beginning */
};

void sse_init(struct sse *sse, size_t limit, struct sse_listener listener);

/* Takes the next bytes of the stream.  False when the listener said so; the rest
 * of the bytes is lost then. */
bool sse_feed(struct sse *sse, const char *bytes, size_t size);

/* A new stream begins: an event without its empty line is dropped, as the
 * standard wants; the counters and retry_ms stay. */
void sse_restart(struct sse *sse);

void sse_free(struct sse *sse);

#endif
