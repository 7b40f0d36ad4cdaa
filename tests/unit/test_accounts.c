/* Names of accounts, and the hash that stands for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "accounts.h"

static const char digits[] = "000102030405060708090a0b0c0d0e0f";

/* Of messages 00, 00 01, 00 01 02 and so on, under the key 00 01 .. 0f: from appendix A
 * of the paper and the vectors published with its reference implementation. */
static void the_published_vectors_hold(void **state)
{
    static const struct {
        size_t size;
        uint64_t hash;
    } known[] = {
        {0, 0x726fdb47dd0e0e31},  {1, 0x74f839c593dc67fd},  {2, 0x0d6c8009d9a94f5a},
        {3, 0x85676696d7fb7e2d},  {4, 0xcf2794e0277187b7},  {5, 0x18765564cd99a68d},
        {6, 0xcbc9466e58fee3ce},  {7, 0xab0200f58b01d137},  {8, 0x93f5f5799a932462},
        {15, 0xa129ca6149be45e5}, {63, 0x958a324ceb064572},
    };
    uint8_t key[SIPHASH_KEY], message[64];
    (void)state;
    for (size_t i = 0; i < sizeof message; i++) {
        message[i] = (uint8_t)i;
    }
    memcpy(key, message, sizeof key);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_true(siphash(key, message, known[i].size) == known[i].hash);
    }
}

static const char *kept(const char *mode, const char *name)
{
    static struct buffer out;
    struct accounts accounts;
    assert_true(accounts_init(&accounts, mode, digits));
    out.size = 0;
    buffer_append_text(&out, name);
    return accounts_keep(&accounts, &out) ? buffer_text(&out) : NULL;
}

static void the_hash_is_sixteen_digits_in_any_case_of_letters(void **state)
{
    (void)state;
    assert_string_equal(kept("hash", ""), "726fdb47dd0e0e31");
    char first[17];
    const char *hash = kept("hash", "ann@a.example");
    snprintf(first, sizeof first, "%s", hash ? hash : "");
    assert_int_equal(strlen(first), 16);
    assert_string_equal(kept("hash", "Ann@A.Example"), first);
    assert_string_not_equal(kept("hash", "bob@a.example"), first);
}

static void plain_names_stay_and_no_names_go(void **state)
{
    (void)state;
    assert_string_equal(kept("plain", "Ann@a.example"), "Ann@a.example");
    assert_null(kept("none", "ann@a.example"));
}

static void what_is_no_mode_or_no_key_is_refused(void **state)
{
    static const char *const keys[] = {"", "00", "000102030405060708090a0b0c0d0e0F",
                                       "000102030405060708090a0b0c0d0e0f0"};
    struct accounts accounts;
    (void)state;
    assert_false(accounts_init(&accounts, "some", digits));
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        assert_false(accounts_init(&accounts, "hash", keys[i]));
    }
}

static void every_key_is_another(void **state)
{
    char one[ACCOUNTS_KEY_DIGITS + 1], two[ACCOUNTS_KEY_DIGITS + 1];
    struct accounts accounts;
    (void)state;
    assert_true(accounts_make_key(one));
    assert_true(accounts_make_key(two));
    assert_true(accounts_init(&accounts, "hash", one));
    assert_string_not_equal(one, two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_vectors_hold),
        cmocka_unit_test(the_hash_is_sixteen_digits_in_any_case_of_letters),
        cmocka_unit_test(plain_names_stay_and_no_names_go),
        cmocka_unit_test(what_is_no_mode_or_no_key_is_refused),
        cmocka_unit_test(every_key_is_another),
    };
    return cmocka_run_group_tests_name("accounts", tests, NULL, NULL);
}
