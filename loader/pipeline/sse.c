#include "sse.h"

#include <string.h>

static const char sse_mark[] = {'\xef', '\xbb', '\xbf'};

void sse_init(struct sse *sse, size_t limit, struct sse_listener listener)
{
    *sse = (struct sse){.listener = listener, .limit = limit, .retry_ms = -1};
}

void sse_restart(struct sse *sse)
{
    sse->line.size = sse->type.size = sse->data.size = 0;
    sse->mark = 0;
    sse->after_cr = sse->overflowed = sse->line_cut = false;
}

void sse_free(struct sse *sse)
{
    buffer_free(&sse->line);
    buffer_free(&sse->type);
    buffer_free(&sse->data);
    buffer_free(&sse->head);
}

/* The event is given up; `last` is what came of it after its data so far. */
static void sse_overflow(struct sse *sse, struct slice last)
{
    if (!sse->overflowed) {
        sse->oversized++;
        sse->head.size = 0;
        size_t kept = sse->data.size < SSE_HEAD ? sse->data.size : SSE_HEAD;
        size_t more = last.size < SSE_HEAD - kept ? last.size : SSE_HEAD - kept;
        buffer_append(&sse->head, sse->data.bytes, kept);
        buffer_append(&sse->head, last.bytes, more);
    }
    sse->overflowed = true;
    sse->data.size = 0;
}

static bool sse_dispatch(struct sse *sse)
{
    bool more = true;
    bool named = sse->type.size > 0;
    struct sse_event event = {
        .type = {named ? sse->type.bytes : "message", named ? sse->type.size : 7}};
    if (sse->overflowed) {
        event.data = (struct slice){sse->head.bytes, sse->head.size};
        more = !sse->listener.oversized ||
               sse->listener.oversized(sse->listener.ctx, &event);
    } else if (sse->data.size > 0) {
        event.data.bytes = sse->data.bytes;
        event.data.size = sse->data.size - 1; /* less the last line's LF */
        more = sse->listener.event(sse->listener.ctx, &event);
    }
    sse->overflowed = false;
    sse->type.size = sse->data.size = 0;
    return more;
}

static bool sse_is(struct slice field, const char *name)
{
    return field.size == strlen(name) && memcmp(field.bytes, name, field.size) == 0;
}

static void sse_retry(struct sse *sse, struct slice value)
{
    int64_t ms = 0;
    for (size_t i = 0; i < value.size; i++) {
        char c = value.bytes[i];
        if (c < '0' || c > '9' || ms > INT64_MAX / 10 - 1) {
            return;
        }
        ms = 10 * ms + (c - '0');
    }
    sse->retry_ms = value.size > 0 ? ms : sse->retry_ms;
}

static void sse_field(struct sse *sse, struct slice name, struct slice value)
{
    if (sse_is(name, "data")) {
        if (sse->data.size + value.size + 1 > sse->limit) {
            sse_overflow(sse, value);
            return;
        }
        buffer_append(&sse->data, value.bytes, value.size);
        buffer_append_byte(&sse->data, '\n');
    } else if (sse_is(name, "event")) {
        sse->type.size = 0;
        buffer_append(&sse->type, value.bytes, value.size);
    } else if (sse_is(name, "retry")) {
        sse_retry(sse, value);
    } else if (!sse_is(name, "id")) { /* which no server of posts would look up */
        sse->strays++;
    }
}

static bool sse_line(struct sse *sse, const char *line, size_t size)
{
    if (size == 0) {
        return sse_dispatch(sse);
    }
    const char *colon = memchr(line, ':', size);
    if (colon == line) {
        sse->comments++;
        return true;
    }
    if (sse->overflowed) {
        return true;
    }
    struct slice name = {line, colon ? (size_t)(colon - line) : size};
    struct slice value = {line + size, 0};
    if (colon) {
        value.bytes = colon + 1;
        value.size = size - name.size - 1;
    }
    if (value.size > 0 && value.bytes[0] == ' ') {
        value.bytes++;
        value.size--;
    }
    sse_field(sse, name, value);
    return true;
}

/* Keeps the part of a line that has come so far.  Of comments and of lines that
 * are dropped anyway the first byte is enough. */
static void sse_keep(struct sse *sse, const char *part, size_t size)
{
    if (size == 0) {
        return;
    }
    char first = sse->line.size > 0 ? sse->line.bytes[0] : part[0];
    if (first != ':' && sse->line.size + size > sse->limit) {
        bool begun = sse->line.size > 0;
        sse_overflow(sse, (struct slice){begun ? sse->line.bytes : part,
                                         begun ? sse->line.size : size});
    }
    sse->line_cut = sse->line_cut || first == ':' || sse->overflowed;
    if (sse->line_cut) {
        sse->line.size = 0;
        buffer_append_byte(&sse->line, first);
        return;
    }
    buffer_append(&sse->line, part, size);
}

static bool sse_end_line(struct sse *sse, const char *part, size_t size)
{
    /* The usual case needs no copy: the whole line is in the bytes just fed. */
    if (sse->line.size == 0 && size <= sse->limit) {
        return sse_line(sse, part, size);
    }
    sse_keep(sse, part, size);
    bool more = sse_line(sse, sse->line.bytes, sse->line.size);
    sse->line.size = 0;
    sse->line_cut = false;
    return more;
}

/* The first line end at or after `p`, or `end`.  CR is as rare as LF is common. */
static const char *sse_line_end(const char *p, const char *end)
{
    const char *lf = memchr(p, '\n', (size_t)(end - p));
    const char *last = lf ? lf : end;
    const char *cr = memchr(p, '\r', (size_t)(last - p));
    return cr ? cr : last;
}

static bool sse_lines(struct sse *sse, const char *bytes, size_t size)
{
    const char *end = bytes + size;
    const char *start = bytes;
    while (start < end) {
        const char *p = sse_line_end(start, end);
        if (p == end) {
            break;
        }
        bool second_half = *p == '\n' && sse->after_cr && p == start;
        sse->after_cr = *p == '\r';
        if (!second_half && !sse_end_line(sse, start, (size_t)(p - start))) {
            return false;
        }
        start = p + 1;
    }
    sse->after_cr = sse->after_cr && start == end;
    sse_keep(sse, start, (size_t)(end - start));
    return true;
}

bool sse_feed(struct sse *sse, const char *bytes, size_t size)
{
    while (sse->mark < sizeof sse_mark && size > 0) {
        if (*bytes == sse_mark[sse->mark]) {
            sse->mark++;
            bytes++;
            size--;
            continue;
        }
        unsigned matched = sse->mark;
        sse->mark = sizeof sse_mark;
        if (!sse_lines(sse, sse_mark, matched)) {
            return false;
        }
    }
    return sse_lines(sse, bytes, size);
}
