/*
 * A registered function: the user data of the callbacks that SQLite calls, and what
 * they have in common.
 */
#ifndef BINDING_H
#define BINDING_H

#include "family.h"

enum { BINDING_MAX_INPUTS = 2 };

/* Lives as long as the connection needs it. */
struct binding {
    const struct sql_function *function;
    const struct family *family;
    const struct family *const *families; /* all there are, ending with NULL */
};

static inline const struct binding *binding_of(sqlite3_context *ctx)
{
    return sqlite3_user_data(ctx);
}

static inline struct call binding_call(const struct binding *binding,
                                       sqlite3_context *ctx)
{
    return (struct call){.name = binding->function->name, .ctx = ctx};
}

/* Whether rows with a NULL are rows to the function: a sketch that is NULL is none. */
static inline bool binding_counts_null(const struct binding *binding)
{
    return binding->family->counts_null && binding->function->verb != MERGE;
}

/* False when one of the inputs is NULL, so that the row does not count, unless it does
 * nevertheless. */
static inline bool binding_take_inputs(struct input *inputs, int count,
                                       sqlite3_value **values, bool counts_null)
{
    for (int i = 0; i < count; i++) {
        inputs[i] = value_input(values[i]);
        if (inputs[i].type == SQLITE_NULL && !counts_null) {
            return false;
        }
    }
    return true;
}

/* True when one of the questions is NULL, and so the answer. */
static inline bool binding_asks_null(int count, sqlite3_value **questions)
{
    for (int i = 0; i < count; i++) {
        if (sqlite3_value_type(questions[i]) == SQLITE_NULL) {
            return true;
        }
    }
    return false;
}

/* The answer. */
static inline int binding_reply(struct call *call, const struct binding *binding,
                                const void *sketch, int count,
                                sqlite3_value **questions)
{
    if (binding_asks_null(count, questions)) {
        return SQLITE_OK;
    }
    const struct sql_function *function = binding->function;
    return function->reply ? function->reply(call, sketch, count, questions)
           : function->verb == MERGE || function->verb == UNION
               ? family_reply_total(call, binding->family, sketch)
               : family_reply_sketch(call, binding->family, sketch);
}

/* Register one function of so many arguments.  SQLite frees the binding, also when it
 * refuses. */
int aggregate_register(sqlite3 *db, struct binding *binding, int args, int flags);
int scalar_register(sqlite3 *db, struct binding *binding, int args, int flags);

int by_register(sqlite3 *db, struct binding *binding, int args, int flags);

/* Registers a table-valued function of that name. */
int rows_register(sqlite3 *db, const char *name, const struct sql_rows *rows,
                  const struct family *family);

/* The rows of sketches with keys. */
extern const struct sql_rows by_rows;

#endif
