-- Questions and parameters are those of the first row, by value and by type, in every later row.
CREATE TABLE t AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT i, i % 7 AS x FROM n;
-- One number: another value, REAL for INTEGER, text and BLOB that say it, and NULL; early, and after many rows.
SELECT topk(x, CASE WHEN i < 3 THEN 2 ELSE 3 END) FROM t;
SELECT topk(x, CASE WHEN i < 2900 THEN 2 ELSE 3 END) FROM t;
SELECT topk(x, CASE WHEN i < 2900 THEN 2 ELSE 2.0 END) FROM t;
SELECT topk(x, CASE WHEN i < 2900 THEN 2 ELSE '2' END) FROM t;
SELECT topk(x, CASE WHEN i < 2900 THEN 2 ELSE x'32' END) FROM t;
SELECT topk(x, CASE WHEN i < 2900 THEN 2 ELSE NULL END) FROM t;
SELECT hll_count(x, CASE WHEN i < 2900 THEN 12 ELSE 12.0 END) FROM t;
SELECT reservoir_sample(x, CASE WHEN i < 2900 THEN 2 ELSE '2' END) FROM t;
-- Two numbers and more: the last one counts as the first does.
SELECT topk(x, 2, CASE WHEN i < 2900 THEN 40 ELSE 41 END) FROM t;
SELECT topk(x, 2, CASE WHEN i < 2900 THEN 40 ELSE 40.0 END) FROM t;
SELECT topk(x, CASE WHEN i < 2900 THEN 2 ELSE '2' END, 40) FROM t;
SELECT cms_estimate(x, 1, 0.01, CASE WHEN i < 2900 THEN 0.01 ELSE 0.02 END) FROM t;
SELECT cms_estimate(x, CASE WHEN i < 2900 THEN 1 ELSE 1.0 END, 0.01, 0.01) FROM t;
SELECT random_sample(x, 2, 3000, CASE WHEN i < 2900 THEN 7 ELSE '7' END) FROM t;
-- REALs: another value, INTEGER for REAL, and the two zeros, which are one number.
SELECT tdigest_quantile(x, CASE WHEN i < 2900 THEN 0.5 ELSE 0.25 END) FROM t;
SELECT tdigest_quantile(x, CASE WHEN i < 2900 THEN 1.0 ELSE 1 END) FROM t;
SELECT tdigest_quantile(x, CASE WHEN i < 2900 THEN 0.0 ELSE -0.0 END), tdigest_quantile(x, CASE WHEN i < 2900 THEN -0.0 ELSE 0.0 END, 50) FROM t;
-- Texts and NULL, which are not numbers.
SELECT tdigest_quantile(x, CASE WHEN i < 2900 THEN '[0.5]' ELSE '[0.5, 1]' END) FROM t;
SELECT tdigest_quantile(x, CASE WHEN i < 2900 THEN '0.5' ELSE 0.5 END) FROM t;
SELECT tdigest_quantile(x, NULL), tdigest_quantile(x, '[0, 1]'), cms_estimate(x, '1'), cms_estimate(x, 1) FROM t;
SELECT tdigest_quantile(x, CASE WHEN i < 2900 THEN NULL ELSE 0.5 END) FROM t;
-- A row of NULL is checked as well, and counts nowhere.
SELECT topk(CASE WHEN i < 2900 THEN x ELSE NULL END, CASE WHEN i < 2900 THEN 2 ELSE 3 END) FROM t;
SELECT topk(CASE WHEN i < 2900 THEN x ELSE NULL END, 2), hll_count(nullif(x, 3), 12), tdigest_quantile(nullif(x, 3), 1) FROM t;
-- Weights stay beside numbers.
SELECT topk_weighted(x, i, 2), topk_weighted(x, 1, 2, 40) FROM t;
SELECT topk_weighted(x, i, CASE WHEN i < 2900 THEN 2 ELSE 2.0 END) FROM t;
-- Frames: rows leave, and the next one is known to the frame.
SELECT DISTINCT cms_estimate(x, 1) OVER (ORDER BY i ROWS 13 PRECEDING) FROM t WHERE i > 100;
SELECT max(e) FROM (SELECT cms_estimate(x, CASE WHEN i < 2900 THEN 1 ELSE 2 END) OVER (ORDER BY i ROWS 13 PRECEDING) AS e FROM t);
