/*
 * What SQLite says exactly, the extension says, too, as long as it is exact: random
 * tables of values of all classes, every function, and every place where SQL lets an
 * aggregate stand.
 *
 * A place gives an answer and the ids of the rows that it is about; what is exact is
 * computed of those rows by SQL alone.  The questions are in sql_questions.c; a
 * function that has none, and no reason, fails the test.  $SEMANTICS_ROUNDS sets how
 * many tables there are, $SEMANTICS_SEED the seed of the first, which a failure prints.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sql_questions.h"
#include "sql_random.h"

enum { ROUNDS = 5, SQL_ROOM = 16000, CALL_ROOM = 2000 };

/* ---- places ---- */

/* Writes a text in which a mark stands for another one. */
static void write_marked(char *out, size_t room, const char *text, char mark,
                         const char *meaning)
{
    size_t size = 0;
    out[0] = 0;
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
static unsigned left_out; /* which this SQLite does not know */
static unsigned wrong_tables;
static long seed;

/* One of the answers that are wrong, what is right, and of which rows. */
static void print_one(const char *sql)
{
    sqlite3_stmt *query = NULL;
    (void)sqlite3_prepare_v2(sql_db, sql, -1, &query, NULL);
    if (sqlite3_step(query) == SQLITE_ROW && sqlite3_column_count(query) > 1) {
        print_error("a = %.200s, b = %.200s, ids = %s\n", sqlite3_column_text(query, 1),
                    sqlite3_column_text(query, 2), sqlite3_column_text(query, 3));
    }
    sqlite3_finalize(query);
}

/* Counts a question, and says what was wrong; the table only once. */
static void report(int64_t wrong, const char *sql)
{
    static long printed = -1;
    asked++;
    if (wrong > 0) {
        (void)fprintf(
            stderr, "%d answers are wrong, SEMANTICS_SEED=%ld SEMANTICS_ROUNDS=1: %s\n",
            (int)wrong, seed, sql);
        print_one(sql);
        if (printed != seed) {
            sql_print_table();
            wrong_tables++;
            printed = seed;
        }
    }
}

/* Fails unless the answers `a` of `place` agree with what is exact of the rows `ids`.
 */
static void check(const char *place, const char *exact, const char *agree)
{
    char sql[SQL_ROOM];
    int size =
        snprintf(sql, sizeof sql,
                 "SELECT count(*), quote(a), quote(b), ids FROM (SELECT a, %s AS b,"
                 " ids FROM (%s))"
                 " WHERE NOT coalesce(%s, 0)",
                 exact, place, agree);
    assert_true(size > 0 && size < SQL_ROOM);
    report(sql_run(sql), sql);
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

static void check_places(const struct sql_question *question)
{
    char call[CALL_ROOM];
    char place[SQL_ROOM];
    write_call(call, question->call, "", "", "");
    prepare_answers(call);
    for (size_t i = 0; i < PLACES; i++) {
        if (!sql_is_since(places[i].since)) {
            left_out++;
        } else {
            write_call(call, question->call, "", places[i].order, places[i].over);
            write_marked(place, sizeof place, places[i].form, '$', call);
            check(place, question->exact, question->agree);
        }
    }
}

/* Of DISTINCT, one row of each value; only where there is one argument. */
static void check_distinct(const struct sql_question *question)
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

static void check_frame(struct random *random, const struct sql_question *question)
{
    char call[CALL_ROOM];
    char over[CALL_ROOM];
    char place[SQL_ROOM];
    struct sql_frame frame;
    if (question->frames == SQL_NO_FRAME) {
        return;
    }
    do {
        sql_make_frame(random, &frame);
    } while (question->frames == SQL_AFRESH && !frame.is_afresh);
    (void)snprintf(over, sizeof over, " %s OVER v", frame.filter);
    write_call(call, question->call, "", "", over);
    int size = snprintf(place, sizeof place,
                        "SELECT %s AS a, CASE WHEN %d THEN group_concat(id, ',')%s END"
                        " AS ids FROM t WINDOW v AS (%s)",
                        call, !frame.ends_before_it_begins, over, frame.window);
    assert_true(size > 0 && size < SQL_ROOM);
    check(place, question->exact, question->agree);
}

static void check_merge(const struct sql_merge *merge)
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

/* Both statements give the same rows, as often. */
static void check_pair(const struct sql_pair *pair)
{
    char sql[SQL_ROOM];
    if (!sql_is_since(pair->since)) {
        left_out++;
        return;
    }
    int size = snprintf(sql, sizeof sql,
                        "SELECT count(*) + ((SELECT count(*) FROM (%s)) <>"
                        " (SELECT count(*) FROM (%s))) FROM (SELECT * FROM (SELECT *"
                        " FROM (%s) EXCEPT SELECT * FROM (%s)) UNION ALL SELECT * FROM"
                        " (SELECT * FROM (%s) EXCEPT SELECT * FROM (%s)))",
                        pair->ours, pair->exact, pair->ours, pair->exact, pair->exact,
                        pair->ours);
    assert_true(size > 0 && size < SQL_ROOM);
    report(sql_run(sql), sql);
}

static void what_is_exact_is_what_sql_says(void **state)
{
    (void)state;
    long rounds = sql_rounds("SEMANTICS_ROUNDS", ROUNDS);
    long first = sql_rounds("SEMANTICS_SEED", 1);
    for (seed = first; seed < first + rounds; seed++) {
        struct random random = {(uint64_t)seed};
        sql_fill(&random, true);
        for (size_t i = 0; i < sql_question_count; i++) {
            check_places(&sql_questions[i]);
            check_distinct(&sql_questions[i]);
            check_frame(&random, &sql_questions[i]);
            check_frame(&random, &sql_questions[i]);
        }
        for (size_t i = 0; i < sql_merge_count; i++) {
            check_merge(&sql_merges[i]);
        }
        for (size_t i = 0; i < sql_pair_count; i++) {
            check_pair(&sql_pairs[i]);
        }
    }
    print_message("%u questions to %ld tables of SQLite %s, which does not know %u\n",
                  asked, rounds, sqlite3_libversion(), left_out);
    assert_int_equal(wrong_tables, 0);
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
    for (size_t i = 0; i < sql_question_count; i++) {
        found = found || calls(sql_questions[i].call, name) ||
                calls(sql_questions[i].agree, name);
    }
    for (size_t i = 0; i < sql_merge_count; i++) {
        found = found || calls(sql_merges[i].whole, name) ||
                calls(sql_merges[i].part, name);
    }
    for (size_t i = 0; i < sql_pair_count; i++) {
        found = found || calls(sql_pairs[i].ours, name);
    }
    return found;
}

static const char *excuse_of(const char *name)
{
    for (size_t i = 0; i < sql_excuse_count; i++) {
        if (strcmp(sql_excuses[i].name, name) == 0) {
            return sql_excuses[i].reason;
        }
    }
    return NULL;
}

/* Either that, or there is a reason why not; never both. */
static void every_function_is_asked(void **state)
{
    (void)state;
    sqlite3_stmt *query;
    unsigned wrong = 0;
    unsigned functions = 0;
    size_t excused = 0;
    assert_int_equal(sqlite3_prepare_v2(sql_db, "SELECT name FROM sketch_functions", -1,
                                        &query, NULL),
                     SQLITE_OK);
    while (sqlite3_step(query) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(query, 0);
        const char *reason = excuse_of(name);
        functions++;
        excused += reason != NULL;
        if (is_asked(name) == (reason != NULL)) {
            print_error("%s %s\n", name,
                        reason ? "is asked, though excused" : "is not asked");
            wrong++;
        }
    }
    sqlite3_finalize(query);
    assert_int_equal(wrong, 0);
    assert_int_equal(excused, sql_excuse_count);
    assert_true(functions > 140);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_exact_is_what_sql_says),
        cmocka_unit_test(every_function_is_asked),
    };
    return cmocka_run_group_tests(tests, sql_open, sql_close);
}
