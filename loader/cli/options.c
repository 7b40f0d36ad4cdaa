#include "options_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"

/* clang-format off: the lines are laid out for the screen. */
const char options_help[] =
    "Usage: mastodon-loader [options] DATABASE\n"
    "Streams public Mastodon posts, and each of their words, into a SQLite database.\n"
    "Ask it then with:  SELECT topk(word, 25) FROM words\n"
    "\n"
    "Where posts come from:\n"
    "  --server HOST      the live stream of a server; use one where you have an\n"
    "                     account and permission. The account's access token is\n"
    "                     taken from $MASTODON_TOKEN or --token-file FILE\n"
    "  --local, --remote  only posts of that server, or only of others\n"
    "  --hashtag TAG      only posts with that tag; may be repeated\n"
    "  --poll[=T]         ask every T (60s), where a server has no event streams\n"
    "  --since WHEN       fetch older posts: a time, 2h, an id; or last (default):\n"
    "                     what was missed since the last run. --no-backfill,\n"
    "                     --backfill-max N (12000 posts after each break)\n"
    "  --check            ask the server whether it would work, and end\n"
    "  --cacert FILE      trust these certificates (PEM)\n"
    "  --contact TEXT     how to reach you, for the server's log; --user-agent TEXT\n"
    "  --replay FILE      a recorded stream, plain or gzip; - is standard input; may\n"
    "                     be repeated; --server then names the server it is from\n"
    "What is kept:\n"
    "  --language LIST    en (default), or such as de,fr,null; any is every language\n"
    "  --words RULE       unicode (default), ascii, or seed\n"
    "  --no-text          only the words, not the text of posts\n"
    "  --with-spoiler     words of content warnings too\n"
    "  --accounts MODE    of authors and mentions: hash (default), plain, or none\n"
    "  --no-bots, --no-sensitive, --no-replies   leave such posts out\n"
    "  --retention DAYS   remove posts that are older\n"
    "  --max-event BYTES  drop larger events (1048576)\n"
    "When to stop; SIGINT and SIGTERM commit and stop:\n"
    "  --max-posts N      after N new posts\n"
    "  --duration T       after 90s, 10m, 2h or 1d\n"
    "  --max-db-size N    when the database has so many bytes, or 500M, or 20G\n"
    "  --max-retries N    after N failed tries in a row; --retry-forever: never\n"
    "  --stall-timeout T  take up the stream anew after T without a byte (45s)\n"
    "  --idle-timeout T   warn after T without a post (10m), take it up after 3 T\n"
    "What is shown:\n"
    "  --watch K          the top K words, every second\n"
    "  --extension PATH   the sketches extension, if it is not beside this program\n"
    "  --progress MODE    auto, tty, log or none\n"
    "  --log-format FORM  text or json\n"
    "  --status-file FILE JSON, renewed every 5 s; SIGUSR1 prints a line at once\n"
    "  --quiet            errors only\n"
    "  --version, --help\n"
    "How it works:\n"
    "  --config FILE      options, one to a line: name = value; --print-config\n"
    "  --buffer BYTES     between reading and writing (4M); 0: a single thread\n"
    "  --durable          lose no commit when the power fails\n"
    "\n"
    "Exit codes: 0 done, 1 internal, 2 usage, 3 refused by the server, 4 network,\n"
    "5 database, 6 recording cannot be read, 7 database held by another loader.\n";
/* clang-format on */

const struct option options_names[] = {
    {"replay", required_argument, NULL, KEY_REPLAY},
    {"server", required_argument, NULL, KEY_SERVER},
    {"local", no_argument, NULL, KEY_LOCAL},
    {"remote", no_argument, NULL, KEY_REMOTE},
    {"hashtag", required_argument, NULL, KEY_HASHTAG},
    {"token-file", required_argument, NULL, KEY_TOKEN_FILE},
    {"cacert", required_argument, NULL, KEY_CACERT},
    {"language", required_argument, NULL, KEY_LANGUAGE},
    {"words", required_argument, NULL, KEY_WORDS},
    {"no-text", no_argument, NULL, KEY_NO_TEXT},
    {"with-spoiler", no_argument, NULL, KEY_WITH_SPOILER},
    {"max-posts", required_argument, NULL, KEY_MAX_POSTS},
    {"duration", required_argument, NULL, KEY_DURATION},
    {"max-retries", required_argument, NULL, KEY_MAX_RETRIES},
    {"stall-timeout", required_argument, NULL, KEY_STALL_TIMEOUT},
    {"idle-timeout", required_argument, NULL, KEY_IDLE_TIMEOUT},
    {"retry-forever", no_argument, NULL, KEY_RETRY_FOREVER},
    {"poll", optional_argument, NULL, KEY_POLL},
    {"since", required_argument, NULL, KEY_SINCE},
    {"no-backfill", no_argument, NULL, KEY_NO_BACKFILL},
    {"backfill-max", required_argument, NULL, KEY_BACKFILL_MAX},
    {"check", no_argument, NULL, KEY_CHECK},
    {"max-event", required_argument, NULL, KEY_MAX_EVENT},
    {"buffer", required_argument, NULL, KEY_BUFFER},
    {"accounts", required_argument, NULL, KEY_ACCOUNTS},
    {"no-bots", no_argument, NULL, KEY_NO_BOTS},
    {"no-sensitive", no_argument, NULL, KEY_NO_SENSITIVE},
    {"no-replies", no_argument, NULL, KEY_NO_REPLIES},
    {"retention", required_argument, NULL, KEY_RETENTION},
    {"max-db-size", required_argument, NULL, KEY_MAX_DB_SIZE},
    {"durable", no_argument, NULL, KEY_DURABLE},
    {"contact", required_argument, NULL, KEY_CONTACT},
    {"user-agent", required_argument, NULL, KEY_USER_AGENT},
    {"status-file", required_argument, NULL, KEY_STATUS_FILE},
    {"log-format", required_argument, NULL, KEY_LOG_FORMAT},
    {"config", required_argument, NULL, KEY_CONFIG},
    {"print-config", no_argument, NULL, KEY_PRINT_CONFIG},
    {"watch", required_argument, NULL, KEY_WATCH},
    {"extension", required_argument, NULL, KEY_EXTENSION},
    {"progress", required_argument, NULL, KEY_PROGRESS},
    {"quiet", no_argument, NULL, KEY_QUIET},
    {"version", no_argument, NULL, KEY_VERSION},
    {"help", no_argument, NULL, KEY_HELP},
    {NULL, 0, NULL, 0},
};

static const char *options_name(int key)
{
    const struct option *o = options_names;
    while (o->name && o->val != key) {
        o++;
    }
    return o->name ? o->name : "?";
}

static bool options_number(int key, const char *text, int64_t least, int64_t most,
                           int64_t *number)
{
    char *end;
    errno = 0;
    *number = strtoll(text, &end, 10);
    if (*text && !*end && !errno && *number >= least && *number <= most) {
        return true;
    }
    log_line(LOG_ERROR, "--%s must be a number from %lld to %lld, not '%s'",
             options_name(key), (long long)least, (long long)most, text);
    return false;
}

static bool options_time(int key, const char *text, int64_t *ms)
{
    static const struct {
        char name;
        int64_t ms;
    } units[] = {{'s', 1000}, {'m', 60000}, {'h', 3600000}, {'d', 86400000}, {0, 1000}};
    enum { MOST = 1000000 };
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        bool fits =
            units[i].name ? *end == units[i].name && end[1] == '\0' : *end == '\0';
        if (fits && end != text && !errno && number > 0 && number <= MOST) {
            *ms = number * units[i].ms;
            return true;
        }
    }
    log_line(LOG_ERROR, "--%s must be a time such as 90s, 10m, 2h or 1d, not '%s'",
             options_name(key), text);
    return false;
}

/* The place of `text` among `choices`, or -1 after a message. */
static int options_choice(int key, const char *text, const char *const *choices,
                          int count)
{
    struct buffer list = {0};
    for (int i = 0; i < count; i++) {
        if (strcmp(text, choices[i]) == 0) {
            buffer_free(&list);
            return i;
        }
        buffer_append_text(&list, i == 0 ? "" : i + 1 < count ? ", " : " or ");
        buffer_append_text(&list, choices[i]);
    }
    log_line(LOG_ERROR, "--%s must be %s, not '%s'", options_name(key),
             buffer_text(&list), text);
    buffer_free(&list);
    return -1;
}

static bool options_set_timeline(struct options *o, int key, const char *timeline)
{
    if (strcmp(o->timeline, "public") != 0 && strcmp(o->timeline, timeline) != 0) {
        log_line(LOG_ERROR,
                 "--%s and another choice of posts exclude each other; use one",
                 options_name(key));
        return false;
    }
    o->timeline = timeline;
    return true;
}

static bool options_set_hashtag(struct options *o, const char *tag)
{
    tag += *tag == '#';
    if (!*tag) {
        log_line(LOG_ERROR, "--hashtag must name a tag");
        return false;
    }
    strings_add(&o->hashtags, tag, strlen(tag) + 1);
    return options_set_timeline(o, KEY_HASHTAG, "hashtag");
}

static bool options_set_since(struct options *o, const char *text)
{
    if (since_read(&o->since, text, clock_now_ms())) {
        return true;
    }
    log_line(
        LOG_ERROR,
        "--since must be last, a time such as 2026-06-01T12:00:00Z or 2h, or the id"
        " of a post, not '%s'",
        text);
    return false;
}

static bool options_set_languages(struct options *o, const char *list)
{
    language_free(&o->languages);
    if (language_read(&o->languages, list)) {
        return true;
    }
    log_line(LOG_ERROR,
             "--language must be a list of codes such as en,de,null or any, not '%s'",
             list);
    return false;
}

static bool options_set_choice(struct options *o, int key, const char *text)
{
    static const char *const rules[] = {"unicode", "ascii", "seed"};
    static const char *const keeps[] = {"hash", "plain", "none"};
    static const char *const forms[] = {"text", "json"};
    static const char *const modes[] = {"auto", "tty", "log", "none"};
    int choice;
    switch (key) {
    case KEY_WORDS:
        choice = options_choice(key, text, rules, 3);
        o->words = choice >= 0 ? rules[choice] : NULL;
        break;
    case KEY_ACCOUNTS:
        choice = options_choice(key, text, keeps, 3);
        o->accounts = choice >= 0 ? keeps[choice] : NULL;
        break;
    case KEY_LOG_FORMAT:
        choice = options_choice(key, text, forms, 2);
        o->log_json = choice == 1;
        break;
    default:
        choice = options_choice(key, text, modes, 4);
        o->progress = choice >= 0 ? (enum options_progress)choice : PROGRESS_AUTO;
    }
    return choice >= 0;
}

/* These stand in requests: a line end would begin another header. */
static bool options_set_header(int key, const char *text, const char **value)
{
    for (const char *c = text; *c; c++) {
        if (*c < ' ' || *c == 0x7f) {
            log_line(LOG_ERROR, "--%s must be plain text in one line",
                     options_name(key));
            return false;
        }
    }
    *value = text;
    return true;
}

/* A number of bytes, or of k, M or G, which are 1024 of the one before. */
static bool options_size(int key, const char *text, int64_t least, int64_t most,
                         int64_t *size)
{
    static const char units[] = "kMG";
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    const char *unit = *end ? strchr(units, *end) : NULL;
    int shift = unit ? 10 * (int)(unit - units + 1) : 0;
    bool whole = end != text && !errno && (*end == '\0' || (unit && end[1] == '\0'));
    if (whole && number >= 0 && number <= most >> shift && number << shift >= least) {
        *size = number << shift;
        return true;
    }
    log_line(LOG_ERROR, "--%s must be a size from %lld to %lld, such as 500M, not '%s'",
             options_name(key), (long long)least, (long long)most, text);
    return false;
}

static bool options_set_number(struct options *o, int key, const char *text)
{
    switch (key) {
    case KEY_MAX_POSTS:
        return options_number(key, text, 1, INT64_MAX, &o->max_posts);
    case KEY_MAX_RETRIES:
        return options_number(key, text, 0, 1000000, &o->max_retries);
    case KEY_WATCH:
        return options_number(key, text, 1, 1000, &o->watch);
    case KEY_BACKFILL_MAX:
        return options_number(key, text, 1, 1000000000, &o->backfill_max);
    case KEY_RETENTION:
        return options_number(key, text, 1, 36500, &o->retention_days);
    case KEY_MAX_DB_SIZE:
        return options_size(key, text, 1 << 20, INT64_MAX / 2, &o->max_db_size);
    case KEY_BUFFER:
        return options_size(key, text, 0, 1 << 30, &o->buffer);
    default:
        return options_size(key, text, 1024, 64 << 20, &o->max_event);
    }
}

bool options_set(struct options *o, int key, const char *value)
{
    switch (key) {
    case KEY_DATABASE:
        o->database = value;
        return true;
    case KEY_REPLAY:
        strings_add(&o->replays, value, strlen(value) + 1);
        return true;
    case KEY_SERVER:
        o->server = value;
        return true;
    case KEY_LOCAL:
        return options_set_timeline(o, key, "public/local");
    case KEY_REMOTE:
        return options_set_timeline(o, key, "public/remote");
    case KEY_HASHTAG:
        return options_set_hashtag(o, value);
    case KEY_TOKEN_FILE:
        o->token_file = value;
        return true;
    case KEY_CACERT:
        o->ca_file = value;
        return true;
    case KEY_LANGUAGE:
        return options_set_languages(o, value);
    case KEY_NO_TEXT:
        o->no_text = true;
        return true;
    case KEY_WITH_SPOILER:
        o->with_spoiler = true;
        return true;
    case KEY_DURATION:
        return options_time(key, value, &o->duration_ms);
    case KEY_STALL_TIMEOUT:
        return options_time(key, value, &o->stall_ms);
    case KEY_IDLE_TIMEOUT:
        return options_time(key, value, &o->idle_ms);
    case KEY_POLL:
        return options_time(key, value && *value ? value : "60s", &o->poll_ms);
    case KEY_SINCE:
        return options_set_since(o, value);
    case KEY_RETRY_FOREVER:
        o->retry_forever = true;
        return true;
    case KEY_NO_BACKFILL:
        o->no_backfill = true;
        return true;
    case KEY_CHECK:
        o->check = true;
        return true;
    case KEY_EXTENSION:
        o->extension = value;
        return true;
    case KEY_QUIET:
        o->quiet = true;
        return true;
    case KEY_NO_BOTS:
        o->no_bots = true;
        return true;
    case KEY_NO_SENSITIVE:
        o->no_sensitive = true;
        return true;
    case KEY_NO_REPLIES:
        o->no_replies = true;
        return true;
    case KEY_DURABLE:
        o->durable = true;
        return true;
    case KEY_STATUS_FILE:
        o->status_file = value;
        return true;
    case KEY_PRINT_CONFIG:
        o->print_config = true;
        return true;
    case KEY_CONFIG:
        return true; /* has been read before */
    case KEY_CONTACT:
        return options_set_header(key, value, &o->contact);
    case KEY_USER_AGENT:
        return options_set_header(key, value, &o->user_agent);
    case KEY_WORDS:
    case KEY_ACCOUNTS:
    case KEY_LOG_FORMAT:
    case KEY_PROGRESS:
        return options_set_choice(o, key, value);
    default:
        return options_set_number(o, key, value);
    }
}

void options_describe(const struct options *o, struct buffer *out)
{
    const struct language_filter *l = &o->languages;
    buffer_append_text(out, l->any       ? "language=any"
                            : l->unknown ? "language=null"
                                         : "language=");
    for (size_t i = 0; i < l->codes.count && !l->any; i++) {
        struct slice code = strings_get(&l->codes, i);
        buffer_append_text(out, i > 0 || l->unknown ? "," : "");
        buffer_append(out, code.bytes, code.size);
    }
    buffer_append_text(out, o->no_text ? " no-text" : "");
    buffer_append_text(out, o->with_spoiler ? " with-spoiler" : "");
    buffer_append_text(out, o->no_bots ? " no-bots" : "");
    buffer_append_text(out, o->no_sensitive ? " no-sensitive" : "");
    buffer_append_text(out, o->no_replies ? " no-replies" : "");
}

void options_free(struct options *o)
{
    strings_free(&o->replays);
    strings_free(&o->hashtags);
    buffer_free(&o->since.id);
    language_free(&o->languages);
    config_free(&o->config);
    free(o->list.entries);
    o->list = (struct options_list){0};
}
