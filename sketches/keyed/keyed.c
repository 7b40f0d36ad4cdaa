#include "keyed_private.h"

enum sketch_status keyed_create(struct keyed **out, const struct keyed_kind *kind,
                                const void *like, const struct sketch_memory *memory)
{
    void *empty = NULL;
    enum sketch_status status = SKETCH_OK;
    *out = NULL;
    if (like && kind->ops->create_like) {
        status = kind->ops->create_like(&empty, like, memory);
    }
    if (status == SKETCH_OK) {
        *out = sketch_allocate(memory, sizeof **out);
    }
    if (!*out) {
        kind->ops->free(empty);
        return SKETCH_NOMEM;
    }
    **out = (struct keyed){kind, empty, keyed_table_empty(memory)};
    return SKETCH_OK;
}

void keyed_free(struct keyed *keyed)
{
    if (keyed) {
        struct sketch_memory memory = keyed->table.memory;
        for (uint32_t i = 0; i < keyed->table.count; i++) {
            keyed->kind->ops->free(keyed->table.entries[i].sketch);
        }
        keyed->kind->ops->free(keyed->like);
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

struct hash keyed_hash(const struct item *key)
{
    return key ? item_hash(*key) : (struct hash){0, 0};
}

void keyed_await(const struct keyed *keyed, struct hash hash)
{
    keyed_table_await(&keyed->table, hash);
}

uint32_t keyed_expect(const struct keyed *keyed, struct hash hash)
{
    return keyed_table_expect(&keyed->table, hash);
}

void *keyed_find(const struct keyed *keyed, const struct item *key, struct hash hash,
                 uint32_t expected)
{
    const struct keyed_table *table = &keyed->table;
    uint32_t number =
        key && expected != KEYED_NONE &&
                item_equal(item_copy_item(&table->entries[expected].key), *key)
            ? expected
            : keyed_table_find(table, key, hash);
    return number == KEYED_NONE ? NULL : table->entries[number].sketch;
}

enum sketch_status keyed_read(const struct keyed *keyed, void **sketch,
                              const uint8_t *bytes, size_t size)
{
    return sketch_read(keyed->kind->ops, sketch, keyed->like, bytes, size,
                       &keyed->table.memory);
}

enum sketch_status keyed_put(struct keyed *keyed, const struct item *key,
                             struct hash hash, void *sketch)
{
    return keyed_table_put(&keyed->table, key, hash, sketch);
}
