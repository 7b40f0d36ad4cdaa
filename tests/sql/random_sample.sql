CREATE TABLE t(x);
INSERT INTO t WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM c WHERE i < 1000) SELECT i FROM c;
-- Exactly n of total rows, in their order; the same for the same seed.
SELECT random_sample(x, 5, 1000, 1), random_sample(x, 5, 1000, 2) FROM t;
SELECT random_sample(x, 3, (SELECT count(*) FROM t), 1) FROM t;
SELECT random_sample(column1, 5, 5) FROM (VALUES (1), (1.0), ('1'), (x'31'), (''));
SELECT json_array_length(random_sample(x, 500, 1000)) FROM t;
SELECT count(*), count(DISTINCT value), sum(value BETWEEN 1 AND 1000) FROM json_each((SELECT random_sample(x, 100, 1000) FROM t));
SELECT (SELECT random_sample(x, 50, 1000) FROM t) <> (SELECT random_sample(x, 50, 1000) FROM t);
SELECT json_object('some', random_sample(1, 1, 1));
-- Too few or too many rows are an error; NULLs are not counted; without rows nothing is known.
SELECT random_sample(x, 5, 1001, 1) FROM t;
SELECT random_sample(x, 5, 999, 1) FROM t;
SELECT random_sample(column1, 1, 3, 1) FROM (VALUES (1), (NULL), (2));
SELECT random_sample(column1, 1, 2, 1) FROM (VALUES (1), (NULL), (1));
SELECT random_sample(NULL, 1, 1);
SELECT random_sample(x, 5, 1000) FROM t WHERE 0;
-- Parameters have ranges, and are the same in every row.
SELECT random_sample(1, 0, 1);
SELECT random_sample(1, -1, 1);
SELECT random_sample(1, 1000001, 2000000);
SELECT random_sample(1, 2, 1);
SELECT random_sample(1, 1, -1);
SELECT random_sample(1, 1, 1000000000001);
SELECT random_sample(1, 1, 'all');
SELECT random_sample(1, 1, 1, 'x');
SELECT random_sample(1, NULL, 1);
SELECT random_sample(x, 5, 1000, x) FROM t;
SELECT random_sample(1, 1);
-- Over a whole partition it is known to be complete; a growing frame is not.
SELECT DISTINCT x % 2, random_sample(x, 3, 500, 1) OVER (PARTITION BY x % 2) FROM t;
SELECT random_sample(x, 3, 1000, 1) OVER (ORDER BY x) FROM t;
SELECT random_sample(x, 3, 4, 1) OVER (ORDER BY x ROWS 3 PRECEDING) FROM t;
-- Each row in a tenth of all samples of 100 of 1,000: 100 times in 1,000 seeds, within five standard deviations.
SELECT count(*), min(n) > 52, max(n) < 148 FROM (
  SELECT value, count(*) AS n FROM t s, json_each((SELECT random_sample(x, 100, 1000, s.x) FROM t)) GROUP BY value);
-- A key is in or out for good: more of them with a larger p, others with another seed.
SELECT count(*) BETWEEN 70 AND 130, sum(sample_keep(x, 0.1)) = sum(sample_keep(x, 0.1) AND sample_keep(x, 0.2)),
       sum(sample_keep(x, 0.1) AND sample_keep(x, 0.1, 1)) BETWEEN 1 AND 25 FROM t WHERE sample_keep(x, 0.1) OR x < 0;
SELECT group_concat(x) FROM t WHERE sample_keep(x, 0.02);
SELECT group_concat(x) FROM t WHERE sample_keep(x, 0.02, 7);
SELECT sum(sample_keep(x, 0)), sum(sample_keep(x, 1)), sum(sample_keep(x, 1.0)) FROM t;
SELECT count(*) FROM t WHERE sample_keep(x, 0.5) <> sample_keep(x * 1.0, 0.5);
SELECT sample_keep(NULL, 0.5), sample_keep('a', 0.5), sample_keep(x'61', 0.5), sample_keep('', 0.5);
SELECT sample_keep(1, 1.5);
SELECT sample_keep(1, -0.1);
SELECT sample_keep(1, 'half');
SELECT sample_keep(1, NULL);
SELECT sample_keep(1, 0.5, 'x');
SELECT sample_keep(1);
PRAGMA trusted_schema = OFF;
CREATE TABLE g(k, kept AS (sample_keep(k, 0.5))) /* since 3.31 */;
INSERT INTO g VALUES (1), (2), (3), (4) /* since 3.31 */;
SELECT k, kept FROM g /* since 3.31 */;
CREATE INDEX kept ON t(x) WHERE sample_keep(x, 0.1);
SELECT count(*) FROM t WHERE sample_keep(x, 0.1);
