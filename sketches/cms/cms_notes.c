#include "cms_notes.h"

#include "invariant.h"

#include <string.h>

enum {
    CMS_FIRST_NOTES = 32,
    CMS_TAIL_MOST = 256 /* notes that are not in a run, but for those of one item */
};

enum sketch_status cms_notes_reserve(struct cms_notes *notes, uint32_t count,
                                     uint32_t most, const struct sketch_memory *memory)
{
    if (count <= notes->room) {
        return SKETCH_OK;
    }
    uint32_t room = notes->room ? notes->room * 2 : CMS_FIRST_NOTES;
    room = room < count ? count : room;
    room = room > most ? most : room;
    struct cms_note *list =
        memory->resize(memory->ctx, notes->list, room * sizeof *list);
    if (!list) {
        return SKETCH_NOMEM;
    }
    notes->list = list;
    notes->room = room;
    return SKETCH_OK;
}

/* Shell's method, with the steps of Tokuda (1992): in place, without a stack, and
 * quick on what is in order but for its end. */
static void cms_sort(struct cms_note *notes, uint32_t count)
{
    uint32_t step = 1;
    while (step < count / 2) {
        step = (uint32_t)((uint64_t)step * 9 / 4) + 1;
    }
    for (; step > 0; step = step * 4 / 9) {
        for (uint32_t i = step; i < count; i++) {
            struct cms_note note = notes[i];
            uint32_t hole = i;
            for (; hole >= step && notes[hole - step].at > note.at; hole -= step) {
                notes[hole] = notes[hole - step];
            }
            notes[hole] = note;
        }
    }
}

/* Sorts notes, joins those of one cell, and drops what amounts to nothing; returns how
 * many are left. */
static uint32_t cms_notes_join(struct cms_note *list, uint32_t count)
{
    uint32_t kept = 0;
    cms_sort(list, count);
    for (uint32_t i = 0; i < count;) {
        struct cms_note note = list[i++];
        for (; i < count && list[i].at == note.at; i++) {
            note.weight += list[i].weight;
        }
        if (note.weight != 0) {
            list[kept++] = note;
        }
    }
    return kept;
}

/* Where run `run` begins; for the number of runs, where the tail does. */
static uint32_t cms_run_start(const struct cms_notes *notes, uint32_t run)
{
    return run > 0 ? notes->ends[run - 1] : 0;
}

void cms_notes_tidy(struct cms_notes *notes)
{
    if (notes->count - cms_run_start(notes, notes->runs) < CMS_TAIL_MOST) {
        return;
    }
    uint32_t run = notes->runs; /* the one that takes all from its start on */
    uint32_t start = cms_run_start(notes, run);
    notes->count = start + cms_notes_join(notes->list + start, notes->count - start);
    while (run > 0 &&
           start - cms_run_start(notes, run - 1) <= 2 * (notes->count - start)) {
        start = cms_run_start(notes, --run);
        notes->count =
            start + cms_notes_join(notes->list + start, notes->count - start);
    }
    invariant(run < CMS_RUNS_MOST);
    notes->ends[run] = notes->count;
    notes->runs = run + 1;
}

void cms_notes_are_sorted(struct cms_notes *notes)
{
    notes->ends[0] = notes->count;
    notes->runs = 1;
}

/* The first note from `start` up to `end`, a run, whose cell is not before `at`. */
static uint32_t cms_run_find(const struct cms_note *list, uint32_t start, uint32_t end,
                             uint32_t at)
{
    while (start < end) {
        uint32_t middle = start + (end - start) / 2;
        if (list[middle].at < at) {
            start = middle + 1;
        } else {
            end = middle;
        }
    }
    return start;
}

uint64_t cms_notes_get(const struct cms_notes *notes, uint32_t at)
{
    uint64_t weight = 0;
    uint32_t start = 0;
    for (uint32_t run = 0; run < notes->runs; run++) {
        uint32_t end = notes->ends[run];
        uint32_t found = cms_run_find(notes->list, start, end, at);
        if (found < end && notes->list[found].at == at) {
            weight += notes->list[found].weight;
        }
        start = end;
    }
    for (uint32_t i = start; i < notes->count; i++) {
        weight += notes->list[i].at == at ? notes->list[i].weight : 0;
    }
    return weight;
}

uint32_t cms_notes_sorted(const struct cms_notes *notes, struct cms_note *list)
{
    memcpy(list, notes->list, notes->count * sizeof *list);
    return cms_notes_join(list, notes->count);
}

void cms_notes_release(struct cms_notes *notes, const struct sketch_memory *memory)
{
    sketch_release(memory, notes->list);
    *notes = (struct cms_notes){0};
}
