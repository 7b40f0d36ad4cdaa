/* Hourly sketches beside the posts: whatever happens to these, tests/loader/rollup.sql
 * finds nothing wrong.  Run in the top folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "library.h"
#include "rollup.h"
#include "status.h"
#include "store.h"

enum {
    HOUR_MS = 3600000,
    HOURS = 6,
    ROUNDS = 1500 /* of random changes */
};

static const int64_t first_ms = INT64_C(494000) * HOUR_MS; /* 2026-05-10 08:00:00 */

static char path[] = "/tmp/test-rollup-XXXXXX";
static struct store *store;
static struct strings words, tags, none;
static const struct store_counts no_counts;
static struct buffer checker;
static uint64_t seed;
static uint64_t vocabulary;

static uint64_t chance(uint64_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (seed >> 33) % below;
}

static void open_store(bool rollup)
{
    struct store_options options = {.path = path,
                                    .server = "a.example",
                                    .channel = "public",
                                    .config = "",
                                    .words_default = "unicode",
                                    .accounts_default = "hash",
                                    .extension = rollup ? TEST_EXTENSION : NULL,
                                    .rollup = rollup};
    store = store_open(&options);
    assert_non_null(store);
}

static void close_store(void)
{
    store_close(store);
    store = NULL;
}

static int set_up(void **state)
{
    (void)state;
    static const char place[] = "tests/loader/rollup.sql";
    seed = 1;
    vocabulary = 30;
    strcpy(path, "/tmp/test-rollup-XXXXXX");
    int file = mkstemp(path);
    FILE *sql = fopen(place, "rb");
    char part[4096];
    size_t size;
    checker.size = 0;
    while (sql && (size = fread(part, 1, sizeof part, sql)) > 0) {
        buffer_append(&checker, part, size);
    }
    return sql && fclose(sql) == 0 && close(file) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char beside[sizeof path + 8];
    close_store();
    unlink(path);
    snprintf(beside, sizeof beside, "%s-wal", path);
    unlink(beside);
    snprintf(beside, sizeof beside, "%s-shm", path);
    unlink(beside);
    strings_free(&words);
    strings_free(&tags);
    buffer_free(&checker);
    return 0;
}

/* ---- posts ---- */

static const char *number(int64_t n)
{
    static char text[24];
    snprintf(text, sizeof text, "%lld", (long long)n);
    return text;
}

/* Fills `list` with as many numbers as there are sides to a die, out of `different`. */
static void invent(struct strings *list, uint64_t most, uint64_t different)
{
    strings_clear(list);
    for (uint64_t i = chance(most + 1); i > 0; i--) {
        const char *text = number((int64_t)chance(different));
        strings_add(list, text, strlen(text));
    }
}

/* Number n is always of the same hour and author; what it says is new each time. */
static enum store_change put(int n, int64_t edited_ms)
{
    char id[24], uri[32], author[24];
    snprintf(id, sizeof id, "%d", n);
    snprintf(uri, sizeof uri, "uri:%d", n);
    snprintf(author, sizeof author, "author %d", n % 7);
    invent(&words, 12, vocabulary);
    invent(&tags, 2, 5);
    struct store_post post = {
        .status_id = id,
        .uri = uri,
        .author = n % 11 == 0 ? NULL : author,
        .created_ms = first_ms + n * INT64_C(3607000) % (HOURS * HOUR_MS),
        .received_ms = first_ms + n,
        .edited_ms = edited_ms,
        .words = &words,
        .tags = &tags,
        .mentions = &none,
        .links = &none,
        .media = &none,
    };
    return store_put(store, &post);
}

static enum store_change take(int n)
{
    const char *id = number(n);
    return store_delete(store, (struct slice){id, strlen(id)}, first_ms);
}

static void commit(void) { assert_true(store_commit(store, &no_counts)); }

/* The posts below `end`, each for the first time. */
static void put_all(int end)
{
    for (int n = 0; n < end; n++) {
        put(n, STATUS_NO_TIME);
    }
    commit();
}

/* What came in is in the sketches; nothing was made anew. */
static void fold(void)
{
    bool more;
    assert_true(store_renew(store, true, &more));
    assert_true(store_is_pending(store));
    commit();
}

static void renew_all(void)
{
    bool more = true;
    while (more) {
        assert_true(store_renew(store, true, &more));
        commit();
    }
}

/* ---- looking ---- */

/* All columns of all rows of a query, by another program as it were. */
static const char *look(const char *sql, bool extension)
{
    static struct buffer out;
    out.size = 0;
    sqlite3 *db;
    sqlite3_stmt *query = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_true(!extension || library_load(db, TEST_EXTENSION));
    while (*sql) {
        assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &query, &sql), SQLITE_OK);
        while (sqlite3_step(query) == SQLITE_ROW) {
            for (int i = 0; i < sqlite3_column_count(query); i++) {
                const char *value = (const char *)sqlite3_column_text(query, i);
                buffer_append_text(&out, out.size ? " " : "");
                buffer_append_text(&out, value ? value : "NULL");
            }
        }
        assert_int_equal(sqlite3_finalize(query), SQLITE_OK);
    }
    sqlite3_close(db);
    return buffer_text(&out);
}

static void expect_nothing_wrong(void)
{
    assert_string_equal(look(buffer_text(&checker), true), "");
}

static void expect_nothing_due(void)
{
    assert_string_equal(look("SELECT * FROM rollup_due", false), "");
    assert_string_equal(
        look("SELECT (SELECT max(post_id) FROM post) - value FROM setting"
             " WHERE name = 'rollup_post'",
             false),
        "0");
    expect_nothing_wrong();
}

/* ---- tests ---- */

static void what_comes_in_is_merged(void **state)
{
    (void)state;
    open_store(true);
    for (int n = 0; n < 300; n++) {
        assert_int_equal(put(n, STATUS_NO_TIME), STORE_ADDED);
        assert_int_equal(put(n, STATUS_NO_TIME), STORE_KNOWN);
        if (n % 37 == 0) {
            commit();
            expect_nothing_wrong();
            fold();
            expect_nothing_wrong();
        }
    }
    commit();
    fold();
    expect_nothing_wrong();
    assert_string_equal(
        look("SELECT count(*) = 6, sum(cms_total(cms)) = (SELECT count(*)"
             " FROM word) FROM rollup WHERE kind = 'word'",
             true),
        "1 1");
    assert_string_equal(look("SELECT count(*), sum(changes) FROM rollup_due", false),
                        "6 0");
    renew_all();
    expect_nothing_due();
}

static void cms_follows_edits_and_deletes_at_once(void **state)
{
    (void)state;
    open_store(true);
    put_all(100);
    renew_all();
    assert_int_equal(put(3, first_ms), STORE_EDITED);
    assert_int_equal(take(4), STORE_DELETED);
    assert_int_equal(take(99), STORE_DELETED); /* its number is given again … */
    assert_int_equal(put(100, STATUS_NO_TIME), STORE_ADDED); /* … to this one */
    commit();
    expect_nothing_wrong();
    assert_string_equal(
        look("SELECT sum(changes), sum(subtracted) FROM rollup_due", false), "3 3");
    renew_all();
    expect_nothing_due();
}

static void an_hour_of_which_all_is_gone_has_no_row(void **state)
{
    (void)state;
    open_store(true);
    put_all(20);
    for (int n = 0; n < 20; n++) {
        assert_int_equal(take(n), STORE_DELETED);
    }
    commit();
    expect_nothing_wrong();
    renew_all();
    assert_string_equal(look("SELECT count(*) FROM rollup", false), "0");
}

static void what_came_before_or_without_it_is_filled_in(void **state)
{
    (void)state;
    open_store(false);
    for (int n = 0; n < 2500; n++) { /* more than are added at once */
        put(n, STATUS_NO_TIME);
    }
    commit();
    close_store();
    open_store(true);
    commit();
    renew_all();
    expect_nothing_due();
    close_store();
    open_store(false);
    put(2500, STATUS_NO_TIME);
    vocabulary = UINT64_C(1) << 32; /* words that no sketch has seen */
    put(5, first_ms);
    take(6);
    commit();
    close_store();
    expect_nothing_wrong();
    assert_string_equal(
        look("SELECT sum(changes), sum(subtracted) FROM rollup_due", false), "2 0");
    open_store(true);
    put(7, first_ms); /* of hours that are wrong cms is not touched, … */
    assert_int_equal(take(5), STORE_DELETED);
    commit();
    expect_nothing_wrong(); /* … nor believed */
    renew_all();
    expect_nothing_due();
}

static void what_others_do_to_posts_is_noticed(void **state)
{
    (void)state;
    open_store(true);
    put_all(50);
    renew_all();
    look("UPDATE post SET created_ms = created_ms + 3600000 WHERE post_id = 3;"
         "DELETE FROM word WHERE post_id = 9; DELETE FROM hashtag WHERE post_id = 9;"
         "DELETE FROM post WHERE post_id = 9;"
         "ALTER TABLE post ADD COLUMN mine; UPDATE post SET mine = 1;",
         false);
    assert_string_equal(look("SELECT sum(changes) FROM rollup_due", false), "3");
    expect_nothing_wrong();
    renew_all();
    expect_nothing_due();
}

static void an_hour_that_changes_while_it_is_read_stays_due(void **state)
{
    (void)state;
    open_store(true);
    put_all(50);
    fold();
    struct rollup *rollup;
    struct rollup_hour *hour;
    const char *clash;
    assert_int_equal(rollup_open(&rollup, store_connection(store), &clash),
                     ROLLUP_READY);
    assert_true(rollup_read(rollup, true, &hour));
    assert_non_null(hour);
    look("DELETE FROM word; DELETE FROM hashtag; DELETE FROM post", false);
    assert_true(store_begin(store));
    assert_true(rollup_write(rollup, hour));
    commit();
    rollup_hour_free(hour);
    rollup_close(rollup);
    assert_string_equal(look("SELECT count(*) FROM rollup_due", false), "6");
    renew_all();
    assert_string_equal(look("SELECT count(*) FROM rollup", false), "0");
}

static void tables_that_were_dropped_are_made_anew(void **state)
{
    (void)state;
    open_store(true);
    put_all(50);
    close_store();
    static const char all[] =
        "DROP TRIGGER rollup_edited; DROP TRIGGER rollup_deleted; DROP TABLE rollup;"
        "DROP TABLE rollup_due; DELETE FROM setting WHERE name = 'rollup_post'";
    static const char *const drops[] = {
        "DROP TABLE rollup", "DROP TRIGGER rollup_edited",
        "DELETE FROM setting WHERE name = 'rollup_post'", all};
    for (size_t i = 0; i < sizeof drops / sizeof *drops; i++) {
        look(drops[i], false);
        open_store(true);
        commit();
        renew_all();
        close_store();
        expect_nothing_due();
        assert_string_equal(
            look("SELECT count(*) FROM rollup WHERE kind = 'word'", false), "6");
    }
}

static void a_name_that_is_taken_is_told(void **state)
{
    (void)state;
    static const char *const mine[] = {
        "CREATE TABLE Rollup(hour, mine)",
        "CREATE VIEW rollup_due AS SELECT 1",
        "CREATE TRIGGER rollup_deleted AFTER DELETE ON post BEGIN SELECT 1; END",
        "CREATE INDEX rollup ON post(bot)",
    };
    open_store(false);
    close_store();
    for (size_t i = 0; i < sizeof mine / sizeof *mine; i++) {
        look(mine[i], false);
        struct store_options options = {.path = path,
                                        .server = "a.example",
                                        .channel = "public",
                                        .config = "",
                                        .words_default = "unicode",
                                        .accounts_default = "hash",
                                        .extension = TEST_EXTENSION,
                                        .rollup = true};
        assert_null(store_open(&options));
        assert_string_equal(look("SELECT count(*) FROM sqlite_master"
                                 " WHERE name LIKE 'rollup%'",
                                 false),
                            "1");
        look(i == 0   ? "DROP TABLE rollup"
             : i == 1 ? "DROP VIEW rollup_due"
             : i == 2 ? "DROP TRIGGER rollup_deleted"
                      : "DROP INDEX rollup",
             false);
    }
}

/* An edit has its hour made anew, whatever was there; what is merged cannot be. */
static void a_damaged_sketch_is_made_anew_or_told(void **state)
{
    (void)state;
    bool more;
    open_store(true);
    put(1, STATUS_NO_TIME);
    put(2, STATUS_NO_TIME);
    commit();
    fold();
    look("UPDATE rollup SET cms = x'00'"
         " WHERE hour = (SELECT min(hour) FROM rollup)",
         false);
    assert_int_equal(put(1, first_ms), STORE_EDITED);
    commit();
    renew_all();
    expect_nothing_wrong();
    look("UPDATE rollup SET cms = x'00'", false);
    put(1 + HOURS, STATUS_NO_TIME);
    assert_false(store_commit(store, &no_counts) && store_renew(store, true, &more));
    assert_non_null(strstr(store_message(store), "rollup is damaged"));
    assert_non_null(strstr(store_message(store), "DROP TABLE rollup"));
}

/* One change of any kind. */
static void change_something(int *next, int64_t *edits)
{
    int any = (int)chance((uint64_t)*next + 1);
    bool more;
    int64_t rows;
    switch (chance(16)) {
    case 0:
    case 1:
        put(any, first_ms + ++*edits);
        break;
    case 2:
        take(any);
        break;
    case 3:
        take(*next - 1); /* the newest */
        break;
    case 4:
        put(any, STATUS_NO_TIME);
        break;
    case 5:
    case 6:
        commit();
        expect_nothing_wrong();
        break;
    case 7:
        assert_true(store_renew(store, chance(2), &more));
        break;
    case 8: /* killed */
        close_store();
        expect_nothing_wrong();
        open_store(chance(3) > 0);
        break;
    case 9:
        assert_true(store_expire(store, first_ms + any / 8, &rows));
        break;
    default:
        put((*next)++, STATUS_NO_TIME);
    }
}

static void whatever_happens_in_any_order(void **state)
{
    (void)state;
    int next = 1;
    int64_t edits = 0;
    open_store(true);
    for (int i = 0; i < ROUNDS; i++) {
        change_something(&next, &edits);
    }
    commit();
    close_store();
    open_store(true);
    commit();
    renew_all();
    expect_nothing_due();
}

static void a_connection_without_the_extension_cannot(void **state)
{
    (void)state;
    sqlite3 *db;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_false(rollup_can(db));
    assert_non_null(strstr(sqlite3_errmsg(db), "no such function"));
    assert_true(library_load(db, TEST_EXTENSION));
    assert_true(rollup_can(db));
    sqlite3_close(db);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_comes_in_is_merged),
        TEST(cms_follows_edits_and_deletes_at_once),
        TEST(an_hour_of_which_all_is_gone_has_no_row),
        TEST(what_came_before_or_without_it_is_filled_in),
        TEST(what_others_do_to_posts_is_noticed),
        TEST(an_hour_that_changes_while_it_is_read_stays_due),
        TEST(tables_that_were_dropped_are_made_anew),
        TEST(a_name_that_is_taken_is_told),
        TEST(a_damaged_sketch_is_made_anew_or_told),
        TEST(whatever_happens_in_any_order),
        TEST(a_connection_without_the_extension_cannot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
