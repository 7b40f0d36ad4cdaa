/*
 * The image, as in Apache DataSketches:
 *
 *     0  u8   its preamble in words of four bytes: 2 without a value or with a single
 *             one, else 5
 *     1  u8   version: 1, or 2 with a single value
 *     2  u8   family 15
 *     3  u8   1 no value, 2 level 0 is sorted, 4 a single value
 *     4  u16  k
 *     6  u8   8, the least capacity of a level
 *     7  u8   0
 *     8       the single value, and the end; or
 *     8  u64  n
 *    16  u16  the smallest k of merged sketches that were not exact
 *    18  u8   levels
 *    19  u8   0
 *    20  u32  for each level where it starts, in a block of full capacity
 *             the smallest value, the largest, and the levels from the lowest on
 *
 * It does not say of which type its values are; their number and the length of the
 * image say how wide they are.
 */
#include "kll_private.h"

#include "bytes.h"
#include "hash.h"

#include <math.h>
#include <string.h>

enum {
    KLL_FAMILY = 15,
    KLL_SHORT_WORDS = 2,
    KLL_LONG_WORDS = 5,
    KLL_VERSION = 1,
    KLL_SINGLE_VERSION = 2,
    KLL_HEAD_SIZE = 8,
    KLL_LONG_HEAD_SIZE = 20,
    KLL_OLD_FLAGS = 8 /* once set by Java for doubles */
};

/* Versions and flags that go together. */
static bool kll_opens_well(const uint8_t *bytes)
{
    unsigned flags = bytes[3] & ~(unsigned)(KLL_IS_SORTED | KLL_OLD_FLAGS);
    bool is_short = bytes[0] == KLL_SHORT_WORDS;
    return bytes[2] == KLL_FAMILY && bytes[6] == KLL_M && bytes[7] == 0 &&
           (bytes[4] >= KLL_MIN_K || bytes[5] > 0) &&
           ((is_short && bytes[1] == KLL_VERSION && flags == KLL_IS_EMPTY) ||
            (is_short && bytes[1] == KLL_SINGLE_VERSION && flags == KLL_IS_SINGLE) ||
            (bytes[0] == KLL_LONG_WORDS && bytes[1] == KLL_VERSION && flags == 0));
}

/* The levels and their weight; leaves the reader behind them. */
static bool kll_take_levels(struct kll_source *image, struct reader *r)
{
    uint64_t n = take_u64(r);
    int min_k = take_u16(r);
    int levels = take_u8(r);
    uint64_t weight = 0;
    if (take_u8(r) != 0 || r->bad || min_k < KLL_MIN_K || min_k > image->k ||
        levels < 1 || levels > KLL_MOST_LEVELS) {
        return false;
    }
    uint32_t capacity = kll_capacity(image->k, levels);
    uint32_t first = take_u32(r);
    uint32_t start = first;
    for (int level = 0; level < levels; level++) {
        uint32_t end = level + 1 < levels ? take_u32(r) : capacity;
        if (r->bad || end < start || end > capacity) {
            return false;
        }
        image->starts[level + 1] = end - first;
        if (end - start > (SKETCH_MAX_TOTAL - weight) >> level) {
            return false;
        }
        weight += (uint64_t)(end - start) << level;
        if (level + 1 == levels && end == start) {
            return false; /* the top one has a value, and so has the sketch */
        }
        start = end;
    }
    image->n = n;
    image->min_k = min_k;
    image->levels = levels;
    return weight == n;
}

/* All before the values; leaves the reader there. */
static bool kll_take_head(struct kll_source *image, struct reader *r)
{
    const uint8_t *head = take_bytes(r, 4);
    memset(image, 0, sizeof *image);
    image->bytes = head;
    image->k = take_u16(r);
    if (!take_bytes(r, 2) || !kll_opens_well(head)) {
        return false;
    }
    image->min_k = image->k;
    image->levels = 1;
    image->is_sorted = head[3] & KLL_IS_SORTED;
    if (head[0] == KLL_LONG_WORDS) {
        return kll_take_levels(image, r);
    }
    image->n = head[3] & KLL_IS_SINGLE ? 1 : 0;
    image->starts[1] = (uint32_t)image->n;
    return true;
}

bool kll_image_has_ends(const struct kll_source *image)
{
    return image->bytes[0] == KLL_LONG_WORDS;
}

/* How many values there have to be. */
static uint64_t kll_values_in(const struct kll_source *image)
{
    return image->starts[image->levels] + (kll_image_has_ends(image) ? 2u : 0u);
}

bool kll_image_head(struct kll_source *image, const uint8_t *bytes, size_t size,
                    size_t width)
{
    struct reader r = {bytes, size, false};
    if (!kll_take_head(image, &r)) {
        return false;
    }
    image->first = size - r.left + (kll_image_has_ends(image) ? 2 * width : 0);
    return r.left == kll_values_in(image) * width;
}

bool kll_holds_floats(const uint8_t *bytes, size_t size)
{
    struct kll_source image;
    return kll_image_head(&image, bytes, size, 4) && image.n > 0;
}

double kll_source_value(const struct kll_source *source, size_t at)
{
    if (source->values) {
        return source->values[at];
    }
    uint64_t bits = hash_load8(source->bytes + source->first + 8 * at);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

void kll_source_copy(const struct kll_source *source, size_t from, size_t to,
                     double *out)
{
    for (size_t i = from; i < to; i++) {
        *out++ = kll_source_value(source, i);
    }
}

bool kll_source_is_sound(const struct kll_source *source)
{
    size_t ends = 0;
    bool sound = source->least <= source->most || source->n == 0;
    for (int level = 0; level < source->levels; level++) {
        bool ascends = level > 0 || source->is_sorted;
        double before = source->least;
        for (size_t i = source->starts[level]; i < source->starts[level + 1]; i++) {
            double value = kll_source_value(source, i);
            sound &= (value >= before) & (value <= source->most);
            ends |= (size_t)(value == source->least) | (value == source->most) * 2u;
            before = ascends ? value : before;
        }
    }
    return sound && (ends == 3 || source->levels > 1 || source->n == 0);
}

bool kll_image_open(struct kll_source *image, const uint8_t *bytes, size_t size)
{
    if (!kll_image_head(image, bytes, size, 8)) {
        return false;
    }
    struct reader r = {bytes + KLL_HEAD_SIZE, size - KLL_HEAD_SIZE, false};
    if (kll_image_has_ends(image)) {
        r = (struct reader){bytes + image->first - 16, 16, false};
    }
    image->least = take_f64(&r);
    image->most = kll_image_has_ends(image) ? take_f64(&r) : image->least;
    return kll_source_is_sound(image);
}

/* Each string has its length before it.  What may be doubles as well is taken for
 * those.
 */
bool kll_holds_strings(const uint8_t *bytes, size_t size)
{
    struct kll_source image;
    struct reader r = {bytes, size, false};
    uint64_t strings = kll_take_head(&image, &r) ? kll_values_in(&image) : 0;
    for (uint64_t i = 0; i < strings && !r.bad; i++) {
        take_bytes(&r, take_u32(&r));
    }
    return strings > 0 && took_all(&r) && !kll_image_open(&image, bytes, size);
}

bool kll_recognises(const uint8_t *bytes, size_t size)
{
    return size >= KLL_HEAD_SIZE && kll_opens_well(bytes) &&
           !kll_holds_floats(bytes, size) && !kll_holds_strings(bytes, size);
}

struct kll_source kll_source_of(const struct kll *sketch)
{
    struct kll_source source = {.k = sketch->k,
                                .min_k = sketch->min_k,
                                .n = sketch->n,
                                .levels = sketch->levels,
                                .is_sorted = sketch->is_sorted,
                                .least = sketch->least,
                                .most = sketch->most};
    for (int i = 0; i <= sketch->levels; i++) {
        source.starts[i] = sketch->starts[i] - sketch->starts[0];
    }
    source.values = sketch->n > 0 ? sketch->items + sketch->starts[0] : NULL;
    return source;
}

static uint8_t *kll_put_head(uint8_t *p, const struct kll *sketch)
{
    bool is_long = sketch->n > 1;
    unsigned flags = (sketch->is_sorted ? KLL_IS_SORTED : 0u) |
                     (sketch->n == 0 ? KLL_IS_EMPTY : 0u) |
                     (sketch->n == 1 ? KLL_IS_SINGLE : 0u);
    p = put_u8(p, is_long ? KLL_LONG_WORDS : KLL_SHORT_WORDS);
    p = put_u8(p, sketch->n == 1 ? KLL_SINGLE_VERSION : KLL_VERSION);
    p = put_u8(p, KLL_FAMILY);
    p = put_u8(p, (uint8_t)flags);
    p = put_u16(p, (uint16_t)sketch->k);
    p = put_u8(p, KLL_M);
    return put_u8(p, 0);
}

static uint8_t *kll_put_levels(uint8_t *p, const struct kll *sketch)
{
    uint32_t more = sketch->capacity - sketch->room;
    p = put_u64(p, sketch->n);
    p = put_u16(p, (uint16_t)sketch->min_k);
    p = put_u8(p, (uint8_t)sketch->levels);
    p = put_u8(p, 0);
    for (int level = 0; level < sketch->levels; level++) {
        p = put_u32(p, sketch->starts[level] + more);
    }
    p = put_f64(p, sketch->least);
    return put_f64(p, sketch->most);
}

enum sketch_status kll_serialise(const struct kll *sketch, uint8_t **bytes,
                                 size_t *size)
{
    const struct sketch_memory *memory = &sketch->memory;
    size_t retained = kll_kept(sketch);
    size_t head = sketch->n > 1 ? KLL_LONG_HEAD_SIZE + 4 * (size_t)sketch->levels + 16
                                : KLL_HEAD_SIZE;
    *size = head + 8 * retained;
    *bytes = memory->resize(memory->ctx, NULL, *size);
    if (!*bytes) {
        return SKETCH_NOMEM;
    }
    uint8_t *p = kll_put_head(*bytes, sketch);
    if (sketch->n > 1) {
        p = kll_put_levels(p, sketch);
    }
    for (size_t i = sketch->starts[0]; i < sketch->room; i++) {
        p = put_f64(p, sketch->items[i]);
    }
    return SKETCH_OK;
}
