/* The cells of a count-min sketch that are not zero, one after the other. */
#include "cms_private.h"

#include <string.h>

enum sketch_status cms_walk_begin(struct cms_walk *walk, const struct cms *sketch)
{
    const struct cms_notes *notes = &sketch->notes;
    const struct sketch_memory *memory = &sketch->memory;
    *walk = (struct cms_walk){
        .sketch = sketch, .notes = notes->list, .noted = notes->count};
    if (cms_notes_is_sorted(notes)) {
        return SKETCH_OK;
    }
    walk->copy = memory->resize(memory->ctx, NULL, notes->count * sizeof *walk->copy);
    if (!walk->copy) {
        walk->noted = 0;
        return SKETCH_NOMEM;
    }
    walk->noted = cms_notes_sorted(notes, walk->copy);
    walk->notes = walk->copy;
    return SKETCH_OK;
}

/* Are the next cells, as many as fit eight bytes, all zero? */
static bool cms_word_is_zero(const struct cms *sketch, uint32_t at)
{
    const uint8_t *bytes = sketch->cells;
    uint64_t word;
    memcpy(&word, bytes + (size_t)at * sketch->cell_bytes, sizeof word);
    return word == 0;
}

bool cms_walk_on(struct cms_walk *walk)
{
    const struct cms *sketch = walk->sketch;
    uint32_t end = cms_cells(sketch);
    uint32_t many = (uint32_t)sizeof(uint64_t) / sketch->cell_bytes;
    while (walk->next < end && cms_word_is_zero(sketch, walk->next)) {
        walk->next += many;
    }
    if (walk->next >= end) {
        walk->next = walk->ahead = end;
        return false;
    }
    for (uint32_t i = 0; i < many; i++) {
        walk->counts[i] = cms_load(sketch->cells, sketch->cell_bytes, walk->next + i);
    }
    walk->first = walk->next;
    walk->ahead = walk->next + many < end ? walk->next + many : end;
    return true;
}

void cms_walk_rewind(struct cms_walk *walk)
{
    walk->next = walk->first = walk->ahead = 0;
}

void cms_walk_end(struct cms_walk *walk)
{
    sketch_release(&walk->sketch->memory, walk->copy);
}
