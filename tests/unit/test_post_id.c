/* The ids of posts: what can be one, their order, and the time in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "post_id.h"

static struct slice slice_of(const char *text)
{
    return (struct slice){text, strlen(text)};
}

static void ids_are_letters_and_digits(void **state)
{
    (void)state;
    char huge[POST_ID_MOST + 1];
    memset(huge, '1', sizeof huge);
    assert_true(post_id_is_valid((struct slice){huge, POST_ID_MOST_NUMERALS}));
    assert_false(post_id_is_valid((struct slice){huge, POST_ID_MOST_NUMERALS + 1}));
    memset(huge, 'a', sizeof huge);
    assert_true(post_id_is_valid((struct slice){huge, POST_ID_MOST}));
    assert_false(post_id_is_valid((struct slice){huge, POST_ID_MOST + 1}));
    assert_true(post_id_is_valid(slice_of("01HE7Y659ZWZ02JM4AWYJZ176Q")));
    static const char *const none[] = {
        "",    " ", "1 2",  "a\n", "\x7f", "\xc3\xa9", "..", "1.5", "{\"id\":\"1\"}",
        "a/b", "?", "\"1\""};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_false(post_id_is_valid(slice_of(none[i])));
    }
}

static void ids_of_one_server_are_alike(void **state)
{
    (void)state;
    static const struct {
        const char *id, *other;
        bool alike;
    } cases[] = {
        {"17", "", true},
        {"null", "", true},
        {"{}", "", false},
        {"17", "123", true},
        {"null", "123", false},
        {"9vPNwt", "123", false},
        {"17", "9vPNwt", true},
        {"9vPNwt", "AvPNwt", true},
        {"a b", "AvPNwt", false},
        {"undefined", "1", false},
        {"0f8-4d_a", "7b2-11c", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(
            post_id_is_like(slice_of(cases[i].id), slice_of(cases[i].other)),
            cases[i].alike);
    }
}

static void an_id_of_another_century_is_not_the_newest(void **state)
{
    (void)state;
    static const int64_t now_ms = 1780272000000; /* 2026-06-01: 116671905792000000 */
    static const struct {
        const char *id, *last;
        bool follows;
    } cases[] = {
        {"116671905792000000", "", true},
        {"116671905792000001", "116671905792000000", true},
        {"116671905791000000", "116671905792000000", false},
        {"9223372036854775807", "116671905792000000", false},
        {"99999999999999999999", "116671905792000000", false},
        {"99999999999999999999", "110000000000000000", false},
        {"9223372036854775807", "", true},
        {"116671905792000000", "9223372036854775807", true}, /* it heals */
        {"116671905792000000", "99999999999999999999", true},
        {"110000000000000000", "9223372036854775807", false},
        {"873246128473612301", "873246128473612300", true}, /* Pixelfed's */
        {"1000", "999", true},
        {"999", "1000", false},
        {"AjZ5mRVXjRyZsLnkmW", "AjZ5mRVXjRyZsLnkmV", true},
        {"01HE7Y659ZWZ02JM4AWYJZ176Q", "01HE7Y659ZWZ02JM4AWYJZ176P", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(
            post_id_follows(slice_of(cases[i].id), slice_of(cases[i].last), now_ms),
            cases[i].follows);
    }
}

static void ids_are_ordered_by_length_and_bytes(void **state)
{
    (void)state;
    static const char *const order[] = {"",   "1",   "9",     "10",
                                        "99", "100", "01ARZ", "01ARb"};
    for (size_t i = 0; i < 8; i++) {
        for (size_t j = 0; j < 8; j++) {
            int wanted = (i > j) - (i < j);
            int got = post_id_compare(slice_of(order[i]), slice_of(order[j]));
            assert_int_equal((got > 0) - (got < 0), wanted);
        }
    }
    uint64_t number;
    assert_true(post_id_number(slice_of("116671905802087851"), &number));
    assert_true(number >> 16 == UINT64_C(1780272000153));
    assert_false(post_id_number(slice_of("01FBVD42CQ3ZEEVMW180SBX03B"), &number));
    assert_false(post_id_number(slice_of(""), &number));
    assert_false(post_id_number(slice_of("99999999999999999999"), &number));
}

static void ids_are_told_by_their_form(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        enum post_id_form form;
    } cases[] = {
        {"116671905802087851", POST_ID_DECIMAL},
        {"1234567890123456789", POST_ID_DECIMAL},
        {"9vPNwtLqGTHDyMtJxo", POST_ID_FLAKE},
        {"AkYpMuWJsJSZkP8nBA", POST_ID_FLAKE},
        {"01FBVD42CQ3ZEEVMW180SBX03B", POST_ID_ULID},
        {"01FBVD42CQ3ZEEVMW180SBX03U", POST_ID_OTHER}, /* has no U */
        {"91FBVD42CQ3ZEEVMW180SBX03B", POST_ID_OTHER},
        {"12345678901234", POST_ID_OTHER},
        {"12345678901234567890", POST_ID_OTHER},
        {"yesterdayyesterday", POST_ID_OTHER},
        {"9vPNwtLqGTHDyMtJx-", POST_ID_OTHER},
        {"yesterday", POST_ID_OTHER},
        {"", POST_ID_OTHER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(post_id_form(slice_of(cases[i].id)), cases[i].form);
    }
}

static void times_become_ids_within_their_range(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *digits;
    } cases[] = {
        {INT64_C(1780272000153), "116671905802027008"},
        {0, "0"},
        {-1, "0"},
        {INT64_MIN, "0"},
        {INT64_C(140737488355327), "9223372036854710272"},
        {INT64_C(140737488355328), "9223372036854710272"}, /* the year 6429 */
        {INT64_MAX, "9223372036854710272"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char digits[POST_ID_DIGITS];
        post_id_of_time(cases[i].ms, digits);
        assert_string_equal(digits, cases[i].digits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_letters_and_digits),
        cmocka_unit_test(ids_of_one_server_are_alike),
        cmocka_unit_test(an_id_of_another_century_is_not_the_newest),
        cmocka_unit_test(ids_are_ordered_by_length_and_bytes),
        cmocka_unit_test(ids_are_told_by_their_form),
        cmocka_unit_test(times_become_ids_within_their_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
