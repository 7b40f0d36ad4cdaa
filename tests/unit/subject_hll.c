/* The laws' view of HyperLogLog: a stream of different items, some of them rare. */
#include "subjects.h"

#include "hll.h"

#include <math.h>

enum { HLL_SUBJECT_PRECISION = 8, HLL_SUBJECT_RARE = 500 };

static enum sketch_status hll_subject_create(void **out,
                                             const struct sketch_memory *memory)
{
    struct hll *sketch = NULL;
    enum sketch_status status = hll_create(&sketch, HLL_SUBJECT_PRECISION, memory);
    *out = sketch;
    return status;
}

static enum sketch_status hll_subject_create_other(void **out,
                                                   const struct sketch_memory *memory)
{
    struct hll *sketch = NULL;
    enum sketch_status status = hll_create(&sketch, HLL_SUBJECT_PRECISION + 1, memory);
    *out = sketch;
    return status;
}

/* Now and then a hash begins with many zeros, so that there are exceptions. */
static struct hash hll_subject_hash(uint64_t i)
{
    struct hash hash = hash_u64(i);
    hash.h2 >>= i % HLL_SUBJECT_RARE == 9 ? 16 : 0;
    return hash;
}

static enum sketch_status hll_subject_add(void *sketch, uint64_t i)
{
    return hll_add(sketch, hll_subject_hash(i));
}

static bool hll_subject_add_stored(uint8_t *bytes, size_t *size, size_t room,
                                   uint64_t i)
{
    return hll_stored_add(bytes, size, room, hll_subject_hash(i));
}

/* A NULL in the place of the sketch is asked nothing. */
static bool hll_subject_answers_directly(const uint8_t *bytes, size_t size,
                                         const void *sketch)
{
    double answer;
    bool known = hll_stored_estimate(bytes, size, &answer);
    bool same = !known || !sketch || answer == hll_estimate(sketch);
    for (int deviations = 1; deviations <= 3; deviations++) {
        double stored[2];
        double lower = 0;
        double upper = 0;
        if (hll_stored_bounds(bytes, size, deviations, &stored[0], &stored[1]) &&
            sketch) {
            same = same &&
                   hll_bounds(sketch, deviations, &lower, &upper) == SKETCH_OK &&
                   stored[0] == lower && stored[1] == upper;
        }
    }
    return same;
}

static void hll_subject_ask(const void *sketch, const struct sketch_memory *memory)
{
    double lower;
    double upper;
    struct hll_overlap overlap;
    (void)memory;
    (void)hll_estimate(sketch);
    (void)hll_error(sketch);
    for (int deviations = 1; deviations <= 3; deviations++) {
        (void)hll_bounds(sketch, deviations, &lower, &upper);
    }
    (void)hll_intersection(sketch, sketch, &overlap);
    (void)hll_jaccard(sketch, sketch, &overlap);
}

static bool hll_subject_summarises(const void *sketch, uint64_t count)
{
    double off = fabs(hll_estimate(sketch) - (double)count);
    return hll_is_exact(sketch) ? off < 0.001
                                : off <= 5 * hll_error(sketch) * (double)count;
}

const struct subject hll_subject = {
    .name = "hll",
    .ops = &hll_ops,
    .memory_factor = 4,
    .create = hll_subject_create,
    .create_other = hll_subject_create_other,
    .add = hll_subject_add,
    .ask = hll_subject_ask,
    .answers_directly = hll_subject_answers_directly,
    .add_stored = hll_subject_add_stored,
    .summarises = hll_subject_summarises,
    .reads_other_forms = true,
};
