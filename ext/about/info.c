/* The functions that take a sketch of any family. */
#include "family.h"

#ifndef SQLITE_INNOCUOUS /* 3.31 */
#define SQLITE_INNOCUOUS 0x000200000
#endif
#ifndef SQLITE_RESULT_SUBTYPE /* 3.45; older ones ignore it */
#define SQLITE_RESULT_SUBTYPE 0x001000000
#endif

/* The family of a value, or NULL if it opens like no sketch. */
static const struct family *info_family(sqlite3_value *value)
{
    if (sqlite3_value_type(value) != SQLITE_BLOB) {
        return NULL;
    }
    const void *bytes = sqlite3_value_blob(value);
    return bytes ? family_of(bytes, (size_t)sqlite3_value_bytes(value)) : NULL;
}

static int info_load(struct call *call, sqlite3_value *value,
                     const struct family **family, void **sketch)
{
    *sketch = NULL;
    *family = info_family(value);
    if (*family) {
        return family_load(call, *family, value, sketch);
    }
    char *given = value_show(value);
    int rc = given ? call_fail(call, "expected a sketch, not %s", given) : SQLITE_NOMEM;
    sqlite3_free(given);
    return rc;
}

static int info_describe(struct call *call, const struct family *family,
                         const void *sketch, int size)
{
    sqlite3_str *json = sqlite3_str_new(sqlite3_context_db_handle(call->ctx));
    sqlite3_str_appendf(json, "{\"type\":\"%s\"", family->ops->family);
    int rc = family->describe(call, json, sketch);
    if (rc != SQLITE_OK) {
        sqlite3_free(sqlite3_str_finish(json));
        return rc;
    }
    json_put_integer_field(json, "bytes", (uint64_t)size);
    sqlite3_str_appendall(json, "}");
    return json_result(call, json);
}

static void info_sketch_info(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct call call = {"sketch_info", ctx, NULL};
    const struct family *family;
    void *sketch;
    (void)argc;
    if (sqlite3_value_type(argv[0]) == SQLITE_NULL) {
        return;
    }
    int rc = info_load(&call, argv[0], &family, &sketch);
    if (rc == SQLITE_OK) {
        rc = info_describe(&call, family, sketch, sqlite3_value_bytes(argv[0]));
        family->ops->free(sketch);
    }
    call_conclude(&call, rc);
}

/* The name of the family, or NULL for what is no sketch. */
static void info_sketch_type(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    const struct family *family = info_family(argv[0]);
    if (family) {
        sqlite3_result_text(ctx, family->ops->family, -1, SQLITE_STATIC);
    }
}

static void info_sketch_valid(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct call call = {"sketch_valid", ctx, NULL};
    (void)argc;
    if (sqlite3_value_type(argv[0]) == SQLITE_NULL) {
        return;
    }
    const struct family *family = info_family(argv[0]);
    void *sketch = NULL;
    int rc = family ? family_load(&call, family, argv[0], &sketch) : SQLITE_ERROR;
    if (rc == SQLITE_NOMEM) {
        sqlite3_result_error_nomem(ctx);
    } else {
        sqlite3_result_int(ctx, rc == SQLITE_OK);
    }
    if (sketch) {
        family->ops->free(sketch);
    }
    sqlite3_free(call.message);
}

static void info_sketch_version(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    (void)argv;
    sqlite3_result_text(ctx, SKETCHES_VERSION, -1, SQLITE_STATIC);
}

int info_register(sqlite3 *db)
{
    static const struct {
        const char *name;
        int args;
        int flags;
        void (*call)(sqlite3_context *, int, sqlite3_value **);
    } functions[] = {
        {"sketch_version", 0, 0, info_sketch_version},
        {"sketch_info", 1, SQLITE_RESULT_SUBTYPE, info_sketch_info},
        {"sketch_type", 1, 0, info_sketch_type},
        {"sketch_valid", 1, 0, info_sketch_valid},
    };
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    int rc = SQLITE_OK;
    for (size_t i = 0; rc == SQLITE_OK && i < sizeof functions / sizeof *functions;
         i++) {
        rc = sqlite3_create_function_v2(db, functions[i].name, functions[i].args,
                                        flags | functions[i].flags, NULL,
                                        functions[i].call, NULL, NULL, NULL);
    }
    return rc;
}
