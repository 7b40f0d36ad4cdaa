/*
 * The ids by which a server knows its posts.
 *
 * They are opaque in general: Mastodon's are numbers, Pleroma's flakes, GoToSocial's
 * ULIDs.  Each server's are in the order of its posts.
 */
#ifndef POST_ID_H
#define POST_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "buffer.h"

enum {
    POST_ID_MOST = 64,          /* bytes of an id; real ones have at most 36 */
    POST_ID_MOST_NUMERALS = 20, /* digits of one that is a number: 64 bits */
};

/* Can it be one: 1 to POST_ID_MOST ASCII letters, digits, dashes and underscores, and
 * if all are digits, at most POST_ID_MOST_NUMERALS? */
bool post_id_is_valid(struct slice id);

/* What an id looks like, of servers as they are today. */
enum post_id_form {
    POST_ID_OTHER,
    POST_ID_DECIMAL, /* 15 to 19 digits: Mastodon, Pixelfed */
    POST_ID_FLAKE,   /* 18 digits and letters: Pleroma, Akkoma */
    POST_ID_ULID     /* 26 digits and capital letters: GoToSocial */
};

enum post_id_form post_id_form(struct slice id);

/* Can it be one of a server that has the other one: where ids are digits, all are. */
bool post_id_is_like(struct slice id, struct slice other);

/* The order of ids: servers make longer ones only after all shorter ones, and of
 * the same length they sort by their bytes.  Negative, 0 or positive. */
int post_id_compare(struct slice a, struct slice b);

/* Ids of Mastodon are numbers that hold milliseconds since 1970 above 16 bits.  False
 * if `id` is something else. */
bool post_id_number(struct slice id, uint64_t *number);

/* May it be taken for the newest id, when `last` was the newest before it?  An id like
 * Mastodon's that has a time more than a day from now would hide all later ones, so it
 * may not follow one that has a sane time; where one is the last all the same, it gives
 * way to the first that is sane.  Without such times the order decides. */
bool post_id_follows(struct slice id, struct slice last, int64_t now_ms);

enum { POST_ID_DIGITS = 24 };

/* The smallest id that Mastodon gives to a post written at that time (see its
 * lib/mastodon/snowflake.rb), closed by a NUL.  Times before 1970 count as 1970, and
 * those after the year 6429 as the last one that 63 bits hold. */
void post_id_of_time(int64_t ms, char digits[POST_ID_DIGITS]);

#endif
