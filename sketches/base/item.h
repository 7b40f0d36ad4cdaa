/*
 * What is counted: a number, a text or a blob.
 *
 * Equality is SQL's: an INTEGER equals a REAL of the same value.  So that equal
 * items hash alike, a REAL with an integral value that fits an int64 is held as
 * that integer, in a kind of its own that remembers how to print it.
 */
#ifndef ITEM_H
#define ITEM_H

#include "hash.h"

#include <stdbool.h>

enum item_kind {
    ITEM_INTEGER = 1, /* bits: the int64 */
    ITEM_WHOLE = 2,   /* a REAL that equals an int64; bits: that int64 */
    ITEM_REAL = 3,    /* any other REAL; bits: its IEEE-754 form */
    ITEM_TEXT = 4,    /* size bytes of UTF-8 */
    ITEM_BLOB = 5     /* size bytes */
};

struct item {
    enum item_kind kind;
    uint32_t size; /* of text and blob; 0 for numbers */
    union {
        uint64_t bits;
        const uint8_t *bytes; /* borrowed; may be NULL when size is 0 */
    } as;
};

struct item item_real(double value); /* not NaN, which SQL does not have */

static inline struct item item_integer(int64_t value)
{
    return (struct item){.kind = ITEM_INTEGER, .as.bits = (uint64_t)value};
}

static inline struct item item_text(const void *bytes, uint32_t size)
{
    return (struct item){.kind = ITEM_TEXT, .size = size, .as.bytes = bytes};
}

static inline struct item item_blob(const void *bytes, uint32_t size)
{
    return (struct item){.kind = ITEM_BLOB, .size = size, .as.bytes = bytes};
}

static inline bool item_is_number(struct item item) { return item.kind <= ITEM_REAL; }

/* True for items as the functions above make them: an ITEM_REAL is no number that
 * belongs in another kind, and is not NaN. */
bool item_is_canonical(struct item item);

/* The value of an ITEM_INTEGER or ITEM_WHOLE, and of an ITEM_WHOLE or ITEM_REAL. */
int64_t item_as_integer(struct item item);
double item_as_real(struct item item);

bool item_equal(struct item a, struct item b);

/* Equal for equal items, and different for others but by accident: integers, other
 * REALs, texts and blobs each have a seed of their own.  The hash mixes a size into the
 * low bits of its seed, so that seeds have to differ in the others. */
static inline struct hash item_hash(struct item item)
{
    uint64_t class = item.kind <= ITEM_WHOLE ? 0 : item.kind;
    uint64_t seed = class << 32 | HASH_SEED;
    return item_is_number(item) ? hash_u64_seeded(item.as.bits, seed)
                                : hash_bytes_seeded(item.as.bytes, item.size, seed);
}

/* The hash of its bytes alone, as Apache DataSketches has it: a text, a blob and a
 * number of the same bytes have the same one. */
static inline struct hash item_bytes_hash(struct item item)
{
    return item_is_number(item) ? hash_u64(item.as.bits)
                                : hash_bytes(item.as.bytes, item.size);
}

/* Negative, zero or positive, in SQL's order: numbers by value, texts by their
 * bytes, blobs by their bytes.  Zero just for equal items. */
int item_compare(struct item a, struct item b);

#endif
