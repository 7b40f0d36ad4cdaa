/* Where an item is in the bytes of a stored sketch. */
#ifndef TOPK_STORED_H
#define TOPK_STORED_H

#include "topk_layout.h"
#include "topk_planes.h"

/* The rank of an item, and its record; `used` if it has none.  False when the bytes are
 * damaged where they were looked at. */
bool topk_stored_find(const struct topk_layout *layout, struct item item,
                      uint32_t *rank, struct topk_row *row);

/* The ends, of which there are none with a floor, and the planes, which the reader has
 * to stand at. */
struct topk_stored_filter {
    struct item smallest;
    struct item largest;
    const uint8_t *ends; /* where the smallest begins, and behind it the largest */
    struct topk_planes planes;
};

bool topk_stored_take_filter(struct topk_stored_filter *filter, struct reader *r,
                             const struct topk_layout *layout);

#endif
