/* When to try again, by a clock that the tests turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "allowance.h"
#include "backoff.h"
#include "headers.h"
#include "patience.h"
#include "heartbeat.h"

#define NEVER  0u
#define MEDIAN 0x80000000u
#define ALWAYS 0xffffffffu

static int64_t patience_ended(struct patience *p, int64_t open_ms, uint32_t random)
{
    return patience_pause_ms(p, PATIENCE_ENDED, open_ms, BACKOFF_BASE_MS, 0, random);
}

static int64_t patience_failed(struct patience *p, uint32_t random)
{
    return patience_pause_ms(p, PATIENCE_FAILED, 0, BACKOFF_BASE_MS, 0, random);
}

static int64_t patience_refused(struct patience *p, uint32_t random)
{
    return patience_pause_ms(p, PATIENCE_REFUSED, 0, BACKOFF_BASE_MS, 0, random);
}

static void a_healthy_stream_is_taken_up_again_within_two_seconds(void **state)
{
    (void)state;
    struct patience p = {.most = -1};
    patience_opened(&p);
    for (int day = 0; day < 1000; day++) {
        int64_t longest = patience_ended(&p, PATIENCE_HEALTHY_MS, ALWAYS);
        assert_true(longest < PATIENCE_CLEAN_MS && longest >= PATIENCE_CLEAN_MS - 1);
        assert_int_equal(patience_ended(&p, PATIENCE_HEALTHY_MS, NEVER),
                         BACKOFF_LEAST_MS);
    }
}

static void a_stream_that_is_cut_when_quiet_is_taken_up_at_once_for_ever(void **state)
{
    (void)state;
    struct patience p = {.most = 2};
    patience_opened(&p);
    for (int i = 0; i < 1000; i++) {
        int64_t longest =
            patience_pause_ms(&p, PATIENCE_CUT, 6000, BACKOFF_BASE_MS, 0, ALWAYS);
        assert_true(longest >= BACKOFF_LEAST_MS && longest <= 1000);
        patience_opened(&p);
    }
    assert_int_equal(p.failures, 0);
}

static void what_is_left_of_the_tries_is_told(void **state)
{
    (void)state;
    struct patience p = {.most = -1};
    patience_opened(&p);
    for (int left = PATIENCE_REFUSALS; left > 0; left--) {
        assert_true(patience_refused(&p, MEDIAN) > 0);
        assert_int_equal(patience_tries_left(&p), left);
        assert_int_equal(patience_left_ms(&p),
                         left * (PATIENCE_REFUSALS_MS / PATIENCE_REFUSALS));
    }
    assert_int_equal(patience_refused(&p, MEDIAN), -1);
}

static void pages_are_asked_for_no_more_often_than_a_server_allows(void **state)
{
    (void)state;
    struct allowance allowance = {0};
    int64_t now = 5000;
    for (int i = 0; i < ALLOWANCE_REQUESTS; i++) {
        assert_int_equal(allowance_left(&allowance, now), ALLOWANCE_REQUESTS - i);
        assert_int_equal(allowance_wait_ms(&allowance, now), 0);
        allowance_take(&allowance, now++);
    }
    assert_int_equal(allowance_left(&allowance, now), 0);
    assert_int_equal(allowance_wait_ms(&allowance, 5000), ALLOWANCE_WINDOW_MS);
    assert_int_equal(allowance_wait_ms(&allowance, 5000 + ALLOWANCE_WINDOW_MS - 1), 1);
    now = 5000 + ALLOWANCE_WINDOW_MS;
    assert_int_equal(allowance_left(&allowance, now), ALLOWANCE_REQUESTS);
    allowance_take(&allowance, now);
    assert_int_equal(allowance_left(&allowance, now), ALLOWANCE_REQUESTS - 1);
}

static void a_server_that_accepts_and_drops_is_not_hammered(void **state)
{
    (void)state;
    struct patience p = {.most = -1};
    int64_t pause = 0;
    for (int i = 0; i < 12; i++) {
        patience_opened(&p);
        int64_t next = patience_ended(&p, PATIENCE_HEALTHY_MS - 1, MEDIAN);
        assert_true(next >= pause);
        pause = next;
    }
    assert_int_equal(pause, BACKOFF_MOST_MS / 2);
    patience_opened(&p);
    assert_int_equal(patience_ended(&p, PATIENCE_HEALTHY_MS, MEDIAN), 1000);
}

static void failures_are_counted_until_the_limit(void **state)
{
    (void)state;
    struct patience p = {.most = 3};
    for (int i = 0; i < 3; i++) {
        assert_true(patience_failed(&p, MEDIAN) >= BACKOFF_LEAST_MS);
    }
    assert_int_equal(patience_failed(&p, MEDIAN), -1);
    struct patience endless = {.most = -1};
    for (int i = 0; i < 10000; i++) {
        int64_t pause = patience_failed(&endless, ALWAYS);
        assert_true(pause >= BACKOFF_LEAST_MS && pause < BACKOFF_MOST_MS);
    }
}

static void a_refusal_ends_it_at_once_when_it_never_worked(void **state)
{
    (void)state;
    struct patience p = {.most = -1};
    assert_int_equal(patience_refused(&p, MEDIAN), -1);
    struct patience forever = {.most = -1, .forever = true};
    for (int i = 0; i < 1000; i++) {
        assert_true(patience_refused(&forever, MEDIAN) >= BACKOFF_LEAST_MS);
    }
}

static void a_refusal_of_what_worked_is_tried_three_times_over_ten_minutes(void **state)
{
    (void)state;
    struct patience p = {.most = 0};
    patience_opened(&p);
    int64_t shortest = 0;
    int64_t longest = 0;
    for (int round = 0; round < 2; round++) {
        shortest = longest = 0;
        for (int i = 0; i < PATIENCE_REFUSALS; i++) {
            struct patience copy = p;
            shortest += patience_refused(&copy, NEVER);
            longest += patience_refused(&p, ALWAYS);
        }
        assert_int_equal(patience_refused(&p, MEDIAN), -1);
        assert_in_range(shortest, 420000, PATIENCE_REFUSALS_MS);
        assert_in_range(longest, PATIENCE_REFUSALS_MS, 780000);
        patience_opened(&p); /* and it may work again */
    }
}

static void what_the_server_asks_for_is_heeded(void **state)
{
    (void)state;
    struct patience p = {.most = -1};
    int64_t pause = patience_pause_ms(&p, PATIENCE_FAILED, 0, 60000, 0, MEDIAN);
    assert_int_equal(pause, 60000);
    pause = patience_pause_ms(&p, PATIENCE_FAILED, 0, BACKOFF_BASE_MS, 240000, 999);
    assert_int_equal(pause, 240999);
    pause = patience_pause_ms(&p, PATIENCE_FAILED, 0, BACKOFF_BASE_MS, 300, ALWAYS);
    assert_true(pause > 300);
}

enum { NOW_S = 1785654915 };

static int64_t wait_of(const char *retry_after, const char *reset)
{
    return headers_wait_ms(retry_after, reset, (int64_t)NOW_S * 1000);
}

static void waiting_times_are_read_in_every_form(void **state)
{
    (void)state;
    assert_int_equal(wait_of("120", NULL), 120000);
    assert_int_equal(wait_of("Sun, 02 Aug 2026 07:16:15 GMT", NULL), 60000);
    assert_int_equal(wait_of(NULL, "2026-08-02T07:20:15.361696Z"), 300361);
    assert_int_equal(wait_of(NULL, "1785655215"), 300000);
    assert_int_equal(wait_of("10", "1785654945"), 30000);
    assert_int_equal(wait_of("60", "1785654945"), 60000);
    assert_int_equal(wait_of(NULL, NULL), 0);
    assert_int_equal(wait_of("Sun, 02 Aug 2026697191 GMT", NULL), 0);
}

static void a_clock_that_is_behind_is_told_from_the_date(void **state)
{
    (void)state;
    int64_t now_ms = (int64_t)NOW_S * 1000;
    assert_int_equal(headers_behind_ms("Sun, 02 Aug 2026 07:14:15 GMT", now_ms), 60000);
    assert_int_equal(headers_behind_ms("Sun, 02 Aug 2026 07:16:15 GMT", now_ms), 0);
    assert_int_equal(headers_behind_ms("soon", now_ms), 0);
    assert_int_equal(headers_behind_ms("", now_ms), 0);
    assert_int_equal(headers_behind_ms("Sun, 02 Aug 2026697191 GMT", now_ms), 0);
    assert_int_equal(headers_behind_ms(NULL, now_ms), 0);
}

static void waiting_times_that_make_no_sense_are_none(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "", "-5", "soon", "1e9", "99999999999999999999", "2026-13-01T00:00:00Z", "1"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(wait_of(NULL, texts[i]), 0);
    }
    assert_int_equal(wait_of("-5", NULL), 0);
    assert_int_equal(wait_of("Sun, 02 Aug 2020 07:16:15 GMT", NULL), 0);
    assert_int_equal(wait_of("86400", NULL), HEADERS_WAIT_MOST_MS);
    assert_int_equal(wait_of(NULL, "2026-08-02T08:15:14Z"), HEADERS_WAIT_MOST_MS);
    assert_int_equal(wait_of(NULL, "2026-08-02T08:15:16Z"), 0); /* over an hour */
}

static void silence_and_idleness_are_told_apart(void **state)
{
    (void)state;
    enum { STALL = 45000, IDLE = 600000 };
    struct heartbeat p;
    heartbeat_start(&p, 1000);
    assert_int_equal(heartbeat_check(&p, 1000 + STALL, STALL, IDLE), HEARTBEAT_FINE);
    assert_int_equal(heartbeat_check(&p, 1001 + STALL, STALL, IDLE), HEARTBEAT_STALLED);
    int told = 0;
    int64_t now = 1000;
    while (heartbeat_check(&p, now, STALL, IDLE) != HEARTBEAT_STALE) {
        now += 15000;
        heartbeat_byte(&p, now);
        told += heartbeat_check(&p, now, STALL, IDLE) == HEARTBEAT_TURNED_IDLE;
    }
    assert_int_equal(told, 1);
    assert_in_range(now - 1000, HEARTBEAT_STALE_FACTOR * IDLE,
                    HEARTBEAT_STALE_FACTOR * IDLE + 15000);
}

static void a_post_ends_the_idleness_and_it_may_be_told_anew(void **state)
{
    (void)state;
    struct heartbeat p;
    heartbeat_start(&p, 0);
    heartbeat_byte(&p, 700000);
    assert_int_equal(heartbeat_check(&p, 700000, 45000, 600000), HEARTBEAT_TURNED_IDLE);
    assert_int_equal(heartbeat_check(&p, 700001, 45000, 600000), HEARTBEAT_FINE);
    heartbeat_post(&p, 700002);
    heartbeat_byte(&p, 1400000);
    assert_int_equal(heartbeat_check(&p, 1400000, 45000, 600000),
                     HEARTBEAT_TURNED_IDLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_healthy_stream_is_taken_up_again_within_two_seconds),
        cmocka_unit_test(a_stream_that_is_cut_when_quiet_is_taken_up_at_once_for_ever),
        cmocka_unit_test(what_is_left_of_the_tries_is_told),
        cmocka_unit_test(pages_are_asked_for_no_more_often_than_a_server_allows),
        cmocka_unit_test(a_server_that_accepts_and_drops_is_not_hammered),
        cmocka_unit_test(failures_are_counted_until_the_limit),
        cmocka_unit_test(a_refusal_ends_it_at_once_when_it_never_worked),
        cmocka_unit_test(
            a_refusal_of_what_worked_is_tried_three_times_over_ten_minutes),
        cmocka_unit_test(what_the_server_asks_for_is_heeded),
        cmocka_unit_test(waiting_times_are_read_in_every_form),
        cmocka_unit_test(a_clock_that_is_behind_is_told_from_the_date),
        cmocka_unit_test(waiting_times_that_make_no_sense_are_none),
        cmocka_unit_test(silence_and_idleness_are_told_apart),
        cmocka_unit_test(a_post_ends_the_idleness_and_it_may_be_told_anew),
    };
    return cmocka_run_group_tests_name("patience", tests, NULL, NULL);
}
