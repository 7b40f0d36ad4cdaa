#include "keyed_image.h"

#include "item_image.h"
#include "keyed_private.h"

#include <string.h>

enum { KEYED_LEAST_ENTRY = 2 }; /* bytes: NULL, and a sketch of none */

static const struct keyed_kind *keyed_take_kind(struct reader *r)
{
    take_tag(r, KEYED_TAG);
    r->bad = take_u8(r) != KEYED_VERSION || r->bad;
    size_t length = take_u8(r);
    const uint8_t *name = take_bytes(r, length);
    for (const struct keyed_kind *kind = keyed_kinds; name && kind->name; kind++) {
        if (strlen(kind->ops->family) == length &&
            memcmp(kind->ops->family, name, length) == 0) {
            return kind;
        }
    }
    return NULL;
}

const struct keyed_kind *keyed_kind_in(const uint8_t *bytes, size_t size)
{
    struct reader r = {.next = bytes, .left = size};
    return keyed_take_kind(&r);
}

const struct keyed_kind *keyed_read_header(struct keyed_reader *r, const uint8_t *bytes,
                                           size_t size)
{
    *r = (struct keyed_reader){.bytes = {.next = bytes, .left = size}};
    const struct keyed_kind *kind = keyed_take_kind(&r->bytes);
    r->left = take_varint(&r->bytes);
    return r->bytes.bad || r->left > r->bytes.left / KEYED_LEAST_ENTRY ? NULL : kind;
}

bool keyed_read_entry(struct keyed_reader *r, struct keyed_image_entry *entry)
{
    struct reader *bytes = &r->bytes;
    if (r->left == 0 || bytes->bad) {
        return false;
    }
    r->left--;
    entry->key = NULL;
    if (bytes->left > 0 && bytes->next[0] == KEYED_NULL) {
        (void)take_u8(bytes);
    } else {
        entry->item = take_item(bytes);
        entry->key = &entry->item;
    }
    uint64_t size = take_varint(bytes);
    bytes->bad = bytes->bad || size > bytes->left;
    entry->size = bytes->bad ? 0 : (size_t)size;
    entry->bytes = take_bytes(bytes, entry->size);
    return !bytes->bad;
}

bool keyed_read_all(const struct keyed_reader *r)
{
    return r->left == 0 && took_all(&r->bytes);
}
