/* Any UTF-8 as the HTML of a post: all texts made of it are UTF-8, words hold what
 * their rule allows, and reading it again gives the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <unistr.h>

#include "address.h"
#include "plain_marks.h"
#include "text.h"
#include "words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_expect(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void fuzz_expect_utf8(const char *bytes, size_t size)
{
    fuzz_expect(size == 0 || !u8_check((const uint8_t *)bytes, size));
}

static void fuzz_expect_list(const struct strings *list, size_t most)
{
    fuzz_expect(list->count <= most);
    for (size_t i = 0; i < list->count; i++) {
        struct slice s = strings_get(list, i);
        fuzz_expect_utf8(s.bytes, s.size);
    }
}

static void fuzz_split(enum words_rule rule, const struct buffer *text)
{
    struct words words = {0};
    words_split(&words, rule, (struct slice){text->bytes, text->size});
    fuzz_expect_list(&words.found, WORDS_MAX);
    for (size_t i = 0; i < words.found.count; i++) {
        struct slice word = strings_get(&words.found, i);
        fuzz_expect(word.size > 0);
        for (size_t b = 0; b < word.size; b++) {
            char c = word.bytes[b];
            fuzz_expect(c != ' ' && c != '\n' && !(c >= 'A' && c <= 'Z'));
        }
    }
    words_free(&words);
}

static void fuzz_bare(struct text *text)
{
    struct strings emojis = {0};
    struct buffer folded = {0};
    strings_add(&emojis, "blob", 4);
    size_t size = text->prose.size;
    plain_marks_blank(&text->prose, &emojis, &text->links, &text->tags);
    fuzz_expect(text->prose.size == size);
    fuzz_expect_utf8(text->prose.bytes, text->prose.size);
    fuzz_expect_list(&text->links, TEXT_MAX_LINKS);
    fuzz_expect_list(&text->tags, TEXT_MAX_LINKS);
    for (size_t i = 0; i < text->tags.count; i++) {
        plain_marks_fold_tag(&folded, strings_get(&text->tags, i));
        fuzz_expect_utf8(folded.bytes, folded.size);
    }
    for (size_t i = 0; i < text->links.count; i++) {
        folded.size = 0;
        if (address_append_host(&folded, strings_get(&text->links, i))) {
            fuzz_expect_utf8(folded.bytes, folded.size);
        }
    }
    strings_free(&emojis);
    buffer_free(&folded);
}

static void fuzz_read(enum text_classic mode, enum words_rule rule, const char *html,
                      size_t size)
{
    struct text text;
    text_init(&text, mode);
    if (text_read(&text, html, size)) {
        fuzz_expect_utf8(text.plain.bytes, text.plain.size);
        fuzz_expect_utf8(text.classic.bytes, text.classic.size);
        fuzz_expect_list(&text.links, TEXT_MAX_LINKS);
        struct buffer before = {0};
        buffer_append(&before, text.plain.bytes, text.plain.size);
        fuzz_bare(&text);
        fuzz_split(rule, rule == WORDS_UNICODE ? &text.prose : &text.classic);
        fuzz_expect(text_read(&text, html, size));
        fuzz_expect(before.size == text.plain.size &&
                    (before.size == 0 ||
                     memcmp(before.bytes, text.plain.bytes, before.size) == 0));
        buffer_free(&before);
    }
    text_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if ((size > 0 && memchr(data, '\0', size)) || u8_check(data, size)) {
        return 0; /* JSON has refused these before */
    }
    fuzz_read(TEXT_CLASSIC_NONE, WORDS_UNICODE, (const char *)data, size);
    fuzz_read(TEXT_CLASSIC_SEPARATE, WORDS_ASCII, (const char *)data, size);
    fuzz_read(TEXT_CLASSIC_GLUED, WORDS_SEED, (const char *)data, size);
    return 0;
}
