#include "topk_chunk.h"

#include "bytes.h"
#include "hash.h"

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
    uint16_t set = 0; /* narrow, so that a compiler makes the loop wide */
    for (size_t i = 0; i < chunk->cells; i++) {
        set = (uint16_t)(set + (chunk->bytes[i] != 0));
    }
    return set;
}

size_t topk_chunk_size(const struct topk_chunk *chunk)
{
    return topk_size_of(chunk->cells, topk_count_set(chunk));
}

/* Up to eight bytes, the first of them lowest. */
static uint64_t topk_word(const uint8_t *p, size_t size)
{
    uint64_t word = 0;
    if (size >= 8) {
        return hash_load8(p);
    }
    for (size_t i = 0; i < size; i++) {
        word |= (uint64_t)p[i] << (8 * i);
    }
    return word;
}

/* The highest bit of each byte that is not 0. */
static uint64_t topk_set_bytes(uint64_t word)
{
    const uint64_t low = UINT64_MAX / 0xff * 0x7f;
    return (((word & low) + low) | word) & ~low;
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
    for (size_t first = 0; first < chunk->cells; first += 8) {
        uint64_t word = topk_word(chunk->bytes + first, chunk->cells - first);
        for (uint64_t left = topk_set_bytes(word); left != 0; left &= left - 1) {
            size_t i = first + (size_t)__builtin_ctzll(left) / 8;
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

/* Pairs of bits, then fours, then bytes are added up, and all bytes by the product. */
static size_t topk_count_bits(uint64_t word)
{
    const uint64_t ones = UINT64_MAX / 0xff;
    word -= word >> 1 & ones * 0x55;
    word = (word & ones * 0x33) + (word >> 2 & ones * 0x33);
    word = (word + (word >> 4)) & ones * 0x0f;
    return (size_t)(word * ones >> 56);
}

/* How many bits come before one. */
static size_t topk_bitmap_rank(const uint8_t *p, size_t bit)
{
    size_t rank = 0;
    size_t byte = 0;
    for (; byte + 8 <= bit / 8; byte += 8) {
        rank += topk_count_bits(hash_load8(p + byte));
    }
    uint64_t rest = topk_word(p + byte, bit / 8 - byte);
    return rank + topk_count_bits(rest) +
           topk_count_bits(p[bit / 8] & ((1u << bit % 8) - 1));
}

/* A word at a time, since the end of a word's bits is what a processor mispredicts. */
static bool topk_spread_bitmap(struct topk_chunk *chunk, const uint8_t *p, size_t set)
{
    size_t bitmap = topk_bitmap_size(chunk->cells);
    const uint8_t *value = p + bitmap;
    size_t left = set;
    for (size_t byte = 0; byte < bitmap; byte += 8) {
        uint64_t word = topk_word(p + byte, bitmap - byte);
        size_t count = topk_count_bits(word);
        bool beyond = chunk->cells < 8 * bitmap && word >> chunk->cells != 0;
        if (count > left || beyond) {
            return false;
        }
        left -= count;
        for (; word != 0; word &= word - 1) {
            chunk->bytes[8 * byte + (size_t)__builtin_ctzll(word)] = *value++;
        }
    }
    return left == 0;
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
        size_t place = bitmap + topk_bitmap_rank(p, at);
        if (place >= size) {
            return false;
        }
        *byte = p[place];
    }
    return true;
}
