/* mastodon-loader: Mastodon's stream of posts into SQLite.  Here the parts are put
 * together; what each does is in its header. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <libxml/parser.h>

#include "ingest.h"
#include "clock.h"
#include "library.h"
#include "intake.h"
#include "session.h"
#include "lock.h"
#include "log.h"
#include "options.h"
#include "progress.h"
#include "replay.h"
#include "rollup.h"
#include "report.h"
#include "server.h"
#include "stop.h"
#include "stop_list.h"
#include "token.h"
#include "watch.h"

struct loader {
    struct options options;
    pthread_t reader; /* the thread that has begun, and reads from the source */
    struct server server;
    struct buffer token;
    struct lock lock;
    struct store *store;
    struct ingest ingest;
    struct writer *writer;
    struct intake intake;
    struct progress progress;
    struct report report;
    struct buffer channel; /* as the database names it */
    struct buffer agent;   /* the User-Agent of requests */
    struct watch *watch;
    struct stop_list hidden; /* from --watch */
    struct buffer extension; /* its path, if it is used */
    int64_t deadline_ms;     /* on the clock of clock_ticks_ms; 0: none */
    bool enough;             /* a limit that the user set is reached */
};

/* Called by whoever writes to the database. */
static void loader_show_words(void *ctx)
{
    struct loader *loader = ctx;
    const struct ingest_counts *counts = &loader->ingest.totals.counts;
    if (loader->watch) {
        watch_note(loader->watch, counts->words,
                   counts->edited + counts->removed + counts->expired);
    }
}

/* Called by whoever reads from the source. */
static void loader_show_progress(void *ctx)
{
    struct loader *loader = ctx;
    struct writer_view view = {.totals.lag_ms = -1};
    if (loader->writer) {
        writer_look(loader->writer, &view);
    }
    progress_tick(&loader->progress, &view);
    report_tick(&loader->report, &loader->intake, &view);
    if (stop_take_question()) {
        progress_say(&loader->progress, &view);
    }
}

/* Called by whoever waits for the database, which is the reader at the start and at the
 * end; while the writer waits, the reader goes on. */
static void loader_wait_for_database(void *ctx)
{
    const struct loader *loader = ctx;
    if (pthread_equal(loader->reader, pthread_self())) {
        loader_show_progress(ctx);
    }
}

static bool loader_is_over(const struct loader *loader)
{
    return loader->deadline_ms > 0 && clock_ticks_ms() >= loader->deadline_ms;
}

/* The same before there is anything to be read; false when the time is up. */
static bool loader_watch_first(void *ctx)
{
    loader_show_progress(ctx);
    return !loader_is_over(ctx);
}

static enum outcome loader_replay(struct loader *loader)
{
    const struct strings *files = &loader->options.replays;
    enum outcome outcome = OUTCOME_OK;
    for (size_t i = 0; i < files->count && outcome == OUTCOME_OK; i++) {
        if (!loader->enough && !stop_requested()) {
            outcome = replay_run(strings_get(files, i).bytes, &loader->intake,
                                 &loader->enough);
        }
    }
    return outcome;
}

/* Who we say we are to the server. */
static void loader_compose_agent(struct loader *loader)
{
    const struct options *options = &loader->options;
    struct buffer *agent = &loader->agent;
    agent->size = 0;
    buffer_append_text(agent, options->user_agent ? options->user_agent
                                                  : "mastodon-loader/" LOADER_VERSION);
    if (options->contact) {
        buffer_append_text(agent, " (+");
        buffer_append_text(agent, options->contact);
        buffer_append_byte(agent, ')');
    }
    buffer_text(agent);
}

/* The options of a live source. */
static struct session_options loader_session_options(struct loader *loader)
{
    const struct options *options = &loader->options;
    const struct since *since = &options->since;
    return (struct session_options){
        .server = &loader->server,
        .timeline = options->timeline,
        .hashtags = &options->hashtags,
        .token = loader->token.bytes,
        .ca_file = options->ca_file,
        .user_agent = loader->agent.bytes,
        .stall_ms = options->stall_ms,
        .idle_ms = options->idle_ms,
        .max_retries = options->max_retries,
        .retry_forever = options->retry_forever,
        .poll_ms = options->poll_ms,
        .backfill = !options->no_backfill,
        .backfill_most = options->backfill_max,
        .since_id = since->id.size > 0 ? since->id.bytes
                    : since->ms > 0    ? ""
                                       : NULL,
        .since_ms = since->ms,
        .watch = options->check ? NULL : loader_watch_first,
        .ctx = loader,
    };
}

/* A recording's server is only named, a live one needs a token as well. */
static bool loader_read_server(struct loader *loader)
{
    const struct options *options = &loader->options;
    if (options->server && !server_read(&loader->server, options->server)) {
        return false;
    }
    return token_read(&loader->token, options->token_file);
}

/* Where posts come from, as the database names it. */
static const char *loader_source(const struct loader *loader)
{
    return loader->options.server ? loader->server.name.bytes : "replay";
}

/* What the database calls source number i. */
static void loader_name_channel(const struct loader *loader, size_t i,
                                struct buffer *name)
{
    const struct options *options = &loader->options;
    buffer_append_text(name,
                       options->replays.count > 0 ? "recording" : options->timeline);
    if (options->hashtags.count > i) {
        buffer_append_byte(name, ':');
        buffer_append_text(name, strings_get(&options->hashtags, i).bytes);
    }
}

/* Who chooses other posts should not believe that those of before were chosen so too.
 */
static void loader_compare(const char *before, const char *now)
{
    if (before && strcmp(before, now) != 0) {
        log_line(LOG_INFO,
                 "the last run kept posts by %.200s, this one by %.200s: what is stored"
                 " stays as it is",
                 before, now);
    }
}

static enum outcome loader_open_store(struct loader *loader)
{
    const struct options *options = &loader->options;
    enum lock_result locked = lock_take(&loader->lock, options->database);
    if (locked != LOCK_TAKEN) {
        return locked == LOCK_HELD ? OUTCOME_HELD : OUTCOME_DATABASE;
    }
    struct buffer config = {0};
    options_describe(options, &config);
    struct buffer channel = {0};
    loader_name_channel(loader, 0, &channel);
    struct store_options wanted = {
        .path = options->database,
        .server = loader_source(loader),
        .channel = buffer_text(&channel),
        .config = buffer_text(&config),
        .words = options->words,
        .words_default = "unicode",
        .accounts = options->accounts,
        .accounts_default = "hash",
        .extension =
            loader->extension.size > 0 ? buffer_text(&loader->extension) : NULL,
        .rollup = options->rollup != NULL,
        .durable = options->durable,
        .shrinks = options->retention_days > 0,
        .waiting = loader_wait_for_database,
        .ctx = loader,
    };
    loader->store = store_open(&wanted);
    if (loader->store) {
        loader_compare(store_last_config(loader->store), buffer_text(&config));
    }
    buffer_free(&config);
    bool opened = loader->store != NULL;
    for (size_t i = 1; i < options->hashtags.count && opened; i++) {
        channel.size = 0;
        loader_name_channel(loader, i, &channel);
        opened = store_add_source(loader->store, buffer_text(&channel));
        if (!opened) {
            log_line(LOG_ERROR, "%s", store_message(loader->store));
        }
    }
    buffer_free(&channel);
    return opened ? OUTCOME_OK : OUTCOME_DATABASE;
}

/* The largest event has to fit: its data, and its name, which may be as long. */
static size_t loader_buffer(const struct options *options)
{
    size_t least = 2 * (size_t)options->max_event + 4096;
    size_t wanted = (size_t)options->buffer;
    return wanted > least ? wanted : least;
}

static void loader_init_parts(struct loader *loader)
{
    const struct options *options = &loader->options;
    struct ingest_options wanted = {
        .choice = {.languages = &options->languages,
                   .no_bots = options->no_bots,
                   .no_sensitive = options->no_sensitive,
                   .no_replies = options->no_replies,
                   .retention_ms = options->retention_days * 86400000},
        .server = loader_source(loader),
        .mixed = !options->server,
        .no_text = options->no_text,
        .with_spoiler = options->with_spoiler,
        .with_alt = options->with_alt,
        .retention_all = options->retention_all,
        .max_posts = options->max_posts,
        .max_size = options->max_db_size,
    };
    ingest_init(&loader->ingest, &wanted, loader->store);
    struct writer_options writing = {.ingest = &loader->ingest,
                                     .room = loader_buffer(options),
                                     .threaded = options->buffer > 0,
                                     .show = loader_show_words,
                                     .ctx = loader};
    loader->writer = writer_start(&writing);
    intake_init(&loader->intake, loader->writer, (size_t)options->max_event,
                loader_show_progress, loader);
    loader->intake.deadline_ms = loader->deadline_ms;
}

/* Those who show how it goes. */
static void loader_init_shows(struct loader *loader)
{
    const struct options *options = &loader->options;
    size_t i = 0;
    do {
        buffer_append_text(&loader->channel, i > 0 ? " " : "");
        loader_name_channel(loader, i, &loader->channel);
    } while (++i < options->hashtags.count);
    loader->intake.news.state = "starting";
    if (options->duration_ms > 0) {
        loader->deadline_ms = clock_ticks_ms() + options->duration_ms;
    }
    progress_init(&loader->progress, options);
    report_init(&loader->report, options->status_file, options->database,
                loader_source(loader), buffer_text(&loader->channel));
}

static const char *loader_end_reason(const struct loader *loader, enum outcome outcome)
{
    if (outcome != OUTCOME_OK) {
        return "error";
    }
    return stop_requested() ? "signal" : loader->enough ? "limit" : "end";
}

/* What is committed here was applied whole, whatever ended the run. */
static enum outcome loader_finish(struct loader *loader, enum outcome outcome)
{
    struct writer_view view;
    enum writer_result written =
        writer_stop(loader->writer, &loader->intake.source,
                    (struct writer_meanwhile){loader_show_progress, loader});
    loader->enough = loader->enough || written == WRITER_ENOUGH;
    if (outcome != OUTCOME_DATABASE &&
        (written == WRITER_FAILED ||
         !ingest_end(&loader->ingest, loader_end_reason(loader, outcome)))) {
        log_line(LOG_ERROR, "%s", store_message(loader->store));
        outcome = OUTCOME_DATABASE;
    }
    loader_show_words(loader);
    watch_end(loader->watch);
    writer_look(loader->writer, &view);
    view.totals = loader->ingest.totals;
    progress_end(&loader->progress, &view);
    report_end(&loader->report, &loader->intake, &view,
               loader_end_reason(loader, outcome), outcome);
    return outcome;
}

/* False after a message that says what to do. */
static bool loader_try_rollup(const struct loader *loader, sqlite3 *db)
{
    bool can = !loader->options.rollup || rollup_can(db);
    if (!can) {
        log_line(LOG_ERROR,
                 "the extension %s is too old for --rollup: %s; name another one with"
                 " --extension PATH",
                 loader->extension.bytes, sqlite3_errmsg(db));
    }
    return can;
}

/* The extension is for --watch, --rollup, and for triggers of other people's in the
 * database.  It is tried before there is a database. */
static bool loader_find_extension(struct loader *loader)
{
    const struct options *options = &loader->options;
    if (options->extension) {
        buffer_append_text(&loader->extension, options->extension);
    } else if (options->watch == 0 && !options->rollup) {
        return true;
    } else if (!library_find(&loader->extension,
                             options->rollup ? "--rollup" : "--watch")) {
        return false;
    }
    sqlite3 *nowhere = NULL;
    bool loads = sqlite3_open(":memory:", &nowhere) == SQLITE_OK &&
                 library_load(nowhere, buffer_text(&loader->extension)) &&
                 loader_try_rollup(loader, nowhere);
    sqlite3_close(nowhere);
    return loads;
}

static bool loader_start_watch(struct loader *loader)
{
    const struct options *options = &loader->options;
    struct watch_options wanted = {.database = options->database,
                                   .extension = buffer_text(&loader->extension),
                                   .k = options->watch,
                                   .hidden = &loader->hidden};
    loader->watch = options->watch > 0 ? watch_start(&wanted) : NULL;
    return options->watch == 0 || loader->watch;
}

static bool loader_has_database(const struct loader *loader)
{
    return access(loader->options.database, F_OK) == 0;
}

/* Everything that the user has named is looked at before there is a database. */
static enum outcome loader_read_files(struct loader *loader)
{
    const struct options *options = &loader->options;
    if (!report_look(&loader->report) || !loader_find_extension(loader) ||
        (options->stop_words && !stop_list_read(&loader->hidden, options->stop_words,
                                                loader_has_database(loader)))) {
        return OUTCOME_USAGE;
    }
    enum outcome outcome = OUTCOME_OK;
    for (size_t i = 0; i < options->replays.count && outcome == OUTCOME_OK; i++) {
        outcome = replay_look(strings_get(&options->replays, i).bytes);
    }
    return outcome;
}

/* No database is made for a server that refuses, or is not there. */
static enum outcome loader_ask_first(struct loader *loader)
{
    if (loader->options.replays.count > 0 || loader_has_database(loader)) {
        return OUTCOME_OK;
    }
    struct session_options session = loader_session_options(loader);
    enum outcome outcome = session_look(&session);
    loader->enough = loader_is_over(loader);
    return outcome;
}

/* Ends a run that has stored nothing. */
static enum outcome loader_leave(struct loader *loader, enum outcome outcome)
{
    struct writer_view view = {.totals.lag_ms = -1};
    report_end(&loader->report, &loader->intake, &view,
               loader_end_reason(loader, outcome), outcome);
    return outcome;
}

static enum outcome loader_fill(struct loader *loader)
{
    bool watching = loader_start_watch(loader);
    enum outcome outcome = OUTCOME_USAGE;
    loader_init_parts(loader);
    if (watching && loader->options.replays.count > 0) {
        outcome = loader_replay(loader);
    } else if (watching) {
        struct session_options session = loader_session_options(loader);
        outcome = session_run(&session, &loader->intake, &loader->enough);
    }
    outcome = loader_finish(loader, outcome);
    intake_free(&loader->intake);
    writer_free(loader->writer);
    loader->writer = NULL;
    ingest_free(&loader->ingest);
    return outcome;
}

/* What can be known before there is a database comes before it. */
static enum outcome loader_run(struct loader *loader)
{
    loader_init_shows(loader);
    enum outcome outcome = loader_read_files(loader);
    if (outcome == OUTCOME_OK) {
        outcome = loader_ask_first(loader);
    }
    if (outcome != OUTCOME_OK || stop_requested() || loader->enough) {
        return loader_leave(loader, outcome);
    }
    outcome = loader_open_store(loader);
    return outcome == OUTCOME_OK ? loader_fill(loader) : loader_leave(loader, outcome);
}

/* Everything but the options. */
static enum outcome loader_main(struct loader *loader)
{
    const struct options *options = &loader->options;
    enum log_form form = strcmp(options->log_format, "json") == 0 ? LOG_JSON
                         : isatty(STDERR_FILENO)                  ? LOG_PLAIN
                                                                  : LOG_STAMPED;
    log_configure(options->quiet ? LOG_ERROR : LOG_INFO, form);
    stop_install();
    loader->reader = pthread_self();
    loader_compose_agent(loader);
    enum outcome outcome = OUTCOME_USAGE;
    if (loader_read_server(loader)) {
        outcome = OUTCOME_OK;
        if (options->print_config) {
            options_print(options, loader->token.size > 0);
        } else if (options->check) {
            struct session_options session = loader_session_options(loader);
            outcome = session_check(&session);
        } else {
            outcome = loader_run(loader);
        }
    }
    store_close(loader->store);
    lock_release(&loader->lock);
    xmlCleanupParser();
    token_free(&loader->token);
    server_free(&loader->server);
    buffer_free(&loader->channel);
    buffer_free(&loader->agent);
    buffer_free(&loader->extension);
    stop_list_free(&loader->hidden);
    return outcome;
}

int main(int argc, char **argv)
{
    static struct loader loader;
    bool done;
    enum outcome outcome = options_read(&loader.options, argc, argv, &done);
    if (!done) {
        outcome = loader_main(&loader);
    }
    options_free(&loader.options);
    return (int)outcome;
}
