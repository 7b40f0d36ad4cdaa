/*
 * Table-valued functions, such as F_rows(sketch [, limit]) and F_by_rows(keyed), for
 * all families.
 *
 * An eponymous virtual table whose arguments are hidden columns, which say what was
 * given.  A NULL argument has no rows.
 */
#include "binding.h"

#include <string.h>

enum { ROWS_MAX_ARGUMENTS = ROWS_MAX_SKETCHES + 1 };
#define ROWS_NO_PLAN 1e99 /* the cost of what nobody should do */

/* A registered function; lives as long as the connection needs it. */
struct rows_function {
    const char *name;
    const struct sql_rows *rows;
    const struct family *family;
};

struct rows_table {
    sqlite3_vtab base; /* SQLite's part; has to be the first */
    sqlite3 *db;
    const struct rows_function *function;
};

struct rows_cursor {
    sqlite3_vtab_cursor base;
    sqlite3_value *arguments[ROWS_MAX_ARGUMENTS]; /* as they were given */
    void *sketches[ROWS_MAX_SKETCHES];
    void *rows;
    size_t count;
    size_t at;
};

/* "columns, sketch HIDDEN, k HIDDEN"; NULL when memory ran out. */
static char *rows_schema(const struct sql_rows *rows)
{
    sqlite3_str *out = sqlite3_str_new(NULL);
    sqlite3_str_appendf(out, "CREATE TABLE x(%s", rows->columns);
    for (const char *name = rows->arguments; *name;) {
        int length = (int)strcspn(name, ",");
        sqlite3_str_appendf(out, ", %.*s HIDDEN", length, name);
        name += length;
        name += strspn(name, ", ");
    }
    sqlite3_str_appendall(out, ")");
    return sqlite3_str_finish(out);
}

/* The name of the limit, which is the last argument. */
static const char *rows_limit(const struct sql_rows *rows)
{
    return strrchr(rows->arguments, ' ') + 1;
}

static int rows_connect(sqlite3 *db, void *data, int argc, const char *const *argv,
                        sqlite3_vtab **out, char **error)
{
    const struct rows_function *function = data;
    (void)argc;
    (void)argv;
    (void)error;
    char *schema = rows_schema(function->rows);
    struct rows_table *table = sqlite3_malloc64(sizeof *table);
    int rc = schema && table ? sqlite3_declare_vtab(db, schema) : SQLITE_NOMEM;
    sqlite3_free(schema);
    if (rc != SQLITE_OK) {
        sqlite3_free(table);
        return rc;
    }
    memset(table, 0, sizeof *table);
    table->db = db;
    table->function = function;
    if (sqlite3_libversion_number() >= 3031000) {
        sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    }
    *out = &table->base;
    return SQLITE_OK;
}

static int rows_disconnect(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

/* All arguments have to be known when the scan begins.  idxNum is 1 when the sketches
 * are there, and perhaps a limit.  A plan without them fails when it runs, and not
 * here, since SQLite also asks for plans that it need not take: for each term of an OR.
 */
static int rows_best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
    const struct rows_table *table = (const struct rows_table *)base;
    const struct sql_rows *rows = table->function->rows;
    int place[ROWS_MAX_ARGUMENTS] = {-1, -1, -1};
    for (int i = 0; i < info->nConstraint; i++) {
        const struct sqlite3_index_constraint *constraint = &info->aConstraint[i];
        int argument = constraint->iColumn - rows->column_count;
        if (argument < 0 || constraint->op != SQLITE_INDEX_CONSTRAINT_EQ) {
            continue;
        }
        if (!constraint->usable) {
            return SQLITE_CONSTRAINT; /* another order of the join will do */
        }
        place[argument] = i;
    }
    for (int argument = 0; argument < rows->sketches; argument++) {
        if (place[argument] < 0) {
            info->estimatedCost = ROWS_NO_PLAN;
            return SQLITE_OK;
        }
    }
    int given = 0;
    for (int argument = 0; argument < ROWS_MAX_ARGUMENTS; argument++) {
        if (place[argument] >= 0) {
            info->aConstraintUsage[place[argument]].argvIndex = ++given;
            info->aConstraintUsage[place[argument]].omit = 1;
        }
    }
    info->idxNum = 1;
    info->estimatedCost = 100;
    info->estimatedRows = 100;
    return SQLITE_OK;
}

static int rows_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    (void)table;
    struct rows_cursor *cursor = sqlite3_malloc64(sizeof *cursor);
    if (!cursor) {
        return SQLITE_NOMEM;
    }
    memset(cursor, 0, sizeof *cursor);
    *out = &cursor->base;
    return SQLITE_OK;
}

static void rows_clear(struct rows_cursor *cursor, const struct family *family)
{
    for (int i = 0; i < ROWS_MAX_ARGUMENTS; i++) {
        sqlite3_value_free(cursor->arguments[i]);
        cursor->arguments[i] = NULL;
    }
    sqlite3_free(cursor->rows);
    for (int i = 0; i < ROWS_MAX_SKETCHES; i++) {
        family->ops->free(cursor->sketches[i]);
        cursor->sketches[i] = NULL;
    }
    cursor->rows = NULL;
    cursor->count = 0;
    cursor->at = 0;
}

static int rows_close(sqlite3_vtab_cursor *base)
{
    struct rows_cursor *cursor = (struct rows_cursor *)base;
    rows_clear(cursor, ((struct rows_table *)base->pVtab)->function->family);
    sqlite3_free(cursor);
    return SQLITE_OK;
}

/* Lists the rows that the bytes of the sketch hold, in the copy that the cursor keeps.
 */
static bool rows_list_stored(struct rows_cursor *cursor, const struct sql_rows *rows,
                             sqlite3_int64 limit)
{
    sqlite3_value *stored = cursor->arguments[0];
    if (!rows->list_stored || sqlite3_value_type(stored) != SQLITE_BLOB) {
        return false;
    }
    const void *bytes = sqlite3_value_blob(stored);
    size_t size = (size_t)sqlite3_value_bytes(stored);
    return bytes &&
           rows->list_stored(bytes, size, limit, &cursor->rows, &cursor->count);
}

static int rows_list(struct call *call, struct rows_cursor *cursor,
                     const struct rows_function *function, int argc,
                     sqlite3_value **argv)
{
    const struct sql_rows *rows = function->rows;
    sqlite3_int64 limit = -1;
    int rc = SQLITE_OK;
    for (int i = 0; rc == SQLITE_OK && i < argc; i++) {
        cursor->arguments[i] = sqlite3_value_dup(argv[i]);
        rc = cursor->arguments[i] ? SQLITE_OK : SQLITE_NOMEM;
    }
    if (rc == SQLITE_OK && argc > rows->sketches) {
        rc = value_whole(call, argv[rows->sketches], rows_limit(rows), 1,
                         rows->limit_most, &limit);
    }
    if (rc == SQLITE_OK && rows->list_image) {
        return rows->list_image(call, function->family, cursor->arguments[0],
                                &cursor->rows, &cursor->count);
    }
    if (rc == SQLITE_OK && rows_list_stored(cursor, rows, limit)) {
        return SQLITE_OK;
    }
    for (int i = 0; rc == SQLITE_OK && i < rows->sketches; i++) {
        rc = family_load(call, function->family, argv[i], &cursor->sketches[i]);
    }
    if (rc == SQLITE_OK) {
        rc = rows->list(call, cursor->sketches, limit, &cursor->rows, &cursor->count);
    }
    return rc;
}

/* Hands the message of a call that failed to SQLite. */
static int rows_conclude(struct rows_table *table, struct call *call, int rc)
{
    if (rc != SQLITE_OK) {
        sqlite3_free(table->base.zErrMsg);
        table->base.zErrMsg = call->message;
    }
    return rc;
}

/* Says how a table is written whose sketches were not given. */
static int rows_refuse_plan(struct call *call, const struct sql_rows *rows)
{
    const char *limit = rows->limit_most > 0 ? rows_limit(rows) : NULL;
    int length = limit ? (int)(limit - rows->arguments) - (int)strlen(", ")
                       : (int)strlen(rows->arguments);
    return call_fail(call, "needs %s, as in %s(%.*s)",
                     rows->sketches > 1 ? "two sketches" : "a sketch", call->name,
                     length, rows->arguments);
}

static int rows_filter(sqlite3_vtab_cursor *base, int plan, const char *none, int argc,
                       sqlite3_value **argv)
{
    struct rows_cursor *cursor = (struct rows_cursor *)base;
    struct rows_table *table = (struct rows_table *)base->pVtab;
    const struct rows_function *function = table->function;
    struct call call = {.name = function->name, .db = table->db};
    (void)none;
    rows_clear(cursor, function->family);
    if (plan == 0) {
        return rows_conclude(table, &call, rows_refuse_plan(&call, function->rows));
    }
    for (int i = 0; i < argc; i++) {
        if (sqlite3_value_type(argv[i]) == SQLITE_NULL) {
            return SQLITE_OK;
        }
    }
    int rc = rows_list(&call, cursor, function, argc, argv);
    if (rc != SQLITE_OK) {
        rows_clear(cursor, function->family);
    }
    return rows_conclude(table, &call, rc);
}

static int rows_next(sqlite3_vtab_cursor *base)
{
    ((struct rows_cursor *)base)->at++;
    return SQLITE_OK;
}

static int rows_eof(sqlite3_vtab_cursor *base)
{
    const struct rows_cursor *cursor = (const struct rows_cursor *)base;
    return cursor->at >= cursor->count;
}

static int rows_column(sqlite3_vtab_cursor *base, sqlite3_context *ctx, int column)
{
    const struct rows_cursor *cursor = (const struct rows_cursor *)base;
    const struct sql_rows *rows = ((struct rows_table *)base->pVtab)->function->rows;
    if (column < rows->column_count) {
        rows->column(ctx, cursor->rows, cursor->at, column);
    } else if (cursor->arguments[column - rows->column_count]) {
        sqlite3_result_value(ctx, cursor->arguments[column - rows->column_count]);
    }
    return SQLITE_OK;
}

static int rows_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid)
{
    *rowid = (sqlite3_int64)((const struct rows_cursor *)base)->at + 1;
    return SQLITE_OK;
}

static const sqlite3_module rows_module = {
    .xConnect = rows_connect,
    .xBestIndex = rows_best_index,
    .xDisconnect = rows_disconnect,
    .xOpen = rows_open,
    .xClose = rows_close,
    .xFilter = rows_filter,
    .xNext = rows_next,
    .xEof = rows_eof,
    .xColumn = rows_column,
    .xRowid = rows_rowid,
};

int rows_register(sqlite3 *db, const char *name, const struct sql_rows *rows,
                  const struct family *family)
{
    struct rows_function *function = sqlite3_malloc64(sizeof *function);
    if (!function) {
        return SQLITE_NOMEM;
    }
    *function = (struct rows_function){name, rows, family};
    int rc = sqlite3_create_module_v2(db, name, &rows_module, function, sqlite3_free);
    /* Old versions do not register a module again; ours is there, then. */
    return rc == SQLITE_MISUSE && sqlite3_libversion_number() < 3031000 ? SQLITE_OK
                                                                        : rc;
}
