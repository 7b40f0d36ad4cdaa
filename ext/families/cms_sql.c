/* Count-min in SQL. */
#include "cms.h"

#include "decimal.h"
#include "family.h"
#include "list.h"
#include "step.h"

/* Between 0 and 1, without them.  A text that says no number is an item, meant as one
 * more. */
static int cms_sql_share(struct call *call, sqlite3_value *value, const char *name,
                         double *out)
{
    int rc = value_number(call, value_input(value), name, out);
    if (rc == SQLITE_ERROR && sqlite3_value_type(value) == SQLITE_TEXT) {
        return call_advise(call, rc,
                           "several items go to cms_estimate_all(x, '[\"a\", 1]')");
    }
    return rc != SQLITE_OK || (*out > 0 && *out < 1)
               ? rc
               : value_refuse(call, value, "%s must lie between 0 and 1", name);
}

/* Parameters: eps, delta. */
static int cms_sql_create(struct call *call, void **out, int size, int count,
                          sqlite3_value **parameters)
{
    double eps = CMS_EPS;
    double delta = CMS_DELTA;
    struct cms *sketch = NULL;
    int rc = SQLITE_OK;
    (void)size;
    if (count > 0) {
        rc = cms_sql_share(call, parameters[0], "eps", &eps);
    }
    if (rc == SQLITE_OK && count > 1) {
        rc = cms_sql_share(call, parameters[1], "delta", &delta);
    }
    if (rc == SQLITE_OK) {
        enum sketch_status status = cms_create(&sketch, eps, delta, &call_memory);
        rc =
            status == SKETCH_RANGE
                ? call_fail(call,
                            "eps %s and delta %s need more than %d cells, or more than "
                            "%d rows of them",
                            decimal_write(eps).text, decimal_write(delta).text,
                            (int)CMS_MAX_CELLS, (int)CMS_MAX_DEPTH)
                : call_check(call, status);
    }
    *out = sketch;
    return rc;
}

/* Inputs: x, and its weight. */
static int cms_sql_add_weighted(struct call *call, void *sketch,
                                const struct input *inputs)
{
    struct hash hash;
    uint64_t weight = 0;
    int rc = value_hash(call, inputs[0], &hash);
    if (rc == SQLITE_OK) {
        rc = value_weight(call, inputs[1], &weight);
    }
    return rc == SQLITE_OK ? call_check(call, cms_add(sketch, hash, weight)) : rc;
}

/* Inputs: x, and perhaps its weight.  Every instruction counts where there is none. */
__attribute__((always_inline)) static inline int
cms_sql_add(struct call *call, void *sketch, int count, const struct input *inputs)
{
    struct hash hash;
    if (count > 1) {
        return cms_sql_add_weighted(call, sketch, inputs);
    }
    int rc = value_hash(call, inputs[0], &hash);
    if (rc != SQLITE_OK) {
        return rc;
    }
    enum sketch_status status = cms_add(sketch, hash, 1);
    return status == SKETCH_OK ? SQLITE_OK : call_check(call, status);
}

static int cms_sql_take(struct call *call, struct input input, struct waiting *waiting)
{
    waiting->kind = WAITS_AS_HASH;
    return value_hash(call, input, &waiting->as.hash);
}

static enum sketch_status cms_sql_add_waiting(void *sketch,
                                              const struct waiting *waiting)
{
    return cms_add(sketch, waiting->as.hash, 1);
}

static const struct waits cms_waits = {
    .take = cms_sql_take,
    .add = cms_sql_add_waiting,
};

static bool cms_sql_add_stored(struct call *call, uint8_t *bytes, size_t *size,
                               size_t room, int count, const struct input *inputs)
{
    struct hash hash;
    bool is_integer = count == 1 || inputs[1].type == SQLITE_INTEGER;
    sqlite3_int64 weight = count == 1 ? 1 : sqlite3_value_int64(inputs[1].value);
    return is_integer && weight >= 0 &&
           value_hash(call, inputs[0], &hash) == SQLITE_OK &&
           cms_stored_add(bytes, size, room, hash, (uint64_t)weight);
}

__attribute__((flatten)) static void cms_sql_step(sqlite3_context *ctx, int argc,
                                                  sqlite3_value **argv)
{
    step_row(ctx, argc, argv, cms_sql_add);
}

static int cms_sql_remove(struct call *call, void *sketch, int count,
                          const struct input *inputs)
{
    struct hash hash;
    uint64_t weight = 1;
    int rc = value_hash(call, inputs[0], &hash);
    if (rc == SQLITE_OK && count > 1) {
        rc = value_weight(call, inputs[1], &weight);
    }
    return rc == SQLITE_OK ? call_check(call, cms_remove(sketch, hash, weight)) : rc;
}

/* Question: an item. */
static int cms_sql_get(struct call *call, const void *sketch, int count,
                       sqlite3_value **questions)
{
    struct hash hash;
    (void)count;
    int rc = value_hash(call, value_input(questions[0]), &hash);
    if (rc == SQLITE_OK) {
        sqlite3_result_int64(call->ctx, (sqlite3_int64)cms_estimate(sketch, hash));
    }
    return rc;
}

/* What is asked: a sketch, or, where that is NULL, the bytes of a stored one. */
struct cms_sql_asked {
    const struct cms *sketch;
    const uint8_t *bytes;
    size_t size;
};

/* False when it takes the sketch. */
static bool cms_sql_estimate(const struct cms_sql_asked *asked, struct hash hash,
                             uint64_t *estimate)
{
    if (asked->sketch) {
        *estimate = cms_estimate(asked->sketch, hash);
        return true;
    }
    return cms_stored_estimate(asked->bytes, asked->size, hash, estimate);
}

/* The answers to a list of items as JSON, of which null has the answer null.
 * SQLITE_CORRUPT when it takes the sketch. */
static int cms_sql_answer_list(struct call *call, const struct cms_sql_asked *asked,
                               sqlite3_value *items)
{
    struct list list;
    struct list_element element;
    sqlite3_str *json = json_open(call, "[");
    int rc = list_open(call, &list, "list", items);
    while (rc == SQLITE_OK && (rc = list_next(call, &list, &element)) == SQLITE_ROW) {
        uint64_t estimate;
        rc = SQLITE_OK;
        if (element.is_null) {
            json_put_word(json, "null");
        } else if (cms_sql_estimate(asked, item_hash(element.item), &estimate)) {
            json_put_item(json, item_integer((int64_t)estimate));
        } else {
            rc = SQLITE_CORRUPT;
        }
    }
    list_close(&list);
    if (rc != SQLITE_DONE) {
        sqlite3_free(sqlite3_str_finish(json));
        return rc;
    }
    return json_result(call, json, "]");
}

/* Question: a list of items. */
static int cms_sql_get_all(struct call *call, const void *sketch, int count,
                           sqlite3_value **questions)
{
    (void)count;
    return cms_sql_answer_list(call, &(struct cms_sql_asked){.sketch = sketch},
                               questions[0]);
}

static bool cms_sql_get_all_stored(struct call *call, const uint8_t *bytes, size_t size,
                                   int count, sqlite3_value **questions)
{
    struct call attempt = *call;
    (void)count;
    int rc = cms_sql_answer_list(
        &attempt, &(struct cms_sql_asked){.bytes = bytes, .size = size}, questions[0]);
    sqlite3_free(attempt.message); /* it is found again, and told then */
    return rc == SQLITE_OK;
}

static bool cms_sql_get_stored(struct call *call, const uint8_t *bytes, size_t size,
                               int count, sqlite3_value **questions)
{
    struct hash hash;
    uint64_t estimate;
    (void)count;
    if (value_hash(call, value_input(questions[0]), &hash) != SQLITE_OK ||
        !cms_stored_estimate(bytes, size, hash, &estimate)) {
        return false;
    }
    sqlite3_result_int64(call->ctx, (sqlite3_int64)estimate);
    return true;
}

static bool cms_sql_error_stored(struct call *call, const uint8_t *bytes, size_t size,
                                 int count, sqlite3_value **questions)
{
    double error;
    (void)count;
    (void)questions;
    bool answers = cms_stored_error(bytes, size, &error);
    if (answers) {
        sqlite3_result_double(call->ctx, error);
    }
    return answers;
}

static bool cms_sql_total_stored(struct call *call, const uint8_t *bytes, size_t size,
                                 int count, sqlite3_value **questions)
{
    uint64_t total;
    (void)count;
    (void)questions;
    bool answers = cms_stored_total(bytes, size, &total);
    if (answers) {
        sqlite3_result_int64(call->ctx, (sqlite3_int64)total);
    }
    return answers;
}

static int cms_sql_error(struct call *call, const void *sketch, int count,
                         sqlite3_value **questions)
{
    (void)count;
    (void)questions;
    sqlite3_result_double(call->ctx, cms_error(sketch));
    return SQLITE_OK;
}

static int cms_sql_total(struct call *call, const void *sketch, int count,
                         sqlite3_value **questions)
{
    (void)count;
    (void)questions;
    sqlite3_result_int64(call->ctx, (sqlite3_int64)cms_total(sketch));
    return SQLITE_OK;
}

static int cms_sql_refuse(struct call *call, enum sketch_status status, const void *a,
                          const void *b)
{
    if (status == SKETCH_RANGE) {
        return call_fail(call, "the second sketch counts what the first does not");
    }
    if (status == SKETCH_MISMATCH) {
        return call_fail(
            call,
            "a sketch of eps %s, delta %s does not go with one of eps %s, "
            "delta %s",
            decimal_write(cms_eps(a)).text, decimal_write(cms_delta(a)).text,
            decimal_write(cms_eps(b)).text, decimal_write(cms_delta(b)).text);
    }
    return call_check(call, status);
}

/* Question: the other sketch. */
static int cms_sql_inner(struct call *call, const void *sketch, int count,
                         sqlite3_value **questions)
{
    void *other;
    double inner;
    (void)count;
    int rc = family_load(call, &cms_family, questions[0], &other);
    if (rc != SQLITE_OK) {
        return rc;
    }
    enum sketch_status status = cms_inner(sketch, other, &inner);
    if (status == SKETCH_OK) {
        sqlite3_result_double(call->ctx, inner);
    }
    rc = cms_sql_refuse(call, status, sketch, other);
    cms_free(other);
    return rc;
}

/* sketch minus other, as a sketch. */
static int cms_sql_difference(struct call *call, const struct cms *sketch,
                              const struct cms *other)
{
    struct cms *difference;
    enum sketch_status status =
        cms_create(&difference, cms_eps(sketch), cms_delta(sketch), &call_memory);
    if (status == SKETCH_OK) {
        status = cms_merge(difference, sketch);
    }
    if (status == SKETCH_OK) {
        status = cms_subtract(difference, other);
    }
    int rc = status == SKETCH_OK ? family_reply_sketch(call, &cms_family, difference)
                                 : cms_sql_refuse(call, status, sketch, other);
    cms_free(difference);
    return rc;
}

static int cms_sql_withdraw(struct call *call, void *total, const void *sketch)
{
    return call_check(call, cms_subtract(total, sketch));
}

/* Question: the sketch to subtract. */
static int cms_sql_subtract(struct call *call, const void *sketch, int count,
                            sqlite3_value **questions)
{
    void *other;
    (void)count;
    int rc = family_load(call, &cms_family, questions[0], &other);
    if (rc == SQLITE_OK) {
        rc = cms_sql_difference(call, sketch, other);
        cms_free(other);
    }
    return rc;
}

static int cms_sql_describe(struct call *call, sqlite3_str *json, const void *sketch)
{
    (void)call;
    json_put_real_field(json, "eps", cms_eps(sketch));
    json_put_real_field(json, "delta", cms_delta(sketch));
    json_put_integer_field(json, "width", cms_width(sketch));
    json_put_integer_field(json, "depth", cms_depth(sketch));
    json_put_integer_field(json, "total", cms_total(sketch));
    json_put_real_field(json, "error", cms_error(sketch));
    return SQLITE_OK;
}

/* clang-format off */

static const struct sql_function cms_functions[] = {
    /* name                   arguments             verb   args    inputs, questions, default size, reply, for no rows, traits, direct, slide_reply */
    {"cms_estimate",        "x, item, eps, delta", BUILD,  2,  4, 1, 1, 0, cms_sql_get,      A_ZERO,          0, NULL, NULL},
    {"cms_estimate_all",    "x, list, eps, delta", BUILD,  2,  4, 1, 1, 0, cms_sql_get_all,  AN_EMPTY_LIST,   REPLIES_JSON, NULL, NULL},
    {"cms_sketch",          "x, eps, delta",       BUILD,  1,  3, 1, 0, 0, NULL,             AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"cms_sketch_weighted", "x, w, eps, delta",    BUILD,  2,  4, 2, 0, 0, NULL,             AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"cms_merge",           "sketch",              MERGE,  1,  1, 0, 0, 0, NULL,             AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"cms_union",           "sketch, ...",         UNION, -1, -1, 0, 0, 0, NULL,             AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"cms_add",             "sketch, x, w",        ADD,    2,  3, 2, 0, 0, NULL,             AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"cms_subtract",        "sketch, other",       ASK,    2,  2, 0, 1, 0, cms_sql_subtract, A_NULL,          0, NULL, NULL},
    {"cms_empty",           "eps, delta",          EMPTY,  0,  2, 0, 0, 0, NULL,             AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"cms_by",              "key, x, eps, delta", BUILD_BY, 2, 4, 2, 0, 0, NULL,             AN_EMPTY_SKETCH,0, NULL, NULL},
    {"cms_by_merge",        "keyed",             MERGE_BY, 1,  1, 0, 0, 0, NULL,             AN_EMPTY_SKETCH,0, NULL, NULL},
    {"cms_by_rows",         "keyed",              ROWS_BY, 1,  1, 0, 0, 0, NULL,             A_NULL,0, NULL, NULL},
    {"cms_get",             "sketch, item",        ASK,    2,  2, 0, 1, 0, cms_sql_get,      A_NULL,          0, cms_sql_get_stored, NULL},
    {"cms_get_all",         "sketch, list",        ASK,    2,  2, 0, 1, 0, cms_sql_get_all,  A_NULL,          REPLIES_JSON, cms_sql_get_all_stored, NULL},
    {"cms_error",           "sketch",              ASK,    1,  1, 0, 0, 0, cms_sql_error,    A_NULL,          0, cms_sql_error_stored, NULL},
    {"cms_total",           "sketch",              ASK,    1,  1, 0, 0, 0, cms_sql_total,    A_NULL,          0, cms_sql_total_stored, NULL},
    {"cms_inner",           "sketch, other",       ASK,    2,  2, 0, 1, 0, cms_sql_inner,    A_NULL,          0, NULL, NULL},
    {.name = NULL},
};
/* clang-format on */

const struct family cms_family = {
    .ops = &cms_ops,
    .functions = cms_functions,
    .create = cms_sql_create,
    .add = cms_sql_add,
    .waits = &cms_waits,
    .add_stored = cms_sql_add_stored,
    .step = cms_sql_step,
    .remove = cms_sql_remove,
    .withdraw = cms_sql_withdraw,
    .refuse_pair = cms_sql_refuse,
    .describe = cms_sql_describe,
};
