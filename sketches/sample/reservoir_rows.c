/* The rows of a reservoir, as a list, and, with weights, in an image. */
#include "reservoir_private.h"

#include "item_image.h"

size_t reservoir_weights_size(const struct reservoir *sketch)
{
    size_t size = 0;
    for (uint32_t i = 0; i < sketch->items.count; i++) {
        size += 8 + item_image_size(item_real(sketch->keys[i].weight));
    }
    return size;
}

void reservoir_put_weighted(const struct reservoir *sketch,
                            const struct reservoir_key *keys, uint8_t *p)
{
    for (uint32_t i = 0; i < sketch->items.count; i++) {
        p = put_item(put_f64(p, keys[i].key), item_real(keys[i].weight));
        p = put_item(p, item_list_item(&sketch->items, keys[i].slot));
    }
}

struct reservoir_key reservoir_take_key(struct reader *r, double last)
{
    struct reservoir_key key = {.key = take_f64(r)};
    struct item weight = take_item(r);
    bool is_real = weight.kind == ITEM_WHOLE || weight.kind == ITEM_REAL;
    key.weight = !r->bad && is_real ? item_as_real(weight) : 0;
    bool is_sound = key.key >= last && key.key <= RESERVOIR_MOST_KEY &&
                    key.weight >= RESERVOIR_LEAST_WEIGHT &&
                    key.weight <= RESERVOIR_MOST_WEIGHT;
    r->bad = r->bad || !is_sound;
    return key;
}

enum sketch_status reservoir_take_weighted(struct reservoir *sketch, struct reader *r)
{
    const struct sketch_memory *memory = &sketch->memory;
    uint32_t count = reservoir_expected(sketch);
    double last = RESERVOIR_LEAST_KEY;
    if (r->bad || count > r->left) {
        return SKETCH_CORRUPT;
    }
    sketch->keys = memory->resize(memory->ctx, NULL, count * sizeof *sketch->keys);
    sketch->key_room = count;
    enum sketch_status status =
        sketch->keys ? item_list_reserve(&sketch->items, count, memory) : SKETCH_NOMEM;
    for (uint32_t i = 0; status == SKETCH_OK && i < count; i++) {
        struct reservoir_key key = reservoir_take_key(r, last);
        struct item item = take_item(r);
        if (r->bad) {
            return SKETCH_CORRUPT;
        }
        last = key.key;
        key.slot = i;
        sketch->keys[count - 1 - i] = key;
        status = item_list_append(&sketch->items, item, memory);
    }
    return status == SKETCH_OK && !took_all(r) ? SKETCH_CORRUPT : status;
}

enum sketch_status reservoir_list(const struct reservoir *sketch,
                                  struct reservoir_row **rows, size_t *count)
{
    const struct sketch_memory *memory = &sketch->memory;
    uint32_t many = sketch->items.count;
    struct reservoir_key *keys = NULL;
    *count = 0;
    /* One more, since a block of no bytes cannot be had. */
    *rows = memory->resize(memory->ctx, NULL, (many + 1) * sizeof **rows);
    enum sketch_status status = *rows ? SKETCH_OK : SKETCH_NOMEM;
    if (status == SKETCH_OK && sketch->is_weighted) {
        status = reservoir_reserve_keys(sketch, many, &keys);
    }
    if (status != SKETCH_OK) {
        sketch_release(memory, *rows);
        *rows = NULL;
        return status;
    }
    if (keys) {
        reservoir_keys_sort(keys, many);
    }
    for (uint32_t i = 0; i < many; i++) {
        uint32_t slot = keys ? keys[i].slot : i;
        (*rows)[i] = (struct reservoir_row){item_list_item(&sketch->items, slot),
                                            keys ? keys[i].weight : 1};
    }
    sketch_release(memory, keys);
    *count = many;
    return SKETCH_OK;
}
