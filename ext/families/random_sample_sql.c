/* Samples that need no sketch: of a known number of rows, and by the hash of a key. */
#include "random_sample.h"
#include "sample_keep.h"

#include "family.h"

#ifndef SQLITE_INNOCUOUS /* 3.31 */
#define SQLITE_INNOCUOUS 0x000200000
#endif

static int random_sample_sql_seed(struct call *call, sqlite3_value *value,
                                  sqlite3_int64 *seed)
{
    return value_whole(call, value, "seed", INT64_MIN, INT64_MAX, seed);
}

/* Parameters: n, total, perhaps a seed.  Without one the operating system gives it. */
static int random_sample_sql_create(struct call *call, void **out, int size, int count,
                                    sqlite3_value **parameters)
{
    sqlite3_int64 n = 0;
    sqlite3_int64 total = 0;
    sqlite3_int64 seed = 0;
    struct random_sample *sample = NULL;
    (void)size;
    *out = NULL;
    int rc = value_whole(call, parameters[0], "n", 1, ITEM_LIST_MAX, &n);
    if (rc == SQLITE_OK) {
        rc = value_whole(call, parameters[1], "total", n,
                         (sqlite3_int64)RANDOM_SAMPLE_MAX_TOTAL, &total);
    }
    if (rc == SQLITE_OK && count > 2) {
        rc = random_sample_sql_seed(call, parameters[2], &seed);
    } else if (rc == SQLITE_OK) {
        sqlite3_randomness((int)sizeof seed, &seed);
    }
    if (rc == SQLITE_OK) {
        rc =
            call_check(call, random_sample_create(&sample, (uint32_t)n, (uint64_t)total,
                                                  (uint64_t)seed, &call_memory));
    }
    *out = sample;
    return rc;
}

static int random_sample_sql_add(struct call *call, void *sample, int count,
                                 const struct input *inputs)
{
    struct item item;
    (void)count;
    if (random_sample_pass(sample)) {
        return SQLITE_OK;
    }
    int rc = value_item(call, inputs[0], &item);
    return rc == SQLITE_OK ? call_check(call, random_sample_add(sample, item)) : rc;
}

static int random_sample_sql_json(struct call *call, const void *sample, int count,
                                  sqlite3_value **questions)
{
    uint64_t seen = random_sample_seen(sample);
    uint64_t total = random_sample_total(sample);
    (void)count;
    (void)questions;
    if (seen != total) {
        return call_fail(call,
                         "total is %lld, but there were %lld rows, NULLs not counted",
                         (sqlite3_int64)total, (sqlite3_int64)seen);
    }
    sqlite3_str *json = sqlite3_str_new(sqlite3_context_db_handle(call->ctx));
    sqlite3_str_appendall(json, "[");
    for (uint32_t i = 0; i < random_sample_count(sample); i++) {
        sqlite3_str_appendall(json, i > 0 ? "," : "");
        json_put_item(json, random_sample_item(sample, i));
    }
    sqlite3_str_appendall(json, "]");
    return json_result(call, json);
}

/* It is never stored, so no bytes open like it, and the other operations have no
 * caller. */
static bool random_sample_sql_recognises(const uint8_t *bytes, size_t size)
{
    (void)bytes;
    (void)size;
    return false;
}

static void random_sample_sql_free(void *sample) { random_sample_free(sample); }

static const struct sketch_ops random_sample_sql_ops = {
    .family = "random_sample",
    .recognises = random_sample_sql_recognises,
    .free = random_sample_sql_free,
};

/* clang-format off */

static const struct sql_function random_sample_functions[] = {
    /* name             arguments            verb  args  inputs, questions, default size, reply, for no rows */
    {"random_sample", "x, n, total",       BUILD, 3, 3, 1, 0, 0, random_sample_sql_json, AN_EMPTY_LIST, REPLIES_JSON | IS_RANDOM},
    {"random_sample", "x, n, total, seed", BUILD, 4, 4, 1, 0, 0, random_sample_sql_json, AN_EMPTY_LIST, REPLIES_JSON},
    {.name = NULL},
};
/* clang-format on */

const struct family random_sample_family = {
    .ops = &random_sample_sql_ops,
    .functions = random_sample_functions,
    .create = random_sample_sql_create,
    .add = random_sample_sql_add,
};

/* sample_keep(key, p [, seed]): 1 or 0, NULL for NULL. */
static int random_sample_keep(struct call *call, int argc, sqlite3_value **argv,
                              int *keep)
{
    struct input key = value_input(argv[0]);
    struct item item;
    double p;
    sqlite3_int64 seed = 0;
    int rc = value_number(call, value_input(argv[1]), "p", &p);
    if (rc == SQLITE_OK && !(p >= 0 && p <= 1)) {
        rc = call_fail(call, "p must be 0..1, not %!.15g", p);
    }
    if (rc == SQLITE_OK && argc > 2) {
        rc = random_sample_sql_seed(call, argv[2], &seed);
    }
    *keep = -1;
    if (rc == SQLITE_OK && key.type != SQLITE_NULL) {
        rc = value_item(call, key, &item);
        *keep = rc == SQLITE_OK && sample_keeps(item_hash(item), p, (uint64_t)seed);
    }
    return rc;
}

static void random_sample_sample_keep(sqlite3_context *ctx, int argc,
                                      sqlite3_value **argv)
{
    struct call call = {"sample_keep", ctx, NULL};
    int keep;
    int rc = random_sample_keep(&call, argc, argv, &keep);
    if (rc == SQLITE_OK && keep >= 0) {
        sqlite3_result_int(ctx, keep);
    }
    call_conclude(&call, rc);
}

int random_sample_register(sqlite3 *db)
{
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    int rc = SQLITE_OK;
    for (int args = 2; rc == SQLITE_OK && args <= 3; args++) {
        rc = sqlite3_create_function_v2(db, "sample_keep", args, flags, NULL,
                                        random_sample_sample_keep, NULL, NULL, NULL);
    }
    return rc;
}
