#include "frequent_reference.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare_weights(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static void purge(struct frequent_reference *sketch)
{
    uint64_t sorted[FREQUENT_KEYS];
    size_t count = 0;
    for (size_t i = 0; i < FREQUENT_KEYS; i++) {
        if (sketch->weights[i] > 0) {
            sorted[count++] = sketch->weights[i];
        }
    }
    qsort(sorted, count, sizeof *sorted, compare_weights);
    uint64_t median = sorted[count / 2];
    for (size_t i = 0; i < FREQUENT_KEYS; i++) {
        uint64_t *weight = &sketch->weights[i];
        sketch->used -= *weight > 0 && *weight <= median;
        *weight = *weight > median ? *weight - median : 0;
    }
    sketch->offset += median;
}

void frequent_reference_add(struct frequent_reference *sketch, uint32_t key,
                            uint64_t weight)
{
    sketch->total += weight;
    sketch->used += weight > 0 && sketch->weights[key] == 0;
    sketch->weights[key] += weight;
    if (4 * sketch->used > (size_t)3 << sketch->lg_max) {
        purge(sketch);
    }
}

void frequent_reference_merge(struct frequent_reference *into,
                              const struct frequent_reference *from)
{
    uint64_t total = into->total + from->total;
    if (from->used == 0) {
        return;
    }
    for (uint32_t i = 0; i < FREQUENT_KEYS; i++) {
        frequent_reference_add(into, i, from->weights[i]);
    }
    into->offset += from->offset;
    into->total = total;
}

size_t frequent_reference_text(uint32_t key, char text[16])
{
    return (size_t)snprintf(text, 16, "w%u", key);
}

size_t frequent_reference_write(const struct frequent_reference *sketch, int as_texts,
                                uint8_t bytes[FREQUENT_MOST_BYTES])
{
    uint8_t lg = (uint8_t)sketch->lg_max;
    uint32_t count = (uint32_t)sketch->used;
    const uint8_t empty[8] = {1, 1, 10, lg, 3, 5, 0, 0};
    const uint8_t start[8] = {4, 1, 10, lg, lg, 0, 0, 0};
    memset(bytes, 0, 32);
    memcpy(bytes, count > 0 ? start : empty, 8);
    if (count == 0) {
        return 8;
    }
    memcpy(bytes + 8, &count, 4);
    memcpy(bytes + 16, &sketch->total, 8);
    memcpy(bytes + 24, &sketch->offset, 8);
    uint8_t *weights = bytes + 32;
    uint8_t *p = weights + 8 * count;
    for (uint32_t i = FREQUENT_KEYS; i-- > 0;) {
        uint64_t key = i;
        char text[16];
        uint32_t size = (uint32_t)frequent_reference_text(i, text);
        if (sketch->weights[i] == 0) {
            continue;
        }
        memcpy(weights, &sketch->weights[i], 8);
        weights += 8;
        memcpy(p, as_texts ? (void *)&size : (void *)&key, as_texts ? 4 : 8);
        memcpy(p + 4, as_texts ? text : (char *)&key + 4, as_texts ? size : 4);
        p += as_texts ? 4 + size : 8;
    }
    return (size_t)(p - bytes);
}

struct frequent_reference frequent_reference_read(const uint8_t *bytes, int as_texts)
{
    struct frequent_reference sketch = {.lg_max = bytes[3]};
    uint32_t count = 0;
    if (bytes[0] == 1) {
        return sketch;
    }
    memcpy(&count, bytes + 8, 4);
    memcpy(&sketch.total, bytes + 16, 8);
    memcpy(&sketch.offset, bytes + 24, 8);
    const uint8_t *weights = bytes + 32;
    const uint8_t *p = weights + 8 * (size_t)count;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t key = 0;
        uint32_t size = 0;
        char text[16] = "";
        memcpy(&size, p, 4);
        if (as_texts) {
            assert(size < sizeof text);
            memcpy(text, p + 4, size);
            key = strtoull(text + 1, NULL, 10);
        } else {
            memcpy(&key, p, 8);
        }
        assert(key < FREQUENT_KEYS && sketch.weights[key] == 0);
        p += as_texts ? 4 + size : 8;
        memcpy(&sketch.weights[key], weights + 8 * (size_t)i, 8);
        sketch.used++;
    }
    return sketch;
}
