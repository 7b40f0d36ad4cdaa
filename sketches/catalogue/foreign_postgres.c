/*
 * PostgreSQL's hll, schema version 1 of its storage specification: a nibble for the
 * version and one for the type; the width of a register less one in three bits and log2
 * of their number in five; whether sparse sketches are made, and when a list ends.
 * Then, by type, nothing; the hashes in ascending order; pairs of place and value,
 * packed; or all registers, packed.  Bits go from high to low, bytes are big-endian.
 *
 * Three bytes do not say much, so the rest has to be in order, too.
 */
#include "foreign_private.h"

#include <stdbool.h>

enum {
    POSTGRES_HEADER = 3,
    POSTGRES_EMPTY = 0x11,
    POSTGRES_LIST,
    POSTGRES_SPARSE,
    POSTGRES_FULL
};

/* It keeps a byte for each register, in at most 128 KB. */
enum {
    POSTGRES_MIN_LG = 4,
    POSTGRES_MAX_LG = 17,
    POSTGRES_AUTOMATIC = 63,
    POSTGRES_MAX_CUTOFF = 31
};

struct postgres_image {
    const uint8_t *data; /* what follows the header */
    size_t size;
    unsigned lg;
    unsigned width;
    unsigned cutoff;
    bool sparse;
};

static size_t foreign_full_size(const struct postgres_image *image)
{
    return (((size_t)image->width << image->lg) + 7) / 8;
}

/* Signed numbers of eight bytes; as many as the cutoff says, or as fit into the space
 * of the registers. */
static bool foreign_is_postgres_list(const struct postgres_image *image)
{
    size_t count = image->size / 8;
    size_t most = image->cutoff == POSTGRES_AUTOMATIC ? foreign_full_size(image) / 8
                  : image->cutoff                     ? (size_t)1 << (image->cutoff - 1)
                                                      : 0;
    if (image->size % 8 != 0 || count < 1 || count > most) {
        return false;
    }
    uint64_t previous = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t number = 0;
        for (size_t j = 0; j < 8; j++) {
            number = number << 8 | image->data[8 * i + j];
        }
        number ^= UINT64_C(1) << 63; /* in the order of signed numbers */
        if (i > 0 && number <= previous) {
            return false;
        }
        previous = number;
    }
    return true;
}

static unsigned foreign_bit(const struct postgres_image *image, size_t at)
{
    return (unsigned)image->data[at / 8] >> (7 - at % 8) & 1;
}

/* Words of a place, always a higher one, and its value; zeros fill the last byte. */
static bool foreign_is_postgres_sparse(const struct postgres_image *image)
{
    size_t bits = 8 * image->size;
    size_t word_bits = image->lg + image->width;
    size_t at = 0;
    uint64_t next = 0;
    if (!image->sparse || image->size > foreign_full_size(image)) {
        return false;
    }
    while (bits - at >= word_bits) {
        uint64_t word = 0;
        for (size_t i = 0; i < word_bits; i++) {
            word = word << 1 | foreign_bit(image, at + i);
        }
        bool is_pair =
            word >> image->width >= next && word & ((1u << image->width) - 1);
        if (!is_pair) {
            break;
        }
        next = (word >> image->width) + 1;
        at += word_bits;
    }
    bool padded = at > 0 && bits - at < 8;
    for (; padded && at < bits; at++) {
        padded = foreign_bit(image, at) == 0;
    }
    return padded;
}

static bool foreign_is_postgres_full(const struct postgres_image *image)
{
    return image->size == foreign_full_size(image);
}

const char *foreign_postgres(const uint8_t *bytes, size_t size)
{
    if (size < POSTGRES_HEADER) {
        return NULL;
    }
    struct postgres_image image = {
        .data = bytes + POSTGRES_HEADER,
        .size = size - POSTGRES_HEADER,
        .lg = bytes[1] & 0x1f,
        .width = (bytes[1] >> 5) + 1u,
        .cutoff = bytes[2] & 0x3f,
        .sparse = bytes[2] & 0x40,
    };
    if (image.lg < POSTGRES_MIN_LG || image.lg > POSTGRES_MAX_LG || bytes[2] & 0x80 ||
        (image.cutoff > POSTGRES_MAX_CUTOFF && image.cutoff != POSTGRES_AUTOMATIC)) {
        return NULL;
    }
    bool written = bytes[0] == POSTGRES_EMPTY    ? image.size == 0
                   : bytes[0] == POSTGRES_LIST   ? foreign_is_postgres_list(&image)
                   : bytes[0] == POSTGRES_SPARSE ? foreign_is_postgres_sparse(&image)
                   : bytes[0] == POSTGRES_FULL   ? foreign_is_postgres_full(&image)
                                                 : false;
    return written ? "PostgreSQL hll" : NULL;
}
