#include "item_image.h"

enum { ITEM_KIND_BITS = 3, ITEM_REAL_SIZE = 8 };

/* The bytes that an integer takes in two's complement. */
static size_t item_integer_size(uint64_t bits)
{
    uint64_t above = bits >> 63 ? ~bits : bits; /* has no leading copies of the sign */
    size_t digits = above > 0 ? 64 - (size_t)__builtin_clzll(above) : 0;
    return bits != 0 ? digits / 8 + 1 : 0; /* one bit more, for the sign */
}

static size_t item_stored_size(struct item item)
{
    return !item_is_number(item)    ? item.size
           : item.kind == ITEM_REAL ? ITEM_REAL_SIZE
                                    : item_integer_size(item.as.bits);
}

static uint64_t item_head(struct item item)
{
    return (uint64_t)item_stored_size(item) << ITEM_KIND_BITS | item.kind;
}

size_t item_image_size(struct item item)
{
    return varint_size(item_head(item)) + item_stored_size(item);
}

uint8_t *put_item(uint8_t *p, struct item item)
{
    size_t size = item_stored_size(item);
    p = put_varint(p, item_head(item));
    if (!item_is_number(item)) {
        return put_bytes(p, item.as.bytes, size);
    }
    for (size_t i = 0; i < size; i++) {
        p = put_u8(p, (uint8_t)(item.as.bits >> (8 * i)));
    }
    return p;
}

/* The number in 0..8 bytes, its highest bit repeated. */
static uint64_t item_extend(const uint8_t *bytes, size_t size)
{
    uint64_t bits = size > 0 && bytes[size - 1] >> 7 ? UINT64_MAX : 0;
    for (size_t i = size; i-- > 0;) {
        bits = bits << 8 | bytes[i];
    }
    return bits;
}

struct item take_item(struct reader *r)
{
    uint64_t head = take_varint(r);
    uint64_t kind = head & ((1u << ITEM_KIND_BITS) - 1);
    uint64_t size = head >> ITEM_KIND_BITS;
    r->bad = r->bad || kind < ITEM_INTEGER || kind > ITEM_BLOB || size > UINT32_MAX;
    const uint8_t *bytes = take_bytes(r, (size_t)size);
    struct item item = item_integer(0);
    if (r->bad) {
        return item;
    }
    item.kind = (enum item_kind)kind;
    if (!item_is_number(item)) {
        item.size = (uint32_t)size;
        item.as.bytes = bytes;
        return item;
    }
    item.as.bits = size <= 8 ? item_extend(bytes, (size_t)size) : 0;
    r->bad = item_stored_size(item) != size || !item_is_canonical(item);
    return item;
}
