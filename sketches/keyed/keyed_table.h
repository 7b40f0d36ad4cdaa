/*
 * From keys to entries, which are numbered in the order in which they came.
 *
 * A key is an item, or a NULL pointer for SQL's NULL.  The caller brings the hash
 * along.
 */
#ifndef KEYED_TABLE_H
#define KEYED_TABLE_H

#include "item_copy.h"
#include "keyed.h"

/* A key and what is kept for it. */
struct keyed_entry {
    struct item_copy key;
    void *sketch;
};

/* Where the key of an entry is found. */
struct keyed_slot {
    uint32_t tag;   /* the low half of the hash's h1, or of the salted hash */
    uint32_t count; /* the entry's number and one; 0: a free slot */
    void *sketch;   /* the entry's, so that it can be fetched meanwhile */
};

struct keyed_table {
    struct sketch_memory memory;
    struct keyed_entry *entries;
    struct keyed_slot *slots;
    uint32_t mask;    /* number of slots - 1; 0: there are none */
    uint32_t count;   /* entries */
    uint32_t room;    /* for so many */
    uint32_t null;    /* the entry of NULL, or KEYED_NONE */
    uint32_t longest; /* so many slots are looked at */
    uint64_t salt;    /* 0: keys are found by the hash that comes with them */
};

struct keyed_table keyed_table_empty(const struct sketch_memory *memory);

/* The entry of that key, or KEYED_NONE. */
uint32_t keyed_table_find(const struct keyed_table *table, const struct item *key,
                          struct hash hash);

/* Asks for the memory of a key's first slot. */
void keyed_table_await(const struct keyed_table *table, struct hash hash);

/* The first entry whose key has that hash's tag, or KEYED_NONE; asks for its memory,
 * and that of the beginning of its sketch. */
uint32_t keyed_table_expect(const struct keyed_table *table, struct hash hash);

/* Adds an entry, as the last one, for a key that has none, and keeps a copy of the key.
 * SKETCH_NOMEM leaves all as it was. */
enum sketch_status keyed_table_put(struct keyed_table *table, const struct item *key,
                                   struct hash hash, void *sketch);

/* Gives back all but the sketches. */
void keyed_table_release(struct keyed_table *table);

#endif
