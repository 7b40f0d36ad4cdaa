/*
 * The cells of a count-min sketch while few of them are in use: notes of what was added
 * to them.
 *
 * A part of cms.c, apart because it knows nothing of rows.  The list is in runs, each
 * in the order of the cells and no cell twice, and the last few notes follow as they
 * came.  A run is more than twice as long as the next one, so that there are few,
 * and to look up a cell takes microseconds however long the list is.
 */
#ifndef CMS_NOTES_H
#define CMS_NOTES_H

#include "sketch.h"

/* `weight` of the cell at `at`, modulo 2^64: what is taken back is minus that. */
struct cms_note {
    uint32_t at;
    uint64_t weight;
};

enum { CMS_RUNS_MOST = 33 }; /* of 2^32 notes */

struct cms_notes {
    struct cms_note *list;
    uint32_t count;
    uint32_t room;
    uint32_t written; /* notes that came, of which those of one cell may be joined */
    uint32_t runs;
    uint32_t ends[CMS_RUNS_MOST]; /* of the runs */
};

/* Makes room for `count` notes; `most` is at least that, and the most ever wanted. */
enum sketch_status cms_notes_reserve(struct cms_notes *notes, uint32_t count,
                                     uint32_t most, const struct sketch_memory *memory);

/* One note more, for which there is room.  After some of them, cms_notes_tidy. */
static inline void cms_notes_append(struct cms_notes *notes, uint32_t at,
                                    uint64_t weight)
{
    notes->list[notes->count++] = (struct cms_note){at, weight};
    notes->written++;
}

/* Puts what was appended into runs, if there is enough of it. */
void cms_notes_tidy(struct cms_notes *notes);

/* Says that all that was appended is a run, and that there is no other. */
void cms_notes_are_sorted(struct cms_notes *notes);

/* The weight that the cell has. */
uint64_t cms_notes_get(const struct cms_notes *notes, uint32_t at);

/* Copies all notes to `list`, in the order of their cells, one for each that is not
 * zero; returns how many that are. */
uint32_t cms_notes_sorted(const struct cms_notes *notes, struct cms_note *list);

/* True when the list itself is like that. */
static inline bool cms_notes_is_sorted(const struct cms_notes *notes)
{
    return notes->count == 0 || (notes->runs == 1 && notes->ends[0] == notes->count);
}

void cms_notes_release(struct cms_notes *notes, const struct sketch_memory *memory);

#endif
