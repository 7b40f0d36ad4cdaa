/*
 * The bytes (docs/formats.md), little-endian:
 *
 *     "PROF", version 1, varints: NULLs, INTEGERs, whole REALs, other REALs, texts,
 *     BLOBs;
 *     if there are texts or BLOBs: varints, the fewest and the most bytes of one, and
 *     of all;
 *     if there are values: the smallest and the largest one (item_image.h);
 *     then each part: a varint of its size, and its own image; size 0: there is none.
 */
#include "profile_private.h"

#include "item_image.h"

#include <string.h>

static const char profile_tag[4] = {'P', 'R', 'O', 'F'};
enum { PROFILE_VERSION = 1 };

/* Writing */

struct profile_part_image {
    uint8_t *bytes; /* NULL: there is no such part */
    size_t size;
};

static void profile_release_images(struct profile_part_image images[PROFILE_PARTS],
                                   const struct sketch_memory *memory)
{
    for (int part = 0; part < PROFILE_PARTS; part++) {
        sketch_release(memory, images[part].bytes);
    }
}

static enum sketch_status
profile_write_parts(struct profile_part_image images[PROFILE_PARTS],
                    const struct profile *sketch)
{
    enum sketch_status status = SKETCH_OK;
    for (int part = 0; status == SKETCH_OK && part < PROFILE_PARTS; part++) {
        if (sketch->parts[part]) {
            status = profile_part_ops[part]->serialise(
                sketch->parts[part], &images[part].bytes, &images[part].size);
        }
    }
    return status;
}

static size_t profile_image_size(const struct profile *sketch,
                                 const struct profile_part_image images[PROFILE_PARTS])
{
    const struct profile_counts *counts = &sketch->counts;
    size_t size = sizeof profile_tag + 1 + varint_size(counts->nulls);
    for (int kind = ITEM_INTEGER; kind <= ITEM_BLOB; kind++) {
        size += varint_size(counts->of[kind]);
    }
    if (profile_long_of(counts) > 0) {
        size += varint_size(counts->least_size) + varint_size(counts->most_size) +
                varint_size(counts->bytes);
    }
    if (profile_values_of(counts) > 0) {
        size += item_image_size(profile_value_item(&sketch->least)) +
                item_image_size(profile_value_item(&sketch->most));
    }
    for (int part = 0; part < PROFILE_PARTS; part++) {
        size += varint_size(images[part].size) + images[part].size;
    }
    return size;
}

static void profile_put(uint8_t *p, const struct profile *sketch,
                        const struct profile_part_image images[PROFILE_PARTS])
{
    const struct profile_counts *counts = &sketch->counts;
    p = put_u8(put_tag(p, profile_tag), PROFILE_VERSION);
    p = put_varint(p, counts->nulls);
    for (int kind = ITEM_INTEGER; kind <= ITEM_BLOB; kind++) {
        p = put_varint(p, counts->of[kind]);
    }
    if (profile_long_of(counts) > 0) {
        p = put_varint(p, counts->least_size);
        p = put_varint(p, counts->most_size);
        p = put_varint(p, counts->bytes);
    }
    if (profile_values_of(counts) > 0) {
        p = put_item(p, profile_value_item(&sketch->least));
        p = put_item(p, profile_value_item(&sketch->most));
    }
    for (int part = 0; part < PROFILE_PARTS; part++) {
        p = put_varint(p, images[part].size);
        if (images[part].bytes) {
            p = put_bytes(p, images[part].bytes, images[part].size);
        }
    }
}

enum sketch_status profile_serialise(const struct profile *sketch, uint8_t **bytes,
                                     size_t *size)
{
    const struct sketch_memory *memory = &sketch->memory;
    struct profile_part_image images[PROFILE_PARTS] = {{NULL, 0}};
    *bytes = NULL;
    *size = 0;
    enum sketch_status status = profile_settle(sketch);
    if (status == SKETCH_OK) {
        status = profile_write_parts(images, sketch);
    }
    if (status == SKETCH_OK) {
        size_t wanted = profile_image_size(sketch, images);
        *bytes = memory->resize(memory->ctx, NULL, wanted);
        *size = *bytes ? wanted : 0;
        status = *bytes ? SKETCH_OK : SKETCH_NOMEM;
    }
    if (status == SKETCH_OK) {
        profile_put(*bytes, sketch, images);
    }
    profile_release_images(images, memory);
    return status;
}

/* Reading */

/* Whether so many sizes can add up to that: one is the smallest, one the largest, and
 * the others lie between those. */
static bool profile_sizes_agree(const struct profile_counts *counts, uint64_t count)
{
    uint64_t least = counts->least_size;
    uint64_t most = counts->most_size;
    uint64_t bytes = counts->bytes;
    if (least > most || most > UINT32_MAX || bytes < most) {
        return false;
    }
    if (count == 1) {
        return least == most && bytes == most;
    }
    uint64_t others = count - 1;
    uint64_t above = bytes - least; /* at most others * most */
    return (bytes - most) / others >= least &&
           above / others + (above % others > 0) <= most;
}

static bool profile_take_counts(struct profile_counts *counts, struct reader *r)
{
    uint64_t left = SKETCH_MAX_TOTAL;
    counts->nulls = take_varint(r);
    bool fits = counts->nulls <= left;
    left -= fits ? counts->nulls : 0;
    for (int kind = ITEM_INTEGER; kind <= ITEM_BLOB; kind++) {
        counts->of[kind] = take_varint(r);
        fits = fits && counts->of[kind] <= left;
        left -= fits ? counts->of[kind] : 0;
    }
    if (r->bad || !fits) {
        return false;
    }
    counts->rows = SKETCH_MAX_TOTAL - left;
    uint64_t count = profile_long_of(counts);
    if (count > 0) {
        counts->least_size = take_varint(r);
        counts->most_size = take_varint(r);
        counts->bytes = take_varint(r);
    }
    return !r->bad && counts->bytes <= SKETCH_MAX_TOTAL &&
           (count == 0 || profile_sizes_agree(counts, count));
}

/* Numbers, texts, BLOBs: an extreme is of the first or the last class that there is. */
static int profile_class(int kind) { return kind <= ITEM_REAL ? ITEM_REAL : kind; }

static bool profile_is_extreme(const struct profile_counts *counts, struct item item,
                               bool is_least)
{
    if (counts->of[item.kind] == 0 || item.size > PROFILE_MOST_BYTES) {
        return false;
    }
    for (int kind = ITEM_INTEGER; kind <= ITEM_BLOB; kind++) {
        int order = profile_class(kind) - profile_class((int)item.kind);
        if (counts->of[kind] > 0 && (is_least ? order < 0 : order > 0)) {
            return false;
        }
    }
    return true;
}

static bool profile_take_extremes(struct profile *sketch, struct reader *r)
{
    const struct profile_counts *counts = &sketch->counts;
    if (profile_values_of(counts) == 0) {
        return true;
    }
    struct item least = take_item(r);
    struct item most = take_item(r);
    if (r->bad || !profile_is_extreme(counts, least, true) ||
        !profile_is_extreme(counts, most, false) || item_compare(least, most) > 0) {
        return false;
    }
    profile_value_set(&sketch->least, least);
    profile_value_set(&sketch->most, most);
    return true;
}

static enum sketch_status profile_take_part(struct profile *sketch, int part,
                                            struct reader *r)
{
    uint64_t size = take_varint(r);
    r->bad = r->bad || size > r->left;
    const uint8_t *bytes = r->bad ? NULL : take_bytes(r, (size_t)size);
    if (r->bad) {
        return SKETCH_CORRUPT;
    }
    return size == 0 ? SKETCH_OK
                     : profile_part_ops[part]->deserialise(
                           &sketch->parts[part], bytes, (size_t)size, &sketch->memory);
}

/* Whether each part is one that a profile of these counts has. */
static bool profile_parts_agree(const struct profile *sketch)
{
    const struct hll *distinct = sketch->parts[PROFILE_DISTINCT];
    const struct topk *frequent = sketch->parts[PROFILE_FREQUENT];
    const struct reservoir *some = sketch->parts[PROFILE_SOME];
    const struct tdigest *numbers = sketch->parts[PROFILE_NUMBERS];
    const struct profile_counts *counts = &sketch->counts;
    uint64_t values = profile_values_of(counts);
    uint64_t finite = numbers ? tdigest_weight(numbers) : 0;
    if (finite < counts->of[ITEM_INTEGER] + counts->of[ITEM_WHOLE] ||
        finite > profile_numbers_of(counts) ||
        (numbers && (finite == 0 || tdigest_k(numbers) != PROFILE_K))) {
        return false;
    }
    if (values == 0) {
        return !distinct && !frequent && !some;
    }
    return distinct && frequent && some &&
           hll_precision(distinct) == PROFILE_PRECISION && hll_estimate(distinct) > 0 &&
           topk_k(frequent) == PROFILE_TOP &&
           topk_counters(frequent) == topk_default_counters(PROFILE_TOP) &&
           topk_total(frequent) == values && reservoir_size(some) == PROFILE_SAMPLE &&
           reservoir_seen(some) == values && !reservoir_is_weighted(some);
}

/* Whether a value that is kept was cut. */
static bool profile_is_cut(struct item item)
{
    return item.size < PROFILE_MOST_BYTES ||
           (item.kind == ITEM_BLOB && item.size == PROFILE_MOST_BYTES);
}

/* The values that the parts keep. */
static enum sketch_status profile_check_values(const struct profile *sketch)
{
    const struct reservoir *some = sketch->parts[PROFILE_SOME];
    const struct topk *frequent = sketch->parts[PROFILE_FREQUENT];
    struct topk_row *rows = NULL;
    size_t count = 0;
    bool are_cut = true;
    for (uint32_t i = 0; some && i < reservoir_count(some); i++) {
        are_cut = are_cut && profile_is_cut(reservoir_item(some, i));
    }
    if (frequent && topk_rank(frequent, SIZE_MAX, &rows, &count) != SKETCH_OK) {
        return SKETCH_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        are_cut = are_cut && profile_is_cut(rows[i].item);
    }
    sketch_release(&sketch->memory, rows);
    return are_cut ? SKETCH_OK : SKETCH_CORRUPT;
}

static enum sketch_status profile_take(struct profile *sketch, struct reader *r)
{
    take_tag(r, profile_tag);
    r->bad = take_u8(r) != PROFILE_VERSION || r->bad;
    if (r->bad || !profile_take_counts(&sketch->counts, r) ||
        !profile_take_extremes(sketch, r)) {
        return SKETCH_CORRUPT;
    }
    enum sketch_status status = SKETCH_OK;
    for (int part = 0; status == SKETCH_OK && part < PROFILE_PARTS; part++) {
        status = profile_take_part(sketch, part, r);
    }
    if (status == SKETCH_OK && !(took_all(r) && profile_parts_agree(sketch))) {
        status = SKETCH_CORRUPT;
    }
    return status == SKETCH_OK ? profile_check_values(sketch) : status;
}

enum sketch_status profile_deserialise(struct profile **out, const uint8_t *bytes,
                                       size_t size, const struct sketch_memory *memory)
{
    struct reader r = {bytes, size, false};
    struct profile *sketch;
    *out = NULL;
    if (!profile_recognises(bytes, size)) {
        return SKETCH_CORRUPT;
    }
    enum sketch_status status = profile_create(&sketch, memory);
    if (status == SKETCH_OK) {
        status = profile_take(sketch, &r);
    }
    if (status != SKETCH_OK) {
        profile_free(sketch);
        return status;
    }
    *out = sketch;
    return SKETCH_OK;
}

bool profile_recognises(const uint8_t *bytes, size_t size)
{
    return opens_with(bytes, size, profile_tag);
}
