/* Logarithms and exponentials against libm's, and bit by bit. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "portable_math.h"
#include "random.h"

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static bool is_close(double value, double truth)
{
    return fabs(value - truth) <= 0x1p-50 * fabs(truth);
}

static void logarithms_agree_with_libm(void **state)
{
    (void)state;
    struct random random = {5};
    for (uint32_t i = 0; i < 300000; i++) {
        double even = random_real(&random);
        double small = ldexp(even, -(int)random_below(&random, 900));
        assert_true(is_close(portable_ln(even), log(even)));
        assert_true(is_close(portable_ln(small), log(small)));
        assert_true(is_close(portable_ln(1 / small), log(1 / small)));
        assert_true(is_close(portable_ln1p(-even), log1p(-even)));
        assert_true(is_close(portable_ln1p(-small), log1p(-small)));
        assert_true(is_close(portable_expm1(-small), expm1(-small)));
        assert_true(is_close(portable_expm1(-50 * even), expm1(-50 * even)));
        assert_true(is_close(portable_exp(small), exp(small)));
        assert_true(is_close(portable_exp(-small), exp(-small)));
        assert_true(is_close(portable_exp(1400 * even - 700), exp(1400 * even - 700)));
    }
    assert_true(portable_ln(1) == 0 && portable_ln1p(0) == 0 && portable_expm1(0) == 0);
    assert_true(portable_exp(0) == 1 && PORTABLE_LN2 == log(2));
    assert_true(is_close(portable_ln(0x1p-1022), log(0x1p-1022)));
    assert_true(is_close(portable_ln1p(-0x1.fffffffffffffp-1), log(0x1p-53)));
    assert_true(portable_expm1(-1e300) == -1);
}

/* Bit by bit, for these decide which rows are in a sample. */
static void logarithms_are_the_same_everywhere(void **state)
{
    (void)state;
    uint64_t mixed[4] = {0, 0, 0, 0};
    struct random random = {6};
    for (uint32_t i = 0; i < 10000; i++) {
        double even = random_real(&random);
        mixed[0] = mixed[0] * 31 + bits_of(portable_ln(even));
        mixed[1] = mixed[1] * 31 + bits_of(portable_ln1p(-even));
        mixed[2] = mixed[2] * 31 + bits_of(portable_expm1(-even * 20));
        mixed[3] = mixed[3] * 31 + bits_of(portable_exp(even * 6 - 3));
    }
    assert_true(mixed[0] == UINT64_C(6258576681853449076));
    assert_true(mixed[1] == UINT64_C(15632513234882436697));
    assert_true(mixed[2] == UINT64_C(792753778139286166));
    assert_true(mixed[3] == UINT64_C(9624193187671228236));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logarithms_agree_with_libm),
        cmocka_unit_test(logarithms_are_the_same_everywhere),
    };
    return cmocka_run_group_tests_name("portable math", tests, NULL, NULL);
}
