/* Count-min: few frequent values and many rare ones, some of them heavy enough to
 * need the widest cells. */
#include "subjects.h"

#include "cms.h"

#include <stddef.h>

enum { CMS_SUBJECT_VALUES = 300 };
#define CMS_SUBJECT_EPS   0.02
#define CMS_SUBJECT_DELTA 0.05

static uint64_t cms_subject_value(uint64_t i)
{
    uint64_t x = (i + 1) * UINT64_C(0x9e3779b97f4a7c15) >> 33;
    return i % 2 ? x % 8 : x % CMS_SUBJECT_VALUES;
}

static uint64_t cms_subject_weight(uint64_t i)
{
    return i % 500 == 499 ? UINT64_C(1) << 33 : i % 100 == 99 ? 70000 : 1 + i % 3;
}

static enum sketch_status cms_subject_create(void **out,
                                             const struct sketch_memory *memory)
{
    struct cms *sketch = NULL;
    enum sketch_status status =
        cms_create(&sketch, CMS_SUBJECT_EPS, CMS_SUBJECT_DELTA, memory);
    *out = sketch;
    return status;
}

static enum sketch_status cms_subject_create_other(void **out,
                                                   const struct sketch_memory *memory)
{
    struct cms *sketch = NULL;
    enum sketch_status status =
        cms_create(&sketch, 2 * CMS_SUBJECT_EPS, CMS_SUBJECT_DELTA, memory);
    *out = sketch;
    return status;
}

static enum sketch_status cms_subject_add(void *sketch, uint64_t i)
{
    return cms_add(sketch, hash_u64(cms_subject_value(i)), cms_subject_weight(i));
}

static void cms_subject_ask(const void *sketch, const struct sketch_memory *memory)
{
    double inner;
    (void)memory;
    for (uint64_t value = 0; value < CMS_SUBJECT_VALUES; value += 37) {
        (void)cms_estimate(sketch, hash_u64(value));
    }
    (void)cms_error(sketch);
    (void)cms_inner(sketch, sketch, &inner);
}

static bool cms_subject_answers_directly(const uint8_t *bytes, size_t size,
                                         const void *sketch)
{
    uint64_t total;
    double error;
    bool has_total = cms_stored_total(bytes, size, &total);
    bool has_error = cms_stored_error(bytes, size, &error);
    bool same = !sketch || (has_total && total == cms_total(sketch) && has_error &&
                            error == cms_error(sketch));
    for (uint64_t value = 0; value < CMS_SUBJECT_VALUES + 100; value += 7) {
        struct hash hash = hash_u64(value);
        uint64_t estimate;
        bool answers = cms_stored_estimate(bytes, size, hash, &estimate);
        same = same && (!sketch || (answers && estimate == cms_estimate(sketch, hash)));
    }
    return same;
}

static bool cms_subject_add_stored(uint8_t *bytes, size_t *size, size_t room,
                                   uint64_t i)
{
    return cms_stored_add(bytes, size, room, hash_u64(cms_subject_value(i)),
                          cms_subject_weight(i));
}

static bool cms_subject_summarises(const void *sketch, uint64_t count)
{
    uint64_t truth[CMS_SUBJECT_VALUES] = {0};
    uint64_t total = 0;
    uint32_t beyond = 0;
    for (uint64_t i = 0; i < count; i++) {
        truth[cms_subject_value(i)] += cms_subject_weight(i);
        total += cms_subject_weight(i);
    }
    bool holds = cms_total(sketch) == total;
    for (uint64_t value = 0; value < CMS_SUBJECT_VALUES; value++) {
        uint64_t estimate = cms_estimate(sketch, hash_u64(value));
        holds = holds && estimate >= truth[value] && estimate <= total;
        beyond += (double)(estimate - truth[value]) > cms_error(sketch);
    }
    return holds && beyond <= CMS_SUBJECT_DELTA * CMS_SUBJECT_VALUES;
}

const struct subject cms_subject = {
    .name = "cms",
    .ops = &cms_ops,
    .memory_factor = 16,
    .create = cms_subject_create,
    .create_other = cms_subject_create_other,
    .add = cms_subject_add,
    .ask = cms_subject_ask,
    .answers_directly = cms_subject_answers_directly,
    .add_stored = cms_subject_add_stored,
    .summarises = cms_subject_summarises,
};
