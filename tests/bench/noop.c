/*
 * Aggregates that do nothing, to know what SQLite charges for calling one:
 *
 *     noop(x)       returns at once
 *     noop_text(x)  reads the text, and adds up its bytes
 */
#include "sqlite3ext.h"

#include <stddef.h>

SQLITE_EXTENSION_INIT1

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

static void noop_text_final(sqlite3_context *ctx)
{
    const sqlite3_int64 *sum = sqlite3_aggregate_context(ctx, 0);
    sqlite3_result_int64(ctx, sum ? *sum : 0);
}

__attribute__((visibility("default"))) int
sqlite3_noop_init(sqlite3 *db, char **error, const sqlite3_api_routines *api);

int sqlite3_noop_init(sqlite3 *db, char **error, const sqlite3_api_routines *api)
{
    SQLITE_EXTENSION_INIT2(api);
    (void)error;
    int rc = sqlite3_create_function_v2(db, "noop", 1, SQLITE_UTF8, NULL, NULL,
                                        noop_step, noop_final, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_create_function_v2(db, "noop_text", 1, SQLITE_UTF8, NULL, NULL,
                                        noop_text_step, noop_text_final, NULL);
    }
    return rc;
}
