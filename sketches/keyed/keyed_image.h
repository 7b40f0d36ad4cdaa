/* The image of keyed sketches, entry by entry: docs/formats.md has its bytes. */
#ifndef KEYED_IMAGE_H
#define KEYED_IMAGE_H

#include "bytes.h"
#include "keyed.h"

struct keyed_reader {
    struct reader bytes;
    uint64_t left; /* entries that are still to come */
};

/* What an entry says; lent by the image. */
struct keyed_image_entry {
    struct item item;       /* the key, unless that is NULL */
    const struct item *key; /* that item, or NULL */
    const uint8_t *bytes;   /* the sketch */
    size_t size;
};

/* Reads what stands before the first entry: the kind, or NULL if that is damaged. */
const struct keyed_kind *keyed_read_header(struct keyed_reader *r, const uint8_t *bytes,
                                           size_t size);

/* Reads the next entry; false when there is none, or it is damaged.  Of the sketch only
 * where it ends is looked at.  `entry->key` points into *entry. */
bool keyed_read_entry(struct keyed_reader *r, struct keyed_image_entry *entry);

/* True when all entries were read, and nothing else is there. */
bool keyed_read_all(const struct keyed_reader *r);

#endif
