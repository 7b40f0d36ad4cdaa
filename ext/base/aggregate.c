/*
 * The callbacks of every aggregate and scalar, for all families.
 *
 * Everything is registered as a window function.  In a running frame rows only come,
 * and xValue asks without changing anything.  Rows leave a frame only when its start
 * moves; families without an exact inverse refuse that, and say that EXCLUDE NO
 * OTHERS makes SQLite compute each frame afresh.  xFinal also comes after an error,
 * to clean up, and then what it replies is ignored.
 */
#include "family.h"

#include <string.h>

#ifndef SQLITE_INNOCUOUS /* 3.31 */
#define SQLITE_INNOCUOUS 0x000200000
#endif
#ifndef SQLITE_RESULT_SUBTYPE /* 3.45; older ones ignore it */
#define SQLITE_RESULT_SUBTYPE 0x001000000
#endif

enum { AGGREGATE_MAX_INPUTS = 2, AGGREGATE_MAX_EXTRAS = 4 };

/* A question or a parameter as the first row gave it. */
struct extra {
    int type;
    sqlite3_int64 bits;  /* of a number */
    sqlite3_value *copy; /* of a question, and of what is no number */
};

/* A registered function; lives as long as the connection needs it. */
struct binding {
    const struct sql_function *function;
    const struct family *family;
};

/* What an aggregate keeps between rows; SQLite hands it out zeroed.  What every row
 * needs is here, since looking it up through the binding costs as much as some sketches
 * do. */
struct state {
    void *sketch; /* NULL: no row has come */
    int (*add)(struct call *call, void *sketch, int count, const struct input *inputs);
    int inputs;
    int extra_count;
    struct call call; /* in which a row puts its context */
    struct extra extras[AGGREGATE_MAX_EXTRAS];
};

static struct call aggregate_call(sqlite3_context *ctx, const struct binding *binding)
{
    return (struct call){binding->function->name, ctx, NULL};
}

/* False when one of the inputs is NULL, so that the row does not count. */
static bool aggregate_take_inputs(struct input *inputs, int count,
                                  sqlite3_value **values)
{
    for (int i = 0; i < count; i++) {
        inputs[i] = value_input(values[i]);
        if (inputs[i].type == SQLITE_NULL) {
            return false;
        }
    }
    return true;
}

static sqlite3_int64 aggregate_bits(sqlite3_value *value, int type)
{
    sqlite3_int64 bits = 0;
    if (type == SQLITE_INTEGER) {
        bits = sqlite3_value_int64(value);
    } else if (type == SQLITE_FLOAT) {
        double number = sqlite3_value_double(value);
        memcpy(&bits, &number, sizeof bits);
    }
    return bits;
}

/* Remembers the questions and parameters of the first row, and makes the sketch.
 * Cold, so that it does not burden the function that runs for each row. */
__attribute__((cold)) static int aggregate_begin(sqlite3_context *ctx,
                                                 struct state *state, int argc,
                                                 sqlite3_value **argv)
{
    const struct binding *binding = sqlite3_user_data(ctx);
    const struct sql_function *function = binding->function;
    state->add = binding->family->add;
    state->inputs = function->inputs;
    state->call = aggregate_call(ctx, binding);
    for (int i = function->inputs; i < argc; i++) {
        struct extra *extra = &state->extras[state->extra_count];
        extra->type = sqlite3_value_type(argv[i]);
        extra->bits = aggregate_bits(argv[i], extra->type);
        bool is_number = extra->type == SQLITE_INTEGER || extra->type == SQLITE_FLOAT;
        if (i < function->inputs + function->questions || !is_number) {
            extra->copy = sqlite3_value_dup(argv[i]);
            if (!extra->copy) {
                return SQLITE_NOMEM;
            }
        }
        state->extra_count++;
    }
    int used = function->inputs + function->questions;
    return binding->family->create(&state->call, &state->sketch, function->size,
                                   argc > used ? argc - used : 0, argv + used);
}

/* Runs for every row, so a number, which nearly all parameters are, costs a single
 * call: what another type would have to say to pass means the same. */
static bool aggregate_is_same(const struct extra *extra, sqlite3_value *value)
{
    if (extra->type == SQLITE_INTEGER || extra->type == SQLITE_FLOAT) {
        return aggregate_bits(value, extra->type) == extra->bits;
    }
    int type = sqlite3_value_type(value);
    if (type != extra->type || type == SQLITE_NULL) {
        return type == extra->type;
    }
    const void *now = sqlite3_value_blob(value);
    int size = sqlite3_value_bytes(value);
    const void *first = sqlite3_value_blob(extra->copy);
    return size == sqlite3_value_bytes(extra->copy) &&
           (size == 0 || (now && first && memcmp(now, first, (size_t)size) == 0));
}

/* The name of the argument at this place, out of "x, k, counters". */
static int aggregate_argument(const struct sql_function *function, int place,
                              const char **name)
{
    *name = function->arguments;
    while (place-- > 0) {
        *name += strcspn(*name, ",");
        *name += strspn(*name, ", ");
    }
    return (int)strcspn(*name, ",");
}

__attribute__((cold)) static int aggregate_refuse_change(struct call *call, int place,
                                                         sqlite3_value *value)
{
    const struct binding *binding = sqlite3_user_data(call->ctx);
    const char *name;
    int length = aggregate_argument(binding->function, place, &name);
    char *given = value_show(value);
    int rc = given ? call_fail(call,
                               "%.*s must be the same in every row, but %s differs "
                               "from the first row's",
                               length, name, given)
                   : SQLITE_NOMEM;
    sqlite3_free(given);
    return rc;
}

static int aggregate_require_same(struct state *state, int argc, sqlite3_value **argv)
{
    for (int i = state->inputs; i < argc; i++) {
        if (!aggregate_is_same(&state->extras[i - state->inputs], argv[i])) {
            return aggregate_refuse_change(&state->call, i, argv[i]);
        }
    }
    return SQLITE_OK;
}

static void aggregate_build_step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct state *state = sqlite3_aggregate_context(ctx, sizeof *state);
    struct input inputs[AGGREGATE_MAX_INPUTS];
    int rc = SQLITE_OK;
    if (!state) {
        sqlite3_result_error_nomem(ctx);
        return;
    }
    state->call.ctx = ctx;
    if (!state->sketch) {
        rc = aggregate_begin(ctx, state, argc, argv);
    } else if (argc > state->inputs) {
        rc = aggregate_require_same(state, argc, argv);
    }
    if (rc == SQLITE_OK && aggregate_take_inputs(inputs, state->inputs, argv)) {
        rc = state->add(&state->call, state->sketch, state->inputs, inputs);
    }
    if (rc != SQLITE_OK) {
        call_conclude(&state->call, rc);
    }
}

static void aggregate_merge_step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const struct binding *binding = sqlite3_user_data(ctx);
    const struct sketch_ops *ops = binding->family->ops;
    struct state *state = sqlite3_aggregate_context(ctx, sizeof *state);
    struct call call = aggregate_call(ctx, binding);
    void *sketch = NULL;
    int rc = state ? SQLITE_OK : SQLITE_NOMEM;
    (void)argc;
    if (sqlite3_value_type(argv[0]) == SQLITE_NULL) {
        return;
    }
    if (rc == SQLITE_OK) {
        rc = family_load(&call, binding->family, argv[0], &sketch);
    }
    if (rc == SQLITE_OK && !state->sketch) {
        state->sketch = sketch; /* the first one becomes the total */
        return;
    }
    if (rc == SQLITE_OK) {
        rc = call_check(&call, ops->merge(state->sketch, sketch));
        ops->free(sketch);
    }
    call_conclude(&call, rc);
}

static void aggregate_inverse(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const struct binding *binding = sqlite3_user_data(ctx);
    struct state *state = sqlite3_aggregate_context(ctx, 0);
    struct call call = aggregate_call(ctx, binding);
    struct input inputs[AGGREGATE_MAX_INPUTS];
    int count = binding->function->inputs;
    int rc = SQLITE_OK;
    (void)argc;
    if (binding->function->verb != BUILD || !binding->family->remove) {
        rc = call_fail(&call, "rows cannot leave its window frame one by one; end the "
                              "frame with EXCLUDE NO OTHERS to compute each afresh");
    } else if (state && state->sketch && aggregate_take_inputs(inputs, count, argv)) {
        rc = binding->family->remove(&call, state->sketch, count, inputs);
    }
    call_conclude(&call, rc);
}

static int aggregate_reply(struct call *call, const struct binding *binding,
                           const void *sketch, int count, sqlite3_value **questions)
{
    return binding->function->reply
               ? binding->function->reply(call, sketch, count, questions)
               : family_reply_sketch(call, binding->family, sketch);
}

/* The reply to an empty sketch of the default size. */
static int aggregate_reply_empty(struct call *call, const struct binding *binding)
{
    void *sketch;
    int rc = binding->family->create(call, &sketch, binding->function->size, 0, NULL);
    if (rc == SQLITE_OK) {
        rc = family_reply_sketch(call, binding->family, sketch);
        binding->family->ops->free(sketch);
    }
    return rc;
}

static int aggregate_reply_nothing(struct call *call, const struct binding *binding)
{
    switch (binding->function->nothing) {
    case A_NULL:
        return SQLITE_OK;
    case A_ZERO:
        sqlite3_result_int64(call->ctx, 0);
        return SQLITE_OK;
    case AN_EMPTY_LIST: {
        sqlite3_str *list = sqlite3_str_new(sqlite3_context_db_handle(call->ctx));
        sqlite3_str_appendall(list, "[]");
        return json_result(call, list);
    }
    case AN_EMPTY_SKETCH:
        break;
    }
    return aggregate_reply_empty(call, binding);
}

static int aggregate_answer(struct call *call, const struct binding *binding,
                            const struct state *state)
{
    sqlite3_value *questions[AGGREGATE_MAX_EXTRAS] = {NULL};
    if (!state || !state->sketch) {
        return aggregate_reply_nothing(call, binding);
    }
    int count = binding->function->questions;
    for (int i = 0; i < count; i++) {
        questions[i] = state->extras[i].copy;
    }
    return aggregate_reply(call, binding, state->sketch, count, questions);
}

static void aggregate_value(sqlite3_context *ctx)
{
    const struct binding *binding = sqlite3_user_data(ctx);
    struct call call = aggregate_call(ctx, binding);
    call_conclude(&call,
                  aggregate_answer(&call, binding, sqlite3_aggregate_context(ctx, 0)));
}

static void aggregate_final(sqlite3_context *ctx)
{
    const struct binding *binding = sqlite3_user_data(ctx);
    struct state *state = sqlite3_aggregate_context(ctx, 0);
    struct call call = aggregate_call(ctx, binding);
    call_conclude(&call, aggregate_answer(&call, binding, state));
    if (state) {
        binding->family->ops->free(state->sketch);
        for (int i = 0; i < AGGREGATE_MAX_EXTRAS; i++) {
            sqlite3_value_free(state->extras[i].copy);
        }
    }
}

/* F_union(a, b, ...): as F_merge, over arguments. */
static void scalar_union(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const struct binding *binding = sqlite3_user_data(ctx);
    const struct sketch_ops *ops = binding->family->ops;
    struct call call = aggregate_call(ctx, binding);
    void *total = NULL;
    int rc = binding->family->create(&call, &total, binding->function->size, 0, NULL);
    for (int i = 0; rc == SQLITE_OK && i < argc; i++) {
        void *sketch = NULL;
        if (sqlite3_value_type(argv[i]) == SQLITE_NULL) {
            continue;
        }
        rc = family_load(&call, binding->family, argv[i], &sketch);
        if (rc == SQLITE_OK) {
            rc = call_check(&call, ops->merge(total, sketch));
        }
        ops->free(sketch);
    }
    if (rc == SQLITE_OK) {
        rc = family_reply_sketch(&call, binding->family, total);
    }
    ops->free(total);
    call_conclude(&call, rc);
}

/* F_add(sketch, x [, w]): NULL instead of a sketch begins one. */
static void scalar_add(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const struct binding *binding = sqlite3_user_data(ctx);
    const struct family *family = binding->family;
    struct call call = aggregate_call(ctx, binding);
    struct input inputs[AGGREGATE_MAX_INPUTS];
    void *sketch = NULL;
    int rc = sqlite3_value_type(argv[0]) == SQLITE_NULL
                 ? family->create(&call, &sketch, binding->function->size, 0, NULL)
                 : family_load(&call, family, argv[0], &sketch);
    if (rc == SQLITE_OK && aggregate_take_inputs(inputs, argc - 1, argv + 1)) {
        rc = family->add(&call, sketch, argc - 1, inputs);
    }
    if (rc == SQLITE_OK) {
        rc = family_reply_sketch(&call, family, sketch);
    }
    family->ops->free(sketch);
    call_conclude(&call, rc);
}

/* F_question(sketch, ...).  A sketch that is the same in every row is read once. */
static void scalar_ask(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const struct binding *binding = sqlite3_user_data(ctx);
    struct call call = aggregate_call(ctx, binding);
    void *cached = sqlite3_get_auxdata(ctx, 0);
    void *sketch = cached;
    int rc = SQLITE_OK;
    if (sqlite3_value_type(argv[0]) == SQLITE_NULL) {
        return;
    }
    if (!cached) {
        rc = family_load(&call, binding->family, argv[0], &sketch);
    }
    if (rc == SQLITE_OK) {
        rc = aggregate_reply(&call, binding, sketch, argc - 1, argv + 1);
    }
    call_conclude(&call, rc);
    if (sketch && !cached) {
        sqlite3_set_auxdata(ctx, 0, sketch, binding->family->ops->free);
    }
}

static int register_one(sqlite3 *db, const struct family *family,
                        const struct sql_function *function, int args)
{
    int flags = SQLITE_UTF8 | SQLITE_INNOCUOUS;
    flags |= function->traits & IS_RANDOM ? 0 : SQLITE_DETERMINISTIC;
    flags |= function->traits & REPLIES_JSON ? SQLITE_RESULT_SUBTYPE : 0;
    struct binding *binding = sqlite3_malloc64(sizeof *binding);
    if (!binding) {
        return SQLITE_NOMEM;
    }
    *binding = (struct binding){function, family};
    /* SQLite frees the binding, also when it refuses. */
    switch (function->verb) {
    case BUILD:
        return sqlite3_create_window_function(
            db, function->name, args, flags, binding, aggregate_build_step,
            aggregate_final, aggregate_value, aggregate_inverse, sqlite3_free);
    case MERGE:
        return sqlite3_create_window_function(
            db, function->name, args, flags, binding, aggregate_merge_step,
            aggregate_final, aggregate_value, aggregate_inverse, sqlite3_free);
    case UNION:
        return sqlite3_create_function_v2(db, function->name, args, flags, binding,
                                          scalar_union, NULL, NULL, sqlite3_free);
    case ADD:
        return sqlite3_create_function_v2(db, function->name, args, flags, binding,
                                          scalar_add, NULL, NULL, sqlite3_free);
    case ASK:
        return sqlite3_create_function_v2(db, function->name, args, flags, binding,
                                          scalar_ask, NULL, NULL, sqlite3_free);
    }
    sqlite3_free(binding);
    return SQLITE_MISUSE;
}

int family_register_functions(sqlite3 *db, const struct family *family)
{
    int rc = SQLITE_OK;
    for (const struct sql_function *f = family->functions; rc == SQLITE_OK && f->name;
         f++) {
        for (int args = f->min_args; rc == SQLITE_OK && args <= f->max_args; args++) {
            rc = register_one(db, family, f, args);
        }
    }
    return rc;
}
