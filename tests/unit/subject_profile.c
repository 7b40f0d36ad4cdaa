/* The laws' view of profiles: all storage classes, NULLs, infinities and values that
 * are cut, some of them frequent. */
#include "subjects.h"

#include "profile.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PROFILE_SUBJECT_TEXT = 2 * PROFILE_MOST_BYTES };

/* The i-th value; false for NULL. */
static bool profile_subject_item(uint64_t i, char text[PROFILE_SUBJECT_TEXT],
                                 struct item *item)
{
    uint64_t x = i * 7919 % 23;
    memset(text, '-', PROFILE_SUBJECT_TEXT);
    int size = snprintf(text, 24, "%u", (unsigned)x);
    text[size] = '-';
    switch (i % 7) {
    case 0:
        return false;
    case 1:
        *item = item_integer((int64_t)x - 11);
        return true;
    case 2:
        *item = item_real(x == 16 ? HUGE_VAL : (double)x / 2);
        return true;
    case 3:
        *item = item_blob(text, (uint32_t)(8 * x % PROFILE_SUBJECT_TEXT));
        return true;
    case 4:
        *item = item_integer(7);
        return true;
    default:
        *item = item_text(text, (uint32_t)(x * 12 % PROFILE_SUBJECT_TEXT));
        return true;
    }
}

static enum sketch_status profile_subject_create(void **out,
                                                 const struct sketch_memory *memory)
{
    struct profile *sketch = NULL;
    enum sketch_status status = profile_create(&sketch, memory);
    *out = sketch;
    return status;
}

static enum sketch_status profile_subject_add(void *sketch, uint64_t i)
{
    char text[PROFILE_SUBJECT_TEXT];
    struct item item;
    return profile_subject_item(i, text, &item) ? profile_add(sketch, item)
                                                : profile_add_null(sketch);
}

static void profile_subject_ask(const void *sketch, const struct sketch_memory *memory)
{
    struct profile_figures figures;
    (void)memory;
    if (profile_ask(sketch, &figures) == SKETCH_OK) {
        profile_figures_release(&figures);
    }
}

/* What is counted without a sketch, again. */
struct profile_subject_truth {
    uint64_t nulls;
    uint64_t integers;
    uint64_t reals;
    uint64_t texts;
    uint64_t blobs;
    uint64_t infinite;
    uint64_t sevens;
    uint64_t bytes;
};

static void profile_subject_count(struct profile_subject_truth *truth, uint64_t i)
{
    char text[PROFILE_SUBJECT_TEXT];
    struct item item;
    if (!profile_subject_item(i, text, &item)) {
        truth->nulls++;
        return;
    }
    truth->integers += item.kind == ITEM_INTEGER;
    truth->reals += item.kind == ITEM_WHOLE || item.kind == ITEM_REAL;
    truth->texts += item.kind == ITEM_TEXT;
    truth->blobs += item.kind == ITEM_BLOB;
    truth->infinite += item.kind == ITEM_REAL && isinf(item_as_real(item));
    truth->sevens += item_equal(item, item_integer(7));
    truth->bytes += item.size;
}

static bool profile_subject_counts_agree(const struct profile_figures *figures,
                                         const struct profile_subject_truth *truth)
{
    uint64_t numbers = truth->integers + truth->reals;
    uint64_t sized = truth->texts + truth->blobs;
    double length = sized > 0 ? (double)truth->bytes / (double)sized : 0;
    return figures->rows == truth->nulls + numbers + sized &&
           figures->nulls == truth->nulls && figures->integers == truth->integers &&
           figures->reals == truth->reals && figures->texts == truth->texts &&
           figures->blobs == truth->blobs && figures->mean_length == length &&
           figures->numbers == numbers - truth->infinite;
}

/* No value of the stream is beyond the extremes, and the most frequent one, the only
 * one that often, has a count that may be too high, but not too low. */
static bool profile_subject_values_agree(const struct profile_figures *figures,
                                         const struct profile_subject_truth *truth,
                                         uint64_t count)
{
    bool agree = true;
    for (uint64_t i = 0; i < count; i++) {
        char text[PROFILE_SUBJECT_TEXT];
        struct item item;
        if (profile_subject_item(i, text, &item)) {
            item.size =
                item.size < PROFILE_MOST_BYTES - 4 ? item.size : PROFILE_MOST_BYTES - 4;
            agree = agree && item_compare(figures->least.item, item) <= 0 &&
                    item_compare(item, figures->most.item) <= 0;
        }
    }
    if (truth->sevens > 10) {
        agree = agree && figures->top_count > 0 &&
                item_equal(figures->top[0].item, item_integer(7)) &&
                figures->top[0].count >= truth->sevens &&
                figures->top[0].count - figures->top[0].error <= truth->sevens;
    }
    return agree && figures->distinct_lower <= figures->distinct &&
           figures->distinct <= figures->distinct_upper;
}

static bool profile_subject_summarises(const void *sketch, uint64_t count)
{
    struct profile_subject_truth truth = {0};
    struct profile_figures figures;
    for (uint64_t i = 0; i < count; i++) {
        profile_subject_count(&truth, i);
    }
    if (profile_ask(sketch, &figures) != SKETCH_OK) {
        return false;
    }
    bool holds = profile_subject_counts_agree(&figures, &truth);
    if (figures.rows > figures.nulls) {
        holds = holds && profile_subject_values_agree(&figures, &truth, count);
    }
    profile_figures_release(&figures);
    return holds;
}

const struct subject profile_subject = {
    .name = "profile",
    .ops = &profile_ops,
    .memory_factor = 16,
    .create = profile_subject_create,
    .add = profile_subject_add,
    .ask = profile_subject_ask,
    .summarises = profile_subject_summarises,
    .reads_other_forms = true, /* of the sketches inside */
};
