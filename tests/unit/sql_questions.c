#include "sql_questions.h"

/* The rows that an answer is about. */
#define ROWS                                                                           \
    "(SELECT e.* FROM json_each('[' || coalesce(ids, '') || ']') AS j CROSS JOIN e"    \
    " WHERE e.id = j.value)"
#define COUNT(what) "(SELECT count(" what ") FROM " ROWS ")"
/* What hll and theta count, for which values of the same bytes are one. */
#define DIFFERENT COUNT("DISTINCT kx")
#define EITHER                                                                         \
    "(SELECT count(*) FROM (SELECT kx FROM " ROWS                                      \
    " WHERE kx IS NOT NULL UNION SELECT kz FROM " ROWS " WHERE kz IS NOT NULL))"
#define BOTH                                                                           \
    "(SELECT count(*) FROM (SELECT kx FROM " ROWS                                      \
    " WHERE kx IS NOT NULL INTERSECT SELECT kz FROM " ROWS "))"
#define ITEM    "(SELECT x FROM item)"
#define OF_ITEM "(SELECT count(*) FROM " ROWS " WHERE x = " ITEM ")"

/* What is kept of these rows in a table-valued function is, value by value, what SQL
 * makes of them. */
#define SAME(kept, rows)                                                               \
    "NOT EXISTS (SELECT " kept " EXCEPT SELECT " rows ") AND NOT EXISTS (SELECT " rows \
    " EXCEPT SELECT " kept ")"
#define CLOSE(a, b)                                                                    \
    "(" a " IS " b " OR abs(" a " - " b ") <= 1e-300 + 1e-12 * abs(" b "))"
#define NEAR       CLOSE("a", "b")
#define LIST_AT(i) "json_extract(a, '$[" i "]')"
/* Sums of what may be denormal, but not so large that SQL's own sum overflows. */
#define SUM_NEAR(a, b, what)                                                           \
    "(" a " IS " b " OR abs(" a " - " b ") <= 1e-300 + 1e-9 * (SELECT max(abs(" what   \
    ")) FROM " ROWS "))"
#define NO_LARGER(what, limit)                                                         \
    "coalesce((SELECT max(abs(" what ")) FROM " ROWS "), 0) < " limit

/* How often each value occurs. */
#define COUNTED "(SELECT x, count(*) AS m FROM " ROWS " WHERE x IS NOT NULL GROUP BY x)"
#define PAIRED                                                                         \
    "(SELECT x, count(DISTINCT kz) AS m FROM " ROWS                                    \
    " WHERE x IS NOT NULL AND z IS NOT NULL GROUP BY x)"
#define RANK_IN(counted)                                                               \
    "(SELECT count(*) FROM " counted                                                   \
    " AS u WHERE u.m > v.m OR (u.m = v.m AND u.x <= v.x))"

/* The value at the share q, where places between two are their middle; and the smallest
 * such that a share q lies up to it.  Without windows, in which SQLite 3.26.0 errs
 * itself. */
#define RANKED(n)                                                                      \
    " FROM (SELECT DISTINCT r." n " AS n, (SELECT count(*) FROM " ROWS                 \
    " AS s WHERE s." n " < r." n ") AS below, (SELECT count(*) FROM " ROWS             \
    " AS s WHERE s." n " <= r." n ") AS upto, (SELECT count(" n ") FROM " ROWS         \
    ") AS m FROM " ROWS " AS r WHERE r." n " IS NOT NULL))"
#define LEAST_OF(q) "min(CASE WHEN upto >= " q " * m THEN n END)"
#define LEAST(q)    "(SELECT " LEAST_OF(q) RANKED("n")
#define MIDDLE_OF(q)                                                                   \
    "(" LEAST_OF(q) " + max(CASE WHEN below <= " q " * m THEN n END)) / 2"
#define MIDDLE(q) "(SELECT " MIDDLE_OF(q) RANKED("n")
#define BETWEEN_QUARTERS                                                               \
    "(SELECT 2 * sum(n * max(0, min(upto * 1.0 / m, 0.75) - max(below * 1.0 / m, "     \
    "0.25)))" RANKED("n")

/* Shares below, at and above -1 and 2. */
#define SHARE(what) "(SELECT sum(" what ") * 1.0 / count(n) FROM " ROWS ")"
#define HALVES(p)   SHARE("(n < " p ") + (n = " p ") * 0.5")

const struct sql_question sql_questions[] = {
    /* How many differ. */
    {"hll_count(#x~)@", DIFFERENT, "a = b", SQL_ANY_FRAME},
    {"approx_count_distinct(#x~)@", DIFFERENT, "a = b", SQL_ANY_FRAME},
    {"hll_sketch(#x~)@", DIFFERENT,
     "round(hll_get(a)) = b AND round(hll_lower(a)) = b AND round(hll_upper(a, 3)) = b",
     SQL_ANY_FRAME},
    {"hll_merge(h~)@",
     "(SELECT count(DISTINCT u.kx) FROM " ROWS " AS r, e AS u"
     " WHERE r.h IS NOT NULL AND abs(u.id - r.id) < 1 + r.id % 6)",
     "hll_get(a) BETWEEN b - 1 - 0.9 * b AND b + 1 + 0.9 * b", SQL_ANY_FRAME},
    {"hll_by(g, x~)@", "NULL",
     SAME("key, round(hll_get(sketch)) FROM hll_by_rows(a)",
          "g, count(DISTINCT kx) FROM " ROWS " GROUP BY g"),
     SQL_NO_FRAME},
    {"hll_get(hll_union(hll_sketch(#x~)@, hll_sketch(#z~)@))", EITHER, "round(a) = b",
     SQL_AFRESH},
    {"hll_intersection(hll_sketch(#x~)@, hll_sketch(#z~)@)", BOTH,
     "json_extract(a, '$.estimate') = b AND json_extract(a, '$.lower') = b AND"
     " json_extract(a, '$.upper') = b",
     SQL_AFRESH},
    {"json_array(hll_jaccard(hll_sketch(#x~)@, hll_sketch(#z~)@),"
     " theta_jaccard(theta_sketch(#x~)@, theta_sketch(#z~)@))",
     "(SELECT CASE WHEN " EITHER " = 0 THEN 1 ELSE " BOTH " * 1.0 / " EITHER " END)",
     CLOSE("json_extract(a, '$[0].estimate')",
           "b") " AND " CLOSE("json_extract(a, '$[1].estimate')", "b"),
     SQL_AFRESH},
    {"hll_get(hll_add(hll_sketch(x~)@, " ITEM "))",
     DIFFERENT " + NOT EXISTS (SELECT 1 FROM " ROWS " WHERE kx = sql_key(" ITEM "))",
     "round(a) = b", SQL_AFRESH},
    {"theta_count(#x~)@", DIFFERENT, "a = b", SQL_AFRESH},
    {"theta_sketch(#x~)@", DIFFERENT,
     "theta_get(a) = b AND theta_lower(a) = b AND theta_upper(a, 3) = b", SQL_AFRESH},
    {"theta_by(g, x, 5~)@", "NULL",
     SAME("key, theta_get(sketch) FROM theta_by_rows(a)",
          "g, count(DISTINCT kx) FROM " ROWS " GROUP BY g"),
     SQL_NO_FRAME},
    {"theta_get(theta_intersect(theta_sketch(#x~)@, theta_sketch(#z~)@))", BOTH,
     "a = b", SQL_AFRESH},
    {"theta_get(theta_except(theta_sketch(#x~)@, theta_sketch(#z~)@))",
     "(SELECT count(*) FROM (SELECT kx FROM " ROWS
     " WHERE kx IS NOT NULL EXCEPT SELECT kz FROM " ROWS "))",
     "a = b", SQL_AFRESH},
    {"theta_get(theta_union(theta_sketch(#x~)@, theta_sketch(#z~)@))", EITHER, "a = b",
     SQL_AFRESH},
    {"theta_get(theta_add(theta_sketch(x~)@, " ITEM "))",
     DIFFERENT " + NOT EXISTS (SELECT 1 FROM " ROWS " WHERE kx = sql_key(" ITEM "))",
     "a = b", SQL_AFRESH},

    /* Which are the most frequent. */
    {"topk_sketch(x, 50~)@", COUNT("x"),
     SAME("value, count, error, rank FROM topk_rows(a)",
          "x, m, 0, " RANK_IN(COUNTED) " FROM " COUNTED
                                       " AS v") " AND json_extract(sketch_info(a), "
                                                "'$.total') = b",
     SQL_AFRESH},
    {"topk_sketch(x, 3, 100~)@", "NULL",
     SAME("value, count, rank FROM topk_rows(a)",
          "* FROM (SELECT x, m, " RANK_IN(COUNTED) " AS rank FROM " COUNTED
                                                   " AS v) WHERE rank <= 3"),
     SQL_AFRESH},
    {"json_array(topk(x, 50~)@, topk_json(topk_sketch(x, 50~)@))", COUNT("DISTINCT x"),
     "json_array_length(a, '$[0]') = b AND"
     " json_extract(a, '$[0]') = json_extract(a, '$[1]')",
     SQL_AFRESH},
    {"topk(x, 50~)@",
     "(SELECT json_group_array(m) FROM (SELECT m FROM " COUNTED " ORDER BY m DESC))",
     "(SELECT json_group_array(json_extract(value, '$.count')) FROM json_each(a)) = b",
     SQL_ANY_FRAME},
    {"approx_top_k(x, 3~)@", COUNT("DISTINCT x"), "json_array_length(a) = min(3, b)",
     SQL_ANY_FRAME},
    {"approx_top_k(g~)@",
     "(SELECT json_group_array(g) FROM (SELECT g FROM " ROWS
     " GROUP BY g ORDER BY count(*) DESC, g))",
     "a = b", SQL_ANY_FRAME},
    {"topk_sketch_weighted(x, w, 50~)@", "NULL",
     SAME("value, count, error FROM topk_rows(a)",
          "x, sum(w), 0 FROM " ROWS
          " WHERE x IS NOT NULL GROUP BY x HAVING sum(w) > 0"),
     SQL_AFRESH},
    {"topk_weighted(x, w, 50~)@", "(SELECT sum(w) FROM " ROWS " WHERE x IS NOT NULL)",
     "(SELECT sum(json_extract(value, '$.count')) FROM json_each(a)) IS nullif(b, 0)",
     SQL_ANY_FRAME},
    {"topk_weighted(g, w, 2~)@",
     "(SELECT json_group_array(json_array(g, s)) FROM (SELECT g, sum(w) AS s FROM " ROWS
     " GROUP BY g HAVING s > 0 ORDER BY s DESC, g LIMIT 2))",
     "(SELECT json_group_array(json_array(json_extract(value, '$.value'),"
     " json_extract(value, '$.count'))) FROM json_each(a)) = b",
     SQL_ANY_FRAME},
    {"json_array(topk_get(topk_sketch(x, 50~)@, " ITEM "), topk_lower(topk_sketch(x, "
     "50~)@, " ITEM "), topk_upper(topk_sketch(x, 50~)@, " ITEM "))",
     OF_ITEM, "a = json_array(b, b, b)", SQL_AFRESH},
    {"topk_get(topk_add(topk_sketch(x~)@, " ITEM ", 3), " ITEM ")", OF_ITEM,
     "a = b + 3", SQL_AFRESH},
    {"topk_get(topk_union(topk_sketch(x~)@, topk_sketch(z~)@), " ITEM ")",
     OF_ITEM " + (SELECT count(*) FROM " ROWS " WHERE z = " ITEM ")", "a = b",
     SQL_AFRESH},
    /* Grown has what is more frequent among x than among z, if there are any z. */
    {"topk_trend(topk_sketch(x~)@, topk_sketch(z~)@)",
     "(SELECT count(*) FROM " COUNTED
     " AS v WHERE m * " COUNT("z") " > (SELECT count(*) FROM " ROWS
                                   " AS r WHERE r.z = v.x) * " COUNT("x") ")",
     "json_array_length(a) = b", SQL_AFRESH},
    {"topk_by(g, x, 50~)@", "NULL",
     SAME("key, value, count FROM topk_by_rows(a) AS k, topk_rows(k.sketch)",
          "g, x, count(*) FROM " ROWS " WHERE x IS NOT NULL GROUP BY g, x"),
     SQL_NO_FRAME},
    {"topk_distinct_sketch(x, z, 50~)@", "NULL",
     SAME("value, count, lower, upper, rank FROM topk_distinct_rows(a)",
          "x, m, m, m, " RANK_IN(PAIRED) " FROM " PAIRED " AS v"),
     SQL_AFRESH},
    {"json_array(topk_distinct(x, z, 50~)@,"
     " topk_distinct_json(topk_distinct_sketch(x, z, 50~)@))",
     "(SELECT count(DISTINCT x) FROM " ROWS " WHERE z IS NOT NULL)",
     "json_array_length(a, '$[0]') = b AND"
     " json_extract(a, '$[0]') = json_extract(a, '$[1]')",
     SQL_AFRESH},
    {"json_array(topk_distinct_get(topk_distinct_sketch(x, z~)@, " ITEM "),"
     " topk_distinct_lower(topk_distinct_sketch(x, z~)@, " ITEM "),"
     " topk_distinct_upper(topk_distinct_sketch(x, z~)@, " ITEM "))",
     "(SELECT count(DISTINCT kz) FROM " ROWS " WHERE x = " ITEM ")",
     "round(json_extract(a, '$[0]')) = b AND round(json_extract(a, '$[1]')) = b AND"
     " round(json_extract(a, '$[2]')) = b",
     SQL_AFRESH},
    {"topk_distinct_get(topk_distinct_add(topk_distinct_sketch(x, z~)@, " ITEM ", " ITEM
     "), " ITEM ")",
     "(SELECT count(DISTINCT kz) + (count(CASE WHEN kz = sql_key(" ITEM
     ") THEN 1 END) = 0) FROM " ROWS " WHERE x = " ITEM ")",
     "round(a) = b", SQL_AFRESH},

    /* How often one occurred. */
    {"cms_estimate(x, " ITEM "~)@", OF_ITEM, "a = b", SQL_ANY_FRAME},
    {"cms_estimate(x, " ITEM ", 0.5, 0.5~)@", OF_ITEM, "a >= b", SQL_ANY_FRAME},
    {"cms_estimate_all(x, '[\"1\", 3.0, \"a\", 77]'~)@",
     "(SELECT json_array(count(nullif(x <> '1', 1)), count(nullif(x <> 3, 1)),"
     " count(nullif(x <> 'a', 1)), count(nullif(x <> 77, 1))) FROM " ROWS ")",
     "a = b OR (a = '[]' AND ids IS NULL)", SQL_ANY_FRAME},
    {"cms_get_all(cms_sketch(x~)@, '[\"1\", 3.0, \"a\", null]')",
     "(SELECT json_array(count(nullif(x <> '1', 1)), count(nullif(x <> 3, 1)),"
     " count(nullif(x <> 'a', 1)), NULL) FROM " ROWS ")",
     "a = b", SQL_ANY_FRAME},
    {"cms_sketch(#x~)@", COUNT("x"),
     "cms_total(a) = b AND " CLOSE("cms_error(a)", "(b * 0.001)"), SQL_ANY_FRAME},
    {"cms_sketch(x~)@", "NULL",
     "NOT EXISTS (SELECT 1 FROM " COUNTED " WHERE cms_get(a, x) <> m)", SQL_ANY_FRAME},
    {"cms_sketch_weighted(x, w~)@", "NULL",
     "NOT EXISTS (SELECT 1 FROM " ROWS " WHERE x IS NOT NULL GROUP BY x"
     " HAVING cms_get(a, x) <> coalesce(sum(w), 0))",
     SQL_ANY_FRAME},
    {"cms_merge(c~)@", "(SELECT sum(cms_total(c)) FROM " ROWS ")",
     "cms_total(a) = coalesce(b, 0)", SQL_ANY_FRAME},
    {"cms_inner(cms_sketch(x~)@, cms_sketch(z~)@)",
     "(SELECT count(*) FROM " ROWS " AS r, " ROWS " AS s WHERE r.x = s.z)", "a = b",
     SQL_AFRESH},
    {"cms_get(cms_subtract(cms_union(cms_sketch(x~)@, cms_sketch(z~)@),"
     " cms_sketch(z~)@), " ITEM ")",
     OF_ITEM, "a = b", SQL_AFRESH},
    {"cms_get(cms_add(cms_sketch(x~)@, " ITEM "), " ITEM ")", OF_ITEM, "a = b + 1",
     SQL_AFRESH},
    {"cms_by(g, x~)@", "NULL",
     SAME("key, cms_total(sketch), cms_get(sketch, " ITEM ") FROM cms_by_rows(a)",
          "g, count(x), sum(x IS " ITEM ") FROM " ROWS " GROUP BY g"),
     SQL_NO_FRAME},

    /* Which lie where. */
    {"tdigest_quantile(n, 0.5~)@", MIDDLE("0.5"), NEAR, SQL_ANY_FRAME},
    {"tdigest_quantile(n, 0.25~)@", MIDDLE("0.25"), NEAR, SQL_ANY_FRAME},
    {"approx_quantile(n, 0~)@", "(SELECT min(n) FROM " ROWS ")", "a IS b",
     SQL_ANY_FRAME},
    {"approx_percentile(n, 1~)@", "(SELECT max(n) FROM " ROWS ")", "a IS b",
     SQL_ANY_FRAME},
    {"tdigest_get(tdigest_sketch(#n~)@, 0.5)", MIDDLE("0.5"), NEAR, SQL_AFRESH},
    {"tdigest_sketch(#n~)@", "(SELECT min(n) FROM " ROWS ")",
     "tdigest_min(a) IS b AND tdigest_max(a) IS (SELECT max(n) FROM " ROWS
     ") AND tdigest_weight(a) = " COUNT("n") " AND " SAME(
         "mean, weight FROM tdigest_rows(a)",
         "n, count(*) FROM " ROWS " WHERE n IS NOT NULL GROUP BY n"),
     SQL_AFRESH},
    {"tdigest_rank(tdigest_sketch(#n~)@, 2)", HALVES("2"), NEAR, SQL_AFRESH},
    {"tdigest_cdf(tdigest_sketch(#n~)@, '[-1, 2]')", HALVES("-1"),
     CLOSE(LIST_AT("0"), "b") " AND " CLOSE(LIST_AT("1"), HALVES("2")), SQL_AFRESH},
    {"tdigest_pmf(tdigest_sketch(#n~)@, '[-1, 2]')", HALVES("-1"),
     "a IS b OR (" CLOSE(LIST_AT("0"), "b") " AND abs(" LIST_AT("1") " - (" HALVES(
         "2") " - b)) < 1e-12 AND abs(" LIST_AT("2") " - (1 - " HALVES("2") ")) < "
                                                                            "1e-12)",
     SQL_AFRESH},
    {"tdigest_mean(tdigest_sketch(#n~)@)", "(SELECT avg(n) FROM " ROWS ")",
     SUM_NEAR("a", "b", "n"), SQL_AFRESH},
    {"tdigest_trimmed_mean(tdigest_sketch(#n~)@, 0.25, 0.75)", BETWEEN_QUARTERS,
     SUM_NEAR("a", "b", "n"), SQL_AFRESH},
    {"tdigest_weight(tdigest_sketch_weighted(n, w~)@)",
     "(SELECT sum(w) FROM " ROWS " WHERE n IS NOT NULL)", "a = coalesce(b, 0)",
     SQL_AFRESH},
    {"tdigest_weight(tdigest_union(tdigest_add(tdigest_sketch(n~)@, 5, 2),"
     " tdigest_sketch(n~)@))",
     COUNT("n"), "a = 2 * b + 2", SQL_AFRESH},
    /* The last interval has the largest value in it; of neighbouring doubles there are
     * others that end there, too, which are empty. */
    {"tdigest_sketch(n~)@", "(SELECT max(n) FROM " ROWS ")",
     "NOT EXISTS (SELECT 1 FROM tdigest_bins(a, 7) AS f WHERE upper < b AND count <>"
     " (SELECT count(*) FROM " ROWS " WHERE n >= f.lower AND n < f.upper)) AND"
     " (SELECT sum(count) FROM tdigest_bins(a, 7) WHERE upper = b) IS"
     " (SELECT nullif(count(*), 0) FROM " ROWS " WHERE n >= (SELECT min(lower) FROM"
     " tdigest_bins(a, 7) WHERE upper = b))",
     SQL_AFRESH},
    {"tdigest_by(g, n~)@", "NULL",
     SAME("key, tdigest_weight(sketch), tdigest_max(sketch) FROM tdigest_by_rows(a)",
          "g, count(n), max(n) FROM " ROWS " GROUP BY g"),
     SQL_NO_FRAME},
    {"kll_quantile(n, 0.5~)@", LEAST("0.5"), "a IS b", SQL_ANY_FRAME},
    {"kll_quantile(n, 1~)@", "(SELECT max(n) FROM " ROWS ")", "a IS b", SQL_ANY_FRAME},
    {"kll_sketch(#n~)@", LEAST("0.25"),
     "kll_get(a, 0.25) IS b AND kll_lower(a, 0.25) IS b AND kll_upper(a, 0.25) IS b AND"
     " kll_min(a) IS (SELECT min(n) FROM " ROWS
     ") AND kll_max(a) IS (SELECT max(n) FROM " ROWS
     ") AND kll_weight(a) = " COUNT("n") " AND coalesce(kll_error(a), 0) = 0 AND " SAME(
         "value, sum(weight) FROM kll_rows(a) GROUP BY value",
         "n, count(*) FROM " ROWS " WHERE n IS NOT NULL GROUP BY n"),
     SQL_AFRESH},
    {"kll_rank(kll_sketch(#n~)@, 2)", SHARE("n <= 2"), NEAR, SQL_AFRESH},
    {"kll_cdf(kll_sketch(#n~)@, '[-1, 2]')", SHARE("n <= -1"),
     CLOSE(LIST_AT("0"), "b") " AND " CLOSE(LIST_AT("1"), SHARE("n <= 2")), SQL_AFRESH},
    {"kll_pmf(kll_sketch(#n~)@, '[-1, 2]')", SHARE("n <= -1"),
     "a IS b OR (" CLOSE(LIST_AT("0"), "b") " AND abs(" LIST_AT("1") " - " SHARE(
         "n > -1 AND n <= 2") ") < 1e-12 AND abs(" LIST_AT("2") " - " SHARE("n > 2") ")"
                                                                                     " "
                                                                                     "<"
                                                                                     " "
                                                                                     "1"
                                                                                     "e"
                                                                                     "-"
                                                                                     "1"
                                                                                     "2"
                                                                                     ")",
     SQL_AFRESH},
    {"kll_weight(kll_union(kll_add(kll_sketch(n~)@, 5), kll_sketch(n~)@))", COUNT("n"),
     "a = 2 * b + 1", SQL_AFRESH},
    {"kll_by(g, n~)@", "NULL",
     SAME("key, kll_weight(sketch), kll_get(sketch, 1) FROM kll_by_rows(a)",
          "g, count(n), max(n) FROM " ROWS " GROUP BY g"),
     SQL_NO_FRAME},

    /* Samples of no more rows than they may have, and of a column all there is. */
    {"reservoir_sample(y, 99, 7~)@", COUNT("y"),
     "json_array_length(a) = b AND " SAME("value FROM json_each(a)",
                                          "y FROM " ROWS " WHERE y IS NOT NULL"),
     SQL_ANY_FRAME},
    {"reservoir_sample_weighted(y, w, 99, 7~)@",
     "(SELECT count(y) FROM " ROWS " WHERE w > 0)",
     "json_array_length(a) = b AND " SAME(
         "value FROM json_each(a)", "y FROM " ROWS " WHERE y IS NOT NULL AND w > 0"),
     SQL_ANY_FRAME},
    {"reservoir_sketch(x, 99, 7~)@", COUNT("x"),
     "json_array_length(reservoir_json(a)) = b AND " SAME(
         "value, count(*) FROM reservoir_rows(a) GROUP BY value", "* FROM " COUNTED),
     SQL_AFRESH},
    {"reservoir_union(reservoir_add(reservoir_sketch(x, 99, 7~)@, " ITEM "),"
     " reservoir_sketch(z, 99, 8~)@)",
     "NULL",
     SAME("value, count(*) FROM reservoir_rows(a) GROUP BY value",
          "x, count(*) FROM (SELECT x FROM item UNION ALL SELECT x FROM " ROWS
          " UNION ALL SELECT z FROM " ROWS ") WHERE x IS NOT NULL GROUP BY x"),
     SQL_AFRESH},
    {"reservoir_sketch_weighted(x, w, 99, 7~)@", "NULL",
     SAME("value, count(*), sum(weight) FROM reservoir_rows(a) GROUP BY value",
          "x, count(*), sum(w) FROM " ROWS " WHERE x IS NOT NULL AND w > 0 GROUP BY x"),
     SQL_AFRESH},

    /* What a profile says. */
    {"profile_sketch(x~)@", "NULL",
     SAME("name, value FROM profile_rows(a) WHERE name IN ('rows', 'nulls', 'integer',"
          " 'real', 'text', 'blob', 'distinct', 'min', 'max', 'length_min',"
          " 'length_max')",
          "* FROM (SELECT 'rows', count(*) AS v FROM " ROWS
          " UNION ALL SELECT 'nulls', coalesce(sum(x IS NULL), 0) FROM " ROWS
          " UNION ALL SELECT k.value, (SELECT count(*) FROM " ROWS
          " WHERE typeof(x) = k.value) FROM json_each('[\"integer\", \"real\", "
          "\"text\", \"blob\"]') AS k"
          " UNION ALL SELECT 'distinct', " DIFFERENT
          " UNION ALL SELECT 'min', min(x) FROM " ROWS
          " UNION ALL SELECT 'max', max(x) FROM " ROWS
          " UNION ALL SELECT 'length_min', min(length(kx)) FROM " ROWS
          " WHERE typeof(x) IN ('text', 'blob')"
          " UNION ALL SELECT 'length_max', max(length(kx)) FROM " ROWS
          " WHERE typeof(x) IN ('text', 'blob')) WHERE v IS NOT NULL"),
     SQL_AFRESH},
    {"profile_sketch(x~)@", "NULL",
     "NOT EXISTS (SELECT value, count FROM profile_rows(a) WHERE name = 'top' EXCEPT"
     " SELECT * FROM " COUNTED
     ") AND (SELECT count(*) FROM profile_rows(a) WHERE name = 'top') = min(10, " COUNT(
         "DISTINCT x") ") AND NOT EXISTS (SELECT value FROM profile_rows(a) WHERE name "
                       "="
                       " 'sample' EXCEPT SELECT x FROM " ROWS
                       ") AND (SELECT count(*) FROM profile_rows(a) WHERE name ="
                       " 'sample') = min(10, " COUNT("x") ")",
     SQL_AFRESH},
    {"profile_json(profile_sketch(x~)@)", "(SELECT " MIDDLE_OF("0.5") RANKED("r"),
     "NOT " NO_LARGER("r", "1e150") " OR (" CLOSE(
         "json_extract(a, '$.quantiles.q50')",
         "b") " AND " SUM_NEAR("json_extract(a, '$.mean')",
                               "(SELECT avg(r) FROM " ROWS ")",
                               "r") " AND " CLOSE("json_extract(a, '$.quantiles.q25')",
                                                  "(SELECT " MIDDLE_OF("0.25")
                                                      RANKED("r")) ")",
     SQL_AFRESH},
    {"profile_json(profile_sketch(x~)@)",
     "(SELECT sum((r - m) * (r - m)) / (count(r) - 1) FROM " ROWS
     ", (SELECT avg(r) AS m FROM " ROWS "))",
     "NOT " NO_LARGER(
         "r",
         "1e150") " OR abs(coalesce(json_extract(a, '$.std') *"
                  " json_extract(a, '$.std'), 0) - coalesce(b, 0)) <= 1e-300 + 1e-9 *"
                  " (SELECT coalesce(max(r * r), 0) FROM " ROWS ")",
     SQL_AFRESH},
    {"sketch_profile(x~)@",
     "(SELECT json_array(sum(typeof(x) = 'integer'), sum(typeof(x) = 'real'),"
     " sum(typeof(x) = 'text'), sum(typeof(x) = 'blob')) FROM " ROWS ")",
     "json_array(json_extract(a, '$.types.integer'), json_extract(a, '$.types.real'),"
     " json_extract(a, '$.types.text'), json_extract(a, '$.types.blob')) ="
     " replace(b, 'null', '0')",
     SQL_AFRESH},
    {"profile_json(profile_union(profile_add(profile_sketch(x~)@, NULL),"
     " profile_sketch(z~)@))",
     COUNT("*"),
     "json_extract(a, '$.rows') = 2 * b + 1 AND json_extract(a, '$.nulls') = 2 * b + 1"
     " - " COUNT("x") " - " COUNT("z"),
     SQL_AFRESH},
};
const size_t sql_question_count = sizeof sql_questions / sizeof *sql_questions;

const struct sql_merge sql_merges[] = {
    {"hll_sketch(x)", "hll_merge(s)", DIFFERENT, "round(hll_get(a)) = b"},
    {"hll_by(g, x)", "hll_by_merge(s)", "NULL",
     SAME("key, round(hll_get(sketch)) FROM hll_by_rows(a)",
          "g, count(DISTINCT kx) FROM " ROWS " GROUP BY g")},
    {"theta_sketch(x)", "theta_merge(s)", DIFFERENT, "theta_get(a) = b"},
    {"theta_by(g, x)", "theta_by_merge(s)", "NULL",
     SAME("key, theta_get(sketch) FROM theta_by_rows(a)",
          "g, count(DISTINCT kx) FROM " ROWS " GROUP BY g")},
    {"theta_sketch(x)", "theta_merge_intersect(s)",
     "(SELECT count(*) FROM (SELECT 1 FROM " ROWS " WHERE x IS NOT NULL GROUP BY kx"
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
          "x, count(DISTINCT kz) FROM " ROWS
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
const size_t sql_merge_count = sizeof sql_merges / sizeof *sql_merges;

/* Tables as they are joined, cut and asked; t is what they are made of. */
#define S_OF(call) "(SELECT " call " FROM t)"
const struct sql_pair sql_pairs[] = {
    /* Hidden columns are arguments, in parentheses or in WHERE, in any order. */
    {"SELECT value, count FROM topk_rows WHERE sketch = " S_OF("topk_sketch(x)"),
     "SELECT x, count(*) FROM e WHERE x IS NOT NULL GROUP BY x", 0},
    {"SELECT value, count FROM topk_rows WHERE 50 = k AND " S_OF(
         "topk_sketch(x)") " = sketch AND count > 1",
     "SELECT x, count(*) FROM e WHERE x IS NOT NULL GROUP BY x HAVING count(*) > 1", 0},
    {"SELECT count FROM topk_rows(" S_OF("topk_sketch(x)") ", 3)",
     "SELECT m FROM (SELECT count(*) AS m FROM e WHERE x IS NOT NULL GROUP BY x ORDER "
     "BY"
     " m DESC LIMIT 3)",
     0},
    {"SELECT * FROM (SELECT rank, value FROM topk_rows(" S_OF(
         "topk_sketch(x)") ") ORDER BY rank DESC LIMIT 2 OFFSET 1)",
     "WITH v AS (SELECT x, count(*) AS m FROM e WHERE x IS NOT NULL GROUP BY x)"
     " SELECT * FROM (SELECT (SELECT count(*) FROM v AS u WHERE u.m > v.m OR (u.m = v.m"
     " AND u.x <= v.x)) AS rank, x FROM v ORDER BY 1 DESC LIMIT 2 OFFSET 1)",
     0},
    /* Joined: what is found again, what is not, each group its own, two of them. */
    {"SELECT e.id, r.count FROM e JOIN topk_rows(" S_OF(
         "topk_sketch(x)") ") AS r ON e.x = r.value",
     "SELECT id, (SELECT count(*) FROM e AS f WHERE f.x = e.x) FROM e WHERE x IS NOT"
     " NULL",
     0},
    {"SELECT e.id FROM e LEFT JOIN topk_rows AS r ON r.sketch = " S_OF(
         "topk_sketch(x)") " AND e.z = r.value WHERE r.value IS NULL",
     "SELECT id FROM e WHERE z IS NULL OR z NOT IN (SELECT x FROM e WHERE x IS NOT"
     " NULL)",
     0},
    /* An older SQLite takes arguments in parentheses for a WHERE, json_each()'s, too.
     */
    {"SELECT e.id FROM e LEFT JOIN topk_rows(" S_OF(
         "topk_sketch(x)") ") AS r ON e.z = r.value WHERE r.value IS NULL",
     "SELECT id FROM e WHERE z IS NULL OR z NOT IN (SELECT x FROM e WHERE x IS NOT"
     " NULL)",
     31},
    {"SELECT e.id, r.count FROM topk_rows(" S_OF(
         "topk_sketch(z)") ") AS r RIGHT JOIN e ON e.x = r.value",
     "SELECT id, (SELECT nullif(count(*), 0) FROM e AS f WHERE f.z = e.x) FROM e", 39},
    {"SELECT q.g, r.value, r.count FROM (SELECT g, topk_sketch(x) AS s FROM t GROUP BY"
     " g) AS q, topk_rows(q.s) AS r",
     "SELECT g, x, count(*) FROM e WHERE x IS NOT NULL GROUP BY g, x", 0},
    {"SELECT g, (SELECT max(value) FROM topk_rows((SELECT topk_sketch(u.x) FROM t AS u"
     " WHERE u.g = t.g))) FROM t",
     "SELECT g, (SELECT max(x) FROM e AS f WHERE f.g = e.g) FROM e", 0},
    {"SELECT a.value FROM topk_rows(" S_OF("topk_sketch(x)") ") AS a, topk_rows(" S_OF(
         "topk_sketch(z)") ") AS b WHERE a.value = b.value",
     "SELECT DISTINCT x FROM e WHERE x IN (SELECT z FROM e)", 0},
    {"SELECT id FROM e WHERE x IN (SELECT value FROM topk_rows(" S_OF(
         "topk_sketch(z)") "))",
     "SELECT id FROM e WHERE x IN (SELECT z FROM e)", 0},
    {"SELECT value, count, before FROM topk_trend_rows(" S_OF(
         "topk_sketch(x)") ", " S_OF("topk_sketch(z)") ")",
     "SELECT x, count(*), (SELECT count(*) FROM e AS f WHERE f.z = e.x) AS before FROM "
     "e"
     " WHERE x IS NOT NULL GROUP BY x HAVING count(*) * (SELECT count(z) FROM e) >"
     " before * (SELECT count(x) FROM e)",
     0},
    {"SELECT value, count FROM topk_distinct_rows WHERE sketch = " S_OF(
         "topk_distinct_sketch(x, z)") " AND k = 100",
     "SELECT x, count(DISTINCT kz) FROM e WHERE x IS NOT NULL AND z IS NOT NULL GROUP "
     "BY"
     " x",
     0},
    {"SELECT k.key, r.value FROM topk_by_rows(" S_OF(
         "topk_by(x, z)") ") AS k, topk_rows(k.sketch) AS r",
     "SELECT DISTINCT x, z FROM e WHERE z IS NOT NULL", 0},
    {"SELECT key, hll_get(sketch) > 0.5 FROM hll_by_rows WHERE keyed = " S_OF(
         "hll_by(x, z)"),
     "SELECT x, count(z) > 0 FROM e GROUP BY x", 0},
    {"SELECT key, theta_get(sketch) FROM theta_by_rows(" S_OF("theta_by(x, z)") ")",
     "SELECT x, count(DISTINCT kz) FROM e GROUP BY x", 0},
    {"SELECT key, cms_total(sketch) FROM cms_by_rows(" S_OF(
         "cms_by(x, z)") ") WHERE key IS NOT NULL",
     "SELECT x, count(z) FROM e WHERE x IS NOT NULL GROUP BY x", 0},
    {"SELECT key, tdigest_min(sketch) FROM tdigest_by_rows(" S_OF(
         "tdigest_by(x, n)") ")",
     "SELECT x, min(n) FROM e GROUP BY x", 0},
    {"SELECT key, value, sum(weight) FROM kll_by_rows(" S_OF(
         "kll_by(x, n)") ") AS k, kll_rows(k.sketch) GROUP BY key, value",
     "SELECT x, n, count(*) FROM e WHERE n IS NOT NULL GROUP BY x, n", 0},
    {"SELECT sum(weight), max(mean) FROM tdigest_rows WHERE sketch = " S_OF(
         "tdigest_sketch(n)"),
     "SELECT nullif(count(n), 0), max(n) FROM e", 0},
    {"SELECT sum(count), min(lower) FROM tdigest_bins WHERE n = 5 AND sketch = " S_OF(
         "tdigest_sketch(n)"),
     "SELECT nullif(count(n), 0), min(n) FROM e", 0},
    {"SELECT value, count(*) FROM reservoir_rows WHERE sketch = " S_OF(
         "reservoir_sketch(x, 99, 1)") " GROUP BY value",
     "SELECT x, count(*) FROM e WHERE x IS NOT NULL GROUP BY x", 0},
    {"SELECT value FROM profile_rows WHERE name = 'max' AND sketch = " S_OF(
         "profile_sketch(x)"),
     "SELECT v FROM (SELECT max(x) AS v FROM e) WHERE v IS NOT NULL", 0},

    /* Of random_sample() the number of rows has to be known. */
    {"SELECT random_sample(y, max(1, u.m), max(1, u.m), 7) FROM t, (SELECT count(x) AS "
     "m"
     " FROM t) AS u WHERE y IS NOT NULL",
     "SELECT '[' || coalesce(group_concat(y), '') || ']' FROM e WHERE y IS NOT NULL",
     0},

    /* A key is always in or always out. */
    {"SELECT count(*) FROM e AS a, e AS b, (SELECT 0.5 AS p UNION ALL SELECT 0.1) WHERE"
     " a.x = b.x AND sample_keep(a.x, p, 7) <> sample_keep(b.x, p, 7)",
     "SELECT 0", 0},
    {"SELECT id, sample_keep(x, 0), sample_keep(x, 1),"
     " sample_keep(x, 0.3) <= sample_keep(x, 0.6) FROM t",
     "SELECT id, x IS NULL AND NULL, x IS NOT NULL OR NULL, x IS NOT NULL OR NULL"
     " FROM e",
     0},
    /* Over 64 seeds, two keys that are not equal agree half the time. */
    {"WITH RECURSIVE s(s) AS (SELECT 0 UNION ALL SELECT s + 1 FROM s WHERE s < 63)"
     " SELECT count(*) FROM (SELECT 1 FROM (SELECT x FROM e WHERE x IS NOT NULL GROUP "
     "BY"
     " x) AS a, item AS b, s WHERE a.x <> b.x AND"
     " sample_keep(a.x, 0.5, s) = sample_keep(b.x, 0.5, s)"
     " GROUP BY a.x HAVING count(*) > 60)",
     "SELECT 0", 0},
    /* Under NOCASE the extension sees bytes, and lower() what was meant. */
    {"SELECT topk(x, 5), hll_count(x), cms_estimate(x, 'A') FROM (SELECT 'a' COLLATE"
     " NOCASE AS x UNION ALL SELECT 'A' COLLATE NOCASE)",
     "SELECT '[{\"value\":\"A\",\"count\":1,\"error\":0},{\"value\":\"a\",\"count\":1,"
     "\"error\":0}]', 2, 1",
     0},
    {"SELECT value, count FROM topk_rows((SELECT topk_sketch(lower(x)) FROM t WHERE"
     " typeof(x) = 'text'))",
     "SELECT lower(x) AS v, count(*) FROM e WHERE typeof(x) = 'text' GROUP BY v", 0},
};
const size_t sql_pair_count = sizeof sql_pairs / sizeof *sql_pairs;

const struct sql_excuse sql_excuses[] = {
    {"sketch_version", "says nothing of rows"},
    {"sketch_functions", "is what lists the functions"},
    {"sketch_type", "reads bytes: test_status.c, and each family's transcript"},
    {"sketch_valid", "reads bytes: test_status.c, and each family's transcript"},
    {"hll_convert", "writes bytes: test_hll_read.c"},
    {"topk_convert", "writes bytes: test_frequent_items.c"},
    {"topk_import", "reads bytes: test_frequent_items.c"},
    {"kll_import", "reads bytes: test_kll.c"},
    {"topk_empty", "has no rows: empty.sql"},
    {"topk_distinct_empty", "has no rows: empty.sql"},
    {"topk_distinct_union", "merges as topk_distinct_merge: test_laws_merge.c"},
    {"hll_empty", "has no rows: empty.sql"},
    {"theta_empty", "has no rows: empty.sql"},
    {"tdigest_empty", "has no rows: empty.sql"},
    {"kll_empty", "has no rows: empty.sql"},
    {"cms_empty", "has no rows: empty.sql"},
    {"reservoir_empty", "has no rows: empty.sql"},
    {"profile_empty", "has no rows: empty.sql"},
};
const size_t sql_excuse_count = sizeof sql_excuses / sizeof *sql_excuses;
