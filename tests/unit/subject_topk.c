/* The laws' view of top-k: few frequent values and many rare ones, as words are. */
#include "subjects.h"

#include "topk.h"

#include <stdio.h>

enum { TOPK_SUBJECT_VALUES = 300, TOPK_SUBJECT_K = 5, TOPK_SUBJECT_COUNTERS = 24 };

/* The value of the i-th item: every other item is one of eight, the rest spread. */
static unsigned topk_subject_value(uint64_t i)
{
    uint64_t x = (i + 1) * UINT64_C(0x9e3779b97f4a7c15) >> 33;
    return (unsigned)(i % 2 ? x % 8 : x % TOPK_SUBJECT_VALUES);
}

/* As SQL would hand it over: every storage class, and texts of every length. */
static struct item topk_subject_item(unsigned value, char text[64])
{
    int size = snprintf(text, 64, "%u%.*s", value, (int)(value % 50),
                        "-----------------------------------------------------");
    switch (value % 5) {
    case 0:
        return item_integer(value % 2 ? -(int64_t)value : (int64_t)value << 40);
    case 1:
        return item_real(value / 4.0);
    case 2:
        return item_blob(text, (uint32_t)size);
    default:
        return item_text(text, value == 3 ? 0 : (uint32_t)size);
    }
}

/* Small ones, and now and then one that is larger than all before together. */
static uint64_t topk_subject_weight(uint64_t i)
{
    return i % 23 == 22 ? UINT64_C(1) << i % 43 : 1 + i % 3;
}

static enum sketch_status topk_subject_create(void **out,
                                              const struct sketch_memory *memory)
{
    struct topk *sketch = NULL;
    enum sketch_status status =
        topk_create(&sketch, TOPK_SUBJECT_K, TOPK_SUBJECT_COUNTERS, memory);
    *out = sketch;
    return status;
}

static enum sketch_status topk_subject_create_other(void **out,
                                                    const struct sketch_memory *memory)
{
    struct topk *sketch = NULL;
    enum sketch_status status =
        topk_create(&sketch, TOPK_SUBJECT_K, 2 * TOPK_SUBJECT_COUNTERS, memory);
    *out = sketch;
    return status;
}

static enum sketch_status topk_subject_add(void *sketch, uint64_t i)
{
    char text[64];
    return topk_add(sketch, topk_subject_item(topk_subject_value(i), text),
                    topk_subject_weight(i));
}

static void topk_subject_ask(const void *sketch, const struct sketch_memory *memory)
{
    struct topk_row *rows = NULL;
    size_t count = 0;
    if (topk_rank(sketch, 100, &rows, &count) == SKETCH_OK) {
        for (size_t i = 0; i < count; i++) {
            (void)topk_lookup(sketch, rows[i].item);
        }
        sketch_release(memory, rows);
    }
    (void)topk_max_error(sketch);
    struct topk_trend_row *grown = NULL;
    if (topk_trend(sketch, sketch, 100, &grown, &count) == SKETCH_OK) {
        sketch_release(memory, grown);
    }
}

static bool topk_subject_same_row(struct topk_row a, struct topk_row b)
{
    return item_equal(a.item, b.item) && a.item.kind == b.item.kind &&
           a.count == b.count && a.error == b.error;
}

/* The best `limit` rows. */
static bool topk_subject_ranks_directly(const uint8_t *bytes, size_t size, size_t limit,
                                        const struct topk *sketch)
{
    struct topk_row *rows;
    struct topk_row *expected = NULL;
    size_t count;
    size_t expected_count = 0;
    bool same =
        topk_stored_rank(bytes, size, limit, &rows, &count, &sketch_libc_memory);
    if (sketch) {
        same = same &&
               topk_rank(sketch, limit, &expected, &expected_count) == SKETCH_OK &&
               count == expected_count;
        for (size_t i = 0; same && i < count; i++) {
            same = topk_subject_same_row(rows[i], expected[i]);
        }
    }
    sketch_release(&sketch_libc_memory, rows);
    sketch_release(&sketch_libc_memory, expected);
    return same || !sketch;
}

static bool topk_subject_answers_directly(const uint8_t *bytes, size_t size,
                                          const void *sketch)
{
    int k;
    bool same = topk_stored_k(bytes, size, &k);
    if (sketch && (!same || k != topk_k(sketch))) {
        return false;
    }
    const size_t limits[] = {0, 1, TOPK_SUBJECT_K, 9, SIZE_MAX};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        if (!topk_subject_ranks_directly(bytes, size, limits[i], sketch)) {
            return false;
        }
    }
    for (unsigned value = 0; value < TOPK_SUBJECT_VALUES; value++) {
        char text[64];
        struct item item = topk_subject_item(value, text);
        struct topk_row row;
        same = topk_stored_lookup(bytes, size, item, &row);
        if (sketch &&
            !(same && topk_subject_same_row(row, topk_lookup(sketch, item)))) {
            return false;
        }
    }
    return true;
}

static bool topk_subject_add_stored(uint8_t *bytes, size_t *size, size_t room,
                                    uint64_t i)
{
    char text[64];
    return topk_stored_add(bytes, size, room,
                           topk_subject_item(topk_subject_value(i), text),
                           topk_subject_weight(i));
}

static bool topk_subject_summarises(const void *sketch, uint64_t count)
{
    uint64_t truth[TOPK_SUBJECT_VALUES] = {0};
    uint64_t total = 0;
    for (uint64_t i = 0; i < count; i++) {
        truth[topk_subject_value(i)] += topk_subject_weight(i);
        total += topk_subject_weight(i);
    }
    bool holds = topk_total(sketch) == total;
    for (unsigned value = 0; value < TOPK_SUBJECT_VALUES; value++) {
        char text[64];
        struct topk_row row = topk_lookup(sketch, topk_subject_item(value, text));
        holds = holds && row.error <= row.count &&
                row.count - row.error <= truth[value] && truth[value] <= row.count;
    }
    return holds;
}

const struct subject topk_subject = {
    .name = "topk",
    .ops = &topk_ops,
    .memory_factor = 80,
    .create = topk_subject_create,
    .create_other = topk_subject_create_other,
    .add = topk_subject_add,
    .ask = topk_subject_ask,
    .answers_directly = topk_subject_answers_directly,
    .add_stored = topk_subject_add_stored,
    .summarises = topk_subject_summarises,
};
