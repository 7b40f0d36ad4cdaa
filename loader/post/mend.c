#include "mend.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <unistr.h>

#include "json_escape.h"

static const char mend_escape[] = "\\ufffd";

/* Each of these appends what it takes from the front, and says how much that was. */

static size_t mend_escaped(struct buffer *out, const char *p, const char *end)
{
    if (end - p < 2) {
        buffer_append_byte(out, *p);
        return 1;
    }
    bool lone;
    size_t size = json_escape_size(p, end, &lone);
    if (lone || json_escape_unit(p, end) == 0) {
        buffer_append_text(out, mend_escape);
    } else {
        buffer_append(out, p, size);
    }
    return size;
}

static size_t mend_beyond_ascii(struct buffer *out, const char *p, const char *end)
{
    ucs4_t c;
    int width = u8_mbtouc(&c, (const uint8_t *)p, (size_t)(end - p));
    if (c == 0xfffd) { /* also what bad bytes are read as */
        buffer_append_text(out, mend_escape);
    } else {
        buffer_append(out, p, (size_t)width);
    }
    return (size_t)width;
}

/* A string with its quotation marks, or what there is of it. */
static size_t mend_string(struct buffer *out, const char *start, const char *end)
{
    const char *p = start + 1;
    buffer_append_byte(out, '"');
    while (p < end && *p != '"') {
        unsigned char c = (unsigned char)*p;
        if (c == '\\') {
            p += mend_escaped(out, p, end);
        } else if (c >= 0x80) {
            p += mend_beyond_ascii(out, p, end);
        } else if (c < ' ') {
            buffer_append_text(out, mend_escape);
            p++;
        } else {
            buffer_append_byte(out, *p++);
        }
    }
    if (p < end) {
        buffer_append_byte(out, *p++);
    }
    return (size_t)(p - start);
}

static bool mend_is_of_number(char c)
{
    return (c >= '0' && c <= '9') || (c && strchr("+-.eE", c));
}

static bool mend_number_fits(const char *number)
{
    errno = 0;
    if (number[strspn(number, "-0123456789")] == '\0') {
        strtoll(number, NULL, 10);
        return errno != ERANGE;
    }
    return isfinite(strtod(number, NULL));
}

static size_t mend_number(struct buffer *out, const char *start, const char *end)
{
    struct buffer number = {0};
    const char *p = start;
    while (p < end && mend_is_of_number(*p)) {
        p++;
    }
    buffer_append(&number, start, (size_t)(p - start));
    buffer_append_text(out,
                       mend_number_fits(buffer_text(&number)) ? number.bytes : "null");
    buffer_free(&number);
    return (size_t)(p - start);
}

void mend_json(struct buffer *out, struct slice json)
{
    const char *p = json.bytes;
    const char *end = json.bytes + json.size;
    while (p < end) {
        if (*p == '"') {
            p += mend_string(out, p, end);
        } else if (*p == '-' || (*p >= '0' && *p <= '9')) {
            p += mend_number(out, p, end);
        } else {
            buffer_append_byte(out, *p++);
        }
    }
}
