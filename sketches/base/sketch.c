#include "sketch.h"

#include <stdlib.h>
#include <string.h>

const char *sketch_message(enum sketch_status status)
{
    switch (status) {
    case SKETCH_OK:
        return "success";
    case SKETCH_NOMEM:
        return "out of memory";
    case SKETCH_RANGE:
        return "argument out of range";
    case SKETCH_MISMATCH:
        return "sketches made with different parameters do not merge";
    case SKETCH_OVERFLOW:
        return "the total passes 9223372036854775807";
    case SKETCH_CORRUPT:
        return "not a sketch of this family, or a damaged one";
    }
    return "unknown status";
}

static void *libc_resize(void *ctx, void *block, size_t size)
{
    (void)ctx;
    if (size == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, size);
}

const struct sketch_memory sketch_libc_memory = {libc_resize, NULL};

void *sketch_allocate(const struct sketch_memory *memory, size_t size)
{
    void *block = memory->resize(memory->ctx, NULL, size);
    if (block) {
        memset(block, 0, size);
    }
    return block;
}

void sketch_release(const struct sketch_memory *memory, void *block)
{
    if (block) {
        memory->resize(memory->ctx, block, 0);
    }
}

enum sketch_status sketch_read(const struct sketch_ops *ops, void **out,
                               const void *like, const uint8_t *bytes, size_t size,
                               const struct sketch_memory *memory)
{
    if (!like || !ops->create_like) {
        return ops->deserialise(out, bytes, size, memory);
    }
    enum sketch_status status = ops->create_like(out, like, memory);
    if (status == SKETCH_OK) {
        status = ops->absorb(*out, bytes, size);
    }
    if (status != SKETCH_OK) {
        ops->free(*out);
        *out = NULL;
    }
    return status;
}
