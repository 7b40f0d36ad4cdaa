/*
 * Two SQLites in one process, as when Python has both sqlite3 and apsw: the extension
 * serves one of them, and a copy of it the other.
 *
 * This program must not link SQLite itself: what is linked is found by both.  The
 * second SQLite is a copy of the system's file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

struct sqlite {
    void *library;
    sqlite3 *db;
    int (*open)(const char *name, sqlite3 **db);
    int (*close)(sqlite3 *db);
    int (*enable)(sqlite3 *db, int on);
    int (*load)(sqlite3 *db, const char *file, const char *entry, char **error);
    int (*exec)(sqlite3 *db, const char *sql,
                int (*row)(void *ctx, int count, char **values, char **names),
                void *ctx, char **error);
    void (*free)(void *block);
};

static char two_folder[] = "/tmp/two-sqlites-XXXXXX";
static char two_library[sizeof two_folder + 20];
static char two_extension[sizeof two_folder + 20];

static void copy_file(const char *from, const char *to)
{
    char block[65536];
    FILE *in = fopen(from, "rb");
    FILE *out = fopen(to, "wb");
    assert_non_null(in);
    assert_non_null(out);
    for (size_t n = fread(block, 1, sizeof block, in); n > 0;
         n = fread(block, 1, sizeof block, in)) {
        assert_int_equal(fwrite(block, 1, n, out), n);
    }
    assert_int_equal(fclose(in), 0);
    assert_int_equal(fclose(out), 0);
}

/* C knows no way from a pointer to data to one to a function. */
static void find(void *library, const char *name, void *function)
{
    void *address = dlsym(library, name);
    assert_non_null(address);
    memcpy(function, &address, sizeof address);
}

static void two_open(struct sqlite *s, const char *file)
{
    s->library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    assert_non_null(s->library);
    find(s->library, "sqlite3_open", &s->open);
    find(s->library, "sqlite3_close", &s->close);
    find(s->library, "sqlite3_enable_load_extension", &s->enable);
    find(s->library, "sqlite3_load_extension", &s->load);
    find(s->library, "sqlite3_exec", &s->exec);
    find(s->library, "sqlite3_free", &s->free);
    assert_int_equal(s->open(":memory:", &s->db), SQLITE_OK);
    assert_int_equal(s->enable(s->db, 1), SQLITE_OK);
}

static void two_close(struct sqlite *s)
{
    assert_int_equal(s->close(s->db), SQLITE_OK);
    assert_int_equal(dlclose(s->library), 0);
}

static void expect_loads(const struct sqlite *s, const char *file)
{
    char *error = NULL;
    int rc = s->load(s->db, file, NULL, &error);
    assert_string_equal(error ? error : "", "");
    assert_int_equal(rc, SQLITE_OK);
}

static int keep(void *ctx, int count, char **values, char **names)
{
    char **kept = ctx;
    (void)names;
    assert_int_equal(count, 1);
    free(*kept);
    *kept = strdup(values[0]);
    return 0;
}

static void expect_answers(const struct sqlite *s)
{
    char *kept = NULL;
    assert_int_equal(
        s->exec(s->db,
                "SELECT topk(column1, 1) || CAST(hll_get(hll_sketch(column1))"
                " AS INTEGER) FROM (VALUES ('a'), ('b'), ('a'))",
                keep, &kept, NULL),
        SQLITE_OK);
    assert_string_equal(kept, "[{\"value\":\"a\",\"count\":2,\"error\":0}]2");
    free(kept);
}

static int two_set_up(void **state)
{
    struct link_map *map;
    (void)state;
    void *library = dlopen("libsqlite3.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!library || !mkdtemp(two_folder) ||
        dlinfo(library, RTLD_DI_LINKMAP, &map) != 0) {
        return -1;
    }
    (void)snprintf(two_library, sizeof two_library, "%s/second.so", two_folder);
    (void)snprintf(two_extension, sizeof two_extension, "%s/sketches2.so", two_folder);
    copy_file(map->l_name, two_library);
    copy_file(TEST_EXTENSION ".so", two_extension);
    return dlclose(library);
}

static int two_tear_down(void **state)
{
    (void)state;
    return unlink(two_library) || unlink(two_extension) || rmdir(two_folder);
}

static void a_second_sqlite_is_refused_with_advice(void **state)
{
    struct sqlite first;
    struct sqlite second;
    char *error = NULL;
    (void)state;
    two_open(&first, "libsqlite3.so.0");
    two_open(&second, two_library);
    assert_true(first.open != second.open);
    expect_loads(&first, TEST_EXTENSION);
    assert_int_equal(second.load(second.db, TEST_EXTENSION, NULL, &error),
                     SQLITE_ERROR);
    assert_non_null(strstr(error, "another SQLite"));
    assert_non_null(strstr(error, "sketches2"));
    second.free(error);
    expect_answers(&first);
    expect_loads(&first, TEST_EXTENSION); /* again does no harm */
    expect_answers(&first);
    two_close(&second);
    two_close(&first);
}

static void a_copy_serves_the_second(void **state)
{
    struct sqlite first;
    struct sqlite second;
    (void)state;
    two_open(&first, "libsqlite3.so.0");
    two_open(&second, two_library);
    expect_loads(&first, TEST_EXTENSION);
    expect_loads(&second, two_extension);
    expect_answers(&first);
    expect_answers(&second);
    expect_answers(&first);
    two_close(&first);
    expect_answers(&second);
    two_close(&second);
}

static void when_the_first_has_gone_the_second_may_come(void **state)
{
    struct sqlite first;
    struct sqlite second;
    (void)state;
    two_open(&first, "libsqlite3.so.0");
    two_open(&second, two_library);
    expect_loads(&first, TEST_EXTENSION);
    two_close(&first);
    expect_loads(&second, TEST_EXTENSION);
    expect_answers(&second);
    two_close(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_sqlite_is_refused_with_advice),
        cmocka_unit_test(a_copy_serves_the_second),
        cmocka_unit_test(when_the_first_has_gone_the_second_may_come),
    };
    return cmocka_run_group_tests_name("two_sqlites", tests, two_set_up, two_tear_down);
}
