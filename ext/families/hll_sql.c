/* HyperLogLog in SQL. */
#include "hll.h"

#include "cardinality.h"
#include "decimal.h"
#include "slides.h"
#include "step.h"

enum { HLL_ANSWER = 14, HLL_STORED = HLL_PRECISION };

/* A number between 0 and 1 is the standard error that is wanted. */
static int hll_sql_precision(struct call *call, sqlite3_value *value, int *precision)
{
    struct item number = {.kind = ITEM_INTEGER};
    sqlite3_int64 lg_k = 0;
    int rc = value_numeric(call, value_input(value), &number);
    if (rc == SQLITE_NOMEM) {
        return rc;
    }
    double error =
        rc == SQLITE_OK && number.kind != ITEM_INTEGER ? item_as_real(number) : 0;
    if (hll_precision_for(error, precision) == SKETCH_OK) {
        return SQLITE_OK;
    }
    if (error > 0 && error < 1) {
        return call_fail(call, "a standard error must be at least 0.00072, not %s",
                         decimal_write(error).text);
    }
    if (rc == SQLITE_OK && (number.kind == ITEM_REAL || error == 1)) {
        return value_refuse(call, value,
                            "lg_k must be %d..%d, or a standard error below 1",
                            HLL_MIN_PRECISION, HLL_MAX_PRECISION);
    }
    rc = value_whole(call, value, "lg_k", HLL_MIN_PRECISION, HLL_MAX_PRECISION, &lg_k);
    *precision = (int)lg_k;
    return rc;
}

/* Parameter: lg_k, or a standard error. */
static int hll_sql_create(struct call *call, void **out, int size, int count,
                          sqlite3_value **parameters)
{
    int precision = size;
    struct hll *sketch = NULL;
    int rc = SQLITE_OK;
    if (count > 0) {
        rc = hll_sql_precision(call, parameters[0], &precision);
    }
    if (rc == SQLITE_OK) {
        rc = call_check(call, hll_create(&sketch, precision, &call_memory));
    }
    *out = sketch;
    return rc;
}

__attribute__((always_inline)) static inline int
hll_sql_add(struct call *call, void *sketch, int count, const struct input *inputs)
{
    struct hash hash;
    (void)count;
    int rc = value_bytes_hash(call, inputs[0], &hash);
    return rc == SQLITE_OK ? call_check(call, hll_add(sketch, hash)) : rc;
}

static int hll_sql_take(struct call *call, struct input input, struct waiting *waiting)
{
    waiting->kind = WAITS_AS_HASH;
    return value_bytes_hash(call, input, &waiting->as.hash);
}

static void hll_sql_fetch(const void *sketch, const struct waiting *waiting)
{
    hll_fetch(sketch, waiting->as.hash);
}

static enum sketch_status hll_sql_add_waiting(void *sketch,
                                              const struct waiting *waiting)
{
    return hll_add(sketch, waiting->as.hash);
}

static const struct waits hll_waits = {
    .take = hll_sql_take,
    .fetch = hll_sql_fetch,
    .add = hll_sql_add_waiting,
};

static bool hll_sql_add_stored(struct call *call, uint8_t *bytes, size_t *size,
                               size_t room, int count, const struct input *inputs)
{
    struct hash hash;
    (void)count;
    return value_bytes_hash(call, inputs[0], &hash) == SQLITE_OK &&
           hll_stored_add(bytes, size, room, hash);
}

__attribute__((flatten)) static void hll_sql_step(sqlite3_context *ctx, int argc,
                                                  sqlite3_value **argv)
{
    step_row(ctx, argc, argv, hll_sql_add);
}

static double hll_sql_estimate(const void *sketch) { return hll_estimate(sketch); }

static enum sketch_status hll_sql_bounds(const void *sketch, int deviations,
                                         double *lower, double *upper)
{
    return hll_bounds(sketch, deviations, lower, upper);
}

static const struct cardinality hll_cardinality = {
    .estimate = hll_sql_estimate,
    .bounds = hll_sql_bounds,
    .stored_estimate = hll_stored_estimate,
    .stored_bounds = hll_stored_bounds,
};

typedef enum sketch_status hll_compare_fn(const struct hll *a, const struct hll *b,
                                          struct hll_overlap *overlap);

/* The second sketch is the question. */
static int hll_sql_compare(struct call *call, const void *sketch, sqlite3_value *other,
                           hll_compare_fn *compare)
{
    struct hll_overlap overlap;
    void *second;
    int rc = family_load(call, &hll_family, other, &second);
    if (rc != SQLITE_OK) {
        return rc;
    }
    rc = call_check(call, compare(sketch, second, &overlap));
    hll_free(second);
    return rc == SQLITE_OK ? json_result_interval(call, overlap.estimate, overlap.lower,
                                                  overlap.upper, overlap.good)
                           : rc;
}

static int hll_sql_intersection(struct call *call, const void *sketch, int count,
                                sqlite3_value **questions)
{
    (void)count;
    return hll_sql_compare(call, sketch, questions[0], hll_intersection);
}

static int hll_sql_jaccard(struct call *call, const void *sketch, int count,
                           sqlite3_value **questions)
{
    (void)count;
    return hll_sql_compare(call, sketch, questions[0], hll_jaccard);
}

/* Question: the form, such as 'hll_8' or 'hll_8 updatable'. */
static int hll_sql_convert(struct call *call, const void *sketch, int count,
                           sqlite3_value **questions)
{
    static const char *const names[] = {
        "hll_4",           "hll_6",           "hll_8",           "updatable",
        "hll_4 updatable", "hll_6 updatable", "hll_8 updatable", NULL,
    };
    static const struct {
        enum hll_type type;
        enum hll_form form;
    } forms[] = {
        {HLL_4, HLL_COMPACT},   {HLL_6, HLL_COMPACT},   {HLL_8, HLL_COMPACT},
        {HLL_4, HLL_UPDATABLE}, {HLL_4, HLL_UPDATABLE}, {HLL_6, HLL_UPDATABLE},
        {HLL_8, HLL_UPDATABLE},
    };
    int form;
    uint8_t *bytes;
    size_t size;
    (void)count;
    int rc = value_word(questions[0], names, &form);
    if (rc == SQLITE_OK && form < 0) {
        rc = value_refuse(
            call, questions[0],
            "the form must be 'hll_4', 'hll_6' or 'hll_8', with or without "
            "' updatable'");
    }
    if (rc == SQLITE_OK) {
        rc = call_check(call, hll_serialise_as(sketch, forms[form].type,
                                               forms[form].form, &bytes, &size));
    }
    if (rc == SQLITE_OK) {
        sqlite3_result_blob64(call->ctx, bytes, size, sqlite3_free);
    }
    return rc;
}

static int hll_sql_describe(struct call *call, sqlite3_str *json, const void *sketch)
{
    (void)call;
    json_put_integer_field(json, "lg_k", (uint64_t)hll_precision(sketch));
    json_put_real_field(json, "estimate", hll_estimate(sketch));
    json_put_bool_field(json, "exact", hll_is_exact(sketch));
    json_put_bool_field(json, "merged", hll_is_merged(sketch));
    json_put_real_field(json, "error", hll_error(sketch));
    return SQLITE_OK;
}

/* clang-format off */

static const struct sql_function hll_functions[] = {
    /* name              arguments        verb   args    inputs, questions, default size, reply, for no rows, traits, direct, slide_reply */
    {"hll_count",        "x, lg_k",       BUILD,  1,  2, 1, 0, HLL_ANSWER, cardinality_count,    A_ZERO,          0, NULL, hll_slide_reply_count},
    {"hll_sketch",       "x, lg_k",       BUILD,  1,  2, 1, 0, HLL_STORED,  NULL,                 AN_EMPTY_SKETCH, 0, NULL, hll_slide_reply_sketch},
    {"hll_merge",        "sketch",        MERGE,  1,  1, 0, 0, HLL_STORED,  NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"hll_union",        "sketch, ...",   UNION, -1, -1, 0, 0, HLL_STORED,  NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"hll_add",          "sketch, x",     ADD,    2,  2, 1, 0, HLL_STORED,  NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"hll_empty",        "lg_k",          EMPTY,  0,  1, 0, 0, HLL_STORED,  NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"hll_by",           "key, x, lg_k", BUILD_BY, 2, 3, 2, 0, HLL_STORED,  NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"hll_by_merge",     "keyed",       MERGE_BY, 1,  1, 0, 0, HLL_STORED,  NULL,                 AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"hll_by_rows",      "keyed",        ROWS_BY, 1,  1, 0, 0, HLL_STORED,  NULL,                 A_NULL,          0, NULL, NULL},
    {"hll_get",          "sketch",        ASK,    1,  1, 0, 0, 0,           cardinality_get,      A_NULL,          0, cardinality_get_stored, NULL},
    {"hll_lower",        "sketch, sd",    ASK,    1,  2, 0, 1, 0,           cardinality_lower,    A_NULL,          0, cardinality_lower_stored, NULL},
    {"hll_upper",        "sketch, sd",    ASK,    1,  2, 0, 1, 0,           cardinality_upper,    A_NULL,          0, cardinality_upper_stored, NULL},
    {"hll_intersection", "a, b",          ASK,    2,  2, 0, 1, 0,           hll_sql_intersection, A_NULL,          REPLIES_JSON, NULL, NULL},
    {"hll_jaccard",      "a, b",          ASK,    2,  2, 0, 1, 0,           hll_sql_jaccard,      A_NULL,          REPLIES_JSON, NULL, NULL},
    {"hll_convert",      "sketch, form",  ASK,    2,  2, 0, 1, 0,           hll_sql_convert,      A_NULL,          0, NULL, NULL},
    {"approx_count_distinct", "x, lg_k",  BUILD,  1,  2, 1, 0, HLL_ANSWER, cardinality_count,    A_ZERO,          0, NULL, hll_slide_reply_count},
    {.name = NULL},
};
/* clang-format on */

const struct family hll_family = {
    .ops = &hll_ops,
    .functions = hll_functions,
    .create = hll_sql_create,
    .add = hll_sql_add,
    .waits = &hll_waits,
    .add_stored = hll_sql_add_stored,
    .sliding = &hll_sliding,
    .step = hll_sql_step,
    .cardinality = &hll_cardinality,
    .describe = hll_sql_describe,
};
