#include "timeline_walk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backoff.h"
#include "clock.h"
#include "headers.h"
#include "log.h"
#include "post_id.h"

static struct slice timeline_walk_slice(const char *text)
{
    return (struct slice){text, strlen(text)};
}

/* ---- asking ---- */

/* Lets everything else go on for so long. */
static bool timeline_walk_wait(struct timeline_walk *walk, int64_t ms)
{
    int64_t end = clock_ticks_ms() + ms;
    bool more = true;
    while (more && clock_ticks_ms() < end) {
        more = walk->http_get->turn(walk->http_get->ctx);
    }
    return more;
}

/* Takes one request, and waits for the next window if need be. */
static bool timeline_walk_take(struct timeline_walk *walk)
{
    int64_t wait = allowance_wait_ms(walk->allowance, clock_ticks_ms());
    if (wait > 0) {
        log_line(LOG_INFO, "catching up goes on in %" PRId64 " s, to spare %s",
                 wait / 1000, walk->http_get->server->name.bytes);
        if (!timeline_walk_wait(walk, wait)) {
            return false;
        }
    }
    allowance_take(walk->allowance, clock_ticks_ms());
    return true;
}

/* The last answer may say that the server takes no more requests for now. */
static bool timeline_walk_heed_limit(struct timeline_walk *walk)
{
    const struct http_request *request = &walk->http_get->request;
    const char *remaining = http_header(request, "X-RateLimit-Remaining");
    if (!remaining || strtol(remaining, NULL, 10) > 0) {
        return true;
    }
    const char *reset = http_header(request, "X-RateLimit-Reset");
    return timeline_walk_wait(walk, headers_wait_ms(NULL, reset, clock_now_ms()));
}

enum http_get_result timeline_walk_ask(struct timeline_walk *walk, const char *path,
                                       enum refusal_subject subject)
{
    struct http_get *get = walk->http_get;
    enum http_get_result result = HTTP_GET_PASSING;
    for (int tries = 1; result == HTTP_GET_PASSING && tries <= TIMELINE_WALK_TRIES;
         tries++) {
        if (!timeline_walk_heed_limit(walk) || !timeline_walk_take(walk)) {
            return HTTP_GET_STOPPED;
        }
        result = http_get_path(get, path, subject);
        if (result == HTTP_GET_PASSING && tries < TIMELINE_WALK_TRIES) {
            int64_t asked = http_get_wait_ms(get);
            int64_t pause = backoff_pause_ms(tries, BACKOFF_BASE_MS, http_random());
            pause = asked > pause ? asked + pause % 1000 : pause;
            log_line(LOG_WARN, "%s; asking again in %.1f s", get->why,
                     (double)pause / 1000);
            if (!timeline_walk_wait(walk, pause)) {
                return HTTP_GET_STOPPED;
            }
        }
    }
    return result;
}

/* ---- where the pages are ---- */

static void timeline_walk_compose(struct timeline_walk *walk)
{
    struct http_request *request = &walk->http_get->request;
    char limit[32];
    walk->path.size = 0;
    buffer_append_text(&walk->path, "/api/v1/timelines/");
    if (walk->hashtag) {
        buffer_append_text(&walk->path, "tag/");
        http_append_escaped(&walk->path, request, walk->hashtag);
    } else {
        buffer_append_text(&walk->path, "public");
    }
    snprintf(limit, sizeof limit, "?limit=%d", TIMELINE_WALK_LIMIT);
    buffer_append_text(&walk->path, limit);
    if (strcmp(walk->timeline, "public/local") == 0) {
        buffer_append_text(&walk->path, "&local=true");
    } else if (strcmp(walk->timeline, "public/remote") == 0) {
        buffer_append_text(&walk->path, "&remote=true");
    }
    if (walk->cursor.size > 0) {
        buffer_append_text(&walk->path, walk->backward ? "&max_id=" : "&min_id=");
        http_append_escaped(&walk->path, request, walk->cursor.bytes);
    }
    buffer_text(&walk->path);
}

static void timeline_walk_set_cursor(struct timeline_walk *walk, struct slice id)
{
    walk->cursor.size = 0;
    buffer_append(&walk->cursor, id.bytes, id.size);
    buffer_text(&walk->cursor);
}

void timeline_walk_start(struct timeline_walk *walk, bool backward, struct slice id)
{
    walk->backward = backward;
    walk->over = false;
    walk->why[0] = '\0';
    timeline_walk_set_cursor(walk, id);
    timeline_walk_compose(walk);
}

/* After this page, if that is anywhere. */
static void timeline_walk_find_next(struct timeline_walk *walk)
{
    const struct page *page = &walk->page;
    const char *name = walk->http_get->server->name.bytes;
    uint64_t number;
    struct slice address, path;
    const struct page_post *last = walk->backward ? page->oldest : page->newest;
    struct slice id = timeline_walk_slice(last->id);
    struct slice cursor = {walk->cursor.bytes, walk->cursor.size};
    int step = post_id_compare(id, cursor);
    if (cursor.size > 0 && (walk->backward ? step >= 0 : step <= 0)) {
        walk->over = true;
        if (page->count >= TIMELINE_WALK_LIMIT) {
            snprintf(walk->why, sizeof walk->why,
                     "%.150s sends the same page again and again", name);
        }
        return;
    }
    walk->over = cursor.size == 0 && !walk->backward;
    timeline_walk_set_cursor(walk, id);
    const char *link = http_header(&walk->http_get->request, "Link");
    if (post_id_number(id, &number) || !link ||
        !headers_link(link, walk->backward ? "next" : "prev", &address)) {
        timeline_walk_compose(walk);
    } else if (headers_same_host(address, name, &path)) {
        walk->path.size = 0;
        buffer_append(&walk->path, path.bytes, path.size);
        buffer_text(&walk->path);
    } else {
        walk->over = true;
        snprintf(walk->why, sizeof walk->why,
                 "%.150s names a next page on another server, which is not asked",
                 name);
    }
}

/* ---- pages ---- */

static enum timeline_walk_result timeline_walk_read(struct timeline_walk *walk)
{
    const struct http_get *get = walk->http_get;
    struct slice body = {get->body.bytes, get->body.size};
    if (!page_read(&walk->page, body)) {
        snprintf(walk->why, sizeof walk->why,
                 "%.150s answers with something that is no timeline",
                 get->server->name.bytes);
        return TIMELINE_WALK_REFUSED;
    }
    if (walk->page.count == 0) {
        walk->over = true;
        return TIMELINE_WALK_END;
    }
    if (!walk->page.newest) {
        snprintf(walk->why, sizeof walk->why, "%.150s sends posts without ids",
                 get->server->name.bytes);
        return TIMELINE_WALK_REFUSED;
    }
    timeline_walk_find_next(walk);
    return TIMELINE_WALK_PAGE;
}

enum timeline_walk_result timeline_walk_next(struct timeline_walk *walk)
{
    if (walk->over) {
        walk->page.count = 0;
        return *walk->why ? TIMELINE_WALK_REFUSED : TIMELINE_WALK_END;
    }
    enum http_get_result asked =
        timeline_walk_ask(walk, walk->path.bytes, REFUSAL_TIMELINE);
    if (asked == HTTP_GET_STOPPED) {
        return TIMELINE_WALK_STOPPED;
    }
    if (asked != HTTP_GET_OK) {
        snprintf(walk->why, sizeof walk->why, "%s", walk->http_get->why);
        return asked == HTTP_GET_PASSING ? TIMELINE_WALK_PASSING
                                         : TIMELINE_WALK_REFUSED;
    }
    return timeline_walk_read(walk);
}

void timeline_walk_free(struct timeline_walk *walk)
{
    page_free(&walk->page);
    buffer_free(&walk->cursor);
    buffer_free(&walk->path);
}
