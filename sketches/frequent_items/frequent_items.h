/*
 * Top-k for others: the frequent-items image of Apache DataSketches, written out of a
 * top-k sketch and read into one.
 *
 * Such an image has a weight for each item that it lists, and one offset for all:
 *
 *     a listed item:  weight <= frequency <= weight + offset
 *     any other:      frequency <= offset
 *
 * so that both directions keep every bound true.  It holds items of one type, and does
 * not say which.
 */
#ifndef FREQUENT_ITEMS_H
#define FREQUENT_ITEMS_H

#include "topk.h"

enum { FREQUENT_ITEMS_FAMILY = 10 }; /* the third byte of every image */

enum frequent_items_type {
    FREQUENT_TEXTS,   /* UTF-8, each with its length in four bytes before it */
    FREQUENT_INTEGERS /* of eight bytes */
};

/* Spark keeps eight bytes behind an image: how many NULLs there were, big-endian. */
enum frequent_items_form { FREQUENT_IMAGE, FREQUENT_IMAGE_OF_SPARK };

/* The image of a sketch: a block from `memory`, which is that of the sketch.  The
 * offset is the largest of all errors and of the bound for items that are not listed.
 * Entries stand by falling weight, then in the items' order.
 *
 * SKETCH_MISMATCH unless all items are texts that are UTF-8, or all are integers, REALs
 * of such a value included.  Then odd[0] is the first, best ones first, that is neither
 * or not what the best one is, and odd[1] that best one; borrowed from the sketch. */
enum sketch_status frequent_items_write(const struct topk *sketch,
                                        enum frequent_items_form form, uint8_t **bytes,
                                        size_t *size, struct item odd[2],
                                        const struct sketch_memory *memory);

/* What is wrong with an image. */
struct frequent_items_fault {
    const char *what; /* said of the image, or of one item: "is not UTF-8" */
    size_t item;      /* from 1 on; 0: of none */
};

/* A sketch for the top k, with at least as many counters as topk_default_counters(),
 * and as many as the image has, up to TOPK_MAX_COUNTERS: of more items the best stay.
 * An item that is listed gets its weight and the offset for its count, and the offset
 * for its error; the offset stays the bound for all others.  Either form is read; NULLs
 * are no items.
 *
 * SKETCH_CORRUPT for bytes that no writer of that format makes, SKETCH_MISMATCH for
 * items of another type, as far as that shows, SKETCH_RANGE for a wrong k; *fault says
 * more of the first two.  The image's bytes are not needed afterwards. */
enum sketch_status frequent_items_read(struct topk **out, const uint8_t *bytes,
                                       size_t size, enum frequent_items_type type,
                                       int k, struct frequent_items_fault *fault,
                                       const struct sketch_memory *memory);

#endif
