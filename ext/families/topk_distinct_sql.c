/* Top-k by distinct in SQL. */
#include "topk_distinct.h"

#include "family.h"
#include "step.h"

enum { TOPK_DISTINCT_ANSWER = 10, TOPK_DISTINCT_STORED = 25 };

/* Parameters: k, lg_k. */
static int topk_distinct_sql_create(struct call *call, void **out, int size, int count,
                                    sqlite3_value **parameters)
{
    sqlite3_int64 k = size;
    sqlite3_int64 lg_k = TOPK_DISTINCT_LG_K;
    struct topk_distinct *sketch = NULL;
    int rc = SQLITE_OK;
    if (count > 0) {
        rc = value_whole(call, parameters[0], "k", 1, TOPK_DISTINCT_MAX_K, &k);
    }
    if (rc == SQLITE_OK && count > 1) {
        rc = value_whole(call, parameters[1], "lg_k", TOPK_DISTINCT_MIN_LG_K,
                         TOPK_DISTINCT_MAX_LG_K, &lg_k);
    }
    if (rc == SQLITE_OK) {
        rc = call_check(call,
                        topk_distinct_create(&sketch, (int)k, (int)lg_k, &call_memory));
    }
    *out = sketch;
    return rc;
}

/* Inputs: the label, and a value. */
static int topk_distinct_sql_add(struct call *call, void *sketch, int count,
                                 const struct input *inputs)
{
    struct item label;
    struct hash value = {0, 0};
    int rc = value_item(call, inputs[0], &label);
    if (rc == SQLITE_OK && count > 1) { /* as it always is */
        rc = value_bytes_hash(call, inputs[1], &value);
    }
    return rc == SQLITE_OK ? call_check(call, topk_distinct_add(sketch, label, value))
                           : rc;
}

static void topk_distinct_sql_step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    step_row(ctx, argc, argv, topk_distinct_sql_add);
}

static void topk_distinct_sql_put_row(sqlite3_str *json,
                                      const struct topk_distinct_row *row)
{
    json_put_word(json, "{");
    json_put_key(json, "value");
    json_put_item(json, row->label);
    if (row->label.kind == ITEM_BLOB) {
        json_put_text_field(json, "type", "blob");
    }
    json_put_integer_field(json, "count", row->count);
    json_put_integer_field(json, "lower", row->lower);
    json_put_integer_field(json, "upper", row->upper);
    sqlite3_str_appendall(json, "}");
}

/* Questions: perhaps k. */
static int topk_distinct_sql_json(struct call *call, const void *sketch, int count,
                                  sqlite3_value **questions)
{
    sqlite3_int64 k = topk_distinct_k(sketch);
    struct topk_distinct_row *rows = NULL;
    size_t row_count = 0;
    int rc = SQLITE_OK;
    if (count > 0) {
        rc = value_whole(call, questions[0], "k", 1, TOPK_DISTINCT_MAX_K, &k);
    }
    if (rc == SQLITE_OK) {
        rc = call_check(call, topk_distinct_rank(sketch, (size_t)k, &rows, &row_count));
    }
    if (rc != SQLITE_OK) {
        return rc;
    }
    sqlite3_str *json = json_open(call, "[");
    for (size_t i = 0; i < row_count; i++) {
        topk_distinct_sql_put_row(json, &rows[i]);
    }
    sqlite3_free(rows);
    return json_result(call, json, "]");
}

/* What is known of a label.  Question: the label. */
static int topk_distinct_sql_lookup(struct call *call, const void *sketch,
                                    sqlite3_value *value, struct topk_distinct_row *row)
{
    struct item label;
    int rc = value_item(call, value_input(value), &label);
    return rc == SQLITE_OK ? call_check(call, topk_distinct_lookup(sketch, label, row))
                           : rc;
}

static int topk_distinct_sql_count(struct call *call, const void *sketch, int count,
                                   sqlite3_value **questions)
{
    struct topk_distinct_row row = {.count = 0};
    (void)count;
    int rc = topk_distinct_sql_lookup(call, sketch, questions[0], &row);
    if (rc == SQLITE_OK) {
        sqlite3_result_int64(call->ctx, (sqlite3_int64)row.count);
    }
    return rc;
}

static int topk_distinct_sql_upper(struct call *call, const void *sketch, int count,
                                   sqlite3_value **questions)
{
    struct topk_distinct_row row = {.count = 0};
    (void)count;
    int rc = topk_distinct_sql_lookup(call, sketch, questions[0], &row);
    if (rc == SQLITE_OK) {
        sqlite3_result_int64(call->ctx, (sqlite3_int64)row.upper);
    }
    return rc;
}

static int topk_distinct_sql_lower(struct call *call, const void *sketch, int count,
                                   sqlite3_value **questions)
{
    struct topk_distinct_row row = {.count = 0};
    (void)count;
    int rc = topk_distinct_sql_lookup(call, sketch, questions[0], &row);
    if (rc == SQLITE_OK) {
        sqlite3_result_int64(call->ctx, (sqlite3_int64)row.lower);
    }
    return rc;
}

static int topk_distinct_sql_describe(struct call *call, sqlite3_str *json,
                                      const void *sketch)
{
    (void)call;
    json_put_integer_field(json, "k", (uint64_t)topk_distinct_k(sketch));
    json_put_integer_field(json, "lg_k", (uint64_t)topk_distinct_lg_k(sketch));
    json_put_integer_field(json, "values", topk_distinct_used(sketch));
    json_put_bool_field(json, "complete", topk_distinct_is_complete(sketch));
    json_put_integer_field(json, "threshold", topk_distinct_threshold(sketch));
    return SQLITE_OK;
}

static int topk_distinct_sql_list(struct call *call, void *const *sketches,
                                  sqlite3_int64 limit, void **rows, size_t *count)
{
    const struct topk_distinct *sketch = sketches[0];
    struct topk_distinct_row *list = NULL;
    size_t most = limit < 0 ? (size_t)topk_distinct_k(sketch) : (size_t)limit;
    int rc = call_check(call, topk_distinct_rank(sketch, most, &list, count));
    *rows = list;
    return rc;
}

static void topk_distinct_sql_column(sqlite3_context *ctx, const void *rows, size_t row,
                                     int column)
{
    const struct topk_distinct_row *at = (const struct topk_distinct_row *)rows + row;
    switch (column) {
    case 0:
        sqlite3_result_int64(ctx, (sqlite3_int64)row + 1);
        break;
    case 1:
        value_result(ctx, at->label);
        break;
    case 2:
        sqlite3_result_int64(ctx, (sqlite3_int64)at->count);
        break;
    case 3:
        sqlite3_result_int64(ctx, (sqlite3_int64)at->lower);
        break;
    default:
        sqlite3_result_int64(ctx, (sqlite3_int64)at->upper);
        break;
    }
}

static const struct sql_rows topk_distinct_rows[] = {
    {
        .name = "topk_distinct_rows",
        .columns = "rank INTEGER, value, count INTEGER, lower INTEGER, upper INTEGER",
        .column_count = 5,
        .arguments = "sketch, k",
        .sketches = 1,
        .limit_most = TOPK_DISTINCT_MAX_K,
        .list = topk_distinct_sql_list,
        .column = topk_distinct_sql_column,
    },
    {.name = NULL},
};

/* clang-format off */

static const struct sql_function topk_distinct_functions[] = {
    /* name                    arguments       verb   args    inputs, questions, default size, reply,                for no rows, traits, direct, slide_reply */
    {"topk_distinct",        "x, y, k, lg_k", BUILD,  2,  4, 2, 0, TOPK_DISTINCT_ANSWER, topk_distinct_sql_json,  AN_EMPTY_LIST,   REPLIES_JSON, NULL, NULL},
    {"topk_distinct_sketch", "x, y, k, lg_k", BUILD,  2,  4, 2, 0, TOPK_DISTINCT_STORED, NULL,                    AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"topk_distinct_merge",  "sketch",        MERGE,  1,  1, 0, 0, TOPK_DISTINCT_STORED, NULL,                    AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"topk_distinct_union",  "sketch, ...",   UNION, -1, -1, 0, 0, TOPK_DISTINCT_STORED, NULL,                    AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"topk_distinct_add",    "sketch, x, y",  ADD,    3,  3, 2, 0, TOPK_DISTINCT_STORED, NULL,                    AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"topk_distinct_empty",  "k, lg_k",       EMPTY,  0,  2, 0, 0, TOPK_DISTINCT_STORED, NULL,                    AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"topk_distinct_json",   "sketch, k",     ASK,    1,  2, 0, 1, 0,                    topk_distinct_sql_json,  A_NULL,          REPLIES_JSON, NULL, NULL},
    {"topk_distinct_get",    "sketch, item",  ASK,    2,  2, 0, 1, 0,                    topk_distinct_sql_count, A_NULL,          0, NULL, NULL},
    {"topk_distinct_upper",  "sketch, item",  ASK,    2,  2, 0, 1, 0,                    topk_distinct_sql_upper, A_NULL,          0, NULL, NULL},
    {"topk_distinct_lower",  "sketch, item",  ASK,    2,  2, 0, 1, 0,                    topk_distinct_sql_lower, A_NULL,          0, NULL, NULL},
    {.name = NULL},
};
/* clang-format on */

const struct family topk_distinct_family = {
    .ops = &topk_distinct_ops,
    .functions = topk_distinct_functions,
    .rows = topk_distinct_rows,
    .create = topk_distinct_sql_create,
    .add = topk_distinct_sql_add,
    .step = topk_distinct_sql_step,
    .describe = topk_distinct_sql_describe,
};
