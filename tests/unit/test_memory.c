/* Lists that grow, and sizes that no machine has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "buffer.h"
#include "memory.h"
#include "outcome.h"

static void a_list_doubles_and_keeps_what_is_in_it(void **state)
{
    (void)state;
    size_t room = 0;
    int moves = 0;
    uint64_t *list = NULL;
    for (size_t count = 0; count < 1000; count++) {
        size_t before = room;
        list = memory_grow(list, &room, count + 1, sizeof *list);
        moves += room != before;
        assert_true(room > count);
        list[count] = count;
    }
    assert_int_equal(room, 1024);
    assert_int_equal(moves, 7); /* 16, 32 … 1024 */
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(list[i], i);
    }
    assert_ptr_equal(memory_grow(list, &room, room, sizeof *list), list);
    list = memory_grow(list, &room, 5000, sizeof *list);
    assert_int_equal(room, 8192);
    free(list);
}

static void grow_a_list_too_far(void)
{
    size_t room = 0;
    free(memory_grow(NULL, &room, SIZE_MAX / 8 + 1, 8));
}

static void double_a_list_too_far(void)
{
    size_t room = SIZE_MAX / 16 + 1; /* twice that fits no more */
    free(memory_grow(NULL, &room, SIZE_MAX / 8 + 2, 8));
}

static void reserve_too_much(void)
{
    struct buffer b = {0};
    buffer_append_byte(&b, 'x');
    buffer_reserve(&b, SIZE_MAX);
    buffer_free(&b);
}

static void what_does_not_fit_ends_the_program_with_a_message(void **state)
{
    (void)state;
    static void (*const acts[])(void) = {grow_a_list_too_far, double_a_list_too_far,
                                         reserve_too_much};
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        int ends[2];
        char said[200] = "";
        assert_int_equal(pipe(ends), 0);
        fflush(NULL);
        pid_t child = fork();
        if (child == 0) {
            dup2(ends[1], STDERR_FILENO);
            acts[i]();
            _exit(99);
        }
        close(ends[1]);
        assert_true(read(ends[0], said, sizeof said - 1) > 0);
        close(ends[0]);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), OUTCOME_INTERNAL);
        assert_string_equal(said, "mastodon-loader: error: out of memory; what was"
                                  " committed is safe\n");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_doubles_and_keeps_what_is_in_it),
        cmocka_unit_test(what_does_not_fit_ends_the_program_with_a_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
