/* The SQL that changes and finds posts; store.c binds the values. */
#ifndef STATEMENTS_H
#define STATEMENTS_H

#include <sqlite3.h>

enum store_statement {
    STORE_BEGIN,
    STORE_COMMIT,
    STORE_ADD_POST,
    STORE_FIND_POST,
    STORE_EDIT_POST,
    STORE_ADD_TAG,
    STORE_ADD_MENTION,
    STORE_ADD_LINK,
    STORE_ADD_MEDIUM,
    STORE_ADD_ALIAS,
    STORE_FIND_TOMBSTONE,
    STORE_ADD_TOMBSTONE,
    STORE_FIND_ID,
    STORE_BURY_POST,
    STORE_BURY_ALIASES,
    STORE_DROP_WORDS,
    STORE_DROP_TAGS,
    STORE_DROP_MENTIONS,
    STORE_DROP_LINKS,
    STORE_DROP_MEDIA,
    STORE_DROP_ALIASES,
    STORE_DROP_POST,
    STORE_ADD_REJECTED,
    STORE_TRIM_REJECTED,
    STORE_EXPIRE_WORDS,
    STORE_EXPIRE_TAGS,
    STORE_EXPIRE_MENTIONS,
    STORE_EXPIRE_LINKS,
    STORE_EXPIRE_MEDIA,
    STORE_EXPIRE_ALIASES,
    STORE_EXPIRE_POSTS,
    STORE_EXPIRE_TOMBSTONES,
    STORE_EXPIRE_REJECTED,
    STORE_ASK_SIZE,
    STORE_ASK_PAGES,
    STORE_ASK_RANGE,
    STORE_ASK_AGE,
    STORE_ADD_SETTING,
    STORE_FIND_SETTING,
    STORE_ASK_NEWEST,
    STORE_FIND_SESSION,
    STORE_ADD_SESSION,
    STORE_COUNT_SESSION,
    STORE_END_SESSION,
    STORE_STATEMENTS
};

extern const char *const store_sql[STORE_STATEMENTS];

/* Adds that many words of a post at once, for a row costs far less in company: ?1 is
 * the post, ?2 the place of the first, ?3 and those that follow the words.  NULL if
 * SQLite refuses; the caller's to finalize. */
enum { STORE_WORDS_AT_ONCE = 32 };
sqlite3_stmt *store_prepare_words(sqlite3 *db, int rows);

#endif
