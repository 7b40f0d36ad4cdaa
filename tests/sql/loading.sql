-- Tables that loading adds.
CREATE TEMP TABLE had AS SELECT name FROM pragma_module_list;
.load ./sketches
SELECT name FROM pragma_module_list WHERE name NOT IN had ORDER BY 1;
-- Loading again does no harm, neither from C, as the shell does,
.load ./sketches
-- nor from SQL, where functions in use cannot be replaced,
SELECT load_extension('./sketches');
-- nor by the name of its entry point.
.load ./sketches sqlite3_sketches_init
SELECT topk(value) FROM json_each('[1, 2, 2]');
-- These tables are there at once and cannot be made.
CREATE VIRTUAL TABLE t USING topk_rows;
