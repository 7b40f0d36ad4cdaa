-- No rows: NULL, or a valid empty sketch.
CREATE TABLE t(x, w, g);
SELECT tdigest_quantile(x, 0.5), tdigest_quantile(x, '[0.5]') FROM t;
SELECT sketch_info(tdigest_sketch(x)), sketch_type(tdigest_sketch(x)), hex(tdigest_sketch(x)) FROM t;
SELECT tdigest_get(s, 0.5), tdigest_rank(s, 1), tdigest_cdf(s, 1), tdigest_min(s), tdigest_max(s), tdigest_mean(s), tdigest_weight(s)
  FROM (SELECT tdigest_merge(x) AS s FROM t);
SELECT count(*) FROM tdigest_rows((SELECT tdigest_sketch(x) FROM t)), tdigest_rows(NULL);
-- NULL is not a value, and no question either.
SELECT tdigest_quantile(NULL, 0.5), tdigest_quantile(1, NULL), tdigest_get(NULL, 0.5), tdigest_get(tdigest_sketch(1), NULL);
SELECT tdigest_quantile(column1, 0.5) FROM (VALUES (NULL), (2), (NULL), (4));
-- Few values are exact: the median of an even number is the middle, as in statistics.
SELECT tdigest_quantile(column1, 0), tdigest_quantile(column1, 0.5), tdigest_quantile(column1, 1)
  FROM (VALUES (4), (1), (3.0), (2));
SELECT tdigest_quantile(column1, 0.5) FROM (VALUES (5), (5), (5), (7));
SELECT tdigest_quantile(7, 0.3), tdigest_quantile(-0.0, 0.3);
-- Several at once, in any order.
INSERT INTO t WITH RECURSIVE c(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM c WHERE i < 999)
  SELECT i * 7919 % 1000, i % 3, i % 4 FROM c;
SELECT tdigest_quantile(x, '[0.9, 0, 0.25, 1]'), tdigest_quantile(x, json_array(0.5)), tdigest_quantile(x, '[]') FROM t;
SELECT json_object('q', tdigest_quantile(x, '[0.5]')) FROM t;
-- In one step, 2,048 rows are exact whatever k is, and a frame answers as a group does.
SELECT tdigest_quantile(x * x, '[0.001, 0.1, 0.5, 0.9995]', 10) FROM t;
SELECT DISTINCT tdigest_quantile(x * x, '[0.1, 0.5, 0.9]', 10) OVER () = (SELECT tdigest_quantile(x * x, '[0.1, 0.5, 0.9]', 10) FROM t) FROM t;
-- Building, merging, uniting and adding agree.
SELECT tdigest_get(tdigest_sketch(x), 0.5) = tdigest_quantile(x, 0.5) FROM t;
SELECT tdigest_weight(s), tdigest_min(s), tdigest_max(s), abs(tdigest_get(s, 0.5) - 499.5) < 1, tdigest_mean(s)
  FROM (SELECT tdigest_merge(s) AS s FROM (SELECT tdigest_sketch(x) AS s FROM t GROUP BY g));
SELECT tdigest_weight(tdigest_union((SELECT tdigest_sketch(x) FROM t), NULL, tdigest_sketch(5000)));
SELECT tdigest_get(tdigest_add(tdigest_add(NULL, 1), 3, 2), 0.5), tdigest_weight(tdigest_add(NULL, NULL));
SELECT tdigest_weight(s), tdigest_get(s, 0.5) FROM (SELECT tdigest_sketch_weighted(x, w) AS s FROM t WHERE x < 3);
SELECT sketch_info(tdigest_merge(s)) FROM (SELECT tdigest_sketch(1, 50) AS s UNION ALL SELECT tdigest_sketch(2, 100));
SELECT sketch_info(tdigest_merge(s)) FROM (SELECT tdigest_sketch(x, 50) AS s FROM t WHERE 0 UNION ALL SELECT tdigest_sketch(2, 100));
-- Ranks and shares.
SELECT tdigest_rank(s, 0), tdigest_rank(s, 500), tdigest_rank(s, '[-1, 250, 1e9]'), tdigest_rank(s, 499.5) FROM (SELECT tdigest_sketch(x, 2000) AS s FROM t);
SELECT tdigest_cdf(s, '[250, 500]'), tdigest_pmf(s, '[250, 500]'), tdigest_pmf(s, 250), tdigest_cdf(s, '[]') FROM (SELECT tdigest_sketch(x, 2000) AS s FROM t);
SELECT mean, weight FROM tdigest_rows((SELECT tdigest_sketch(column1) FROM (VALUES (2), (1), (2))));
-- Parameters and questions have ranges.
SELECT tdigest_quantile(1, 0.5, 9);
SELECT tdigest_quantile(1, 0.5, 32768);
SELECT tdigest_quantile(1, 0.5, 'k');
SELECT tdigest_quantile(1, -0.1);
SELECT tdigest_quantile(1, 2);
SELECT tdigest_quantile(1, 'median');
SELECT tdigest_quantile(1, '[0.5');
SELECT tdigest_quantile(1, '[0.5, "x"]');
SELECT tdigest_quantile(1, '[0.5, 1.5]');
SELECT tdigest_quantile(column1, column1) FROM (VALUES (0.5), (0.6));
SELECT tdigest_quantile(column1, 0.5, column1) FROM (VALUES (50), (60));
SELECT tdigest_cdf(tdigest_sketch(1), '[2, 1]');
SELECT tdigest_rank(tdigest_sketch(1), 'x');
-- Only finite numbers have quantiles.
SELECT tdigest_quantile('abc', 0.5);
SELECT tdigest_quantile(x'00', 0.5);
SELECT tdigest_quantile(9e999, 0.5);
SELECT tdigest_sketch_weighted(1, -1);
SELECT tdigest_sketch_weighted(1, 0.5);
SELECT tdigest_sketch_weighted(column1, 9223372036854775807) FROM (VALUES (1), (2));
-- It holds REALs, so INTEGERs beyond 2^53 become the nearest one, the ends as well.
SELECT CAST(tdigest_min(s) AS INTEGER), CAST(tdigest_max(s) AS INTEGER), CAST(tdigest_get(s, 0) AS INTEGER), tdigest_weight(s) FROM (SELECT tdigest_sketch(column1) AS s FROM (VALUES (9007199254740993), (9007199254740995), (9223372036854775807)));
SELECT CAST(tdigest_min(s) AS INTEGER), CAST(tdigest_max(s) AS INTEGER) FROM (SELECT tdigest_sketch(column1) AS s FROM (VALUES (-9007199254740991), (9007199254740991)));
-- A sketch has nothing new to tell itself, and is as inexact as before.
SELECT json_extract(sketch_info(tdigest_union(s, s)), '$.exact'), tdigest_weight(tdigest_union(s, s)) FROM (SELECT tdigest_sketch(i * 0.5, 10) AS s FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i FROM n));
-- A median from one of two clusters.
SELECT m BETWEEN 249 AND 250 FROM (SELECT tdigest_get(tdigest_merge(s), 0.5) AS m FROM (SELECT tdigest_sketch(CASE WHEN i % 25 < 13 THEN 240 + i * 37 % 1000 / 100.0 ELSE 50000 + i * 7 % 10000 END) AS s FROM (WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 49999) SELECT i FROM n) GROUP BY i / 1000));
-- Windows.
SELECT x, tdigest_quantile(x, 0.5) OVER (ORDER BY rowid) FROM t LIMIT 4;
SELECT tdigest_quantile(x, 0.5) OVER (ORDER BY rowid ROWS BETWEEN 2 PRECEDING AND CURRENT ROW EXCLUDE NO OTHERS) FROM t LIMIT 4 /* since 3.28 */;
SELECT tdigest_quantile(x, 0.5) OVER (ORDER BY rowid ROWS 2 PRECEDING) FROM t WHERE x < 4;
SELECT tdigest_quantile(x, 0.5) OVER (ORDER BY rowid ROWS BETWEEN 2 FOLLOWING AND 1 FOLLOWING) FROM t LIMIT 2;
-- Images of other writers.
SELECT tdigest_get(x'0101146400060000000000000000f03f', 0.5), hex(tdigest_union(x'0101146400060000000000000000f03f'));
SELECT sketch_info(x'0101146400010000');
-- What is no t-digest is said to be none.
SELECT tdigest_get('abc', 0.5);
SELECT tdigest_get(x'0101146400', 0.5);
SELECT tdigest_get((SELECT topk_sketch(x) FROM t), 0.5);
SELECT hll_get((SELECT tdigest_sketch(x) FROM t));
SELECT tdigest_get(x'010114640006000000000000000000f07f', 0.5);
-- Trimmed means: a value that is cut counts in part; of all it is the mean, of nothing the quantile.
CREATE TABLE ten AS SELECT tdigest_sketch(column1) AS s FROM (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (1000));
SELECT tdigest_trimmed_mean(s, 0, 1), tdigest_trimmed_mean(s, 0.1, 0.9), tdigest_trimmed_mean(s, 0, 0.25), tdigest_trimmed_mean(s, '0.5', 0.5), tdigest_trimmed_mean(s, 1, 1) FROM ten;
SELECT tdigest_trimmed_mean(tdigest_sketch(x), 0.25, 0.75), tdigest_trimmed_mean(NULL, 0, 1) FROM t WHERE false;
SELECT tdigest_trimmed_mean(s, NULL, 1), tdigest_trimmed_mean(s, 0, NULL) FROM ten;
SELECT tdigest_trimmed_mean(s, 0.25, 0.5), abs(tdigest_trimmed_mean(s, 0.5, 1) / 1e308 - 0.5) < 1e-9
  FROM (SELECT tdigest_sketch(column1) AS s FROM (VALUES (-1.7e308), (-1e308), (-7e307), (1.7e308)));
SELECT tdigest_trimmed_mean(s, 0.9, 0.1) FROM ten;
SELECT tdigest_trimmed_mean(s, -0.1, 0.9) FROM ten;
SELECT tdigest_trimmed_mean(s, 5, 95) FROM ten;
SELECT tdigest_trimmed_mean(s, 0.05, 95) FROM ten;
SELECT tdigest_trimmed_mean(s, 0, 9e999) FROM ten;
SELECT tdigest_trimmed_mean(s, -9e999, 1) FROM ten;
SELECT tdigest_trimmed_mean(s, 'low', 1) FROM ten;
SELECT tdigest_trimmed_mean(s, '[0, 1]', 1) FROM ten;
SELECT tdigest_trimmed_mean('no sketch', 0, 1);
