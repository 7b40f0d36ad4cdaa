/*
 * A recursive descent over the text.  Each function takes what it names from the
 * front, and false ends it all.  What is not wanted is read with `out` NULL: it is
 * checked like the rest.
 */
#include "prune.h"

#include <string.h>

#include <unistr.h>

struct prune {
    const char *at;
    const char *end;
    int depth;
};

static void prune_blanks(struct prune *p)
{
    while (p->at < p->end &&
           (*p->at == ' ' || *p->at == '\n' || *p->at == '\t' || *p->at == '\r')) {
        p->at++;
    }
}

static bool prune_take(struct prune *p, char c)
{
    bool there = p->at < p->end && *p->at == c;
    p->at += there;
    return there;
}

static bool prune_digits(struct prune *p, int most)
{
    int count = 0;
    while (p->at < p->end && *p->at >= '0' && *p->at <= '9') {
        p->at++;
        count++;
    }
    return count > 0 && count <= most;
}

static bool prune_number(struct prune *p)
{
    enum { WHOLE = 18, FRACTION = 1 << 16, EXPONENT = 2 };
    prune_take(p, '-');
    bool whole = prune_take(p, '0') || prune_digits(p, WHOLE);
    if (whole && prune_take(p, '.')) {
        whole = prune_digits(p, FRACTION);
    }
    if (whole && (prune_take(p, 'e') || prune_take(p, 'E'))) {
        if (!prune_take(p, '-')) {
            prune_take(p, '+');
        }
        whole = prune_digits(p, EXPONENT);
    }
    return whole;
}

static int prune_hex(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char lower = (char)(c | 32);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The code unit of the escape \uXXXX at `p`, -1 if there is none. */
static int prune_unit(const char *p, const char *end)
{
    if (end - p < 6 || p[0] != '\\' || p[1] != 'u') {
        return -1;
    }
    int unit = 0;
    for (int i = 2; i < 6; i++) {
        int digit = prune_hex(p[i]);
        if (digit < 0) {
            return -1;
        }
        unit = unit << 4 | digit;
    }
    return unit;
}

static bool prune_is_low(int unit) { return unit >= 0xdc00 && unit <= 0xdfff; }

static bool prune_is_surrogate(int unit) { return unit >= 0xd800 && unit <= 0xdfff; }

/* How many bytes the escaped character at `p` takes; *lone: it is half of a pair. */
static size_t prune_escaped(const char *p, const char *end, bool *lone)
{
    int unit = prune_unit(p, end);
    bool half = prune_is_surrogate(unit);
    bool pair = half && !prune_is_low(unit) && prune_is_low(prune_unit(p + 6, end));
    *lone = half && !pair;
    return pair ? 12 : unit >= 0 ? 6 : 2;
}

static bool prune_escape(struct prune *p)
{
    bool lone;
    if (p->end - p->at < 2 || !strchr("\"\\/bfnrtu", p->at[1]) || p->at[1] == '\0') {
        return false;
    }
    if (p->at[1] == 'u' && prune_unit(p->at, p->end) <= 0) {
        return false; /* no digits, or U+0000 */
    }
    p->at += prune_escaped(p->at, p->end, &lone);
    return !lone;
}

/* Takes a string with its quotation marks. */
static bool prune_string(struct prune *p)
{
    p->at++;
    while (p->at < p->end && *p->at != '"') {
        unsigned char c = (unsigned char)*p->at;
        if (c == '\\') {
            if (!prune_escape(p)) {
                return false;
            }
        } else if (c >= 0x80) {
            ucs4_t character;
            int width = u8_mbtoucr(&character, (const uint8_t *)p->at,
                                   (size_t)(p->end - p->at));
            if (width < 0) {
                return false;
            }
            p->at += width;
        } else if (c < ' ') {
            return false;
        } else {
            p->at++;
        }
    }
    return prune_take(p, '"');
}

static bool prune_literal(struct prune *p)
{
    static const char *const literals[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof literals / sizeof *literals; i++) {
        size_t size = strlen(literals[i]);
        if ((size_t)(p->end - p->at) >= size && memcmp(p->at, literals[i], size) == 0) {
            p->at += size;
            return true;
        }
    }
    return false;
}

/* The last byte of a value is never one that opens one. */
static void prune_separate(struct buffer *out)
{
    char last = out->bytes[out->size - 1];
    if (last != '{' && last != '[') {
        buffer_append_byte(out, ',');
    }
}

static bool prune_value(struct prune *p, struct buffer *out,
                        const struct prune_member *wanted);

/* Takes what is between brackets, the closing one included. */
static bool prune_elements(struct prune *p, struct buffer *out,
                           const struct prune_member *wanted)
{
    prune_blanks(p);
    if (prune_take(p, ']')) {
        return true;
    }
    do {
        if (out) {
            prune_separate(out);
        }
        if (!prune_value(p, out, wanted)) {
            return false;
        }
        prune_blanks(p);
    } while (prune_take(p, ','));
    return prune_take(p, ']');
}

/* Which of the list the name is, -1 for none. */
static int prune_find(const struct prune_member *wanted, struct slice name)
{
    for (int i = 0; wanted && wanted[i].name; i++) {
        const char *w = wanted[i].name;
        if (name.size > 0 && *w == *name.bytes &&
            strncmp(w, name.bytes, name.size) == 0 && w[name.size] == '\0') {
            return i;
        }
    }
    return -1;
}

/* Takes a name with the colon; false also for one with escapes, which might be a
 * wanted one in disguise. */
static bool prune_name(struct prune *p, struct slice *name)
{
    prune_blanks(p);
    name->bytes = p->at + 1;
    if (p->at == p->end || *p->at != '"' || !prune_string(p)) {
        return false;
    }
    name->size = (size_t)(p->at - name->bytes) - 1;
    prune_blanks(p);
    return !memchr(name->bytes, '\\', name->size) && prune_take(p, ':');
}

static bool prune_is(struct slice value, const char *text)
{
    return text && strlen(text) == value.size &&
           memcmp(text, value.bytes, value.size) == 0;
}

/* Takes one member; `values` as in prune_object, or NULL. */
static bool prune_member(struct prune *p, struct buffer *out,
                         const struct prune_member *wanted, struct slice *values)
{
    struct slice name;
    if (!prune_name(p, &name)) {
        return false;
    }
    int which = prune_find(wanted, name);
    if (which < 0) {
        return prune_value(p, NULL, NULL);
    }
    size_t before = out ? out->size : 0;
    if (out) {
        prune_separate(out);
        buffer_append(out, name.bytes - 1, (size_t)(p->at - name.bytes) + 1);
    }
    prune_blanks(p);
    const char *start = p->at;
    bool done = prune_value(p, out, wanted[which].inside);
    struct slice value = {start, (size_t)(p->at - start)};
    if (out && prune_is(value, wanted[which].nothing)) {
        out->size = before;
    }
    if (done && values) {
        done = values[which].bytes == NULL; /* else it comes for the second time */
        values[which] = value;
    }
    return done;
}

/* Takes what is between braces, the closing one included. */
static bool prune_members(struct prune *p, struct buffer *out,
                          const struct prune_member *wanted, struct slice *values)
{
    prune_blanks(p);
    if (prune_take(p, '}')) {
        return true;
    }
    do {
        if (!prune_member(p, out, wanted, values)) {
            return false;
        }
        prune_blanks(p);
    } while (prune_take(p, ','));
    return prune_take(p, '}');
}

/* Takes an object or an array. */
static bool prune_nested(struct prune *p, struct buffer *out,
                         const struct prune_member *wanted, struct slice *values)
{
    bool object = *p->at == '{';
    struct buffer *inside = wanted ? out : NULL;
    const char *start = p->at++;
    if (p->depth == PRUNE_MAX_DEPTH) {
        return false;
    }
    if (inside) {
        buffer_append_byte(inside, *start);
    }
    p->depth++;
    bool done = object ? prune_members(p, inside, wanted, values)
                       : prune_elements(p, inside, wanted);
    p->depth--;
    if (inside) {
        buffer_append_byte(inside, object ? '}' : ']');
    } else if (out) {
        buffer_append(out, start, (size_t)(p->at - start));
    }
    return done;
}

/* Takes a value and the blanks before it. */
static bool prune_value(struct prune *p, struct buffer *out,
                        const struct prune_member *wanted)
{
    prune_blanks(p);
    if (p->at == p->end) {
        return false;
    }
    const char *start = p->at;
    bool nested = *start == '{' || *start == '[';
    bool number = *start == '-' || (*start >= '0' && *start <= '9');
    bool done = nested          ? prune_nested(p, out, wanted, NULL)
                : *start == '"' ? prune_string(p)
                : number        ? prune_number(p)
                                : prune_literal(p);
    if (out && !nested) {
        buffer_append(out, start, (size_t)(p->at - start));
    }
    return done;
}

bool prune_object(struct buffer *out, struct slice json,
                  const struct prune_member *wanted, struct slice *values)
{
    struct prune p = {.at = json.bytes, .end = json.bytes + json.size};
    for (int i = 0; wanted[i].name; i++) {
        values[i] = (struct slice){0};
    }
    prune_blanks(&p);
    bool done = p.at < p.end && *p.at == '{' && prune_nested(&p, out, wanted, values);
    prune_blanks(&p);
    return done && p.at == p.end;
}

bool prune_mend(struct buffer *out, struct slice json)
{
    const char *p = json.bytes;
    const char *end = json.bytes + json.size;
    const char *kept = p; /* up to here all is copied */
    bool mended = false;
    while ((p = memchr(p, '\\', (size_t)(end - p))) != NULL && end - p >= 2) {
        bool lone;
        size_t size = prune_escaped(p, end, &lone);
        if (lone) {
            buffer_append(out, kept, (size_t)(p - kept));
            buffer_append_text(out, "\\ufffd");
            kept = p + size;
            mended = true;
        }
        p += size;
    }
    buffer_append(out, kept, (size_t)(end - kept));
    return mended;
}
