/*
 * Replies are written with sqlite3_str, which remembers that memory ran out, so the
 * writers need not look.
 */
#include "json.h"

#include "decimal.h"
#include "utf8.h"

#include <string.h>

enum { JSON_SUBTYPE = 'J' };

static bool json_is_plain(uint8_t byte)
{
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

static void json_append_escape(sqlite3_str *out, uint8_t byte)
{
    if (byte == '"' || byte == '\\') {
        sqlite3_str_appendf(out, "\\%c", byte);
    } else {
        sqlite3_str_appendf(out, "\\u%04x", byte);
    }
}

/* How many bytes from p on can stand in a JSON text as they are. */
static size_t json_plain_run(const uint8_t *p, size_t size)
{
    size_t run = 0;
    while (run < size) {
        size_t length = json_is_plain(p[run]) ? 1
                        : p[run] < 0x80       ? 0
                                              : utf8_sequence(p + run, size - run);
        if (length == 0) {
            break;
        }
        run += length;
    }
    return run;
}

/* Bytes that are no UTF-8 become U+FFFD: JSON has no other way to say it. */
static void json_append_text(sqlite3_str *out, const uint8_t *p, size_t size)
{
    sqlite3_str_append(out, "\"", 1);
    for (size_t at = 0; at < size;) {
        size_t run = json_plain_run(p + at, size - at);
        sqlite3_str_append(out, (const char *)p + at, (int)run);
        at += run;
        if (at < size && p[at] < 0x80) {
            json_append_escape(out, p[at++]);
        } else if (at < size) {
            sqlite3_str_appendall(out, "\xef\xbf\xbd");
            at++;
        }
    }
    sqlite3_str_append(out, "\"", 1);
}

static void json_append_hexadecimal(sqlite3_str *out, const uint8_t *p, size_t size)
{
    sqlite3_str_append(out, "\"", 1);
    while (size > 0) {
        char digits[512];
        size_t taken = size < sizeof digits / 2 ? size : sizeof digits / 2;
        for (size_t i = 0; i < taken; i++) {
            digits[2 * i] = "0123456789abcdef"[p[i] >> 4];
            digits[2 * i + 1] = "0123456789abcdef"[p[i] & 15];
        }
        sqlite3_str_append(out, digits, (int)(2 * taken));
        p += taken;
        size -= taken;
    }
    sqlite3_str_append(out, "\"", 1);
}

static void json_append_real(sqlite3_str *out, double value)
{
    if (value - value != 0) {
        sqlite3_str_appendall(out, value > 0 ? "9e999" : "-9e999");
    } else {
        sqlite3_str_appendall(out, decimal_write(value).text);
    }
}

/* A few bytes, put together here, since lists are made of many such and SQLite takes
 * each at the price of a call. */
struct json_piece {
    size_t size;
    char text[64];
};

static void json_piece_bytes(struct json_piece *piece, const char *text, size_t size)
{
    memcpy(piece->text + piece->size, text, size);
    piece->size += size;
}

/* What printf does, at a fraction of its price. */
static void json_piece_digits(struct json_piece *piece, uint64_t magnitude)
{
    char digits[20];
    size_t first = sizeof digits;
    do {
        digits[--first] = (char)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude > 0);
    json_piece_bytes(piece, digits + first, sizeof digits - first);
}

static void json_piece_append(sqlite3_str *out, const struct json_piece *piece)
{
    sqlite3_str_append(out, piece->text, (int)piece->size);
}

static void json_append_integer(sqlite3_str *out, int64_t value)
{
    struct json_piece piece;
    piece.size = 0;
    json_piece_bytes(&piece, "-", value < 0);
    json_piece_digits(&piece, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
    json_piece_append(out, &piece);
}

/* Whether a comma has to come next: no value ends like these. */
static bool json_is_second(sqlite3_str *out)
{
    int length = sqlite3_str_length(out);
    const char *text = sqlite3_str_value(out);
    char last = text && length > 0 ? text[length - 1] : '[';
    return last != '[' && last != '{' && last != ':';
}

static void json_separate(sqlite3_str *out)
{
    if (json_is_second(out)) {
        sqlite3_str_append(out, ",", 1);
    }
}

/* Begins with ,"key": or without the comma. */
static void json_piece_key(struct json_piece *piece, sqlite3_str *out, const char *key)
{
    size_t length = strlen(key);
    piece->size = 0;
    json_piece_bytes(piece, ",", json_is_second(out));
    json_piece_bytes(piece, "\"", 1);
    json_piece_bytes(piece, key, length < JSON_KEY_MOST ? length : JSON_KEY_MOST);
    json_piece_bytes(piece, "\":", 2);
}

void json_put_item(sqlite3_str *out, struct item item)
{
    json_separate(out);
    switch (item.kind) {
    case ITEM_INTEGER:
        json_append_integer(out, item_as_integer(item));
        break;
    case ITEM_WHOLE:
    case ITEM_REAL:
        json_append_real(out, item_as_real(item));
        break;
    case ITEM_TEXT:
        json_append_text(out, item.as.bytes, item.size);
        break;
    case ITEM_BLOB:
        json_append_hexadecimal(out, item.as.bytes, item.size);
        break;
    }
}

void json_put_real(sqlite3_str *out, double value)
{
    json_separate(out);
    json_append_real(out, value);
}

void json_put_word(sqlite3_str *out, const char *word)
{
    json_separate(out);
    sqlite3_str_appendall(out, word);
}

void json_put_key(sqlite3_str *out, const char *key)
{
    struct json_piece piece;
    json_piece_key(&piece, out, key);
    json_piece_append(out, &piece);
}

void json_put_integer_field(sqlite3_str *out, const char *key, uint64_t value)
{
    struct json_piece piece;
    json_piece_key(&piece, out, key);
    json_piece_digits(&piece, value);
    json_piece_append(out, &piece);
}

void json_put_real_field(sqlite3_str *out, const char *key, double value)
{
    json_put_key(out, key);
    json_put_real(out, value);
}

void json_put_text_field(sqlite3_str *out, const char *key, const char *value)
{
    json_put_key(out, key);
    json_append_text(out, (const uint8_t *)value, strlen(value));
}

void json_put_bool_field(sqlite3_str *out, const char *key, bool value)
{
    json_put_key(out, key);
    json_put_word(out, value ? "true" : "false");
}

sqlite3_str *json_open(struct call *call, const char *bracket)
{
    sqlite3_str *out = sqlite3_str_new(sqlite3_context_db_handle(call->ctx));
    sqlite3_str_appendall(out, bracket);
    return out;
}

int json_result(struct call *call, sqlite3_str *out, const char *bracket)
{
    sqlite3_str_appendall(out, bracket);
    int rc = sqlite3_str_errcode(out);
    int length = sqlite3_str_length(out);
    char *text = sqlite3_str_finish(out);
    if (rc == SQLITE_TOOBIG) {
        sqlite3_free(text);
        sqlite3_result_error_toobig(call->ctx);
        return SQLITE_OK;
    }
    if (rc != SQLITE_OK || !text) {
        sqlite3_free(text);
        return SQLITE_NOMEM;
    }
    sqlite3_result_text64(call->ctx, text, (sqlite3_uint64)length, sqlite3_free,
                          SQLITE_UTF8);
    sqlite3_result_subtype(call->ctx, JSON_SUBTYPE);
    return SQLITE_OK;
}

int json_result_interval(struct call *call, double estimate, double lower, double upper,
                         bool good)
{
    sqlite3_str *json = json_open(call, "{");
    json_put_real_field(json, "estimate", estimate);
    json_put_real_field(json, "lower", lower);
    json_put_real_field(json, "upper", upper);
    json_put_bool_field(json, "good", good);
    return json_result(call, json, "}");
}
