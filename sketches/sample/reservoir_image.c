/*
 * The bytes (docs/formats.md), little-endian:
 *
 *     "RSVR", version 1, varints size and seen, eight bytes of the generator,
 *     if seen >= size: the threshold as a double, varint rows before the next that
 * enters; the items, min(size, seen) of them (item_image.h).
 *
 *     "RSVW", version 1, the same two varints and generator, if seen >= size: the
 * weight that may pass as a double; the rows, by ascending key: the key as a double,
 * the weight as an item, the item.
 */
#include "reservoir_private.h"

#include "item_image.h"

#include <string.h>

static const char reservoir_tag[4] = {'R', 'S', 'V', 'R'};
static const char reservoir_weighted_tag[4] = {'R', 'S', 'V', 'W'};
enum { RESERVOIR_VERSION = 1, RESERVOIR_SIZE_AT = 4 + 1 };

static uint8_t *reservoir_put_head(const struct reservoir *sketch, uint8_t *p)
{
    p = put_tag(p, sketch->is_weighted ? reservoir_weighted_tag : reservoir_tag);
    p = put_u8(p, RESERVOIR_VERSION);
    p = put_varint(p, sketch->size);
    p = put_varint(p, sketch->seen);
    p = put_u64(p, sketch->random.state);
    if (!reservoir_is_full(sketch)) {
        return p;
    }
    return sketch->is_weighted
               ? put_f64(p, sketch->left)
               : put_varint(put_f64(p, sketch->threshold), sketch->next);
}

static size_t reservoir_head_size(const struct reservoir *sketch)
{
    size_t size = 4 + 1 + varint_size(sketch->size) + varint_size(sketch->seen) + 8;
    if (!reservoir_is_full(sketch)) {
        return size;
    }
    return size + 8 + (sketch->is_weighted ? 0 : varint_size(sketch->next));
}

enum sketch_status reservoir_serialise(const struct reservoir *sketch, uint8_t **bytes,
                                       size_t *size)
{
    const struct sketch_memory *memory = &sketch->memory;
    struct reservoir_key *keys = NULL;
    uint32_t count = sketch->items.count;
    *size = 0;
    *bytes = NULL;
    if (sketch->is_weighted &&
        reservoir_reserve_keys(sketch, count, &keys) != SKETCH_OK) {
        return SKETCH_NOMEM;
    }
    size_t needed = reservoir_head_size(sketch) + item_list_image_size(&sketch->items) +
                    (keys ? reservoir_weights_size(sketch) : 0);
    *bytes = memory->resize(memory->ctx, NULL, needed);
    if (*bytes && keys) {
        reservoir_keys_sort(keys, count);
        reservoir_put_weighted(sketch, keys, reservoir_put_head(sketch, *bytes));
    } else if (*bytes) {
        item_list_put(&sketch->items, reservoir_put_head(sketch, *bytes));
    }
    sketch_release(memory, keys);
    *size = *bytes ? needed : 0;
    return *bytes ? SKETCH_OK : SKETCH_NOMEM;
}

static bool reservoir_take_thresholds(struct reservoir *sketch, struct reader *r)
{
    if (sketch->is_weighted) {
        sketch->left = take_f64(r);
        return !r->bad && sketch->left > 0 && sketch->left <= RESERVOIR_MOST_LEFT;
    }
    sketch->threshold = take_f64(r);
    sketch->next = take_varint(r);
    return !r->bad && sketch->threshold >= RESERVOIR_LEAST &&
           sketch->threshold <= RESERVOIR_MOST && sketch->next >= sketch->seen &&
           sketch->next <= SKETCH_MAX_TOTAL;
}

/* Reads all but the items into a sketch that has none; false if something is amiss. */
static bool reservoir_open(struct reservoir *sketch, struct reader *r)
{
    bool is_weighted = opens_with(r->next, r->left, reservoir_weighted_tag);
    take_tag(r, is_weighted ? reservoir_weighted_tag : reservoir_tag);
    uint8_t version = take_u8(r);
    uint64_t rows = take_varint(r);
    *sketch = (struct reservoir){.seen = take_varint(r), .is_weighted = is_weighted};
    sketch->random.state = take_u64(r);
    if (r->bad || version != RESERVOIR_VERSION || rows < 1 || rows > ITEM_LIST_MAX ||
        sketch->seen > SKETCH_MAX_TOTAL || (is_weighted && sketch->seen == 0)) {
        return false;
    }
    sketch->size = (uint32_t)rows;
    return sketch->seen < rows || reservoir_take_thresholds(sketch, r);
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
        sketch->is_weighted
            ? reservoir_take_weighted(sketch, &r)
            : item_list_take_some(&sketch->items, &r, count, count, NULL, memory);
    if (status != SKETCH_OK) {
        reservoir_free(sketch);
        return status;
    }
    *out = sketch;
    return SKETCH_OK;
}

/* Whether what is left to read is the rows. */
static bool reservoir_are_rows(struct reader r, const struct reservoir *image)
{
    double last = RESERVOIR_LEAST_KEY;
    uint32_t count = reservoir_expected(image);
    for (uint32_t i = 0; !r.bad && i < count; i++) {
        if (image->is_weighted) {
            last = reservoir_take_key(&r, last).key;
        }
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
    *stored =
        (struct reservoir_stored){r, reservoir_expected(&image), image.is_weighted};
    return reservoir_are_rows(r, &image);
}

struct item reservoir_stored_next(struct reservoir_stored *stored)
{
    if (stored->is_weighted) {
        (void)reservoir_take_key(&stored->items, RESERVOIR_LEAST_KEY);
    }
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
    if (!reservoir_open(&image, &r) || image.is_weighted ||
        !reservoir_are_rows(r, &image)) {
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
    return opens_with(bytes, size, reservoir_tag) ||
           opens_with(bytes, size, reservoir_weighted_tag);
}
