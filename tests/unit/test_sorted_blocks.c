/* Numbers in order, against a plain array. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "random.h"
#include "ration.h"
#include "sorted_blocks.h"

enum { MOST = 6000 };

struct plain {
    uint64_t numbers[MOST];
    size_t count;
};

static size_t plain_rank(const struct plain *plain, uint64_t number)
{
    size_t rank = 0;
    while (rank < plain->count && plain->numbers[rank] < number) {
        rank++;
    }
    return rank;
}

static void plain_put(struct plain *plain, uint64_t number)
{
    size_t rank = plain_rank(plain, number);
    memmove(plain->numbers + rank + 1, plain->numbers + rank,
            (plain->count++ - rank) * sizeof number);
    plain->numbers[rank] = number;
}

static void plain_drop_at(struct plain *plain, size_t rank)
{
    memmove(plain->numbers + rank, plain->numbers + rank + 1,
            (--plain->count - rank) * sizeof plain->numbers[0]);
}

static void expect_same(const struct sorted_blocks *sorted, const struct plain *plain)
{
    static uint64_t first[MOST];
    assert_int_equal(sorted->count, plain->count);
    assert_int_equal(sorted_blocks_first(sorted, first, MOST), plain->count);
    assert_memory_equal(first, plain->numbers, plain->count * sizeof first[0]);
    assert_int_equal(sorted_blocks_first(sorted, first, 7),
                     plain->count < 7 ? plain->count : 7);
    for (size_t rank = 0; rank < plain->count; rank += 1 + rank / 5) {
        assert_true(sorted_blocks_at(sorted, rank) == plain->numbers[rank]);
    }
}

/* Grows to MOST, shrinks to nothing, and again, with numbers below `end`. */
static void run(uint64_t end)
{
    struct sorted_blocks sorted = {0};
    struct plain *plain = calloc(1, sizeof *plain);
    struct random random = {end};
    assert_non_null(plain);
    for (int round = 0; round < 4; round++) {
        bool grows = round % 2 == 0;
        for (size_t i = 0; grows ? plain->count < MOST : plain->count > 0; i++) {
            uint64_t number = random_below(&random, end);
            bool puts = random_below(&random, 4) == 0 ? !grows : grows;
            if (puts && plain->count < MOST) {
                assert_int_equal(
                    sorted_blocks_put(&sorted, number, &sketch_libc_memory), SKETCH_OK);
                plain_put(plain, number);
            } else if (plain->count > 0) {
                size_t rank = plain_rank(plain, number);
                rank = rank < plain->count ? rank : 0;
                bool there = plain->numbers[rank] == number;
                assert_int_equal(
                    sorted_blocks_drop(&sorted, number, &sketch_libc_memory), there);
                if (!there) {
                    assert_true(sorted_blocks_drop(&sorted, plain->numbers[rank],
                                                   &sketch_libc_memory));
                }
                plain_drop_at(plain, rank);
            }
            if (i % 503 == 0) {
                expect_same(&sorted, plain);
            }
        }
    }
    expect_same(&sorted, plain);
    assert_false(sorted_blocks_drop(&sorted, 1, &sketch_libc_memory));
    sorted_blocks_release(&sorted, &sketch_libc_memory);
    free(plain);
}

static void numbers_stay_in_order(void **state)
{
    (void)state;
    run(1);
    run(10);
    run(1000);
    run(UINT64_MAX);
}

/* In order, backwards: the worst for blocks that split in the middle. */
static void few_bytes_a_number_are_taken(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 2; i++) {
        struct sorted_blocks sorted = {0};
        for (uint64_t number = 0; number < 100000; number++) {
            assert_int_equal(sorted_blocks_put(&sorted, i == 0 ? number : ~number,
                                               &sketch_libc_memory),
                             SKETCH_OK);
        }
        assert_true(sorted.block_count <= 400);
        sorted_blocks_release(&sorted, &sketch_libc_memory);
    }
}

static void every_refusal_is_survived(void **state)
{
    struct ration ration = {.grants = RATION_UNLIMITED};
    struct sketch_memory memory = ration_memory(&ration);
    struct sorted_blocks sorted = {0};
    struct random random = {3};
    (void)state;
    for (uint64_t i = 0; i < 4000; i++) {
        uint64_t number = random_below(&random, 100000);
        enum sketch_status status = SKETCH_NOMEM;
        for (uint64_t grants = 0; status == SKETCH_NOMEM; grants++) {
            ration.grants = grants;
            status = sorted_blocks_put(&sorted, number, &memory);
            assert_int_equal(sorted.count, i + (status == SKETCH_OK));
        }
    }
    for (uint64_t rank = 1; rank < sorted.count; rank++) {
        assert_true(sorted_blocks_at(&sorted, rank - 1) <=
                    sorted_blocks_at(&sorted, rank));
    }
    sorted_blocks_release(&sorted, &memory);
    assert_int_equal(ration.blocks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_stay_in_order),
        cmocka_unit_test(few_bytes_a_number_are_taken),
        cmocka_unit_test(every_refusal_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
