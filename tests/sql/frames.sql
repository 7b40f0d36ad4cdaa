-- Rows that leave a window frame one by one.
CREATE TABLE part(t INTEGER, g INTEGER, s BLOB, c BLOB);
WITH RECURSIVE i(t) AS (SELECT 0 UNION ALL SELECT t + 1 FROM i WHERE t < 39),
     v(t, x) AS (SELECT t, t * 3 FROM i UNION ALL SELECT t, x + 1 FROM v WHERE x < t * 3 + 4)
INSERT INTO part SELECT t, t % 2, hll_sketch(x), cms_sketch(x) FROM v GROUP BY t;
INSERT INTO part VALUES (17, 1, NULL, NULL);

SELECT t, round(hll_get(hll_merge(s) OVER (ORDER BY t ROWS 2 PRECEDING))),
       cms_total(cms_merge(c) OVER (ORDER BY t ROWS 2 PRECEDING)) FROM part LIMIT 6;
-- Cells are those of the frame computed afresh, whatever the frame.
SELECT count(*), sum(a <> b) FROM (SELECT
  cms_merge(c) OVER (ORDER BY t ROWS BETWEEN 5 PRECEDING AND 3 FOLLOWING) AS a,
  cms_merge(c) OVER (ORDER BY t ROWS BETWEEN 5 PRECEDING AND 3 FOLLOWING EXCLUDE NO OTHERS) AS b FROM part) /* since 3.28 */;
SELECT count(*), sum(a <> b) FROM (SELECT
  cms_merge(c) FILTER (WHERE t % 3 <> 0) OVER (PARTITION BY g ORDER BY t DESC RANGE BETWEEN 7 PRECEDING AND 2 PRECEDING) AS a,
  cms_merge(c) FILTER (WHERE t % 3 <> 0) OVER (PARTITION BY g ORDER BY t DESC RANGE BETWEEN 7 PRECEDING AND 2 PRECEDING EXCLUDE NO OTHERS) AS b FROM part) /* since 3.28 */;
-- Sketches of several sizes, none of which meet in a frame; an empty one goes with all.
SELECT t, cms_total(m), cms_error(m) FROM (SELECT t, cms_merge(s) OVER (ORDER BY t ROWS 1 PRECEDING) AS m FROM (
  SELECT 1 AS t, cms_sketch(1, 0.01) AS s UNION ALL SELECT 2, cms_sketch(2, 0.01) UNION ALL SELECT 3, NULL UNION ALL SELECT 4, cms_empty(0.3)
  UNION ALL SELECT 5, cms_sketch(1, 0.2) UNION ALL SELECT 6, cms_sketch(3, 0.2)));
SELECT cms_total(cms_merge(s) OVER (ORDER BY t ROWS 1 PRECEDING)) FROM (SELECT 1 AS t, cms_sketch(1, 0.2) AS s UNION ALL SELECT 2, cms_sketch(2, 0.3));
-- Frames without a row, and those that end before they begin.
SELECT DISTINCT cms_total(cms_merge(c) OVER (ORDER BY t ROWS BETWEEN 2 FOLLOWING AND 1 FOLLOWING)) FROM part;
SELECT DISTINCT cms_total(cms_merge(c) OVER (ORDER BY t GROUPS BETWEEN 1 PRECEDING AND 3 PRECEDING)) FROM part /* since 3.28 */;
SELECT t, cms_total(cms_merge(c) OVER (ORDER BY t ROWS BETWEEN 3 FOLLOWING AND 4 FOLLOWING)) FROM part WHERE t > 35;
SELECT DISTINCT cms_total(cms_sketch(t) OVER (ORDER BY t ROWS BETWEEN 2 FOLLOWING AND 1 FOLLOWING)) FROM part;

-- What cannot be: nothing is dropped in silence.
SELECT round(hll_get(hll_merge(x) OVER (ORDER BY t ROWS 1 PRECEDING)), 6) FROM (SELECT t, CASE t WHEN 3 THEN x'010203' ELSE s END AS x FROM part) LIMIT 5;
SELECT max(n) FROM (SELECT hll_get(hll_merge(s) OVER (ORDER BY i ROWS BETWEEN CURRENT ROW AND 3000 FOLLOWING)) AS n FROM
  (SELECT s, row_number() OVER () AS i FROM part a, (SELECT 1 FROM part LIMIT 40), (SELECT 1 FROM part LIMIT 3)));

-- HyperLogLog slides: exact while there are few different values, and then by the registers
-- of the frame.
CREATE TABLE n(t INTEGER PRIMARY KEY, x INTEGER);
WITH RECURSIVE i(t) AS (SELECT 0 UNION ALL SELECT t + 1 FROM i WHERE t < 3999) INSERT INTO n SELECT t, t * 7919 % 1009 FROM i;
SELECT count(*), sum(a <> b) FROM (SELECT
  hll_count(x) OVER (ORDER BY t ROWS 300 PRECEDING) AS a,
  hll_count(x) OVER (ORDER BY t ROWS 300 PRECEDING EXCLUDE NO OTHERS) AS b FROM n WHERE t < 1500) /* since 3.28 */;
SELECT count(*), sum(abs(a - b) > 0.05 * b) FROM (SELECT
  hll_count(x, 10) OVER (ORDER BY t ROWS BETWEEN 700 PRECEDING AND 100 FOLLOWING) AS a,
  min(count(*) OVER (ORDER BY t ROWS BETWEEN 700 PRECEDING AND 100 FOLLOWING), 1009) AS b FROM n GROUP BY t, x);
SELECT t, hll_count(x) OVER w, approx_count_distinct(x) OVER w, round(hll_get(hll_sketch(x) OVER w)) FROM n
  WINDOW w AS (ORDER BY t ROWS BETWEEN 5 FOLLOWING AND 6 FOLLOWING) LIMIT 3;

-- Quantiles slide, exactly, one or several.
SELECT count(*), sum(a <> b) FROM (SELECT
  tdigest_quantile(x, '[0, 0.25, 0.5, 0.99, 1]') OVER (ORDER BY t ROWS BETWEEN 300 PRECEDING AND 5 FOLLOWING) AS a,
  tdigest_quantile(x, '[0, 0.25, 0.5, 0.99, 1]') OVER (ORDER BY t ROWS BETWEEN 300 PRECEDING AND 5 FOLLOWING EXCLUDE NO OTHERS) AS b FROM n WHERE t < 1500) /* since 3.28 */;
SELECT t, tdigest_quantile(nullif(x, 0), 0.5) OVER w, approx_percentile(x, 1) OVER w FROM n
  WINDOW w AS (ORDER BY t ROWS BETWEEN 1 FOLLOWING AND 3 FOLLOWING) LIMIT 3 OFFSET 3995;
SELECT tdigest_quantile(CASE t WHEN 9 THEN 'nine' ELSE x END, 0.5) OVER (ORDER BY t ROWS 2 PRECEDING) FROM n LIMIT 12;
SELECT tdigest_quantile(x, 1.5) OVER (ORDER BY t ROWS 2 PRECEDING) FROM n;
SELECT length(tdigest_sketch(x) OVER (ORDER BY t ROWS 2 PRECEDING)) FROM n;

-- Top-k slides: the counts of the frame, all of them, without an error.
SELECT t, topk(x % 3, 2) OVER (ORDER BY t ROWS 4 PRECEDING) FROM n LIMIT 8;
SELECT count(*), sum(a <> b), sum(c <> d) FROM (SELECT
  topk(x % 400, 12, 1000) OVER v AS a, topk(x % 400, 12, 1000) OVER w AS b,
  topk_weighted(x % 50, x % 4, 3) OVER v AS c, topk_weighted(x % 50, x % 4, 3) OVER w AS d FROM n WHERE t < 1500
  WINDOW v AS (ORDER BY t ROWS BETWEEN 300 PRECEDING AND 9 FOLLOWING), w AS (ORDER BY t ROWS BETWEEN 300 PRECEDING AND 9 FOLLOWING EXCLUDE NO OTHERS)) /* since 3.28 */;
-- Values are shown as the oldest row of the frame has them.
SELECT t, topk(CASE WHEN t % 3 = 0 THEN 7 ELSE 7.0 END) OVER (ORDER BY t ROWS 1 PRECEDING) FROM n LIMIT 6;
SELECT t, approx_top_k(x % 5, 2) OVER (ORDER BY t ROWS BETWEEN 2 FOLLOWING AND 6 FOLLOWING) FROM n WHERE t < 9;
SELECT t, topk(x) OVER w, topk(x) FILTER (WHERE t % 2) OVER w FROM n WHERE t < 4 WINDOW w AS (ORDER BY t ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING);
SELECT t, topk(x) OVER (ORDER BY t ROWS BETWEEN 1 PRECEDING AND 2 PRECEDING) FROM n LIMIT 2;
SELECT topk_weighted(x, 9223372036854775807 - t) OVER (ORDER BY t ROWS 0 PRECEDING) FROM n LIMIT 2;
SELECT topk_weighted(x, 9223372036854775807 - 2 * t) OVER (ORDER BY t ROWS 1 PRECEDING) FROM n WHERE t > 0 LIMIT 2;

-- Samples slide: rows of the frame, in their order.
SELECT t, reservoir_sample(t, 3, 7) OVER (ORDER BY t ROWS 9 PRECEDING) FROM n LIMIT 20;
SELECT count(*), sum(m), max(m), sum(a) FROM (SELECT json_array_length(s) AS m,
  (SELECT count(*) FROM json_each(s) WHERE value NOT BETWEEN t - 50 AND t + 10) AS a FROM (
  SELECT t, reservoir_sample(t, 20) OVER (ORDER BY t ROWS BETWEEN 50 PRECEDING AND 10 FOLLOWING) AS s FROM n WHERE t < 600));

-- What does not slide says so.
SELECT topk_sketch(x) OVER (ORDER BY t ROWS 1 PRECEDING) IS NOT NULL FROM n LIMIT 3;
SELECT random_sample(x, 2, 3) OVER (ORDER BY t ROWS 2 PRECEDING) FROM n WHERE t < 4;
