-- No rows: zero, or a valid empty sketch.
CREATE TABLE t(x, y);
SELECT hll_count(x), hll_count(x, 20) FROM t;
SELECT hex(hll_sketch(x)), sketch_info(hll_sketch(x)), hll_get(hll_sketch(x)) FROM t;
SELECT hex(hll_merge(x)), hex(hll_union()), hex(hll_union(NULL)) FROM t;
SELECT hll_count(x) FROM t GROUP BY y;
-- NULL is not a value, alone or among others; a NULL sketch has no answer.
SELECT hll_count(NULL), hll_get(hll_sketch(NULL)), hll_get(hll_add(NULL, NULL));
SELECT hll_count(column1) FROM (VALUES (NULL), (2), (NULL), (2));
SELECT hll_get(NULL), hll_lower(NULL), hll_upper(NULL, 1), hll_intersection(NULL, NULL), hll_jaccard(hll_sketch(1), NULL), hll_convert(NULL, 'hll_8');
-- It agrees with count(DISTINCT): equal numbers are one value, a text or a BLOB is another.
SELECT hll_count(column1), count(DISTINCT column1) FROM (VALUES (1), (1.0), ('1'), ('01'), (0.0), (-0.0), (0), (1.5), (''), ('a'), ('A'), (9007199254740993), (9007199254740992.0), (-1e999), (NULL));
-- A text and a BLOB of the same bytes are one value here, and two in SQL.
SELECT hll_count(column1), count(DISTINCT column1) FROM (VALUES ('a'), (x'61'));
-- Few values are counted exactly, many within the error that is stated.
CREATE TABLE n AS WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM c WHERE i < 100000)
  SELECT i FROM c;
SELECT hll_count(i % 1000), hll_count(i % 1500), typeof(hll_count(i)) FROM n;
SELECT hll_count(i), hll_count(i, 4), hll_count(i, 12), hll_count(i, 14), hll_count(i, 21) FROM n;
SELECT hll_count(CAST(i AS TEXT)), hll_count(i / 2), hll_count(i + 0.5) FROM n;
SELECT sketch_info(hll_sketch(i)) FROM n;
SELECT sketch_info(hll_sketch(i)) FROM n WHERE i <= 100;
-- A REAL parameter is the standard error that is wanted.
SELECT sketch_info(hll_sketch(1, 0.02)), sketch_info(hll_sketch(1, 0.0163));
SELECT hll_count(i, 0.01) = hll_count(i, 14), hll_count(i, 12.0) = hll_count(i, 12) FROM n;
SELECT hll_count(1, 0.0001);
SELECT hll_count(1, 30);
SELECT hll_count(1, 3);
SELECT hll_count(1, 1.0);
SELECT hll_count(1, 12.5);
SELECT hll_count(1, -0.1);
SELECT hll_count(1, 'twelve');
SELECT hll_sketch(1, NULL);
SELECT hll_count(i, 10 + i % 2) FROM n;
SELECT hll_count(1, 2, 3);
-- Bounds of one, two (by default) or three standard deviations.
SELECT hll_lower(s) < 100000, hll_upper(s) > 100000, hll_lower(s, 3) < hll_lower(s), hll_lower(s, 2) = hll_lower(s), hll_upper(s, 1) < hll_upper(s, 2)
  FROM (SELECT hll_sketch(i) AS s FROM n);
SELECT hll_lower(s), round(hll_get(s), 9), round(hll_upper(s), 9) FROM (SELECT hll_sketch(i) AS s FROM n WHERE i <= 10);
SELECT hll_lower(hll_sketch(1), 0);
SELECT hll_upper(hll_sketch(1), 4);
SELECT hll_upper(hll_sketch(1), 'two');
-- Building, merging, uniting and adding agree while all is exact.
INSERT INTO t SELECT i, i % 3 FROM n WHERE i <= 100;
SELECT hll_get(hll_merge(s)) = (SELECT hll_get(hll_sketch(x)) FROM t) FROM (SELECT hll_sketch(x) AS s FROM t GROUP BY y);
SELECT round(hll_get(hll_union(hll_sketch(x), hll_sketch(x + 50), NULL)), 9) FROM t;
SELECT round(hll_get(hll_add(hll_add(hll_add(NULL, 'a'), 'b'), 'a')));
-- A union takes the smaller precision of full sketches; merged ones are a quarter less accurate.
SELECT sketch_info(hll_union((SELECT hll_sketch(i, 11) FROM n WHERE i <= 60000), (SELECT hll_sketch(i, 13) FROM n WHERE i > 40000)));
SELECT sketch_info(hll_union((SELECT hll_sketch(i, 4) FROM n WHERE i < 0), (SELECT hll_sketch(i, 13) FROM n WHERE i > 40000)));
SELECT sketch_info(hll_merge(s)) FROM (SELECT hll_sketch(i, 12) AS s FROM n GROUP BY i % 10);
-- What still lists its values lowers nothing, in whatever order, and raises others that do.
SELECT sketch_info(hll_union((SELECT hll_sketch(i, 14) FROM n), (SELECT hll_sketch(i, 4) FROM n WHERE i <= 2)));
SELECT sketch_info(hll_union((SELECT hll_sketch(i, 4) FROM n WHERE i <= 2), (SELECT hll_sketch(i, 14) FROM n)));
SELECT sketch_info(hll_union((SELECT hll_sketch(i, 4) FROM n WHERE i <= 2), (SELECT hll_sketch(i, 16) FROM n WHERE i <= 900), (SELECT hll_sketch(i, 10) FROM n WHERE i BETWEEN 850 AND 900)));
SELECT sketch_info(hll_merge(s)) FROM (SELECT hll_sketch(i, 10) AS s FROM n WHERE i <= 4000 GROUP BY i % 50 UNION ALL SELECT hll_sketch(i, 12) FROM n WHERE i <= 3);
-- Nested calls can be coarser: what is full has its precision for good.
SELECT sketch_info(hll_union((SELECT hll_merge(s) FROM (SELECT hll_sketch(i, 10) AS s FROM n WHERE i <= 4000 GROUP BY i % 50)), (SELECT hll_sketch(i, 12) FROM n WHERE i <= 3)));
-- A running union is as good after each row as if nothing had been asked before.
CREATE TABLE parts AS SELECT i % 50 AS part, hll_sketch(i, 10) AS s FROM n WHERE i <= 4000 GROUP BY i % 50 UNION ALL SELECT 50, hll_sketch(i, 12) FROM n WHERE i <= 3;
SELECT part, sketch_info(u) FROM (SELECT part, hll_merge(s) OVER (ORDER BY part) AS u FROM parts) WHERE part IN (0, 2, 10, 49, 50);
-- One set with itself: the whole of it, and no more than it has.
SELECT json_extract(j, '$.estimate'), json_extract(j, '$.upper'), json_extract(b, '$.estimate') <= hll_get(s), json_extract(b, '$.upper') <= hll_upper(s), json_extract(b, '$.lower') <= 3000 AND 3000 <= json_extract(b, '$.upper')
  FROM (SELECT s, hll_jaccard(s, s) AS j, hll_intersection(s, s) AS b FROM (SELECT hll_sketch(i, 16) AS s FROM n WHERE i <= 3000));
-- A union of one sketch is that sketch.
SELECT hll_union(s) = s FROM (SELECT hll_sketch(i) AS s FROM n);
-- An UPSERT keeps a sketch up to date.
CREATE TABLE day(d INTEGER PRIMARY KEY, visitors BLOB NOT NULL);
INSERT INTO day SELECT i % 2, hll_add(NULL, i % 500) FROM n WHERE i <= 3000
  ON CONFLICT(d) DO UPDATE SET visitors = hll_union(visitors, excluded.visitors);
SELECT d, round(hll_get(visitors)) FROM day;
-- What two sketches have in common: exact among few values, likely among many.
CREATE TABLE s AS SELECT
  (SELECT hll_sketch(i) FROM n WHERE i <= 200) AS a, (SELECT hll_sketch(i) FROM n WHERE i > 100 AND i <= 400) AS b,
  (SELECT hll_sketch(i) FROM n WHERE i <= 60000) AS c, (SELECT hll_sketch(i) FROM n WHERE i > 40000) AS d,
  (SELECT hll_sketch(i) FROM n WHERE i BETWEEN 59901 AND 100000) AS e, hll_sketch(NULL) AS empty;
SELECT hll_intersection(a, b), hll_jaccard(a, b) FROM s;
SELECT hll_intersection(a, empty), hll_jaccard(empty, empty) FROM s;
SELECT abs(json_extract(hll_intersection(c, d), '$.estimate') - 20000) < 1000, abs(json_extract(hll_jaccard(c, d), '$.estimate') - 0.2) < 0.01, json_extract(hll_jaccard(c, d), '$.good') FROM s;
SELECT json_extract(hll_intersection(c, d), '$.lower') < 20000, json_extract(hll_intersection(c, d), '$.upper') > 20000, json_extract(hll_intersection(c, d), '$.good') FROM s;
SELECT json_extract(hll_intersection(c, e), '$.lower') <= 100, json_extract(hll_intersection(c, e), '$.upper') >= 100, json_extract(hll_intersection(c, e), '$.good') FROM s;
SELECT json_object('both', hll_intersection(a, b)) FROM s;
-- Images for other readers: the same sketch in other forms.
SELECT length(c), length(hll_convert(c, 'hll_4')), length(hll_convert(c, 'hll_6')), length(hll_convert(c, 'HLL_8')), length(hll_convert(c, 'updatable')), length(hll_convert(a, 'hll_8 updatable')) FROM s;
SELECT hll_get(hll_convert(c, 'hll_8')) = hll_get(c), hll_convert(hll_convert(c, 'hll_6 updatable'), 'hll_4') = c FROM s;
SELECT column1, hll_get(hll_convert(u, column1)) = hll_get(u), hll_lower(hll_convert(u, column1), 3) = hll_lower(u, 3), hll_upper(hll_convert(u, column1)) = hll_upper(u), hll_union(hll_convert(u, column1)) = u
  FROM (SELECT hll_union(c, d) AS u FROM s), (VALUES ('hll_4'), ('hll_6'), ('hll_8'), ('hll_6 updatable'), ('hll_8 updatable'));
SELECT hll_convert(a, 'hll_5') FROM s;
SELECT hll_convert(a, NULL) FROM s;
-- The bytes are those that Apache DataSketches writes for the same numbers.
SELECT hex(hll_sketch(column1)) FROM (VALUES (0), (1), (2), (3), (4), (5), (6));
SELECT hex(hll_sketch(column1)) FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9));
-- Images of Spark and others, with room for more, are read.
SELECT round(hll_get(x'0201070C03000508CBD7C2042BF2FB06862FF90D7581660781BC5D06000000000000000000000000'));
-- What is no sketch, another family's, or damaged.
SELECT hll_get(1);
SELECT hll_get('text');
SELECT hll_get(x'');
SELECT hll_get(x'0102030405060708');
SELECT hll_get(topk_sketch(1));
SELECT topk_json(hll_sketch(1));
SELECT hll_get(substr(c, 1, 100)) FROM s;
SELECT hll_merge(column1) FROM (VALUES (hll_add(NULL, 1)), (5));
SELECT hll_union(hll_sketch(1), topk_sketch(1));
SELECT hll_intersection(hll_sketch(1), x'00');
SELECT sketch_type(c), sketch_valid(c), sketch_valid(substr(c, 1, 100)) FROM s;
-- Growing window frames, and those that say EXCLUDE NO OTHERS.
SELECT i, hll_count(i / 2) OVER (ORDER BY i) FROM n WHERE i <= 5;
SELECT i, hll_count(i / 3) OVER (ORDER BY i ROWS BETWEEN 2 PRECEDING AND CURRENT ROW EXCLUDE NO OTHERS) FROM n WHERE i <= 5 /* since 3.28 */;
SELECT i, hll_count(i) OVER (ORDER BY i ROWS 1 PRECEDING) FROM n WHERE i <= 5;
SELECT i, round(hll_get(hll_merge(hll_add(NULL, i)) OVER (ORDER BY i))) FROM n WHERE i <= 3;
-- In an index on an expression, and in a view that trusts nobody.
CREATE INDEX by_size ON day(hll_get(visitors));
PRAGMA trusted_schema = OFF;
CREATE VIEW sizes AS SELECT d, round(hll_get(visitors)) AS size FROM day;
SELECT * FROM sizes;
