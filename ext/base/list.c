#include "list.h"

#include "decimal.h"
#include "interrupt.h"
#include "utf8.h"
#include "value.h"

#include <string.h>

static const char *list_text(sqlite3_value *value)
{
    const char *text = (const char *)sqlite3_value_text(value);
    return text ? text + strspn(text, " \t\r\n") : NULL;
}

bool list_looks_like_one(sqlite3_value *value)
{
    if (sqlite3_value_type(value) != SQLITE_TEXT) {
        return false;
    }
    const char *text = list_text(value);
    return text && *text == '[';
}

static int list_fail(struct call *call, const struct list *list, const char *what)
{
    return call_fail(call, "%s is no JSON array of numbers and texts: %s at byte %lld",
                     list->name, what, (sqlite3_int64)list->at + 1);
}

/* The byte that is next, or 0 at the end; a zero byte means nothing in JSON either. */
static uint8_t list_peek(const struct list *list)
{
    return list->at < list->size ? list->text[list->at] : 0;
}

/* The list goes on with nothing that could stand here. */
static int list_unexpected(struct call *call, const struct list *list,
                           const char *missing)
{
    uint8_t next = list_peek(list);
    return list_fail(call, list,
                     list->at >= list->size       ? "the end"
                     : next == '[' || next == '{' ? "an array or object inside"
                                                  : missing);
}

static void list_skip_space(struct list *list)
{
    while (list->at < list->size && strchr(" \t\r\n", list->text[list->at]) &&
           list->text[list->at]) {
        list->at++;
    }
}

int list_open(struct call *call, struct list *list, const char *name,
              sqlite3_value *value)
{
    *list = (struct list){.name = name};
    if (sqlite3_value_type(value) == SQLITE_TEXT && !sqlite3_value_text(value)) {
        return SQLITE_NOMEM;
    }
    if (!list_looks_like_one(value)) {
        return value_refuse(call, value, "%s must be a JSON array such as '[1, 2]'",
                            name);
    }
    list->text = sqlite3_value_text(value);
    list->size = (size_t)sqlite3_value_bytes(value);
    list_skip_space(list);
    list->at++;
    return SQLITE_OK;
}

void list_close(struct list *list)
{
    sqlite3_free(list->scratch);
    list->scratch = NULL;
}

/* ---- numbers and words ---- */

static size_t list_digits(const struct list *list, size_t at)
{
    size_t digits = 0;
    while (at + digits < list->size && list->text[at + digits] >= '0' &&
           list->text[at + digits] <= '9') {
        digits++;
    }
    return digits;
}

/* The length of the number as the grammar has it; 0 if there is none. */
static size_t list_number_length(const struct list *list)
{
    size_t at = list->at + (list_peek(list) == '-');
    size_t digits = list_digits(list, at);
    if (digits == 0 || (digits > 1 && list->text[at] == '0')) {
        return 0;
    }
    at += digits;
    if (at < list->size && list->text[at] == '.') {
        digits = list_digits(list, at + 1);
        if (digits == 0) {
            return 0;
        }
        at += 1 + digits;
    }
    if (at < list->size && (list->text[at] == 'e' || list->text[at] == 'E')) {
        at++;
        at += at < list->size && (list->text[at] == '-' || list->text[at] == '+');
        digits = list_digits(list, at);
        if (digits == 0) {
            return 0;
        }
        at += digits;
    }
    return at - list->at;
}

static int list_take_number(struct call *call, struct list *list, struct item *item)
{
    struct decimal number;
    size_t length = list_number_length(list);
    if (length == 0) {
        return list_fail(call, list, "no number");
    }
    decimal_read(list->text + list->at, length, &number);
    *item = number.is_integer ? item_integer(number.integer) : item_real(number.real);
    list->at += length;
    return SQLITE_OK;
}

static bool list_take_word(struct list *list, const char *word)
{
    size_t length = strlen(word);
    bool found = list->size - list->at >= length &&
                 memcmp(list->text + list->at, word, length) == 0;
    list->at += found ? length : 0;
    return found;
}

/* ---- texts ---- */

/* Four hexadecimal digits at this place, or UINT32_MAX. */
static uint32_t list_hexadecimal(const struct list *list, size_t at)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    uint32_t value = 0;
    for (size_t i = 0; i < 4; i++) {
        uint8_t byte = at + i < list->size ? list->text[at + i] : 0;
        const char *digit = byte ? strchr(digits, byte) : NULL;
        if (!digit) {
            return UINT32_MAX;
        }
        value = value << 4 | (uint32_t)((digit - digits) % 16);
    }
    return value;
}

/* The code point that \u stands before, and perhaps another \u. */
static int list_take_unicode(struct call *call, struct list *list, uint32_t *code)
{
    uint32_t low = 0;
    *code = list_hexadecimal(list, list->at + 2);
    if (*code == UINT32_MAX) {
        return list_fail(call, list, "an unknown escape");
    }
    bool is_surrogate = *code >= 0xd800 && *code < 0xe000;
    if (is_surrogate && *code < 0xdc00 && list->size - list->at >= 12 &&
        memcmp(list->text + list->at + 6, "\\u", 2) == 0) {
        low = list_hexadecimal(list, list->at + 8);
    }
    if (is_surrogate && (low < 0xdc00 || low >= 0xe000)) {
        return list_fail(call, list, "a lone surrogate");
    }
    list->at += is_surrogate ? 12 : 6;
    if (is_surrogate) {
        *code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
    }
    return SQLITE_OK;
}

/* What the backslash stands before; it becomes no longer. */
static int list_take_escape(struct call *call, struct list *list, uint8_t *out,
                            size_t *size)
{
    static const char names[] = "\"\\/bfnrt";
    static const char meant[] = "\"\\/\b\f\n\r\t";
    uint8_t name = list->at + 1 < list->size ? list->text[list->at + 1] : 0;
    uint32_t code;
    if (name == 'u') {
        int rc = list_take_unicode(call, list, &code);
        *size += rc == SQLITE_OK ? utf8_put(out + *size, code) : 0;
        return rc;
    }
    const char *found = name ? strchr(names, name) : NULL;
    if (!found) {
        return list_fail(call, list, "an unknown escape");
    }
    out[(*size)++] = (uint8_t)meant[found - names];
    list->at += 2;
    return SQLITE_OK;
}

/* Goes on to the byte that ends a run of plain text: a quote or a backslash, if it is
 * a text as it should be. */
static int list_skip_plain(struct call *call, struct list *list)
{
    while (list->at < list->size) {
        uint8_t byte = list->text[list->at];
        if (byte == '"' || byte == '\\') {
            return SQLITE_OK;
        }
        if (byte < 0x20) {
            return list_fail(call, list, "a control character");
        }
        size_t length = utf8_sequence(list->text + list->at, list->size - list->at);
        if (length == 0) {
            return list_fail(call, list, "no UTF-8");
        }
        list->at += length;
    }
    return list_fail(call, list, "the end");
}

/* The rest of a text that has escapes, behind `size` bytes that had none. */
static int list_take_escaped(struct call *call, struct list *list, size_t start,
                             struct item *item)
{
    size_t size = list->at - start;
    int rc = SQLITE_OK;
    if (!list->scratch) {
        list->scratch = sqlite3_malloc64(list->size);
    }
    if (!list->scratch) {
        return SQLITE_NOMEM;
    }
    memcpy(list->scratch, list->text + start, size);
    while (rc == SQLITE_OK && list->text[list->at] != '"') {
        rc = list_take_escape(call, list, list->scratch, &size);
        size_t from = list->at;
        if (rc == SQLITE_OK) {
            rc = list_skip_plain(call, list);
        }
        memcpy(list->scratch + size, list->text + from, list->at - from);
        size += list->at - from;
    }
    *item = item_text(list->scratch, (uint32_t)size);
    return rc;
}

static int list_take_text(struct call *call, struct list *list, struct item *item)
{
    size_t start = ++list->at;
    int rc = list_skip_plain(call, list);
    if (rc == SQLITE_OK && list->text[list->at] == '"') {
        *item = item_text(list->text + start, (uint32_t)(list->at - start));
    } else if (rc == SQLITE_OK) {
        rc = list_take_escaped(call, list, start, item);
    }
    list->at++;
    return rc;
}

/* ---- the list ---- */

static int list_take_element(struct call *call, struct list *list,
                             struct list_element *element)
{
    uint8_t next = list_peek(list);
    *element = (struct list_element){false, item_integer(0)};
    if (next == '"') {
        return list_take_text(call, list, &element->item);
    }
    if (next == '-' || (next >= '0' && next <= '9')) {
        return list_take_number(call, list, &element->item);
    }
    if (list_take_word(list, "null")) {
        element->is_null = true;
        return SQLITE_OK;
    }
    if (list_take_word(list, "true")) {
        element->item = item_integer(1);
        return SQLITE_OK;
    }
    return list_take_word(list, "false") ? SQLITE_OK
                                         : list_unexpected(call, list, "no value");
}

static int list_finish(struct call *call, struct list *list)
{
    list->at++;
    list_skip_space(list);
    return list->at == list->size ? SQLITE_DONE
                                  : list_fail(call, list, "more than an array");
}

int list_next(struct call *call, struct list *list, struct list_element *element)
{
    list_skip_space(list);
    if (list_peek(list) == ']') {
        return list_finish(call, list);
    }
    if (list->count > 0) {
        if (list_peek(list) != ',') {
            return list_unexpected(call, list, "no comma or ]");
        }
        list->at++;
        list_skip_space(list);
    }
    if (++list->count > LIST_MAX) {
        return call_fail(call, "%s has more than %d elements", list->name,
                         (int)LIST_MAX);
    }
    if (list->count % INTERRUPT_EVERY == 0 && interrupt_is_asked(call)) {
        return SQLITE_INTERRUPT;
    }
    int rc = list_take_element(call, list, element);
    return rc == SQLITE_OK ? SQLITE_ROW : rc;
}
