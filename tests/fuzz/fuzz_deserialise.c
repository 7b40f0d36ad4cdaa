/*
 * Any bytes at all: refused, or a sketch that can be asked, merged, added to and
 * written back, and that reads again what it wrote.  No bytes are of a family that
 * is read here and of a foreign one, too.
 */
#include "catalogue.h"
#include "foreign.h"
#include "subjects.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_expect(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* Writes a sketch, reads that, writes again: the same bytes.  Returns the copy. */
static void *fuzz_copy(const struct subject *s, const void *sketch)
{
    uint8_t *first = NULL;
    uint8_t *second = NULL;
    size_t first_size = 0;
    size_t second_size = 0;
    void *copy = NULL;
    fuzz_expect(s->ops->serialise(sketch, &first, &first_size) == SKETCH_OK);
    fuzz_expect(s->ops->deserialise(&copy, first, first_size, &sketch_libc_memory) ==
                SKETCH_OK);
    fuzz_expect(s->ops->serialise(copy, &second, &second_size) == SKETCH_OK);
    fuzz_expect(first_size == second_size && memcmp(first, second, first_size) == 0);
    free(first);
    free(second);
    return copy;
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
    s->ask(sketch, &sketch_libc_memory);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_expect(!foreign_name(data, size) || !catalogue_find(data, size));
    for (size_t i = 0; i < subject_count; i++) {
        const struct subject *s = subjects[i];
        void *sketch = NULL;
        if (s->ops->deserialise(&sketch, data, size, &sketch_libc_memory) ==
            SKETCH_OK) {
            fuzz_expect(s->ops->recognises(data, size));
            fuzz_use(s, sketch, data, size);
            s->ops->free(sketch);
        } else {
            fuzz_expect(sketch == NULL);
        }
    }
    return 0;
}
