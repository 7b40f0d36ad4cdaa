#include "bytes.h"
#include "frequent_items.h"
#include "frequent_items_layout.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

static bool frequent_items_is_integer(struct item item)
{
    return item.kind == ITEM_INTEGER || item.kind == ITEM_WHOLE;
}

/* The rows of a sketch, best first: do they go together? */
static enum sketch_status frequent_items_judge(const struct topk_row *rows,
                                               size_t count, struct item odd[2])
{
    for (size_t i = 0; i < count; i++) {
        struct item item = rows[i].item;
        bool fits = frequent_items_is_integer(item)
                        ? frequent_items_is_integer(rows[0].item)
                        : item.kind == ITEM_TEXT && rows[0].item.kind == ITEM_TEXT &&
                              utf8_is_whole(item.as.bytes, item.size);
        if (!fits) {
            odd[0] = item;
            odd[1] = rows[0].item;
            return SKETCH_MISMATCH;
        }
    }
    return SKETCH_OK;
}

/* By falling weight, which is the count here, so that equal contents are equal bytes
 * wherever their bounds came from. */
static int frequent_items_by_weight(const void *left, const void *right)
{
    const struct topk_row *a = left;
    const struct topk_row *b = right;
    if (a->count != b->count) {
        return a->count > b->count ? -1 : 1;
    }
    return item_compare(a->item, b->item);
}

/* Makes weights of counts, and leaves out those of 0.  Returns the offset. */
static uint64_t frequent_items_weigh(struct topk_row *rows, size_t *count,
                                     uint64_t unlisted)
{
    uint64_t offset = unlisted;
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        struct topk_row row = rows[i];
        offset = row.error > offset ? row.error : offset;
        row.count -= row.error;
        if (row.count > 0) {
            rows[kept++] = row;
        }
    }
    qsort(rows, kept, sizeof *rows, frequent_items_by_weight);
    *count = kept;
    return offset;
}

static size_t frequent_items_size(const struct topk_row *rows, size_t count)
{
    size_t size = 8 * (count > 0 ? FREQUENT_WORDS : FREQUENT_EMPTY_WORDS);
    for (size_t i = 0; i < count; i++) {
        bool is_text = rows[i].item.kind == ITEM_TEXT;
        size += FREQUENT_WEIGHT + (is_text ? 4 + (size_t)rows[i].item.size : 8);
    }
    return size;
}

static void frequent_items_put(uint8_t *p, const struct topk_row *rows, size_t count,
                               uint64_t total, uint64_t offset)
{
    unsigned lg = FREQUENT_MIN_LG;
    while (frequent_items_capacity(lg) < count) {
        lg++;
    }
    p = put_u8(p, count > 0 ? FREQUENT_WORDS : FREQUENT_EMPTY_WORDS);
    p = put_u8(put_u8(p, FREQUENT_VERSION), FREQUENT_ITEMS_FAMILY);
    p = put_u8(put_u8(p, (uint8_t)lg), (uint8_t)lg);
    p = put_u16(put_u8(p, count > 0 ? 0 : FREQUENT_EMPTY), 0);
    if (count == 0) {
        return;
    }
    p = put_u32(put_u32(p, (uint32_t)count), 0);
    p = put_u64(put_u64(p, total), offset);
    for (size_t i = 0; i < count; i++) {
        p = put_u64(p, rows[i].count);
    }
    for (size_t i = 0; i < count; i++) {
        struct item item = rows[i].item;
        p = item.kind == ITEM_TEXT
                ? put_bytes(put_u32(p, item.size), item.as.bytes, item.size)
                : put_u64(p, item.as.bits);
    }
}

enum sketch_status frequent_items_write(const struct topk *sketch,
                                        enum frequent_items_form form, uint8_t **bytes,
                                        size_t *size, struct item odd[2],
                                        const struct sketch_memory *memory)
{
    struct topk_row *rows;
    size_t count;
    *bytes = NULL;
    *size = 0;
    enum sketch_status status = topk_rank(sketch, SIZE_MAX, &rows, &count);
    if (status == SKETCH_OK) {
        status = frequent_items_judge(rows, count, odd);
    }
    if (status == SKETCH_OK) {
        uint64_t offset = frequent_items_weigh(rows, &count, topk_unlisted(sketch));
        size_t nulls = form == FREQUENT_IMAGE_OF_SPARK ? FREQUENT_NULLS : 0;
        size_t needed = frequent_items_size(rows, count) + nulls;
        *bytes = memory->resize(memory->ctx, NULL, needed);
        status = *bytes ? SKETCH_OK : SKETCH_NOMEM;
        *size = *bytes ? needed : 0;
        if (*bytes) {
            memset(*bytes + needed - nulls, 0, nulls);
            frequent_items_put(*bytes, rows, count, topk_total(sketch), offset);
        }
    }
    sketch_release(memory, rows);
    return status;
}
