/* The inside of count-min, which its parts share; nothing of it is for callers. */
#ifndef CMS_PRIVATE_H
#define CMS_PRIVATE_H

#include "cms.h"
#include "cms_notes.h"

/*
 * While few cells would be in use they are a list of notes; then there is an array of
 * all of them, row by row, each of cell_bytes bytes.  Every row adds up to the total.
 */
struct cms {
    struct sketch_memory memory;
    double eps;
    double delta;
    uint32_t width;
    uint32_t depth;
    uint64_t total;

    void *cells; /* NULL: there are only notes */
    unsigned cell_bytes;
    uint64_t cell_max; /* what so many bytes hold */
    struct cms_notes notes;

    uint64_t spare; /* what each cell can take at least, if this was the total when */
    uint64_t spare_total; /* that was found out, and nothing was taken back since */
};

/* False unless these may be asked of cms_create. */
bool cms_shape(double eps, double delta, uint32_t *width, uint32_t *depth);

static inline uint32_t cms_cells(const struct cms *sketch)
{
    return sketch->width * sketch->depth;
}

/* More notes than this would take more memory than half of the cells, one byte each,
 * and longer to sort than all cells take to look through. */
static inline uint32_t cms_most_notes(const struct cms *sketch)
{
    return cms_cells(sketch) / 32;
}

/* Whether so many notes more may be written. */
static inline bool cms_can_note(const struct cms *sketch, uint32_t count)
{
    return !sketch->cells && count <= cms_most_notes(sketch) - sketch->notes.written;
}

/* What they take when each is of so many bytes: whole words, because walks skip
 * empty ones. */
static inline size_t cms_cells_size(const struct cms *sketch, unsigned bytes)
{
    return ((size_t)cms_cells(sketch) * bytes + 7) / 8 * 8;
}

/* One cell of a known size; a compiler that knows the size too drops the choice. */
static inline uint64_t cms_load(const void *cells, unsigned bytes, size_t at)
{
    switch (bytes) {
    case 1:
        return ((const uint8_t *)cells)[at];
    case 2:
        return ((const uint16_t *)cells)[at];
    case 4:
        return ((const uint32_t *)cells)[at];
    default:
        return ((const uint64_t *)cells)[at];
    }
}

static inline void cms_store(void *cells, unsigned bytes, size_t at, uint64_t value)
{
    switch (bytes) {
    case 1:
        ((uint8_t *)cells)[at] = (uint8_t)value;
        break;
    case 2:
        ((uint16_t *)cells)[at] = (uint16_t)value;
        break;
    case 4:
        ((uint32_t *)cells)[at] = (uint32_t)value;
        break;
    default:
        ((uint64_t *)cells)[at] = value;
    }
}

/* The places of an item's cells, one in each row, and perhaps one more. */
void cms_place(uint32_t width, uint32_t depth, struct hash hash,
               uint32_t at[CMS_MAX_DEPTH]);

/* The rare parts of cms_add, apart so as to leave it the registers: while there are no
 * cells; and when the new counts, or-ed together, turned out wider than a cell. */
enum sketch_status cms_add_early(struct cms *sketch, struct hash hash, uint64_t weight);
enum sketch_status cms_add_wider(struct cms *sketch, struct hash hash, uint64_t weight,
                                 uint64_t counts);

/* Makes room for that many notes; at most cms_most_notes. */
static inline enum sketch_status cms_reserve_notes(struct cms *sketch, uint32_t count)
{
    return cms_notes_reserve(&sketch->notes, count, cms_most_notes(sketch),
                             &sketch->memory);
}

/* What a cell holds. */
uint64_t cms_get(const struct cms *sketch, uint32_t at);

/* Turns notes into cells, and cells into ones that can hold `value`. */
enum sketch_status cms_widen(struct cms *sketch, uint64_t value);

/*
 * The cells that are not zero, in order, each once, of a sketch that has notes; of one
 * that has cells, none:
 *
 *     status = cms_walk_begin(&walk, sketch);
 *     while (status == SKETCH_OK && cms_walk_next(&walk, &at, &count)) ...
 *     cms_walk_end(&walk);
 *
 * begin may run out of memory; rewind starts again.
 */
struct cms_walk {
    const struct cms *sketch;
    const struct cms_note *notes; /* of each cell that is not zero, in order */
    uint32_t noted;
    struct cms_note *copy; /* of the notes, if the sketch has them in another order */
    uint32_t next;
};

enum sketch_status cms_walk_begin(struct cms_walk *walk, const struct cms *sketch);
void cms_walk_rewind(struct cms_walk *walk);
void cms_walk_end(struct cms_walk *walk);

static inline bool cms_walk_next(struct cms_walk *walk, uint32_t *at, uint64_t *count)
{
    bool more = walk->next < walk->noted;
    *at = more ? walk->notes[walk->next].at : 0;
    *count = more ? walk->notes[walk->next].weight : 0;
    walk->next += more;
    return more;
}

/* True when the bytes open like an image. */
bool cms_recognises(const uint8_t *bytes, size_t size);

#endif
