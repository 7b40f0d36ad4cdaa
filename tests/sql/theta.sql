-- No rows: zero, or a valid empty sketch, the bytes of which are the same for every lg_k.
CREATE TABLE t(x, y);
SELECT theta_count(x), theta_count(x, 20) FROM t;
SELECT hex(theta_sketch(x)), hex(theta_sketch(x, 20)), sketch_info(theta_sketch(x)), theta_get(theta_sketch(x)), theta_lower(theta_sketch(x)), theta_upper(theta_sketch(x)) FROM t;
SELECT hex(theta_merge(x)), hex(theta_merge(x, 14)), hex(theta_union()), hex(theta_union(14)), hex(theta_union(NULL, NULL, 14)), hex(theta_empty()), hex(theta_empty(5)) FROM t;
SELECT theta_count(x) FROM t GROUP BY y;
-- The intersection of nothing would be everything: NULL.
SELECT theta_merge_intersect(x), theta_intersect() FROM t;
SELECT theta_merge_intersect(NULL), theta_intersect(NULL);
-- NULL is not a value, alone or among others; a NULL sketch has no answer.
SELECT theta_count(NULL), theta_get(theta_sketch(NULL)), theta_get(theta_add(NULL, NULL));
SELECT theta_count(column1) FROM (VALUES (NULL), (2), (NULL), (2));
SELECT theta_get(NULL), theta_lower(NULL), theta_upper(NULL, 1), theta_jaccard(NULL, NULL), theta_jaccard(theta_sketch(1), NULL), theta_lower(theta_sketch(1), NULL);
SELECT theta_intersect(theta_sketch(1), NULL), theta_except(theta_sketch(1), NULL), theta_except(NULL, theta_sketch(1));
SELECT hex(theta_union(theta_sketch(0), NULL)), hex(theta_merge(column1)) FROM (VALUES (NULL), (x'01030300001ACC93E56B61EEC8804420'));
-- It agrees with count(DISTINCT): equal numbers are one value, a text or a BLOB is another.
SELECT theta_count(column1), count(DISTINCT column1) FROM (VALUES (1), (1.0), ('1'), ('01'), (0.0), (-0.0), (0), (1.5), (''), ('a'), ('A'), (9007199254740993), (9007199254740992.0), (-1e999), (NULL));
-- A text and a BLOB of the same bytes are one value here, and two in SQL.
SELECT theta_count(column1), count(DISTINCT column1) FROM (VALUES ('a'), (x'61'));
-- The images of Apache DataSketches for the same values, byte for byte.
SELECT hex(theta_sketch(column1)) FROM (VALUES (0));
SELECT hex(theta_sketch(column1)) FROM (VALUES (1), (0), (1));
SELECT hex(theta_sketch(column1)) FROM (VALUES ('hello world'));
-- Few values are counted exactly, many within the error that is stated.
CREATE TABLE n AS WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM c WHERE i < 100000)
  SELECT i FROM c;
SELECT theta_count(i % 1000), theta_count(i % 4000), typeof(theta_count(i)) FROM n;
SELECT theta_count(i), theta_count(i, 5), theta_count(i, 12), theta_count(i, '14'), theta_count(i, 26) FROM n;
SELECT theta_count(CAST(i AS TEXT)), theta_count(i / 2), theta_count(i + 0.5) FROM n;
SELECT sketch_info(theta_sketch(i)) FROM n;
SELECT sketch_info(theta_sketch(i)) FROM n WHERE i <= 100;
SELECT theta_count(1, 4);
SELECT theta_count(1, 27);
SELECT theta_count(1, 12.5);
SELECT theta_count(1, 'twelve');
SELECT theta_sketch(1, NULL);
SELECT theta_empty(30);
SELECT theta_count(i, 10 + i % 2) FROM n;
SELECT theta_count(1, 2, 3);
-- Bounds of one, two (by default) or three standard deviations.
SELECT theta_lower(s) < 100000, theta_upper(s) > 100000, theta_lower(s, 3) < theta_lower(s), theta_lower(s, 2) = theta_lower(s), theta_upper(s, 1) < theta_upper(s, 2)
  FROM (SELECT theta_sketch(i) AS s FROM n);
SELECT theta_lower(s), theta_get(s), theta_upper(s) FROM (SELECT theta_sketch(i) AS s FROM n WHERE i <= 10);
SELECT theta_lower(theta_sketch(1), 0);
SELECT theta_upper(theta_sketch(1), 4);
SELECT theta_upper(theta_sketch(1), 'two');
-- Building, merging, uniting and adding agree while all is exact.
INSERT INTO t SELECT i, i % 3 FROM n WHERE i <= 100;
SELECT theta_merge(s) = (SELECT theta_sketch(x) FROM t) FROM (SELECT theta_sketch(x) AS s FROM t GROUP BY y);
SELECT theta_get(theta_union(theta_sketch(x), theta_sketch(x + 50), NULL)) FROM t;
SELECT theta_get(theta_add(theta_add(theta_add(NULL, 'a'), 'b'), 'a')), theta_get(theta_add(theta_empty(), 1, 20));
-- Added one by one, values make the sketch of all of them, if each time the same lg_k is said.
CREATE TABLE one(s);
INSERT INTO one VALUES (NULL);
CREATE VIEW n_view AS SELECT i FROM n;
CREATE TRIGGER n_added INSTEAD OF INSERT ON n_view BEGIN UPDATE one SET s = theta_add(s, new.i, 5); END;
INSERT INTO n_view SELECT i FROM n WHERE i <= 2000;
SELECT s = (SELECT theta_sketch(i, 5) FROM n WHERE i <= 2000), sketch_info(s) FROM one;
SELECT theta_add(NULL, 1, 4);
SELECT theta_add(theta_sketch(1), 1, 'x');
SELECT theta_add(zeroblob(8), 1);
-- Many are united to no more than 2^lg_k hashes: 12, or what the last argument says.
CREATE TABLE parts AS SELECT i / 10000 AS part, theta_sketch(i, 14) AS s FROM n GROUP BY 1;
SELECT sketch_info(theta_merge(s)), length(theta_merge(s)) FROM parts;
SELECT sketch_info(theta_merge(s, 14)) FROM parts;
SELECT sketch_info(theta_union(a.s, b.s)), sketch_info(theta_union(a.s, b.s, 14)) FROM parts AS a, parts AS b WHERE a.part = 1 AND b.part = 2;
SELECT sketch_info(theta_union(s)), sketch_info(theta_union(s, 13)) FROM parts WHERE part = 1;
-- The smallest theta counts.
SELECT sketch_info(theta_union((SELECT theta_sketch(i, 14) FROM n), (SELECT theta_sketch(i, 10) FROM n), 14));
SELECT theta_merge(s, part) FROM parts;
SELECT theta_merge(s, 30) FROM parts;
SELECT theta_union(s, 4) FROM parts;
SELECT theta_union(14, s) FROM parts;
-- Set algebra nests, and never makes a sketch less precise than theta says.
SELECT theta_get(theta_intersect(a, b)), theta_get(theta_except(a, b)), theta_get(theta_except(theta_union(a, b), theta_intersect(a, b)))
  FROM (SELECT theta_sketch(i) AS a FROM n WHERE i <= 3000), (SELECT theta_sketch(i) AS b FROM n WHERE i BETWEEN 2001 AND 4000);
SELECT round(theta_get(theta_intersect(a, b))), round(theta_get(theta_except(a, b))), round(theta_get(theta_except(theta_union(a, b), theta_intersect(a, b))))
  FROM (SELECT theta_sketch(i) AS a FROM n WHERE i <= 60000), (SELECT theta_sketch(i) AS b FROM n WHERE i > 40000);
SELECT sketch_info(theta_intersect(a, b)) FROM (SELECT theta_sketch(i) AS a FROM n WHERE i <= 60000), (SELECT theta_sketch(i) AS b FROM n WHERE i > 40000);
SELECT theta_intersect(a, b, c) = theta_intersect(theta_intersect(c, b), a)
  FROM (SELECT theta_sketch(i) AS a FROM n WHERE i % 2 = 0), (SELECT theta_sketch(i) AS b FROM n WHERE i % 3 = 0), (SELECT theta_sketch(i) AS c FROM n WHERE i % 5 = 0);
SELECT round(theta_get(theta_merge_intersect(s))) FROM (SELECT theta_sketch(i) AS s FROM n WHERE i % 2 = 0 UNION ALL SELECT NULL UNION ALL SELECT theta_sketch(i) FROM n WHERE i % 3 = 0);
SELECT length(theta_intersect(s)) = length(s), theta_get(theta_intersect(s, theta_empty())), hex(theta_intersect(s, theta_empty())) FROM parts WHERE part = 1;
SELECT theta_except(s, theta_empty()) = s, hex(theta_except(theta_empty(), s)), theta_get(theta_except(s, s)) FROM parts WHERE part = 1;
-- Of two streams that have nothing in common, hashes that did not meet bound what they may have.
SELECT theta_get(x), theta_lower(x), theta_upper(x) FROM (SELECT theta_intersect(a, b) AS x FROM (SELECT theta_sketch(i) AS a FROM n WHERE i <= 50000), (SELECT theta_sketch(i) AS b FROM n WHERE i > 50000));
-- How alike they are.
SELECT theta_jaccard(a, b) FROM (SELECT theta_sketch(i) AS a FROM n WHERE i <= 3000), (SELECT theta_sketch(i) AS b FROM n WHERE i BETWEEN 1001 AND 4000);
SELECT theta_jaccard(a, b) FROM (SELECT theta_sketch(i) AS a FROM n WHERE i <= 75000), (SELECT theta_sketch(i) AS b FROM n WHERE i > 25000);
SELECT theta_jaccard(theta_empty(), theta_empty()), theta_jaccard(theta_empty(), theta_sketch(1));
SELECT json_object('alike', theta_jaccard(theta_sketch(1), theta_sketch(1)));
-- Windows: running ones, merged sketches in frames that slide, and those computed afresh.
SELECT theta_count(x) OVER (ORDER BY x) FROM t LIMIT 5;
SELECT sum(c) FROM (SELECT theta_count(x / 2) OVER (ORDER BY x ROWS 3 PRECEDING EXCLUDE NO OTHERS) AS c FROM t) /* since 3.28 */;
SELECT theta_count(x) OVER (ORDER BY x ROWS 3 PRECEDING) FROM t;
SELECT sum(theta_get(slid) <> theta_get(fresh)), sum(slid <> fresh) FROM
  (SELECT theta_merge(s, 13) OVER (ORDER BY part ROWS 3 PRECEDING) AS slid, theta_merge(s, 13) OVER (ORDER BY part ROWS 3 PRECEDING EXCLUDE NO OTHERS) AS fresh FROM parts) /* since 3.28 */;
SELECT sum(slid IS NOT fresh), count(fresh) FROM
  (SELECT theta_merge_intersect(s) OVER (ORDER BY part ROWS 2 PRECEDING) AS slid, theta_merge_intersect(s) OVER (ORDER BY part ROWS 2 PRECEDING EXCLUDE NO OTHERS) AS fresh FROM (SELECT part, s FROM parts UNION ALL SELECT 20, NULL UNION ALL SELECT 21, NULL UNION ALL SELECT 22, NULL)) /* since 3.28 */;
-- Images of other versions: packed, and those of Java's first years; and in no order.
CREATE TABLE image(b);
INSERT INTO image VALUES (x'02030300001ACC93020000000000000015F97DCBBD86A105E56B61EEC8804420'),
  (x'0104033D011ACC93022D0C35EE5BEFC8AEA8BE82C8B8DCB400'),
  (x'03010300000000000200000000000000FFFFFFFFFFFFFF7F15F97DCBBD86A105E56B61EEC8804420'),
  (x'020203000000CC93020000000000000015F97DCBBD86A105E56B61EEC8804420'),
  (x'02030300000ACC930200000000000000E56B61EEC880442015F97DCBBD86A105');
SELECT theta_get(b), sketch_type(b), sketch_valid(b), hex(theta_union(b)) FROM image;
SELECT theta_get(theta_merge(b)), theta_get(theta_merge_intersect(b)) FROM image;
SELECT theta_get(x'010303000000CC93');
SELECT theta_get(x'01030300001E0000'), sketch_valid(x'01030300001E0000');
-- Those of another seed, out of the order that they promise, cut short or damaged say so.
SELECT theta_get(x'01030300001AB605E56B61EEC8804420');
SELECT theta_merge(x'01030300001AB605E56B61EEC8804420');
SELECT theta_union(theta_sketch(1), x'02030300001ACC930200000000000000E56B61EEC880442015F97DCBBD86A105');
SELECT theta_union(x'02030300001ACC930200000000000000E56B61EEC88044');
SELECT theta_intersect(x'01030300001ACC93000000000000000000');
SELECT theta_add(x'01030300001ACC930000000000000000', 1);
SELECT theta_except(theta_sketch(1), x'02030300000ACC930200000000000000E56B61EEC8804420E56B61EEC8804420');
SELECT theta_jaccard(theta_sketch(1), x'0104033D011ACC93022D0C35EE5BEFC8AEA8BE82C8B8DCB4');
-- What is no theta sketch is refused by name.
SELECT theta_get(1);
SELECT theta_get('text');
SELECT theta_get(zeroblob(16));
SELECT theta_get(hll_sketch(1));
SELECT hll_get(theta_sketch(1));
SELECT theta_merge(x'0201100B0006CC93');
SELECT theta_union(1, 2);
SELECT theta_intersect(theta_sketch(1), 5);
SELECT theta_except(theta_sketch(1));
-- A sketch for every key is what GROUP BY gives, merged ones are what theta_merge gives: of the lg_k that is said.
CREATE TABLE sizes(lg);
INSERT INTO sizes VALUES (5), (10), (12), ('14');
SELECT lg, count(*), sum(b.sketch = s) FROM (SELECT lg, theta_by(i % 7, i, lg) AS k FROM n, sizes GROUP BY lg), theta_by_rows(k) AS b
  JOIN (SELECT lg, i % 7 AS g, theta_sketch(i, lg) AS s FROM n, sizes GROUP BY 1, 2) USING (lg) WHERE g = b.key GROUP BY lg;
CREATE TABLE keyed_part AS SELECT i % 3 AS part, theta_by(i % 7, i / 2, 13) AS k FROM n GROUP BY 1;
CREATE TABLE group_part AS SELECT i % 3 AS part, i % 7 AS g, theta_sketch(i / 2, 13) AS s FROM n GROUP BY 1, 2;
SELECT lg, last, count(*), sum(b.sketch = s) FROM
  (SELECT lg, last.column1 AS last, theta_by_merge(k, lg) AS k FROM keyed_part, sizes, (VALUES (0), (2)) AS last WHERE part <= last.column1 GROUP BY 1, 2), theta_by_rows(k) AS b
  JOIN (SELECT lg, last.column1 AS last, g, theta_merge(s, lg) AS s FROM group_part, sizes, (VALUES (0), (2)) AS last WHERE part <= last.column1 GROUP BY 1, 2, 3) USING (lg, last) WHERE g = b.key GROUP BY 1, 2;
SELECT theta_by_merge(k) = theta_by_merge(k, 12), sketch_info(theta_by_merge(k)), hex(theta_by_merge(NULL, 13)), sketch_valid(k) FROM keyed_part;
SELECT hex(theta_by(g, s)), hex(theta_by_merge(s, 13)) FROM group_part WHERE false;
SELECT theta_by_merge(k, part + 5) FROM keyed_part;
SELECT theta_by_merge(k, 30) FROM keyed_part;
SELECT theta_by_merge(k, NULL) FROM keyed_part;
SELECT theta_by(g, g, 4) FROM group_part;
SELECT theta_by_merge(s) FROM group_part;
SELECT theta_get(k) FROM keyed_part;
SELECT theta_by_merge(x'4b4559530105746865746101001802030300001ACC930200000000000000E56B61EEC8804420');
