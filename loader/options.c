#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "sse.h"
#include "words.h"
#include "writer.h"

/* clang-format off: the lines are laid out for the screen. */
static const char options_help[] =
    "Usage: mastodon-loader [options] DATABASE\n"
    "\n"
    "Streams public Mastodon posts, and each of their words, into a SQLite database.\n"
    "Ask it then with:  SELECT topk(word, 25) FROM words\n"
    "\n"
    "Where posts come from:\n"
    "  --server HOST      the live stream of a server; use one where you have an\n"
    "                     account and permission. The account's access token is\n"
    "                     taken from $MASTODON_TOKEN or --token-file FILE\n"
    "  --local, --remote  only posts of that server, or only of others\n"
    "  --hashtag TAG      only posts with that tag\n"
    "  --cacert FILE      trust these certificates (PEM)\n"
    "  --replay FILE      a recorded stream, plain or gzip; - is standard input; may\n"
    "                     be repeated; --server then names the server it is from\n"
    "What is kept:\n"
    "  --language LIST    en (default), or such as de,fr,null; any is every language\n"
    "  --words RULE       unicode (default), ascii, or seed\n"
    "  --no-text          only the words, not the text of posts\n"
    "  --with-spoiler     words of content warnings too\n"
    "  --max-event BYTES  drop larger events (1048576)\n"
    "When to stop; SIGINT and SIGTERM commit and stop:\n"
    "  --max-posts N      after N new posts\n"
    "  --duration T       after 90s, 10m, 2h or 1d\n"
    "  --max-retries N    after N failed tries in a row to reach the server\n"
    "  --stall-timeout T  take up the stream anew after T without a byte (45s)\n"
    "What is shown:\n"
    "  --watch K          the top K words, every second\n"
    "  --extension PATH   the sketches extension, if it is not beside this program\n"
    "  --progress MODE    auto, tty, log or none\n"
    "  --quiet            errors only\n"
    "  --version, --help\n"
    "\n"
    "Exit codes: 0 done, 1 internal, 2 usage, 3 refused by the server, 4 network,\n"
    "5 database, 6 recording cannot be read, 7 database held by another loader.\n";
/* clang-format on */

enum options_key {
    KEY_REPLAY = 256,
    KEY_SERVER,
    KEY_LOCAL,
    KEY_REMOTE,
    KEY_HASHTAG,
    KEY_TOKEN_FILE,
    KEY_CACERT,
    KEY_LANGUAGE,
    KEY_WORDS,
    KEY_NO_TEXT,
    KEY_WITH_SPOILER,
    KEY_MAX_POSTS,
    KEY_DURATION,
    KEY_MAX_RETRIES,
    KEY_STALL_TIMEOUT,
    KEY_MAX_EVENT,
    KEY_BUFFER,
    KEY_WATCH,
    KEY_EXTENSION,
    KEY_PROGRESS,
    KEY_QUIET,
    KEY_VERSION,
    KEY_HELP
};

static const struct option options_names[] = {
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
    {"max-event", required_argument, NULL, KEY_MAX_EVENT},
    {"buffer", required_argument, NULL, KEY_BUFFER},
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

static bool options_set_feed(struct options *o, int key, const char *feed)
{
    if (strcmp(o->feed, "public") != 0 && strcmp(o->feed, feed) != 0) {
        log_line(LOG_ERROR,
                 "--%s and another choice of posts exclude each other; use one",
                 options_name(key));
        return false;
    }
    o->feed = feed;
    return true;
}

static bool options_set_hashtag(struct options *o, const char *tag)
{
    tag += *tag == '#';
    if (!*tag) {
        log_line(LOG_ERROR, "--hashtag must name a tag");
        return false;
    }
    o->hashtag = tag;
    return options_set_feed(o, KEY_HASHTAG, "hashtag");
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
    static const char *const modes[] = {"auto", "tty", "log", "none"};
    int choice = key == KEY_WORDS ? options_choice(key, text, rules, 3)
                                  : options_choice(key, text, modes, 4);
    if (choice >= 0 && key == KEY_WORDS) {
        o->words = rules[choice];
    } else if (choice >= 0) {
        o->progress = (enum options_progress)choice;
    }
    return choice >= 0;
}

static bool options_set_number(struct options *o, int key, const char *text)
{
    int64_t number = 0;
    switch (key) {
    case KEY_MAX_POSTS:
        return options_number(key, text, 1, INT64_MAX, &o->max_posts);
    case KEY_MAX_RETRIES:
        return options_number(key, text, 0, 1000000, &o->max_retries);
    case KEY_WATCH:
        return options_number(key, text, 1, 1000, &o->watch);
    case KEY_BUFFER:
        if (!options_number(key, text, 0, 1 << 30, &number)) {
            return false;
        }
        o->buffer = (size_t)number;
        return true;
    default:
        if (!options_number(key, text, 1024, 64 << 20, &number)) {
            return false;
        }
        o->max_event = (size_t)number;
        return true;
    }
}

static bool options_set(struct options *o, int key, const char *value)
{
    switch (key) {
    case KEY_REPLAY:
        strings_add(&o->replays, value, strlen(value) + 1);
        return true;
    case KEY_SERVER:
        o->server = value;
        return true;
    case KEY_LOCAL:
        return options_set_feed(o, key, "public/local");
    case KEY_REMOTE:
        return options_set_feed(o, key, "public/remote");
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
    case KEY_EXTENSION:
        o->extension = value;
        return true;
    case KEY_QUIET:
        o->quiet = true;
        return true;
    case KEY_WORDS:
    case KEY_PROGRESS:
        return options_set_choice(o, key, value);
    default:
        return options_set_number(o, key, value);
    }
}

static bool options_are_whole(struct options *o, int argc, char **argv, int first)
{
    if (o->replays.count == 0 && !o->server) {
        log_line(LOG_ERROR,
                 "name where posts come from: --server HOST or --replay FILE");
    } else if (first >= argc) {
        log_line(LOG_ERROR, "name the database to fill, such as posts.db");
    } else if (first + 1 < argc) {
        log_line(LOG_ERROR, "there is one database, and '%s' is left over",
                 argv[first + 1]);
    } else if (!*argv[first]) {
        log_line(LOG_ERROR, "the name of the database is empty");
    } else {
        o->database = argv[first];
        return true;
    }
    return false;
}

static void options_complain(int key, const char *argument)
{
    if (key == ':') {
        log_line(LOG_ERROR, "%s needs a value", argument);
    } else {
        log_line(LOG_ERROR, "there is no option %s", argument);
    }
}

enum outcome options_read(struct options *o, int argc, char **argv, bool *done)
{
    *o = (struct options){.feed = "public",
                          .max_retries = -1,
                          .stall_ms = 45000,
                          .max_event = SSE_LIMIT,
                          .buffer = WRITER_ROOM};
    strings_add(&o->languages.codes, "en", 2);
    *done = true;
    opterr = 0; /* the messages are ours */
    for (;;) {
        int key = getopt_long(argc, argv, ":", options_names, NULL);
        if (key == KEY_HELP) {
            fputs(options_help, stdout);
            return OUTCOME_OK;
        }
        if (key == KEY_VERSION) {
            puts("mastodon-loader " LOADER_VERSION);
            return OUTCOME_OK;
        }
        if (key < 0) {
            break;
        }
        bool known = key != ':' && key != '?';
        if (!known) {
            options_complain(key, argv[optind - 1]);
        }
        if (!known || !options_set(o, key, optarg)) {
            fputs("Try mastodon-loader --help\n", stderr);
            return OUTCOME_USAGE;
        }
    }
    *done = !options_are_whole(o, argc, argv, optind);
    if (*done) {
        fputs("Try mastodon-loader --help\n", stderr);
    }
    return *done ? OUTCOME_USAGE : OUTCOME_OK;
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
}

void options_free(struct options *o)
{
    strings_free(&o->replays);
    language_free(&o->languages);
}
