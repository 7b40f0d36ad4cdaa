/* Linked into every program here: with TEST=NAME in its environment it runs only the
 * tests that have NAME in their names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

__attribute__((constructor)) static void choose(void)
{
    static char pattern[200]; /* cmocka keeps the pointer */
    const char *name = getenv("TEST");
    if (name && *name) {
        (void)snprintf(pattern, sizeof pattern, "*%s*", name);
        cmocka_set_test_filter(pattern);
    }
}
