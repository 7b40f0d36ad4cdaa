/* The buffer between reading and writing: order, bounds, and that nothing moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ring.h"

static struct ring ring;

static int tear_down(void **state)
{
    (void)state;
    ring_free(&ring);
    return 0;
}

static bool put(unsigned char mark, size_t size)
{
    void *place = ring_add(&ring, size);
    if (place) {
        memset(place, mark, size);
    }
    return place != NULL;
}

static void assert_oldest(unsigned char mark, size_t size)
{
    struct slice record = ring_oldest(&ring);
    assert_int_equal(record.size, size);
    for (size_t i = 0; i < size; i++) {
        assert_int_equal((unsigned char)record.bytes[i], mark);
    }
}

static void what_goes_in_first_comes_out_first(void **state)
{
    (void)state;
    ring_init(&ring, 1000, 10);
    assert_true(put(1, 100));
    assert_true(put(2, 0));
    assert_true(put(3, 7));
    assert_oldest(1, 100);
    ring_drop_oldest(&ring);
    assert_oldest(2, 0);
    ring_drop_oldest(&ring);
    assert_oldest(3, 7);
    ring_drop_oldest(&ring);
    assert_int_equal(ring.count, 0);
    assert_int_equal(ring.used, 0);
}

static void records_are_counted(void **state)
{
    (void)state;
    ring_init(&ring, 1000, 3);
    assert_true(put(1, 1) && put(2, 1) && put(3, 1));
    assert_false(put(4, 1));
    ring_drop_oldest(&ring);
    assert_true(put(4, 1));
}

static void what_can_never_fit_is_refused(void **state)
{
    (void)state;
    ring_init(&ring, 1024, 3);
    assert_false(put(1, 1024));
    assert_null(ring_add(&ring, SIZE_MAX));
    assert_null(ring_add(&ring, SIZE_MAX - 20));
    assert_true(put(1, 1000));
    assert_false(put(1, 0));
}

static void an_empty_ring_takes_the_largest_record_again(void **state)
{
    (void)state;
    ring_init(&ring, 1024, 3);
    for (int i = 0; i < 5; i++) {
        assert_true(put(1, 300));
        ring_drop_oldest(&ring);
        assert_true(put(2, 1000));
        assert_oldest(2, 1000);
        ring_drop_oldest(&ring);
    }
}

/* Beside the ring runs a plain list of what must be in it; the addresses of records
 * are kept too, since a record may be read while others come and go. */
static void a_long_life_keeps_order_and_place(void **state)
{
    enum { LIFE = 200000, MOST = 40, ROOM = 4096 };
    struct {
        const char *place;
        size_t size;
        unsigned char mark;
    } list[MOST];
    size_t first = 0, count = 0;
    uint32_t random = 1;
    int refused = 0;
    (void)state;
    ring_init(&ring, ROOM, MOST);
    for (int i = 0; i < LIFE; i++) {
        random = random * 1664525u + 1013904223u;
        size_t size = random >> 20 & (random >> 16 & 1 ? 1023 : 63);
        unsigned char mark = (unsigned char)i;
        if (random >> 12 & 3 && put(mark, size)) {
            assert_true(count < MOST);
            list[(first + count) % MOST].size = size;
            list[(first + count) % MOST].mark = mark;
            list[(first + count) % MOST].place =
                count == 0 ? ring_oldest(&ring).bytes : NULL;
            count++;
        } else if (count > 0) {
            refused += random >> 12 & 3 ? 1 : 0;
            assert_oldest(list[first].mark, list[first].size);
            assert_true(!list[first].place ||
                        list[first].place == ring_oldest(&ring).bytes);
            ring_drop_oldest(&ring);
            first = (first + 1) % MOST;
            count--;
        }
        assert_int_equal(ring.count, count);
        assert_true(ring.used <= ROOM);
    }
    assert_true(refused > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(what_goes_in_first_comes_out_first, tear_down),
        cmocka_unit_test_teardown(records_are_counted, tear_down),
        cmocka_unit_test_teardown(what_can_never_fit_is_refused, tear_down),
        cmocka_unit_test_teardown(an_empty_ring_takes_the_largest_record_again,
                                  tear_down),
        cmocka_unit_test_teardown(a_long_life_keeps_order_and_place, tear_down),
    };
    return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
