-- A histogram of a stored sketch.
CREATE TABLE t AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 20000)
  SELECT i * 7919 % 10007 / 10007.0 + i * 104729 % 10009 / 10009.0 + i * 1299709 % 10037 / 10037.0 AS x FROM c;
CREATE TABLE s AS SELECT tdigest_sketch(x) AS s FROM t;
SELECT printf('%4.2f  %4.2f  %4d', lower, upper, count), bar, '' FROM s, tdigest_bins(s, 12);
-- The bars are of one width, and all that is not nothing is seen.
SELECT count(*), count(DISTINCT length(bar)), min(length(bar)), sum(count) FROM s, tdigest_bins(s);
SELECT count(*), sum(count), sum(count > 0 AND trim(bar) = ''), sum(count = 0 AND trim(bar) <> '') FROM s, tdigest_bins(s, 1000);
SELECT count, '[' || bar || ']' FROM tdigest_bins((SELECT tdigest_sketch_weighted(column1, column2) FROM (VALUES (0, 1000), (1, 1), (2, 500), (3, 6), (4, 990), (5, 1))), 5);
-- Counts add up whatever n is.
SELECT many, (SELECT sum(count) FROM s, tdigest_bins(s, many)) FROM (SELECT 1 AS many UNION ALL VALUES (2), (3), (7), (100), (999));
-- Values on an end belong to what begins there, and the largest to the last.
SELECT * FROM tdigest_bins((SELECT tdigest_sketch(column1) FROM (VALUES (1), (2), (2), (3), (3), (3), (4))), 3);
-- One value, all equal, weights, no rows, NULL.
SELECT * FROM tdigest_bins((SELECT tdigest_sketch(5)));
SELECT lower, upper, count FROM tdigest_bins((SELECT tdigest_sketch(2.5) FROM t), 7);
SELECT round(lower, 3), round(upper, 3), count FROM tdigest_bins((SELECT tdigest_sketch_weighted(x, 1000000000000) FROM t), 2);
SELECT count(*) FROM tdigest_bins(tdigest_empty());
SELECT count(*) FROM tdigest_bins(NULL);
SELECT count(*) FROM s, tdigest_bins(s, NULL);
SELECT count(*) FROM tdigest_bins((SELECT tdigest_sketch(x) FROM t WHERE false));
-- Ranges that overflow, or in which there is no room; infinities are not in sketches.
SELECT lower = -1.7e308, upper, count FROM tdigest_bins((SELECT tdigest_sketch(column1) FROM (VALUES (-1.7e308), (0), (1e308), (1.7e308))), 2);
SELECT sum(count), sum(lower = upper) FROM tdigest_bins((SELECT tdigest_sketch(column1) FROM (VALUES (0), (4.94065645841247e-324))), 9);
SELECT count(*) FROM tdigest_bins((SELECT tdigest_sketch(9e999)));
-- Merged sketches, and every row of a table.
SELECT sum(count) FROM tdigest_bins((SELECT tdigest_merge(s) FROM (SELECT s FROM s UNION ALL SELECT tdigest_sketch(9) FROM t)), 5);
SELECT g, group_concat(count) FROM (SELECT 1 AS g, tdigest_sketch(column1) AS d FROM (VALUES (1), (2)) UNION ALL SELECT 2, tdigest_sketch(column1) FROM (VALUES (1), (9), (9))), tdigest_bins(d, 2) GROUP BY g;
-- Arguments out of range, and what is no t-digest.
SELECT count(*) FROM s, tdigest_bins(s, 0);
SELECT count(*) FROM s, tdigest_bins(s, 1001);
SELECT count(*) FROM s, tdigest_bins(s, 'ten');
SELECT count(*) FROM s, tdigest_bins(s, '10'), tdigest_bins(s, 10.0);
SELECT * FROM tdigest_bins;
SELECT * FROM tdigest_bins(topk_empty());
SELECT * FROM tdigest_bins(x'00');
SELECT * FROM tdigest_bins(17);
SELECT count(*) FROM s, tdigest_bins(substr(s, 1, length(s) - 1));
SELECT DISTINCT b.sketch = s.s, b.n FROM s, tdigest_bins(s, '2') AS b;
PRAGMA trusted_schema = OFF;
CREATE VIEW histogram AS SELECT count, bar FROM s, tdigest_bins(s, 2);
SELECT count FROM histogram;
