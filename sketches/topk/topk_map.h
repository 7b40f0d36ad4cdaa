/*
 * The items of a window with their counts: any can be found, come and go, in
 * logarithmic time whatever the items are.
 *
 * A hash table; what falls into one of its cells is a balanced tree, which hardly ever
 * has more than a node or two, and stays shallow when somebody has made items with
 * equal hashes.  A node keeps its number while it lives.
 */
#ifndef TOPK_MAP_H
#define TOPK_MAP_H

#include "topk_key.h"

/* Rows one after the other that hold a number as INTEGER, or as a REAL of its value. */
struct topk_streak {
    struct topk_streak *next;
    uint64_t rows;
    enum item_kind kind;
};

struct topk_node {
    uint64_t hash;
    struct topk_key key;
    uint32_t left; /* the numbers of others; 0: none */
    uint32_t right;
    uint32_t level; /* of the tree; that of none is 0 */

    /* What topk_slide.c knows of the item. */
    uint32_t place; /* in the heap */
    uint64_t count;
    uint64_t rows; /* of the oldest streak, whose kind the key has */
    struct topk_streak *later;
    struct topk_streak *last;
};

/* Zeroed: none. */
struct topk_map {
    struct topk_node *nodes; /* the first is nobody's */
    uint32_t used;           /* nodes that ever were, with nobody's */
    uint32_t room;
    uint32_t free; /* the first node that has gone, linked by `left`; 0: none */
    uint32_t count;
    uint32_t *roots;
    uint32_t mask; /* of roots */
};

/* The number of the item's node, or 0. */
uint32_t topk_map_find(const struct topk_map *map, const struct topk_probe *probe,
                       uint64_t hash);

/* Copies an item that has no node into a new one: its number.  On failure,
 * SKETCH_NOMEM, all is as it was. */
enum sketch_status topk_map_put(struct topk_map *map, const struct topk_probe *probe,
                                uint64_t hash, uint32_t *number,
                                const struct sketch_memory *memory);

void topk_map_drop(struct topk_map *map, uint32_t number,
                   const struct sketch_memory *memory);

/* Gives back everything but streaks. */
void topk_map_release(struct topk_map *map, const struct sketch_memory *memory);

#endif
