#include "topk_chunk.h"

#include "bytes.h"

#include <string.h>

static size_t topk_bitmap_size(size_t cells) { return (cells + 7) / 8; }

/* Different for each. */
static size_t topk_size_of(size_t cells, size_t set)
{
    size_t list = 2 * set;
    size_t bitmap = topk_bitmap_size(cells) + set;
    size_t shorter = list <= bitmap ? list : bitmap;
    return cells <= shorter ? cells : shorter;
}

static bool topk_is_all(size_t size, size_t cells) { return size == cells; }

static bool topk_is_list(size_t size, size_t cells)
{
    return size <= 2 * topk_bitmap_size(cells);
}

static size_t topk_count_set(const struct topk_chunk *chunk)
{
    size_t set = 0;
    for (size_t i = 0; i < chunk->cells; i++) {
        set += chunk->bytes[i] != 0;
    }
    return set;
}

size_t topk_chunk_size(const struct topk_chunk *chunk)
{
    return topk_size_of(chunk->cells, topk_count_set(chunk));
}

uint8_t *topk_chunk_put(const struct topk_chunk *chunk, uint8_t *p)
{
    size_t set = topk_count_set(chunk);
    size_t size = topk_size_of(chunk->cells, set);
    if (topk_is_all(size, chunk->cells)) {
        return put_bytes(p, chunk->bytes, size);
    }
    bool list = topk_is_list(size, chunk->cells);
    uint8_t *head = p;
    uint8_t *values = p + (list ? set : topk_bitmap_size(chunk->cells));
    memset(head, 0, (size_t)(values - head));
    for (size_t i = 0; i < chunk->cells; i++) {
        if (chunk->bytes[i] != 0) {
            if (list) {
                *head++ = (uint8_t)i;
            } else {
                head[i / 8] = (uint8_t)(head[i / 8] | 1u << i % 8);
            }
            *values++ = chunk->bytes[i];
        }
    }
    return values;
}

/* The bytes of a list or a bitmap go where they belong; false when their places are not
 * in order, or not as many as they. */
static bool topk_spread_list(struct topk_chunk *chunk, const uint8_t *p, size_t set)
{
    bool good = true;
    for (size_t i = 0; i < set; i++) {
        good = good && p[i] < chunk->cells && (i == 0 || p[i - 1] < p[i]);
        chunk->bytes[good ? p[i] : 0] = p[set + i];
    }
    return good;
}

static bool topk_spread_bitmap(struct topk_chunk *chunk, const uint8_t *p, size_t set)
{
    size_t bitmap = topk_bitmap_size(chunk->cells);
    const uint8_t *value = p + bitmap;
    const uint8_t *end = value + set;
    for (size_t i = 0; i < bitmap; i++) {
        for (unsigned bits = p[i]; bits != 0; bits &= bits - 1) {
            size_t at = 8 * i + (size_t)__builtin_ctz(bits);
            if (value == end || at >= chunk->cells) {
                return false;
            }
            chunk->bytes[at] = *value++;
        }
    }
    return value == end;
}

bool topk_chunk_take(struct topk_chunk *chunk, const uint8_t *p, size_t size)
{
    if (size > chunk->cells) {
        return false;
    }
    if (topk_is_all(size, chunk->cells)) {
        memcpy(chunk->bytes, p, size);
        return topk_size_of(chunk->cells, topk_count_set(chunk)) == size;
    }
    memset(chunk->bytes, 0, chunk->cells);
    bool list = topk_is_list(size, chunk->cells);
    size_t set = list ? size / 2 : size - topk_bitmap_size(chunk->cells);
    return topk_size_of(chunk->cells, set) == size &&
           (list ? topk_spread_list(chunk, p, set)
                 : topk_spread_bitmap(chunk, p, set)) &&
           topk_count_set(chunk) == set;
}

static size_t topk_count_bits(const uint8_t *bytes, size_t count)
{
    size_t bits = 0;
    for (size_t i = 0; i < count; i++) {
        for (unsigned byte = bytes[i]; byte != 0; byte &= byte - 1) {
            bits++;
        }
    }
    return bits;
}

bool topk_chunk_get(const uint8_t *p, size_t size, size_t cells, size_t at,
                    uint8_t *byte)
{
    *byte = 0;
    if (topk_is_all(size, cells)) {
        *byte = p[at];
        return true;
    }
    if (topk_is_list(size, cells)) {
        const uint8_t *place = size > 0 ? memchr(p, (int)at, size / 2) : NULL;
        *byte = place ? place[size / 2] : 0;
        return true;
    }
    size_t bitmap = topk_bitmap_size(cells);
    if (p[at / 8] >> at % 8 & 1) {
        uint8_t before = (uint8_t)(p[at / 8] & ((1u << at % 8) - 1));
        size_t place =
            bitmap + topk_count_bits(p, at / 8) + topk_count_bits(&before, 1);
        if (place >= size) {
            return false;
        }
        *byte = p[place];
    }
    return true;
}
