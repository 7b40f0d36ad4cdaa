-- What is wrong with table rollup: a row for each hour and kind whose sketches are not what
-- the posts give, and none when all is well.  Needs the sketches extension; test_rollup.py
-- runs it after whatever it has done to a database.
BEGIN; -- as of one moment
CREATE TEMP TABLE known AS
SELECT post_id, author, datetime(created_ms / 1000, 'unixepoch') AS created_at,
       strftime('%Y-%m-%d %H:00:00', created_ms / 1000, 'unixepoch') AS hour
  FROM main.post
 WHERE post_id <= (SELECT CAST(value AS INTEGER) FROM setting WHERE name = 'rollup_post')
   AND datetime(created_ms / 1000, 'unixepoch') >= '0';

CREATE TEMP TABLE given AS
SELECT hour, 'word' AS kind, word AS x, created_at, post_id, pos FROM known JOIN word USING(post_id)
UNION ALL
SELECT hour, 'hashtag', tag, created_at, post_id, tag FROM known JOIN hashtag USING(post_id)
UNION ALL
SELECT hour, 'author', author, created_at, post_id, 0 FROM known WHERE author IS NOT NULL;
CREATE INDEX temp.given_order ON given(hour, kind, created_at, post_id, pos, x);

CREATE TEMP TABLE made AS
SELECT g.hour, g.kind,
       (SELECT topk_sketch(x, 100, 1000) FROM given AS i WHERE i.hour = g.hour AND i.kind = g.kind) AS topk,
       (SELECT hll_sketch(x) FROM given AS i WHERE i.hour = g.hour AND i.kind = g.kind) AS hll,
       (SELECT cms_sketch(x) FROM given AS i WHERE i.hour = g.hour AND i.kind = g.kind) AS cms
  FROM (SELECT DISTINCT hour, kind FROM given) AS g;

CREATE TEMP TABLE both AS
SELECT hour, kind, m.topk AS m_topk, m.hll AS m_hll, m.cms AS m_cms,
       r.topk AS topk, r.hll AS hll, r.cms AS cms,
       d.hour IS NOT NULL AS due, coalesce(d.changes, 0) AS changes,
       coalesce(d.subtracted, 0) AS subtracted
  FROM (SELECT hour, kind FROM made UNION SELECT hour, kind FROM rollup)
  LEFT JOIN made AS m USING(hour, kind)
  LEFT JOIN rollup AS r USING(hour, kind)
  LEFT JOIN rollup_due AS d USING(hour);

-- cms, always: unless a loader without --rollup has changed the hour, of which there is a mark.
SELECT hour, kind, 'cms' FROM both
 WHERE changes = subtracted AND coalesce(cms, cms_empty()) <> coalesce(m_cms, cms_empty())
UNION ALL
-- An hour that is not due: all three to the last bit.
SELECT hour, kind, 'topk or hll' FROM both
 WHERE NOT due AND (topk IS NOT m_topk OR hll IS NOT m_hll OR cms IS NOT m_cms)
UNION ALL
-- One of which parts were merged: the registers of hll are the same ...
SELECT hour, kind, 'hll of parts' FROM both
 WHERE due AND changes = 0 AND (m_hll IS NULL OR hll IS NULL
    OR hll_get(hll_union(hll, m_hll)) <> hll_get(hll_union(hll, hll))
    OR hll_get(hll_union(hll, m_hll)) <> hll_get(hll_union(m_hll, m_hll)))
UNION ALL
-- ... and the counts of topk are within its bounds.
SELECT b.hour, b.kind, 'topk of parts, ' || t.value FROM both AS b, topk_rows(b.topk) AS t
 WHERE due AND changes = 0 AND (SELECT count(*) FROM given AS i
         WHERE i.hour = b.hour AND i.kind = b.kind AND i.x = t.value)
       NOT BETWEEN t.count - t.error AND t.count
UNION ALL
SELECT b.hour, b.kind, 'topk too low, ' || t.value FROM both AS b, topk_rows(b.m_topk) AS t
 WHERE changes = 0 AND topk_upper(b.topk, t.value) < t.count - t.error
UNION ALL
SELECT hour, '', 'more is subtracted than was changed' FROM rollup_due WHERE subtracted > changes
UNION ALL
SELECT '', '', 'it is ahead of the posts' FROM setting
 WHERE name = 'rollup_post' AND CAST(value AS INTEGER) > (SELECT coalesce(max(post_id), 0) FROM post);
COMMIT;
