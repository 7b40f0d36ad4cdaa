/*
 * The callbacks of every aggregate, for all families.
 *
 * Everything is registered as a window function.  In a running frame rows only come,
 * and xValue asks without changing anything.  Rows leave a frame only when its start
 * moves: a family takes them out of its sketch, or has a structure that takes the
 * sketch's place (frame.h).  What has neither refuses, and says that EXCLUDE NO OTHERS
 * makes SQLite compute each frame afresh.  xFinal also comes after an error, to clean
 * up, and then what it replies is ignored.
 */
#include "step.h"

const struct sliding *step_sliding(const struct binding *binding)
{
    const struct sql_function *function = binding->function;
    const struct family *family = binding->family;
    return function->verb == MERGE ? (family->withdraw ? NULL : &frame_of_sketches)
           : function->slide_reply ? family->sliding
                                   : NULL;
}

/* Remembers the questions and parameters of the first row, and makes the sketch. */
static int step_begin(struct step *step, const struct binding *binding, int argc,
                      sqlite3_value **argv)
{
    const struct sql_function *function = binding->function;
    int used = function->inputs + function->questions;
    step->call = binding_call(binding, step->call.ctx);
    int rc = extra_keep_all(step->extras, function->inputs, used, argc, argv);
    if (rc != SQLITE_OK) {
        return rc;
    }
    return binding->family->create(&step->call, &step->sketch, function->size,
                                   argc > used ? argc - used : 0, argv + used);
}

/* Rows of one input and else numbers may go the short way, unless the frame has to know
 * of them. */
static int step_short_length(const struct step *step, const struct binding *binding,
                             int argc)
{
    const struct frame *frame = &step->frame;
    bool is_noted = step_sliding(binding) && frame->known == FRAME_IS_WHOLE;
    bool is_short =
        step->sketch && binding->function->inputs == 1 && !frame->slide && !is_noted;
    for (int i = 0; i < argc - 1 && is_short; i++) {
        int type = step->extras[i].type;
        is_short = type == SQLITE_INTEGER || type == SQLITE_FLOAT;
    }
    return is_short ? argc : 0;
}

/* A row that counts. */
static int step_add(struct step *step, const struct binding *binding, int count,
                    const struct input *inputs)
{
    const struct sliding *sliding = step_sliding(binding);
    struct frame *frame = &step->frame;
    step->call.rows++;
    if (frame->slide) {
        return frame_add(frame, &step->call, sliding, count, inputs);
    }
    int rc = binding->family->add(&step->call, step->sketch, count, inputs);
    return rc == SQLITE_OK && sliding
               ? frame_note(frame, &step->call, sliding, count, inputs)
               : rc;
}

__attribute__((noinline)) void step_long_row(struct step *step, sqlite3_context *ctx,
                                             int argc, sqlite3_value **argv)
{
    const struct binding *binding = binding_of(ctx);
    int count = binding->function->inputs;
    struct input inputs[BINDING_MAX_INPUTS];
    if (!step) {
        sqlite3_result_error_nomem(ctx);
        return;
    }
    step->call.ctx = ctx;
    int rc = step->sketch
                 ? extra_require_same(&step->call, step->extras, count, argc, argv)
                 : step_begin(step, binding, argc, argv);
    if (rc == SQLITE_OK &&
        binding_take_inputs(inputs, count, argv, binding_counts_null(binding))) {
        rc = step_add(step, binding, count, inputs);
    }
    step->short_length = rc == SQLITE_OK ? step_short_length(step, binding, argc) : 0;
    if (rc != SQLITE_OK) {
        call_conclude(&step->call, rc);
    }
}

/* Where a size may be given that images do not tell, the total begins with it. */
static int aggregate_take_size(struct step *step, struct call *call,
                               const struct binding *binding, int argc,
                               sqlite3_value **argv)
{
    const struct sql_function *function = binding->function;
    if (!(function->traits & ENDS_WITH_SIZE)) {
        return SQLITE_OK;
    }
    if (step->sketch) {
        return extra_require_same(call, step->extras, 1, argc, argv);
    }
    int rc = extra_keep_all(step->extras, 1, 1, argc, argv);
    return rc == SQLITE_OK ? binding->family->create(call, &step->sketch,
                                                     function->size, argc - 1, argv + 1)
                           : rc;
}

/* A stored sketch. */
static int aggregate_merge(struct step *step, struct call *call,
                           const struct binding *binding, struct input input)
{
    const struct sliding *sliding = step_sliding(binding);
    struct frame *frame = &step->frame;
    if (frame->slide) {
        return frame_add(frame, call, sliding, 1, &input);
    }
    int rc = family_load_into(call, binding->family, input.value, &step->sketch);
    return rc == SQLITE_OK && sliding ? frame_note(frame, call, sliding, 1, &input)
                                      : rc;
}

static void aggregate_merge_step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const struct binding *binding = binding_of(ctx);
    struct step *step = sqlite3_aggregate_context(ctx, sizeof *step);
    struct call call = binding_call(binding, ctx);
    struct input input = value_input(argv[0]);
    int rc =
        step ? aggregate_take_size(step, &call, binding, argc, argv) : SQLITE_NOMEM;
    if (rc == SQLITE_OK && input.type != SQLITE_NULL) {
        rc = aggregate_merge(step, &call, binding, input);
    }
    call_conclude(&call, rc);
}

/* Takes a stored sketch out of the total again. */
static int aggregate_withdraw(void *total, struct call *call,
                              const struct family *family, struct input input)
{
    void *sketch;
    int rc = family_load(call, family, input.value, &sketch);
    if (rc == SQLITE_OK) {
        rc = family->withdraw(call, total, sketch);
        family->ops->free(sketch);
    }
    return rc;
}

/* The oldest row of the frame, one that counts. */
static int aggregate_remove(struct step *step, struct call *call,
                            const struct binding *binding, int count,
                            const struct input *inputs)
{
    const struct family *family = binding->family;
    const struct sliding *sliding = step_sliding(binding);
    int rc = sliding ? frame_remove(&step->frame, call, family, sliding, step->sketch,
                                    count, inputs)
             : binding->function->verb == MERGE
                 ? aggregate_withdraw(step->sketch, call, family, inputs[0])
                 : family->remove(call, step->sketch, count, inputs);
    step->call.rows -= rc == SQLITE_OK && step->call.rows > 0;
    return rc;
}

static void aggregate_inverse(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const struct binding *binding = binding_of(ctx);
    const struct sql_function *function = binding->function;
    struct step *step = sqlite3_aggregate_context(ctx, sizeof *step);
    struct call call = binding_call(binding, ctx);
    struct input inputs[BINDING_MAX_INPUTS];
    int count = function->verb == MERGE ? 1 : function->inputs;
    int rc = step ? SQLITE_OK : SQLITE_NOMEM;
    (void)argc;
    if (function->verb == BUILD && !step_sliding(binding) && !binding->family->remove) {
        rc = call_fail(&call, "rows cannot leave its window frame one by one; end the "
                              "frame with EXCLUDE NO OTHERS to compute each afresh");
    } else if (step && step->sketch &&
               binding_take_inputs(inputs, count, argv, binding_counts_null(binding))) {
        step->short_length = 0; /* the frame has to know of the next row */
        rc = aggregate_remove(step, &call, binding, count, inputs);
    }
    call_conclude(&call, rc);
}

/* The reply to an empty sketch of the default size. */
static int aggregate_reply_empty(struct call *call, const struct binding *binding)
{
    void *sketch;
    int rc = binding->family->create(call, &sketch, binding->function->size, 0, NULL);
    if (rc == SQLITE_OK) {
        rc = binding_reply(call, binding, sketch, 0, NULL);
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
                            struct step *step)
{
    sqlite3_value *questions[EXTRA_MOST] = {NULL};
    if (!step || (!step->sketch && !step->frame.slide)) {
        return aggregate_reply_nothing(call, binding);
    }
    int count = binding->function->questions;
    call->rows = step->call.rows;
    for (int i = 0; i < count; i++) {
        questions[i] = step->extras[i].copy;
    }
    return step->frame.slide
               ? aggregate_answer_slide(call, binding, &step->frame, count, questions)
               : binding_reply(call, binding, step->sketch, count, questions);
}

static void aggregate_value(sqlite3_context *ctx)
{
    const struct binding *binding = binding_of(ctx);
    struct step *step = sqlite3_aggregate_context(ctx, 0);
    struct call call = binding_call(binding, ctx);
    if (step) {
        step->frame.is_window = true;
    }
    call_conclude(&call, aggregate_answer(&call, binding, step));
}

static void aggregate_final(sqlite3_context *ctx)
{
    const struct binding *binding = binding_of(ctx);
    struct step *step = sqlite3_aggregate_context(ctx, 0);
    struct call call = binding_call(binding, ctx);
    call_conclude(&call, aggregate_answer(&call, binding, step));
    if (step) {
        binding->family->ops->free(step->sketch);
        frame_free(&step->frame, step_sliding(binding));
        extra_drop_all(step->extras);
    }
}

int aggregate_register(sqlite3 *db, struct binding *binding, int args, int flags)
{
    const struct sql_function *function = binding->function;
    return sqlite3_create_window_function(
        db, function->name, args, flags, binding,
        function->verb == MERGE ? aggregate_merge_step : binding->family->step,
        aggregate_final, aggregate_value, aggregate_inverse, sqlite3_free);
}
