#include "item_copy.h"

#include <string.h>

/* Of an item whose bytes lie in the copy. */
static struct item_copy item_copy_near(struct item item)
{
    struct item_copy copy = {.kind = item.kind, .size = item.size};
    if (item_is_number(item)) {
        copy.as.bits = item.as.bits;
    } else if (item.size > 0) {
        memcpy(copy.as.near, item.as.bytes, item.size);
    }
    return copy;
}

static struct item_copy item_copy_far(struct item item, uint8_t *block)
{
    memcpy(block, item.as.bytes, item.size);
    return (struct item_copy){item.kind, item.size, {.far = block}};
}

struct item_copy item_copy_into(struct item item, uint8_t *block)
{
    return item_copy_is_far(item) ? item_copy_far(item, block) : item_copy_near(item);
}

enum sketch_status item_copy_make(struct item_copy *copy, struct item item,
                                  const struct sketch_memory *memory)
{
    if (!item_copy_is_far(item)) {
        *copy = item_copy_near(item);
        return SKETCH_OK;
    }
    uint8_t *block = memory->resize(memory->ctx, NULL, item.size);
    *copy = block ? item_copy_far(item, block) : (struct item_copy){.kind = item.kind};
    return block ? SKETCH_OK : SKETCH_NOMEM;
}

void item_copy_drop(struct item_copy *copy, const struct sketch_memory *memory)
{
    if (copy->size > ITEM_COPY_NEAR) {
        sketch_release(memory, copy->as.far);
    }
    copy->size = 0;
}
