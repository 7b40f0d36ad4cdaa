#include "value.h"

#include <stdarg.h>

int value_item(struct call *call, struct input input, struct item *item)
{
    const void *bytes;
    switch (input.type) {
    case SQLITE_INTEGER:
        *item = item_integer(sqlite3_value_int64(input.value));
        return SQLITE_OK;
    case SQLITE_FLOAT:
        *item = item_real(sqlite3_value_double(input.value));
        return SQLITE_OK;
    /* The pointer is fetched first: that may convert the value, and only then is the
     * size the right one. */
    case SQLITE_TEXT:
        bytes = sqlite3_value_text(input.value);
        *item = item_text(bytes, (uint32_t)sqlite3_value_bytes(input.value));
        return bytes ? SQLITE_OK : SQLITE_NOMEM;
    case SQLITE_BLOB:
        bytes = sqlite3_value_blob(input.value);
        *item = item_blob(bytes, (uint32_t)sqlite3_value_bytes(input.value));
        return bytes || item->size == 0 ? SQLITE_OK : SQLITE_NOMEM;
    default:
        *item = item_blob(NULL, 0);
        return call_fail(call, "NULL is no item");
    }
}

int value_hash(struct call *call, struct input input, struct hash *hash)
{
    struct item item;
    if (input.type == SQLITE_INTEGER) { /* as below, in fewer steps */
        *hash = hash_u64((uint64_t)sqlite3_value_int64(input.value));
        return SQLITE_OK;
    }
    int rc = value_item(call, input, &item);
    if (rc == SQLITE_OK) {
        *hash = item_hash(item);
    }
    return rc;
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

char *value_show(sqlite3_value *value)
{
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
        return sqlite3_mprintf("%lld", sqlite3_value_int64(value));
    case SQLITE_FLOAT:
        return sqlite3_mprintf("%!.15g", sqlite3_value_double(value));
    case SQLITE_TEXT:
        return sqlite3_mprintf("%!.40Q", (const char *)sqlite3_value_text(value));
    case SQLITE_BLOB:
        return sqlite3_mprintf("a %d-byte BLOB", sqlite3_value_bytes(value));
    default:
        return sqlite3_mprintf("NULL");
    }
}

/* Whether a number was given that is a whole one. */
static bool value_is_whole(struct input input, sqlite3_int64 *out)
{
    struct item item = {.kind = ITEM_BLOB};
    if (input.type == SQLITE_INTEGER) {
        item = item_integer(sqlite3_value_int64(input.value));
    } else if (input.type == SQLITE_FLOAT) {
        item = item_real(sqlite3_value_double(input.value));
    }
    bool whole = item.kind == ITEM_INTEGER || item.kind == ITEM_WHOLE;
    *out = whole ? item_as_integer(item) : 0;
    return whole;
}

int value_refuse(struct call *call, sqlite3_value *value, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *wanted = sqlite3_vmprintf(format, arguments);
    va_end(arguments);
    char *given = value_show(value);
    int rc =
        wanted && given ? call_fail(call, "%s, not %s", wanted, given) : SQLITE_NOMEM;
    sqlite3_free(wanted);
    sqlite3_free(given);
    return rc;
}

int value_whole(struct call *call, sqlite3_value *value, const char *name,
                sqlite3_int64 least, sqlite3_int64 most, sqlite3_int64 *out)
{
    if (value_is_whole(value_input(value), out) && *out >= least && *out <= most) {
        return SQLITE_OK;
    }
    return value_refuse(call, value, "%s must be %lld..%lld", name, least, most);
}

int value_number(struct call *call, struct input input, const char *name, double *out)
{
    *out = 0;
    if (input.type == SQLITE_INTEGER || input.type == SQLITE_FLOAT) {
        *out = sqlite3_value_double(input.value);
        if (*out - *out == 0) {
            return SQLITE_OK;
        }
    }
    return value_refuse(call, input.value, "%s must be a finite number", name);
}

int value_weight(struct call *call, struct input input, uint64_t *out)
{
    sqlite3_int64 weight;
    if (value_is_whole(input, &weight) && weight >= 0) {
        *out = (uint64_t)weight;
        return SQLITE_OK;
    }
    return value_refuse(call, input.value, "the weight must be a whole number >= 0");
}
