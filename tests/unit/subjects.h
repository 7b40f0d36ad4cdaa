/*
 * Every family, seen the same way: made empty, fed a stream, asked.
 *
 * The laws, the fuzzer and its seeds are written against this table alone.  A new
 * family is a file subject_FAMILY.c, which offers one or more subjects, and their
 * names in the list at the end of this header and in subjects.c.  Parameters are
 * small, so that images are a few kilobytes and every state of a sketch (list and
 * table, exact and estimated) is reached within SUBJECT_LONG items.
 */
#ifndef SUBJECTS_H
#define SUBJECTS_H

#include "sketch.h"

enum {
    SUBJECT_LONG = 3000,
    SUBJECT_FIXED = 4096, /* bytes */
    SUBJECT_WORK = 4      /* times the memory, for what is asked for in all */
};

struct subject {
    const char *name; /* for people, such as "topk of texts" */
    const struct sketch_ops *ops;

    /* Of so many bytes for each of its own, and SUBJECT_FIXED, is a sketch that is read
     * from any bytes, and whatever is needed to read it: what docs/security.md states.
     */
    uint64_t memory_factor;

    enum sketch_status (*create)(void **out, const struct sketch_memory *memory);
    /* An empty one of another size; NULL: an empty one has no size. */
    enum sketch_status (*create_other)(void **out, const struct sketch_memory *memory);

    /* Adds the i-th item of the subject's stream. */
    enum sketch_status (*add)(void *sketch, uint64_t i);

    /* Puts every question there is; `memory` is the sketch's own, for answers that
     * have to be released.  The sketch may come from hostile bytes. */
    void (*ask)(const void *sketch, const struct sketch_memory *memory);

    /* Puts the questions that a stored sketch answers from its bytes, to bytes that may
     * be damaged, and to the sketch that was read from them, or NULL if they were
     * refused.  False when an answer is not the same.  NULL: there are none. */
    bool (*answers_directly)(const uint8_t *bytes, size_t size, const void *sketch);

    /* As add, in an image in a block of `room` bytes; false when that takes the sketch,
     * and then nothing was changed.  NULL: it always does. */
    bool (*add_stored)(uint8_t *bytes, size_t *size, size_t room, uint64_t i);

    /* Whether the answers are within the stated error for items 0 .. count - 1,
     * each added once, in whatever order and through whatever merges. */
    bool (*summarises)(const void *sketch, uint64_t count);

    /* The format is not ours alone: bytes that differ may be the same sketch,
     * and bytes behind its end are overlooked. */
    bool reads_other_forms;
    bool overlooks_appended;

    /* A merge that fails may have been done in part, of which it leaves a sound sketch.
     */
    bool merges_in_steps;
};

extern const struct subject *const subjects[];
extern const size_t subject_count;

/* For all other purposes of a test: create and add the items from .. to - 1. */
enum sketch_status subject_fill(const struct subject *subject, void **out,
                                uint64_t from, uint64_t to,
                                const struct sketch_memory *memory);

/* Whether these bytes, sound or not, take no more memory than they may when they are
 * read, asked everything and begun anew, or checked, which has to say the same; `*read`
 * says whether they are a sketch. */
bool subject_reads_within(const struct subject *subject, const uint8_t *bytes,
                          size_t size, bool *read);

/* The most bytes that a subject may ask for in all where it reads so many. */
uint64_t subject_work(const struct subject *subject, size_t size);

extern const struct subject hll_subject;
extern const struct subject theta_subject;
extern const struct subject cms_subject;
extern const struct subject reservoir_subject;
extern const struct subject reservoir_weighted_subject;
extern const struct subject topk_subject;
extern const struct subject topk_distinct_subject;
extern const struct subject tdigest_subject;
extern const struct subject tdigest_weighted_subject;
extern const struct subject kll_subject;
extern const struct subject profile_subject;
extern const struct subject keyed_hll_subject;
extern const struct subject keyed_topk_subject;

#endif
