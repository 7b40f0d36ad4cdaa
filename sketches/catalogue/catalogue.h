/* All families that have images: which of them does an image belong to? */
#ifndef CATALOGUE_H
#define CATALOGUE_H

#include "sketch.h"

/* Every family whose sketches can be stored, ending with NULL. */
extern const struct sketch_ops *const catalogue[];

/* The family that an image opens like, or NULL; no bytes is allowed, and then `bytes`
 * may be NULL.  Whether the image is sound, deserialise tells. */
const struct sketch_ops *catalogue_find(const uint8_t *bytes, size_t size);

/* What to call such an image: "hll", or "hll_by" of one with keys; NULL likewise. */
const char *catalogue_type(const uint8_t *bytes, size_t size);

#endif
