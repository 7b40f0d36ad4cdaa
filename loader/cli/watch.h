/*
 * The top words while they come in, printed to standard output: the answer of
 *
 *     SELECT topk(word, K) FROM words
 *
 * by the sketches extension.  A thread with a connection of its own keeps a sketch and
 * adds the new words to it, so that a large database costs nothing more, and writing
 * never waits.  What is edited or removed cannot be taken out of a sketch: then all
 * words are read again, which takes a tenth of the time at most.
 */
#ifndef WATCH_H
#define WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "stop_list.h"

struct watch;

struct watch_options {
    const char *database;
    const char *extension;          /* the path of the library */
    int64_t k;                      /* how many words */
    const struct stop_list *hidden; /* words that are not shown */
};

/* Begins to watch a database that is there.  NULL after the reason has been logged. */
struct watch *watch_start(const struct watch_options *options);

/* How many words have been stored in this run, and how many times something was edited
 * or removed.  Waits for nothing. */
void watch_note(struct watch *watch, int64_t words, int64_t taken);

/* Prints the words for the last time, unless the user wants to leave and that would
 * take long, and lets go of all.  NULL is allowed. */
void watch_end(struct watch *watch);

#endif
