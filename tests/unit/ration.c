#include "ration.h"

#include <stdlib.h>
#include <string.h>

/* In front of each block, and as large as any alignment. */
union ration_header {
    size_t size;
    max_align_t align;
};

static void *ration_resize(void *ctx, void *block, size_t size)
{
    struct ration *ration = ctx;
    union ration_header *old = block ? (union ration_header *)block - 1 : NULL;
    union ration_header *new = NULL;
    if (size > 0) {
        if (ration->grants == 0) {
            return NULL;
        }
        ration->grants -= ration->grants != RATION_UNLIMITED;
        new = malloc(sizeof *new + size);
        if (!new) {
            return NULL;
        }
        ration->blocks++;
        ration->bytes += size;
        ration->asked += size;
        ration->peak = ration->peak < ration->bytes ? ration->bytes : ration->peak;
        new->size = size;
        memset(new + 1, 0xa5, size);
    }
    if (old) {
        if (new) {
            memcpy(new + 1, old + 1, old->size < size ? old->size : size);
        }
        ration->blocks--;
        ration->bytes -= old->size;
        free(old);
    }
    return new ? new + 1 : NULL;
}

struct sketch_memory ration_memory(struct ration *ration)
{
    return (struct sketch_memory){ration_resize, ration};
}
