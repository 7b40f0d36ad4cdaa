/*
 * Sums, differences and products of whole count-min sketches, cell by cell.
 *
 * What can fail is found out, or undone, before anything can be seen of it.
 */
#include "cms_private.h"

#include <string.h>

static bool cms_same_shape(const struct cms *a, const struct cms *b)
{
    /* Width and depth follow from these; neither is NaN or a zero. */
    return a->eps == b->eps && a->delta == b->delta;
}

/* Makes an empty `into` what `from` is, but for its memory hook. */
static enum sketch_status cms_become(struct cms *into, const struct cms *from)
{
    struct cms copy = *from;
    copy.memory = into->memory;
    copy.notes.room = from->notes.count;
    bool has_cells = from->cells;
    size_t size = has_cells ? cms_cells_size(from, from->cell_bytes)
                            : from->notes.count * sizeof *from->notes.list;
    void *block = copy.memory.resize(copy.memory.ctx, NULL, size);
    if (!block) {
        return SKETCH_NOMEM;
    }
    memcpy(block, has_cells ? from->cells : from->notes.list, size);
    copy.cells = has_cells ? block : NULL;
    copy.notes.list = has_cells ? NULL : block;
    sketch_release(&into->memory, into->cells);
    cms_notes_release(&into->notes, &into->memory);
    *into = copy;
    return SKETCH_OK;
}

/* Adds `sign` times the one to the other, each cell modulo what it can hold.
 * Returns all sums or-ed together.  Inlined for each width. */
static inline uint64_t cms_pour_cells(void *into, unsigned into_bytes, const void *from,
                                      unsigned from_bytes, uint32_t cells,
                                      uint64_t sign)
{
    uint64_t all = 0;
    for (uint32_t i = 0; i < cells; i++) {
        uint64_t sum =
            cms_load(into, into_bytes, i) + sign * cms_load(from, from_bytes, i);
        cms_store(into, into_bytes, i, sum);
        all |= sum;
    }
    return all;
}

static uint64_t cms_pour_notes(struct cms *into, const struct cms_walk *from,
                               uint64_t sign)
{
    uint64_t all = 0;
    for (uint32_t i = 0; i < from->noted; i++) {
        uint32_t at = from->notes[i].at;
        uint64_t sum = cms_get(into, at) + sign * from->notes[i].weight;
        cms_store(into->cells, into->cell_bytes, at, sum);
        all |= sum;
    }
    return all;
}

/* The same for all that a sketch has, and a walk over its notes. */
static uint64_t cms_pour(struct cms *into, const struct cms_walk *walk, uint64_t sign)
{
    const struct cms *from = walk->sketch;
    unsigned bytes = into->cell_bytes;
    uint32_t cells = cms_cells(into);
    if (!from->cells) {
        return cms_pour_notes(into, walk, sign);
    }
    if (bytes != from->cell_bytes) {
        return cms_pour_cells(into->cells, bytes, from->cells, from->cell_bytes, cells,
                              sign);
    }
    switch (bytes) {
    case 1:
        return cms_pour_cells(into->cells, 1, from->cells, 1, cells, sign);
    case 2:
        return cms_pour_cells(into->cells, 2, from->cells, 2, cells, sign);
    case 4:
        return cms_pour_cells(into->cells, 4, from->cells, 4, cells, sign);
    default:
        return cms_pour_cells(into->cells, 8, from->cells, 8, cells, sign);
    }
}

static enum sketch_status cms_append_notes(struct cms *into, const struct cms *from,
                                           uint64_t sign)
{
    uint32_t more = from->notes.count;
    enum sketch_status status = cms_reserve_notes(into, into->notes.count + more);
    for (uint32_t i = 0; status == SKETCH_OK && i < more; i++) {
        struct cms_note note = from->notes.list[i];
        cms_notes_append(&into->notes, note.at, sign * note.weight);
    }
    if (status == SKETCH_OK) {
        cms_notes_tidy(&into->notes);
    }
    return status;
}

/* A walk has each cell once: so a sum that wraps says what it has to hold. */
static enum sketch_status cms_sum_cells(struct cms *into, const struct cms_walk *from)
{
    enum sketch_status status = cms_widen(into, 0);
    if (status != SKETCH_OK) {
        return status;
    }
    uint64_t sums = cms_pour(into, from, 1);
    if (sums > into->cell_max) {
        cms_pour(into, from, UINT64_MAX); /* minus one: exact, being modulo the same */
        status = cms_widen(into, sums);
        if (status == SKETCH_OK) {
            cms_pour(into, from, 1);
        }
    }
    return status;
}

static enum sketch_status cms_add_up(struct cms *into, const struct cms *from)
{
    if (!from->cells && cms_can_note(into, from->notes.count)) {
        return cms_append_notes(into, from, 1);
    }
    struct cms_walk walk;
    enum sketch_status status = cms_walk_begin(&walk, from);
    if (status == SKETCH_OK) {
        status = cms_sum_cells(into, &walk);
    }
    cms_walk_end(&walk);
    return status;
}

enum sketch_status cms_merge(struct cms *into, const struct cms *from)
{
    if (from->total == 0) {
        return SKETCH_OK;
    }
    if (into->total == 0) {
        return cms_become(into, from);
    }
    if (!cms_same_shape(into, from)) {
        return SKETCH_MISMATCH;
    }
    if (from->total > SKETCH_MAX_TOTAL - into->total) {
        return SKETCH_OVERFLOW;
    }
    enum sketch_status status = cms_add_up(into, from);
    if (status == SKETCH_OK) {
        into->total += from->total;
    }
    return status;
}

/* Is there no cell of which `from` has more?  Inlined for the usual width. */
static inline bool cms_contains_cells(const void *into, unsigned into_bytes,
                                      const void *from, unsigned from_bytes,
                                      uint32_t cells)
{
    bool contains = true;
    for (uint32_t i = 0; i < cells; i++) {
        contains &= cms_load(from, from_bytes, i) <= cms_load(into, into_bytes, i);
    }
    return contains;
}

/* The same of all that a sketch has, and a walk over its notes. */
static bool cms_contains(const struct cms *into, struct cms_walk *from)
{
    uint32_t at;
    uint64_t count;
    bool contains = true;
    const struct cms *other = from->sketch;
    if (into->cells && other->cells) {
        return into->cell_bytes == 1 && other->cell_bytes == 1
                   ? cms_contains_cells(into->cells, 1, other->cells, 1,
                                        cms_cells(into))
                   : cms_contains_cells(into->cells, into->cell_bytes, other->cells,
                                        other->cell_bytes, cms_cells(into));
    }
    for (at = 0; contains && other->cells && at < cms_cells(other); at++) {
        count = cms_get(other, at);
        contains = count == 0 || count <= cms_get(into, at);
    }
    while (contains && cms_walk_next(from, &at, &count)) {
        contains = count <= cms_get(into, at);
    }
    cms_walk_rewind(from);
    return contains;
}

static enum sketch_status cms_take_away(struct cms *into, struct cms_walk *walk)
{
    const struct cms *from = walk->sketch;
    if (!cms_contains(into, walk)) {
        return SKETCH_RANGE;
    }
    if (!from->cells && cms_can_note(into, from->notes.count)) {
        return cms_append_notes(into, from, UINT64_MAX);
    }
    enum sketch_status status = cms_widen(into, 0);
    if (status == SKETCH_OK) {
        cms_pour(into, walk, UINT64_MAX);
    }
    return status;
}

enum sketch_status cms_subtract(struct cms *into, const struct cms *from)
{
    if (from->total == 0) {
        return SKETCH_OK;
    }
    if (into->total > 0 && !cms_same_shape(into, from)) {
        return SKETCH_MISMATCH;
    }
    if (from->total > into->total) {
        return SKETCH_RANGE;
    }
    struct cms_walk walk;
    enum sketch_status status = cms_walk_begin(&walk, from);
    if (status == SKETCH_OK) {
        status = cms_take_away(into, &walk);
    }
    cms_walk_end(&walk);
    into->total -= status == SKETCH_OK ? from->total : 0;
    into->spare = 0;
    return status;
}

/* The product of each row, where both have cells. */
static void cms_inner_cells(const struct cms *a, const struct cms *b,
                            double rows[CMS_MAX_DEPTH])
{
    size_t at = 0;
    for (uint32_t row = 0; row < a->depth; row++) {
        double sum = 0;
        for (uint32_t column = 0; column < a->width; column++, at++) {
            sum += (double)cms_load(a->cells, a->cell_bytes, at) *
                   (double)cms_load(b->cells, b->cell_bytes, at);
        }
        rows[row] = sum;
    }
}

/* The same where one has notes. */
static void cms_inner_mixed(struct cms_walk *notes, const struct cms *cells,
                            double rows[CMS_MAX_DEPTH])
{
    uint32_t at;
    uint64_t count;
    while (cms_walk_next(notes, &at, &count)) {
        rows[at / cells->width] += (double)count * (double)cms_get(cells, at);
    }
}

/* The same where both have: the walks go up together and meet where neither is zero. */
static void cms_inner_walked(struct cms_walk *a, struct cms_walk *b,
                             double rows[CMS_MAX_DEPTH])
{
    const struct cms *shape = a->sketch;
    uint32_t at_a;
    uint32_t at_b;
    uint64_t count_a;
    uint64_t count_b;
    bool more = cms_walk_next(a, &at_a, &count_a) && cms_walk_next(b, &at_b, &count_b);
    while (more) {
        if (at_a < at_b) {
            more = cms_walk_next(a, &at_a, &count_a);
        } else if (at_b < at_a) {
            more = cms_walk_next(b, &at_b, &count_b);
        } else {
            rows[at_a / shape->width] += (double)count_a * (double)count_b;
            more =
                cms_walk_next(a, &at_a, &count_a) && cms_walk_next(b, &at_b, &count_b);
        }
    }
}

/* The smallest product of two rows. */
static double cms_inner_least(struct cms_walk *a, struct cms_walk *b)
{
    double rows[CMS_MAX_DEPTH] = {0};
    if (a->sketch->cells && b->sketch->cells) {
        cms_inner_cells(a->sketch, b->sketch, rows);
    } else if (a->sketch->cells || b->sketch->cells) {
        cms_inner_mixed(a->sketch->cells ? b : a,
                        a->sketch->cells ? a->sketch : b->sketch, rows);
    } else {
        cms_inner_walked(a, b, rows);
    }
    double least = rows[0];
    for (uint32_t row = 1; row < a->sketch->depth; row++) {
        least = rows[row] < least ? rows[row] : least;
    }
    return least;
}

enum sketch_status cms_inner(const struct cms *a, const struct cms *b, double *inner)
{
    *inner = 0;
    if (a->total == 0 || b->total == 0) {
        return SKETCH_OK;
    }
    if (!cms_same_shape(a, b)) {
        return SKETCH_MISMATCH;
    }
    struct cms_walk walk_a;
    struct cms_walk walk_b;
    enum sketch_status status = cms_walk_begin(&walk_a, a);
    if (status != SKETCH_OK) {
        return status;
    }
    status = cms_walk_begin(&walk_b, b);
    if (status == SKETCH_OK) {
        *inner = cms_inner_least(&walk_a, &walk_b);
    }
    cms_walk_end(&walk_b);
    cms_walk_end(&walk_a);
    return status;
}
