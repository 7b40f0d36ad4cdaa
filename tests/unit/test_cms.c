/* Count-min against the truth, against plain tables of 64-bit cells, at the edges. */
#include "cms_help.h"

static void the_shape_follows_from_eps_and_delta(void **state)
{
    (void)state;
    static const struct {
        double eps, delta;
        uint32_t width, depth;
    } known[] = {
        {CMS_EPS, CMS_DELTA, 2719, 5}, /* e / 0.001 = 2718.28, ln 100 = 4.6 */
        {0.5, 0.5, 6, 1},
        {0.99, 0.3, 3, 2},
        {0.01, 0.001, 272, 7},
        {0.01, 0.367, 272, 2},
        {0.01, 0.368, 272, 1}, /* 1 / e = 0.36788 */
        {0.1, 1.3e-14, 28, 32},
        {1e-6, 0.05, 2718282, 3},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct cms *sketch = cms_help_created(known[i].eps, known[i].delta);
        assert_int_equal(cms_width(sketch), known[i].width);
        assert_int_equal(cms_depth(sketch), known[i].depth);
        assert_true(cms_eps(sketch) == known[i].eps);
        assert_true(cms_delta(sketch) == known[i].delta);
        cms_free(sketch);
    }
}

static void shapes_out_of_range_are_refused(void **state)
{
    (void)state;
    const double refused[][2] = {
        {0, .1},        {1, .1},    {-.1, .1},   {2, .1},     {.1, 0},
        {.1, 1},        {.1, -.1},  {.1, 2},     {NAN, .1},   {.1, NAN},
        {INFINITY, .1}, {1e-9, .5}, {1e-6, .01}, {.1, 1e-14}, {5e-324, 5e-324},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct cms *sketch = (struct cms *)&cms_help_seed;
        assert_int_equal(
            cms_create(&sketch, refused[i][0], refused[i][1], &sketch_libc_memory),
            SKETCH_RANGE);
        assert_null(sketch);
    }
}

static void an_empty_sketch_has_seen_nothing(void **state)
{
    (void)state;
    struct cms *sketch = cms_help_created(CMS_EPS, CMS_DELTA);
    assert_true(cms_total(sketch) == 0 && cms_error(sketch) == 0);
    assert_true(cms_help_estimate(sketch, 1) == 0);
    assert_int_equal(cms_remove(sketch, hash_u64(1), 1), SKETCH_RANGE);
    cms_help_add(sketch, 1, 0);
    struct cms_help_image image = cms_help_image_of(sketch);
    assert_int_equal(image.size, 30);
    free(image.bytes);
    cms_free(cms_help_copied(sketch));
    cms_free(sketch);
    cms_free(NULL);
}

/* Streams in which the weight of key i, one of `keys`, falls as (i + 1)^-skew. */
/* Never below; above by more than eps * total for at most a share delta of keys. */
static void assert_promise(const struct cms *sketch,
                           const struct cms_help_stream *stream, uint64_t salt)
{
    uint32_t beyond = 0;
    for (uint32_t i = 0; i < stream->keys; i++) {
        uint64_t count = cms_help_estimate(sketch, salt + i);
        assert_true(count >= stream->truth[i]);
        beyond += (double)(count - stream->truth[i]) > cms_error(sketch);
    }
    assert_true(beyond <= cms_delta(sketch) * stream->keys);
}

static void estimates_are_never_below_and_seldom_far_above(void **state)
{
    (void)state;
    struct cms_help_stream stream;
    for (int skew = 0; skew < 2; skew++) {
        for (uint64_t salt = 0; salt < 5000000; salt += 1000000) {
            struct cms *sketch = cms_help_created(salt ? .01 : .001, salt ? .05 : .01);
            cms_help_make_stream(&stream, CMS_HELP_KEYS, 1000, skew);
            cms_help_feed(sketch, &stream, salt);
            assert_promise(sketch, &stream, salt);
            cms_free(sketch);
        }
    }
}

/* With h1 + i * h2 about 100 of a million keys are off here; one may be. */
static void small_deltas_are_kept_too(void **state)
{
    (void)state;
    uint32_t beyond = 0;
    for (uint64_t salt = 0; salt < 20; salt++) {
        struct cms *sketch = cms_help_created(.05, 1e-6);
        for (uint64_t key = 0; key < 19; key++) {
            cms_help_add(sketch, salt << 32 | key, 1);
        }
        for (uint64_t key = 100; key < 50100; key++) {
            beyond +=
                (double)cms_help_estimate(sketch, salt << 32 | key) > cms_error(sketch);
        }
        cms_free(sketch);
    }
    assert_true(beyond <= 1);
}

static void cells_widen_and_forget_nothing(void **state)
{
    (void)state;
    /* One key: its cells hold exactly what was added, over every width. */
    struct cms *sketch = cms_help_created(.01, .01);
    uint64_t sum = 0;
    for (uint64_t i = 0; i < 62; i++) {
        cms_help_add(sketch, 7, UINT64_C(1) << i);
        sum += UINT64_C(1) << i;
        assert_true(cms_help_estimate(sketch, 7) == sum &&
                    cms_total(sketch) == sum + 5 * i);
        for (uint64_t key = 100; key < 105; key++) {
            cms_help_add(sketch, key, 1);
        }
        cms_free(cms_help_copied(sketch));
    }
    for (uint64_t key = 100; key < 105; key++) {
        assert_true(cms_help_estimate(sketch, key) == 62);
    }
    cms_free(sketch);
}

static void totals_end_at_the_largest_integer(void **state)
{
    (void)state;
    struct cms *sketch = cms_help_created(.1, .1);
    assert_int_equal(cms_add(sketch, hash_u64(1), SKETCH_MAX_TOTAL + 1),
                     SKETCH_OVERFLOW);
    cms_help_add(sketch, 1, SKETCH_MAX_TOTAL - 1);
    assert_int_equal(cms_add(sketch, hash_u64(2), 2), SKETCH_OVERFLOW);
    assert_true(cms_help_estimate(sketch, 2) == 0);
    cms_help_add(sketch, 2, 1);
    assert_int_equal(cms_add(sketch, hash_u64(2), 1), SKETCH_OVERFLOW);
    assert_true(cms_total(sketch) == SKETCH_MAX_TOTAL);
    struct cms *other = cms_help_copied(sketch);
    assert_int_equal(cms_merge(sketch, other), SKETCH_OVERFLOW);
    cms_help_assert_same(sketch, other);
    cms_free(sketch);
    cms_free(other);
}

/* The content alone decides the bytes: not the order, the width of the cells along
 * the way, what was there in between, or what the sketch was made of. */
static void what_was_added_can_be_taken_back(void **state)
{
    (void)state;
    struct cms *sketch = cms_help_created(.01, .01);
    struct cms *empty = cms_help_created(.01, .01);
    enum { FRAME = 100 };
    for (uint64_t i = 0; i < 3000; i++) { /* a sliding window */
        cms_help_add(sketch, i * i % 371, 1 + i % 400);
        if (i >= FRAME) {
            uint64_t old = i - FRAME;
            assert_int_equal(
                cms_remove(sketch, hash_u64(old * old % 371), 1 + old % 400),
                SKETCH_OK);
        }
        if (i % 500 == 99) {
            struct cms *fresh = cms_help_created(.01, .01);
            for (uint64_t j = i < FRAME ? 0 : i - FRAME + 1; j <= i; j++) {
                cms_help_add(fresh, j * j % 371, 1 + j % 400);
            }
            cms_help_assert_same(fresh, sketch);
            cms_free(fresh);
        }
    }
    for (uint64_t i = 2900; i < 3000; i++) {
        assert_int_equal(cms_remove(sketch, hash_u64(i * i % 371), 1 + i % 400),
                         SKETCH_OK);
    }
    cms_help_assert_same(sketch, empty);
    cms_free(sketch);
    cms_free(empty);
}

static void what_was_never_there_cannot_be_taken_back(void **state)
{
    (void)state;
    for (uint64_t many = 3; many < 3000; many *= 10) {
        struct cms *sketch = cms_help_created(CMS_EPS, CMS_DELTA);
        struct cms *other = cms_help_created(CMS_EPS, CMS_DELTA);
        for (uint64_t i = 0; i < many; i++) {
            cms_help_add(sketch, i, 5);
        }
        struct cms *before = cms_help_copied(sketch);
        assert_int_equal(cms_remove(sketch, hash_u64(0), 5 * many + 1), SKETCH_RANGE);
        assert_int_equal(cms_remove(sketch, hash_u64(999999), 1), SKETCH_RANGE);
        assert_int_equal(cms_remove(sketch, hash_u64(1), UINT64_MAX), SKETCH_RANGE);
        cms_help_assert_same(sketch, before);
        cms_help_add(other, 1, 1);
        cms_help_add(other, 999999, 1);
        assert_int_equal(cms_subtract(sketch, other), SKETCH_RANGE);
        cms_help_add(other, 2, 5 * many);
        assert_int_equal(cms_subtract(sketch, other), SKETCH_RANGE);
        cms_help_assert_same(sketch, before);
        struct cms *empty = cms_help_created(.2, .2);
        assert_int_equal(cms_subtract(empty, other), SKETCH_RANGE);
        assert_int_equal(cms_subtract(sketch, empty), SKETCH_OK);
        cms_help_assert_same(sketch, before);
        cms_free(sketch);
        cms_free(other);
        cms_free(before);
        cms_free(empty);
    }
}

static double seconds(void) { return (double)clock() / CLOCKS_PER_SEC; }

/* A copy that has cells. */
static struct cms *dense_copy(const struct cms *sketch)
{
    struct cms *copy = cms_help_copied(sketch);
    assert_int_equal(cms_widen(copy, 1), SKETCH_OK);
    return copy;
}

/* Items that repeat, seldom and often, at every length of the list. */
static void notes_answer_as_cells_do(void **state)
{
    (void)state;
    static const uint64_t keys[] = {1, 3, 40, 5000};
    cms_help_seed = 5;
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        struct cms *sketch = cms_help_created(.0003, .01);
        for (int i = 0; !sketch->cells; i++) {
            if (i % 7 == 0 || i < 40) {
                struct cms *dense = dense_copy(sketch);
                for (int j = 0; j < 50; j++) {
                    uint64_t key = cms_help_draw(2 * keys[k]);
                    uint32_t at = (uint32_t)cms_help_draw(cms_cells(sketch));
                    assert_true(cms_help_estimate(sketch, key) ==
                                cms_help_estimate(dense, key));
                    assert_true(cms_get(sketch, at) == cms_get(dense, at));
                }
                cms_free(dense);
            }
            cms_help_add(sketch, cms_help_draw(keys[k]), 1 + cms_help_draw(3));
        }
        cms_free(sketch);
    }
}

/* A question walked all notes for each row: 14 s for these. */
static void a_long_list_is_asked_in_no_time(void **state)
{
    (void)state;
    enum { ITEMS = 60000, QUESTIONS = 30000 };
    struct cms *sketch = cms_help_created(1e-6, .05);
    for (uint64_t i = 0; i < ITEMS; i++) {
        cms_help_add(sketch, i, 1);
    }
    assert_null(sketch->cells);
    struct cms *stored = cms_help_copied(sketch);
    double start = seconds();
    for (uint64_t i = 0; i < QUESTIONS; i++) {
        assert_true(cms_help_estimate(sketch, 2 * i) >= (2 * i < ITEMS));
        assert_true(cms_help_estimate(stored, 2 * i) >= (2 * i < ITEMS));
    }
    assert_true(seconds() - start < 2);
    cms_free(sketch);
    cms_free(stored);
}

/* Taking back from a list made all cells, 8 MB of the largest sketch. */
static void what_is_taken_back_from_a_list_is_noted(void **state)
{
    (void)state;
    enum { KEYS = 30 };
    cms_help_seed = 6;
    for (int round = 0; round < 60; round++) {
        uint64_t truth[KEYS] = {0};
        struct cms *sketch = cms_help_created(1e-6, .05);
        for (int i = 0; i < 40 << round % 6; i++) {
            uint64_t key = cms_help_draw(KEYS);
            if (cms_help_draw(2) == 0) {
                uint64_t weight = 1 + cms_help_draw(3);
                cms_help_add(sketch, key, weight);
                truth[key] += weight;
            } else if (truth[key] > 0) {
                uint64_t weight = 1 + cms_help_draw(truth[key]);
                assert_int_equal(cms_remove(sketch, hash_u64(key), weight), SKETCH_OK);
                truth[key] -= weight;
            }
            assert_true(cms_help_estimate(sketch, key) == truth[key]);
        }
        struct cms *net = cms_help_created(1e-6, .05);
        struct cms *half = cms_help_created(1e-6, .05);
        for (uint64_t key = 0; key < KEYS; key++) {
            cms_help_add(net, key, truth[key]);
            cms_help_add(half, key, truth[key] / 2);
        }
        cms_help_assert_same(sketch, net);
        assert_int_equal(cms_subtract(sketch, half), SKETCH_OK);
        assert_int_equal(cms_subtract(net, sketch), SKETCH_OK);
        cms_help_assert_same(net, half);
        assert_int_equal(cms_merge(net, sketch), SKETCH_OK);
        assert_int_equal(cms_subtract(half, net),
                         cms_total(half) < cms_total(net) ? SKETCH_RANGE : SKETCH_OK);
        assert_true(!sketch->cells && !net->cells && !half->cells);
        assert_int_equal(cms_subtract(net, net), SKETCH_OK);
        assert_true(cms_total(net) == 0 && cms_help_estimate(net, 1) == 0);
        cms_free(sketch);
        cms_free(net);
        cms_free(half);
    }
}

/* Adds `count` of the same random items, of this weight or half of it, to two
 * sketches. */
static void add_random(struct cms *a, struct cms *b, int count, uint64_t keys,
                       uint64_t weight)
{
    for (int i = 0; i < count; i++) {
        uint64_t key = cms_help_draw(keys);
        uint64_t half = weight >> cms_help_draw(2);
        cms_help_add(a, key, half);
        cms_help_add(b, key, half);
    }
}

/* Listing and dense, in all four pairs, and the cells of any width.  An item that was
 * noted twice, 40,000 each, was 14,464 of 80,000 in cells of one byte. */
static void a_merge_of_live_sketches_is_the_sketch_of_the_stream(void **state)
{
    (void)state;
    static const int counts[] = {1, 2, 30, 85, 200, 3000};
    static const uint64_t weights[] = {2, 256, 40000, 1 << 20};
    enum { COUNTS = 6, WEIGHTS = 4, KEYS = 3 };
    cms_help_seed = 77;
    for (int round = 0; round < COUNTS * COUNTS * WEIGHTS * WEIGHTS * KEYS; round++) {
        int of_counts = round % (COUNTS * COUNTS);
        int of_weights = round / (COUNTS * COUNTS) % (WEIGHTS * WEIGHTS);
        uint64_t keys = UINT64_C(1) << 6 * (round % KEYS);
        struct cms *a = cms_help_created(.001, .01);
        struct cms *b = cms_help_created(.001, .01);
        struct cms *all = cms_help_created(.001, .01);
        add_random(a, all, counts[of_counts % COUNTS], keys,
                   weights[of_weights % WEIGHTS]);
        add_random(b, all, counts[of_counts / COUNTS], keys,
                   weights[of_weights / WEIGHTS]);
        struct cms *before = cms_help_copied(b);
        assert_int_equal(cms_merge(a, b), SKETCH_OK);
        cms_help_assert_same(a, all);
        cms_help_assert_same(b, before);
        assert_int_equal(cms_subtract(a, b), SKETCH_OK);
        assert_int_equal(cms_merge(a, before), SKETCH_OK);
        cms_help_assert_same(a, all);
        cms_free(a);
        cms_free(b);
        cms_free(all);
        cms_free(before);
    }
}

static void other_shapes_do_not_mix(void **state)
{
    (void)state;
    struct cms *sketch = cms_help_created(.01, .01);
    cms_help_add(sketch, 1, 1);
    const double others[][2] = {{.02, .01}, {.01, .02}, {.0100000001, .01}};
    for (size_t i = 0; i < 3; i++) {
        struct cms *other = cms_help_created(others[i][0], others[i][1]);
        double inner = -1;
        assert_int_equal(cms_merge(sketch, other), SKETCH_OK); /* being empty */
        assert_int_equal(cms_inner(sketch, other, &inner), SKETCH_OK);
        assert_true(inner == 0);
        cms_help_add(other, 1, 1);
        assert_int_equal(cms_merge(sketch, other), SKETCH_MISMATCH);
        assert_int_equal(cms_subtract(sketch, other), SKETCH_MISMATCH);
        assert_int_equal(cms_inner(sketch, other, &inner), SKETCH_MISMATCH);
        assert_true(cms_total(sketch) == 1 && cms_total(other) == 1);
        struct cms *empty = cms_help_created(.3, .3);
        assert_int_equal(cms_merge(empty, other), SKETCH_OK);
        cms_help_assert_same(empty, other);
        cms_free(empty);
        cms_free(other);
    }
    cms_free(sketch);
}

/* What is taken away has cells, of which most are zero again; what it is taken from
 * still lists its items. */
static void a_sketch_with_cells_is_subtracted_from_one_that_lists(void **state)
{
    (void)state;
    static struct cms_help_stream few;
    static struct cms_help_stream many;
    struct cms *listed = cms_help_created(.001, .01);
    struct cms *dense = cms_help_created(.001, .01);
    struct cms *crowd = cms_help_created(.001, .01);
    cms_help_make_stream(&few, 5, 10, 0);
    cms_help_make_stream(&many, 3000, 10, 0);
    cms_help_feed(listed, &few, 0);
    cms_help_feed(dense, &few, 0);
    cms_help_feed(dense, &many, 100);
    cms_help_feed(crowd, &many, 100);
    assert_int_equal(cms_subtract(dense, crowd), SKETCH_OK);
    assert_true(dense->cells && !listed->cells);
    cms_help_add(dense, 0, 1);
    assert_int_equal(cms_subtract(listed, dense), SKETCH_RANGE);
    cms_help_add(listed, 0, 3);
    assert_int_equal(cms_subtract(listed, dense), SKETCH_OK);
    assert_int_equal(cms_total(listed), 2);
    assert_int_equal(cms_help_estimate(listed, 0), 2);
    assert_int_equal(cms_help_estimate(listed, 1), 0);
    cms_free(listed);
    cms_free(dense);
    cms_free(crowd);
}

static void inner_products_are_never_below_and_seldom_far_above(void **state)
{
    (void)state;
    static struct cms_help_stream a;
    static struct cms_help_stream b;
    uint32_t beyond = 0;
    for (uint32_t run = 0; run < 60; run++) {
        uint32_t keys = run < 20 ? 20 : 2000; /* in the end of one sketch alone */
        uint32_t fewer = run < 40 ? keys : 3;
        struct cms *left = cms_help_created(.01, .05);
        struct cms *right = cms_help_created(.01, .05);
        cms_help_make_stream(&a, keys, 1000, 1);
        cms_help_make_stream(&b, fewer, 100, 0);
        cms_help_feed(left, &a, run * CMS_HELP_KEYS);
        cms_help_feed(right, &b, run * CMS_HELP_KEYS);
        double truth = 0;
        for (uint32_t i = 0; i < fewer; i++) {
            truth += (double)a.truth[i] * (double)b.truth[i];
        }
        double inner;
        double swapped;
        assert_int_equal(cms_inner(left, right, &inner), SKETCH_OK);
        assert_int_equal(cms_inner(right, left, &swapped), SKETCH_OK);
        assert_true(inner == swapped && inner >= truth);
        beyond +=
            inner - truth > .01 * (double)cms_total(left) * (double)cms_total(right);
        cms_free(left);
        cms_free(right);
    }
    assert_true(beyond <= 3); /* a share of 0.05 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shape_follows_from_eps_and_delta),
        cmocka_unit_test(shapes_out_of_range_are_refused),
        cmocka_unit_test(an_empty_sketch_has_seen_nothing),
        cmocka_unit_test(estimates_are_never_below_and_seldom_far_above),
        cmocka_unit_test(small_deltas_are_kept_too),
        cmocka_unit_test(cells_widen_and_forget_nothing),
        cmocka_unit_test(totals_end_at_the_largest_integer),
        cmocka_unit_test(what_was_added_can_be_taken_back),
        cmocka_unit_test(what_was_never_there_cannot_be_taken_back),
        cmocka_unit_test(notes_answer_as_cells_do),
        cmocka_unit_test(a_long_list_is_asked_in_no_time),
        cmocka_unit_test(what_is_taken_back_from_a_list_is_noted),
        cmocka_unit_test(a_merge_of_live_sketches_is_the_sketch_of_the_stream),
        cmocka_unit_test(other_shapes_do_not_mix),
        cmocka_unit_test(a_sketch_with_cells_is_subtracted_from_one_that_lists),
        cmocka_unit_test(inner_products_are_never_below_and_seldom_far_above),
    };
    return cmocka_run_group_tests_name("cms", tests, NULL, NULL);
}
