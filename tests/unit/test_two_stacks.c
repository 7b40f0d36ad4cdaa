/* The queue of stored sketches, for every family. */
#include "laws.h"

#include "random.h"
#include "ration.h"
#include "two_stacks.h"

enum { PARTS = 60, PART_ITEMS = 40 };

/* Images of parts of the stream, one after the other. */
static void fill_parts(const struct subject *s, struct law_image parts[PARTS])
{
    for (uint64_t i = 0; i < PARTS; i++) {
        uint64_t from = i * PART_ITEMS;
        void *part = law_fill(s, from, from + i % 3 * PART_ITEMS / 2);
        parts[i] = law_image_of(s, part);
        s->ops->free(part);
    }
}

static void release_parts(struct law_image parts[PARTS])
{
    for (size_t i = 0; i < PARTS; i++) {
        law_release(parts[i]);
    }
}

/* All parts of the frame, merged in their order. */
static void *merge_parts(const struct subject *s, const struct law_image *parts,
                         size_t first, size_t end)
{
    void *whole = law_read(s, parts[first]);
    for (size_t i = first + 1; i < end; i++) {
        assert_int_equal(s->ops->absorb(whole, parts[i].bytes, parts[i].size),
                         SKETCH_OK);
    }
    return whole;
}

/* Cells and registers are the same however they are merged; of other families the
 * total is a sketch of the family, and that of one sketch is it. */
static void expect_total(const struct subject *s, struct two_stacks *stacks,
                         const struct law_image *parts, size_t first, size_t end)
{
    const void *total = NULL;
    assert_int_equal(two_stacks_count(stacks), end - first);
    assert_int_equal(two_stacks_total(stacks, &total), SKETCH_OK);
    if (first == end) {
        assert_null(total);
        return;
    }
    struct law_image image = law_image_of(s, total);
    if (first + 1 == end) {
        assert_true(law_same(image, parts[first]));
    } else if (strcmp(s->ops->family, "cms") == 0) {
        void *whole = merge_parts(s, parts, first, end);
        struct law_image expected = law_image_of(s, whole);
        assert_true(law_same(image, expected));
        law_release(expected);
        s->ops->free(whole);
    }
    s->ask(total, &sketch_libc_memory);
    s->ops->free(law_read(s, image));
    law_release(image);
}

static struct two_stacks *create(const struct subject *s, const struct sketch_ops *ops,
                                 const struct sketch_memory *memory)
{
    struct two_stacks *stacks = NULL;
    void *like = NULL;
    assert_int_equal(s->create(&like, memory), SKETCH_OK);
    assert_int_equal(two_stacks_create(&stacks, ops, like, memory), SKETCH_OK);
    s->ops->free(like); /* nothing of it is borrowed */
    return stacks;
}

static void the_total_is_that_of_what_is_left(void **state)
{
    const struct subject *s = *state;
    struct law_image parts[PARTS];
    struct random random = {7};
    struct two_stacks *stacks = NULL;
    size_t first = 0;
    size_t end = 0;
    fill_parts(s, parts);
    stacks = create(s, s->ops, &sketch_libc_memory);
    expect_total(s, stacks, parts, 0, 0);
    assert_int_equal(two_stacks_pop(stacks), SKETCH_RANGE);
    while (end < PARTS || first < end) {
        bool grows = end < PARTS && (first == end || random_below(&random, 5) < 3);
        if (grows) {
            assert_int_equal(two_stacks_push(stacks, parts[end].bytes, parts[end].size),
                             SKETCH_OK);
            end++;
        } else {
            assert_int_equal(two_stacks_pop(stacks), SKETCH_OK);
            first++;
        }
        expect_total(s, stacks, parts, first, end);
    }
    two_stacks_free(stacks);
    release_parts(parts);
}

static void damaged_bytes_are_refused_and_change_nothing(void **state)
{
    const struct subject *s = *state;
    struct law_image parts[PARTS];
    struct two_stacks *stacks = NULL;
    fill_parts(s, parts);
    stacks = create(s, s->ops, &sketch_libc_memory);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(two_stacks_push(stacks, parts[i].bytes, parts[i].size - 1),
                         SKETCH_CORRUPT);
        assert_int_equal(two_stacks_push(stacks, NULL, 0), SKETCH_CORRUPT);
        assert_int_equal(two_stacks_push(stacks, parts[i].bytes, parts[i].size),
                         SKETCH_OK);
        expect_total(s, stacks, parts, 0, i + 1);
    }
    two_stacks_free(stacks);
    release_parts(parts);
}

/* Pushes and pops with so many grants, then asks without a limit. */
static bool survives(const struct subject *s, const struct law_image *parts,
                     uint64_t grants)
{
    struct ration ration = {.grants = RATION_UNLIMITED};
    struct sketch_memory memory = ration_memory(&ration);
    struct two_stacks *stacks = NULL;
    const void *total = NULL;
    stacks = create(s, s->ops, &memory);
    for (size_t i = 0; i < 10; i++) {
        assert_int_equal(two_stacks_push(stacks, parts[i].bytes, parts[i].size),
                         SKETCH_OK);
    }
    ration.grants = grants;
    bool popped = two_stacks_pop(stacks) == SKETCH_OK;
    bool pushed = two_stacks_push(stacks, parts[10].bytes, parts[10].size) == SKETCH_OK;
    bool asked = two_stacks_total(stacks, &total) == SKETCH_OK;
    ration.grants = RATION_UNLIMITED;
    assert_int_equal(two_stacks_count(stacks), 10 - popped + pushed);
    for (size_t left = two_stacks_count(stacks); left > 1; left--) {
        assert_int_equal(two_stacks_pop(stacks), SKETCH_OK);
    }
    assert_int_equal(two_stacks_total(stacks, &total), SKETCH_OK);
    assert_non_null(total);
    two_stacks_free(stacks);
    assert_int_equal(ration.blocks, 0);
    return popped && pushed && asked;
}

static void every_refusal_is_survived(void **state)
{
    const struct subject *s = *state;
    struct law_image parts[PARTS];
    uint64_t grants = 0;
    fill_parts(s, parts);
    while (grants < 10000 && !survives(s, parts, grants)) {
        grants++;
    }
    assert_true(grants > 1 && grants < 10000);
    two_stacks_free(NULL);
    release_parts(parts);
}

/* What stands in for a family, and counts its merges. */
static const struct sketch_ops *counted;
static unsigned merges;

static enum sketch_status counted_merge(void *into, const void *from)
{
    merges++;
    return counted->merge(into, from);
}

static enum sketch_status counted_absorb(void *into, const uint8_t *bytes, size_t size)
{
    merges++;
    return counted->absorb(into, bytes, size);
}

/* One into the newer part, one when that is turned, one for the answer. */
static void a_row_costs_three_merges_however_long_the_frame(void **state)
{
    enum { FRAME = 24 };
    const struct subject *s = *state;
    struct law_image parts[PARTS];
    struct two_stacks *stacks = NULL;
    struct sketch_ops ops = *s->ops;
    ops.merge = counted_merge;
    ops.absorb = counted_absorb;
    counted = s->ops;
    merges = 0;
    fill_parts(s, parts);
    stacks = create(s, &ops, &sketch_libc_memory);
    for (size_t i = 0; i < PARTS; i++) {
        const void *total = NULL;
        assert_int_equal(two_stacks_push(stacks, parts[i].bytes, parts[i].size),
                         SKETCH_OK);
        assert_int_equal(two_stacks_total(stacks, &total), SKETCH_OK);
        if (i >= FRAME - 1) {
            assert_int_equal(two_stacks_pop(stacks), SKETCH_OK);
        }
    }
    assert_in_range(merges, 2 * (PARTS - FRAME), 3 * PARTS);
    two_stacks_free(stacks);
    release_parts(parts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_total_is_that_of_what_is_left),
        cmocka_unit_test(damaged_bytes_are_refused_and_change_nothing),
        cmocka_unit_test(every_refusal_is_survived),
        cmocka_unit_test(a_row_costs_three_merges_however_long_the_frame),
    };
    return law_run(tests, sizeof tests / sizeof *tests);
}
