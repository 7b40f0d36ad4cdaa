/* Server-sent events: the standard's rules, and that cuts make no difference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sse.h"

/* Events are written down as "type|data;". */
static bool note(void *ctx, const struct sse_event *event)
{
    struct buffer *out = ctx;
    buffer_append(out, event->type.bytes, event->type.size);
    buffer_append_byte(out, '|');
    buffer_append(out, event->data.bytes, event->data.size);
    buffer_append_byte(out, ';');
    return true;
}

static void assert_events(const char *stream, size_t size, const char *expected)
{
    struct buffer out = {0};
    struct sse sse;
    /* Whole, then in two pieces at every place, then byte by byte. */
    for (size_t cut = 0; cut <= size + 1; cut++) {
        out.size = 0;
        sse_init(&sse, SSE_LIMIT, (struct sse_listener){.event = note, .ctx = &out});
        if (cut <= size) {
            assert_true(sse_feed(&sse, stream, cut));
            assert_true(sse_feed(&sse, stream + cut, size - cut));
        } else {
            for (size_t i = 0; i < size; i++) {
                assert_true(sse_feed(&sse, stream + i, 1));
            }
        }
        assert_string_equal(buffer_text(&out), expected);
        sse_free(&sse);
    }
    buffer_free(&out);
}

#define ASSERT_EVENTS(stream, expected)                                                \
    assert_events(stream, sizeof(stream) - 1, expected)

static void fields_make_events(void **state)
{
    (void)state;
    ASSERT_EVENTS("event: update\ndata: {}\n\n", "update|{};");
    ASSERT_EVENTS("data: 1\ndata:2\ndata\n\n", "message|1\n2\n;");
    ASSERT_EVENTS("id: 7\nDATA: no\n data: no\ndata:  two\nid\n\n", "message| two;");
    ASSERT_EVENTS("id: 7\ndata: x\n\ndata: y\n\n", "message|x;message|y;");
}

static void all_line_ends_are_one(void **state)
{
    (void)state;
    ASSERT_EVENTS("data: a\r\rdata: b\n\ndata: c\r\n\r\n",
                  "message|a;message|b;message|c;");
    ASSERT_EVENTS("data: a\r\n\ndata: b\n\r\n", "message|a;message|b;");
    ASSERT_EVENTS("data: a\x0b\xc2\x85\xe2\x80\xa8 b\n\n",
                  "message|a\x0b\xc2\x85\xe2\x80\xa8 b;");
}

static void a_mark_is_skipped_only_at_the_start(void **state)
{
    (void)state;
    ASSERT_EVENTS("\xef\xbb\xbf"
                  "data: a\n\n\xef\xbb\xbf"
                  "data: b\n\n",
                  "message|a;");
    ASSERT_EVENTS("\xef\xbb"
                  "data: a\n\ndata: b\n\n",
                  "message|b;");
    ASSERT_EVENTS("\xef\xbb\xbf\xef\xbb\xbf"
                  "data: a\n\ndata: b\n\n",
                  "message|b;");
}

static void heartbeats_are_only_counted(void **state)
{
    (void)state;
    static const char stream[] = ":)\n:thump\n:thump\n\ndata: x\n:thump\n\n:";
    struct buffer out = {0};
    struct sse sse;
    sse_init(&sse, SSE_LIMIT, (struct sse_listener){.event = note, .ctx = &out});
    assert_true(sse_feed(&sse, stream, sizeof stream - 1));
    assert_string_equal(buffer_text(&out), "message|x;");
    assert_int_equal(sse.comments, 4);
    sse_free(&sse);
    buffer_free(&out);
}

static void an_event_without_its_empty_line_is_dropped(void **state)
{
    (void)state;
    struct buffer out = {0};
    struct sse sse;
    sse_init(&sse, SSE_LIMIT, (struct sse_listener){.event = note, .ctx = &out});
    assert_true(sse_feed(&sse, "event: update\ndata: half", 24));
    sse_restart(&sse);
    assert_true(sse_feed(&sse,
                         "\xef\xbb\xbf"
                         "data: new\n\n",
                         14));
    assert_string_equal(buffer_text(&out), "message|new;");
    sse_free(&sse);
    buffer_free(&out);
}

static void retry_takes_digits_only(void **state)
{
    (void)state;
    static const struct {
        const char *stream;
        int64_t retry_ms;
    } cases[] = {{"retry: 2000\n", 2000},
                 {"retry: 20x\n", -1},
                 {"retry:\n", -1},
                 {"retry: -1\n", -1},
                 {"retry: 12\nretry: a\n", 12},
                 {"retry: 99999999999999999999999\n", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sse sse;
        sse_init(&sse, SSE_LIMIT, (struct sse_listener){.event = note, .ctx = NULL});
        assert_true(sse_feed(&sse, cases[i].stream, strlen(cases[i].stream)));
        assert_int_equal(sse.retry_ms, cases[i].retry_ms);
        sse_free(&sse);
    }
}

/* Feeds "field: xxx…" of `size` x, in pieces, and then a good event. */
static void feed_large(struct sse *sse, const char *field, size_t size, size_t piece)
{
    char *xs = malloc(piece);
    memset(xs, 'x', piece);
    assert_true(sse_feed(sse, field, strlen(field)));
    for (size_t left = size; left > 0; left -= left < piece ? left : piece) {
        assert_true(sse_feed(sse, xs, left < piece ? left : piece));
    }
    assert_true(sse_feed(sse, "\ndata: same event\n\ndata: good\n\n", 31));
    free(xs);
}

static void what_passes_the_limit_is_dropped_until_the_next_event(void **state)
{
    (void)state;
    enum { LIMIT = 1000 };
    static const size_t pieces[] = {1, 7, 999, 1000, 1001, 5000};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct buffer out = {0};
        struct sse sse;
        sse_init(&sse, LIMIT, (struct sse_listener){.event = note, .ctx = &out});
        feed_large(&sse, "data: ", 5000, pieces[i]);
        feed_large(&sse, "event: ", 5000, pieces[i]);
        assert_string_equal(buffer_text(&out), "message|good;message|good;");
        assert_int_equal(sse.oversized, 2);
        assert_true(sse.line.room <= 4 * LIMIT && sse.data.room <= 4 * LIMIT);
        sse_free(&sse);
        buffer_free(&out);
    }
}

static void many_lines_of_one_event_share_the_limit(void **state)
{
    (void)state;
    struct buffer out = {0};
    struct sse sse;
    sse_init(&sse, 100, (struct sse_listener){.event = note, .ctx = &out});
    for (int i = 0; i < 11; i++) {
        assert_true(sse_feed(&sse, "data: 123456789\n", 16));
    }
    assert_true(sse_feed(&sse, "\ndata: ok\n\n", 11));
    assert_string_equal(buffer_text(&out), "message|ok;");
    assert_int_equal(sse.oversized, 1);
    sse_free(&sse);
    buffer_free(&out);
}

static void long_comments_cost_no_memory_and_no_event(void **state)
{
    (void)state;
    struct buffer out = {0};
    struct sse sse;
    sse_init(&sse, 1000, (struct sse_listener){.event = note, .ctx = &out});
    assert_true(sse_feed(&sse, "data: first\n", 12));
    feed_large(&sse, ":", 100000, 100);
    assert_string_equal(buffer_text(&out), "message|first\nsame event;message|good;");
    assert_int_equal(sse.oversized, 0);
    assert_true(sse.line.room <= 4000);
    sse_free(&sse);
    buffer_free(&out);
}

static bool refuse(void *ctx, const struct sse_event *event)
{
    (void)event;
    ++*(int *)ctx;
    return false;
}

static void a_listener_can_end_the_feeding(void **state)
{
    (void)state;
    int calls = 0;
    struct sse sse;
    sse_init(&sse, SSE_LIMIT, (struct sse_listener){.event = refuse, .ctx = &calls});
    assert_false(sse_feed(&sse, "data: 1\n\ndata: 2\n\n", 18));
    assert_int_equal(calls, 1);
    sse_free(&sse);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_make_events),
        cmocka_unit_test(all_line_ends_are_one),
        cmocka_unit_test(a_mark_is_skipped_only_at_the_start),
        cmocka_unit_test(heartbeats_are_only_counted),
        cmocka_unit_test(an_event_without_its_empty_line_is_dropped),
        cmocka_unit_test(retry_takes_digits_only),
        cmocka_unit_test(what_passes_the_limit_is_dropped_until_the_next_event),
        cmocka_unit_test(many_lines_of_one_event_share_the_limit),
        cmocka_unit_test(long_comments_cost_no_memory_and_no_event),
        cmocka_unit_test(a_listener_can_end_the_feeding),
    };
    return cmocka_run_group_tests_name("sse", tests, NULL, NULL);
}
