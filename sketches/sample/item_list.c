#include "item_list.h"

#include <string.h>

enum { ITEM_LIST_FIRST_ROOM = 8 };

static enum sketch_status sample_copy(struct item_list_slot *slot, struct item item,
                                      const struct sketch_memory *memory)
{
    slot->kind = item.kind;
    slot->size = item.size;
    if (item_is_number(item)) {
        slot->as.bits = item.as.bits;
    } else if (item.size <= ITEM_LIST_NEAR) {
        put_bytes(slot->as.near, item.as.bytes, item.size);
    } else {
        slot->as.far = memory->resize(memory->ctx, NULL, item.size);
        if (!slot->as.far) {
            return SKETCH_NOMEM;
        }
        put_bytes(slot->as.far, item.as.bytes, item.size);
    }
    return SKETCH_OK;
}

static void sample_drop(struct item_list_slot *slot, const struct sketch_memory *memory)
{
    if (slot->kind > ITEM_REAL && slot->size > ITEM_LIST_NEAR) {
        sketch_release(memory, slot->as.far);
    }
}

enum sketch_status item_list_reserve(struct item_list *list, uint32_t count,
                                     const struct sketch_memory *memory)
{
    if (count <= list->room) {
        return SKETCH_OK;
    }
    struct item_list_slot *slots =
        memory->resize(memory->ctx, list->slots, count * sizeof *slots);
    if (!slots) {
        return SKETCH_NOMEM;
    }
    list->slots = slots;
    list->room = count;
    return SKETCH_OK;
}

enum sketch_status item_list_append(struct item_list *list, struct item item,
                                    const struct sketch_memory *memory)
{
    enum sketch_status status = SKETCH_OK;
    if (list->count == list->room) {
        uint32_t room = list->room ? list->room * 2 : ITEM_LIST_FIRST_ROOM;
        status = item_list_reserve(list, room, memory);
    }
    if (status == SKETCH_OK) {
        status = sample_copy(&list->slots[list->count], item, memory);
    }
    if (status == SKETCH_OK) {
        list->count++;
    }
    return status;
}

enum sketch_status item_list_replace(struct item_list *list, uint32_t at,
                                     struct item item,
                                     const struct sketch_memory *memory)
{
    struct item_list_slot slot;
    enum sketch_status status = sample_copy(&slot, item, memory);
    if (status == SKETCH_OK) {
        sample_drop(&list->slots[at], memory);
        list->slots[at] = slot;
    }
    return status;
}

struct item item_list_item(const struct item_list *list, uint32_t at)
{
    const struct item_list_slot *slot = &list->slots[at];
    struct item item = {.kind = slot->kind, .size = slot->size};
    if (item_is_number(item)) {
        item.as.bits = slot->as.bits;
    } else {
        item.as.bytes = slot->size <= ITEM_LIST_NEAR ? slot->as.near : slot->as.far;
    }
    return item;
}

/* Is the next of `left` items one of the `needed` that are still to be chosen?  Each
 * set is as likely as any other (Knuth, The Art of Computer Programming 2, 3.4.2,
 * algorithm S). */
static bool sample_chooses(struct random *random, uint32_t needed, uint32_t left)
{
    return needed == left || (needed > 0 && random_below(random, left) < needed);
}

enum sketch_status item_list_copy_some(struct item_list *out,
                                       const struct item_list *from, uint32_t keep,
                                       struct random *random,
                                       const struct sketch_memory *memory)
{
    enum sketch_status status = item_list_reserve(out, keep, memory);
    for (uint32_t i = 0; status == SKETCH_OK && i < from->count; i++) {
        if (sample_chooses(random, keep - out->count, from->count - i)) {
            status = item_list_append(out, item_list_item(from, i), memory);
        }
    }
    return status;
}

void item_list_thin(struct item_list *list, uint32_t keep, struct random *random,
                    const struct sketch_memory *memory)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        if (sample_chooses(random, keep - kept, list->count - i)) {
            list->slots[kept++] = list->slots[i];
        } else {
            sample_drop(&list->slots[i], memory);
        }
    }
    list->count = kept;
}

void item_list_join(struct item_list *list, struct item_list *from,
                    const struct sketch_memory *memory)
{
    if (from->count > 0) {
        memcpy(list->slots + list->count, from->slots,
               from->count * sizeof *from->slots);
        list->count += from->count;
        from->count = 0; /* they are no longer its own */
    }
    item_list_clear(from, memory);
}

void item_list_clear(struct item_list *list, const struct sketch_memory *memory)
{
    for (uint32_t i = 0; i < list->count; i++) {
        sample_drop(&list->slots[i], memory);
    }
    sketch_release(memory, list->slots);
    *list = (struct item_list){0};
}

static size_t sample_item_size(struct item item)
{
    return item_is_number(item) ? 1 + 8 : 1 + varint_size(item.size) + item.size;
}

size_t item_list_image_size(const struct item_list *list)
{
    size_t size = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        size += sample_item_size(item_list_item(list, i));
    }
    return size;
}

uint8_t *item_list_put(const struct item_list *list, uint8_t *p)
{
    for (uint32_t i = 0; i < list->count; i++) {
        struct item item = item_list_item(list, i);
        p = put_u8(p, (uint8_t)item.kind);
        if (item_is_number(item)) {
            p = put_u64(p, item.as.bits);
        } else {
            p = put_bytes(put_varint(p, item.size), item.as.bytes, item.size);
        }
    }
    return p;
}

static struct item sample_take_item(struct reader *r)
{
    uint8_t kind = take_u8(r);
    struct item item = item_integer(0);
    if (kind < ITEM_INTEGER || kind > ITEM_BLOB) {
        r->bad = true;
        return item;
    }
    item.kind = (enum item_kind)kind;
    if (item_is_number(item)) {
        item.as.bits = take_u64(r);
        r->bad = r->bad || !item_is_canonical(item);
        return item;
    }
    uint64_t size = take_varint(r);
    r->bad = r->bad || size > r->left || size > UINT32_MAX;
    item.size = r->bad ? 0 : (uint32_t)size;
    item.as.bytes = take_bytes(r, item.size);
    return item;
}

enum sketch_status item_list_take(struct item_list *list, struct reader *r,
                                  uint32_t count, const struct sketch_memory *memory)
{
    /* A text of no bytes is the shortest item: two bytes. */
    if (r->bad || count > r->left / 2) {
        return SKETCH_CORRUPT;
    }
    enum sketch_status status = item_list_reserve(list, count, memory);
    for (uint32_t i = 0; status == SKETCH_OK && i < count; i++) {
        struct item item = sample_take_item(r);
        status = r->bad ? SKETCH_CORRUPT : item_list_append(list, item, memory);
    }
    return status;
}

bool sample_keeps(struct hash key, double p, uint64_t seed)
{
    /* Seeds that are neighbours must not keep neighbours, hence twice. */
    struct random random = {key.h1 ^ random_next(&(struct random){seed})};
    /* 53 bits and a product with a power of two: no rounding decides. */
    return (double)(random_next(&random) >> 11) < p * 0x1p53;
}
