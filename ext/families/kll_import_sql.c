#include "kll_import_sql.h"

#include "kll.h"

static int kll_import_sql_type(struct call *call, sqlite3_value *value,
                               enum kll_type *type)
{
    static const char *const names[] = {"float", "integer", NULL};
    int number;
    int rc = value_word(value, names, &number);
    *type = number == 0 ? KLL_FLOATS : KLL_INTEGERS;
    return rc == SQLITE_OK && number < 0
               ? value_refuse(call, value, "the type must be 'float' or 'integer'")
               : rc;
}

/* Says what the bytes are instead. */
static int kll_import_sql_refuse(struct call *call, const uint8_t *bytes, size_t size,
                                 enum kll_type type)
{
    const char *wanted = type == KLL_FLOATS ? "floats" : "integers";
    if (kll_holds_strings(bytes, size)) {
        return call_fail(call, "expected a KLL sketch of %s, not one of strings",
                         wanted);
    }
    if (kll_holds_floats(bytes, size)) {
        return type == KLL_FLOATS
                   ? call_fail(call,
                               "expected a KLL sketch of floats, but this %d-byte BLOB "
                               "is a damaged one",
                               (int)size)
                   : call_fail(call, "expected a KLL sketch of integers, not one of "
                                     "floats: write 'float'");
    }
    return call_fail(call, "expected a KLL sketch of %s, but this %d-byte BLOB is %s",
                     wanted, (int)size,
                     kll_ops.recognises(bytes, size)
                         ? type == KLL_FLOATS ? "a damaged one, or one of doubles"
                                              : "a damaged one"
                         : "no sketch");
}

int kll_import_sql(struct call *call, const void *none, int count,
                   sqlite3_value **questions)
{
    enum kll_type type = KLL_FLOATS;
    struct kll *sketch;
    int64_t beyond = 0;
    (void)none;
    (void)count;
    if (sqlite3_value_type(questions[0]) == SQLITE_NULL ||
        sqlite3_value_type(questions[1]) == SQLITE_NULL) {
        return SQLITE_OK;
    }
    int rc = kll_import_sql_type(call, questions[1], &type);
    if (rc != SQLITE_OK) {
        return rc;
    }
    if (sqlite3_value_type(questions[0]) != SQLITE_BLOB) {
        return value_refuse(call, questions[0],
                            "expected a KLL sketch of floats or integers");
    }
    const uint8_t *bytes = sqlite3_value_blob(questions[0]);
    size_t size = (size_t)sqlite3_value_bytes(questions[0]);
    if (!bytes && size > 0) {
        return SQLITE_NOMEM;
    }
    enum sketch_status status =
        kll_import(&sketch, bytes, size, type, &beyond, &call_memory);
    if (status == SKETCH_CORRUPT) {
        return kll_import_sql_refuse(call, bytes, size, type);
    }
    if (status == SKETCH_RANGE) {
        return call_fail(
            call,
            "the sketch holds the integer %lld, beyond 2^53, where REALs cannot "
            "tell all of them apart; sketches of doubles need no import",
            (sqlite3_int64)beyond);
    }
    uint8_t *out;
    if (status == SKETCH_OK) {
        status = kll_serialise(sketch, &out, &size);
    }
    kll_free(sketch);
    if (status != SKETCH_OK) {
        return call_refuse(call, status);
    }
    sqlite3_result_blob64(call->ctx, out, size, sqlite3_free);
    return SQLITE_OK;
}
