/* Laws of every family: what is done with the bytes of a stored sketch is what would be
 * done with the sketch. */
#include "laws.h"
#include "ration.h"

/* A block of exactly that size, so that a sanitizer sees a read beyond its end. */
static uint8_t *exact_copy(const uint8_t *bytes, size_t size)
{
    uint8_t *block = malloc(size ? size : 1);
    assert_non_null(block);
    memcpy(block, bytes, size);
    return block;
}

/* Merges what the bytes hold into a copy of `into`, both ways; expects one result. */
static enum sketch_status expect_absorbed(const struct subject *s,
                                          struct law_image into, const uint8_t *bytes,
                                          size_t size)
{
    void *merged = law_read(s, into);
    void *absorbed = law_read(s, into);
    void *from = NULL;
    uint8_t *exact = exact_copy(bytes, size);
    enum sketch_status expected = law_read_exactly(s, &from, bytes, size);
    if (expected == SKETCH_OK) {
        expected = s->ops->merge(merged, from);
    }
    enum sketch_status status = s->ops->absorb(absorbed, exact, size);
    assert_memory_equal(exact, bytes, size);
    free(exact); /* nothing of it is borrowed */
    if (expected == SKETCH_OK || !s->merges_in_steps) {
        assert_int_equal(status, expected);
        law_expect_same(law_image_of(s, merged), law_image_of(s, absorbed));
    } else {
        assert_int_not_equal(status, SKETCH_OK);
        law_expect_unmerged(s, law_image_of(s, merged), absorbed);
    }
    s->ask(absorbed, &sketch_libc_memory);
    s->ops->free(from);
    s->ops->free(merged);
    s->ops->free(absorbed);
    return expected;
}

static void absorbing_is_reading_and_merging(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LAW_LENGTHS; i++) {
        for (size_t j = 0; j < LAW_LENGTHS; j++) {
            void *a = law_fill(s, 0, law_lengths[i]);
            void *b = law_fill(s, law_lengths[i] / 2, law_lengths[i] + law_lengths[j]);
            struct law_image into = law_image_of(s, a);
            struct law_image from = law_image_of(s, b);
            assert_int_equal(expect_absorbed(s, into, from.bytes, from.size),
                             SKETCH_OK);
            law_release(into);
            law_release(from);
            s->ops->free(a);
            s->ops->free(b);
        }
    }
}

/* The total is a live one, which was never read from bytes; and it goes on. */
static void a_sketch_absorbs_one_after_the_other(void **state)
{
    const struct subject *s = *state;
    uint64_t count = 0;
    void *merged = law_fill(s, 0, 0);
    void *absorbed = law_fill(s, 0, 0);
    for (size_t i = 0; i < 2 * (LAW_LENGTHS - 1); i++) { /* SUBJECT_LONG in all */
        uint64_t length = law_lengths[i * 5 % (LAW_LENGTHS - 1)];
        void *part = law_fill(s, count, count + length);
        struct law_image image = law_image_of(s, part);
        count += length;
        void *read = law_read(s, image);
        assert_int_equal(s->ops->merge(merged, read), SKETCH_OK);
        s->ops->free(read);
        assert_int_equal(s->ops->absorb(absorbed, image.bytes, image.size), SKETCH_OK);
        law_release(image);
        s->ops->free(part);
        for (size_t more = 0; more < 10; more++, count++) {
            assert_int_equal(s->add(merged, count), SKETCH_OK);
            assert_int_equal(s->add(absorbed, count), SKETCH_OK);
        }
        law_expect_same(law_image_of(s, merged), law_image_of(s, absorbed));
    }
    assert_true(s->summarises(absorbed, count));
    s->ops->free(merged);
    s->ops->free(absorbed);
}

static void a_sketch_of_another_size_is_absorbed_as_it_is_merged(void **state)
{
    const struct subject *s = *state;
    void *other = NULL;
    if (!s->create_other) {
        return;
    }
    assert_int_equal(s->create_other(&other, &sketch_libc_memory), SKETCH_OK);
    for (uint64_t i = 0; i < 2; i++) {
        struct law_image odd = law_image_of(s, other);
        for (size_t j = 0; j < LAW_LENGTHS; j++) {
            void *a = law_fill(s, 0, law_lengths[j]);
            struct law_image image = law_image_of(s, a);
            (void)expect_absorbed(s, image, odd.bytes, odd.size);
            (void)expect_absorbed(s, odd, image.bytes, image.size);
            law_release(image);
            s->ops->free(a);
        }
        law_release(odd);
        for (uint64_t item = 0; item < 500; item++) { /* and when it is not empty */
            assert_int_equal(s->add(other, item), SKETCH_OK);
        }
    }
    s->ops->free(other);
}

/* The bytes may be damaged: then the questions may be answered or not, but with good
 * ones as the sketch answers them. */
static void expect_direct_answers(const struct subject *s, const uint8_t *bytes,
                                  size_t size)
{
    if (s->answers_directly) {
        void *sketch = NULL;
        uint8_t *exact = exact_copy(bytes, size);
        (void)law_read_exactly(s, &sketch, bytes, size);
        assert_true(s->answers_directly(exact, size, sketch));
        assert_memory_equal(exact, bytes, size);
        free(exact);
        s->ops->free(sketch);
    }
}

static void expect_added(const struct subject *s, const uint8_t *bytes, size_t size,
                         uint64_t item)
{
    size_t room = size + SKETCH_SPARE;
    size_t written = size;
    uint8_t *block = malloc(room);
    void *sketch = NULL;
    assert_non_null(block);
    memset(block, 0xa5, room);
    memcpy(block, bytes, size);
    enum sketch_status status = law_read_exactly(s, &sketch, bytes, size);
    if (!s->add_stored(block, &written, room, item)) {
        assert_int_equal(written, size);
        assert_memory_equal(block, bytes, size);
    } else if (status == SKETCH_OK) {
        assert_int_equal(s->add(sketch, item), SKETCH_OK);
        struct law_image expected = law_image_of(s, sketch);
        assert_int_equal(written, expected.size);
        assert_memory_equal(block, expected.bytes, written);
        law_release(expected);
    } else {
        assert_true(written <= room);
    }
    s->ops->free(sketch);
    free(block);
}

static void what_is_answered_directly_is_what_the_sketch_answers(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LAW_LENGTHS; i++) {
        for (size_t j = 0; j < LAW_LENGTHS; j++) {
            void *a = law_fill(s, 0, law_lengths[i]);
            void *b = law_fill(s, law_lengths[i], law_lengths[i] + law_lengths[j]);
            assert_int_equal(s->ops->merge(a, b), SKETCH_OK);
            struct law_image image = law_image_of(s, a);
            expect_direct_answers(s, image.bytes, image.size);
            law_release(image);
            s->ops->free(a);
            s->ops->free(b);
        }
    }
}

static void adding_in_place_is_adding(void **state)
{
    const struct subject *s = *state;
    if (!s->add_stored) {
        return;
    }
    for (size_t i = 0; i < LAW_LENGTHS; i++) {
        void *a = law_fill(s, 0, law_lengths[i]);
        struct law_image image = law_image_of(s, a);
        for (uint64_t item = 0; item < 2 * law_lengths[i] + 100; item++) {
            expect_added(s, image.bytes, image.size, item);
        }
        law_release(image);
        s->ops->free(a);
    }
}

/* One image that grows by every item, as a trigger's does. */
static void a_stream_added_in_place_is_the_stream(void **state)
{
    const struct subject *s = *state;
    size_t in_place = 0;
    void *sketch = law_fill(s, 0, 0);
    struct law_image image = law_image_of(s, sketch);
    for (uint64_t item = 0; s->add_stored && item < SUBJECT_LONG; item++) {
        size_t room = image.size + SKETCH_SPARE;
        image.bytes = realloc(image.bytes, room);
        assert_non_null(image.bytes);
        if (s->add_stored(image.bytes, &image.size, room, item)) {
            in_place++;
        } else {
            void *again;
            assert_int_equal(sketch_read(s->ops, &again, sketch, image.bytes,
                                         image.size, &sketch_libc_memory),
                             SKETCH_OK);
            assert_int_equal(s->add(again, item), SKETCH_OK);
            law_release(image);
            image = law_image_of(s, again);
            s->ops->free(again);
        }
    }
    if (s->add_stored) {
        void *read = law_read(s, image);
        assert_true(s->summarises(read, SUBJECT_LONG));
        assert_true(in_place > 0);
        print_message("%zu of %d in place\n", in_place, SUBJECT_LONG);
        s->ops->free(read);
    }
    law_release(image);
    s->ops->free(sketch);
}

/* The image of another stream, and every byte of it in turn changed or the last. */
static void damaged_bytes_are_absorbed_as_they_are_read(void **state)
{
    const struct subject *s = *state;
    void *total = law_fill(s, 500, 800);
    struct law_image into = law_image_of(s, total);
    for (size_t i = 0; i < LAW_LENGTHS; i++) {
        void *a = law_fill(s, 0, law_lengths[i]);
        struct law_image image = law_image_of(s, a);
        uint8_t *odd = exact_copy(image.bytes, image.size);
        for (size_t at = 0; at < image.size; at = law_next(at, image.size)) {
            assert_int_equal(expect_absorbed(s, into, odd, at), SKETCH_CORRUPT);
            expect_direct_answers(s, odd, at);
            const uint8_t others[] = {odd[at] ^ 1, odd[at] ^ 0x80, 0, 0xff};
            for (size_t k = 0; k < sizeof others; k++) {
                odd[at] = others[k];
                (void)expect_absorbed(s, into, odd, image.size);
                expect_direct_answers(s, odd, image.size);
                if (s->add_stored) {
                    expect_added(s, odd, image.size, at);
                }
            }
            odd[at] = image.bytes[at];
        }
        free(odd);
        law_release(image);
        s->ops->free(a);
    }
    law_release(into);
    s->ops->free(total);
}

static enum sketch_status absorb_rationed(const struct subject *s, uint64_t grants,
                                          struct law_image into, struct law_image from)
{
    struct ration ration = {.grants = RATION_UNLIMITED};
    struct sketch_memory memory = ration_memory(&ration);
    void *sketch = NULL;
    uint8_t *bytes = NULL;
    size_t size = 0;
    assert_int_equal(s->ops->deserialise(&sketch, into.bytes, into.size, &memory),
                     SKETCH_OK);
    ration.grants = grants;
    enum sketch_status status = s->ops->absorb(sketch, from.bytes, from.size);
    ration.grants = RATION_UNLIMITED;
    assert_int_equal(s->ops->serialise(sketch, &bytes, &size), SKETCH_OK);
    if (status != SKETCH_OK && !s->merges_in_steps) {
        assert_true(law_same(into, (struct law_image){bytes, size}));
    }
    sketch_release(&memory, bytes);
    s->ops->free(sketch);
    assert_int_equal(ration.blocks, 0);
    return status;
}

static void absorbing_survives_every_refusal(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LAW_LENGTHS; i++) {
        for (size_t j = 0; j < LAW_LENGTHS; j++) {
            void *a = law_fill(s, 0, law_lengths[i]);
            void *b = law_fill(s, law_lengths[i], law_lengths[i] + law_lengths[j]);
            struct law_image into = law_image_of(s, a);
            struct law_image from = law_image_of(s, b);
            enum sketch_status status = SKETCH_NOMEM;
            for (uint64_t grants = 0; status == SKETCH_NOMEM && grants < 10000;
                 grants++) {
                status = absorb_rationed(s, grants, into, from);
            }
            assert_int_equal(status, SKETCH_OK);
            law_release(into);
            law_release(from);
            s->ops->free(a);
            s->ops->free(b);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absorbing_is_reading_and_merging),
        cmocka_unit_test(a_sketch_absorbs_one_after_the_other),
        cmocka_unit_test(a_sketch_of_another_size_is_absorbed_as_it_is_merged),
        cmocka_unit_test(what_is_answered_directly_is_what_the_sketch_answers),
        cmocka_unit_test(adding_in_place_is_adding),
        cmocka_unit_test(a_stream_added_in_place_is_the_stream),
        cmocka_unit_test(damaged_bytes_are_absorbed_as_they_are_read),
        cmocka_unit_test(absorbing_survives_every_refusal),
    };
    return law_run(tests, sizeof tests / sizeof *tests);
}
