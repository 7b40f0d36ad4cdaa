/*
 * A hash table with linear probing, at most half full.
 *
 * A slot has 32 bits of the hash, so that an entry is looked at only when it is most
 * likely the right one, and that growing looks at none.  Keys are mixed well by their
 * hash: half full, one in 10^18 lies a hundred slots from its home.  Who chooses keys
 * whose hashes agree can have many more in one place; then all keys get other places,
 * by a salted hash.  The order of the slots shows nowhere.
 */
#include "keyed_table.h"

#include "fetch.h"
#include "salt.h"

#include <string.h>

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
    return (struct keyed_table){
        .memory = *memory, .null = KEYED_NONE, .longest = KEYED_TABLE_LONGEST};
}

/* A salted one takes the key. */
static uint32_t keyed_table_tag(const struct keyed_table *table, struct item key,
                                struct hash hash)
{
    return (uint32_t)(table->salt ? salt_hash(key, table->salt) : hash.h1);
}

void keyed_table_await(const struct keyed_table *table, struct hash hash)
{
    if (table->slots) {
        fetch(&table->slots[(uint32_t)hash.h1 & table->mask]);
    }
}

uint32_t keyed_table_expect(const struct keyed_table *table, struct hash hash)
{
    uint32_t tag = (uint32_t)hash.h1;
    for (uint32_t tries = 0; table->slots && !table->salt && tries < table->longest;
         tries++) {
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
    if (!key) {
        return table->null;
    }
    if (!table->slots) {
        return KEYED_NONE;
    }
    uint32_t tag = keyed_table_tag(table, *key, hash);
    for (uint32_t tries = 0; tries < table->longest; tries++) {
        struct keyed_slot slot = table->slots[(tag + tries) & table->mask];
        if (slot.count == 0) {
            return KEYED_NONE;
        }
        if (slot.tag == tag &&
            item_equal(item_copy_item(&table->entries[slot.count - 1].key), *key)) {
            return slot.count - 1;
        }
    }
    return KEYED_NONE;
}

/* False when there is no free slot near a tag's home. */
static bool keyed_table_enter(struct keyed_table *table, uint32_t entry, uint32_t tag)
{
    for (uint32_t tries = 0; tries < table->longest; tries++) {
        struct keyed_slot *slot = &table->slots[(tag + tries) & table->mask];
        if (slot->count == 0) {
            *slot = (struct keyed_slot){tag, entry + 1, table->entries[entry].sketch};
            return true;
        }
    }
    return false;
}

/* Gives the first `count` entries places by another salt.  When one would be too far
 * away once more, which takes somebody who knows the salt, longer searches are allowed.
 */
static void keyed_table_scatter(struct keyed_table *table, uint32_t count)
{
    const struct hash none = {0, 0};
    bool fits;
    do {
        fits = true;
        table->longest *= table->salt ? 2 : 1;
        table->salt = salt_new(table->slots, table->salt);
        memset(table->slots, 0, ((size_t)table->mask + 1) * sizeof *table->slots);
        for (uint32_t i = 0; fits && i < count; i++) {
            struct item key = item_copy_item(&table->entries[i].key);
            fits = i == table->null ||
                   keyed_table_enter(table, i, keyed_table_tag(table, key, none));
        }
    } while (!fits);
}

/* Fills the slots of a table that has just been given them with those of `from`. */
static void keyed_table_refill(struct keyed_table *table,
                               const struct keyed_table *from)
{
    bool fits = true;
    for (size_t i = 0; fits && from->slots && i <= from->mask; i++) {
        struct keyed_slot slot = from->slots[i];
        fits = slot.count == 0 || keyed_table_enter(table, slot.count - 1, slot.tag);
    }
    if (!fits) {
        keyed_table_scatter(table, table->count);
    }
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
    next.mask = (uint32_t)(slots - 1);
    next.slots = sketch_allocate(&table->memory, slots * sizeof *next.slots);
    if (!next.slots) {
        return SKETCH_NOMEM;
    }
    keyed_table_refill(&next, table);
    sketch_release(&table->memory, table->slots);
    *table = next;
    return SKETCH_OK;
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
    if (!keyed_table_enter(table, table->count, keyed_table_tag(table, *key, hash))) {
        keyed_table_scatter(table, table->count + 1);
    }
    return SKETCH_OK;
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
    sketch_release(&table->memory, table->slots);
    sketch_release(&table->memory, table->entries);
}
