/*
 * Top-k of a window: items come at one end and go at the other.
 *
 * All items of the window are counted by name, so that nothing is estimated: see
 * topk_slide.c.  Takes 170 to 280 bytes for each different item, and its text.
 */
#ifndef TOPK_SLIDE_H
#define TOPK_SLIDE_H

#include "topk.h"

struct topk_slide;

/* An empty window. */
enum sketch_status topk_slide_create(struct topk_slide **out, int k,
                                     const struct sketch_memory *memory);

/* Adds the newest row: `weight` occurrences of an item, which is copied; 0 adds
 * nothing. SKETCH_OVERFLOW when the total would pass SKETCH_MAX_TOTAL.  After a failure
 * all is as it was. */
enum sketch_status topk_slide_add(struct topk_slide *slide, struct item item,
                                  uint64_t weight);

/* Takes out the oldest row, which has to be this one. */
void topk_slide_remove(struct topk_slide *slide, struct item item, uint64_t weight);

/* The k most frequent items of the window, as topk_rank of a sketch that is exact: no
 * row has an error.  The caller releases *rows through the memory hook; the items are
 * borrowed until the window changes. */
enum sketch_status topk_slide_rank(const struct topk_slide *slide,
                                   struct topk_row **rows, size_t *count);

void topk_slide_free(struct topk_slide *slide); /* NULL is allowed */

#endif
