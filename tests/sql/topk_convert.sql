-- Top-k sketches as frequent-items images of Apache DataSketches, and back.
CREATE TABLE word(w);
INSERT INTO word VALUES ('a'), ('b'), ('a'), ('déjà'), (''), ('a'), ('b'), ('');
-- The bytes: the weight of each value, then the values.
SELECT hex(topk_convert(topk_sketch(w), 'frequent_items')) FROM word;
SELECT hex(topk_convert(topk_sketch(length(w)), 'FREQUENT_ITEMS')) FROM word;
SELECT hex(topk_convert(topk_empty(), 'frequent_items')), hex(topk_convert(topk_empty(), 'frequent_items spark'));
SELECT hex(substr(topk_convert(topk_sketch(w), 'frequent_items spark'), -12)) FROM word;
SELECT topk_convert(NULL, 'frequent_items'), topk_convert(topk_sketch(1), NULL), topk_import(NULL, 'text'), topk_import(x'00', NULL), topk_import(NULL, 'none');
-- There and back it is the same, and 1 may be 1.0.
SELECT topk_convert(topk_import(b, 'text'), 'frequent_items') = b, topk_json(topk_import(b, 'text'))
  FROM (SELECT topk_convert(topk_sketch(w), 'frequent_items') AS b FROM word);
SELECT topk_json(topk_import(topk_convert(topk_sketch(value), 'frequent_items spark'), 'integer')) FROM json_each('[3,1.0,-7,3.0,-9223372036854775808]');
SELECT topk_json(topk_import(topk_convert(topk_sketch('a' || char(0) || 'b'), 'frequent_items'), 'text'));
-- Two images that DataSketches has written: one that knows all, and one after a purge.
CREATE TABLE image(name, b);
INSERT INTO image VALUES
  ('words', x'04010A0603000000050000000000000019000000000000000000000000000000030000000000000005000000000000000B000000000000000400000000000000020000000000000001000000630600000064C3A96AC3A00100000061000000000100000062'),
  ('purged', x'04010A06060000001800000000000000C90400000000000019000000000000000F00000000000000030000000000000006000000000000000C000000000000000B00000000000000110000000000000007000000000000000E000000000000000A000000000000000800000000000000090000000000000014000000000000000100000000000000150000000000000012000000000000001000000000000000160000000000000018000000000000000D0000000000000004000000000000000200000000000000050000000000000017000000000000001300000000000000030000007734300300000077323803000000773331030000007733370300000077333603000000773432030000007733320300000077333903000000773335030000007733330300000077333403000000773435030000007732360300000077343603000000773433030000007734310300000077343703000000773439030000007733380300000077323903000000773237030000007733300300000077343803000000773434'),
  ('pair', x'04010A040300000002000000000000000C0000000000000002000000000000000500000000000000030000000000000007000000000000000800000000000000'),
  ('empty', x'01010A0603050000');
SELECT name, sketch_info(topk_import(b, CASE name WHEN 'pair' THEN 'integer' ELSE 'Text' END)) FROM image;
SELECT name, sketch_type(b), sketch_info(b) FROM image;
SELECT topk_json(topk_import(b, 'text'), 3) FROM image WHERE name <> 'pair';
SELECT topk_lower(s, 'w49'), topk_upper(s, 'w49'), topk_lower(s, 'w1'), topk_upper(s, 'w1') FROM (SELECT topk_import(b, 'text') AS s FROM image WHERE name = 'purged');
-- What is added or merged keeps the bound of what is not listed.
SELECT topk_get(topk_add(topk_import(b, 'text'), 'new', 5), 'new'), topk_lower(topk_add(topk_import(b, 'text'), 'new', 5), 'new') FROM image WHERE name = 'purged';
SELECT topk_get(m, 'w49'), topk_lower(m, 'w49'), topk_get(m, 'none') FROM (SELECT topk_merge(topk_import(b, 'text')) AS m FROM (SELECT b FROM image WHERE name = 'purged' UNION ALL SELECT b FROM image WHERE name <> 'pair'));
SELECT hex(substr(topk_convert(topk_merge(topk_import(b, 'integer')), 'frequent_items'), 17, 16)) FROM image, (SELECT 1 UNION ALL SELECT 2) WHERE name = 'pair';
-- What cannot be written.
SELECT topk_convert(topk_sketch(w), 'text') FROM word;
SELECT topk_convert(topk_sketch(w), 3) FROM word;
SELECT topk_convert(topk_sketch(value), 'frequent_items') FROM json_each('["a",5,"a"]');
SELECT topk_convert(topk_sketch(value), 'frequent_items') FROM json_each('[5,"a",5]');
SELECT topk_convert(topk_sketch(value), 'frequent_items') FROM json_each('[5,2.5]');
SELECT topk_convert(topk_sketch(x'0102'), 'frequent_items');
SELECT topk_convert(b, 'frequent_items') FROM image WHERE name = 'pair';
SELECT topk_convert('a', 'frequent_items');
-- What cannot be read: items of another type, other sketches, and damage.
SELECT topk_import(b, 'double') FROM image;
SELECT topk_import(b, 1) FROM image;
SELECT topk_import(b, 'integer') FROM image WHERE name = 'words';
SELECT topk_import(b, 'text') FROM image WHERE name = 'pair';
SELECT topk_import(x'04010A04030000000200000000000000020000000000000000000000000000000100000000000000010000000000000000000000000004400000000000000C40', 'integer');
SELECT topk_import(x'04010A0403000000020000000000000002000000000000000000000000000000010000000000000001000000000000000000204100006041', 'integer');
SELECT topk_import(topk_sketch(1), 'text');
SELECT topk_import(hll_sketch(1), 'text');
SELECT topk_import(x'01030300001ECC93', 'text');
SELECT topk_import('01010A0603050000', 'text');
SELECT topk_import(x'', 'text');
SELECT topk_import(zeroblob(100), 'text');
SELECT topk_import(substr(b, 1, 100), 'text') FROM image WHERE name = 'words';
SELECT topk_import(substr(b, 1, 63), 'integer') FROM image WHERE name = 'pair';
SELECT topk_import(x'01010A060305000078', 'text');
SELECT topk_import(x'04010A04030000000200000000000000020000000000000000000000000000000100000000000000010000000000000007000000000000000700000000000000', 'integer');
SELECT topk_import(x'04010A04030000000100000000000000FFFFFFFFFFFFFF7F0100000000000000FFFFFFFFFFFFFF7F0700000000000000', 'integer');
SELECT topk_import(x'04010A0403000000010000000000000002000000000000000100000000000000FFFFFFFFFFFFFFFF0700000000000000', 'integer');
SELECT topk_import(x'04010A0403000000010000000000000001000000000000000000000000000000010000000000000002000000C328', 'text');
SELECT topk_import(x'04010A04030000000100000000000000010000000000000000000000000000000100000000000000FFFFFFFF61', 'text');
-- The largest weight that there can be.
SELECT topk_json(topk_import(x'04010A04030000000100000000000000FFFFFFFFFFFFFF7F0100000000000000FEFFFFFFFFFFFF7F0700000000000000', 'integer'));
-- A word that goes on behind a NUL is another one.
SELECT topk_convert(topk_sketch(1), 'frequent_items' || char(0) || 'x');
SELECT topk_import(topk_convert(topk_sketch('a'), 'frequent_items'), 'text' || char(0));
SELECT hll_convert(hll_sketch(1), 'hll_8' || char(0));
SELECT kll_import(x'02020F04C80008000000803F', 'float' || char(0));
