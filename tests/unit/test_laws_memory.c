/* Laws of every family: memory that is refused costs nothing but the call. */
#include "laws.h"
#include "ration.h"

/* No call here asks for memory as often: one that is still refused never succeeds. */
enum { GRANTS_MOST = 10000 };

/* The image of a sketch whose memory is rationed, as a block of libc's. */
static struct law_image rationed_image(const struct subject *s, const void *sketch,
                                       struct ration *ration)
{
    uint64_t grants = ration->grants;
    ration->grants = RATION_UNLIMITED;
    struct sketch_memory memory = ration_memory(ration);
    uint8_t *bytes = NULL;
    struct law_image image = {NULL, 0};
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
    void *twin = law_fill(s, 0, 0);
    uint64_t refusals = 0;
    for (uint64_t i = 0; i < SUBJECT_LONG; i++) {
        enum sketch_status status = SKETCH_NOMEM;
        for (uint64_t grants = 0; status == SKETCH_NOMEM && grants < GRANTS_MOST;
             grants++) {
            ration.grants = grants;
            status = s->add(sketch, i);
            if (status == SKETCH_NOMEM) {
                refusals++;
                law_expect_same(rationed_image(s, sketch, &ration),
                                law_image_of(s, twin));
            }
        }
        assert_int_equal(status, SKETCH_OK);
        assert_int_equal(s->add(twin, i), SKETCH_OK);
    }
    law_expect_same(rationed_image(s, sketch, &ration), law_image_of(s, twin));
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
    struct law_image into_before = rationed_image(s, into, &ration);
    struct law_image from_before = rationed_image(s, from, &ration);
    ration.grants = grants;
    enum sketch_status status = s->ops->merge(into, from);
    ration.grants = RATION_UNLIMITED; /* answering may take memory, too */
    if (status == SKETCH_OK) {
        assert_true(s->summarises(into, into_items + from_items));
    }
    if (status == SKETCH_OK || s->merges_in_steps) {
        law_release(into_before);
        law_release(rationed_image(s, into, &ration));
    } else {
        law_expect_same(into_before, rationed_image(s, into, &ration));
    }
    law_expect_same(from_before, rationed_image(s, from, &ration));
    s->ops->free(into);
    s->ops->free(from);
    assert_int_equal(ration.blocks, 0);
    return status;
}

static void merge_survives_every_refusal(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LAW_LENGTHS; i++) {
        for (size_t j = 0; j < LAW_LENGTHS; j++) {
            enum sketch_status status = SKETCH_NOMEM;
            for (uint64_t grants = 0; status == SKETCH_NOMEM && grants < GRANTS_MOST;
                 grants++) {
                status = merge_rationed(s, grants, law_lengths[i], law_lengths[j]);
            }
            assert_int_equal(status, SKETCH_OK);
        }
    }
}

static void serialise_and_deserialise_survive_every_refusal(void **state)
{
    const struct subject *s = *state;
    for (size_t i = 0; i < LAW_LENGTHS; i++) {
        struct ration ration = {.grants = RATION_UNLIMITED};
        struct sketch_memory memory = ration_memory(&ration);
        void *sketch = NULL;
        assert_int_equal(subject_fill(s, &sketch, 0, law_lengths[i], &memory),
                         SKETCH_OK);
        struct law_image image = rationed_image(s, sketch, &ration);
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
        law_expect_same(image, rationed_image(s, sketch, &ration));
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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(create_survives_every_refusal),
        cmocka_unit_test(add_survives_every_refusal),
        cmocka_unit_test(merge_survives_every_refusal),
        cmocka_unit_test(serialise_and_deserialise_survive_every_refusal),
        cmocka_unit_test(freeing_nothing_is_allowed),
    };
    return law_run(tests, sizeof tests / sizeof *tests);
}
