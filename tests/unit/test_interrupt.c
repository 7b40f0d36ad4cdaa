/*
 * A call that is long ends soon after sqlite3_interrupt(), where SQLite can tell it,
 * and leaves no memory taken and a connection that answers as before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

static void load(sqlite3 *db)
{
    char *message = NULL;
    assert_int_equal(sqlite3_enable_load_extension(db, 1), SQLITE_OK);
    if (sqlite3_load_extension(db, TEST_EXTENSION, NULL, &message) != SQLITE_OK) {
        fail_msg("%s", message ? message : "the extension does not load");
    }
}

static int run(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

/* What is in use once the connection holds no caches, and the room for an error message
 * that it keeps is that of always the same one. */
static sqlite3_int64 settled(sqlite3 *db)
{
    assert_int_equal(run(db, "SELECT no_such_function()"), SQLITE_ERROR);
    assert_int_equal(run(db, "SELECT 1"), SQLITE_OK);
    sqlite3_db_release_memory(db);
    return sqlite3_memory_used();
}

/* Interrupts its own connection, and hands on what it gets. */
static void host_interrupt(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    sqlite3_interrupt(sqlite3_context_db_handle(ctx));
    sqlite3_result_value(ctx, argv[0]);
}

/* A list and an image of many keys that are wrong in their last bytes only. */
static void create_wrong(sqlite3 *db)
{
    static const uint8_t no_number[8] = {255, 255, 255, 255, 255, 255, 255, 255};
    sqlite3_blob *image;
    assert_int_equal(
        run(db,
            "CREATE TABLE wrong AS "
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
            "WHERE i < 20000) SELECT kll_by(i, i + 0.5) AS v, "
            "'[' || group_concat('0') || ',no]' AS list, tdigest_sketch(i) AS digest "
            "FROM n"),
        SQLITE_OK);
    assert_int_equal(sqlite3_blob_open(db, "main", "wrong", "v", 1, 1, &image),
                     SQLITE_OK);
    assert_int_equal(
        sqlite3_blob_write(image, no_number, sizeof no_number,
                           sqlite3_blob_bytes(image) - (int)sizeof no_number),
        SQLITE_OK);
    sqlite3_blob_close(image);
}

/* What is wrong at the very end of a long value is not found by a call that looks
 * whether it was interrupted: SQLite itself does not look before the call returns. */
static void a_long_call_is_interrupted(void **state)
{
    static const char *const calls[][2] = {
        {"SELECT length(kll_by_merge(v)) FROM wrong",
         "SELECT length(kll_by_merge(stop(v))) FROM wrong"},
        {"SELECT count(*) FROM wrong, kll_by_rows(v)",
         "SELECT count(*) FROM wrong, kll_by_rows(stop(v))"},
        {"SELECT tdigest_get(digest, list) FROM wrong",
         "SELECT tdigest_get(digest, stop(list)) FROM wrong"},
    };
    sqlite3 *db = *state;
    /* Before, a call does not know, and goes on to what is wrong. */
    bool can_tell = sqlite3_libversion_number() >= 3041000;
    int wanted = can_tell ? SQLITE_INTERRUPT : SQLITE_ERROR;
    print_message("SQLite %s %s a function to end\n", sqlite3_libversion(),
                  can_tell ? "can tell" : "cannot tell");
    create_wrong(db);
    assert_int_equal(sqlite3_create_function(db, "stop", 1, SQLITE_UTF8, NULL,
                                             host_interrupt, NULL, NULL),
                     SQLITE_OK);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        assert_int_equal(run(db, calls[i][0]), SQLITE_ERROR);
        sqlite3_int64 before = settled(db);
        if (run(db, calls[i][1]) != wanted) {
            fail_msg("%s: %s", calls[i][1], sqlite3_errmsg(db));
        }
        assert_int_equal(settled(db), before);
        assert_int_equal(run(db, calls[i][0]), SQLITE_ERROR);
    }
}

int main(void)
{
    sqlite3 *db = NULL;
    if (sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) != SQLITE_OK ||
        sqlite3_open(":memory:", &db) != SQLITE_OK) {
        return 1;
    }
    load(db);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(a_long_call_is_interrupted, db),
    };
    int failed = cmocka_run_group_tests_name("interrupt", tests, NULL, NULL);
    return sqlite3_close(db) == SQLITE_OK ? failed : 1;
}
