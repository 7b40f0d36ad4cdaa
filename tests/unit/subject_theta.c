/* The laws' view of theta: a stream of different items. */
#include "subjects.h"

#include "theta.h"

#include <math.h>

enum { THETA_SUBJECT_LG_K = THETA_MIN_LG_K };

static enum sketch_status theta_subject_create(void **out,
                                               const struct sketch_memory *memory)
{
    struct theta *sketch = NULL;
    enum sketch_status status = theta_create(&sketch, THETA_SUBJECT_LG_K, memory);
    *out = sketch;
    return status;
}

static enum sketch_status theta_subject_add(void *sketch, uint64_t i)
{
    return theta_add(sketch, hash_u64(i));
}

static bool theta_subject_add_stored(uint8_t *bytes, size_t *size, size_t room,
                                     uint64_t i)
{
    return theta_stored_add(bytes, size, room, hash_u64(i), THETA_SUBJECT_LG_K);
}

/* A NULL in the place of the sketch is asked nothing. */
static bool theta_subject_answers_directly(const uint8_t *bytes, size_t size,
                                           const void *sketch)
{
    double answer;
    bool known = theta_stored_estimate(bytes, size, &answer);
    bool same = !known || !sketch || answer == theta_estimate(sketch);
    for (int deviations = 1; deviations <= 3; deviations++) {
        double stored[2];
        double lower = 0;
        double upper = 0;
        if (theta_stored_bounds(bytes, size, deviations, &stored[0], &stored[1]) &&
            sketch) {
            same = same &&
                   theta_bounds(sketch, deviations, &lower, &upper) == SKETCH_OK &&
                   stored[0] == lower && stored[1] == upper;
        }
    }
    return same;
}

/* What an image gives that may be hostile, and what set operations make of it. */
static void theta_subject_ask(const void *sketch, const struct sketch_memory *memory)
{
    double lower;
    double upper;
    struct theta_overlap overlap;
    struct theta *other;
    (void)theta_estimate(sketch);
    (void)theta_error(sketch);
    (void)theta_fraction(sketch);
    for (int deviations = 1; deviations <= 3; deviations++) {
        (void)theta_bounds(sketch, deviations, &lower, &upper);
    }
    (void)theta_jaccard(sketch, sketch, &overlap);
    if (theta_create(&other, THETA_SUBJECT_LG_K, memory) != SKETCH_OK) {
        return;
    }
    for (uint64_t i = 0; i < 100; i++) {
        (void)theta_add(other, hash_u64(2 * i));
    }
    (void)theta_jaccard(other, sketch, &overlap);
    (void)theta_merge(other, sketch);
    (void)theta_except(other, sketch);
    (void)theta_merge(other, sketch);
    (void)theta_intersect(other, sketch);
    theta_free(other);
}

static bool theta_subject_summarises(const void *sketch, uint64_t count)
{
    double off = fabs(theta_estimate(sketch) - (double)count);
    return off <= 5 * theta_error(sketch) * (double)count;
}

const struct subject theta_subject = {
    .name = "theta",
    .ops = &theta_ops,
    .memory_factor = 70,
    .create = theta_subject_create,
    .add = theta_subject_add,
    .ask = theta_subject_ask,
    .add_stored = theta_subject_add_stored,
    .answers_directly = theta_subject_answers_directly,
    .summarises = theta_subject_summarises,
    .reads_other_forms = true,
};
