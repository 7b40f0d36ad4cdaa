-- Texts count by their UTF-8 whatever the encoding of the database.
PRAGMA encoding = 'UTF-16';
CREATE TABLE t(x TEXT);
INSERT INTO t VALUES ('é'), ('日本語'), ('é'), ('');
SELECT encoding LIKE 'UTF-16%' FROM pragma_encoding;
SELECT topk(x) FROM t;
SELECT hex(topk_sketch(x)) FROM t;
SELECT topk_get(topk_sketch(x), 'é') FROM t;
SELECT value FROM topk_rows((SELECT topk_sketch(x) FROM t));
