#include "options_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "duration.h"
#include "log.h"

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
    "  --with-alt         words that describe pictures too\n"
    "  --accounts MODE    of authors and mentions: hash (default), plain, or none\n"
    "  --no-bots, --no-sensitive, --no-replies   leave such posts out\n"
    "  --retention DAYS   remove posts that are older; --retention-all: even if that\n"
    "                     is most of them\n"
    "  --rollup hour      also hourly sketches of words, hashtags and authors\n"
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
    "  --stop-words LIST  but not those of de, en, es, fr, it, nl, pt, or a file\n"
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

/* ---- values ---- */

static bool options_read_number(const struct option_spec *spec, const char *text,
                                int64_t *number)
{
    char *end;
    errno = 0;
    *number = strtoll(text, &end, 10);
    if (*text && !*end && !errno && *number >= spec->least && *number <= spec->most) {
        return true;
    }
    log_line(LOG_ERROR, "--%s must be a number from %lld to %lld, not '%s'", spec->name,
             (long long)spec->least, (long long)spec->most, text);
    return false;
}

/* A number of bytes, or of k, M or G, which are 1024 of the one before. */
static bool options_read_size(const struct option_spec *spec, const char *text,
                              int64_t *size)
{
    static const char units[] = "kMG";
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    const char *unit = *end ? strchr(units, *end) : NULL;
    int shift = unit ? 10 * (int)(unit - units + 1) : 0;
    bool whole = end != text && !errno && (*end == '\0' || (unit && end[1] == '\0'));
    if (whole && number >= 0 && number <= spec->most >> shift &&
        number << shift >= spec->least) {
        *size = number << shift;
        return true;
    }
    log_line(LOG_ERROR, "--%s must be a size from %lld to %lld, such as 500M, not '%s'",
             spec->name, (long long)spec->least, (long long)spec->most, text);
    return false;
}

static bool options_read_time(const struct option_spec *spec, const char *text,
                              int64_t *ms)
{
    if (duration_read(text, 's', ms)) {
        return true;
    }
    log_line(LOG_ERROR, "--%s must be a time such as 90s, 10m, 2h or 1d, not '%s'",
             spec->name, text);
    return false;
}

static bool options_read_choice(const struct option_spec *spec, const char *text,
                                const char **choice)
{
    const char *const *choices = spec->choices;
    struct buffer list = {0};
    for (int i = 0; choices[i]; i++) {
        if (strcmp(text, choices[i]) == 0) {
            *choice = choices[i];
            buffer_free(&list);
            return true;
        }
        buffer_append_text(&list, i == 0 ? "" : choices[i + 1] ? ", " : " or ");
        buffer_append_text(&list, choices[i]);
    }
    log_line(LOG_ERROR, "--%s must be %s, not '%s'", spec->name, buffer_text(&list),
             text);
    buffer_free(&list);
    return false;
}

/* The database has a message of its own. */
static bool options_read_text(const struct option_spec *spec, const char *text,
                              const char **value)
{
    *value = text;
    if (!*text && spec != &options_table[KEY_DATABASE]) {
        log_line(LOG_ERROR, "--%s needs a value, and not an empty one", spec->name);
        return false;
    }
    return true;
}

/* These stand in requests: a line end would begin another header. */
static bool options_read_header(const struct option_spec *spec, const char *text,
                                const char **value)
{
    for (const char *c = text; *c; c++) {
        if (*c < ' ' || *c == 0x7f) {
            log_line(LOG_ERROR, "--%s must be plain text in one line", spec->name);
            return false;
        }
    }
    *value = text;
    return true;
}

/* ---- options with a meaning of their own ---- */

static bool options_set_replay(struct options *o, const char *value)
{
    const char *name;
    strings_add(&o->replays, value, strlen(value) + 1);
    return options_read_text(&options_table[KEY_REPLAY], value, &name);
}

static bool options_set_timeline(struct options *o, const char *name,
                                 const char *timeline)
{
    if (strcmp(o->timeline, "public") != 0 && strcmp(o->timeline, timeline) != 0) {
        log_line(LOG_ERROR,
                 "--%s and another choice of posts exclude each other; use one", name);
        return false;
    }
    o->timeline = timeline;
    return true;
}

static bool options_set_local(struct options *o, const char *value)
{
    (void)value;
    return options_set_timeline(o, "local", "public/local");
}

static bool options_set_remote(struct options *o, const char *value)
{
    (void)value;
    return options_set_timeline(o, "remote", "public/remote");
}

static bool options_set_hashtag(struct options *o, const char *tag)
{
    tag += *tag == '#';
    if (!*tag) {
        log_line(LOG_ERROR, "--hashtag must name a tag");
        return false;
    }
    strings_add(&o->hashtags, tag, strlen(tag) + 1);
    return options_set_timeline(o, "hashtag", "hashtag");
}

static bool options_set_since(struct options *o, const char *text)
{
    if (since_read(&o->since, text, clock_now_ms())) {
        return true;
    }
    log_line(LOG_ERROR,
             "--since must be last, a time of the past such as 2026-06-01T12:00:00Z or "
             "2h, or"
             " the id of a post, not '%s'",
             text);
    return false;
}

static bool options_set_languages(struct options *o, const char *list)
{
    language_free(&o->languages);
    if (!language_read(&o->languages, list)) {
        log_line(LOG_ERROR,
                 "--language must be a list of ISO 639 codes such as en,de,null or any,"
                 " not '%s'",
                 list);
        return false;
    }
    for (size_t i = 0; i < o->languages.tags.count; i++) {
        struct language_tag tag;
        language_tag_read(&tag, strings_get(&o->languages.tags, i));
        if (!language_tag_is_usual(&tag)) {
            log_line(LOG_WARN, "--language %s: servers hardly use that code", tag.text);
        }
    }
    return true;
}

/* ---- all of them ---- */

static const char *const options_rules[] = {"unicode", "ascii", "seed", NULL};
static const char *const options_keeps[] = {"hash", "plain", "none", NULL};
static const char *const options_spans[] = {"hour", NULL};
static const char *const options_forms[] = {"text", "json", NULL};
static const char *const options_modes[] = {"auto", "tty", "log", "none", NULL};

#define AT(member) .place = offsetof(struct options, member)
const struct option_spec options_table[KEY_COUNT] = {
    [KEY_REPLAY] = {"replay", OPTION_OWN, .set = options_set_replay},
    [KEY_SERVER] = {"server", OPTION_TEXT, AT(server)},
    [KEY_LOCAL] = {"local", OPTION_OWN_FLAG, .set = options_set_local},
    [KEY_REMOTE] = {"remote", OPTION_OWN_FLAG, .set = options_set_remote},
    [KEY_HASHTAG] = {"hashtag", OPTION_OWN, .set = options_set_hashtag},
    [KEY_TOKEN_FILE] = {"token-file", OPTION_TEXT, AT(token_file)},
    [KEY_CACERT] = {"cacert", OPTION_TEXT, AT(ca_file)},
    [KEY_LANGUAGE] = {"language", OPTION_OWN, .set = options_set_languages,
                      .fallback = "en"},
    [KEY_WORDS] = {"words", OPTION_CHOICE, AT(words), .choices = options_rules},
    [KEY_NO_TEXT] = {"no-text", OPTION_FLAG, AT(no_text)},
    [KEY_WITH_SPOILER] = {"with-spoiler", OPTION_FLAG, AT(with_spoiler)},
    [KEY_WITH_ALT] = {"with-alt", OPTION_FLAG, AT(with_alt)},
    [KEY_MAX_POSTS] = {"max-posts", OPTION_NUMBER, AT(max_posts), .least = 1,
                       .most = INT64_MAX},
    [KEY_DURATION] = {"duration", OPTION_TIME, AT(duration_ms)},
    [KEY_MAX_RETRIES] = {"max-retries", OPTION_NUMBER, AT(max_retries), .least = 0,
                         .most = 1000000},
    [KEY_STALL_TIMEOUT] = {"stall-timeout", OPTION_TIME, AT(stall_ms),
                           .fallback = "45s"},
    [KEY_IDLE_TIMEOUT] = {"idle-timeout", OPTION_TIME, AT(idle_ms), .fallback = "10m"},
    [KEY_RETRY_FOREVER] = {"retry-forever", OPTION_FLAG, AT(retry_forever)},
    [KEY_POLL] = {"poll", OPTION_TIME, AT(poll_ms), .alone = "60s"},
    [KEY_SINCE] = {"since", OPTION_OWN, .set = options_set_since, .fallback = "last"},
    [KEY_NO_BACKFILL] = {"no-backfill", OPTION_FLAG, AT(no_backfill)},
    [KEY_BACKFILL_MAX] = {"backfill-max", OPTION_NUMBER, AT(backfill_max), .least = 1,
                          .most = 1000000000, .fallback = "12000"},
    [KEY_CHECK] = {"check", OPTION_FLAG, AT(check)},
    [KEY_MAX_EVENT] = {"max-event", OPTION_SIZE, AT(max_event), .least = 1024,
                       .most = 64 << 20, .fallback = "1M"},
    [KEY_BUFFER] = {"buffer", OPTION_SIZE, AT(buffer), .least = 0, .most = 1 << 30,
                    .fallback = "4M"},
    [KEY_ACCOUNTS] = {"accounts", OPTION_CHOICE, AT(accounts),
                      .choices = options_keeps},
    [KEY_NO_BOTS] = {"no-bots", OPTION_FLAG, AT(no_bots)},
    [KEY_NO_SENSITIVE] = {"no-sensitive", OPTION_FLAG, AT(no_sensitive)},
    [KEY_NO_REPLIES] = {"no-replies", OPTION_FLAG, AT(no_replies)},
    [KEY_RETENTION] = {"retention", OPTION_NUMBER, AT(retention_days), .least = 1,
                       .most = 36500},
    [KEY_RETENTION_ALL] = {"retention-all", OPTION_FLAG, AT(retention_all)},
    [KEY_ROLLUP] = {"rollup", OPTION_CHOICE, AT(rollup), .choices = options_spans},
    [KEY_MAX_DB_SIZE] = {"max-db-size", OPTION_SIZE, AT(max_db_size), .least = 1 << 20,
                         .most = INT64_MAX / 2},
    [KEY_DURABLE] = {"durable", OPTION_FLAG, AT(durable)},
    [KEY_CONTACT] = {"contact", OPTION_HEADER, AT(contact)},
    [KEY_USER_AGENT] = {"user-agent", OPTION_HEADER, AT(user_agent)},
    [KEY_STATUS_FILE] = {"status-file", OPTION_TEXT, AT(status_file)},
    [KEY_LOG_FORMAT] = {"log-format", OPTION_CHOICE, AT(log_format),
                        .choices = options_forms, .fallback = "text"},
    [KEY_CONFIG] = {.name = "config", .kind = OPTION_EARLY},
    [KEY_PRINT_CONFIG] = {"print-config", OPTION_FLAG, AT(print_config)},
    [KEY_WATCH] = {"watch", OPTION_NUMBER, AT(watch), .least = 1, .most = 1000},
    [KEY_STOP_WORDS] = {"stop-words", OPTION_TEXT, AT(stop_words)},
    [KEY_EXTENSION] = {"extension", OPTION_TEXT, AT(extension)},
    [KEY_PROGRESS] = {"progress", OPTION_CHOICE, AT(progress), .choices = options_modes,
                      .fallback = "auto"},
    [KEY_QUIET] = {"quiet", OPTION_FLAG, AT(quiet)},
    [KEY_VERSION] = {.name = "version", .kind = OPTION_EARLY_FLAG},
    [KEY_HELP] = {.name = "help", .kind = OPTION_EARLY_FLAG},
    [KEY_DATABASE] = {"database", OPTION_TEXT, AT(database)},
};
#undef AT

bool options_takes_value(int key)
{
    enum option_kind kind = options_table[key].kind;
    return kind != OPTION_FLAG && kind != OPTION_OWN_FLAG && kind != OPTION_EARLY_FLAG;
}

bool options_set(struct options *o, int key, const char *value)
{
    const struct option_spec *spec = &options_table[key];
    char *place = (char *)o + spec->place;
    if (spec->alone && (!value || !*value)) {
        value = spec->alone;
    }
    switch (spec->kind) {
    case OPTION_FLAG:
        *(bool *)place = true;
        return true;
    case OPTION_TEXT:
        return options_read_text(spec, value, (const char **)(void *)place);
    case OPTION_HEADER:
        return options_read_header(spec, value, (const char **)(void *)place);
    case OPTION_CHOICE:
        return options_read_choice(spec, value, (const char **)(void *)place);
    case OPTION_NUMBER:
        return options_read_number(spec, value, (int64_t *)(void *)place);
    case OPTION_SIZE:
        return options_read_size(spec, value, (int64_t *)(void *)place);
    case OPTION_TIME:
        return options_read_time(spec, value, (int64_t *)(void *)place);
    case OPTION_OWN_FLAG:
    case OPTION_OWN:
        return spec->set(o, value);
    case OPTION_EARLY_FLAG:
    case OPTION_EARLY:
    default:
        return true;
    }
}

void options_describe(const struct options *o, struct buffer *out)
{
    const struct language_filter *l = &o->languages;
    buffer_append_text(out, l->any       ? "language=any"
                            : l->unknown ? "language=null"
                                         : "language=");
    for (size_t i = 0; i < l->tags.count && !l->any; i++) {
        struct slice code = strings_get(&l->tags, i);
        buffer_append_text(out, i > 0 || l->unknown ? "," : "");
        buffer_append(out, code.bytes, code.size);
    }
    buffer_append_text(out, o->no_text ? " no-text" : "");
    buffer_append_text(out, o->with_spoiler ? " with-spoiler" : "");
    buffer_append_text(out, o->with_alt ? " with-alt" : "");
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
