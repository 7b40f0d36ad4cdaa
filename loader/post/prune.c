/*
 * One walk over the text.  What is open is on a stack: an object or an array each, with
 * the members that are wanted in it.  Each function takes what it names from the front,
 * and false ends it all.  What is not wanted is checked like the rest.
 */
#include "prune.h"

#include <string.h>

#include <unistr.h>

#include "json_escape.h"

/* An object or array that is open. */
struct prune_level {
    const struct prune_member *wanted; /* of it, or of its elements */
    bool object;
    bool written; /* in parts: what is wanted goes out as it comes */
    bool begun;   /* there was a value in it */

    /* The value at hand: */
    int which;         /* number of a wanted member, -1 for others */
    bool kept;         /* it is wanted */
    const char *start; /* of it */
    size_t before;     /* what had gone out before it and its name */
};

struct prune {
    const char *at;
    const char *end;
    struct buffer *out;
    struct slice *values; /* see prune_object */
    int depth;
    struct prune_level levels[PRUNE_MAX_DEPTH];
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

static bool prune_escape(struct prune *p)
{
    bool lone;
    if (p->end - p->at < 2 || !strchr("\"\\/bfnrtu", p->at[1]) || p->at[1] == '\0') {
        return false;
    }
    if (p->at[1] == 'u' && json_escape_unit(p->at, p->end) <= 0) {
        return false; /* no digits, or U+0000 */
    }
    p->at += json_escape_size(p->at, p->end, &lone);
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
    name->bytes = p->at + 1;
    if (p->at == p->end || *p->at != '"' || !prune_string(p)) {
        return false;
    }
    name->size = (size_t)(p->at - name->bytes) - 1;
    prune_blanks(p);
    return !memchr(name->bytes, '\\', name->size) && prune_take(p, ':');
}

/* What is wanted of the value at hand; NULL: all or nothing of it. */
static const struct prune_member *prune_inside(const struct prune_level *level)
{
    if (!level->object) {
        return level->wanted;
    }
    return level->which >= 0 ? level->wanted[level->which].inside : NULL;
}

/* Takes what stands before a value: its name in an object. */
static bool prune_begin_value(struct prune *p, struct prune_level *level)
{
    struct slice name = {0};
    prune_blanks(p);
    if (level->object && !prune_name(p, &name)) {
        return false;
    }
    level->begun = true;
    level->which = level->object ? prune_find(level->wanted, name) : -1;
    level->kept = level->written && (!level->object || level->which >= 0);
    level->before = p->out->size;
    if (level->kept) {
        prune_separate(p->out);
    }
    if (level->kept && level->object) {
        buffer_append(p->out, name.bytes - 1, (size_t)(p->at - name.bytes) + 1);
    }
    prune_blanks(p);
    level->start = p->at;
    return p->at < p->end;
}

static bool prune_is(struct slice value, const char *text)
{
    return text && strlen(text) == value.size &&
           memcmp(text, value.bytes, value.size) == 0;
}

/* A value is over, of which parts have gone out already if it was `written`. */
static bool prune_end_value(struct prune *p, struct prune_level *level, bool written)
{
    struct slice value = {level->start, (size_t)(p->at - level->start)};
    if (level->kept && !written) {
        buffer_append(p->out, value.bytes, value.size);
    }
    if (!level->object || level->which < 0) {
        return true;
    }
    if (level->kept && prune_is(value, level->wanted[level->which].nothing)) {
        p->out->size = level->before;
    }
    if (p->depth > 1) {
        return true;
    }
    bool first = p->values[level->which].bytes == NULL;
    p->values[level->which] = value;
    return first;
}

/* Takes the brace or bracket that opens an object or array. */
static bool prune_open(struct prune *p, const struct prune_member *wanted, bool kept)
{
    if (p->depth == PRUNE_MAX_DEPTH) {
        return false;
    }
    struct prune_level *level = &p->levels[p->depth++];
    *level = (struct prune_level){
        .wanted = wanted, .object = *p->at == '{', .written = kept && wanted};
    if (level->written) {
        buffer_append_byte(p->out, *p->at);
    }
    p->at++;
    return true;
}

/* Takes what closes the innermost, which is a value of the one around it. */
static bool prune_close(struct prune *p, char close)
{
    bool written = p->levels[--p->depth].written;
    if (written) {
        buffer_append_byte(p->out, close);
    }
    return p->depth == 0 || prune_end_value(p, &p->levels[p->depth - 1], written);
}

static bool prune_scalar(struct prune *p)
{
    bool number = *p->at == '-' || (*p->at >= '0' && *p->at <= '9');
    return *p->at == '"' ? prune_string(p)
           : number      ? prune_number(p)
                         : prune_literal(p);
}

/* Takes the next value of the innermost, or what closes it. */
static bool prune_step(struct prune *p)
{
    struct prune_level *level = &p->levels[p->depth - 1];
    char close = level->object ? '}' : ']';
    prune_blanks(p);
    if (prune_take(p, close)) {
        return prune_close(p, close);
    }
    if ((level->begun && !prune_take(p, ',')) || !prune_begin_value(p, level)) {
        return false;
    }
    if (*p->at == '{' || *p->at == '[') {
        return prune_open(p, prune_inside(level), level->kept);
    }
    return prune_scalar(p) && prune_end_value(p, level, false);
}

bool prune_object(struct buffer *out, struct slice json,
                  const struct prune_member *wanted, struct slice *values)
{
    struct prune p; /* whose levels are filled as they are needed */
    p.at = json.bytes;
    p.end = json.bytes + json.size;
    p.out = out;
    p.values = values;
    p.depth = 0;
    for (int i = 0; wanted[i].name; i++) {
        values[i] = (struct slice){0};
    }
    prune_blanks(&p);
    bool done = p.at < p.end && *p.at == '{' && prune_open(&p, wanted, true);
    while (done && p.depth > 0) {
        done = prune_step(&p);
    }
    prune_blanks(&p);
    return done && p.at == p.end;
}
