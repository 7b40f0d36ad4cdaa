-- What loading adds, and nothing else: name, kind, number of arguments, and
-- whether it is deterministic and innocuous.
CREATE TEMP TABLE had AS SELECT name FROM pragma_function_list;
.load ./sketches
SELECT name, type, narg, flags & 0x800 <> 0, flags & 0x200000 <> 0
  FROM pragma_function_list WHERE name NOT IN had ORDER BY 1, 3 /* since 3.30 */;
