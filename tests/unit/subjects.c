#include "subjects.h"

#include "ration.h"

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

static uint64_t subject_memory(const struct subject *subject, size_t size)
{
    return subject->memory_factor * size + SUBJECT_FIXED;
}

uint64_t subject_work(const struct subject *subject, size_t size)
{
    return SUBJECT_WORK * subject_memory(subject, size);
}

/* Whether a check says whether bytes are read, and takes no more memory than that. */
static bool subject_checks(const struct subject *subject, const uint8_t *bytes,
                           size_t size, bool read)
{
    struct ration ration = {.grants = RATION_UNLIMITED};
    struct sketch_memory memory = ration_memory(&ration);
    const struct sketch_ops *ops = subject->ops;
    bool agrees =
        !ops->check || (ops->check(bytes, size, &memory) == SKETCH_OK) == read;
    return agrees && ration.peak <= subject_memory(subject, size) && ration.blocks == 0;
}

bool subject_reads_within(const struct subject *subject, const uint8_t *bytes,
                          size_t size, bool *read)
{
    const struct sketch_ops *ops = subject->ops;
    struct ration ration = {.grants = RATION_UNLIMITED};
    struct sketch_memory memory = ration_memory(&ration);
    void *sketch = NULL;
    void *like = NULL;
    *read = ops->deserialise(&sketch, bytes, size, &memory) == SKETCH_OK;
    bool within = ration.peak <= subject_memory(subject, size);
    if (*read) {
        subject->ask(sketch, &memory);
        within = within && (!ops->create_like ||
                            ops->create_like(&like, sketch, &memory) == SKETCH_OK);
        ops->free(like);
    }
    ops->free(sketch);
    return within && ration.asked <= subject_work(subject, size) &&
           ration.blocks == 0 && subject_checks(subject, bytes, size, *read);
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
