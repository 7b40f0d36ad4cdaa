/* Keeping by hash: the same keys always, nested, and independent between seeds. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sample_keep.h"
#include "statistics.h"

static void a_share_of_p_is_kept(void **state)
{
    (void)state;
    enum { KEYS = 100000 };
    for (uint32_t percent = 1; percent < 100; percent += 7) {
        double p = percent / 100.0;
        for (uint64_t seed = 0; seed < 4; seed++) {
            double kept = 0;
            for (uint64_t key = 0; key < KEYS; key++) {
                kept += sample_keeps(hash_u64(key), p, seed);
            }
            /* four standard deviations */
            assert_true(fabs(kept - KEYS * p) < 4 * sqrt(KEYS * p * (1 - p)));
        }
    }
}

static void what_is_kept_stays_when_p_grows(void **state)
{
    (void)state;
    for (uint64_t key = 0; key < 1000; key++) {
        bool before = false;
        for (uint32_t thousandths = 0; thousandths <= 1000; thousandths++) {
            bool now = sample_keeps(hash_u64(key), thousandths / 1000.0, 7);
            assert_true(now || !before);
            before = now;
        }
    }
}

static void the_ends_are_exact(void **state)
{
    (void)state;
    for (uint64_t key = 0; key < 10000; key++) {
        struct hash hash = hash_u64(key);
        assert_true(sample_keeps(hash, 1, key));
        assert_true(sample_keeps(hash, INFINITY, key));
        assert_false(sample_keeps(hash, 0, key));
        assert_false(sample_keeps(hash, -1, key));
        assert_false(sample_keeps(hash, NAN, key));
    }
}

static void seeds_choose_independently(void **state)
{
    (void)state;
    static const uint64_t pairs[][2] = {{0, 1}, {1, 2}, {1000, 1001}, {0, UINT64_MAX}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        uint32_t counts[4] = {0};
        for (uint64_t key = 0; key < 100000; key++) {
            bool a = sample_keeps(hash_u64(key), 0.5, pairs[i][0]);
            bool b = sample_keeps(hash_u64(key), 0.5, pairs[i][1]);
            counts[2 * a + b]++;
        }
        assert_true(chi_square(counts, 4) < chi_square_bound(3));
    }
}

/* Stored decisions and samples of other databases have to agree for ever. */
static void decisions_never_change(void **state)
{
    (void)state;
    uint64_t kept = 0;
    for (uint64_t key = 0; key < 64; key++) {
        kept |= (uint64_t)sample_keeps(hash_u64(key), 0.5, 42) << key;
    }
    assert_true(kept == UINT64_C(0x3f530f00d16992f7));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_of_p_is_kept),
        cmocka_unit_test(what_is_kept_stays_when_p_grows),
        cmocka_unit_test(the_ends_are_exact),
        cmocka_unit_test(seeds_choose_independently),
        cmocka_unit_test(decisions_never_change),
    };
    return cmocka_run_group_tests_name("sample", tests, NULL, NULL);
}
