/*
 * How often a server may be asked: as many pages in each quarter of an hour as servers
 * of posts give to one user.
 *
 * Time is passed in, on the clock of clock_ticks_ms.
 */
#ifndef ALLOWANCE_H
#define ALLOWANCE_H

#include <stdint.h>

enum {
    ALLOWANCE_REQUESTS = 300, /* that Mastodon allows for pages … */
    ALLOWANCE_WINDOW_MS =
        900000 /* … in so long (its config/initializers/rack_attack.rb) */
};

/* All zero is one that has not been used. */
struct allowance {
    int64_t start_ms; /* of the window; 0: there is none yet */
    int requests;     /* taken since */
};

/* How long to wait until there is a request to take; 0: there is one. */
int64_t allowance_wait_ms(const struct allowance *allowance, int64_t now_ms);

/* How many are left of this window. */
int allowance_left(const struct allowance *allowance, int64_t now_ms);

/* Takes one; there must be one. */
void allowance_take(struct allowance *allowance, int64_t now_ms);

#endif
