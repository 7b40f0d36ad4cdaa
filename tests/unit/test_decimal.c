/* Decimal numbers, written and read, against known ones and against libc. */
#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "decimal.h"
#include "random.h"

enum { RANDOM_DOUBLES = 200000 };

static struct decimal read_all(const char *text)
{
    struct decimal number;
    assert_int_equal(decimal_read((const uint8_t *)text, strlen(text), &number),
                     strlen(text));
    return number;
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static bool is_same(double a, double b) { return bits_of(a) == bits_of(b); }

/* Every kind of double: any bits, powers of two, a few decimals, shares of a whole. */
static double some_double(struct random *random, int i)
{
    uint64_t bits = random_next(random);
    double value;
    if (i % 4 == 1) {
        return (double)(bits % 1000000) / 1000;
    }
    if (i % 4 == 2) {
        return (double)(bits >> 11) * 0x1p-53;
    }
    bits = i % 4 == 3 ? (bits % 2047) << 52 : bits;
    memcpy(&value, &bits, sizeof value);
    return value - value == 0 ? value : 0.5;
}

static int digits_of(const char *text)
{
    char digits[32];
    int count = 0;
    for (; *text && *text != 'e'; text++) {
        if (*text >= '0' && *text <= '9' && (count > 0 || *text != '0')) {
            digits[count++] = *text;
        }
    }
    while (count > 1 && digits[count - 1] == '0') {
        count--;
    }
    return count;
}

static void known_numbers_are_written(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } known[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1, "1.0"},
        {-100, "-100.0"},
        {0.1, "0.1"},
        {0.3, "0.3"},
        {1.0 / 3, "0.3333333333333333"},
        {10.357019999999999, "10.357019999999999"},
        {0.0001, "0.0001"},
        {0.00001, "1.0e-05"},
        {9007199254740993.0, "9007199254740992.0"},
        {12345678901234567.0, "12345678901234568.0"},
        {1e16, "10000000000000000.0"},
        {1e17, "1.0e+17"},
        {1e23, "1.0e+23"}, /* its neighbour is as close to 10^23, and odd */
        {0x1p-44, "5.684341886080802e-14"}, /* the gap below is half the one above */
        {5e-324, "5.0e-324"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_string_equal(decimal_write(known[i].value).text, known[i].text);
    }
}

static void what_is_written_reads_back_and_is_the_shortest(void **state)
{
    (void)state;
    struct random random = {7};
    for (int i = 0; i < RANDOM_DOUBLES; i++) {
        double value = some_double(&random, i);
        struct decimal_text written = decimal_write(value);
        assert_true(is_same(strtod(written.text, NULL), value));
        assert_true(is_same(read_all(written.text).real, value));
        int digits = digits_of(written.text);
        assert_in_range(digits, 0, 17);
        if (digits > 1) {
            char shorter[32];
            snprintf(shorter, sizeof shorter, "%.*e", digits - 2, value);
            assert_false(strtod(shorter, NULL) == value);
        }
    }
}

/* Longer than any double needs, and exactly halfway between two, a digit more or less.
 */
static void long_numbers_are_rounded_as_by_libc(void **state)
{
    (void)state;
    struct random random = {8};
    char text[1400];
    for (int i = 0; i < RANDOM_DOUBLES / 10; i++) {
        size_t size = 1 + (size_t)random_below(&random, i % 100 == 0 ? 900 : 40);
        size_t point = (size_t)random_below(&random, size + 1);
        size_t at = 0;
        for (size_t digit = 0; digit < size; digit++) {
            text[at++] = (char)('0' + random_next(&random) % 10);
            if (digit == point) {
                text[at++] = '.';
            }
        }
        snprintf(text + at, sizeof text - at, "e%d",
                 (int)(random_next(&random) % 700) - 350 - (int)point);
        assert_true(is_same(read_all(text).real, strtod(text, NULL)));
    }
    for (int i = 0; i < 2000; i++) {
        int exponent = (int)(random_next(&random) % 800) - 600;
        double low =
            ldexp(1 + (double)(random_next(&random) >> 12) * 0x1p-52, exponent);
        /* Both ends have 53 bits, so their sum of 54 is exact in two summands. */
        snprintf(text, sizeof text, "%.1074f", low);
        double gap = ldexp(1, exponent - 53);
        char half[1400];
        snprintf(half, sizeof half, "%.1074f", gap);
        size_t places = strlen(text);
        size_t offset = places - strlen(half);
        int carry = 0;
        for (size_t at = places; at-- > 0;) {
            if (text[at] == '.') {
                continue;
            }
            int sum =
                text[at] - '0' + carry + (at >= offset ? half[at - offset] - '0' : 0);
            text[at] = (char)('0' + sum % 10);
            carry = sum / 10;
        }
        if (carry) {
            continue; /* one digit more than there is room for */
        }
        assert_true(is_same(read_all(text).real, strtod(text, NULL)));
        memcpy(text + places, "1", 2);
        assert_true(is_same(read_all(text).real, nextafter(low, INFINITY)));
    }
}

static void integers_are_told_from_reals(void **state)
{
    (void)state;
    assert_true(read_all("0").is_integer);
    assert_true(read_all("-9223372036854775808").integer == INT64_MIN);
    assert_true(read_all("9223372036854775807").integer == INT64_MAX);
    assert_true(read_all("+007").integer == 7);
    assert_false(read_all("9223372036854775808").is_integer);
    assert_true(read_all("9223372036854775808").real == 0x1p63);
    assert_false(read_all("-9223372036854775809").is_integer);
    assert_false(read_all("1.0").is_integer);
    assert_false(read_all("1e3").is_integer);
    assert_true(is_same(read_all("-0").real, -0.0));
}

static void the_ends_of_the_doubles_are_met(void **state)
{
    (void)state;
    assert_true(isinf(read_all("1.8e308").real));
    assert_true(isinf(read_all("1e99999999999999999999").real));
    assert_true(read_all("1.7976931348623158e308").real == 1.7976931348623157e308);
    assert_true(isinf(read_all("1.7976931348623159e308").real));
    assert_true(read_all("2.4703282292062327e-324").real == 0);
    assert_true(read_all("2.4703282292062328e-324").real == 5e-324);
    assert_true(read_all("1e-99999999999999999999").real == 0);
    char text[2100];
    memset(text, '0', sizeof text);
    memcpy(text, "0.", 2);
    memcpy(text + 2000, "1e2000", 7);
    assert_true(read_all(text).real == 10);
    memset(text + 1, '0', 2000);
    memcpy(text, "1", 1);
    memcpy(text + 2001, "e-1995", 7);
    assert_true(read_all(text).real == 100000);
}

static void what_is_no_number_is_not_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length;
    } known[] = {
        {"", 0},      {"-", 0},    {".", 0},   {"+.", 0},  {"e5", 0},  {"nan", 0},
        {"inf", 0},   {"0x10", 1}, {"1e", 1},  {"1e+", 1}, {"1,5", 1}, {"5.", 2},
        {"1.2.3", 3}, {".5", 2},   {"- 1", 0}, {"1 ", 1},  {"--1", 0},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct decimal number;
        assert_int_equal(decimal_read((const uint8_t *)known[i].text,
                                      strlen(known[i].text), &number),
                         known[i].length);
    }
}

/* Whether the program ends well; what it says is of no interest. */
static bool runs(const char *const *arguments)
{
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        execvp(arguments[0], (char *const *)(uintptr_t)arguments);
        _exit(127);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* A locale with a decimal comma, made in a folder of its own. */
static void no_locale_changes_it(void **state)
{
    (void)state;
    char folder[] = "/tmp/test_decimal_XXXXXX";
    char locale[64];
    char here[16];
    assert_non_null(mkdtemp(folder));
    snprintf(locale, sizeof locale, "%s/de_DE.UTF-8", folder);
    const char *make[] = {"localedef", "-i", "de_DE", "-f", "UTF-8", locale, NULL};
    bool is_set = runs(make) && setenv("LOCPATH", folder, 1) == 0 &&
                  setlocale(LC_ALL, "de_DE.UTF-8");
    snprintf(here, sizeof here, "%.1f", 0.5);
    struct decimal_text written = decimal_write(0.5);
    double comma = read_all("0.5").real;
    setlocale(LC_ALL, "C");
    const char *clear[] = {"rm", "-rf", folder, NULL};
    assert_true(runs(clear));
    assert_true(is_set); /* set-up asks for the sources of locales */
    assert_string_equal(here, "0,5");
    assert_string_equal(written.text, "0.5");
    assert_true(comma == 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_numbers_are_written),
        cmocka_unit_test(what_is_written_reads_back_and_is_the_shortest),
        cmocka_unit_test(long_numbers_are_rounded_as_by_libc),
        cmocka_unit_test(integers_are_told_from_reals),
        cmocka_unit_test(the_ends_of_the_doubles_are_met),
        cmocka_unit_test(what_is_no_number_is_not_read),
        cmocka_unit_test(no_locale_changes_it),
    };
    return cmocka_run_group_tests_name("decimal", tests, NULL, NULL);
}
