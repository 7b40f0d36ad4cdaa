-- A statement keeps sketches that are asked again; every answer is that of its own sketch.
CREATE TABLE t AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) SELECT i, i % 4 AS g FROM n;
CREATE TABLE s AS SELECT g, topk_sketch(i) AS top, hll_sketch(i * (g + 1) % 97) AS hll, tdigest_sketch(i) AS digest, cms_sketch(i) AS cms FROM t GROUP BY g;
CREATE TABLE other AS SELECT hll_sketch(i) AS hll, tdigest_sketch(i * 10) AS digest FROM t;
-- By a subquery, by joins in both orders, several times in a row, and beside another one.
SELECT g, sum(cms_get((SELECT cms FROM s WHERE g = 2), i)) FROM t GROUP BY g;
SELECT s.g, sum(cms_get(cms, i)), max(tdigest_rank(digest, i)), min(topk_get(top, i)) FROM s, t GROUP BY s.g;
SELECT sum(cms_get(cms, i) = (s.g = t.g)), count(*) FROM t, s;
SELECT g, tdigest_min(digest), tdigest_max(digest), tdigest_get(digest, 0.5), tdigest_weight(digest) FROM s;
SELECT s.g, round(hll_get(s.hll)), round(hll_get(other.hll)), round(hll_get(s.hll)), tdigest_max(other.digest), tdigest_max(s.digest) FROM s, other;
SELECT g, round(hll_get(hll)) = round(hll_get(hll_union(hll))), round(hll_get(x'0201070C03080100F8116004')), tdigest_max(digest), tdigest_get(x'0101146400060000000000000000f03f', 0.5) FROM s;
SELECT g, tdigest_max(CASE g % 2 WHEN 0 THEN digest ELSE (SELECT digest FROM other) END) FROM s;
-- Equal in length and not in bytes, NULL in between, and one that is none.
SELECT column1, tdigest_max(CASE column1 WHEN 0 THEN NULL ELSE tdigest_add(NULL, column1) END) FROM (VALUES (1), (2), (0), (2), (1), (1));
SELECT hll_get(column1) IS NOT NULL FROM (VALUES (x'02010710030C0000'), (x'02010710030C0000'), (x'02010710030C0001'));
SELECT json_extract('[1,2]', '$[1]'), hll_get(hll) > 0, json_extract('[3,4]', '$[' || (g % 2) || ']') FROM s;
