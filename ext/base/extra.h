/* Questions and parameters of an aggregate: as its first row gave them, and no other.
 */
#ifndef EXTRA_H
#define EXTRA_H

#include "call.h"

#include <stdbool.h>

enum { EXTRA_MOST = 4 }; /* of an aggregate */

struct extra {
    int type;
    sqlite3_int64 integer; /* of an INTEGER */
    double real;           /* of a REAL */
    sqlite3_value *copy;   /* of a question, and of what is no number; else NULL */
};

/* Keeps the value; sqlite3_value_free() the copy. */
int extra_keep(struct extra *extra, sqlite3_value *value, bool is_question);

/* SQLITE_OK for the same value of the same type, whatever the encoding of a text;
 * SQLITE_MISMATCH for another one, or SQLITE_NOMEM. */
int extra_compare(const struct extra *extra, sqlite3_value *value);

/* True for the same number of the same type.  Runs for every row. */
static inline bool extra_is_number(const struct extra *extra, sqlite3_value *value)
{
    if (sqlite3_value_type(value) != extra->type) {
        return false;
    }
    return extra->type == SQLITE_INTEGER
               ? sqlite3_value_int64(value) == extra->integer
               : extra->type == SQLITE_FLOAT &&
                     sqlite3_value_double(value) == extra->real;
}

/* Keeps the arguments from place `first` on; those before `parameters` are questions.
 */
int extra_keep_all(struct extra extras[EXTRA_MOST], int first, int parameters, int argc,
                   sqlite3_value **argv);

/* Gives back what all of them keep; zeroed ones keep nothing. */
void extra_drop_all(struct extra extras[EXTRA_MOST]);

/* Leaves the message that the argument at this place differs from the first row's. */
int extra_refuse_change(struct call *call, int place, sqlite3_value *value);

/* SQLITE_OK if all of them are as they were. */
static inline int extra_require_same(struct call *call, const struct extra *extras,
                                     int first, int argc, sqlite3_value **argv)
{
    for (int i = first; i < argc; i++) {
        int rc = extra_compare(&extras[i - first], argv[i]);
        if (rc != SQLITE_OK) {
            return rc == SQLITE_MISMATCH ? extra_refuse_change(call, i, argv[i]) : rc;
        }
    }
    return SQLITE_OK;
}

#endif
