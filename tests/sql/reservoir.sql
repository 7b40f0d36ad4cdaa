-- No rows: an empty list, or a valid empty sketch.
CREATE TABLE t(x);
SELECT reservoir_sample(x, 3), reservoir_sample(x, 3, 1), reservoir_json(reservoir_sketch(x, 3)) FROM t;
SELECT sketch_info(reservoir_merge(x)), reservoir_sketch(x, 3) = reservoir_sketch(x, 5, 7) FROM t;
SELECT count(*) FROM reservoir_rows((SELECT reservoir_sketch(x, 3) FROM t));
-- NULL is not sampled, and not counted.
SELECT reservoir_sample(column1, 5), sketch_info(reservoir_sketch(column1, 5)) FROM (VALUES (NULL), (1), (NULL), (2));
SELECT reservoir_json(NULL), (SELECT count(*) FROM reservoir_rows(NULL)), reservoir_json(reservoir_add(NULL, NULL));
-- As many rows as there are, in their order and with their types.
SELECT reservoir_sample(column1, 9, 1) FROM (VALUES (1), (1.0), ('1'), (x'31'), (-0.5), (''), (x''), ('"'));
SELECT typeof(value), CASE typeof(value) WHEN 'blob' THEN hex(value) ELSE value END FROM reservoir_rows((SELECT reservoir_sketch(column1, 9, 1) FROM
  (VALUES (2.0), (2), (2.5), ('2'), (x'32'), (1e300), (-1e999), (9223372036854775807))));
SELECT json_object('some', reservoir_sample(1, 1, 1)), json_type(reservoir_sample(1, 1, 1));
-- The same seed gives the same sample, everywhere; another seed another one.
INSERT INTO t WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM c WHERE i < 10000) SELECT i FROM c;
SELECT reservoir_sample(x, 5, 42), reservoir_sample(x, 5, 43), reservoir_sample(x, 5, -1) FROM t;
SELECT reservoir_json(reservoir_sketch(x, 5, 42)) = reservoir_sample(x, 5, 42.0), hex(reservoir_sketch(x, 2, 42)) FROM t;
-- Without a seed it is fresh every time: two samples of 50 of 10,000 rows are never the same.
SELECT (SELECT reservoir_sample(x, 50) FROM t) <> (SELECT reservoir_sample(x, 50) FROM t);
SELECT json_array_length(reservoir_sample(x, 50)), (SELECT count(DISTINCT value) FROM json_each(reservoir_sample(x, 50))) FROM t;
-- The first row is kept as often as any other: for n = 1 of 5 rows, in a fifth of 2,000 seeds.
SELECT first, count(*) BETWEEN 320 AND 480 FROM (
  SELECT reservoir_sample(r.column1, 1, s.x) AS first FROM t s, (VALUES (1), (2), (3), (4), (5)) r WHERE s.x <= 2000 GROUP BY s.x
) GROUP BY first;
-- Parameters have ranges, and are the same in every row.
SELECT reservoir_sample(1, 0);
SELECT reservoir_sample(1, -5);
SELECT reservoir_sample(1, 1000001);
SELECT reservoir_sample(1, 2.5);
SELECT reservoir_sample(1, 'ten');
SELECT reservoir_sample(1, NULL);
SELECT reservoir_sample(1, 1, NULL);
SELECT reservoir_sample(1, 1, 'x');
SELECT reservoir_sample(1, 1, 9e18 * 10);
SELECT reservoir_sample(column1, column1) FROM (VALUES (3), (4));
SELECT reservoir_sample(column1, 3, column1) FROM (VALUES (3), (4));
SELECT reservoir_sample(1);
-- Merging: as if one had seen all rows, of the smaller size; empty ones change nothing.
CREATE TABLE part AS SELECT x / 2501 AS p, reservoir_sketch(x, 6, x / 2501) AS s, count(*) AS n FROM t GROUP BY 1;
SELECT sketch_info(reservoir_merge(s)), reservoir_json(reservoir_merge(s)) FROM part;
SELECT reservoir_merge(s) = reservoir_union(a, b, NULL, c, d, reservoir_union())
  FROM part, (SELECT max(s) FILTER (WHERE p = 0) AS a, max(s) FILTER (WHERE p = 1) AS b,
                     max(s) FILTER (WHERE p = 2) AS c, max(s) FILTER (WHERE p = 3) AS d FROM part) /* since 3.30 */;
SELECT reservoir_json(reservoir_union(reservoir_sketch(1, 5, 1), reservoir_sketch(2, 3, 1)));
SELECT sketch_info(reservoir_union(s, reservoir_sketch(1, 3, 1))) FROM part WHERE p = 0;
SELECT reservoir_union() = reservoir_union(NULL), reservoir_json(reservoir_union());
SELECT sum(reservoir_union(s, reservoir_union()) = s), sum(reservoir_union(reservoir_union(), s) = s) FROM part;
-- Of 2 + 8 rows, a merged sample of 5 has on average one of the 2, also with the same seed for both.
SELECT round(avg(few), 1) FROM (
  SELECT (SELECT sum(value < 3) FROM json_each(reservoir_json(reservoir_union(
    (SELECT reservoir_sketch(x, 5, i) FROM t WHERE x <= 2), (SELECT reservoir_sketch(x, 5, i) FROM t WHERE x BETWEEN 3 AND 10))))) AS few
  FROM (SELECT x AS i FROM t WHERE x <= 3000));
-- A trigger with an UPSERT keeps a sample up to date.
CREATE TABLE day(d INTEGER PRIMARY KEY, s BLOB NOT NULL);
CREATE TABLE event(day INTEGER, x);
CREATE TRIGGER sampled AFTER INSERT ON event BEGIN
  INSERT INTO day VALUES (new.day, reservoir_add(NULL, new.x))
    ON CONFLICT(d) DO UPDATE SET s = reservoir_add(s, new.x);
END;
INSERT INTO event SELECT x % 2, x FROM t WHERE x <= 500;
SELECT d, sketch_info(s) FROM day;
SELECT reservoir_json(reservoir_add(reservoir_add(NULL, 'a'), x'00ff'));
-- Windows: running, partitioned, sliding, afresh.
SELECT x, reservoir_sample(x, 2, 1) OVER (ORDER BY x) FROM t LIMIT 4;
SELECT DISTINCT x % 2, reservoir_sample(x, 2, 1) OVER (PARTITION BY x % 2) FROM t WHERE x < 100;
SELECT reservoir_sample(x, 2, 1) OVER (ORDER BY x ROWS 1 PRECEDING) FROM t LIMIT 4;
SELECT reservoir_sample(x, 3, 1) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE NO OTHERS) FROM t LIMIT 3 /* since 3.28 */;
SELECT reservoir_sample(x, 3, 1) OVER (ORDER BY x GROUPS BETWEEN 2 FOLLOWING AND 1 FOLLOWING) FROM t LIMIT 2 /* since 3.28 */;
SELECT reservoir_sample(x, 5, 1) FILTER (WHERE x < 3) FROM t /* since 3.30 */;
-- Rows join back.
SELECT count(*) FROM reservoir_rows((SELECT reservoir_sketch(x, 20, 1) FROM t)) JOIN t ON x = value;
SELECT p, count(*) FROM part, reservoir_rows(part.s) GROUP BY p;
SELECT * FROM reservoir_rows;
SELECT * FROM reservoir_rows((SELECT s FROM part), 3);
-- What is no reservoir is said to be none.
SELECT reservoir_json('abc');
SELECT reservoir_json(x'');
SELECT reservoir_json(x'52535652');
SELECT reservoir_json(substr(s, 1, length(s) - 1)) FROM part WHERE p = 0;
SELECT reservoir_union(cms_sketch(1));
-- With a seed it may stand in views and indexes, without one not.
PRAGMA trusted_schema = OFF;
CREATE VIEW three AS SELECT reservoir_sample(x, 3, 1) AS three FROM t;
SELECT three FROM three;
CREATE INDEX samples ON part(reservoir_json(s));
SELECT sum(reservoir_json(s) = reservoir_json(s)) FROM part;
