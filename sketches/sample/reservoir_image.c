/*
 * The bytes (docs/formats.md), little-endian:
 *
 *     "RSVR", version 1, varints size and seen, eight bytes of the generator,
 *     if seen >= size: the threshold as a double, varint rows before the next that
 * enters; the items, min(size, seen) of them (item_image.h).
 */
#include "reservoir_private.h"

#include "item_image.h"

#include <string.h>

static const char reservoir_tag[4] = {'R', 'S', 'V', 'R'};
enum { RESERVOIR_VERSION = 1, RESERVOIR_SIZE_AT = 4 + 1 };

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

/* Reads all but the items into a sketch that has none; false if something is amiss. */
static bool reservoir_open(struct reservoir *sketch, struct reader *r)
{
    take_tag(r, reservoir_tag);
    uint8_t version = take_u8(r);
    uint64_t rows = take_varint(r);
    *sketch = (struct reservoir){.seen = take_varint(r)};
    sketch->random.state = take_u64(r);
    if (r->bad || version != RESERVOIR_VERSION || rows < 1 || rows > ITEM_LIST_MAX ||
        sketch->seen > SKETCH_MAX_TOTAL) {
        return false;
    }
    sketch->size = (uint32_t)rows;
    if (sketch->seen < rows) {
        return true;
    }
    sketch->threshold = take_f64(r);
    sketch->next = take_varint(r);
    return !r->bad && sketch->threshold >= RESERVOIR_LEAST &&
           sketch->threshold <= RESERVOIR_MOST && sketch->next >= sketch->seen &&
           sketch->next <= SKETCH_MAX_TOTAL;
}

enum sketch_status reservoir_absorb(struct reservoir *into, const uint8_t *bytes,
                                    size_t size)
{
    struct reader r = {bytes, size, false};
    struct reservoir from;
    return reservoir_open(&from, &r) ? reservoir_merge_image(into, &from, &r)
                                     : SKETCH_CORRUPT;
}

enum sketch_status reservoir_deserialise(struct reservoir **out, const uint8_t *bytes,
                                         size_t size,
                                         const struct sketch_memory *memory)
{
    struct reader r = {bytes, size, false};
    struct reservoir image;
    *out = NULL;
    if (!reservoir_open(&image, &r)) {
        return SKETCH_CORRUPT;
    }
    struct reservoir *sketch = sketch_allocate(memory, sizeof *sketch);
    if (!sketch) {
        return SKETCH_NOMEM;
    }
    *sketch = image;
    sketch->memory = *memory;
    uint32_t count = reservoir_expected(sketch);
    enum sketch_status status =
        item_list_take_some(&sketch->items, &r, count, count, NULL, memory);
    if (status != SKETCH_OK) {
        reservoir_free(sketch);
        return status;
    }
    *out = sketch;
    return SKETCH_OK;
}

/* Whether what is left to read is `count` items. */
static bool reservoir_are_items(struct reader r, uint32_t count)
{
    for (uint32_t i = 0; !r.bad && i < count; i++) {
        (void)take_item(&r);
    }
    return took_all(&r);
}

bool reservoir_stored_open(struct reservoir_stored *stored, const uint8_t *bytes,
                           size_t size)
{
    struct reader r = {bytes, size, false};
    struct reservoir image;
    if (!reservoir_open(&image, &r)) {
        return false;
    }
    *stored = (struct reservoir_stored){r, reservoir_expected(&image)};
    return reservoir_are_items(r, stored->count);
}

struct item reservoir_stored_next(struct reservoir_stored *stored)
{
    return take_item(&stored->items);
}

/* One row more: rewrites the number of rows, which may take a byte more. */
static void reservoir_put_seen(uint8_t *bytes, size_t *size,
                               const struct reservoir *image)
{
    uint8_t *at = bytes + RESERVOIR_SIZE_AT + varint_size(image->size);
    size_t before = varint_size(image->seen);
    size_t after = varint_size(image->seen + 1);
    if (after > before) {
        memmove(at + after, at + before, *size - (size_t)(at + before - bytes));
    }
    put_varint(at, image->seen + 1);
    *size += after - before;
}

bool reservoir_stored_add(uint8_t *bytes, size_t *size, size_t room, struct item item)
{
    struct reader r = {bytes, *size, false};
    struct reservoir image;
    if (!reservoir_open(&image, &r) ||
        !reservoir_are_items(r, reservoir_expected(&image))) {
        return false;
    }
    bool fills = image.seen + 1 < image.size; /* and not to the brim */
    size_t more = fills ? item_image_size(item) : 0;
    if ((!fills && image.seen >= image.next) || room - *size < more + 1) {
        return false;
    }
    reservoir_put_seen(bytes, size, &image);
    if (fills) {
        put_item(bytes + *size, item);
        *size += more;
    }
    return true;
}

bool reservoir_recognises(const uint8_t *bytes, size_t size)
{
    return opens_with(bytes, size, reservoir_tag);
}
