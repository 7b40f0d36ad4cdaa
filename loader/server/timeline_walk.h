/*
 * A timeline, page by page: forward from an id to the newest post, or backward from an
 * id to ever older ones.
 *
 * Where ids are numbers, the next page begins at the last id of this one; elsewhere the
 * server's own link is followed, as long as it stays on that server.
 */
#ifndef TIMELINE_WALK_H
#define TIMELINE_WALK_H

#include <stdbool.h>

#include "allowance.h"
#include "http_get.h"
#include "page.h"

enum {
    TIMELINE_WALK_LIMIT = 40, /* posts of a page, the most that servers give */
    TIMELINE_WALK_TRIES = 3
};

enum timeline_walk_result {
    TIMELINE_WALK_PAGE,    /* there is a page, which has posts */
    TIMELINE_WALK_END,     /* there are no more posts; the page is empty */
    TIMELINE_WALK_PASSING, /* it failed in a way that may pass: why */
    TIMELINE_WALK_REFUSED, /* there is no sense in going on now: why */
    TIMELINE_WALK_STOPPED  /* by the turn of http_get */
};

/* The first four are the caller's, and stay so; the rest is zero at first. */
struct timeline_walk {
    struct http_get *http_get;
    struct allowance *allowance;
    const char *timeline; /* "public", "public/local", "public/remote" or "hashtag" */
    const char *hashtag;  /* for that timeline */

    bool backward;
    bool over;            /* the page was the last one */
    struct buffer cursor; /* the id from where it goes on; empty: from the newest */
    struct buffer path;   /* of the next page */
    struct page page;     /* valid until the next question */
    char why[REFUSAL_SIZE];
};

/* From `id`, which is not asked for itself; an empty one stands for the newest post,
 * and then forward is that one page alone. */
void timeline_walk_start(struct timeline_walk *walk, bool backward, struct slice id);

/* Asks for the next page, and again where that may help.  Waits while the server wants
 * no more questions. */
enum timeline_walk_result timeline_walk_next(struct timeline_walk *walk);

/* Asks for something else, likewise: for REFUSAL_POST, a single post.  The page is gone
 * then. */
enum http_get_result timeline_walk_ask(struct timeline_walk *walk, const char *path,
                                       enum refusal_subject subject);

void timeline_walk_free(struct timeline_walk *walk);

#endif
