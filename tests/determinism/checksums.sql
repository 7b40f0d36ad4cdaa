-- Eight kinds of REALs, a thousand of each, and values of every class.
CREATE TABLE numbers(kind TEXT, i INTEGER, x REAL);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999),
  u(i, u, bits) AS (SELECT i, (noise(1, i) & 9007199254740991) / 9007199254740992.0, noise(2, i) FROM n)
INSERT INTO numbers
  SELECT 'uniform', i, u FROM u UNION ALL
  SELECT 'whole', i, noise(3, i) % 1000 FROM n UNION ALL
  SELECT 'few', i, i % 3 - 0.5 FROM n UNION ALL
  SELECT 'ascending', i, i * i / 64.0 FROM n UNION ALL
  SELECT 'skewed', i, u * u * u * u * 1000000 FROM u UNION ALL
  SELECT 'wide', i, real((bits & 4503599627370495) | (((bits >> 52 & 1023) + 512) << 52)) FROM u UNION ALL
  SELECT 'denormal', i, real(bits & 4503599627370495) FROM u UNION ALL
  SELECT 'bits', i, real(bits) FROM u;
CREATE TABLE finite AS SELECT * FROM numbers WHERE x BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308;
CREATE TABLE items(i INTEGER, g, x);
INSERT INTO items SELECT i, noise(4, i) % 7, CASE noise(5, i) % 5 WHEN 0 THEN noise(6, i) % 100 WHEN 1 THEN 'text ' || (noise(6, i) % 90)
  WHEN 2 THEN CAST('blob ' || (noise(6, i) % 80) AS BLOB) WHEN 3 THEN x ELSE noise(7, i) END
  FROM numbers WHERE kind IN ('bits', 'wide') UNION ALL
  SELECT i + 1000, i % 5, 'a text that no short form holds, ' || (i * i % 97) FROM numbers WHERE kind = 'whole';
CREATE TABLE grid AS SELECT column1 AS q FROM (VALUES (0), (0.001), (0.01), (0.1), (0.25), (0.5), (0.7), (0.9), (0.99), (0.999), (1));
SELECT 'the values', kind, count(x), checksums(x) FROM numbers GROUP BY kind;
SELECT 'the items', count(x), checksums(x) FROM items;

-- t-digests: bytes, merged, weighted, added to, as frames slide; every question.
SELECT 'tdigest', kind, checksum(tdigest_sketch(x)), checksum(tdigest_sketch(x, 10)), checksum(tdigest_sketch(x, 500)),
  checksum(tdigest_sketch_weighted(x, 1 + i % 5, 20)) FROM finite GROUP BY kind;
SELECT 'tdigest_merge', kind, checksum(tdigest_merge(s)) FROM (SELECT kind, tdigest_sketch(x, 20) AS s FROM finite GROUP BY kind, i % 9) GROUP BY kind;
SELECT 'tdigest_add', kind, checksum(tdigest_add(tdigest_add(tdigest_sketch(x, 30), 0.3), -7)) FROM finite GROUP BY kind;
CREATE TABLE digests AS SELECT kind, tdigest_sketch(x, 20) AS s FROM finite GROUP BY kind;
SELECT 'tdigest answers', kind, checksums(tdigest_get(s, q)), checksums(tdigest_rank(s, tdigest_get(s, q))), checksums(tdigest_rank(s, q * 1000)),
  checksums(tdigest_mean(s)), checksums(tdigest_trimmed_mean(s, q / 4, 0.75)), checksums(tdigest_cdf(s, json_array(-1, q, 1 + q)))
  FROM digests CROSS JOIN grid GROUP BY kind;
SELECT 'tdigest_quantile', kind, checksum(tdigest_quantile(x, '[0.05, 0.5, 0.95]')) FROM finite GROUP BY kind;
SELECT 'tdigest_bins', kind, count(*), checksums(b.lower), checksums(b.upper), checksums(b.count) FROM digests CROSS JOIN tdigest_bins(s, 12) AS b GROUP BY kind;
SELECT 'quantiles that slide', kind, checksums(a), checksums(b) FROM (SELECT kind, tdigest_quantile(x, 0.5) OVER w AS a, kll_quantile(x, 0.9) OVER w AS b
  FROM finite WHERE i < 200 WINDOW w AS (PARTITION BY kind ORDER BY i ROWS 20 PRECEDING)) GROUP BY kind;

-- KLL, likewise.
SELECT 'kll', kind, checksum(kll_sketch(x)), checksum(kll_sketch(x, 8)), checksum(kll_sketch(x, 50)) FROM finite GROUP BY kind;
SELECT 'kll_merge', kind, checksum(kll_merge(s)) FROM (SELECT kind, kll_sketch(x, 16) AS s FROM finite GROUP BY kind, i % 9) GROUP BY kind;
CREATE TABLE ranks AS SELECT kind, kll_sketch(x, 20) AS s FROM finite GROUP BY kind;
SELECT 'kll answers', kind, checksums(kll_get(s, q)), checksums(kll_rank(s, kll_get(s, q))), checksums(kll_lower(s, q)), checksums(kll_upper(s, q)),
  checksums(kll_pmf(s, json_array(-1, q, 1 + q))), checksums(kll_error(s)), checksums(kll_add(s, q)) FROM ranks CROSS JOIN grid GROUP BY kind;

-- Families of items, over REALs of each kind, and over values of every class.
SELECT 'hll', kind, checksum(hll_sketch(x)), checksum(hll_sketch(x, 4)), checksum(hll_sketch(x, 8)), checksum(hll_convert(hll_sketch(x, 6), 'hll_8 updatable')),
  checksum(hll_get(hll_sketch(x, 6))), checksum(hll_lower(hll_sketch(x, 6), 3)), checksum(hll_upper(hll_sketch(x, 6))), hll_count(x, 5) FROM numbers GROUP BY kind;
SELECT 'hll_merge', checksum(m), checksum(hll_get(m)), checksum(hll_lower(m)), checksum(hll_upper(m, 1)), checksum(hll_add(m, 'more'))
  FROM (SELECT hll_merge(s) AS m FROM (SELECT hll_sketch(x, 7) AS s FROM items GROUP BY g));
SELECT 'hll together', checksums(hll_intersection(a.s, b.s)), checksums(hll_jaccard(a.s, b.s)) FROM (SELECT g, hll_sketch(x, 8) AS s FROM items GROUP BY g) AS a
  CROSS JOIN (SELECT g, hll_sketch(x, 8) AS s FROM items GROUP BY g) AS b WHERE a.g < b.g;
SELECT 'theta', kind, checksum(theta_sketch(x)), checksum(theta_sketch(x, 5)), checksum(theta_get(theta_sketch(x, 6))), checksum(theta_lower(theta_sketch(x, 6), 3)),
  checksum(theta_upper(theta_sketch(x, 6), 1)) FROM numbers GROUP BY kind;
SELECT 'theta sets', checksums(theta_union(a.s, b.s, 6)), checksums(theta_intersect(a.s, b.s)), checksums(theta_except(a.s, b.s)), checksums(theta_jaccard(a.s, b.s))
  FROM (SELECT g, theta_sketch(x, 7) AS s FROM items GROUP BY g) AS a CROSS JOIN (SELECT g, theta_sketch(x, 6) AS s FROM items GROUP BY g) AS b WHERE a.g < b.g;
SELECT 'topk', kind, checksum(topk_sketch(x)), checksum(topk_sketch(x, 3, 9)), checksum(topk(x, 5)) FROM numbers GROUP BY kind;
SELECT 'topk of items', checksum(topk_sketch(x, 10, 20)), checksum(topk(x, 12, 40)), checksum(topk_sketch_weighted(x, abs(g), 5, 30)), checksum(topk_add(topk_sketch(x, 4, 16), 'new', 9)) FROM items;
SELECT 'topk_merge', checksum(topk_merge(s)), checksum(topk_json(topk_merge(s))) FROM (SELECT topk_sketch(x, 6, 24) AS s FROM items GROUP BY g);
SELECT 'topk answers', checksums(topk_get(s, x)), checksums(topk_lower(s, x)), checksums(topk_upper(s, x)) FROM (SELECT topk_sketch(x, 6, 24) AS s FROM items) CROSS JOIN items;
SELECT 'topk_trend', checksum(topk_trend(a, b, 9)) FROM (SELECT topk_sketch(x) FILTER (WHERE i % 3 > 0) AS a, topk_sketch(x) FILTER (WHERE i % 3 = 0) AS b FROM items);
SELECT 'topk_convert', checksum(c), checksum(topk_import(c, 'text')) FROM (SELECT topk_convert(topk_sketch(x, 9, 30), 'frequent_items') AS c FROM items WHERE typeof(x) = 'text');
SELECT 'topk that slides', checksums(a) FROM (SELECT topk(x, 4) OVER (ORDER BY i, typeof(x), x ROWS 30 PRECEDING) AS a FROM items WHERE i < 400);
SELECT 'topk_distinct', checksum(topk_distinct_sketch(g, x, 3, 5)), checksum(topk_distinct(g, x, 5)), checksum(topk_distinct(x, i, 4, 4)) FROM items;
SELECT 'cms', kind, checksum(cms_sketch(x)), checksum(cms_sketch(x, 0.05, 0.2)), checksum(cms_error(cms_sketch(x, 0.05, 0.2))) FROM numbers GROUP BY kind;
SELECT 'cms of items', checksum(cms_sketch_weighted(x, abs(g), 0.02)), checksum(cms_inner(cms_sketch(x, 0.02), cms_sketch(g, 0.02))), checksum(cms_add(cms_sketch(x, 0.03), 'new', 3)) FROM items;
SELECT 'cms answers', checksums(cms_get(s, x)) FROM (SELECT cms_sketch(x, 0.02) AS s FROM items) CROSS JOIN items;
SELECT 'reservoir', kind, checksum(reservoir_sketch(x, 9, 1)), checksum(reservoir_sketch_weighted(x, 0.125 + i % 7, 9, 2)) FROM numbers GROUP BY kind;
SELECT 'reservoir_merge', checksum(reservoir_merge(s)), checksum(reservoir_json(reservoir_merge(s))) FROM (SELECT reservoir_sketch_weighted(x, 1.5 + i % 3, 8, 7 + g) AS s FROM items GROUP BY g);
SELECT 'samples', checksum(random_sample(i, 20, (SELECT count(*) FROM items), 5)), sum(sample_keep(x, 0.3)), checksums(sample_keep(x, 0.5, 9)) FROM items;
SELECT 'profile', kind, checksum(profile_sketch(x)), checksum(sketch_profile(x)) FROM numbers GROUP BY kind;
SELECT 'profile of items', checksum(profile_sketch(x)), checksum(sketch_profile(x)), checksum(profile_add(profile_sketch(x), 3)) FROM items;
SELECT 'for every key', checksum(hll_by(g, x, 5)), checksum(theta_by(g, x, 5)), checksum(topk_by(x, g, 3)), checksum(cms_by(g, x, 0.2)), checksum(tdigest_by(g, i, 10)), checksum(kll_by(g, i, 8)) FROM items;
SELECT 'of every family', checksums(sketch_info(s)), sum(sketch_valid(s)) FROM (SELECT tdigest_sketch(i) AS s FROM items UNION ALL SELECT kll_sketch(i) FROM items UNION ALL SELECT hll_sketch(x) FROM items
  UNION ALL SELECT theta_sketch(x) FROM items UNION ALL SELECT topk_sketch(x) FROM items UNION ALL SELECT cms_sketch(x) FROM items UNION ALL SELECT reservoir_sketch(x, 5, 1) FROM items
  UNION ALL SELECT profile_sketch(x) FROM items UNION ALL SELECT topk_distinct_sketch(g, x) FROM items UNION ALL SELECT hll_by(g, x) FROM items);
-- Other systems' images, and numbers as text: every digit that a REAL needs.
SELECT 'foreign', checksums(sketch_type(column1)), checksums(kll_get(kll_import(column1, 'float'), 0.5)) FROM (VALUES (x'02020F04C80008000000803F'), (x'02020F04C80008000000C03F'));
SELECT 'digits', kind, checksum(topk(x, 100)) FROM numbers WHERE i < 100 GROUP BY kind;
-- What is left, so that every function is here.
SELECT 'in one step', checksum(topk_weighted(x, abs(g), 6)), checksum(approx_top_k(x, 7)), hll_count(x), approx_count_distinct(x, 6), theta_count(x, 6), checksum(approx_quantile(i, 0.3)),
  checksum(approx_percentile(i, 0.7)), cms_estimate(x, 'text 7', 0.05), checksum(cms_estimate_all(x, '["text 7", 3, 0.5]', 0.05)), checksum(reservoir_sample(x, 6, 2)), checksum(reservoir_sample_weighted(x, 1 + i % 3, 6, 2)) FROM items;
SELECT 'empty', checksum(topk_empty(5)), checksum(hll_empty(9)), checksum(theta_empty(9)), checksum(tdigest_empty(50)), checksum(kll_empty(50)), checksum(cms_empty(0.1)), checksum(reservoir_empty(5, 1)), checksum(profile_empty()), checksum(topk_distinct_empty(5));
CREATE TABLE keyed AS SELECT g, hll_by(i % 9, x, 5) AS h, theta_by(i % 9, x, 5) AS th, topk_by(i % 9, x, 3) AS tk, cms_by(i % 9, x, 0.2) AS c, tdigest_by(i % 9, i, 10) AS td, kll_by(i % 9, i, 8) AS kl FROM items GROUP BY g;
SELECT 'keyed, merged', checksum(hll_by_merge(h)), checksum(theta_by_merge(th)), checksum(topk_by_merge(tk)), checksum(cms_by_merge(c)), checksum(tdigest_by_merge(td)), checksum(kll_by_merge(kl)) FROM keyed;
SELECT 'keyed, in rows', (SELECT checksums(sketch) FROM hll_by_rows(h)), (SELECT checksums(sketch) FROM theta_by_rows(th)), (SELECT checksums(sketch) FROM topk_by_rows(tk)), (SELECT checksums(sketch) FROM cms_by_rows(c)),
  (SELECT checksums(sketch) FROM tdigest_by_rows(td)), (SELECT checksums(sketch) FROM kll_by_rows(kl)) FROM keyed WHERE g = 3;
CREATE TABLE parts AS SELECT g, topk_sketch(x, 4, 20) AS tk, hll_sketch(x, 6) AS h, theta_sketch(x, 6) AS th, tdigest_sketch(i, 12) AS td, kll_sketch(i, 9) AS kl, cms_sketch(x, 0.05) AS c, reservoir_sketch(x, 5, g) AS r,
  profile_sketch(x) AS p, topk_distinct_sketch(i % 11, x, 2, 5) AS d FROM items GROUP BY g;
SELECT 'united', checksum(topk_union(a.tk, b.tk)), checksum(hll_union(a.h, b.h)), checksum(tdigest_union(a.td, b.td)), checksum(kll_union(a.kl, b.kl)), checksum(cms_union(a.c, b.c)), checksum(reservoir_union(a.r, b.r)),
  checksum(profile_union(a.p, b.p)), checksum(topk_distinct_union(a.d, b.d)), checksum(cms_subtract(cms_union(a.c, b.c), b.c)) FROM parts AS a, parts AS b WHERE a.g = 1 AND b.g = 2;
SELECT 'merged', checksum(theta_merge(th)), checksum(theta_merge_intersect(th)), checksum(cms_merge(c)), checksum(profile_merge(p)), checksum(topk_distinct_merge(d)) FROM parts;
SELECT 'added to', checksums(theta_add(th, 'new', 6)), checksums(reservoir_add(r, 'new')), checksums(topk_distinct_add(d, 3, 'new')), checksums(cms_total(c)), checksums(cms_get_all(c, '["text 7", 3]')) FROM parts;
SELECT 'in rows', (SELECT checksums(value) FROM topk_rows(tk)), (SELECT checksums(count) FROM topk_distinct_rows(d)), (SELECT checksums(value) FROM reservoir_rows(r)), (SELECT checksums(mean) FROM tdigest_rows(td)),
  (SELECT checksums(value) FROM kll_rows(kl)), (SELECT count(*) FROM profile_rows(p)), (SELECT checksums(value) FROM topk_trend_rows(tk, (SELECT tk FROM parts WHERE g = 2))) FROM parts WHERE g = 1;
SELECT 'asked', checksums(profile_json(p)), checksums(reservoir_json(r)), checksums(topk_distinct_json(d)), checksums(topk_distinct_get(d, 3)), checksums(topk_distinct_lower(d, 3)), checksums(topk_distinct_upper(d, 3)) FROM parts;
SELECT 'asked of numbers', checksums(tdigest_pmf(td, '[100, 300]')), checksums(tdigest_min(td)), checksums(tdigest_max(td)), checksums(tdigest_weight(td)), checksums(kll_cdf(kl, '[100, 300]')), checksums(kll_min(kl)), checksums(kll_max(kl)), checksums(kll_weight(kl)) FROM parts;
