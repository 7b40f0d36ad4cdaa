/*
 * Each row has a random priority from when it comes, and the sample is the rows of the
 * window with the lowest (Babcock, Datar, Motwani 2002).  So a row that was sampled
 * mostly stays in the sample until it leaves the window.  With weights the priorities
 * are keys (reservoir_weighted.c).
 */
#include "reservoir_slide.h"

#include "invariant.h"
#include "reservoir_private.h"

#include <stdlib.h>
#include <string.h>

enum { RESERVOIR_SLIDE_FIRST_ROOM = 16 };

enum sketch_status reservoir_slide_create(struct reservoir_slide **out,
                                          const struct reservoir *sketch,
                                          const struct sketch_memory *memory)
{
    *out = sketch_allocate(memory, sizeof **out);
    if (!*out) {
        return SKETCH_NOMEM;
    }
    (*out)->memory = *memory;
    (*out)->size = sketch->size;
    (*out)->random = sketch->random;
    return SKETCH_OK;
}

static struct reservoir_ranked *reservoir_slide_row(const struct reservoir_slide *slide,
                                                    uint32_t position)
{
    return &slide->rows[position & (slide->room - 1)];
}

void reservoir_slide_free(struct reservoir_slide *slide)
{
    if (slide) {
        struct sketch_memory memory = slide->memory;
        for (uint32_t i = slide->oldest; i != slide->next; i++) {
            item_copy_drop(&reservoir_slide_row(slide, i)->copy, &memory);
        }
        sketch_release(&memory, slide->rows);
        sorted_blocks_release(&slide->ranks, &memory);
        sketch_release(&memory, slide);
    }
}

/* Makes room for one more row. */
static enum sketch_status reservoir_slide_reserve(struct reservoir_slide *slide)
{
    const struct sketch_memory *memory = &slide->memory;
    if (slide->next - slide->oldest < slide->room) {
        return SKETCH_OK;
    }
    uint32_t room = slide->room ? 2 * slide->room : RESERVOIR_SLIDE_FIRST_ROOM;
    struct reservoir_ranked *rows =
        memory->resize(memory->ctx, NULL, room * sizeof *rows);
    if (!rows) {
        return SKETCH_NOMEM;
    }
    for (uint32_t i = slide->oldest; i != slide->next; i++) {
        rows[i & (room - 1)] = *reservoir_slide_row(slide, i);
    }
    sketch_release(memory, slide->rows);
    slide->rows = rows;
    slide->room = room;
    return SKETCH_OK;
}

/* Of a priority below 2^63. */
static uint64_t reservoir_slide_rank(const struct reservoir_slide *slide,
                                     uint64_t priority)
{
    return (priority & ~(uint64_t)RESERVOIR_POSITIONS) |
           (slide->next & RESERVOIR_POSITIONS);
}

/* Adds a row, which has a rank unless that is RESERVOIR_UNRANKED. */
static enum sketch_status reservoir_slide_put(struct reservoir_slide *slide,
                                              struct item item, uint64_t rank)
{
    struct reservoir_ranked row = {.rank = rank};
    if (slide->next - slide->oldest >= RESERVOIR_SLIDE_MOST) {
        return SKETCH_OVERFLOW;
    }
    enum sketch_status status = reservoir_slide_reserve(slide);
    if (status == SKETCH_OK) {
        status = item_copy_make(&row.copy, item, &slide->memory);
    }
    if (status != SKETCH_OK) {
        return status;
    }
    if (rank != RESERVOIR_UNRANKED) {
        status = sorted_blocks_put(&slide->ranks, rank, &slide->memory);
    }
    if (status != SKETCH_OK) {
        item_copy_drop(&row.copy, &slide->memory);
        return status;
    }
    *reservoir_slide_row(slide, slide->next++) = row;
    return SKETCH_OK;
}

enum sketch_status reservoir_slide_add(struct reservoir_slide *slide, struct item item)
{
    struct random random = slide->random;
    uint64_t rank = reservoir_slide_rank(slide, random_next(&random) >> 1);
    enum sketch_status status = reservoir_slide_put(slide, item, rank);
    if (status == SKETCH_OK) {
        slide->random = random;
    }
    return status;
}

enum sketch_status reservoir_slide_add_weighted(struct reservoir_slide *slide,
                                                struct item item, double weight)
{
    struct random random = slide->random;
    uint64_t rank = RESERVOIR_UNRANKED;
    if (!reservoir_is_weight(weight)) {
        return SKETCH_RANGE;
    }
    if (weight > 0) {
        /* Positive doubles are in the order of their bits, of which the first is 0. */
        double key = reservoir_draw_key(&random, weight);
        uint64_t bits;
        memcpy(&bits, &key, sizeof bits);
        rank = reservoir_slide_rank(slide, bits);
    }
    enum sketch_status status = reservoir_slide_put(slide, item, rank);
    if (status == SKETCH_OK) {
        slide->random = random;
        slide->is_weighted = true;
    }
    return status;
}

void reservoir_slide_remove(struct reservoir_slide *slide)
{
    invariant(slide->oldest != slide->next);
    struct reservoir_ranked *row = reservoir_slide_row(slide, slide->oldest++);
    if (row->rank != RESERVOIR_UNRANKED) {
        bool dropped = sorted_blocks_drop(&slide->ranks, row->rank, &slide->memory);
        invariant(dropped);
        (void)dropped;
    }
    item_copy_drop(&row->copy, &slide->memory);
}

static int reservoir_slide_compare(const void *left, const void *right)
{
    const uint64_t *a = left;
    const uint64_t *b = right;
    return (*a > *b) - (*a < *b);
}

enum sketch_status reservoir_slide_sample(const struct reservoir_slide *slide,
                                          struct item **items, size_t *count)
{
    const struct sketch_memory *memory = &slide->memory;
    size_t most = slide->ranks.count;
    most = most < slide->size ? most : slide->size;
    *count = 0;
    /* One more, since a block of no bytes cannot be had. */
    *items = memory->resize(memory->ctx, NULL, (most + 1) * sizeof **items);
    uint64_t *ages =
        *items ? memory->resize(memory->ctx, NULL, (most + 1) * sizeof *ages) : NULL;
    if (!ages) {
        sketch_release(memory, *items);
        *items = NULL;
        return SKETCH_NOMEM;
    }
    sorted_blocks_first(&slide->ranks, ages, most);
    for (size_t i = 0; i < most; i++) { /* positions may have begun anew */
        ages[i] = ((uint32_t)ages[i] - slide->oldest) & RESERVOIR_POSITIONS;
    }
    if (!slide->is_weighted) {
        qsort(ages, most, sizeof *ages, reservoir_slide_compare);
    }
    for (size_t i = 0; i < most; i++) {
        uint32_t position = slide->oldest + (uint32_t)ages[i];
        (*items)[i] = item_copy_item(&reservoir_slide_row(slide, position)->copy);
    }
    sketch_release(memory, ages);
    *count = most;
    return SKETCH_OK;
}
