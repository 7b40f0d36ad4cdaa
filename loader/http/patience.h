/*
 * When to try again after a connection has ended, and when to give up.
 *
 * Time is passed in, so that an hour of failures can be tested in no time.
 */
#ifndef PATIENCE_H
#define PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    PATIENCE_HEALTHY_MS = 60000, /* a stream that lasted so long clears past failures */
    PATIENCE_CLEAN_MS = 2000,    /* the longest pause after such a stream */
    PATIENCE_REFUSALS = 3, /* tries after a refusal of what had worked before … */
    PATIENCE_REFUSALS_MS = 600000 /* … and the time they are spread over */
};

enum patience_verdict {
    PATIENCE_ENDED,  /* it was open, and ended */
    PATIENCE_CUT,    /* likewise, as always when it is quiet */
    PATIENCE_FAILED, /* it was not reached, or is busy: may pass by itself */
    PATIENCE_REFUSED /* trying again does not mend it */
};

struct patience {
    bool forever; /* refusals count as failures */
    int64_t most; /* failures in a row; -1: no limit */

    bool worked;      /* it has been open before */
    int64_t failures; /* in a row */
    int64_t refusals; /* in a row */
};

/* It is open. */
void patience_opened(struct patience *patience);

/* After a refusal: how many tries are left, the next one included, and how long they
 * will take together. */
int64_t patience_tries_left(const struct patience *patience);
int64_t patience_left_ms(const struct patience *patience);

/* The pause before the next try, or -1 to give up.  open_ms: for how long it was
 * open.  base_ms: BACKOFF_BASE_MS, or what the server asks for as the shortest
 * step.  asked_ms: how long the server asks us to stay away; 0.  `random` is any
 * number. */
int64_t patience_pause_ms(struct patience *patience, enum patience_verdict verdict,
                          int64_t open_ms, int64_t base_ms, int64_t asked_ms,
                          uint32_t random);

#endif
