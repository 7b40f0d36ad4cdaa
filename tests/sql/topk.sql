-- No rows: an empty list, or a valid empty sketch.
CREATE TABLE t(x, w);
SELECT topk(x), topk(x, 3), topk_weighted(x, w) FROM t;
SELECT sketch_info(topk_sketch(x)), topk_json(topk_sketch(x)) FROM t;
SELECT sketch_info(topk_merge(x)) FROM t;
SELECT topk(x) FROM t GROUP BY x;
-- NULL is not a value, alone or among others.
SELECT topk(NULL), topk_json(topk_sketch(NULL)), topk_json(NULL), topk_get(NULL, 1);
SELECT topk_get(topk_sketch(1), NULL), topk_lower(topk_sketch(1), NULL);
SELECT topk(column1) FROM (VALUES (NULL), (2), (NULL), (2));
SELECT count(*) FROM topk_rows(NULL);
-- Numbers that are equal are one value; a text or a BLOB is another.
SELECT topk(column1) FROM (VALUES (1), (1.0), ('1'), (x'31'), (1), ('1'), (''), (x''));
SELECT topk(column1) FROM (VALUES (0.0), (-0.0), (0), (9007199254740993), (9007199254740992.0));
SELECT typeof(value), CASE typeof(value) WHEN 'blob' THEN hex(value) ELSE value END, count FROM topk_rows((SELECT topk_sketch(column1) FROM
  (VALUES (2.0), (2), (2.5), ('2'), (x'32'), (1e300), (-1e999), (9223372036854775807))));
-- Equal counts: smaller values first.
SELECT topk(column1, 4) FROM (VALUES ('b'), ('a'), (x'61'), (10), (9), (9.5));
-- Texts go into JSON as JSON wants them.
SELECT topk(column1) FROM (VALUES ('"'), ('\'), (char(9)), ('é'), ('日本'));
SELECT topk(CAST(x'ff41' AS TEXT)) /* UTF-8 only */;
SELECT topk(column1) FROM (VALUES (0.1), (1e100), (-1e999), (123456789.125));
SELECT json_object('top', topk(1));
-- Parameters have ranges, and are the same in every row.
SELECT topk(1, 0);
SELECT topk(1, 10001);
SELECT topk(1, 2.5);
SELECT topk(1, 'ten');
SELECT topk(1, NULL);
SELECT topk(1, x'0a');
SELECT topk(1, 10, 9);
SELECT topk(1, 10, 20001);
SELECT topk(1, 10.0, 10);
SELECT topk(column1, column1) FROM (VALUES (3), (3), (4));
SELECT topk(column1, 3, column1) FROM (VALUES (30), (40));
SELECT topk(1, 2, 3, 4);
SELECT topk_json(topk_sketch(1), 0);
SELECT rank FROM topk_rows((SELECT topk_sketch(1)), -1);
-- Weights are whole numbers that are not negative.
SELECT topk_weighted(column1, column2) FROM (VALUES ('a', 2), ('b', 3.0), ('a', 2), ('c', 0), ('d', NULL));
SELECT topk_weighted(1, -1);
SELECT topk_weighted(1, 0.5);
SELECT topk_weighted(1, 'many');
SELECT topk_weighted(1, 9223372036854775807);
SELECT topk_weighted(column1, 9223372036854775807) FROM (VALUES (1), (1));
-- Building, merging, uniting and adding agree.
INSERT INTO t SELECT value % 7, 1 + value % 3 FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13]');
SELECT topk_json(topk_sketch(x), 3) = topk(x, 3) FROM t;
SELECT topk_json(topk_sketch_weighted(x, w, 20), 2), topk_weighted(x, w, 2) FROM t;
SELECT topk_json(topk_merge(s), 3) = (SELECT topk(x, 3) FROM t)
  FROM (SELECT topk_sketch(x) AS s FROM t GROUP BY w);
SELECT topk_json(topk_union((SELECT topk_sketch(x) FROM t), NULL, topk_sketch(5)), 2);
SELECT topk_json(topk_union()), topk_json(topk_union(NULL));
SELECT topk_json(topk_add(topk_add(NULL, 'a'), 'b', 2)), topk_json(topk_add(NULL, NULL));
-- Of more than there was before, from far behind to the front.
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12), added AS (SELECT w, topk_add(s, 9, w) AS s FROM (SELECT topk_sketch(i) AS s FROM n), (SELECT 1 AS w UNION SELECT 12 UNION SELECT 1000000))
SELECT w, sketch_valid(s), topk_merge(s) = s, topk_get(s, 9), topk_lower(s, 3), topk_upper(s, 12) FROM added GROUP BY w;
SELECT sketch_info(topk_merge(s)) FROM (SELECT topk_sketch(1, 5) AS s UNION ALL SELECT topk_sketch(2, 50));
SELECT sketch_info(topk_merge(s)) FROM (SELECT topk_sketch(x, 5) AS s FROM t WHERE 0 UNION ALL SELECT topk_sketch(2, 500));
-- An UPSERT keeps a sketch up to date.
CREATE TABLE hour(h INTEGER PRIMARY KEY, top BLOB NOT NULL);
INSERT INTO hour SELECT x % 2, topk_add(NULL, x) FROM t WHERE true
  ON CONFLICT(h) DO UPDATE SET top = topk_union(top, excluded.top);
SELECT h, topk_json(top, 2) FROM hour;
-- Bounds of one value.
SELECT topk_lower(s, 1), topk_get(s, 1), topk_upper(s, 1), topk_get(s, 1.0), topk_get(s, '1')
  FROM (SELECT topk_sketch(x) AS s FROM t);
-- Many more values than counters: the heavy ones are exact here, and bounds enclose the others.
CREATE TABLE n AS WITH RECURSIVE c(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM c WHERE i < 29999)
  SELECT CASE WHEN i % 3 = 0 THEN i % 5 ELSE i * 7919 % 30011 + 100 END AS x FROM c;
SELECT topk(x, 5) FROM n;
SELECT sum(topk_get(s, x) < count OR topk_lower(s, x) > count), count(*) > 15000
  FROM (SELECT topk_sketch(x) AS s FROM n), (SELECT x, count(*) AS count FROM n GROUP BY x);
-- Sorted input is exact with as few counters as answers.
SELECT (SELECT json_group_array(error) FROM topk_rows((SELECT topk_sketch(x, 5, 5) FROM (SELECT x FROM n ORDER BY x))));
-- Rows join back, and an argument can come from either side.
SELECT r.rank, t.x, r.count FROM topk_rows((SELECT topk_sketch(x) FROM t), 2) r JOIN t ON t.x = r.value GROUP BY r.rank;
SELECT h, r.value FROM hour, topk_rows(hour.top, 1) r;
SELECT h, r.value FROM topk_rows(hour.top, 1) r, hour;
SELECT rank, value FROM topk_rows WHERE sketch = (SELECT topk_sketch(7)) AND k = 1;
SELECT * FROM topk_rows;
SELECT * FROM topk_rows('no');
-- Windows: running, partitioned, sliding, afresh.
SELECT x, topk(x, 1) OVER (ORDER BY rowid) FROM t LIMIT 3;
SELECT DISTINCT w, topk(x, 1) OVER (PARTITION BY w) FROM t ORDER BY w;
SELECT topk(x, 1) OVER (ORDER BY rowid ROWS 1 PRECEDING) FROM t;
SELECT topk(x, 2) OVER (ORDER BY rowid ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE NO OTHERS) FROM t LIMIT 3 /* since 3.28 */;
SELECT topk(x) OVER (ORDER BY rowid GROUPS BETWEEN 2 FOLLOWING AND 1 FOLLOWING) FROM t LIMIT 2 /* since 3.28 */;
SELECT topk(x) FILTER (WHERE x > 100), topk(DISTINCT x) FROM t WHERE x < 3 /* since 3.30 */;
SELECT topk_json(topk_merge(top) OVER (ORDER BY h), 1) FROM hour;
-- What is no top-k sketch is said to be none.
SELECT topk_json('abc');
SELECT topk_json(17);
SELECT topk_json(x'');
SELECT topk_json(x'544f504b');
SELECT topk_json(substr(s, 1, length(s) - 1)) FROM (SELECT topk_sketch(x) AS s FROM t);
SELECT topk_merge(w) FROM t;
SELECT topk_union(topk_sketch(1), 5);
SELECT topk_add('x', 1);
-- Views, generated columns and indexes may use it, whatever is trusted.
PRAGMA trusted_schema = OFF;
CREATE VIEW best AS SELECT topk(x, 1) AS top FROM t;
SELECT top FROM best;
CREATE VIEW ranks AS SELECT value, count FROM topk_rows((SELECT topk_sketch(x) FROM t), 1);
SELECT * FROM ranks;
CREATE TABLE g(s BLOB, first TEXT AS (topk_json(s, 1))) /* since 3.31 */;
INSERT INTO g SELECT topk_sketch(x) FROM t /* since 3.31 */;
SELECT first FROM g /* since 3.31 */;
CREATE INDEX first_of ON g(topk_get(s, 1)) /* since 3.31 */;
SELECT count(*) FROM g WHERE topk_get(s, 1) = 2 /* since 3.31 */;
-- A value that no part lists is not listed by the merge, but its bound and the error cover it.
CREATE TABLE log AS WITH RECURSIVE h(h) AS (VALUES(0) UNION ALL SELECT h + 1 FROM h WHERE h < 23),
  p(p) AS (VALUES(0) UNION ALL SELECT p + 1 FROM p WHERE p < 149), c(c) AS (VALUES(0) UNION ALL SELECT c + 1 FROM c WHERE c < 9)
  SELECT h, '/' || h || '/' || p AS page FROM h, p, c UNION ALL SELECT h, '/steady' FROM h, c WHERE c < 9;
CREATE TABLE hours AS SELECT h, topk_sketch(page) AS s FROM log GROUP BY h;
SELECT topk_upper(topk_merge(s), '/steady') >= 216, json_extract(sketch_info(topk_merge(s)), '$.error') >= 216, (SELECT count(*) FROM topk_rows((SELECT topk_merge(s) FROM hours)) WHERE value = '/steady') FROM hours;
SELECT DISTINCT json_extract(sketch_info(s), '$.error') FROM hours;
-- With counters enough for its share, it is.
SELECT topk_json(topk_merge(s), 1) FROM (SELECT topk_sketch(page, 100, 200) AS s FROM log GROUP BY h);
