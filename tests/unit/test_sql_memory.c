/*
 * Every allocation that SQLite or the extension makes is refused once, in turn,
 * and then once more with all that come after it.
 *
 * SQLite's allocator is wrapped for this, which has to happen before anything
 * else, so these tests have a program of their own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "sql_statements.h"

/* ---- the wrapped allocator ---- */

static sqlite3_mem_methods memory_real;
static long memory_grants = -1;       /* until a refusal; negative: no refusal */
static bool memory_refuses_all_later; /* or just the one */
static long memory_refusals;
static long memory_calls;

static bool memory_refuses(void)
{
    memory_calls++;
    if (memory_grants < 0) {
        return false;
    }
    if (memory_grants > 0) {
        memory_grants--;
        return false;
    }
    memory_grants = memory_refuses_all_later ? 0 : -1;
    memory_refusals++;
    return true;
}

static void *memory_malloc(int size)
{
    return memory_refuses() ? NULL : memory_real.xMalloc(size);
}

static void *memory_realloc(void *block, int size)
{
    return memory_refuses() ? NULL : memory_real.xRealloc(block, size);
}

static sqlite3 *open_loaded(void)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_enable_load_extension(db, 1), SQLITE_OK);
    char *message = NULL;
    if (sqlite3_load_extension(db, TEST_EXTENSION, NULL, &message) != SQLITE_OK) {
        fail_msg("%s", message ? message : "the extension does not load");
    }
    assert_int_equal(sqlite3_exec(db, sql_statements_schema, NULL, NULL, NULL),
                     SQLITE_OK);
    return db;
}

static int run(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static void expect_usable(sqlite3 *db)
{
    assert_int_equal(run(db, "SELECT topk(x) FROM t"), SQLITE_OK);
}

/* What is in use once the connection holds neither caches nor an error message. */
static sqlite3_int64 settled(sqlite3 *db)
{
    assert_int_equal(run(db, "SELECT 1"), SQLITE_OK);
    sqlite3_db_release_memory(db);
    return sqlite3_memory_used();
}

/* Refuses the first allocation of the statement, then the second, and so on
 * until one run needs no more.  What it then says is what it says unhindered. */
static void refuse_each(sqlite3 *db, const char *sql, bool all_later)
{
    (void)run(db, "SELECT no_such_function()"); /* makes room for messages, for good */
    int unhindered = run(db, sql);
    sqlite3_int64 before = settled(db);
    for (long n = 0;; n++) {
        long refusals = memory_refusals;
        memory_refuses_all_later = all_later;
        memory_grants = n;
        int rc = run(db, sql);
        memory_grants = -1;
        long long left = settled(db) - before;
        if (left != 0) {
            fail_msg("%s: refusal %ld leaves %lld bytes", sql, n, left);
        }
        if (memory_refusals == refusals) {
            assert_int_equal(rc, unhindered);
            return;
        }
        /* SQLite overcomes a few refusals by itself, of caches for example. */
        if (rc != SQLITE_NOMEM && rc != unhindered) {
            fail_msg("%s: refusal %ld ends in %d, not SQLITE_NOMEM", sql, n, rc);
        }
    }
}

static void every_refusal_is_survived(void **state)
{
    sqlite3 *db = *state;
    for (size_t i = 0; i < sql_statement_count; i++) {
        refuse_each(db, sql_statements[i], false);
        expect_usable(db);
        refuse_each(db, sql_statements[i], true);
        expect_usable(db);
    }
    print_message("%ld refusals\n", memory_refusals);
    assert_true(memory_refusals > 10 * (long)sql_statement_count);
}

static void every_function_is_among_the_statements(void **state)
{
    (void)state;
    sqlite3 *db = open_loaded(); /* new: use adds SQLite's own tables to the lists */
    sqlite3 *bare = NULL;
    assert_int_equal(sqlite3_open(":memory:", &bare), SQLITE_OK);
    static const char names[] = "SELECT name FROM pragma_function_list UNION "
                                "SELECT name FROM pragma_module_list ORDER BY name";
    static const char known[] =
        "SELECT 1 FROM (SELECT name FROM pragma_function_list UNION SELECT name FROM "
        "pragma_module_list) WHERE name = ?";
    sqlite3_stmt *query = NULL;
    sqlite3_stmt *probe = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, names, -1, &query, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(bare, known, -1, &probe, NULL), SQLITE_OK);
    int ours = 0;
    while (sqlite3_step(query) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(query, 0);
        sqlite3_reset(probe);
        assert_int_equal(sqlite3_bind_text(probe, 1, name, -1, SQLITE_TRANSIENT),
                         SQLITE_OK);
        if (sqlite3_step(probe) == SQLITE_ROW) {
            continue;
        }
        ours++;
        char call[128];
        snprintf(call, sizeof call, "%s(", name);
        bool called = false;
        for (size_t i = 0; i < sql_statement_count; i++) {
            const char *at = strstr(sql_statements[i], call);
            called = called || (at && (at[-1] == ' ' || at[-1] == '('));
        }
        if (!called) {
            fail_msg("no statement here calls %s", name);
        }
    }
    assert_true(ours > 0);
    sqlite3_finalize(query);
    sqlite3_finalize(probe);
    sqlite3_close(bare);
    sqlite3_close(db);
}

static void loading_survives_every_refusal(void **state)
{
    (void)state;
    int rc = SQLITE_NOMEM;
    for (long n = 0; rc != SQLITE_OK; n++) {
        sqlite3 *db = NULL;
        assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
        assert_int_equal(sqlite3_enable_load_extension(db, 1), SQLITE_OK);
        memory_refuses_all_later = true;
        memory_grants = n;
        char *message = NULL;
        rc = sqlite3_load_extension(db, TEST_EXTENSION, NULL, &message);
        memory_grants = -1;
        sqlite3_free(message);
        assert_int_equal(run(db, "SELECT 1"), SQLITE_OK);
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
        assert_true(n < 10000);
    }
}

static long calls_for(sqlite3 *db, const char *sql)
{
    long before = memory_calls;
    assert_int_equal(run(db, sql), SQLITE_OK);
    return memory_calls - before;
}

/* Reading one takes several allocations, noting that it was seen takes one, and what is
 * answered from the bytes takes no other; SQLite's own take as many for length(). */
static void a_sketch_that_is_the_same_in_every_row_is_read_once(void **state)
{
    static const char *const without_and_with[][2] = {
        {"SELECT sum(length((SELECT s FROM cms_stored)) + length(x)) FROM t",
         "SELECT sum(cms_get((SELECT s FROM cms_stored), x)) FROM t"},
        {"SELECT sum(length(s) + w) FROM (SELECT s FROM topk_stored LIMIT 1), t",
         "SELECT sum(topk_get(s, w)) FROM (SELECT s FROM topk_stored LIMIT 1), "
         "t"},
    };
    for (size_t i = 0; i < 2; i++) {
        long without = calls_for(*state, without_and_with[i][0]);
        long with = calls_for(*state, without_and_with[i][1]);
        print_message("%ld allocations without, %ld with 200 questions\n", without,
                      with);
        assert_true(with < without + 200 + 60);
    }
}

int main(void)
{
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory_real) != SQLITE_OK) {
        return 1;
    }
    sqlite3_mem_methods wrapped = memory_real;
    wrapped.xMalloc = memory_malloc;
    wrapped.xRealloc = memory_realloc;
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &wrapped) != SQLITE_OK ||
        /* A lookaside would hide small allocations from the wrapper. */
        sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) != SQLITE_OK) {
        return 1;
    }
    sqlite3 *db = open_loaded();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(every_refusal_is_survived, db),
        cmocka_unit_test(every_function_is_among_the_statements),
        cmocka_unit_test_prestate(a_sketch_that_is_the_same_in_every_row_is_read_once,
                                  db),
        cmocka_unit_test(loading_survives_every_refusal),
    };
    int failed = cmocka_run_group_tests_name("sql memory", tests, NULL, NULL);
    sqlite3_close(db);
    return failed;
}
