/* Rows: each event once, in whatever order and however often it comes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "status.h"
#include "gaps.h"
#include "store.h"

static struct store *store;
static struct store_post post;
static struct strings words, tags, mentions, links, media;
static const struct store_counts none;

static void add(struct strings *list, const char *text)
{
    strings_add(list, text, strlen(text));
}

static void take_words(const char *text)
{
    strings_clear(&words);
    while (*text) {
        size_t size = strcspn(text, " ");
        strings_add(&words, text, size);
        text += size + (text[size] == ' ');
    }
    post.text = (struct slice){"text", 4};
}

static struct store *open_as(const char *path, const char *server, const char *rule)
{
    struct store_options options = {.path = path,
                                    .server = server,
                                    .channel = "public",
                                    .config = "",
                                    .words = rule,
                                    .words_default = "unicode",
                                    .accounts_default = "hash"};
    return store_open(&options);
}

static int set_up(void **state)
{
    (void)state;
    store = open_as(":memory:", "a.example", NULL);
    post = (struct store_post){.status_id = "1",
                               .uri = "uri:1",
                               .author = "ann@a.example",
                               .language = "en",
                               .created_ms = 1000,
                               .received_ms = 2000,
                               .edited_ms = STATUS_NO_TIME,
                               .words = &words,
                               .tags = &tags,
                               .mentions = &mentions,
                               .links = &links,
                               .media = &media};
    strings_clear(&tags);
    strings_clear(&mentions);
    strings_clear(&links);
    strings_clear(&media);
    take_words("hello world");
    return store ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    store_close(store);
    strings_free(&words);
    strings_free(&tags);
    strings_free(&mentions);
    strings_free(&links);
    strings_free(&media);
    return 0;
}

/* The first column of all rows of a query, joined by blanks. */
static const char *ask(const char *sql)
{
    static struct buffer out;
    sqlite3_stmt *query;
    out.size = 0;
    assert_int_equal(sqlite3_prepare_v2(store_connection(store), sql, -1, &query, NULL),
                     SQLITE_OK);
    while (sqlite3_step(query) == SQLITE_ROW) {
        const char *value = (const char *)sqlite3_column_text(query, 0);
        buffer_append_text(&out, out.size ? " " : "");
        buffer_append_text(&out, value ? value : "NULL");
    }
    assert_int_equal(sqlite3_finalize(query), SQLITE_OK);
    return buffer_text(&out);
}

static void assert_words(const char *expected)
{
    assert_string_equal(ask("SELECT word FROM words ORDER BY post_id, word"), expected);
}

static enum store_change delete_id(const char *id)
{
    return store_delete(store, (struct slice){id, strlen(id)}, 9000);
}

static void a_post_is_added_once(void **state)
{
    (void)state;
    add(&tags, "cats");
    add(&tags, "cats");
    add(&mentions, "bob@b.example");
    add(&links, "c.example");
    add(&links, "https://c.example/x");
    add(&media, "image");
    add(&media, "a cat");
    post.url = "https://a.example/@ann/1";
    post.in_reply_to_id = "7";
    assert_int_equal(store_put(store, &post), STORE_ADDED);
    assert_int_equal(store_put(store, &post), STORE_KNOWN);
    assert_true(store_commit(store, &none));
    assert_int_equal(store_put(store, &post), STORE_KNOWN);
    assert_words("hello world");
    assert_string_equal(ask("SELECT count(*) FROM post"), "1");
    assert_string_equal(ask("SELECT tag FROM hashtag"), "cats");
    assert_string_equal(ask("SELECT account FROM mention"), "bob@b.example");
    assert_string_equal(ask("SELECT host || url FROM link"),
                        "c.examplehttps://c.example/x");
    assert_string_equal(ask("SELECT pos || kind || alt FROM media"), "1imagea cat");
    assert_string_equal(ask("SELECT url || in_reply_to_id FROM post"),
                        "https://a.example/@ann/17");
    assert_string_equal(
        ask("SELECT word_count || language || text || created_ms FROM post"),
        "2entext1000");
}

static void only_a_newer_edit_replaces(void **state)
{
    (void)state;
    assert_int_equal(store_put(store, &post), STORE_ADDED);
    post.edited_ms = 5000;
    take_words("new text");
    assert_int_equal(store_put(store, &post), STORE_EDITED);
    assert_int_equal(store_put(store, &post), STORE_KNOWN);
    post.edited_ms = 4000;
    take_words("older edit");
    assert_int_equal(store_put(store, &post), STORE_KNOWN);
    post.edited_ms = STATUS_NO_TIME;
    take_words("the first");
    assert_int_equal(store_put(store, &post), STORE_KNOWN);
    assert_words("new text");
    assert_string_equal(ask("SELECT edited_ms FROM post"), "5000");
}

static void an_edit_may_come_first(void **state)
{
    (void)state;
    post.edited_ms = 5000;
    take_words("edited");
    assert_int_equal(store_put(store, &post), STORE_ADDED);
    post.edited_ms = STATUS_NO_TIME;
    take_words("original");
    assert_int_equal(store_put(store, &post), STORE_KNOWN);
    assert_words("edited");
}

static void a_deleted_post_stays_away(void **state)
{
    (void)state;
    add(&tags, "cats");
    assert_int_equal(store_put(store, &post), STORE_ADDED);
    assert_int_equal(delete_id("1"), STORE_DELETED);
    assert_int_equal(delete_id("1"), STORE_UNKNOWN);
    assert_int_equal(store_put(store, &post), STORE_DELETED);
    post.edited_ms = 7000;
    assert_int_equal(store_put(store, &post), STORE_DELETED);
    assert_string_equal(
        ask("SELECT count(*) FROM post UNION ALL SELECT count(*) FROM word "
            "UNION ALL SELECT count(*) FROM hashtag"),
        "0 0 0");
}

static void a_delete_may_come_before_its_post(void **state)
{
    (void)state;
    assert_int_equal(delete_id("1"), STORE_UNKNOWN);
    assert_int_equal(store_put(store, &post), STORE_DELETED);
    post.status_id = "2";
    post.uri = "uri:2";
    assert_int_equal(store_put(store, &post), STORE_ADDED);
}

static char path[] = "/tmp/test_store_XXXXXX";

static void drop_file(void)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char name[sizeof path + 8];
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        remove(name);
    }
}

static void reopen(const char *server)
{
    assert_true(store_end(store, &none, "test", 1));
    store_close(store);
    store = open_as(path, server, NULL);
    assert_non_null(store);
}

static void one_post_by_two_servers_is_one_row(void **state)
{
    (void)state;
    drop_file();
    reopen("a.example");
    assert_int_equal(store_put(store, &post), STORE_ADDED);
    reopen("b.example");
    post.status_id = "77";
    assert_int_equal(store_put(store, &post), STORE_KNOWN);
    assert_int_equal(store_put(store, &post), STORE_KNOWN);
    assert_string_equal(ask("SELECT server || status_id FROM alias"), "b.example77");
    /* Either server's delete finds it, and neither brings it back. */
    assert_int_equal(delete_id("77"), STORE_DELETED);
    assert_words("");
    assert_int_equal(store_put(store, &post), STORE_DELETED);
    reopen("a.example");
    post.status_id = "1";
    assert_int_equal(store_put(store, &post), STORE_DELETED);
    /* Nor does a third, which never knew it by an id of ours. */
    reopen("c.example");
    post.status_id = "500";
    assert_int_equal(store_put(store, &post), STORE_DELETED);
    assert_string_equal(ask("SELECT count(*) FROM alias"), "0");
}

static void what_was_not_committed_is_gone_and_the_rest_is_not(void **state)
{
    (void)state;
    drop_file();
    reopen("a.example");
    assert_int_equal(store_put(store, &post), STORE_ADDED);
    assert_true(store_is_pending(store));
    assert_true(store_commit(store, &none));
    assert_false(store_is_pending(store));
    post.uri = "uri:2";
    post.status_id = "2";
    assert_int_equal(store_put(store, &post), STORE_ADDED);
    store_close(store);
    store = open_as(path, "a.example", NULL);
    assert_string_equal(ask("SELECT uri FROM post"), "uri:1");
    assert_int_equal(store_put(store, &post), STORE_ADDED);
}

static void words_keep_their_rule(void **state)
{
    (void)state;
    drop_file();
    reopen("a.example");
    assert_string_equal(store_words_rule(store), "unicode");
    assert_null(open_as(path, "a.example", "ascii"));
    struct store *same = open_as(path, "a.example", "unicode");
    assert_non_null(same);
    store_close(same);
}

static void accounts_keep_their_mode(void **state)
{
    (void)state;
    drop_file();
    struct store_options options = {.path = path,
                                    .server = "a.example",
                                    .channel = "public",
                                    .config = "",
                                    .words_default = "unicode",
                                    .accounts = "plain"};
    struct store *first = store_open(&options);
    assert_non_null(first);
    assert_int_equal(store_accounts(first)->mode, ACCOUNTS_PLAIN);
    store_close(first);
    options.accounts = "hash";
    assert_null(store_open(&options));
    options.accounts = NULL;
    options.accounts_default = "hash";
    first = store_open(&options);
    assert_non_null(first);
    assert_int_equal(store_accounts(first)->mode, ACCOUNTS_PLAIN);
    store_close(first);
}

static void only_durable_commits_wait_for_the_disk(void **state)
{
    (void)state;
    drop_file();
    reopen("a.example");
    assert_string_equal(ask("PRAGMA synchronous"), "1");
    assert_string_equal(ask("PRAGMA secure_delete"), "1");
    store_close(store);
    struct store_options options = {.path = path,
                                    .server = "a.example",
                                    .channel = "public",
                                    .config = "",
                                    .words_default = "unicode",
                                    .accounts_default = "hash",
                                    .durable = true};
    store = store_open(&options);
    assert_non_null(store);
    assert_string_equal(ask("PRAGMA synchronous"), "2");
}

static void what_is_too_old_goes_in_steps(void **state)
{
    char uri[32];
    int64_t rows = 1;
    int steps = 0;
    (void)state;
    for (int i = 0; i < 100; i++) {
        snprintf(uri, sizeof uri, "uri:%d", i);
        post.uri = post.status_id = uri;
        post.created_ms = i;
        assert_int_equal(store_put(store, &post), STORE_ADDED);
    }
    assert_int_equal(delete_id("some"), STORE_UNKNOWN);
    while (rows > 0) {
        assert_true(store_expire(store, 90, &rows));
        assert_true(rows < 300);
        steps++;
    }
    assert_in_range(steps, 3, 20);
    assert_string_equal(ask("SELECT min(created_ms) || ' ' || count(*) FROM post"),
                        "90 10");
    assert_string_equal(ask("SELECT count(*) || ' ' || min(post_id) FROM word"),
                        "20 91");
    assert_string_equal(ask("SELECT count(*) FROM tombstone"), "1");
    assert_true(store_expire(store, 9001, &rows));
    assert_string_equal(ask("SELECT count(*) FROM tombstone"), "0");
}

static void the_rejected_are_bounded(void **state)
{
    (void)state;
    for (int i = 0; i < 1500; i++) {
        assert_true(
            store_reject(store, "update", "why", (struct slice){"\x1b[2J\xff", 5}, 1));
    }
    assert_string_equal(ask("SELECT count(*) FROM rejected"), "1000");
    assert_string_equal(ask("SELECT excerpt FROM rejected LIMIT 1"),
                        "?[2J\xef\xbf\xbd");
}

static void sessions_count(void **state)
{
    (void)state;
    struct store_counts counts = {.events = 5, .posts = 3, .bytes = 100};
    assert_int_equal(store_put(store, &post), STORE_ADDED);
    assert_true(gaps_add(store, 10, 20, NULL, "cut"));
    assert_true(store_end(store, &counts, "signal", 99));
    assert_string_equal(
        ask("SELECT events || posts || bytes || ended_ms || end_reason FROM session"),
        "5310099signal");
    assert_string_equal(ask("SELECT from_ms || to_ms || reason || state FROM gap"),
                        "1020cutopen");
}

static void a_break_like_the_last_one_makes_its_row_longer(void **state)
{
    (void)state;
    static const char rows[] =
        "SELECT group_concat(from_ms || ' ' || to_ms || ' ' || reason || ' ' || state,"
        " ', ') FROM gap";
    struct gap gap = {0};
    assert_true(gaps_add(store, 1000, 2000, NULL, "cut"));
    assert_true(gaps_add(store, 2500, 3000, NULL, "cut")); /* not filled yet */
    assert_true(gaps_find_open(store, &gap));
    assert_int_equal(gap.from_ms, 1000);
    assert_int_equal(gap.to_ms, 3000);
    assert_true(gaps_add(store, 3500, 4000, NULL, "cut"));
    assert_true(gaps_close(store, &gap, NULL)); /* it has grown meanwhile */
    assert_string_equal(ask(rows), "1000 4000 cut open");
    assert_true(gaps_find_open(store, &gap) && gaps_close(store, &gap, NULL));
    assert_true(gaps_add(store, 64001, 65000, NULL, "cut")); /* too late */
    assert_true(gaps_find_open(store, &gap) && gaps_close(store, &gap, NULL));
    assert_true(gaps_add(store, 70000, 71000, NULL, "cut"));
    assert_true(gaps_find_open(store, &gap));
    assert_int_equal(gap.from_ms, 64001);
    assert_true(gaps_close(store, &gap, NULL));
    assert_true(gaps_add(store, 72000, 73000, NULL, "other"));
    assert_true(gaps_find_open(store, &gap) && gaps_close(store, &gap, NULL));
    assert_true(
        gaps_add(store, 74000, 75000, "7", "other")); /* asked for by somebody */
    assert_true(gaps_find_open(store, &gap));
    assert_string_equal(gap.from_id.bytes, "7");
    assert_string_equal(ask(rows),
                        "1000 4000 cut closed, 64001 71000 cut"
                        " closed, 72000 73000 other closed, 74000 75000 other open");
    buffer_free(&gap.from_id);
    buffer_free(&gap.last_id);
}

static void a_gap_does_not_end_before_it_begins(void **state)
{
    (void)state;
    assert_true(gaps_add(store, 1800000, 1000, NULL, "cut"));
    assert_string_equal(ask("SELECT group_concat(from_ms || ' ' || to_ms) FROM gap"),
                        "1000 1000");
}

static void a_gap_is_filled_from_where_it_was_left(void **state)
{
    (void)state;
    struct gap gap = {0};
    store_saw(store, (struct slice){"100", 3}, 1);
    assert_true(gaps_add(store, 10, 20, NULL, "cut"));
    assert_true(gaps_find_open(store, &gap));
    assert_string_equal(gap.from_id.bytes, "100");
    assert_true(gaps_advance(store, &gap, "150", 3));
    assert_true(gaps_advance(store, &gap, NULL, 2));
    store_saw(store, (struct slice){"200", 3}, 2);
    assert_true(gaps_add(store, 30, 40, NULL, "another"));
    assert_true(gaps_find_open(store, &gap));
    assert_string_equal(gap.from_id.bytes, "150");
    assert_string_equal(gap.last_id.bytes, "200");
    assert_true(gaps_close(store, &gap, "in part"));
    assert_string_equal(ask("SELECT group_concat(from_id || to_id || recovered || note)"
                            " FROM gap"),
                        "1002005in part,2002000in part");
    assert_true(gaps_add(store, 50, 60, "", "since"));
    assert_true(gaps_find_open(store, &gap));
    assert_string_equal(gap.from_id.bytes, "");
    buffer_free(&gap.from_id);
    buffer_free(&gap.last_id);
}

static void any_number_of_words_is_kept_in_order(void **state)
{
    (void)state;
    char id[16], wanted[16], word[16];
    for (int count = 0; count < 100; count++) {
        snprintf(id, sizeof id, "%d", count);
        post.uri = post.status_id = id;
        strings_clear(&words);
        for (int i = 1; i <= count; i++) {
            snprintf(word, sizeof word, "%d", i);
            add(&words, word);
        }
        assert_int_equal(store_put(store, &post), STORE_ADDED);
        snprintf(wanted, sizeof wanted, "%d", count);
        assert_string_equal(
            ask("SELECT count(*) FROM word WHERE post_id ="
                " (SELECT max(post_id) FROM post) AND word = pos || ''"),
            wanted);
    }
}

static void what_came_long_ago_is_too_old_whatever_its_date(void **state)
{
    (void)state;
    int64_t rows;
    post.created_ms = 5000;
    assert_int_equal(store_put(store, &post), STORE_ADDED);
    post.uri = post.status_id = "2";
    post.received_ms = 3000;
    assert_int_equal(store_put(store, &post), STORE_ADDED);
    assert_true(store_expire(store, 2500, &rows));
    assert_string_equal(ask("SELECT uri FROM post"), "2");
}

static void how_many_are_too_old_is_told_beforehand(void **state)
{
    (void)state;
    char uri[32];
    int64_t posts, old;
    assert_true(store_estimate_old(store, 90, &posts, &old));
    assert_true(posts == 0 && old == 0);
    for (int i = 0; i < 1000; i++) {
        snprintf(uri, sizeof uri, "uri:%d", i);
        post.uri = post.status_id = uri;
        post.received_ms = i;
        assert_int_equal(store_put(store, &post), STORE_ADDED);
    }
    assert_true(store_estimate_old(store, 900, &posts, &old));
    assert_true(posts == 1000 && old == 900);
    assert_true(store_estimate_old(store, 0, &posts, &old));
    assert_true(posts == 1000 && old == 0);
}

static void stop_words_are_there_to_be_asked(void **state)
{
    (void)state;
    assert_string_equal(ask("SELECT DISTINCT language FROM stop_word"),
                        "de en es fr it nl pt");
    assert_string_equal(ask("SELECT word FROM stop_word WHERE language = 'en' AND word"
                            " IN ('the', 'cat', 'don''t')"),
                        "don't the");
}

static void the_words_of_an_hour_are_found_by_its_posts(void **state)
{
    (void)state;
    sqlite3_stmt *query;
    assert_int_equal(sqlite3_prepare_v2(store_connection(store),
                                        "EXPLAIN QUERY PLAN SELECT group_concat(word)"
                                        " FROM words WHERE created_at >"
                                        " datetime('now', '-1 hour')",
                                        -1, &query, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    assert_non_null(strstr((const char *)sqlite3_column_text(query, 3), "post_time"));
    sqlite3_finalize(query);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_post_is_added_once),
        TEST(only_a_newer_edit_replaces),
        TEST(an_edit_may_come_first),
        TEST(a_deleted_post_stays_away),
        TEST(a_delete_may_come_before_its_post),
        TEST(one_post_by_two_servers_is_one_row),
        TEST(what_was_not_committed_is_gone_and_the_rest_is_not),
        TEST(words_keep_their_rule),
        TEST(accounts_keep_their_mode),
        TEST(only_durable_commits_wait_for_the_disk),
        TEST(what_is_too_old_goes_in_steps),
        TEST(any_number_of_words_is_kept_in_order),
        TEST(what_came_long_ago_is_too_old_whatever_its_date),
        TEST(how_many_are_too_old_is_told_beforehand),
        TEST(stop_words_are_there_to_be_asked),
        TEST(the_rejected_are_bounded),
        TEST(sessions_count),
        TEST(a_break_like_the_last_one_makes_its_row_longer),
        TEST(a_gap_does_not_end_before_it_begins),
        TEST(a_gap_is_filled_from_where_it_was_left),
        TEST(the_words_of_an_hour_are_found_by_its_posts),
    };
    int file = mkstemp(path);
    if (file < 0) {
        return 1;
    }
    close(file);
    int failed = cmocka_run_group_tests_name("store", tests, NULL, NULL);
    drop_file();
    return failed;
}
