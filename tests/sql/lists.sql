-- Lists are JSON arrays of scalars, as RFC 8259 has them: numbers, texts, null, true and false.
CREATE TABLE s AS SELECT cms_sketch(column1) AS c, tdigest_sketch(3) AS d FROM (VALUES
  (1), (0), (-7), (0.5), (9223372036854775807), (9223372036854775808.0), (1e300), ('a'), ('é'), ('😀'), ('a"b\c/d'),
  (char(8, 12, 10, 13, 9)), (char(0x2028)), ('[1]'), (''), (9e999), (char(97, 0, 98)));
SELECT cms_get_all(c, '[1,0,-7,0.5]'), cms_get_all(c, ' [ 1 , 1.0 , 10e-1 , 0.1E+1,100e-2 ] ') FROM s;
SELECT cms_get_all(c, '["a","\u0061","é","\u00e9","\u00E9","😀","\ud83d\ude00","\uD83D\uDE00"]') FROM s;
SELECT cms_get_all(c, '["a\"b\\c\/d","\b\f\n\r\t","\u2028","[1]","",""]') FROM s;
SELECT cms_get_all(c, '["a\u0000b"]') FROM s;
SELECT cms_get_all(c, '[null,true,false,"true"]') FROM s;
SELECT cms_get_all(c, '[]'), cms_get_all(c, char(9, 10, 13, 32) || '[' || char(10) || ']' || char(13)) FROM s;
-- Integers that fit an int64 are integers, all other numbers the closest double.
SELECT cms_get_all(c, '[9223372036854775807,9223372036854775808,9223372036854775809,9223372036854775806]') FROM s;
SELECT cms_get_all(c, '[1e300,10e299,1e400,0.5000000000000000000000000000000000000001,-0,-0.0,0e99999999999]') FROM s;
SELECT cms_estimate_all(0.1 + 0.2, '[0.30000000000000004,0.3,0.3000000000000000444089209850062616169452667236328125]');
-- The same element twice has two answers.
SELECT cms_get_all(c, '["a","a","b","a"]') FROM s;
-- What is no such list has one clear error.
SELECT cms_get_all(c, 'a') FROM s;
SELECT cms_get_all(c, '') FROM s;
SELECT cms_get_all(c, 1) FROM s;
SELECT cms_get_all(c, x'5b315d') FROM s;
SELECT cms_get_all(c, '{"a":1}') FROM s;
SELECT cms_get_all(c, '[1') FROM s;
SELECT cms_get_all(c, '[1,') FROM s;
SELECT cms_get_all(c, '[1,]') FROM s;
SELECT cms_get_all(c, '[,1]') FROM s;
SELECT cms_get_all(c, '[1 2]') FROM s;
SELECT cms_get_all(c, '[1]]') FROM s;
SELECT cms_get_all(c, '[1],') FROM s;
SELECT cms_get_all(c, '[[1]]') FROM s;
SELECT cms_get_all(c, '[{"a":1}]') FROM s;
SELECT cms_get_all(c, '[''a'']') FROM s;
SELECT cms_get_all(c, '[a]') FROM s;
SELECT cms_get_all(c, '[NaN]') FROM s;
SELECT cms_get_all(c, '[Infinity]') FROM s;
SELECT cms_get_all(c, '[nul]') FROM s;
SELECT cms_get_all(c, '[nulll]') FROM s;
SELECT cms_get_all(c, '[+1]') FROM s;
SELECT cms_get_all(c, '[01]') FROM s;
SELECT cms_get_all(c, '[.5]') FROM s;
SELECT cms_get_all(c, '[5.]') FROM s;
SELECT cms_get_all(c, '[-]') FROM s;
SELECT cms_get_all(c, '[1e]') FROM s;
SELECT cms_get_all(c, '[0x10]') FROM s;
SELECT cms_get_all(c, '[1/*one*/]') FROM s;
SELECT cms_get_all(c, '["a') FROM s;
SELECT cms_get_all(c, '["a\') FROM s;
SELECT cms_get_all(c, '["\x41"]') FROM s;
SELECT cms_get_all(c, '["\u12"]') FROM s;
SELECT cms_get_all(c, '["\u12g4"]') FROM s;
SELECT cms_get_all(c, '["\ud800"]') FROM s;
SELECT cms_get_all(c, '["\ud83dx"]') FROM s;
SELECT cms_get_all(c, '["\ud83d\u0041"]') FROM s;
SELECT cms_get_all(c, '["\ude00"]') FROM s;
SELECT cms_get_all(c, '["' || char(10) || '"]') FROM s;
SELECT cms_get_all(c, '["' || CAST(x'ff' AS TEXT) || '"]') FROM s /* UTF-8 only */;
SELECT cms_get_all(c, char(160) || '[1]') FROM s;
-- Lists of numbers: a text may say one, and nothing else goes.
SELECT tdigest_get(d, '[0, 1, 0.5, "0.25"]'), tdigest_rank(d, '[3]'), tdigest_rank(d, 3), tdigest_pmf(d, '[]') FROM s;
SELECT tdigest_get(d, '[null]') FROM s;
SELECT tdigest_get(d, '["a"]') FROM s;
SELECT tdigest_get(d, '[""]') FROM s;
SELECT tdigest_get(d, '[1e400]') FROM s;
SELECT tdigest_get(d, '[0.5,]') FROM s;
SELECT tdigest_pmf(d, '1,2,3') FROM s;
SELECT tdigest_quantile('[1,2]', 0.5);
SELECT topk(1, '[5]');
-- Long ones have an answer, too long ones an error.
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
SELECT length(cms_get_all(c, '[' || group_concat(i % 3) || ']')), sum(i % 3 < 2) FROM n, s;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100001)
SELECT cms_get_all(c, '[' || group_concat(1) || ']') FROM n, s;
SELECT cms_get_all(c, '["' || printf('%.*c', 10000000, 'a') || '"]'), cms_get_all(c, '[' || printf('%.*c', 1000000, '1') || ']') FROM s;
SELECT cms_get_all(c, printf('%.*c', 1000000, '[')) FROM s;
-- Nothing that the user calls json_each stands in for anything.
CREATE TABLE json_each(value, key);
INSERT INTO json_each VALUES (1, 2), (3, 4);
SELECT cms_get_all(c, '["a"]'), tdigest_get(d, '[0.5]') FROM s;
DROP TABLE json_each;
-- What is asked stays the same in every row of a window, in every encoding.
CREATE TABLE t(i INTEGER, x);
INSERT INTO t VALUES (1, 'ä'), (2, 'b'), (3, 'ä'), (4, '["b"]');
SELECT cms_estimate(x, 'ä') OVER (ORDER BY i), cms_estimate(x, '["b"]') OVER (ORDER BY i), cms_estimate_all(x, '["ä","b"]') OVER (ORDER BY i) FROM t;
SELECT cms_estimate(x, 'ä', '0.01') OVER (ORDER BY i ROWS 1 PRECEDING), cms_estimate_all(x, '["ä",null]') OVER (ORDER BY i ROWS 1 PRECEDING) FROM t;
SELECT tdigest_quantile(i, '[0.5]') OVER (ORDER BY i), tdigest_quantile(i, '0.5', '100') OVER (ORDER BY i) FROM t;
SELECT topk(x, '2') OVER (ORDER BY i) FROM t;
SELECT hll_count(x, '12') OVER (ORDER BY i), hll_count(x, '0.02') OVER (ORDER BY i) FROM t;
SELECT reservoir_sample(x, '3', '7') OVER (ORDER BY i), random_sample(x, '1', '4', '7') OVER (ORDER BY i ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM t;
SELECT cms_estimate(x, CASE i WHEN 1 THEN 'ä' ELSE 'ö' END) FROM t;
-- It is the same only if its type is, too.
SELECT topk(x, CASE i WHEN 1 THEN 3 ELSE 3.7 END) FROM t;
SELECT topk(x, CASE i WHEN 1 THEN 3 ELSE 3.0 END) FROM t;
SELECT topk(x, CASE i WHEN 1 THEN 3 ELSE '3abc' END) FROM t;
SELECT topk(x, CASE i WHEN 1 THEN 3 ELSE x'33' END) FROM t;
SELECT cms_estimate(x, CASE i WHEN 1 THEN 0 ELSE 'a' END) FROM t;
SELECT tdigest_quantile(i, CASE i WHEN 1 THEN 0 ELSE 0.5 END) FROM t;
SELECT tdigest_quantile(i, CASE i WHEN 1 THEN 0 END) FROM t;
SELECT tdigest_quantile(i, CASE i WHEN 1 THEN 0 ELSE '[0.5]' END) FROM t;
SELECT tdigest_quantile(i, CASE i WHEN 1 THEN 1 ELSE 1.5 END) FROM t;
SELECT cms_estimate(x, CASE i WHEN 1 THEN 'b' ELSE x'62' END) FROM t;
