/*
 * From one event of the stream to rows: what is wanted is read, split into words
 * and stored; a bad event costs that event only.
 */
#ifndef INGEST_H
#define INGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "choice.h"
#include "plain_marks.h"
#include "status.h"
#include "store.h"
#include "text.h"
#include "words.h"

struct ingest_options {
    struct choice choice; /* of what is old, the database keeps nothing either */
    const char *server;   /* as in store_options */
    bool mixed;           /* events of several servers may come under that name */
    bool no_text;         /* store the words and not the text they stood in */
    bool with_spoiler;    /* words of content warnings count too */
    bool with_alt;        /* and those that describe pictures */
    bool retention_all;   /* what is old goes even if that is most of the posts */
    int64_t max_posts;    /* stop after so many new posts; 0: never, here and below */
    int64_t max_size;     /* stop when the database has so many bytes */
};

/* What has happened since the start.  Each event is one of events and of exactly
 * one of the lines below it. */
struct ingest_counts {
    int64_t events;
    int64_t added;    /* new posts */
    int64_t edited;   /* posts replaced by a later edit */
    int64_t deleted;  /* deletes, of known posts and others */
    int64_t known;    /* posts we had, and posts deleted before */
    int64_t unwanted; /* another language, not public, somebody else's post */
    int64_t ignored;  /* events of other kinds */
    int64_t rejected; /* events that make no sense */

    int64_t future;  /* of the new posts those dated after tomorrow */
    int64_t removed; /* posts that were deleted */

    int64_t words;                /* of added and edited posts */
    struct choice_tally left_out; /* the unwanted */
    int64_t nameless; /* of all posts those that claim a language which is none */

    int64_t cut; /* posts with more than WORDS_MAX words */

    int64_t expired; /* rows that grew too old */
    int64_t gaps;
    int64_t commits;
};

/* What the source has given up to the event that was applied last. */
struct ingest_source {
    size_t number; /* of the source, as store_use_source takes it */
    int64_t bytes;
    int64_t oversized; /* events that the parser dropped */
};

struct ingest_totals {
    struct ingest_counts counts;
    struct ingest_source source;
    int64_t lag_ms;       /* from writing to receiving: the median of the last posts, at
                             the last commit; -1 before there is one */
    int64_t last_post_ms; /* when the last new one came, by the clock on the wall; 0 */
    int64_t size;         /* of the database in bytes, at the last commit */
};

enum { INGEST_LAGS = 100 };

struct ingest {
    struct ingest_options options;
    struct store *store;
    struct ingest_totals totals;
    struct ingest_counts committed; /* counts that stand, whatever happens */

    enum words_rule rule;
    struct status status;
    struct text text;
    struct words words;
    struct strings links; /* host, address, host, address … */
    struct strings tags;
    struct buffer scratch;
    struct language_tag language; /* of the post at hand */
    bool nameless;                /* it claims another one, which is none */
    struct buffer source;         /* what the words are taken from */
    struct strings mentions;      /* as they are kept */
    int64_t lags[INGEST_LAGS];
    int64_t expire_at_ms; /* on the clock of clock_ticks_ms */
    bool removing;        /* there is more to remove */
    bool expiry_refused;  /* that has been said, once */
};

enum ingest_result {
    INGEST_OK,
    INGEST_ENOUGH, /* max_posts or max_size is reached */
    INGEST_FAILED  /* the database; store_message tells */
};

/* `store` stays the caller's. */
void ingest_init(struct ingest *ingest, const struct ingest_options *options,
                 struct store *store);

enum ingest_result ingest_event(struct ingest *ingest, struct slice type,
                                struct slice data);

/* Notes an event that was dropped for its size, of which `head` is the beginning. */
enum ingest_result ingest_oversized(struct ingest *ingest, struct slice type,
                                    struct slice head);

/* Notes a time without connection. */
enum ingest_result ingest_gap(struct ingest *ingest, int64_t from_ms, int64_t to_ms,
                              const char *reason);

/* Notes that there was a connection at that time, by the clock on the wall, and that
 * all it had brought is known. */
enum ingest_result ingest_heard(struct ingest *ingest, int64_t ms);

/* Something else that is to be done with the database, for the source in use. */
typedef enum ingest_result ingest_work(struct ingest *ingest, void *ctx);
enum ingest_result ingest_call(struct ingest *ingest, ingest_work *work, void *ctx);

/* To be called every now and then, between batches: removes a little of what has grown
 * too old, and tells when the database has grown to max_size nevertheless. */
enum ingest_result ingest_tick(struct ingest *ingest);

/* Ends the batch that the first change has begun: until then nobody else can write. */
enum ingest_result ingest_commit(struct ingest *ingest);

/* Commits, and closes the session's row. */
bool ingest_end(struct ingest *ingest, const char *reason);

void ingest_free(struct ingest *ingest);

#endif
