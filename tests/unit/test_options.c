/* Every option of the table: its help, its value, its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "duration.h"
#include "log.h"
#include "options_private.h"

static struct options fresh(void)
{
    return (struct options){.timeline = "public", .max_retries = -1};
}

static void every_option_has_a_name_and_a_line_of_help(void **state)
{
    (void)state;
    for (int key = 0; key < KEY_COUNT; key++) {
        const struct option_spec *spec = &options_table[key];
        assert_non_null(spec->name);
        char name[60];
        snprintf(name, sizeof name, "--%s", spec->name);
        size_t size = strlen(name);
        const char *at = strstr(options_help, name);
        while (at && ((at[size] >= 'a' && at[size] <= 'z') || at[size] == '-')) {
            at = strstr(at + 1, name); /* of a longer name */
        }
        if (!at && key != KEY_DATABASE) {
            fail_msg("--help says nothing of %s", name);
        }
        for (int other = 0; other < key; other++) {
            assert_string_not_equal(options_table[other].name, spec->name);
        }
    }
}

/* Sets the option and checks that its place holds that and no other place has changed.
 */
static void assert_sets(int key, const char *value, const void *wanted, size_t size)
{
    struct options before = fresh();
    struct options after = fresh();
    const struct option_spec *spec = &options_table[key];
    if (!options_set(&after, key, value)) {
        fail_msg("--%s %s is refused", spec->name, value ? value : "");
    }
    assert_memory_equal((char *)&after + spec->place, wanted, size);
    assert_true(memcmp((char *)&before + spec->place, wanted, size) != 0);
    memcpy((char *)&before + spec->place, wanted, size);
    assert_memory_equal(&before, &after, sizeof after);
}

static void assert_number(int key, int64_t value, int64_t wanted, const char *unit)
{
    char text[40];
    snprintf(text, sizeof text, "%lld%s", (long long)value, unit);
    assert_sets(key, text, &wanted, sizeof wanted);
}

static void assert_refused(int key, const char *value)
{
    struct options o = fresh();
    if (options_set(&o, key, value)) {
        fail_msg("--%s takes %s", options_table[key].name, value);
    }
}

static void assert_refuses_beyond(int key)
{
    const struct option_spec *spec = &options_table[key];
    char text[40];
    snprintf(text, sizeof text, "%lld", (long long)spec->least - 1);
    assert_refused(key, text);
    if (spec->most < INT64_MAX) {
        snprintf(text, sizeof text, "%lld", (long long)spec->most + 1);
        assert_refused(key, text);
    }
    assert_refused(key, "99999999999999999999");
    assert_refused(key, "");
    assert_refused(key, "7x");
    assert_refused(key, "x");
}

static void every_option_sets_what_it_says_and_nothing_else(void **state)
{
    (void)state;
    static const bool yes = true;
    for (int key = 0; key < KEY_COUNT; key++) {
        const struct option_spec *spec = &options_table[key];
        const char *text = "some text";
        switch (spec->kind) {
        case OPTION_FLAG:
            assert_sets(key, NULL, &yes, sizeof yes);
            break;
        case OPTION_HEADER:
            assert_refused(key, "a\nb");
            assert_refused(key, "a\x7f");
            assert_sets(key, text, &text, sizeof text);
            break;
        case OPTION_TEXT:
            assert_sets(key, text, &text, sizeof text);
            break;
        case OPTION_CHOICE:
            assert_refused(key, "no such choice");
            for (size_t i = 0; spec->choices[i]; i++) {
                char copy[20];
                snprintf(copy, sizeof copy, "%s", spec->choices[i]);
                assert_sets(key, copy, &spec->choices[i], sizeof *spec->choices);
            }
            break;
        case OPTION_NUMBER:
            assert_number(key, spec->most, spec->most, "");
            assert_number(key, spec->least, spec->least, "");
            assert_refuses_beyond(key);
            break;
        case OPTION_SIZE:
            assert_number(key, spec->most, spec->most, "");
            assert_number(key, 2, 2 << 20, "M");
            assert_refuses_beyond(key);
            break;
        case OPTION_TIME:
            assert_number(key, 7, 7000, "s");
            assert_number(key, 8, 8000, "");
            assert_number(key, 2, 7200000, "h");
            assert_refused(key, "0s");
            assert_refused(key, "-2h");
            assert_refused(key, "2 h");
            break;
        case OPTION_OWN:
        case OPTION_OWN_FLAG:
            assert_non_null(spec->set); /* below, one by one */
            break;
        case OPTION_EARLY:
        case OPTION_EARLY_FLAG:
        default:
            assert_true(key == KEY_CONFIG || key == KEY_VERSION || key == KEY_HELP);
        }
    }
}

static void options_of_their_own_set_what_they_say(void **state)
{
    (void)state;
    struct options o = fresh();
    assert_true(options_set(&o, KEY_REPLAY, "a"));
    assert_true(options_set(&o, KEY_REPLAY, "-"));
    assert_int_equal(o.replays.count, 2);
    assert_string_equal(strings_get(&o.replays, 1).bytes, "-");
    assert_true(options_set(&o, KEY_LANGUAGE, "de,null"));
    assert_true(o.languages.unknown && !o.languages.any);
    assert_true(options_set(&o, KEY_LANGUAGE, "Any"));
    assert_true(o.languages.any);
    assert_true(options_set(&o, KEY_SINCE, "2026-06-01"));
    assert_true(o.since.ms == INT64_C(1780272000000));
    assert_true(options_set(&o, KEY_HASHTAG, "#cats"));
    assert_string_equal(o.timeline, "hashtag");
    assert_string_equal(strings_get(&o.hashtags, 0).bytes, "cats");
    assert_false(options_set(&o, KEY_LOCAL, NULL));
    assert_false(options_set(&o, KEY_HASHTAG, "#"));
    options_free(&o);
    static const struct {
        int key;
        const char *timeline;
    } halves[] = {{KEY_LOCAL, "public/local"}, {KEY_REMOTE, "public/remote"}};
    for (size_t i = 0; i < 2; i++) {
        o = fresh();
        assert_true(options_set(&o, halves[i].key, NULL));
        assert_string_equal(o.timeline, halves[i].timeline);
        assert_false(options_set(&o, halves[1 - i].key, NULL));
    }
}

static void lengths_of_time_are_a_number_and_a_unit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        char unit;
        int64_t ms; /* 0: it is none */
    } cases[] = {
        {"90s", '\0', 90000},  {"10m", '\0', 600000},
        {"2h", '\0', 7200000}, {"1000000d", '\0', INT64_C(86400000000000)},
        {"1000001d", '\0', 0}, {"99999999999999999999d", '\0', 0},
        {"90", '\0', 0},       {"90", 's', 90000},
        {"90", 'm', 5400000},  {"0h", '\0', 0},
        {"-2h", '\0', 0},      {"2hours", '\0', 0},
        {"2w", '\0', 0},       {" 2h", '\0', 0},
        {"2h ", '\0', 0},      {"h", '\0', 0},
        {"", 's', 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t ms = -1;
        bool read = duration_read(cases[i].text, cases[i].unit, &ms);
        assert_int_equal(read, cases[i].ms > 0);
        assert_true(!read || ms == cases[i].ms);
    }
}

static void every_default_is_a_value_of_its_option(void **state)
{
    (void)state;
    for (int key = 0; key < KEY_COUNT; key++) {
        const struct option_spec *spec = &options_table[key];
        struct options o = fresh();
        if (spec->fallback) {
            assert_true(options_set(&o, key, spec->fallback));
        }
        if (spec->alone) {
            assert_true(options_set(&o, key, spec->alone));
            assert_true(options_set(&o, key, NULL));
            assert_true(options_set(&o, key, ""));
        }
        options_free(&o);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_option_has_a_name_and_a_line_of_help),
        cmocka_unit_test(every_option_sets_what_it_says_and_nothing_else),
        cmocka_unit_test(options_of_their_own_set_what_they_say),
        cmocka_unit_test(lengths_of_time_are_a_number_and_a_unit),
        cmocka_unit_test(every_default_is_a_value_of_its_option),
    };
    log_configure(LOG_ERROR, LOG_PLAIN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
