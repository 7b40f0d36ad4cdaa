#include "language.h"

#include <string.h>
#include <strings.h>

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

static bool language_matches(struct slice wanted, const char *code)
{
    for (size_t i = 0; i < wanted.size; i++) {
        char w = (char)(wanted.bytes[i] == '_' ? '-' : wanted.bytes[i]);
        char c = (char)(code[i] == '_' ? '-' : code[i]);
        if (strncasecmp(&w, &c, 1) != 0) {
            return false;
        }
    }
    char next = code[wanted.size];
    return next == '\0' || next == '-' || next == '_';
}

bool language_wants(const struct language_filter *filter, const char *code)
{
    if (filter->any || !code) {
        return filter->any || filter->unknown;
    }
    for (size_t i = 0; i < filter->codes.count; i++) {
        if (language_matches(strings_get(&filter->codes, i), code)) {
            return true;
        }
    }
    return false;
}

void language_free(struct language_filter *filter)
{
    strings_free(&filter->codes);
    *filter = (struct language_filter){0};
}
