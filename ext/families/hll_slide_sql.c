/* HyperLogLog of frames that slide. */
#include "hll_slide.h"

#include "binding.h"
#include "slides.h"

static int hll_slide_sql_take(struct call *call, int count, const struct input *inputs,
                              struct frame_row *row)
{
    (void)count;
    row->weight = 1;
    return value_item(call, inputs[0], &row->item);
}

static int hll_slide_sql_create(struct call *call, void **out,
                                const struct family *family, const void *sketch)
{
    struct hll_slide *slide;
    (void)family;
    int rc =
        call_check(call, hll_slide_create(&slide, hll_precision(sketch), &call_memory));
    *out = slide;
    return rc;
}

static int hll_slide_sql_add(struct call *call, void *slide, struct frame_row row)
{
    return call_check(call, hll_slide_add(slide, item_bytes_hash(row.item)));
}

static int hll_slide_sql_remove(struct call *call, void *slide, struct frame_row row)
{
    (void)call;
    hll_slide_remove(slide, item_bytes_hash(row.item));
    return SQLITE_OK;
}

static void hll_slide_sql_free(void *slide) { hll_slide_free(slide); }

const struct sliding hll_sliding = {
    .take = hll_slide_sql_take,
    .create = hll_slide_sql_create,
    .add = hll_slide_sql_add,
    .remove = hll_slide_sql_remove,
    .free = hll_slide_sql_free,
};

int hll_slide_reply_count(struct call *call, void *slide, int count,
                          sqlite3_value **questions)
{
    (void)count;
    (void)questions;
    return value_result_count(call, hll_slide_estimate(slide));
}

int hll_slide_reply_sketch(struct call *call, void *slide, int count,
                           sqlite3_value **questions)
{
    struct hll *sketch;
    (void)count;
    (void)questions;
    int rc = call_check(call, hll_slide_sketch(slide, &sketch));
    if (rc == SQLITE_OK) {
        rc = family_reply_sketch(call, binding_of(call->ctx)->family, sketch);
    }
    hll_free(sketch);
    return rc;
}
