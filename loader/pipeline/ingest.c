#include "ingest.h"

#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "clock.h"
#include "gaps.h"
#include "isotime.h"
#include "log.h"
#include "stop.h"
#include "post_id.h"

enum {
    INGEST_EXCERPT = 200,
    INGEST_DAY_MS = 86400000,
    INGEST_LARGE = 32 << 10 /* bytes of an event that takes long to read */
};

void ingest_init(struct ingest *ingest, const struct ingest_options *options,
                 struct store *store)
{
    *ingest = (struct ingest){.options = *options, .store = store};
    ingest->totals.lag_ms = -1;
    ingest->totals.size = store_size(store);
    ingest->rule = words_rule_named(store_words_rule(store));
    static const enum text_classic classics[] = {
        [WORDS_UNICODE] = TEXT_CLASSIC_NONE,
        [WORDS_ASCII] = TEXT_CLASSIC_SEPARATE,
        [WORDS_SEED] = TEXT_CLASSIC_GLUED,
        [WORDS_UNKNOWN] = TEXT_CLASSIC_NONE,
    };
    text_init(&ingest->text, classics[ingest->rule]);
}

void ingest_free(struct ingest *ingest)
{
    status_free(&ingest->status);
    text_free(&ingest->text);
    words_free(&ingest->words);
    strings_free(&ingest->links);
    strings_free(&ingest->tags);
    strings_free(&ingest->mentions);
    buffer_free(&ingest->scratch);
    buffer_free(&ingest->source);
}

static bool ingest_is(struct slice type, const char *name)
{
    return type.size == strlen(name) && memcmp(type.bytes, name, type.size) == 0;
}

static struct slice ingest_slice(const char *text)
{
    return (struct slice){text ? text : "", text ? strlen(text) : 0};
}

/* What was not committed did not happen: the counts say what is stored. */
static enum ingest_result ingest_settle(struct ingest *ingest,
                                        enum ingest_result result)
{
    if (result == INGEST_FAILED) {
        ingest->totals.counts = ingest->committed;
    }
    return result;
}

/* Notes what cannot be used; the first few are logged, of each kind. */
static enum ingest_result ingest_note_bad(struct ingest *ingest, int64_t number,
                                          const char *event, const char *reason,
                                          struct slice data)
{
    enum { LOGGED = 3 };
    struct slice excerpt = {data.bytes,
                            data.size < INGEST_EXCERPT ? data.size : INGEST_EXCERPT};
    if (number <= LOGGED) {
        log_line(LOG_WARN, "rejected one %s event: %s%s", event, reason,
                 number == LOGGED ? "; more are only noted in table rejected" : "");
    }
    bool done = store_reject(ingest->store, event, reason, excerpt, clock_now_ms());
    return done ? INGEST_OK : INGEST_FAILED;
}

static enum ingest_result ingest_reject(struct ingest *ingest, const char *event,
                                        const char *reason, struct slice data)
{
    ingest->totals.counts.rejected++;
    return ingest_note_bad(ingest, ingest->totals.counts.rejected, event, reason, data);
}

/* ---- posts ---- */

static void ingest_find_links(struct ingest *ingest, const struct strings *addresses)
{
    strings_clear(&ingest->links);
    for (size_t i = 0; i < addresses->count; i++) {
        struct slice address = strings_get(addresses, i);
        ingest->scratch.size = 0;
        if (address_append_host(&ingest->scratch, address)) {
            strings_add(&ingest->links, ingest->scratch.bytes, ingest->scratch.size);
            strings_add(&ingest->links, address.bytes, address.size);
        }
    }
}

static void ingest_add_tags(struct ingest *ingest, const struct strings *tags)
{
    for (size_t i = 0; i < tags->count; i++) {
        plain_marks_fold_tag(&ingest->scratch, strings_get(tags, i));
        strings_add(&ingest->tags, ingest->scratch.bytes, ingest->scratch.size);
    }
}

/* Fills text, words, links and tags from apply->status; false, with a reason in the
 * status, if its HTML is an attack. */
static bool ingest_read_content(struct ingest *ingest)
{
    struct status *status = &ingest->status;
    struct text *text = &ingest->text;
    if (!text_read(text, status->content, strlen(status->content))) {
        strcpy(status->reason, "content is nested too deeply or has too long a tag");
        return false;
    }
    /* The server's list of tags is the better one; without it, links tell. */
    strings_clear(&ingest->tags);
    ingest_add_tags(ingest, status->tags.count > 0 ? &status->tags : &text->tags);
    strings_clear(&text->tags);
    ingest->source.size = 0;
    if (ingest->options.with_spoiler && status->spoiler) {
        buffer_append_text(&ingest->source, status->spoiler);
        buffer_append_byte(&ingest->source, '\n');
    }
    if (ingest->options.with_alt) {
        for (size_t i = 1; i < status->media.count; i += 2) {
            struct slice alt = strings_get(&status->media, i);
            buffer_append(&ingest->source, alt.bytes, alt.size);
            buffer_append_byte(&ingest->source, '\n');
        }
    }
    size_t start = ingest->source.size;
    buffer_append(&ingest->source, text->prose.bytes, text->prose.size);
    plain_marks_blank(&ingest->source, &status->emojis, &text->links, &text->tags);
    ingest_add_tags(ingest, &text->tags);
    ingest_find_links(ingest, &text->links);
    if (ingest->rule != WORDS_UNICODE) {
        ingest->source.size = start;
        buffer_append(&ingest->source, text->classic.bytes, text->classic.size);
    }
    words_split(&ingest->words, ingest->rule,
                (struct slice){ingest->source.bytes, ingest->source.size});
    ingest->totals.counts.cut += ingest->words.cut;
    return true;
}

/* Turns names of accounts into what the database keeps of them; gives the author. */
static const char *ingest_read_accounts(struct ingest *ingest)
{
    const struct accounts *accounts = store_accounts(ingest->store);
    struct status *status = &ingest->status;
    strings_clear(&ingest->mentions);
    for (size_t i = 0; i < status->mentions.count; i++) {
        struct slice name = strings_get(&status->mentions, i);
        ingest->scratch.size = 0;
        buffer_append(&ingest->scratch, name.bytes, name.size);
        if (accounts_keep(accounts, &ingest->scratch)) {
            strings_add(&ingest->mentions, ingest->scratch.bytes, ingest->scratch.size);
        }
    }
    return accounts_keep(accounts, &status->author) ? buffer_text(&status->author)
                                                    : NULL;
}

static enum store_change ingest_put(struct ingest *ingest, int64_t now_ms)
{
    struct status *status = &ingest->status;
    bool text = !ingest->options.no_text;
    struct store_post post = {
        .status_id = status->id.bytes,
        .uri = status->uri,
        .author = ingest_read_accounts(ingest),
        .language = *ingest->language.text ? ingest->language.text : NULL,
        .url = status->url,
        .in_reply_to_id = status->parent.size > 0 ? status->parent.bytes : NULL,
        .spoiler = text ? status->spoiler : NULL,
        .text = {text ? buffer_text(&ingest->text.plain) : NULL,
                 ingest->text.plain.size},
        .created_ms = status->created_ms,
        .received_ms = now_ms,
        .edited_ms = status->edited_ms,
        .bot = status->bot,
        .sensitive = status->sensitive,
        .reply = status->reply,
        .words = &ingest->words.found,
        .tags = &ingest->tags,
        .mentions = &ingest->mentions,
        .links = &ingest->links,
        .media = &status->media,
    };
    return store_put(ingest->store, &post);
}

static void ingest_note_arrival(struct ingest *ingest, int64_t now_ms)
{
    struct ingest_totals *totals = &ingest->totals;
    ingest->lags[(totals->counts.added - 1) % INGEST_LAGS] =
        now_ms - ingest->status.created_ms;
    totals->last_post_ms = now_ms;
}

static enum ingest_result ingest_count_post(struct ingest *ingest,
                                            enum store_change change)
{
    struct ingest_counts *counts = &ingest->totals.counts;
    counts->added += change == STORE_ADDED;
    counts->edited += change == STORE_EDITED;
    counts->known += change == STORE_KNOWN || change == STORE_DELETED;
    if (change == STORE_ADDED || change == STORE_EDITED) {
        counts->words += (int64_t)ingest->words.found.count;
    }
    return change == STORE_FAILED ? INGEST_FAILED : INGEST_OK;
}

/* Clocks differ, and some are wrong: what is dated after tomorrow is dated today, or it
 * would stay for ever, and no later edit would count.  True if that was so. */
static bool ingest_mend_times(struct status *status, int64_t now_ms)
{
    int64_t latest = now_ms + INGEST_DAY_MS;
    bool future = status->created_ms > latest;
    status->created_ms = future ? now_ms : status->created_ms;
    status->edited_ms = status->edited_ms > latest ? now_ms : status->edited_ms;
    return future;
}

static void ingest_read_language(struct ingest *ingest, struct slice claimed)
{
    ingest->nameless = !language_tag_read(&ingest->language, claimed);
}

static void ingest_leave_out(struct ingest *ingest, enum choice_reason reason)
{
    choice_count(&ingest->totals.counts.left_out, reason, &ingest->language);
    ingest->totals.counts.unwanted++;
}

/* Throws away, before it costs much, what is in a language that nobody asked for, and
 * what we have already.  Edits are always read: what we hold follows them. */
static bool ingest_throws_away(struct ingest *ingest)
{
    struct status_glance glance;
    if (!status_glance(&ingest->status, &glance) || glance.edited) {
        return false;
    }
    ingest_read_language(ingest, glance.language);
    bool wanted = language_wants(ingest->options.choice.languages, &ingest->language);
    if (wanted && !store_holds(ingest->store, glance.id, glance.uri)) {
        return false;
    }
    if (wanted) {
        ingest->totals.counts.known++;
    } else {
        ingest_leave_out(ingest, CHOICE_LANGUAGE);
    }
    ingest->totals.counts.nameless += ingest->nameless;
    store_saw(ingest->store, glance.id, clock_now_ms());
    return true;
}

/* Posts and edits are treated alike: an edit may be the first we see of a post, and
 * a post may come again after its edit. */
static enum ingest_result ingest_post(struct ingest *ingest, const char *event,
                                      struct slice data)
{
    struct status *status = &ingest->status;
    status_open(status, data);
    if (ingest_throws_away(ingest)) {
        return INGEST_OK;
    }
    if (!status_read(status, ingest->options.server)) {
        return ingest_reject(ingest, event, status->reason, data);
    }
    int64_t now_ms = clock_now_ms();
    struct slice id = {status->id.bytes, status->id.size};
    store_saw(ingest->store, id, now_ms);
    bool future = ingest_mend_times(status, now_ms);
    ingest_read_language(ingest, ingest_slice(status->language));
    ingest->totals.counts.nameless += ingest->nameless;
    enum choice_reason reason =
        choice_of(&ingest->options.choice, status, &ingest->language, now_ms);
    if (reason != CHOICE_WANTED && status->edited_ms != STATUS_NO_TIME &&
        !status->boost) {
        /* What we hold follows its edits, wherever they lead. */
        enum store_change held = store_find(ingest->store, status->uri);
        if (held == STORE_FAILED) {
            return INGEST_FAILED;
        }
        reason = held == STORE_KNOWN ? CHOICE_WANTED : reason;
    }
    if (reason != CHOICE_WANTED) {
        ingest_leave_out(ingest, reason);
        return INGEST_OK;
    }
    if (!ingest_read_content(ingest)) {
        return ingest_reject(ingest, event, status->reason, data);
    }
    enum store_change change = ingest_put(ingest, now_ms);
    enum ingest_result result = ingest_count_post(ingest, change);
    if (change == STORE_ADDED) {
        ingest->totals.counts.future += future;
        ingest_note_arrival(ingest, now_ms);
    }
    return result;
}

/* What a server deletes has an id like its other posts. */
static enum ingest_result ingest_delete(struct ingest *ingest, struct slice id)
{
    const struct buffer *last = &store_source(ingest->store)->last_id;
    struct slice other = {last->bytes, ingest->options.mixed ? 0 : last->size};
    if (!post_id_is_like(id, other)) {
        return ingest_reject(ingest, "delete", "this is no id of that server", id);
    }
    ingest->totals.counts.deleted++;
    enum store_change change = store_delete(ingest->store, id, clock_now_ms());
    ingest->totals.counts.removed += change == STORE_DELETED;
    return change == STORE_FAILED ? INGEST_FAILED : INGEST_OK;
}

static enum ingest_result ingest_one(struct ingest *ingest, struct slice type,
                                     struct slice data)
{
    ingest->totals.counts.events++;
    if (ingest_is(type, "update")) {
        return ingest_post(ingest, "update", data);
    }
    if (ingest_is(type, "status.update")) {
        return ingest_post(ingest, "status.update", data);
    }
    if (ingest_is(type, "delete")) {
        return ingest_delete(ingest, data);
    }
    ingest->totals.counts.ignored++;
    return INGEST_OK;
}

enum ingest_result ingest_oversized(struct ingest *ingest, struct slice type,
                                    struct slice head)
{
    store_use_source(ingest->store, ingest->totals.source.number);
    static const char *const names[] = {"update", "status.update", "delete", "other"};
    size_t which = 0;
    while (which < 3 && !ingest_is(type, names[which])) {
        which++;
    }
    return ingest_settle(
        ingest, ingest_note_bad(ingest, ingest->totals.source.oversized, names[which],
                                "it is larger than --max-event", head));
}

/* ---- batches ---- */

static struct store_counts ingest_session_counts(const struct ingest *ingest)
{
    const struct ingest_counts *c = &ingest->totals.counts;
    return (struct store_counts){
        .events = c->events,
        .posts = c->added,
        .edits = c->edited,
        .deletes = c->deleted,
        .rejected = c->rejected + ingest->totals.source.oversized,
        .bytes = ingest->totals.source.bytes,
    };
}

static int ingest_compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static int64_t ingest_median_lag(const struct ingest *ingest)
{
    int64_t sorted[INGEST_LAGS];
    int64_t added = ingest->totals.counts.added;
    size_t count = added < INGEST_LAGS ? (size_t)added : INGEST_LAGS;
    memcpy(sorted, ingest->lags, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, ingest_compare);
    return count > 0 ? sorted[count / 2] : -1;
}

static void ingest_note_commit(struct ingest *ingest)
{
    struct ingest_totals *totals = &ingest->totals;
    totals->counts.commits++;
    totals->lag_ms = ingest_median_lag(ingest);
    totals->size = store_size(ingest->store);
    ingest->committed = totals->counts;
}

enum ingest_result ingest_commit(struct ingest *ingest)
{
    if (!store_is_pending(ingest->store)) {
        ingest->committed = ingest->totals.counts;
        return INGEST_OK;
    }
    struct store_counts counts = ingest_session_counts(ingest);
    if (!store_commit(ingest->store, &counts)) {
        return ingest_settle(ingest, INGEST_FAILED);
    }
    ingest_note_commit(ingest);
    return INGEST_OK;
}

enum ingest_result ingest_event(struct ingest *ingest, struct slice type,
                                struct slice data)
{
    store_use_source(ingest->store, ingest->totals.source.number);
    /* Nobody has to wait while it is read: what came before is finished first. */
    if (data.size > INGEST_LARGE && store_is_pending(ingest->store)) {
        enum ingest_result result = ingest_commit(ingest);
        if (result != INGEST_OK) {
            return result;
        }
    }
    enum ingest_result result = ingest_settle(ingest, ingest_one(ingest, type, data));
    int64_t most = ingest->options.max_posts;
    bool enough = most > 0 && ingest->totals.counts.added >= most;
    return result == INGEST_OK && enough ? INGEST_ENOUGH : result;
}

enum ingest_result ingest_gap(struct ingest *ingest, int64_t from_ms, int64_t to_ms,
                              const char *reason)
{
    store_use_source(ingest->store, ingest->totals.source.number);
    /* Posts from before it may have waited here: the gap ends after them. */
    int64_t now = clock_now_ms();
    bool noted =
        gaps_add(ingest->store, from_ms, to_ms > now ? to_ms : now, NULL, reason);
    ingest->totals.counts.gaps += noted;
    return ingest_settle(ingest, noted ? INGEST_OK : INGEST_FAILED);
}

enum ingest_result ingest_heard(struct ingest *ingest, int64_t ms)
{
    store_use_source(ingest->store, ingest->totals.source.number);
    bool noted = store_heard(ingest->store, ms);
    return ingest_settle(ingest, noted ? INGEST_OK : INGEST_FAILED);
}

enum ingest_result ingest_call(struct ingest *ingest, ingest_work *work, void *ctx)
{
    store_use_source(ingest->store, ingest->totals.source.number);
    return ingest_settle(ingest, work(ingest, ctx));
}

/* ---- sketches of --rollup ---- */

/* A few short transactions, so that what comes in is not held up. */
static enum ingest_result ingest_renew(struct ingest *ingest)
{
    enum { STEP_MS = 25 };
    int64_t start_ms = clock_ticks_ms();
    enum ingest_result result = INGEST_OK;
    bool more = true;
    while (more && result == INGEST_OK && clock_ticks_ms() - start_ms < STEP_MS) {
        result = store_renew(ingest->store, false, &more) ? ingest_commit(ingest)
                                                          : INGEST_FAILED;
    }
    return ingest_settle(ingest, result);
}

/* All that is left when nothing more comes.  Who asks the loader to stop does not want
 * to wait long: the next run does the rest. */
static enum ingest_result ingest_renew_all(struct ingest *ingest)
{
    enum { PATIENCE_MS = 1000 };
    int64_t start_ms = clock_ticks_ms();
    enum ingest_result result = INGEST_OK;
    bool more = true;
    while (more && result == INGEST_OK &&
           !(stop_requested() && clock_ticks_ms() - start_ms >= PATIENCE_MS)) {
        result = store_renew(ingest->store, true, &more) ? ingest_commit(ingest)
                                                         : INGEST_FAILED;
    }
    return ingest_settle(ingest, result);
}

/* ---- what has grown too old ---- */

/* A clock that is wrong by a year would empty the database.  When most of what came to
 * it would go at once, and that is not a handful of posts, that has to be asked for.
 * What came lately and is old all the same, as of recordings, is no sign of such a
 * clock. */
static enum ingest_result ingest_may_expire(struct ingest *ingest, int64_t before_ms,
                                            bool *may)
{
    enum { HANDFUL = 100 };
    int64_t posts, old;
    if (!store_estimate_old(ingest->store, before_ms, &posts, &old)) {
        return ingest_settle(ingest, INGEST_FAILED);
    }
    *may = ingest->options.retention_all || old < HANDFUL || old <= posts / 2;
    if (!*may && !ingest->expiry_refused) {
        char now[ISOTIME_SIZE];
        isotime_format(clock_now_ms(), now);
        log_line(LOG_WARN,
                 "--retention would remove about %lld of %lld posts at once, and so"
                 " removes none: if it is really %s now, say --retention-all",
                 (long long)old, (long long)posts, now);
    }
    ingest->expiry_refused = !*may;
    return INGEST_OK;
}

/* Removes a little, in one short transaction; *more: there is something left. */
static enum ingest_result ingest_expire_step(struct ingest *ingest, int64_t before_ms,
                                             bool *more)
{
    enum { STEP_MS = 25 };
    int64_t start_ms = clock_ticks_ms();
    int64_t rows;
    do {
        if (!store_expire(ingest->store, before_ms, &rows)) {
            return ingest_settle(ingest, INGEST_FAILED);
        }
        ingest->totals.counts.expired += rows;
    } while (rows > 0 && clock_ticks_ms() - start_ms < STEP_MS);
    if (rows == 0 && !store_shrink(ingest->store, more)) {
        return ingest_settle(ingest, INGEST_FAILED);
    }
    *more = rows > 0 || *more;
    return ingest_commit(ingest);
}

static bool ingest_is_full(const struct ingest *ingest)
{
    int64_t most = ingest->options.max_size;
    return most > 0 && ingest->totals.size >= most;
}

/* A fifth of the time is spent on this at most, unless there is no room otherwise. */
static enum ingest_result ingest_expire(struct ingest *ingest)
{
    enum { PAUSE_MS = 200, IDLE_MS = 60000 };
    int64_t before_ms = clock_now_ms() - ingest->options.choice.retention_ms;
    bool more = ingest->removing;
    enum ingest_result result = INGEST_OK;
    if (!more) {
        result = ingest_may_expire(ingest, before_ms, &more);
    }
    bool may = more;
    while (more && result == INGEST_OK) {
        more = false;
        result = ingest_expire_step(ingest, before_ms, &more);
        if (!ingest_is_full(ingest) || stop_requested()) {
            break;
        }
    }
    ingest->removing = may && more;
    ingest->expire_at_ms = clock_ticks_ms() + (ingest->removing ? PAUSE_MS : IDLE_MS);
    return result;
}

enum ingest_result ingest_tick(struct ingest *ingest)
{
    bool expires = ingest->options.choice.retention_ms > 0;
    bool due = clock_ticks_ms() >= ingest->expire_at_ms || ingest_is_full(ingest);
    enum ingest_result result = expires && due ? ingest_expire(ingest) : INGEST_OK;
    result = result == INGEST_OK ? ingest_renew(ingest) : result;
    bool enough = ingest_is_full(ingest) && !ingest->removing;
    if (result == INGEST_OK && enough) {
        log_line(LOG_INFO, "the database has grown to --max-db-size");
        return INGEST_ENOUGH;
    }
    return result;
}

bool ingest_end(struct ingest *ingest, const char *reason)
{
    struct store_counts counts = ingest_session_counts(ingest);
    bool done = store_end(ingest->store, &counts, reason, clock_now_ms());
    if (done) {
        ingest_note_commit(ingest);
    }
    ingest_settle(ingest, done ? INGEST_OK : INGEST_FAILED);
    return done && ingest_renew_all(ingest) == INGEST_OK;
}
