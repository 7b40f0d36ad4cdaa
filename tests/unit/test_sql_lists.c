/*
 * Lists and numbers in SQL, where the program that runs SQLite has limits and an
 * authorizer of its own: they are no business of a function that reads a text.
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

#include "random.h"

enum { LISTS = 200000 };

/* What is asked, and the answer: whatever the connection allows. */
static const struct {
    const char *sql;
    const char *answer;
} questions[] = {
    {"SELECT cms_get_all(s, '[1,2,\"a\",null]') FROM stored", "[2,1,1,null]"},
    {"SELECT cms_estimate_all(x, '[1,2]') FROM t", "[2,1]"},
    {"SELECT cms_get(s, '[1,2]') FROM stored", "1"},
    {"SELECT cms_estimate(x, '[1,2]') FROM t", "1"},
    {"SELECT tdigest_quantile(rowid, '[0,1]') FROM t", "[1.0,5.0]"},
    {"SELECT tdigest_rank(d, '[1,9]') FROM stored", "[0.1,1.0]"},
    {"SELECT tdigest_cdf(d, '[0]') FROM stored", "[0.0,1.0]"},
    {"SELECT topk(x, '1') FROM t", "[{\"value\":1,\"count\":2,\"error\":0}]"},
};
enum { QUESTIONS = sizeof questions / sizeof *questions };

static int refusals;

/* Lets the question itself pass, and refuses whatever else is read on the way. */
static int authorize(void *answer, int action, const char *a, const char *b,
                     const char *c, const char *d)
{
    (void)b;
    (void)c;
    (void)d;
    bool is_ours = action == SQLITE_FUNCTION || action == SQLITE_SELECT ||
                   (action == SQLITE_READ && a &&
                    (strcmp(a, "t") == 0 || strcmp(a, "stored") == 0));
    refusals += !is_ours;
    return is_ours ? SQLITE_OK : *(const int *)answer;
}

static void execute(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    }
}

static int open_loaded(void **state)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_enable_load_extension(db, 1), SQLITE_OK);
    assert_int_equal(sqlite3_load_extension(db, TEST_EXTENSION, NULL, NULL), SQLITE_OK);
    execute(db,
            "CREATE TABLE t(x); INSERT INTO t VALUES (1), (2), (1), ('a'), ('[1,2]');"
            "CREATE TABLE stored AS SELECT cms_sketch(x) AS s,"
            " tdigest_sketch(rowid) AS d FROM t");
    *state = db;
    return 0;
}

static int close_loaded(void **state) { return sqlite3_close(*state); }

static void expect_answer(sqlite3_stmt *statement, int i)
{
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(statement, 0),
                        questions[i].answer);
    assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
}

/* Prepares each question, and lets `restrict_db` come between that and the answer. */
static void ask_all(sqlite3 *db, void (*restrict_db)(sqlite3 *db, bool now))
{
    for (int i = 0; i < QUESTIONS; i++) {
        sqlite3_stmt *statement = NULL;
        assert_int_equal(sqlite3_prepare_v2(db, questions[i].sql, -1, &statement, NULL),
                         SQLITE_OK);
        restrict_db(db, true);
        expect_answer(statement, i);
        restrict_db(db, false);
        sqlite3_finalize(statement);
    }
}

static void nothing(sqlite3 *db, bool now)
{
    (void)db;
    (void)now;
}

static void answers_are_right(void **state) { ask_all(*state, nothing); }

static void forbid(sqlite3 *db, bool now)
{
    static int deny = SQLITE_DENY;
    sqlite3_set_authorizer(db, now ? authorize : NULL, &deny);
}

static void ignore(sqlite3 *db, bool now)
{
    static int ignored = SQLITE_IGNORE;
    sqlite3_set_authorizer(db, now ? authorize : NULL, &ignored);
}

static void no_authorizer_matters(void **state)
{
    refusals = 0;
    ask_all(*state, forbid);
    ask_all(*state, ignore);
    assert_int_equal(refusals, 0);
}

static void shorten(sqlite3 *db, bool now)
{
    static int usual;
    int before = sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, now ? 8 : usual);
    usual = now ? before : usual;
    sqlite3_limit(db, SQLITE_LIMIT_VDBE_OP, now ? 3 : 250000000);
}

static void no_limit_of_sql_matters(void **state) { ask_all(*state, shorten); }

static void a_table_called_json_each_stands_for_nothing(void **state)
{
    sqlite3 *db = *state;
    execute(db,
            "CREATE TABLE json_each(key, value); INSERT INTO json_each VALUES (1, 7)");
    ask_all(db, nothing);
    execute(db, "DROP TABLE json_each; CREATE VIEW json_each AS SELECT 1 AS value");
    ask_all(db, nothing);
    execute(db, "DROP VIEW json_each");
}

/* A result longer than the limit is an error that says so, and not another answer. */
static void a_result_that_is_too_long_is_an_error(void **state)
{
    sqlite3 *db = *state;
    sqlite3_stmt *statement = NULL;
    int before = sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 60);
    static const char sql[] =
        "SELECT tdigest_pmf(d, '[0.1,0.7,3.1,3.3,3.7]') FROM stored";
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    int rc = sqlite3_step(statement);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, before);
    sqlite3_finalize(statement);
    assert_int_equal(rc, SQLITE_TOOBIG);
}

/* Short texts out of what JSON is made of, many of which are lists.  No escapes by
 * number: SQLite takes half a surrogate pair. */
static void random_text(struct random *random, char *text)
{
    static const char *const pieces[] = {
        "[",  "]",   ",",   ",",     "1",    "0",    "-",    ".",     "e", "E",
        "+",  "12",  "0.5", "\"a\"", "\"\"", "null", "true", "false", " ", "\n",
        "\"", "\\n", "{",   "}",     ":",    "nul",  "x",    "/",     "\t"};
    size_t size = 0;
    int count = (int)(random_next(random) % 9);
    text[0] = '\0';
    size += (size_t)sprintf(text, "%s", random_next(random) % 8 ? "[" : "");
    for (int i = 0; i < count; i++) {
        const char *comma = i > 0 && random_next(random) % 2 ? "," : "";
        const char *piece =
            pieces[random_next(random) % (sizeof pieces / sizeof *pieces)];
        size += (size_t)sprintf(text + size, "%s%s", comma, piece);
    }
    sprintf(text + size, "%s", random_next(random) % 8 ? "]" : "");
}

/* How many scalars there are according to SQLite; -1 if it is no list of ours. */
static int sqlite_counts(sqlite3_stmt *judge, const char *text)
{
    int count = -1;
    sqlite3_bind_text(judge, 1, text, -1, SQLITE_TRANSIENT);
    if (sqlite3_step(judge) == SQLITE_ROW && sqlite3_column_int(judge, 0)) {
        count = sqlite3_column_int(judge, 1);
    }
    sqlite3_reset(judge);
    return count;
}

static void lists_are_those_that_sqlite_has(void **state)
{
    static const char judge_sql[] =
        "SELECT json_valid(?1) AND iif(json_valid(?1), json_type(?1), '') = 'array' AND"
        " (SELECT count(*) FROM json_each(iif(json_valid(?1), ?1, '[]'))"
        " WHERE type IN ('array', 'object')) = 0,"
        " json_array_length(iif(json_valid(?1), ?1, '[]'))";
    static const char ours_sql[] =
        "SELECT json_array_length(cms_get_all(s, ?1)) FROM stored";
    sqlite3 *db = *state;
    sqlite3_stmt *judge = NULL;
    sqlite3_stmt *ours = NULL;
    struct random random = {3};
    char text[128];
    int lists = 0;
    assert_int_equal(sqlite3_prepare_v2(db, judge_sql, -1, &judge, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, ours_sql, -1, &ours, NULL), SQLITE_OK);
    for (int i = 0; i < LISTS; i++) {
        random_text(&random, text);
        int expected = sqlite_counts(judge, text);
        sqlite3_bind_text(ours, 1, text, -1, SQLITE_TRANSIENT);
        int found = sqlite3_step(ours) == SQLITE_ROW ? sqlite3_column_int(ours, 0) : -1;
        sqlite3_reset(ours);
        if (found != expected) {
            fail_msg("%s: %d elements, not %d", text, found, expected);
        }
        lists += found > 0;
    }
    sqlite3_finalize(judge);
    sqlite3_finalize(ours);
    print_message("%d of %d texts were lists\n", lists, LISTS);
    assert_true(lists > LISTS / 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_right),
        cmocka_unit_test(no_authorizer_matters),
        cmocka_unit_test(no_limit_of_sql_matters),
        cmocka_unit_test(a_table_called_json_each_stands_for_nothing),
        cmocka_unit_test(lists_are_those_that_sqlite_has),
        cmocka_unit_test(a_result_that_is_too_long_is_an_error),
    };
    return cmocka_run_group_tests_name("sql lists", tests, open_loaded, close_loaded);
}
