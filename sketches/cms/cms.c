/*
 * The count-min sketch (Cormode, Muthukrishnan 2005), plain.
 *
 * Every row of cells counts all items, each in the one cell of the row that its
 * hash names.  A cell is the item's count and that of whatever else fell there, at
 * most total / width of it on average and so more than e times that much in one
 * row of e; the smallest of the item's cells is the estimate.  Since cells only
 * add up, sketches add and subtract cell by cell, which is why the update is not
 * the conservative one, although that errs less.
 *
 * The rows share one hash.  The usual way to get the places of all rows out of it,
 * h1 + i * h2 (Kirsch, Mitzenmacher 2006), does not keep the promise for small deltas:
 * two items that meet in two rows are then likely to meet in all the others, which
 * happens to one pair in width^2 however many rows there are.  (Measured with eps
 * 0.05 and delta 10^-6: 10^-4 of all items were off by more than eps * total.)  So
 * each row has 32 bits of its own: two rows share a word of the sequence that begins
 * with h1 and h2 and goes on, modulo 2^64, with word[i] = word[i-2] * c + word[i-1].
 * Multiplying the 32 bits by the width and keeping the high half makes a place of
 * them that is as good for any width as for a power of two.
 *
 * Memory follows what was counted.  There are no cells before a number of notes were
 * written, and cells are of one byte until one of them overflows and all get wider.
 */
#include "cms_private.h"

#include "invariant.h"

#include <string.h>

static const double cms_e = 2.71828182845904523536;

/* ln and ceil are not asked: a different last bit would be a different shape. */
bool cms_shape(double eps, double delta, uint32_t *width, uint32_t *depth)
{
    if (!(eps > 0 && eps < 1 && delta > 0 && delta < 1)) {
        return false;
    }
    double wide = cms_e / eps;
    if (wide > CMS_MAX_CELLS) {
        return false;
    }
    *width = (uint32_t)wide;
    *width += *width < wide;
    double chance = delta * cms_e;
    *depth = 1;
    while (chance < 1) {
        chance *= cms_e;
        ++*depth;
    }
    return *depth <= CMS_MAX_DEPTH && *width <= CMS_MAX_CELLS / *depth;
}

enum sketch_status cms_create(struct cms **out, double eps, double delta,
                              const struct sketch_memory *memory)
{
    uint32_t width;
    uint32_t depth;
    *out = NULL;
    if (!cms_shape(eps, delta, &width, &depth)) {
        return SKETCH_RANGE;
    }
    struct cms *sketch = sketch_allocate(memory, sizeof *sketch);
    if (!sketch) {
        return SKETCH_NOMEM;
    }
    sketch->memory = *memory;
    sketch->eps = eps;
    sketch->delta = delta;
    sketch->width = width;
    sketch->depth = depth;
    *out = sketch;
    return SKETCH_OK;
}

void cms_free(struct cms *sketch)
{
    if (sketch) {
        struct sketch_memory memory = sketch->memory;
        sketch_release(&memory, sketch->cells);
        cms_notes_release(&sketch->notes, &memory);
        sketch_release(&memory, sketch);
    }
}

uint64_t cms_total(const struct cms *sketch) { return sketch->total; }
double cms_error(const struct cms *sketch)
{
    return sketch->eps * (double)sketch->total;
}
double cms_eps(const struct cms *sketch) { return sketch->eps; }
double cms_delta(const struct cms *sketch) { return sketch->delta; }
uint32_t cms_width(const struct cms *sketch) { return sketch->width; }
uint32_t cms_depth(const struct cms *sketch) { return sketch->depth; }

/* Memory */

static uint64_t cms_cell_max(unsigned bytes) { return UINT64_MAX >> (64 - 8 * bytes); }

enum sketch_status cms_widen(struct cms *sketch, uint64_t value)
{
    if (sketch->cells && value <= sketch->cell_max) {
        return SKETCH_OK;
    }
    const struct cms_notes *notes = &sketch->notes;
    if (notes->count > 0 && value < sketch->total) {
        value = sketch->total; /* no cell will hold more than all notes together */
    }
    unsigned bytes = 1;
    while (value > cms_cell_max(bytes)) {
        bytes *= 2;
    }
    void *cells = sketch_allocate(&sketch->memory, cms_cells_size(sketch, bytes));
    if (!cells) {
        return SKETCH_NOMEM;
    }
    for (uint32_t i = 0; sketch->cells && i < cms_cells(sketch); i++) {
        cms_store(cells, bytes, i, cms_load(sketch->cells, sketch->cell_bytes, i));
    }
    for (uint32_t i = 0; i < notes->count; i++) {
        uint32_t at = notes->list[i].at;
        cms_store(cells, bytes, at, cms_load(cells, bytes, at) + notes->list[i].weight);
    }
    sketch_release(&sketch->memory, sketch->cells);
    cms_notes_release(&sketch->notes, &sketch->memory);
    sketch->cells = cells;
    sketch->cell_bytes = bytes;
    sketch->cell_max = cms_cell_max(bytes);
    return SKETCH_OK;
}

/* Adding, taking back, asking */

/* The words that say where an item's cells are, each for two rows. */
struct cms_words {
    uint64_t now;
    uint64_t next;
};

static inline struct cms_words cms_next_word(struct cms_words words)
{
    /* 2^64 over the golden ratio: odd, and its multiples lie far apart. */
    uint64_t after = words.now * UINT64_C(0x9e3779b97f4a7c15) + words.next;
    return (struct cms_words){words.next, after};
}

static inline uint64_t cms_raise_cell(void *cells, unsigned bytes, size_t at,
                                      uint64_t weight)
{
    uint64_t count = cms_load(cells, bytes, at) + weight;
    cms_store(cells, bytes, at, count);
    return count;
}

static inline uint32_t cms_column(uint64_t bits, uint32_t width)
{
    return (uint32_t)((bits & UINT32_MAX) * width >> 32);
}

void cms_place(uint32_t width, uint32_t depth, struct hash hash,
               uint32_t at[CMS_MAX_DEPTH])
{
    struct cms_words words = {hash.h1, hash.h2};
    for (uint32_t row = 0; row < depth; row += 2) {
        at[row] = row * width + cms_column(words.now >> 32, width);
        at[row + 1] = (row + 1) * width + cms_column(words.now, width);
        words = cms_next_word(words);
    }
}

/* Returns all new counts or-ed together: wider than a cell if one of them was, and
 * then that one is kept modulo what a cell can hold.  The same places as above, but
 * not kept, and inlined for each width, because this is the loop that costs time. */
static inline uint64_t cms_raise_cells(const struct cms *sketch, unsigned bytes,
                                       struct hash hash, uint64_t weight)
{
    struct cms_words words = {hash.h1, hash.h2};
    size_t width = sketch->width;
    uint8_t *row = sketch->cells;
    uint64_t all = 0;
    for (uint32_t left = sketch->depth;; left -= 2) {
        all |= cms_raise_cell(row, bytes, (size_t)((words.now >> 32) * width >> 32),
                              weight);
        if (left == 1) {
            return all;
        }
        size_t column = (size_t)((words.now & UINT32_MAX) * width >> 32);
        all |= cms_raise_cell(row, bytes, width + column, weight);
        if (left == 2) {
            return all;
        }
        row += 2 * width * bytes;
        words = cms_next_word(words);
    }
}

static inline uint64_t cms_raise(struct cms *sketch, struct hash hash, uint64_t weight)
{
    switch (sketch->cell_bytes) {
    case 1:
        return cms_raise_cells(sketch, 1, hash, weight);
    case 2:
        return cms_raise_cells(sketch, 2, hash, weight);
    case 4:
        return cms_raise_cells(sketch, 4, hash, weight);
    default:
        return cms_raise_cells(sketch, 8, hash, weight);
    }
}

/* Adds, modulo what a cell can hold; so adding -weight is the inverse. */
static void cms_shift(struct cms *sketch, struct hash hash, uint64_t weight)
{
    uint32_t at[CMS_MAX_DEPTH];
    cms_place(sketch->width, sketch->depth, hash, at);
    for (uint32_t row = 0; row < sketch->depth; row++) {
        uint64_t count = cms_load(sketch->cells, sketch->cell_bytes, at[row]);
        cms_store(sketch->cells, sketch->cell_bytes, at[row], count + weight);
    }
}

static enum sketch_status cms_add_notes(struct cms *sketch, struct hash hash,
                                        uint64_t weight)
{
    uint32_t at[CMS_MAX_DEPTH];
    enum sketch_status status =
        cms_reserve_notes(sketch, sketch->notes.count + sketch->depth);
    if (status != SKETCH_OK) {
        return status;
    }
    cms_place(sketch->width, sketch->depth, hash, at);
    for (uint32_t row = 0; row < sketch->depth; row++) {
        cms_notes_append(&sketch->notes, at[row], weight);
    }
    cms_notes_tidy(&sketch->notes);
    sketch->total += weight;
    return SKETCH_OK;
}

__attribute__((noinline)) enum sketch_status
cms_add_early(struct cms *sketch, struct hash hash, uint64_t weight)
{
    if (weight > SKETCH_MAX_TOTAL - sketch->total) {
        return SKETCH_OVERFLOW;
    }
    if (weight == 0) {
        return SKETCH_OK;
    }
    if (cms_can_note(sketch, sketch->depth)) {
        return cms_add_notes(sketch, hash, weight);
    }
    enum sketch_status status = cms_widen(sketch, sketch->total + weight);
    if (status == SKETCH_OK) {
        cms_shift(sketch, hash, weight);
        sketch->total += weight;
    }
    return status;
}

__attribute__((noinline)) enum sketch_status
cms_add_wider(struct cms *sketch, struct hash hash, uint64_t weight, uint64_t counts)
{
    cms_shift(sketch, hash, 0 - weight);
    enum sketch_status status = cms_widen(sketch, counts);
    if (status == SKETCH_OK) {
        cms_shift(sketch, hash, weight);
        sketch->total += weight;
    }
    return status;
}

enum sketch_status cms_add(struct cms *sketch, struct hash hash, uint64_t weight)
{
    if (!sketch->cells) {
        return cms_add_early(sketch, hash, weight);
    }
    uint64_t total = sketch->total + weight;
    if ((weight | total) > SKETCH_MAX_TOTAL) {
        return SKETCH_OVERFLOW;
    }
    uint64_t counts = cms_raise(sketch, hash, weight);
    if (counts > sketch->cell_max) {
        return cms_add_wider(sketch, hash, weight, counts);
    }
    sketch->total = total;
    return SKETCH_OK;
}

uint64_t cms_get(const struct cms *sketch, uint32_t at)
{
    invariant(at < cms_cells(sketch));
    return sketch->cells ? cms_load(sketch->cells, sketch->cell_bytes, at)
                         : cms_notes_get(&sketch->notes, at);
}

uint64_t cms_estimate(const struct cms *sketch, struct hash hash)
{
    uint32_t at[CMS_MAX_DEPTH];
    uint64_t least = sketch->total;
    cms_place(sketch->width, sketch->depth, hash, at);
    for (uint32_t row = 0; row < sketch->depth; row++) {
        uint64_t count = cms_get(sketch, at[row]);
        least = count < least ? count : least;
    }
    return least;
}

enum sketch_status cms_remove(struct cms *sketch, struct hash hash, uint64_t weight)
{
    if (weight > cms_estimate(sketch, hash)) {
        return SKETCH_RANGE;
    }
    if (cms_can_note(sketch, sketch->depth)) {
        return cms_add_notes(sketch, hash, 0 - weight);
    }
    enum sketch_status status = cms_widen(sketch, 0);
    if (status == SKETCH_OK) {
        cms_shift(sketch, hash, 0 - weight);
        sketch->total -= weight;
        sketch->spare = 0;
    }
    return status;
}
