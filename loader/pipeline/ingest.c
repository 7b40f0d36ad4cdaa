#include "ingest.h"

#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "clock.h"
#include "gaps.h"
#include "log.h"

/* A commit costs about as much as ten posts, and readers want to see posts soon. */
enum { APPLY_BATCH_EVENTS = 1000, APPLY_BATCH_MS = 1000, APPLY_EXCERPT = 200 };

void apply_init(struct apply *apply, const struct apply_options *options,
                struct store *store)
{
    *apply = (struct apply){.options = *options, .store = store};
    apply->totals.lag_ms = -1;
    apply->totals.size = store_size(store);
    apply->rule = words_rule_named(store_words_rule(store));
    static const enum text_classic classics[] = {
        [WORDS_UNICODE] = TEXT_CLASSIC_NONE,
        [WORDS_ASCII] = TEXT_CLASSIC_SEPARATE,
        [WORDS_SEED] = TEXT_CLASSIC_GLUED,
        [WORDS_UNKNOWN] = TEXT_CLASSIC_NONE,
    };
    text_init(&apply->text, classics[apply->rule]);
}

void apply_free(struct apply *apply)
{
    status_free(&apply->status);
    text_free(&apply->text);
    words_free(&apply->words);
    strings_free(&apply->links);
    strings_free(&apply->tags);
    strings_free(&apply->mentions);
    buffer_free(&apply->scratch);
    buffer_free(&apply->source);
}

static bool apply_is(struct slice type, const char *name)
{
    return type.size == strlen(name) && memcmp(type.bytes, name, type.size) == 0;
}

static enum apply_result apply_reject(struct apply *apply, const char *event,
                                      const char *reason, struct slice data)
{
    enum { LOGGED = 3 };
    struct slice excerpt = {data.bytes,
                            data.size < APPLY_EXCERPT ? data.size : APPLY_EXCERPT};
    apply->totals.counts.rejected++;
    if (apply->totals.counts.rejected <= LOGGED) {
        log_line(LOG_WARN, "rejected one %s event: %s%s", event, reason,
                 apply->totals.counts.rejected == LOGGED
                     ? "; more are only noted in table rejected"
                     : "");
    }
    bool done = store_reject(apply->store, event, reason, excerpt, clock_now_ms());
    return done ? APPLY_OK : APPLY_FAILED;
}

/* ---- posts ---- */

static bool apply_is_wanted(const struct apply *apply, const struct status *status,
                            int64_t now_ms)
{
    const struct apply_options *o = &apply->options;
    bool public = !status->boost && strcmp(status->visibility, "public") == 0;
    bool old = o->retention_ms > 0 && status->created_ms < now_ms - o->retention_ms;
    bool left_out = (status->bot && o->no_bots) ||
                    (status->sensitive && o->no_sensitive) ||
                    (status->reply && o->no_replies) || status->noindex || old;
    return public && !left_out && language_wants(o->languages, status->language);
}

static void apply_find_links(struct apply *apply, const struct strings *addresses)
{
    strings_clear(&apply->links);
    for (size_t i = 0; i < addresses->count; i++) {
        struct slice address = strings_get(addresses, i);
        apply->scratch.size = 0;
        if (address_append_host(&apply->scratch, address)) {
            strings_add(&apply->links, apply->scratch.bytes, apply->scratch.size);
            strings_add(&apply->links, address.bytes, address.size);
        }
    }
}

static void apply_add_tags(struct apply *apply, const struct strings *tags)
{
    for (size_t i = 0; i < tags->count; i++) {
        bare_fold_tag(&apply->scratch, strings_get(tags, i));
        strings_add(&apply->tags, apply->scratch.bytes, apply->scratch.size);
    }
}

/* Fills text, words, links and tags from apply->status; false, with a reason in the
 * status, if its HTML is an attack. */
static bool apply_read_content(struct apply *apply)
{
    struct status *status = &apply->status;
    struct text *text = &apply->text;
    if (!text_read(text, status->content, strlen(status->content))) {
        strcpy(status->reason, "content is nested too deeply or has too long a tag");
        return false;
    }
    /* The server's list of tags is the better one; without it, links tell. */
    strings_clear(&apply->tags);
    apply_add_tags(apply, status->tags.count > 0 ? &status->tags : &text->tags);
    strings_clear(&text->tags);
    apply->source.size = 0;
    if (apply->options.with_spoiler && status->spoiler) {
        buffer_append_text(&apply->source, status->spoiler);
        buffer_append_byte(&apply->source, '\n');
    }
    size_t start = apply->source.size;
    buffer_append(&apply->source, text->prose.bytes, text->prose.size);
    bare_blank(&apply->source, &status->emojis, &text->links, &text->tags);
    apply_add_tags(apply, &text->tags);
    apply_find_links(apply, &text->links);
    if (apply->rule != WORDS_UNICODE) {
        apply->source.size = start;
        buffer_append(&apply->source, text->classic.bytes, text->classic.size);
    }
    words_split(&apply->words, apply->rule,
                (struct slice){apply->source.bytes, apply->source.size});
    apply->totals.counts.cut += apply->words.cut;
    return true;
}

/* Turns names of accounts into what the database keeps of them; gives the author. */
static const char *apply_read_accounts(struct apply *apply)
{
    const struct accounts *accounts = store_accounts(apply->store);
    struct status *status = &apply->status;
    strings_clear(&apply->mentions);
    for (size_t i = 0; i < status->mentions.count; i++) {
        struct slice name = strings_get(&status->mentions, i);
        apply->scratch.size = 0;
        buffer_append(&apply->scratch, name.bytes, name.size);
        if (accounts_keep(accounts, &apply->scratch)) {
            strings_add(&apply->mentions, apply->scratch.bytes, apply->scratch.size);
        }
    }
    return accounts_keep(accounts, &status->author) ? buffer_text(&status->author)
                                                    : NULL;
}

static enum store_change apply_put(struct apply *apply, int64_t now_ms)
{
    struct status *status = &apply->status;
    bool text = !apply->options.no_text;
    struct store_post post = {
        .status_id = status->id.bytes,
        .uri = status->uri,
        .author = apply_read_accounts(apply),
        .language = status->language,
        .spoiler = text ? status->spoiler : NULL,
        .text = {text ? buffer_text(&apply->text.plain) : NULL, apply->text.plain.size},
        .created_ms = status->created_ms,
        .received_ms = now_ms,
        .edited_ms = status->edited_ms,
        .bot = status->bot,
        .sensitive = status->sensitive,
        .reply = status->reply,
        .words = &apply->words.found,
        .tags = &apply->tags,
        .mentions = &apply->mentions,
        .links = &apply->links,
    };
    return store_put(apply->store, &post);
}

static void apply_note_arrival(struct apply *apply, int64_t now_ms)
{
    struct apply_totals *totals = &apply->totals;
    apply->lags[(totals->counts.added - 1) % APPLY_LAGS] =
        now_ms - apply->status.created_ms;
    totals->last_post_ms = now_ms;
}

static enum apply_result apply_count_post(struct apply *apply, enum store_change change)
{
    struct apply_counts *counts = &apply->totals.counts;
    counts->added += change == STORE_ADDED;
    counts->edited += change == STORE_EDITED;
    counts->known += change == STORE_KNOWN || change == STORE_DELETED;
    if (change == STORE_ADDED || change == STORE_EDITED) {
        counts->words += (int64_t)apply->words.found.count;
    }
    return change == STORE_FAILED ? APPLY_FAILED : APPLY_OK;
}

/* Posts and edits are treated alike: an edit may be the first we see of a post, and
 * a post may come again after its edit. */
static enum apply_result apply_post(struct apply *apply, const char *event,
                                    struct slice data)
{
    struct status *status = &apply->status;
    if (!status_parse(status, data.bytes, data.size, apply->options.server)) {
        return apply_reject(apply, event, status->reason, data);
    }
    int64_t now_ms = clock_now_ms();
    struct slice id = {status->id.bytes, status->id.size};
    store_saw(apply->store, id, now_ms);
    bool wanted = apply_is_wanted(apply, status, now_ms);
    if (!wanted && status->edited_ms != STATUS_NO_TIME && !status->boost) {
        /* What we hold follows its edits, wherever they lead. */
        enum store_change held = store_find(apply->store, status->uri);
        if (held == STORE_FAILED) {
            return APPLY_FAILED;
        }
        wanted = held == STORE_KNOWN;
    }
    if (!wanted) {
        apply->totals.counts.unwanted++;
        return APPLY_OK;
    }
    if (!apply_read_content(apply)) {
        return apply_reject(apply, event, status->reason, data);
    }
    enum store_change change = apply_put(apply, now_ms);
    enum apply_result result = apply_count_post(apply, change);
    if (change == STORE_ADDED) {
        apply_note_arrival(apply, now_ms);
    }
    return result;
}

static enum apply_result apply_delete(struct apply *apply, struct slice id)
{
    if (!status_id_is_valid(id)) {
        return apply_reject(apply, "delete", "this is no id", id);
    }
    apply->totals.counts.deleted++;
    enum store_change change = store_delete(apply->store, id, clock_now_ms());
    return change == STORE_FAILED ? APPLY_FAILED : APPLY_OK;
}

static enum apply_result apply_one(struct apply *apply, struct slice type,
                                   struct slice data)
{
    apply->totals.counts.events++;
    if (apply_is(type, "update")) {
        return apply_post(apply, "update", data);
    }
    if (apply_is(type, "status.update")) {
        return apply_post(apply, "status.update", data);
    }
    if (apply_is(type, "delete")) {
        return apply_delete(apply, data);
    }
    apply->totals.counts.ignored++;
    return APPLY_OK;
}

/* ---- batches ---- */

static struct store_counts apply_session_counts(const struct apply *apply)
{
    const struct apply_counts *c = &apply->totals.counts;
    return (struct store_counts){
        .events = c->events,
        .posts = c->added,
        .edits = c->edited,
        .deletes = c->deleted,
        .rejected = c->rejected + apply->totals.source.oversized,
        .bytes = apply->totals.source.bytes,
    };
}

static int apply_compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static int64_t apply_median_lag(const struct apply *apply)
{
    int64_t sorted[APPLY_LAGS];
    int64_t added = apply->totals.counts.added;
    size_t count = added < APPLY_LAGS ? (size_t)added : APPLY_LAGS;
    memcpy(sorted, apply->lags, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, apply_compare);
    return count > 0 ? sorted[count / 2] : -1;
}

static void apply_note_commit(struct apply *apply)
{
    struct apply_totals *totals = &apply->totals;
    totals->counts.commits++;
    totals->lag_ms = apply_median_lag(apply);
    totals->size = store_size(apply->store);
}

enum apply_result apply_commit(struct apply *apply)
{
    struct store_counts counts = apply_session_counts(apply);
    apply->batch_events = 0;
    if (!store_commit(apply->store, &counts)) {
        return APPLY_FAILED;
    }
    apply_note_commit(apply);
    int64_t most = apply->options.max_size;
    if (most > 0 && apply->totals.size >= most) {
        log_line(LOG_INFO, "the database has grown to --max-db-size");
        return APPLY_ENOUGH;
    }
    return APPLY_OK;
}

enum apply_result apply_event(struct apply *apply, struct slice type, struct slice data)
{
    bool was_pending = store_is_pending(apply->store);
    store_use_source(apply->store, apply->totals.source.number);
    enum apply_result result = apply_one(apply, type, data);
    if (result != APPLY_OK) {
        return result;
    }
    if (!was_pending && store_is_pending(apply->store)) {
        apply->batch_start_ms = clock_ticks_ms();
    }
    apply->batch_events++;
    if (apply->batch_events >= APPLY_BATCH_EVENTS) {
        result = apply_commit(apply);
    }
    int64_t most = apply->options.max_posts;
    bool enough = most > 0 && apply->totals.counts.added >= most;
    return result == APPLY_OK && enough ? APPLY_ENOUGH : result;
}

static enum apply_result apply_changed(struct apply *apply, bool was_pending,
                                       enum apply_result result)
{
    if (!was_pending && store_is_pending(apply->store)) {
        apply->batch_start_ms = clock_ticks_ms();
    }
    return result;
}

enum apply_result apply_gap(struct apply *apply, int64_t from_ms, int64_t to_ms,
                            const char *reason)
{
    bool was_pending = store_is_pending(apply->store);
    store_use_source(apply->store, apply->totals.source.number);
    /* Posts from before it may have waited here: the gap ends after them. */
    int64_t now = clock_now_ms();
    bool noted =
        gaps_add(apply->store, from_ms, to_ms > now ? to_ms : now, NULL, reason);
    apply->totals.counts.gaps += noted;
    return apply_changed(apply, was_pending, noted ? APPLY_OK : APPLY_FAILED);
}

enum apply_result apply_call(struct apply *apply, apply_work *work, void *ctx)
{
    bool was_pending = store_is_pending(apply->store);
    store_use_source(apply->store, apply->totals.source.number);
    return apply_changed(apply, was_pending, work(apply, ctx));
}

/* Steps are short, so that the stream is not kept waiting, and a fifth of the time is
 * spent on them at most. */
static enum apply_result apply_expire(struct apply *apply, int64_t start_ms)
{
    enum { STEP_MS = 50, REST_MS = 200, IDLE_MS = 60000 };
    int64_t before_ms = clock_now_ms() - apply->options.retention_ms;
    int64_t rows;
    do {
        if (!store_expire(apply->store, before_ms, &rows)) {
            return APPLY_FAILED;
        }
        apply->totals.counts.expired += rows;
    } while (rows > 0 && clock_ticks_ms() - start_ms < STEP_MS);
    apply->expire_at_ms = clock_ticks_ms() + (rows > 0 ? REST_MS : IDLE_MS);
    return apply_commit(apply);
}

enum apply_result apply_tick(struct apply *apply)
{
    int64_t now_ms = clock_ticks_ms();
    if (apply->options.retention_ms > 0 && now_ms >= apply->expire_at_ms) {
        return apply_expire(apply, now_ms);
    }
    if (!store_is_pending(apply->store) ||
        now_ms - apply->batch_start_ms < APPLY_BATCH_MS) {
        return APPLY_OK;
    }
    return apply_commit(apply);
}

bool apply_end(struct apply *apply, const char *reason)
{
    struct store_counts counts = apply_session_counts(apply);
    bool done = store_end(apply->store, &counts, reason, clock_now_ms());
    if (done) {
        apply_note_commit(apply);
    }
    return done;
}
