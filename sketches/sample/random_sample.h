/* Simple random sample: exactly so many rows of a stream whose length is known. */
#ifndef RANDOM_SAMPLE_H
#define RANDOM_SAMPLE_H

#include "item_list.h"

struct random_sample;

#define RANDOM_SAMPLE_MAX_TOTAL UINT64_C(1000000000000)

/* Creates the sampler of `size` of `total` rows.  The same seed and the same rows in
 * the same order give the same sample everywhere.  SKETCH_RANGE unless 1 <= size <=
 * ITEM_LIST_MAX and size <= total <= RANDOM_SAMPLE_MAX_TOTAL. */
enum sketch_status random_sample_create(struct random_sample **out, uint32_t size,
                                        uint64_t total, uint64_t seed,
                                        const struct sketch_memory *memory);

/* Counts one row if it is not chosen, and then there is no need to look at it; false,
 * having done nothing, if it has to be added. */
bool random_sample_pass(struct random_sample *sample);

/* The next row; the item is copied if it is chosen.  Rows beyond the total are counted,
 * and nothing else. */
enum sketch_status random_sample_add(struct random_sample *sample, struct item item);

/* The rows so far.  There is an answer when they are as many as the total. */
uint64_t random_sample_seen(const struct random_sample *sample);
uint64_t random_sample_total(const struct random_sample *sample);

/* The chosen rows so far, in the order of the stream; lent until the next one. */
uint32_t random_sample_count(const struct random_sample *sample);
struct item random_sample_item(const struct random_sample *sample, uint32_t at);

void random_sample_free(struct random_sample *sample); /* NULL is allowed */

#endif
