/*
 * Redis' HyperLogLog: four letters, a form, three zeros, a cached count; then 16,384
 * registers of six bits, or runs of registers in one or two bytes each: 00xxxxxx and
 * 01xxxxxx xxxxxxxx for zeros, 1vvvvvxx for a value.  Runs have to make 16,384, too.
 */
#include "foreign_private.h"

#include <stdbool.h>
#include <string.h>

enum {
    REDIS_HEADER = 16,
    REDIS_REGISTERS = 16384,
    REDIS_DENSE = REDIS_HEADER + REDIS_REGISTERS * 6 / 8
};

static bool foreign_is_redis_sparse(const uint8_t *bytes, size_t size)
{
    size_t registers = 0;
    for (size_t i = REDIS_HEADER; i < size && registers <= REDIS_REGISTERS; i++) {
        unsigned code = bytes[i];
        if (code & 0x80) {
            registers += (code & 3) + 1;
        } else if (code & 0x40) {
            i++;
            registers += ((code & 0x3f) << 8 | (i < size ? bytes[i] : 0)) + 1;
        } else {
            registers += code + 1;
        }
    }
    return registers == REDIS_REGISTERS;
}

const char *foreign_redis(const uint8_t *bytes, size_t size)
{
    static const uint8_t dense[] = {'H', 'Y', 'L', 'L', 0, 0, 0, 0};
    static const uint8_t sparse[] = {'H', 'Y', 'L', 'L', 1, 0, 0, 0};
    if (size < REDIS_HEADER) {
        return NULL;
    }
    bool is_dense = memcmp(bytes, dense, sizeof dense) == 0 && size == REDIS_DENSE;
    bool is_sparse = memcmp(bytes, sparse, sizeof sparse) == 0 &&
                     foreign_is_redis_sparse(bytes, size);
    return is_dense || is_sparse ? "Redis HyperLogLog" : NULL;
}
