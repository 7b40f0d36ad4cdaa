-- Sketches with keys: F_by, F_by_merge and F_by_rows.
.mode list
CREATE TABLE t(g, x);
INSERT INTO t VALUES (1, 10), (1.0, 20), ('1', 10), (x'31', 10), (NULL, 10), (NULL, NULL),
  (2, NULL), (1, 10), ('a text that is longer than sixteen', 30), (0.5, 7), (0.5, 8);

-- Keys come in the order of their first rows, as they were there; NULL is one, and so is
-- one whose values are all NULL.
SELECT quote(key), round(hll_get(sketch)) FROM hll_by_rows((SELECT hll_by(g, x) FROM t));
SELECT quote(key), topk_json(sketch) FROM topk_by_rows((SELECT topk_by(g, x) FROM t));
SELECT quote(key), tdigest_get(sketch, 0.5) FROM tdigest_by_rows((SELECT tdigest_by(g, x) FROM t));
SELECT quote(key), cms_get(sketch, 10) FROM cms_by_rows((SELECT cms_by(g, x) FROM t));

-- What stands there is what GROUP BY gives, to the byte, parameters included.
WITH grouped AS (SELECT g, hll_sketch(x, 5) AS h, topk_sketch(x, 2, 9) AS k, tdigest_sketch(x, 30) AS d,
  cms_sketch(x, 0.1, 0.2) AS c FROM t GROUP BY g)
SELECT count(*), sum(hs.sketch = h), sum(ks.sketch = k), sum(ds.sketch = d), sum(cs.sketch = c)
  FROM grouped, hll_by_rows((SELECT hll_by(g, x, 5) FROM t)) AS hs, topk_by_rows((SELECT topk_by(g, x, 2, 9) FROM t)) AS ks,
    tdigest_by_rows((SELECT tdigest_by(g, x, 30) FROM t)) AS ds, cms_by_rows((SELECT cms_by(g, x, 0.1, 0.2) FROM t)) AS cs
  WHERE hs.key IS g AND ks.key IS g AND ds.key IS g AND cs.key IS g;
CREATE TABLE many AS WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 29999)
  SELECT i * 7919 % 30011 % 101 AS g, i * i % 30011 AS x FROM n;
SELECT count(*), sum(b.sketch = s) FROM hll_by_rows((SELECT hll_by(g, x) FROM many)) AS b
  JOIN (SELECT g, hll_sketch(x) AS s FROM many GROUP BY g) ON b.key = g;
SELECT count(*), sum(b.sketch = s) FROM topk_by_rows((SELECT topk_by('key ' || g, x, 5) FROM many)) AS b
  JOIN (SELECT g, topk_sketch(x, 5) AS s FROM many GROUP BY g) ON b.key = 'key ' || g;
SELECT count(*), sum(b.sketch = s) FROM tdigest_by_rows((SELECT tdigest_by(g, x) FROM many)) AS b
  JOIN (SELECT g, tdigest_sketch(x) AS s FROM many GROUP BY g) ON b.key = g;
SELECT count(*), sum(b.sketch = s) FROM kll_by_rows((SELECT kll_by(g, x) FROM many)) AS b
  JOIN (SELECT g, kll_sketch(x) AS s FROM many GROUP BY g) ON b.key = g;
SELECT count(*), sum(b.sketch = s) FROM theta_by_rows((SELECT theta_by(g, x, 6) FROM many)) AS b
  JOIN (SELECT g, theta_sketch(x, 6) AS s FROM many GROUP BY g) ON b.key = g;
SELECT count(*) FROM (SELECT key, sketch FROM kll_by_rows((SELECT kll_by(x % 3000, g) FROM many)) EXCEPT SELECT x % 3000, kll_sketch(g) FROM many GROUP BY 1);
SELECT min(rowid), max(rowid), count(*) FROM hll_by_rows((SELECT hll_by(g, x) FROM many));
SELECT count(*), sum(b.sketch = s) FROM cms_by_rows((SELECT cms_by(g, x) FROM many)) AS b
  JOIN (SELECT g, cms_sketch(x) AS s FROM many GROUP BY g) ON b.key = g;

-- The same when so much is held, here by six keys, that rows wait for each other.
CREATE TABLE large AS WITH six(i) AS (VALUES (1), (2), (3), (4), (5), (6)) SELECT printf('%.*c', 100000 + i, 'k') AS g, NULL AS x FROM six;
CREATE TABLE fed AS SELECT * FROM large UNION ALL SELECT nullif(g, 5), nullif(x, 7) FROM many;
SELECT count(*), sum(b.sketch = s) FROM hll_by_rows((SELECT hll_by(g, x) FROM fed)) AS b
  JOIN (SELECT g, hll_sketch(x) AS s FROM fed GROUP BY g) ON b.key IS g;
SELECT count(*), sum(b.sketch = s) FROM topk_by_rows((SELECT topk_by(g, 'item ' || x, 5) FROM fed)) AS b
  JOIN (SELECT g, topk_sketch('item ' || x, 5) AS s FROM fed GROUP BY g) ON b.key IS g;
SELECT count(*), sum(b.sketch = s) FROM tdigest_by_rows((SELECT tdigest_by(g, CASE x % 3 WHEN 0 THEN x || '.5' WHEN 1 THEN x / 8.0 ELSE x END) FROM fed)) AS b
  JOIN (SELECT g, tdigest_sketch(CASE x % 3 WHEN 0 THEN x || '.5' WHEN 1 THEN x / 8.0 ELSE x END) AS s FROM fed GROUP BY g) ON b.key IS g;
SELECT count(*), sum(b.sketch = s) FROM cms_by_rows((SELECT cms_by(g, x) FROM fed)) AS b
  JOIN (SELECT g, cms_sketch(x) AS s FROM fed GROUP BY g) ON b.key IS g;

-- However many rows come, or wait, and however long their texts are.
CREATE TABLE rows AS WITH rows(n) AS (VALUES (1), (31), (32), (33), (63), (64), (65), (1000)), sizes(w) AS (VALUES (0), (10), (40), (2048), (2049), (5000))
  SELECT n, w FROM rows, sizes WHERE w < 2000 OR n < 100;
CREATE TABLE cut AS SELECT n, w, many.rowid AS r, substr(printf('%.*c', w, 'x'), 1, w * (many.rowid % 3 > 0)) || g AS k, nullif(x, 7) || printf('%.*c', w, 'y') AS v
  FROM rows, many WHERE many.rowid <= n;
CREATE TABLE whole AS SELECT 'come' AS they, n, w, topk_by(k, v, 3) AS b, hll_by(k, v) AS h FROM cut GROUP BY n, w UNION ALL
  SELECT 'wait', n, w, (SELECT topk_by(k, v, 3) FROM (SELECT g AS k, x AS v FROM large UNION ALL SELECT * FROM (SELECT k, v FROM cut WHERE cut.n = rows.n AND cut.w = rows.w ORDER BY r))),
    (SELECT hll_by(k, v) FROM (SELECT g AS k, x AS v FROM large UNION ALL SELECT * FROM (SELECT k, v FROM cut WHERE cut.n = rows.n AND cut.w = rows.w ORDER BY r)))
  FROM rows;
CREATE TABLE counted AS SELECT they, n, w, key AS k, sketch FROM whole, topk_by_rows(b);
CREATE TABLE estimated AS SELECT they, n, w, key AS k, sketch FROM whole, hll_by_rows(h);
SELECT they, n, count(*), sum(counted.sketch = s), sum(estimated.sketch = h) FROM (SELECT n, w, k, topk_sketch(v, 3) AS s, hll_sketch(v) AS h FROM cut GROUP BY n, w, k)
  JOIN counted USING (n, w, k) JOIN estimated USING (they, n, w, k) GROUP BY they, n;
-- What is refused of a row that waits.
SELECT tdigest_by(g, CASE WHEN rowid = 40 THEN 'text' ELSE x END) FROM many WHERE rowid <= 40;
SELECT tdigest_by(g, CASE WHEN rowid = 46 THEN 'text' ELSE x END) FROM fed WHERE rowid <= 46;
SELECT tdigest_by(g, CASE WHEN rowid = 46 THEN 9e999 ELSE x END) FROM fed WHERE rowid <= 46;
SELECT tdigest_by(g, CASE WHEN rowid = 46 THEN tdigest_empty() ELSE x END) FROM fed WHERE rowid <= 46;
SELECT tdigest_by(1, s) FROM (SELECT tdigest_sketch(x) AS s FROM t WHERE x > 9);
SELECT tdigest_by(g, x) FROM (SELECT 1 AS g, 9e999 AS x UNION ALL SELECT 2, 1);

-- Each group of a GROUP BY has keys of its own.
SELECT g % 3, sketch_info(hll_by(g, x)) FROM many WHERE g < 9 GROUP BY g % 3;

-- Parts merge into what the whole is: here to the byte, since keys come in one order.
CREATE TABLE part AS SELECT x % 2 AS p, topk_by(g, x) AS k, hll_by(g, x) AS h, cms_by(g, x) AS c, tdigest_by(g, x) AS d
  FROM t GROUP BY p ORDER BY p;
SELECT hll_by_merge(h) = (SELECT hll_by(g, x) FROM (SELECT g, x FROM t ORDER BY x % 2, rowid LIMIT -1)), sketch_valid(topk_by_merge(k)), sketch_valid(cms_by_merge(c)),
  sketch_valid(tdigest_by_merge(d)) FROM part;
SELECT quote(key), topk_json(sketch) FROM topk_by_rows((SELECT topk_by_merge(k) FROM part)) ORDER BY key;
SELECT count(*), sum(abs(hll_get(b.sketch) - hll_get(s)) < 1e-9) FROM
  hll_by_rows((SELECT hll_by_merge(h) FROM (SELECT hll_by(g, x) AS h FROM many GROUP BY x % 5))) AS b
  JOIN (SELECT g, hll_merge(s) AS s FROM (SELECT g, hll_sketch(x) AS s FROM many GROUP BY g, x % 5) GROUP BY g) ON b.key = g;
SELECT hll_by_merge(h) = (SELECT h FROM part WHERE p = 1) FROM (SELECT NULL AS h UNION ALL SELECT h FROM part WHERE p = 1);

-- No rows, no keys.
SELECT hex(hll_by(g, x)) FROM t WHERE false;
SELECT hex(hll_by_merge(h)) FROM part WHERE false;
SELECT sketch_info(cms_by_merge(NULL));
SELECT count(*) FROM hll_by_rows((SELECT hll_by(g, x) FROM t WHERE false));
SELECT count(*) FROM hll_by_rows(NULL);

-- Whose they are.
SELECT sketch_type(h), sketch_info(h), sketch_valid(h), sketch_valid(substr(h, 1, length(h) - 1)) FROM part;
SELECT typeof(keyed), key FROM part, topk_by_rows(part.k) WHERE p = 1;

-- What is refused.
SELECT hll_by(g, x) OVER () FROM t;
SELECT hll_by(g, x, 99) FROM t;
SELECT hll_by(g, x, 5 + rowid) FROM t;
SELECT tdigest_by(g, 'text') FROM t;
SELECT hll_by(g) FROM t;
SELECT hll_by_merge(k) FROM part;
SELECT hll_get(h) FROM part;
SELECT hll_by_merge(x'4b455953');
SELECT hll_by_merge(hll_empty());
SELECT hll_by_merge('text');
SELECT * FROM hll_by_rows;
SELECT * FROM hll_by_rows((SELECT k FROM part));
SELECT * FROM hll_by_rows((SELECT substr(h, 1, length(h) - 1) FROM part));
-- So does what asks of any family.
SELECT sketch_info(substr(h, 1, length(h) - 1)) FROM part;
SELECT cms_by_merge(c) FROM (SELECT cms_by(1, 2) AS c UNION ALL SELECT cms_by(1, 2, 0.1));
-- The sketch of another family inside; one key twice, and once.
SELECT hll_by_merge(CAST(x'4b4559530103686c6c01' || x'000c' || topk_empty(100) AS BLOB));
SELECT hll_by_merge(CAST(x'4b4559530103686c6c02' || x'0008' || hll_empty() || x'0008' || hll_empty() AS BLOB));
SELECT sketch_info(hll_by_merge(CAST(x'4b4559530103686c6c01' || x'0008' || hll_empty() AS BLOB)));

-- What is held while rows come, and the BLOB in the end, are bounded by SQLite's limit.
.limit length 100000
SELECT sketch_info(hll_by(g, x)) FROM t;
SELECT hll_by(x, g) FROM many;
SELECT hll_by_merge(h) FROM (SELECT hll_by(x, g) AS h FROM many GROUP BY x / 100);
