/*
 * The image of an HLL_4 sketch, made the long way round.
 *
 * This follows the description of DataSketches' format step by step: registers
 * are kept as the image has them, relative to the minimum, and exceptions only in
 * their table.  It shares no code with sketches/hll*.c.
 */
#ifndef HLL_REFERENCE_H
#define HLL_REFERENCE_H

#include <stdint.h>
#include <stdlib.h>

#include "hash.h"

struct hll_reference;

struct hll_reference *hll_reference_create(int precision);
void hll_reference_add(struct hll_reference *sketch, struct hash hash);
void hll_reference_free(struct hll_reference *sketch);

/* The compact image; free() it. */
uint8_t *hll_reference_image(const struct hll_reference *sketch, size_t *size);

#endif
