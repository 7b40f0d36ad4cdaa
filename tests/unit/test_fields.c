/* Times, languages and addresses: the small texts that posts carry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "address.h"
#include "isotime.h"
#include "language.h"

static void times_of_every_server_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2026-06-01T00:00:00.153Z", 1780272000153},
        {"2026-06-01T00:00:00.1539999Z", 1780272000153},
        {"2026-06-01T00:00:00.1Z", 1780272000100},
        {"2026-06-01 02:00:00+02:00", 1780272000000},
        {"2026-05-31T22:30:00-0130", 1780272000000},
        {"2026-06-01T02:00:00+02", 1780272000000},
        {"2026-06-01T00:00:00", 1780272000000},
        {"2000-02-29T12:00:00Z", 951825600000},
        {"2016-12-31T23:59:60Z", 1483228800000},
        {"1969-12-31T23:59:59.999Z", -1},
        {"0001-01-01T00:00:00Z", -62135596800000},
        {"9999-12-31T23:59:59.999Z", 253402300799999},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t ms = 42;
        assert_true(isotime_parse(cases[i].text, &ms));
        assert_true(ms == cases[i].ms);
    }
}

static void what_is_no_time_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "2026",
        "2026-06-01",
        "2026-06-01T",
        "2026-06-01T00:00",
        "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-06-00T00:00:00Z",
        "2026-06-01T24:00:00Z",
        "2026-06-01T00:60:00Z",
        "2026-06-01T00:00:00.Z",
        "2026-06-01T00:00:00ZZ",
        "2026-06-01T00:00:00+2",
        "2026-06-01T00:00:00+02:",
        "2026-06-01T00:00:00+99:00",
        "0000-01-01T00:00:00Z",
        "26-06-01T00:00:00Z",
        "Mon, 01 Jun 2026 00:00:00 GMT",
        "1780272000",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t ms;
        assert_false(isotime_parse(cases[i], &ms));
    }
}

static void times_are_written_as_they_are_read(void **state)
{
    (void)state;
    for (int64_t ms = INT64_C(-62135596800000); ms < INT64_C(253402300800000);
         ms += INT64_C(86400000) * 97 + 12345000) {
        char text[ISOTIME_SIZE];
        int64_t again;
        isotime_format(ms, text);
        assert_true(isotime_parse(text, &again));
        assert_true(again == ms);
    }
}

static struct slice slice(const char *text)
{
    return (struct slice){text, text ? strlen(text) : 0};
}

static void languages_match_by_their_first_part(void **state)
{
    (void)state;
    static const struct {
        const char *list, *code;
        bool wanted;
    } cases[] = {
        {"en", "en", true},        {"en", "en-GB", true},
        {"en", "EN_us", true},     {"en", "enm", false},
        {"en", "e", false},        {"en", NULL, false},
        {"en,null", NULL, true},   {"null", "en", false},
        {"any", NULL, true},       {"any", "xx", true},
        {"de,en", "en", true},     {"pt-BR", "pt_br", true},
        {"pt-BR", "pt", false},    {"pt-BR", "pt-PT", false},
        {"zh", "zhCn", false},     {"en", "eng", true},
        {"ger", "de-AT", true},    {"null", "english", true},
        {"null", "e n", true},     {"iw", "he", true},
        {"pt-BR", "por-BR", true}, {"pt-BR", "pt-BRA", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct language_filter filter = {0};
        struct language_tag tag;
        assert_true(language_read(&filter, cases[i].list));
        language_tag_read(&tag, slice(cases[i].code));
        assert_int_equal(language_wants(&filter, &tag), cases[i].wanted);
        language_free(&filter);
    }
}

static void languages_are_written_in_one_way(void **state)
{
    (void)state;
    static const struct {
        const char *claimed, *written, *base;
    } cases[] = {
        {"en", "en", "en"},
        {"EN", "en", "en"},
        {"en_US", "en-US", "en"},
        {"EN-us", "en-US", "en"},
        {"zh-hant-tw", "zh-Hant-TW", "zh"},
        {"zh_HANS", "zh-Hans", "zh"},
        {"es-419", "es-419", "es"},
        {"sl-rozaj-biske", "sl-rozaj-biske", "sl"},
        {"eng", "en", "en"},
        {"GER-at", "de-AT", "de"},
        {"deu", "de", "de"},
        {"aar", "aa", "aa"},
        {"zul", "zu", "zu"},
        {"aa", "aa", "aa"},
        {"zu", "zu", "zu"},
        {"in", "id", "id"},
        {"ji", "yi", "yi"},
        {"nds", "nds", "nds"},
        {"", "", ""},
        {"und", "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct language_tag tag;
        assert_true(language_tag_read(&tag, slice(cases[i].claimed)));
        assert_string_equal(tag.text, cases[i].written);
        struct slice base = language_tag_base(&tag);
        assert_int_equal(base.size, strlen(cases[i].base));
        assert_memory_equal(base.bytes, cases[i].base, base.size);
    }
}

static void what_is_no_language_is_none(void **state)
{
    (void)state;
    static const char *const none[] = {"english",
                                       "e n",
                                       "..",
                                       "-EN",
                                       "-",
                                       "e",
                                       "en-",
                                       "en--US",
                                       "xx",
                                       "zhCn",
                                       "en-U S",
                                       "e1",
                                       "12",
                                       "en.US",
                                       "en-abcdefghi",
                                       "und-Latn",
                                       "n\xc3\xa9",
                                       "\xc3\x84\xc3\x9f",
                                       "en-abcdefgh-abcdefgh-abcdefgh-abcdefgh"};
    struct language_tag tag;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_false(language_tag_read(&tag, slice(none[i])));
        assert_string_equal(tag.text, "");
    }
    assert_false(language_tag_read(&tag, (struct slice){"en\0US", 5}));
    char most[] = "en-abcdefgh-abcdefgh-abcdefgh-abcde";
    assert_true(language_tag_read(&tag, slice(most)));
    assert_int_equal(strlen(tag.text), LANGUAGE_TAG_MOST);
}

static void unusual_codes_are_told(void **state)
{
    (void)state;
    static const char *const usual[] = {"en",  "EN",     "pt-BR", "nds",
                                        "GSW", "gsw-CH", "ger"};
    static const char *const unusual[] = {"abc", "enm-GB"};
    struct language_tag tag;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        assert_true(language_tag_read(&tag, slice(usual[i])));
        assert_true(language_tag_is_usual(&tag));
    }
    for (size_t i = 0; i < sizeof unusual / sizeof *unusual; i++) {
        assert_true(language_tag_read(&tag, slice(unusual[i])));
        assert_false(language_tag_is_usual(&tag));
    }
}

static void count_language(struct language_tally *tally, const char *claimed)
{
    struct language_tag tag;
    assert_true(language_tag_read(&tag, slice(claimed)));
    language_count(tally, &tag);
}

static void languages_are_counted(void **state)
{
    (void)state;
    struct language_tally tally = {0};
    struct buffer out = {0};
    language_append_tally(&out, &tally);
    assert_string_equal(buffer_text(&out), "");
    static const char *const claimed[] = {"fr", "de", "DE", "de_AT", "", "fr-CA", "pt"};
    for (size_t i = 0; i < sizeof claimed / sizeof *claimed; i++) {
        count_language(&tally, claimed[i]);
    }
    language_append_tally(&out, &tally);
    assert_string_equal(buffer_text(&out), "de 3, fr 2, unknown 1, pt 1");
    char code[] = "qaa";
    for (; code[1] < 'd'; code[1]++) {
        for (code[2] = 'a'; code[2] <= 'z'; code[2]++) {
            count_language(&tally, code);
        }
    }
    out.size = 0;
    language_append_tally(&out, &tally);
    assert_non_null(strstr(buffer_text(&out), ", others 66"));
    buffer_free(&out);
}

static void lists_of_no_languages_are_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",        ",",  "en,", "e",       "en de", "en;de",     ",en",
        "english", "xx", "jp",  "English", "e1",    "en,german", "EnGlish-GB"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct language_filter filter = {0};
        assert_false(language_read(&filter, cases[i]));
        language_free(&filter);
    }
}

static void hosts_are_found_in_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *address, *host;
    } cases[] = {
        {"https://A.example/x", "a.example"},
        {"HTTP://u:p@b.example:80?q", "b.example"},
        {"https://c.example", "c.example"},
        {"https://[::1]:443/", "[::1]"},
        {"https://d.example#x@y", "d.example"},
    };
    struct buffer out = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        out.size = 0;
        struct slice whole = {cases[i].address, strlen(cases[i].address)};
        assert_true(address_append_host(&out, whole));
        assert_string_equal(buffer_text(&out), cases[i].host);
    }
    static const char *const none[] = {"",   "https://",   "mailto:x@y",
                                       "/x", "https:///x", "http://:1"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        out.size = 0;
        assert_false(
            address_append_host(&out, (struct slice){none[i], strlen(none[i])}));
        assert_int_equal(out.size, 0);
    }
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_of_every_server_are_read),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(times_are_written_as_they_are_read),
        cmocka_unit_test(languages_match_by_their_first_part),
        cmocka_unit_test(languages_are_written_in_one_way),
        cmocka_unit_test(what_is_no_language_is_none),
        cmocka_unit_test(unusual_codes_are_told),
        cmocka_unit_test(languages_are_counted),
        cmocka_unit_test(lists_of_no_languages_are_refused),
        cmocka_unit_test(hosts_are_found_in_addresses),
    };
    return cmocka_run_group_tests_name("fields", tests, NULL, NULL);
}
