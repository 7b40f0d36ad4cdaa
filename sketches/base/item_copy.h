/* An item that its holder owns: short texts and blobs lie in it, long ones apart. */
#ifndef ITEM_COPY_H
#define ITEM_COPY_H

#include "item.h"
#include "sketch.h"

enum { ITEM_COPY_NEAR = 16 };

struct item_copy {
    enum item_kind kind;
    uint32_t size;
    union {
        uint64_t bits; /* of a number */
        uint8_t near[ITEM_COPY_NEAR];
        uint8_t *far; /* of more bytes than that: from the holder's memory */
    } as;
};

/* Copies an item.  On failure, SKETCH_NOMEM, there is nothing to drop. */
enum sketch_status item_copy_make(struct item_copy *copy, struct item item,
                                  const struct sketch_memory *memory);

/* Whether the bytes of a copy of this item lie apart. */
static inline bool item_copy_is_far(struct item item)
{
    return item.size > ITEM_COPY_NEAR;
}

/* Copies an item without asking for memory: bytes that have to lie apart go into
 * `block`, which has room for them and is the copy's from here on. */
struct item_copy item_copy_into(struct item item, uint8_t *block);

/* Gives back what the copy holds apart. */
void item_copy_drop(struct item_copy *copy, const struct sketch_memory *memory);

/* Lent for as long as the copy stays where it is. */
static inline struct item item_copy_item(const struct item_copy *copy)
{
    struct item item = {.kind = copy->kind, .size = copy->size};
    if (item_is_number(item)) {
        item.as.bits = copy->as.bits;
    } else {
        item.as.bytes = copy->size <= ITEM_COPY_NEAR ? copy->as.near : copy->as.far;
    }
    return item;
}

#endif
