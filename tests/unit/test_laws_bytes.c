/* Laws of every family: what its bytes are worth. */
#include "laws.h"
#include "ration.h"

static void a_round_trip_gives_the_same_bytes(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LAW_LENGTHS; i++) {
        void *a = law_fill(s, 0, law_lengths[i]);
        struct law_image before = law_image_of(s, a);
        void *b = law_read(s, before);
        assert_true(s->summarises(b, law_lengths[i]));
        law_expect_same(before, law_image_of(s, b));
        s->ops->free(a);
        s->ops->free(b);
    }
}

static void a_sketch_that_was_read_goes_on(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LAW_LENGTHS; i++) {
        void *a = law_fill(s, 0, law_lengths[i]);
        struct law_image image = law_image_of(s, a);
        s->ops->free(a);
        void *b = law_read(s, image);
        for (uint64_t item = law_lengths[i]; item < law_lengths[i] + 1000; item++) {
            assert_int_equal(s->add(b, item), SKETCH_OK);
        }
        assert_true(s->summarises(b, law_lengths[i] + 1000));
        law_release(image);
        s->ops->free(b);
    }
}

/* So that a new one may come out of an image, which may leave it to others to know of
 * what size it is. */
static void a_new_sketch_that_was_read_is_a_new_one(void **state)
{
    const struct subject *s = *state;
    void *fresh = law_fill(s, 0, 0);
    struct law_image image = law_image_of(s, fresh);
    void *read;
    assert_int_equal(
        sketch_read(s->ops, &read, fresh, image.bytes, image.size, &sketch_libc_memory),
        SKETCH_OK);
    for (uint64_t item = 0; item < SUBJECT_LONG; item++) {
        assert_int_equal(s->add(fresh, item), SKETCH_OK);
        assert_int_equal(s->add(read, item), SKETCH_OK);
    }
    law_expect_same(law_image_of(s, fresh), law_image_of(s, read));
    law_release(image);
    s->ops->free(fresh);
    s->ops->free(read);
}

static void the_same_stream_gives_the_same_bytes(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LAW_LENGTHS; i++) {
        void *a = law_fill(s, 0, law_lengths[i]);
        struct ration ration = {.grants = RATION_UNLIMITED};
        struct sketch_memory memory = ration_memory(&ration);
        void *b = NULL;
        assert_int_equal(subject_fill(s, &b, 0, law_lengths[i], &memory), SKETCH_OK);
        uint8_t *bytes = NULL;
        size_t size = 0;
        assert_int_equal(s->ops->serialise(b, &bytes, &size), SKETCH_OK);
        struct law_image image = law_image_of(s, a);
        assert_true(law_same(image, (struct law_image){bytes, size}));
        law_release(image);
        sketch_release(&memory, bytes);
        s->ops->free(a);
        s->ops->free(b);
        assert_int_equal(ration.blocks, 0);
    }
}

static void asking_changes_nothing(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LAW_LENGTHS; i++) {
        void *a = law_fill(s, 0, law_lengths[i]);
        void *twin = law_fill(s, 0, law_lengths[i]);
        s->ask(a, &sketch_libc_memory);
        law_release(law_image_of(s, a));
        s->ask(a, &sketch_libc_memory);
        /* Nor does it change what comes later. */
        assert_int_equal(s->add(a, law_lengths[i]), SKETCH_OK);
        assert_int_equal(s->add(twin, law_lengths[i]), SKETCH_OK);
        law_expect_same(law_image_of(s, a), law_image_of(s, twin));
        s->ops->free(a);
        s->ops->free(twin);
    }
}

static void images_are_recognised_by_their_own_family_alone(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LAW_LENGTHS; i++) {
        void *a = law_fill(s, 0, law_lengths[i]);
        struct law_image image = law_image_of(s, a);
        for (size_t other = 0; other < subject_count; other++) {
            const struct sketch_ops *ops = subjects[other]->ops;
            bool own = strcmp(ops->family, s->ops->family) == 0;
            assert_int_equal(ops->recognises(image.bytes, image.size), own);
            if (!own) {
                law_expect_refused(subjects[other], image.bytes, image.size);
            }
        }
        assert_false(s->ops->recognises(NULL, 0));
        law_release(image);
        s->ops->free(a);
    }
}

static void every_truncation_is_refused(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LAW_LENGTHS; i++) {
        void *a = law_fill(s, 0, law_lengths[i]);
        struct law_image image = law_image_of(s, a);
        for (size_t cut = 0; cut < image.size; cut++) {
            law_expect_refused(s, image.bytes, cut);
        }
        law_release(image);
        s->ops->free(a);
    }
}

static void an_appended_byte_is_refused_unless_the_format_overlooks_it(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LAW_LENGTHS; i++) {
        void *a = law_fill(s, 0, law_lengths[i]);
        struct law_image image = law_image_of(s, a);
        uint8_t *longer = calloc(1, image.size + 1);
        assert_non_null(longer);
        memcpy(longer, image.bytes, image.size);
        if (s->overlooks_appended) {
            void *b = NULL;
            assert_int_equal(law_read_exactly(s, &b, longer, image.size + 1),
                             SKETCH_OK);
            law_expect_same(image, law_image_of(s, b));
            s->ops->free(b);
        } else {
            law_expect_refused(s, longer, image.size + 1);
            law_release(image);
        }
        free(longer);
        s->ops->free(a);
    }
}

/* What came out of altered bytes has to be a sketch like any other. */
static void use(const struct subject *s, void *odd, struct law_image altered,
                struct law_image healthy)
{
    struct law_image written = law_image_of(s, odd);
    if (!s->reads_other_forms) {
        assert_true(law_same(written, altered));
    }
    void *again = law_read(s, written);
    law_expect_same(written, law_image_of(s, again));
    s->ask(odd, &sketch_libc_memory);

    /* Merging may refuse parameters or a total, and then leaves all as it was. */
    void *other = law_read(s, healthy);
    struct law_image before = law_image_of(s, other);
    if (s->ops->merge(other, odd) == SKETCH_OK) {
        struct law_image merged = law_image_of(s, other);
        s->ask(other, &sketch_libc_memory);
        s->ops->free(law_read(s, merged));
        law_release(merged);
        law_release(before);
    } else {
        law_expect_unmerged(s, before, other);
    }
    if (s->ops->merge(odd, again) == SKETCH_OK) {
        (void)s->add(odd, 1); /* may be refused: the total may be at its end */
        struct law_image merged = law_image_of(s, odd);
        s->ops->free(law_read(s, merged));
        law_release(merged);
    }
    s->ops->free(other);
    s->ops->free(again);
}

static void every_changed_byte_is_refused_or_gives_a_sound_sketch(void **state)
{
    const struct subject *s = *state;
    size_t accepted = 0;
    size_t refused = 0;
    for (size_t i = 0; i < LAW_LENGTHS; i++) {
        void *a = law_fill(s, 0, law_lengths[i]);
        struct law_image image = law_image_of(s, a);
        struct law_image altered = {malloc(image.size), image.size};
        assert_non_null(altered.bytes);
        for (size_t at = 0; at < image.size; at = law_next(at, image.size)) {
            uint8_t byte = image.bytes[at];
            const uint8_t others[] = {
                byte ^ 1, byte ^ 0x80, byte ^ 0xff, (uint8_t)(byte + 1), 0, 0xff};
            memcpy(altered.bytes, image.bytes, image.size);
            for (size_t k = 0; k < sizeof others; k++) {
                altered.bytes[at] = others[k];
                void *odd = NULL;
                if (others[k] == byte) {
                    continue;
                }
                if (law_read_exactly(s, &odd, altered.bytes, altered.size) !=
                    SKETCH_OK) {
                    assert_null(odd);
                    refused++;
                    continue;
                }
                accepted++;
                use(s, odd, altered, image);
                s->ops->free(odd);
            }
        }
        law_release(altered);
        law_release(image);
        s->ops->free(a);
    }
    assert_true(refused > 0);
    print_message("%zu changes refused, %zu accepted\n", refused, accepted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_round_trip_gives_the_same_bytes),
        cmocka_unit_test(a_sketch_that_was_read_goes_on),
        cmocka_unit_test(a_new_sketch_that_was_read_is_a_new_one),
        cmocka_unit_test(the_same_stream_gives_the_same_bytes),
        cmocka_unit_test(asking_changes_nothing),
        cmocka_unit_test(images_are_recognised_by_their_own_family_alone),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(an_appended_byte_is_refused_unless_the_format_overlooks_it),
        cmocka_unit_test(every_changed_byte_is_refused_or_gives_a_sound_sketch),
    };
    return law_run(tests, sizeof tests / sizeof *tests);
}
