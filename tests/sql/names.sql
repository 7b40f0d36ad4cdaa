-- The names that people bring from elsewhere, and what they write by mistake.
CREATE TABLE t(x, n REAL);
WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 1000)
INSERT INTO t SELECT 'page ' || (i % 7), i FROM c;
INSERT INTO t VALUES (NULL, NULL);

SELECT approx_count_distinct(x), hll_count(x) FROM t;
SELECT approx_count_distinct(x, 0.01), approx_count_distinct(x, 12) FROM t;
SELECT approx_quantile(n, 0.5) = tdigest_quantile(n, 0.5), approx_percentile(n, 0.5) = tdigest_quantile(n, 0.5) FROM t;
SELECT approx_percentile(n, '[0, 1]') FROM t;
SELECT approx_top_k(x, 3) FROM t;
SELECT n > 500, approx_top_k(x, 2), json_array(approx_top_k(x, 1)) FROM t WHERE n IS NOT NULL GROUP BY 1;
SELECT approx_top_k(column1) FROM (VALUES (1), (2.5), ('two'), (x'02'), (NULL), (1.0));
-- No rows.
SELECT approx_count_distinct(x), approx_quantile(x, 0.5), approx_percentile(x, 0.5), approx_top_k(x) FROM t WHERE 0;

-- What was meant?
SELECT approx_percentile(n, 95) FROM t;
SELECT tdigest_quantile(n, 99.9) FROM t;
SELECT tdigest_quantile(n, 101) FROM t;
SELECT tdigest_quantile(n, 0.5, 0.95) FROM t;
SELECT tdigest_quantile(n, 0.5, 5) FROM t;
SELECT cms_estimate(x, 'page 1', 'page 2') FROM t;
SELECT cms_estimate(x, 'page 1', 2) FROM t;
SELECT approx_top_k(x, 0) FROM t;
SELECT topk_json(topk(x)) FROM t;
SELECT * FROM topk_rows((SELECT topk(x) FROM t));
SELECT topk_trend(topk(x), topk_sketch(x)) FROM t;
SELECT topk_by_merge(approx_top_k) FROM (SELECT approx_top_k(x) AS approx_top_k FROM t);
SELECT tdigest_get(tdigest_quantile(n, '[0.5]'), 0.5) FROM t;
SELECT tdigest_quantile(s, 0.5) FROM (SELECT tdigest_sketch(n) AS s FROM t);
SELECT tdigest_sketch_weighted(s, 2) FROM (SELECT tdigest_sketch(n) AS s FROM t);
SELECT approx_quantile(x'0102', 0.5);
-- Where it is SQLite's to say, docs/coming-from.md has the line.
SELECT topk_rows(topk_sketch(x)) FROM t;
SELECT tdigest_bins(tdigest_sketch(n)) FROM t;
SELECT * FROM topk_rows(topk_sketch(x));
SELECT tdigest_get(tdigest_sketch(n), 0.5, 0.95) FROM t;
SELECT cms_get(cms_sketch(x), 'a', 'b') FROM t;

-- What there is.
SELECT kind, count(*) > 0 FROM sketch_functions GROUP BY 1 ORDER BY 1;
SELECT name, arguments, kind FROM sketch_functions WHERE name IN ('topk', 'topk_rows', 'hll_union', 'hll_empty', 'reservoir_sample', 'sketch_version', 'sketch_functions') ORDER BY 1;
SELECT a.name FROM sketch_functions a JOIN sketch_functions b ON a.rowid = b.rowid WHERE a.name <> b.name;
SELECT count(*) = count(DISTINCT name), min(rowid), max(rowid) = count(*) FROM sketch_functions;
CREATE VIEW help AS SELECT name, summary FROM sketch_functions;
PRAGMA trusted_schema = OFF;
SELECT * FROM help WHERE name = 'topk';
