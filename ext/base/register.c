/* From the tables of a family to SQLite's. */
#include "binding.h"

static int register_one(sqlite3 *db, const struct family *family,
                        const struct family *const *families,
                        const struct sql_function *function, int args)
{
    int flags = SQLITE_UTF8 | SQLITE_INNOCUOUS;
    flags |= function->traits & IS_RANDOM ? 0 : SQLITE_DETERMINISTIC;
    flags |= function->traits & REPLIES_JSON ? SQLITE_RESULT_SUBTYPE : 0;
    struct binding *binding = sqlite3_malloc64(sizeof *binding);
    if (!binding) {
        return SQLITE_NOMEM;
    }
    *binding = (struct binding){function, family, families};
    switch (function->verb) {
    case BUILD:
    case MERGE:
        return aggregate_register(db, binding, args, flags);
    case BUILD_BY:
    case MERGE_BY:
        return by_register(db, binding, args, flags);
    case UNION:
    case ADD:
    case ASK:
    case EMPTY:
    case PLAIN:
    case ROWS_BY:
        break;
    }
    return scalar_register(db, binding, args, flags);
}

int family_register(sqlite3 *db, const struct family *family,
                    const struct family *const *families)
{
    int rc = SQLITE_OK;
    for (const struct sql_function *f = family->functions; rc == SQLITE_OK && f->name;
         f++) {
        if (f->verb == ROWS_BY) {
            rc = rows_register(db, f->name, &by_rows, family);
            continue;
        }
        for (int args = f->min_args; rc == SQLITE_OK && args <= f->max_args; args++) {
            rc = register_one(db, family, families, f, args);
        }
    }
    for (const struct sql_rows *rows = family->rows;
         rc == SQLITE_OK && rows && rows->name; rows++) {
        rc = rows_register(db, rows->name, rows, family);
    }
    return rc;
}
