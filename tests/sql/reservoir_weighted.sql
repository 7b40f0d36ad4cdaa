-- No rows, or none that weighs something: an empty list, or an empty sketch, which has no weights yet.
CREATE TABLE t(x, w);
SELECT reservoir_sample_weighted(x, w, 3), reservoir_sample_weighted(x, w, 3, 1), sketch_info(reservoir_sketch_weighted(x, w, 3)) FROM t;
SELECT reservoir_sample_weighted(1, 0, 3), sketch_info(reservoir_sketch_weighted(1, 0, 3));
-- A row with a NULL is no row.
SELECT reservoir_sample_weighted(column1, column2, 5, 1), sketch_info(reservoir_sketch_weighted(column1, column2, 5, 1)) FROM
  (VALUES (NULL, 1), (1, NULL), (NULL, NULL), ('a', 1), ('zero', 0), ('b', 2));
-- Items keep their types, and weights are numbers, perhaps as text.
SELECT CASE typeof(value) WHEN 'blob' THEN hex(value) ELSE value END, typeof(value), weight, typeof(weight)
  FROM reservoir_rows((SELECT reservoir_sketch_weighted(column1, column2, 9, 1) FROM
    (VALUES (2.0, 1), (2, 0.5), ('2', ' 1e3 '), (x'32', '7'), ('', 1e100), (-1e999, 1e-100)))) ORDER BY weight;
-- The same seed gives the same sample, everywhere, in the order in which rows are drawn.
INSERT INTO t WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM c WHERE i < 10000) SELECT i, i * 0.25 FROM c;
SELECT reservoir_sample_weighted(x, w, 5, 42), reservoir_sample_weighted(x, w, 5, 43), reservoir_sample_weighted(x, w, 5, -1) FROM t;
SELECT reservoir_json(reservoir_sketch_weighted(x, w, 5, 42)) = reservoir_sample_weighted(x, w, 5, 42.0), hex(reservoir_sketch_weighted(x, w, 2, 42)) FROM t;
SELECT (SELECT reservoir_sample_weighted(x, w, 50) FROM t) <> (SELECT reservoir_sample_weighted(x, w, 50) FROM t);
-- One of three rows that weigh 1, 2 and 5: in 1/8, 1/4 and 5/8 of 2,000 seeds.
SELECT one, count(*), CASE one WHEN 1 THEN 250 WHEN 2 THEN 500 ELSE 1250 END AS expected FROM (
  SELECT json_extract(reservoir_sample_weighted(r.column1, r.column1, 1, t.x), '$[0]') AS one FROM t, (VALUES (1), (2), (5)) r WHERE t.x <= 2000 GROUP BY t.x
) GROUP BY one;
-- Weights have a range.
SELECT reservoir_sample_weighted(1, -1, 3);
SELECT reservoir_sample_weighted(1, 5e-324, 3);
SELECT reservoir_sample_weighted(1, 1e308, 3);
SELECT reservoir_sample_weighted(1, 9e999, 3);
SELECT reservoir_sample_weighted(1, -9e999, 3);
SELECT reservoir_sample_weighted(1, 'heavy', 3);
SELECT reservoir_sample_weighted(1, '', 3);
SELECT reservoir_sample_weighted(1, x'31', 3);
SELECT reservoir_add(NULL, 1, -1);
-- So have parameters.
SELECT reservoir_sample_weighted(1, 1);
SELECT reservoir_sample_weighted(1, 1, 0);
SELECT reservoir_sample_weighted(1, 1, 1000001);
SELECT reservoir_sample_weighted(1, 1, 1, 'x');
SELECT reservoir_sample_weighted(x, 1, x) FROM t;
-- Merging: the same rows in any order, and of the smaller size.
CREATE TABLE part AS SELECT x / 2501 AS p, reservoir_sketch_weighted(x, w, 6, 9) AS s FROM t GROUP BY 1;
SELECT sketch_info(reservoir_merge(s)), reservoir_json(reservoir_merge(s)) FROM part;
SELECT (SELECT reservoir_merge(s) FROM (SELECT s FROM part ORDER BY p)) = (SELECT reservoir_merge(s) FROM (SELECT s FROM part ORDER BY p DESC));
SELECT reservoir_union(a.s, b.s) = reservoir_union(b.s, NULL, a.s, reservoir_empty(1)) FROM part a, part b WHERE a.p = 1 AND b.p = 2;
SELECT sketch_info(reservoir_union(s, reservoir_sketch_weighted(1, 2, 3, 1))) FROM part WHERE p = 0;
-- Rows without weights weigh 1.
SELECT value, weight FROM reservoir_rows(reservoir_add(reservoir_add(reservoir_add(reservoir_empty(5, 1), 'a'), 'b', 3.5), 'c')) ORDER BY value;
SELECT sketch_info(reservoir_union(s, reservoir_sketch('x', 9, 1))) FROM part WHERE p = 0;
SELECT value, weight FROM reservoir_rows((SELECT reservoir_sketch(1, 2, 3)));
SELECT reservoir_add(s, 1, 0) = s, reservoir_add(s, NULL, 1) = s, reservoir_add(s, 1, NULL) = s FROM part WHERE p = 0;
-- A trigger with an UPSERT keeps a sample up to date.
CREATE TABLE day(d INTEGER PRIMARY KEY, s BLOB NOT NULL);
CREATE TABLE event(day INTEGER, x, w);
CREATE TRIGGER sampled AFTER INSERT ON event BEGIN
  INSERT INTO day VALUES (new.day, reservoir_add(reservoir_empty(3, new.day), new.x, new.w))
    ON CONFLICT(d) DO UPDATE SET s = reservoir_add(s, new.x, new.w);
END;
INSERT INTO event SELECT x % 2, x, w FROM t WHERE x <= 500;
SELECT d, reservoir_json(s), sketch_info(s) FROM day;
SELECT s = (SELECT reservoir_sketch_weighted(x, w, 3, 1) FROM event WHERE day = 1) FROM day WHERE d = 1;
-- Windows: running, sliding, afresh.
SELECT x, reservoir_sample_weighted(x, w, 2, 1) OVER (ORDER BY x) FROM t LIMIT 4;
SELECT x, reservoir_sample_weighted(x, x % 3, 2, 1) OVER (ORDER BY x ROWS 2 PRECEDING) FROM t LIMIT 6;
SELECT reservoir_sample_weighted(x, w, 3, 1) OVER (ORDER BY x ROWS 1 PRECEDING EXCLUDE NO OTHERS) FROM t LIMIT 3 /* since 3.28 */;
SELECT length(reservoir_sketch_weighted(x, w, 3, 1) OVER (ORDER BY x ROWS 1 PRECEDING)) FROM t LIMIT 3;
SELECT sketch_info(reservoir_merge(s) OVER (ORDER BY p ROWS 1 PRECEDING)) FROM part;
-- A damaged one.
SELECT reservoir_json(substr(s, 1, length(s) - 1)) FROM part WHERE p = 0;
SELECT reservoir_union(substr(s, 1, length(s) - 1), s) FROM part WHERE p = 0;
