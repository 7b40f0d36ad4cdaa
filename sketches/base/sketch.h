/*
 * What every sketch has in common.
 *
 * A sketch reads a stream once, keeps a small summary of it, and answers one
 * kind of question within a stated error.  Two summaries merge into the
 * summary of both streams; an empty sketch is the neutral element of merging,
 * whatever parameters it was made with.
 */
#ifndef SKETCH_H
#define SKETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arithmetic.h"

/* What a call that can fail returns.  After a failure the object is as it was. */
enum sketch_status {
    SKETCH_OK = 0,
    SKETCH_NOMEM,    /* the memory hook refused */
    SKETCH_RANGE,    /* an argument is outside its documented range */
    SKETCH_MISMATCH, /* the sketches were made with parameters that do not merge */
    SKETCH_OVERFLOW, /* the total would pass SKETCH_MAX_TOTAL */
    SKETCH_CORRUPT   /* the bytes are not a sketch of this family */
};

/* The largest total weight a sketch counts: what SQL's INTEGER can say. */
#define SKETCH_MAX_TOTAL UINT64_C(0x7fffffffffffffff)

/* One phrase for people, such as "out of memory"; never NULL. */
const char *sketch_message(enum sketch_status status);

/*
 * Where memory comes from.  One function does it all: resize(ctx, NULL, n)
 * allocates, resize(ctx, block, 0) frees and returns NULL, and a refusal
 * returns NULL and leaves the block as it was.  A sketch keeps a copy of this
 * structure; ctx has to outlive it.
 */
struct sketch_memory {
    void *(*resize)(void *ctx, void *block, size_t size);
    void *ctx;
};

extern const struct sketch_memory sketch_libc_memory;

/* `size` zeroed bytes, or NULL; size 0 is not allowed. */
void *sketch_allocate(const struct sketch_memory *memory, size_t size);

/* Gives back what came from the same memory; NULL is allowed. */
void sketch_release(const struct sketch_memory *memory, void *block);

/* Adding in place makes an image at most so many bytes longer. */
enum { SKETCH_SPARE = 32 };

/* Is shown a sketch for the length of the call. */
typedef void sketch_visit_fn(const void *sketch, void *ctx);

/*
 * The operations that need no knowledge of what is being summarised.  Each
 * family exports one such table, so that SQL functions, tests and fuzzers are
 * written once for all families.
 */
struct sketch_ops {
    const char *family; /* "topk": the prefix of its names, in C and in SQL */

    /* True when the bytes open like an image of this family; decides which
     * family a stored sketch belongs to, and promises nothing more. */
    bool (*recognises)(const uint8_t *bytes, size_t size);

    /* What bytes are that open so but are not read, for people: "a truncated one".
     * NULL, or no such function: a damaged one, more is not known. */
    const char *(*fault)(const uint8_t *bytes, size_t size);

    /* After this `into` stands for both streams; `from` is left alone. */
    enum sketch_status (*merge)(void *into, const void *from);

    /* The sketch as bytes: a block of *size bytes from the sketch's own memory
     * hook that the caller releases.  Changes nothing that can be observed. */
    enum sketch_status (*serialise)(const void *sketch, uint8_t **bytes, size_t *size);

    /* The same of a total of stored sketches, of no more than its parameters allow.
     * NULL: there never is more. */
    enum sketch_status (*serialise_total)(const void *sketch, uint8_t **bytes,
                                          size_t *size);

    /* A sketch from bytes that nobody vouches for: SKETCH_CORRUPT unless the
     * family's writer could have written them.  *out is NULL on failure. */
    enum sketch_status (*deserialise)(void **out, const uint8_t *bytes, size_t size,
                                      const struct sketch_memory *memory);

    /* What deserialise would return, where finding out takes less than all of that
     * sketch.  NULL: it takes a sketch. */
    enum sketch_status (*check)(const uint8_t *bytes, size_t size,
                                const struct sketch_memory *memory);

    /* A sketch without items that is otherwise like this one: where an image does not
     * tell the parameters, others begin as such a one.  NULL: it does. */
    enum sketch_status (*create_like)(void **out, const void *sketch,
                                      const struct sketch_memory *memory);

    /* Merges the sketch that is stored in these bytes, as deserialise and merge would,
     * with the same statuses, but without making an object of them. */
    enum sketch_status (*absorb)(void *into, const uint8_t *bytes, size_t size);

    void (*free)(void *sketch); /* NULL is allowed */
};

/* The sketch of an image, with the parameters of `like` where images do not tell them;
 * NULL: with those that deserialise takes for them. */
enum sketch_status sketch_read(const struct sketch_ops *ops, void **out,
                               const void *like, const uint8_t *bytes, size_t size,
                               const struct sketch_memory *memory);

#endif
