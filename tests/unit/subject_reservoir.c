/* Reservoir: numbers, texts and BLOBs, short and long, all of them different.  With
 * weights some rows have none, the first among them. */
#include "subjects.h"

#include "reservoir.h"

#include <stdio.h>

enum { RESERVOIR_SUBJECT_SIZE = 8 };

static struct item reservoir_subject_item(uint64_t i, char text[64])
{
    int size = snprintf(text, 64, "%llu%.*s", (unsigned long long)i, (int)(i % 40),
                        "----------------------------------------");
    switch (i % 4) {
    case 0:
        return item_integer((int64_t)i << 20);
    case 1:
        return item_real((double)i / 4);
    case 2:
        return item_text(text, (uint32_t)size);
    default:
        return item_blob(text, i == 3 ? 0 : (uint32_t)size);
    }
}

static enum sketch_status reservoir_subject_create(void **out,
                                                   const struct sketch_memory *memory)
{
    struct reservoir *sketch = NULL;
    enum sketch_status status =
        reservoir_create(&sketch, RESERVOIR_SUBJECT_SIZE, 1, memory);
    *out = sketch;
    return status;
}

static enum sketch_status
reservoir_subject_create_other(void **out, const struct sketch_memory *memory)
{
    struct reservoir *sketch = NULL;
    enum sketch_status status =
        reservoir_create(&sketch, 2 * RESERVOIR_SUBJECT_SIZE, 1, memory);
    *out = sketch;
    return status;
}

static enum sketch_status reservoir_subject_add(void *sketch, uint64_t i)
{
    char text[64];
    return reservoir_add(sketch, reservoir_subject_item(i, text));
}

static enum sketch_status reservoir_subject_add_weighted(void *sketch, uint64_t i)
{
    char text[64];
    static const double weights[] = {1, 0.25, 3, 1e-100, 7e99};
    struct item item = reservoir_subject_item(i, text);
    return i % 7 == 0 ? reservoir_add(sketch, item)
                      : reservoir_add_weighted(sketch, item, weights[i % 5]);
}

static bool reservoir_subject_add_stored(uint8_t *bytes, size_t *size, size_t room,
                                         uint64_t i)
{
    char text[64];
    return reservoir_stored_add(bytes, size, room, reservoir_subject_item(i, text));
}

/* All bytes are looked at, so that damaged ones are refused here, too.  What was just
 * read has its items in the order of the image. */
static bool reservoir_subject_answers_directly(const uint8_t *bytes, size_t size,
                                               const void *sketch)
{
    struct reservoir_stored stored;
    if (!reservoir_stored_open(&stored, bytes, size)) {
        return !sketch;
    }
    bool same = sketch && stored.count == reservoir_count(sketch);
    for (uint32_t i = 0; same && i < stored.count; i++) {
        struct item item = reservoir_stored_next(&stored);
        struct item expected = reservoir_item(sketch, i);
        same = item.kind == expected.kind && item_equal(item, expected);
    }
    return same;
}

static void reservoir_subject_ask(const void *sketch,
                                  const struct sketch_memory *memory)
{
    struct reservoir_row *rows;
    size_t count;
    if (reservoir_list(sketch, &rows, &count) == SKETCH_OK) {
        for (size_t i = 0; i < count; i++) {
            (void)item_hash(rows[i].item);
        }
        sketch_release(memory, rows);
    }
}

/* So many rows, none twice, all from the stream. */
static bool reservoir_subject_summarises(const void *sketch, uint64_t count)
{
    uint32_t found = 0;
    uint64_t wanted = count < RESERVOIR_SUBJECT_SIZE ? count : RESERVOIR_SUBJECT_SIZE;
    for (uint64_t i = 0; i < count; i++) {
        char text[64];
        struct item item = reservoir_subject_item(i, text);
        uint32_t times = 0;
        for (uint32_t k = 0; k < reservoir_count(sketch); k++) {
            times += item_equal(reservoir_item(sketch, k), item);
        }
        if (times > 1) {
            return false;
        }
        found += times;
    }
    return reservoir_seen(sketch) == count && reservoir_count(sketch) == wanted &&
           found == wanted;
}

const struct subject reservoir_subject = {
    .name = "reservoir",
    .ops = &reservoir_ops,
    .memory_factor = 32,
    .create = reservoir_subject_create,
    .create_other = reservoir_subject_create_other,
    .add = reservoir_subject_add,
    .ask = reservoir_subject_ask,
    .answers_directly = reservoir_subject_answers_directly,
    .add_stored = reservoir_subject_add_stored,
    .summarises = reservoir_subject_summarises,
};

const struct subject reservoir_weighted_subject = {
    .name = "reservoir with weights",
    .ops = &reservoir_ops,
    .memory_factor = 32,
    .create = reservoir_subject_create,
    .create_other = reservoir_subject_create_other,
    .add = reservoir_subject_add_weighted,
    .ask = reservoir_subject_ask,
    .answers_directly = reservoir_subject_answers_directly,
    .summarises = reservoir_subject_summarises,
};
