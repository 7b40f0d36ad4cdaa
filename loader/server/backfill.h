/*
 * What was missed is asked for, page by page, from the oldest on.
 *
 * A stream tells nothing of what went by while nobody listened.  The timeline does,
 * and what it does not tell shows too: a post that we hold, and that it no longer
 * has, is asked for alone, and deleted here if it is gone there.
 */
#ifndef BACKFILL_H
#define BACKFILL_H

#include "intake.h"
#include "gaps.h"
#include "page.h"
#include "http_get.h"

enum {
    BACKFILL_LIMIT = 40,          /* posts of a page, the most that servers give */
    BACKFILL_OVERLAP_MS = 600000, /* posts that arrive late get older ids */
    BACKFILL_REQUESTS = 300,      /* that servers allow … */
    BACKFILL_WINDOW_MS = 900000,  /* … in so long */
    BACKFILL_MOST = 12000,        /* posts for one gap, unless the user wants others */
    BACKFILL_CHECKS = 100,        /* posts asked for alone, for one gap … */
    BACKFILL_VAIN = 10,           /* … and as many in a row that were there */
    BACKFILL_TRIES = 3
};

enum backfill_result {
    BACKFILL_DONE,   /* there is nothing more to fetch */
    BACKFILL_LATER,  /* it failed in a way that may pass; this has been logged */
    BACKFILL_LEFT,   /* there is no sense in going on now; likewise */
    BACKFILL_STOPPED /* by the turn or by the database */
};

/* How often the server was asked. */
struct backfill_budget {
    int64_t start_ms; /* of the window, on the clock of clock_ticks_ms */
    int requests;
};

struct backfill {
    struct http_get *http_get;
    struct intake *intake; /* of the source */
    struct backfill_budget *budget;
    const char *timeline; /* "public", "public/local", "public/remote" or "hashtag" */
    const char *hashtag;
    int64_t most; /* posts */

    /* The work at hand: */
    struct gap gap;
    struct page page;
    struct buffer cursor; /* everything up to this id is done */
    struct buffer path;   /* of the next page */
    int64_t low_ms;       /* posts written up to then are checked, or not to be;
                             STATUS_NO_TIME: not known */
    int64_t fetched;
    int64_t recovered;
    int64_t received_ms; /* posts received later are none of the gap's */
    int checks, vain;
    struct strings absent; /* held, and not in the page */
    char note[REFUSAL_SIZE];
};

/* Fills the oldest gap of the source that is open; without one, and with `poll`, gets
 * what is new. */
enum backfill_result backfill_run(struct backfill *backfill, bool poll);

void backfill_free(struct backfill *backfill);

#endif
