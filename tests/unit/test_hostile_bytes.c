/*
 * Valid images with absurd fields: the memory that they take when they are read, asked
 * and absorbed, at once and in all, is linear in their bytes.
 */
#include "hostile.h"
#include "laws.h"
#include "ration.h"
#include "topk.h"

static const uint64_t hostile_lengths[] = {0, 2, 20, 700};

/* What an image is tried on. */
struct hostile {
    const struct subject *s;
    void *into;         /* a sketch that absorbs */
    struct ration used; /* and its memory */
    size_t accepted;
    size_t refused;
};

static void hostile_renew(struct hostile *h)
{
    struct sketch_memory memory = ration_memory(&h->used);
    h->s->ops->free(h->into);
    assert_int_equal(h->used.blocks, 0);
    assert_int_equal(h->used.bytes, 0);
    assert_int_equal(subject_fill(h->s, &h->into, 0, 10, &memory), SKETCH_OK);
}

/* In a block of just that size, so that a sanitizer sees what is written behind it. */
static void hostile_add_stored(const struct subject *s, const uint8_t *bytes,
                               size_t size)
{
    size_t written = size;
    uint8_t *copy = malloc(size + SKETCH_SPARE);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    bool added = s->add_stored(copy, &written, size + SKETCH_SPARE, 3);
    assert_true(written <= size + SKETCH_SPARE);
    assert_true(added || memcmp(copy, bytes, size) == 0);
    free(copy);
}

static void hostile_try(void *ctx, const uint8_t *bytes, size_t size)
{
    struct hostile *h = ctx;
    bool read;
    if (!subject_reads_within(h->s, bytes, size, &read)) {
        fail_msg("%zu bytes of %s take too much memory", size, h->s->name);
    }
    uint64_t before = h->used.asked;
    bool absorbed = h->s->ops->absorb(h->into, bytes, size) == SKETCH_OK;
    assert_true(h->used.asked - before <= subject_work(h->s, size));
    if (absorbed) {
        hostile_renew(h);
    }
    if (h->s->answers_directly) {
        void *sketch = NULL;
        (void)h->s->ops->deserialise(&sketch, bytes, size, &sketch_libc_memory);
        assert_true(h->s->answers_directly(bytes, size, sketch));
        h->s->ops->free(sketch);
    }
    if (h->s->add_stored) {
        hostile_add_stored(h->s, bytes, size);
    }
    h->accepted += read;
    h->refused += !read;
}

static void an_absurd_field_asks_for_little(void **state)
{
    const struct subject *s = *state;
    struct hostile h = {.s = s, .used = {.grants = RATION_UNLIMITED}};
    hostile_renew(&h);
    for (size_t i = 0; i < sizeof hostile_lengths / sizeof *hostile_lengths; i++) {
        void *a = law_fill(s, 0, hostile_lengths[i]);
        struct law_image image = law_image_of(s, a);
        hostile_images(image.bytes, image.size, hostile_try, &h);
        law_release(image);
        s->ops->free(a);
    }
    s->ops->free(h.into);
    assert_true(h.accepted > 0 && h.refused > 0);
    print_message("%zu images refused, %zu accepted\n", h.refused, h.accepted);
}

/* The smallest that there are: a bit of a packed image is a hash of 64. */
static void a_packed_theta_image_asks_for_its_factor(void **state)
{
    const struct subject *s = *state;
    uint8_t image[1010] = {1, 4, 3, 1, 2, 0x1a, 0xcc, 0x93, 0x40, 0x1f};
    bool read;
    memset(image + 10, 0xff, sizeof image - 10);
    assert_true(subject_reads_within(s, image, sizeof image, &read));
    assert_int_equal(read, strcmp(s->name, "theta") == 0);
}

/* The smallest entries that there are, just too many for a filter that is smaller. */
static void small_entries_of_topk_ask_for_their_factor(void **state)
{
    const struct subject *s = *state;
    static const int counters[] = {1, 9, 33, 65, 129, 257, 1025};
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) {
        struct topk *sketch;
        bool read;
        assert_int_equal(topk_create(&sketch, 1, counters[i], &sketch_libc_memory),
                         SKETCH_OK);
        for (int number = 0; number < counters[i] + 20; number++) {
            assert_int_equal(topk_add(sketch, item_integer(number), 1), SKETCH_OK);
        }
        struct law_image image = {NULL, 0};
        assert_int_equal(topk_serialise(sketch, &image.bytes, &image.size), SKETCH_OK);
        assert_true(subject_reads_within(s, image.bytes, image.size, &read));
        assert_int_equal(read, strcmp(s->name, "topk") == 0);
        law_release(image);
        topk_free(sketch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_absurd_field_asks_for_little),
        cmocka_unit_test(small_entries_of_topk_ask_for_their_factor),
        cmocka_unit_test(a_packed_theta_image_asks_for_its_factor),
    };
    return law_run(tests, sizeof tests / sizeof *tests);
}
