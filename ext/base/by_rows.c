/* Rows of sketches with keys: F_by_rows(keyed), for all families.  The image is checked
 * before its first row; keys and sketches are lent by it. */
#include "binding.h"
#include "keyed_image.h"
#include "quota.h"

static int by_rows_list(struct call *call, const struct family *family,
                        sqlite3_value *image, void **out, size_t *count)
{
    const char *type = keyed_kind_of(family->ops)->name;
    struct keyed_reader r;
    const uint8_t *bytes;
    size_t size;
    int rc = family_bytes(call, type, image, &bytes, &size);
    if (rc != SQLITE_OK) {
        return rc;
    }
    struct quota quota = {.most = UINT64_MAX, .call = call};
    struct sketch_memory memory = quota_memory(&quota);
    enum sketch_status status = keyed_kind_in(bytes, size) == keyed_kind_of(family->ops)
                                    ? keyed_check(bytes, size, &memory)
                                    : SKETCH_CORRUPT;
    if (quota.interrupted) {
        return SQLITE_INTERRUPT;
    }
    if (status != SKETCH_OK) {
        return status == SKETCH_CORRUPT ? family_refuse_image(call, type, bytes, size)
                                        : call_refuse(call, status);
    }
    (void)keyed_read_header(&r, bytes, size);
    struct keyed_image_entry *rows = sqlite3_malloc64((r.left + 1) * sizeof *rows);
    if (!rows) {
        return SQLITE_NOMEM;
    }
    *count = 0;
    while (keyed_read_entry(&r, &rows[*count])) {
        ++*count;
    }
    *out = rows;
    return SQLITE_OK;
}

static void by_rows_column(sqlite3_context *ctx, const void *rows, size_t row,
                           int column)
{
    const struct keyed_image_entry *at = (const struct keyed_image_entry *)rows + row;
    if (column == 1) {
        sqlite3_result_blob64(ctx, at->bytes, at->size, SQLITE_TRANSIENT);
    } else if (at->key) {
        value_result(ctx, at->item);
    }
}

const struct sql_rows by_rows = {
    .columns = "key, sketch",
    .column_count = 2,
    .arguments = "keyed",
    .sketches = 1,
    .list_image = by_rows_list,
    .column = by_rows_column,
};
