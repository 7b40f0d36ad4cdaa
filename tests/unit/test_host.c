/*
 * What a program may do to a connection while functions of the extension run in it:
 * little memory, short values, statements that are left half way, bound anew,
 * interrupted, closed; threads and a shared cache.  Each leaves no memory taken and a
 * connection that answers as before.
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
#include <pthread.h>
#include <sqlite3.h>

#include "sql_statements.h"

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

static sqlite3 *open_file(const char *name, int flags)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open_v2(name, &db,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | flags,
                                     NULL),
                     SQLITE_OK);
    load(db);
    return db;
}

static sqlite3 *open_filled(void)
{
    sqlite3 *db = open_file(":memory:", 0);
    assert_int_equal(run(db, sql_statements_schema), SQLITE_OK);
    return db;
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

static void expect_settled(sqlite3 *db, sqlite3_int64 before, const char *what)
{
    if (settled(db) != before) {
        fail_msg("%s: %lld bytes are left", what, settled(db) - before);
    }
}

/* As before anything was done to the connection. */
static void expect_usable(sqlite3 *db)
{
    assert_int_equal(run(db, "SELECT topk(x), hll_count(x), cms_sketch(x) FROM t"),
                     SQLITE_OK);
}

/* ---- limits ---- */

/* Came with 3.31; the program may meet an older library than it was compiled for. */
#pragma weak sqlite3_hard_heap_limit64

/* 0: none.  Without a hard limit there is one that SQLite keeps if it can. */
static void limit_memory(sqlite3_int64 most)
{
    if (sqlite3_hard_heap_limit64) {
        sqlite3_hard_heap_limit64(most);
    } else {
        sqlite3_soft_heap_limit64(most);
    }
}

/* From a few bytes more than are in use to so many that it takes no notice. */
static void little_memory_is_no_more_than_an_error(void **state)
{
    sqlite3 *db = *state;
    long refused = 0;
    for (size_t i = 0; i < sql_statement_count; i++) {
        const char *sql = sql_statements[i];
        int unhindered = run(db, sql);
        sqlite3_int64 before = settled(db);
        for (sqlite3_int64 more = 512; more < 64 << 20; more *= 2) {
            limit_memory(before + more);
            int rc = run(db, sql);
            limit_memory(0);
            if (rc != SQLITE_NOMEM && rc != unhindered) {
                fail_msg("%s: %lld bytes more end in %d", sql, more, rc);
            }
            refused += rc == SQLITE_NOMEM;
            expect_settled(db, before, sql);
        }
        assert_int_equal(run(db, sql), unhindered);
    }
    expect_usable(db);
    print_message("%ld statements had too little memory\n", refused);
}

/* A message that is too long itself is left out by SQLite. */
static bool is_of_size(const char *message)
{
    return !*message || strstr(message, "too big") || strstr(message, "bytes") ||
           strstr(message, "limit");
}

static void short_values_are_no_more_than_an_error(void **state)
{
    sqlite3 *db = *state;
    long refused = 0;
    static const int limits[] = {100, 300, 1000, 3000, 10000};
    for (size_t i = 0; i < sql_statement_count; i++) {
        const char *sql = sql_statements[i];
        int unhindered = run(db, sql);
        sqlite3_int64 before = settled(db);
        for (size_t n = 0; n < sizeof limits / sizeof *limits; n++) {
            int most = sqlite3_limit(db, SQLITE_LIMIT_LENGTH, limits[n]);
            int rc = run(db, sql);
            bool is_big = rc == SQLITE_TOOBIG || is_of_size(sqlite3_errmsg(db));
            if (rc != unhindered && !is_big) {
                fail_msg("%s: values of at most %d bytes end in %d: %s", sql, limits[n],
                         rc, sqlite3_errmsg(db));
            }
            refused += rc != unhindered;
            sqlite3_limit(db, SQLITE_LIMIT_LENGTH, most);
            expect_settled(db, before, sql);
        }
        assert_int_equal(run(db, sql), unhindered);
    }
    expect_usable(db);
    print_message("%ld statements had values that were too long\n", refused);
    assert_true(refused > 0);
}

/* ---- statements that are left ---- */

static sqlite3_stmt *prepared(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    (void)sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    return statement; /* NULL is a statement that does nothing */
}

static int rows_of(sqlite3_stmt *statement, int most)
{
    int rows = 0;
    while (rows < most && statement && sqlite3_step(statement) == SQLITE_ROW) {
        rows++;
    }
    return rows;
}

static void what_is_left_half_way_begins_anew(void **state)
{
    sqlite3 *db = *state;
    for (size_t i = 0; i < sql_statement_count; i++) {
        const char *sql = sql_statements[i];
        (void)run(db, sql);
        sqlite3_int64 before = settled(db);
        sqlite3_stmt *statement = prepared(db, sql);
        int all = rows_of(statement, INT32_MAX);
        (void)sqlite3_reset(statement);
        for (int rows = 0; rows < 4; rows++) {
            (void)rows_of(statement, rows);
            (void)sqlite3_reset(statement);
            assert_int_equal(rows_of(statement, INT32_MAX), all);
            (void)sqlite3_reset(statement);
        }
        (void)rows_of(statement, 1);
        (void)sqlite3_finalize(statement);
        expect_settled(db, before, sql);
    }
    expect_usable(db);
}

/* Two of the same, a row of each in turn. */
static void statements_do_not_disturb_each_other(void **state)
{
    sqlite3 *db = *state;
    for (size_t i = 0; i < sql_statement_count; i++) {
        const char *sql = sql_statements[i];
        sqlite3_int64 before = settled(db);
        sqlite3_stmt *one = prepared(db, sql);
        sqlite3_stmt *other = prepared(db, sql);
        int all = rows_of(one, INT32_MAX);
        (void)sqlite3_reset(one);
        int rows[2] = {0, 0};
        for (int step = 0; step <= all; step++) {
            rows[0] += rows_of(one, 1);
            rows[1] += rows_of(other, 1);
        }
        assert_int_equal(rows[0], all);
        assert_int_equal(rows[1], all);
        (void)sqlite3_finalize(one);
        (void)sqlite3_finalize(other);
        expect_settled(db, before, sql);
    }
}

static long host_ticks;

static int end_after_ticks(void *ctx)
{
    (void)ctx;
    return --host_ticks < 0;
}

/* Only when it runs: what parsing makes of an interruption is SQLite's own affair. */
static int run_for_ticks(sqlite3 *db, const char *sql, int otherwise)
{
    sqlite3_stmt *statement = prepared(db, sql);
    if (!statement) {
        return otherwise;
    }
    sqlite3_progress_handler(db, 1, end_after_ticks, NULL);
    (void)rows_of(statement, INT32_MAX);
    sqlite3_progress_handler(db, 0, NULL, NULL);
    return sqlite3_finalize(statement);
}

/* Ended by a progress handler after 0, 1, 2, 4, ... instructions; sqlite3_interrupt()
 * looks at the same place. */
static void what_is_interrupted_leaves_nothing(void **state)
{
    sqlite3 *db = *state;
    long interrupted = 0;
    for (size_t i = 0; i < sql_statement_count; i++) {
        const char *sql = sql_statements[i];
        int unhindered = run(db, sql);
        sqlite3_int64 before = settled(db);
        int rc = SQLITE_INTERRUPT;
        for (long ticks = 0; rc == SQLITE_INTERRUPT; ticks = 2 * ticks + 1) {
            host_ticks = ticks;
            rc = run_for_ticks(db, sql, unhindered);
            if (rc != SQLITE_INTERRUPT && rc != unhindered) {
                fail_msg("%s: interrupted after %ld, it ends in %d: %s", sql, ticks, rc,
                         sqlite3_errmsg(db));
            }
            interrupted += rc == SQLITE_INTERRUPT;
            expect_settled(db, before, sql);
        }
        assert_int_equal(run(db, sql), unhindered);
    }
    expect_usable(db);
    assert_true(interrupted > (long)sql_statement_count);
}

/* Fails in the 1st, 2nd, 4th, ... row. */
static void host_fail(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    if (--host_ticks < 0) {
        sqlite3_result_error(ctx, "this is enough", -1);
    } else {
        sqlite3_result_value(ctx, argv[0]);
    }
}

static void what_fails_beside_an_aggregate_takes_it_along(void **state)
{
    sqlite3 *db = *state;
    static const char *const calls[] = {
        "topk(x)",
        "topk_sketch(x)",
        "hll_count(x)",
        "theta_sketch(x)",
        "tdigest_quantile(rowid, 0.5)",
        "kll_sketch(rowid)",
        "cms_sketch(x)",
        "reservoir_sample(x, 5)",
        "profile_sketch(x)",
        "topk_distinct(x, w)",
        "topk_by(g, x)",
        "hll_by(x, w)",
        "hll_merge(hll_sketch)",
    };
    assert_int_equal(sqlite3_create_function(db, "host_fail", 1, SQLITE_UTF8, NULL,
                                             host_fail, NULL, NULL),
                     SQLITE_OK);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        char sql[600];
        (void)snprintf(sql, sizeof sql,
                       "SELECT %s, sum(host_fail(w)) FROM (SELECT rowid, *,"
                       " x'02010710030C0000' AS hll_sketch FROM t)",
                       calls[i]);
        sqlite3_int64 before = settled(db);
        for (long rows = 0; rows < 200; rows = 2 * rows + 1) {
            host_ticks = rows;
            assert_int_equal(run(db, sql), SQLITE_ERROR);
            assert_string_equal(sqlite3_errmsg(db), "this is enough");
            expect_settled(db, before, sql);
        }
        host_ticks = INT32_MAX;
        assert_int_equal(run(db, sql), SQLITE_OK);
    }
}

/* ---- parameters ---- */

/* The answer of a statement with one value bound, as text: that of a new statement. */
static char *answer(sqlite3_stmt *statement)
{
    char *text = NULL;
    if (sqlite3_step(statement) == SQLITE_ROW) {
        text = sqlite3_mprintf("%s", sqlite3_column_text(statement, 0));
    } else {
        text =
            sqlite3_mprintf("error: %s", sqlite3_errmsg(sqlite3_db_handle(statement)));
    }
    (void)sqlite3_reset(statement);
    return text;
}

/* A sketch that comes again and again is kept by its statement: not when another one is
 * bound, of whatever kind, in the same memory, too. */
static void what_is_bound_anew_is_read_anew(void **state)
{
    sqlite3 *db = *state;
    static const char *const questions[] = {
        "SELECT group_concat(topk_get(?1, x)) FROM t",
        "SELECT group_concat(hll_get(?1) + w) FROM t",
        "SELECT group_concat(cms_get(?1, x)) FROM t",
        "SELECT group_concat(tdigest_get(?1, w / 4.0)) FROM t",
        "SELECT group_concat(kll_get(?1, w / 4.0)) FROM t",
        "SELECT group_concat(theta_get(?1) + w) FROM t",
        "SELECT group_concat(reservoir_json(?1)) FROM t",
        "SELECT group_concat(profile_json(?1)) FROM t",
        "SELECT group_concat(topk_distinct_get(?1, x)) FROM t",
        "SELECT group_concat(sketch_info(?1)) FROM t",
        "SELECT group_concat(value) FROM topk_rows(?1)",
        "SELECT group_concat(key) FROM hll_by_rows(?1)",
        "SELECT group_concat(length(hll_add(?1, w))) FROM t",
        "SELECT tdigest_quantile(w, ?1) FROM t",
        "SELECT topk(x, ?1) FROM t",
        "SELECT cms_estimate(x, ?1) FROM t",
    };
    /* Two of each kind, of one length where that can be. */
    static const char values[] =
        "SELECT topk_sketch(x, 2, 9) FROM t UNION ALL SELECT topk_sketch(w, 2, 9) FROM "
        "t"
        " UNION ALL SELECT hll_sketch(w) FROM t"
        " UNION ALL SELECT hll_sketch(w + 1) FROM t"
        " UNION ALL SELECT cms_sketch(x, 0.1) FROM t"
        " UNION ALL SELECT tdigest_sketch(w) FROM t"
        " UNION ALL SELECT tdigest_sketch(w + 1) FROM t"
        " UNION ALL SELECT kll_sketch(w) FROM t"
        " UNION ALL SELECT kll_sketch(w + 1) FROM t"
        " UNION ALL SELECT theta_sketch(w) FROM t"
        " UNION ALL SELECT theta_sketch(w + 1) FROM t"
        " UNION ALL SELECT reservoir_sketch(w, 3, 1) FROM t"
        " UNION ALL SELECT reservoir_sketch(w, 3, 2) FROM t"
        " UNION ALL SELECT profile_sketch(x) FROM t"
        " UNION ALL SELECT topk_distinct_sketch(w, g) FROM t"
        " UNION ALL SELECT hll_by(g, w) FROM t UNION ALL SELECT hll_by(w, g) FROM t"
        " UNION ALL SELECT NULL UNION ALL SELECT 1 UNION ALL SELECT 0.5"
        " UNION ALL SELECT 'text' UNION ALL SELECT '[0.25, 1]'"
        " UNION ALL SELECT zeroblob(40) UNION ALL SELECT x''";
    enum { MOST = 40 };
    static uint8_t shared[1 << 20];
    sqlite3_value *bound[MOST];
    int count = 0;
    sqlite3_stmt *made = prepared(db, values);
    while (sqlite3_step(made) == SQLITE_ROW) {
        assert_true(count < MOST);
        bound[count++] = sqlite3_value_dup(sqlite3_column_value(made, 0));
    }
    assert_int_equal(sqlite3_finalize(made), SQLITE_OK);
    assert_true(count > 20);
    for (size_t q = 0; q < sizeof questions / sizeof *questions; q++) {
        sqlite3_stmt *kept = prepared(db, questions[q]);
        assert_non_null(kept);
        for (int n = 0; n < 3 * count; n++) {
            sqlite3_value *value = bound[n * 7 % count];
            sqlite3_stmt *fresh = prepared(db, questions[q]);
            assert_int_equal(sqlite3_bind_value(fresh, 1, value), SQLITE_OK);
            if (sqlite3_value_type(value) == SQLITE_BLOB && n % 3 > 0) {
                int size = sqlite3_value_bytes(value);
                assert_true(size <= (int)sizeof shared);
                if (size > 0) {
                    memcpy(shared, sqlite3_value_blob(value), (size_t)size);
                }
                assert_int_equal(
                    sqlite3_bind_blob(kept, 1, shared, size, SQLITE_STATIC), SQLITE_OK);
            } else {
                assert_int_equal(sqlite3_bind_value(kept, 1, value), SQLITE_OK);
            }
            char *wanted = answer(fresh);
            char *got = answer(kept);
            assert_string_equal(got, wanted);
            sqlite3_free(wanted);
            sqlite3_free(got);
            (void)sqlite3_finalize(fresh);
        }
        (void)sqlite3_finalize(kept);
    }
    for (int i = 0; i < count; i++) {
        sqlite3_value_free(bound[i]);
    }
    expect_usable(db);
}

/* ---- connections ---- */

static void a_connection_closes_with_its_statements_open(void **state)
{
    (void)state;
    sqlite3_int64 before = sqlite3_memory_used();
    for (size_t i = 0; i < sql_statement_count; i += 3) {
        sqlite3 *db = open_filled();
        sqlite3_stmt *statement = prepared(db, sql_statements[i]);
        int rows = rows_of(statement, 1);
        if (statement) {
            assert_int_equal(sqlite3_close(db), SQLITE_BUSY);
            expect_usable(db);
        }
        assert_int_equal(sqlite3_close_v2(db), SQLITE_OK);
        if (rows > 0) {
            (void)rows_of(statement, INT32_MAX); /* it goes on without */
        }
        (void)sqlite3_finalize(statement);
    }
    assert_int_equal(sqlite3_memory_used(), before);
}

/* Loaded again, replaced, removed, and loaded once more. */
static void functions_come_and_go(void **state)
{
    (void)state;
    sqlite3_int64 before = sqlite3_memory_used();
    sqlite3 *db = open_filled();
    load(db);
    load(db);
    expect_usable(db);
    assert_int_equal(sqlite3_create_function(db, "topk", 1, SQLITE_UTF8, NULL,
                                             host_fail, NULL, NULL),
                     SQLITE_OK);
    host_ticks = INT32_MAX;
    assert_int_equal(run(db, "SELECT topk(x) FROM t"), SQLITE_OK);
    assert_int_equal(
        sqlite3_create_function(db, "topk", 1, SQLITE_UTF8, NULL, NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(run(db, "SELECT topk(x) FROM t"), SQLITE_ERROR);
    assert_int_equal(run(db, "SELECT topk(x, 3) FROM t"), SQLITE_OK);
    load(db);
    expect_usable(db);
    /* Beside a schema that changes under a statement that is running. */
    sqlite3_stmt *statement =
        prepared(db, "SELECT value FROM topk_rows((SELECT topk_sketch(x) FROM t))");
    assert_int_equal(rows_of(statement, 1), 1);
    assert_int_equal(run(db, "CREATE TABLE later(x); CREATE VIEW seen AS SELECT topk(x)"
                             " FROM t"),
                     SQLITE_OK);
    assert_true(rows_of(statement, INT32_MAX) > 0);
    (void)sqlite3_finalize(statement);
    assert_int_equal(run(db, "VACUUM; SELECT * FROM seen"), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_int_equal(sqlite3_memory_used(), before);
}

/* What is deterministic, and changes nothing, may be part of a schema. */
static void a_schema_may_use_what_is_deterministic(void **state)
{
    (void)state;
    bool generates = sqlite3_libversion_number() >= 3031000;
    sqlite3 *db = open_filled();
    const char *const allowed[] = {
        "PRAGMA trusted_schema = OFF",
        generates ? "CREATE TABLE u(s BLOB CHECK (sketch_valid(s)),"
                    " n AS (hll_get(s)) STORED, m AS (hll_upper(s)))"
                  : "CREATE TABLE u(s BLOB CHECK (sketch_valid(s)))",
        "CREATE INDEX by_count ON u(hll_get(s))",
        "CREATE INDEX kept ON u(s) WHERE sample_keep(s, 0.5, 1)",
        "INSERT INTO u(s) SELECT s FROM hll_stored",
        "CREATE VIEW v AS SELECT topk(x) FROM t",
        "SELECT * FROM v",
        generates ? "SELECT n, m FROM u WHERE hll_get(s) > 1"
                  : "SELECT * FROM u WHERE hll_get(s) > 1",
        "UPDATE u SET s = hll_add(s, 'one more')",
        "PRAGMA integrity_check",
    };
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
        if (run(db, allowed[i]) != SQLITE_OK) {
            fail_msg("%s: %s", allowed[i], sqlite3_errmsg(db));
        }
    }
    /* A column is computed before the check. */
    assert_int_equal(run(db, "INSERT INTO u(s) VALUES (x'00')"),
                     generates ? SQLITE_ERROR : SQLITE_CONSTRAINT);
    assert_int_equal(run(db, "CREATE TABLE w(x, y AS (topk(x)))"), SQLITE_ERROR);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int deny_functions(void *ctx, int action, const char *a, const char *name,
                          const char *c, const char *d)
{
    (void)ctx;
    (void)a;
    (void)c;
    (void)d;
    return action == SQLITE_FUNCTION && strncmp(name, "topk", 4) == 0 ? SQLITE_DENY
                                                                      : SQLITE_OK;
}

static void an_authorizer_may_deny(void **state)
{
    sqlite3 *db = *state;
    sqlite3_set_authorizer(db, deny_functions, NULL);
    assert_int_equal(run(db, "SELECT topk(x) FROM t"), SQLITE_ERROR);
    assert_int_equal(run(db, "SELECT hll_count(x) FROM t"), SQLITE_OK);
    sqlite3_set_authorizer(db, NULL, NULL);
    expect_usable(db);
}

/* ---- threads ---- */

enum { THREADS = 4 };

struct worker {
    pthread_t thread;
    sqlite3 *db;
    long failed;
    int *wanted; /* of each statement; NULL: any */
};

/* cmocka's own assertions are for one thread. */
static void *work(void *ctx)
{
    struct worker *worker = ctx;
    for (size_t i = 0; i < sql_statement_count; i++) {
        int rc = run(worker->db, sql_statements[i]);
        worker->failed += rc != worker->wanted[i] && rc != SQLITE_LOCKED;
    }
    return NULL;
}

/* All at a time; of a SQLite that has no mutexes one after the other. */
static void work_together(struct worker workers[THREADS], int *wanted)
{
    int at_a_time = sqlite3_threadsafe() ? THREADS : 1;
    for (int first = 0; first < THREADS; first += at_a_time) {
        for (int i = first; i < first + at_a_time; i++) {
            workers[i].wanted = wanted;
            assert_int_equal(
                pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
        }
        for (int i = first; i < first + at_a_time; i++) {
            assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
            assert_int_equal(workers[i].failed, 0);
        }
    }
}

static void threads_do_not_meet(void **state)
{
    (void)state;
    struct worker workers[THREADS] = {{.failed = 0}};
    int *wanted = calloc(sql_statement_count, sizeof *wanted);
    assert_non_null(wanted);
    /* A connection for each. */
    for (int i = 0; i < THREADS; i++) {
        workers[i].db = open_filled();
    }
    for (size_t i = 0; i < sql_statement_count; i++) {
        wanted[i] = run(workers[0].db, sql_statements[i]);
    }
    work_together(workers, wanted);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(sqlite3_close(workers[i].db), SQLITE_OK);
    }
    /* One for all, which SQLite lets in one at a time. */
    sqlite3 *shared = open_file(":memory:", SQLITE_OPEN_FULLMUTEX);
    assert_int_equal(run(shared, sql_statements_schema), SQLITE_OK);
    for (int i = 0; i < THREADS; i++) {
        workers[i].db = shared;
    }
    work_together(workers, wanted);
    assert_int_equal(sqlite3_close(shared), SQLITE_OK);
    /* A cache that they share: they may find a table locked. */
    for (int i = 0; i < THREADS; i++) {
        workers[i].db = open_file("file:host?mode=memory&cache=shared",
                                  SQLITE_OPEN_URI | SQLITE_OPEN_SHAREDCACHE);
        if (i == 0) {
            assert_int_equal(run(workers[0].db, sql_statements_schema), SQLITE_OK);
        }
    }
    work_together(workers, wanted);
    for (int i = 0; i < THREADS; i++) {
        expect_usable(workers[i].db);
        assert_int_equal(sqlite3_close(workers[i].db), SQLITE_OK);
    }
    free(wanted);
}

int main(void)
{
    /* A lookaside would hide what is left of small allocations. */
    if (sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) != SQLITE_OK) {
        return 1;
    }
    sqlite3 *db = open_filled();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(little_memory_is_no_more_than_an_error, db),
        cmocka_unit_test_prestate(short_values_are_no_more_than_an_error, db),
        cmocka_unit_test_prestate(what_is_left_half_way_begins_anew, db),
        cmocka_unit_test_prestate(statements_do_not_disturb_each_other, db),
        cmocka_unit_test_prestate(what_is_interrupted_leaves_nothing, db),
        cmocka_unit_test_prestate(what_fails_beside_an_aggregate_takes_it_along, db),
        cmocka_unit_test_prestate(what_is_bound_anew_is_read_anew, db),
        cmocka_unit_test_prestate(an_authorizer_may_deny, db),
        cmocka_unit_test(a_connection_closes_with_its_statements_open),
        cmocka_unit_test(functions_come_and_go),
        cmocka_unit_test(a_schema_may_use_what_is_deterministic),
        cmocka_unit_test(threads_do_not_meet),
    };
    int failed = cmocka_run_group_tests_name("host", tests, NULL, NULL);
    sqlite3_close(db);
    return failed;
}
