/* The inside of a profile, which its parts and tests share; nothing of it is for
 * callers. */
#ifndef PROFILE_PRIVATE_H
#define PROFILE_PRIVATE_H

#include "profile.h"

#include "hll.h"
#include "tdigest.h"

/* The sketches that a profile is made of. */
enum profile_part {
    PROFILE_DISTINCT, /* struct hll: of all values */
    PROFILE_FREQUENT, /* struct topk: of all values, cut */
    PROFILE_SOME,     /* struct reservoir: of all values, cut */
    PROFILE_NUMBERS,  /* struct tdigest: of the finite numbers */
    PROFILE_PARTS
};

extern const struct sketch_ops *const profile_part_ops[PROFILE_PARTS];

/* An item, or its first bytes. */
struct profile_value {
    enum item_kind kind;
    uint32_t size; /* PROFILE_MOST_BYTES: perhaps there were more */
    union {
        uint64_t bits;
        uint8_t bytes[PROFILE_MOST_BYTES];
    } as;
};

/* A value as the parts get it. */
struct profile_row {
    struct item item; /* cut */
    struct hash hash; /* of the whole */
    struct hash cut_hash;
};

/* What is counted without a sketch. */
struct profile_counts {
    uint64_t rows; /* the sum of the others */
    uint64_t nulls;
    uint64_t of[ITEM_BLOB + 1]; /* by item_kind; whole REALs among the REALs */
    uint64_t least_size;        /* of texts and BLOBs; if there are none 0 */
    uint64_t most_size;
    uint64_t bytes;
};

/*
 * A row goes to up to four parts, each of which may be refused memory and is then as it
 * was, while others have taken the row.  They could not give it back.  So the row
 * counts from the moment that the first part is asked, and what is missing of it is
 * owed: it is paid before anything else happens, and if memory is refused again, that
 * fails instead.
 */
struct profile {
    struct sketch_memory memory;
    struct profile_counts counts;
    void *parts[PROFILE_PARTS]; /* NULL: none of its values has come */
    unsigned owed;              /* a bit for each part that the last row has not
                                   reached; 0 nearly always */
    struct hash owed_hash;
    struct profile_value owed_value;
    struct profile_value least; /* unused when all rows are NULL */
    struct profile_value most;
};

static inline struct item profile_value_item(const struct profile_value *value)
{
    struct item item = {.kind = value->kind, .size = value->size};
    if (item_is_number(item)) {
        item.as.bits = value->as.bits;
    } else {
        item.as.bytes = value->as.bytes;
    }
    return item;
}

void profile_value_set(struct profile_value *value, struct item item);

/* Cuts a text or a BLOB for those who look at it. */
struct item profile_show(struct item item, uint8_t bytes[PROFILE_MOST_BYTES]);

static inline uint64_t profile_reals_of(const struct profile_counts *counts)
{
    return counts->of[ITEM_WHOLE] + counts->of[ITEM_REAL];
}

static inline uint64_t profile_numbers_of(const struct profile_counts *counts)
{
    return counts->of[ITEM_INTEGER] + profile_reals_of(counts);
}

static inline uint64_t profile_long_of(const struct profile_counts *counts)
{
    return counts->of[ITEM_TEXT] + counts->of[ITEM_BLOB];
}

static inline uint64_t profile_values_of(const struct profile_counts *counts)
{
    return counts->rows - counts->nulls;
}

/* Pays what is owed, so that every part has every row.  A profile that is only asked
 * is changed, too, but stands for the same rows. */
enum sketch_status profile_settle(const struct profile *sketch);

/* A copy of a part, by its image. */
enum sketch_status profile_copy_part(int part, void **copy, const void *from,
                                     const struct sketch_memory *memory);

/* Gives back the parts that there are. */
void profile_release_parts(void *parts[PROFILE_PARTS]);

/* True when the bytes open like an image. */
bool profile_recognises(const uint8_t *bytes, size_t size);

#endif
