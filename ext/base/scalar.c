/* The callbacks of every scalar function, for all families. */
#include "binding.h"
#include "recent.h"

#include <string.h>

/* Whether the last argument is a number, as a size is, and so no sketch. */
static bool scalar_ends_with_size(struct call *call, const struct binding *binding,
                                  int argc, sqlite3_value **argv)
{
    struct item number;
    return binding->function->traits & ENDS_WITH_SIZE && argc > 0 &&
           value_numeric(call, value_input(argv[argc - 1]), &number) == SQLITE_OK;
}

/* F_union(a, b, ...): as F_merge, over arguments. */
static void scalar_union(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const struct binding *binding = binding_of(ctx);
    const struct sql_function *function = binding->function;
    const struct family *family = binding->family;
    struct call call = binding_call(binding, ctx);
    int sizes = scalar_ends_with_size(&call, binding, argc, argv);
    int count = argc - sizes;
    bool is_null =
        function->nothing == A_NULL && (count == 0 || binding_asks_null(count, argv));
    void *total = NULL;
    int rc = SQLITE_OK;
    if (function->traits & ENDS_WITH_SIZE) {
        rc = family->create(&call, &total, function->size, sizes, argv + count);
    }
    for (int i = 0; rc == SQLITE_OK && i < count; i++) {
        if (sqlite3_value_type(argv[i]) != SQLITE_NULL) {
            rc = family_load_into(&call, family, argv[i], &total);
        }
    }
    if (rc == SQLITE_OK && !total && !is_null) {
        rc = family->create(&call, &total, function->size, 0, NULL);
    }
    if (rc == SQLITE_OK && !is_null) {
        rc = binding_reply(&call, binding, total, 0, NULL);
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

/* The sketch that F_add adds to. */
static int scalar_begin(struct call *call, const struct binding *binding,
                        sqlite3_value *stored, int sizes, sqlite3_value **size,
                        void **sketch)
{
    const struct sql_function *function = binding->function;
    bool is_null = sqlite3_value_type(stored) == SQLITE_NULL;
    int rc = SQLITE_OK;
    if (is_null || function->traits & ENDS_WITH_SIZE) {
        rc = binding->family->create(call, sketch, function->size, sizes, size);
    }
    return rc == SQLITE_OK && !is_null
               ? family_load_into(call, binding->family, stored, sketch)
               : rc;
}

/* F_add(sketch, x [, w]), and perhaps a size: NULL instead of a sketch begins one. */
static void scalar_add(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const struct binding *binding = binding_of(ctx);
    const struct family *family = binding->family;
    struct call call = binding_call(binding, ctx);
    struct input inputs[BINDING_MAX_INPUTS];
    int count = binding->function->traits & ENDS_WITH_SIZE ? binding->function->inputs
                                                           : argc - 1;
    bool has_inputs = binding_take_inputs(inputs, count, argv + 1, family->counts_null);
    void *sketch = NULL;
    for (int i = count; i < argc - 1; i++) {
        inputs[i] = value_input(argv[1 + i]);
    }
    if (has_inputs && sqlite3_value_type(argv[0]) == SQLITE_BLOB &&
        family->add_stored &&
        scalar_add_stored(&call, family, argv[0], argc - 1, inputs)) {
        return;
    }
    int rc = scalar_begin(&call, binding, argv[0], argc - 1 - count, argv + 1 + count,
                          &sketch);
    if (rc == SQLITE_OK && has_inputs) {
        rc = family->add(&call, sketch, count, inputs);
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
