/*
 * HyperLogLog: trees of unions, each node of which is stored and read again, against a
 * model that holds coupons in a list and registers in an array.
 */
#include "hll_help.h"
#include "hll_registers.h"

enum { TREES = 300, LEAVES_MOST = 12, CHILDREN_MOST = 4 };

/* What a sketch has to be. */
struct model {
    int precision;
    uint8_t *registers; /* NULL: it lists coupons */
    uint32_t *coupons;
    size_t count;
};

static struct model model_of(int precision)
{
    return (struct model){.precision = precision};
}

static void model_free(struct model *model)
{
    free(model->registers);
    free(model->coupons);
}

static bool model_is_empty(const struct model *model)
{
    return !model->registers && model->count == 0;
}

static void model_raise(struct model *model, uint32_t coupon)
{
    uint8_t *at = &model->registers[coupon & ((UINT32_C(1) << model->precision) - 1)];
    uint8_t value = (uint8_t)(coupon >> 26);
    *at = value > *at ? value : *at;
}

static int compare_coupons(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* Sorted, each once. */
static void model_tidy(struct model *model)
{
    size_t kept = 0;
    if (model->count > 0) {
        qsort(model->coupons, model->count, sizeof *model->coupons, compare_coupons);
    }
    for (size_t i = 0; i < model->count; i++) {
        if (kept == 0 || model->coupons[kept - 1] != model->coupons[i]) {
            model->coupons[kept++] = model->coupons[i];
        }
    }
    model->count = kept;
}

static void model_append(struct model *model, const uint32_t *coupons, size_t count)
{
    size_t size = (model->count + count + 1) * sizeof *coupons;
    model->coupons = realloc(model->coupons, size);
    assert_non_null(model->coupons);
    for (size_t i = 0; i < count; i++) {
        model->coupons[model->count++] = coupons[i];
    }
}

static void model_give_registers(struct model *model)
{
    model->registers = calloc(1, (size_t)1 << model->precision);
    assert_non_null(model->registers);
    for (size_t i = 0; i < model->count; i++) {
        model_raise(model, model->coupons[i]);
    }
    model->count = 0;
}

/* Lists of up to seven coupons, sets that are three quarters full at the most. */
static void model_settle(struct model *model)
{
    size_t most = model->precision < 8 ? 7 : (size_t)3 << model->precision >> 5;
    model_tidy(model);
    if (model->count > most) {
        model_give_registers(model);
    }
}

/* The rule: the smallest precision of the inputs with registers, or, if there is none,
 * the largest of those that list something, or, if all are empty, the first's. */
static int model_precision(const struct model *inputs, int count)
{
    int smallest = 99;
    int largest = 0;
    for (int i = 0; i < count; i++) {
        int precision = inputs[i].precision;
        if (inputs[i].registers) {
            smallest = precision < smallest ? precision : smallest;
        } else if (inputs[i].count > 0) {
            largest = precision > largest ? precision : largest;
        }
    }
    return smallest < 99 ? smallest : largest > 0 ? largest : inputs[0].precision;
}

static struct model model_union(const struct model *inputs, int count)
{
    struct model out = model_of(model_precision(inputs, count));
    for (int i = 0; i < count; i++) {
        model_append(&out, inputs[i].coupons, inputs[i].count);
        for (uint32_t slot = 0;
             inputs[i].registers && slot < UINT32_C(1) << inputs[i].precision; slot++) {
            if (!out.registers) {
                model_give_registers(&out);
            }
            model_raise(&out, (uint32_t)inputs[i].registers[slot] << 26 | slot);
        }
    }
    if (!out.registers) {
        model_settle(&out);
    }
    for (size_t i = 0; out.registers && i < out.count; i++) {
        model_raise(&out, out.coupons[i]);
    }
    out.count = out.registers ? 0 : out.count;
    return out;
}

static void expect_model(const struct hll *sketch, const struct model *model)
{
    assert_int_equal(hll_precision(sketch), model->precision);
    assert_int_equal(hll_is_exact(sketch), !model->registers);
    if (model->registers) {
        assert_memory_equal(sketch->registers, model->registers,
                            (size_t)1 << model->precision);
        return;
    }
    struct hll_cells coupons = hll_coupons(sketch);
    struct model found = model_of(model->precision);
    for (size_t i = 0; i < coupons.size; i++) {
        model_append(&found, &coupons.cells[i], coupons.cells[i] != 0);
    }
    model_tidy(&found);
    assert_int_equal(found.count, model->count);
    assert_int_equal(coupons.count, model->count);
    if (model->count > 0) {
        assert_memory_equal(found.coupons, model->coupons,
                            found.count * sizeof *found.coupons);
    }
    model_free(&found);
}

/* Precisions and numbers of items of every size, small ones more often. */
static struct hll *random_leaf(struct random *random, struct model *model)
{
    int precision = 4 + (int)(random_next(random) % 14);
    precision += random_next(random) % 16 == 0 ? 4 : 0;
    uint64_t items =
        random_next(random) % 5 == 0 ? 0 : UINT64_C(1) << random_next(random) % 14;
    items += items ? random_next(random) % items : 0;
    *model = model_of(precision);
    struct hll *sketch = sketch_of(precision, 0, 0);
    for (uint64_t i = 0; i < items; i++) {
        struct hash hash = hash_u64(random_next(random) % 50000);
        assert_int_equal(hll_add(sketch, hash), SKETCH_OK);
        uint32_t value = 1;
        while (value < 63 && !(hash.h2 >> (64 - value) & 1)) {
            value++;
        }
        uint32_t coupon = value << 26 | (uint32_t)(hash.h1 & 0x3ffffff);
        model_append(model, &coupon, 1);
    }
    model_settle(model);
    return sketch;
}

static struct hll *stored(struct hll *sketch)
{
    struct image image = image_of(sketch);
    hll_free(sketch);
    sketch = read_image(image);
    free(image.bytes);
    return sketch;
}

/* The last `children` of `count` sketches become one. */
static void unite_last(struct hll **sketches, struct model *models, int count,
                       int children)
{
    int first = count - children;
    struct hll *all = sketches[first];
    for (int i = first + 1; i < count; i++) {
        assert_int_equal(hll_merge(all, sketches[i]), SKETCH_OK);
        hll_free(sketches[i]);
    }
    struct model model = model_union(&models[first], children);
    for (int i = first; i < count; i++) {
        model_free(&models[i]);
    }
    models[first] = model;
    sketches[first] = stored(all);
    expect_model(sketches[first], &model);
}

/* Leaves and what has become of others are united until there is one. */
static void every_tree_of_unions_is_what_the_rule_says(void **state)
{
    (void)state;
    struct random random = {2026};
    for (int tree = 0; tree < TREES; tree++) {
        struct hll *sketches[LEAVES_MOST + 1];
        struct model models[LEAVES_MOST + 1];
        int leaves = 1 + (int)(random_next(&random) % LEAVES_MOST);
        int count = 0;
        while (leaves > 0 || count > 1) {
            if (leaves > 0 && (count == 0 || random_next(&random) % 2 == 0)) {
                sketches[count] = stored(random_leaf(&random, &models[count]));
                expect_model(sketches[count], &models[count]);
                count++;
                leaves--;
                continue;
            }
            int most = count < CHILDREN_MOST ? count : CHILDREN_MOST;
            int children = 1 + (int)(random_next(&random) % (uint64_t)most);
            unite_last(sketches, models, count, children);
            count -= children - 1;
        }
        model_free(&models[0]);
        hll_free(sketches[0]);
    }
}

/* Inputs in any order make the same union. */
static void the_order_of_inputs_does_not_show(void **state)
{
    (void)state;
    struct random random = {7};
    for (int round = 0; round < 60; round++) {
        enum { INPUTS = 4 };
        struct hll *inputs[INPUTS];
        struct model models[INPUTS];
        for (int i = 0; i < INPUTS; i++) {
            inputs[i] = random_leaf(&random, &models[i]);
        }
        for (int order = 0; order < 6; order++) {
            /* An empty sketch to begin with has no say, unless all are empty. */
            struct hll *all = sketch_of(12, 0, 0);
            for (int i = 0; i < INPUTS; i++) {
                struct hll *next = inputs[(i * (order % 2 ? 3 : 1) + order) % INPUTS];
                assert_int_equal(hll_merge(all, next), SKETCH_OK);
            }
            struct model model = model_union(models, INPUTS);
            all = stored(all);
            if (!model_is_empty(&model)) {
                expect_model(all, &model);
            }
            model_free(&model);
            hll_free(all);
        }
        for (int i = 0; i < INPUTS; i++) {
            hll_free(inputs[i]);
            model_free(&models[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_tree_of_unions_is_what_the_rule_says),
        cmocka_unit_test(the_order_of_inputs_does_not_show),
    };
    return cmocka_run_group_tests_name("hll union", tests, NULL, NULL);
}
