/* Stored sketches: whose they are, in, and out. */
#include "family.h"

#include "catalogue.h"

static int family_refuse(struct call *call, const struct family *family,
                         sqlite3_value *value)
{
    const char *wanted = family->ops->family;
    if (sqlite3_value_type(value) != SQLITE_BLOB) {
        return value_refuse(call, value, "expected a sketch of type %s", wanted);
    }
    const void *bytes = sqlite3_value_blob(value);
    size_t size = (size_t)sqlite3_value_bytes(value);
    const struct sketch_ops *found = bytes ? catalogue_find(bytes, size) : NULL;
    if (found && found != family->ops) {
        return call_fail(call, "expected a sketch of type %s, not of type %s", wanted,
                         found->family);
    }
    return call_fail(call, "expected a sketch of type %s, but this %d-byte BLOB is %s",
                     wanted, (int)size, found ? "a damaged one" : "no sketch");
}

int family_load(struct call *call, const struct family *family, sqlite3_value *value,
                void **out)
{
    *out = NULL;
    if (sqlite3_value_type(value) != SQLITE_BLOB) {
        return family_refuse(call, family, value);
    }
    const void *bytes = sqlite3_value_blob(value);
    size_t size = (size_t)sqlite3_value_bytes(value);
    if (!bytes && size > 0) {
        return SQLITE_NOMEM;
    }
    enum sketch_status status =
        bytes ? family->ops->deserialise(out, bytes, size, &call_memory)
              : SKETCH_CORRUPT;
    return status == SKETCH_CORRUPT ? family_refuse(call, family, value)
                                    : call_check(call, status);
}

int family_reply_sketch(struct call *call, const struct family *family,
                        const void *sketch)
{
    uint8_t *bytes;
    size_t size;
    enum sketch_status status = family->ops->serialise(sketch, &bytes, &size);
    if (status != SKETCH_OK) {
        return call_check(call, status);
    }
    sqlite3_result_blob64(call->ctx, bytes, size, sqlite3_free);
    return SQLITE_OK;
}
