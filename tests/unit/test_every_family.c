/* Laws that hold for every family, whatever it summarises. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ration.h"
#include "subjects.h"

/* Lengths of stream after which a sketch is looked at: empty, one, a few, many. */
static const uint64_t lengths[] = {0, 1, 2, 7, 20, 60, 200, 700, SUBJECT_LONG};
enum { LENGTHS = sizeof lengths / sizeof *lengths };

/* No call here asks for memory as often: one that is still refused never succeeds. */
enum { GRANTS_MOST = 10000 };

struct image {
    uint8_t *bytes;
    size_t size;
};

static void *filled(const struct subject *s, uint64_t from, uint64_t to)
{
    void *sketch = NULL;
    assert_int_equal(subject_fill(s, &sketch, from, to, &sketch_libc_memory),
                     SKETCH_OK);
    assert_non_null(sketch);
    return sketch;
}

/* For sketches of libc's memory, and so freed by free_image(). */
static struct image image_of(const struct subject *s, const void *sketch)
{
    struct image image = {NULL, 0};
    assert_int_equal(s->ops->serialise(sketch, &image.bytes, &image.size), SKETCH_OK);
    assert_non_null(image.bytes);
    return image;
}

static void free_image(struct image image) { free(image.bytes); }

static bool same(struct image a, struct image b)
{
    return a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0;
}

/* Takes both images. */
static void expect_same(struct image a, struct image b)
{
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.bytes, b.bytes, a.size);
    free_image(a);
    free_image(b);
}

static void *read_image(const struct subject *s, struct image image)
{
    void *sketch = NULL;
    assert_int_equal(
        s->ops->deserialise(&sketch, image.bytes, image.size, &sketch_libc_memory),
        SKETCH_OK);
    assert_non_null(sketch);
    return sketch;
}

/* Deserialises from a block of exactly that size, so that a sanitizer sees a read
 * beyond its end. */
static enum sketch_status read_exactly(const struct subject *s, void **out,
                                       const uint8_t *bytes, size_t size)
{
    uint8_t *block = malloc(size ? size : 1);
    assert_non_null(block);
    memcpy(block, bytes, size);
    *out = block; /* has to be overwritten, with NULL when it fails */
    enum sketch_status status =
        s->ops->deserialise(out, size ? block : NULL, size, &sketch_libc_memory);
    free(block);
    return status;
}

static void expect_refused(const struct subject *s, const uint8_t *bytes, size_t size)
{
    void *sketch = NULL;
    assert_int_equal(read_exactly(s, &sketch, bytes, size), SKETCH_CORRUPT);
    assert_null(sketch);
}

/* ---- bytes ---- */

static void a_round_trip_gives_the_same_bytes(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LENGTHS; i++) {
        void *a = filled(s, 0, lengths[i]);
        struct image before = image_of(s, a);
        void *b = read_image(s, before);
        assert_true(s->summarises(b, lengths[i]));
        expect_same(before, image_of(s, b));
        s->ops->free(a);
        s->ops->free(b);
    }
}

static void a_sketch_that_was_read_goes_on(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LENGTHS; i++) {
        void *a = filled(s, 0, lengths[i]);
        struct image image = image_of(s, a);
        s->ops->free(a);
        void *b = read_image(s, image);
        for (uint64_t item = lengths[i]; item < lengths[i] + 1000; item++) {
            assert_int_equal(s->add(b, item), SKETCH_OK);
        }
        assert_true(s->summarises(b, lengths[i] + 1000));
        free_image(image);
        s->ops->free(b);
    }
}

static void the_same_stream_gives_the_same_bytes(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LENGTHS; i++) {
        void *a = filled(s, 0, lengths[i]);
        struct ration ration = {.grants = RATION_UNLIMITED};
        struct sketch_memory memory = ration_memory(&ration);
        void *b = NULL;
        assert_int_equal(subject_fill(s, &b, 0, lengths[i], &memory), SKETCH_OK);
        uint8_t *bytes = NULL;
        size_t size = 0;
        assert_int_equal(s->ops->serialise(b, &bytes, &size), SKETCH_OK);
        struct image image = image_of(s, a);
        assert_true(same(image, (struct image){bytes, size}));
        free_image(image);
        sketch_release(&memory, bytes);
        s->ops->free(a);
        s->ops->free(b);
        assert_int_equal(ration.blocks, 0);
    }
}

static void asking_changes_nothing(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LENGTHS; i++) {
        void *a = filled(s, 0, lengths[i]);
        void *twin = filled(s, 0, lengths[i]);
        s->ask(a, &sketch_libc_memory);
        free_image(image_of(s, a));
        s->ask(a, &sketch_libc_memory);
        /* Nor does it change what comes later. */
        assert_int_equal(s->add(a, lengths[i]), SKETCH_OK);
        assert_int_equal(s->add(twin, lengths[i]), SKETCH_OK);
        expect_same(image_of(s, a), image_of(s, twin));
        s->ops->free(a);
        s->ops->free(twin);
    }
}

static void images_are_recognised_by_their_own_family_alone(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LENGTHS; i++) {
        void *a = filled(s, 0, lengths[i]);
        struct image image = image_of(s, a);
        for (size_t other = 0; other < subject_count; other++) {
            const struct sketch_ops *ops = subjects[other]->ops;
            bool own = strcmp(ops->family, s->ops->family) == 0;
            assert_int_equal(ops->recognises(image.bytes, image.size), own);
            if (!own) {
                expect_refused(subjects[other], image.bytes, image.size);
            }
        }
        assert_false(s->ops->recognises(NULL, 0));
        free_image(image);
        s->ops->free(a);
    }
}

static void every_truncation_is_refused(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LENGTHS; i++) {
        void *a = filled(s, 0, lengths[i]);
        struct image image = image_of(s, a);
        for (size_t cut = 0; cut < image.size; cut++) {
            expect_refused(s, image.bytes, cut);
        }
        free_image(image);
        s->ops->free(a);
    }
}

static void an_appended_byte_is_refused_unless_the_format_overlooks_it(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LENGTHS; i++) {
        void *a = filled(s, 0, lengths[i]);
        struct image image = image_of(s, a);
        uint8_t *longer = calloc(1, image.size + 1);
        assert_non_null(longer);
        memcpy(longer, image.bytes, image.size);
        if (s->overlooks_appended) {
            void *b = NULL;
            assert_int_equal(read_exactly(s, &b, longer, image.size + 1), SKETCH_OK);
            expect_same(image, image_of(s, b));
            s->ops->free(b);
        } else {
            expect_refused(s, longer, image.size + 1);
            free_image(image);
        }
        free(longer);
        s->ops->free(a);
    }
}

/* What came out of altered bytes has to be a sketch like any other. */
static void use(const struct subject *s, void *odd, struct image altered,
                struct image healthy)
{
    struct image written = image_of(s, odd);
    if (!s->reads_other_forms) {
        assert_true(same(written, altered));
    }
    void *again = read_image(s, written);
    expect_same(written, image_of(s, again));
    s->ask(odd, &sketch_libc_memory);

    /* Merging may refuse parameters or a total, and then leaves all as it was. */
    void *other = read_image(s, healthy);
    struct image before = image_of(s, other);
    if (s->ops->merge(other, odd) == SKETCH_OK) {
        struct image merged = image_of(s, other);
        s->ask(other, &sketch_libc_memory);
        s->ops->free(read_image(s, merged));
        free_image(merged);
        free_image(before);
    } else {
        expect_same(before, image_of(s, other));
    }
    if (s->ops->merge(odd, again) == SKETCH_OK) {
        (void)s->add(odd, 1); /* may be refused: the total may be at its end */
        struct image merged = image_of(s, odd);
        s->ops->free(read_image(s, merged));
        free_image(merged);
    }
    s->ops->free(other);
    s->ops->free(again);
}

static void every_changed_byte_is_refused_or_gives_a_sound_sketch(void **state)
{
    const struct subject *s = *state;
    size_t accepted = 0;
    size_t refused = 0;
    for (size_t i = 0; i < LENGTHS; i++) {
        void *a = filled(s, 0, lengths[i]);
        struct image image = image_of(s, a);
        struct image altered = {malloc(image.size), image.size};
        assert_non_null(altered.bytes);
        for (size_t at = 0; at < image.size; at++) {
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
                if (read_exactly(s, &odd, altered.bytes, altered.size) != SKETCH_OK) {
                    assert_null(odd);
                    refused++;
                    continue;
                }
                accepted++;
                use(s, odd, altered, image);
                s->ops->free(odd);
            }
        }
        free_image(altered);
        free_image(image);
        s->ops->free(a);
    }
    assert_true(refused > 0);
    print_message("%zu changes refused, %zu accepted\n", refused, accepted);
}

/* ---- merging ---- */

static void merging_an_empty_sketch_changes_nothing(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LENGTHS; i++) {
        void *a = filled(s, 0, lengths[i]);
        void *empty = filled(s, 0, 0);
        struct image before = image_of(s, a);
        assert_int_equal(s->ops->merge(a, empty), SKETCH_OK);
        expect_same(before, image_of(s, a));
        s->ops->free(a);
        s->ops->free(empty);
    }
}

static void merging_into_an_empty_sketch_makes_a_copy(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LENGTHS; i++) {
        void *a = filled(s, 0, lengths[i]);
        void *empty = filled(s, 0, 0);
        struct image before = image_of(s, a);
        assert_int_equal(s->ops->merge(empty, a), SKETCH_OK);
        expect_same(before, image_of(s, empty));
        /* A copy of its own: it lives on when the other is gone. */
        s->ops->free(a);
        assert_int_equal(s->add(empty, lengths[i]), SKETCH_OK);
        assert_true(s->summarises(empty, lengths[i] + 1));
        s->ops->free(empty);
    }
}

static void merging_leaves_its_source_alone(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LENGTHS; i++) {
        for (size_t j = 0; j < LENGTHS; j++) {
            void *into = filled(s, 0, lengths[i]);
            void *from = filled(s, lengths[i], lengths[i] + lengths[j]);
            struct image before = image_of(s, from);
            assert_int_equal(s->ops->merge(into, from), SKETCH_OK);
            assert_true(s->summarises(into, lengths[i] + lengths[j]));
            expect_same(before, image_of(s, from));
            s->ops->free(into);
            s->ops->free(from);
        }
    }
}

enum { PARTS = 8 };

/* The stream 0 .. count - 1, cut into parts of very different lengths. */
static void fill_parts(const struct subject *s, void *parts[PARTS], uint64_t count)
{
    uint64_t from = 0;
    for (uint64_t i = 0; i < PARTS; i++) {
        uint64_t to = i == PARTS - 1 ? count : count * (i * i) / (PARTS * PARTS);
        parts[i] = filled(s, from, to);
        from = to;
    }
}

static void expect_whole(const struct subject *s, void *parts[PARTS], void *whole,
                         uint64_t count)
{
    assert_true(s->summarises(whole, count));
    struct image image = image_of(s, whole);
    void *again = read_image(s, image);
    assert_true(s->summarises(again, count));
    expect_same(image, image_of(s, again));
    s->ops->free(again);
    for (size_t i = 0; i < PARTS; i++) {
        s->ops->free(parts[i]);
    }
}

static void merging_in_any_order_and_grouping_summarises_the_whole(void **state)
{
    const struct subject *s = *state;
    void *parts[PARTS];
    for (size_t n = 0; n < LENGTHS; n++) {
        fill_parts(s, parts, lengths[n]); /* first to last */
        for (size_t i = 1; i < PARTS; i++) {
            assert_int_equal(s->ops->merge(parts[0], parts[i]), SKETCH_OK);
        }
        expect_whole(s, parts, parts[0], lengths[n]);

        fill_parts(s, parts, lengths[n]); /* last to first, each into the one before */
        for (size_t i = PARTS - 1; i > 0; i--) {
            assert_int_equal(s->ops->merge(parts[i - 1], parts[i]), SKETCH_OK);
        }
        expect_whole(s, parts, parts[0], lengths[n]);

        fill_parts(s, parts, lengths[n]); /* in pairs, then pairs of pairs */
        for (size_t step = 1; step < PARTS; step *= 2) {
            for (size_t i = 0; i + step < PARTS; i += 2 * step) {
                assert_int_equal(s->ops->merge(parts[i + step], parts[i]), SKETCH_OK);
                void *swap = parts[i];
                parts[i] = parts[i + step];
                parts[i + step] = swap;
            }
        }
        expect_whole(s, parts, parts[0], lengths[n]);
    }
}

static void a_merged_sketch_goes_on(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LENGTHS; i++) {
        uint64_t half = lengths[i] / 2;
        void *a = filled(s, 0, half);
        void *b = filled(s, half, lengths[i]);
        assert_int_equal(s->ops->merge(a, b), SKETCH_OK);
        for (uint64_t item = lengths[i]; item < lengths[i] + 1000; item++) {
            assert_int_equal(s->add(a, item), SKETCH_OK);
        }
        assert_true(s->summarises(a, lengths[i] + 1000));
        s->ops->free(a);
        s->ops->free(b);
    }
}

/* ---- memory that is refused ---- */

/* The image of a sketch whose memory is rationed, as a block of libc's. */
static struct image rationed_image(const struct subject *s, const void *sketch,
                                   struct ration *ration)
{
    uint64_t grants = ration->grants;
    ration->grants = RATION_UNLIMITED;
    struct sketch_memory memory = ration_memory(ration);
    uint8_t *bytes = NULL;
    struct image image = {NULL, 0};
    assert_int_equal(s->ops->serialise(sketch, &bytes, &image.size), SKETCH_OK);
    image.bytes = malloc(image.size);
    assert_non_null(image.bytes);
    memcpy(image.bytes, bytes, image.size);
    sketch_release(&memory, bytes);
    ration->grants = grants;
    return image;
}

static void create_survives_every_refusal(void **state)
{
    const struct subject *s = *state;
    struct ration ration = {0};
    struct sketch_memory memory = ration_memory(&ration);
    enum sketch_status status = SKETCH_NOMEM;
    uint64_t grants = 0;
    for (; status == SKETCH_NOMEM && grants < GRANTS_MOST; grants++) {
        void *sketch = &ration;
        ration.grants = grants;
        status = s->create(&sketch, &memory);
        assert_int_equal(sketch == NULL, status != SKETCH_OK);
        s->ops->free(sketch);
        assert_int_equal(ration.blocks, 0);
    }
    assert_int_equal(status, SKETCH_OK);
    assert_true(grants > 1); /* something was refused, then something granted */
}

/* A twin that is never refused anything says what the sketch has to be. */
static void add_survives_every_refusal(void **state)
{
    const struct subject *s = *state;
    struct ration ration = {.grants = RATION_UNLIMITED};
    struct sketch_memory memory = ration_memory(&ration);
    void *sketch = NULL;
    assert_int_equal(s->create(&sketch, &memory), SKETCH_OK);
    void *twin = filled(s, 0, 0);
    uint64_t refusals = 0;
    for (uint64_t i = 0; i < SUBJECT_LONG; i++) {
        enum sketch_status status = SKETCH_NOMEM;
        for (uint64_t grants = 0; status == SKETCH_NOMEM && grants < GRANTS_MOST;
             grants++) {
            ration.grants = grants;
            status = s->add(sketch, i);
            if (status == SKETCH_NOMEM) {
                refusals++;
                expect_same(rationed_image(s, sketch, &ration), image_of(s, twin));
            }
        }
        assert_int_equal(status, SKETCH_OK);
        assert_int_equal(s->add(twin, i), SKETCH_OK);
    }
    expect_same(rationed_image(s, sketch, &ration), image_of(s, twin));
    s->ops->free(sketch);
    s->ops->free(twin);
    assert_int_equal(ration.blocks, 0);
    print_message("%llu refusals\n", (unsigned long long)refusals);
}

/* Fills two sketches and merges them with so many grants. */
static enum sketch_status merge_rationed(const struct subject *s, uint64_t grants,
                                         uint64_t into_items, uint64_t from_items)
{
    struct ration ration = {.grants = RATION_UNLIMITED};
    struct sketch_memory memory = ration_memory(&ration);
    void *into = NULL;
    void *from = NULL;
    assert_int_equal(subject_fill(s, &into, 0, into_items, &memory), SKETCH_OK);
    assert_int_equal(
        subject_fill(s, &from, into_items, into_items + from_items, &memory),
        SKETCH_OK);
    struct image into_before = rationed_image(s, into, &ration);
    struct image from_before = rationed_image(s, from, &ration);
    ration.grants = grants;
    enum sketch_status status = s->ops->merge(into, from);
    ration.grants = RATION_UNLIMITED; /* answering may take memory, too */
    if (status == SKETCH_OK) {
        free_image(into_before);
        assert_true(s->summarises(into, into_items + from_items));
    } else {
        expect_same(into_before, rationed_image(s, into, &ration));
    }
    expect_same(from_before, rationed_image(s, from, &ration));
    s->ops->free(into);
    s->ops->free(from);
    assert_int_equal(ration.blocks, 0);
    return status;
}

static void merge_survives_every_refusal(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LENGTHS; i++) {
        for (size_t j = 0; j < LENGTHS; j++) {
            enum sketch_status status = SKETCH_NOMEM;
            for (uint64_t grants = 0; status == SKETCH_NOMEM && grants < GRANTS_MOST;
                 grants++) {
                status = merge_rationed(s, grants, lengths[i], lengths[j]);
            }
            assert_int_equal(status, SKETCH_OK);
        }
    }
}

static void serialise_and_deserialise_survive_every_refusal(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LENGTHS; i++) {
        struct ration ration = {.grants = RATION_UNLIMITED};
        struct sketch_memory memory = ration_memory(&ration);
        void *sketch = NULL;
        assert_int_equal(subject_fill(s, &sketch, 0, lengths[i], &memory), SKETCH_OK);
        struct image image = rationed_image(s, sketch, &ration);
        uint64_t blocks = ration.blocks;
        enum sketch_status status = SKETCH_NOMEM;
        for (uint64_t grants = 0; status == SKETCH_NOMEM && grants < GRANTS_MOST;
             grants++) {
            uint8_t *bytes = NULL;
            size_t size = 0;
            ration.grants = grants;
            status = s->ops->serialise(sketch, &bytes, &size);
            sketch_release(&memory, status == SKETCH_OK ? bytes : NULL);
            assert_int_equal(ration.blocks, blocks);
            assert_true(grants > 0 || status == SKETCH_NOMEM);
        }
        assert_int_equal(status, SKETCH_OK);
        status = SKETCH_NOMEM;
        for (uint64_t grants = 0; status == SKETCH_NOMEM && grants < GRANTS_MOST;
             grants++) {
            void *again = &ration;
            ration.grants = grants;
            status = s->ops->deserialise(&again, image.bytes, image.size, &memory);
            assert_int_equal(again == NULL, status != SKETCH_OK);
            s->ops->free(again);
            assert_int_equal(ration.blocks, blocks);
            assert_true(grants > 0 || status == SKETCH_NOMEM);
        }
        assert_int_equal(status, SKETCH_OK);
        expect_same(image, rationed_image(s, sketch, &ration));
        s->ops->free(sketch);
        assert_int_equal(ration.blocks, 0);
    }
}

static void freeing_nothing_is_allowed(void **state)
{
    const struct subject *s = *state;
    s->ops->free(NULL);
}

int main(void)
{
    int failed = 0;
    for (size_t i = 0; i < subject_count; i++) {
        /* cmocka wants a pointer that could be written through. */
        struct subject subject = *subjects[i];
        void *s = &subject;
        const struct CMUnitTest tests[] = {
            cmocka_unit_test_prestate(a_round_trip_gives_the_same_bytes, s),
            cmocka_unit_test_prestate(a_sketch_that_was_read_goes_on, s),
            cmocka_unit_test_prestate(the_same_stream_gives_the_same_bytes, s),
            cmocka_unit_test_prestate(asking_changes_nothing, s),
            cmocka_unit_test_prestate(images_are_recognised_by_their_own_family_alone,
                                      s),
            cmocka_unit_test_prestate(every_truncation_is_refused, s),
            cmocka_unit_test_prestate(
                an_appended_byte_is_refused_unless_the_format_overlooks_it, s),
            cmocka_unit_test_prestate(
                every_changed_byte_is_refused_or_gives_a_sound_sketch, s),
            cmocka_unit_test_prestate(merging_an_empty_sketch_changes_nothing, s),
            cmocka_unit_test_prestate(merging_into_an_empty_sketch_makes_a_copy, s),
            cmocka_unit_test_prestate(merging_leaves_its_source_alone, s),
            cmocka_unit_test_prestate(
                merging_in_any_order_and_grouping_summarises_the_whole, s),
            cmocka_unit_test_prestate(a_merged_sketch_goes_on, s),
            cmocka_unit_test_prestate(create_survives_every_refusal, s),
            cmocka_unit_test_prestate(add_survives_every_refusal, s),
            cmocka_unit_test_prestate(merge_survives_every_refusal, s),
            cmocka_unit_test_prestate(serialise_and_deserialise_survive_every_refusal,
                                      s),
            cmocka_unit_test_prestate(freeing_nothing_is_allowed, s),
        };
        failed += cmocka_run_group_tests_name(subject.name, tests, NULL, NULL);
    }
    return failed;
}
