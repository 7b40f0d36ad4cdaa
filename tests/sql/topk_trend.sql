-- What has grown from one sketch to another, against the traffic of both.
CREATE TABLE w(h, x, n);
INSERT INTO w VALUES (1, 'the', 400), (1, 'storm', 5), (1, 'tea', 20), (1, x'00ff', 2), (1, 7, 10),
  (2, 'the', 205), (2, 'storm', 20), (2, 'tea', 1), (2, x'00ff', 9), (2, 7.0, 10), (2, 'boat', 3);
CREATE TABLE s AS SELECT h, topk_sketch_weighted(x, n) AS s FROM w GROUP BY h;
SELECT topk_trend(b.s, a.s) FROM s a, s b WHERE a.h = 1 AND b.h = 2;
SELECT topk_trend(b.s, a.s, 1) = json_array(json_extract(topk_trend(b.s, a.s), '$[0]')) FROM s a, s b WHERE a.h = 1 AND b.h = 2;
.headers on
SELECT r.rank, typeof(r.value), quote(r.value), r.count, r.before, round(r.growth, 3), round(r.lower, 3), round(r.upper, 3), round(r.score, 3) FROM s a, s b, topk_trend_rows(b.s, a.s) AS r WHERE a.h = 1 AND b.h = 2;
.headers off
-- Fewer rows, more than there are, and as JSON or as rows the same.
SELECT json_array_length(topk_trend(b.s, a.s, 2)), json_array_length(topk_trend(b.s, a.s, '100')) FROM s a, s b WHERE a.h = 1 AND b.h = 2;
SELECT count(*) FROM s a, s b, topk_trend_rows(b.s, a.s, 3) WHERE a.h = 1 AND b.h = 2;
SELECT json_extract(j.value, '$.value') = r.value, json_extract(j.value, '$.score') = r.score FROM s a, s b, json_each(topk_trend(b.s, a.s)) j, topk_trend_rows(b.s, a.s) r WHERE a.h = 1 AND b.h = 2 AND r.rank = j.key + 1 AND typeof(r.value) = 'text';
-- Back again: what fell is not there.
SELECT group_concat(value) FROM s a, s b, topk_trend_rows(a.s, b.s) WHERE a.h = 1 AND b.h = 2;
-- The same twice, the same thrice as often, nothing before, nothing now: nothing grew.
SELECT topk_trend(s, s), topk_trend(topk_union(s, s, s), s), topk_trend(s, topk_union(s, s)) FROM s;
SELECT topk_trend(s, topk_empty()), topk_trend(topk_empty(), s), topk_trend(topk_empty(3), topk_empty(5)) FROM s WHERE h = 1;
SELECT count(*) FROM s, topk_trend_rows(s.s, s.s);
-- NULL anywhere: NULL, or no rows.
SELECT topk_trend(NULL, s), topk_trend(s, NULL), topk_trend(s, s, NULL), topk_trend(NULL, 'no') FROM s WHERE h = 1;
SELECT count(*) FROM s, topk_trend_rows(s.s, NULL);
SELECT count(*) FROM s, topk_trend_rows(NULL, s.s);
SELECT count(*) FROM s, topk_trend_rows(s.s, topk_empty(), NULL);
-- Sketches of different sizes, and estimated ones: what is left open counts against a value.
CREATE TABLE r AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 30000)
  SELECT i / 10000 AS h, CASE WHEN i % 10 < 4 THEN 'the' WHEN i / 10000 = 2 AND i % 100 = 5 THEN 'storm' ELSE i * 7919 % 3001 END AS x FROM c;
CREATE TABLE q AS SELECT h, topk_sketch(x, 10, 20 + 10 * h) AS s FROM r GROUP BY h;
SELECT value, count BETWEEN 100 AND 110, before < 25, lower <= 100 AND lower > 80, upper >= 100 AND upper < 110 FROM topk_trend_rows((SELECT s FROM q WHERE h = 2), (SELECT topk_merge(s) FROM q WHERE h < 2));
-- Every hour against all before it.
SELECT h, (SELECT group_concat(value) FROM topk_trend_rows(q.s, (SELECT topk_merge(s) FROM q p WHERE p.h < q.h), 3)) FROM q;
-- The arguments can be seen, and have to be there.
SELECT DISTINCT r.now = b.s, r.past = a.s, r.k FROM s a, s b, topk_trend_rows(b.s, a.s, '2') r WHERE a.h = 1 AND b.h = 2;
SELECT value FROM topk_trend_rows WHERE past = (SELECT s FROM s WHERE h = 1) AND now = (SELECT s FROM s WHERE h = 2) AND k = 1;
SELECT count(*) FROM s, topk_trend_rows AS r WHERE r.now = s.s;
SELECT count(*) FROM s, topk_trend_rows AS r WHERE r.past = s.s;
SELECT * FROM topk_trend_rows;
SELECT * FROM topk_trend_rows(1);
SELECT topk_trend_rows(s, s) FROM s;
-- Out of range, and what is no such sketch, on either side.
SELECT topk_trend(s, s, 0) FROM s;
SELECT topk_trend(s, s, 10001) FROM s;
SELECT topk_trend(s, s, 'ten') FROM s;
SELECT count(*) FROM s, topk_trend_rows(s.s, s.s, 0);
SELECT topk_trend(s) FROM s;
SELECT topk_trend(s, hll_sketch(1)) FROM s;
SELECT topk_trend(cms_sketch(1), s) FROM s;
SELECT topk_trend(s, 'storm') FROM s;
SELECT topk_trend(s, x'') FROM s;
SELECT topk_trend(s, x'0201100B0006CC93') FROM s;
SELECT topk_trend(s, substr(s, 1, length(s) - 1)) FROM s;
SELECT count(*) FROM s, topk_trend_rows(substr(s, 1, length(s) - 1), s.s);
SELECT count(*) FROM s, topk_trend_rows(s.s, hll_empty());
SELECT count(*) FROM s, topk_trend_rows(s.s, 5);
-- A sketch that changes under a query is the one that is asked.
UPDATE s SET s = topk_add(s, 'boat', 1000) WHERE h = 2;
SELECT value, count FROM topk_trend_rows((SELECT s FROM s WHERE h = 2), (SELECT s FROM s WHERE h = 1), 1);
SELECT h, json_extract(topk_trend(topk_add(s, 'x' || h, 1000), s, 1), '$[0].value') FROM s;
-- Nested as JSON, in views, whatever is trusted.
PRAGMA trusted_schema = OFF;
CREATE VIEW rising AS SELECT r.value FROM s a, s b, topk_trend_rows(b.s, a.s, 1) r WHERE a.h + 1 = b.h;
SELECT * FROM rising;
SELECT json_object('top', topk_trend(topk_union(s, topk_sketch('new')), s, 1)) FROM s WHERE h = 1;
