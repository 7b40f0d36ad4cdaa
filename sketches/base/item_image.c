#include "item_image.h"

size_t item_image_size(struct item item)
{
    return item_is_number(item) ? 1 + 8 : 1 + varint_size(item.size) + item.size;
}

uint8_t *put_item(uint8_t *p, struct item item)
{
    p = put_u8(p, (uint8_t)item.kind);
    if (item_is_number(item)) {
        return put_u64(p, item.as.bits);
    }
    return put_bytes(put_varint(p, item.size), item.as.bytes, item.size);
}

struct item take_item(struct reader *r)
{
    uint8_t kind = take_u8(r);
    if (kind < ITEM_INTEGER || kind > ITEM_BLOB) {
        r->bad = true;
        return item_integer(0);
    }
    struct item item = {.kind = (enum item_kind)kind};
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
