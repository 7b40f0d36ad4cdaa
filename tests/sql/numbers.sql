-- What comes from CSV, forms and some languages is text; a text that says a number is that number.
CREATE TABLE csv(x TEXT, w TEXT);
INSERT INTO csv VALUES ('11.758', '3'), ('20.1', '1'), (' 1e1 ', ' 2.0'), ('-3', '+1'), ('.5', '0'), ('5.', '1e0'), ('007', '1');
SELECT tdigest_quantile(x, 0.5), tdigest_quantile(x, '0.5'), tdigest_quantile(x, '[0,1]', '100') FROM csv;
SELECT tdigest_weight(tdigest_sketch_weighted(x, w)), tdigest_get(tdigest_add(NULL, '2', '3'), '1'), round(tdigest_rank(tdigest_sketch(x), '6'), 9) FROM csv;
SELECT topk_weighted('page', w), cms_total(cms_sketch_weighted(1, w)) FROM csv;
SELECT topk(x, '1', '20'), hll_count(x, '4') = hll_count(x, 4), hll_count(x, '0.02') = hll_count(x, 0.02), hll_count(x, '12.0') = hll_count(x, 12) FROM csv;
SELECT sketch_info(topk_sketch(x, '5')), topk_json(topk_sketch(7), '1'), cms_error(cms_sketch(x, '0.5', '0.5')) FROM csv;
SELECT reservoir_sample(x, '3', '42') = reservoir_sample(x, 3, 42), random_sample(x, '3', '7', '-1') = random_sample(x, 3, 7, -1), sample_keep('k', '0.5', '9') = sample_keep('k', 0.5, 9) FROM csv;
SELECT count(*) FROM topk_rows((SELECT topk_sketch(x) FROM csv), '2');
SELECT hll_lower(hll_sketch(1), '1') = hll_lower(hll_sketch(1), 1);
-- Where an item is wanted, '11' and 11 stay two.
SELECT hll_count(column1), topk(column1), cms_estimate(column1, '11') FROM (VALUES (11), ('11'));
-- Everything else is refused, by what it is and with what to write.
SELECT tdigest_quantile('', 0.5);
SELECT tdigest_quantile('  ', 0.5);
SELECT tdigest_quantile(nullif('', ''), 0.5);
SELECT tdigest_quantile('12abc', 0.5);
SELECT tdigest_quantile('1,5', 0.5);
SELECT tdigest_quantile('0x10', 0.5);
SELECT tdigest_quantile('1e999', 0.5);
SELECT tdigest_quantile('nan', 0.5);
SELECT tdigest_quantile('1 2', 0.5);
SELECT tdigest_quantile(x'31', 0.5);
SELECT tdigest_quantile(-9e999, 0.5);
SELECT tdigest_add(NULL, '', 1);
SELECT tdigest_quantile(1, 'median');
SELECT tdigest_quantile(1, '');
SELECT topk_weighted('page', '');
SELECT topk_weighted('page', '9.22');
SELECT topk_weighted('page', 9.22);
SELECT topk_weighted(item, round(euro * 100)) FROM (SELECT 'tea' AS item, '9.22' AS euro);
SELECT topk_weighted('page', '-1');
SELECT topk_weighted('page', -0.5);
SELECT topk_weighted('page', '9223372036854775808');
SELECT topk_weighted('page', 9e999);
SELECT topk_weighted('page', x'31');
SELECT topk(1, '');
SELECT topk(1, '10 pages');
SELECT topk(1, '1.5');
SELECT hll_count(1, 1.5);
SELECT hll_count(1, '1.5');
SELECT hll_count(1, 1.0);
SELECT hll_count(1, 0.0);
SELECT hll_count(1, 0.0001);
SELECT hll_count(1, 22);
SELECT hll_count(1, '22');
SELECT cms_sketch(1, '1');
SELECT cms_sketch(1, 'small');
SELECT reservoir_sample(1, '0');
SELECT reservoir_sample(1, 1, '1.5');
SELECT sample_keep('k', '1.5');
SELECT sample_keep('k', '');
-- A sketch that comes as a text is named so, and what cannot be seen is not printed.
SELECT hll_get(CAST(hll_sketch(1) AS TEXT)) /* UTF-8 only */;
SELECT topk_json('TOPK'), 1;
SELECT sketch_info('text');
SELECT sketch_type('text'), sketch_valid('text');
SELECT topk_merge('x');
SELECT count(*) FROM topk_rows('x');
SELECT topk(1, char(27) || '[2J' || char(7, 13, 10, 127) || 'x');
SELECT tdigest_quantile(char(27) || ']0;title' || char(7), 0.5);
SELECT hll_convert(hll_sketch(1), char(1) || 'it''s');
SELECT topk(1, 'ééééééééééééééééééééééééééééééé');
SELECT topk(1, char(155) || '31m' || char(160) || char(127));
SELECT topk(1, CAST(x'ff00' AS TEXT)) /* UTF-8 only */;
-- REALs in JSON are the fewest digits that read back.
SELECT tdigest_quantile(10.357019999999999, '[0.5]'), topk(10.357019999999999), reservoir_sample(0.1 + 0.2, 1);
SELECT topk(column1, 20) FROM (VALUES (0.1), (1e21), (1e22), (123456789012345680.0), (12345678901234567.0), (0.0001), (0.00001), (5e-324), (1.7976931348623157e308), (-0.5), (1e16), (100.0));
CREATE TABLE r AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
  SELECT i * 0.001 * i / 7 AS x FROM n;
SELECT count(*), count(DISTINCT r.x) FROM r JOIN (SELECT value FROM reservoir_rows((SELECT reservoir_sketch(x, 2000) FROM r))) ON value = x;
SELECT sum(value) FROM json_each((SELECT cms_get_all(s, sample) FROM (SELECT cms_sketch(x, 0.00001) AS s, reservoir_sample(x, 2000, 1) AS sample FROM r)));
-- There are never more different values than rows.
SELECT max(count <= rows), min(count <= rows), sum(count = rows) > 500 FROM (SELECT hll_count(x, 4) AS count, count(x) AS rows FROM r GROUP BY cast(x * 10 AS INTEGER));
SELECT hll_count(x), hll_count(x, 4), count(*) FROM (SELECT x FROM r UNION ALL SELECT NULL);
SELECT x, hll_count(value, 4) OVER (ORDER BY key ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE NO OTHERS) FROM (SELECT 1 AS x), json_each('[1,2,null,null,3]') /* since 3.28 */;
