-- No rows: NULL, or a valid empty sketch.
CREATE TABLE t(x, g);
SELECT kll_quantile(x, 0.5), kll_quantile(x, '[0.5]') FROM t;
SELECT sketch_info(kll_sketch(x)), sketch_type(kll_sketch(x)), hex(kll_sketch(x)) FROM t;
SELECT kll_get(s, 0.5), kll_lower(s, 0.5), kll_upper(s, 0.5), kll_rank(s, 1), kll_cdf(s, 1), kll_pmf(s, 1), kll_min(s), kll_max(s), kll_weight(s), kll_error(s)
  FROM (SELECT kll_merge(x) AS s FROM t);
SELECT count(*) FROM kll_rows((SELECT kll_sketch(x) FROM t)), kll_rows(NULL);
-- NULL is not a value, and no question either.
SELECT kll_quantile(NULL, 0.5), kll_quantile(1, NULL), kll_get(NULL, 0.5), kll_get(kll_sketch(1), NULL), kll_import(NULL, 'float'), kll_import(x'02020F04C80008000000803F', NULL);
SELECT kll_quantile(column1, 0.5) FROM (VALUES (NULL), (2), (NULL), (4));
-- An answer is one of the values: the first with at least a share q up to it.
SELECT kll_quantile(column1, 0), kll_quantile(column1, 0.5), kll_quantile(column1, 0.51), kll_quantile(column1, 1)
  FROM (VALUES (4), (1), (3.0), (2));
SELECT kll_quantile(7, 0.3), kll_quantile(-0.0, 0.3), kll_quantile('7', '0.3');
-- Several at once, in any order.
INSERT INTO t WITH RECURSIVE c(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM c WHERE i < 999)
  SELECT i * 7919 % 1000, i % 4 FROM c;
SELECT kll_quantile(x, '[0.9, 0, 0.25, 1]'), kll_quantile(x, json_array(0.5)), kll_quantile(x, '[]') FROM t;
SELECT json_object('q', kll_quantile(x, '[0.5]')) FROM t;
-- Within the bound, and exactly as long as all values are kept.
SELECT abs(kll_quantile(x, 0.5) - 500) <= 13.3, abs(kll_quantile(x, 0.5, 50) - 500) <= 52, kll_quantile(x, '[0.1, 0.5, 0.999]', 1000) FROM t;
SELECT sketch_info(kll_sketch(x)), sketch_info(kll_sketch(x, 1000)), sketch_info(kll_sketch(x, 8)) FROM t;
SELECT round(kll_error(s), 6), kll_lower(s, 0.5) <= 499 AND kll_upper(s, 0.5) >= 499, kll_lower(s, '[0, 0.001, 0.01, 1]'), kll_upper(s, '[0, 1]') FROM (SELECT kll_sketch(x) AS s FROM t);
SELECT kll_error(s), kll_lower(s, 0.5), kll_get(s, 0.5), kll_upper(s, 0.5) FROM (SELECT kll_sketch(x, 1000) AS s FROM t);
-- Building, merging, uniting and adding agree, and the same rows give the same bytes.
SELECT kll_get(kll_sketch(x), 0.5) = kll_quantile(x, 0.5) FROM t;
SELECT kll_weight(s), kll_min(s), kll_max(s), abs(kll_get(s, 0.5) - 500) <= 13.3
  FROM (SELECT kll_merge(s) AS s FROM (SELECT kll_sketch(x) AS s FROM t GROUP BY g));
SELECT kll_weight(kll_union((SELECT kll_sketch(x) FROM t), NULL, kll_sketch(5000)));
SELECT kll_get(kll_add(kll_add(kll_add(NULL, 1), 3), 2), 0.5), kll_weight(kll_add(NULL, NULL)), hex(kll_add(kll_add(kll_empty(), 1), 2.0)) = hex(kll_sketch(column1)) FROM (VALUES (1), (2));
WITH RECURSIVE n(i, s) AS (SELECT 0, kll_empty(8) UNION ALL SELECT i + 1, kll_add(s, i * 7919 % 1000) FROM n WHERE i < 1000)
  SELECT s = (SELECT kll_sketch(x, 8) FROM t), length(s) FROM n WHERE i = 1000;
SELECT length(s), count(DISTINCT s) FROM (SELECT kll_sketch(x) AS s FROM t UNION ALL SELECT kll_sketch(x) FROM (SELECT x FROM t LIMIT -1));
-- A merge keeps the k of the first, and the error of the smallest that has lost a value.
SELECT sketch_info(kll_merge(s)) FROM (SELECT kll_sketch(x, 100) AS s FROM t UNION ALL SELECT kll_sketch(x, 50) FROM t);
SELECT sketch_info(kll_merge(s)) FROM (SELECT kll_sketch(x, 100) AS s FROM t UNION ALL SELECT kll_sketch(1, 50));
SELECT sketch_info(kll_merge(s)) FROM (SELECT kll_empty(50) AS s UNION ALL SELECT kll_sketch(2, 100));
SELECT sketch_info(kll_union(kll_empty(50), kll_empty(100)));
-- Ranks and shares, up to a value and with it.
SELECT kll_rank(s, 0), kll_rank(s, -1), kll_rank(s, 499), kll_rank(s, '[-1, 249, 249.5, 1e9]') FROM (SELECT kll_sketch(x, 2000) AS s FROM t);
SELECT kll_cdf(s, '[249, 499]'), kll_pmf(s, '[249, 499]'), kll_pmf(s, 249), kll_cdf(s, '[]') FROM (SELECT kll_sketch(x, 2000) AS s FROM t);
SELECT value, weight, typeof(value) FROM kll_rows((SELECT kll_sketch(column1) FROM (VALUES (2), (1), (2))));
SELECT count(*) < 400, sum(weight), min(weight) >= 1 FROM kll_rows((SELECT kll_sketch(x) FROM t));
-- Values of very different sizes are as good as others.
CREATE TABLE w AS SELECT CAST((CASE WHEN x % 2 THEN '-' ELSE '' END) || '1e' || (x * 3 % 601 - 300) AS REAL) AS v FROM t;
SELECT abs((SELECT avg(v <= q) FROM w) - 0.5) <= 0.0133 FROM (SELECT kll_quantile(v, 0.5) AS q FROM w);
-- Parameters and questions have ranges.
SELECT kll_quantile(1, 0.5, 7);
SELECT kll_quantile(1, 0.5, 65536);
SELECT kll_quantile(1, 0.5, 'k');
SELECT kll_quantile(1, 0.5, 0.95);
SELECT kll_quantile(1, -0.1);
SELECT kll_quantile(1, 95);
SELECT kll_quantile(1, '[0.5');
SELECT kll_quantile(1, '[0.5, "x"]');
SELECT kll_quantile(column1, column1) FROM (VALUES (0.5), (0.6));
SELECT kll_lower(kll_sketch(1), 2);
SELECT kll_cdf(kll_sketch(1), '[2, 1]');
SELECT kll_rank(kll_sketch(1), 'x');
-- Only finite numbers have quantiles.
SELECT kll_quantile('abc', 0.5);
SELECT kll_quantile(x'00', 0.5);
SELECT kll_quantile(9e999, 0.5);
SELECT kll_add(kll_sketch(1), -9e999);
SELECT kll_quantile(kll_sketch(1), 0.5);
-- It holds REALs, so INTEGERs beyond 2^53 become the nearest one.
SELECT CAST(kll_min(s) AS INTEGER), CAST(kll_max(s) AS INTEGER) FROM (SELECT kll_sketch(column1) AS s FROM (VALUES (9007199254740993), (9223372036854775807)));
-- Windows.
SELECT x, kll_quantile(x, 0.5) OVER (ORDER BY rowid) FROM t LIMIT 4;
SELECT kll_quantile(x, 0.5) OVER (ORDER BY rowid ROWS BETWEEN 2 PRECEDING AND CURRENT ROW EXCLUDE NO OTHERS) FROM t LIMIT 4 /* since 3.28 */;
SELECT kll_quantile(x, 0.5) OVER (ORDER BY rowid ROWS 2 PRECEDING) FROM t LIMIT 4;
SELECT count(*), sum(a IS b) FROM (SELECT kll_quantile(x, '[0, 0.1, 0.5, 0.99, 1]') OVER (ORDER BY rowid ROWS BETWEEN 90 PRECEDING AND 5 FOLLOWING) AS a, kll_quantile(x, '[0, 0.1, 0.5, 0.99, 1]') OVER (ORDER BY rowid ROWS BETWEEN 90 PRECEDING AND 5 FOLLOWING EXCLUDE NO OTHERS) AS b FROM t) /* since 3.28 */;
SELECT kll_get(kll_merge(s) OVER (ORDER BY g ROWS 1 PRECEDING), 1) FROM (SELECT g, kll_sketch(x) AS s FROM t WHERE x < 10 GROUP BY g);
-- For every key.
SELECT key, kll_get(sketch, 0.5), kll_weight(sketch) FROM kll_by_rows((SELECT kll_by(g, x) FROM t WHERE x < 20));
SELECT sketch_type(b), (SELECT group_concat(kll_weight(sketch)) FROM kll_by_rows(b)) FROM (SELECT kll_by_merge(b) AS b FROM (SELECT kll_by(g, x) AS b FROM t GROUP BY x % 2));
-- Images of DataSketches: empty, of one value, of two, the second with level 0 sorted.
SELECT sketch_info(x'02010F01C8000800'), kll_get(x'02020F04C8000800000000000000F03F', 0.5);
SELECT kll_get(x'05010F00C80008000200000000000000C8000100C6000000000000000000F03F00000000000000400000000000000040000000000000F03F', '[0.5, 1]');
SELECT hex(kll_union(x'05010F02C80008000200000000000000C8000100C6000000000000000000F03F0000000000000040000000000000F03F0000000000000040'));
-- An infinity that another system took is a value.
SELECT kll_max(x'02020F04C8000800000000000000F07F');
-- Floats, and integers that are doubles, come in by kll_import.
SELECT sketch_type(x'02020F04C80008000000803F'), kll_get(kll_import(x'02020F04C80008000000803F', 'float'), 0.5);
SELECT kll_get(x'02020F04C80008000000803F', 0.5);
SELECT kll_merge(x'02020F04C80008000000803F');
SELECT kll_get(kll_import(x'02020F04C80008000700000000000000', 'integer'), 0.5), kll_get(kll_import(x'02020F04C8000800F9FFFFFFFFFFFFFF', 'INTEGER'), 0.5), sketch_info(kll_import(x'02010F01C8000800', 'float'));
SELECT kll_get(kll_import(x'02020F04C80008000000000000002000', 'integer'), 0.5) = 9007199254740992;
SELECT kll_import(x'02020F04C80008000100000000002000', 'integer');
SELECT kll_import(x'02020F04C8000800000000000000F03F', 'integer');
SELECT kll_import(x'02020F04C8000800000000000000F03F', 'float');
SELECT kll_import(x'02020F04C80008000000803F', 'integer');
SELECT kll_import(x'02020F04C80008000000C07F', 'float');
SELECT kll_import(x'02020F04C80008000000803F', 'double');
SELECT kll_import(x'02020F04C80008000000803F', 4);
SELECT kll_import('text', 'float');
SELECT kll_import(x'', 'float');
SELECT kll_import((SELECT hll_sketch(x) FROM t), 'float');
-- Strings stay where they are; so do other forms.
SELECT kll_get(x'02020F04C80008000100000061', 0.5);
SELECT kll_import(x'02020F04C80008000100000061', 'float');
SELECT sketch_type(x'05030F00C80008000200000000000000C8000100C6000000C8000000000000000000F03F00000000000000400000000000000040000000000000F03F');
-- What is no KLL sketch is said to be none.
SELECT kll_get('abc', 0.5);
SELECT kll_get(x'02020F04C8000800000000000000F0', 0.5);
SELECT kll_get(x'02020F04C8000800000000000000F87F', 0.5);
SELECT kll_get(x'05010F02C80008000200000000000000C8000100C6000000000000000000F03F00000000000000400000000000000040000000000000F03F', 0.5);
SELECT kll_get(x'05010F00C80008000200000000000000C8000100C6000000000000000000F03F00000000000000400000000000000840000000000000F03F', 0.5);
SELECT kll_get(x'05010F00C80008000300000000000000C8000100C6000000000000000000F03F00000000000000400000000000000040000000000000F03F', 0.5);
SELECT kll_get((SELECT tdigest_sketch(x) FROM t), 0.5);
SELECT tdigest_get(kll_sketch(1), 0.5);
SELECT sketch_valid(x'02020F04C8000800000000000000F0'), sketch_valid(x'02020F04C8000800000000000000F03F');
