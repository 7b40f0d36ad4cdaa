#include "keyed_private.h"

#include "item_image.h"

#include <string.h>

/* An image that grows. */
struct keyed_writer {
    struct sketch_memory memory;
    uint8_t *bytes;
    size_t size;
    size_t room;
};

/* Room for so many bytes more, or NULL. */
static uint8_t *keyed_make_room(struct keyed_writer *w, size_t more)
{
    if (w->room - w->size < more) {
        size_t room = w->room + (w->room > more ? w->room : more);
        uint8_t *bytes = w->memory.resize(w->memory.ctx, w->bytes, room);
        if (!bytes) {
            return NULL;
        }
        w->bytes = bytes;
        w->room = room;
    }
    return w->bytes + w->size;
}

static enum sketch_status keyed_write_header(struct keyed_writer *w,
                                             const struct keyed_kind *kind,
                                             uint32_t count)
{
    size_t length = strlen(kind->ops->family);
    uint8_t *p = keyed_make_room(w, 6 + length + varint_size(count));
    if (!p) {
        return SKETCH_NOMEM;
    }
    p = put_u8(put_tag(p, KEYED_TAG), KEYED_VERSION);
    p = put_bytes(put_u8(p, (uint8_t)length), kind->ops->family, length);
    p = put_varint(p, count);
    w->size = (size_t)(p - w->bytes);
    return SKETCH_OK;
}

/* How the sketches are written. */
typedef enum sketch_status keyed_serialise_fn(const void *sketch, uint8_t **bytes,
                                              size_t *size);

static enum sketch_status keyed_write_entry(struct keyed_writer *w,
                                            const struct keyed *keyed, uint32_t number,
                                            keyed_serialise_fn *serialise)
{
    struct item key;
    uint8_t *sketch;
    size_t size;
    bool has_key = keyed_key(keyed, number, &key);
    enum sketch_status status =
        serialise(keyed->table.entries[number].sketch, &sketch, &size);
    if (status != SKETCH_OK) {
        return status;
    }
    uint8_t *p = keyed_make_room(w, (has_key ? item_image_size(key) : 1) +
                                        varint_size(size) + size);
    if (p) {
        p = has_key ? put_item(p, key) : put_u8(p, KEYED_NULL);
        p = put_bytes(put_varint(p, size), sketch, size);
        w->size = (size_t)(p - w->bytes);
    }
    sketch_release(&w->memory, sketch);
    return p ? SKETCH_OK : SKETCH_NOMEM;
}

static enum sketch_status keyed_write(const struct keyed *keyed,
                                      keyed_serialise_fn *serialise, uint8_t **bytes,
                                      size_t *size)
{
    const struct sketch_memory *memory = &keyed->table.memory;
    struct keyed_writer w = {.memory = *memory};
    uint32_t count = keyed->table.count;
    enum sketch_status status = keyed_write_header(&w, keyed->kind, count);
    for (uint32_t i = 0; status == SKETCH_OK && i < count; i++) {
        status = keyed_write_entry(&w, keyed, i, serialise);
    }
    if (status != SKETCH_OK) {
        sketch_release(memory, w.bytes);
        return status;
    }
    /* What was too much goes back, and if it cannot, does no harm. */
    uint8_t *exact = memory->resize(memory->ctx, w.bytes, w.size);
    *bytes = exact ? exact : w.bytes;
    *size = w.size;
    return SKETCH_OK;
}

enum sketch_status keyed_serialise(const struct keyed *keyed, uint8_t **bytes,
                                   size_t *size)
{
    return keyed_write(keyed, keyed->kind->ops->serialise, bytes, size);
}

enum sketch_status keyed_serialise_total(const struct keyed *keyed, uint8_t **bytes,
                                         size_t *size)
{
    const struct sketch_ops *ops = keyed->kind->ops;
    return keyed_write(keyed,
                       ops->serialise_total ? ops->serialise_total : ops->serialise,
                       bytes, size);
}
