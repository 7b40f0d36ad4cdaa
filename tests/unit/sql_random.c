#include "sql_random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SQL_TEXT = 600, SQL_BOUND = 40, SQL_GROUPS = 3, SQL_MOST_WEIGHT = 4 };

sqlite3 *sql_db;

bool sql_is_since(int minor)
{
    return sqlite3_libversion_number() >= 3000000 + minor * 1000;
}

long sql_rounds(const char *setting, long otherwise)
{
    const char *text = getenv(setting);
    long rounds = text ? strtol(text, NULL, 10) : otherwise;
    assert_true(rounds > 0);
    return rounds;
}

int64_t sql_run(const char *sql)
{
    int64_t answer = 0;
    int rc = SQLITE_OK;
    const char *rest = sql;
    while (rc == SQLITE_OK && *rest) {
        sqlite3_stmt *statement = NULL;
        rc = sqlite3_prepare_v2(sql_db, rest, -1, &statement, &rest);
        while (rc == SQLITE_OK && statement && sqlite3_step(statement) == SQLITE_ROW) {
            answer = sqlite3_column_int64(statement, 0);
        }
        rc = rc == SQLITE_OK ? sqlite3_reset(statement) : rc;
        sqlite3_finalize(statement);
    }
    if (rc != SQLITE_OK) {
        (void)fprintf(stderr, "%s\n%s\n", sqlite3_errmsg(sql_db), sql);
    }
    assert_int_equal(rc, SQLITE_OK);
    return answer;
}

/* ---- values ---- */

enum { SQL_BYTES = 24, SQL_WORDS = 6, SQL_MOST_VALUES = 80 };

struct sql_value {
    int type; /* of SQLite */
    int64_t integer;
    double real;
    uint8_t bytes[SQL_BYTES];
    int size;
};

struct sql_pool {
    struct sql_value values[SQL_MOST_VALUES];
    size_t count;
};

/* Bits that mean something in more than one class. */
static const uint64_t sql_nasty[] = {
    0,
    1,
    UINT64_MAX,
    UINT64_C(1) << 63,            /* the least integer, and -0.0 */
    INT64_MAX,                    /* and a NaN */
    (UINT64_C(1) << 53) - 1,      /* the last integers that are doubles */
    UINT64_C(1) << 53,            /* ... */
    (UINT64_C(1) << 53) + 1,      /* and the first that is none */
    UINT64_C(0x4141414141414141), /* 'AAAAAAAA' and 2261634.5098039214 */
    UINT64_C(0x3fe0000000000000), /* 0.5 */
    UINT64_C(0x3ff0000000000000), /* 1.0 */
    UINT64_C(0x4340000000000000), /* 2^53 */
    UINT64_C(0x43e0000000000000), /* 2^63 */
    UINT64_C(0xc3e0000000000000), /* -2^63 */
    UINT64_C(0x7ff0000000000000), /* infinity */
    UINT64_C(0x7fefffffffffffff), /* the largest double */
    UINT64_C(0x0010000000000000), /* the smallest normal one */
    UINT64_C(0x000fffffffffffff), /* the largest of the others */
    UINT64_C(0x6162),             /* 'ba' */
    UINT64_C(0x2020202020202020),
};

static const char *const sql_texts[] = {
    "",
    "1",
    "1.0",
    " 1 ",
    "01",
    "1e0",
    "-0",
    "0x1",
    "a",
    "A",
    "b",
    "B ",
    "b",
    "\"a\"",
    "[\"a\"]",
    "null",
    "NaN",
    "Inf",
    "é",
    "É",
    "\xff",
    "a\xc3",
    "\xed\xa0\x80",
    "9007199254740993",
    "9223372036854775808",
};

static void sql_add_integer(struct sql_pool *pool, int64_t integer)
{
    pool->values[pool->count++] =
        (struct sql_value){.type = SQLITE_INTEGER, .integer = integer};
}

static void sql_add_real(struct sql_pool *pool, double real)
{
    if (!isnan(real)) { /* which SQL does not have */
        pool->values[pool->count++] =
            (struct sql_value){.type = SQLITE_FLOAT, .real = real};
    }
}

/* As a TEXT, whether it is UTF-8 or not, and as a BLOB. */
static void sql_add_bytes(struct sql_pool *pool, const void *bytes, size_t size)
{
    for (int type = SQLITE_TEXT; type <= SQLITE_BLOB; type++) {
        struct sql_value *value = &pool->values[pool->count++];
        *value = (struct sql_value){.type = type, .size = (int)size};
        memcpy(value->bytes, bytes, size);
    }
}

/* A word in every class, and what is next to it. */
static void sql_add_word(struct sql_pool *pool, uint64_t word)
{
    double real;
    uint8_t bytes[sizeof word];
    memcpy(&real, &word, sizeof real);
    for (size_t i = 0; i < sizeof word; i++) {
        bytes[i] = (uint8_t)(word >> 8 * i);
    }
    sql_add_integer(pool, (int64_t)word);
    sql_add_integer(pool, (int64_t)(word + 1));
    sql_add_real(pool, real);
    sql_add_real(pool, (double)(int64_t)word);
    sql_add_bytes(pool, bytes, sizeof bytes);
    sql_add_bytes(pool, bytes, 2);
}

/* Values of which many are easily mistaken for each other. */
static struct sql_pool sql_make_pool(struct random *random)
{
    static const uint8_t zeros[SQL_BYTES];
    struct sql_pool pool = {.count = 0};
    for (int i = 0; i < SQL_WORDS; i++) {
        uint64_t word =
            sql_nasty[random_below(random, sizeof sql_nasty / sizeof *sql_nasty)];
        switch (random_below(random, 4)) {
        case 0:
            word = random_next(random);
            break;
        case 1:
            word += random_below(random, 5) - 2;
            break;
        default:
            break;
        }
        sql_add_word(&pool, word);
        sql_add_integer(&pool, (int64_t)random_below(random, 5));
        sql_add_real(&pool, (double)random_below(random, 10) / 2);
        const char *text =
            sql_texts[random_below(random, sizeof sql_texts / sizeof *sql_texts)];
        sql_add_bytes(&pool, text, strlen(text));
    }
    sql_add_bytes(&pool, zeros, random_below(random, SQL_BYTES));
    sql_add_bytes(&pool, "a\0b", random_below(random, 4));
    assert_true(pool.count <= SQL_MOST_VALUES);
    return pool;
}

static int sql_bind(sqlite3_stmt *statement, int at, const struct sql_value *value)
{
    switch (value ? value->type : SQLITE_NULL) {
    case SQLITE_INTEGER:
        return sqlite3_bind_int64(statement, at, value->integer);
    case SQLITE_FLOAT:
        return sqlite3_bind_double(statement, at, value->real);
    case SQLITE_TEXT:
        return sqlite3_bind_text(statement, at, (const char *)value->bytes, value->size,
                                 SQLITE_TRANSIENT);
    case SQLITE_BLOB:
        return sqlite3_bind_blob(statement, at, value->bytes, value->size,
                                 SQLITE_TRANSIENT);
    default:
        return sqlite3_bind_null(statement, at);
    }
}

/* sql_key(x): the bytes that docs/functions.md says hll hashes, of no other value that
 * is not the same to it; NULL for NULL. */
static void sql_key(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    (void)argc;
    int type = sqlite3_value_type(argv[0]);
    double real = sqlite3_value_double(argv[0]);
    bool is_whole = real >= -0x1p63 && real < 0x1p63 && real == floor(real);
    uint64_t word = 0;
    if (type == SQLITE_INTEGER || (type == SQLITE_FLOAT && is_whole)) {
        word = type == SQLITE_INTEGER ? (uint64_t)sqlite3_value_int64(argv[0])
                                      : (uint64_t)(int64_t)real;
    } else if (type == SQLITE_FLOAT) {
        memcpy(&word, &real, sizeof word);
    } else if (type != SQLITE_NULL) {
        const void *bytes = sqlite3_value_blob(argv[0]);
        int size = sqlite3_value_bytes(argv[0]);
        sqlite3_result_blob(context, size ? bytes : "", size, SQLITE_TRANSIENT);
        return;
    } else {
        return;
    }
    uint8_t bytes[sizeof word];
    for (size_t i = 0; i < sizeof word; i++) {
        bytes[i] = (uint8_t)(word >> 8 * i);
    }
    sqlite3_result_blob(context, bytes, sizeof bytes, SQLITE_TRANSIENT);
}

/* ---- tables ---- */

static const struct sql_value *sql_choose(struct random *random,
                                          const struct sql_pool *pool, size_t spread)
{
    bool is_null = random_below(random, 12) == 0;
    return is_null ? NULL : &pool->values[random_below(random, spread)];
}

/* Columns of every affinity and collation; without one most of the time. */
static void sql_create(struct random *random)
{
    static const char *const types[] = {"",
                                        "",
                                        "",
                                        "",
                                        "COLLATE NOCASE",
                                        "TEXT",
                                        "TEXT COLLATE NOCASE",
                                        "NUMERIC COLLATE RTRIM",
                                        "INTEGER",
                                        "REAL",
                                        "BLOB"};
    enum { TYPES = sizeof types / sizeof *types };
    char sql[SQL_TEXT];
    (void)snprintf(sql, sizeof sql,
                   "DROP TABLE IF EXISTS t;"
                   "CREATE TABLE t(id INTEGER PRIMARY KEY, g, o, x %s, y, z %s, n, w,"
                   " h, c);"
                   "DELETE FROM e; DELETE FROM item",
                   types[random_below(random, TYPES)],
                   types[random_below(random, TYPES)]);
    sql_run(sql);
}

static void sql_insert(struct random *random)
{
    static const int sizes[] = {1, 2, 5, 20, 40};
    int rows = sizes[random_below(random, sizeof sizes / sizeof *sizes)];
    struct sql_pool pool = sql_make_pool(random);
    /* Few values, which come again, or many. */
    for (size_t i = pool.count - 1; i > 0; i--) {
        size_t j = random_below(random, i + 1);
        struct sql_value value = pool.values[i];
        pool.values[i] = pool.values[j];
        pool.values[j] = value;
    }
    size_t spread = 1 + random_below(random, pool.count);
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(sql_db,
                                        "INSERT INTO t(id, g, o, x, z, w)"
                                        " VALUES (?, ?, ?, ?, ?, ?)",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    for (int id = 0; id < rows; id++) {
        sqlite3_bind_int(statement, 1, id);
        sqlite3_bind_int(statement, 2, (int)random_below(random, SQL_GROUPS));
        sqlite3_bind_null(statement, 3);
        if (random_below(random, 10) > 0) {
            sqlite3_bind_int(statement, 3, (int)random_below(random, (uint64_t)rows));
        }
        sql_bind(statement, 4, sql_choose(random, &pool, spread));
        sql_bind(statement, 5, sql_choose(random, &pool, spread));
        sqlite3_bind_int(statement, 6, (int)random_below(random, SQL_MOST_WEIGHT + 1));
        assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    assert_int_equal(
        sqlite3_prepare_v2(sql_db, "INSERT INTO item VALUES (?)", -1, &statement, NULL),
        SQLITE_OK);
    sql_bind(statement, 1, &pool.values[random_below(random, spread)]);
    assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_finalize(statement);
}

void sql_fill(struct random *random, bool null_weights)
{
    sql_create(random);
    sql_insert(random);
    sql_run(
        "UPDATE t SET h = (SELECT hll_sketch(b.x, 4) FROM t AS b"
        " WHERE abs(b.id - t.id) < 1 + t.id % 6),"
        " c = (SELECT cms_sketch(b.x, 0.1, 0.1) FROM t AS b WHERE b.id <= t.id),"
        " y = CASE WHEN x IS NOT NULL THEN id END,"
        " n = CASE WHEN typeof(z) IN ('integer', 'real') AND z BETWEEN -1e300 AND 1e300"
        " THEN CAST(z AS REAL) WHEN id % 4 > 0 THEN id % 5 - 1.5 END;"
        "UPDATE t SET h = NULL, c = NULL WHERE id % 7 = 5");
    if (null_weights) {
        sql_run("UPDATE t SET w = NULL WHERE id % 9 = 4");
    }
    sql_run("INSERT INTO e SELECT *, sql_key(x), sql_key(z),"
            " CASE WHEN typeof(x) IN ('integer', 'real') AND abs(x * 1.0) < 9e999"
            " THEN CAST(x AS REAL) END FROM t;"
            /* Numbers as the functions take them, too. */
            "UPDATE t SET n = CAST(n AS INTEGER) WHERE id % 3 = 1 AND n = CAST(n AS "
            "INTEGER)"
            " AND abs(n) < 1e15;"
            "UPDATE t SET n = ' ' || n || ' ' WHERE id % 3 = 2 AND abs(n) < 1e6"
            " AND n * 2 = CAST(n * 2 AS INTEGER);"
            "UPDATE t SET w = CASE WHEN id % 2 THEN w * 1.0 ELSE CAST(w AS TEXT) END"
            " WHERE id % 5 = 3");
}

void sql_print_table(void)
{
    sqlite3_stmt *query = NULL;
    print_error("id | g | o | x | z | n | w\n");
    (void)sqlite3_prepare_v2(
        sql_db,
        "SELECT id, quote(g), quote(o), typeof(x) || ' ' || CASE typeof(x)"
        " WHEN 'text' THEN 'x' || quote(CAST(x AS BLOB)) ELSE quote(x) END,"
        " typeof(z) || ' ' || CASE typeof(z)"
        " WHEN 'text' THEN 'x' || quote(CAST(z AS BLOB)) ELSE quote(z) END,"
        " quote(n), quote(w) FROM t",
        -1, &query, NULL);
    while (sqlite3_step(query) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(query); i++) {
            print_error("%s%s", i > 0 ? " | " : "", sqlite3_column_text(query, i));
        }
        print_error("\n");
    }
    sqlite3_finalize(query);
}

/* ---- frames ---- */

enum { PRECEDING = 1, CURRENT, FOLLOWING, BOUNDS = 5 };

static void sql_write_bound(char *out, size_t size, int bound, int distance)
{
    static const char *const forms[BOUNDS] = {"UNBOUNDED PRECEDING", "PRECEDING",
                                              "CURRENT ROW", "FOLLOWING",
                                              "UNBOUNDED FOLLOWING"};
    if (bound == PRECEDING || bound == FOLLOWING) {
        (void)snprintf(out, size, "%d %s", distance, forms[bound]);
    } else {
        (void)snprintf(out, size, "%s", forms[bound]);
    }
}

/* False for one that cannot be written, or not for this SQLite. */
static bool sql_try_frame(struct random *random, struct sql_frame *frame)
{
    static const char *const kinds[] = {"ROWS", "RANGE", "GROUPS"};
    static const char *const orders[] = {"id", "id DESC", "o", "o DESC", "o, id"};
    static const char *const excludes[] = {"",
                                           "",
                                           "",
                                           "EXCLUDE NO OTHERS",
                                           "EXCLUDE CURRENT ROW",
                                           "EXCLUDE GROUP",
                                           "EXCLUDE TIES"};
    bool is_old = !sql_is_since(28);
    int first = (int)random_below(random, BOUNDS - 1);
    int last = 1 + (int)random_below(random, BOUNDS - 1);
    int from = (int)random_below(random, 6);
    int to = (int)random_below(random, 6);
    size_t kind = is_old ? 0 : random_below(random, 3);
    size_t order = random_below(random, kind == 1 ? 4 : 5);
    size_t exclude = is_old ? 0 : random_below(random, 7);
    char begin[SQL_BOUND];
    char end[SQL_BOUND];
    sql_write_bound(begin, sizeof begin, first, from);
    sql_write_bound(end, sizeof end, last, to);
    (void)snprintf(frame->window, sizeof frame->window,
                   "%sORDER BY %s %s BETWEEN %s AND %s %s",
                   random_below(random, 2) ? "PARTITION BY g " : "", orders[order],
                   kinds[kind], begin, end, excludes[exclude]);
    frame->filter = random_below(random, 2) ? "FILTER (WHERE id % 3 <> 0)" : "";
    frame->ends_before_it_begins =
        first == last &&
        ((first == PRECEDING && from < to) || (first == FOLLOWING && from > to));
    frame->is_afresh = first == 0 || exclude > 2;
    /* Rows without a number are in the frames of each other, however those end. */
    bool is_vague = frame->ends_before_it_begins && kind == 1 && order >= 2;
    return first <= last && !is_vague;
}

void sql_make_frame(struct random *random, struct sql_frame *frame)
{
    while (!sql_try_frame(random, frame)) {
    }
}

/* ---- the connection ---- */

int sql_open(void **state)
{
    (void)state;
    return sqlite3_open(":memory:", &sql_db) != SQLITE_OK ||
           sqlite3_enable_load_extension(sql_db, 1) != SQLITE_OK ||
           sqlite3_load_extension(sql_db, TEST_EXTENSION, NULL, NULL) != SQLITE_OK ||
           sqlite3_create_function(sql_db, "sql_key", 1,
                                   SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, sql_key,
                                   NULL, NULL) != SQLITE_OK ||
           sqlite3_exec(sql_db,
                        "CREATE TABLE e(id INTEGER PRIMARY KEY, g, o, x, y, z, n, w,"
                        " h, c, kx, kz, r); CREATE TABLE item(x)",
                        NULL, NULL, NULL) != SQLITE_OK;
}

int sql_close(void **state)
{
    (void)state;
    return sqlite3_close(sql_db) != SQLITE_OK;
}
