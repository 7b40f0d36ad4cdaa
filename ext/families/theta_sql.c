/* Theta sketches in SQL. */
#include "theta.h"

#include "cardinality.h"
#include "step.h"

/* Parameter: lg_k. */
static int theta_sql_create(struct call *call, void **out, int size, int count,
                            sqlite3_value **parameters)
{
    sqlite3_int64 lg_k = size;
    struct theta *sketch = NULL;
    int rc = SQLITE_OK;
    if (count > 0) {
        rc = value_whole(call, parameters[0], "lg_k", THETA_MIN_LG_K, THETA_MAX_LG_K,
                         &lg_k);
    }
    if (rc == SQLITE_OK) {
        rc = call_check(call, theta_create(&sketch, (int)lg_k, &call_memory));
    }
    *out = sketch;
    return rc;
}

__attribute__((always_inline)) static inline int
theta_sql_add(struct call *call, void *sketch, int count, const struct input *inputs)
{
    struct hash hash;
    (void)count;
    int rc = value_bytes_hash(call, inputs[0], &hash);
    return rc == SQLITE_OK ? call_check(call, theta_add(sketch, hash)) : rc;
}

static int theta_sql_take(struct call *call, struct input input,
                          struct waiting *waiting)
{
    waiting->kind = WAITS_AS_HASH;
    return value_bytes_hash(call, input, &waiting->as.hash);
}

static void theta_sql_fetch(const void *sketch, const struct waiting *waiting)
{
    theta_fetch(sketch, waiting->as.hash);
}

static enum sketch_status theta_sql_add_waiting(void *sketch,
                                                const struct waiting *waiting)
{
    return theta_add(sketch, waiting->as.hash);
}

static const struct waits theta_waits = {
    .take = theta_sql_take,
    .fetch = theta_sql_fetch,
    .add = theta_sql_add_waiting,
};

/* An lg_k that is no INTEGER is left to theta_sql_create. */
static bool theta_sql_add_stored(struct call *call, uint8_t *bytes, size_t *size,
                                 size_t room, int count, const struct input *inputs)
{
    struct hash hash;
    sqlite3_int64 lg_k = count > 1 ? sqlite3_value_int64(inputs[1].value) : THETA_LG_K;
    return (count == 1 || inputs[1].type == SQLITE_INTEGER) && lg_k >= THETA_MIN_LG_K &&
           lg_k <= THETA_MAX_LG_K &&
           value_bytes_hash(call, inputs[0], &hash) == SQLITE_OK &&
           theta_stored_add(bytes, size, room, hash, (int)lg_k);
}

__attribute__((flatten)) static void theta_sql_step(sqlite3_context *ctx, int argc,
                                                    sqlite3_value **argv)
{
    step_row(ctx, argc, argv, theta_sql_add);
}

static double theta_sql_estimate(const void *sketch) { return theta_estimate(sketch); }

static enum sketch_status theta_sql_bounds(const void *sketch, int deviations,
                                           double *lower, double *upper)
{
    return theta_bounds(sketch, deviations, lower, upper);
}

static const struct cardinality theta_cardinality = {
    .estimate = theta_sql_estimate,
    .bounds = theta_sql_bounds,
    .stored_estimate = theta_stored_estimate,
    .stored_bounds = theta_stored_bounds,
};

/* The second sketch is the question. */
static int theta_sql_jaccard(struct call *call, const void *sketch, int count,
                             sqlite3_value **questions)
{
    struct theta_overlap overlap;
    void *second;
    (void)count;
    int rc = family_load(call, &theta_family, questions[0], &second);
    if (rc != SQLITE_OK) {
        return rc;
    }
    rc = call_check(call, theta_jaccard(sketch, second, &overlap));
    theta_free(second);
    return rc == SQLITE_OK ? json_result_interval(call, overlap.estimate, overlap.lower,
                                                  overlap.upper, overlap.good)
                           : rc;
}

static int theta_sql_describe(struct call *call, sqlite3_str *json, const void *sketch)
{
    (void)call;
    json_put_real_field(json, "estimate", theta_estimate(sketch));
    json_put_bool_field(json, "exact", theta_is_exact(sketch));
    json_put_real_field(json, "theta", theta_fraction(sketch));
    json_put_integer_field(json, "hashes", theta_retained(sketch));
    json_put_real_field(json, "error", theta_error(sketch));
    return SQLITE_OK;
}

/* clang-format off */

static const struct sql_function theta_functions[] = {
    /* name           arguments            verb   args    inputs, questions, default size, reply, for no rows, traits, direct, slide_reply */
    {"theta_count",   "x, lg_k",           BUILD,  1,  2, 1, 0, THETA_LG_K, cardinality_count, A_ZERO,          0, NULL, NULL},
    {"theta_sketch",  "x, lg_k",           BUILD,  1,  2, 1, 0, THETA_LG_K, NULL,              AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"theta_merge",   "sketch, lg_k",      MERGE,  1,  2, 0, 0, THETA_LG_K, NULL,              AN_EMPTY_SKETCH, ENDS_WITH_SIZE, NULL, NULL},
    {"theta_union",   "sketch, ..., lg_k", UNION, -1, -1, 0, 0, THETA_LG_K, NULL,              AN_EMPTY_SKETCH, ENDS_WITH_SIZE, NULL, NULL},
    {"theta_add",     "sketch, x, lg_k",   ADD,    2,  3, 1, 0, THETA_LG_K, NULL,              AN_EMPTY_SKETCH, ENDS_WITH_SIZE, NULL, NULL},
    {"theta_empty",   "lg_k",              EMPTY,  0,  1, 0, 0, THETA_LG_K, NULL,              AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"theta_get",     "sketch",            ASK,    1,  1, 0, 0, 0,          cardinality_get,   A_NULL,          0, cardinality_get_stored, NULL},
    {"theta_lower",   "sketch, sd",        ASK,    1,  2, 0, 1, 0,          cardinality_lower, A_NULL,          0, cardinality_lower_stored, NULL},
    {"theta_upper",   "sketch, sd",        ASK,    1,  2, 0, 1, 0,          cardinality_upper, A_NULL,          0, cardinality_upper_stored, NULL},
    {"theta_jaccard", "a, b",              ASK,    2,  2, 0, 1, 0,          theta_sql_jaccard, A_NULL,          REPLIES_JSON, NULL, NULL},
    {"theta_by",       "key, x, lg_k", BUILD_BY, 2,  3, 2, 0, THETA_LG_K, NULL,              AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"theta_by_merge", "keyed, lg_k",  MERGE_BY, 1,  2, 0, 0, THETA_LG_K, NULL,              AN_EMPTY_SKETCH, ENDS_WITH_SIZE, NULL, NULL},
    {"theta_by_rows",  "keyed",         ROWS_BY, 1,  1, 0, 0, THETA_LG_K, NULL,              A_NULL,          0, NULL, NULL},
    {.name = NULL},
};

static const struct sql_function theta_intersect_functions[] = {
    {"theta_intersect",       "sketch, ...", UNION, -1, -1, 0, 0, 0, NULL, A_NULL, 0, NULL, NULL},
    {"theta_merge_intersect", "sketch",      MERGE,  1,  1, 0, 0, 0, NULL, A_NULL, 0, NULL, NULL},
    {.name = NULL},
};

static const struct sql_function theta_except_functions[] = {
    {"theta_except", "a, b", UNION, 2, 2, 0, 0, 0, NULL, A_NULL, 0, NULL, NULL},
    {.name = NULL},
};
/* clang-format on */

const struct family theta_family = {
    .ops = &theta_ops,
    .functions = theta_functions,
    .create = theta_sql_create,
    .add = theta_sql_add,
    .waits = &theta_waits,
    .step = theta_sql_step,
    .add_stored = theta_sql_add_stored,
    .cardinality = &theta_cardinality,
    .describe = theta_sql_describe,
};

/* Their sketches are the same; what is done when one comes to another is not. */
const struct family theta_intersect_family = {
    .ops = &theta_intersect_ops,
    .functions = theta_intersect_functions,
};

const struct family theta_except_family = {
    .ops = &theta_except_ops,
    .functions = theta_except_functions,
};
