#include "item_list.h"

#include "invariant.h"
#include "item_image.h"

#include <string.h>

enum { ITEM_LIST_FIRST_ROOM = 8 };

enum sketch_status item_list_reserve(struct item_list *list, uint32_t count,
                                     const struct sketch_memory *memory)
{
    if (count <= list->room) {
        return SKETCH_OK;
    }
    struct item_copy *slots =
        memory->resize(memory->ctx, list->slots, count * sizeof *slots);
    if (!slots) {
        return SKETCH_NOMEM;
    }
    list->slots = slots;
    list->room = count;
    return SKETCH_OK;
}

enum sketch_status item_list_grow(struct item_list *list,
                                  const struct sketch_memory *memory)
{
    uint32_t room = list->room ? list->room * 2 : ITEM_LIST_FIRST_ROOM;
    return list->count < list->room ? SKETCH_OK : item_list_reserve(list, room, memory);
}

void item_list_put_copy(struct item_list *list, uint32_t at, struct item_copy copy,
                        const struct sketch_memory *memory)
{
    invariant(at < list->count || (at == list->count && at < list->room));
    if (at < list->count) {
        item_copy_drop(&list->slots[at], memory);
    } else {
        list->count++;
    }
    list->slots[at] = copy;
}

enum sketch_status item_list_append(struct item_list *list, struct item item,
                                    const struct sketch_memory *memory)
{
    struct item_copy copy;
    enum sketch_status status = item_list_grow(list, memory);
    if (status == SKETCH_OK) {
        status = item_copy_make(&copy, item, memory);
    }
    if (status == SKETCH_OK) {
        item_list_put_copy(list, list->count, copy, memory);
    }
    return status;
}

enum sketch_status item_list_replace(struct item_list *list, uint32_t at,
                                     struct item item,
                                     const struct sketch_memory *memory)
{
    invariant(at < list->count);
    struct item_copy copy;
    enum sketch_status status = item_copy_make(&copy, item, memory);
    if (status == SKETCH_OK) {
        item_list_put_copy(list, at, copy, memory);
    }
    return status;
}

struct item item_list_item(const struct item_list *list, uint32_t at)
{
    invariant(at < list->count);
    return item_copy_item(&list->slots[at]);
}

/* Is the next of `left` items one of the `needed` that are still to be chosen?  Each
 * set is as likely as any other (Knuth, The Art of Computer Programming 2, 3.4.2,
 * algorithm S). */
static bool item_list_chooses(struct random *random, uint32_t needed, uint32_t left)
{
    return needed == left || (needed > 0 && random_below(random, left) < needed);
}

enum sketch_status item_list_copy_some(struct item_list *out,
                                       const struct item_list *from, uint32_t keep,
                                       struct random *random,
                                       const struct sketch_memory *memory)
{
    invariant(out->count == 0 && keep <= from->count);
    enum sketch_status status = item_list_reserve(out, keep, memory);
    for (uint32_t i = 0; status == SKETCH_OK && i < from->count; i++) {
        if (item_list_chooses(random, keep - out->count, from->count - i)) {
            status = item_list_append(out, item_list_item(from, i), memory);
        }
    }
    return status;
}

void item_list_thin(struct item_list *list, uint32_t keep, struct random *random,
                    const struct sketch_memory *memory)
{
    invariant(keep <= list->count);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        if (item_list_chooses(random, keep - kept, list->count - i)) {
            list->slots[kept++] = list->slots[i];
        } else {
            item_copy_drop(&list->slots[i], memory);
        }
    }
    list->count = kept;
}

void item_list_join(struct item_list *list, struct item_list *from,
                    const struct sketch_memory *memory)
{
    invariant(from->count <= list->room - list->count);
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
        item_copy_drop(&list->slots[i], memory);
    }
    sketch_release(memory, list->slots);
    *list = (struct item_list){0};
}

size_t item_list_image_size(const struct item_list *list)
{
    size_t size = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        size += item_image_size(item_list_item(list, i));
    }
    return size;
}

uint8_t *item_list_put(const struct item_list *list, uint8_t *p)
{
    for (uint32_t i = 0; i < list->count; i++) {
        p = put_item(p, item_list_item(list, i));
    }
    return p;
}

enum sketch_status item_list_take_some(struct item_list *out, struct reader *r,
                                       uint32_t count, uint32_t keep,
                                       struct random *random,
                                       const struct sketch_memory *memory)
{
    invariant(out->count == 0 && keep <= count);
    /* An integer of 0 is the shortest item: one byte. */
    if (r->bad || count > r->left) {
        return SKETCH_CORRUPT;
    }
    enum sketch_status status = item_list_reserve(out, keep, memory);
    for (uint32_t i = 0; status == SKETCH_OK && i < count; i++) {
        struct item item = take_item(r);
        if (r->bad) {
            return SKETCH_CORRUPT;
        }
        if (item_list_chooses(random, keep - out->count, count - i)) {
            status = item_list_append(out, item, memory);
        }
    }
    return status == SKETCH_OK && !took_all(r) ? SKETCH_CORRUPT : status;
}
