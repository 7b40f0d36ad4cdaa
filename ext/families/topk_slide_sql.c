/* Top-k of frames that slide. */
#include "topk_slide.h"

#include "slides.h"
#include "topk_reply.h"

static int topk_slide_sql_take(struct call *call, int count, const struct input *inputs,
                               struct frame_row *row)
{
    row->weight = 1;
    int rc = value_item(call, inputs[0], &row->item);
    return rc == SQLITE_OK && count > 1 ? value_weight(call, inputs[1], &row->weight)
                                        : rc;
}

static int topk_slide_sql_create(struct call *call, void **out,
                                 const struct family *family, const void *sketch)
{
    struct topk_slide *slide;
    (void)family;
    int rc = call_check(call, topk_slide_create(&slide, topk_k(sketch), &call_memory));
    *out = slide;
    return rc;
}

static int topk_slide_sql_add(struct call *call, void *slide, struct frame_row row)
{
    return call_check(call, topk_slide_add(slide, row.item, row.weight));
}

static int topk_slide_sql_remove(struct call *call, void *slide, struct frame_row row)
{
    (void)call;
    topk_slide_remove(slide, row.item, row.weight);
    return SQLITE_OK;
}

static void topk_slide_sql_free(void *slide) { topk_slide_free(slide); }

const struct sliding topk_sliding = {
    .take = topk_slide_sql_take,
    .create = topk_slide_sql_create,
    .add = topk_slide_sql_add,
    .remove = topk_slide_sql_remove,
    .free = topk_slide_sql_free,
};

int topk_slide_reply_json(struct call *call, void *slide, int count,
                          sqlite3_value **questions)
{
    struct topk_row *rows;
    size_t row_count;
    (void)count;
    (void)questions;
    int rc = call_check(call, topk_slide_rank(slide, &rows, &row_count));
    return rc == SQLITE_OK ? topk_reply_json(call, rows, row_count) : rc;
}

int topk_slide_reply_values(struct call *call, void *slide, int count,
                            sqlite3_value **questions)
{
    struct topk_row *rows;
    size_t row_count;
    (void)count;
    (void)questions;
    int rc = call_check(call, topk_slide_rank(slide, &rows, &row_count));
    return rc == SQLITE_OK ? topk_reply_values(call, rows, row_count) : rc;
}
