#include "backfill.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "headers.h"
#include "isotime.h"
#include "log.h"
#include "post_id.h"

static struct slice backfill_slice(const char *text)
{
    return (struct slice){text, strlen(text)};
}

static struct slice backfill_id(const struct buffer *id)
{
    return (struct slice){id->bytes, id->size};
}

/* ---- what is done with the database ---- */

/* The gap to be filled, or where a poll goes on. */
static enum ingest_result backfill_find(struct ingest *ingest, void *ctx)
{
    struct backfill *b = ctx;
    b->gap.id = 0;
    if (!b->leave_gaps && !gaps_find_open(ingest->store, &b->gap)) {
        return INGEST_FAILED;
    }
    if (b->gap.id == 0) {
        const struct buffer *last = &store_source(ingest->store)->last_id;
        bool anew = b->leave_gaps && !b->polled;
        b->gap.from_id.size = 0;
        buffer_append(&b->gap.from_id, last->bytes, anew ? 0 : last->size);
        buffer_text(&b->gap.from_id);
    }
    return INGEST_OK;
}

/* Posts that we hold of the time that the page covers, and that it does not hold. */
static bool backfill_compare(struct backfill *b, struct store *store)
{
    struct strings held = {0};
    strings_clear(&b->absent);
    if (b->low_ms == STATUS_NO_TIME || b->high_ms == STATUS_NO_TIME) {
        return true;
    }
    bool done = gaps_held(store, b->low_ms, b->high_ms, b->received_ms, &held);
    for (size_t i = 0; i < held.count; i++) {
        struct slice id = strings_get(&held, i);
        if (!page_holds(&b->walk.page, id)) {
            strings_add(&b->absent, id.bytes, id.size);
        }
    }
    strings_free(&held);
    return done;
}

static bool backfill_wants(const struct backfill *b, const struct page_post *post)
{
    return b->least_ms == STATUS_NO_TIME || post->created_ms == STATUS_NO_TIME ||
           post->created_ms > b->least_ms;
}

/* Oldest first, so that what is stored has no holes if this ends in the middle. */
static enum ingest_result backfill_apply_page(struct ingest *ingest, void *ctx)
{
    struct backfill *b = ctx;
    const struct page *page = &b->walk.page;
    const struct ingest_counts *counts = &ingest->totals.counts;
    int64_t added = counts->added;
    int64_t known = counts->known;
    int64_t applied = 0;
    enum ingest_result result = INGEST_OK;
    for (size_t i = page->count; i > 0 && result == INGEST_OK; i--) {
        if (backfill_wants(b, &page->posts[i - 1])) {
            struct slice json = page->posts[i - 1].json;
            result = ingest_event(ingest, backfill_slice("update"), json);
            applied++;
        }
    }
    added = counts->added - added;
    b->recovered += added;
    b->fetched += applied;
    b->unknown += applied - (counts->known - known);
    if (result == INGEST_FAILED || !backfill_compare(b, ingest->store) ||
        (b->gap.id > 0 && !gaps_advance(ingest->store, &b->gap, NULL, added))) {
        return INGEST_FAILED;
    }
    return result;
}

static enum ingest_result backfill_advance(struct ingest *ingest, void *ctx)
{
    struct backfill *b = ctx;
    const char *id = b->walk.cursor.bytes;
    return gaps_advance(ingest->store, &b->gap, id, 0) ? INGEST_OK : INGEST_FAILED;
}

static enum ingest_result backfill_close(struct ingest *ingest, void *ctx)
{
    struct backfill *b = ctx;
    const char *note = *b->note ? b->note : NULL;
    /* Nobody is told before it is so. */
    return gaps_close(ingest->store, &b->gap, note) ? ingest_commit(ingest)
                                                    : INGEST_FAILED;
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

static enum backfill_result backfill_call(struct backfill *b, ingest_work *work)
{
    return intake_call(b->intake, work, b) == INTAKE_OK ? BACKFILL_DONE
                                                        : BACKFILL_STOPPED;
}

/* ---- when it does not go on ---- */

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
                                            enum timeline_walk_result result)
{
    if (result == TIMELINE_WALK_STOPPED) {
        return BACKFILL_STOPPED;
    }
    snprintf(b->note, sizeof b->note, "%s", b->walk.why);
    return backfill_leave(b, result == TIMELINE_WALK_PASSING ? BACKFILL_LATER
                                                             : BACKFILL_LEFT);
}

/* ---- posts that a page does not show ---- */

static enum backfill_result backfill_check(struct backfill *b, struct slice id)
{
    struct http_get *get = b->walk.http_get;
    char name[POST_ID_MOST + 1];
    struct backfill_post post = {"status.update", {0}};
    struct buffer path = {0};
    snprintf(name, sizeof name, "%.*s", (int)id.size, id.bytes);
    buffer_append_text(&path, "/api/v1/statuses/");
    http_append_escaped(&path, &get->request, name);
    enum http_get_result result =
        timeline_walk_ask(&b->walk, buffer_text(&path), REFUSAL_POST);
    buffer_free(&path);
    long status = http_status(&get->request);
    b->checks++;
    b->vain++;
    if (result == HTTP_GET_OK) {
        post.data = (struct slice){get->body.bytes, get->body.size};
    } else if (result == HTTP_GET_REFUSED && (status == 404 || status == 410)) {
        b->vain = 0;
        b->removed++;
        post = (struct backfill_post){"delete", id};
    } else if (result == HTTP_GET_REFUSED) {
        b->checks = BACKFILL_CHECKS; /* it does not tell */
        return BACKFILL_DONE;
    } else if (result == HTTP_GET_STOPPED) {
        return BACKFILL_STOPPED;
    } else {
        snprintf(b->note, sizeof b->note, "%s", get->why);
        return backfill_leave(b, BACKFILL_LATER);
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

/* ---- one page ---- */

/* When the post was written, if its id tells, as Mastodon's do. */
static int64_t backfill_id_time(struct slice id)
{
    enum { YEAR_2000_S = 946684800, DAY_MS = 86400000 };
    uint64_t number;
    if (!post_id_number(id, &number)) {
        return STATUS_NO_TIME;
    }
    int64_t ms = (int64_t)(number >> 16);
    bool sane = ms > (int64_t)YEAR_2000_S * 1000 && ms < clock_now_ms() + DAY_MS;
    return sane ? ms : STATUS_NO_TIME;
}

static int64_t backfill_earliest(const struct page *page)
{
    int64_t earliest = STATUS_NO_TIME;
    for (size_t i = 0; i < page->count; i++) {
        int64_t created = page->posts[i].created_ms;
        if (created != STATUS_NO_TIME &&
            (earliest == STATUS_NO_TIME || created < earliest)) {
            earliest = created;
        }
    }
    return earliest;
}

/* The time that the page covers, given what the pages before have covered: forward up
 * to low_ms, backward down to high_ms.  An empty page covers all the rest. */
static void backfill_find_range(struct backfill *b)
{
    const struct page *page = &b->walk.page;
    int64_t newest = page->count > 0 ? page->newest->created_ms : STATUS_NO_TIME;
    int64_t oldest = page->count > 0 ? page->oldest->created_ms : STATUS_NO_TIME;
    if (!b->walk.backward) {
        b->low_ms = b->low_ms != STATUS_NO_TIME ? b->low_ms : backfill_earliest(page);
        b->high_ms = page->count > 0 ? newest : INT64_MAX;
        return;
    }
    b->high_ms = b->high_ms != STATUS_NO_TIME ? b->high_ms : newest;
    if (b->least_ms == STATUS_NO_TIME && newest != STATUS_NO_TIME) {
        b->least_ms = newest - b->overlap_ms;
    }
    b->low_ms = page->count == 0           ? b->least_ms
                : oldest != STATUS_NO_TIME ? oldest - 1
                                           : STATUS_NO_TIME;
}

/* Asks for a page and does what has to be done with it. */
static enum backfill_result backfill_page(struct backfill *b, bool *more)
{
    if (b->gap.id == 0) {
        b->received_ms = clock_now_ms();
    }
    enum timeline_walk_result walked = timeline_walk_next(&b->walk);
    *more = walked == TIMELINE_WALK_PAGE;
    if (!*more && walked != TIMELINE_WALK_END) {
        return backfill_failed(b, walked);
    }
    backfill_find_range(b);
    enum backfill_result result = backfill_call(b, backfill_apply_page);
    if (result == BACKFILL_DONE) {
        result = backfill_check_absent(b);
    }
    /* The next page's range begins where this one's ends. */
    if (b->walk.backward) {
        b->high_ms = b->low_ms;
    } else {
        b->low_ms = b->high_ms;
    }
    return result;
}

/* ---- forward: what was missed ---- */

static void backfill_go_forward(struct backfill *b, struct slice id)
{
    b->low_ms = backfill_id_time(id); /* what was written by then is known */
    b->high_ms = b->least_ms = STATUS_NO_TIME;
    timeline_walk_start(&b->walk, false, id);
}

static enum backfill_result backfill_too_many(struct backfill *b)
{
    snprintf(b->note, sizeof b->note, "more than %" PRId64 " posts were missed",
             b->most);
    return backfill_leave(b, BACKFILL_LEFT);
}

/* What was missed ends with the newest post that there is now: all later ones come by
 * the stream, or are left to the next poll.  The walk goes on from where it was. */
static enum backfill_result backfill_find_end(struct backfill *b)
{
    struct buffer place = {0};
    buffer_append(&place, b->walk.cursor.bytes, b->walk.cursor.size);
    timeline_walk_start(&b->walk, false, (struct slice){0});
    enum timeline_walk_result walked = timeline_walk_next(&b->walk);
    enum backfill_result result = BACKFILL_DONE;
    if (walked == TIMELINE_WALK_PAGE) {
        snprintf(b->end, sizeof b->end, "%s", b->walk.page.newest->id);
        backfill_go_forward(b, backfill_id(&place));
    } else if (walked != TIMELINE_WALK_END) {
        result = backfill_failed(b, walked);
    }
    buffer_free(&place);
    return result;
}

/* A server that gets posts faster than it answers never sends an empty page: after some
 * that are not full, the end is asked for. */
static enum backfill_result backfill_look_for_end(struct backfill *b, bool *more)
{
    enum { SHORT_PAGES = 2 };
    b->short_pages += b->walk.page.count < TIMELINE_WALK_LIMIT;
    if (b->end[0] != '\0') {
        *more =
            post_id_compare(backfill_id(&b->walk.cursor), backfill_slice(b->end)) < 0;
        return BACKFILL_DONE;
    }
    return b->short_pages < SHORT_PAGES ? BACKFILL_DONE : backfill_find_end(b);
}

static enum backfill_result backfill_read_forward(struct backfill *b)
{
    enum backfill_result result = BACKFILL_DONE;
    bool more = true;
    b->end[0] = '\0';
    b->short_pages = 0;
    while (result == BACKFILL_DONE && more) {
        if (b->unknown >= b->most) {
            return backfill_too_many(b);
        }
        result = backfill_page(b, &more);
        if (result == BACKFILL_DONE && more && b->gap.id > 0) {
            result = backfill_call(b, backfill_advance);
        }
        if (result == BACKFILL_DONE && more && !b->walk.over) {
            result = backfill_look_for_end(b, &more);
        }
    }
    return result;
}

/* ---- backward: what comes before ---- */

/* From an id, or, where there is none, from the newest post on, until all is read that
 * was written in the last overlap_ms before that.  Where ids are numbers, the post with
 * this one is read too. */
static void backfill_go_backward(struct backfill *b, struct slice id,
                                 int64_t overlap_ms)
{
    uint64_t number;
    char after[POST_ID_DIGITS];
    struct slice from = id;
    if (post_id_number(id, &number)) {
        snprintf(after, sizeof after, "%" PRIu64, number + 1);
        from = backfill_slice(after);
    }
    b->high_ms = backfill_id_time(id);
    b->low_ms = STATUS_NO_TIME;
    b->overlap_ms = overlap_ms;
    b->least_ms =
        b->high_ms != STATUS_NO_TIME ? b->high_ms - overlap_ms : STATUS_NO_TIME;
    timeline_walk_start(&b->walk, true, from);
}

static enum backfill_result backfill_read_backward(struct backfill *b, int64_t pages,
                                                   bool *all)
{
    enum backfill_result result = BACKFILL_DONE;
    *all = false;
    for (; result == BACKFILL_DONE && !*all && pages > 0; pages--) {
        bool more;
        result = backfill_page(b, &more);
        *all = !more || b->least_ms == STATUS_NO_TIME ||
               (b->low_ms != STATUS_NO_TIME && b->low_ms < b->least_ms);
    }
    return result;
}

/* ---- gaps ---- */

/* Are the server's ids made like Mastodon's?  Others' numbers, read that way, have the
 * times of another century. */
static bool backfill_ids_hold_times(const struct page_post *post)
{
    enum { DAY_MS = 86400000 };
    int64_t ms = backfill_id_time(backfill_slice(post->id));
    return ms != STATUS_NO_TIME && post->created_ms != STATUS_NO_TIME &&
           llabs(ms - post->created_ms) < DAY_MS;
}

/* The gap's beginning is a time by our clock, and no id.  Posts are dated by the
 * server's: were that behind, all that was missed would seem to be older than the gap.
 */
static enum backfill_result backfill_fill_since(struct backfill *b)
{
    bool more, all;
    backfill_go_forward(b, (struct slice){0}); /* the newest page alone */
    b->least_ms = b->gap.from_ms - 1;
    enum backfill_result result = backfill_page(b, &more);
    if (result != BACKFILL_DONE || !more) {
        return result;
    }
    const char *date = http_header(&b->walk.http_get->request, "Date");
    int64_t from_ms = b->gap.from_ms - headers_behind_ms(date, clock_now_ms());
    b->ids_hold_times = backfill_ids_hold_times(b->walk.page.newest);
    if (b->ids_hold_times) {
        char from[POST_ID_DIGITS];
        post_id_of_time(from_ms, from);
        backfill_go_forward(b, backfill_slice(from));
        return backfill_read_forward(b);
    }
    backfill_go_backward(b, (struct slice){0}, 0);
    b->least_ms = from_ms - BACKFILL_OVERLAP_MS;
    result = backfill_read_backward(b, b->most / TIMELINE_WALK_LIMIT + 1, &all);
    return result == BACKFILL_DONE && !all ? backfill_too_many(b) : result;
}

static enum backfill_result backfill_fill(struct backfill *b)
{
    char since[ISOTIME_SIZE];
    isotime_format(b->gap.from_ms, since);
    if (!b->quiet) {
        log_line(LOG_INFO, "catching up with what was missed since %s", since);
    }
    b->received_ms = b->gap.to_ms;
    enum backfill_result result;
    if (b->gap.from_id.size == 0) {
        result = backfill_fill_since(b);
    } else {
        backfill_go_forward(b, backfill_id(&b->gap.from_id));
        result = backfill_read_forward(b);
    }
    if (result == BACKFILL_DONE) {
        b->filled = true;
    }
    return result;
}

/* Without a gap: what is new since the last post that was seen. */
static enum backfill_result backfill_poll(struct backfill *b)
{
    struct slice from = backfill_id(&b->gap.from_id);
    backfill_go_forward(b, from);
    enum backfill_result result = backfill_read_forward(b);
    if (result == BACKFILL_DONE && from.size > 0) {
        bool all;
        backfill_go_backward(b, from, BACKFILL_POLL_OVERLAP_MS);
        result = backfill_read_backward(b, BACKFILL_OVERLAP_PAGES, &all);
    }
    b->polled = b->polled || result == BACKFILL_DONE;
    return result;
}

enum backfill_result backfill_run(struct backfill *b, bool poll)
{
    b->filled = b->ids_hold_times = false;
    b->fetched = b->unknown = b->recovered = b->removed = 0;
    b->checks = b->vain = 0;
    b->note[0] = '\0';
    enum backfill_result result = backfill_call(b, backfill_find);
    if (result != BACKFILL_DONE) {
        return result;
    }
    return b->gap.id > 0 ? backfill_fill(b) : poll ? backfill_poll(b) : BACKFILL_DONE;
}

/* Gaps that began one soon after the other have one overlap. */
static int64_t backfill_overlap(const struct gap *gap)
{
    int64_t between = gap->last_ms - gap->from_ms;
    bool near = between > 0 && between < BACKFILL_OVERLAP_MS;
    return BACKFILL_OVERLAP_MS + (near ? between : 0);
}

static enum backfill_result backfill_read_again(struct backfill *b)
{
    struct slice from = backfill_id(&b->gap.last_id);
    char digits[POST_ID_DIGITS];
    if (from.size == 0 && !b->ids_hold_times) {
        return BACKFILL_DONE; /* that was part of the filling */
    }
    if (from.size == 0) {
        post_id_of_time(b->gap.last_ms, digits);
        from = backfill_slice(digits);
    }
    bool all;
    int left = allowance_left(b->walk.allowance, clock_ticks_ms());
    int pages = left - BACKFILL_OVERLAP_RESERVE;
    backfill_go_backward(b, from, backfill_overlap(&b->gap));
    enum backfill_result result = backfill_read_backward(
        b, pages < BACKFILL_OVERLAP_PAGES ? pages : BACKFILL_OVERLAP_PAGES, &all);
    if (result == BACKFILL_DONE && !all) {
        snprintf(b->note, sizeof b->note,
                 "of the %d minutes before only the last %" PRId64
                 " posts were read again",
                 BACKFILL_OVERLAP_MS / 60000, b->fetched);
    }
    return result;
}

enum backfill_result backfill_settle(struct backfill *b)
{
    if (!b->filled) {
        return BACKFILL_DONE;
    }
    int64_t missed = b->fetched;
    int64_t recovered = b->recovered;
    b->filled = false;
    b->fetched = b->recovered = 0;
    enum backfill_result result = backfill_read_again(b);
    if (result == BACKFILL_DONE) {
        result = backfill_call(b, backfill_close);
    }
    if (result != BACKFILL_DONE) {
        return result;
    }
    if (!b->quiet || recovered > 0) {
        log_line(LOG_INFO, "caught up: %" PRId64 " of %" PRId64 " posts were new",
                 recovered, missed);
    }
    if (b->recovered > 0 || b->removed > 0) {
        log_line(LOG_INFO,
                 "of what comes before, %" PRId64 " posts were new, and %" PRId64
                 " in all are deleted there",
                 b->recovered, b->removed);
    }
    return BACKFILL_DONE;
}

void backfill_free(struct backfill *b)
{
    timeline_walk_free(&b->walk);
    buffer_free(&b->gap.from_id);
    buffer_free(&b->gap.last_id);
    strings_free(&b->absent);
}
