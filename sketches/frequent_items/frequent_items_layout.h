/*
 * Where everything is in a frequent-items image: its preamble in words of eight bytes,
 * 1 for an image without items and 4 for any other; the serial version; the family;
 * log2 of the most and of the present size of the table, of which three quarters are
 * used; flags; two bytes of 0.  Unless it is empty, there follow the number of items,
 * four bytes of 0, the total weight, the offset, all weights, and all items.
 * What Spark writes behind that is the only number whose bytes are the other way round.
 */
#ifndef FREQUENT_ITEMS_LAYOUT_H
#define FREQUENT_ITEMS_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

enum {
    FREQUENT_EMPTY_WORDS = 1,
    FREQUENT_WORDS = 4,
    FREQUENT_VERSION = 1,
    FREQUENT_MIN_LG = 3,
    FREQUENT_MAX_LG = 31,
    FREQUENT_EMPTY = 5,  /* two bits: either is one library's of old */
    FREQUENT_WEIGHT = 8, /* bytes; as many as an integer takes */
    FREQUENT_NULLS = 8   /* bytes */
};

/* How many items a table of that size holds. */
static inline size_t frequent_items_capacity(unsigned lg)
{
    return (size_t)(UINT64_C(3) << lg >> 2);
}

#endif
