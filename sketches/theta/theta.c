/*
 * Theta sketches as Apache DataSketches builds them (Dasgupta, Lang, Rhodes, Thaler, "A
 * framework for estimating stream expression cardinalities", 2016).
 *
 * Hashes are spread evenly, so those below a threshold, theta, are a sample of all
 * items, the same in every sketch that has met them: what holds of such samples, in any
 * expression of unions, intersections and differences, holds of the sets.  Dividing
 * their number by theta gives that of the items.
 *
 * A stream is sampled by quick select: all different hashes are kept in a table until
 * there are more than 15/8 k; then theta falls to the k+1st smallest, and the k below
 * it stay.
 */
#include "theta_private.h"

#include "fetch.h"
#include "salt.h"

enum {
    THETA_FIRST_ROOM = 32,
    THETA_GROWTH = 8,
    /* Steps of a search.  A table that is nearly full takes 16 on the average, and as
     * many as these only for items that were chosen for that, with the salt known. */
    THETA_MOST_STEPS = 1024
};

static struct theta theta_without_items(int lg_k, const struct sketch_memory *memory)
{
    return (struct theta){
        .memory = *memory,
        .limit = THETA_MOST,
        .salt = salt_new(memory, 0),
        .lg_k = (uint8_t)lg_k,
    };
}

enum sketch_status theta_create(struct theta **out, int lg_k,
                                const struct sketch_memory *memory)
{
    *out = NULL;
    if (lg_k < THETA_MIN_LG_K || lg_k > THETA_MAX_LG_K) {
        return SKETCH_RANGE;
    }
    *out = sketch_allocate(memory, sizeof **out);
    if (!*out) {
        return SKETCH_NOMEM;
    }
    **out = theta_without_items(lg_k, memory);
    return SKETCH_OK;
}

void theta_free(struct theta *sketch)
{
    if (sketch) {
        struct sketch_memory memory = sketch->memory;
        sketch_release(&memory, sketch->cells);
        sketch_release(&memory, sketch);
    }
}

size_t theta_retained(const struct theta *sketch) { return sketch->count; }
bool theta_is_exact(const struct theta *sketch) { return sketch->limit == THETA_MOST; }

/* Where the search for a hash begins: high bits of the product depend on all of the
 * hash (Dietzfelbinger, Hagerup, Katajainen, Penttonen, "A reliable randomized
 * algorithm for the closest-pair problem", 1997).  There are at most 2^32 cells. */
static size_t theta_home(uint64_t product, size_t room)
{
    return (size_t)((product >> 32) * room >> 32);
}

/* The cell of a hash, or the free one for it; NULL if it takes too long to find. */
static uint64_t *theta_find(uint64_t *cells, size_t room, uint64_t hash, uint64_t salt)
{
    size_t mask = room - 1;
    uint64_t product = hash * salt;
    size_t at = theta_home(product, room);
    size_t stride = ((size_t)(product >> 20) | 1) & mask; /* odd: it comes everywhere */
    for (int step = 0; step < THETA_MOST_STEPS; step++) {
        if (cells[at] == hash || cells[at] == 0) {
            return &cells[at];
        }
        at = (at + stride) & mask;
    }
    return NULL;
}

/* Puts different hashes into a new table, skipping free cells; false if that takes too
 * long. */
static bool theta_fill(uint64_t *cells, size_t room, uint64_t salt,
                       const uint64_t *hashes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (hashes[i] != 0) {
            uint64_t *cell = theta_find(cells, room, hashes[i], salt);
            if (!cell) {
                return false;
            }
            *cell = hashes[i];
        }
    }
    return true;
}

/* Moves the first cells into a new table; where they cannot be found quickly in one the
 * sketch becomes, or stays, a list. */
static void theta_move(struct theta *sketch, uint64_t *cells, size_t room, size_t count)
{
    if (!theta_fill(cells, room, sketch->salt, sketch->cells, count)) {
        sketch_release(&sketch->memory, cells);
        theta_become_list(sketch);
        return;
    }
    sketch_release(&sketch->memory, sketch->cells);
    sketch->cells = cells;
    sketch->room = room;
    sketch->is_list = false;
}

/* Tables that may still grow are at most half full. */
static enum sketch_status theta_grow(struct theta *sketch)
{
    size_t most = 2 * theta_k(sketch);
    if (sketch->room == most || 2 * sketch->count < sketch->room) {
        return SKETCH_OK;
    }
    size_t room = sketch->room ? THETA_GROWTH * sketch->room : THETA_FIRST_ROOM;
    room = room < most ? room : most;
    uint64_t *cells = sketch_allocate(&sketch->memory, room * sizeof *cells);
    if (!cells) {
        return SKETCH_NOMEM;
    }
    theta_move(sketch, cells, room, sketch->room);
    return SKETCH_OK;
}

/* Keeps the k smallest hashes of a table. */
static enum sketch_status theta_rebuild(struct theta *sketch)
{
    uint64_t *cells = sketch_allocate(&sketch->memory, sketch->room * sizeof *cells);
    if (!cells) {
        return SKETCH_NOMEM;
    }
    theta_become_list(sketch);
    theta_trim(sketch);
    theta_move(sketch, cells, sketch->room, sketch->count);
    return SKETCH_OK;
}

static enum sketch_status theta_add_to_list(struct theta *sketch, uint64_t hash)
{
    enum sketch_status status = theta_list_add(sketch, hash);
    if (status == SKETCH_OK && sketch->count > theta_most(sketch->lg_k)) {
        theta_trim(sketch);
    }
    return status;
}

static enum sketch_status theta_add_to_table(struct theta *sketch, uint64_t hash)
{
    uint64_t *cell = theta_find(sketch->cells, sketch->room, hash, sketch->salt);
    if (!cell) {
        theta_become_list(sketch);
        return theta_add_to_list(sketch, hash);
    }
    if (*cell == hash) {
        return SKETCH_OK;
    }
    *cell = hash;
    sketch->count++;
    if (sketch->count <= theta_most(sketch->lg_k)) {
        return SKETCH_OK;
    }
    enum sketch_status status = theta_rebuild(sketch);
    if (status != SKETCH_OK) {
        *cell = 0;
        sketch->count--;
    }
    return status;
}

/* Few items come here when there were many. */
__attribute__((noinline)) static enum sketch_status
theta_add_below(struct theta *sketch, uint64_t hash)
{
    enum sketch_status status = sketch->is_list ? SKETCH_OK : theta_grow(sketch);
    if (status == SKETCH_OK) {
        status = sketch->is_list ? theta_add_to_list(sketch, hash)
                                 : theta_add_to_table(sketch, hash);
    }
    sketch->has_items = sketch->has_items || status == SKETCH_OK;
    return status;
}

enum sketch_status theta_add(struct theta *sketch, struct hash hash)
{
    uint64_t below = hash.h1 >> 1;
    if (below - 1 < sketch->limit - 1) { /* and not 0 */
        return theta_add_below(sketch, below);
    }
    sketch->has_items = true;
    return SKETCH_OK;
}

void theta_fetch(const struct theta *sketch, struct hash hash)
{
    uint64_t below = hash.h1 >> 1;
    if (below < sketch->limit && sketch->room > 0 && !sketch->is_list) {
        fetch(&sketch->cells[theta_home(below * sketch->salt, sketch->room)]);
    }
}
