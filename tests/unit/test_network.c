/* Which servers may be asked, and how long to wait between tries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backoff.h"
#include "log.h"
#include "server.h"

static void servers_are_named_in_several_ways(void **state)
{
    (void)state;
    static const struct {
        const char *text, *origin, *name;
    } cases[] = {
        {"example.social", "https://example.social", "example.social"},
        {"Example.Social:8443", "https://example.social:8443", "example.social:8443"},
        {"https://example.social/", "https://example.social", "example.social"},
        {"http://127.0.0.1:8080", "http://127.0.0.1:8080", "127.0.0.1:8080"},
        {"http://localhost", "http://localhost", "localhost"},
        {"HTTP://[::1]:80/", "http://[::1]:80", "[::1]:80"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct server server;
        assert_true(server_read(&server, cases[i].text));
        assert_string_equal(server.origin.bytes, cases[i].origin);
        assert_string_equal(server.name.bytes, cases[i].name);
        server_free(&server);
    }
}

static void no_token_can_go_elsewhere_in_the_clear(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "https://",
        "a b",
        "a.example/path",
        "https://user:pass@a.example",
        "ftp://a.example",
        "http://a.example",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://127.evil.example:80",
        "http://[::1].evil.example",
        "http://10.0.0.1",
        "a.example\r\nX: y",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct server server;
        assert_false(server_read(&server, cases[i]));
        server_free(&server);
    }
}

static void pauses_double_at_most_and_are_spread(void **state)
{
    (void)state;
    for (int64_t failures = 0; failures < 100; failures++) {
        int64_t limit = failures < 9 ? BACKOFF_BASE_MS << failures : BACKOFF_MOST_MS;
        limit = limit < BACKOFF_MOST_MS ? limit : BACKOFF_MOST_MS;
        int64_t longest = backoff_pause_ms(failures, BACKOFF_BASE_MS, UINT32_MAX);
        assert_true(longest < limit && longest >= limit - 1);
        assert_int_equal(
            backoff_pause_ms(failures, BACKOFF_BASE_MS, UINT32_MAX / 2 + 1), limit / 2);
        assert_int_equal(backoff_pause_ms(failures, BACKOFF_BASE_MS, 0),
                         BACKOFF_LEAST_MS);
    }
}

static void a_server_may_ask_for_more_patience_within_limits(void **state)
{
    (void)state;
    assert_int_equal(backoff_pause_ms(0, 10000, UINT32_MAX / 2 + 1), 5000);
    assert_true(backoff_pause_ms(5, INT64_MAX / 1024, UINT32_MAX) < BACKOFF_MOST_MS);
    assert_int_equal(backoff_pause_ms(0, -5, UINT32_MAX), BACKOFF_LEAST_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(servers_are_named_in_several_ways),
        cmocka_unit_test(no_token_can_go_elsewhere_in_the_clear),
        cmocka_unit_test(pauses_double_at_most_and_are_spread),
        cmocka_unit_test(a_server_may_ask_for_more_patience_within_limits),
    };
    return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
