/* Laws of every family: what merging does. */
#include "laws.h"

static void merging_an_empty_sketch_changes_nothing(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LAW_LENGTHS; i++) {
        void *a = law_fill(s, 0, law_lengths[i]);
        void *empty = law_fill(s, 0, 0);
        struct law_image before = law_image_of(s, a);
        assert_int_equal(s->ops->merge(a, empty), SKETCH_OK);
        law_expect_same(before, law_image_of(s, a));
        s->ops->free(a);
        s->ops->free(empty);
    }
}

static void merging_into_an_empty_sketch_makes_a_copy(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LAW_LENGTHS; i++) {
        void *a = law_fill(s, 0, law_lengths[i]);
        void *empty = law_fill(s, 0, 0);
        struct law_image before = law_image_of(s, a);
        assert_int_equal(s->ops->merge(empty, a), SKETCH_OK);
        law_expect_same(before, law_image_of(s, empty));
        /* A copy of its own: it lives on when the other is gone. */
        s->ops->free(a);
        assert_int_equal(s->add(empty, law_lengths[i]), SKETCH_OK);
        assert_true(s->summarises(empty, law_lengths[i] + 1));
        s->ops->free(empty);
    }
}

static void *other_empty(const struct subject *s)
{
    void *empty = NULL;
    assert_int_equal(s->create_other(&empty, &sketch_libc_memory), SKETCH_OK);
    return empty;
}

/* Sizes survive emptiness: of two empty ones the first's, and else that of the one that
 * is not empty. */
static void the_size_of_an_empty_sketch_counts_if_all_are_empty(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; s->create_other && i < LAW_LENGTHS; i++) {
        void *a = law_fill(s, 0, law_lengths[i]);
        void *into = other_empty(s);
        void *from = other_empty(s);
        struct law_image other = law_image_of(s, from);
        struct law_image before = law_image_of(s, a);
        assert_false(law_same(other, before));
        assert_int_equal(s->ops->merge(into, a), SKETCH_OK);
        assert_int_equal(s->ops->merge(a, from), SKETCH_OK);
        struct law_image merged = law_image_of(s, into);
        assert_true(law_same(merged, law_lengths[i] == 0 ? other : before));
        law_expect_same(before, law_image_of(s, a));
        law_release(merged);
        law_release(other);
        s->ops->free(a);
        s->ops->free(into);
        s->ops->free(from);
    }
}

static void merging_leaves_its_source_alone(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LAW_LENGTHS; i++) {
        for (size_t j = 0; j < LAW_LENGTHS; j++) {
            void *into = law_fill(s, 0, law_lengths[i]);
            void *from = law_fill(s, law_lengths[i], law_lengths[i] + law_lengths[j]);
            struct law_image before = law_image_of(s, from);
            assert_int_equal(s->ops->merge(into, from), SKETCH_OK);
            assert_true(s->summarises(into, law_lengths[i] + law_lengths[j]));
            law_expect_same(before, law_image_of(s, from));
            s->ops->free(into);
            s->ops->free(from);
        }
    }
}

enum { PARTS = 8 };

/* The stream 0 .. count - 1, cut into parts of very different law_lengths. */
static void fill_parts(const struct subject *s, void *parts[PARTS], uint64_t count)
{
    uint64_t from = 0;
    for (uint64_t i = 0; i < PARTS; i++) {
        uint64_t to = i == PARTS - 1 ? count : count * (i * i) / (PARTS * PARTS);
        parts[i] = law_fill(s, from, to);
        from = to;
    }
}

static void expect_whole(const struct subject *s, void *parts[PARTS], void *whole,
                         uint64_t count)
{
    assert_true(s->summarises(whole, count));
    struct law_image image = law_image_of(s, whole);
    void *again = law_read(s, image);
    assert_true(s->summarises(again, count));
    law_expect_same(image, law_image_of(s, again));
    s->ops->free(again);
    for (size_t i = 0; i < PARTS; i++) {
        s->ops->free(parts[i]);
    }
}

static void merging_in_any_order_and_grouping_summarises_the_whole(void **state)
{
    const struct subject *s = *state;
    void *parts[PARTS];
    for (size_t n = 0; n < LAW_LENGTHS; n++) {
        fill_parts(s, parts, law_lengths[n]); /* first to last */
        for (size_t i = 1; i < PARTS; i++) {
            assert_int_equal(s->ops->merge(parts[0], parts[i]), SKETCH_OK);
        }
        expect_whole(s, parts, parts[0], law_lengths[n]);

        fill_parts(s, parts,
                   law_lengths[n]); /* last to first, each into the one before */
        for (size_t i = PARTS - 1; i > 0; i--) {
            assert_int_equal(s->ops->merge(parts[i - 1], parts[i]), SKETCH_OK);
        }
        expect_whole(s, parts, parts[0], law_lengths[n]);

        fill_parts(s, parts, law_lengths[n]); /* in pairs, then pairs of pairs */
        for (size_t step = 1; step < PARTS; step *= 2) {
            for (size_t i = 0; i + step < PARTS; i += 2 * step) {
                assert_int_equal(s->ops->merge(parts[i + step], parts[i]), SKETCH_OK);
                void *swap = parts[i];
                parts[i] = parts[i + step];
                parts[i + step] = swap;
            }
        }
        expect_whole(s, parts, parts[0], law_lengths[n]);
    }
}

static void a_merged_sketch_goes_on(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LAW_LENGTHS; i++) {
        uint64_t half = law_lengths[i] / 2;
        void *a = law_fill(s, 0, half);
        void *b = law_fill(s, half, law_lengths[i]);
        assert_int_equal(s->ops->merge(a, b), SKETCH_OK);
        for (uint64_t item = law_lengths[i]; item < law_lengths[i] + 1000; item++) {
            assert_int_equal(s->add(a, item), SKETCH_OK);
        }
        assert_true(s->summarises(a, law_lengths[i] + 1000));
        s->ops->free(a);
        s->ops->free(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merging_an_empty_sketch_changes_nothing),
        cmocka_unit_test(merging_into_an_empty_sketch_makes_a_copy),
        cmocka_unit_test(the_size_of_an_empty_sketch_counts_if_all_are_empty),
        cmocka_unit_test(merging_leaves_its_source_alone),
        cmocka_unit_test(merging_in_any_order_and_grouping_summarises_the_whole),
        cmocka_unit_test(a_merged_sketch_goes_on),
    };
    return law_run(tests, sizeof tests / sizeof *tests);
}
