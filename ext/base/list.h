/*
 * Lists as arguments: a text that is a JSON array of scalars.
 *
 * Read strictly as RFC 8259 has it, so that it means the same on every SQLite.  What
 * stands in it: numbers, as integers where they are written as such and fit an int64,
 * else as the closest double; texts; null; and true and false, which are 1 and 0 as in
 * SQL.  No arrays and objects, no text that has no UTF-8.
 */
#ifndef LIST_H
#define LIST_H

#include "call.h"
#include "item.h"

enum { LIST_MAX = 100000 }; /* elements, since few SQLites can interrupt a function */

struct list {
    const char *name; /* of the argument, for messages */
    const uint8_t *text;
    size_t size;
    size_t at;
    size_t count;     /* elements so far */
    uint8_t *scratch; /* for a text with escapes; NULL: there was none */
};

struct list_element {
    bool is_null;
    struct item item; /* unless it is null; lent until the next one */
};

/* True for a text that opens like a JSON array. */
bool list_looks_like_one(sqlite3_value *value);

/* Opens the list, which borrows from the value; list_close() it in any case.  Fails
 * with a message for what opens like none. */
int list_open(struct call *call, struct list *list, const char *name,
              sqlite3_value *value);

/* SQLITE_ROW with the next element; SQLITE_DONE after the last one, when the text is
 * known to be a list; or an error. */
int list_next(struct call *call, struct list *list, struct list_element *element);

void list_close(struct list *list);

#endif
