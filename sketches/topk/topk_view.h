/*
 * A sketch to be merged into another one, in whatever form it comes: an object, or the
 * bytes of a stored one.
 */
#ifndef TOPK_VIEW_H
#define TOPK_VIEW_H

#include "topk_private.h"

struct topk_view_entry {
    struct topk_probe probe;
    uint64_t hash;
    uint64_t count;
    uint64_t error;
};

struct topk_view {
    int k;
    uint32_t counters;
    uint32_t used;
    uint64_t total;
    uint64_t floor;
    struct topk_view_entry *entries;
    struct topk_filter filter;
    struct item smallest; /* of all items seen; not known with a floor or no entries */
    struct item largest;
    bool owns_filter;
};

/* Looks at an object, from which everything but the list of entries is borrowed. */
enum sketch_status topk_view_of(struct topk_view *view, const struct topk *sketch,
                                const struct sketch_memory *memory);

/* Looks at rows, from which the items are borrowed.  SKETCH_RANGE unless they are as
 * topk_restore() wants them. */
enum sketch_status topk_view_state(struct topk_view *view,
                                   const struct topk_state *state,
                                   const struct sketch_memory *memory);

/* Looks at bytes, from which the items are borrowed.  SKETCH_CORRUPT unless
 * topk_serialise() could have written them. */
enum sketch_status topk_view_read(struct topk_view *view, const uint8_t *bytes,
                                  size_t size, const struct sketch_memory *memory);

/* Gives back what a view holds, also after a failure. */
void topk_view_drop(struct topk_view *view, const struct sketch_memory *memory);

#endif
