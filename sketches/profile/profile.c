/*
 * A profile is a row of sketches that are fed together.
 *
 * HyperLogLog and top-k hash items alike, so that each is hashed once; most rows pass
 * the reservoir without being looked at; a number goes into the buffer of the t-digest.
 * Sketches begin when the first value for them comes, so that a column of NULLs has
 * none and one of texts has no t-digest.
 */
#include "profile_private.h"

#include "invariant.h"

#include <string.h>

const struct sketch_ops *const profile_part_ops[PROFILE_PARTS] = {
    [PROFILE_DISTINCT] = &hll_ops,
    [PROFILE_FREQUENT] = &topk_ops,
    [PROFILE_SOME] = &reservoir_ops,
    [PROFILE_NUMBERS] = &tdigest_ops,
};

enum sketch_status profile_create(struct profile **out,
                                  const struct sketch_memory *memory)
{
    struct profile *sketch = sketch_allocate(memory, sizeof *sketch);
    *out = sketch;
    if (!sketch) {
        return SKETCH_NOMEM;
    }
    sketch->memory = *memory;
    return SKETCH_OK;
}

void profile_release_parts(void *parts[PROFILE_PARTS])
{
    for (int part = 0; part < PROFILE_PARTS; part++) {
        profile_part_ops[part]->free(parts[part]);
        parts[part] = NULL;
    }
}

void profile_free(struct profile *sketch)
{
    if (sketch) {
        struct sketch_memory memory = sketch->memory;
        profile_release_parts(sketch->parts);
        sketch_release(&memory, sketch);
    }
}

uint64_t profile_rows(const struct profile *sketch) { return sketch->counts.rows; }

uint64_t profile_nulls(const struct profile *sketch) { return sketch->counts.nulls; }

/* Values that are cut */

void profile_value_set(struct profile_value *value, struct item item)
{
    value->kind = item.kind;
    value->size = item.size < PROFILE_MOST_BYTES ? item.size : PROFILE_MOST_BYTES;
    if (item_is_number(item)) {
        value->as.bits = item.as.bits;
    } else if (item.size > 0) {
        memcpy(value->as.bytes, item.as.bytes, value->size);
    }
}

/* Not in the middle of a character, and then the three bytes of U+2026. */
static size_t profile_put_dots(uint8_t bytes[PROFILE_MOST_BYTES])
{
    size_t size = PROFILE_MOST_BYTES - 4;
    for (int back = 0; back < 3 && (bytes[size] & 0xc0) == 0x80; back++) {
        size--;
    }
    memcpy(bytes + size, "\xe2\x80\xa6", 3);
    return size + 3;
}

struct item profile_show(struct item item, uint8_t bytes[PROFILE_MOST_BYTES])
{
    if (item.size < PROFILE_MOST_BYTES) {
        return item;
    }
    memcpy(bytes, item.as.bytes, PROFILE_MOST_BYTES);
    item.as.bytes = bytes;
    item.size =
        item.kind == ITEM_TEXT ? (uint32_t)profile_put_dots(bytes) : PROFILE_MOST_BYTES;
    return item;
}

/* Adding */

__attribute__((noinline)) static enum sketch_status
profile_begin(struct profile *sketch, enum profile_part part)
{
    struct hll *distinct = NULL;
    struct topk *frequent = NULL;
    struct reservoir *some = NULL;
    struct tdigest *numbers = NULL;
    void **out = &sketch->parts[part];
    enum sketch_status status = SKETCH_OK;
    switch (part) {
    case PROFILE_DISTINCT:
        status = hll_create(&distinct, PROFILE_PRECISION, &sketch->memory);
        *out = distinct;
        break;
    case PROFILE_FREQUENT:
        status = topk_create(&frequent, PROFILE_TOP, topk_default_counters(PROFILE_TOP),
                             &sketch->memory);
        *out = frequent;
        break;
    case PROFILE_SOME:
        status = reservoir_create(&some, PROFILE_SAMPLE, 0, &sketch->memory);
        *out = some;
        break;
    case PROFILE_NUMBERS:
        status = tdigest_create(&numbers, PROFILE_K, &sketch->memory);
        *out = numbers;
        break;
    case PROFILE_PARTS:
        break;
    }
    return status;
}

static inline bool profile_has(struct profile *sketch, enum profile_part part)
{
    return sketch->parts[part] || profile_begin(sketch, part) == SKETCH_OK;
}

static inline bool profile_feed_number(struct profile *sketch, struct item item)
{
    double value =
        item.kind == ITEM_INTEGER ? (double)item_as_integer(item) : item_as_real(item);
    if (value - value != 0) { /* infinities have no place in it */
        return true;
    }
    return profile_has(sketch, PROFILE_NUMBERS) &&
           tdigest_add(sketch->parts[PROFILE_NUMBERS], value) == SKETCH_OK;
}

/* Feeds a row to some parts; returns those that were refused memory.  Nothing else can
 * go wrong: no part has more rows than the profile. */
static inline unsigned profile_feed(struct profile *sketch,
                                    const struct profile_row *row, unsigned parts)
{
    unsigned fed = 0;
    if ((parts & 1u << PROFILE_DISTINCT) && profile_has(sketch, PROFILE_DISTINCT) &&
        hll_add(sketch->parts[PROFILE_DISTINCT], row->hash) == SKETCH_OK) {
        fed |= 1u << PROFILE_DISTINCT;
    }
    if ((parts & 1u << PROFILE_FREQUENT) && profile_has(sketch, PROFILE_FREQUENT) &&
        topk_add_hashed(sketch->parts[PROFILE_FREQUENT], row->item, row->cut_hash) ==
            SKETCH_OK) {
        fed |= 1u << PROFILE_FREQUENT;
    }
    if ((parts & 1u << PROFILE_SOME) && profile_has(sketch, PROFILE_SOME) &&
        (reservoir_pass(sketch->parts[PROFILE_SOME]) ||
         reservoir_add(sketch->parts[PROFILE_SOME], row->item) == SKETCH_OK)) {
        fed |= 1u << PROFILE_SOME;
    }
    if ((parts & 1u << PROFILE_NUMBERS) && profile_feed_number(sketch, row->item)) {
        fed |= 1u << PROFILE_NUMBERS;
    }
    return parts & ~fed;
}

/* The last row, of which its value is kept, reaches the parts that it had not. */
__attribute__((noinline)) static enum sketch_status profile_pay(struct profile *sketch)
{
    uint8_t bytes[PROFILE_MOST_BYTES];
    struct item item = profile_show(profile_value_item(&sketch->owed_value), bytes);
    struct profile_row row = {item, sketch->owed_hash, item_bytes_hash(item)};
    sketch->owed = profile_feed(sketch, &row, sketch->owed);
    return sketch->owed == 0 ? SKETCH_OK : SKETCH_NOMEM;
}

enum sketch_status profile_settle(const struct profile *sketch)
{
    return sketch->owed == 0 ? SKETCH_OK
                             : profile_pay((struct profile *)(uintptr_t)sketch);
}

/* Whether a number lies between two of its own kind: what nearly all do. */
static inline bool profile_is_between(struct item item,
                                      const struct profile_value *least,
                                      const struct profile_value *most)
{
    if (!item_is_number(item) || least->kind != item.kind || most->kind != item.kind) {
        return false;
    }
    struct item low = profile_value_item(least);
    struct item high = profile_value_item(most);
    return item.kind == ITEM_REAL ? item_as_real(low) <= item_as_real(item) &&
                                        item_as_real(item) <= item_as_real(high)
                                  : item_as_integer(low) <= item_as_integer(item) &&
                                        item_as_integer(item) <= item_as_integer(high);
}

/* The value may be the smallest or the largest so far. */
static inline void profile_extend(struct profile *sketch, struct item item)
{
    bool is_first = profile_values_of(&sketch->counts) == 0;
    if (!is_first && profile_is_between(item, &sketch->least, &sketch->most)) {
        return;
    }
    if (is_first || item_compare(item, profile_value_item(&sketch->least)) < 0) {
        profile_value_set(&sketch->least, item);
    }
    if (is_first || item_compare(item, profile_value_item(&sketch->most)) > 0) {
        profile_value_set(&sketch->most, item);
    }
}

static void profile_count_size(struct profile_counts *counts, uint32_t size)
{
    bool is_first = profile_long_of(counts) == 0;
    counts->least_size =
        is_first || size < counts->least_size ? size : counts->least_size;
    counts->most_size = size > counts->most_size ? size : counts->most_size;
    counts->bytes += size;
}

/* Whether one more value can be counted. */
static inline bool profile_has_room(const struct profile_counts *counts, uint32_t size)
{
    return counts->rows < SKETCH_MAX_TOTAL && size <= SKETCH_MAX_TOTAL - counts->bytes;
}

/* What memory was refused for is kept until there is some. */
__attribute__((noinline)) static void
profile_owe(struct profile *sketch, unsigned parts, struct item item, struct hash hash)
{
    sketch->owed = parts;
    sketch->owed_hash = hash;
    profile_value_set(&sketch->owed_value, item);
}

enum sketch_status profile_add(struct profile *sketch, struct item item)
{
    uint8_t bytes[PROFILE_MOST_BYTES];
    enum sketch_status status = profile_settle(sketch);
    if (status != SKETCH_OK) {
        return status;
    }
    if (!profile_has_room(&sketch->counts, item.size)) {
        return SKETCH_OVERFLOW;
    }
    bool is_number = item_is_number(item);
    struct hash hash = item_bytes_hash(item);
    struct profile_row row = {item, hash, hash};
    if (!is_number) {
        profile_count_size(&sketch->counts, item.size);
    }
    if (item.size >= PROFILE_MOST_BYTES) {
        item.size = PROFILE_MOST_BYTES;
        row.item = profile_show(item, bytes);
        row.cut_hash = item_bytes_hash(row.item);
    }
    profile_extend(sketch, item);
    sketch->counts.of[item.kind]++;
    sketch->counts.rows++;
    unsigned all = (1u << PROFILE_PARTS) - 1;
    unsigned owed =
        profile_feed(sketch, &row, is_number ? all : all & ~(1u << PROFILE_NUMBERS));
    if (owed) {
        profile_owe(sketch, owed, item, hash);
    }
    return SKETCH_OK;
}

enum sketch_status profile_add_null(struct profile *sketch)
{
    if (sketch->counts.rows == SKETCH_MAX_TOTAL) {
        return SKETCH_OVERFLOW;
    }
    sketch->counts.rows++;
    sketch->counts.nulls++;
    return SKETCH_OK;
}
