/*
 * The counts are exact, and kept in a heap in the order of topk_rank: an item moves a
 * few places when its count changes.  The k first are found from the top: the best is
 * the root, and the next is always among the children of those that were found.
 *
 * Equal numbers are one item, whether INTEGER or REAL, and the oldest row in the window
 * says which of them is shown; so an item whose rows are not of one kind remembers when
 * that changes.
 */
#include "topk_slide.h"

#include "invariant.h"
#include "topk_map.h"

enum { TOPK_SLIDE_FIRST_ROOM = 8 };

/* A place in the heap has the count, so that most comparisons need no look at the
 * item. */
struct topk_ranked {
    uint64_t count;
    uint32_t number; /* of the node */
};

struct topk_slide {
    struct sketch_memory memory;
    int k;
    uint64_t total;
    struct topk_map map;
    struct topk_ranked *heap; /* of all map.count nodes, the first one on top */
    uint32_t heap_room;
};

enum sketch_status topk_slide_create(struct topk_slide **out, int k,
                                     const struct sketch_memory *memory)
{
    *out = NULL;
    if (k < 1 || k > TOPK_MAX_K) {
        return SKETCH_RANGE;
    }
    *out = sketch_allocate(memory, sizeof **out);
    if (!*out) {
        return SKETCH_NOMEM;
    }
    (*out)->memory = *memory;
    (*out)->k = k;
    return SKETCH_OK;
}

void topk_slide_free(struct topk_slide *slide)
{
    if (slide) {
        struct sketch_memory memory = slide->memory;
        for (uint32_t i = 0; i < slide->map.count; i++) {
            struct topk_node *node = &slide->map.nodes[slide->heap[i].number];
            while (node->later) {
                struct topk_streak *streak = node->later;
                node->later = streak->next;
                sketch_release(&memory, streak);
            }
        }
        topk_map_release(&slide->map, &memory);
        sketch_release(&memory, slide->heap);
        sketch_release(&memory, slide);
    }
}

static struct item topk_slide_item(const struct topk_slide *slide, uint32_t number)
{
    return topk_key_item(&slide->map.nodes[number].key);
}

/* Does `a` come before `b`? */
static bool topk_slide_precedes(const struct topk_slide *slide, struct topk_ranked a,
                                struct topk_ranked b)
{
    return a.count != b.count ? a.count > b.count
                              : item_compare(topk_slide_item(slide, a.number),
                                             topk_slide_item(slide, b.number)) < 0;
}

static void topk_slide_set(struct topk_slide *slide, uint32_t place,
                           struct topk_ranked ranked)
{
    slide->heap[place] = ranked;
    slide->map.nodes[ranked.number].place = place;
}

/* From a place where there is a hole upwards. */
static void topk_slide_lift(struct topk_slide *slide, uint32_t place,
                            struct topk_ranked ranked)
{
    while (place > 0) {
        uint32_t parent = (place - 1) / 2;
        if (!topk_slide_precedes(slide, ranked, slide->heap[parent])) {
            break;
        }
        topk_slide_set(slide, place, slide->heap[parent]);
        place = parent;
    }
    topk_slide_set(slide, place, ranked);
}

/* From a place where there is a hole downwards, in a heap of so many. */
static void topk_slide_sink(struct topk_slide *slide, uint32_t place,
                            struct topk_ranked ranked, uint32_t count)
{
    for (;;) {
        uint32_t child = 2 * place + 1;
        if (child + 1 < count &&
            topk_slide_precedes(slide, slide->heap[child + 1], slide->heap[child])) {
            child++;
        }
        if (child >= count || !topk_slide_precedes(slide, slide->heap[child], ranked)) {
            break;
        }
        topk_slide_set(slide, place, slide->heap[child]);
        place = child;
    }
    topk_slide_set(slide, place, ranked);
}

/* Makes room for one more in the heap. */
static enum sketch_status topk_slide_reserve(struct topk_slide *slide)
{
    const struct sketch_memory *memory = &slide->memory;
    if (slide->map.count < slide->heap_room) {
        return SKETCH_OK;
    }
    uint32_t room = slide->heap_room ? 2 * slide->heap_room : TOPK_SLIDE_FIRST_ROOM;
    struct topk_ranked *heap =
        memory->resize(memory->ctx, slide->heap, room * sizeof *heap);
    if (!heap) {
        return SKETCH_NOMEM;
    }
    slide->heap = heap;
    slide->heap_room = room;
    return SKETCH_OK;
}

/* The newest row of an item; SKETCH_NOMEM leaves all as it was. */
static enum sketch_status topk_slide_lengthen(struct topk_slide *slide,
                                              struct topk_node *node,
                                              enum item_kind kind)
{
    struct topk_streak *last = node->last;
    if (kind != (last ? last->kind : node->key.copy.kind)) {
        struct topk_streak *streak = sketch_allocate(&slide->memory, sizeof *streak);
        if (!streak) {
            return SKETCH_NOMEM;
        }
        streak->kind = kind;
        *(last ? &last->next : &node->later) = streak;
        node->last = streak;
        last = streak;
    }
    *(last ? &last->rows : &node->rows) += 1;
    return SKETCH_OK;
}

/* The oldest row of an item goes. */
static void topk_slide_shorten(struct topk_slide *slide, struct topk_node *node)
{
    struct topk_streak *next = node->later;
    if (--node->rows == 0 && next) {
        node->key.copy.kind = next->kind;
        node->rows = next->rows;
        node->later = next->next;
        node->last = next->next ? node->last : NULL;
        sketch_release(&slide->memory, next);
    }
}

static enum sketch_status topk_slide_begin(struct topk_slide *slide,
                                           const struct topk_probe *probe,
                                           uint64_t hash, uint64_t weight)
{
    uint32_t number;
    enum sketch_status status = topk_slide_reserve(slide);
    if (status == SKETCH_OK) {
        status = topk_map_put(&slide->map, probe, hash, &number, &slide->memory);
    }
    if (status == SKETCH_OK) {
        slide->map.nodes[number].count = weight;
        slide->map.nodes[number].rows = 1;
        topk_slide_lift(slide, slide->map.count - 1,
                        (struct topk_ranked){weight, number});
    }
    return status;
}

enum sketch_status topk_slide_add(struct topk_slide *slide, struct item item,
                                  uint64_t weight)
{
    struct topk_probe probe;
    enum sketch_status status;
    if (weight == 0) {
        return SKETCH_OK;
    }
    if (weight > SKETCH_MAX_TOTAL - slide->total) {
        return SKETCH_OVERFLOW;
    }
    topk_probe_set(&probe, item);
    uint64_t hash = topk_probe_hash(&probe);
    uint32_t number = topk_map_find(&slide->map, &probe, hash);
    if (number == 0) {
        status = topk_slide_begin(slide, &probe, hash, weight);
    } else {
        struct topk_node *node = &slide->map.nodes[number];
        status = topk_slide_lengthen(slide, node, item.kind);
        if (status == SKETCH_OK) {
            node->count += weight;
            topk_slide_lift(slide, node->place,
                            (struct topk_ranked){node->count, number});
        }
    }
    slide->total += status == SKETCH_OK ? weight : 0;
    return status;
}

/* The last one of the heap takes the place of one that goes. */
static void topk_slide_end(struct topk_slide *slide, uint32_t number)
{
    uint32_t place = slide->map.nodes[number].place;
    uint32_t count = slide->map.count - 1;
    struct topk_ranked moved = slide->heap[count];
    topk_map_drop(&slide->map, number, &slide->memory);
    if (place == count) {
        return;
    }
    if (place > 0 && topk_slide_precedes(slide, moved, slide->heap[(place - 1) / 2])) {
        topk_slide_lift(slide, place, moved);
    } else {
        topk_slide_sink(slide, place, moved, count);
    }
}

void topk_slide_remove(struct topk_slide *slide, struct item item, uint64_t weight)
{
    struct topk_probe probe;
    if (weight == 0) {
        return;
    }
    topk_probe_set(&probe, item);
    uint32_t number = topk_map_find(&slide->map, &probe, topk_probe_hash(&probe));
    struct topk_node *node = &slide->map.nodes[number];
    invariant(number != 0 && node->count >= weight);
    slide->total -= weight;
    node->count -= weight;
    if (node->count == 0) {
        topk_slide_end(slide, number);
    } else {
        topk_slide_shorten(slide, node);
        topk_slide_sink(slide, node->place, (struct topk_ranked){node->count, number},
                        slide->map.count);
    }
}

/* Candidates: a heap of places in the other heap, the best on top. */
struct topk_candidates {
    uint32_t *places;
    size_t count;
};

static bool topk_candidate_precedes(const struct topk_slide *slide, uint32_t a,
                                    uint32_t b)
{
    return topk_slide_precedes(slide, slide->heap[a], slide->heap[b]);
}

static void topk_candidates_put(struct topk_candidates *candidates,
                                const struct topk_slide *slide, uint32_t place)
{
    uint32_t *places = candidates->places;
    size_t at = candidates->count++;
    for (; at > 0; at = (at - 1) / 2) {
        if (!topk_candidate_precedes(slide, place, places[(at - 1) / 2])) {
            break;
        }
        places[at] = places[(at - 1) / 2];
    }
    places[at] = place;
}

static uint32_t topk_candidates_take(struct topk_candidates *candidates,
                                     const struct topk_slide *slide)
{
    uint32_t *places = candidates->places;
    uint32_t best = places[0];
    size_t count = --candidates->count;
    uint32_t last = places[count];
    size_t at = 0;
    for (size_t child = 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count &&
            topk_candidate_precedes(slide, places[child + 1], places[child])) {
            child++;
        }
        if (!topk_candidate_precedes(slide, places[child], last)) {
            break;
        }
        places[at] = places[child];
        at = child;
    }
    places[at] = last;
    return best;
}

/* Each one that is taken puts in at most two.  They are written through `candidates`.
 * NOLINTNEXTLINE(readability-non-const-parameter) */
static void topk_slide_best(const struct topk_slide *slide, uint32_t *places,
                            struct topk_row *rows, size_t count)
{
    struct topk_candidates candidates = {places, 0};
    for (size_t i = 0; i < count; i++) {
        uint32_t place = i > 0 ? topk_candidates_take(&candidates, slide) : 0;
        struct topk_ranked best = slide->heap[place];
        rows[i] = (struct topk_row){topk_slide_item(slide, best.number), best.count, 0};
        for (uint32_t child = 2 * place + 1;
             child <= 2 * place + 2 && child < slide->map.count; child++) {
            topk_candidates_put(&candidates, slide, child);
        }
    }
}

enum sketch_status topk_slide_rank(const struct topk_slide *slide,
                                   struct topk_row **rows, size_t *count)
{
    const struct sketch_memory *memory = &slide->memory;
    size_t most = slide->map.count;
    most = most < (size_t)slide->k ? most : (size_t)slide->k;
    *count = 0;
    /* One row too many, since a block of no bytes cannot be had. */
    *rows = memory->resize(memory->ctx, NULL, (most + 1) * sizeof **rows);
    uint32_t *places =
        *rows ? memory->resize(memory->ctx, NULL, (most + 1) * sizeof *places) : NULL;
    if (!places) {
        sketch_release(memory, *rows);
        *rows = NULL;
        return SKETCH_NOMEM;
    }
    topk_slide_best(slide, places, *rows, most);
    sketch_release(memory, places);
    *count = most;
    return SKETCH_OK;
}
