/*
 * Keys whose hashes crowd: a balanced tree of them.
 *
 * Where a hash table would have to search too long, since somebody has chosen keys of
 * one hash, they go here, and a search takes the logarithm of their number.  Keys are
 * never taken out again.
 */
#ifndef KEYED_TREE_H
#define KEYED_TREE_H

#include "item_copy.h"
#include "keyed.h"

/* A key and what is kept for it. */
struct keyed_entry {
    struct item_copy key;
    void *sketch;
};

/* Of an entry; children are numbers of nodes. */
struct keyed_node {
    uint32_t tag;
    uint32_t entry;
    uint32_t level;
    uint32_t smaller;
    uint32_t larger;
};

/* Zeroed: an empty one. */
struct keyed_tree {
    struct keyed_node *nodes; /* the first one stands for none; NULL: no keys */
    uint32_t used;            /* nodes, the first one included */
    uint32_t room;
    uint32_t root;
};

/* The entry of that key, whose hash has that tag, or KEYED_NONE. */
uint32_t keyed_tree_find(const struct keyed_tree *tree,
                         const struct keyed_entry *entries, struct item key,
                         uint32_t tag);

/* Puts in the key of an entry, which has to be new.  SKETCH_NOMEM leaves all as it
 * was. */
enum sketch_status keyed_tree_put(struct keyed_tree *tree,
                                  const struct keyed_entry *entries, uint32_t entry,
                                  struct item key, uint32_t tag,
                                  const struct sketch_memory *memory);

void keyed_tree_release(struct keyed_tree *tree, const struct sketch_memory *memory);

#endif
