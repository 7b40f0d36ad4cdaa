#include "extra.h"

#include "binding.h"
#include "show.h"

#include <string.h>

int extra_keep(struct extra *extra, sqlite3_value *value, bool is_question)
{
    *extra = (struct extra){.type = sqlite3_value_type(value)};
    if (extra->type == SQLITE_INTEGER) {
        extra->integer = sqlite3_value_int64(value);
    } else if (extra->type == SQLITE_FLOAT) {
        extra->real = sqlite3_value_double(value);
    } else {
        is_question = true; /* no number */
    }
    extra->copy = is_question ? sqlite3_value_dup(value) : NULL;
    return extra->copy || !is_question ? SQLITE_OK : SQLITE_NOMEM;
}

/* The bytes of a text are those of its UTF-8: SQLite turns one value into UTF-8 when
 * that is asked for, and leaves the next row's in the encoding of the database. */
static const void *extra_bytes(sqlite3_value *value, int type, size_t *size)
{
    const void *bytes = type == SQLITE_TEXT ? (const void *)sqlite3_value_text(value)
                                            : sqlite3_value_blob(value);
    *size = (size_t)sqlite3_value_bytes(value);
    return bytes || (*size == 0 && type == SQLITE_BLOB) ? (bytes ? bytes : "") : NULL;
}

int extra_compare(const struct extra *extra, sqlite3_value *value)
{
    size_t now_size;
    size_t first_size;
    if (sqlite3_value_type(value) != extra->type) {
        return SQLITE_MISMATCH;
    }
    if (extra->type == SQLITE_NULL) {
        return SQLITE_OK;
    }
    if (extra->type == SQLITE_INTEGER || extra->type == SQLITE_FLOAT) {
        return extra_is_number(extra, value) ? SQLITE_OK : SQLITE_MISMATCH;
    }
    const void *now = extra_bytes(value, extra->type, &now_size);
    const void *first = extra_bytes(extra->copy, extra->type, &first_size);
    if (!now || !first) {
        return SQLITE_NOMEM;
    }
    return now_size == first_size && memcmp(now, first, now_size) == 0
               ? SQLITE_OK
               : SQLITE_MISMATCH;
}

int extra_keep_all(struct extra extras[EXTRA_MOST], int first, int parameters, int argc,
                   sqlite3_value **argv)
{
    int rc = SQLITE_OK;
    for (int i = first; rc == SQLITE_OK && i < argc; i++) {
        rc = extra_keep(&extras[i - first], argv[i], i < parameters);
    }
    return rc;
}

void extra_drop_all(struct extra extras[EXTRA_MOST])
{
    for (int i = 0; i < EXTRA_MOST; i++) {
        sqlite3_value_free(extras[i].copy);
    }
}

/* The name of the argument at this place, out of "x, k, counters". */
static int extra_name(const struct sql_function *function, int place, const char **name)
{
    *name = function->arguments;
    while (place-- > 0) {
        *name += strcspn(*name, ",");
        *name += strspn(*name, ", ");
    }
    return (int)strcspn(*name, ",");
}

__attribute__((cold)) int extra_refuse_change(struct call *call, int place,
                                              sqlite3_value *value)
{
    const struct sql_function *function = binding_of(call->ctx)->function;
    const char *name;
    int length = extra_name(function, place, &name);
    char *given = show_value(value);
    int rc = given ? call_fail(call,
                               "%.*s must be the same in every row, but %s differs "
                               "from the first row's; the order is %s(%s)",
                               length, name, given, call->name, function->arguments)
                   : SQLITE_NOMEM;
    sqlite3_free(given);
    return rc;
}
