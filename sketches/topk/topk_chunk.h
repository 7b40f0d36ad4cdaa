/*
 * One byte of each of up to 256 cells, in whatever form is shortest (topk_planes.h):
 * the size of a chunk in an image tells its form.
 */
#ifndef TOPK_CHUNK_H
#define TOPK_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TOPK_CHUNK_CELLS = 256 };

struct topk_chunk {
    uint8_t bytes[TOPK_CHUNK_CELLS];
    size_t cells; /* 2..256, a power of two */
};

size_t topk_chunk_size(const struct topk_chunk *chunk); /* in an image */
uint8_t *topk_chunk_put(const struct topk_chunk *chunk, uint8_t *p);

/* Reads a chunk, whose cells say how many they are, from `size` bytes; false when they
 * are not what put would write. */
bool topk_chunk_take(struct topk_chunk *chunk, const uint8_t *p, size_t size);

/* One byte of a chunk in an image, which is not read as a whole.  False when it is
 * damaged where that was looked at. */
bool topk_chunk_get(const uint8_t *p, size_t size, size_t cells, size_t at,
                    uint8_t *byte);

#endif
