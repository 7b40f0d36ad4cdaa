/* An AA tree (Andersson, "Balanced search trees made simple", 1993): a node's level is
 * one above that of its smaller child, and at most that of its larger child's larger
 * child and one; two rotations restore that after a key was put in. */
#include "keyed_tree.h"

enum {
    KEYED_TREE_FIRST_ROOM = 8,
    KEYED_TREE_DEEPEST = 64 /* of fewer than 2^32 nodes */
};

static int keyed_tree_compare(const struct keyed_node *node,
                              const struct keyed_entry *entries, struct item key,
                              uint32_t tag)
{
    return tag != node->tag
               ? (tag < node->tag ? -1 : 1)
               : item_compare(key, item_copy_item(&entries[node->entry].key));
}

uint32_t keyed_tree_find(const struct keyed_tree *tree,
                         const struct keyed_entry *entries, struct item key,
                         uint32_t tag)
{
    uint32_t at = tree->root;
    while (at != 0) {
        const struct keyed_node *node = &tree->nodes[at];
        int order = keyed_tree_compare(node, entries, key, tag);
        if (order == 0) {
            return node->entry;
        }
        at = order < 0 ? node->smaller : node->larger;
    }
    return KEYED_NONE;
}

/* A smaller child of the same level comes up. */
static uint32_t keyed_tree_skew(struct keyed_node *nodes, uint32_t at)
{
    uint32_t child = nodes[at].smaller;
    if (nodes[child].level != nodes[at].level) {
        return at;
    }
    nodes[at].smaller = nodes[child].larger;
    nodes[child].larger = at;
    return child;
}

/* The middle one of three in a row of the same level rises above the others. */
static uint32_t keyed_tree_split(struct keyed_node *nodes, uint32_t at)
{
    uint32_t child = nodes[at].larger;
    if (nodes[nodes[child].larger].level != nodes[at].level) {
        return at;
    }
    nodes[at].larger = nodes[child].smaller;
    nodes[child].smaller = at;
    nodes[child].level++;
    return child;
}

/* Puts the node below the root, and returns what is the root then.  The depth is at
 * most twice the logarithm of the number of nodes. */
static uint32_t keyed_tree_insert(struct keyed_node *nodes,
                                  const struct keyed_entry *entries, uint32_t root,
                                  uint32_t node, struct item key)
{
    uint32_t path[KEYED_TREE_DEEPEST];
    bool smaller[KEYED_TREE_DEEPEST];
    int depth = 0;
    for (uint32_t at = root; at != 0; depth++) {
        path[depth] = at;
        smaller[depth] =
            keyed_tree_compare(&nodes[at], entries, key, nodes[node].tag) < 0;
        at = smaller[depth] ? nodes[at].smaller : nodes[at].larger;
    }
    uint32_t below = node;
    while (depth-- > 0) {
        struct keyed_node *parent = &nodes[path[depth]];
        *(smaller[depth] ? &parent->smaller : &parent->larger) = below;
        below = keyed_tree_split(nodes, keyed_tree_skew(nodes, path[depth]));
    }
    return below;
}

static enum sketch_status keyed_tree_reserve(struct keyed_tree *tree,
                                             const struct sketch_memory *memory)
{
    if (tree->used < tree->room) {
        return SKETCH_OK;
    }
    uint32_t room = tree->room ? 2 * tree->room : KEYED_TREE_FIRST_ROOM;
    struct keyed_node *nodes =
        memory->resize(memory->ctx, tree->nodes, room * sizeof *nodes);
    if (!nodes) {
        return SKETCH_NOMEM;
    }
    if (tree->used == 0) {
        nodes[0] = (struct keyed_node){0};
        tree->used = 1;
    }
    tree->nodes = nodes;
    tree->room = room;
    return SKETCH_OK;
}

enum sketch_status keyed_tree_put(struct keyed_tree *tree,
                                  const struct keyed_entry *entries, uint32_t entry,
                                  struct item key, uint32_t tag,
                                  const struct sketch_memory *memory)
{
    enum sketch_status status = keyed_tree_reserve(tree, memory);
    if (status == SKETCH_OK) {
        uint32_t node = tree->used++;
        tree->nodes[node] = (struct keyed_node){.tag = tag, .entry = entry, .level = 1};
        tree->root = keyed_tree_insert(tree->nodes, entries, tree->root, node, key);
    }
    return status;
}

void keyed_tree_release(struct keyed_tree *tree, const struct sketch_memory *memory)
{
    sketch_release(memory, tree->nodes);
    *tree = (struct keyed_tree){0};
}
