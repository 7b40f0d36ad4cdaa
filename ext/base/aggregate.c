/*
 * The callbacks of every aggregate, for all families.
 *
 * Everything is registered as a window function.  In a running frame rows only come,
 * and xValue asks without changing anything.  Rows leave a frame only when its start
 * moves; families without an exact inverse refuse that, and say that EXCLUDE NO
 * OTHERS makes SQLite compute each frame afresh.  xFinal also comes after an error,
 * to clean up, and then what it replies is ignored.
 */
#include "binding.h"

#include <string.h>

enum { AGGREGATE_MAX_EXTRAS = 4 };

/* A question or a parameter as the first row gave it. */
struct extra {
    int type;
    sqlite3_int64 bits;  /* of a number */
    sqlite3_value *copy; /* of a question, and of what is no number */
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
    const struct binding *binding = binding_of(ctx);
    const struct sql_function *function = binding->function;
    state->add = binding->family->add;
    state->inputs = function->inputs;
    state->call = binding_call(ctx);
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
    const struct binding *binding = binding_of(call->ctx);
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
    struct input inputs[BINDING_MAX_INPUTS];
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
    if (rc == SQLITE_OK && binding_take_inputs(inputs, state->inputs, argv)) {
        rc = state->add(&state->call, state->sketch, state->inputs, inputs);
    }
    if (rc != SQLITE_OK) {
        call_conclude(&state->call, rc);
    }
}

static void aggregate_merge_step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const struct binding *binding = binding_of(ctx);
    const struct sketch_ops *ops = binding->family->ops;
    struct state *state = sqlite3_aggregate_context(ctx, sizeof *state);
    struct call call = binding_call(ctx);
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
    const struct binding *binding = binding_of(ctx);
    struct state *state = sqlite3_aggregate_context(ctx, 0);
    struct call call = binding_call(ctx);
    struct input inputs[BINDING_MAX_INPUTS];
    int count = binding->function->inputs;
    int rc = SQLITE_OK;
    (void)argc;
    if (binding->function->verb != BUILD || !binding->family->remove) {
        rc = call_fail(&call, "rows cannot leave its window frame one by one; end the "
                              "frame with EXCLUDE NO OTHERS to compute each afresh");
    } else if (state && state->sketch && binding_take_inputs(inputs, count, argv)) {
        rc = binding->family->remove(&call, state->sketch, count, inputs);
    }
    call_conclude(&call, rc);
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
    case AN_EMPTY_LIST:
        return json_result(call, json_open(call, "["), "]");
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
    return binding_reply(call, binding, state->sketch, count, questions);
}

static void aggregate_value(sqlite3_context *ctx)
{
    const struct binding *binding = binding_of(ctx);
    struct call call = binding_call(ctx);
    call_conclude(&call,
                  aggregate_answer(&call, binding, sqlite3_aggregate_context(ctx, 0)));
}

static void aggregate_final(sqlite3_context *ctx)
{
    const struct binding *binding = binding_of(ctx);
    struct state *state = sqlite3_aggregate_context(ctx, 0);
    struct call call = binding_call(ctx);
    call_conclude(&call, aggregate_answer(&call, binding, state));
    if (state) {
        binding->family->ops->free(state->sketch);
        for (int i = 0; i < AGGREGATE_MAX_EXTRAS; i++) {
            sqlite3_value_free(state->extras[i].copy);
        }
    }
}

int aggregate_register(sqlite3 *db, struct binding *binding, int args, int flags)
{
    const struct sql_function *function = binding->function;
    return sqlite3_create_window_function(
        db, function->name, args, flags, binding,
        function->verb == MERGE ? aggregate_merge_step : aggregate_build_step,
        aggregate_final, aggregate_value, aggregate_inverse, sqlite3_free);
}
