/* Items as top-k looks them up, and as its entries keep them. */
#ifndef TOPK_KEY_H
#define TOPK_KEY_H

#include "item_copy.h"

#include <string.h>

/* Of so many bytes at most, the words are the item. */
enum { TOPK_NEAR = 15 };

/* An item as the index sees it: two words that equal items share and, but for long
 * ones, only equal items. */
struct topk_probe {
    struct item item;
    uint64_t form;           /* of equal items equal: their class and size */
    struct hash_words words; /* of a number its bits; of at most TOPK_NEAR bytes those,
                          little-endian; of a long item its hash */
};

/* An item that the sketch owns. */
struct topk_key {
    uint64_t form;
    struct hash_words words;
    struct item_copy copy;
};

/* `known` is item_bytes_hash() of the item; NULL: it is computed if it is needed. */
__attribute__((always_inline)) static inline void
topk_probe_set_known(struct topk_probe *probe, struct item item,
                     const struct hash *known)
{
    uint64_t class = item.kind == ITEM_WHOLE ? ITEM_INTEGER : item.kind;
    probe->item = item;
    probe->form = class << 32 | item.size;
    if (item_is_number(item)) {
        probe->words = (struct hash_words){item.as.bits, 0};
    } else if (item.size <= TOPK_NEAR) {
        probe->words = hash_tail(item.as.bytes, item.size);
    } else {
        struct hash hash = known ? *known : hash_bytes(item.as.bytes, item.size);
        probe->words = (struct hash_words){hash.h1, hash.h2};
    }
}

__attribute__((always_inline)) static inline void
topk_probe_set(struct topk_probe *probe, struct item item)
{
    topk_probe_set_known(probe, item, NULL);
}

/* The h1 of item_bytes_hash(). */
static inline uint64_t topk_probe_hash(const struct topk_probe *probe)
{
    if (probe->item.size > TOPK_NEAR) {
        return probe->words.k1;
    }
    size_t size = item_is_number(probe->item) ? 8 : probe->item.size;
    return hash_short(probe->words, size).h1;
}

static inline struct item topk_key_item(const struct topk_key *key)
{
    return item_copy_item(&key->copy);
}

static inline bool topk_key_equals(const struct topk_key *key,
                                   const struct topk_probe *probe)
{
    return key->words.k1 == probe->words.k1 && key->words.k2 == probe->words.k2 &&
           key->form == probe->form &&
           (key->copy.size <= TOPK_NEAR ||
            memcmp(topk_key_item(key).as.bytes, probe->item.as.bytes, key->copy.size) ==
                0);
}

/* Copies the item.  On failure, SKETCH_NOMEM, there is nothing to drop. */
static inline enum sketch_status topk_key_make(struct topk_key *key,
                                               const struct topk_probe *probe,
                                               const struct sketch_memory *memory)
{
    *key = (struct topk_key){.form = probe->form, .words = probe->words};
    return item_copy_make(&key->copy, probe->item, memory);
}

/* The same without asking for memory: see item_copy_into. */
static inline struct topk_key topk_key_into(const struct topk_probe *probe,
                                            uint8_t *block)
{
    return (struct topk_key){probe->form, probe->words,
                             item_copy_into(probe->item, block)};
}

static inline void topk_key_drop(struct topk_key *key,
                                 const struct sketch_memory *memory)
{
    item_copy_drop(&key->copy, memory);
}

#endif
