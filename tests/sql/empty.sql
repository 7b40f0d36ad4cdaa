-- Where there are no rows, an aggregate cannot know its parameters; F_empty() begins a sketch of a size.
CREATE TABLE none(x);
SELECT sketch_info(topk_sketch(x, 5)), sketch_info(hll_sketch(x, 14)), sketch_info(tdigest_sketch(x, 50)), sketch_info(cms_sketch(x, 0.01)), sketch_info(reservoir_sketch(x, 5, 7)) FROM none;
SELECT sketch_info(topk_empty()), sketch_info(hll_empty()), sketch_info(tdigest_empty()), sketch_info(cms_empty()), sketch_info(reservoir_empty());
SELECT sketch_info(topk_empty(10, 50)), sketch_info(hll_empty(16)), sketch_info(tdigest_empty(50)), sketch_info(cms_empty(0.01, 0.1)), sketch_info(reservoir_empty(5, 7));
SELECT topk_empty() = topk_sketch(x), hll_empty() = hll_sketch(x), tdigest_empty() = tdigest_sketch(x), cms_empty() = cms_sketch(x), reservoir_empty() = reservoir_merge(x) FROM none;
SELECT hll_empty('14') = hll_empty(14), hll_empty(0.01) = hll_empty(14), hex(hll_empty(16));
SELECT coalesce(hll_sketch(x, 14), hll_empty(14)) = hll_empty(), coalesce(nullif(hll_sketch(x, 14), hll_empty()), hll_empty(14)) = hll_empty(14) FROM none;
-- A seed of the operating system's.
SELECT reservoir_empty(5) <> reservoir_empty(5), length(reservoir_empty(5)) > 0;
-- Sizes have ranges.
SELECT topk_empty(0);
SELECT hll_empty(3);
SELECT hll_empty(NULL);
SELECT tdigest_empty(9);
SELECT cms_empty(1);
SELECT reservoir_empty(0);
SELECT hll_empty(12, 13);
-- Adding, merging and uniting keep the size.
SELECT sketch_info(topk_add(topk_empty(10, 50), 1)), sketch_info(topk_union(topk_empty(10, 50))), sketch_info(topk_union(NULL, topk_empty(10, 50), NULL)), sketch_info(topk_union(topk_empty(10, 50), topk_empty(10, 50)));
SELECT sketch_info(hll_union(hll_empty(16))), sketch_info(hll_union(NULL, hll_empty(16))), sketch_info(hll_union(hll_empty(16), hll_empty(16))), sketch_info(hll_merge(hll_empty(16))) ;
SELECT sketch_info(tdigest_union(tdigest_empty(50))), sketch_info(tdigest_union(tdigest_empty(50), NULL, tdigest_empty(50))), sketch_info(tdigest_merge(tdigest_empty(50)));
SELECT sketch_info(cms_union(cms_empty(0.01))), sketch_info(cms_union(cms_empty(0.01), cms_empty(0.01))), sketch_info(cms_merge(cms_empty(0.01)));
SELECT sketch_info(reservoir_union(reservoir_empty(5, 7))), sketch_info(reservoir_union(reservoir_empty(5, 7), reservoir_empty(5, 7))), sketch_info(reservoir_merge(reservoir_empty(5, 7)));
SELECT sketch_info(cms_union(cms_add(cms_union(c, c), 'x'), cms_add(c, 'x'))) FROM (SELECT cms_empty(0.01) AS c);
SELECT hex(topk_union(s)) = hex(s) FROM (SELECT topk_sketch(column1, 3, 50) AS s FROM (VALUES (1), (2), (1)));
-- Where the shapes of count-min sketches differ, the refusal names both.
SELECT cms_union(cms_add(cms_empty(0.01), 1), cms_add(cms_empty(0.02), 1));
SELECT cms_merge(s) FROM (SELECT cms_sketch(1, 0.5) AS s UNION ALL SELECT cms_sketch(2, 0.25));
-- A trigger's sketch begins with the size that is wanted.
CREATE TABLE page(name TEXT PRIMARY KEY, visitors BLOB);
INSERT INTO page VALUES ('home', hll_add(hll_empty(14), 'ann'))
  ON CONFLICT(name) DO UPDATE SET visitors = hll_add(visitors, 'ann');
UPDATE page SET visitors = hll_add(coalesce(visitors, hll_empty(14)), 'bob');
SELECT name, sketch_info(hll_union(visitors)) = sketch_info(visitors), json_extract(sketch_info(visitors), '$.lg_k'), round(hll_get(visitors)) FROM page;
-- A question that is NULL has the answer NULL, everywhere.
SELECT hll_lower(hll_sketch(1), NULL), hll_upper(hll_sketch(1), NULL), hll_intersection(hll_sketch(1), NULL), hll_convert(hll_sketch(1), NULL), topk_json(topk_sketch(1), NULL), topk_get(topk_sketch(1), NULL), tdigest_pmf(tdigest_sketch(1), NULL), cms_subtract(cms_sketch(1), NULL);
SELECT count(*) FROM topk_rows((SELECT topk_sketch(1)), NULL);
-- The arguments of a table-valued function are its columns.
CREATE TABLE s AS SELECT topk_sketch(column1) AS s FROM (VALUES (1), (2), (3), (1));
SELECT count(*) FROM s, topk_rows(s.s) AS r WHERE r.sketch = s.s;
SELECT count(*) FROM s, topk_rows(s.s, 2) AS r WHERE r.k = 2;
SELECT count(*) FROM s, topk_rows(s.s, 2) AS r WHERE r.k = 3;
SELECT count(*) FROM s, topk_rows(s.s) AS r WHERE r.k IS NULL;
SELECT count(*) FROM s, topk_rows(s.s, 2) AS r WHERE r.k IS NULL;
SELECT count(*) FROM s, topk_rows(s.s) AS r WHERE r.k = 1 OR r.k = 2;
SELECT count(*) FROM s, topk_rows(s.s) AS r WHERE r.sketch IS NOT NULL;
SELECT count(*) FROM s, topk_rows AS r WHERE r.sketch = s.s AND r.sketch = x'00';
SELECT DISTINCT typeof(sketch), k, length(sketch) = length(s) FROM s, topk_rows(s.s, '2');
SELECT value, sketch = s FROM (SELECT reservoir_sketch(7, 2, 1) AS s), reservoir_rows(s);
SELECT topk_json(s, 0) FROM s;
SELECT count(*) FROM s, topk_rows(s.s, 0);
SELECT count(*) FROM s, topk_rows(s.s, 10001);
