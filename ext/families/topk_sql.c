/* Top-k in SQL. */
#include "topk.h"

#include "family.h"
#include "slides.h"
#include "step.h"
#include "topk_exchange_sql.h"
#include "topk_reply.h"
#include "topk_trend_sql.h"

enum { TOPK_ANSWER = 10, TOPK_STORED = 100 };

/* Parameters: k, counters. */
static int topk_sql_create(struct call *call, void **out, int size, int count,
                           sqlite3_value **parameters)
{
    sqlite3_int64 k = size;
    struct topk *sketch = NULL;
    int rc = SQLITE_OK;
    if (count > 0) {
        rc = value_whole(call, parameters[0], "k", 1, TOPK_MAX_K, &k);
    }
    sqlite3_int64 counters = topk_default_counters((int)k);
    if (rc == SQLITE_OK && count > 1) {
        rc = value_whole(call, parameters[1], "counters", k, TOPK_MAX_COUNTERS,
                         &counters);
    }
    if (rc == SQLITE_OK) {
        rc =
            call_check(call, topk_create(&sketch, (int)k, (int)counters, &call_memory));
    }
    *out = sketch;
    return rc;
}

/* Inputs: x, and perhaps its weight. */
__attribute__((always_inline)) static inline int
topk_sql_add(struct call *call, void *sketch, int count, const struct input *inputs)
{
    struct item item;
    uint64_t weight = 1;
    int rc = value_item(call, inputs[0], &item);
    if (rc == SQLITE_OK && count > 1) {
        rc = value_weight(call, inputs[1], &weight);
    }
    return rc == SQLITE_OK ? call_check(call, topk_add(sketch, item, weight)) : rc;
}

static int topk_sql_take(struct call *call, struct input input, struct waiting *waiting)
{
    waiting->kind = WAITS_AS_ITEM;
    return value_item(call, input, &waiting->as.item);
}

static enum sketch_status topk_sql_add_waiting(void *sketch,
                                               const struct waiting *waiting)
{
    return topk_add(sketch, waiting->as.item, 1);
}

static const struct waits topk_waits = {
    .take = topk_sql_take,
    .add = topk_sql_add_waiting,
};

/* The same to the bytes of a stored sketch, but for inputs that need a word. */
static bool topk_sql_add_stored(struct call *call, uint8_t *bytes, size_t *size,
                                size_t room, int count, const struct input *inputs)
{
    struct item item;
    sqlite3_int64 weight = 1;
    if (count > 1) {
        bool whole = inputs[1].type == SQLITE_INTEGER;
        weight = whole ? sqlite3_value_int64(inputs[1].value) : -1;
    }
    return weight >= 0 && value_item(call, inputs[0], &item) == SQLITE_OK &&
           topk_stored_add(bytes, size, room, item, (uint64_t)weight);
}

__attribute__((flatten)) static void topk_sql_step(sqlite3_context *ctx, int argc,
                                                   sqlite3_value **argv)
{
    step_row(ctx, argc, argv, topk_sql_add);
}

/* Questions: perhaps k. */
static int topk_sql_json(struct call *call, const void *sketch, int count,
                         sqlite3_value **questions)
{
    sqlite3_int64 k = topk_k(sketch);
    struct topk_row *rows = NULL;
    size_t row_count = 0;
    int rc = SQLITE_OK;
    if (count > 0) {
        rc = value_whole(call, questions[0], "k", 1, TOPK_MAX_K, &k);
    }
    if (rc == SQLITE_OK) {
        rc = call_check(call, topk_rank(sketch, (size_t)k, &rows, &row_count));
    }
    return rc == SQLITE_OK ? topk_reply_json(call, rows, row_count) : rc;
}

/* The best rows in stored bytes: `k` of them, or as many as their own k if that is no
 * number from 1 on. */
static bool topk_sql_rank_stored(const uint8_t *bytes, size_t size, sqlite3_int64 k,
                                 struct topk_row **rows, size_t *count)
{
    int own;
    if (k < 1) {
        k = topk_stored_k(bytes, size, &own) ? own : 0;
    }
    return k >= 1 &&
           topk_stored_rank(bytes, size, (size_t)k, rows, count, &call_memory);
}

static bool topk_sql_json_stored(struct call *call, const uint8_t *bytes, size_t size,
                                 int count, sqlite3_value **questions)
{
    struct topk_row *rows;
    size_t row_count;
    sqlite3_int64 k = 0;
    if (count > 0) {
        k = sqlite3_value_int64(questions[0]);
        if (sqlite3_value_type(questions[0]) != SQLITE_INTEGER || k < 1 ||
            k > TOPK_MAX_K) {
            return false;
        }
    }
    return topk_sql_rank_stored(bytes, size, k, &rows, &row_count) &&
           topk_reply_json(call, rows, row_count) == SQLITE_OK;
}

/* The values alone, as many as the k of the sketch. */
static int topk_sql_values(struct call *call, const void *sketch, int count,
                           sqlite3_value **questions)
{
    struct topk_row *rows;
    size_t row_count;
    (void)count;
    (void)questions;
    int rc =
        call_check(call, topk_rank(sketch, (size_t)topk_k(sketch), &rows, &row_count));
    return rc == SQLITE_OK ? topk_reply_values(call, rows, row_count) : rc;
}

/* Questions: the sketch of the past, and perhaps k. */
static int topk_sql_trend(struct call *call, const void *sketch, int count,
                          sqlite3_value **questions)
{
    sqlite3_int64 k = topk_k(sketch);
    void *past = NULL;
    int rc = SQLITE_OK;
    if (count > 1) {
        rc = value_whole(call, questions[1], "k", 1, TOPK_MAX_K, &k);
    }
    if (rc == SQLITE_OK) {
        rc = family_load(call, &topk_family, questions[0], &past);
    }
    if (rc == SQLITE_OK) {
        rc = topk_trend_sql_json(call, sketch, past, (size_t)k);
    }
    topk_free(past);
    return rc;
}

/* Questions: an image, and the type of its items. */
static int topk_sql_import(struct call *call, const void *none, int count,
                           sqlite3_value **questions)
{
    struct topk *sketch;
    (void)none;
    (void)count;
    int rc = topk_exchange_read(call, TOPK_STORED, questions, &sketch);
    if (rc == SQLITE_OK && sketch) {
        rc = family_reply_sketch(call, &topk_family, sketch);
    }
    topk_free(sketch);
    return rc;
}

/* The bounds of an item's frequency.  Question: the item. */
static int topk_sql_lookup(struct call *call, const struct topk *sketch,
                           sqlite3_value *value, struct topk_row *row)
{
    struct item item;
    int rc = value_item(call, value_input(value), &item);
    if (rc == SQLITE_OK) {
        *row = topk_lookup(sketch, item);
    }
    return rc;
}

static bool topk_sql_lookup_stored(struct call *call, const uint8_t *bytes, size_t size,
                                   sqlite3_value *value, struct topk_row *row)
{
    struct item item;
    return value_item(call, value_input(value), &item) == SQLITE_OK &&
           topk_stored_lookup(bytes, size, item, row);
}

static void topk_sql_reply_upper(struct call *call, struct topk_row row)
{
    sqlite3_result_int64(call->ctx, (sqlite3_int64)row.count);
}

static void topk_sql_reply_lower(struct call *call, struct topk_row row)
{
    sqlite3_result_int64(call->ctx, (sqlite3_int64)(row.count - row.error));
}

/* The count, which is never too small. */
static int topk_sql_upper(struct call *call, const void *sketch, int count,
                          sqlite3_value **questions)
{
    struct topk_row row = {.count = 0};
    (void)count;
    int rc = topk_sql_lookup(call, sketch, questions[0], &row);
    if (rc == SQLITE_OK) {
        topk_sql_reply_upper(call, row);
    }
    return rc;
}

static bool topk_sql_upper_stored(struct call *call, const uint8_t *bytes, size_t size,
                                  int count, sqlite3_value **questions)
{
    struct topk_row row;
    (void)count;
    bool known = topk_sql_lookup_stored(call, bytes, size, questions[0], &row);
    if (known) {
        topk_sql_reply_upper(call, row);
    }
    return known;
}

static int topk_sql_lower(struct call *call, const void *sketch, int count,
                          sqlite3_value **questions)
{
    struct topk_row row = {.count = 0};
    (void)count;
    int rc = topk_sql_lookup(call, sketch, questions[0], &row);
    if (rc == SQLITE_OK) {
        topk_sql_reply_lower(call, row);
    }
    return rc;
}

static bool topk_sql_lower_stored(struct call *call, const uint8_t *bytes, size_t size,
                                  int count, sqlite3_value **questions)
{
    struct topk_row row;
    (void)count;
    bool known = topk_sql_lookup_stored(call, bytes, size, questions[0], &row);
    if (known) {
        topk_sql_reply_lower(call, row);
    }
    return known;
}

static int topk_sql_describe(struct call *call, sqlite3_str *json, const void *sketch)
{
    (void)call;
    json_put_integer_field(json, "k", (uint64_t)topk_k(sketch));
    json_put_integer_field(json, "counters", (uint64_t)topk_counters(sketch));
    json_put_integer_field(json, "total", topk_total(sketch));
    json_put_integer_field(json, "values", topk_used(sketch));
    json_put_bool_field(json, "exact", topk_is_exact(sketch));
    json_put_integer_field(json, "error", topk_max_error(sketch));
    return SQLITE_OK;
}

static int topk_sql_list(struct call *call, void *const *sketches, sqlite3_int64 limit,
                         void **rows, size_t *count)
{
    const struct topk *sketch = sketches[0];
    struct topk_row *list = NULL;
    size_t most = limit < 0 ? (size_t)topk_k(sketch) : (size_t)limit;
    int rc = call_check(call, topk_rank(sketch, most, &list, count));
    *rows = list;
    return rc;
}

static bool topk_sql_list_stored(const uint8_t *bytes, size_t size, sqlite3_int64 limit,
                                 void **rows, size_t *count)
{
    struct topk_row *list = NULL;
    bool sound = topk_sql_rank_stored(bytes, size, limit, &list, count);
    *rows = list;
    return sound;
}

static void topk_sql_column(sqlite3_context *ctx, const void *rows, size_t row,
                            int column)
{
    const struct topk_row *at = (const struct topk_row *)rows + row;
    switch (column) {
    case 0:
        sqlite3_result_int64(ctx, (sqlite3_int64)row + 1);
        break;
    case 1:
        value_result(ctx, at->item);
        break;
    case 2:
        sqlite3_result_int64(ctx, (sqlite3_int64)at->count);
        break;
    default:
        sqlite3_result_int64(ctx, (sqlite3_int64)at->error);
        break;
    }
}

static const struct sql_rows topk_rows[] = {
    {.name = "topk_rows",
     .columns = "rank INTEGER, value, count INTEGER, error INTEGER",
     .column_count = 4,
     .arguments = "sketch, k",
     .sketches = 1,
     .limit_most = TOPK_MAX_K,
     .list = topk_sql_list,
     .list_stored = topk_sql_list_stored,
     .column = topk_sql_column},
    {.name = "topk_trend_rows",
     .columns = "rank INTEGER, value, count INTEGER, before INTEGER, growth REAL, "
                "lower REAL, upper REAL, score REAL",
     .column_count = 8,
     .arguments = "now, past, k",
     .sketches = 2,
     .limit_most = TOPK_MAX_K,
     .list = topk_trend_sql_list,
     .column = topk_trend_sql_column},
    {.name = NULL},
};

/* clang-format off */

static const struct sql_function topk_functions[] = {
    /* name                    arguments             verb   args    inputs, questions, default size, reply, for no rows, traits, direct, slide_reply */
    {"topk",                 "x, k, counters",      BUILD,  1,  3, 1, 0, TOPK_ANSWER, topk_sql_json,  AN_EMPTY_LIST,   REPLIES_JSON, NULL, topk_slide_reply_json},
    {"topk_weighted",        "x, w, k, counters",   BUILD,  2,  4, 2, 0, TOPK_ANSWER, topk_sql_json,  AN_EMPTY_LIST,   REPLIES_JSON, NULL, topk_slide_reply_json},
    {"topk_sketch",          "x, k, counters",      BUILD,  1,  3, 1, 0, TOPK_STORED, NULL,           AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"topk_sketch_weighted", "x, w, k, counters",   BUILD,  2,  4, 2, 0, TOPK_STORED, NULL,           AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"topk_merge",           "sketch",              MERGE,  1,  1, 0, 0, TOPK_STORED, NULL,           AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"topk_union",           "sketch, ...",         UNION, -1, -1, 0, 0, TOPK_STORED, NULL,           AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"topk_add",             "sketch, x, w",        ADD,    2,  3, 2, 0, TOPK_STORED, NULL,           AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"topk_empty",           "k, counters",         EMPTY,  0,  2, 0, 0, TOPK_STORED, NULL,           AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"topk_by",              "key, x, k, counters", BUILD_BY, 2, 4, 2, 0, TOPK_STORED, NULL,          AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"topk_by_merge",        "keyed",             MERGE_BY, 1,  1, 0, 0, TOPK_STORED, NULL,           AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"topk_by_rows",         "keyed",              ROWS_BY, 1,  1, 0, 0, TOPK_STORED, NULL,           A_NULL,          0, NULL, NULL},
    {"topk_json",            "sketch, k",           ASK,    1,  2, 0, 1, 0,           topk_sql_json,  A_NULL,          REPLIES_JSON, topk_sql_json_stored, NULL},
    {"topk_trend",           "now, past, k",        ASK,    2,  3, 0, 2, 0,           topk_sql_trend, A_NULL,          REPLIES_JSON, NULL, NULL},
    {"topk_convert",         "sketch, form",        ASK,    2,  2, 0, 1, 0,           topk_exchange_convert, A_NULL,         0, NULL, NULL},
    {"topk_import",          "image, type",       PLAIN,    2,  2, 0, 2, 0,           topk_sql_import, A_NULL,          0, NULL, NULL},
    {"topk_get",             "sketch, item",        ASK,    2,  2, 0, 1, 0,           topk_sql_upper, A_NULL,          0, topk_sql_upper_stored, NULL},
    {"topk_upper",           "sketch, item",        ASK,    2,  2, 0, 1, 0,           topk_sql_upper, A_NULL,          0, topk_sql_upper_stored, NULL},
    {"topk_lower",           "sketch, item",        ASK,    2,  2, 0, 1, 0,           topk_sql_lower, A_NULL,          0, topk_sql_lower_stored, NULL},
    {"approx_top_k",         "x, k",                BUILD,  1,  2, 1, 0, TOPK_ANSWER, topk_sql_values, AN_EMPTY_LIST,  REPLIES_JSON, NULL, topk_slide_reply_values},
    {.name = NULL},
};
/* clang-format on */

const struct family topk_family = {
    .ops = &topk_ops,
    .functions = topk_functions,
    .rows = topk_rows,
    .create = topk_sql_create,
    .add = topk_sql_add,
    .waits = &topk_waits,
    .add_stored = topk_sql_add_stored,
    .step = topk_sql_step,
    .sliding = &topk_sliding,
    .describe = topk_sql_describe,
};
