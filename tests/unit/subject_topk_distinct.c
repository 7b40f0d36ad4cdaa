/* The laws' view of top-k by distinct: a few labels with many values each, many labels
 * with few, and runs of a label here and there. */
#include "subjects.h"

#include "topk_distinct.h"

#include <stdio.h>
#include <string.h>

enum { DISTINCT_LABELS = 200, DISTINCT_K = 2, DISTINCT_LG_K = 5 };

/* The label of the i-th pair: every other one is of the first four, and sometimes ten
 * in a row are the same. */
static unsigned distinct_label(uint64_t i)
{
    uint64_t x = (i / (i % 100 < 50 ? 1 : 10) + 1) * UINT64_C(0x9e3779b97f4a7c15) >> 33;
    return (unsigned)(x % 2 ? x / 2 % 4 : x / 2 % DISTINCT_LABELS);
}

/* As SQL would hand it over. */
static struct item distinct_item(unsigned label, char text[64])
{
    int size = snprintf(text, 64, "%u%.*s", label, (int)(label % 50),
                        "-----------------------------------------------------");
    switch (label % 5) {
    case 0:
        return item_integer(label % 2 ? -(int64_t)label : (int64_t)label << 40);
    case 1:
        return item_real(label / 4.0);
    case 2:
        return item_blob(text, (uint32_t)size);
    default:
        return item_text(text, label == 3 ? 0 : (uint32_t)size);
    }
}

/* Half of the values come twice, with the same label or another. */
static uint64_t distinct_value(uint64_t i) { return i % 4 == 0 ? i / 8 : i; }

static enum sketch_status distinct_create(void **out,
                                          const struct sketch_memory *memory)
{
    struct topk_distinct *sketch = NULL;
    enum sketch_status status =
        topk_distinct_create(&sketch, DISTINCT_K, DISTINCT_LG_K, memory);
    *out = sketch;
    return status;
}

static enum sketch_status distinct_create_other(void **out,
                                                const struct sketch_memory *memory)
{
    struct topk_distinct *sketch = NULL;
    enum sketch_status status =
        topk_distinct_create(&sketch, DISTINCT_K, DISTINCT_LG_K + 1, memory);
    *out = sketch;
    return status;
}

static enum sketch_status distinct_add(void *sketch, uint64_t i)
{
    char text[64];
    return topk_distinct_add(sketch, distinct_item(distinct_label(i), text),
                             hash_u64(distinct_value(i)));
}

static void distinct_ask(const void *sketch, const struct sketch_memory *memory)
{
    struct topk_distinct_row *rows = NULL;
    struct topk_distinct_row row;
    size_t count = 0;
    if (topk_distinct_rank(sketch, 100, &rows, &count) == SKETCH_OK) {
        for (size_t i = 0; i < count; i++) {
            (void)topk_distinct_lookup(sketch, rows[i].label, &row);
        }
        sketch_release(memory, rows);
    }
    (void)topk_distinct_lookup(sketch, item_text("absent", 6), &row);
    (void)topk_distinct_threshold(sketch);
}

/* How many of the values of a label are among the first `count` pairs. */
static double distinct_truth(unsigned label, uint64_t count)
{
    static bool seen[4 * SUBJECT_LONG];
    double truth = 0;
    memset(seen, 0, sizeof seen);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t value = distinct_value(i);
        if (distinct_label(i) == label && !seen[value]) {
            seen[value] = true;
            truth++;
        }
    }
    return truth;
}

/* Five standard deviations of a HyperLogLog of 32 registers, and what was missed. */
static bool distinct_summarises(const void *sketch, uint64_t count)
{
    bool holds = (topk_distinct_used(sketch) > 0) == (count > 0);
    for (unsigned label = 0; label < 4; label++) {
        char text[64];
        struct topk_distinct_row row;
        double truth = distinct_truth(label, count);
        if (topk_distinct_lookup(sketch, distinct_item(label, text), &row) !=
            SKETCH_OK) {
            return false;
        }
        double missed = (double)(row.upper - row.lower);
        holds = holds && row.lower <= row.count && row.count <= row.upper &&
                (double)row.lower <= truth * 1.9 + 1 &&
                truth <= ((double)row.count + missed) * 1.9 + 1;
    }
    return holds;
}

const struct subject topk_distinct_subject = {
    .name = "topk_distinct",
    .ops = &topk_distinct_ops,
    .memory_factor = 32,
    .create = distinct_create,
    .create_other = distinct_create_other,
    .add = distinct_add,
    .ask = distinct_ask,
    .summarises = distinct_summarises,
};
