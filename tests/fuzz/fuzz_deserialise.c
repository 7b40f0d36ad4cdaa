/*
 * Any bytes at all: refused, or a sketch that can be asked, merged, added to and
 * written back, and that reads again what it wrote.  What is done with the bytes is
 * what would be done with the sketch.  Asked of the subject that SUBJECT in the
 * environment names, so that each input counts for it; without that, of all.
 */
#include "subjects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t fuzz_first;
static size_t fuzz_end;

static void fuzz_expect(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void fuzz_expect_same(const struct subject *s, const void *a, const void *b)
{
    uint8_t *first = NULL;
    uint8_t *second = NULL;
    size_t first_size = 0;
    size_t second_size = 0;
    fuzz_expect(s->ops->serialise(a, &first, &first_size) == SKETCH_OK);
    fuzz_expect(s->ops->serialise(b, &second, &second_size) == SKETCH_OK);
    fuzz_expect(first_size == second_size && memcmp(first, second, first_size) == 0);
    free(first);
    free(second);
}

/* Writes a sketch, reads that, writes again: the same bytes.  Returns the copy. */
static void *fuzz_copy(const struct subject *s, const void *sketch)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    void *copy = NULL;
    fuzz_expect(s->ops->serialise(sketch, &bytes, &size) == SKETCH_OK);
    fuzz_expect(s->ops->deserialise(&copy, bytes, size, &sketch_libc_memory) ==
                SKETCH_OK);
    fuzz_expect_same(s, sketch, copy);
    free(bytes);
    return copy;
}

/* Merges the bytes into a sketch in both ways: one result. */
static void fuzz_absorb(const struct subject *s, const void *sketch,
                        const uint8_t *data, size_t size)
{
    void *merged = NULL;
    void *absorbed = NULL;
    fuzz_expect(subject_fill(s, &merged, 50, 150, &sketch_libc_memory) == SKETCH_OK);
    fuzz_expect(subject_fill(s, &absorbed, 50, 150, &sketch_libc_memory) == SKETCH_OK);
    enum sketch_status status = sketch ? s->ops->merge(merged, sketch) : SKETCH_CORRUPT;
    enum sketch_status absorption = s->ops->absorb(absorbed, data, size);
    if (status == SKETCH_OK || !s->merges_in_steps) {
        fuzz_expect(absorption == status);
        fuzz_expect_same(s, merged, absorbed);
    } else {
        fuzz_expect(absorption != SKETCH_OK);
        s->ops->free(fuzz_copy(s, absorbed));
    }
    s->ops->free(merged);
    s->ops->free(absorbed);
}

/* Adds to a copy of the bytes, in place where that can be done, and to the sketch. */
static void fuzz_add_stored(const struct subject *s, const uint8_t *data, size_t size)
{
    size_t written = size;
    void *sketch = NULL;
    uint8_t *bytes = malloc(size + SKETCH_SPARE);
    fuzz_expect(bytes != NULL);
    memcpy(bytes, data, size);
    bool read =
        s->ops->deserialise(&sketch, data, size, &sketch_libc_memory) == SKETCH_OK;
    if (!s->add_stored(bytes, &written, size + SKETCH_SPARE, size % 200)) {
        fuzz_expect(written == size && memcmp(bytes, data, size) == 0);
    } else if (read) {
        void *added = NULL;
        fuzz_expect(s->add(sketch, size % 200) == SKETCH_OK);
        fuzz_expect(s->ops->deserialise(&added, bytes, written, &sketch_libc_memory) ==
                    SKETCH_OK);
        fuzz_expect_same(s, sketch, added);
        s->ops->free(added);
    }
    s->ops->free(sketch);
    free(bytes);
}

static void fuzz_use(const struct subject *s, void *sketch, const uint8_t *data,
                     size_t size)
{
    if (!s->reads_other_forms) {
        uint8_t *bytes = NULL;
        size_t written = 0;
        fuzz_expect(s->ops->serialise(sketch, &bytes, &written) == SKETCH_OK);
        fuzz_expect(written == size && memcmp(bytes, data, size) == 0);
        free(bytes);
    }
    void *copy = fuzz_copy(s, sketch);
    void *ours = NULL;
    fuzz_expect(subject_fill(s, &ours, 0, 100, &sketch_libc_memory) == SKETCH_OK);
    (void)s->ops->merge(ours, sketch); /* may refuse what does not fit together */
    (void)s->ops->merge(sketch, copy);
    for (uint64_t i = 0; i < 10; i++) {
        (void)s->add(sketch, i); /* may refuse: the total may be at its end */
    }
    s->ask(sketch, &sketch_libc_memory);
    s->ops->free(fuzz_copy(s, sketch));
    s->ops->free(fuzz_copy(s, ours));
    s->ops->free(ours);
    s->ops->free(copy);
}

static void fuzz_subject(const struct subject *s, const uint8_t *data, size_t size)
{
    void *sketch = NULL;
    bool sound;
    bool read =
        s->ops->deserialise(&sketch, data, size, &sketch_libc_memory) == SKETCH_OK;
    fuzz_expect(subject_reads_within(s, data, size, &sound) && sound == read);
    fuzz_absorb(s, sketch, data, size);
    fuzz_expect(!s->answers_directly || s->answers_directly(data, size, sketch));
    if (s->add_stored) {
        fuzz_add_stored(s, data, size);
    }
    if (read) {
        fuzz_expect(s->ops->recognises(data, size));
        fuzz_use(s, sketch, data, size);
        s->ops->free(sketch);
    } else {
        fuzz_expect(sketch == NULL);
    }
}

static void fuzz_choose(void)
{
    const char *name = getenv("SUBJECT");
    fuzz_end = subject_count;
    if (name) {
        while (fuzz_first < fuzz_end && strcmp(subjects[fuzz_first]->name, name) != 0) {
            fuzz_first++;
        }
        if (fuzz_first == fuzz_end) {
            fprintf(stderr, "there is no subject '%s'\n", name);
            exit(1);
        }
        fuzz_end = fuzz_first + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (fuzz_end == 0) {
        fuzz_choose();
    }
    for (size_t i = fuzz_first; i < fuzz_end; i++) {
        fuzz_subject(subjects[i], data, size);
    }
    return 0;
}
