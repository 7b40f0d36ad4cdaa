/* KLL in SQL. */
#include "kll.h"

#include "kll_import_sql.h"
#include "numbers.h"
#include "slides.h"
#include "step.h"

/* Parameter: k. */
static int kll_sql_create(struct call *call, void **out, int size, int count,
                          sqlite3_value **parameters)
{
    struct kll *sketch = NULL;
    sqlite3_int64 k = size;
    int rc = count > 0 ? numbers_k(call, parameters[0], KLL_MIN_K, KLL_MAX_K, &k)
                       : SQLITE_OK;
    if (rc == SQLITE_OK) {
        rc = call_check(call, kll_create(&sketch, (int)k, &call_memory));
    }
    *out = sketch;
    return rc;
}

__attribute__((noinline)) static int kll_sql_add_any(struct call *call, void *sketch,
                                                     const struct input *inputs)
{
    double value;
    int rc = numbers_x(call, inputs[0], &kll_ops, &value);
    return rc == SQLITE_OK ? call_check(call, kll_add(sketch, value)) : rc;
}

/* A number, as nearly all rows are, takes the short way; the other one finds what is
 * wrong with a value that the sketch refuses. */
__attribute__((always_inline)) static inline int
kll_sql_add(struct call *call, void *sketch, int count, const struct input *inputs)
{
    int type = inputs[0].type;
    (void)count;
    if ((type == SQLITE_FLOAT || type == SQLITE_INTEGER) &&
        kll_add(sketch, sqlite3_value_double(inputs[0].value)) == SKETCH_OK) {
        return SQLITE_OK;
    }
    return kll_sql_add_any(call, sketch, inputs);
}

static int kll_sql_take(struct call *call, struct input input, struct waiting *waiting)
{
    waiting->kind = WAITS_AS_NUMBER;
    return value_is_number(input, &waiting->as.number)
               ? SQLITE_OK
               : numbers_x(call, input, &kll_ops, &waiting->as.number);
}

static enum sketch_status kll_sql_add_waiting(void *sketch,
                                              const struct waiting *waiting)
{
    return kll_add(sketch, waiting->as.number);
}

static const struct waits kll_waits = {
    .take = kll_sql_take,
    .add = kll_sql_add_waiting,
};

static bool kll_sql_add_stored(struct call *call, uint8_t *bytes, size_t *size,
                               size_t room, int count, const struct input *inputs)
{
    (void)call;
    (void)count;
    return (inputs[0].type == SQLITE_FLOAT || inputs[0].type == SQLITE_INTEGER) &&
           kll_stored_add(bytes, size, room, sqlite3_value_double(inputs[0].value));
}

__attribute__((flatten)) static void kll_sql_step(sqlite3_context *ctx, int argc,
                                                  sqlite3_value **argv)
{
    step_row(ctx, argc, argv, kll_sql_add);
}

/* Questions.  An empty sketch has the answer NULL. */

typedef enum sketch_status kll_answer_fn(const struct kll *sketch, const double *asked,
                                         size_t count, double *answers);

/* Question: q, or a JSON array of them. */
static int kll_sql_shares(struct call *call, const void *sketch,
                          sqlite3_value *question, kll_answer_fn *answer)
{
    struct numbers numbers;
    if (kll_weight(sketch) == 0) {
        return SQLITE_OK;
    }
    int rc = numbers_read_shares(call, question, &numbers);
    if (rc == SQLITE_OK) {
        rc = call_check(call,
                        answer(sketch, numbers.asked, numbers.count, numbers.answers));
    }
    return numbers_finish(call, &numbers, rc);
}

static int kll_sql_quantile(struct call *call, const void *sketch, int count,
                            sqlite3_value **questions)
{
    (void)count;
    return kll_sql_shares(call, sketch, questions[0], kll_quantiles);
}

static int kll_sql_lower(struct call *call, const void *sketch, int count,
                         sqlite3_value **questions)
{
    (void)count;
    return kll_sql_shares(call, sketch, questions[0], kll_lower);
}

static int kll_sql_upper(struct call *call, const void *sketch, int count,
                         sqlite3_value **questions)
{
    (void)count;
    return kll_sql_shares(call, sketch, questions[0], kll_upper);
}

/* Question: x, or a JSON array of them. */
static int kll_sql_rank(struct call *call, const void *sketch, int count,
                        sqlite3_value **questions)
{
    struct numbers numbers;
    (void)count;
    if (kll_weight(sketch) == 0) {
        return SQLITE_OK;
    }
    int rc = numbers_read(call, questions[0], "x", &numbers);
    if (rc == SQLITE_OK) {
        rc = call_check(
            call, kll_ranks(sketch, numbers.asked, numbers.count, numbers.answers));
    }
    return numbers_finish(call, &numbers, rc);
}

/* Question: ascending points, or one; the answer is always a list. */
static int kll_sql_split(struct call *call, const void *sketch, sqlite3_value *question,
                         kll_answer_fn *split)
{
    struct numbers numbers;
    if (kll_weight(sketch) == 0) {
        return SQLITE_OK;
    }
    int rc = numbers_read(call, question, "points", &numbers);
    if (rc != SQLITE_OK) {
        return numbers_finish(call, &numbers, rc);
    }
    return numbers_finish_split(
        call, &numbers, split(sketch, numbers.asked, numbers.count, numbers.answers));
}

static int kll_sql_cdf(struct call *call, const void *sketch, int count,
                       sqlite3_value **questions)
{
    (void)count;
    return kll_sql_split(call, sketch, questions[0], kll_cdf);
}

static int kll_sql_pmf(struct call *call, const void *sketch, int count,
                       sqlite3_value **questions)
{
    (void)count;
    return kll_sql_split(call, sketch, questions[0], kll_pmf);
}

/* These are NaN for an empty sketch, which SQLite makes NULL. */
static int kll_sql_min(struct call *call, const void *sketch, int count,
                       sqlite3_value **questions)
{
    (void)count;
    (void)questions;
    sqlite3_result_double(call->ctx, kll_min(sketch));
    return SQLITE_OK;
}

static int kll_sql_max(struct call *call, const void *sketch, int count,
                       sqlite3_value **questions)
{
    (void)count;
    (void)questions;
    sqlite3_result_double(call->ctx, kll_max(sketch));
    return SQLITE_OK;
}

static int kll_sql_error(struct call *call, const void *sketch, int count,
                         sqlite3_value **questions)
{
    (void)count;
    (void)questions;
    sqlite3_result_double(call->ctx, kll_error(sketch));
    return SQLITE_OK;
}

static int kll_sql_weight(struct call *call, const void *sketch, int count,
                          sqlite3_value **questions)
{
    (void)count;
    (void)questions;
    sqlite3_result_int64(call->ctx, (sqlite3_int64)kll_weight(sketch));
    return SQLITE_OK;
}

static int kll_sql_describe(struct call *call, sqlite3_str *json, const void *sketch)
{
    (void)call;
    json_put_integer_field(json, "k", (uint64_t)kll_k(sketch));
    json_put_integer_field(json, "weight", kll_weight(sketch));
    json_put_integer_field(json, "retained", kll_retained(sketch));
    json_put_bool_field(json, "exact", kll_is_exact(sketch));
    json_put_real_field(json, "error", kll_error(sketch));
    return SQLITE_OK;
}

/* Rows */

static int kll_sql_list(struct call *call, void *const *sketches, sqlite3_int64 limit,
                        void **rows, size_t *count)
{
    const struct kll *sketch = sketches[0];
    struct kll_row *list = sqlite3_malloc64((kll_retained(sketch) + 1) * sizeof *list);
    (void)limit;
    *rows = list;
    return list ? call_check(call, kll_rows(sketch, list, count)) : SQLITE_NOMEM;
}

static void kll_sql_column(sqlite3_context *ctx, const void *rows, size_t row,
                           int column)
{
    const struct kll_row *at = (const struct kll_row *)rows + row;
    if (column == 0) {
        sqlite3_result_double(ctx, at->value);
    } else {
        sqlite3_result_int64(ctx, (sqlite3_int64)at->weight);
    }
}

static const struct sql_rows kll_sql_rows[] = {
    {.name = "kll_rows",
     .columns = "value REAL, weight INTEGER",
     .column_count = 2,
     .arguments = "sketch",
     .sketches = 1,
     .list = kll_sql_list,
     .column = kll_sql_column},
    {.name = NULL},
};

/* clang-format off */
static const struct sql_function kll_functions[] = {
    /* name           arguments        verb   args    inputs, questions, default size, reply, for no rows, traits, direct, slide_reply */
    {"kll_quantile", "x, q, k",        BUILD,  2,  3, 1, 1, KLL_K, kll_sql_quantile, A_NULL,          REPLIES_JSON, NULL, kll_slide_reply_quantile},
    {"kll_sketch",   "x, k",           BUILD,  1,  2, 1, 0, KLL_K, NULL,             AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"kll_merge",    "sketch",         MERGE,  1,  1, 0, 0, KLL_K, NULL,             AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"kll_union",    "sketch, ...",    UNION, -1, -1, 0, 0, KLL_K, NULL,             AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"kll_add",      "sketch, x",      ADD,    2,  2, 1, 0, KLL_K, NULL,             AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"kll_empty",    "k",              EMPTY,  0,  1, 0, 0, KLL_K, NULL,             AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"kll_import",   "sketch, type",   PLAIN,  2,  2, 0, 2, 0,     kll_import_sql,   A_NULL,          0, NULL, NULL},
    {"kll_by",       "key, x, k",    BUILD_BY, 2,  3, 2, 0, KLL_K, NULL,             AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"kll_by_merge", "keyed",        MERGE_BY, 1,  1, 0, 0, KLL_K, NULL,             AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"kll_by_rows",  "keyed",         ROWS_BY, 1,  1, 0, 0, KLL_K, NULL,             A_NULL,          0, NULL, NULL},
    {"kll_get",      "sketch, q",      ASK,    2,  2, 0, 1, 0,     kll_sql_quantile, A_NULL,          REPLIES_JSON, NULL, NULL},
    {"kll_lower",    "sketch, q",      ASK,    2,  2, 0, 1, 0,     kll_sql_lower,    A_NULL,          REPLIES_JSON, NULL, NULL},
    {"kll_upper",    "sketch, q",      ASK,    2,  2, 0, 1, 0,     kll_sql_upper,    A_NULL,          REPLIES_JSON, NULL, NULL},
    {"kll_rank",     "sketch, x",      ASK,    2,  2, 0, 1, 0,     kll_sql_rank,     A_NULL,          REPLIES_JSON, NULL, NULL},
    {"kll_cdf",      "sketch, points", ASK,    2,  2, 0, 1, 0,     kll_sql_cdf,      A_NULL,          REPLIES_JSON, NULL, NULL},
    {"kll_pmf",      "sketch, points", ASK,    2,  2, 0, 1, 0,     kll_sql_pmf,      A_NULL,          REPLIES_JSON, NULL, NULL},
    {"kll_min",      "sketch",         ASK,    1,  1, 0, 0, 0,     kll_sql_min,      A_NULL,          0, NULL, NULL},
    {"kll_max",      "sketch",         ASK,    1,  1, 0, 0, 0,     kll_sql_max,      A_NULL,          0, NULL, NULL},
    {"kll_weight",   "sketch",         ASK,    1,  1, 0, 0, 0,     kll_sql_weight,   A_NULL,          0, NULL, NULL},
    {"kll_error",    "sketch",         ASK,    1,  1, 0, 0, 0,     kll_sql_error,    A_NULL,          0, NULL, NULL},
    {.name = NULL},
};
/* clang-format on */

const struct family kll_family = {
    .ops = &kll_ops,
    .functions = kll_functions,
    .rows = kll_sql_rows,
    .create = kll_sql_create,
    .add = kll_sql_add,
    .waits = &kll_waits,
    .sliding = &tdigest_sliding,
    .add_stored = kll_sql_add_stored,
    .visit_stored = kll_stored_visit,
    .step = kll_sql_step,
    .describe = kll_sql_describe,
};
