/* Images in: read, checked, merged. */
#include "keyed_image.h"
#include "keyed_private.h"

/* Entries that an image has named: a bit for each number. */
static bool keyed_mark(uint8_t *marks, uint32_t number)
{
    uint8_t bit = (uint8_t)(1 << number % 8);
    bool is_new = !(marks[number / 8] & bit);
    marks[number / 8] |= bit;
    return is_new;
}

static enum sketch_status keyed_absorb_new(struct keyed *into, struct hash hash,
                                           const struct keyed_image_entry *entry)
{
    void *sketch;
    enum sketch_status status = keyed_read(into, &sketch, entry->bytes, entry->size);
    if (status == SKETCH_OK) {
        status = keyed_put(into, entry->key, hash, sketch);
        if (status != SKETCH_OK) {
            into->kind->ops->free(sketch);
        }
    }
    return status;
}

/* One entry, whose key the image may not have named before. */
static enum sketch_status keyed_absorb_entry(struct keyed *into, uint8_t *marks,
                                             const struct keyed_image_entry *entry)
{
    struct hash hash = keyed_hash(entry->key);
    uint32_t number = keyed_table_find(&into->table, entry->key, hash);
    bool is_new = number == KEYED_NONE;
    if (!keyed_mark(marks, is_new ? into->table.count : number)) {
        return SKETCH_CORRUPT;
    }
    return is_new ? keyed_absorb_new(into, hash, entry)
                  : into->kind->ops->absorb(into->table.entries[number].sketch,
                                            entry->bytes, entry->size);
}

static enum sketch_status keyed_absorb_entries(struct keyed *into,
                                               struct keyed_reader *r)
{
    const struct sketch_memory *memory = &into->table.memory;
    struct keyed_image_entry entry;
    enum sketch_status status = SKETCH_OK;
    size_t numbers = into->table.count + (size_t)r->left;
    uint8_t *marks = sketch_allocate(memory, numbers / 8 + 1);
    if (!marks) {
        return SKETCH_NOMEM;
    }
    while (status == SKETCH_OK && keyed_read_entry(r, &entry)) {
        status = keyed_absorb_entry(into, marks, &entry);
    }
    sketch_release(memory, marks);
    return status == SKETCH_OK && !keyed_read_all(r) ? SKETCH_CORRUPT : status;
}

enum sketch_status keyed_absorb(struct keyed *into, const uint8_t *bytes, size_t size)
{
    struct keyed_reader r;
    const struct keyed_kind *kind = keyed_read_header(&r, bytes, size);
    if (!kind) {
        return SKETCH_CORRUPT;
    }
    return kind == into->kind ? keyed_absorb_entries(into, &r) : SKETCH_MISMATCH;
}

enum sketch_status keyed_merge(struct keyed *into, const struct keyed *from)
{
    uint8_t *bytes;
    size_t size;
    enum sketch_status status = keyed_serialise(from, &bytes, &size);
    if (status == SKETCH_OK) {
        status = keyed_absorb(into, bytes, size);
        sketch_release(&from->table.memory, bytes);
    }
    return status;
}

enum sketch_status keyed_deserialise(struct keyed **out, const uint8_t *bytes,
                                     size_t size, const struct sketch_memory *memory)
{
    struct keyed *keyed;
    struct keyed_reader r;
    const struct keyed_kind *kind = keyed_read_header(&r, bytes, size);
    *out = NULL;
    if (!kind) {
        return SKETCH_CORRUPT;
    }
    enum sketch_status status = keyed_create(&keyed, kind, NULL, memory);
    if (status != SKETCH_OK) {
        return status;
    }
    status = keyed_absorb_entries(keyed, &r);
    if (status != SKETCH_OK) {
        keyed_free(keyed);
        return status;
    }
    *out = keyed;
    return SKETCH_OK;
}

/* Reads the sketch of an entry and lets it go; the key is kept, to know it again. */
static enum sketch_status keyed_check_entry(struct keyed *keys,
                                            const struct keyed_image_entry *entry)
{
    void *sketch;
    struct hash hash = keyed_hash(entry->key);
    if (keyed_table_find(&keys->table, entry->key, hash) != KEYED_NONE) {
        return SKETCH_CORRUPT;
    }
    enum sketch_status status = keys->kind->ops->deserialise(
        &sketch, entry->bytes, entry->size, &keys->table.memory);
    keys->kind->ops->free(sketch);
    return status == SKETCH_OK ? keyed_put(keys, entry->key, hash, NULL) : status;
}

enum sketch_status keyed_check(const uint8_t *bytes, size_t size,
                               const struct sketch_memory *memory)
{
    struct keyed *keys;
    struct keyed_reader r;
    struct keyed_image_entry entry;
    const struct keyed_kind *kind = keyed_read_header(&r, bytes, size);
    if (!kind) {
        return SKETCH_CORRUPT;
    }
    enum sketch_status status = keyed_create(&keys, kind, NULL, memory);
    if (status != SKETCH_OK) {
        return status;
    }
    while (status == SKETCH_OK && keyed_read_entry(&r, &entry)) {
        status = keyed_check_entry(keys, &entry);
    }
    keyed_free(keys);
    return status == SKETCH_OK && !keyed_read_all(&r) ? SKETCH_CORRUPT : status;
}
