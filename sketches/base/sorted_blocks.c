#include "sorted_blocks.h"

#include "invariant.h"

#include <string.h>

enum { SORTED_BLOCK_MOST = 512, SORTED_BLOCK_FEW = SORTED_BLOCK_MOST / 4 };

struct sorted_block {
    uint64_t numbers[SORTED_BLOCK_MOST];
};

/* The first block whose last number is not smaller, or else the last one. */
static size_t sorted_blocks_find(const struct sorted_blocks *sorted, uint64_t number)
{
    size_t low = 0;
    size_t high = sorted->block_count - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted->blocks[middle]->numbers[sorted->sizes[middle] - 1] < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* How many numbers of the block are smaller. */
static size_t sorted_block_rank(const struct sorted_block *block, size_t size,
                                uint64_t number)
{
    size_t low = 0;
    while (size > 0) {
        size_t half = size / 2;
        bool right = block->numbers[low + half] < number;
        low += right ? half + 1 : 0;
        size = right ? size - half - 1 : half;
    }
    return low;
}

/* Makes room for one more block in the lists. */
static enum sketch_status sorted_blocks_reserve(struct sorted_blocks *sorted,
                                                const struct sketch_memory *memory)
{
    if (sorted->block_count < sorted->block_room) {
        return SKETCH_OK;
    }
    size_t room = sorted->block_room ? 2 * sorted->block_room : 4;
    struct sorted_block **blocks =
        memory->resize(memory->ctx, sorted->blocks, room * sizeof(*blocks));
    if (!blocks) {
        return SKETCH_NOMEM;
    }
    sorted->blocks = blocks;
    uint16_t *sizes = memory->resize(memory->ctx, sorted->sizes, room * sizeof *sizes);
    if (!sizes) {
        return SKETCH_NOMEM;
    }
    sorted->sizes = sizes;
    sorted->block_room = room;
    return SKETCH_OK;
}

/* Puts a new, empty block at a place in the list. */
static enum sketch_status sorted_blocks_insert(struct sorted_blocks *sorted, size_t at,
                                               const struct sketch_memory *memory)
{
    enum sketch_status status = sorted_blocks_reserve(sorted, memory);
    struct sorted_block *block =
        status == SKETCH_OK
            ? memory->resize(memory->ctx, NULL, sizeof(struct sorted_block))
            : NULL;
    if (!block) {
        return SKETCH_NOMEM;
    }
    size_t behind = sorted->block_count - at;
    memmove(sorted->blocks + at + 1, sorted->blocks + at,
            behind * sizeof(*sorted->blocks));
    memmove(sorted->sizes + at + 1, sorted->sizes + at, behind * sizeof *sorted->sizes);
    sorted->blocks[at] = block;
    sorted->sizes[at] = 0;
    sorted->block_count++;
    return SKETCH_OK;
}

static void sorted_blocks_remove(struct sorted_blocks *sorted, size_t at,
                                 const struct sketch_memory *memory)
{
    size_t behind = --sorted->block_count - at;
    sketch_release(memory, sorted->blocks[at]);
    memmove(sorted->blocks + at, sorted->blocks + at + 1,
            behind * sizeof(*sorted->blocks));
    memmove(sorted->sizes + at, sorted->sizes + at + 1, behind * sizeof *sorted->sizes);
}

/* The upper half of a full block becomes the next one. */
static enum sketch_status sorted_blocks_split(struct sorted_blocks *sorted, size_t at,
                                              const struct sketch_memory *memory)
{
    enum sketch_status status = sorted_blocks_insert(sorted, at + 1, memory);
    if (status == SKETCH_OK) {
        memcpy(sorted->blocks[at + 1]->numbers,
               sorted->blocks[at]->numbers + SORTED_BLOCK_MOST / 2,
               SORTED_BLOCK_MOST / 2 * sizeof(uint64_t));
        sorted->sizes[at] = SORTED_BLOCK_MOST / 2;
        sorted->sizes[at + 1] = SORTED_BLOCK_MOST / 2;
    }
    return status;
}

enum sketch_status sorted_blocks_put(struct sorted_blocks *sorted, uint64_t number,
                                     const struct sketch_memory *memory)
{
    enum sketch_status status = SKETCH_OK;
    if (sorted->block_count == 0) {
        status = sorted_blocks_insert(sorted, 0, memory);
    }
    size_t at = status == SKETCH_OK && sorted->count > 0
                    ? sorted_blocks_find(sorted, number)
                    : 0;
    if (status == SKETCH_OK && sorted->sizes[at] == SORTED_BLOCK_MOST) {
        status = sorted_blocks_split(sorted, at, memory);
        at += status == SKETCH_OK &&
              sorted->blocks[at]->numbers[sorted->sizes[at] - 1] < number;
    }
    if (status != SKETCH_OK) {
        return status;
    }
    struct sorted_block *block = sorted->blocks[at];
    size_t size = sorted->sizes[at]++;
    size_t rank = sorted_block_rank(block, size, number);
    memmove(block->numbers + rank + 1, block->numbers + rank,
            (size - rank) * sizeof(uint64_t));
    block->numbers[rank] = number;
    sorted->count++;
    return SKETCH_OK;
}

/* Two neighbours that have become small are one. */
static void sorted_blocks_join(struct sorted_blocks *sorted, size_t at,
                               const struct sketch_memory *memory)
{
    if (at + 1 < sorted->block_count &&
        sorted->sizes[at] + sorted->sizes[at + 1] <= 2 * SORTED_BLOCK_FEW) {
        memcpy(sorted->blocks[at]->numbers + sorted->sizes[at],
               sorted->blocks[at + 1]->numbers,
               sorted->sizes[at + 1] * sizeof(uint64_t));
        sorted->sizes[at] = (uint16_t)(sorted->sizes[at] + sorted->sizes[at + 1]);
        sorted_blocks_remove(sorted, at + 1, memory);
    }
}

bool sorted_blocks_drop(struct sorted_blocks *sorted, uint64_t number,
                        const struct sketch_memory *memory)
{
    if (sorted->count == 0) {
        return false;
    }
    size_t at = sorted_blocks_find(sorted, number);
    struct sorted_block *block = sorted->blocks[at];
    size_t size = sorted->sizes[at];
    size_t rank = sorted_block_rank(block, size, number);
    if (rank == size || block->numbers[rank] != number) {
        return false;
    }
    memmove(block->numbers + rank, block->numbers + rank + 1,
            (size - rank - 1) * sizeof(uint64_t));
    sorted->count--;
    sorted->sizes[at]--;
    if (sorted->sizes[at] == 0) {
        sorted_blocks_remove(sorted, at, memory);
    } else if (sorted->sizes[at] <= SORTED_BLOCK_FEW) {
        sorted_blocks_join(sorted, at, memory);
        if (at > 0) {
            sorted_blocks_join(sorted, at - 1, memory);
        }
    }
    return true;
}

uint64_t sorted_blocks_at(const struct sorted_blocks *sorted, uint64_t rank)
{
    size_t at = 0;
    invariant(rank < sorted->count);
    while (rank >= sorted->sizes[at]) {
        rank -= sorted->sizes[at++];
    }
    return sorted->blocks[at]->numbers[rank];
}

size_t sorted_blocks_first(const struct sorted_blocks *sorted, uint64_t *numbers,
                           size_t most)
{
    size_t count = 0;
    for (size_t at = 0; at < sorted->block_count && count < most; at++) {
        size_t left = most - count;
        size_t size = sorted->sizes[at] < left ? sorted->sizes[at] : left;
        memcpy(numbers + count, sorted->blocks[at]->numbers, size * sizeof *numbers);
        count += size;
    }
    return count;
}

void sorted_blocks_release(struct sorted_blocks *sorted,
                           const struct sketch_memory *memory)
{
    for (size_t at = 0; at < sorted->block_count; at++) {
        sketch_release(memory, sorted->blocks[at]);
    }
    sketch_release(memory, sorted->blocks);
    sketch_release(memory, sorted->sizes);
    *sorted = (struct sorted_blocks){0};
}
