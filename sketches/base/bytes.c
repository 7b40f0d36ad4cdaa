#include "bytes.h"

#include <string.h>

const uint8_t *take_bytes(struct reader *r, size_t count)
{
    if (r->bad || count > r->left) {
        r->bad = true;
        return NULL;
    }
    const uint8_t *at = r->next;
    r->next += count;
    r->left -= count;
    return at;
}

void take_tag(struct reader *r, const char tag[4])
{
    const uint8_t *p = take_bytes(r, 4);
    r->bad = r->bad || memcmp(p, tag, 4) != 0;
}

bool opens_with(const uint8_t *bytes, size_t size, const char tag[4])
{
    return size >= 4 && memcmp(bytes, tag, 4) == 0;
}

static uint64_t take_le(struct reader *r, size_t width)
{
    const uint8_t *p = take_bytes(r, width);
    uint64_t value = 0;
    for (size_t i = 0; p && i < width; i++) {
        value |= (uint64_t)p[i] << (8 * i);
    }
    return value;
}

uint8_t take_u8(struct reader *r) { return (uint8_t)take_le(r, 1); }
uint16_t take_u16(struct reader *r) { return (uint16_t)take_le(r, 2); }
uint32_t take_u32(struct reader *r) { return (uint32_t)take_le(r, 4); }
uint64_t take_u64(struct reader *r) { return take_le(r, 8); }

double take_f64(struct reader *r)
{
    uint64_t bits = take_u64(r);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

uint64_t take_varint(struct reader *r)
{
    uint64_t value = 0;
    if (!r->bad && r->left > 0 && *r->next < 0x80) { /* as most are */
        r->left--;
        return *r->next++;
    }
    size_t most = r->bad ? 0 : r->left < 10 ? r->left : 10;
    for (size_t i = 0; i < most; i++) {
        uint64_t part = r->next[i] & 0x7fu;
        bool more = r->next[i] >= 0x80;
        bool lost = i == 9 && part > 1;
        bool padded = !more && part == 0 && i > 0;
        if (lost || padded) {
            break;
        }
        value |= part << (7 * i);
        if (!more) {
            take_bytes(r, i + 1);
            return value;
        }
    }
    r->bad = true;
    return 0;
}

bool took_all(const struct reader *r) { return !r->bad && r->left == 0; }

static uint8_t *put_le(uint8_t *p, uint64_t value, size_t width)
{
    for (size_t i = 0; i < width; i++) {
        p[i] = (uint8_t)(value >> (8 * i));
    }
    return p + width;
}

uint8_t *put_tag(uint8_t *p, const char tag[4]) { return put_bytes(p, tag, 4); }

uint8_t *put_bytes(uint8_t *p, const void *bytes, size_t count)
{
    if (count > 0) {
        memcpy(p, bytes, count);
    }
    return p + count;
}

uint8_t *put_u8(uint8_t *p, uint8_t value) { return put_le(p, value, 1); }
uint8_t *put_u16(uint8_t *p, uint16_t value) { return put_le(p, value, 2); }
uint8_t *put_u32(uint8_t *p, uint32_t value) { return put_le(p, value, 4); }
uint8_t *put_u64(uint8_t *p, uint64_t value) { return put_le(p, value, 8); }

uint8_t *put_f64(uint8_t *p, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return put_u64(p, bits);
}

uint8_t *put_varint(uint8_t *p, uint64_t value)
{
    while (value >= 0x80) {
        *p++ = (uint8_t)(value | 0x80u);
        value >>= 7;
    }
    *p++ = (uint8_t)value;
    return p;
}

size_t varint_size(uint64_t value)
{
    size_t size = 1;
    while (value >= 0x80) {
        size++;
        value >>= 7;
    }
    return size;
}
