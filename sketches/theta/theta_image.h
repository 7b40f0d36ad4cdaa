/* A compact image, before its hashes are looked at. */
#ifndef THETA_IMAGE_H
#define THETA_IMAGE_H

#include "theta_private.h"

/* What an image may suffer from. */
enum theta_fault {
    THETA_IS_SOUND,
    THETA_IS_DAMAGED,
    THETA_IS_TRUNCATED,
    THETA_HAS_OTHER_SEED,
    THETA_IS_OUT_OF_ORDER
};

struct theta_image {
    const uint8_t *hashes;
    size_t count;
    uint64_t limit;
    unsigned packed_bits; /* of the differences that there are instead; 0: hashes */
    bool is_ordered;
    bool has_items;
};

/* Reads the header, and compares it with the length; it borrows from the bytes. */
enum theta_fault theta_image_open(struct theta_image *image, const uint8_t *bytes,
                                  size_t size);

/* Looks at the hashes of an image that lists them in order. */
enum theta_fault theta_image_check_order(const struct theta_image *image);

/* Writes the hashes, in order, to where there is room for them. */
enum theta_fault theta_image_take(const struct theta_image *image, uint64_t *hashes);

#endif
