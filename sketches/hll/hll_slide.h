/*
 * HyperLogLog of a window: items come at one end and go at the other.
 *
 * Says what a sketch of the items in the window would say, registers and all: see
 * hll_slide.c.  Takes 16 bytes for a register that was ever used, about 5 * 4 bytes
 * more in large windows, and 16 for each different item.
 */
#ifndef HLL_SLIDE_H
#define HLL_SLIDE_H

#include "hll.h"

struct hll_slide;

/* Positions are kept in so many bits; a window has fewer items. */
enum { HLL_SLIDE_MOST = 1 << 25 };

/* An empty window.  SKETCH_RANGE as for hll_create. */
enum sketch_status hll_slide_create(struct hll_slide **out, int precision,
                                    const struct sketch_memory *memory);

/* Adds the newest item.  SKETCH_OVERFLOW for more than HLL_SLIDE_MOST of them.  After a
 * failure all is as it was. */
enum sketch_status hll_slide_add(struct hll_slide *slide, struct hash hash);

/* Takes out the oldest item, which has to have this hash. */
void hll_slide_remove(struct hll_slide *slide, struct hash hash);

/* As hll_estimate of a merged sketch: exact up to 3/32 * 2^precision different items.
 */
double hll_slide_estimate(const struct hll_slide *slide);

/* A sketch of the items in the window, with the registers that it would have, merged as
 * soon as it does not list its items.  The caller frees it. */
enum sketch_status hll_slide_sketch(const struct hll_slide *slide, struct hll **out);

void hll_slide_free(struct hll_slide *slide); /* NULL is allowed */

#endif
