/* The callbacks of every scalar function, for all families. */
#include "binding.h"
#include "recent.h"

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

/* F_add(sketch, x [, w]): NULL instead of a sketch begins one. */
static void scalar_add(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const struct binding *binding = binding_of(ctx);
    const struct family *family = binding->family;
    struct call call = binding_call(binding, ctx);
    struct input inputs[BINDING_MAX_INPUTS];
    void *sketch = NULL;
    int rc = sqlite3_value_type(argv[0]) == SQLITE_NULL
                 ? family->create(&call, &sketch, binding->function->size, 0, NULL)
                 : family_load(&call, family, argv[0], &sketch);
    if (rc == SQLITE_OK && binding_take_inputs(inputs, argc - 1, argv + 1)) {
        rc = family->add(&call, sketch, argc - 1, inputs);
    }
    if (rc == SQLITE_OK) {
        rc = family_reply_sketch(&call, family, sketch);
    }
    family->ops->free(sketch);
    call_conclude(&call, rc);
}

/* F_question(sketch, ...). */
static void scalar_ask(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const struct binding *binding = binding_of(ctx);
    struct call call = binding_call(binding, ctx);
    struct recent *recent;
    if (sqlite3_value_type(argv[0]) == SQLITE_NULL) {
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
