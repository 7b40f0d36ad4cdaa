/* What the tests of HyperLogLog have in common. */
#ifndef HLL_HELP_H
#define HLL_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hll.h"
#include "random.h"

/* A sketch of the numbers from .. to - 1, hashed as 64-bit integers. */
struct hll *sketch_of(int precision, uint64_t from, uint64_t to);
void add_numbers(struct hll *sketch, uint64_t from, uint64_t to);

/* A sketch that has registers and forgot its one history: merged with itself. */
struct hll *merged_sketch_of(int precision, uint64_t from, uint64_t to);

struct image {
    uint8_t *bytes;
    size_t size;
};

/* All of these have to succeed; images are freed by free(image.bytes). */
struct image image_of(const struct hll *sketch);
struct image image_as(const struct hll *sketch, enum hll_type type, enum hll_form form);
struct hll *read_image(struct image image);

bool same_image(struct image a, struct image b);

/* Whether two sketches write the same bytes, in the form that shows all registers. */
bool same_registers(const struct hll *a, const struct hll *b);

#endif
