/* Reservoir of a window: items come at one end and go at the other. */
#ifndef RESERVOIR_SLIDE_H
#define RESERVOIR_SLIDE_H

#include "reservoir.h"

struct reservoir_slide;

enum { RESERVOIR_SLIDE_MOST = 1 << 25 /* rows */ };

/* An empty window, for samples as large as those of the sketch, whose random numbers it
 * goes on with: the same sketch and rows in the same order give the same samples
 * everywhere. */
enum sketch_status reservoir_slide_create(struct reservoir_slide **out,
                                          const struct reservoir *sketch,
                                          const struct sketch_memory *memory);

/* Adds the newest row; the item is copied.  SKETCH_OVERFLOW for more than
 * RESERVOIR_SLIDE_MOST of them.  After a failure all is as it was. */
enum sketch_status reservoir_slide_add(struct reservoir_slide *slide, struct item item);

/* The same for rows with weights, which do not meet others; SKETCH_RANGE as for
 * reservoir_add_weighted().  What weighs nothing is never in the sample. */
enum sketch_status reservoir_slide_add_weighted(struct reservoir_slide *slide,
                                                struct item item, double weight);

/* Takes out the oldest row; there has to be one. */
void reservoir_slide_remove(struct reservoir_slide *slide);

/* A sample of the rows in the window, each set of them as likely as any other, in their
 * order, or, with weights, in the order in which they are drawn: `*count` items, as
 * many as the size, or all.  They are lent until the window changes, and
 * sketch_release() gives the list back. */
enum sketch_status reservoir_slide_sample(const struct reservoir_slide *slide,
                                          struct item **items, size_t *count);

void reservoir_slide_free(struct reservoir_slide *slide); /* NULL is allowed */

#endif
