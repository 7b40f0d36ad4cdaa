#include "show.h"

#include "decimal.h"
#include "utf8.h"

#include <string.h>

enum { SHOW_BYTES = 40 };

/* Both sets of control characters, C0 and C1: terminals obey them. */
static bool show_is_control(const uint8_t *p)
{
    return p[0] < 0x20 || p[0] == 0x7f || (p[0] == 0xc2 && p[1] < 0xa0);
}

/* A text in quotes; what cannot be seen, and what is no UTF-8, as \x and two digits. */
static void show_text(sqlite3_str *out, const uint8_t *p, size_t size)
{
    size_t at = 0;
    sqlite3_str_appendchar(out, 1, '\'');
    while (at < size && at < SHOW_BYTES) {
        size_t length = utf8_sequence(p + at, size - at);
        if (length == 0 || show_is_control(p + at)) {
            length = length > 1 ? length : 1;
            for (size_t i = 0; i < length; i++) {
                sqlite3_str_appendf(out, "\\x%02x", p[at + i]);
            }
        } else {
            sqlite3_str_append(out, p[at] == '\'' ? "'" : "", p[at] == '\'');
            sqlite3_str_append(out, (const char *)p + at, (int)length);
        }
        at += length;
    }
    sqlite3_str_appendall(out, at < size ? "...'" : "'");
}

/* A list is called one: it may stand where none is wanted. */
static const char *show_class(struct item text)
{
    const uint8_t *p = text.as.bytes;
    size_t at = 0;
    while (at < text.size && memchr(" \t\r\n", p[at], 4)) {
        at++;
    }
    return at < text.size && p[at] == '[' ? "the list " : "the text ";
}

char *show_item(struct item item)
{
    sqlite3_str *out = sqlite3_str_new(NULL);
    double real;
    switch (item.kind) {
    case ITEM_INTEGER:
        sqlite3_str_appendf(out, "%lld", item_as_integer(item));
        break;
    case ITEM_WHOLE:
    case ITEM_REAL:
        real = item_as_real(item);
        sqlite3_str_appendall(out, real - real == 0 ? decimal_write(real).text
                                   : real > 0       ? "Inf"
                                                    : "-Inf");
        break;
    case ITEM_TEXT:
        sqlite3_str_appendall(out, show_class(item));
        show_text(out, item.as.bytes, item.size);
        break;
    case ITEM_BLOB:
        sqlite3_str_appendf(out, "a %u-byte BLOB", item.size);
        break;
    }
    return sqlite3_str_finish(out);
}

char *show_value(sqlite3_value *value)
{
    const void *text;
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
        return show_item(item_integer(sqlite3_value_int64(value)));
    case SQLITE_FLOAT:
        return show_item(item_real(sqlite3_value_double(value)));
    case SQLITE_TEXT:
        text = sqlite3_value_text(value);
        return text ? show_item(item_text(text, (uint32_t)sqlite3_value_bytes(value)))
                    : NULL;
    case SQLITE_BLOB:
        return show_item(item_blob(NULL, (uint32_t)sqlite3_value_bytes(value)));
    default:
        return sqlite3_mprintf("NULL");
    }
}
