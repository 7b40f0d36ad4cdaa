/*
 * Stored sketches of a window frame, of which the oldest goes first, and all of them
 * merged.
 *
 * Merging has no inverse, but a queue has two ends.  The older part is a stack whose
 * top is the oldest: beside each sketch stands the union of it and all newer ones of
 * that part, so that what is left is known after each pop.  The newer part grows by
 * merging into one sketch.  When the older part is used up, the newer one is turned
 * into it.  So a sketch is merged twice in its life, and once for each question.
 * (Folklore; see Tangwongsan, Hirzel, Schneider, "In-order sliding-window aggregation
 * in worst-case constant time", VLDB Journal 2021.)
 */
#ifndef TWO_STACKS_H
#define TWO_STACKS_H

#include "sketch.h"

struct two_stacks;

/* An empty queue of sketches of that family, with the parameters of `like` if images do
 * not tell them, for which alone it is needed. */
enum sketch_status two_stacks_create(struct two_stacks **out,
                                     const struct sketch_ops *ops, const void *like,
                                     const struct sketch_memory *memory);

/* Adds a stored sketch, which is copied, as the newest.  The statuses of absorb; after
 * a failure all is as it was. */
enum sketch_status two_stacks_push(struct two_stacks *stacks, const uint8_t *bytes,
                                   size_t size);

/* Takes the oldest one away.  SKETCH_RANGE when there is none; SKETCH_NOMEM, and then
 * it is still there. */
enum sketch_status two_stacks_pop(struct two_stacks *stacks);

uint64_t two_stacks_count(const struct two_stacks *stacks);

/* All that are there merged, in their order; NULL for none.  The queue owns it, and it
 * lives until the queue changes or is asked again. */
enum sketch_status two_stacks_total(struct two_stacks *stacks, const void **total);

void two_stacks_free(struct two_stacks *stacks); /* NULL is allowed */

#endif
