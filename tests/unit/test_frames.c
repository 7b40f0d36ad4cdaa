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
#include "sql_random.h"

enum { ROUNDS = 1500, FRAMES_A_TABLE = 25, SQL_ROOM = 3000 };

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

/* The rows of `frame` for which the answers differ. */
static int64_t count_differences(const struct sql_frame *frame,
                                 const struct question *question)
{
    char ids[SQL_FRAME] = "NULL";
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
    int64_t differences = sql_run(sql);
    if (differences > 0) {
        print_error("%d rows differ: %s\n", (int)differences, sql);
    }
    return differences;
}

static void frames_that_slide_answer_as_their_rows_do(void **state)
{
    (void)state;
    long rounds = sql_rounds("FRAME_ROUNDS", ROUNDS);
    struct random random = {1};
    int64_t differences = 0;
    for (long round = 0; round < rounds; round++) {
        struct sql_frame frame;
        if (round % FRAMES_A_TABLE == 0) {
            sql_fill(&random, false);
        }
        sql_make_frame(&random, &frame);
        differences +=
            count_differences(&frame, &questions[random_below(&random, QUESTIONS)]);
    }
    assert_int_equal(differences, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_that_slide_answer_as_their_rows_do),
    };
    return cmocka_run_group_tests(tests, sql_open, sql_close);
}
