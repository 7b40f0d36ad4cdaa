/*
 * Window frames in real SQL: random small tables and random frames, in which what
 * slides has to say what the same function says of the rows of the frame afresh.
 *
 * Which rows those are, group_concat() tells over the same window; it takes rows out in
 * a way of its own.  Frames that end before they begin have none.  $FRAME_ROUNDS sets
 * how many frames there are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "random.h"

enum { ROUNDS = 1500, FRAMES_A_TABLE = 25, TEXT_ROOM = 200, SQL_ROOM = 3000 };

/* What is asked of a frame, `a`; of its rows afresh, `b`; and when those two agree. */
struct question {
    const char *call;
    const char *afresh;
    const char *agree;
};

static const struct question questions[] = {
    {"topk(x, 3, 200)", "topk(x, 3, 200)", "a IS b"},
    {"topk(x, 50)", "topk(x, 50)", "a IS b"},
    {"topk_weighted(x, w, 4, 200)", "topk_weighted(x, w, 4, 200)", "a IS b"},
    {"approx_top_k(x, 3)", "approx_top_k(x, 3)", "a IS b"},
    {"tdigest_quantile(w, '[0, 0.3, 0.5, 1]')",
     "tdigest_quantile(w, '[0, 0.3, 0.5, 1]')", "a IS b"},
    {"cms_estimate(x, 3, 0.1, 0.1)", "cms_estimate(x, 3, 0.1, 0.1)", "a IS b"},
    /* Of no rows not even the parameters are known afresh. */
    {"cms_sketch(x, 0.1, 0.1)", "cms_sketch(x, 0.1, 0.1)",
     "a IS b OR cms_total(a) + cms_total(b) = 0"},
    {"cms_merge(c)", "cms_merge(c)", "a IS b OR cms_total(a) + cms_total(b) = 0"},
    /* A sketch that saw its items estimates better than its registers can. */
    {"hll_count(x, 4)",
     "json_array(hll_count(x, 4), min(count(x), CAST(round(hll_get("
     "hll_union(hll_sketch(x, 4), hll_sketch(x, 4)))) AS INTEGER)))",
     "a IN (json_extract(b, '$[0]'), json_extract(b, '$[1]'))"},
    {"hll_sketch(x, 4)", "hll_sketch(x, 4)",
     "hll_get(hll_union(a, a)) = hll_get(hll_union(b, b))"},
    {"hll_merge(h)", "hll_merge(h)",
     "hll_get(hll_union(a, a)) = hll_get(hll_union(b, b))"},
    {"reservoir_sample(y, 4, 7)", "json('[' || coalesce(group_concat(y), '') || ']')",
     "json_array_length(a) = min(4, json_array_length(b))"
     " AND (SELECT count(DISTINCT value) FROM json_each(a)) = json_array_length(a)"
     " AND NOT EXISTS (SELECT value FROM json_each(a)"
     " EXCEPT SELECT value FROM json_each(b))"},
    {"reservoir_sample_weighted(y, w + 0.5, 4, 7)",
     "json('[' || coalesce(group_concat(y), '') || ']')",
     "json_array_length(a) = min(4, json_array_length(b))"
     " AND (SELECT count(DISTINCT value) FROM json_each(a)) = json_array_length(a)"
     " AND NOT EXISTS (SELECT value FROM json_each(a)"
     " EXCEPT SELECT value FROM json_each(b))"},
};
enum { QUESTIONS = sizeof questions / sizeof *questions };

static sqlite3 *db;

/* Runs statements whose only answer may be one number, or 0. */
static int64_t run(const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int64_t answer = 0;
    int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    while (rc == SQLITE_OK || rc == SQLITE_ROW) {
        rc = sqlite3_step(statement);
        answer = rc == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : answer;
    }
    if (rc != SQLITE_DONE) {
        print_error("%s\n%s\n", sqlite3_errmsg(db), sql);
    }
    assert_int_equal(rc, SQLITE_DONE);
    sqlite3_finalize(statement);
    return answer;
}

/* ---- tables ---- */

static const char *random_value(struct random *random)
{
    static const char *const values[] = {
        "NULL",
        "NULL",
        "0",
        "1",
        "1.0",
        "2",
        "3",
        "3.0",
        "3.5",
        "-1",
        "'a'",
        "'b'",
        "'1'",
        "''",
        "x'61'",
        "x''",
        "9e99",
        "'c'",
        "4",
        "4.0",
        "5",
        "'a text that is longer'",
        "'a text that is longest'",
    };
    return values[random_below(random, sizeof values / sizeof *values)];
}

/* id, a group, an order with ties and NULLs, a value, a weight, sketches, and the id of
 * rows that have a value. */
static void fill(struct random *random)
{
    static const int sizes[] = {1, 2, 5, 20, 40};
    int rows = sizes[random_below(random, sizeof sizes / sizeof *sizes)];
    run("DELETE FROM t");
    for (int id = 0; id < rows; id++) {
        char sql[3 * TEXT_ROOM];
        char order[TEXT_ROOM] = "NULL";
        if (random_below(random, 10) > 0) {
            (void)snprintf(order, sizeof order, "%d",
                           (int)random_below(random, (uint64_t)rows));
        }
        (void)snprintf(sql, sizeof sql,
                       "INSERT INTO t(id, g, o, x, w) VALUES (%d, %d, %s, %s, %d)", id,
                       (int)random_below(random, 3), order, random_value(random),
                       (int)random_below(random, 5));
        run(sql);
    }
    run("UPDATE t SET h = (SELECT hll_sketch(b.x, 4) FROM t AS b"
        " WHERE abs(b.id - t.id) < 1 + t.id % 6),"
        " c = (SELECT cms_sketch(b.x, 0.1, 0.1) FROM t AS b WHERE b.id <= t.id),"
        " y = CASE WHEN x IS NOT NULL THEN id END");
    run("UPDATE t SET h = NULL, c = NULL WHERE id % 7 = 5");
}

/* ---- frames ---- */

struct frame {
    char window[TEXT_ROOM];
    const char *filter;
    bool ends_before_it_begins;
};

enum { PRECEDING = 1, CURRENT, FOLLOWING, BOUNDS = 5 };

static void write_bound(char *out, size_t size, int bound, int distance)
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
static bool make_frame(struct random *random, struct frame *frame)
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
    bool is_old = sqlite3_libversion_number() < 3028000;
    int first = (int)random_below(random, BOUNDS - 1);
    int last = 1 + (int)random_below(random, BOUNDS - 1);
    int from = (int)random_below(random, 6);
    int to = (int)random_below(random, 6);
    size_t kind = is_old ? 0 : random_below(random, 3);
    size_t order = random_below(random, kind == 1 ? 4 : 5);
    size_t exclude = is_old ? 0 : random_below(random, 7);
    char begin[40];
    char end[40];
    write_bound(begin, sizeof begin, first, from);
    write_bound(end, sizeof end, last, to);
    (void)snprintf(frame->window, sizeof frame->window,
                   "%sORDER BY %s %s BETWEEN %s AND %s %s",
                   random_below(random, 2) ? "PARTITION BY g " : "", orders[order],
                   kinds[kind], begin, end, excludes[exclude]);
    frame->filter = random_below(random, 2) ? "FILTER (WHERE id % 3 <> 0)" : "";
    frame->ends_before_it_begins =
        first == last &&
        ((first == PRECEDING && from < to) || (first == FOLLOWING && from > to));
    /* Rows without a number are in the frames of each other, however those end. */
    bool is_vague = frame->ends_before_it_begins && kind == 1 && order >= 2;
    return first <= last && !is_vague;
}

/* The rows of `frame` for which the answers differ. */
static int64_t count_differences(const struct frame *frame,
                                 const struct question *question)
{
    char ids[TEXT_ROOM] = "NULL";
    char sql[SQL_ROOM];
    if (!frame->ends_before_it_begins) {
        (void)snprintf(ids, sizeof ids, "group_concat(id, ',') %s OVER v",
                       frame->filter);
    }
    int size = snprintf(
        sql, sizeof sql,
        "SELECT count(*) FROM (SELECT a, (SELECT %s FROM"
        " json_each('[' || coalesce(ids, '') || ']') AS j CROSS JOIN t"
        " WHERE t.id = j.value) AS b FROM"
        " (SELECT id AS at, %s %s OVER v AS a, %s AS ids FROM t WINDOW v AS (%s)))"
        " WHERE NOT coalesce(%s, 0)",
        question->afresh, question->call, frame->filter, ids, frame->window,
        question->agree);
    assert_true(size > 0 && size < SQL_ROOM);
    int64_t differences = run(sql);
    if (differences > 0) {
        print_error("%d rows differ: %s\n", (int)differences, sql);
    }
    return differences;
}

static void frames_that_slide_answer_as_their_rows_do(void **state)
{
    (void)state;
    const char *setting = getenv("FRAME_ROUNDS");
    long rounds = setting ? strtol(setting, NULL, 10) : ROUNDS;
    assert_true(rounds > 0);
    struct random random = {1};
    int64_t differences = 0;
    for (long round = 0; round < rounds; round++) {
        struct frame frame;
        if (round % FRAMES_A_TABLE == 0) {
            fill(&random);
        }
        while (!make_frame(&random, &frame)) {
        }
        differences +=
            count_differences(&frame, &questions[random_below(&random, QUESTIONS)]);
    }
    assert_int_equal(differences, 0);
}

static int open_database(void **state)
{
    (void)state;
    return sqlite3_open(":memory:", &db) != SQLITE_OK ||
           sqlite3_enable_load_extension(db, 1) != SQLITE_OK ||
           sqlite3_load_extension(db, TEST_EXTENSION, NULL, NULL) != SQLITE_OK ||
           sqlite3_exec(db,
                        "CREATE TABLE t(id INTEGER PRIMARY KEY, g, o, x, w, h, c, y)",
                        NULL, NULL, NULL) != SQLITE_OK;
}

static int close_database(void **state)
{
    (void)state;
    return sqlite3_close(db) != SQLITE_OK;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_that_slide_answer_as_their_rows_do),
    };
    return cmocka_run_group_tests(tests, open_database, close_database);
}
