#include "reservoir_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

struct reservoir *reservoir_help_created(uint32_t size, uint64_t seed)
{
    struct reservoir *sketch;
    assert_int_equal(reservoir_create(&sketch, size, seed, &sketch_libc_memory),
                     SKETCH_OK);
    return sketch;
}

void reservoir_help_merge(struct reservoir *into, const struct reservoir *from)
{
    assert_int_equal(reservoir_merge(into, from), SKETCH_OK);
}

struct reservoir_help_image reservoir_help_image_of(const struct reservoir *sketch)
{
    struct reservoir_help_image image;
    assert_int_equal(reservoir_serialise(sketch, &image.bytes, &image.size), SKETCH_OK);
    return image;
}

void reservoir_help_assert_same(const struct reservoir *a, const struct reservoir *b)
{
    struct reservoir_help_image left = reservoir_help_image_of(a);
    struct reservoir_help_image right = reservoir_help_image_of(b);
    assert_int_equal(left.size, right.size);
    assert_memory_equal(left.bytes, right.bytes, left.size);
    free(left.bytes);
    free(right.bytes);
}

struct reservoir *reservoir_help_copied(const struct reservoir *sketch)
{
    struct reservoir_help_image image = reservoir_help_image_of(sketch);
    struct reservoir *copy;
    assert_int_equal(
        reservoir_deserialise(&copy, image.bytes, image.size, &sketch_libc_memory),
        SKETCH_OK);
    free(image.bytes);
    reservoir_help_assert_same(sketch, copy);
    return copy;
}
