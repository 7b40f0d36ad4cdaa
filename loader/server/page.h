/*
 * A page of a timeline: a JSON array of posts.  The array is taken apart without
 * reading what is in it, so that a bad post costs that post only.
 */
#ifndef PAGE_H
#define PAGE_H

#include <stdbool.h>

#include "buffer.h"
#include "post_id.h"
#include "status.h"

enum { PAGE_MOST = 1000 }; /* posts; we ask for 40 */

struct page_post {
    struct slice json;         /* in the bytes that were read */
    char id[POST_ID_MOST + 1]; /* "" when it has none that can be read */
    int64_t created_ms;        /* STATUS_NO_TIME likewise */
};

/* All zero is a page before its first reading. */
struct page {
    struct page_post *posts; /* as they came: newest first, usually */
    size_t count, room;
    const struct page_post *newest, *oldest; /* by id; NULL when no post has one */
};

/* False if it is no array.  `bytes` must stay as long as the page is used. */
bool page_read(struct page *page, struct slice bytes);

bool page_holds(const struct page *page, struct slice id);

void page_free(struct page *page);

#endif
