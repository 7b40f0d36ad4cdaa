/*
 * The item is taken for a polynomial over the integers modulo 2^31 - 1, three bytes to
 * a coefficient, and the salt says at which point to take it (Carter, Wegman,
 * "Universal classes of hash functions", 1979; for texts Dietzfelbinger, Gil, Matias,
 * Pippenger, "Polynomial hash functions are reliable", 1992): two polynomials agree at
 * no more points than their degree.
 */
#include "salt.h"

#include "sketch.h"

#define SALT_PRIME UINT64_C(0x7fffffff)

enum { SALT_BYTES = 3 }; /* of a coefficient */

uint64_t salt_new(const void *address, uint64_t before)
{
    const void *stack = &address;
    const void *library = &sketch_libc_memory;
    uint64_t salt = hash_finalise(before + (uintptr_t)address);
    salt = hash_finalise(salt + (uintptr_t)stack);
    salt = hash_finalise(salt + (uintptr_t)library);
    return salt | 1;
}

/* The next coefficient; the sum is below 2^32. */
static uint64_t salt_step(uint64_t sum, uint64_t point, uint64_t coefficient)
{
    sum = sum * point + coefficient;
    sum = (sum & SALT_PRIME) + (sum >> 31);
    return (sum & SALT_PRIME) + (sum >> 31);
}

/* A number as it is, and at most the last three of `size` bytes. */
static uint64_t salt_number(uint64_t sum, uint64_t point, uint64_t bits)
{
    sum = salt_step(sum, point, bits & 0xffffff);
    sum = salt_step(sum, point, bits >> 24 & 0xffffff);
    return salt_step(sum, point, bits >> 48);
}

uint64_t salt_hash(struct item item, uint64_t salt)
{
    uint64_t point = (salt >> 33) + 1;
    uint64_t class = item.kind == ITEM_WHOLE ? ITEM_INTEGER : item.kind;
    uint64_t sum = salt_step(class, point, item.size);
    const uint8_t *bytes = item.as.bytes;
    size_t i = 0;
    if (item_is_number(item)) {
        return hash_finalise(salt + salt_number(sum, point, item.as.bits));
    }
    for (; i + SALT_BYTES <= item.size; i += SALT_BYTES) {
        uint64_t three =
            bytes[i] | (uint64_t)bytes[i + 1] << 8 | (uint64_t)bytes[i + 2] << 16;
        sum = salt_step(sum, point, three);
    }
    for (; i < item.size; i++) {
        sum = salt_step(sum, point, bytes[i]);
    }
    sum = sum >= SALT_PRIME ? sum - SALT_PRIME : sum;
    return hash_finalise(salt + sum);
}
