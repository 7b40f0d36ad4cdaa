#include "subjects.h"

enum sketch_status subject_fill(const struct subject *subject, void **out,
                                uint64_t from, uint64_t to,
                                const struct sketch_memory *memory)
{
    enum sketch_status status = subject->create(out, memory);
    for (uint64_t i = from; status == SKETCH_OK && i < to; i++) {
        status = subject->add(*out, i);
    }
    if (status != SKETCH_OK) {
        subject->ops->free(*out);
        *out = NULL;
    }
    return status;
}

const struct subject *const subjects[] = {
    &hll_subject,
    &theta_subject,
    &tdigest_subject,
    &tdigest_weighted_subject,
    &kll_subject,
    &topk_subject,
    &cms_subject,
    &reservoir_subject,
    &reservoir_weighted_subject,
    &keyed_hll_subject,
    &keyed_topk_subject,
    &profile_subject,
    &topk_distinct_subject,
};
const size_t subject_count = sizeof subjects / sizeof *subjects;
