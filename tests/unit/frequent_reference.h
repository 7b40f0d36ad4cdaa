/*
 * Frequent items as Apache DataSketches counts them, written once more for tests: slow,
 * and of integers from 0 to FREQUENT_KEYS - 1 alone.  Up to three quarters of 2^lg_max
 * items have a counter; one more, and the upper median of all counters is taken from
 * each.
 */
#ifndef FREQUENT_REFERENCE_H
#define FREQUENT_REFERENCE_H

#include <stddef.h>
#include <stdint.h>

enum { FREQUENT_KEYS = 2000, FREQUENT_MOST_BYTES = 64 * 1024 };

struct frequent_reference {
    unsigned lg_max;
    uint64_t weights[FREQUENT_KEYS]; /* 0: none */
    size_t used;
    uint64_t total;
    uint64_t offset;
};

void frequent_reference_add(struct frequent_reference *sketch, uint32_t key,
                            uint64_t weight);
void frequent_reference_merge(struct frequent_reference *into,
                              const struct frequent_reference *from);

/* An image with the items as integers, or as texts of a letter and the number. */
size_t frequent_reference_write(const struct frequent_reference *sketch, int as_texts,
                                uint8_t bytes[FREQUENT_MOST_BYTES]);

/* The sketch that an image holds, which has to be sound. */
struct frequent_reference frequent_reference_read(const uint8_t *bytes, int as_texts);

/* The text of a key. */
size_t frequent_reference_text(uint32_t key, char text[16]);

#endif
