/*
 * The thread that writes to the database, and what waits for it.
 *
 * Events go into a buffer of fixed size.  When it is full, whoever reads them has to
 * wait, and so in the end has the server: memory does not grow.  They are taken out
 * in batches, each of which is one short transaction, and after half a second at most.
 * Without a thread the same is done by whoever puts them in.
 */
#ifndef WRITER_H
#define WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "ingest.h"

enum { WRITER_ROOM = 4 << 20, WRITER_MOST_EVENTS = 4096 };

enum writer_result {
    WRITER_OK,
    WRITER_FULL,   /* nothing was taken: try again */
    WRITER_ENOUGH, /* a limit that the user set is reached; this and the next are for
                      good, and nothing more is taken */
    WRITER_FAILED  /* the database; writer_message tells */
};

struct writer_options {
    struct ingest *ingest; /* the thread's alone from writer_start to writer_stop */
    size_t room;           /* bytes of the buffer: a few times the largest event */
    bool threaded;

    /* Called about five times a second by whoever applies the events. */
    void (*show)(void *ctx);
    void *ctx;
};

/* How far the writing is. */
struct writer_view {
    struct ingest_totals totals;
    size_t waiting_events, waiting_bytes, room;
    int64_t stalled_ms; /* how long one event, or one commit, has taken by now */
};

struct writer;

struct writer *writer_start(const struct writer_options *options);

enum writer_event {
    WRITER_WHOLE,
    WRITER_OVERSIZED /* the beginning of one that was dropped for its size */
};

/* Takes one event.  `source` says what has come from the source so far, this event
 * included.  Waits at most a fifth of a second for room. */
enum writer_result writer_put_event(struct writer *writer, enum writer_event event,
                                    struct slice type, struct slice data,
                                    const struct ingest_source *source);

/* Takes the note of a time without connection, likewise. */
enum writer_result writer_put_gap(struct writer *writer, int64_t from_ms, int64_t to_ms,
                                  const char *reason,
                                  const struct ingest_source *source);

/* Takes the note that the source was heard at that time, by the clock on the wall,
 * likewise, and sees that it is committed at once. */
enum writer_result writer_put_heard(struct writer *writer, int64_t ms,
                                    const struct ingest_source *source);

/* What is done, a few times a second, by whoever has to wait. */
struct writer_meanwhile {
    void (*act)(void *ctx);
    void *ctx;
};

/* Has the work done by whoever applies the events, after all that was put in before,
 * and waits for it, which may take as long as another program keeps the database
 * locked. */
enum writer_result writer_call(struct writer *writer, ingest_work *work, void *ctx,
                               const struct ingest_source *source,
                               struct writer_meanwhile meanwhile);

/* To be called every now and then, so that batches are written in time without a thread
 * too; gives what has become of events put in earlier. */
enum writer_result writer_tick(struct writer *writer);

void writer_look(struct writer *writer, struct writer_view *view);

/* True when what waits has fallen below half of the buffer. */
bool writer_has_room(struct writer *writer);

/* Waits until all has been applied that was put in, unless that failed, and ends the
 * thread. */
enum writer_result writer_stop(struct writer *writer,
                               const struct ingest_source *source,
                               struct writer_meanwhile meanwhile);

/* What went wrong after WRITER_FAILED. */
const char *writer_message(const struct writer *writer);

void writer_free(struct writer *writer); /* after writer_stop; NULL is allowed */

#endif
