#include "item_copy.h"

#include <string.h>

struct item_copy item_copy_into(struct item item, uint8_t *block)
{
    struct item_copy copy = {.kind = item.kind, .size = item.size};
    if (item_is_number(item)) {
        copy.as.bits = item.as.bits;
    } else if (item_copy_is_far(item)) {
        memcpy(block, item.as.bytes, item.size);
        copy.as.far = block;
    } else if (item.size > 0) {
        memcpy(copy.as.near, item.as.bytes, item.size);
    }
    return copy;
}

enum sketch_status item_copy_make(struct item_copy *copy, struct item item,
                                  const struct sketch_memory *memory)
{
    uint8_t *block = NULL;
    if (item_copy_is_far(item)) {
        block = memory->resize(memory->ctx, NULL, item.size);
        if (!block) {
            *copy = (struct item_copy){.kind = item.kind};
            return SKETCH_NOMEM;
        }
    }
    *copy = item_copy_into(item, block);
    return SKETCH_OK;
}

void item_copy_drop(struct item_copy *copy, const struct sketch_memory *memory)
{
    if (copy->size > ITEM_COPY_NEAR) {
        sketch_release(memory, copy->as.far);
    }
    copy->size = 0;
}
