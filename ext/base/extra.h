/* Questions and parameters of an aggregate: as its first row gave them, and no other.
 */
#ifndef EXTRA_H
#define EXTRA_H

#include "call.h"

#include <stdbool.h>

struct extra {
    int type;
    sqlite3_int64 bits;  /* of a number */
    sqlite3_value *copy; /* of a question, and of what is no number; else NULL */
};

/* Keeps the value; sqlite3_value_free() the copy. */
int extra_keep(struct extra *extra, sqlite3_value *value, bool is_question);

/* SQLITE_OK for the same value of the same type, whatever the encoding of a text;
 * SQLITE_MISMATCH for another one, or SQLITE_NOMEM.  Called for every row. */
int extra_compare(const struct extra *extra, sqlite3_value *value);

#endif
