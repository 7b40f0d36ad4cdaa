/* seeds FOLDER: images of every subject in many states, for the fuzzer to start from.
 */
#include "subjects.h"

#include <stdio.h>
#include <stdlib.h>

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

int main(int argc, char **argv)
{
    static const uint64_t lengths[] = {0, 1, 2, 5, 12, 30, 100, 400, SUBJECT_LONG};
    size_t number = 0;
    bool good = argc == 2;
    for (size_t s = 0; good && s < subject_count; s++) {
        for (size_t i = 0; good && i < sizeof lengths / sizeof *lengths; i++) {
            void *sketch = NULL;
            uint8_t *bytes = NULL;
            size_t size = 0;
            good = subject_fill(subjects[s], &sketch, 0, lengths[i],
                                &sketch_libc_memory) == SKETCH_OK &&
                   subjects[s]->ops->serialise(sketch, &bytes, &size) == SKETCH_OK &&
                   seeds_write(argv[1], number++, bytes, size);
            free(bytes);
            subjects[s]->ops->free(sketch);
        }
    }
    return good ? 0 : 1;
}
