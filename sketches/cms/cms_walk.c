/* The notes of a count-min sketch, one cell after the other. */
#include "cms_private.h"

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

void cms_walk_rewind(struct cms_walk *walk) { walk->next = 0; }

void cms_walk_end(struct cms_walk *walk)
{
    sketch_release(&walk->sketch->memory, walk->copy);
}
