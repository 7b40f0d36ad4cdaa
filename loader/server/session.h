/* Posts from a server: its streams, what was missed of them, or its timelines asked
 * again and again. */
#ifndef SESSION_H
#define SESSION_H

#include "intake.h"
#include "outcome.h"
#include "server.h"

struct session_options {
    const struct server *server;
    const char *timeline; /* "public", "public/local", "public/remote", "hashtag" */
    const struct strings *hashtags; /* for that timeline, each closed by a NUL: source
                                       number i of the store is tag i */
    const char *token;              /* "" without one */
    const char *ca_file;            /* PEM; NULL: the system's */
    const char *user_agent;
    int64_t stall_ms;    /* reconnect after so long without a byte */
    int64_t idle_ms;     /* warn after so long without a post */
    int64_t max_retries; /* failures in a row; -1: no limit */
    bool retry_forever;
    int64_t poll_ms;       /* ask for the timelines so often; 0: streams */
    bool backfill;         /* fetch what was missed */
    int64_t backfill_most; /* posts of one gap */
    const char *since_id;  /* fetch what is newer; "": than since_ms; NULL: from where
                              the  last run ended */
    int64_t since_ms;      /* when that was written; 0: not known */

    /* Called often while session_check or session_look waits, and false to end that;
     * may be NULL. */
    bool (*watch)(void *ctx);
    void *ctx;
};

/* Prints what the server says about itself, and tries what the run would begin with,
 * for
 * --check: the first byte of each stream, or a page of each timeline. */
enum outcome session_check(const struct session_options *options);

/* Asks the server whether it will do, before anything is made for it, until it answers:
 * as often as session_run would.  OUTCOME_OK also when the watch has ended that. */
enum outcome session_look(const struct session_options *options);

/* Feeds posts until a signal, a limit (then *enough is set), or something that
 * trying again cannot mend; that has been logged then. */
enum outcome session_run(const struct session_options *options, struct intake *intake,
                         bool *enough);

#endif
