/* What the two halves of the options share: options.c knows what each one means,
 * options_read.c where they come from. */
#ifndef OPTIONS_PRIVATE_H
#define OPTIONS_PRIVATE_H

#include "options.h"

enum options_key {
    KEY_REPLAY,
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
    KEY_WITH_ALT,
    KEY_MAX_POSTS,
    KEY_DURATION,
    KEY_MAX_RETRIES,
    KEY_STALL_TIMEOUT,
    KEY_IDLE_TIMEOUT,
    KEY_RETRY_FOREVER,
    KEY_POLL,
    KEY_SINCE,
    KEY_NO_BACKFILL,
    KEY_BACKFILL_MAX,
    KEY_CHECK,
    KEY_MAX_EVENT,
    KEY_BUFFER,
    KEY_ACCOUNTS,
    KEY_NO_BOTS,
    KEY_NO_SENSITIVE,
    KEY_NO_REPLIES,
    KEY_RETENTION,
    KEY_RETENTION_ALL,
    KEY_ROLLUP,
    KEY_MAX_DB_SIZE,
    KEY_DURABLE,
    KEY_CONTACT,
    KEY_USER_AGENT,
    KEY_STATUS_FILE,
    KEY_LOG_FORMAT,
    KEY_CONFIG,
    KEY_PRINT_CONFIG,
    KEY_WATCH,
    KEY_STOP_WORDS,
    KEY_EXTENSION,
    KEY_PROGRESS,
    KEY_QUIET,
    KEY_VERSION,
    KEY_HELP,
    KEY_DATABASE, /* without dashes on the command line */
    KEY_COUNT,
    KEY_NOTHING = KEY_COUNT /* a line of a file that says no */
};

/* What an option takes, and what its place in struct options holds. */
enum option_kind {
    OPTION_FLAG,     /* nothing; a bool */
    OPTION_TEXT,     /* any text; const char *, as the next two */
    OPTION_HEADER,   /* text for a header of requests */
    OPTION_CHOICE,   /* one of `choices` */
    OPTION_NUMBER,   /* from `least` to `most`; int64_t, as the next two */
    OPTION_SIZE,     /* likewise, in bytes */
    OPTION_TIME,     /* 90s, 10m, 2h, 1d; in milliseconds */
    OPTION_OWN,      /* a value that `set` reads */
    OPTION_OWN_FLAG, /* nothing; `set` knows */
    OPTION_EARLY,    /* a value, and no place: it is heeded before all others */
    OPTION_EARLY_FLAG
};

struct option_spec {
    const char *name; /* without dashes */
    enum option_kind kind;
    size_t place; /* in struct options */
    int64_t least, most;
    const char *const *choices; /* closed by NULL */
    bool (*set)(struct options *options, const char *value);
    const char *fallback; /* the value when nobody gives the option; NULL: none */
    const char *alone;    /* the value of an option that may come without; NULL */
};

extern const char options_help[];
extern const struct option_spec options_table[KEY_COUNT]; /* by enum options_key */

bool options_takes_value(int key);

/* Sets one option; false after a message if the value is none.  `value` must live as
 * long as the options. */
bool options_set(struct options *options, int key, const char *value);

#endif
