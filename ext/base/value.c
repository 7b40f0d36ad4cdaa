#include "value.h"

#include "decimal.h"
#include "show.h"

#include <stdarg.h>
#include <string.h>

int value_rare_item(struct call *call, struct input input, struct item *item)
{
    const void *bytes;
    switch (input.type) {
    case SQLITE_FLOAT:
        *item = item_real(sqlite3_value_double(input.value));
        return SQLITE_OK;
    case SQLITE_BLOB:
        bytes = sqlite3_value_blob(input.value);
        *item = item_blob(bytes, (uint32_t)sqlite3_value_bytes(input.value));
        return bytes || item->size == 0 ? SQLITE_OK : SQLITE_NOMEM;
    default:
        *item = item_blob(NULL, 0);
        return call_fail(call, "NULL is no item");
    }
}

void value_result(sqlite3_context *ctx, struct item item)
{
    switch (item.kind) {
    case ITEM_INTEGER:
        sqlite3_result_int64(ctx, item_as_integer(item));
        break;
    case ITEM_WHOLE:
    case ITEM_REAL:
        sqlite3_result_double(ctx, item_as_real(item));
        break;
    case ITEM_TEXT:
        sqlite3_result_text64(ctx, item.size ? (const char *)item.as.bytes : "",
                              item.size, SQLITE_TRANSIENT, SQLITE_UTF8);
        break;
    case ITEM_BLOB:
        sqlite3_result_blob64(ctx, item.size ? (const void *)item.as.bytes : "",
                              item.size, SQLITE_TRANSIENT);
        break;
    }
}

int value_result_count(struct call *call, double estimate)
{
    uint64_t count =
        estimate + 0.5 < (double)call->rows ? (uint64_t)(estimate + 0.5) : call->rows;
    sqlite3_result_int64(call->ctx, (sqlite3_int64)count);
    return SQLITE_OK;
}

/* ---- numbers ---- */

/* SQLite's white space. */
static bool value_is_space(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* The text without white space around it. */
static struct item value_trim(struct item text)
{
    while (text.size > 0 && value_is_space(text.as.bytes[0])) {
        text.as.bytes++;
        text.size--;
    }
    while (text.size > 0 && value_is_space(text.as.bytes[text.size - 1])) {
        text.size--;
    }
    return text;
}

/* False if the item is no number and says none. */
static bool value_to_number(struct item item, struct item *number)
{
    struct decimal decimal;
    *number = item;
    if (item.kind != ITEM_TEXT) {
        return item_is_number(item);
    }
    item = value_trim(item);
    if (item.size == 0 ||
        decimal_read(item.as.bytes, item.size, &decimal) != item.size) {
        return false;
    }
    *number =
        decimal.is_integer ? item_integer(decimal.integer) : item_real(decimal.real);
    return true;
}

int value_numeric(struct call *call, struct input input, struct item *number)
{
    struct item item;
    if (input.type == SQLITE_NULL) {
        return SQLITE_MISMATCH;
    }
    int rc = value_item(call, input, &item);
    return rc == SQLITE_OK && !value_to_number(item, number) ? SQLITE_MISMATCH : rc;
}

/* "WANTED, not GIVEN" and advice: strings from SQLite, which go, and are NULL when
 * memory ran out. */
static int value_fail(struct call *call, char *wanted, char *given, char *advice)
{
    int rc = wanted && given && advice
                 ? call_fail(call, "%s, not %s%s", wanted, given, advice)
                 : SQLITE_NOMEM;
    sqlite3_free(wanted);
    sqlite3_free(given);
    sqlite3_free(advice);
    return rc;
}

int value_word(sqlite3_value *value, const char *const *words, int *number)
{
    bool is_text = sqlite3_value_type(value) == SQLITE_TEXT;
    const char *text = is_text ? (const char *)sqlite3_value_text(value) : NULL;
    *number = -1;
    if (is_text && !text) {
        return SQLITE_NOMEM;
    }
    /* A text may go on behind a NUL. */
    bool is_whole = is_text && strlen(text) == (size_t)sqlite3_value_bytes(value);
    for (int i = 0; is_whole && *number < 0 && words[i]; i++) {
        *number = sqlite3_stricmp(text, words[i]) == 0 ? i : -1;
    }
    return SQLITE_OK;
}

int value_refuse(struct call *call, sqlite3_value *value, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *wanted = sqlite3_vmprintf(format, arguments);
    va_end(arguments);
    return value_fail(call, wanted, show_value(value), sqlite3_mprintf(""));
}

/* What to write where an empty text stands for nothing. */
static char *value_advice(struct item item, const char *name)
{
    if (item.kind != ITEM_TEXT || value_trim(item).size > 0) {
        return sqlite3_mprintf("");
    }
    return sqlite3_mprintf(item.size > 0 ? "; leave it out with nullif(trim(%s), '')"
                                         : "; leave it out with nullif(%s, '')",
                           name);
}

static bool value_is_whole(struct item number)
{
    return number.kind == ITEM_INTEGER || number.kind == ITEM_WHOLE;
}

int value_whole(struct call *call, sqlite3_value *value, const char *name,
                sqlite3_int64 least, sqlite3_int64 most, sqlite3_int64 *out)
{
    struct item number;
    *out = 0;
    int rc = value_numeric(call, value_input(value), &number);
    if (rc == SQLITE_OK && value_is_whole(number)) {
        *out = item_as_integer(number);
        if (*out >= least && *out <= most) {
            return SQLITE_OK;
        }
    }
    return rc == SQLITE_NOMEM
               ? rc
               : value_refuse(call, value, "%s must be %lld..%lld", name, least, most);
}

/* False if the item is, or says, no finite number. */
static bool value_to_finite(struct item item, double *out)
{
    struct item number;
    *out = 0;
    if (!value_to_number(item, &number)) {
        return false;
    }
    *out = number.kind == ITEM_INTEGER ? (double)item_as_integer(number)
                                       : item_as_real(number);
    return *out - *out == 0;
}

/* `advice` is a string from SQLite, which goes. */
static int value_refuse_number(struct call *call, struct item item, const char *name,
                               char *advice)
{
    struct item number;
    const char *kind = value_to_number(item, &number) ? "finite " : "";
    return value_fail(call, sqlite3_mprintf("%s must be a %snumber", name, kind),
                      show_item(item), advice);
}

int value_item_number(struct call *call, struct item item, const char *name,
                      double *out)
{
    return value_to_finite(item, out)
               ? SQLITE_OK
               : value_refuse_number(call, item, name, sqlite3_mprintf(""));
}

static int value_finite(struct call *call, struct input input, const char *name,
                        bool may_be_left_out, double *out)
{
    struct item item;
    *out = 0;
    if (value_is_number(input, out)) {
        return SQLITE_OK;
    }
    if (input.type == SQLITE_NULL) {
        return call_fail(call, "%s must be a number, not NULL", name);
    }
    int rc = value_item(call, input, &item);
    if (rc != SQLITE_OK || value_to_finite(item, out)) {
        return rc;
    }
    return value_refuse_number(call, item, name,
                               may_be_left_out ? value_advice(item, name)
                                               : sqlite3_mprintf(""));
}

int value_rare_number(struct call *call, struct input input, const char *name,
                      double *out)
{
    return value_finite(call, input, name, false, out);
}

int value_row_number(struct call *call, struct input input, const char *name,
                     double *out)
{
    return value_finite(call, input, name, true, out);
}

int value_weight(struct call *call, struct input input, uint64_t *out)
{
    struct item item;
    struct item number;
    int rc = value_item(call, input, &item);
    if (rc != SQLITE_OK) {
        return rc;
    }
    bool is_number = value_to_number(item, &number);
    if (is_number && value_is_whole(number) && item_as_integer(number) >= 0) {
        *out = (uint64_t)item_as_integer(number);
        return SQLITE_OK;
    }
    double real = is_number ? item_as_real(number) : 0;
    bool is_fraction = is_number && number.kind == ITEM_REAL && real > 0 && real < 1e15;
    return value_fail(
        call, sqlite3_mprintf("the weight must be a whole number >= 0"),
        show_item(item),
        is_fraction ? sqlite3_mprintf("; multiply and round it, as in round(w * 100)")
                    : value_advice(item, "w"));
}

int value_real_weight(struct call *call, struct input input, double least, double most,
                      double *out)
{
    struct item item;
    *out = -1;
    int rc = value_item(call, input, &item);
    if (rc != SQLITE_OK || (value_to_finite(item, out) &&
                            (*out == 0 || (*out >= least && *out <= most)))) {
        return rc;
    }
    return value_fail(call,
                      sqlite3_mprintf("the weight must be 0 or %g..%g", least, most),
                      show_item(item), value_advice(item, "w"));
}
