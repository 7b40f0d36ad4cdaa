/* What the samplers have in common: items of their own, and a choice by hash. */
#ifndef ITEM_LIST_H
#define ITEM_LIST_H

#include "bytes.h"
#include "item.h"
#include "random.h"
#include "sketch.h"

enum {
    SAMPLE_MAX = 1000000, /* items */
    SAMPLE_NEAR = 16
};

/* A copy of an item.  Texts and blobs that are short lie near. */
struct sample_slot {
    enum item_kind kind;
    uint32_t size;
    union {
        uint64_t bits;
        uint8_t near[SAMPLE_NEAR];
        uint8_t *far;
    } as;
};

/* A growing list of copies; all zero is the empty one.  Its memory comes from the
 * sampler, and goes with sample_clear. */
struct sample {
    struct sample_slot *slots;
    uint32_t count;
    uint32_t room;
};

/* Makes room for so many items. */
enum sketch_status sample_reserve(struct sample *sample, uint32_t count,
                                  const struct sketch_memory *memory);

enum sketch_status sample_append(struct sample *sample, struct item item,
                                 const struct sketch_memory *memory);

/* The item at index `at` goes, and this one takes its place. */
enum sketch_status sample_replace(struct sample *sample, uint32_t at, struct item item,
                                  const struct sketch_memory *memory);

/* Lent until the sample changes. */
struct item sample_item(const struct sample *sample, uint32_t at);

/* Copies any `keep` items of `from`, each set of them as likely as any other, in
 * their order; there are that many, and all need no random numbers.  `out` is empty,
 * and on failure it has to be cleared. */
enum sketch_status sample_copy_some(struct sample *out, const struct sample *from,
                                    uint32_t keep, struct random *random,
                                    const struct sketch_memory *memory);

/* Drops all but any `keep` items, in the same way. */
void sample_thin(struct sample *sample, uint32_t keep, struct random *random,
                 const struct sketch_memory *memory);

/* Moves all items of `from` behind the others, where there has to be room, and clears
 * it. */
void sample_join(struct sample *sample, struct sample *from,
                 const struct sketch_memory *memory);

/* Gives everything back. */
void sample_clear(struct sample *sample, const struct sketch_memory *memory);

/* In images an item is its kind, then eight bytes for a number, or a varint size and
 * the bytes. */
size_t sample_image_size(const struct sample *sample);
uint8_t *sample_put(const struct sample *sample, uint8_t *p);
enum sketch_status sample_take(struct sample *sample, struct reader *r, uint32_t count,
                               const struct sketch_memory *memory);

/* A choice that depends on the key alone: with the same p and seed a key is always in
 * or always out, a share of p of all keys is in, and what is in stays in when p grows.
 * Another seed chooses independently.  NaN and p <= 0 choose nothing, p >= 1 all. */
bool sample_keeps(struct hash key, double p, uint64_t seed);

#endif
