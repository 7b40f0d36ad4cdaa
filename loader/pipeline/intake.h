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

enum intake_result {
    INTAKE_OK,
    INTAKE_ENOUGH,    /* a limit the user set is reached, or a signal came */
    INTAKE_STALLED,   /* the database has taken nothing for patience_ms; the event at
                       hand is lost */
    INTAKE_FAILED,    /* the database; intake_message tells */
    INTAKE_TRUNCATED, /* the packed stream ends in the middle */
    INTAKE_CORRUPT    /* the packed stream is damaged */
};

/* How the source is, for people and programs that look on. */
struct intake_news {
    const char *state; /* a literal: "starting", "connecting", "open", "idle",
                          "waiting", "replaying" */
    int64_t since_ms;  /* by the clock on the wall, as the next one */
    int64_t last_byte_ms;
    int64_t connects; /* streams that have been opened */
};

struct intake {
    struct writer *writer;
    struct intake_news news;
    struct intake *trunk; /* where totals are and limits watched: often itself */
    size_t number;        /* of the source */
    struct gunzip gunzip;
    struct sse sse;
    struct ingest_source source;
    uint64_t events;
    uint64_t posts;          /* events that carry a post, edits included */
    uint64_t oversized;      /* as the trunk has counted them */
    enum intake_result last; /* why the listener wanted no more */

    int64_t patience_ms; /* how long a full buffer may stay so; 0: for ever */
    int64_t deadline_ms; /* on the clock of clock_ticks_ms; 0: none */

    /* Of the trunk: lets all else go on while there is something to wait for; at first
     * that is only `watch`. */
    struct writer_meanwhile meanwhile;

    /* Called about every fifth of a second while a source runs. */
    void (*watch)(void *ctx);
    void *ctx;
    int64_t watch_at_ms;
};

void intake_init(struct intake *intake, struct writer *writer, size_t event_limit,
                 void (*watch)(void *ctx), void *ctx);

/* Another connection's intake, for the source of that number, which shares all that
 * comes after the parser. */
void intake_init_branch(struct intake *branch, struct intake *trunk, size_t number);

/* The next bytes.  Waits while the writer has no room for what is in them. */
enum intake_result intake_bytes(struct intake *intake, const char *bytes, size_t size);

/* The stream has ended or broken off; other bytes may follow from a new one. */
enum intake_result intake_end(struct intake *intake);

/* From now on the source is like that; see struct intake_news. */
void intake_note_state(struct intake *intake, const char *state);

/* Notes a time during which the stream was broken. */
enum intake_result intake_note_gap(struct intake *intake, int64_t from_ms,
                                   int64_t to_ms, const char *reason);

/* Notes that the source is heard at that time, by the clock on the wall, so that the
 * next run knows when a break began.  When there is no room for the note, it is left
 * out. */
enum intake_result intake_note_heard(struct intake *intake, int64_t ms);

/* Has other work done with the database, for the intake's source, after all that came
 * before, and waits for it; meanwhile the trunk's `meanwhile` is called. */
enum intake_result intake_call(struct intake *intake, ingest_work *work, void *ctx);

/* Commits what is due; to be called at least a few times a second. */
enum intake_result intake_tick(struct intake *intake);

/* False while so much waits for the database that there is no sense in fetching
 * more. */
bool intake_has_room(struct intake *intake);

/* What went wrong after INTAKE_FAILED. */
const char *intake_message(const struct intake *intake);

/* What has gone through so far. */
struct intake_totals {
    int64_t bytes;
    uint64_t events, comments, strays; /* events include those too large */
};

struct intake_totals intake_totals(const struct intake *intake);

void intake_free(struct intake *intake);

#endif
