/*
 * What was missed is asked for, page by page.
 *
 * A stream tells nothing of what went by while nobody listened.  The timeline does: it
 * is read from the last post that was seen on, oldest first.  Then a little of what
 * comes before is read again, since posts from elsewhere may arrive late, with ids of
 * the time when they were written, and since what the timeline no longer has shows too:
 * a post that we hold, and that it does not, is asked for alone, and deleted here if it
 * is gone there.
 */
#ifndef BACKFILL_H
#define BACKFILL_H

#include "gaps.h"
#include "intake.h"
#include "timeline_walk.h"

enum {
    BACKFILL_OVERLAP_MS = 600000,     /* read again before a gap … */
    BACKFILL_OVERLAP_PAGES = 100,     /* … at the most so many pages … */
    BACKFILL_OVERLAP_RESERVE = 100,   /* … leaving so many requests to other gaps */
    BACKFILL_POLL_OVERLAP_MS = 60000, /* read again with every poll */
    BACKFILL_CHECKS = 100,            /* posts asked for alone, for one gap … */
    BACKFILL_VAIN = 10                /* … and as many in a row that were there */
};

enum backfill_result {
    BACKFILL_DONE,   /* there is nothing more to fetch */
    BACKFILL_LATER,  /* it failed in a way that may pass; this has been logged */
    BACKFILL_LEFT,   /* there is no sense in going on now; likewise */
    BACKFILL_STOPPED /* by the turn or by the database */
};

/* The first three and those of `walk` are the caller's; the rest is zero at first. */
struct backfill {
    struct intake *intake; /* of the source */
    int64_t most;          /* posts fetched for one gap that were not known */
    bool leave_gaps;       /* they stay open, and the first poll begins with the newest
                              page, whatever was missed before it */
    struct timeline_walk walk;

    /* The work at hand: */
    struct gap gap;
    bool polled;         /* a poll has been answered */
    bool quiet;          /* gaps that bring nothing are not worth a line */
    bool filled;         /* the gap is, and waits for backfill_settle */
    bool ids_hold_times; /* as Mastodon's do */
    int64_t low_ms;      /* posts written after that … */
    int64_t high_ms;     /* … and not after that are in the page or are absent;
                            STATUS_NO_TIME: not known */
    int64_t least_ms;    /* posts written until then are left out; STATUS_NO_TIME:
                            none */
    int64_t overlap_ms;  /* least_ms is so long before the newest post */
    int64_t received_ms; /* posts received later are none of the gap's */
    int64_t fetched;     /* posts */
    int64_t unknown;     /* those that were not known */
    int64_t recovered;   /* those that were stored */
    int64_t removed;     /* posts deleted here, since they are gone there */
    int short_pages;     /* so many pages forward were not full */
    char end[POST_ID_MOST + 1]; /* the walk forward ends with it; "": not known yet */
    int checks, vain;
    struct strings absent; /* held, and not in the page */
    char note[REFUSAL_SIZE];
};

/* Fills the gaps of the source that are open; without one, and with `poll`, gets what
 * is new. */
enum backfill_result backfill_run(struct backfill *backfill, bool poll);

/* After that, and when nothing is more urgent: if `filled`, reads again what comes
 * before the gap, and closes it. */
enum backfill_result backfill_settle(struct backfill *backfill);

void backfill_free(struct backfill *backfill);

#endif
