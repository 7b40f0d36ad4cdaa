/* Quantiles of frames that slide. */
#include "tdigest_slide.h"

#include "slides.h"
#include "numbers.h"

/* A number, whatever it came as. */
static int tdigest_slide_sql_take(struct call *call, int count,
                                  const struct input *inputs, struct frame_row *row)
{
    double value = 0;
    (void)count;
    int rc = value_row_number(call, inputs[0], "x", &value);
    *row = (struct frame_row){item_real(value), 1};
    return rc;
}

static double tdigest_slide_sql_number(struct frame_row row)
{
    return item_as_real(row.item);
}

static int tdigest_slide_sql_create(struct call *call, void **out,
                                    const struct family *family, const void *sketch)
{
    struct tdigest_slide *slide;
    (void)family;
    (void)sketch;
    int rc = call_check(call, tdigest_slide_create(&slide, &call_memory));
    *out = slide;
    return rc;
}

static int tdigest_slide_sql_add(struct call *call, void *slide, struct frame_row row)
{
    return call_check(call, tdigest_slide_add(slide, tdigest_slide_sql_number(row)));
}

static int tdigest_slide_sql_remove(struct call *call, void *slide,
                                    struct frame_row row)
{
    (void)call;
    tdigest_slide_remove(slide, tdigest_slide_sql_number(row));
    return SQLITE_OK;
}

static void tdigest_slide_sql_free(void *slide) { tdigest_slide_free(slide); }

const struct sliding tdigest_sliding = {
    .take = tdigest_slide_sql_take,
    .create = tdigest_slide_sql_create,
    .add = tdigest_slide_sql_add,
    .remove = tdigest_slide_sql_remove,
    .free = tdigest_slide_sql_free,
};

typedef enum sketch_status tdigest_slide_answer_fn(const struct tdigest_slide *slide,
                                                   const double *q, size_t count,
                                                   double *values);

/* Question: q, or a JSON array of them; NULL of a frame without rows. */
static int tdigest_slide_reply(struct call *call, const struct tdigest_slide *slide,
                               sqlite3_value *question, tdigest_slide_answer_fn *answer)
{
    struct numbers numbers;
    if (tdigest_slide_count(slide) == 0) {
        return SQLITE_OK;
    }
    int rc = numbers_read_shares(call, question, &numbers);
    if (rc == SQLITE_OK) {
        rc = call_check(call,
                        answer(slide, numbers.asked, numbers.count, numbers.answers));
    }
    return numbers_finish(call, &numbers, rc);
}

int tdigest_slide_reply_quantile(struct call *call, void *slide, int count,
                                 sqlite3_value **questions)
{
    (void)count;
    return tdigest_slide_reply(call, slide, questions[0], tdigest_slide_quantiles);
}

int kll_slide_reply_quantile(struct call *call, void *slide, int count,
                             sqlite3_value **questions)
{
    (void)count;
    return tdigest_slide_reply(call, slide, questions[0], tdigest_slide_added);
}
