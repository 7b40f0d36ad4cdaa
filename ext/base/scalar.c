/* The callbacks of every scalar function, for all families. */
#include "binding.h"
#include "recent.h"

#include <string.h>

/* F_union(a, b, ...): as F_merge, over arguments. */
static void scalar_union(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const struct binding *binding = binding_of(ctx);
    const struct family *family = binding->family;
    struct call call = binding_call(binding, ctx);
    void *total = NULL;
    int rc = SQLITE_OK;
    for (int i = 0; rc == SQLITE_OK && i < argc; i++) {
        if (sqlite3_value_type(argv[i]) != SQLITE_NULL) {
            rc = family_load_into(&call, family, argv[i], &total);
        }
    }
    if (rc == SQLITE_OK && !total) {
        rc = family->create(&call, &total, binding->function->size, 0, NULL);
    }
    if (rc == SQLITE_OK) {
        rc = family_reply_sketch(&call, family, total);
    }
    family->ops->free(total);
    call_conclude(&call, rc);
}

/* Adds to a copy of the stored bytes, and makes that the result.  False when it takes
 * the sketch, or memory; then nothing was done. */
static bool scalar_add_stored(struct call *call, const struct family *family,
                              sqlite3_value *stored, int count,
                              const struct input *inputs)
{
    const void *bytes = sqlite3_value_blob(stored);
    size_t size = bytes ? (size_t)sqlite3_value_bytes(stored) : 0;
    size_t room = size + SKETCH_SPARE;
    uint8_t *copy = size > 0 ? sqlite3_malloc64(room) : NULL;
    if (!copy) {
        return false;
    }
    memcpy(copy, bytes, size);
    if (!family->add_stored(call, copy, &size, room, count, inputs)) {
        sqlite3_free(copy);
        return false;
    }
    sqlite3_result_blob64(call->ctx, copy, size, sqlite3_free);
    return true;
}

/* F_add(sketch, x [, w]): NULL instead of a sketch begins one. */
static void scalar_add(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const struct binding *binding = binding_of(ctx);
    const struct family *family = binding->family;
    struct call call = binding_call(binding, ctx);
    struct input inputs[BINDING_MAX_INPUTS];
    bool has_inputs =
        binding_take_inputs(inputs, argc - 1, argv + 1, family->counts_null);
    int type = sqlite3_value_type(argv[0]);
    void *sketch = NULL;
    if (has_inputs && type == SQLITE_BLOB && family->add_stored &&
        scalar_add_stored(&call, family, argv[0], argc - 1, inputs)) {
        return;
    }
    int rc = type == SQLITE_NULL
                 ? family->create(&call, &sketch, binding->function->size, 0, NULL)
                 : family_load(&call, family, argv[0], &sketch);
    if (rc == SQLITE_OK && has_inputs) {
        rc = family->add(&call, sketch, argc - 1, inputs);
    }
    if (rc == SQLITE_OK) {
        rc = family_reply_sketch(&call, family, sketch);
    }
    family->ops->free(sketch);
    call_conclude(&call, rc);
}

/* A question, and what became of it. */
struct scalar_question {
    struct call *call;
    const struct binding *binding;
    int count;
    sqlite3_value **questions;
    int rc;
};

static void scalar_ask_visited(const void *sketch, void *ctx)
{
    struct scalar_question *to = ctx;
    to->rc = binding_reply(to->call, to->binding, sketch, to->count, to->questions);
}

/* Answers from the bytes alone, or from a sketch that takes no memory, if that can be.
 * A sketch that comes again and again is read once instead. */
static bool scalar_ask_stored(struct call *call, const struct binding *binding,
                              int argc, sqlite3_value **argv)
{
    const struct family *family = binding->family;
    direct_fn *direct = binding->function->direct;
    if ((!direct && !family->visit_stored) ||
        sqlite3_value_type(argv[0]) != SQLITE_BLOB ||
        binding_asks_null(argc - 1, argv + 1) || recent_comes_again(call)) {
        return false;
    }
    const void *bytes = sqlite3_value_blob(argv[0]);
    size_t size = (size_t)sqlite3_value_bytes(argv[0]);
    if (!bytes || direct) {
        return bytes && direct(call, bytes, size, argc - 1, argv + 1);
    }
    struct scalar_question question = {call, binding, argc - 1, argv + 1, SQLITE_OK};
    bool visited = family->visit_stored(bytes, size, scalar_ask_visited, &question);
    if (visited) {
        call_conclude(call, question.rc);
    }
    return visited;
}

/* F_question(sketch, ...). */
static void scalar_ask(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const struct binding *binding = binding_of(ctx);
    struct call call = binding_call(binding, ctx);
    struct recent *recent;
    if (sqlite3_value_type(argv[0]) == SQLITE_NULL ||
        scalar_ask_stored(&call, binding, argc, argv)) {
        return;
    }
    int rc = recent_take(&call, binding->family, argv[0], &recent);
    if (rc == SQLITE_OK) {
        rc = binding_reply(&call, binding, recent_sketch(recent), argc - 1, argv + 1);
    }
    recent_drop(recent);
    call_conclude(&call, rc);
}

/* What has no sketch: all its arguments are questions, of which some may be NULL. */
static void scalar_plain(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const struct binding *binding = binding_of(ctx);
    struct call call = binding_call(binding, ctx);
    call_conclude(&call, binding->function->reply(&call, NULL, argc, argv));
}

/* F_empty([size ...]): a sketch of that size, to begin with. */
static void scalar_empty(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const struct binding *binding = binding_of(ctx);
    struct call call = binding_call(binding, ctx);
    void *sketch = NULL;
    int rc =
        binding->family->create(&call, &sketch, binding->function->size, argc, argv);
    if (rc == SQLITE_OK) {
        rc = family_reply_sketch(&call, binding->family, sketch);
    }
    binding->family->ops->free(sketch);
    call_conclude(&call, rc);
}

int scalar_register(sqlite3 *db, struct binding *binding, int args, int flags)
{
    const struct sql_function *function = binding->function;
    return sqlite3_create_function_v2(db, function->name, args, flags, binding,
                                      function->verb == UNION   ? scalar_union
                                      : function->verb == ADD   ? scalar_add
                                      : function->verb == ASK   ? scalar_ask
                                      : function->verb == EMPTY ? scalar_empty
                                                                : scalar_plain,
                                      NULL, NULL, sqlite3_free);
}
