#include "laws.h"

const uint64_t law_lengths[LAW_LENGTHS] = {0, 1, 2, 7, 20, 60, 200, 700, SUBJECT_LONG};

void *law_fill(const struct subject *s, uint64_t from, uint64_t to)
{
    void *sketch = NULL;
    assert_int_equal(subject_fill(s, &sketch, from, to, &sketch_libc_memory),
                     SKETCH_OK);
    assert_non_null(sketch);
    return sketch;
}

struct law_image law_image_of(const struct subject *s, const void *sketch)
{
    struct law_image image = {NULL, 0};
    assert_int_equal(s->ops->serialise(sketch, &image.bytes, &image.size), SKETCH_OK);
    assert_non_null(image.bytes);
    return image;
}

void law_release(struct law_image image) { free(image.bytes); }

bool law_same(struct law_image a, struct law_image b)
{
    return a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0;
}

void law_expect_same(struct law_image a, struct law_image b)
{
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.bytes, b.bytes, a.size);
    law_release(a);
    law_release(b);
}

void *law_read(const struct subject *s, struct law_image image)
{
    void *sketch = NULL;
    assert_int_equal(
        s->ops->deserialise(&sketch, image.bytes, image.size, &sketch_libc_memory),
        SKETCH_OK);
    assert_non_null(sketch);
    return sketch;
}

enum sketch_status law_read_exactly(const struct subject *s, void **out,
                                    const uint8_t *bytes, size_t size)
{
    uint8_t *block = malloc(size ? size : 1);
    assert_non_null(block);
    memcpy(block, bytes, size);
    *out = block; /* has to be overwritten, with NULL when it fails */
    enum sketch_status status =
        s->ops->deserialise(out, size ? block : NULL, size, &sketch_libc_memory);
    if (s->ops->check) {
        assert_int_equal(s->ops->check(size ? block : NULL, size, &sketch_libc_memory),
                         status);
    }
    free(block);
    return status;
}

void law_expect_refused(const struct subject *s, const uint8_t *bytes, size_t size)
{
    void *sketch = NULL;
    assert_int_equal(law_read_exactly(s, &sketch, bytes, size), SKETCH_CORRUPT);
    assert_null(sketch);
}

void law_expect_unmerged(const struct subject *s, struct law_image before,
                         const void *into)
{
    struct law_image after = law_image_of(s, into);
    if (s->merges_in_steps) {
        s->ops->free(law_read(s, after));
        law_release(before);
        law_release(after);
    } else {
        law_expect_same(before, after);
    }
}

size_t law_next(size_t at, size_t size)
{
    enum { HEADER = 64, LARGE = 1000, STEP = 7 };
    return at + (at < HEADER || size <= LARGE || getenv("EVERY_BYTE") ? 1 : STEP);
}

int law_run(const struct CMUnitTest *tests, size_t count)
{
    int failed = 0;
    struct CMUnitTest *own = malloc(count * sizeof *own);
    for (size_t i = 0; own && i < subject_count; i++) {
        struct subject subject = *subjects[i]; /* cmocka wants to write through it */
        for (size_t j = 0; j < count; j++) {
            own[j] = tests[j];
            own[j].initial_state = &subject;
        }
        failed += _cmocka_run_group_tests(subject.name, own, count, NULL, NULL);
    }
    failed += !own;
    free(own);
    return failed;
}
