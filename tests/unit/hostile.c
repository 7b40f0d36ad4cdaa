#include "hostile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    HOSTILE_HEAD = 40, /* bytes of which each is the first of a field */
    HOSTILE_STEPS = 8, /* more of them, all over the body */
    HOSTILE_VALUES = 20,
    HOSTILE_WIDEST = 10 /* bytes of a varint */
};

static uint64_t hostile_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* Writes the value over a field: of so many bytes, or, of 0, as a varint. */
static void hostile_put(uint8_t *at, size_t width, uint64_t value)
{
    for (size_t i = 0; i < width; i++) {
        at[i] = (uint8_t)(value >> 8 * i);
    }
    for (; width == 0 && value >= 0x80; value >>= 7) {
        *at++ = (uint8_t)(value | 0x80);
    }
    if (width == 0) {
        *at = (uint8_t)value;
    }
}

static void hostile_fields(const uint8_t *bytes, size_t size, size_t at,
                           hostile_fn *see, void *ctx)
{
    static const size_t widths[] = {0, 1, 2, 4, 8};
    const uint64_t values[HOSTILE_VALUES] = {
        0,
        1,
        UINT64_MAX,
        UINT64_MAX - 1,
        INT32_MAX,
        UINT64_C(1) << 31,
        UINT32_MAX,
        UINT64_C(1) << 32,
        INT64_MAX,
        UINT64_C(1) << 63,
        hostile_bits((double)NAN),
        hostile_bits(HUGE_VAL),
        hostile_bits(-HUGE_VAL),
        hostile_bits(-1.0),
        size - 1,
        size,
        size + 1,
        size - at + 1,
        8 * (uint64_t)size,
        UINT64_C(1) << 20,
    };
    uint8_t *altered = malloc(size + HOSTILE_WIDEST);
    if (!altered) {
        abort();
    }
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        for (size_t v = 0; v < HOSTILE_VALUES; v++) {
            memcpy(altered, bytes, size);
            hostile_put(altered + at, widths[w], values[v]);
            see(ctx, altered, size);
        }
    }
    free(altered);
}

void hostile_images(const uint8_t *bytes, size_t size, hostile_fn *see, void *ctx)
{
    for (size_t at = 0; at < size;
         at += at < HOSTILE_HEAD ? 1 : 1 + size / HOSTILE_STEPS) {
        hostile_fields(bytes, size, at, see, ctx);
    }
}
