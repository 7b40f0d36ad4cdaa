/* Pages of timelines, links between them, instance documents, and where to start. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "headers.h"
#include "instance.h"
#include "page.h"
#include "server.h"
#include "since.h"

static struct slice slice_of(const char *text)
{
    return (struct slice){text, strlen(text)};
}

static void a_page_is_taken_apart_post_by_post(void **state)
{
    (void)state;
    struct page page = {0};
    const char *text =
        " [ {\"id\":\"12\",\"created_at\":\"2026-06-01T00:00:00.153Z\","
        "\"a\":[1,{\"b\":\"]},\\\"{\"}]} ,{\"id\":7}, \"x\",{\"id\":\"9\"}]";
    assert_true(page_read(&page, slice_of(text)));
    assert_int_equal(page.count, 4);
    assert_string_equal(page.posts[0].id, "12");
    assert_true(page.posts[0].created_ms == INT64_C(1780272000153));
    assert_string_equal(page.posts[1].id, "7");
    assert_memory_equal(page.posts[1].json.bytes, "{\"id\":7}",
                        page.posts[1].json.size);
    assert_string_equal(page.posts[2].id, "");
    assert_ptr_equal(page.newest, &page.posts[0]);
    assert_ptr_equal(page.oldest, &page.posts[1]);
    assert_true(page_holds(&page, slice_of("9")));
    assert_false(page_holds(&page, slice_of("8")));
    page_free(&page);
}

static void a_bad_post_costs_that_post_only(void **state)
{
    (void)state;
    struct page page = {0};
    const char *text = "[{\"id\":\"1\"},{\"id\":\"\\ud800\"},{\"id\":\"\xff\"},{]],"
                       "{\"id\":\"a b\"},{\"id\":\"3\"}]";
    page_read(&page, slice_of(text));
    assert_true(page.count >= 3);
    assert_string_equal(page.posts[0].id, "1");
    for (size_t i = 1; i < 3; i++) {
        assert_string_equal(page.posts[i].id, "");
    }
    page_free(&page);
}

static void what_is_no_page_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",         "{}",          "null",         "[",
                                        "[{\"id\"", "[\"unended]", "<html></html>"};
    struct page page = {0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_false(page_read(&page, slice_of(texts[i])));
    }
    assert_true(page_read(&page, slice_of("[]")));
    assert_int_equal(page.count, 0);
    assert_null(page.newest);
    assert_null(page.oldest);
    page_free(&page);
}

static void every_truncation_of_a_page_is_refused(void **state)
{
    (void)state;
    static const char text[] = "[{\"id\":\"1\",\"x\":[\"\\\\\",{}]},[],\"]\"]";
    struct page page = {0};
    for (size_t size = 0; size < sizeof text - 1; size++) {
        char *copy = malloc(size + 1);
        memcpy(copy, text, size);
        assert_false(page_read(&page, (struct slice){copy, size}));
        free(copy);
    }
    assert_true(page_read(&page, slice_of(text)));
    assert_int_equal(page.count, 3);
    page_free(&page);
}

static void links_are_found_by_their_relation(void **state)
{
    (void)state;
    static const struct {
        const char *link, *relation, *address;
    } cases[] = {
        {"<https://a.example/x?max_id=1>; rel=\"next\", <https://a.example/x?min_id=9>;"
         " rel=\"prev\"",
         "prev", "https://a.example/x?min_id=9"},
        {"<a,b;c>; title=\"x, <no>; rel=prev\"; rel=prev", "prev", "a,b;c"},
        {"<a>;rel=next,<b>;REL=\"last PREV\"", "prev", "b"},
        {"<a>; rel=\"preview\"", "prev", NULL},
        {"<a>; rel=\"next\"", "prev", NULL},
        {"<a", "prev", NULL},
        {"<a>; rel=\"prev", "prev", "a"},
        {"", "prev", NULL},
        {";;;=,,,\"<", "prev", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct slice address = {NULL, 0};
        bool found = headers_link(cases[i].link, cases[i].relation, &address);
        assert_int_equal(found, cases[i].address != NULL);
        if (found && cases[i].address) {
            assert_int_equal(address.size, strlen(cases[i].address));
            assert_memory_equal(address.bytes, cases[i].address, address.size);
        }
    }
}

static void links_to_other_servers_are_recognised(void **state)
{
    (void)state;
    static const char *const same[] = {"https://a.example/api?x",
                                       "http://A.Example/api?x", "/api?x"};
    static const char *const other[] = {
        "https://b.example/api",     "https://a.example.evil/api",
        "https://a.example:444/api", "https://a.example@evil.example/api",
        "//evil.example/api",        "https://user@a.example/api",
        "ftp://a.example/api",       "https://a.example",
        "javascript:alert(1)",       "",
    };
    struct slice path;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        assert_true(headers_same_host(slice_of(same[i]), "a.example", &path));
        assert_memory_equal(path.bytes, "/api?x", path.size);
    }
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        assert_false(headers_same_host(slice_of(other[i]), "a.example", &path));
    }
}

static void instances_tell_where_they_stream_and_what_is_open(void **state)
{
    (void)state;
    struct instance i = {0};
    const char *new =
        "{\"version\":\"4.5.0\",\"configuration\":{\"urls\":{\"streaming\":"
        "\"wss://s.example\"},\"timelines_access\":{\"live_feeds\":{"
        "\"local\":\"disabled\",\"remote\":\"public\"}}}}";
    const char *old =
        "{\"version\":\"2.9\",\"urls\":{\"streaming_api\":\"wss://o.example\"}}";
    assert_true(instance_read(&i, new, strlen(new)));
    assert_string_equal(i.version.bytes, "4.5.0");
    assert_string_equal(i.streaming.bytes, "wss://s.example");
    assert_int_equal(i.live.local, INSTANCE_DISABLED);
    assert_int_equal(i.live.remote, INSTANCE_PUBLIC);
    assert_int_equal(i.hashtag.local, INSTANCE_UNTOLD);
    assert_true(instance_read(&i, old, strlen(old)));
    assert_string_equal(i.streaming.bytes, "wss://s.example");
    instance_free(&i);
    assert_true(instance_read(&i, old, strlen(old)));
    assert_string_equal(i.streaming.bytes, "wss://o.example");
    instance_free(&i);
    static const char *const none[] = {
        "",
        "[]",
        "{}",
        "<html>",
        "{\"version\":4}",
        "{\"error\":\"This method requires an authenticated user\"}"};
    for (size_t k = 0; k < sizeof none / sizeof *none; k++) {
        assert_false(instance_read(&i, none[k], strlen(none[k])));
        assert_false(i.known);
    }
    const char *odd = "{\"version\":\"3\",\"urls\":[],\"configuration\":{\"urls\":null,"
                      "\"timelines_access\":{\"live_feeds\":\"x\"}}}";
    assert_true(instance_read(&i, odd, strlen(odd)));
    assert_int_equal(i.streaming.size, 0);
    instance_free(&i);
}

static void a_token_goes_to_no_unprotected_streaming_address(void **state)
{
    (void)state;
    static const struct {
        const char *server, *text, *base;
    } cases[] = {
        {"a.example", "wss://s.a.example", "https://s.a.example"},
        {"a.example", "wss://a.example/streaming/", "https://a.example/streaming"},
        {"a.example", "https://a.example:4000", "https://a.example:4000"},
        {"a.example", "ws://a.example", NULL},
        {"a.example", "ws://127.0.0.1", NULL},
        {"a.example", "wss://user@a.example", NULL},
        {"a.example", "wss://a.example?x=1", NULL},
        {"a.example", "wss://", NULL},
        {"a.example", "gopher://a.example", NULL},
        {"a.example", "", NULL},
        {"http://127.0.0.1:8000", "ws://127.0.0.1:9000", "http://127.0.0.1:9000"},
        {"http://127.0.0.1:8000", "ws://localhost/x", "http://localhost/x"},
        {"http://127.0.0.1:8000", "wss://evil.example", NULL},
        {"http://127.0.0.1:8000", "ws://evil.example", NULL},
        {"http://127.0.0.1:8000", "ws://127.0.0.1.evil.example", NULL},
        {"http://127.0.0.1:8000", "ws://localhost.evil.example/", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct server server;
        struct buffer base = {0};
        assert_true(server_read(&server, cases[i].server));
        assert_int_equal(server_read_streaming(&server, cases[i].text, &base),
                         cases[i].base != NULL);
        if (cases[i].base) {
            assert_string_equal(base.bytes, cases[i].base);
        }
        buffer_free(&base);
        server_free(&server);
    }
}

static void beginnings_are_times_ids_or_the_last_one(void **state)
{
    (void)state;
    static const struct {
        const char *text, *id;
        int64_t ms;
    } cases[] = {
        {"last", "", 0},
        {"2026-06-01T00:00:00.153Z", "", INT64_C(1780272000153)},
        {"1970-01-02", "", 86400000},
        {"10s", "", 1000}, /* ten seconds before now, which is at 11 s */
        {"116671905802087851", "116671905802087851", INT64_C(1780272000153)},
        {"01FBVD42CQ3ZEEVMW180SBX03B", "01FBVD42CQ3ZEEVMW180SBX03B", 0},
        {"9vPNwtLqGTHDyMtJxo", "9vPNwtLqGTHDyMtJxo", 0},
        {"", NULL, 0},
        {"two words", NULL, 0},
        {"1&x=2", NULL, 0},
        {"yesterday", NULL, 0},
        {"now", NULL, 0},
        {"2hours", NULL, 0},
        {"1week", NULL, 0},
        {"-2h", NULL, 0},
        {"90", NULL, 0},
        {"12:00", NULL, 0},
        {"0s", NULL, 0},
        {"9999-12-31", NULL, 0}, /* a time to come, and no id can hold it */
        {"1969-12-31", NULL, 0},
        {"2026-06-01T00:00:00.154Z", NULL, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct since since = {0};
        assert_int_equal(
            since_read(&since, cases[i].text,
                       cases[i].ms == 1000 ? 11000 : INT64_C(1780272000153)),
            cases[i].id != NULL);
        if (cases[i].id && *cases[i].id) {
            assert_string_equal(since.id.bytes, cases[i].id);
        } else {
            assert_int_equal(since.id.size, 0);
        }
        assert_true(!cases[i].id || since.ms == cases[i].ms);
        buffer_free(&since.id);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_is_taken_apart_post_by_post),
        cmocka_unit_test(a_bad_post_costs_that_post_only),
        cmocka_unit_test(what_is_no_page_is_refused),
        cmocka_unit_test(every_truncation_of_a_page_is_refused),
        cmocka_unit_test(links_are_found_by_their_relation),
        cmocka_unit_test(links_to_other_servers_are_recognised),
        cmocka_unit_test(instances_tell_where_they_stream_and_what_is_open),
        cmocka_unit_test(a_token_goes_to_no_unprotected_streaming_address),
        cmocka_unit_test(beginnings_are_times_ids_or_the_last_one),
    };
    return cmocka_run_group_tests_name("pages", tests, NULL, NULL);
}
