/*
 * Any bytes at all as a frequent-items image, whose items the first byte says: refused
 * with a reason, or a sketch that keeps every bound, also when it is written and read
 * again, stored, added to, and merged.
 */
#include "foreign.h"
#include "frequent_items.h"
#include "ration.h"

#include <stdlib.h>
#include <string.h>

enum { FUZZ_K = 7, FUZZ_FACTOR = 32, FUZZ_FIXED = 8192 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_expect(bool holds)
{
    if (!holds) {
        abort();
    }
}

struct fuzz_image {
    uint8_t *bytes;
    size_t size;
};

static struct fuzz_image fuzz_write(const struct topk *sketch,
                                    enum frequent_items_form form)
{
    struct fuzz_image image;
    struct item odd[2];
    fuzz_expect(frequent_items_write(sketch, form, &image.bytes, &image.size, odd,
                                     &sketch_libc_memory) == SKETCH_OK);
    return image;
}

static struct topk *fuzz_read(struct fuzz_image image, enum frequent_items_type type)
{
    struct topk *sketch;
    struct frequent_items_fault fault;
    enum sketch_status status = frequent_items_read(
        &sketch, image.bytes, image.size, type, FUZZ_K, &fault, &sketch_libc_memory);
    fuzz_expect((status == SKETCH_OK) == (sketch != NULL));
    fuzz_expect((status == SKETCH_OK) == (fault.what == NULL));
    fuzz_expect(sketch || status == SKETCH_CORRUPT || status == SKETCH_MISMATCH);
    return sketch;
}

/* Reading takes so much memory for each byte, and no more. */
static void fuzz_memory(struct fuzz_image image, enum frequent_items_type type)
{
    struct ration ration = {.grants = RATION_UNLIMITED};
    struct sketch_memory memory = ration_memory(&ration);
    struct topk *sketch;
    struct frequent_items_fault fault;
    (void)frequent_items_read(&sketch, image.bytes, image.size, type, FUZZ_K, &fault,
                              &memory);
    fuzz_expect(ration.peak <= FUZZ_FACTOR * image.size + FUZZ_FIXED);
    topk_free(sketch);
    fuzz_expect(ration.blocks == 0);
}

/* Both say the same of every item, or the copy says less. */
static void fuzz_compare(const struct topk *sketch, const struct topk *copy)
{
    struct topk_row *rows;
    size_t count;
    fuzz_expect(topk_total(sketch) == topk_total(copy));
    fuzz_expect(topk_rank(sketch, SIZE_MAX, &rows, &count) == SKETCH_OK);
    for (size_t i = 0; i < count; i++) {
        struct topk_row row = topk_lookup(copy, rows[i].item);
        fuzz_expect(row.count >= rows[i].count);
        fuzz_expect(row.count - row.error <= rows[i].count - rows[i].error);
    }
    fuzz_expect(topk_unlisted(copy) >= topk_unlisted(sketch));
    free(rows);
}

/* Writes a sketch, reads that, and writes again: the same bytes.  Items that look like
 * those of another type, or are too many for so large a total, are not read again. */
static void fuzz_round(const struct topk *sketch, enum frequent_items_type type)
{
    struct fuzz_image image = fuzz_write(sketch, FREQUENT_IMAGE);
    struct fuzz_image spark = fuzz_write(sketch, FREQUENT_IMAGE_OF_SPARK);
    struct topk *copy = fuzz_read(image, type);
    fuzz_expect(spark.size == image.size + 8);
    if (copy) {
        fuzz_compare(sketch, copy);
        struct fuzz_image again = fuzz_write(copy, FREQUENT_IMAGE);
        fuzz_expect(again.size == image.size &&
                    memcmp(again.bytes, image.bytes, image.size) == 0);
        free(again.bytes);
        topk_free(copy);
        copy = fuzz_read(spark, type);
        fuzz_expect(copy != NULL);
        fuzz_compare(sketch, copy);
    }
    fuzz_expect(copy || type == FREQUENT_INTEGERS);
    topk_free(copy);
    free(image.bytes);
    free(spark.bytes);
}

/* A stored sketch says what the sketch does. */
static void fuzz_store(const struct topk *sketch)
{
    struct fuzz_image image;
    struct fuzz_image again;
    struct topk *copy;
    fuzz_expect(topk_serialise(sketch, &image.bytes, &image.size) == SKETCH_OK);
    fuzz_expect(topk_deserialise(&copy, image.bytes, image.size, &sketch_libc_memory) ==
                SKETCH_OK);
    fuzz_compare(sketch, copy);
    fuzz_compare(copy, sketch);
    fuzz_expect(topk_serialise(copy, &again.bytes, &again.size) == SKETCH_OK);
    fuzz_expect(again.size == image.size &&
                memcmp(again.bytes, image.bytes, image.size) == 0);
    topk_free(copy);
    free(image.bytes);
    free(again.bytes);
}

static void fuzz_add(struct topk *sketch, enum frequent_items_type type)
{
    for (uint8_t i = 0; i < 200; i++) {
        uint8_t text[2] = {(uint8_t)('a' + i % 26), (uint8_t)('a' + i / 26)};
        struct item item =
            type == FREQUENT_TEXTS ? item_text(text, 2) : item_integer(i);
        if (topk_add(sketch, item, 1 + i % 3) == SKETCH_OK) {
            struct topk_row row = topk_lookup(sketch, item);
            fuzz_expect(row.count >= 1 + i % 3u && row.error <= row.count);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    enum frequent_items_type type = data[0] & 1 ? FREQUENT_INTEGERS : FREQUENT_TEXTS;
    struct fuzz_image image = {malloc(size), size - 1};
    fuzz_expect(image.bytes != NULL);
    memcpy(image.bytes, data + 1, size - 1);
    fuzz_memory(image, type);
    struct topk *sketch = fuzz_read(image, type);
    if (sketch) {
        struct topk *twin = fuzz_read(image, type);
        fuzz_expect(foreign_name(image.bytes, image.size) || image.size == 16);
        fuzz_round(sketch, type);
        fuzz_store(sketch);
        if (topk_merge(twin, sketch) == SKETCH_OK) {
            fuzz_round(twin, type);
            fuzz_store(twin);
        }
        fuzz_add(sketch, type);
        fuzz_round(sketch, type);
        fuzz_store(sketch);
        topk_free(twin);
        topk_free(sketch);
    }
    free(image.bytes);
    return 0;
}
