/*
 * sketch_functions(name, arguments, kind, summary, example): an eponymous virtual table
 * with a row for each function and table of each family, out of the tables from which
 * they are registered.
 */
#include "functions.h"

#include "function_texts.h"

#include <string.h>

static const char functions_name[] = "sketch_functions";

enum functions_column {
    FUNCTIONS_NAME,
    FUNCTIONS_ARGUMENTS,
    FUNCTIONS_KIND,
    FUNCTIONS_SUMMARY,
    FUNCTIONS_EXAMPLE
};

struct functions_table {
    sqlite3_vtab base; /* SQLite's part; has to be the first */
    const struct family *const *families;
};

/* At a function of a family, then at one of its tables of rows, then at the next
 * family; last at this table, when there is no family left. */
struct functions_cursor {
    sqlite3_vtab_cursor base;
    const struct family *const *family;
    const struct sql_function *function; /* nameless: at a table of rows */
    const struct sql_rows *rows;         /* NULL or nameless: behind them */
    bool ended;
    sqlite3_int64 rowid;
};

static int functions_connect(sqlite3 *db, void *data, int argc, const char *const *argv,
                             sqlite3_vtab **out, char **error)
{
    (void)argc;
    (void)argv;
    (void)error;
    int rc = sqlite3_declare_vtab(
        db, "CREATE TABLE x(name TEXT, arguments TEXT, kind TEXT, summary TEXT, "
            "example TEXT)");
    if (rc != SQLITE_OK) {
        return rc;
    }
    struct functions_table *table = sqlite3_malloc64(sizeof *table);
    if (!table) {
        return SQLITE_NOMEM;
    }
    *table = (struct functions_table){.families = data};
    if (sqlite3_libversion_number() >= 3031000) {
        sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    }
    *out = &table->base;
    return SQLITE_OK;
}

static int functions_disconnect(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

static int functions_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    info->estimatedCost = 100;
    info->estimatedRows = 100;
    return SQLITE_OK;
}

static int functions_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    (void)table;
    struct functions_cursor *cursor = sqlite3_malloc64(sizeof *cursor);
    if (!cursor) {
        return SQLITE_NOMEM;
    }
    *cursor = (struct functions_cursor){.family = NULL};
    *out = &cursor->base;
    return SQLITE_OK;
}

static int functions_close(sqlite3_vtab_cursor *cursor)
{
    sqlite3_free(cursor);
    return SQLITE_OK;
}

/* Of several of one name, which differ in their number of arguments, the one that takes
 * most. */
static const struct sql_function *functions_last(const struct sql_function *function)
{
    while (function[1].name && strcmp(function[1].name, function->name) == 0) {
        function++;
    }
    return function;
}

/* Is there nothing where the cursor stands? */
static bool functions_is_between(const struct functions_cursor *cursor)
{
    return *cursor->family && !cursor->function->name &&
           (!cursor->rows || !cursor->rows->name);
}

static void functions_enter(struct functions_cursor *cursor,
                            const struct family *const *family)
{
    cursor->family = family;
    cursor->function = *family ? (*family)->functions : NULL;
    cursor->rows = *family ? (*family)->rows : NULL;
}

static int functions_next(sqlite3_vtab_cursor *base)
{
    struct functions_cursor *cursor = (struct functions_cursor *)base;
    cursor->rowid++;
    if (!*cursor->family) {
        cursor->ended = true;
    } else if (cursor->function->name) {
        cursor->function = functions_last(cursor->function) + 1;
    } else {
        cursor->rows++;
    }
    while (functions_is_between(cursor)) {
        functions_enter(cursor, cursor->family + 1);
    }
    return SQLITE_OK;
}

static int functions_filter(sqlite3_vtab_cursor *base, int plan, const char *none,
                            int argc, sqlite3_value **argv)
{
    struct functions_cursor *cursor = (struct functions_cursor *)base;
    (void)plan;
    (void)none;
    (void)argc;
    (void)argv;
    functions_enter(cursor, ((const struct functions_table *)base->pVtab)->families);
    cursor->ended = false;
    cursor->rowid = 1;
    return SQLITE_OK;
}

static int functions_eof(sqlite3_vtab_cursor *base)
{
    return ((const struct functions_cursor *)base)->ended;
}

/* "x [, k [, counters]]": those behind the first `required` need not be given; if that
 * is negative, all that are written there. */
static void functions_result_signature(sqlite3_context *ctx, const char *arguments,
                                       int required)
{
    sqlite3_str *out = sqlite3_str_new(NULL);
    int open = 0;
    for (int place = 0; *arguments; place++) {
        int length = (int)strcspn(arguments, ",");
        bool optional = required >= 0 && place >= required;
        sqlite3_str_appendf(out, "%s%s%s%.*s", optional && place > 0 ? " " : "",
                            optional ? "[" : "", place > 0 ? ", " : "", length,
                            arguments);
        open += optional;
        arguments += length;
        arguments += strspn(arguments, ", ");
    }
    sqlite3_str_appendchar(out, open, ']');
    if (sqlite3_str_errcode(out) != SQLITE_OK) {
        sqlite3_result_error_nomem(ctx);
    } else if (sqlite3_str_length(out) == 0) {
        sqlite3_result_text(ctx, "", 0, SQLITE_STATIC);
    } else {
        sqlite3_result_text(ctx, sqlite3_str_value(out), -1, SQLITE_TRANSIENT);
    }
    sqlite3_free(sqlite3_str_finish(out));
}

static const char *functions_kind(enum verb verb)
{
    switch (verb) {
    case BUILD:
    case MERGE:
    case BUILD_BY:
    case MERGE_BY:
        return "aggregate";
    case ROWS_BY:
        return "table";
    case UNION:
    case ADD:
    case ASK:
    case EMPTY:
    case PLAIN:
        break;
    }
    return "scalar";
}

/* What stands in the row: of a function, or of a table. */
struct functions_row {
    const char *name;
    const char *kind;
    const char *arguments;
    int required;
};

static struct functions_row functions_row(const struct functions_cursor *cursor)
{
    const struct sql_function *function = cursor->function;
    if (!*cursor->family) {
        return (struct functions_row){functions_name, "table", "", 0};
    }
    if (!function->name) {
        const struct sql_rows *rows = cursor->rows;
        return (struct functions_row){rows->name, "table", rows->arguments,
                                      rows->sketches};
    }
    return (struct functions_row){function->name, functions_kind(function->verb),
                                  functions_last(function)->arguments,
                                  function->min_args};
}

static int functions_column(sqlite3_vtab_cursor *base, sqlite3_context *ctx, int column)
{
    struct functions_row row = functions_row((const struct functions_cursor *)base);
    const struct function_text *text = function_text_find(row.name);
    switch (column) {
    case FUNCTIONS_NAME:
        sqlite3_result_text(ctx, row.name, -1, SQLITE_STATIC);
        break;
    case FUNCTIONS_ARGUMENTS:
        functions_result_signature(ctx, row.arguments, row.required);
        break;
    case FUNCTIONS_KIND:
        sqlite3_result_text(ctx, row.kind, -1, SQLITE_STATIC);
        break;
    case FUNCTIONS_SUMMARY:
    case FUNCTIONS_EXAMPLE:
        if (text) {
            sqlite3_result_text(
                ctx, column == FUNCTIONS_SUMMARY ? text->summary : text->example, -1,
                SQLITE_STATIC);
        }
        break;
    default:
        break;
    }
    return SQLITE_OK;
}

static int functions_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid)
{
    *rowid = ((const struct functions_cursor *)base)->rowid;
    return SQLITE_OK;
}

static const sqlite3_module functions_module = {
    .xConnect = functions_connect,
    .xBestIndex = functions_best_index,
    .xDisconnect = functions_disconnect,
    .xOpen = functions_open,
    .xClose = functions_close,
    .xFilter = functions_filter,
    .xNext = functions_next,
    .xEof = functions_eof,
    .xColumn = functions_column,
    .xRowid = functions_rowid,
};

int functions_register(sqlite3 *db, const struct family *const *families)
{
    int rc = sqlite3_create_module_v2(db, functions_name, &functions_module,
                                      (void *)(uintptr_t)families, NULL);
    /* Old versions do not register a module again; ours is there, then. */
    return rc == SQLITE_MISUSE && sqlite3_libversion_number() < 3031000 ? SQLITE_OK
                                                                        : rc;
}
