/*
 * The trees are Arne Andersson's (Balanced Search Trees Made Simple, 1993): a left
 * child is one level below its parent, a right child at most that, and a right
 * grandchild is below its grandparent; so no path is longer than twice the logarithm.
 * Order is that of the hash, then of the words and the form, then of the bytes: any
 * order does that is the same for equal items.
 */
#include "topk_map.h"

#include "invariant.h"

enum { TOPK_MAP_FIRST_ROOM = 8 };

static int topk_map_order(uint64_t a, uint64_t b) { return (a > b) - (a < b); }

/* Negative, zero or positive; zero just for equal items. */
static int topk_map_compare(const struct topk_probe *probe, uint64_t hash,
                            const struct topk_node *node)
{
    const struct topk_key *key = &node->key;
    int order = topk_map_order(hash, node->hash);
    order = order ? order : topk_map_order(probe->words.k1, key->words.k1);
    order = order ? order : topk_map_order(probe->words.k2, key->words.k2);
    order = order ? order : topk_map_order(probe->form, key->form);
    return order || probe->item.size <= TOPK_NEAR
               ? order
               : memcmp(probe->item.as.bytes, topk_key_item(key).as.bytes,
                        probe->item.size);
}

uint32_t topk_map_find(const struct topk_map *map, const struct topk_probe *probe,
                       uint64_t hash)
{
    uint32_t at = map->roots ? map->roots[hash & map->mask] : 0;
    while (at != 0) {
        const struct topk_node *node = &map->nodes[at];
        int order = topk_map_compare(probe, hash, node);
        if (order == 0) {
            return at;
        }
        at = order < 0 ? node->left : node->right;
    }
    return 0;
}

/* Turns a left child of the same level into the parent. */
static uint32_t topk_tree_skew(struct topk_node *nodes, uint32_t at)
{
    uint32_t left = nodes[at].left;
    if (at == 0 || nodes[left].level != nodes[at].level) {
        return at;
    }
    nodes[at].left = nodes[left].right;
    nodes[left].right = at;
    return left;
}

/* Lifts the middle one of three of the same level. */
static uint32_t topk_tree_split(struct topk_node *nodes, uint32_t at)
{
    uint32_t right = nodes[at].right;
    if (at == 0 || nodes[nodes[right].right].level != nodes[at].level) {
        return at;
    }
    nodes[at].right = nodes[right].left;
    nodes[right].left = at;
    nodes[right].level++;
    return right;
}

/* Functions here that call themselves go down a tree, which is at most twice the
 * logarithm of its nodes deep: 42 steps for the 2^20 rows of a frame. */

/* Puts a node, which has the probe's item, into a tree; its root from then on. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static uint32_t topk_tree_put(struct topk_node *nodes, uint32_t root, uint32_t number,
                              const struct topk_probe *probe)
{
    if (root == 0) {
        nodes[number].left = 0;
        nodes[number].right = 0;
        nodes[number].level = 1;
        return number;
    }
    struct topk_node *node = &nodes[root];
    if (topk_map_compare(probe, nodes[number].hash, node) < 0) {
        node->left = topk_tree_put(nodes, node->left, number, probe);
    } else {
        node->right = topk_tree_put(nodes, node->right, number, probe);
    }
    return topk_tree_split(nodes, topk_tree_skew(nodes, root));
}

/* Balances a tree out of whose left or right one was taken. */
static uint32_t topk_tree_mend(struct topk_node *nodes, uint32_t at)
{
    struct topk_node *node = &nodes[at];
    uint32_t left = nodes[node->left].level;
    uint32_t right = nodes[node->right].level;
    uint32_t level = (left < right ? left : right) + 1;
    if (level < node->level) {
        node->level = level;
        if (level < right) {
            nodes[node->right].level = level;
        }
    }
    at = topk_tree_skew(nodes, at);
    uint32_t child = topk_tree_skew(nodes, nodes[at].right);
    nodes[at].right = child;
    if (child != 0) {
        nodes[child].right = topk_tree_skew(nodes, nodes[child].right);
    }
    at = topk_tree_split(nodes, at);
    nodes[at].right = topk_tree_split(nodes, nodes[at].right);
    return at;
}

/* NOLINTNEXTLINE(misc-no-recursion) */
static uint32_t topk_tree_take_least(struct topk_node *nodes, uint32_t root,
                                     uint32_t *least)
{
    if (nodes[root].left == 0) {
        *least = root;
        return nodes[root].right;
    }
    nodes[root].left = topk_tree_take_least(nodes, nodes[root].left, least);
    return topk_tree_mend(nodes, root);
}

/* Takes the root out; the next one takes its place. */
static uint32_t topk_tree_take_root(struct topk_node *nodes, uint32_t root)
{
    uint32_t next;
    if (nodes[root].right == 0) {
        return nodes[root].left;
    }
    uint32_t right = topk_tree_take_least(nodes, nodes[root].right, &next);
    nodes[next].left = nodes[root].left;
    nodes[next].right = right;
    nodes[next].level = nodes[root].level;
    return topk_tree_mend(nodes, next);
}

/* Takes a node, which has the probe's item, out of a tree that it is in. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static uint32_t topk_tree_take(struct topk_node *nodes, uint32_t root, uint32_t number,
                               const struct topk_probe *probe)
{
    invariant(root != 0);
    if (root == number) {
        return topk_tree_take_root(nodes, root);
    }
    struct topk_node *node = &nodes[root];
    if (topk_map_compare(probe, nodes[number].hash, node) < 0) {
        node->left = topk_tree_take(nodes, node->left, number, probe);
    } else {
        node->right = topk_tree_take(nodes, node->right, number, probe);
    }
    return topk_tree_mend(nodes, root);
}

/* The item of a node, as it was looked up. */
static struct topk_probe topk_map_probe(const struct topk_node *node)
{
    return (struct topk_probe){topk_key_item(&node->key), node->key.form,
                               node->key.words};
}

/* Moves the nodes of a tree to the cells that are theirs now. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static void topk_map_scatter(struct topk_map *map, uint32_t at)
{
    if (at != 0) {
        struct topk_node *node = &map->nodes[at];
        uint32_t right = node->right;
        topk_map_scatter(map, node->left);
        struct topk_probe probe = topk_map_probe(node);
        uint32_t *root = &map->roots[node->hash & map->mask];
        *root = topk_tree_put(map->nodes, *root, at, &probe);
        topk_map_scatter(map, right);
    }
}

/* Doubles the room for nodes, and the cells with it.  Nothing is lost when the second
 * half of it fails. */
static enum sketch_status topk_map_grow(struct topk_map *map,
                                        const struct sketch_memory *memory)
{
    uint32_t room = map->room ? 2 * map->room : TOPK_MAP_FIRST_ROOM;
    uint32_t *old = map->roots;
    uint32_t old_count = old ? map->mask + 1 : 0;
    uint32_t *roots = sketch_allocate(memory, room * sizeof *roots);
    struct topk_node *nodes =
        roots ? memory->resize(memory->ctx, map->nodes, room * sizeof *nodes) : NULL;
    if (!nodes) {
        sketch_release(memory, roots);
        return SKETCH_NOMEM;
    }
    if (map->used == 0) {
        nodes[0] = (struct topk_node){0};
        map->used = 1;
    }
    map->nodes = nodes;
    map->room = room;
    map->roots = roots;
    map->mask = room - 1;
    for (uint32_t i = 0; i < old_count; i++) {
        topk_map_scatter(map, old[i]);
    }
    sketch_release(memory, old);
    return SKETCH_OK;
}

enum sketch_status topk_map_put(struct topk_map *map, const struct topk_probe *probe,
                                uint64_t hash, uint32_t *number,
                                const struct sketch_memory *memory)
{
    if (map->free == 0 && map->used == map->room &&
        topk_map_grow(map, memory) != SKETCH_OK) {
        return SKETCH_NOMEM;
    }
    struct topk_key key;
    enum sketch_status status = topk_key_make(&key, probe, memory);
    if (status != SKETCH_OK) {
        return status;
    }
    uint32_t at = map->free ? map->free : map->used++;
    map->free = map->free ? map->nodes[at].left : 0;
    map->nodes[at] = (struct topk_node){.hash = hash, .key = key};
    uint32_t *root = &map->roots[hash & map->mask];
    *root = topk_tree_put(map->nodes, *root, at, probe);
    map->count++;
    *number = at;
    return SKETCH_OK;
}

void topk_map_drop(struct topk_map *map, uint32_t number,
                   const struct sketch_memory *memory)
{
    struct topk_node *node = &map->nodes[number];
    struct topk_probe probe = topk_map_probe(node);
    uint32_t *root = &map->roots[node->hash & map->mask];
    *root = topk_tree_take(map->nodes, *root, number, &probe);
    topk_key_drop(&node->key, memory);
    node->left = map->free;
    map->free = number;
    map->count--;
}

void topk_map_release(struct topk_map *map, const struct sketch_memory *memory)
{
    /* Of those that went there is nothing left to drop. */
    for (uint32_t i = 1; i < map->used; i++) {
        topk_key_drop(&map->nodes[i].key, memory);
    }
    sketch_release(memory, map->nodes);
    sketch_release(memory, map->roots);
    *map = (struct topk_map){0};
}
