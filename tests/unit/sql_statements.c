#include "sql_statements.h"

/* What the statements are about: mixed values, some frequent, in groups; and a
 * sketch of each group. */
const char sql_statements_schema[] =
    "CREATE TABLE t(x, w, g);"
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 199)"
    "INSERT INTO t SELECT CASE i % 6 WHEN 0 THEN i WHEN 1 THEN i / 7.0 WHEN 2 THEN NULL"
    " WHEN 3 THEN CAST('blob' || i % 40 AS BLOB) WHEN 4 THEN 'frequent'"
    " ELSE 'a text that is longer than any short form ' || i END, i % 5, i / 70 FROM n;"
    "CREATE TABLE topk_stored AS SELECT g, topk_sketch(x, 2, 20) AS s FROM t GROUP BY "
    "g;"
    /* at 8, registers and a set; at 12, a set */
    "CREATE TABLE hll_stored AS SELECT g, hll_sketch(x, 8) AS s, hll_sketch(x) AS l"
    " FROM t GROUP BY g;"
    "CREATE TABLE tdigest_stored AS SELECT g, tdigest_sketch(i, 10) AS s FROM"
    " (SELECT rowid * 7919 % 1000 AS i, g FROM t) GROUP BY g;"
    "CREATE TABLE theta_stored AS SELECT g, theta_sketch(i) AS s FROM"
    " (SELECT g, rowid * 31 + w AS i FROM t) GROUP BY g;"
    "CREATE TABLE kll_stored AS SELECT g, kll_sketch(i, 8) AS s FROM"
    " (SELECT rowid * 7919 % 1000 AS i, g FROM t) GROUP BY g;"
    "CREATE TABLE cms_stored AS SELECT g, cms_sketch(x, 0.02, 0.1) AS s FROM t GROUP BY"
    " g;"
    "CREATE TABLE reservoir_stored AS SELECT g, reservoir_sketch(x, 9, g) AS s FROM t"
    " GROUP BY g;";

/* Between them these call every function the extension registers, as a test below
 * makes sure, and leave by every way out: rows, no rows, errors. */
const char *const sql_statements[] = {
    "SELECT sketch_version()",
    "SELECT sketch_info(s), sketch_type(s), sketch_valid(s) FROM topk_stored",

    "SELECT sketch_info(hll_by(x, w)), sketch_valid(topk_by(w, x, 3, 20)) FROM t",
    "SELECT hll_by(x, w, 8) FROM t GROUP BY g",
    "SELECT hll_by(g, x, w) FROM t",
    "SELECT hll_by(g, x) FROM t WHERE false",
    "SELECT tdigest_by(x, w), cms_by(w, x, 0.1) FROM t",
    "SELECT tdigest_by(g, x) FROM t",
    "SELECT hll_by(k, v), topk_by(k, v) FROM (SELECT printf('%.*c', 600000, 'k') AS k,"
    " NULL AS v UNION ALL SELECT g, w FROM t UNION ALL SELECT x, w FROM t)",
    "SELECT hll_by_merge(b) FROM (SELECT hll_by(x, w) AS b FROM t GROUP BY g)",
    "SELECT topk_by_merge(b) FROM (SELECT topk_by(w, x) AS b FROM t GROUP BY g)",
    "SELECT cms_by_merge(b) FROM (SELECT cms_by(w, x, g / 5.0 + 0.1) AS b FROM t"
    " GROUP BY g)",
    "SELECT tdigest_by_merge(s) FROM tdigest_stored",
    "SELECT topk_by_merge(b) FROM (SELECT hll_by(w, x) AS b FROM t)",
    "SELECT * FROM hll_by_rows((SELECT hll_by(x, w) FROM t))",
    "SELECT keyed FROM topk_by_rows((SELECT topk_by(x, w) FROM t))",
    "SELECT * FROM cms_by_rows((SELECT cms_by(g, x) FROM t)), tdigest_by_rows(NULL)",
    "SELECT * FROM tdigest_by_rows(x'00')",
    "SELECT sketch_valid(x'0102'), sketch_valid('text'), sketch_type(1)",
    "SELECT sketch_info(x'0102030405')",

    "SELECT topk_distinct(x, rowid) FROM t",
    "SELECT topk_distinct(x, w, 1, 4) FROM t GROUP BY g",
    "SELECT topk_distinct(x, w, 0) FROM t",
    "SELECT topk_distinct(x, w, 1, 'ten') FROM t",
    "SELECT topk_distinct_json(topk_distinct_merge(s), 3) FROM"
    " (SELECT topk_distinct_sketch(x, rowid, 1, 5) AS s FROM t GROUP BY g)",
    "SELECT topk_distinct_union(s, s), topk_distinct_add(s, 'a text that is new and "
    "long',"
    " 1) FROM (SELECT topk_distinct_sketch(x, rowid, 1, 4) AS s FROM t)",
    "SELECT topk_distinct_get(s, 'frequent'), topk_distinct_lower(s, x'00'),"
    " topk_distinct_upper(s, 1.5), sketch_info(s) FROM"
    " (SELECT topk_distinct_sketch(x, rowid, 1, 4) AS s FROM t)",
    "SELECT * FROM topk_distinct_rows((SELECT topk_distinct_sketch(x, rowid) FROM t), "
    "9)",
    "SELECT topk_distinct_empty(), topk_distinct_empty(5, 12), "
    "topk_distinct_json(x'00')",
    "SELECT topk(x) FROM t",
    "SELECT topk(x, 3, 20) FROM t GROUP BY g",
    "SELECT topk(x, 3, 20) FROM t WHERE false",
    "SELECT topk(x) OVER (ORDER BY w ROWS 3 PRECEDING EXCLUDE NO OTHERS) FROM t"
    " LIMIT 20",
    "SELECT topk(x, 3, 20) OVER (ORDER BY rowid) FROM t LIMIT 20",
    "SELECT topk(x) OVER (ORDER BY w ROWS 3 PRECEDING) FROM t LIMIT 20",
    "SELECT topk(x, 5) OVER (ORDER BY rowid ROWS 40 PRECEDING) FROM t LIMIT 70",
    "SELECT topk_weighted(x, w, 3) OVER (ORDER BY rowid ROWS BETWEEN 9 PRECEDING AND 5"
    " FOLLOWING), approx_top_k(x, 3) OVER (ORDER BY w ROWS 3 PRECEDING) FROM t LIMIT "
    "20",
    "SELECT topk(x, w) FROM t",
    "SELECT topk(x, 'three') FROM t",
    "SELECT topk_weighted(x, w, 3, 20) FROM t",
    "SELECT topk_weighted(x, -w) FROM t",
    "SELECT topk_sketch(x, 2, 20) FROM t GROUP BY g",
    "SELECT topk_sketch_weighted(x, w, 2, 20) FROM t",
    "SELECT topk_merge(s) FROM topk_stored",
    "SELECT topk_merge(x) FROM t WHERE typeof(x) = 'blob'",
    "SELECT topk_union(a.s, NULL, b.s) FROM topk_stored AS a, topk_stored AS b",
    "SELECT topk_union('none')",
    "SELECT topk_add(s, 'a new text that is longer than others', 2) FROM topk_stored",
    "SELECT topk_add(NULL, x'00')",
    "SELECT topk_add(x'00', 1)",
    "SELECT topk_json(s, 20) FROM topk_stored",
    "SELECT topk_json(s, 0) FROM topk_stored",
    "SELECT topk_get(s, 'frequent'), topk_lower(s, x'00'), topk_upper(s, 1.5)"
    " FROM topk_stored",
    "SELECT * FROM topk_stored, topk_rows(topk_stored.s, 20)",
    "SELECT sketch, k FROM topk_stored, topk_rows(topk_stored.s, '20')",
    "SELECT topk(x, '3', '20'), topk_weighted(x, '1') FROM t",
    "SELECT topk_weighted(x, '') FROM t",
    "SELECT topk_weighted(x, '1.5') FROM t",
    "SELECT topk(x, char(27) || 'it''s') FROM t",
    "SELECT topk_convert(topk_sketch(CAST(x AS TEXT), 2, 20), 'frequent_items'),"
    " topk_convert(topk_sketch(w), 'frequent_items spark') FROM t",
    "SELECT topk_convert(s, 'frequent_items') FROM topk_stored",
    "SELECT topk_convert(s, x'00') FROM topk_stored",
    "SELECT topk_import(b, 'text') FROM (SELECT topk_convert(topk_sketch(CAST(x AS"
    " TEXT), 2, 20), 'frequent_items') AS b FROM t GROUP BY g)",
    "SELECT topk_import(b, 'text') FROM (SELECT topk_convert(topk_sketch(w),"
    " 'frequent_items') AS b FROM t)",
    "SELECT topk_import(b, 'integer') FROM (SELECT topk_convert(topk_sketch(w),"
    " 'frequent_items') AS b FROM t)",
    "SELECT topk_import(x'01010A0603050000', 'double')",
    "SELECT topk_import(x'01010A0603', 'text'), topk_import('a', 'text')",
    "SELECT topk_import('a', 'text')",
    "SELECT topk_import(s, 'text') FROM topk_stored",
    "SELECT topk_import(x'01030300001ECC93', 'text')",
    "SELECT sketch_info(x'01010A0603050000'), topk_json(x'01010A0603050000')",
    "SELECT topk_trend(a.s, b.s), topk_trend(a.s, b.s, '2') FROM topk_stored AS a,"
    " topk_stored AS b",
    "SELECT topk_trend(s, 'none') FROM topk_stored",
    "SELECT topk_trend(s, s, 0) FROM topk_stored",
    "SELECT r.*, now, k FROM topk_stored AS a, topk_stored AS b,"
    " topk_trend_rows(a.s, b.s, 20) AS r",
    "SELECT * FROM topk_stored AS a, topk_trend_rows(a.s, x'00')",
    "SELECT * FROM topk_trend_rows(x'00')",
    "SELECT topk_json('text')",
    "SELECT topk_json(topk(x)) FROM t",
    "SELECT tdigest_quantile(s, 0.5) FROM tdigest_stored",
    "SELECT * FROM topk_rows(x'00')",
    "SELECT * FROM topk_rows((SELECT s FROM topk_stored), 'none')",

    "SELECT sketch_info(s), sketch_info(l) FROM hll_stored",
    "SELECT hll_count(x), hll_count(x, 5), hll_count(x, 0.1) FROM t",
    "SELECT * FROM sketch_functions()",
    "SELECT approx_count_distinct(x), approx_top_k(x, 3) FROM t",
    "SELECT approx_quantile(w, 0.5), approx_percentile(w, '[0.1, 0.9]') FROM t",
    "SELECT approx_percentile(w, 95) FROM t",
    "SELECT hll_count(x, 8) FROM t GROUP BY g",
    "SELECT hll_count(x) FROM t WHERE false",
    "SELECT hll_count(x, 3) FROM t",
    "SELECT hll_count(x, 0.0001) FROM t",
    "SELECT hll_count(x, 6) OVER (ORDER BY rowid) FROM t LIMIT 40",
    "SELECT hll_count(x) OVER (ORDER BY w ROWS 3 PRECEDING) FROM t LIMIT 20",
    "SELECT hll_sketch(x), hll_sketch(x, 7) FROM t GROUP BY g",
    "SELECT hll_merge(s), hll_merge(l) FROM hll_stored",
    "SELECT hll_merge(x) FROM t WHERE typeof(x) = 'blob'",
    "SELECT hll_union(a.s, NULL, b.l) FROM hll_stored AS a, hll_stored AS b",
    "SELECT hll_union('none')",
    "SELECT hll_add(s, 'new'), hll_add(l, 'new') FROM hll_stored",
    "SELECT hll_add(NULL, x'00')",
    "SELECT hll_add(x'00', 1)",
    "SELECT hll_get(s), hll_lower(s), hll_upper(s, 3) FROM hll_stored",
    "SELECT hll_lower(s, 4) FROM hll_stored",
    "SELECT hll_intersection(a.s, b.l), hll_jaccard(a.l, b.l)"
    " FROM hll_stored AS a, hll_stored AS b",
    "SELECT hll_intersection(s, 'none') FROM hll_stored",
    "SELECT hll_convert(s, 'hll_8'), hll_convert(l, 'updatable') FROM hll_stored",
    "SELECT hll_convert(s, 'hll_5') FROM hll_stored",
    "SELECT sketch_info(s) FROM tdigest_stored",
    "SELECT tdigest_quantile(rowid * 1.5, 0.5), tdigest_quantile(w, '[0, 0.5]', 10)"
    " FROM t",
    "SELECT tdigest_quantile(x, 0.5) FROM t",
    "SELECT tdigest_quantile(w, 2) FROM t",
    "SELECT tdigest_quantile(w, '[') FROM t",
    "SELECT tdigest_quantile(w, ' ') FROM t",
    "SELECT tdigest_quantile(w || '', '[1, null]') FROM t",
    "SELECT tdigest_quantile(rowid, 0.5, 10) OVER (ORDER BY rowid) FROM t LIMIT 90",
    "SELECT tdigest_sketch(rowid, 10), tdigest_sketch_weighted(rowid, w) FROM t"
    " GROUP BY g",
    "SELECT tdigest_sketch(w) FROM t WHERE false",
    "SELECT tdigest_merge(s) FROM tdigest_stored",
    "SELECT tdigest_union(a.s, NULL, b.s) FROM tdigest_stored AS a, tdigest_stored AS "
    "b",
    "SELECT tdigest_add(s, 1.5, 3), tdigest_add(NULL, 1) FROM tdigest_stored",
    "SELECT tdigest_get(s, 0.5), tdigest_rank(s, '[1, 2]'), tdigest_cdf(s, '[1, 2]'),"
    " tdigest_pmf(s, 3), tdigest_min(s), tdigest_max(s), tdigest_mean(s),"
    " tdigest_trimmed_mean(s, 0.1, 0.9),"
    " tdigest_weight(s) FROM tdigest_stored",
    "SELECT tdigest_get(s, '[0,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8]') FROM tdigest_stored",
    "SELECT * FROM tdigest_stored, tdigest_rows(tdigest_stored.s)",
    "SELECT b.*, n FROM tdigest_stored, tdigest_bins(tdigest_stored.s, '30') AS b",
    "SELECT bar FROM tdigest_bins((SELECT tdigest_sketch(2) FROM t))",
    "SELECT * FROM tdigest_bins((SELECT s FROM tdigest_stored), 0)",
    "SELECT tdigest_get(x'00', 0.5)",

    "SELECT theta_count(x), theta_count(x, 5), theta_count(w + rowid * 7919, 5) FROM t",
    "SELECT theta_sketch(x), theta_sketch(rowid, 5) FROM t",
    "SELECT theta_sketch(x) FROM t WHERE false",
    "SELECT theta_count(x, 4) FROM t",
    "SELECT theta_count(rowid, 5) OVER (ORDER BY rowid) FROM t LIMIT 90",
    "SELECT theta_sketch(rowid, 5) OVER (ORDER BY rowid) FROM t LIMIT 40",
    "SELECT theta_count(x) OVER (ORDER BY w ROWS 3 PRECEDING) FROM t LIMIT 20",
    "SELECT theta_merge(s), theta_merge(s, 5), theta_merge_intersect(s) FROM"
    " theta_stored",
    "SELECT theta_merge(s, 5) OVER (ORDER BY g ROWS 1 PRECEDING),"
    " theta_merge_intersect(s) OVER (ORDER BY g ROWS 1 PRECEDING) FROM theta_stored",
    "SELECT theta_merge(s, 4) FROM theta_stored",
    "SELECT theta_union(a.s, NULL, b.s), theta_union(a.s, b.s, 5), theta_union(),"
    " theta_intersect(a.s, b.s), theta_except(a.s, b.s), theta_jaccard(a.s, b.s)"
    " FROM theta_stored AS a, theta_stored AS b",
    "SELECT theta_union('none', 12), theta_empty(12)",
    "SELECT theta_intersect(s, 'none'), theta_except(s, 'none') FROM theta_stored",
    "SELECT theta_add(s, 'new'), theta_add(s, 'new', 5), theta_add(NULL, 1, '5')"
    " FROM theta_stored",
    "SELECT theta_add(x'00', 1)",
    "SELECT theta_get(s), theta_lower(s), theta_upper(s, 3), sketch_info(s),"
    " sketch_valid(s) FROM theta_stored",
    "SELECT theta_lower(s, 4) FROM theta_stored",
    "SELECT theta_by(w, rowid), theta_by(w, rowid, 5) FROM t",
    "SELECT theta_by_merge(b, 5) FROM (SELECT theta_by(w, rowid, 6) AS b FROM t GROUP "
    "BY"
    " g)",
    "SELECT theta_by_merge(NULL, 5), theta_by_merge(x'00')",
    "SELECT * FROM theta_by_rows((SELECT theta_by(g, rowid) FROM t))",
    "SELECT theta_get(x'01030300001AB605E56B61EEC8804420')",
    "SELECT theta_merge(x'0104033D011ACC93022D0C35EE5BEFC8AEA8BE82C8B8DCB400')",
    "SELECT sketch_info(s) FROM kll_stored",
    "SELECT kll_quantile(rowid * 1.5, 0.5), kll_quantile(w, '[0, 0.5]', 10) FROM t",
    "SELECT kll_quantile(x, 0.5) FROM t",
    "SELECT kll_quantile(w, 2) FROM t",
    "SELECT kll_quantile(rowid, 0.5, 10) OVER (ORDER BY rowid) FROM t LIMIT 90",
    "SELECT kll_quantile(rowid, 0.5) OVER (ORDER BY rowid ROWS 9 PRECEDING) FROM t",
    "SELECT kll_sketch(rowid * 7919 % 1000, 10) FROM t, (SELECT 1 UNION ALL SELECT 2)",
    "SELECT kll_sketch(w) FROM t WHERE false",
    "SELECT kll_merge(s) FROM kll_stored",
    "SELECT kll_union(a.s, NULL, b.s) FROM kll_stored AS a, kll_stored AS b",
    "SELECT kll_add(s, 1.5), kll_add(NULL, 1), kll_add(kll_empty(), 2) FROM kll_stored",
    "SELECT kll_get(s, 0.5), kll_lower(s, 0.1), kll_upper(s, 0.9), kll_rank(s, '[1, "
    "2]'),"
    " kll_cdf(s, '[1, 2]'), kll_pmf(s, 3), kll_min(s), kll_max(s), kll_weight(s),"
    " kll_error(s) FROM kll_stored",
    "SELECT kll_get(s, 0.5), kll_get(s, '[0.1]') FROM (SELECT kll_sketch(a.rowid, 400)"
    " AS s FROM t AS a, t AS b WHERE b.rowid < 8)",
    "SELECT * FROM kll_stored, kll_rows(kll_stored.s)",
    "SELECT kll_get(x'00', 0.5)",
    "SELECT kll_import(x'02020F04C80008000000803F', 'float')",
    "SELECT kll_import(x'02020F04C80008000100000000002000', 'integer')",
    "SELECT kll_import(x'00', 'double'), kll_import('text', 'float')",
    "SELECT kll_import('text', 'float')",
    "SELECT kll_by(w, rowid) FROM t",
    "SELECT kll_by_merge(b) FROM (SELECT kll_by(w, rowid) AS b FROM t GROUP BY g)",
    "SELECT * FROM kll_by_rows((SELECT kll_by(g, rowid) FROM t))",

    "SELECT sketch_info(s) FROM cms_stored",
    "SELECT cms_estimate(x, 'frequent') FROM t",
    "SELECT cms_estimate_all(x, '[1,\"fre\\u0071uent\",null]') FROM t",
    "SELECT cms_estimate_all(x, '[1,2') FROM t",
    "SELECT cms_estimate_all(x, '1') FROM t WHERE g = 0",
    "SELECT cms_estimate_all(x, '[1]') FROM t WHERE false",
    "SELECT cms_estimate(x, CASE WHEN g = 0 THEN 'a' ELSE 'b' END) FROM t",
    "SELECT cms_estimate(x, 6, 0.1, 0.1) OVER (ORDER BY rowid ROWS 9 PRECEDING) FROM t"
    " LIMIT 20",
    "SELECT cms_estimate(x, 6, 2.0) FROM t",
    "SELECT cms_estimate(x, 6, 0.0000001) FROM t",
    "SELECT cms_sketch(x) FROM t GROUP BY g",
    "SELECT cms_sketch(x, 0.1) FROM t WHERE false",
    "SELECT cms_sketch_weighted(x, 1 << (g * 20), 0.1, 0.1) FROM t",
    "SELECT cms_sketch_weighted(x, -1) FROM t",
    "SELECT cms_merge(s) FROM cms_stored",
    "SELECT cms_union(a.s, NULL, b.s) FROM cms_stored AS a, cms_stored AS b",
    "SELECT cms_union((SELECT s FROM cms_stored), cms_add(NULL, 1))",
    "SELECT cms_add(s, 'a new text', 70000) FROM cms_stored",
    "SELECT cms_subtract((SELECT cms_merge(s) FROM cms_stored), s) FROM cms_stored",
    "SELECT cms_subtract(s, cms_add(NULL, 1)) FROM cms_stored",
    "SELECT cms_subtract(cms_add(NULL, 1), cms_add(NULL, 2))",
    "SELECT cms_get(s, 'frequent'), cms_get_all(s, '[6,0.1,\"a\\\"b\"]') FROM "
    "cms_stored",
    "SELECT cms_get_all(s, '[6,[1]]') FROM cms_stored",
    "SELECT cms_empty(), cms_empty(0.1, 0.1), topk_empty(), topk_empty(5, 50),"
    " hll_empty(), hll_empty(0.1), tdigest_empty(), tdigest_empty(50),"
    " reservoir_empty(), reservoir_empty(5), reservoir_empty(5, 7)",
    "SELECT cms_empty(2)",
    "SELECT cms_union(cms_empty(0.1), cms_add(s, 1)) FROM cms_stored",
    "SELECT cms_error(s), cms_total(s), cms_inner(s, s) FROM cms_stored",
    "SELECT cms_inner(s, x'00') FROM cms_stored",
    "SELECT cms_inner(s, cms_add(NULL, 1)) FROM cms_stored",

    "SELECT sketch_info(s) FROM reservoir_stored",
    "SELECT reservoir_sample(x, 20), reservoir_sample(x, 30, 5) FROM t",
    "SELECT reservoir_sample(x, 0) FROM t",
    "SELECT reservoir_sample(x, 2, 'seed') FROM t",
    "SELECT reservoir_sample(x, 5) OVER (ORDER BY rowid) FROM t LIMIT 20",
    "SELECT reservoir_sample(x, 5, 3) OVER (ORDER BY rowid ROWS 30 PRECEDING) FROM t"
    " LIMIT 50",
    "SELECT reservoir_sketch(x, 20) FROM t GROUP BY g",
    "SELECT reservoir_sketch(x, 20, 1) FROM t WHERE false",
    "SELECT reservoir_merge(s) FROM reservoir_stored",
    "SELECT reservoir_union(a.s, NULL, b.s) FROM reservoir_stored a, reservoir_stored "
    "b",
    "SELECT reservoir_add(s, 'a text that is longer than any short form') FROM"
    " reservoir_stored",
    "SELECT reservoir_sample_weighted(x, g + 0.5, 20),"
    " reservoir_sample_weighted(x, 1, 30, 5) FROM t",
    "SELECT reservoir_sample_weighted(x, -1, 3) FROM t",
    "SELECT reservoir_sample_weighted(x, 1, 5, 3)"
    " OVER (ORDER BY rowid ROWS 30 PRECEDING) FROM t LIMIT 100",
    "SELECT reservoir_sketch_weighted(x, 2, 20) FROM t GROUP BY g",
    "SELECT reservoir_sketch_weighted(x, 2, 20, 1) FROM t WHERE false",
    "SELECT reservoir_union(s, reservoir_add(s, 'a text that is longer than any', 2))"
    " FROM reservoir_stored",
    "SELECT reservoir_json(s) FROM reservoir_stored",
    "SELECT * FROM reservoir_stored, reservoir_rows(reservoir_stored.s)",
    "SELECT * FROM reservoir_rows(x'00')",

    "SELECT sketch_profile(x) FROM t",
    "SELECT sketch_profile(x), sketch_info(profile_sketch(x)) FROM t GROUP BY g",
    "SELECT sketch_profile(x) FROM t WHERE false",
    "SELECT sketch_profile(printf('%.*c', 100 + rowid, 'y')) FROM t",
    "SELECT sketch_profile(x) OVER (ORDER BY rowid) FROM t LIMIT 20",
    "SELECT profile_merge(s), profile_json(profile_union(max(s), NULL, min(s))) FROM"
    " (SELECT profile_sketch(x) AS s FROM t GROUP BY g)",
    "SELECT profile_add(profile_sketch(x), g), profile_add(profile_empty(), NULL) FROM"
    " t GROUP BY g",
    "SELECT * FROM profile_rows((SELECT profile_sketch(x) FROM t))",
    "SELECT * FROM profile_rows((SELECT sketch_profile(x) FROM t))",
    "SELECT profile_json(x'00')",

    "SELECT random_sample(x, 20, (SELECT count(x) FROM t)) FROM t",
    "SELECT random_sample(x, 20, 500, 1) FROM t",
    "SELECT random_sample(x, 20, 10) FROM t",
    "SELECT random_sample(x, 20, 500, 'seed') FROM t",
    "SELECT count(*) FROM t WHERE sample_keep(x, 0.5)",
    "SELECT sample_keep(x, g / 2.0, 'seed') FROM t",
    "SELECT sample_keep(x, 2) FROM t",
};
const size_t sql_statement_count = sizeof sql_statements / sizeof *sql_statements;
