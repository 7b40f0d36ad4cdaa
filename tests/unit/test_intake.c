/* From bytes to rows through the writer, and what happens when it cannot write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "intake.h"

static char path[] = "/tmp/test_feed_XXXXXX";
static struct store *store;
static struct language_filter languages;
static struct ingest ingest;
static struct writer *writer;
static struct intake intake;
static int shown;

static void show(void *ctx) { (*(int *)ctx)++; }

static void nothing(void *ctx) { (void)ctx; }

static void drop_files(void)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char name[sizeof path + 8];
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        remove(name);
    }
}

static const struct writer_meanwhile idle = {nothing, NULL};

static int begin(bool threaded)
{
    struct store_options options = {.path = path,
                                    .server = "a.example",
                                    .channel = "public",
                                    .config = "",
                                    .words_default = "unicode",
                                    .accounts_default = "hash"};
    drop_files();
    store = store_open(&options);
    assert_true(language_read(&languages, "any"));
    struct ingest_options wanted = {.choice.languages = &languages,
                                    .server = "a.example"};
    ingest_init(&ingest, &wanted, store);
    struct writer_options writing = {
        .ingest = &ingest, .room = 16000, .threaded = threaded, .show = nothing};
    writer = writer_start(&writing);
    shown = 0;
    intake_init(&intake, writer, 4000, show, &shown);
    return store && writer ? 0 : -1;
}

static int with_thread(void **state)
{
    (void)state;
    return begin(true);
}

static int without_thread(void **state)
{
    (void)state;
    return begin(false);
}

static int tear_down(void **state)
{
    (void)state;
    writer_stop(writer, &intake.source, idle);
    intake_free(&intake);
    writer_free(writer);
    ingest_free(&ingest);
    language_free(&languages);
    store_close(store);
    return 0;
}

static enum intake_result intake_post(int number)
{
    char text[512];
    int size =
        snprintf(text, sizeof text,
                 "event: update\ndata: {\"id\":\"%d\",\"uri\":\"uri:%d\",\"content\":"
                 "\"<p>hello</p>\",\"created_at\":\"2026-06-01T00:00:00Z\","
                 "\"account\":{\"acct\":\"ann\"}}\n\n",
                 number, number);
    return intake_bytes(&intake, text, (size_t)size);
}

static int64_t ask(const char *sql)
{
    sqlite3_stmt *query;
    assert_int_equal(sqlite3_prepare_v2(store_connection(store), sql, -1, &query, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return number;
}

/* Another program that wants to write, and what it is told. */
static int try_to_hold_database(sqlite3 **other)
{
    assert_int_equal(sqlite3_open(path, other), SQLITE_OK);
    return sqlite3_exec(*other, "BEGIN IMMEDIATE", NULL, NULL, NULL);
}

static sqlite3 *hold_database(void)
{
    sqlite3 *other;
    assert_int_equal(try_to_hold_database(&other), SQLITE_OK);
    return other;
}

static void all_that_was_taken_is_written_before_the_end(void **state)
{
    (void)state;
    for (int i = 0; i < 5000; i++) {
        assert_int_equal(intake_post(i), INTAKE_OK);
        if (i == 2000) {
            assert_int_equal(intake_note_gap(&intake, 10, 20, "cut"), INTAKE_OK);
        }
    }
    assert_int_equal(writer_stop(writer, &intake.source, idle), WRITER_OK);
    assert_true(ingest_end(&ingest, "end"));
    assert_int_equal(ask("SELECT count(*) FROM post"), 5000);
    assert_int_equal(ask("SELECT from_ms FROM gap WHERE reason = 'cut'"), 10);
    assert_int_equal(ask("SELECT posts FROM session"), 5000);
    assert_int_equal(ask("SELECT bytes FROM session"), intake_totals(&intake).bytes);
}

/* How many posts another program sees. */
static int64_t seen(void)
{
    sqlite3 *other;
    sqlite3_stmt *query;
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(other, "SELECT count(*) FROM post", -1, &query, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    int64_t count = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    sqlite3_close(other);
    return count;
}

/* What no machine is too busy for. */
enum { IN_THE_END_MS = 60000 };

/* Ticks, as a source does that has nothing more, until so many events have been worked
 * through; gives what the writer says then: it says so once they are committed. */
static struct writer_view worked_through(int64_t unwanted, int64_t posts)
{
    struct writer_view view;
    int64_t start = clock_ticks_ms();
    do {
        usleep(5000);
        assert_int_equal(intake_tick(&intake), INTAKE_OK);
        assert_true(clock_ticks_ms() - start < IN_THE_END_MS);
        writer_look(writer, &view);
    } while (view.totals.counts.unwanted < unwanted ||
             view.totals.counts.added < posts);
    assert_int_equal(seen(), posts);
    return view;
}

static void events_wait_for_their_batch_and_nobody_waits_for_them(void **state)
{
    (void)state;
    enum { POSTS = 30, LEAST_BATCH_MS = 400 };
    int64_t start = clock_ticks_ms();
    for (int i = 0; i < POSTS; i++) {
        assert_int_equal(intake_post(i), INTAKE_OK);
    }
    /* Before a batch is due, another program gets in at once. */
    sqlite3 *other;
    int held = try_to_hold_database(&other);
    assert_true(held == SQLITE_OK || clock_ticks_ms() - start >= LEAST_BATCH_MS);
    sqlite3_close(other);
    struct writer_view view = worked_through(0, POSTS);
    assert_int_equal(view.waiting_events, 0);
    int64_t batches = 2 + (clock_ticks_ms() - start) / LEAST_BATCH_MS;
    assert_in_range(view.totals.counts.commits, 1, batches);
}

static enum ingest_result do_nothing(struct ingest *of, void *ctx)
{
    *(int64_t *)ctx = of->totals.counts.added;
    return INGEST_OK;
}

static void a_call_comes_after_what_was_put_in_and_does_not_wait(void **state)
{
    (void)state;
    /* One of these is not held up by other programs either. */
    int64_t fastest = INT64_MAX;
    for (int i = 1; i <= 20; i++) {
        int64_t added = 0;
        assert_int_equal(intake_post(i), INTAKE_OK);
        int64_t start = clock_ticks_ms();
        assert_int_equal(intake_call(&intake, do_nothing, &added), INTAKE_OK);
        int64_t took = clock_ticks_ms() - start;
        fastest = took < fastest ? took : fastest;
        assert_int_equal(added, i);
    }
    assert_true(fastest < 400);
}

static void what_is_thrown_away_needs_no_transaction(void **state)
{
    (void)state;
    language_free(&languages);
    assert_true(language_read(&languages, "de"));
    assert_int_equal(intake_post(1), INTAKE_OK);
    struct writer_view view = worked_through(1, 0);
    assert_int_equal(seen(), 0);
    assert_int_equal(view.totals.counts.left_out.posts[CHOICE_LANGUAGE], 1);
    assert_int_equal(view.totals.counts.commits, 0);
}

static void a_full_buffer_is_waited_for_only_so_long(void **state)
{
    int taken = 0;
    enum intake_result result = INTAKE_OK;
    (void)state;
    intake.patience_ms = 500;
    sqlite3 *other = hold_database();
    int64_t start = clock_ticks_ms();
    while (result == INTAKE_OK && taken < 1000) {
        result = intake_post(taken);
        taken += result == INTAKE_OK;
    }
    assert_int_equal(result, INTAKE_STALLED);
    assert_in_range(clock_ticks_ms() - start, 500, IN_THE_END_MS);
    assert_in_range(taken, 10, 100); /* what 16000 bytes hold */
    assert_true(shown >= 2);         /* the outside is kept informed meanwhile */
    assert_false(intake_has_room(&intake));
    struct writer_view view;
    writer_look(writer, &view);
    assert_true(view.stalled_ms >= 500 && view.waiting_bytes <= view.room);
    /* Then the other program lets go: what was taken is there, and more can come. */
    sqlite3_close(other);
    start = clock_ticks_ms();
    while (!intake_has_room(&intake) && clock_ticks_ms() - start < IN_THE_END_MS) {
        usleep(10000);
    }
    assert_true(intake_has_room(&intake));
    assert_int_equal(intake_post(5000), INTAKE_OK);
    assert_int_equal(writer_stop(writer, &intake.source, idle), WRITER_OK);
    assert_true(ingest_end(&ingest, "end"));
    assert_int_equal(ask("SELECT count(*) FROM post"), taken + 1);
}

static void the_deadline_ends_the_wait_too(void **state)
{
    enum intake_result result = INTAKE_OK;
    (void)state;
    intake.deadline_ms = clock_ticks_ms() + 300;
    sqlite3 *other = hold_database();
    for (int i = 0; i < 1000 && result == INTAKE_OK; i++) {
        result = intake_post(i);
    }
    assert_int_equal(result, INTAKE_ENOUGH);
    sqlite3_close(other);
}

static void a_database_that_fails_is_reported_and_nothing_more_is_taken(void **state)
{
    enum intake_result result = INTAKE_OK;
    (void)state;
    sqlite3_exec(store_connection(store), "DROP TABLE word", NULL, NULL, NULL);
    for (int i = 0; i < 1000 && result == INTAKE_OK; i++) {
        result = intake_post(i);
    }
    assert_int_equal(result, INTAKE_FAILED);
    assert_non_null(strstr(intake_message(&intake), "no such table"));
    assert_int_equal(intake_post(1), INTAKE_FAILED);
    assert_int_equal(intake_tick(&intake), INTAKE_FAILED);
    assert_int_equal(intake_note_gap(&intake, 1, 2, "x"), INTAKE_FAILED);
}

#define TEST(name, set_up) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_that_was_taken_is_written_before_the_end, with_thread),
        TEST(all_that_was_taken_is_written_before_the_end, without_thread),
        TEST(events_wait_for_their_batch_and_nobody_waits_for_them, with_thread),
        TEST(events_wait_for_their_batch_and_nobody_waits_for_them, without_thread),
        TEST(a_call_comes_after_what_was_put_in_and_does_not_wait, with_thread),
        TEST(a_call_comes_after_what_was_put_in_and_does_not_wait, without_thread),
        TEST(what_is_thrown_away_needs_no_transaction, with_thread),
        TEST(what_is_thrown_away_needs_no_transaction, without_thread),
        TEST(a_full_buffer_is_waited_for_only_so_long, with_thread),
        TEST(the_deadline_ends_the_wait_too, with_thread),
        TEST(a_database_that_fails_is_reported_and_nothing_more_is_taken, with_thread),
        TEST(a_database_that_fails_is_reported_and_nothing_more_is_taken,
             without_thread),
    };
    int file = mkstemp(path);
    if (file < 0) {
        return 1;
    }
    close(file);
    int failed = cmocka_run_group_tests_name("feed", tests, NULL, NULL);
    drop_files();
    return failed;
}
