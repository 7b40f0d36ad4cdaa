/* Stored sketches: whose they are, in, and out. */
#include "family.h"

#include "catalogue.h"
#include "foreign.h"
#include "list.h"

#include <string.h>

const char *family_foreign(sqlite3_value *value)
{
    const void *bytes =
        sqlite3_value_type(value) == SQLITE_BLOB ? sqlite3_value_blob(value) : NULL;
    return bytes ? foreign_name(bytes, (size_t)sqlite3_value_bytes(value)) : NULL;
}

const char *family_importer(const char *foreign)
{
    static const char *const importers[][2] = {
        {"Apache DataSketches KLL floats", "kll_import(sketch, 'float')"},
        {"Apache DataSketches frequent items", "topk_import(sketch, type)"},
    };
    for (size_t i = 0; i < sizeof importers / sizeof *importers; i++) {
        if (strcmp(importers[i][0], foreign) == 0) {
            return importers[i][1];
        }
    }
    return NULL;
}

static int family_refuse_foreign(struct call *call, const char *foreign,
                                 const char *type)
{
    const char *importer = family_importer(foreign);
    return call_fail(call, "expected a sketch%s%s, not %s %s sketch, which %s %s",
                     type ? " of type " : "", type ? type : "",
                     foreign[0] == 'A' ? "an" : "a", foreign,
                     importer ? importer : "is not", importer ? "reads" : "read here");
}

int family_refuse(struct call *call, sqlite3_value *value, const char *type)
{
    const char *foreign = family_foreign(value);
    const char *of_type = type ? " of type " : "";
    if (foreign) {
        return family_refuse_foreign(call, foreign, type);
    }
    const char *maker = type && !strstr(type, "_by") ? "_sketch" : "";
    if (type && list_looks_like_one(value)) { /* what topk(x) answers, not its sketch */
        return call_fail(call,
                         "expected a sketch of type %s, not a list: %s%s makes one",
                         type, type, maker);
    }
    bool is_text = sqlite3_value_type(value) == SQLITE_TEXT;
    const char *name = type ? type : "";
    int rc =
        is_text
            ? call_fail(call, "expected a sketch%s%s, not a TEXT: bind it as a BLOB",
                        of_type, name)
            : value_refuse(call, value, "expected a sketch%s%s", of_type, name);
    return type ? call_advise(call, rc, "%s%s makes one of values", type, maker) : rc;
}

int family_refuse_image(struct call *call, const char *type, const uint8_t *bytes,
                        size_t size)
{
    const char *found = size > 0 ? catalogue_type(bytes, size) : NULL;
    const char *foreign = size > 0 && !found ? foreign_name(bytes, size) : NULL;
    if (found && strcmp(found, type) != 0) {
        int rc = call_fail(call, "expected a sketch of type %s, not of type %s", type,
                           found);
        bool is_keyed = strncmp(found, type, strlen(type)) == 0 &&
                        strcmp(found + strlen(type), "_by") == 0;
        return is_keyed ? call_advise(call, rc, "%s_rows has its sketches", found) : rc;
    }
    if (foreign) {
        return family_refuse_foreign(call, foreign, type);
    }
    const struct sketch_ops *ops = found ? catalogue_find(bytes, size) : NULL;
    const char *fault = ops && ops->fault ? ops->fault(bytes, size) : NULL;
    return call_fail(call, "expected a sketch of type %s, but this %d-byte BLOB is %s",
                     type, (int)size,
                     fault   ? fault
                     : found ? "a damaged one"
                             : "no sketch");
}

int family_bytes(struct call *call, const char *type, sqlite3_value *value,
                 const uint8_t **bytes, size_t *size)
{
    *bytes = NULL;
    *size = 0;
    if (sqlite3_value_type(value) != SQLITE_BLOB) {
        return family_refuse(call, value, type);
    }
    *bytes = sqlite3_value_blob(value);
    *size = (size_t)sqlite3_value_bytes(value);
    if (*bytes) {
        return SQLITE_OK;
    }
    return *size > 0 ? SQLITE_NOMEM : family_refuse_image(call, type, NULL, 0);
}

int family_load(struct call *call, const struct family *family, sqlite3_value *value,
                void **out)
{
    const uint8_t *bytes;
    size_t size;
    *out = NULL;
    int rc = family_bytes(call, family->ops->family, value, &bytes, &size);
    if (rc != SQLITE_OK) {
        return rc;
    }
    enum sketch_status status =
        family->ops->deserialise(out, bytes, size, &call_memory);
    return status == SKETCH_CORRUPT
               ? family_refuse_image(call, family->ops->family, bytes, size)
               : call_check(call, status);
}

/* Two sketches that do not go together: what to say of them may be in both. */
static int family_refuse_pair(struct call *call, const struct family *family,
                              enum sketch_status status, const void *total,
                              sqlite3_value *value)
{
    void *sketch;
    if (!family->refuse_pair || status == SKETCH_NOMEM) {
        return call_refuse(call, status);
    }
    int rc = family_load(call, family, value, &sketch);
    if (rc == SQLITE_OK) {
        rc = family->refuse_pair(call, status, total, sketch);
    }
    family->ops->free(sketch);
    return rc;
}

int family_load_into(struct call *call, const struct family *family,
                     sqlite3_value *value, void **total)
{
    const uint8_t *bytes;
    size_t size;
    if (!*total) {
        return family_load(call, family, value, total);
    }
    int rc = family_bytes(call, family->ops->family, value, &bytes, &size);
    if (rc != SQLITE_OK) {
        return rc;
    }
    enum sketch_status status = family->ops->absorb(*total, bytes, size);
    if (status == SKETCH_CORRUPT) {
        return family_refuse_image(call, family->ops->family, bytes, size);
    }
    return status == SKETCH_OK
               ? SQLITE_OK
               : family_refuse_pair(call, family, status, *total, value);
}

/* The bytes that were written, unless they could not be. */
static int family_reply_bytes(struct call *call, enum sketch_status status,
                              uint8_t *bytes, size_t size)
{
    if (status != SKETCH_OK) {
        return call_check(call, status);
    }
    sqlite3_result_blob64(call->ctx, bytes, size, sqlite3_free);
    return SQLITE_OK;
}

int family_reply_sketch(struct call *call, const struct family *family,
                        const void *sketch)
{
    uint8_t *bytes;
    size_t size;
    enum sketch_status status = family->ops->serialise(sketch, &bytes, &size);
    return family_reply_bytes(call, status, bytes, size);
}

int family_reply_total(struct call *call, const struct family *family,
                       const void *sketch)
{
    uint8_t *bytes;
    size_t size;
    if (!family->ops->serialise_total) {
        return family_reply_sketch(call, family, sketch);
    }
    enum sketch_status status = family->ops->serialise_total(sketch, &bytes, &size);
    return family_reply_bytes(call, status, bytes, size);
}
