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
#include "extra.h"
#include "frame.h"

/* What an aggregate keeps between rows; SQLite hands it out zeroed.  What every row
 * needs is here, since looking it up through the binding costs as much as some sketches
 * do. */
struct state {
    void *sketch; /* NULL: no row has come */
    int (*add)(struct call *call, void *sketch, int count, const struct input *inputs);
    int inputs;
    struct call call; /* in which a row puts its context */
    struct extra extras[EXTRA_MOST];
    const struct sliding *sliding; /* NULL: no row can leave, or the sketch lets it */
    struct frame frame;
};

/* What holds the rows when some leave the frame; NULL: nothing can, or the sketch. */
static const struct sliding *aggregate_sliding(const struct binding *binding)
{
    const struct sql_function *function = binding->function;
    return function->verb == MERGE ? &frame_of_sketches
           : function->slide_reply ? binding->family->sliding
                                   : NULL;
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
    state->sliding = aggregate_sliding(binding);
    state->call = binding_call(binding, ctx);
    int used = function->inputs + function->questions;
    int rc = extra_keep_all(state->extras, function->inputs, used, argc, argv);
    if (rc != SQLITE_OK) {
        return rc;
    }
    return binding->family->create(&state->call, &state->sketch, function->size,
                                   argc > used ? argc - used : 0, argv + used);
}

/* A row none of whose inputs is NULL. */
static int aggregate_add(struct state *state, const struct input *inputs)
{
    struct frame *frame = &state->frame;
    if (frame_skips(frame)) {
        return SQLITE_OK;
    }
    state->call.rows++;
    if (frame->slide) {
        return frame_add(frame, &state->call, state->sliding, state->inputs, inputs);
    }
    int rc = state->add(&state->call, state->sketch, state->inputs, inputs);
    return rc == SQLITE_OK && state->sliding
               ? frame_note(frame, &state->call, state->sliding, state->inputs, inputs)
               : rc;
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
        rc = extra_require_same(&state->call, state->extras, state->inputs, argc, argv);
    }
    if (rc == SQLITE_OK && binding_take_inputs(inputs, state->inputs, argv)) {
        rc = aggregate_add(state, inputs);
    }
    if (rc != SQLITE_OK) {
        call_conclude(&state->call, rc);
    }
}

/* A stored sketch. */
static int aggregate_merge(struct state *state, struct call *call,
                           const struct family *family, struct input input)
{
    struct frame *frame = &state->frame;
    if (frame_skips(frame)) {
        return SQLITE_OK;
    }
    if (frame->slide) {
        return frame_add(frame, call, &frame_of_sketches, 1, &input);
    }
    int rc = family_load_into(call, family, input.value, &state->sketch);
    return rc == SQLITE_OK ? frame_note(frame, call, &frame_of_sketches, 1, &input)
                           : rc;
}

static void aggregate_merge_step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const struct binding *binding = binding_of(ctx);
    struct state *state = sqlite3_aggregate_context(ctx, sizeof *state);
    struct call call = binding_call(binding, ctx);
    struct input input = value_input(argv[0]);
    (void)argc;
    if (input.type != SQLITE_NULL) {
        call_conclude(&call, state
                                 ? aggregate_merge(state, &call, binding->family, input)
                                 : SQLITE_NOMEM);
    }
}

/* The oldest row of the frame, none of whose inputs is NULL. */
static int aggregate_remove(struct state *state, struct call *call,
                            const struct binding *binding, int count,
                            const struct input *inputs)
{
    const struct family *family = binding->family;
    const struct sliding *sliding = aggregate_sliding(binding);
    int rc;
    if (sliding) {
        rc = frame_remove(&state->frame, call, family, sliding, state->sketch, count,
                          inputs);
    } else if (state->call.rows > 0) {
        rc = family->remove(call, state->sketch, count, inputs);
    } else {
        state->frame.owed++;
        return SQLITE_OK;
    }
    state->call.rows -= rc == SQLITE_OK && state->call.rows > 0;
    return rc;
}

static void aggregate_inverse(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const struct binding *binding = binding_of(ctx);
    const struct sql_function *function = binding->function;
    struct state *state = sqlite3_aggregate_context(ctx, sizeof *state);
    struct call call = binding_call(binding, ctx);
    struct input inputs[BINDING_MAX_INPUTS];
    int count = function->verb == MERGE ? 1 : function->inputs;
    int rc = state ? SQLITE_OK : SQLITE_NOMEM;
    (void)argc;
    if (!aggregate_sliding(binding) && !binding->family->remove) {
        rc = call_fail(&call, "rows cannot leave its window frame one by one; end the "
                              "frame with EXCLUDE NO OTHERS to compute each afresh");
    } else if (state && binding_take_inputs(inputs, count, argv)) {
        rc = aggregate_remove(state, &call, binding, count, inputs);
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

/* The answer of what holds a frame that slides. */
static int aggregate_answer_slide(struct call *call, const struct binding *binding,
                                  struct frame *frame, int count,
                                  sqlite3_value **questions)
{
    const void *total;
    if (binding->function->verb != MERGE) {
        return binding_asks_null(count, questions)
                   ? SQLITE_OK
                   : binding->function->slide_reply(call, frame->slide, count,
                                                    questions);
    }
    int rc = frame_total(frame, call, &total);
    return rc != SQLITE_OK ? rc
           : total         ? binding_reply(call, binding, total, count, questions)
                           : aggregate_reply_nothing(call, binding);
}

static int aggregate_answer(struct call *call, const struct binding *binding,
                            struct state *state)
{
    sqlite3_value *questions[EXTRA_MOST] = {NULL};
    if (!state || (!state->sketch && !state->frame.slide)) {
        return aggregate_reply_nothing(call, binding);
    }
    int count = binding->function->questions;
    call->rows = state->call.rows;
    for (int i = 0; i < count; i++) {
        questions[i] = state->extras[i].copy;
    }
    return state->frame.slide
               ? aggregate_answer_slide(call, binding, &state->frame, count, questions)
               : binding_reply(call, binding, state->sketch, count, questions);
}

static void aggregate_value(sqlite3_context *ctx)
{
    const struct binding *binding = binding_of(ctx);
    struct state *state = sqlite3_aggregate_context(ctx, 0);
    struct call call = binding_call(binding, ctx);
    if (state) {
        state->frame.is_window = true;
    }
    call_conclude(&call, aggregate_answer(&call, binding, state));
}

static void aggregate_final(sqlite3_context *ctx)
{
    const struct binding *binding = binding_of(ctx);
    struct state *state = sqlite3_aggregate_context(ctx, 0);
    struct call call = binding_call(binding, ctx);
    call_conclude(&call, aggregate_answer(&call, binding, state));
    if (state) {
        binding->family->ops->free(state->sketch);
        frame_free(&state->frame, aggregate_sliding(binding));
        extra_drop_all(state->extras);
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
