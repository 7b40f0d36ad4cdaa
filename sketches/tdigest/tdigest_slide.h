/*
 * Quantiles of a window, exactly: values come and go, and all are kept.
 *
 * What a t-digest says while it has lost nothing.  Ten to twenty bytes a value.
 */
#ifndef TDIGEST_SLIDE_H
#define TDIGEST_SLIDE_H

#include "sketch.h"

struct tdigest_slide;

/* An empty window. */
enum sketch_status tdigest_slide_create(struct tdigest_slide **out,
                                        const struct sketch_memory *memory);

/* Adds a value.  SKETCH_RANGE unless it is finite; after a failure all is as it was. */
enum sketch_status tdigest_slide_add(struct tdigest_slide *slide, double value);

/* Takes out a value, which has to be there. */
void tdigest_slide_remove(struct tdigest_slide *slide, double value);

uint64_t tdigest_slide_count(const struct tdigest_slide *slide);

/* The values below which shares q of all lie, 0..1.  SKETCH_RANGE for another q, or if
 * there are no values. */
enum sketch_status tdigest_slide_quantiles(const struct tdigest_slide *slide,
                                           const double *q, size_t count,
                                           double *values);

/* The same as KLL has it while it has lost nothing: the first value up to which there
 * is a share q, so that it is one that was added. */
enum sketch_status tdigest_slide_added(const struct tdigest_slide *slide,
                                       const double *q, size_t count, double *values);

void tdigest_slide_free(struct tdigest_slide *slide); /* NULL is allowed */

#endif
