/*
 * A sketch for every key: what GROUP BY would give, in one object and one image.
 *
 * Written over the operations that all families have in common.  Keys are items, equal
 * as SQL has it, and NULL is a key, too.  They stay in the order in which they came, so
 * that the same rows give the same bytes.  Time is linear in what is given, also if
 * keys were chosen to have one hash.
 */
#ifndef KEYED_H
#define KEYED_H

#include "item.h"
#include "sketch.h"

struct keyed;

#define KEYED_NONE UINT32_MAX /* the number of no key */

/* A family whose sketches may have keys. */
struct keyed_kind {
    const char *name; /* of the whole: "hll_by" */
    const struct sketch_ops *ops;
};

/* All of them, ending with a nameless one. */
extern const struct keyed_kind keyed_kinds[];

/* The kind of a family, or NULL. */
const struct keyed_kind *keyed_kind_of(const struct sketch_ops *ops);

/* The kind that an image opens like, or NULL; no bytes is allowed, and then `bytes` may
 * be NULL. */
const struct keyed_kind *keyed_kind_in(const uint8_t *bytes, size_t size);

/* Creates one without keys.  Its sketches have to come from the same memory.  `like` is
 * a sketch of the family with the parameters that sketches of new keys get where their
 * images do not tell them; NULL: those that the family takes for them. */
enum sketch_status keyed_create(struct keyed **out, const struct keyed_kind *kind,
                                const void *like, const struct sketch_memory *memory);

/* The hash of a key, where NULL is SQL's NULL: to be given with it below. */
struct hash keyed_hash(const struct item *key);

/*
 * The sketch of a key is found in three steps, each of which asks for the memory that
 * the next one reads: who has many keys to find takes a step with all of them, and
 * waits for memory once.  keyed_expect() gives the number that is most likely the
 * key's, or KEYED_NONE, and it stays so when keys are put in.  The last step alone,
 * with KEYED_NONE, finds a key as well.  The sketch is NULL if there is no such key; it
 * is the caller's to add to, but not to free.
 */
void keyed_await(const struct keyed *keyed, struct hash hash);
uint32_t keyed_expect(const struct keyed *keyed, struct hash hash);
void *keyed_find(const struct keyed *keyed, const struct item *key, struct hash hash,
                 uint32_t expected);

/* The sketch of an image, for a key of this one. */
enum sketch_status keyed_read(const struct keyed *keyed, void **sketch,
                              const uint8_t *bytes, size_t size);

/* Gives a sketch to a key that has none, and takes it over.  On failure, SKETCH_NOMEM,
 * it stays the caller's. */
enum sketch_status keyed_put(struct keyed *keyed, const struct item *key,
                             struct hash hash, void *sketch);

const struct keyed_kind *keyed_kind(const struct keyed *keyed);
const struct sketch_memory *keyed_memory(const struct keyed *keyed);
uint32_t keyed_count(const struct keyed *keyed);

/* The key of a number below the count: false for SQL's NULL.  And its sketch. */
bool keyed_key(const struct keyed *keyed, uint32_t number, struct item *key);
const void *keyed_sketch(const struct keyed *keyed, uint32_t number);

/*
 * Merges the sketches of each key, those of an image in the second case; keys that are
 * new come after the others.  SKETCH_MISMATCH if the kinds differ.  Each sketch is
 * merged as its family does; after a failure `into` is sound, but may stand for some
 * keys of the other, too: to undo that would take a copy of all sketches.
 */
enum sketch_status keyed_merge(struct keyed *into, const struct keyed *from);
enum sketch_status keyed_absorb(struct keyed *into, const uint8_t *bytes, size_t size);

/* As all families have it; see struct sketch_ops for totals. */
enum sketch_status keyed_serialise(const struct keyed *keyed, uint8_t **bytes,
                                   size_t *size);
enum sketch_status keyed_serialise_total(const struct keyed *keyed, uint8_t **bytes,
                                         size_t *size);
enum sketch_status keyed_deserialise(struct keyed **out, const uint8_t *bytes,
                                     size_t size, const struct sketch_memory *memory);
void keyed_free(struct keyed *keyed); /* NULL is allowed */

/* As keyed_deserialise, but keeps no sketches: SKETCH_OK for a sound image. */
enum sketch_status keyed_check(const uint8_t *bytes, size_t size,
                               const struct sketch_memory *memory);

/* For all kinds; the family is "by". */
extern const struct sketch_ops keyed_ops;

#endif
