/*
 * Numbers in order, from which any may go: those of a window frame.
 *
 * Blocks of at most 512 ascending numbers, one after the other: to find the place of a
 * number is two binary searches, to put it there or take it out moves half a block, and
 * the n-th is found by the sizes of the blocks.  10 to 20 bytes a number.
 */
#ifndef SORTED_BLOCKS_H
#define SORTED_BLOCKS_H

#include "sketch.h"

struct sorted_block;

/* Zeroed: none. */
struct sorted_blocks {
    struct sorted_block **blocks; /* none of them is empty */
    uint16_t *sizes;
    size_t block_count;
    size_t block_room;
    uint64_t count;
};

/* Puts in a number, also one that is there already.  SKETCH_NOMEM leaves all as it
 * was. */
enum sketch_status sorted_blocks_put(struct sorted_blocks *sorted, uint64_t number,
                                     const struct sketch_memory *memory);

/* Takes out one number of that value; false if there is none. */
bool sorted_blocks_drop(struct sorted_blocks *sorted, uint64_t number,
                        const struct sketch_memory *memory);

/* The number that `rank` others precede; rank < count. */
uint64_t sorted_blocks_at(const struct sorted_blocks *sorted, uint64_t rank);

/* Copies the first `most` numbers, or as many as there are; returns how many. */
size_t sorted_blocks_first(const struct sorted_blocks *sorted, uint64_t *numbers,
                           size_t most);

void sorted_blocks_release(struct sorted_blocks *sorted,
                           const struct sketch_memory *memory);

#endif
