#include "extra.h"

#include <string.h>

static sqlite3_int64 extra_bits(sqlite3_value *value, int type)
{
    sqlite3_int64 bits = 0;
    if (type == SQLITE_INTEGER) {
        bits = sqlite3_value_int64(value);
    } else if (type == SQLITE_FLOAT) {
        double number = sqlite3_value_double(value);
        memcpy(&bits, &number, sizeof bits);
    }
    return bits;
}

static bool extra_is_number(int type)
{
    return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
}

int extra_keep(struct extra *extra, sqlite3_value *value, bool is_question)
{
    extra->type = sqlite3_value_type(value);
    extra->bits = extra_bits(value, extra->type);
    if (is_question || !extra_is_number(extra->type)) {
        extra->copy = sqlite3_value_dup(value);
        return extra->copy ? SQLITE_OK : SQLITE_NOMEM;
    }
    return SQLITE_OK;
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

__attribute__((noinline)) static int extra_compare_bytes(const struct extra *extra,
                                                         sqlite3_value *value)
{
    size_t now_size;
    size_t first_size;
    const void *now = extra_bytes(value, extra->type, &now_size);
    const void *first = extra_bytes(extra->copy, extra->type, &first_size);
    if (!now || !first) {
        return SQLITE_NOMEM;
    }
    return now_size == first_size && memcmp(now, first, now_size) == 0
               ? SQLITE_OK
               : SQLITE_MISMATCH;
}

int extra_compare(const struct extra *extra, sqlite3_value *value)
{
    int type = sqlite3_value_type(value);
    if (type != extra->type) {
        return SQLITE_MISMATCH;
    }
    if (extra_is_number(type)) {
        return extra_bits(value, type) == extra->bits ? SQLITE_OK : SQLITE_MISMATCH;
    }
    return type == SQLITE_NULL ? SQLITE_OK : extra_compare_bytes(extra, value);
}
