/* The functions that take a sketch of any family, and the version. */
#include "binding.h"
#include "catalogue.h"

/* The family of a value, or NULL if it opens like no sketch. */
static const struct family *info_family_of(struct call *call, sqlite3_value *value)
{
    if (sqlite3_value_type(value) != SQLITE_BLOB) {
        return NULL;
    }
    const void *bytes = sqlite3_value_blob(value);
    const struct sketch_ops *ops =
        bytes ? catalogue_find(bytes, (size_t)sqlite3_value_bytes(value)) : NULL;
    const struct family *const *families = binding_of(call->ctx)->families;
    for (size_t i = 0; ops && families[i]; i++) {
        if (families[i]->ops == ops) {
            return families[i];
        }
    }
    return NULL;
}

static int info_load(struct call *call, sqlite3_value *value,
                     const struct family **family, void **sketch)
{
    *sketch = NULL;
    *family = info_family_of(call, value);
    if (!*family) {
        return family_refuse(call, value, NULL);
    }
    const uint8_t *bytes = sqlite3_value_blob(value);
    size_t size = (size_t)sqlite3_value_bytes(value);
    enum sketch_status status =
        (*family)->ops->deserialise(sketch, bytes, size, &call_memory);
    return status == SKETCH_CORRUPT
               ? family_refuse_image(call, catalogue_type(bytes, size), bytes, size)
               : call_check(call, status);
}

static int info_describe(struct call *call, const struct family *family,
                         const void *sketch, sqlite3_value *value)
{
    const uint8_t *bytes = sqlite3_value_blob(value);
    size_t size = (size_t)sqlite3_value_bytes(value);
    sqlite3_str *json = json_open(call, "{");
    json_put_text_field(json, "type", catalogue_type(bytes, size));
    int rc = family->describe(call, json, sketch);
    if (rc != SQLITE_OK) {
        sqlite3_free(sqlite3_str_finish(json));
        return rc;
    }
    json_put_integer_field(json, "bytes", size);
    return json_result(call, json, "}");
}

/* What is not read as it is has a name and a length. */
static int info_describe_foreign(struct call *call, const char *name, int size)
{
    sqlite3_str *json = json_open(call, "{");
    json_put_text_field(json, "type", name);
    json_put_bool_field(json, "readable", false);
    if (family_importer(name)) {
        json_put_text_field(json, "import", family_importer(name));
    }
    json_put_integer_field(json, "bytes", (uint64_t)size);
    return json_result(call, json, "}");
}

static int info_sketch_info(struct call *call, const void *none, int count,
                            sqlite3_value **values)
{
    const struct family *family;
    void *sketch;
    (void)none;
    (void)count;
    if (sqlite3_value_type(values[0]) == SQLITE_NULL) {
        return SQLITE_OK;
    }
    const char *foreign = family_foreign(values[0]);
    if (foreign) {
        return info_describe_foreign(call, foreign, sqlite3_value_bytes(values[0]));
    }
    int rc = info_load(call, values[0], &family, &sketch);
    if (rc == SQLITE_OK) {
        rc = info_describe(call, family, sketch, values[0]);
        family->ops->free(sketch);
    }
    return rc;
}

/* The name of the family, or of a foreign one; NULL for what is no sketch. */
static int info_sketch_type(struct call *call, const void *none, int count,
                            sqlite3_value **values)
{
    (void)none;
    (void)count;
    const void *bytes = sqlite3_value_type(values[0]) == SQLITE_BLOB
                            ? sqlite3_value_blob(values[0])
                            : NULL;
    const char *type =
        bytes ? catalogue_type(bytes, (size_t)sqlite3_value_bytes(values[0])) : NULL;
    const char *name = type ? type : family_foreign(values[0]);
    if (name) {
        sqlite3_result_text(call->ctx, name, -1, SQLITE_STATIC);
    }
    return SQLITE_OK;
}

static enum sketch_status info_check(const struct sketch_ops *ops, const uint8_t *bytes,
                                     size_t size)
{
    void *sketch;
    if (ops->check) {
        return ops->check(bytes, size, &call_memory);
    }
    enum sketch_status status = ops->deserialise(&sketch, bytes, size, &call_memory);
    ops->free(sketch);
    return status;
}

static int info_sketch_valid(struct call *call, const void *none, int count,
                             sqlite3_value **values)
{
    (void)none;
    (void)count;
    if (sqlite3_value_type(values[0]) == SQLITE_NULL) {
        return SQLITE_OK;
    }
    const struct family *family = info_family_of(call, values[0]);
    enum sketch_status status =
        family ? info_check(family->ops, sqlite3_value_blob(values[0]),
                            (size_t)sqlite3_value_bytes(values[0]))
               : SKETCH_CORRUPT;
    if (status == SKETCH_NOMEM) {
        return SQLITE_NOMEM;
    }
    sqlite3_result_int(call->ctx, status == SKETCH_OK);
    return SQLITE_OK;
}

static int info_sketch_version(struct call *call, const void *none, int count,
                               sqlite3_value **values)
{
    (void)none;
    (void)count;
    (void)values;
    sqlite3_result_text(call->ctx, SKETCHES_VERSION, -1, SQLITE_STATIC);
    return SQLITE_OK;
}

/* clang-format off */

static const struct sql_function info_functions[] = {
    /* name              arguments verb  args  inputs, questions, default size, reply, for no rows, traits, direct, slide_reply */
    {"sketch_version", "",       PLAIN, 0, 0, 0, 0, 0, info_sketch_version, A_NULL, 0, NULL, NULL},
    {"sketch_info",    "sketch", PLAIN, 1, 1, 0, 1, 0, info_sketch_info,    A_NULL, REPLIES_JSON, NULL, NULL},
    {"sketch_type",    "sketch", PLAIN, 1, 1, 0, 1, 0, info_sketch_type,    A_NULL, 0, NULL, NULL},
    {"sketch_valid",   "sketch", PLAIN, 1, 1, 0, 1, 0, info_sketch_valid,   A_NULL, 0, NULL, NULL},
    {.name = NULL},
};
/* clang-format on */

const struct family info_family = {.functions = info_functions};
