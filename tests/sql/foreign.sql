-- Sketches of other systems have names: an empty one of each family of Apache DataSketches
-- that is not read here, Redis' and PostgreSQL's.
CREATE TABLE image(b);
INSERT INTO image VALUES
  (x'0103081C80000000'),
  (x'01030901001ECC93'), (x'01010A0603050000'), (x'C1020B040A000000'),
  (x'01020C040A000000'), (x'C1020D0420000000'), (x'01020E0420000000'),
  (x'02010F01C8000800'), (x'0201100B0006CC93'), (x'0201113C0C000000'),
  (x'02011201000000002000000003CC9300'), (x'0101130410000000'), (x'030113046400000003000000'),
  (x'03011504030000007B000000000000001000000000000000'),
  (x'48594C4C0100000000000000000000807FFF'), (x'118B7F'), (x'128B7F8895A3F5AF28CAFE');
SELECT hex(b), sketch_type(b), sketch_valid(b) FROM image;
SELECT sketch_info(b) FROM image WHERE sketch_type(b) LIKE '%CPC' OR sketch_type(b) LIKE 'P%';
-- What is no image of theirs, and what is none of ours, has none.
SELECT sketch_type('HYLL'), sketch_type(x'48594C4C'), sketch_type(zeroblob(16)), sketch_type(x''), sketch_type(NULL), sketch_type(3);
SELECT sketch_info(zeroblob(16));
SELECT sketch_info(x'118B7F00');
-- Every function that wants a sketch says what it was given.
SELECT sketch_info(substr(b, 1, 7)) FROM image LIMIT 1;
SELECT hll_get(x'0201100B0006CC93');
SELECT hll_merge(b) FROM image WHERE hex(b) = '118B7F';
SELECT hll_union(hll_sketch(1), x'48594C4C0100000000000000000000807FFF');
SELECT hll_add(x'0201100B0006CC93', 1);
SELECT hll_intersection(hll_sketch(1), x'0201100B0006CC93');
SELECT tdigest_get(x'02010F01C8000800', 0.5);
SELECT * FROM tdigest_rows(x'0201113C0C000000');
SELECT topk_json(x'01010A0603050000');
SELECT * FROM topk_rows(x'01010A0603050000');
SELECT cms_get(x'02011201000000002000000003CC9300', 1);
SELECT cms_subtract(cms_sketch(1), x'03011504030000007B000000000000001000000000000000');
SELECT reservoir_json(x'C1020B040A000000');
SELECT reservoir_add(x'C1020D0420000000', 1);
