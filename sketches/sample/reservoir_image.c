/*
 * The bytes (docs/formats.md), little-endian:
 *
 *     "RSVR", version 1, varints size and seen, eight bytes of the generator,
 *     if seen >= size: the threshold as a double, varint rows before the next that
 * enters; the items, min(size, seen) of them (item_image.h).
 */
#include "reservoir_private.h"

static const char reservoir_tag[4] = {'R', 'S', 'V', 'R'};
enum { RESERVOIR_VERSION = 1 };

enum sketch_status reservoir_serialise(const struct reservoir *sketch, uint8_t **bytes,
                                       size_t *size)
{
    bool full = reservoir_is_full(sketch);
    *size = 4 + 1 + varint_size(sketch->size) + varint_size(sketch->seen) + 8 +
            (full ? 8 + varint_size(sketch->next) : 0) +
            item_list_image_size(&sketch->items);
    *bytes = sketch->memory.resize(sketch->memory.ctx, NULL, *size);
    if (!*bytes) {
        *size = 0;
        return SKETCH_NOMEM;
    }
    uint8_t *p = put_tag(*bytes, reservoir_tag);
    p = put_u8(p, RESERVOIR_VERSION);
    p = put_varint(p, sketch->size);
    p = put_varint(p, sketch->seen);
    p = put_u64(p, sketch->random.state);
    if (full) {
        p = put_f64(p, sketch->threshold);
        p = put_varint(p, sketch->next);
    }
    item_list_put(&sketch->items, p);
    return SKETCH_OK;
}

static enum sketch_status reservoir_take(struct reservoir *sketch, struct reader *r)
{
    bool full = sketch->seen >= sketch->size;
    if (full) {
        sketch->threshold = take_f64(r);
        sketch->next = take_varint(r);
        if (!(sketch->threshold >= RESERVOIR_LEAST &&
              sketch->threshold <= RESERVOIR_MOST) ||
            sketch->next < sketch->seen || sketch->next > SKETCH_MAX_TOTAL) {
            return SKETCH_CORRUPT;
        }
    }
    uint32_t count = full ? sketch->size : (uint32_t)sketch->seen;
    enum sketch_status status =
        item_list_take(&sketch->items, r, count, &sketch->memory);
    return status == SKETCH_OK && !took_all(r) ? SKETCH_CORRUPT : status;
}

enum sketch_status reservoir_deserialise(struct reservoir **out, const uint8_t *bytes,
                                         size_t size,
                                         const struct sketch_memory *memory)
{
    struct reader r = {bytes, size, false};
    *out = NULL;
    take_tag(&r, reservoir_tag);
    uint8_t version = take_u8(&r);
    uint64_t rows = take_varint(&r);
    uint64_t seen = take_varint(&r);
    uint64_t state = take_u64(&r);
    if (r.bad || version != RESERVOIR_VERSION || rows < 1 || rows > ITEM_LIST_MAX ||
        seen > SKETCH_MAX_TOTAL) {
        return SKETCH_CORRUPT;
    }
    struct reservoir *sketch;
    enum sketch_status status =
        reservoir_create(&sketch, (uint32_t)rows, state, memory);
    if (status != SKETCH_OK) {
        return status;
    }
    sketch->seen = seen;
    status = reservoir_take(sketch, &r);
    if (status != SKETCH_OK) {
        reservoir_free(sketch);
        return status;
    }
    *out = sketch;
    return SKETCH_OK;
}

bool reservoir_recognises(const uint8_t *bytes, size_t size)
{
    return opens_with(bytes, size, reservoir_tag);
}
