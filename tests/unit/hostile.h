/*
 * Valid images with absurd fields: every window of 1, 2, 4 and 8 bytes, and every
 * varint, is given values that no sane writer chose, at every offset of the head and at
 * some of the body.
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include <stddef.h>
#include <stdint.h>

/* Is shown one of them for the length of the call. */
typedef void hostile_fn(void *ctx, const uint8_t *bytes, size_t size);

/* Shows all that can be made of an image. */
void hostile_images(const uint8_t *bytes, size_t size, hostile_fn *see, void *ctx);

#endif
