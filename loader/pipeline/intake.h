/*
 * The one path of all bytes, recorded or live: unpacked if they are packed, parsed
 * into events, handed to the writer.  Sources call it and know nothing of what is
 * behind it.
 */
#ifndef INTAKE_H
#define INTAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "gunzip.h"
#include "sse.h"
#include "writer.h"

enum feed_result {
    FEED_OK,
    FEED_ENOUGH,    /* a limit the user set is reached, or a signal came */
    FEED_STALLED,   /* the database has taken nothing for patience_ms; the event at
                       hand is lost */
    FEED_FAILED,    /* the database; feed_message tells */
    FEED_TRUNCATED, /* the packed stream ends in the middle */
    FEED_CORRUPT    /* the packed stream is damaged */
};

/* How the source is, for people and programs that look on. */
struct feed_news {
    const char *state; /* a literal: "starting", "connecting", "open", "idle",
                          "waiting", "replaying" */
    int64_t since_ms;  /* by the clock on the wall, as the next one */
    int64_t last_byte_ms;
    int64_t connects; /* streams that have been opened */
};

struct feed {
    struct writer *writer;
    struct feed_news news;
    struct feed *trunk; /* where totals are and limits watched: often itself */
    size_t number;      /* of the source */
    struct gunzip gunzip;
    struct sse sse;
    struct apply_source source;
    uint64_t events;
    uint64_t posts;        /* events that carry a post, edits included */
    uint64_t oversized;    /* as the trunk has counted them */
    enum feed_result last; /* why the listener wanted no more */

    int64_t patience_ms; /* how long a full buffer may stay so; 0: for ever */
    int64_t deadline_ms; /* on the clock of clock_ticks_ms; 0: none */

    /* Called about every fifth of a second while a source runs. */
    void (*watch)(void *ctx);
    void *ctx;
    int64_t watch_at_ms;
};

void feed_init(struct feed *feed, struct writer *writer, size_t event_limit,
               void (*watch)(void *ctx), void *ctx);

/* Another connection's feed, for the source of that number, which shares all that
 * comes after the parser. */
void feed_init_branch(struct feed *branch, struct feed *trunk, size_t number);

/* The next bytes.  Waits while the writer has no room for what is in them. */
enum feed_result feed_bytes(struct feed *feed, const char *bytes, size_t size);

/* The stream has ended or broken off; other bytes may follow from a new one. */
enum feed_result feed_end(struct feed *feed);

/* From now on the source is like that; see struct feed_news. */
void feed_note_state(struct feed *feed, const char *state);

/* Notes a time during which the stream was broken. */
enum feed_result feed_note_gap(struct feed *feed, int64_t from_ms, int64_t to_ms,
                               const char *reason);

/* Has other work done with the database, for the feed's source, after all that came
 * before, and waits for it. */
enum feed_result feed_call(struct feed *feed, apply_work *work, void *ctx);

/* Commits what is due; to be called at least a few times a second. */
enum feed_result feed_tick(struct feed *feed);

/* False while so much waits for the database that there is no sense in fetching
 * more. */
bool feed_has_room(struct feed *feed);

/* What went wrong after FEED_FAILED. */
const char *feed_message(const struct feed *feed);

/* What has gone through so far. */
struct feed_totals {
    int64_t bytes;
    uint64_t events, comments, strays; /* events include those too large */
};

struct feed_totals feed_totals(const struct feed *feed);

void feed_free(struct feed *feed);

#endif
