/* Reservoir samples of frames that slide. */
#include "reservoir_slide.h"

#include "slides.h"

#include <string.h>

/* Bits that no weight has, where there is none: they are a number below the least. */
enum { RESERVOIR_NO_WEIGHT = 1 };

/* Inputs: x, and perhaps its weight, of which a frame keeps the bits. */
static int reservoir_slide_sql_take(struct call *call, int count,
                                    const struct input *inputs, struct frame_row *row)
{
    double weight;
    int rc = value_item(call, inputs[0], &row->item);
    row->weight = RESERVOIR_NO_WEIGHT;
    if (rc == SQLITE_OK && count > 1) {
        rc = value_real_weight(call, inputs[1], RESERVOIR_LEAST_WEIGHT,
                               RESERVOIR_MOST_WEIGHT, &weight);
        memcpy(&row->weight, &weight, sizeof weight);
    }
    return rc;
}

static int reservoir_slide_sql_create(struct call *call, void **out,
                                      const struct family *family, const void *sketch)
{
    struct reservoir_slide *slide;
    (void)family;
    int rc = call_check(call, reservoir_slide_create(&slide, sketch, &call_memory));
    *out = slide;
    return rc;
}

static int reservoir_slide_sql_add(struct call *call, void *slide, struct frame_row row)
{
    double weight;
    memcpy(&weight, &row.weight, sizeof weight);
    return call_check(call,
                      row.weight == RESERVOIR_NO_WEIGHT
                          ? reservoir_slide_add(slide, row.item)
                          : reservoir_slide_add_weighted(slide, row.item, weight));
}

static int reservoir_slide_sql_remove(struct call *call, void *slide,
                                      struct frame_row row)
{
    (void)call;
    (void)row;
    reservoir_slide_remove(slide);
    return SQLITE_OK;
}

static void reservoir_slide_sql_free(void *slide) { reservoir_slide_free(slide); }

const struct sliding reservoir_sliding = {
    .take = reservoir_slide_sql_take,
    .create = reservoir_slide_sql_create,
    .add = reservoir_slide_sql_add,
    .remove = reservoir_slide_sql_remove,
    .free = reservoir_slide_sql_free,
};

int reservoir_slide_reply_json(struct call *call, void *slide, int count,
                               sqlite3_value **questions)
{
    struct item *items;
    size_t item_count;
    (void)count;
    (void)questions;
    int rc = call_check(call, reservoir_slide_sample(slide, &items, &item_count));
    if (rc != SQLITE_OK) {
        return rc;
    }
    sqlite3_str *json = json_open(call, "[");
    for (size_t i = 0; i < item_count; i++) {
        json_put_item(json, items[i]);
    }
    sqlite3_free(items);
    return json_result(call, json, "]");
}
