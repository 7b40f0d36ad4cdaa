/* Reservoir samples in SQL. */
#include "reservoir.h"

#include "family.h"
#include "slides.h"
#include "step.h"

enum { RESERVOIR_STORED = 100 };

/* Parameters: n, seed.  With n alone, the operating system gives a seed; with neither
 * it is 0, because merging and adding are deterministic. */
static int reservoir_sql_create(struct call *call, void **out, int size, int count,
                                sqlite3_value **parameters)
{
    sqlite3_int64 n = size;
    sqlite3_int64 seed = 0;
    struct reservoir *sketch = NULL;
    int rc = SQLITE_OK;
    if (count > 0) {
        rc = value_whole(call, parameters[0], "n", 1, ITEM_LIST_MAX, &n);
    }
    if (rc == SQLITE_OK && count > 1) {
        rc = value_whole(call, parameters[1], "seed", INT64_MIN, INT64_MAX, &seed);
    } else if (rc == SQLITE_OK && count == 1) {
        sqlite3_randomness((int)sizeof seed, &seed);
    }
    if (rc == SQLITE_OK) {
        rc = call_check(
            call, reservoir_create(&sketch, (uint32_t)n, (uint64_t)seed, &call_memory));
    }
    *out = sketch;
    return rc;
}

/* A row that enters the sample. */
__attribute__((noinline)) static int
reservoir_sql_take(struct call *call, struct reservoir *sketch, struct input input)
{
    struct item item;
    int rc = value_item(call, input, &item);
    return rc == SQLITE_OK ? call_check(call, reservoir_add(sketch, item)) : rc;
}

/* Inputs: x and its weight. */
__attribute__((noinline)) static int
reservoir_sql_add_weighted(struct call *call, struct reservoir *sketch,
                           const struct input *inputs)
{
    struct item item;
    double weight;
    int rc = value_real_weight(call, inputs[1], RESERVOIR_LEAST_WEIGHT,
                               RESERVOIR_MOST_WEIGHT, &weight);
    if (rc != SQLITE_OK || reservoir_pass_weighted(sketch, weight)) {
        return rc;
    }
    rc = value_item(call, inputs[0], &item);
    return rc == SQLITE_OK
               ? call_check(call, reservoir_add_weighted(sketch, item, weight))
               : rc;
}

/* Inputs: x, and perhaps its weight.  Most rows pass, and then what they hold is not
 * looked at. */
__attribute__((always_inline)) static inline int
reservoir_sql_add(struct call *call, void *sketch, int count,
                  const struct input *inputs)
{
    return count > 1                ? reservoir_sql_add_weighted(call, sketch, inputs)
           : reservoir_pass(sketch) ? SQLITE_OK
                                    : reservoir_sql_take(call, sketch, inputs[0]);
}

__attribute__((flatten)) static void reservoir_sql_step(sqlite3_context *ctx, int argc,
                                                        sqlite3_value **argv)
{
    step_row(ctx, argc, argv, reservoir_sql_add);
}

/* A row that passes is looked at here, too, since the image may have room for it. */
static bool reservoir_sql_add_stored(struct call *call, uint8_t *bytes, size_t *size,
                                     size_t room, int count, const struct input *inputs)
{
    struct item item;
    return count == 1 && value_item(call, inputs[0], &item) == SQLITE_OK &&
           reservoir_stored_add(bytes, size, room, item);
}

static int reservoir_sql_json(struct call *call, const void *sketch, int count,
                              sqlite3_value **questions)
{
    struct reservoir_row *rows;
    size_t row_count;
    (void)count;
    (void)questions;
    int rc = call_check(call, reservoir_list(sketch, &rows, &row_count));
    if (rc != SQLITE_OK) {
        return rc;
    }
    sqlite3_str *json = json_open(call, "[");
    for (size_t i = 0; i < row_count; i++) {
        json_put_item(json, rows[i].item);
    }
    sqlite3_free(rows);
    return json_result(call, json, "]");
}

static bool reservoir_sql_json_stored(struct call *call, const uint8_t *bytes,
                                      size_t size, int count, sqlite3_value **questions)
{
    struct reservoir_stored stored;
    (void)count;
    (void)questions;
    if (!reservoir_stored_open(&stored, bytes, size)) {
        return false;
    }
    sqlite3_str *json = json_open(call, "[");
    for (uint32_t i = 0; i < stored.count; i++) {
        json_put_item(json, reservoir_stored_next(&stored));
    }
    return json_result(call, json, "]") == SQLITE_OK;
}

static int reservoir_sql_describe(struct call *call, sqlite3_str *json,
                                  const void *sketch)
{
    (void)call;
    json_put_integer_field(json, "n", reservoir_size(sketch));
    json_put_integer_field(json, "total", reservoir_seen(sketch));
    json_put_integer_field(json, "values", reservoir_count(sketch));
    json_put_bool_field(json, "exact",
                        reservoir_seen(sketch) == reservoir_count(sketch));
    json_put_bool_field(json, "weighted", reservoir_is_weighted(sketch));
    return SQLITE_OK;
}

static int reservoir_sql_list(struct call *call, void *const *sketches,
                              sqlite3_int64 limit, void **rows, size_t *count)
{
    const struct reservoir *sketch = sketches[0];
    struct reservoir_row *list;
    (void)limit;
    int rc = call_check(call, reservoir_list(sketch, &list, count));
    *rows = list;
    return rc;
}

static void reservoir_sql_column(sqlite3_context *ctx, const void *rows, size_t row,
                                 int column)
{
    const struct reservoir_row *at = (const struct reservoir_row *)rows + row;
    if (column == 0) {
        value_result(ctx, at->item);
    } else {
        sqlite3_result_double(ctx, at->weight);
    }
}

static const struct sql_rows reservoir_rows[] = {
    {.name = "reservoir_rows",
     .columns = "value, weight REAL",
     .column_count = 2,
     .arguments = "sketch",
     .sketches = 1,
     .list = reservoir_sql_list,
     .column = reservoir_sql_column},
    {.name = NULL},
};

/* clang-format off */

static const struct sql_function reservoir_functions[] = {
    /* name                         arguments        verb   args    inputs, questions, default size, reply, for no rows, traits, direct, slide_reply */
    {"reservoir_sample",          "x, n",          BUILD,  2,  2, 1, 0, RESERVOIR_STORED, reservoir_sql_json, AN_EMPTY_LIST,   REPLIES_JSON | IS_RANDOM, NULL, reservoir_slide_reply_json},
    {"reservoir_sample",          "x, n, seed",    BUILD,  3,  3, 1, 0, RESERVOIR_STORED, reservoir_sql_json, AN_EMPTY_LIST,   REPLIES_JSON, NULL, reservoir_slide_reply_json},
    {"reservoir_sample_weighted", "x, w, n",       BUILD,  3,  3, 2, 0, RESERVOIR_STORED, reservoir_sql_json, AN_EMPTY_LIST,   REPLIES_JSON | IS_RANDOM, NULL, reservoir_slide_reply_json},
    {"reservoir_sample_weighted", "x, w, n, seed", BUILD,  4,  4, 2, 0, RESERVOIR_STORED, reservoir_sql_json, AN_EMPTY_LIST,   REPLIES_JSON, NULL, reservoir_slide_reply_json},
    {"reservoir_sketch",          "x, n",          BUILD,  2,  2, 1, 0, RESERVOIR_STORED, NULL,               AN_EMPTY_SKETCH, IS_RANDOM, NULL, NULL},
    {"reservoir_sketch",          "x, n, seed",    BUILD,  3,  3, 1, 0, RESERVOIR_STORED, NULL,               AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"reservoir_sketch_weighted", "x, w, n",       BUILD,  3,  3, 2, 0, RESERVOIR_STORED, NULL,               AN_EMPTY_SKETCH, IS_RANDOM, NULL, NULL},
    {"reservoir_sketch_weighted", "x, w, n, seed", BUILD,  4,  4, 2, 0, RESERVOIR_STORED, NULL,               AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"reservoir_merge",           "sketch",        MERGE,  1,  1, 0, 0, RESERVOIR_STORED, NULL,               AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"reservoir_union",           "sketch, ...",   UNION, -1, -1, 0, 0, RESERVOIR_STORED, NULL,               AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"reservoir_add",             "sketch, x, w",  ADD,    2,  3, 2, 0, RESERVOIR_STORED, NULL,               AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"reservoir_empty",           "",              EMPTY,  0,  0, 0, 0, RESERVOIR_STORED, NULL,               AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"reservoir_empty",           "n",             EMPTY,  1,  1, 0, 0, RESERVOIR_STORED, NULL,               AN_EMPTY_SKETCH, IS_RANDOM, NULL, NULL},
    {"reservoir_empty",           "n, seed",       EMPTY,  2,  2, 0, 0, RESERVOIR_STORED, NULL,               AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"reservoir_json",            "sketch",        ASK,    1,  1, 0, 0, 0,                reservoir_sql_json, A_NULL,          REPLIES_JSON, reservoir_sql_json_stored, NULL},
    {.name = NULL},
};
/* clang-format on */

const struct family reservoir_family = {
    .ops = &reservoir_ops,
    .functions = reservoir_functions,
    .rows = reservoir_rows,
    .create = reservoir_sql_create,
    .add = reservoir_sql_add,
    .step = reservoir_sql_step,
    .add_stored = reservoir_sql_add_stored,
    .sliding = &reservoir_sliding,
    .describe = reservoir_sql_describe,
};
