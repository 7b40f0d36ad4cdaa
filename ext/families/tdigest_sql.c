/* t-digest in SQL. */
#include "tdigest.h"

#include "decimal.h"
#include "family.h"
#include "list.h"

#include <string.h>

/* Parameter: k. */
static int tdigest_sql_create(struct call *call, void **out, int size, int count,
                              sqlite3_value **parameters)
{
    sqlite3_int64 k = size;
    struct tdigest *sketch = NULL;
    int rc = SQLITE_OK;
    if (count > 0) {
        rc = value_whole(call, parameters[0], "k", TDIGEST_MIN_K, TDIGEST_MAX_K, &k);
        double share = sqlite3_value_double(parameters[0]);
        if (rc == SQLITE_ERROR && share > 0 && share < 1) {
            rc = call_advise(call, rc,
                             "several quantiles are one list, such as '[0.5, 0.95]'");
        }
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
    int rc = value_row_number(call, inputs[0], "x", &value);
    if (rc == SQLITE_OK && count > 1) {
        rc = value_weight(call, inputs[1], &weight);
    }
    return rc == SQLITE_OK
               ? call_check(call, tdigest_add_weighted(sketch, value, weight))
               : rc;
}

/* A REAL alone, as nearly all rows are, takes the short way; the other one finds what
 * is wrong with a value that the sketch refuses. */
static int tdigest_sql_add(struct call *call, void *sketch, int count,
                           const struct input *inputs)
{
    if (count == 1 && inputs[0].type == SQLITE_FLOAT &&
        tdigest_add(sketch, sqlite3_value_double(inputs[0].value)) == SKETCH_OK) {
        return SQLITE_OK;
    }
    return tdigest_sql_add_any(call, sketch, count, inputs);
}

static bool tdigest_sql_add_stored(struct call *call, uint8_t *bytes, size_t *size,
                                   size_t room, int count, const struct input *inputs)
{
    (void)call;
    return count == 1 &&
           (inputs[0].type == SQLITE_FLOAT || inputs[0].type == SQLITE_INTEGER) &&
           tdigest_stored_add(bytes, size, room, sqlite3_value_double(inputs[0].value));
}

/* Lists of numbers in and out */

/* Numbers for which no memory is needed. */
enum { TDIGEST_SQL_FEW = 8 };

/* What a question asks for, and the answers: a number, or a list of them. */
struct tdigest_numbers {
    bool is_list;
    size_t count;
    size_t room;
    double *asked;
    double *answers; /* one more than asked, for those that need it */
    double few_asked[TDIGEST_SQL_FEW];
    double few_answers[TDIGEST_SQL_FEW + 1];
};

static void tdigest_numbers_free(struct tdigest_numbers *numbers)
{
    if (numbers->room > TDIGEST_SQL_FEW) {
        sqlite3_free(numbers->asked);
        sqlite3_free(numbers->answers);
    }
}

static int tdigest_numbers_grow(struct tdigest_numbers *numbers)
{
    size_t room = 2 * numbers->room;
    double *asked = sqlite3_malloc64(room * sizeof *asked);
    double *answers = sqlite3_malloc64((room + 1) * sizeof *answers);
    if (!asked || !answers) {
        sqlite3_free(asked);
        sqlite3_free(answers);
        return SQLITE_NOMEM;
    }
    memcpy(asked, numbers->asked, numbers->count * sizeof *asked);
    tdigest_numbers_free(numbers);
    numbers->asked = asked;
    numbers->answers = answers;
    numbers->room = room;
    return SQLITE_OK;
}

static int tdigest_numbers_append(struct tdigest_numbers *numbers, double number)
{
    if (numbers->count == numbers->room) {
        int rc = tdigest_numbers_grow(numbers);
        if (rc != SQLITE_OK) {
            return rc;
        }
    }
    numbers->asked[numbers->count++] = number;
    return SQLITE_OK;
}

static int tdigest_numbers_read_list(struct call *call, sqlite3_value *question,
                                     const char *name, struct tdigest_numbers *numbers)
{
    struct list list;
    struct list_element element;
    double number = 0;
    int rc = list_open(call, &list, name, question);
    while (rc == SQLITE_OK && (rc = list_next(call, &list, &element)) == SQLITE_ROW) {
        rc = element.is_null ? call_fail(call, "%s must be a number, not null", name)
                             : value_item_number(call, element.item, name, &number);
        if (rc == SQLITE_OK) {
            rc = tdigest_numbers_append(numbers, number);
        }
    }
    list_close(&list);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int tdigest_numbers_read_one(struct call *call, sqlite3_value *question,
                                    const char *name, struct tdigest_numbers *numbers)
{
    struct item item;
    double number = 0;
    int rc = value_numeric(call, value_input(question), &item);
    if (rc == SQLITE_MISMATCH) {
        return value_refuse(call, question,
                            "%s must be a number or a JSON array of them, such as "
                            "'[1, 2]'",
                            name);
    }
    if (rc == SQLITE_OK) {
        rc = value_item_number(call, item, name, &number);
    }
    return rc == SQLITE_OK ? tdigest_numbers_append(numbers, number) : rc;
}

/* Reads a number or a list of them, called `name`.  Free it in any case. */
static int tdigest_numbers_read(struct call *call, sqlite3_value *question,
                                const char *name, struct tdigest_numbers *numbers)
{
    numbers->is_list = list_looks_like_one(question);
    numbers->count = 0;
    numbers->room = TDIGEST_SQL_FEW;
    numbers->asked = numbers->few_asked;
    numbers->answers = numbers->few_answers;
    return numbers->is_list ? tdigest_numbers_read_list(call, question, name, numbers)
                            : tdigest_numbers_read_one(call, question, name, numbers);
}

/* Replies with so many of the answers, as JSON if it has to be a list. */
static int tdigest_numbers_reply(struct call *call,
                                 const struct tdigest_numbers *numbers, bool is_list,
                                 size_t count)
{
    if (!is_list) {
        sqlite3_result_double(call->ctx, numbers->answers[0]);
        return SQLITE_OK;
    }
    sqlite3_str *json = json_open(call, "[");
    for (size_t i = 0; i < count; i++) {
        json_put_real(json, numbers->answers[i]);
    }
    return json_result(call, json, "]");
}

/* Questions.  An empty sketch has the answer NULL. */

static int tdigest_sql_quantiles(struct call *call, const struct tdigest *sketch,
                                 struct tdigest_numbers *numbers)
{
    for (size_t i = 0; i < numbers->count; i++) {
        double q = numbers->asked[i];
        if (q < 0 || q > 1) {
            int rc = call_fail(call, "q must be 0..1, not %s", decimal_write(q).text);
            return rc == SQLITE_ERROR && q > 1 && q <= 100
                       ? call_advise(call, rc, "%.15g %% is %.15g", q, q / 100)
                       : rc;
        }
    }
    int rc = call_check(call, tdigest_quantiles(sketch, numbers->asked, numbers->count,
                                                numbers->answers));
    return rc == SQLITE_OK
               ? tdigest_numbers_reply(call, numbers, numbers->is_list, numbers->count)
               : rc;
}

/* Question: q, or a JSON array of them. */
static int tdigest_sql_quantile(struct call *call, const void *sketch, int count,
                                sqlite3_value **questions)
{
    struct tdigest_numbers numbers;
    (void)count;
    if (tdigest_weight(sketch) == 0) {
        return SQLITE_OK;
    }
    int rc = tdigest_numbers_read(call, questions[0], "q", &numbers);
    if (rc == SQLITE_OK) {
        rc = tdigest_sql_quantiles(call, sketch, &numbers);
    }
    tdigest_numbers_free(&numbers);
    return rc;
}

/* Question: x, or a JSON array of them. */
static int tdigest_sql_rank(struct call *call, const void *sketch, int count,
                            sqlite3_value **questions)
{
    struct tdigest_numbers numbers;
    (void)count;
    if (tdigest_weight(sketch) == 0) {
        return SQLITE_OK;
    }
    int rc = tdigest_numbers_read(call, questions[0], "x", &numbers);
    if (rc == SQLITE_OK) {
        rc = call_check(
            call, tdigest_ranks(sketch, numbers.asked, numbers.count, numbers.answers));
    }
    if (rc == SQLITE_OK) {
        rc = tdigest_numbers_reply(call, &numbers, numbers.is_list, numbers.count);
    }
    tdigest_numbers_free(&numbers);
    return rc;
}

typedef enum sketch_status tdigest_split_fn(const struct tdigest *sketch,
                                            const double *points, size_t count,
                                            double *shares);

/* Question: ascending points, or one; the answer is always a list. */
static int tdigest_sql_split(struct call *call, const void *sketch,
                             sqlite3_value *question, tdigest_split_fn *split)
{
    struct tdigest_numbers numbers;
    if (tdigest_weight(sketch) == 0) {
        return SQLITE_OK;
    }
    int rc = tdigest_numbers_read(call, question, "points", &numbers);
    if (rc == SQLITE_OK) {
        enum sketch_status status =
            split(sketch, numbers.asked, numbers.count, numbers.answers);
        rc = status == SKETCH_RANGE ? call_fail(call, "points must ascend")
                                    : call_check(call, status);
    }
    if (rc == SQLITE_OK) {
        rc = tdigest_numbers_reply(call, &numbers, true, numbers.count + 1);
    }
    tdigest_numbers_free(&numbers);
    return rc;
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

/* The same questions to the bytes of a stored sketch. */

struct tdigest_sql_question {
    struct call *call;
    reply_fn *reply;
    int count;
    sqlite3_value **questions;
};

static void tdigest_sql_ask(const struct tdigest *sketch, void *ctx)
{
    const struct tdigest_sql_question *to = ctx;
    call_conclude(to->call, to->reply(to->call, sketch, to->count, to->questions));
}

static bool tdigest_sql_visit(struct call *call, const uint8_t *bytes, size_t size,
                              int count, sqlite3_value **questions, reply_fn *reply)
{
    struct tdigest_sql_question question = {call, reply, count, questions};
    return tdigest_stored_visit(bytes, size, tdigest_sql_ask, &question);
}

static bool tdigest_direct_quantile(struct call *call, const uint8_t *bytes,
                                    size_t size, int count, sqlite3_value **questions)
{
    return tdigest_sql_visit(call, bytes, size, count, questions, tdigest_sql_quantile);
}

static bool tdigest_direct_rank(struct call *call, const uint8_t *bytes, size_t size,
                                int count, sqlite3_value **questions)
{
    return tdigest_sql_visit(call, bytes, size, count, questions, tdigest_sql_rank);
}

static bool tdigest_direct_cdf(struct call *call, const uint8_t *bytes, size_t size,
                               int count, sqlite3_value **questions)
{
    return tdigest_sql_visit(call, bytes, size, count, questions, tdigest_sql_cdf);
}

static bool tdigest_direct_pmf(struct call *call, const uint8_t *bytes, size_t size,
                               int count, sqlite3_value **questions)
{
    return tdigest_sql_visit(call, bytes, size, count, questions, tdigest_sql_pmf);
}

static bool tdigest_direct_min(struct call *call, const uint8_t *bytes, size_t size,
                               int count, sqlite3_value **questions)
{
    return tdigest_sql_visit(call, bytes, size, count, questions, tdigest_sql_min);
}

static bool tdigest_direct_max(struct call *call, const uint8_t *bytes, size_t size,
                               int count, sqlite3_value **questions)
{
    return tdigest_sql_visit(call, bytes, size, count, questions, tdigest_sql_max);
}

static bool tdigest_direct_mean(struct call *call, const uint8_t *bytes, size_t size,
                                int count, sqlite3_value **questions)
{
    return tdigest_sql_visit(call, bytes, size, count, questions, tdigest_sql_mean);
}

static bool tdigest_direct_weight(struct call *call, const uint8_t *bytes, size_t size,
                                  int count, sqlite3_value **questions)
{
    return tdigest_sql_visit(call, bytes, size, count, questions, tdigest_sql_weight);
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

static int tdigest_sql_list(struct call *call, const void *sketch, sqlite3_int64 limit,
                            void **rows, size_t *count)
{
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

static const struct sql_rows tdigest_rows = {
    .name = "tdigest_rows",
    .columns = "mean REAL, weight INTEGER",
    .column_count = 2,
    .argument = "sketch",
    .list = tdigest_sql_list,
    .column = tdigest_sql_column,
};

/* clang-format off */
static const struct sql_function tdigest_functions[] = {
    /* name                       arguments        verb   args    inputs, questions, default size, reply, for no rows, traits, direct, slide_reply */
    {"tdigest_quantile",        "x, q, k",        BUILD,  2,  3, 1, 1, TDIGEST_K, tdigest_sql_quantile, A_NULL,          REPLIES_JSON, NULL, NULL},
    {"tdigest_sketch",          "x, k",           BUILD,  1,  2, 1, 0, TDIGEST_K, NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"tdigest_sketch_weighted", "x, w, k",        BUILD,  2,  3, 2, 0, TDIGEST_K, NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"tdigest_merge",           "sketch",         MERGE,  1,  1, 0, 0, TDIGEST_K, NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"tdigest_union",           "sketch, ...",    UNION, -1, -1, 0, 0, TDIGEST_K, NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"tdigest_add",             "sketch, x, w",   ADD,    2,  3, 2, 0, TDIGEST_K, NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"tdigest_empty",           "k",              EMPTY,  0,  1, 0, 0, TDIGEST_K, NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"tdigest_by",              "key, x, k",    BUILD_BY, 2,  3, 2, 0, TDIGEST_K, NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"tdigest_by_merge",        "keyed",        MERGE_BY, 1,  1, 0, 0, TDIGEST_K, NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"tdigest_by_rows",         "keyed",         ROWS_BY, 1,  1, 0, 0, TDIGEST_K, NULL,                 A_NULL,          0, NULL, NULL},
    {"tdigest_get",             "sketch, q",      ASK,    2,  2, 0, 1, 0,         tdigest_sql_quantile, A_NULL,          REPLIES_JSON, tdigest_direct_quantile, NULL},
    {"tdigest_rank",            "sketch, x",      ASK,    2,  2, 0, 1, 0,         tdigest_sql_rank,     A_NULL,          REPLIES_JSON, tdigest_direct_rank, NULL},
    {"tdigest_cdf",             "sketch, points", ASK,    2,  2, 0, 1, 0,         tdigest_sql_cdf,      A_NULL,          REPLIES_JSON, tdigest_direct_cdf, NULL},
    {"tdigest_pmf",             "sketch, points", ASK,    2,  2, 0, 1, 0,         tdigest_sql_pmf,      A_NULL,          REPLIES_JSON, tdigest_direct_pmf, NULL},
    {"tdigest_min",             "sketch",         ASK,    1,  1, 0, 0, 0,         tdigest_sql_min,      A_NULL,          0, tdigest_direct_min, NULL},
    {"tdigest_max",             "sketch",         ASK,    1,  1, 0, 0, 0,         tdigest_sql_max,      A_NULL,          0, tdigest_direct_max, NULL},
    {"tdigest_mean",            "sketch",         ASK,    1,  1, 0, 0, 0,         tdigest_sql_mean,     A_NULL,          0, tdigest_direct_mean, NULL},
    {"tdigest_weight",          "sketch",         ASK,    1,  1, 0, 0, 0,         tdigest_sql_weight,   A_NULL,          0, tdigest_direct_weight, NULL},
    {"approx_quantile",         "x, q",           BUILD,  2,  2, 1, 1, TDIGEST_K, tdigest_sql_quantile, A_NULL,          REPLIES_JSON, NULL, NULL},
    {"approx_percentile",       "x, q",           BUILD,  2,  2, 1, 1, TDIGEST_K, tdigest_sql_quantile, A_NULL,          REPLIES_JSON, NULL, NULL},
    {.name = NULL},
};
/* clang-format on */

const struct family tdigest_family = {
    .ops = &tdigest_ops,
    .functions = tdigest_functions,
    .rows = &tdigest_rows,
    .create = tdigest_sql_create,
    .add = tdigest_sql_add,
    .add_stored = tdigest_sql_add_stored,
    .describe = tdigest_sql_describe,
};
