/*
 * What SQLite says exactly, the extension says, too, as long as it is exact: random
 * tables of values of all classes, every aggregate, and every place where SQL lets an
 * aggregate stand.
 *
 * A place gives an answer and the ids of the rows that it is about; what is exact is
 * computed of those rows by SQL alone.  $SEMANTICS_ROUNDS sets how many tables there
 * are.  An aggregate without a question here fails the test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sql_random.h"

enum { ROUNDS = 5, SQL_ROOM = 16000, CALL_ROOM = 2000 };

/* The rows that an answer is about, as a relation; what hll, theta and their like count
 * of them, for which a text and a BLOB of the same bytes are one value. */
#define ROWS                                                                           \
    "(SELECT t.* FROM json_each('[' || coalesce(ids, '') || ']') AS j CROSS JOIN t"    \
    " WHERE t.id = j.value)"
#define BYTES(x)                                                                       \
    "count(DISTINCT CASE typeof(" x ") WHEN 'blob' THEN CAST(" x " AS TEXT) ELSE " x   \
    " END)"
#define DIFFERENT   "(SELECT " BYTES("x") " FROM " ROWS ")"
#define COUNT(what) "(SELECT count(" what ") FROM " ROWS ")"

/* What is kept of these rows in a table-valued function is, value by value, what SQL
 * makes of them. */
#define SAME(kept, rows)                                                               \
    "NOT EXISTS (SELECT " kept " EXCEPT SELECT " rows ") AND NOT EXISTS (SELECT " rows \
    " EXCEPT SELECT " kept ")"
#define NEAR "a IS b OR abs(a - b) <= 1e-12 * abs(b)"

/* The value of n at the share q, where places between two are their middle; and the
 * smallest such that a share q lies up to it.  Without windows, in which SQLite 3.26.0
 * errs itself. */
#define RANKED                                                                         \
    " FROM (SELECT r.n AS n, (SELECT count(*) FROM " ROWS " AS s WHERE s.n < r.n) AS"  \
    " below, (SELECT count(*) FROM " ROWS " AS s WHERE s.n <= r.n) AS upto,"           \
    " (SELECT count(n) FROM " ROWS ") AS m FROM " ROWS " AS r WHERE r.n IS NOT NULL))"
#define LEAST_OF(q) "min(CASE WHEN upto >= " q " * m THEN n END)"
#define LEAST(q)    "(SELECT " LEAST_OF(q) RANKED
#define MIDDLE(q)                                                                      \
    "(SELECT (" LEAST_OF(q) " + max(CASE WHEN below <= " q                             \
                            " * m THEN n END)) / 2" RANKED

/* What stands in a call: # for DISTINCT, ~ for ORDER BY, @ behind each aggregate for
 * FILTER and OVER. */
struct question {
    const char *call;
    const char *exact; /* `b` */
    const char *agree; /* of `a`, which is the answer, and `b` */
    enum { ANY_FRAME, AFRESH, NO_FRAME } frames;
};

static const struct question questions[] = {
    /* How many differ. */
    {"hll_count(#x~)@", DIFFERENT, "a = b", ANY_FRAME},
    {"approx_count_distinct(#x~)@", DIFFERENT, "a = b", ANY_FRAME},
    {"hll_sketch(#x~)@", DIFFERENT, "round(hll_get(a)) = b", ANY_FRAME},
    {"hll_merge(h~)@",
     "(SELECT hll_count(u.x, 4) FROM " ROWS " AS r, t AS u"
     " WHERE r.h IS NOT NULL AND abs(u.id - r.id) < 1 + r.id % 6)",
     "hll_get(a) BETWEEN b - 1 - 0.9 * b AND b + 1 + 0.9 * b", ANY_FRAME},
    {"hll_by(g, x~)@", "NULL",
     SAME("key, round(hll_get(sketch)) FROM hll_by_rows(a)",
          "g, " BYTES("x") " FROM " ROWS " GROUP BY g"),
     NO_FRAME},
    {"theta_count(#x~)@", DIFFERENT, "a = b", AFRESH},
    {"theta_sketch(#x~)@", DIFFERENT,
     "theta_get(a) = b AND theta_lower(a) = b AND theta_upper(a, 3) = b", AFRESH},
    {"theta_by(g, x, 5~)@", "NULL",
     SAME("key, theta_get(sketch) FROM theta_by_rows(a)",
          "g, " BYTES("x") " FROM " ROWS " GROUP BY g"),
     NO_FRAME},
    {"theta_get(theta_intersect(theta_sketch(#x~)@, theta_sketch(#z~)@))",
     "(SELECT " BYTES(
         "x") " FROM " ROWS " AS r WHERE EXISTS (SELECT 1 FROM " ROWS
              " AS s WHERE CASE typeof(r.x) WHEN 'blob' THEN CAST(r.x AS TEXT) ELSE "
              "r.x END ="
              " CASE typeof(s.z) WHEN 'blob' THEN CAST(s.z AS TEXT) ELSE s.z END))",
     "a = b", AFRESH},
    {"theta_get(theta_except(theta_sketch(#x~)@, theta_sketch(#z~)@))",
     "(SELECT " BYTES(
         "x") " FROM " ROWS " AS r WHERE NOT EXISTS (SELECT 1 FROM " ROWS
              " AS s WHERE CASE typeof(r.x) WHEN 'blob' THEN CAST(r.x AS TEXT) ELSE "
              "r.x END ="
              " CASE typeof(s.z) WHEN 'blob' THEN CAST(s.z AS TEXT) ELSE s.z END))",
     "a = b", AFRESH},
    {"theta_get(theta_union(theta_sketch(#x~)@, theta_sketch(#z~)@))",
     "(SELECT " BYTES("v") " FROM (SELECT x AS v FROM " ROWS
                           " UNION ALL SELECT z FROM " ROWS "))",
     "a = b", AFRESH},

    /* Which are the most frequent. */
    {"topk_sketch(x, 50~)@", COUNT("x"),
     SAME("value, count, error FROM topk_rows(a)",
          "x, count(*), 0 FROM " ROWS
          " WHERE x IS NOT NULL GROUP BY x") " AND json_extract(sketch_info(a), "
                                             "'$.total') = b",
     AFRESH},
    {"topk(x, 50~)@", COUNT("DISTINCT x"), "json_array_length(a) = b", ANY_FRAME},
    {"topk(x, 50~)@", COUNT("x"),
     "(SELECT coalesce(sum(json_extract(value, '$.count')), 0) FROM json_each(a)) = b",
     ANY_FRAME},
    {"approx_top_k(x, 50~)@", COUNT("DISTINCT x"), "json_array_length(a) = b",
     ANY_FRAME},
    {"topk_sketch_weighted(x, w, 50~)@", "NULL",
     SAME("value, count, error FROM topk_rows(a)",
          "x, sum(w), 0 FROM " ROWS
          " WHERE x IS NOT NULL GROUP BY x HAVING sum(w) > 0"),
     AFRESH},
    {"topk_weighted(x, w, 50~)@", "(SELECT sum(w) FROM " ROWS " WHERE x IS NOT NULL)",
     "(SELECT sum(json_extract(value, '$.count')) FROM json_each(a)) IS nullif(b, 0)",
     ANY_FRAME},
    {"topk_get(topk_sketch(x, 50~)@, 1)", "(SELECT count(*) FROM " ROWS " WHERE x = 1)",
     "a = b", AFRESH},
    {"topk_by(g, x, 50~)@", "NULL",
     SAME("key, value, count FROM topk_by_rows(a) AS k, topk_rows(k.sketch)",
          "g, x, count(*) FROM " ROWS " WHERE x IS NOT NULL GROUP BY g, x"),
     NO_FRAME},
    {"topk_distinct_sketch(x, z, 50~)@", "NULL",
     SAME("value, count FROM topk_distinct_rows(a)",
          "x, " BYTES("z") " FROM " ROWS
                           " WHERE x IS NOT NULL AND z IS NOT NULL GROUP BY x"),
     AFRESH},
    {"topk_distinct(x, z, 50~)@",
     "(SELECT count(DISTINCT x) FROM " ROWS " WHERE z IS NOT NULL)",
     "json_array_length(a) = b", AFRESH},

    /* How often one occurred. */
    {"cms_estimate(x, 1~)@", "(SELECT count(*) FROM " ROWS " WHERE x = 1)", "a = b",
     ANY_FRAME},
    {"cms_estimate_all(x, '[\"1\", 3.0, \"a\", 77]'~)@",
     "(SELECT json_array(count(nullif(x <> '1', 1)), count(nullif(x <> 3, 1)),"
     " count(nullif(x <> 'a', 1)), 0) FROM " ROWS ")",
     "a = b OR (a = '[]' AND ids IS NULL)", ANY_FRAME},
    {"cms_sketch(#x~)@", COUNT("x"), "cms_total(a) = b", ANY_FRAME},
    {"cms_sketch(x~)@", "NULL",
     "NOT EXISTS (SELECT 1 FROM " ROWS " WHERE x IS NOT NULL GROUP BY x"
     " HAVING cms_get(a, x) <> count(*))",
     ANY_FRAME},
    {"cms_sketch_weighted(x, w~)@", "NULL",
     "NOT EXISTS (SELECT 1 FROM " ROWS " WHERE x IS NOT NULL GROUP BY x"
     " HAVING cms_get(a, x) <> coalesce(sum(w), 0))",
     ANY_FRAME},
    {"cms_merge(c~)@", "(SELECT sum(cms_total(c)) FROM " ROWS ")",
     "cms_total(a) = coalesce(b, 0)", ANY_FRAME},
    {"cms_by(g, x~)@", "NULL",
     SAME("key, cms_total(sketch) FROM cms_by_rows(a)",
          "g, count(x) FROM " ROWS " GROUP BY g"),
     NO_FRAME},

    /* Which lie where. */
    {"tdigest_quantile(n, 0.5~)@", MIDDLE("0.5"), NEAR, ANY_FRAME},
    {"tdigest_quantile(n, 0.25~)@", MIDDLE("0.25"), NEAR, ANY_FRAME},
    {"approx_quantile(n, 0~)@", "(SELECT min(n) FROM " ROWS ")", "a IS b", ANY_FRAME},
    {"approx_percentile(n, 1~)@", "(SELECT max(n) FROM " ROWS ")", "a IS b", ANY_FRAME},
    {"tdigest_get(tdigest_sketch(#n~)@, 0.5)", MIDDLE("0.5"), NEAR, AFRESH},
    {"tdigest_rank(tdigest_sketch(#n~)@, 2)",
     "(SELECT (sum(n < 2) + sum(n = 2) * 0.5) / count(n) FROM " ROWS ")", NEAR, AFRESH},
    {"tdigest_mean(tdigest_sketch(#n~)@)", "(SELECT avg(n) FROM " ROWS ")",
     "a IS b OR abs(a - b) <= 1e-12 * (SELECT max(abs(n)) FROM " ROWS ")", AFRESH},
    {"tdigest_weight(tdigest_sketch_weighted(n, w~)@)",
     "(SELECT sum(w) FROM " ROWS " WHERE n IS NOT NULL)", "a = coalesce(b, 0)", AFRESH},
    {"tdigest_by(g, n~)@", "NULL",
     SAME("key, tdigest_weight(sketch), tdigest_max(sketch) FROM tdigest_by_rows(a)",
          "g, count(n), max(n) FROM " ROWS " GROUP BY g"),
     NO_FRAME},
    {"kll_quantile(n, 0.5~)@", LEAST("0.5"), "a IS b", ANY_FRAME},
    {"kll_quantile(n, 1~)@", "(SELECT max(n) FROM " ROWS ")", "a IS b", ANY_FRAME},
    {"kll_get(kll_sketch(#n~)@, 0.25)", LEAST("0.25"), "a IS b", AFRESH},
    {"kll_rank(kll_sketch(#n~)@, 2)",
     "(SELECT sum(n <= 2) * 1.0 / count(n) FROM " ROWS ")", NEAR, AFRESH},
    {"kll_by(g, n~)@", "NULL",
     SAME("key, kll_weight(sketch), kll_get(sketch, 1) FROM kll_by_rows(a)",
          "g, count(n), max(n) FROM " ROWS " GROUP BY g"),
     NO_FRAME},

    /* Samples of no more rows than they may have, and of a column all there is. */
    {"reservoir_sample(x, 99, 7~)@", COUNT("x"), "json_array_length(a) = b", ANY_FRAME},
    {"reservoir_sketch(x, 99, 7~)@", "NULL",
     SAME("value, count(*) FROM reservoir_rows(a) GROUP BY value",
          "x, count(*) FROM " ROWS " WHERE x IS NOT NULL GROUP BY x"),
     AFRESH},
    {"reservoir_sample_weighted(x, w, 99, 7~)@",
     "(SELECT count(x) FROM " ROWS " WHERE w > 0)", "json_array_length(a) = b",
     ANY_FRAME},
    {"reservoir_sketch_weighted(x, w, 99, 7~)@", "NULL",
     SAME("value, count(*), sum(weight) FROM reservoir_rows(a) GROUP BY value",
          "x, count(*), sum(w) FROM " ROWS " WHERE x IS NOT NULL AND w > 0 GROUP BY x"),
     AFRESH},
    {"profile_sketch(x~)@", COUNT("*"),
     "coalesce(json_extract(profile_json(a), '$.rows'), 0) = b AND"
     " json_extract(profile_json(a), '$.nulls') = b - " COUNT(
         "x") " AND json_extract(profile_json(a), '$.distinct.estimate') = " DIFFERENT,
     AFRESH},
    {"sketch_profile(x~)@",
     "(SELECT json_array(sum(typeof(x) = 'integer'), sum(typeof(x) = 'real'),"
     " sum(typeof(x) = 'text'), sum(typeof(x) = 'blob')) FROM " ROWS ")",
     "json_array(json_extract(a, '$.types.integer'), json_extract(a, '$.types.real'),"
     " json_extract(a, '$.types.text'), json_extract(a, '$.types.blob')) ="
     " replace(b, 'null', '0')",
     AFRESH},
};
enum { QUESTIONS = sizeof questions / sizeof *questions };

/* What is made of parts by a merge says what is exact of all rows. */
struct merge {
    const char *part;
    const char *whole;
    const char *exact;
    const char *agree;
};

static const struct merge merges[] = {
    {"hll_sketch(x)", "hll_merge(s)", DIFFERENT, "round(hll_get(a)) = b"},
    {"hll_by(g, x)", "hll_by_merge(s)", "NULL",
     SAME("key, round(hll_get(sketch)) FROM hll_by_rows(a)",
          "g, " BYTES("x") " FROM " ROWS " GROUP BY g")},
    {"theta_sketch(x)", "theta_merge(s)", DIFFERENT, "theta_get(a) = b"},
    {"theta_by(g, x)", "theta_by_merge(s)", "NULL",
     SAME("key, theta_get(sketch) FROM theta_by_rows(a)",
          "g, " BYTES("x") " FROM " ROWS " GROUP BY g")},
    {"theta_sketch(x)", "theta_merge_intersect(s)",
     "(SELECT count(*) FROM (SELECT 1 FROM " ROWS " WHERE x IS NOT NULL GROUP BY"
     " CASE typeof(x) WHEN 'blob' THEN CAST(x AS TEXT) ELSE x END"
     " HAVING count(DISTINCT coalesce(o, -1)) = (SELECT count(DISTINCT coalesce(o, -1))"
     " FROM " ROWS ")))",
     "coalesce(theta_get(a), 0) = b"},
    {"topk_sketch(x, 50)", "topk_merge(s)", "NULL",
     SAME("value, count, error FROM topk_rows(a)",
          "x, count(*), 0 FROM " ROWS " WHERE x IS NOT NULL GROUP BY x")},
    {"topk_by(g, x, 50)", "topk_by_merge(s)", "NULL",
     SAME("key, value, count FROM topk_by_rows(a) AS k, topk_rows(k.sketch)",
          "g, x, count(*) FROM " ROWS " WHERE x IS NOT NULL GROUP BY g, x")},
    {"topk_distinct_sketch(x, z, 50)", "topk_distinct_merge(s)", "NULL",
     SAME("value, count FROM topk_distinct_rows(a)",
          "x, " BYTES("z") " FROM " ROWS
                           " WHERE x IS NOT NULL AND z IS NOT NULL GROUP BY x")},
    {"cms_sketch(x)", "cms_merge(s)", "NULL",
     "NOT EXISTS (SELECT 1 FROM " ROWS " WHERE x IS NOT NULL GROUP BY x"
     " HAVING cms_get(a, x) <> count(*))"},
    {"cms_by(g, x)", "cms_by_merge(s)", "NULL",
     SAME("key, cms_total(sketch) FROM cms_by_rows(a)",
          "g, count(x) FROM " ROWS " GROUP BY g")},
    {"tdigest_sketch(n)", "tdigest_merge(s)", MIDDLE("0.5"),
     "tdigest_get(a, 0.5) IS b OR abs(tdigest_get(a, 0.5) - b) <= 1e-12 * abs(b)"},
    {"tdigest_by(g, n)", "tdigest_by_merge(s)", "NULL",
     SAME("key, tdigest_weight(sketch), tdigest_max(sketch) FROM tdigest_by_rows(a)",
          "g, count(n), max(n) FROM " ROWS " GROUP BY g")},
    {"kll_sketch(n)", "kll_merge(s)", LEAST("0.5"), "kll_get(a, 0.5) IS b"},
    {"kll_by(g, n)", "kll_by_merge(s)", "NULL",
     SAME("key, kll_weight(sketch), kll_get(sketch, 1) FROM kll_by_rows(a)",
          "g, count(n), max(n) FROM " ROWS " GROUP BY g")},
    {"reservoir_sketch(x, 99, 7)", "reservoir_merge(s)", "NULL",
     SAME("value, count(*) FROM reservoir_rows(a) GROUP BY value",
          "x, count(*) FROM " ROWS " WHERE x IS NOT NULL GROUP BY x")},
    {"profile_sketch(x)", "profile_merge(s)", COUNT("*"),
     "json_extract(profile_json(a), '$.rows') = b AND"
     " json_extract(profile_json(a), '$.nulls') = b - " COUNT("x")},
};
enum { MERGES = sizeof merges / sizeof *merges };

/* Aggregates that have no question, and why. */
static const char *const excused[] = {
    "random_sample", /* is told how many rows there are, and refuses other numbers */
};

/* ---- places ---- */

/* Writes a text in which a mark stands for another one. */
static void write_marked(char *out, size_t room, const char *text, char mark,
                         const char *meaning)
{
    size_t size = 0;
    for (const char *at = text; *at; at++) {
        char literal[2] = {*at, 0};
        int length =
            snprintf(out + size, room - size, "%s", *at == mark ? meaning : literal);
        assert_true(length >= 0 && size + (size_t)length < room);
        size += (size_t)length;
    }
}

static void write_call(char out[CALL_ROOM], const char *call, const char *distinct,
                       const char *order, const char *over)
{
    char first[CALL_ROOM];
    char second[CALL_ROOM];
    write_marked(first, sizeof first, call, '#', distinct);
    write_marked(second, sizeof second, first, '~', order);
    write_marked(out, CALL_ROOM, second, '@', over);
}

static unsigned asked;

/* Fails unless the answers `a` of `place` agree with what is exact of the rows `ids`.
 */
static void check(const char *place, const char *exact, const char *agree)
{
    char sql[SQL_ROOM];
    int size = snprintf(sql, sizeof sql,
                        "SELECT count(*) FROM (SELECT a, %s AS b, ids FROM (%s))"
                        " WHERE NOT coalesce(%s, 0)",
                        exact, place, agree);
    assert_true(size > 0 && size < SQL_ROOM);
    int64_t wrong = sql_run(sql);
    if (wrong > 0) {
        print_error("%d answers are wrong: %s\n", (int)wrong, sql);
    }
    assert_int_equal(wrong, 0);
    asked++;
}

/* A place where an aggregate may stand, and what its marks are there. */
struct place {
    const char *form; /* $ is the call, an answer `a`, beside `ids` */
    const char *order;
    const char *over;
    int since; /* of SQLite, 3.x */
};

static const struct place places[] = {
    {"SELECT $ AS a, group_concat(id) AS ids FROM t", "", "", 0},
    {"SELECT $ AS a, NULL AS ids FROM t WHERE id < 0", "", "", 0},
    {"SELECT $ AS a, group_concat(id) AS ids FROM t WHERE x IS NULL", "", "", 0},
    {"SELECT g, $ AS a, group_concat(id) AS ids FROM t GROUP BY g", "", "", 0},
    {"SELECT $ AS a, group_concat(id) AS ids FROM t GROUP BY o, g"
     " HAVING $ IS NOT 'nothing' ORDER BY $",
     "", "", 0},
    {"WITH c AS (SELECT g, $ AS a, group_concat(id) AS ids FROM t GROUP BY g)"
     " SELECT a, ids FROM c UNION ALL SELECT a, ids FROM c WHERE g > 0",
     "", "", 0},
    {"SELECT (SELECT $ FROM t WHERE t.g IS u.g) AS a, (SELECT group_concat(id) FROM"
     " t WHERE t.g IS u.g) AS ids FROM (SELECT DISTINCT g FROM t) AS u",
     "", "", 0},
    {"SELECT g, $ AS a, group_concat(id) FILTER (WHERE id % 3 <> 1) AS ids"
     " FROM t GROUP BY g",
     "", " FILTER (WHERE id % 3 <> 1)", 30},
    {"SELECT $ AS a, group_concat(id) FILTER (WHERE id < 0) AS ids FROM t", "",
     " FILTER (WHERE id < 0)", 30},
    {"SELECT $ AS a, group_concat(id) AS ids FROM t GROUP BY g", " ORDER BY o DESC, id",
     "", 44},
    {"SELECT a, ids FROM answer_view", "", "", 0},
    {"SELECT a, ids FROM answer", "", "", 0},
};
enum { PLACES = sizeof places / sizeof *places };

/* Puts the answers into a view, and by a trigger into a table. */
static void prepare_answers(const char *call)
{
    char sql[SQL_ROOM];
    int size = snprintf(
        sql, sizeof sql,
        "DROP VIEW IF EXISTS answer_view;"
        "CREATE VIEW answer_view AS SELECT g, %s AS a, group_concat(id) AS ids FROM t"
        " GROUP BY g;"
        "DROP TABLE IF EXISTS answer; CREATE TABLE answer(a, ids);"
        "DROP TABLE IF EXISTS fired; CREATE TABLE fired(g);"
        "CREATE TRIGGER answers AFTER INSERT ON fired BEGIN"
        " INSERT INTO answer SELECT %s, group_concat(id) FROM t WHERE t.g IS new.g; "
        "END;"
        "INSERT INTO fired SELECT DISTINCT g FROM t",
        call, call);
    assert_true(size > 0 && size < SQL_ROOM);
    sql_run(sql);
}

static void check_places(const struct question *question)
{
    char call[CALL_ROOM];
    char place[SQL_ROOM];
    write_call(call, question->call, "", "", "");
    prepare_answers(call);
    for (size_t i = 0; i < PLACES; i++) {
        if (sql_is_since(places[i].since)) {
            write_call(call, question->call, "", places[i].order, places[i].over);
            write_marked(place, sizeof place, places[i].form, '$', call);
            check(place, question->exact, question->agree);
        }
    }
}

/* Of DISTINCT, one row of each value; only where there is one argument. */
static void check_distinct(const struct question *question)
{
    char call[CALL_ROOM];
    char place[SQL_ROOM];
    const char *marked = strchr(question->call, '#');
    if (!marked || strchr(marked + 1, '#')) {
        return;
    }
    write_call(call, question->call, "DISTINCT ", "", "");
    int size = snprintf(place, sizeof place,
                        "SELECT g, %s AS a, (SELECT group_concat(i) FROM (SELECT"
                        " min(id) AS i FROM t AS u WHERE u.g = t.g GROUP BY u.%c))"
                        " AS ids FROM t GROUP BY g",
                        call, marked[1]);
    assert_true(size > 0 && size < SQL_ROOM);
    check(place, question->exact, question->agree);
}

static void check_frame(struct random *random, const struct question *question)
{
    char call[CALL_ROOM];
    char over[CALL_ROOM];
    char place[SQL_ROOM];
    struct sql_frame frame;
    if (question->frames == NO_FRAME) {
        return;
    }
    do {
        sql_make_frame(random, &frame);
    } while (question->frames == AFRESH && !frame.is_afresh);
    (void)snprintf(over, sizeof over, " %s OVER v", frame.filter);
    write_call(call, question->call, "", "", over);
    int size = snprintf(place, sizeof place,
                        "SELECT %s AS a, CASE WHEN %d THEN group_concat(id, ',')%s END"
                        " AS ids FROM t WINDOW v AS (%s)",
                        call, !frame.ends_before_it_begins, over, frame.window);
    assert_true(size > 0 && size < SQL_ROOM);
    check(place, question->exact, question->agree);
}

static void check_merge(const struct merge *merge)
{
    char place[SQL_ROOM];
    static const char *const parts[] = {"o", "id", "id < 0"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        /* All parts have to have their rows for an intersection. */
        bool by_order = strstr(merge->whole, "intersect") != NULL;
        int size = snprintf(place, sizeof place,
                            "SELECT %s AS a, group_concat(ids) AS ids FROM (SELECT %s"
                            " AS s, group_concat(id) AS ids FROM t GROUP BY %s)",
                            merge->whole, merge->part,
                            by_order ? "coalesce(o, -1)" : parts[i]);
        assert_true(size > 0 && size < SQL_ROOM);
        check(place, merge->exact, merge->agree);
    }
}

static void what_is_exact_is_what_sql_says(void **state)
{
    (void)state;
    long rounds = sql_rounds("SEMANTICS_ROUNDS", ROUNDS);
    struct random random = {1};
    for (long round = 0; round < rounds; round++) {
        sql_fill(&random, true);
        for (size_t i = 0; i < QUESTIONS; i++) {
            check_places(&questions[i]);
            check_distinct(&questions[i]);
            check_frame(&random, &questions[i]);
            check_frame(&random, &questions[i]);
        }
        for (size_t i = 0; i < MERGES; i++) {
            check_merge(&merges[i]);
        }
    }
    print_message("%u questions to %ld tables of SQLite %s\n", asked, rounds,
                  sqlite3_libversion());
}

/* Is it called in the text: name( */
static bool calls(const char *text, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = strstr(text, name); at; at = strstr(at + 1, name)) {
        bool begins = at == text || strchr(" (,", at[-1]) != NULL;
        if (begins && at[length] == '(') {
            return true;
        }
    }
    return false;
}

static bool is_asked(const char *name)
{
    bool found = false;
    for (size_t i = 0; i < QUESTIONS; i++) {
        found = found || calls(questions[i].call, name);
    }
    for (size_t i = 0; i < MERGES; i++) {
        found = found || calls(merges[i].whole, name) || calls(merges[i].part, name);
    }
    for (size_t i = 0; i < sizeof excused / sizeof *excused; i++) {
        found = found || strcmp(excused[i], name) == 0;
    }
    return found;
}

static void every_aggregate_is_asked(void **state)
{
    (void)state;
    sqlite3_stmt *query;
    unsigned missing = 0;
    unsigned aggregates = 0;
    assert_int_equal(sqlite3_prepare_v2(sql_db,
                                        "SELECT name FROM sketch_functions"
                                        " WHERE kind LIKE '%aggregate%'",
                                        -1, &query, NULL),
                     SQLITE_OK);
    while (sqlite3_step(query) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(query, 0);
        aggregates++;
        if (!is_asked(name)) {
            print_error("%s is not asked\n", name);
            missing++;
        }
    }
    sqlite3_finalize(query);
    assert_int_equal(missing, 0);
    assert_true(aggregates > 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_exact_is_what_sql_says),
        cmocka_unit_test(every_aggregate_is_asked),
    };
    return cmocka_run_group_tests(tests, sql_open, sql_close);
}
