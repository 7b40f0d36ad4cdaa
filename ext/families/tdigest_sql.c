/* t-digest in SQL. */
#include "tdigest.h"

#include "slides.h"
#include "step.h"
#include "tdigest_bins_sql.h"
#include "numbers.h"

/* Parameter: k. */
static int tdigest_sql_create(struct call *call, void **out, int size, int count,
                              sqlite3_value **parameters)
{
    sqlite3_int64 k = size;
    struct tdigest *sketch = NULL;
    int rc = SQLITE_OK;
    if (count > 0) {
        rc = numbers_k(call, parameters[0], TDIGEST_MIN_K, TDIGEST_MAX_K, &k);
    }
    if (rc == SQLITE_OK) {
        rc = call_check(call, tdigest_create(&sketch, (int)k, &call_memory));
    }
    *out = sketch;
    return rc;
}

/* Inputs: x, and perhaps its weight. */
__attribute__((noinline)) static int tdigest_sql_add_any(struct call *call,
                                                         void *sketch, int count,
                                                         const struct input *inputs)
{
    double value;
    uint64_t weight = 1;
    int rc = numbers_x(call, inputs[0], &tdigest_ops, &value);
    if (rc == SQLITE_OK && count > 1) {
        rc = value_weight(call, inputs[1], &weight);
    }
    return rc == SQLITE_OK
               ? call_check(call, tdigest_add_weighted(sketch, value, weight))
               : rc;
}

/* A number alone, as nearly all rows are, takes the short way; the other one finds what
 * is wrong with a value that the sketch refuses. */
__attribute__((always_inline)) static inline int
tdigest_sql_add(struct call *call, void *sketch, int count, const struct input *inputs)
{
    int type = inputs[0].type;
    if (count == 1 && (type == SQLITE_FLOAT || type == SQLITE_INTEGER) &&
        tdigest_add(sketch, sqlite3_value_double(inputs[0].value)) == SKETCH_OK) {
        return SQLITE_OK;
    }
    return tdigest_sql_add_any(call, sketch, count, inputs);
}

static int tdigest_sql_take(struct call *call, struct input input,
                            struct waiting *waiting)
{
    waiting->kind = WAITS_AS_NUMBER;
    return value_is_number(input, &waiting->as.number)
               ? SQLITE_OK
               : numbers_x(call, input, &tdigest_ops, &waiting->as.number);
}

static enum sketch_status tdigest_sql_add_waiting(void *sketch,
                                                  const struct waiting *waiting)
{
    return tdigest_add(sketch, waiting->as.number);
}

static const struct waits tdigest_waits = {
    .take = tdigest_sql_take,
    .add = tdigest_sql_add_waiting,
};

static bool tdigest_sql_add_stored(struct call *call, uint8_t *bytes, size_t *size,
                                   size_t room, int count, const struct input *inputs)
{
    (void)call;
    return count == 1 &&
           (inputs[0].type == SQLITE_FLOAT || inputs[0].type == SQLITE_INTEGER) &&
           tdigest_stored_add(bytes, size, room, sqlite3_value_double(inputs[0].value));
}

__attribute__((flatten)) static void tdigest_sql_step(sqlite3_context *ctx, int argc,
                                                      sqlite3_value **argv)
{
    step_row(ctx, argc, argv, tdigest_sql_add);
}

/* Questions.  An empty sketch has the answer NULL. */

static int tdigest_sql_quantiles(struct call *call, const struct tdigest *sketch,
                                 struct numbers *numbers)
{
    int rc = numbers_are_shares(call, numbers, "q");
    if (rc == SQLITE_OK) {
        rc = call_check(call, tdigest_quantiles(sketch, numbers->asked, numbers->count,
                                                numbers->answers));
    }
    return rc == SQLITE_OK
               ? numbers_reply(call, numbers, numbers->is_list, numbers->count)
               : rc;
}

/* Question: q, or a JSON array of them. */
static int tdigest_sql_quantile(struct call *call, const void *sketch, int count,
                                sqlite3_value **questions)
{
    struct numbers numbers;
    (void)count;
    if (tdigest_weight(sketch) == 0) {
        return SQLITE_OK;
    }
    int rc = numbers_read(call, questions[0], "q", &numbers);
    if (rc == SQLITE_OK) {
        rc = tdigest_sql_quantiles(call, sketch, &numbers);
    }
    numbers_free(&numbers);
    return rc;
}

/* Question: x, or a JSON array of them. */
static int tdigest_sql_rank(struct call *call, const void *sketch, int count,
                            sqlite3_value **questions)
{
    struct numbers numbers;
    (void)count;
    if (tdigest_weight(sketch) == 0) {
        return SQLITE_OK;
    }
    int rc = numbers_read(call, questions[0], "x", &numbers);
    if (rc == SQLITE_OK) {
        rc = call_check(
            call, tdigest_ranks(sketch, numbers.asked, numbers.count, numbers.answers));
    }
    return numbers_finish(call, &numbers, rc);
}

static int tdigest_sql_share(struct call *call, sqlite3_value *question,
                             const char *name, double *share)
{
    int rc = value_number(call, value_input(question), name, share);
    return rc == SQLITE_OK ? numbers_is_share(call, *share, name) : rc;
}

/* Questions: low and high. */
static int tdigest_sql_trimmed_mean(struct call *call, const void *sketch, int count,
                                    sqlite3_value **questions)
{
    double low;
    double high;
    double mean;
    (void)count;
    if (tdigest_weight(sketch) == 0) {
        return SQLITE_OK;
    }
    int rc = tdigest_sql_share(call, questions[0], "low", &low);
    if (rc == SQLITE_OK) {
        rc = tdigest_sql_share(call, questions[1], "high", &high);
    }
    if (rc == SQLITE_OK && low > high) {
        rc = call_fail(call, "low must not be above high, but %.15g is above %.15g",
                       low, high);
    }
    if (rc == SQLITE_OK) {
        rc = call_check(call, tdigest_trimmed_mean(sketch, low, high, &mean));
    }
    if (rc == SQLITE_OK) {
        sqlite3_result_double(call->ctx, mean);
    }
    return rc;
}

typedef enum sketch_status tdigest_split_fn(const struct tdigest *sketch,
                                            const double *points, size_t count,
                                            double *shares);

/* Question: ascending points, or one; the answer is always a list. */
static int tdigest_sql_split(struct call *call, const void *sketch,
                             sqlite3_value *question, tdigest_split_fn *split)
{
    struct numbers numbers;
    if (tdigest_weight(sketch) == 0) {
        return SQLITE_OK;
    }
    int rc = numbers_read(call, question, "points", &numbers);
    if (rc != SQLITE_OK) {
        return numbers_finish(call, &numbers, rc);
    }
    return numbers_finish_split(
        call, &numbers, split(sketch, numbers.asked, numbers.count, numbers.answers));
}

static int tdigest_sql_cdf(struct call *call, const void *sketch, int count,
                           sqlite3_value **questions)
{
    (void)count;
    return tdigest_sql_split(call, sketch, questions[0], tdigest_cdf);
}

static int tdigest_sql_pmf(struct call *call, const void *sketch, int count,
                           sqlite3_value **questions)
{
    (void)count;
    return tdigest_sql_split(call, sketch, questions[0], tdigest_pmf);
}

/* These are NaN for an empty sketch, which SQLite makes NULL. */
static int tdigest_sql_min(struct call *call, const void *sketch, int count,
                           sqlite3_value **questions)
{
    (void)count;
    (void)questions;
    sqlite3_result_double(call->ctx, tdigest_min(sketch));
    return SQLITE_OK;
}

static int tdigest_sql_max(struct call *call, const void *sketch, int count,
                           sqlite3_value **questions)
{
    (void)count;
    (void)questions;
    sqlite3_result_double(call->ctx, tdigest_max(sketch));
    return SQLITE_OK;
}

static int tdigest_sql_mean(struct call *call, const void *sketch, int count,
                            sqlite3_value **questions)
{
    (void)count;
    (void)questions;
    sqlite3_result_double(call->ctx, tdigest_mean(sketch));
    return SQLITE_OK;
}

static int tdigest_sql_weight(struct call *call, const void *sketch, int count,
                              sqlite3_value **questions)
{
    (void)count;
    (void)questions;
    sqlite3_result_int64(call->ctx, (sqlite3_int64)tdigest_weight(sketch));
    return SQLITE_OK;
}

static int tdigest_sql_describe(struct call *call, sqlite3_str *json,
                                const void *sketch)
{
    (void)call;
    json_put_integer_field(json, "k", (uint64_t)tdigest_k(sketch));
    json_put_integer_field(json, "weight", tdigest_weight(sketch));
    json_put_integer_field(json, "centroids", tdigest_count(sketch));
    json_put_bool_field(json, "exact", tdigest_is_exact(sketch));
    return SQLITE_OK;
}

/* Rows */

static int tdigest_sql_list(struct call *call, void *const *sketches,
                            sqlite3_int64 limit, void **rows, size_t *count)
{
    const struct tdigest *sketch = sketches[0];
    (void)call;
    (void)limit;
    *count = tdigest_count(sketch);
    struct tdigest_row *list = sqlite3_malloc64((*count + 1) * sizeof *list);
    for (size_t i = 0; list && i < *count; i++) {
        list[i] = tdigest_row(sketch, i);
    }
    *rows = list;
    return list ? SQLITE_OK : SQLITE_NOMEM;
}

static void tdigest_sql_column(sqlite3_context *ctx, const void *rows, size_t row,
                               int column)
{
    const struct tdigest_row *at = (const struct tdigest_row *)rows + row;
    if (column == 0) {
        sqlite3_result_double(ctx, at->mean);
    } else {
        sqlite3_result_int64(ctx, (sqlite3_int64)at->weight);
    }
}

static const struct sql_rows tdigest_rows[] = {
    {.name = "tdigest_rows",
     .columns = "mean REAL, weight INTEGER",
     .column_count = 2,
     .arguments = "sketch",
     .sketches = 1,
     .list = tdigest_sql_list,
     .column = tdigest_sql_column},
    {.name = "tdigest_bins",
     .columns = "lower REAL, upper REAL, count INTEGER, bar TEXT",
     .column_count = 4,
     .arguments = "sketch, n",
     .sketches = 1,
     .limit_most = TDIGEST_MAX_BINS,
     .list = tdigest_bins_sql_list,
     .column = tdigest_bins_sql_column},
    {.name = NULL},
};

/* clang-format off */
static const struct sql_function tdigest_functions[] = {
    /* name                       arguments        verb   args    inputs, questions, default size, reply, for no rows, traits, direct, slide_reply */
    {"tdigest_quantile",        "x, q, k",        BUILD,  2,  3, 1, 1, TDIGEST_K, tdigest_sql_quantile, A_NULL,          REPLIES_JSON, NULL, tdigest_slide_reply_quantile},
    {"tdigest_sketch",          "x, k",           BUILD,  1,  2, 1, 0, TDIGEST_K, NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"tdigest_sketch_weighted", "x, w, k",        BUILD,  2,  3, 2, 0, TDIGEST_K, NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"tdigest_merge",           "sketch",         MERGE,  1,  1, 0, 0, TDIGEST_K, NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"tdigest_union",           "sketch, ...",    UNION, -1, -1, 0, 0, TDIGEST_K, NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"tdigest_add",             "sketch, x, w",   ADD,    2,  3, 2, 0, TDIGEST_K, NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"tdigest_empty",           "k",              EMPTY,  0,  1, 0, 0, TDIGEST_K, NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"tdigest_by",              "key, x, k",    BUILD_BY, 2,  3, 2, 0, TDIGEST_K, NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"tdigest_by_merge",        "keyed",        MERGE_BY, 1,  1, 0, 0, TDIGEST_K, NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"tdigest_by_rows",         "keyed",         ROWS_BY, 1,  1, 0, 0, TDIGEST_K, NULL,                 A_NULL,          0, NULL, NULL},
    {"tdigest_get",             "sketch, q",      ASK,    2,  2, 0, 1, 0,         tdigest_sql_quantile, A_NULL,          REPLIES_JSON, NULL, NULL},
    {"tdigest_rank",            "sketch, x",      ASK,    2,  2, 0, 1, 0,         tdigest_sql_rank,     A_NULL,          REPLIES_JSON, NULL, NULL},
    {"tdigest_cdf",             "sketch, points", ASK,    2,  2, 0, 1, 0,         tdigest_sql_cdf,      A_NULL,          REPLIES_JSON, NULL, NULL},
    {"tdigest_pmf",             "sketch, points", ASK,    2,  2, 0, 1, 0,         tdigest_sql_pmf,      A_NULL,          REPLIES_JSON, NULL, NULL},
    {"tdigest_min",             "sketch",         ASK,    1,  1, 0, 0, 0,         tdigest_sql_min,      A_NULL,          0, NULL, NULL},
    {"tdigest_max",             "sketch",         ASK,    1,  1, 0, 0, 0,         tdigest_sql_max,      A_NULL,          0, NULL, NULL},
    {"tdigest_mean",            "sketch",         ASK,    1,  1, 0, 0, 0,         tdigest_sql_mean,     A_NULL,          0, NULL, NULL},
    {"tdigest_trimmed_mean",         "sketch, low, high", ASK, 3,  3, 0, 2, 0,         tdigest_sql_trimmed_mean, A_NULL,          0, NULL, NULL},
    {"tdigest_weight",          "sketch",         ASK,    1,  1, 0, 0, 0,         tdigest_sql_weight,   A_NULL,          0, NULL, NULL},
    {"approx_quantile",         "x, q",           BUILD,  2,  2, 1, 1, TDIGEST_K, tdigest_sql_quantile, A_NULL,          REPLIES_JSON, NULL, tdigest_slide_reply_quantile},
    {"approx_percentile",       "x, q",           BUILD,  2,  2, 1, 1, TDIGEST_K, tdigest_sql_quantile, A_NULL,          REPLIES_JSON, NULL, tdigest_slide_reply_quantile},
    {.name = NULL},
};
/* clang-format on */

const struct family tdigest_family = {
    .ops = &tdigest_ops,
    .functions = tdigest_functions,
    .rows = tdigest_rows,
    .create = tdigest_sql_create,
    .add = tdigest_sql_add,
    .waits = &tdigest_waits,
    .sliding = &tdigest_sliding,
    .add_stored = tdigest_sql_add_stored,
    .visit_stored = tdigest_stored_visit,
    .step = tdigest_sql_step,
    .describe = tdigest_sql_describe,
};
