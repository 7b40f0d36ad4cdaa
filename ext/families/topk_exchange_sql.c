#include "topk_exchange_sql.h"

#include "catalogue.h"
#include "foreign.h"
#include "frequent_items.h"
#include "show.h"

/* Of the first value that does not fit, and the best one: a text and an integer do not
 * fit each other, anything else fits nothing. */
static int topk_exchange_refuse_items(struct call *call, const struct item odd[2])
{
    bool is_text = odd[0].kind == ITEM_TEXT;
    bool is_integer = odd[0].kind == ITEM_INTEGER || odd[0].kind == ITEM_WHOLE;
    bool beside = is_text ? odd[1].kind != ITEM_TEXT : is_integer;
    char *given = show_item(odd[0]);
    char *best = show_item(odd[1]);
    int rc = SQLITE_NOMEM;
    if (given && best) {
        rc = call_fail(call,
                       "all values must be texts of UTF-8, or all integers, not %s%s%s",
                       given, beside ? " beside " : "", beside ? best : "");
    }
    sqlite3_free(given);
    sqlite3_free(best);
    return rc;
}

int topk_exchange_convert(struct call *call, const void *sketch, int count,
                          sqlite3_value **questions)
{
    uint8_t *bytes;
    size_t size;
    struct item odd[2];
    static const char *const forms[] = {"frequent_items", "frequent_items spark", NULL};
    int number;
    (void)count;
    int rc = value_word(questions[0], forms, &number);
    if (rc == SQLITE_OK && number < 0) {
        rc =
            value_refuse(call, questions[0],
                         "the form must be 'frequent_items', with or without ' spark'");
    }
    if (rc != SQLITE_OK) {
        return rc;
    }
    enum frequent_items_form form =
        number == 1 ? FREQUENT_IMAGE_OF_SPARK : FREQUENT_IMAGE;
    enum sketch_status status =
        frequent_items_write(sketch, form, &bytes, &size, odd, &call_memory);
    if (status == SKETCH_OK) {
        sqlite3_result_blob64(call->ctx, bytes, size, sqlite3_free);
    }
    return status == SKETCH_MISMATCH ? topk_exchange_refuse_items(call, odd)
                                     : call_check(call, status);
}

static int topk_exchange_type(struct call *call, sqlite3_value *value,
                              enum frequent_items_type *type)
{
    static const char *const names[] = {"text", "integer", NULL};
    int number;
    int rc = value_word(value, names, &number);
    *type = number == 0 ? FREQUENT_TEXTS : FREQUENT_INTEGERS;
    return rc == SQLITE_OK && number < 0
               ? value_refuse(call, value, "the type must be 'text' or 'integer'")
               : rc;
}

/* What was wrong with an image, which another kind of sketch may be. */
static int topk_exchange_refuse(struct call *call, enum frequent_items_type type,
                                const uint8_t *bytes, size_t size,
                                const struct frequent_items_fault *fault)
{
    const char *own = catalogue_type(bytes, size);
    const char *foreign = foreign_name(bytes, size);
    if (own) {
        return call_fail(
            call, "expected a frequent-items image, not a sketch of type %s", own);
    }
    if (foreign && bytes[2] != FREQUENT_ITEMS_FAMILY) {
        return call_fail(call, "expected a frequent-items image, not %s %s sketch",
                         foreign[0] == 'A' ? "an" : "a", foreign);
    }
    if (fault->item > 0) {
        return call_fail(call,
                         "this %d-byte BLOB is no frequent-items image of %s: item "
                         "%lld %s",
                         (int)size, type == FREQUENT_TEXTS ? "texts" : "integers",
                         (sqlite3_int64)fault->item, fault->what);
    }
    return call_fail(call, "this %d-byte BLOB is no frequent-items image: %s",
                     (int)size, fault->what);
}

static int topk_exchange_check(struct call *call, enum sketch_status status,
                               enum frequent_items_type type, const uint8_t *bytes,
                               size_t size, const struct frequent_items_fault *fault)
{
    if (status == SKETCH_MISMATCH) {
        return call_fail(call, "the items are no %s: %s",
                         type == FREQUENT_TEXTS ? "texts" : "integers", fault->what);
    }
    return status == SKETCH_CORRUPT
               ? topk_exchange_refuse(call, type, bytes, size, fault)
               : call_check(call, status);
}

int topk_exchange_read(struct call *call, int k, sqlite3_value **questions,
                       struct topk **out)
{
    enum frequent_items_type type;
    struct frequent_items_fault fault;
    *out = NULL;
    if (sqlite3_value_type(questions[0]) == SQLITE_NULL ||
        sqlite3_value_type(questions[1]) == SQLITE_NULL) {
        return SQLITE_OK;
    }
    int rc = topk_exchange_type(call, questions[1], &type);
    if (rc == SQLITE_OK && sqlite3_value_type(questions[0]) != SQLITE_BLOB) {
        rc =
            value_refuse(call, questions[0], "expected a frequent-items image, a BLOB");
    }
    if (rc != SQLITE_OK) {
        return rc;
    }
    const void *bytes = sqlite3_value_blob(questions[0]);
    size_t size = (size_t)sqlite3_value_bytes(questions[0]);
    if (!bytes && size > 0) {
        return SQLITE_NOMEM;
    }
    bytes = bytes ? bytes : "";
    enum sketch_status status =
        frequent_items_read(out, bytes, size, type, k, &fault, &call_memory);
    return topk_exchange_check(call, status, type, bytes, size, &fault);
}
