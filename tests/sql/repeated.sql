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
-- A sketch that is a constant is answered from its bytes once, and then kept.
SELECT column1, topk_get(x'544F504B01000305030206020C61040C6202', column1), topk_upper(x'544F504B01000305030206020C61040C6202', column1), topk_lower(x'544F504B01000305030206020C61040C6202', column1)
  FROM (VALUES ('a'), ('b'), ('a'), ('c'), (zeroblob(1)));
SELECT column1, cms_total(x'434D494E01009A9999999999B93F9A9999999999B93F0300000000000000000105021D0100021B020A01'), round(cms_error(x'434D494E01009A9999999999B93F9A9999999999B93F0300000000000000000105021D0100021B020A01'), 3),
    cms_get(x'434D494E01009A9999999999B93F9A9999999999B93F0300000000000000000105021D0100021B020A01', column1)
  FROM (VALUES ('a'), ('b'), ('c'));
SELECT column1, theta_lower(x'02030300001ACC930200000000000000857F40B689C7E53417C11D528507017B', column1), theta_upper(x'02030300001ACC930200000000000000857F40B689C7E53417C11D528507017B', column1),
    round(theta_get(x'02030300001ACC930200000000000000857F40B689C7E53417C11D528507017B'))
  FROM (VALUES (1), (2), (3), (4));
SELECT column1, kll_get(x'05010F00C80008000300000000000000C8000100C5000000000000000000F03F000000000000084000000000000008400000000000000040000000000000F03F', column1),
    round(kll_rank(x'05010F00C80008000300000000000000C8000100C5000000000000000000F03F000000000000084000000000000008400000000000000040000000000000F03F', column1), 3)
  FROM (VALUES (0), (0.5), (1));
SELECT column1, topk_distinct_get(x'544F504401000306020C611002010706030802002BF2FB06862FF90D0C620C02010706030801002BF2FB06', column1), topk_distinct_lower(x'544F504401000306020C611002010706030802002BF2FB06862FF90D0C620C02010706030801002BF2FB06', column1)
  FROM (VALUES ('a'), ('b'), ('c'));
SELECT column1, reservoir_json(x'525356520102036A6C747C9F6015171EEEA6F25D0EE03F040C610C62'), profile_json(x'50524F46010000000003000101030C610C62100201070C030802002F823B040AFF800412544F504B01000A2A030206020C61040C62021552535652010A0300000000000000000C610C610C6200') = (SELECT sketch_profile(column1) FROM (VALUES ('a'), ('a'), ('b')))
  FROM (VALUES (1), (2));
SELECT CASE WHEN column1 > 0 THEN cms_total(x'434D494E01009A9999999999B93F9A9999999999B93F0300000000000000000105021D0100021B020A01') END,
    CASE WHEN column1 > 0 THEN round(cms_error(x'434D494E01009A9999999999B93F9A9999999999B93F0300000000000000000105021D0100021B020A01'), 3) END FROM (VALUES (1), (0), (2), (3));
