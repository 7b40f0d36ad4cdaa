/*
 * A hash table with linear probing, at most half full.
 *
 * A slot has 32 bits of the hash, so that an entry is looked at only when it is most
 * likely the right one, and that growing looks at none.  Keys are mixed well by their
 * hash: half full, one in 10^18 lies a hundred slots from its home.  Who
 * chooses keys whose hashes agree can have many more in one place; those go into a
 * tree.
 */
#include "keyed_table.h"

#include "fetch.h"

enum {
    KEYED_TABLE_FIRST_ROOM = 8,
    KEYED_TABLE_FIRST_SLOTS = 16,
    KEYED_TABLE_LONGEST = 128, /* slots that are looked at */
    KEYED_TABLE_LINE = 64      /* bytes that come at once */
};

/* Slots take twice as many, and have 32 bits. */
#define KEYED_TABLE_MOST (UINT32_C(1) << 30)

struct keyed_table keyed_table_empty(const struct sketch_memory *memory)
{
    return (struct keyed_table){.memory = *memory, .null = KEYED_NONE};
}

static uint32_t keyed_table_tag(struct hash hash) { return (uint32_t)hash.h1; }

void keyed_table_await(const struct keyed_table *table, struct hash hash)
{
    if (table->slots) {
        fetch(&table->slots[keyed_table_tag(hash) & table->mask]);
    }
}

uint32_t keyed_table_expect(const struct keyed_table *table, struct hash hash)
{
    uint32_t tag = keyed_table_tag(hash);
    for (uint32_t tries = 0; table->slots && tries < KEYED_TABLE_LONGEST; tries++) {
        struct keyed_slot slot = table->slots[(tag + tries) & table->mask];
        if (slot.count == 0) {
            break;
        }
        if (slot.tag == tag) {
            fetch(&table->entries[slot.count - 1]);
            fetch(slot.sketch);
            fetch((const uint8_t *)slot.sketch + KEYED_TABLE_LINE);
            return slot.count - 1;
        }
    }
    return KEYED_NONE;
}

uint32_t keyed_table_find(const struct keyed_table *table, const struct item *key,
                          struct hash hash)
{
    uint32_t tag = keyed_table_tag(hash);
    if (!key) {
        return table->null;
    }
    if (!table->slots) {
        return KEYED_NONE;
    }
    for (uint32_t tries = 0; tries < KEYED_TABLE_LONGEST; tries++) {
        struct keyed_slot slot = table->slots[(tag + tries) & table->mask];
        if (slot.count == 0) {
            return KEYED_NONE;
        }
        if (slot.tag == tag &&
            item_equal(item_copy_item(&table->entries[slot.count - 1].key), *key)) {
            return slot.count - 1;
        }
    }
    return keyed_tree_find(&table->far, table->entries, *key, tag);
}

/* The free slot for a tag, or NULL when there is none near its home. */
static struct keyed_slot *keyed_table_slot(const struct keyed_table *table,
                                           uint32_t tag)
{
    for (uint32_t tries = 0; tries < KEYED_TABLE_LONGEST; tries++) {
        struct keyed_slot *slot = &table->slots[(tag + tries) & table->mask];
        if (slot->count == 0) {
            return slot;
        }
    }
    return NULL;
}

/* Enters a key under the number of its entry. */
static enum sketch_status keyed_table_enter(struct keyed_table *table, uint32_t entry,
                                            struct item key, uint32_t tag)
{
    struct keyed_slot *slot = keyed_table_slot(table, tag);
    if (!slot) {
        return keyed_tree_put(&table->far, table->entries, entry, key, tag,
                              &table->memory);
    }
    *slot = (struct keyed_slot){tag, entry + 1, table->entries[entry].sketch};
    return SKETCH_OK;
}

static enum sketch_status keyed_table_reenter(struct keyed_table *table, uint32_t entry,
                                              uint32_t tag)
{
    return keyed_table_enter(table, entry, item_copy_item(&table->entries[entry].key),
                             tag);
}

/* Fills the slots of a table that has just been given them with those of `from`. */
static enum sketch_status keyed_table_refill(struct keyed_table *table,
                                             const struct keyed_table *from)
{
    enum sketch_status status = SKETCH_OK;
    for (size_t i = 0; status == SKETCH_OK && from->slots && i <= from->mask; i++) {
        struct keyed_slot slot = from->slots[i];
        if (slot.count > 0) {
            status = keyed_table_reenter(table, slot.count - 1, slot.tag);
        }
    }
    for (uint32_t i = 1; status == SKETCH_OK && i < from->far.used; i++) {
        status = keyed_table_reenter(table, from->far.nodes[i].entry,
                                     from->far.nodes[i].tag);
    }
    return status;
}

/* Sees to a free slot for one more key in every two. */
static enum sketch_status keyed_table_widen(struct keyed_table *table)
{
    if (2 * (size_t)(table->count + 1) <= table->mask) {
        return SKETCH_OK;
    }
    size_t slots =
        table->slots ? 2 * ((size_t)table->mask + 1) : KEYED_TABLE_FIRST_SLOTS;
    struct keyed_table next = *table;
    next.far = (struct keyed_tree){0};
    next.mask = (uint32_t)(slots - 1);
    next.slots = sketch_allocate(&table->memory, slots * sizeof *next.slots);
    if (!next.slots) {
        return SKETCH_NOMEM;
    }
    enum sketch_status status = keyed_table_refill(&next, table);
    struct keyed_table *loser = status == SKETCH_OK ? table : &next;
    sketch_release(&table->memory, loser->slots);
    keyed_tree_release(&loser->far, &table->memory);
    if (status == SKETCH_OK) {
        *table = next;
    }
    return status;
}

static enum sketch_status keyed_table_reserve(struct keyed_table *table)
{
    if (table->count < table->room) {
        return SKETCH_OK;
    }
    if (table->room >= KEYED_TABLE_MOST) {
        return SKETCH_NOMEM;
    }
    uint32_t room = table->room ? 2 * table->room : KEYED_TABLE_FIRST_ROOM;
    struct keyed_entry *entries =
        table->memory.resize(table->memory.ctx, table->entries, room * sizeof *entries);
    if (!entries) {
        return SKETCH_NOMEM;
    }
    table->entries = entries;
    table->room = room;
    return SKETCH_OK;
}

/* The next entry gets the key, which NULL only needs to be remembered for. */
static enum sketch_status keyed_table_name(struct keyed_table *table,
                                           const struct item *key, struct hash hash)
{
    struct keyed_entry *entry = &table->entries[table->count];
    if (!key) {
        entry->key = (struct item_copy){.kind = ITEM_INTEGER};
        table->null = table->count;
        return SKETCH_OK;
    }
    enum sketch_status status = keyed_table_widen(table);
    if (status == SKETCH_OK) {
        status = item_copy_make(&entry->key, *key, &table->memory);
    }
    if (status != SKETCH_OK) {
        return status;
    }
    status = keyed_table_enter(table, table->count, *key, keyed_table_tag(hash));
    if (status != SKETCH_OK) {
        item_copy_drop(&entry->key, &table->memory);
    }
    return status;
}

enum sketch_status keyed_table_put(struct keyed_table *table, const struct item *key,
                                   struct hash hash, void *sketch)
{
    enum sketch_status status = keyed_table_reserve(table);
    if (status == SKETCH_OK) {
        table->entries[table->count].sketch = sketch;
        status = keyed_table_name(table, key, hash);
    }
    if (status == SKETCH_OK) {
        table->count++;
    }
    return status;
}

void keyed_table_release(struct keyed_table *table)
{
    for (uint32_t i = 0; i < table->count; i++) {
        item_copy_drop(&table->entries[i].key, &table->memory);
    }
    keyed_tree_release(&table->far, &table->memory);
    sketch_release(&table->memory, table->slots);
    sketch_release(&table->memory, table->entries);
}
