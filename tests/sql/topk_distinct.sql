-- No rows: an empty list, or a valid empty sketch.
CREATE TABLE t(x, y);
SELECT topk_distinct(x, y), topk_distinct(x, y, 3, 12) FROM t;
SELECT sketch_info(topk_distinct_sketch(x, y)), topk_distinct_json(topk_distinct_sketch(x, y)) FROM t;
SELECT sketch_info(topk_distinct_merge(x)), topk_distinct_json(topk_distinct_empty()) FROM t;
SELECT topk_distinct(x, y) FROM t GROUP BY x;
-- A row in which either is NULL does not count.
SELECT topk_distinct(NULL, 1), topk_distinct(1, NULL), topk_distinct_json(NULL), topk_distinct_get(NULL, 1);
SELECT topk_distinct(column1, column2) FROM (VALUES (NULL, 1), ('a', NULL), ('b', 1), (NULL, NULL));
SELECT topk_distinct_get(topk_distinct_sketch(1, 1), NULL), count(*) FROM topk_distinct_rows(NULL);
-- Equal pairs count once; numbers that are equal are one value, a text or a BLOB is another.
SELECT topk_distinct(column1, column2) FROM (VALUES
  ('a', 1), ('a', 1), ('a', 1.0), ('a', 2), ('b', 1), ('b', 1), ('b', 1), ('b', 1), ('c', 1), ('c', 2), ('c', 3));
SELECT topk_distinct(column1, column2) FROM (VALUES (1, 'a'), (1.0, 'b'), ('1', 'a'), (x'31', 'a'), ('', 'a'), (2.5, 'a'));
-- Texts go into JSON as JSON wants them; equal counts: smaller values first.
SELECT topk_distinct(column1, 1) FROM (VALUES ('"'), ('\'), (char(9)), ('é'), (9), (10));
SELECT json_object('top', topk_distinct(1, 1));
-- Parameters have ranges, and are the same in every row.
SELECT topk_distinct(1, 1, 0);
SELECT topk_distinct(1, 1, 1001);
SELECT topk_distinct(1, 1, 'ten');
SELECT topk_distinct(1, 1, 10, 3);
SELECT topk_distinct(1, 1, 10, 17);
SELECT topk_distinct(1, 1, 10.0, 4);
SELECT topk_distinct(column1, 1, column1) FROM (VALUES (3), (3), (4));
SELECT topk_distinct(1);
SELECT topk_distinct(1, 2, 3, 4, 5);
SELECT topk_distinct_json(topk_distinct_sketch(1, 1), 0);
SELECT rank FROM topk_distinct_rows((SELECT topk_distinct_sketch(1, 1)), -1);
-- Building, merging, uniting and adding agree.
INSERT INTO t WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n WHERE i < 999)
  SELECT 'label ' || (i * i % 31), i % 97 FROM n;
SELECT topk_distinct_json(topk_distinct_sketch(x, y), 3) = topk_distinct(x, y, 3), topk_distinct(x, y, 2) FROM t;
SELECT topk_distinct_json(topk_distinct_merge(s), 4) = (SELECT topk_distinct(x, y, 4) FROM t)
  FROM (SELECT topk_distinct_sketch(x, y) AS s FROM t GROUP BY y % 5);
SELECT topk_distinct_json(topk_distinct_union((SELECT topk_distinct_sketch(x, y) FROM t), NULL, topk_distinct_sketch(5, 5)), 1);
SELECT topk_distinct_json(topk_distinct_union()), topk_distinct_json(topk_distinct_union(NULL));
SELECT topk_distinct_json(topk_distinct_add(topk_distinct_add(topk_distinct_add(NULL, 'a', 1), 'b', 2), 'b', 3));
SELECT topk_distinct_json(topk_distinct_add(NULL, 'a', NULL)), topk_distinct_json(topk_distinct_add(NULL, NULL, 1));
SELECT sketch_info(topk_distinct_merge(s)) FROM (SELECT topk_distinct_sketch(1, 1, 5, 12) AS s UNION ALL SELECT topk_distinct_sketch(2, 2, 50, 10));
SELECT sketch_info(topk_distinct_merge(s)) FROM (SELECT topk_distinct_empty(5) AS s UNION ALL SELECT topk_distinct_sketch(2, 2, 50, 10));
-- One value, and rows.
SELECT topk_distinct_lower(s, 'label 1'), topk_distinct_get(s, 'label 1'), topk_distinct_upper(s, 'label 1'),
  topk_distinct_get(s, 'none'), topk_distinct_upper(s, 'none') FROM (SELECT topk_distinct_sketch(x, y) AS s FROM t);
SELECT rank, value, count, lower, upper FROM topk_distinct_rows((SELECT topk_distinct_sketch(x, y) FROM t), 3);
SELECT topk_distinct_get(s, x) = hll_count(y) FROM t, (SELECT topk_distinct_sketch(x, y) AS s FROM t) GROUP BY x LIMIT 3;
-- Many labels of a few values, one of many rows with one value, and ten of many values, in orders that differ.
CREATE TABLE many AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n WHERE i < 29999)
  SELECT CASE i % 3 WHEN 0 THEN i / 3 % 10 WHEN 1 THEN 'rows' ELSE 'few ' || (i / 15) END AS x,
    CASE i % 3 WHEN 1 THEN 1 ELSE i * (1 + i / 3 % 10) % 10007 END AS y, i * 7919 % 30011 AS shuffled FROM n;
CREATE TABLE truth AS SELECT x, count(DISTINCT y) AS truth FROM many GROUP BY x;
CREATE TABLE orders AS
  SELECT 'as they came' AS name, topk_distinct_sketch(x, y, 10) AS s FROM many UNION ALL
  SELECT 'shuffled', topk_distinct_sketch(x, y, 10) FROM (SELECT * FROM many ORDER BY shuffled) UNION ALL
  SELECT 'by label', topk_distinct_sketch(x, y, 10) FROM (SELECT * FROM many ORDER BY x) UNION ALL
  SELECT 'by value', topk_distinct_sketch(x, y, 10) FROM (SELECT * FROM many ORDER BY y) UNION ALL
  SELECT 'ascending', topk_distinct_sketch(x, y, 10) FROM (SELECT many.* FROM many JOIN truth USING (x) ORDER BY truth, x);
SELECT name, sum(typeof(value) = 'integer') AS found, sum(abs(count - truth)) <= 0.05 * sum(truth) AS close,
  sum(truth BETWEEN lower AND upper) >= 9 AS enclosed
  FROM orders, topk_distinct_rows(orders.s) JOIN truth ON x = value GROUP BY name;
SELECT json_extract(sketch_info(s), '$.type'), json_extract(sketch_info(s), '$.values'), sketch_valid(s) FROM orders LIMIT 1;
SELECT topk_distinct_get(s, 'rows') < 100, topk_distinct_lower(s, 'nobody') FROM orders LIMIT 1;
-- What is no such sketch.
SELECT topk_distinct_json(x'00');
SELECT topk_distinct_json('text');
SELECT topk_distinct_json(topk_sketch(1));
SELECT topk_distinct_merge(s) FROM (SELECT topk_sketch(1) AS s);
SELECT topk_distinct_json(substr(s, 1, 40)) FROM orders LIMIT 1;
-- Window frames that only grow, or are computed afresh; rows cannot leave others.
SELECT topk_distinct(column1, column2, 1) OVER (ORDER BY column2) FROM (VALUES ('a', 1), ('b', 2), ('b', 3));
SELECT topk_distinct(column1, column2, 1) OVER (ORDER BY column2 ROWS 1 PRECEDING) FROM (VALUES ('a', 1), ('b', 2), ('b', 3));
SELECT topk_distinct(column1, column2, 1) OVER (ORDER BY column2 ROWS 1 PRECEDING EXCLUDE NO OTHERS) FROM (VALUES ('a', 1), ('b', 2), ('b', 3)) /* since 3.28 */;
SELECT topk_distinct_json(topk_distinct_merge(s) OVER (ORDER BY i ROWS 1 PRECEDING), 2)
  FROM (SELECT column2 AS i, topk_distinct_add(NULL, column1, column2) AS s FROM (VALUES ('a', 1), ('b', 2), ('b', 3)));
