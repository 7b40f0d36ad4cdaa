/* What the two halves of the options share: options.c knows what each one means,
 * options_read.c where they come from. */
#ifndef OPTIONS_PRIVATE_H
#define OPTIONS_PRIVATE_H

#include <getopt.h>

#include "options.h"

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
    KEY_MAX_DB_SIZE,
    KEY_DURABLE,
    KEY_CONTACT,
    KEY_USER_AGENT,
    KEY_STATUS_FILE,
    KEY_LOG_FORMAT,
    KEY_CONFIG,
    KEY_PRINT_CONFIG,
    KEY_WATCH,
    KEY_EXTENSION,
    KEY_PROGRESS,
    KEY_QUIET,
    KEY_VERSION,
    KEY_HELP,
    KEY_DATABASE, /* has no dashes */
    KEY_NOTHING   /* a line of a file that says no */
};

extern const char options_help[];
extern const struct option options_names[];

/* Sets one option; false after a message if the value is none.  `value` must live as
 * long as the options. */
bool options_set(struct options *options, int key, const char *value);

#endif
