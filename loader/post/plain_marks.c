#include "plain_marks.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "text.h"

static bool plain_marks_is_word(ucs4_t c)
{
    if (c < 0x80) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z') || c == '_';
    }
    uint32_t wanted = UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_N;
    return uc_is_general_category_withtable(c, wanted);
}

static bool plain_marks_is_ascii_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The end of the run of word characters at `p`; *letters tells whether it has more
 * than digits and underscores. */
static size_t plain_marks_run(struct slice s, size_t p, bool *letters)
{
    *letters = false;
    while (p < s.size) {
        ucs4_t c;
        int width = u8_mbtouc(&c, (const uint8_t *)s.bytes + p, s.size - p);
        if (!plain_marks_is_word(c)) {
            break;
        }
        *letters = *letters || (c != '_' && (c < '0' || c > '9'));
        p += (size_t)width;
    }
    return p;
}

static bool plain_marks_after_word(struct slice s, size_t p)
{
    ucs4_t c;
    const uint8_t *start = (const uint8_t *)s.bytes;
    return p > 0 && u8_prev(&c, start + p, start) && plain_marks_is_word(c);
}

/* Dots and dashes belong to a name when more of it follows. */
static size_t plain_marks_name(struct slice s, size_t p)
{
    bool letters;
    size_t end = plain_marks_run(s, p, &letters);
    while (end > p && end + 1 < s.size &&
           (s.bytes[end] == '.' || s.bytes[end] == '-')) {
        size_t next = plain_marks_run(s, end + 1, &letters);
        if (next == end + 1) {
            break;
        }
        end = next;
    }
    return end;
}

static size_t plain_marks_mention(struct slice s, size_t p)
{
    size_t end = plain_marks_name(s, p + 1);
    if (end == p + 1 || plain_marks_after_word(s, p)) {
        return p;
    }
    if (end + 1 < s.size && s.bytes[end] == '@') {
        size_t host = plain_marks_name(s, end + 1);
        end = host > end + 1 ? host : end;
    }
    return end;
}

static size_t plain_marks_tag(struct slice s, size_t p, struct strings *tags)
{
    bool letters;
    size_t end = plain_marks_run(s, p + 1, &letters);
    if (!letters || plain_marks_after_word(s, p)) {
        return p;
    }
    if (tags->count < TEXT_MAX_LINKS) {
        strings_add(tags, s.bytes + p + 1, end - p - 1);
    }
    return end;
}

static size_t plain_marks_emoji(struct slice s, size_t p, const struct strings *emojis)
{
    enum { LONGEST = 200 }; /* a name; no server has longer ones */
    size_t left = s.size - p - 1;
    const char *name = s.bytes + p + 1;
    const char *close = memchr(name, ':', left < LONGEST ? left : LONGEST);
    size_t size = close ? (size_t)(close - name) : 0;
    for (size_t i = 0; i < emojis->count && size > 0; i++) {
        struct slice emoji = strings_get(emojis, i);
        if (emoji.size == size && memcmp(name, emoji.bytes, size) == 0) {
            return p + size + 2;
        }
    }
    return p;
}

static bool plain_marks_ends_address(const char *p, size_t left)
{
    static const char no_break_space[] = "\xc2\xa0";
    static const char ideographic_space[] = "\xe3\x80\x80";
    return (unsigned char)*p <= ' ' || strchr("<>\"", *p) ||
           (left >= 2 && memcmp(p, no_break_space, 2) == 0) ||
           (left >= 3 && memcmp(p, ideographic_space, 3) == 0);
}

/* `p` is at "://"; *start is moved back to the scheme before it, such
 * as https. */
static size_t plain_marks_address(struct slice s, size_t p, size_t *start,
                                  struct strings *links)
{
    size_t from = p;
    while (from > 0 && plain_marks_is_ascii_letter(s.bytes[from - 1])) {
        from--;
    }
    if (from == p) {
        return p; /* before a look at what follows, or many of them would be quadratic
                   */
    }
    size_t end = p + 3;
    while (end < s.size && !plain_marks_ends_address(s.bytes + end, s.size - end)) {
        end++;
    }
    if (end == p + 3) {
        return p;
    }
    *start = from;
    size_t kept = end;
    while (kept > p + 3 && strchr(".,;:!?)]}'*", s.bytes[kept - 1])) {
        kept--; /* the sentence's, hardly the address's */
    }
    bool web = (p - from == 4 && strncasecmp(s.bytes + from, "http", 4) == 0) ||
               (p - from == 5 && strncasecmp(s.bytes + from, "https", 5) == 0);
    if (web && links->count < TEXT_MAX_LINKS) {
        strings_add(links, s.bytes + from, kept - from);
    }
    return end;
}

void plain_marks_blank(struct buffer *text, const struct strings *emojis,
                       struct strings *links, struct strings *tags)
{
    size_t p = 0;
    while (p < text->size) {
        struct slice s = {text->bytes, text->size};
        size_t start = p;
        size_t end = p;
        if (s.bytes[p] == '@') {
            end = plain_marks_mention(s, p);
        } else if (s.bytes[p] == '#') {
            end = plain_marks_tag(s, p, tags);
        } else if (s.bytes[p] == ':') {
            bool address = s.size - p > 3 && memcmp(s.bytes + p, "://", 3) == 0;
            end = address ? plain_marks_address(s, p, &start, links)
                          : plain_marks_emoji(s, p, emojis);
        }
        if (end > p) {
            memset(text->bytes + start, ' ', end - start);
        }
        p = end > p ? end : p + 1;
    }
}

void plain_marks_fold_tag(struct buffer *out, struct slice tag)
{
    size_t size = 0;
    uint8_t *folded = u8_casefold((const uint8_t *)tag.bytes, tag.size, NULL,
                                  UNINORM_NFKC, NULL, &size);
    out->size = 0;
    if (folded) {
        buffer_append(out, folded, size);
    }
    free(folded);
}
