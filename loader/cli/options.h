/* The command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "config.h"
#include "language.h"
#include "outcome.h"
#include "since.h"

struct options_entry {
    int key;
    const char *value; /* NULL for options without one */
};

struct options_list {
    struct options_entry *entries;
    size_t count, room;
};

struct options {
    const char *database;

    struct strings replays; /* files; "-" is standard input */
    const char *server;     /* as given; NULL: only recordings */
    const char *timeline;   /* "public", "public/local", "public/remote" or "hashtag" */
    struct strings hashtags; /* without #; each closed by a NUL */
    const char *token_file;
    const char *ca_file;
    const char *contact;
    const char *user_agent; /* NULL: our own */

    struct language_filter languages;
    const char *words;    /* NULL: as the database has it */
    const char *accounts; /* likewise */
    bool no_bots, no_sensitive, no_replies;
    bool durable;
    bool no_text;
    bool with_spoiler;
    bool with_alt;

    int64_t max_posts; /* 0: no limit, here and below */
    int64_t duration_ms;
    int64_t max_retries; /* -1: no limit */
    int64_t stall_ms;
    int64_t idle_ms;
    int64_t poll_ms; /* 0: streams */
    bool retry_forever;
    bool no_backfill;
    int64_t backfill_max;
    struct since since;
    bool check;
    int64_t max_event;
    int64_t max_db_size; /* bytes */
    int64_t buffer;      /* between reading and writing; 0: one thread does both */
    int64_t retention_days;
    bool retention_all; /* also if that is most of the posts */
    const char *rollup; /* "hour"; NULL: none */

    int64_t watch;          /* how many words to show; 0: none */
    const char *stop_words; /* not shown; languages and files */
    const char *extension;
    const char *progress; /* "auto", "tty", "log" or "none" */
    const char *status_file;
    const char *log_format; /* "text" or "json" */
    bool quiet;
    bool print_config;

    struct options_list list; /* what was said, by whomever, for options_print */
    struct config config;     /* holds the strings of the file */
};

/* Reads the command line, and the file that it may name.  *done is set when there is
 * nothing more to do: --help, --version, or a mistake, which has been explained then.
 * The strings belong to argv and to the options. */
enum outcome options_read(struct options *options, int argc, char **argv, bool *done);

/* The choices that shape what is stored, for the session's row. */
void options_describe(const struct options *options, struct buffer *out);

/* Prints all options in the form of a file for --config; of the token only whether
 * there is one. */
void options_print(const struct options *options, bool token);

void options_free(struct options *options);

#endif
