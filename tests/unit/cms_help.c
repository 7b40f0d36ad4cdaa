#include "cms_help.h"

uint64_t cms_help_seed;

uint64_t cms_help_draw(uint64_t below) { return hash_u64(cms_help_seed++).h1 % below; }

struct cms *cms_help_created(double eps, double delta)
{
    struct cms *sketch;
    assert_int_equal(cms_create(&sketch, eps, delta, &sketch_libc_memory), SKETCH_OK);
    return sketch;
}

void cms_help_add(struct cms *sketch, uint64_t key, uint64_t weight)
{
    assert_int_equal(cms_add(sketch, hash_u64(key), weight), SKETCH_OK);
}

uint64_t cms_help_estimate(const struct cms *sketch, uint64_t key)
{
    return cms_estimate(sketch, hash_u64(key));
}

struct cms_help_image cms_help_image_of(const struct cms *sketch)
{
    struct cms_help_image image;
    assert_int_equal(cms_serialise(sketch, &image.bytes, &image.size), SKETCH_OK);
    return image;
}

enum sketch_status cms_help_read(struct cms **out, const uint8_t *bytes, size_t size)
{
    return cms_deserialise(out, bytes, size, &sketch_libc_memory);
}

void cms_help_assert_same(const struct cms *a, const struct cms *b)
{
    struct cms_help_image left = cms_help_image_of(a);
    struct cms_help_image right = cms_help_image_of(b);
    assert_int_equal(left.size, right.size);
    assert_memory_equal(left.bytes, right.bytes, left.size);
    free(left.bytes);
    free(right.bytes);
}

struct cms *cms_help_copied(const struct cms *sketch)
{
    struct cms_help_image image = cms_help_image_of(sketch);
    struct cms *copy;
    assert_int_equal(cms_help_read(&copy, image.bytes, image.size), SKETCH_OK);
    free(image.bytes);
    cms_help_assert_same(sketch, copy);
    return copy;
}

void cms_help_make_stream(struct cms_help_stream *stream, uint32_t keys, uint64_t most,
                          int skew)
{
    memset(stream, 0, sizeof *stream);
    stream->keys = keys;
    for (uint32_t i = 0; i < keys; i++) {
        stream->truth[i] = skew == 0 ? 1 + cms_help_draw(2 * most) : 1 + most / (i + 1);
    }
}

void cms_help_feed(struct cms *sketch, const struct cms_help_stream *stream,
                   uint64_t salt)
{
    for (uint32_t i = 0; i < stream->keys; i++) {
        cms_help_add(sketch, salt + i, stream->truth[i]);
    }
}
