#include "keyed_private.h"

enum sketch_status keyed_create(struct keyed **out, const struct keyed_kind *kind,
                                const struct sketch_memory *memory)
{
    struct keyed *keyed = sketch_allocate(memory, sizeof *keyed);
    if (keyed) {
        *keyed = (struct keyed){kind, keyed_table_empty(memory), KEYED_NONE};
    }
    *out = keyed;
    return keyed ? SKETCH_OK : SKETCH_NOMEM;
}

void keyed_free(struct keyed *keyed)
{
    if (keyed) {
        struct sketch_memory memory = keyed->table.memory;
        for (uint32_t i = 0; i < keyed->table.count; i++) {
            keyed->kind->ops->free(keyed->table.entries[i].sketch);
        }
        keyed_table_release(&keyed->table);
        sketch_release(&memory, keyed);
    }
}

const struct keyed_kind *keyed_kind(const struct keyed *keyed) { return keyed->kind; }
const struct sketch_memory *keyed_memory(const struct keyed *keyed)
{
    return &keyed->table.memory;
}

uint32_t keyed_count(const struct keyed *keyed) { return keyed->table.count; }

bool keyed_key(const struct keyed *keyed, uint32_t number, struct item *key)
{
    *key = item_copy_item(&keyed->table.entries[number].key);
    return number != keyed->table.null;
}

const void *keyed_sketch(const struct keyed *keyed, uint32_t number)
{
    return keyed->table.entries[number].sketch;
}

static struct hash keyed_hash(const struct item *key)
{
    return key ? item_hash(*key) : (struct hash){0, 0};
}

/* Rows of one key often come together. */
static bool keyed_is_recent(const struct keyed *keyed, const struct item *key)
{
    uint32_t recent = keyed->recent;
    return recent != KEYED_NONE && key && recent != keyed->table.null &&
           item_equal(item_copy_item(&keyed->table.entries[recent].key), *key);
}

uint32_t keyed_number(struct keyed *keyed, const struct item *key)
{
    if (!keyed_is_recent(keyed, key)) {
        keyed->recent = keyed_table_find(&keyed->table, key, keyed_hash(key));
    }
    return keyed->recent;
}

void *keyed_find(struct keyed *keyed, const struct item *key)
{
    uint32_t number = keyed_number(keyed, key);
    return number == KEYED_NONE ? NULL : keyed->table.entries[number].sketch;
}

enum sketch_status keyed_put(struct keyed *keyed, const struct item *key, void *sketch)
{
    return keyed_table_put(&keyed->table, key, keyed_hash(key), sketch);
}
