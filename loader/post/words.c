#include "words.h"

#include <stdlib.h>
#include <string.h>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>
#include <uniwbrk.h>

enum words_rule words_rule_named(const char *name)
{
    static const char *const names[] = {"unicode", "ascii", "seed"};
    int rule = 0;
    while (rule < WORDS_UNKNOWN && strcmp(name, names[rule]) != 0) {
        rule++;
    }
    return (enum words_rule)rule;
}

void words_free(struct words *words)
{
    strings_free(&words->found);
    buffer_free(&words->folded);
    buffer_free(&words->breaks);
}

static void words_add(struct words *words, const char *bytes, size_t size)
{
    if (words->found.count == WORDS_MAX) {
        words->cut = true;
    } else {
        strings_add(&words->found, bytes, size);
    }
}

static bool words_starts(struct slice s, const char *with)
{
    size_t size = strlen(with);
    return s.size >= size && memcmp(s.bytes, with, size) == 0;
}

/* Bytes of a character at the front that nobody sees and that is no part of a word:
 * soft hyphens, marks of direction, word joiners; 0 if there is none.  The joiners
 * U+200C and U+200D are not among them, since they change words. */
static size_t words_invisible(struct slice s)
{
    const unsigned char *b = (const unsigned char *)s.bytes;
    if (s.size >= 2 &&
        ((b[0] == 0xc2 && b[1] == 0xad) || (b[0] == 0xd8 && b[1] == 0x9c))) {
        return 2;
    }
    if (s.size < 3 || (b[0] != 0xe2 && b[0] != 0xef)) {
        return 0;
    }
    bool marks = b[0] == 0xe2 && b[1] == 0x80 && /* U+200E, U+200F, U+202A to U+202E */
                 (b[2] == 0x8e || b[2] == 0x8f || (b[2] >= 0xaa && b[2] <= 0xae));
    bool joiners = b[0] == 0xe2 && b[1] == 0x81 && b[2] >= 0xa0 && b[2] <= 0xaf;
    bool byte_order = b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf;
    return marks || joiners || byte_order ? 3 : 0;
}

/* Copies the text with one apostrophe for all and without what nobody sees; tells
 * whether anything beyond ASCII is left, and lowers the case of ASCII. */
static bool words_fold(struct buffer *out, struct slice text)
{
    bool ascii = true;
    out->size = 0;
    buffer_reserve(out, text.size);
    while (text.size > 0) {
        unsigned char c = (unsigned char)*text.bytes;
        size_t width = 1;
        if (c < 0x80) {
            out->bytes[out->size++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
        } else if (words_starts(text, "\xe2\x80\x99") ||
                   words_starts(text, "\xef\xbc\x87")) {
            out->bytes[out->size++] = '\'';
            width = 3;
        } else if (words_starts(text, "\xca\xbc")) {
            out->bytes[out->size++] = '\'';
            width = 2;
        } else if (words_invisible(text) > 0) {
            width = words_invisible(text);
        } else {
            out->bytes[out->size++] = (char)c;
            ascii = false;
        }
        text.bytes += width;
        text.size -= width;
    }
    return ascii;
}

static void words_lower(struct buffer *text)
{
    size_t size = 0;
    uint8_t *lower = u8_tolower((const uint8_t *)text->bytes, text->size, NULL,
                                UNINORM_NFC, NULL, &size);
    if (lower) {
        text->size = 0;
        buffer_append(text, lower, size);
    }
    free(lower);
}

static bool words_is_edge(ucs4_t c)
{
    /* U+FE0F and its like choose how an emoji is drawn. */
    bool selector = c >= 0xfe00 && c <= 0xfe0f;
    return c == '_' || selector ||
           (c >= 0x80 && uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Cf));
}

static bool words_counts(ucs4_t c)
{
    if (c < 0x80) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
    }
    return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N);
}

/* Takes one segment: cuts its ends, and keeps it if a letter or number is in it. */
static void words_segment(struct words *words, struct slice segment)
{
    size_t first = segment.size;
    size_t end = 0;
    bool counts = false;
    for (size_t p = 0; p < segment.size;) {
        ucs4_t c;
        const uint8_t *at = (const uint8_t *)segment.bytes + p;
        size_t width = (size_t)u8_mbtouc(&c, at, segment.size - p);
        counts = counts || words_counts(c);
        if (!words_is_edge(c)) {
            first = first < p ? first : p;
            end = p + width;
        }
        p += width;
    }
    if (counts) {
        words_add(words, segment.bytes + first, end - first);
    }
}

static void words_unicode(struct words *words, struct slice text)
{
    if (!words_fold(&words->folded, text)) {
        words_lower(&words->folded);
    }
    size_t size = words->folded.size;
    if (size == 0) {
        return;
    }
    words->breaks.size = 0;
    buffer_reserve(&words->breaks, size);
    u8_wordbreaks((const uint8_t *)words->folded.bytes, size, words->breaks.bytes);
    size_t start = 0;
    for (size_t p = 1; p <= size; p++) {
        if (p == size || words->breaks.bytes[p]) {
            words_segment(words,
                          (struct slice){words->folded.bytes + start, p - start});
            start = p;
        }
    }
}

/* One character of a word by the simple rule: its length in *width, the ASCII
 * letter it stands for or 0 in *letter.  False if it parts words.  *ends: the
 * letter is followed by something that parts. */
static bool words_plain_character(struct slice s, size_t *width, char *letter,
                                  bool *ends)
{
    char c = *s.bytes;
    *width = 1;
    *letter = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    *ends = false;
    if ((*letter >= 'a' && *letter <= 'z') || c == '\'' || c == '`') {
        return true;
    }
    *letter = 0;
    if (words_starts(s, "\xe2\x80\x98") || words_starts(s, "\xe2\x80\x99") ||
        words_starts(s, "\xe2\x80\x9b")) {
        *width = 3;
        return true;
    }
    if (words_starts(s, "\xe2\x84\xaa")) { /* the sign of the unit Kelvin */
        *width = 3;
        *letter = 'k';
        return true;
    }
    if (words_starts(s, "\xc4\xb0")) { /* I with a dot: an i, then U+0307 */
        *width = 2;
        *letter = 'i';
        *ends = true;
        return true;
    }
    return false;
}

static void words_plain(struct words *words, struct slice text)
{
    struct buffer *word = &words->folded;
    word->size = 0;
    while (text.size > 0) {
        size_t width;
        char letter;
        bool ends;
        bool inside = words_plain_character(text, &width, &letter, &ends);
        if (inside && letter) {
            buffer_append_byte(word, letter);
        } else if (inside) {
            buffer_append(word, text.bytes, width);
        }
        if ((!inside || ends) && word->size > 0) {
            words_add(words, word->bytes, word->size);
            word->size = 0;
        }
        text.bytes += width;
        text.size -= width;
    }
    if (word->size > 0) {
        words_add(words, word->bytes, word->size);
    }
}

void words_split(struct words *words, enum words_rule rule, struct slice text)
{
    strings_clear(&words->found);
    words->cut = false;
    if (rule == WORDS_UNICODE) {
        words_unicode(words, text);
    } else {
        words_plain(words, text);
    }
}
