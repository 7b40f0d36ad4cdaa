/* Samples that need no sketch: of a known number of rows, and by the hash of a key. */
#include "random_sample.h"
#include "sample_keep.h"

#include "decimal.h"
#include "family.h"
#include "step.h"

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

/* A row that is chosen. */
__attribute__((noinline)) static int
random_sample_sql_take(struct call *call, struct random_sample *sample,
                       struct input input)
{
    struct item item;
    int rc = value_item(call, input, &item);
    return rc == SQLITE_OK ? call_check(call, random_sample_add(sample, item)) : rc;
}

/* Most rows pass, and then what they hold is not looked at. */
__attribute__((always_inline)) static inline int
random_sample_sql_add(struct call *call, void *sample, int count,
                      const struct input *inputs)
{
    (void)count;
    return random_sample_pass(sample) ? SQLITE_OK
                                      : random_sample_sql_take(call, sample, inputs[0]);
}

__attribute__((flatten)) static void
random_sample_sql_step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    step_row(ctx, argc, argv, random_sample_sql_add);
}

static int random_sample_sql_json(struct call *call, const void *sample, int count,
                                  sqlite3_value **questions)
{
    uint64_t seen = random_sample_seen(sample);
    uint64_t total = random_sample_total(sample);
    (void)count;
    (void)questions;
    if (seen != total) {
        return call_advise(
            call,
            call_fail(call,
                      "total is %lld, but there were %lld rows, NULLs not counted",
                      (sqlite3_int64)total, (sqlite3_int64)seen),
            "where the number is not known, write reservoir_sample(x, n)");
    }
    sqlite3_str *json = json_open(call, "[");
    for (uint32_t i = 0; i < random_sample_count(sample); i++) {
        json_put_item(json, random_sample_item(sample, i));
    }
    return json_result(call, json, "]");
}

/* sample_keep(key, p [, seed]): 1 or 0, NULL for NULL. */
static int random_sample_sql_keep(struct call *call, const void *none, int count,
                                  sqlite3_value **questions)
{
    struct input key = value_input(questions[0]);
    struct item item;
    double p;
    sqlite3_int64 seed = 0;
    (void)none;
    int rc = value_number(call, value_input(questions[1]), "p", &p);
    if (rc == SQLITE_OK && !(p >= 0 && p <= 1)) {
        rc = call_fail(call, "p must be 0..1, not %s", decimal_write(p).text);
    }
    if (rc == SQLITE_OK && count > 2) {
        rc = random_sample_sql_seed(call, questions[2], &seed);
    }
    if (rc == SQLITE_OK && key.type != SQLITE_NULL) {
        rc = value_item(call, key, &item);
        if (rc == SQLITE_OK) {
            sqlite3_result_int(call->ctx,
                               sample_keeps(item_hash(item), p, (uint64_t)seed));
        }
    }
    return rc;
}

static void random_sample_sql_free(void *sample) { random_sample_free(sample); }

/* It is never stored, so the other operations have no caller. */
static const struct sketch_ops random_sample_sql_ops = {
    .family = "random_sample",
    .free = random_sample_sql_free,
};

/* clang-format off */

static const struct sql_function random_sample_functions[] = {
    /* name             arguments            verb  args  inputs, questions, default size, reply, for no rows, traits, direct, slide_reply */
    {"random_sample", "x, n, total",       BUILD, 3, 3, 1, 0, 0, random_sample_sql_json, AN_EMPTY_LIST, REPLIES_JSON | IS_RANDOM, NULL, NULL},
    {"random_sample", "x, n, total, seed", BUILD, 4, 4, 1, 0, 0, random_sample_sql_json, AN_EMPTY_LIST, REPLIES_JSON, NULL, NULL},
    {"sample_keep",   "key, p, seed",      PLAIN, 2, 3, 0, 3, 0, random_sample_sql_keep, A_NULL,        0, NULL, NULL},
    {.name = NULL},
};
/* clang-format on */

const struct family random_sample_family = {
    .ops = &random_sample_sql_ops,
    .functions = random_sample_functions,
    .create = random_sample_sql_create,
    .add = random_sample_sql_add,
    .step = random_sample_sql_step,
};
