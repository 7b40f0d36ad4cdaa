/* What several tests of reservoirs do to them. */
#ifndef RESERVOIR_HELP_H
#define RESERVOIR_HELP_H

#include "reservoir.h"

struct reservoir *reservoir_help_created(uint32_t size, uint64_t seed);
void reservoir_help_merge(struct reservoir *into, const struct reservoir *from);

/* To be given to free(). */
struct reservoir_help_image {
    uint8_t *bytes;
    size_t size;
};

struct reservoir_help_image reservoir_help_image_of(const struct reservoir *sketch);
void reservoir_help_assert_same(const struct reservoir *a, const struct reservoir *b);

/* Through its bytes, which are the same afterwards. */
struct reservoir *reservoir_help_copied(const struct reservoir *sketch);

#endif
