#include "sql_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SQL_TEXT = 600, SQL_BOUND = 40, SQL_GROUPS = 3, SQL_MOST_WEIGHT = 4 };

sqlite3 *sql_db;

int sql_open(void **state)
{
    (void)state;
    return sqlite3_open(":memory:", &sql_db) != SQLITE_OK ||
           sqlite3_enable_load_extension(sql_db, 1) != SQLITE_OK ||
           sqlite3_load_extension(sql_db, TEST_EXTENSION, NULL, NULL) != SQLITE_OK ||
           sqlite3_exec(
               sql_db,
               "CREATE TABLE t(id INTEGER PRIMARY KEY, g, o, x, y, z, n, w, h, c)",
               NULL, NULL, NULL) != SQLITE_OK;
}

int sql_close(void **state)
{
    (void)state;
    return sqlite3_close(sql_db) != SQLITE_OK;
}

bool sql_is_since(int minor)
{
    return sqlite3_libversion_number() >= 3000000 + minor * 1000;
}

long sql_rounds(const char *setting, long otherwise)
{
    const char *text = getenv(setting);
    long rounds = text ? strtol(text, NULL, 10) : otherwise;
    assert_true(rounds > 0);
    return rounds;
}

int64_t sql_run(const char *sql)
{
    int64_t answer = 0;
    int rc = SQLITE_OK;
    const char *rest = sql;
    while (rc == SQLITE_OK && *rest) {
        sqlite3_stmt *statement = NULL;
        rc = sqlite3_prepare_v2(sql_db, rest, -1, &statement, &rest);
        while (rc == SQLITE_OK && statement && sqlite3_step(statement) == SQLITE_ROW) {
            answer = sqlite3_column_int64(statement, 0);
        }
        rc = rc == SQLITE_OK ? sqlite3_reset(statement) : rc;
        sqlite3_finalize(statement);
    }
    if (rc != SQLITE_OK) {
        print_error("%s\n%s\n", sqlite3_errmsg(sql_db), sql);
    }
    assert_int_equal(rc, SQLITE_OK);
    return answer;
}

static const char *sql_value(struct random *random)
{
    static const char *const values[] = {
        "NULL",
        "NULL",
        "0",
        "-0.0",
        "1",
        "1.0",
        "2",
        "3",
        "3.0",
        "3.5",
        "-1",
        "4",
        "4.0",
        "5",
        "'a'",
        "'b'",
        "'1'",
        "'1.0'",
        "''",
        "'c'",
        "'C'",
        "'a text that is longer'",
        "'a text that is longest'",
        "'a' || char(0) || 'b'",
        "'\xc3\xa9'",
        "CAST(x'ff' AS TEXT)",
        "x'61'",
        "x''",
        "x'00'",
        "9007199254740992.0",
        "9007199254740993",
        "9223372036854775807",
        "-9223372036854775808",
        "9e99",
        "9e999",
        "-9e999",
        "1e-310",
    };
    return values[random_below(random, sizeof values / sizeof *values)];
}

void sql_fill(struct random *random, bool null_weights)
{
    static const int sizes[] = {1, 2, 5, 20, 40};
    int rows = sizes[random_below(random, sizeof sizes / sizeof *sizes)];
    sql_run("DELETE FROM t");
    for (int id = 0; id < rows; id++) {
        char sql[SQL_TEXT];
        char order[SQL_BOUND] = "NULL";
        if (random_below(random, 10) > 0) {
            (void)snprintf(order, sizeof order, "%d",
                           (int)random_below(random, (uint64_t)rows));
        }
        (void)snprintf(
            sql, sizeof sql,
            "INSERT INTO t(id, g, o, x, z, w) VALUES (%d, %d, %s, %s, %s, %d)", id,
            (int)random_below(random, SQL_GROUPS), order, sql_value(random),
            sql_value(random), (int)random_below(random, SQL_MOST_WEIGHT + 1));
        sql_run(sql);
    }
    sql_run(
        "UPDATE t SET h = (SELECT hll_sketch(b.x, 4) FROM t AS b"
        " WHERE abs(b.id - t.id) < 1 + t.id % 6),"
        " c = (SELECT cms_sketch(b.x, 0.1, 0.1) FROM t AS b WHERE b.id <= t.id),"
        " y = CASE WHEN x IS NOT NULL THEN id END,"
        " n = CASE WHEN typeof(z) IN ('integer', 'real') AND z BETWEEN -1e300 AND 1e300"
        " THEN CAST(z AS REAL) WHEN id % 4 > 0 THEN id % 5 - 1.5 END;"
        "UPDATE t SET h = NULL, c = NULL WHERE id % 7 = 5");
    if (null_weights) {
        sql_run("UPDATE t SET w = NULL WHERE id % 9 = 4");
    }
}

enum { PRECEDING = 1, CURRENT, FOLLOWING, BOUNDS = 5 };

static void sql_write_bound(char *out, size_t size, int bound, int distance)
{
    static const char *const forms[BOUNDS] = {"UNBOUNDED PRECEDING", "PRECEDING",
                                              "CURRENT ROW", "FOLLOWING",
                                              "UNBOUNDED FOLLOWING"};
    if (bound == PRECEDING || bound == FOLLOWING) {
        (void)snprintf(out, size, "%d %s", distance, forms[bound]);
    } else {
        (void)snprintf(out, size, "%s", forms[bound]);
    }
}

/* False for one that cannot be written, or not for this SQLite. */
static bool sql_try_frame(struct random *random, struct sql_frame *frame)
{
    static const char *const kinds[] = {"ROWS", "RANGE", "GROUPS"};
    static const char *const orders[] = {"id", "id DESC", "o", "o DESC", "o, id"};
    static const char *const excludes[] = {"",
                                           "",
                                           "",
                                           "EXCLUDE NO OTHERS",
                                           "EXCLUDE CURRENT ROW",
                                           "EXCLUDE GROUP",
                                           "EXCLUDE TIES"};
    bool is_old = !sql_is_since(28);
    int first = (int)random_below(random, BOUNDS - 1);
    int last = 1 + (int)random_below(random, BOUNDS - 1);
    int from = (int)random_below(random, 6);
    int to = (int)random_below(random, 6);
    size_t kind = is_old ? 0 : random_below(random, 3);
    size_t order = random_below(random, kind == 1 ? 4 : 5);
    size_t exclude = is_old ? 0 : random_below(random, 7);
    char begin[SQL_BOUND];
    char end[SQL_BOUND];
    sql_write_bound(begin, sizeof begin, first, from);
    sql_write_bound(end, sizeof end, last, to);
    (void)snprintf(frame->window, sizeof frame->window,
                   "%sORDER BY %s %s BETWEEN %s AND %s %s",
                   random_below(random, 2) ? "PARTITION BY g " : "", orders[order],
                   kinds[kind], begin, end, excludes[exclude]);
    frame->filter = random_below(random, 2) ? "FILTER (WHERE id % 3 <> 0)" : "";
    frame->ends_before_it_begins =
        first == last &&
        ((first == PRECEDING && from < to) || (first == FOLLOWING && from > to));
    frame->is_afresh = first == 0 || exclude > 2;
    /* Rows without a number are in the frames of each other, however those end. */
    bool is_vague = frame->ends_before_it_begins && kind == 1 && order >= 2;
    return first <= last && !is_vague;
}

void sql_make_frame(struct random *random, struct sql_frame *frame)
{
    while (!sql_try_frame(random, frame)) {
    }
}
