/*
 * Functions that do nothing, to know what SQLite charges for calling one.  Each takes
 * any arguments:
 *
 *     noop(...)            an aggregate that returns at once
 *     noop_text(x)         an aggregate that reads the text, and adds up its bytes
 *     touch(blob, ...)     reads a byte of every page of the BLOB
 *     touch_all(blob, ...) an aggregate that does the same
 */
#include "sqlite3ext.h"

#include <stddef.h>

SQLITE_EXTENSION_INIT1

enum { NOOP_PAGE = 4096 };

static void noop_step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)ctx;
    (void)argc;
    (void)argv;
}

static void noop_final(sqlite3_context *ctx) { sqlite3_result_int(ctx, 0); }

static void noop_text_step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    sqlite3_int64 *sum = sqlite3_aggregate_context(ctx, sizeof *sum);
    if (sum && sqlite3_value_text(argv[0])) {
        *sum += sqlite3_value_bytes(argv[0]);
    }
}

static sqlite3_int64 noop_touched(sqlite3_value *value)
{
    const unsigned char *bytes = sqlite3_value_blob(value);
    int size = sqlite3_value_bytes(value);
    sqlite3_int64 sum = 0;
    for (int i = 0; i < size; i += NOOP_PAGE) {
        sum += bytes[i];
    }
    return sum;
}

static void noop_touch(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    sqlite3_result_int64(ctx, argc > 0 ? noop_touched(argv[0]) : 0);
}

static void noop_touch_step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    sqlite3_int64 *sum = sqlite3_aggregate_context(ctx, sizeof *sum);
    if (sum && argc > 0) {
        *sum += noop_touched(argv[0]);
    }
}

static void noop_sum_final(sqlite3_context *ctx)
{
    const sqlite3_int64 *sum = sqlite3_aggregate_context(ctx, 0);
    sqlite3_result_int64(ctx, sum ? *sum : 0);
}

static const struct noop_function {
    const char *name;
    int args; /* -1: any number */
    void (*call)(sqlite3_context *ctx, int argc, sqlite3_value **argv);
    void (*step)(sqlite3_context *ctx, int argc, sqlite3_value **argv);
    void (*final)(sqlite3_context *ctx);
} noop_functions[] = {
    {"noop", -1, NULL, noop_step, noop_final},
    {"noop_text", 1, NULL, noop_text_step, noop_sum_final},
    {"touch", -1, noop_touch, NULL, NULL},
    {"touch_all", -1, NULL, noop_touch_step, noop_sum_final},
};

__attribute__((visibility("default"))) int
sqlite3_noop_init(sqlite3 *db, char **error, const sqlite3_api_routines *api);

int sqlite3_noop_init(sqlite3 *db, char **error, const sqlite3_api_routines *api)
{
    SQLITE_EXTENSION_INIT2(api);
    (void)error;
    int rc = SQLITE_OK;
    for (size_t i = 0;
         rc == SQLITE_OK && i < sizeof noop_functions / sizeof *noop_functions; i++) {
        const struct noop_function *function = &noop_functions[i];
        rc = sqlite3_create_function_v2(
            db, function->name, function->args, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
            NULL, function->call, function->step, function->final, NULL);
    }
    return rc;
}
