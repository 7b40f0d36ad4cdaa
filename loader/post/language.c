#include "language.h"

#include <string.h>

static bool language_is_code(const char *code, size_t size)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-_";
    return size >= 2 && size <= 35 && strspn(code, allowed) >= size;
}

static bool language_add(struct language_filter *filter, const char *code, size_t size)
{
    if (size == 3 && memcmp(code, "any", 3) == 0) {
        filter->any = true;
    } else if (size == 4 && memcmp(code, "null", 4) == 0) {
        filter->unknown = true;
    } else if (language_is_code(code, size)) {
        strings_add(&filter->codes, code, size);
    } else {
        return false;
    }
    return true;
}

bool language_read(struct language_filter *filter, const char *list)
{
    for (;;) {
        size_t size = strcspn(list, ",");
        if (!language_add(filter, list, size)) {
            return false;
        }
        if (list[size] == '\0') {
            return true;
        }
        list += size + 1;
    }
}

/* One character of a code: case does not matter, nor which dash it is. */
static char language_fold(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c == '_' ? '-' : c);
}

static bool language_matches(struct slice wanted, struct slice code)
{
    if (code.size < wanted.size) {
        return false;
    }
    for (size_t i = 0; i < wanted.size; i++) {
        if (language_fold(wanted.bytes[i]) != language_fold(code.bytes[i])) {
            return false;
        }
    }
    return code.size == wanted.size || language_fold(code.bytes[wanted.size]) == '-';
}

bool language_wants(const struct language_filter *filter, struct slice code)
{
    if (filter->any || code.size == 0) {
        return filter->any || filter->unknown;
    }
    for (size_t i = 0; i < filter->codes.count; i++) {
        if (language_matches(strings_get(&filter->codes, i), code)) {
            return true;
        }
    }
    return false;
}

void language_normalise(struct buffer *out, struct slice code)
{
    enum { REGION = 2, SCRIPT = 4 };
    size_t start = 0;
    out->size = 0;
    for (size_t p = 0; p <= code.size; p++) {
        if (p < code.size && language_fold(code.bytes[p]) != '-') {
            continue;
        }
        size_t size = p - start;
        bool first = start == 0;
        for (size_t i = start; i < p; i++) {
            char c = language_fold(code.bytes[i]);
            bool upper = !first && (size == REGION || (size == SCRIPT && i == start));
            buffer_append_byte(out, (char)(upper && c >= 'a' && c <= 'z' ? c - 32 : c));
        }
        if (p < code.size) {
            buffer_append_byte(out, '-');
        }
        start = p + 1;
    }
}

struct slice language_base(struct slice code)
{
    size_t size = 0;
    while (size < code.size && language_fold(code.bytes[size]) != '-') {
        size++;
    }
    return (struct slice){code.bytes, size};
}

void language_free(struct language_filter *filter)
{
    strings_free(&filter->codes);
    *filter = (struct language_filter){0};
}
