/* The generator against its published numbers, and the shapes of its distributions. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "random.h"
#include "statistics.h"

static void published_numbers_come_out(void **state)
{
    (void)state;
    /* SplitMix64 from the seed 1234567. */
    static const uint64_t known[] = {
        UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
        UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
        UINT64_C(16408922859458223821)};
    struct random random = {1234567};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_true(random_next(&random) == known[i]);
    }
}

static void bounded_numbers_are_even(void **state)
{
    (void)state;
    struct random random = {1};
    for (uint32_t end = 2; end <= 50; end++) {
        uint32_t counts[50] = {0};
        for (uint32_t i = 0; i < 20000; i++) {
            uint64_t number = random_below(&random, end);
            assert_true(number < end);
            counts[number]++;
        }
        assert_true(chi_square(counts, end) < chi_square_bound(end - 1) + 3);
    }
    for (uint32_t i = 0; i < 1000; i++) {
        assert_true(random_below(&random, 1) == 0);
    }
}

/* With 3 * 2^62 one draw in four has to be rejected; otherwise every third number
 * would come twice as often. */
static void large_bounds_are_even_too(void **state)
{
    (void)state;
    struct random random = {2};
    uint32_t thirds[3] = {0};
    uint32_t odd[3] = {0};
    for (uint32_t i = 0; i < 300000; i++) {
        uint64_t number = random_below(&random, UINT64_C(3) << 62);
        assert_true(number < UINT64_C(3) << 62);
        thirds[number >> 62]++;
        odd[number % 3]++;
    }
    assert_true(chi_square(thirds, 3) < chi_square_bound(2) + 1);
    assert_true(chi_square(odd, 3) < chi_square_bound(2) + 1);
    uint64_t highest = 0;
    for (uint32_t i = 0; i < 1000; i++) {
        uint64_t number = random_below(&random, UINT64_MAX);
        assert_true(number < UINT64_MAX);
        highest = number > highest ? number : highest;
    }
    assert_true(highest > UINT64_MAX / 100 * 98);
}

static void reals_are_even_and_never_0_or_1(void **state)
{
    (void)state;
    struct random random = {3};
    uint32_t counts[100] = {0};
    for (uint32_t i = 0; i < 1000000; i++) {
        double number = random_real(&random);
        assert_true(number > 0 && number < 1);
        counts[(int)(number * 100)]++;
    }
    assert_true(chi_square(counts, 100) < chi_square_bound(99));
    /* The seed that makes the generator say 0. */
    assert_true(random_real(&(struct random){UINT64_C(0x61c8864680b583eb)}) == 0x1p-53);
}

static void exponentials_have_their_distribution(void **state)
{
    (void)state;
    struct random random = {4};
    uint32_t counts[20] = {0};
    for (uint32_t i = 0; i < 200000; i++) {
        double number = random_exponential(&random);
        assert_true(number > 0);
        counts[(int)(20 * exp(-number))]++;
    }
    assert_true(chi_square(counts, 20) < chi_square_bound(19));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_numbers_come_out),
        cmocka_unit_test(bounded_numbers_are_even),
        cmocka_unit_test(large_bounds_are_even_too),
        cmocka_unit_test(reals_are_even_and_never_0_or_1),
        cmocka_unit_test(exponentials_have_their_distribution),
    };
    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
