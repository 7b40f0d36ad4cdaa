-- The same rows give the same bytes on every machine, whatever has compiled them.  All
-- numbers that go in are exact; a REAL that comes out shows as the bytes of a sketch of it.
CREATE TABLE t(x, w, g);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
INSERT INTO t SELECT (i * i % 10007) * (i % 97) / 1024.0, 1 + i % 5, i % 7 FROM n;
-- t-digests, of one stream, merged and weighted; quantiles, ranks and shares.
SELECT hex(tdigest_sketch(x, 10)) FROM t;
SELECT hex(tdigest_merge(s)) FROM (SELECT tdigest_sketch(x, 10) AS s FROM t GROUP BY g);
SELECT hex(tdigest_sketch_weighted(x, w, 10)) FROM t;
SELECT hex(tdigest_sketch(tdigest_get(s, column1))) FROM (VALUES (0.015625), (0.5), (0.875), (0.9990234375)), (SELECT tdigest_sketch(x) AS s FROM t);
SELECT hex(tdigest_sketch(tdigest_rank(s, column1))) FROM (VALUES (0.5), (99), (700.25)), (SELECT tdigest_sketch(x) AS s FROM t);
SELECT hex(tdigest_sketch(tdigest_mean(s))) FROM (SELECT tdigest_sketch(x) AS s FROM t);
-- HyperLogLog: its bytes and its estimates.
SELECT hex(hll_sketch(x, 6)), hex(hll_sketch(x, 21)) FROM t WHERE g = 3 AND w = 2 AND x < 20;
SELECT hex(hll_sketch(x, 6)) FROM t;
SELECT hex(tdigest_sketch(hll_get(s))), hex(tdigest_sketch(hll_lower(s))), hex(tdigest_sketch(hll_upper(s, 3)))
  FROM (SELECT hll_sketch(x, 8) AS s FROM t UNION ALL SELECT hll_merge(s) FROM (SELECT hll_sketch(x, 8) AS s FROM t GROUP BY g)) GROUP BY s;
-- Samples, and who is in.
SELECT hex(reservoir_sketch(x, 3, 1)) FROM t;
SELECT hex(reservoir_merge(s)) FROM (SELECT reservoir_sketch(x, 2, g) AS s FROM t GROUP BY g);
SELECT random_sample(g, 9, 5000, 1), sum(sample_keep(x, 0.125)) FROM t;
-- Count-min and top-k.
SELECT hex(cms_sketch(g, 0.25, 0.5)) FROM t;
SELECT hex(tdigest_sketch(cms_error(s))) FROM (SELECT cms_sketch(x) AS s FROM t);
SELECT hex(topk_sketch(x, 2, 3)) FROM t;
-- What two sketches have in common is found by logarithms, which libraries round differently.
SELECT hll_intersection(a, b), hll_jaccard(a, b)
  FROM (SELECT hll_sketch(x, 10) FILTER (WHERE g < 5) AS a, hll_sketch(x, 10) FILTER (WHERE g > 1) AS b FROM t) /* since 3.30 */;
