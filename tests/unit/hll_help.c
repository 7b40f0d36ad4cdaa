#include "hll_help.h"

void add_numbers(struct hll *sketch, uint64_t from, uint64_t to)
{
    for (uint64_t i = from; i < to; i++) {
        assert_int_equal(hll_add(sketch, hash_u64(i)), SKETCH_OK);
    }
}

struct hll *sketch_of(int precision, uint64_t from, uint64_t to)
{
    struct hll *sketch;
    assert_int_equal(hll_create(&sketch, precision, &sketch_libc_memory), SKETCH_OK);
    add_numbers(sketch, from, to);
    return sketch;
}

struct hll *merged_sketch_of(int precision, uint64_t from, uint64_t to)
{
    struct hll *sketch = sketch_of(precision, from, to);
    assert_int_equal(hll_merge(sketch, sketch), SKETCH_OK);
    assert_true(hll_is_merged(sketch));
    return sketch;
}

struct image image_as(const struct hll *sketch, enum hll_type type, enum hll_form form)
{
    struct image image;
    assert_int_equal(hll_serialise_as(sketch, type, form, &image.bytes, &image.size),
                     SKETCH_OK);
    return image;
}

struct image image_of(const struct hll *sketch)
{
    struct image image;
    assert_int_equal(hll_serialise(sketch, &image.bytes, &image.size), SKETCH_OK);
    return image;
}

struct hll *read_image(struct image image)
{
    struct hll *sketch;
    assert_int_equal(
        hll_deserialise(&sketch, image.bytes, image.size, &sketch_libc_memory),
        SKETCH_OK);
    return sketch;
}

bool same_image(struct image a, struct image b)
{
    return a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0;
}

bool same_registers(const struct hll *a, const struct hll *b)
{
    struct image x = image_as(a, HLL_8, HLL_COMPACT);
    struct image y = image_as(b, HLL_8, HLL_COMPACT);
    bool same = same_image(x, y);
    free(x.bytes);
    free(y.bytes);
    return same;
}
