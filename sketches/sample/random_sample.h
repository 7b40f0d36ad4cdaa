/* Simple random sample: exactly so many rows of a stream whose length is known. */
#ifndef RANDOM_SAMPLE_H
#define RANDOM_SAMPLE_H

#include "item_list.h"

struct selection;

#define SELECTION_MAX_TOTAL UINT64_C(1000000000000)

/* Creates the sampler of `size` of `total` rows.  The same seed and the same rows in
 * the same order give the same sample everywhere.  SKETCH_RANGE unless 1 <= size <=
 * SAMPLE_MAX and size <= total <= SELECTION_MAX_TOTAL. */
enum sketch_status selection_create(struct selection **out, uint32_t size,
                                    uint64_t total, uint64_t seed,
                                    const struct sketch_memory *memory);

/* Counts one row if it is not chosen, and then there is no need to look at it; false,
 * having done nothing, if it has to be added. */
bool selection_pass(struct selection *selection);

/* The next row; the item is copied if it is chosen.  Rows beyond the total are counted,
 * and nothing else. */
enum sketch_status selection_add(struct selection *selection, struct item item);

/* The rows so far.  There is an answer when they are as many as the total. */
uint64_t selection_seen(const struct selection *selection);
uint64_t selection_total(const struct selection *selection);

/* The chosen rows so far, in the order of the stream; lent until the next one. */
uint32_t selection_count(const struct selection *selection);
struct item selection_item(const struct selection *selection, uint32_t at);

void selection_free(struct selection *selection); /* NULL is allowed */

#endif
