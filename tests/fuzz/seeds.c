/* seeds FOLDER SUBJECT: images of a subject in many states, for the fuzzer to start
 * from.  seeds alone: the subjects' names, a line each. */
#include "subjects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool seeds_write(const char *folder, size_t number, const uint8_t *bytes,
                        size_t size)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/seed-%03zu", folder, number);
    FILE *file = fopen(path, "wb");
    if (!file) {
        perror(path);
        return false;
    }
    bool written = fwrite(bytes, 1, size, file) == size;
    return fclose(file) == 0 && written;
}

static bool seeds_of(const struct subject *s, const char *folder)
{
    static const uint64_t lengths[] = {0, 1, 2, 5, 12, 30, 100, 400, SUBJECT_LONG};
    bool good = true;
    for (size_t i = 0; good && i < sizeof lengths / sizeof *lengths; i++) {
        void *sketch = NULL;
        uint8_t *bytes = NULL;
        size_t size = 0;
        good =
            subject_fill(s, &sketch, 0, lengths[i], &sketch_libc_memory) == SKETCH_OK &&
            s->ops->serialise(sketch, &bytes, &size) == SKETCH_OK &&
            seeds_write(folder, i, bytes, size);
        free(bytes);
        s->ops->free(sketch);
    }
    return good;
}

int main(int argc, char **argv)
{
    for (size_t i = 0; i < subject_count; i++) {
        if (argc == 1) {
            puts(subjects[i]->name);
        } else if (argc == 3 && strcmp(argv[2], subjects[i]->name) == 0) {
            return seeds_of(subjects[i], argv[1]) ? 0 : 1;
        }
    }
    return argc == 1 ? 0 : 1;
}
