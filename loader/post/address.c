#include "address.h"

#include <string.h>
#include <strings.h>

static size_t address_scheme(struct slice address)
{
    static const char *const schemes[] = {"https://", "http://"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        size_t size = strlen(schemes[i]);
        if (address.size > size && strncasecmp(address.bytes, schemes[i], size) == 0) {
            return size;
        }
    }
    return 0;
}

static bool address_is_end(char c)
{
    return c == '/' || c == '?' || c == '#' || c == '\\';
}

bool address_append_host(struct buffer *out, struct slice address)
{
    size_t start = address_scheme(address);
    if (start == 0) {
        return false;
    }
    size_t end = start;
    while (end < address.size && !address_is_end(address.bytes[end])) {
        start = address.bytes[end] == '@' ? end + 1 : start;
        end++;
    }
    bool bracketed = start < end && address.bytes[start] == '['; /* an IPv6 address */
    const char *close =
        bracketed ? memchr(address.bytes + start, ']', end - start) : NULL;
    const char *from = close ? close : address.bytes + start;
    const char *port =
        end > start ? memchr(from, ':', (size_t)(address.bytes + end - from)) : NULL;
    end = port ? (size_t)(port - address.bytes) : end;
    for (size_t i = start; i < end; i++) {
        char c = address.bytes[i];
        buffer_append_byte(out, (char)(c >= 'A' && c <= 'Z' ? c + 32 : c));
    }
    return end > start;
}
