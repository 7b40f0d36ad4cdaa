/* JSON in which pieces are odd: what becomes of them, and of the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "post_json.h"
#include "mend.h"

static void is_mended_to(struct slice json, const char *wanted)
{
    struct buffer mended = {0};
    mend_json(&mended, json);
    assert_string_equal(buffer_text(&mended), wanted);
    buffer_free(&mended);
}

static void what_is_right_stays_as_it_is(void **state)
{
    (void)state;
    static const char *const right[] = {
        "",
        "{\"a\":[true,false,null],\"b\":\"\\n\\\\ud800\"}",
        "[-1.5e+3,9223372036854775807,1e300]",
        "\"\\ud83d\\ude00 \xf0\x9f\x98\x80\"",
        "[ \t\r\n 1 ]",
        "undefined",
        "\"\\ud8",
        "\"\\",
        "{\"a\":01,\"b\":1.,\"c\":--1}",
    };
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        is_mended_to((struct slice){right[i], strlen(right[i])}, right[i]);
    }
}

static void what_is_odd_is_replaced(void **state)
{
    (void)state;
    static const struct {
        const char *json, *mended;
    } cases[] = {
        {"\"\\ud83d\"", "\"\\ufffd\""},
        {"\"\\udE00x\\uD83D\\ud83d\\ude00\"", "\"\\ufffdx\\ufffd\\ud83d\\ude00\""},
        {"\"\\\\\\ud800\\", "\"\\\\\\ufffd\\"},
        {"\"a\\u0000b\"", "\"a\\ufffdb\""},
        {"\"a\xff\xc3(\"", "\"a\\ufffd\\ufffd(\""},
        {"\"\x01\n\t\"", "\"\\ufffd\\ufffd\\ufffd\""},
        {"[9223372036854775808,-1e999,12]", "[null,null,12]"},
        {"\"9223372036854775808\"", "\"9223372036854775808\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        is_mended_to((struct slice){cases[i].json, strlen(cases[i].json)},
                     cases[i].mended);
    }
    is_mended_to((struct slice){"\"\0\"", 3}, "\"\\ufffd\"");
}

static void ids_are_strings_or_whole_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *json, *id;
    } cases[] = {
        {"\"1\"", "1"},
        {"1", "1"},
        {"0", "0"},
        {"9223372036854775807", "9223372036854775807"},
        {"1.5", ""},
        {"1.0", ""},
        {"1e3", ""},
        {"-1", ""},
        {"true", ""},
        {"null", ""},
        {"[1]", ""},
        {"{}", ""},
        {"\"1.5\"", ""},
        {"\"\"", ""},
        {"\"a b\"", ""},
        {"\"01HE7Y\"", "01HE7Y"},
        {"99999999999999999999", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char reason[160];
        char list[64];
        struct buffer id = {0};
        snprintf(list, sizeof list, "[%s]", cases[i].json);
        json_t *root =
            post_json_read((struct slice){list, strlen(list)}, reason, sizeof reason);
        assert_int_equal(post_json_id(&id, json_array_get(root, 0)),
                         *cases[i].id != '\0');
        assert_string_equal(buffer_text(&id), cases[i].id);
        buffer_free(&id);
        json_decref(root);
    }
}

static void what_is_no_json_is_told_in_our_words(void **state)
{
    (void)state;
    static const struct {
        const char *json, *reason;
    } cases[] = {
        {"", "ends too early"},           {"{\"a\":", "ends too early"},
        {"{} x", "something follows"},    {"{\"a\":tru}", "makes no sense"},
        {"{\"a\":01}", "makes no sense"}, {"undefined", "makes no sense"},
    };
    char reason[160];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct slice json = {cases[i].json, strlen(cases[i].json)};
        assert_null(post_json_read(json, reason, sizeof reason));
        assert_non_null(strstr(reason, "no JSON: "));
        assert_non_null(strstr(reason, cases[i].reason));
    }
    struct buffer deep = {0};
    for (int i = 0; i < 100000; i++) {
        buffer_append_byte(&deep, '[');
    }
    assert_null(
        post_json_read((struct slice){deep.bytes, deep.size}, reason, sizeof reason));
    assert_non_null(strstr(reason, "nested too deeply"));
    buffer_free(&deep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_right_stays_as_it_is),
        cmocka_unit_test(what_is_odd_is_replaced),
        cmocka_unit_test(ids_are_strings_or_whole_numbers),
        cmocka_unit_test(what_is_no_json_is_told_in_our_words),
    };
    return cmocka_run_group_tests_name("mend", tests, NULL, NULL);
}
