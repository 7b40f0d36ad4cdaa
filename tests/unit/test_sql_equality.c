/*
 * Which values are equal is for SQL to say: random tables of values that are easily
 * mistaken for each other, in real SQL, against GROUP BY, count(DISTINCT), FILTER and
 * frames.
 *
 * $EQUALITY_ROUNDS sets how many tables there are.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "item.h"
#include "random.h"

enum { ROUNDS = 40, POOL_MOST = 200, ROWS_MOST = 120, BYTES_MOST = 17 };

/* Bits that mean something in more than one class. */
static const uint64_t nasty[] = {
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
enum { NASTY = sizeof nasty / sizeof *nasty };

struct value {
    struct item item; /* as sketches see it */
    double real;
    bool is_real;
    uint8_t bytes[BYTES_MOST];
};

struct pool {
    struct value values[POOL_MOST];
    size_t count;
};

/* ---- values ---- */

static void add_bytes(struct pool *pool, const uint8_t *bytes, uint32_t size)
{
    bool is_text = true;
    for (uint32_t i = 0; i < size; i++) {
        is_text = is_text && bytes[i] < 0x80;
    }
    for (int text = 0; text <= is_text; text++) {
        struct value *value = &pool->values[pool->count++];
        memcpy(value->bytes, bytes, size);
        value->item =
            text ? item_text(value->bytes, size) : item_blob(value->bytes, size);
    }
}

static void add_real(struct pool *pool, double real)
{
    if (!isnan(real)) { /* which SQL does not have */
        pool->values[pool->count++] =
            (struct value){.item = item_real(real), .real = real, .is_real = true};
    }
}

/* A word in every class, and what is next to it. */
static void add_word(struct pool *pool, uint64_t word)
{
    double real;
    uint8_t bytes[BYTES_MOST] = {0};
    memcpy(&real, &word, sizeof real);
    for (uint32_t i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(word >> 8 * i);
    }
    pool->values[pool->count++].item = item_integer((int64_t)word);
    pool->values[pool->count++].item = item_integer((int64_t)(word + 1));
    add_real(pool, real);
    add_real(pool, (double)(int64_t)word);
    add_real(pool, (double)word);
    add_bytes(pool, bytes, 8);
    add_bytes(pool, bytes, 2);
}

static struct pool random_pool(struct random *random)
{
    struct pool pool = {.count = 0};
    for (int i = 0; i < 10; i++) {
        uint64_t word = nasty[random_next(random) % NASTY];
        switch (random_next(random) % 4) {
        case 0:
            word = random_next(random);
            break;
        case 1:
            word += random_next(random) % 5 - 2;
            break;
        default:
            break;
        }
        add_word(&pool, word);
    }
    static const uint8_t zeros[BYTES_MOST];
    add_bytes(&pool, zeros, (uint32_t)(random_next(random) % BYTES_MOST));
    add_bytes(&pool, zeros, (uint32_t)(random_next(random) % BYTES_MOST));
    return pool;
}

static bool same_bytes(struct item a, struct item b)
{
    struct hash x = item_bytes_hash(a);
    struct hash y = item_bytes_hash(b);
    return x.h1 == y.h1 && x.h2 == y.h2;
}

/* What hll takes for one value counts once: leaves out what has the bytes of another.
 */
static void drop_twins(struct pool *pool)
{
    size_t kept = 0;
    for (size_t i = 0; i < pool->count; i++) {
        size_t j = 0;
        while (j < kept && (!same_bytes(pool->values[i].item, pool->values[j].item) ||
                            item_equal(pool->values[i].item, pool->values[j].item))) {
            j++;
        }
        if (j == kept) {
            struct value *value = &pool->values[kept++];
            *value = pool->values[i];
            if (!item_is_number(value->item)) {
                value->item.as.bytes = value->bytes;
            }
        }
    }
    pool->count = kept;
}

/* ---- SQL ---- */

static sqlite3 *db;

static void run(const char *sql)
{
    char *error = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK) {
        fail_msg("%s: %s", sql, error);
    }
}

/* A statement that says how many of its checks failed. */
static void expect_none(const char *sql)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    }
    assert_int_equal(sqlite3_column_type(statement, 0), SQLITE_INTEGER);
    if (sqlite3_column_int(statement, 0) != 0) {
        fail_msg("%d times: %s", sqlite3_column_int(statement, 0), sql);
    }
    sqlite3_finalize(statement);
}

static int bind_value(sqlite3_stmt *statement, const struct value *value)
{
    const struct item *item = &value->item;
    const void *bytes = value->bytes;
    if (value->is_real) {
        return sqlite3_bind_double(statement, 1, value->real);
    }
    if (item->kind == ITEM_INTEGER) {
        return sqlite3_bind_int64(statement, 1, item_as_integer(*item));
    }
    return item->kind == ITEM_TEXT
               ? sqlite3_bind_text(statement, 1, bytes, (int)item->size,
                                   SQLITE_TRANSIENT)
               : sqlite3_bind_blob(statement, 1, bytes, (int)item->size,
                                   SQLITE_TRANSIENT);
}

/* Fills t with rows of the pool, some NULL, and d with the different values among them.
 */
static void fill(struct random *random, const struct pool *pool)
{
    sqlite3_stmt *statement;
    run("DELETE FROM t; DELETE FROM d");
    assert_int_equal(sqlite3_prepare_v2(db, "INSERT INTO t(x, f) VALUES (?1, ?2)", -1,
                                        &statement, NULL),
                     SQLITE_OK);
    uint64_t rows = 1 + random_next(random) % ROWS_MOST;
    uint64_t spread = 1 + random_next(random) % pool->count;
    for (uint64_t i = 0; i < rows; i++) {
        if (random_next(random) % 20 == 0) {
            assert_int_equal(sqlite3_bind_null(statement, 1), SQLITE_OK);
        } else {
            size_t at = (size_t)(random_next(random) % spread);
            assert_int_equal(bind_value(statement, &pool->values[at]), SQLITE_OK);
        }
        sqlite3_bind_int(statement, 2, (int)(random_next(random) % 2));
        assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    run("INSERT INTO d(x, n, m) SELECT x, count(*), sum(f) FROM t"
        " WHERE x IS NOT NULL GROUP BY x");
}

/* Whether SQLite is 3.minor or newer: FILTER came with 3.30 where there is no window,
 * and GROUPS and EXCLUDE with 3.28. */
static bool sqlite_is_since(int minor)
{
    return sqlite3_libversion_number() >= 3000000 + minor * 1000;
}

static void check_counts(void)
{
    expect_none("SELECT count(*) FROM d WHERE n <>"
                " cms_get((SELECT cms_sketch(x) FROM t), x)");
    expect_none("SELECT count(*) FROM d WHERE n <>"
                " (SELECT cms_estimate(t.x, d.x) FROM t)");
    if (sqlite_is_since(30)) {
        expect_none("SELECT count(*) FROM d WHERE m <>"
                    " (SELECT cms_estimate(t.x, d.x) FILTER (WHERE f) FROM t)");
    }
    expect_none("SELECT count(*) FROM (SELECT value, count FROM"
                " topk_rows((SELECT topk_sketch(x, 500) FROM t))"
                " EXCEPT SELECT x, n FROM d)");
    expect_none("SELECT count(*) FROM (SELECT x, n FROM d EXCEPT SELECT value, count"
                " FROM topk_rows((SELECT topk_sketch(x, 500) FROM t)))");
    expect_none("SELECT count(*) FROM d WHERE n <>"
                " topk_get((SELECT topk_sketch(x, 500) FROM t), x)");
    expect_none("SELECT count(*) FROM (SELECT 1 FROM t WHERE x IS NOT NULL GROUP BY x"
                " HAVING count(DISTINCT sample_keep(x, 0.5, 7)) > 1)");
}

static void check_frames(void)
{
    static const char *const frames[] = {
        "ROWS BETWEEN 3 PRECEDING AND 2 FOLLOWING",
        "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
        "ROWS BETWEEN 4 FOLLOWING AND 9 FOLLOWING",
        "GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW",
        "RANGE BETWEEN 5 PRECEDING AND CURRENT ROW EXCLUDE TIES",
    };
    size_t known = sizeof frames / sizeof *frames - (sqlite_is_since(28) ? 0 : 2);
    for (size_t i = 0; i < known; i++) {
        char sql[600];
        (void)snprintf(
            sql, sizeof sql,
            "SELECT count(*) FROM (SELECT cms_estimate(t.x, d.x) OVER w AS a,"
            " count(*) FILTER (WHERE t.x IS d.x) OVER w AS b FROM d, t"
            " WHERE d.id %% 5 = 0"
            " WINDOW w AS (PARTITION BY d.id ORDER BY t.i / 2 %s)) WHERE a <> b",
            frames[i]);
        expect_none(sql);
    }
}

/* Nothing has the bytes of another value. */
static void check_distinct(void)
{
    expect_none("SELECT hll_count(x) <> count(DISTINCT x) FROM t");
    if (sqlite_is_since(30)) {
        expect_none("SELECT hll_count(x) FILTER (WHERE f) <>"
                    " count(DISTINCT x) FILTER (WHERE f) FROM t");
    }
    expect_none("SELECT count(*) FROM (SELECT hll_count(x) OVER (ORDER BY i) AS a,"
                " (SELECT count(DISTINCT x) FROM t AS b WHERE b.i <= t.i) AS b FROM t)"
                " WHERE a <> b");
    expect_none("SELECT hll_count(x) <> (SELECT round(hll_get(hll_merge(s))) FROM"
                " (SELECT hll_sketch(x) AS s FROM t GROUP BY f)) FROM t");
}

/* How many different byte strings there are, which is what hll counts. */
static void check_bytes(const struct pool *pool)
{
    size_t different = 0;
    sqlite3_stmt *statement;
    run("DELETE FROM t");
    assert_int_equal(
        sqlite3_prepare_v2(db, "INSERT INTO t(x) VALUES (?1)", -1, &statement, NULL),
        SQLITE_OK);
    for (size_t i = 0; i < pool->count; i++) {
        size_t j = 0;
        while (j < i && !same_bytes(pool->values[i].item, pool->values[j].item)) {
            j++;
        }
        different += j == i;
        assert_int_equal(bind_value(statement, &pool->values[i]), SQLITE_OK);
        assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    char sql[100];
    (void)snprintf(sql, sizeof sql, "SELECT hll_count(x) <> %zu FROM t", different);
    expect_none(sql);
}

static void values_are_equal_where_sql_says_so(void **state)
{
    (void)state;
    const char *setting = getenv("EQUALITY_ROUNDS");
    long rounds = setting ? strtol(setting, NULL, 10) : ROUNDS;
    assert_true(rounds > 0);
    struct random random = {1};
    for (long round = 0; round < rounds; round++) {
        struct pool pool = random_pool(&random);
        for (size_t i = 0; i < pool.count; i++) {
            /* The pool has moved, and what its items lend with it. */
            if (!item_is_number(pool.values[i].item)) {
                pool.values[i].item.as.bytes = pool.values[i].bytes;
            }
        }
        check_bytes(&pool);
        bool unlike = round % 2 == 0;
        if (unlike) {
            drop_twins(&pool);
        }
        fill(&random, &pool);
        check_counts();
        check_frames();
        if (unlike) {
            check_distinct();
        }
    }
}

/* Over 64 seeds, two keys that are not equal agree half the time. */
static void samples_of_unequal_keys_are_independent(void **state)
{
    (void)state;
    struct random random = {2};
    struct pool pool = random_pool(&random);
    fill(&random, &pool);
    expect_none(
        "WITH RECURSIVE s(s) AS (SELECT 0 UNION ALL SELECT s + 1 FROM s WHERE s < 63)"
        " SELECT count(*) FROM (SELECT 1 FROM d AS a, d AS b, s WHERE a.id < b.id AND"
        " sample_keep(a.x, 0.5, s) = sample_keep(b.x, 0.5, s)"
        " GROUP BY a.id, b.id HAVING count(*) > 60)");
}

static int open_database(void **state)
{
    (void)state;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL),
        SQLITE_OK);
    char *error = NULL;
    if (sqlite3_load_extension(db, TEST_EXTENSION, NULL, &error) != SQLITE_OK) {
        fail_msg("%s", error);
    }
    run("CREATE TABLE t(i INTEGER PRIMARY KEY, x, f);"
        "CREATE TABLE d(id INTEGER PRIMARY KEY, x, n, m)");
    return 0;
}

static int close_database(void **state)
{
    (void)state;
    return sqlite3_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_equal_where_sql_says_so),
        cmocka_unit_test(samples_of_unequal_keys_are_independent),
    };
    return cmocka_run_group_tests(tests, open_database, close_database);
}
