/*
 * Merging is done to copies of the parts, which then take their places: any of them may
 * be refused memory, and could not be taken back.
 */
#include "profile_private.h"

enum sketch_status profile_copy_part(int part, void **copy, const void *from,
                                     const struct sketch_memory *memory)
{
    const struct sketch_ops *ops = profile_part_ops[part];
    uint8_t *bytes;
    size_t size;
    *copy = NULL;
    enum sketch_status status = ops->serialise(from, &bytes, &size);
    if (status == SKETCH_OK) {
        status = ops->deserialise(copy, bytes, size, memory);
        sketch_release(memory, bytes);
    }
    return status;
}

/* The sum of a part of both, or NULL if neither has one. */
static enum sketch_status profile_merge_part(int part, void **sum, const void *a,
                                             const void *b,
                                             const struct sketch_memory *memory)
{
    *sum = NULL;
    if (!a && !b) {
        return SKETCH_OK;
    }
    enum sketch_status status = profile_copy_part(part, sum, a ? a : b, memory);
    return status == SKETCH_OK && a && b ? profile_part_ops[part]->merge(*sum, b)
                                         : status;
}

static bool profile_sum_fits(const struct profile_counts *a,
                             const struct profile_counts *b)
{
    return a->rows <= SKETCH_MAX_TOTAL - b->rows &&
           a->bytes <= SKETCH_MAX_TOTAL - b->bytes;
}

static void profile_sum_counts(struct profile_counts *into,
                               const struct profile_counts *from)
{
    bool is_first = profile_long_of(into) == 0;
    if (profile_long_of(from) > 0 &&
        (is_first || from->least_size < into->least_size)) {
        into->least_size = from->least_size;
    }
    if (from->most_size > into->most_size) {
        into->most_size = from->most_size;
    }
    into->bytes += from->bytes;
    into->rows += from->rows;
    into->nulls += from->nulls;
    for (int kind = 0; kind <= ITEM_BLOB; kind++) {
        into->of[kind] += from->of[kind];
    }
}

/* Takes over the extremes of one that has values. */
static void profile_widen(struct profile *into, const struct profile *from)
{
    bool is_first = profile_values_of(&into->counts) == 0;
    if (is_first || item_compare(profile_value_item(&from->least),
                                 profile_value_item(&into->least)) < 0) {
        into->least = from->least;
    }
    if (is_first || item_compare(profile_value_item(&from->most),
                                 profile_value_item(&into->most)) > 0) {
        into->most = from->most;
    }
}

enum sketch_status profile_merge(struct profile *into, const struct profile *from)
{
    void *sums[PROFILE_PARTS] = {NULL};
    enum sketch_status status = profile_settle(into);
    if (status == SKETCH_OK) {
        status = profile_settle(from);
    }
    if (status == SKETCH_OK && !profile_sum_fits(&into->counts, &from->counts)) {
        status = SKETCH_OVERFLOW;
    }
    for (int part = 0; status == SKETCH_OK && part < PROFILE_PARTS; part++) {
        status = profile_merge_part(part, &sums[part], into->parts[part],
                                    from->parts[part], &into->memory);
    }
    if (status != SKETCH_OK) {
        profile_release_parts(sums);
        return status;
    }
    profile_release_parts(into->parts);
    for (int part = 0; part < PROFILE_PARTS; part++) {
        into->parts[part] = sums[part];
    }
    if (profile_values_of(&from->counts) > 0) {
        profile_widen(into, from);
    }
    profile_sum_counts(&into->counts, &from->counts);
    return SKETCH_OK;
}

enum sketch_status profile_absorb(struct profile *into, const uint8_t *bytes,
                                  size_t size)
{
    struct profile *from;
    enum sketch_status status = profile_deserialise(&from, bytes, size, &into->memory);
    if (status == SKETCH_OK) {
        status = profile_merge(into, from);
        profile_free(from);
    }
    return status;
}
