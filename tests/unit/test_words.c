/* Words, and what stands between them without being one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "plain_marks.h"
#include "words.h"

static const char *joined(const struct strings *list)
{
    static struct buffer out;
    out.size = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct slice s = strings_get(list, i);
        buffer_append_text(&out, i > 0 ? " " : "");
        buffer_append(&out, s.bytes, s.size);
    }
    return buffer_text(&out);
}

static void assert_words(enum words_rule rule, const char *text, const char *expected)
{
    struct words words = {0};
    words_split(&words, rule, (struct slice){text, strlen(text)});
    assert_string_equal(joined(&words.found), expected);
    words_free(&words);
}

static void unicode_words_follow_the_annex(void **state)
{
    (void)state;
    assert_words(WORDS_UNICODE, "", "");
    assert_words(WORDS_UNICODE, "Don't panic: it's 3.14, e-mail me!",
                 "don't panic it's 3.14 e mail me");
    assert_words(WORDS_UNICODE, "'tis the dogs' day", "tis the dogs day");
    assert_words(WORDS_UNICODE, "L'ÉTÉ à la plage, Straße", "l'été à la plage straße");
    assert_words(WORDS_UNICODE, "Привет, мир!", "привет мир");
    assert_words(WORDS_UNICODE, "... -- ?! 😀 👩‍👩‍👧 🇩🇪", "");
}

static void what_nobody_sees_makes_no_other_word(void **state)
{
    (void)state;
    assert_words(WORDS_UNICODE, "ap\u2060ple apple\u2060 \u2060apple",
                 "apple apple apple");
    assert_words(WORDS_UNICODE,
                 "ap\u00adple ap\ufeffple \u200eapple\u200f \u202aapple\u202c",
                 "apple apple apple apple");
    assert_words(WORDS_UNICODE, "one\u2060 \u2060two", "one two");
    assert_words(WORDS_UNICODE, "\u2060 \u200e\u200f", "");
    assert_words(WORDS_UNICODE, "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
                 "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645");
}

static void addresses_take_linear_time(void **state)
{
    (void)state;
    static const char *const parts[] = {"://",  "a://", "a:// ", "@",  "a@",
                                        "#",    "a#",   ":",     "#1", "<",
                                        "http", "@a.",  "@a@"};
    struct strings emojis = {0}, links = {0}, tags = {0};
    for (int i = 0; i < 200; i++) {
        strings_add(&emojis, "blobcat", 7);
    }
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct buffer text = {0};
        while (text.size < 1 << 20) {
            buffer_append_text(&text, parts[i]);
        }
        int64_t start = clock_ticks_ms();
        plain_marks_blank(&text, &emojis, &links, &tags);
        assert_true(clock_ticks_ms() - start < 3000); /* quadratic: minutes */
        buffer_free(&text);
    }
    strings_free(&emojis);
    strings_free(&links);
    strings_free(&tags);
}

static void apostrophes_are_one(void **state)
{
    (void)state;
    assert_words(WORDS_UNICODE, "don’t donʼt don＇t don't", "don't don't don't don't");
    assert_words(WORDS_UNICODE, "ʼtis ’tis", "tis tis");
}

static void case_and_composition_are_folded(void **state)
{
    (void)state;
    assert_words(WORDS_UNICODE, "CAFE\xcc\x81 caf\xc3\xa9", "caf\xc3\xa9 caf\xc3\xa9");
    assert_words(WORDS_UNICODE, "ΟΔΟΣ", "οδος");
    assert_words(WORDS_UNICODE, "İ", "i̇");
}

static void invisible_characters_are_cut_off(void **state)
{
    (void)state;
    assert_words(WORDS_UNICODE, "_so_ __init__ a_b", "so init a_b");
    assert_words(WORDS_UNICODE,
                 "co\xc2\xad"
                 "op",
                 "coop");
    assert_words(WORDS_UNICODE, "x\xe2\x80\x8d\xef\xb8\x8f y\xe2\x80\x8e", "x y");
}

static void ascii_words_know_letters_and_quotes(void **state)
{
    (void)state;
    assert_words(WORDS_ASCII, "Don't café ''tis` 123 x2y", "don't caf ''tis` x y");
    assert_words(WORDS_ASCII, "‘a’ ‛b don’t", "‘a’ ‛b don’t");
    /* As lower case in Python has it: KELVIN SIGN is a k, a dotted I an i and a dot. */
    assert_words(WORDS_SEED,
                 "\xe2\x84\xaa"
                 "elvin \xc4\xb0x",
                 "kelvin i x");
}

static void too_many_words_are_cut(void **state)
{
    (void)state;
    struct buffer text = {0};
    for (int i = 0; i < WORDS_MAX + 5; i++) {
        buffer_append_text(&text, "a ");
    }
    struct words words = {0};
    words_split(&words, WORDS_UNICODE, (struct slice){text.bytes, text.size});
    assert_true(words.cut);
    assert_int_equal(words.found.count, WORDS_MAX);
    words_split(&words, WORDS_ASCII, (struct slice){text.bytes, 20});
    assert_false(words.cut);
    words_free(&words);
    buffer_free(&text);
}

static void assert_blanked(const char *text, const char *rest, const char *links,
                           const char *tags)
{
    struct strings emojis = {0}, found_links = {0}, found_tags = {0};
    struct buffer b = {0};
    struct words words = {0};
    strings_add(&emojis, "cat", 3);
    strings_add(&emojis, "00", 2);
    buffer_append_text(&b, text);
    plain_marks_blank(&b, &emojis, &found_links, &found_tags);
    assert_int_equal(b.size, strlen(text));
    words_split(&words, WORDS_UNICODE, (struct slice){b.bytes, b.size});
    assert_string_equal(joined(&words.found), rest);
    assert_string_equal(joined(&found_links), links);
    assert_string_equal(joined(&found_tags), tags);
    strings_free(&emojis);
    strings_free(&found_links);
    strings_free(&found_tags);
    words_free(&words);
    buffer_free(&b);
}

static void plain_marks_addresses_are_kept_as_links(void **state)
{
    (void)state;
    assert_blanked("see https://a.example/b?c=d, or (HTTP://e.example/) now",
                   "see or now", "https://a.example/b?c=d HTTP://e.example/", "");
    assert_blanked("gemini://x.y/ and :// and http:// too", "and and http too", "", "");
    assert_blanked("text\xc2\xa0https://a.example\xc2\xa0text", "text text",
                   "https://a.example", "");
}

static void plain_marks_names_are_blanked_and_mail_is_not(void **state)
{
    (void)state;
    assert_blanked("hi @ann and @b.c-d@e.example. ok @", "hi and ok", "", "");
    assert_blanked("mail x@y.z", "mail x y.z", "", "");
    assert_blanked("@jürgen grüßt", "grüßt", "", "");
}

static void plain_marks_tags_need_a_letter(void **state)
{
    (void)state;
    assert_blanked("#Cats are #1 and #2nd, a#b #日本 #_", "are 1 and a b", "",
                   "Cats 2nd 日本");
}

static void only_known_emoji_are_blanked(void **state)
{
    (void)state;
    assert_blanked("a :cat: b :dog: c:cat:", "a b dog c", "", "");
    assert_blanked("at 10:00:00", "at 10 00", "", "");
    assert_blanked(":cat", "cat", "", "");
}

static void tags_are_folded_like_servers_do(void **state)
{
    (void)state;
    struct buffer out = {0};
    plain_marks_fold_tag(&out, (struct slice){"ＣａｔＳ", strlen("ＣａｔＳ")});
    assert_string_equal(buffer_text(&out), "cats");
    plain_marks_fold_tag(&out, (struct slice){"", 0});
    assert_string_equal(buffer_text(&out), "");
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unicode_words_follow_the_annex),
        cmocka_unit_test(what_nobody_sees_makes_no_other_word),
        cmocka_unit_test(addresses_take_linear_time),
        cmocka_unit_test(apostrophes_are_one),
        cmocka_unit_test(case_and_composition_are_folded),
        cmocka_unit_test(invisible_characters_are_cut_off),
        cmocka_unit_test(ascii_words_know_letters_and_quotes),
        cmocka_unit_test(too_many_words_are_cut),
        cmocka_unit_test(plain_marks_addresses_are_kept_as_links),
        cmocka_unit_test(plain_marks_names_are_blanked_and_mail_is_not),
        cmocka_unit_test(plain_marks_tags_need_a_letter),
        cmocka_unit_test(only_known_emoji_are_blanked),
        cmocka_unit_test(tags_are_folded_like_servers_do),
    };
    return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
