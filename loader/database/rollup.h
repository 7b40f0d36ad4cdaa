/*
 * Hourly sketches of words, hashtags and authors beside the posts, for --rollup.
 *
 * Table rollup has a row for each hour and kind ('word', 'hashtag', 'author') of which
 * there is something: topk, hll and cms are what topk_sketch, hll_sketch and cms_sketch
 * of the extension make of it.  hour is the text of its first second, as datetime()
 * gives it of post.created_ms.  Only SQL functions are called; a sketch is a BLOB here.
 *
 * Three things say how far the sketches are, and all of them are plain SQL, which a
 * program without the extension keeps as well.
 *
 * Setting 'rollup_post': posts up to that number are in the sketches, and no others.
 * What is stored without --rollup is found behind it.  It is the number of a post, or
 * less than that of all: the number of the newest one may be given again after a
 * delete.
 *
 * Table rollup_due: hours that are not what their rows give in one go.  `changes`
 * counts how many posts that are in the sketches were edited or removed, or should be
 * in them and are not; `subtracted` says of how many of these cms knows.  No change:
 * some parts of the hour were merged.
 *
 * Triggers rollup_inserted, rollup_edited and rollup_deleted on post, which count the
 * changes, by whomever.
 *
 * cms is exact when the two counts are equal: it subtracts.  topk and hll cannot, and
 * are made anew from the rows of the hour, which is due no more then.
 *
 * All is part of the transaction that changes the posts.  After a failure, which the
 * connection describes, that has to be rolled back.
 */
#ifndef ROLLUP_H
#define ROLLUP_H

#include <stdbool.h>

#include <sqlite3.h>

struct rollup;

/* Does the connection have the functions that are needed?  If not, it describes which
 * is missing. */
bool rollup_can(sqlite3 *db);

enum rollup_opened {
    ROLLUP_READY,
    ROLLUP_CLASH, /* *clash names a table or trigger that is not ours */
    ROLLUP_FAILED
};

/* With rollup_due gone and its triggers left nobody could change a post, nor prepare
 * to: takes them away, so that rollup_open begins from nothing. */
bool rollup_release(sqlite3 *db);

/* Looks for the tables in a database that has the loader's, and makes what is missing,
 * in the open transaction; all posts are to be added then.  `clash` is never freed. */
enum rollup_opened rollup_open(struct rollup **out, sqlite3 *db, const char **clash);

/* Adds the next posts that are not in the sketches, ROLLUP_SLICE of them at most, with
 * one UPSERT for each kind whatever their number; *more: that many there were. */
enum { ROLLUP_SLICE = 1000 };
bool rollup_fold(struct rollup *rollup, bool *more);

/* Are there posts that are not in them? */
bool rollup_is_behind(struct rollup *rollup, bool *behind);

/* Takes the words of a post out of cms, before it is edited or removed; *taken is false
 * if it is not in the sketches, if its hour is wrong anyway and to be made anew, or if
 * cms does not count its words, since others have changed them. */
bool rollup_take(struct rollup *rollup, sqlite3_int64 post, bool *taken);

/* Adds to cms the words that it has after it was edited, if it was taken. */
bool rollup_give(struct rollup *rollup, sqlite3_int64 post);

/* An hour that is made anew.  It is read before the transaction that stores it, which
 * is short then: reading takes a second for a million words. */
struct rollup_hour;

/* Reads an hour that is due, in turn; without `all` those alone that are over or that
 * count something which was edited or removed.  *out is NULL if there is none. */
bool rollup_read(struct rollup *rollup, bool all, struct rollup_hour **out);

/* Stores it, unless its posts have changed meanwhile: it stays due then. */
bool rollup_write(struct rollup *rollup, const struct rollup_hour *hour);

void rollup_hour_free(struct rollup_hour *hour); /* NULL is allowed */
void rollup_close(struct rollup *rollup);        /* likewise */

#endif
