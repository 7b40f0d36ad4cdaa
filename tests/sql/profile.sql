-- No rows: zeros and nulls; NULLs are rows.
CREATE TABLE t(x);
SELECT sketch_profile(x) FROM t;
SELECT profile_json(profile_sketch(x)) = sketch_profile(x), profile_sketch(x) = profile_empty(), profile_json(profile_merge(x)) = sketch_profile(x) FROM t;
SELECT sketch_profile(NULL), profile_json(NULL), profile_json(profile_add(NULL, NULL)) = sketch_profile(NULL), (SELECT count(*) FROM profile_rows(NULL)) FROM (SELECT 1);
-- Every storage class, and the order that SQLite has for them.
SELECT sketch_profile(column1) FROM (VALUES (3), (NULL), ('b'), (2.5), (x'00ff'), (3), (-0.0), (NULL), ('A'), (''));
-- One figure a line.
INSERT INTO t WITH RECURSIVE c(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM c WHERE i < 1999)
  SELECT CASE WHEN i % 40 = 0 THEN NULL WHEN i % 8 = 3 THEN 'word ' || (i * i % 7) WHEN i % 5 = 2 THEN (i * 7919 % 1000) / 8.0 ELSE abs(i * 31 % 60 - 30) END FROM c;
SELECT name, CASE typeof(value) WHEN 'real' THEN round(value, 9) ELSE value END, count FROM profile_rows((SELECT profile_sketch(x) FROM t));
SELECT sketch_info(profile_sketch(x)), sketch_type(profile_sketch(x)), sketch_valid(profile_sketch(x)), length(profile_sketch(x)) FROM t;
-- Figures are those of the other functions, and of SQLite.
SELECT json_extract(p, '$.rows') = count(*), json_extract(p, '$.nulls') = count(*) - count(x), json_extract(p, '$.min') = min(x), json_extract(p, '$.max') = max(x),
    json_extract(p, '$.distinct.estimate') = hll_count(x, 12), json_extract(p, '$.top') = topk(x, 10), json_extract(p, '$.sample') = reservoir_sample(x, 10, 0),
    json_extract(p, '$.lengths.mean') = avg(CASE typeof(x) WHEN 'text' THEN length(x) END)
  FROM (SELECT sketch_profile(x) AS p FROM t), t;
SELECT json_extract(sketch_profile(x), '$.quantiles.q50') = tdigest_quantile(x, 0.5), json_extract(sketch_profile(x), '$.mean') = tdigest_mean(tdigest_sketch(x)),
    json_extract(sketch_profile(x), '$.types.real') = count(*) FILTER (WHERE typeof(x) = 'real') FROM t WHERE typeof(x) <> 'text' /* since 3.30 */;
-- The deviation is that with n - 1, as DuckDB and pandas have it.
SELECT round(json_extract(sketch_profile(value), '$.std'), 12) FROM json_each('[2, 4, 4, 4, 5, 5, 7, 9]');
SELECT json_extract(sketch_profile(7), '$.std', '$.histogram', '$.quantiles.q99');
-- Whole numbers stand in one bin each; a bin without any is a blank.
SELECT json_extract(sketch_profile(value), '$.histogram') FROM json_each('[1, 2, 3, 3, 3, 3, 4, 4, 17]');
-- Infinities have no place in quantiles, but count.
SELECT sketch_profile(column1) FROM (VALUES (9e999), (-9e999), (4));
-- Long values are cut: a text ends in three dots, a BLOB in nothing.  Lengths and the number of different values are those of the whole.
SELECT json_extract(p, '$.distinct.estimate', '$.lengths', '$.top', '$.min'), length(json_extract(p, '$.sample[1]')) FROM
  (SELECT sketch_profile(column1) AS p FROM (VALUES (printf('%.*c', 200, 'x') || 'a'), (printf('%.*c', 200, 'x') || 'b'), (zeroblob(1000)), (printf('%.*c', 127, 'y'))));
-- The value of a row is of its own type.
SELECT name, typeof(value), CASE typeof(value) WHEN 'blob' THEN hex(value) ELSE value END FROM profile_rows((SELECT profile_sketch(x'0a')));
-- Merging is having seen all rows, NULLs among them.
CREATE TABLE part AS SELECT rowid % 4 AS p, profile_sketch(x) AS s FROM t GROUP BY 1;
SELECT json_remove(profile_json(profile_merge(s)), '$.sample', '$.top', '$.quantiles', '$.std') = (SELECT json_remove(sketch_profile(x), '$.sample', '$.top', '$.quantiles', '$.std') FROM t),
    profile_merge(s) = profile_union((SELECT s FROM part WHERE p = 0), NULL, (SELECT s FROM part WHERE p = 1), (SELECT s FROM part WHERE p = 2), (SELECT s FROM part WHERE p = 3)) FROM part;
SELECT json_extract(profile_json(profile_merge(s)), '$.rows', '$.nulls', '$.distinct', '$.histogram') FROM part;
SELECT profile_merge(s) = (SELECT s FROM part WHERE p = 2) FROM (SELECT s FROM part WHERE p = 2 UNION ALL SELECT profile_empty() UNION ALL SELECT NULL);
-- Adding a row is having seen it.
SELECT profile_add(profile_add(profile_sketch(column1), 'c'), NULL) = (SELECT profile_sketch(column1) FROM (VALUES ('a'), (1), ('c'), (NULL))) FROM (VALUES ('a'), (1));
-- Groups, filters and frames.
SELECT x % 3, json_extract(sketch_profile(x), '$.rows', '$.max'), json_extract(sketch_profile(x) FILTER (WHERE x > 20), '$.rows') FROM t WHERE typeof(x) = 'integer' GROUP BY 1 /* since 3.30 */;
SELECT json_extract(sketch_profile(column1) OVER (ORDER BY rowid), '$.rows', '$.nulls', '$.max') FROM (SELECT rowid, column1 FROM (SELECT 1 AS rowid, 5 AS column1 UNION ALL VALUES (2, NULL), (3, 9)));
SELECT json_extract(sketch_profile(x) OVER (ROWS 2 PRECEDING EXCLUDE NO OTHERS), '$.rows', '$.nulls') FROM t LIMIT 4 /* since 3.28 */;
SELECT sketch_profile(x) OVER (ROWS 2 PRECEDING) FROM t LIMIT 4;
SELECT json_extract(profile_json(profile_merge(s) OVER (ORDER BY p ROWS 1 PRECEDING)), '$.rows') FROM part;
SELECT json_extract(profile_json(profile_merge(CASE WHEN p <> 1 THEN s END) OVER (ORDER BY p ROWS 1 PRECEDING)), '$.rows') FROM part;
-- Errors say what to write.
SELECT * FROM profile_rows((SELECT sketch_profile(x) FROM t));
SELECT profile_json(sketch_profile(x)) FROM t;
SELECT profile_json(5);
SELECT profile_merge(x'00');
SELECT profile_json(topk_sketch(x)) FROM t;
SELECT profile_json(substr(profile_sketch(x), 1, 100)) FROM t;
SELECT sketch_profile(x, 3) FROM t;
