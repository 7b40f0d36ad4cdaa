-- No rows: 0, or a valid empty sketch.
CREATE TABLE t(x, w);
SELECT cms_estimate(x, 1), cms_estimate_all(x, '[1,2]'), cms_get_all(cms_sketch(x), '[1,2]'), cms_total(cms_sketch(x)), length(cms_sketch(x)) FROM t;
SELECT sketch_info(cms_merge(x)), sketch_info(cms_sketch(x, 0.5)) FROM t;
-- NULL is not a value, and nothing is known of it.
SELECT cms_estimate(NULL, 1), cms_estimate(1, NULL), cms_total(cms_sketch(NULL));
SELECT cms_get(NULL, 1), cms_error(NULL), cms_total(NULL), cms_inner(NULL, NULL), cms_subtract(NULL, NULL);
SELECT cms_get(cms_sketch(1), NULL), cms_inner(cms_sketch(1), NULL), cms_subtract(cms_sketch(1), NULL);
SELECT cms_get(cms_add(cms_add(NULL, NULL), 1, NULL), 1);
-- Numbers that are equal are one value; a text is another.
SELECT cms_estimate_all(column1, '[1, 1.0, "1", 0, 2.5, ""]')
  FROM (VALUES (1), (1.0), ('1'), (0.0), (-0.0), (2.5), (''), (NULL));
SELECT cms_estimate(column1, 9007199254740993), cms_estimate(column1, 9007199254740992.0), cms_estimate(column1, x'31')
  FROM (VALUES (9007199254740993), (9007199254740992), (x'31'));
-- An item is one item, whatever it looks like; a list asks for many.
SELECT cms_estimate(x, '[]'), cms_estimate(x, '["a"]'), cms_get(cms_sketch(x), '["a"]'), typeof(cms_estimate(x, 'a'))
  FROM (SELECT column1 AS x FROM (VALUES ('[]'), ('["a"]'), ('["a"]'), ('a')));
SELECT cms_estimate_all(column1, '[1,null,"a",true,false,"[2]","a",-0,1e0]'), cms_estimate_all(column1, ' [ ] ')
  FROM (VALUES (1), ('a'), ('a'), ('[2]'), (0.0));
SELECT x, cms_get(s, x) FROM (SELECT column1 AS x FROM (VALUES (1), ('["rock"]'), ('[1,2]'))), (SELECT cms_sketch(column1) AS s FROM (VALUES (1), ('["rock"]'), ('["rock"]'), ('[1,2]')));
SELECT cms_estimate_all(1, NULL), cms_get_all(cms_sketch(1), NULL), cms_get_all(NULL, '[1]'), cms_estimate_all(NULL, '[1,"a"]');
SELECT json_object('counts', cms_estimate_all(7, '[7,8]'), 'count', cms_estimate(7, 7));
-- Parameters lie between 0 and 1, are not too small together, and are the same in every row.
SELECT cms_estimate(1, 1, 0);
SELECT cms_estimate(1, 1, 1);
SELECT cms_estimate(1, 1, 0.1, -0.5);
SELECT cms_estimate(1, 1, 0.1, 1.5);
SELECT cms_estimate(1, 1, 'a');
SELECT cms_estimate(1, 1, NULL);
SELECT cms_estimate(1, 1, 9e999);
SELECT cms_sketch(1, 0.000001);
SELECT cms_sketch(1, 0.1, 1e-200);
SELECT cms_sketch(1, 1e-200, 1e-200);
SELECT cms_estimate(column1, column1) FROM (VALUES (1), (2));
SELECT cms_sketch(column1, column1) FROM (VALUES (0.25), (0.5));
SELECT cms_estimate(1);
SELECT sketch_info(cms_sketch(1, 0.000001, 0.05));
-- Weights are whole numbers that are not negative, and their sum has an end.
SELECT cms_get_all(cms_sketch_weighted(column1, column2), '["a","b","c","d"]')
  FROM (VALUES ('a', 2), ('b', 3.0), ('a', 2), ('c', 0), ('d', NULL));
SELECT cms_sketch_weighted(1, -1);
SELECT cms_sketch_weighted(1, 0.5);
SELECT cms_sketch_weighted(1, 'many');
SELECT cms_get(cms_sketch_weighted(1, 9223372036854775807), 1);
SELECT cms_sketch_weighted(column1, 9223372036854775807) FROM (VALUES (1), (1));
SELECT cms_add(cms_sketch_weighted(1, 9223372036854775807), 2);
SELECT cms_union(cms_sketch_weighted(1, 9223372036854775807), cms_sketch(2));
-- Building, merging, uniting and adding agree byte for byte.
INSERT INTO t SELECT value % 7, 1 + value % 3 FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13]');
SELECT cms_get_all(cms_sketch(x), '[0,1,2,6,7]') = cms_estimate_all(x, '[0,1,2,6,7]'), cms_estimate_all(x, '[0,1,2,6,7]') FROM t;
SELECT cms_merge(s) = (SELECT cms_sketch(x) FROM t) FROM (SELECT cms_sketch(x) AS s FROM t GROUP BY w);
SELECT cms_union((SELECT cms_sketch(x) FROM t), NULL, cms_sketch(5)) = cms_add((SELECT cms_sketch(x) FROM t), 5);
SELECT cms_union() = cms_union(NULL), cms_total(cms_union());
SELECT cms_add(cms_add(NULL, 'a'), 'b', 2) = cms_sketch_weighted(column1, column2) FROM (VALUES ('b', 2), ('a', 1));
SELECT sketch_info(cms_merge(s)) FROM (SELECT cms_sketch(x) AS s FROM t WHERE 0 UNION ALL SELECT cms_sketch(2, 0.5, 0.5));
SELECT cms_merge(s) FROM (SELECT cms_sketch(1) AS s UNION ALL SELECT cms_sketch(2, 0.5));
SELECT cms_union(cms_sketch(1, 0.5), cms_sketch(2, 0.5, 0.5));
-- What came in between: the difference; what was never there cannot be taken out.
SELECT cms_get_all(cms_subtract(a, b), '[0,1,2]'), cms_total(cms_subtract(a, b)), cms_subtract(a, a) = cms_union()
  FROM (SELECT cms_sketch(x) AS a, cms_sketch(x) FILTER (WHERE w = 1) AS b FROM t) /* since 3.30 */;
SELECT cms_subtract(b, a) FROM (SELECT cms_sketch(x) AS a, cms_sketch(x) FILTER (WHERE w = 1) AS b FROM t) /* since 3.30 */;
SELECT cms_subtract(cms_sketch(1), cms_sketch(2));
SELECT cms_subtract(cms_sketch(1, 0.5), cms_sketch(1, 0.25));
SELECT cms_subtract(cms_sketch(1), cms_sketch(1, 0.5) FILTER (WHERE 0)) = cms_sketch(1) /* since 3.30 */;
-- The size of a join.
SELECT cms_inner(cms_sketch(x), cms_sketch(x)), (SELECT count(*) FROM t a JOIN t b USING (x)), typeof(cms_inner(cms_sketch(1), cms_sketch(2))) FROM t;
SELECT cms_inner(cms_sketch(1), cms_sketch(1, 0.5));
SELECT cms_inner(cms_sketch(1), 'x');
-- The bound, what is known, and how little a small sketch takes.
SELECT cms_error(s), cms_total(s), sketch_info(s), sketch_type(s), sketch_valid(s)
  FROM (SELECT cms_sketch(x, 0.01) AS s FROM t);
CREATE TABLE n AS WITH RECURSIVE c(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM c WHERE i < 29999)
  SELECT CASE WHEN i % 3 = 0 THEN i % 5 ELSE i * 7919 % 997 + 100 END AS x FROM c;
SELECT count(DISTINCT x), length(cms_sketch(x)) <= 12288, length(cms_sketch(x)) FROM n;
-- Never too few, and by more than eps times the rows too many for one value in a hundred at most.
SELECT min(cms_get(s, x) - count) >= 0, avg(cms_get(s, x) - count > cms_error(s)) <= 0.01
  FROM (SELECT cms_sketch(x) AS s FROM n), (SELECT x, count(*) AS count FROM n GROUP BY x);
-- An UPSERT keeps a sketch up to date.
CREATE TABLE hour(h INTEGER PRIMARY KEY, seen BLOB NOT NULL);
INSERT INTO hour SELECT x % 2, cms_add(NULL, x) FROM t WHERE true
  ON CONFLICT(h) DO UPDATE SET seen = cms_union(seen, excluded.seen);
SELECT h, cms_get_all(seen, '[0,1,2,3]') FROM hour;
-- Windows slide exactly.
SELECT count(*), sum(estimate = truth) FROM (
  SELECT cms_estimate(x, 3) OVER f AS estimate, count(*) FILTER (WHERE x = 3) OVER f AS truth
  FROM n WINDOW f AS (ORDER BY rowid ROWS BETWEEN 50 PRECEDING AND 20 FOLLOWING));
SELECT count(*), sum(a = b) FROM (
  SELECT cms_sketch(x, 0.1) OVER (ORDER BY rowid ROWS 30 PRECEDING) AS a,
         cms_sketch(x, 0.1) OVER (ORDER BY rowid ROWS BETWEEN 30 PRECEDING AND CURRENT ROW EXCLUDE NO OTHERS) AS b
  FROM n LIMIT 500) /* since 3.28 */;
SELECT x, cms_estimate(x, 1) OVER (ORDER BY rowid GROUPS BETWEEN 2 FOLLOWING AND 1 FOLLOWING) FROM t LIMIT 2 /* since 3.28 */;
SELECT DISTINCT w, cms_estimate(x, 1) OVER (PARTITION BY w) FROM t ORDER BY w;
SELECT cms_merge(seen) OVER (ORDER BY h ROWS 1 PRECEDING) IS NOT NULL FROM hour;
SELECT cms_estimate(x, 0) FILTER (WHERE w > 1), cms_get_all(cms_sketch(DISTINCT x), '[1,2,3]') FROM t /* since 3.30 */;
-- What is no count-min sketch is said to be none.
SELECT cms_get('abc', 1);
SELECT cms_get(x'', 1);
SELECT cms_get(x'434d494e', 1);
-- A question reads what it needs; a merge and sketch_valid() read everything.
SELECT cms_get(substr(s, 1, 29), 1) FROM (SELECT cms_sketch(x) AS s FROM t);
SELECT cms_union(s, substr(s, 1, length(s) - 1)) FROM (SELECT cms_sketch(x) AS s FROM t);
SELECT cms_add(substr(s, 1, length(s) - 1), 1) FROM (SELECT cms_sketch(x) AS s FROM t);
SELECT cms_get_all(s, '[1') FROM (SELECT cms_sketch(x) AS s FROM t);
SELECT cms_get(topk_sketch(1), 1);
SELECT cms_merge(w) FROM t;
-- Views, generated columns and indexes may use it, whatever is trusted.
PRAGMA trusted_schema = OFF;
CREATE VIEW ones AS SELECT cms_estimate(x, 1) AS ones FROM t;
SELECT ones FROM ones;
CREATE TABLE g(s BLOB, total INTEGER AS (cms_total(s))) /* since 3.31 */;
INSERT INTO g SELECT cms_sketch(x) FROM t /* since 3.31 */;
SELECT total FROM g /* since 3.31 */;
CREATE INDEX ones_of ON g(cms_get(s, 1)) /* since 3.31 */;
SELECT count(*) FROM g WHERE cms_get(s, 1) = 2 /* since 3.31 */;
