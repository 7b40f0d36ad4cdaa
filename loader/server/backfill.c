#include "backfill.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backoff.h"
#include "clock.h"
#include "headers.h"
#include "isotime.h"
#include "log.h"

enum { BACKFILL_POLL_OVERLAP_MS = 60000 };

static struct slice backfill_slice(const char *text)
{
    return (struct slice){text, strlen(text)};
}

/* ---- what is done with the database ---- */

static enum ingest_result backfill_find(struct ingest *ingest, void *ctx)
{
    struct backfill *b = ctx;
    if (!gaps_find_open(ingest->store, &b->gap)) {
        return INGEST_FAILED;
    }
    if (b->gap.id == 0) {
        const struct buffer *last = &store_source(ingest->store)->last_id;
        buffer_append(&b->gap.from_id, last->bytes, last->size);
        buffer_text(&b->gap.from_id);
    }
    return INGEST_OK;
}

/* Posts that we hold of the time that the page covers, and that it does not hold.  An
 * empty page covers all that is newer. */
static bool backfill_compare(struct backfill *b, struct store *store)
{
    int64_t high = b->page.count > 0 ? b->page.newest->created_ms : INT64_MAX;
    struct strings held = {0};
    strings_clear(&b->absent);
    if (b->low_ms == STATUS_NO_TIME || high == STATUS_NO_TIME) {
        return true;
    }
    bool done = gaps_held(store, b->low_ms, high, b->received_ms, &held);
    for (size_t i = 0; i < held.count; i++) {
        struct slice id = strings_get(&held, i);
        if (!page_holds(&b->page, id)) {
            strings_add(&b->absent, id.bytes, id.size);
        }
    }
    strings_free(&held);
    return done;
}

/* Oldest first, so that what is stored has no holes if this ends in the middle. */
static enum ingest_result backfill_apply_page(struct ingest *ingest, void *ctx)
{
    struct backfill *b = ctx;
    int64_t before = ingest->totals.counts.added;
    enum ingest_result result = INGEST_OK;
    for (size_t i = b->page.count; i > 0 && result == INGEST_OK; i--) {
        result =
            ingest_event(ingest, backfill_slice("update"), b->page.posts[i - 1].json);
    }
    int64_t recovered = ingest->totals.counts.added - before;
    b->recovered += recovered;
    if (result == INGEST_FAILED || !backfill_compare(b, ingest->store) ||
        (b->gap.id > 0 && !gaps_advance(ingest->store, &b->gap, NULL, recovered))) {
        return INGEST_FAILED;
    }
    return result;
}

static enum ingest_result backfill_advance(struct ingest *ingest, void *ctx)
{
    struct backfill *b = ctx;
    return gaps_advance(ingest->store, &b->gap, b->cursor.bytes, 0) ? INGEST_OK
                                                                    : INGEST_FAILED;
}

static enum ingest_result backfill_close(struct ingest *ingest, void *ctx)
{
    struct backfill *b = ctx;
    return gaps_close(ingest->store, &b->gap) ? INGEST_OK : INGEST_FAILED;
}

static enum ingest_result backfill_explain(struct ingest *ingest, void *ctx)
{
    struct backfill *b = ctx;
    return gaps_explain(ingest->store, &b->gap, b->note) ? INGEST_OK : INGEST_FAILED;
}

struct backfill_post {
    const char *event;
    struct slice data;
};

static enum ingest_result backfill_apply_post(struct ingest *ingest, void *ctx)
{
    const struct backfill_post *post = ctx;
    return ingest_event(ingest, backfill_slice(post->event), post->data);
}

/* ---- asking ---- */

/* Lets everything else go on for so long. */
static bool backfill_wait(struct backfill *b, int64_t ms)
{
    int64_t end = clock_ticks_ms() + ms;
    bool more = true;
    while (more && clock_ticks_ms() < end) {
        more = b->http_get->turn(b->http_get->ctx);
    }
    return more;
}

/* Takes one request from the budget, and waits for the next window if need be. */
static bool backfill_take(struct backfill *b)
{
    struct backfill_budget *budget = b->budget;
    int64_t since = clock_ticks_ms() - budget->start_ms;
    if (budget->requests >= BACKFILL_REQUESTS && since < BACKFILL_WINDOW_MS) {
        log_line(LOG_INFO, "catching up goes on in %" PRId64 " s, to spare %s",
                 (BACKFILL_WINDOW_MS - since) / 1000, b->http_get->server->name.bytes);
        if (!backfill_wait(b, BACKFILL_WINDOW_MS - since)) {
            return false;
        }
    }
    if (budget->start_ms == 0 ||
        clock_ticks_ms() - budget->start_ms >= BACKFILL_WINDOW_MS) {
        *budget = (struct backfill_budget){.start_ms = clock_ticks_ms()};
    }
    budget->requests++;
    return true;
}

/* When the server says that this was the last request it takes for now. */
static bool backfill_heed_limit(struct backfill *b)
{
    const char *remaining = http_header(&b->http_get->request, "X-RateLimit-Remaining");
    if (!remaining || strtol(remaining, NULL, 10) > 0) {
        return true;
    }
    const char *reset = http_header(&b->http_get->request, "X-RateLimit-Reset");
    return backfill_wait(b, headers_wait_ms(NULL, reset, clock_now_ms()));
}

/* Asks, and asks again where that may help. */
static enum http_get_result backfill_ask(struct backfill *b, const char *path,
                                         enum refusal_subject subject)
{
    enum http_get_result result = HTTP_GET_PASSING;
    for (int tries = 1; result == HTTP_GET_PASSING && tries <= BACKFILL_TRIES;
         tries++) {
        if (!backfill_take(b)) {
            return HTTP_GET_STOPPED;
        }
        result = http_get_path(b->http_get, path, subject);
        if (result == HTTP_GET_PASSING && tries < BACKFILL_TRIES) {
            int64_t asked = http_get_wait_ms(b->http_get);
            int64_t pause = backoff_pause_ms(tries, BACKOFF_BASE_MS, http_random());
            pause = asked > pause ? asked + pause % 1000 : pause;
            log_line(LOG_WARN, "%s; asking again in %.1f s", b->http_get->why,
                     (double)pause / 1000);
            if (!backfill_wait(b, pause)) {
                return HTTP_GET_STOPPED;
            }
        }
    }
    return result;
}

static void backfill_compose_path(struct backfill *b)
{
    char limit[32];
    b->path.size = 0;
    buffer_append_text(&b->path, "/api/v1/timelines/");
    if (b->hashtag) {
        buffer_append_text(&b->path, "tag/");
        http_append_escaped(&b->path, &b->http_get->request, b->hashtag);
    } else {
        buffer_append_text(&b->path, "public");
    }
    snprintf(limit, sizeof limit, "?limit=%d", BACKFILL_LIMIT);
    buffer_append_text(&b->path, limit);
    if (strcmp(b->timeline, "public/local") == 0) {
        buffer_append_text(&b->path, "&local=true");
    } else if (strcmp(b->timeline, "public/remote") == 0) {
        buffer_append_text(&b->path, "&remote=true");
    }
    if (b->cursor.size > 0) {
        buffer_append_text(&b->path, "&min_id=");
        http_append_escaped(&b->path, &b->http_get->request, b->cursor.bytes);
    }
    buffer_text(&b->path);
}

/* Where the next page is: after the newest id, or, where ids tell nothing, behind the
 * server's link.  False if that leads to another server. */
static bool backfill_find_next(struct backfill *b)
{
    uint64_t number;
    struct slice address;
    struct slice path;
    b->cursor.size = 0;
    buffer_append_text(&b->cursor, b->page.newest->id);
    buffer_text(&b->cursor);
    const char *link = http_header(&b->http_get->request, "Link");
    if (post_id_number(backfill_slice(b->page.newest->id), &number) || !link ||
        !headers_link(link, "prev", &address)) {
        backfill_compose_path(b);
        return true;
    }
    if (!headers_same_host(address, b->http_get->server->name.bytes, &path)) {
        return false;
    }
    b->path.size = 0;
    buffer_append(&b->path, path.bytes, path.size);
    buffer_text(&b->path);
    return true;
}

/* ---- one gap ---- */

static enum backfill_result backfill_call(struct backfill *b, ingest_work *work)
{
    return intake_call(b->intake, work, b) == INTAKE_OK ? BACKFILL_DONE
                                                        : BACKFILL_STOPPED;
}

/* Ends the work for now; the gap stays open, and says why. */
static enum backfill_result backfill_leave(struct backfill *b,
                                           enum backfill_result result)
{
    log_line(LOG_WARN, "%s: %s",
             b->gap.id > 0 ? "a gap stays open" : "no posts were fetched", b->note);
    if (b->gap.id > 0 && backfill_call(b, backfill_explain) != BACKFILL_DONE) {
        return BACKFILL_STOPPED;
    }
    return result;
}

static enum backfill_result backfill_failed(struct backfill *b,
                                            enum http_get_result result)
{
    if (result == HTTP_GET_STOPPED) {
        return BACKFILL_STOPPED;
    }
    snprintf(b->note, sizeof b->note, "%s", b->http_get->why);
    return backfill_leave(b,
                          result == HTTP_GET_PASSING ? BACKFILL_LATER : BACKFILL_LEFT);
}

/* Asks for one post that the timeline did not show. */
static enum backfill_result backfill_check(struct backfill *b, struct slice id)
{
    char name[POST_ID_MOST + 1];
    struct backfill_post post = {"status.update", {0}};
    struct buffer path = {0};
    snprintf(name, sizeof name, "%.*s", (int)id.size, id.bytes);
    buffer_append_text(&path, "/api/v1/statuses/");
    http_append_escaped(&path, &b->http_get->request, name);
    enum http_get_result result = backfill_ask(b, buffer_text(&path), REFUSAL_POST);
    buffer_free(&path);
    long status = http_status(&b->http_get->request);
    b->checks++;
    b->vain++;
    if (result == HTTP_GET_OK) {
        post.data = (struct slice){b->http_get->body.bytes, b->http_get->body.size};
    } else if (result == HTTP_GET_REFUSED && (status == 404 || status == 410)) {
        b->vain = 0;
        post = (struct backfill_post){"delete", id};
    } else if (result == HTTP_GET_REFUSED) {
        b->checks = BACKFILL_CHECKS; /* it does not tell */
        return BACKFILL_DONE;
    } else {
        return backfill_failed(b, result);
    }
    bool done = intake_call(b->intake, backfill_apply_post, &post) == INTAKE_OK;
    return done ? BACKFILL_DONE : BACKFILL_STOPPED;
}

static enum backfill_result backfill_check_absent(struct backfill *b)
{
    enum backfill_result result = BACKFILL_DONE;
    for (size_t i = 0; i < b->absent.count && result == BACKFILL_DONE; i++) {
        if (b->checks >= BACKFILL_CHECKS || b->vain >= BACKFILL_VAIN) {
            break;
        }
        result = backfill_check(b, strings_get(&b->absent, i));
    }
    return result;
}

/* The time before which the first page says nothing. */
static void backfill_find_low(struct backfill *b)
{
    if (b->low_ms != STATUS_NO_TIME || b->page.count == 0) {
        return;
    }
    for (size_t i = 0; i < b->page.count; i++) {
        int64_t created = b->page.posts[i].created_ms;
        if (created != STATUS_NO_TIME &&
            (b->low_ms == STATUS_NO_TIME || created < b->low_ms)) {
            b->low_ms = created;
        }
    }
}

/* Does what has to be done with a page; *more is false after the last one. */
static enum backfill_result backfill_take_page(struct backfill *b, bool *more)
{
    const struct page_post *newest = b->page.newest;
    struct slice cursor = {b->cursor.bytes, b->cursor.size};
    *more = b->page.count > 0;
    if (*more && !newest) {
        snprintf(b->note, sizeof b->note, "%s sends posts without ids",
                 b->http_get->server->name.bytes);
        return backfill_leave(b, BACKFILL_LEFT);
    }
    bool repeats = *more && cursor.size > 0 &&
                   post_id_compare(backfill_slice(newest->id), cursor) <= 0;
    backfill_find_low(b);
    b->fetched += (int64_t)b->page.count;
    enum backfill_result result = backfill_call(b, backfill_apply_page);
    if (result != BACKFILL_DONE || !*more) {
        return result == BACKFILL_DONE ? backfill_check_absent(b) : result;
    }
    if (repeats) {
        *more = false;
        snprintf(b->note, sizeof b->note, "%s sends the same page again and again",
                 b->http_get->server->name.bytes);
        return b->page.count < BACKFILL_LIMIT ? BACKFILL_DONE
                                              : backfill_leave(b, BACKFILL_LEFT);
    }
    b->low_ms = newest->created_ms;
    bool next = backfill_find_next(b); /* now, as checking asks other questions */
    result = backfill_check_absent(b);
    if (result != BACKFILL_DONE) {
        return result;
    }
    if (!next) {
        snprintf(b->note, sizeof b->note,
                 "%s names a next page on another server, which is not asked",
                 b->http_get->server->name.bytes);
        return backfill_leave(b, BACKFILL_LEFT);
    }
    return b->gap.id > 0 ? backfill_call(b, backfill_advance) : BACKFILL_DONE;
}

static enum backfill_result backfill_page(struct backfill *b, bool *more)
{
    if (b->gap.id == 0) {
        b->received_ms = clock_now_ms();
    }
    enum http_get_result asked = backfill_ask(b, b->path.bytes, REFUSAL_TIMELINE);
    if (asked != HTTP_GET_OK) {
        return backfill_failed(b, asked);
    }
    /* The page lies in the body, which the next question overwrites. */
    struct slice body = {b->http_get->body.bytes, b->http_get->body.size};
    if (!page_read(&b->page, body)) {
        snprintf(b->note, sizeof b->note,
                 "%s answers with something that is no timeline",
                 b->http_get->server->name.bytes);
        return backfill_leave(b, BACKFILL_LEFT);
    }
    enum backfill_result result = backfill_take_page(b, more);
    if (result == BACKFILL_DONE && *more && !backfill_heed_limit(b)) {
        return BACKFILL_STOPPED;
    }
    return result;
}

/* Where to start: some time before the last id, if ids tell the time. */
static void backfill_start(struct backfill *b)
{
    enum { YEAR_2000_S = 946684800, DAY_MS = 86400000 };
    uint64_t number;
    char text[24];
    int64_t overlap = b->gap.id > 0 ? BACKFILL_OVERLAP_MS : BACKFILL_POLL_OVERLAP_MS;
    struct slice from = {b->gap.from_id.bytes, b->gap.from_id.size};
    b->fetched = b->recovered = b->checks = b->vain = 0;
    b->received_ms = b->gap.to_ms;
    b->low_ms = STATUS_NO_TIME;
    b->cursor.size = 0;
    if (b->gap.id > 0 && from.size == 0) {
        snprintf(text, sizeof text, "%" PRId64, b->gap.from_ms << 16);
        from = backfill_slice(text);
    }
    buffer_append(&b->cursor, from.bytes, from.size);
    if (post_id_number(from, &number)) {
        int64_t ms = (int64_t)(number >> 16) - overlap;
        if (ms > (int64_t)YEAR_2000_S * 1000 && ms < clock_now_ms() + DAY_MS) {
            b->low_ms = ms;
        }
        /* Other servers' numbers have the time in higher bits: they go less far. */
        uint64_t back = (uint64_t)overlap << 16;
        if (number > back) {
            snprintf(text, sizeof text, "%" PRIu64, number - back);
            b->cursor.size = 0;
            buffer_append_text(&b->cursor, text);
        }
    }
    buffer_text(&b->cursor);
    backfill_compose_path(b);
}

enum backfill_result backfill_run(struct backfill *b, bool poll)
{
    enum backfill_result result = backfill_call(b, backfill_find);
    if (result != BACKFILL_DONE || (b->gap.id == 0 && !poll)) {
        return result;
    }
    char since[ISOTIME_SIZE];
    isotime_format(b->gap.from_ms, since);
    backfill_start(b);
    if (b->gap.id > 0) {
        log_line(LOG_INFO, "catching up with what was missed since %s", since);
    }
    bool newest_only = b->cursor.size == 0; /* there is no beginning to go back to */
    bool more = true;
    while (result == BACKFILL_DONE && more) {
        if (b->fetched >= b->most) {
            snprintf(b->note, sizeof b->note, "more than %" PRId64 " posts were missed",
                     b->most);
            return backfill_leave(b, BACKFILL_LEFT);
        }
        result = backfill_page(b, &more);
        more = more && !newest_only;
    }
    if (result == BACKFILL_DONE && b->gap.id > 0) {
        result = backfill_call(b, backfill_close);
        log_line(LOG_INFO, "caught up: %" PRId64 " of %" PRId64 " posts were new",
                 b->recovered, b->fetched);
    }
    return result;
}

void backfill_free(struct backfill *b)
{
    page_free(&b->page);
    buffer_free(&b->gap.from_id);
    buffer_free(&b->cursor);
    buffer_free(&b->path);
    strings_free(&b->absent);
}
