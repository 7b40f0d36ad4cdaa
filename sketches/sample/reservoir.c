/*
 * Algorithm L (Li, Reservoir-sampling algorithms of time complexity
 * O(n(1 + log(N/n))), 1994).
 *
 * Imagine that each row draws a key between 0 and 1, and that the n rows with the
 * smallest keys are the sample.  Of these keys only the largest, the threshold, has
 * to be known.  The next row to enter is the next with a key below it, so the number
 * of rows to pass over is geometric, and drawn at once.  That row drives out the one
 * that has the largest key, which may be any of the n with equal odds; the keys now in
 * the sample are n even draws below the old threshold, and the new one is the largest
 * of them: the old one times the n-th root of one draw.
 *
 * Which rows are in the sample tells nothing about the keys' sizes, because keys are
 * dealt to rows without looking.  So the threshold after N rows may be forgotten and
 * drawn anew, as the n-th smallest of N draws, and so it is after a merge: the
 * threshold and the sample of the sum are then as if one reservoir had seen all N
 * rows, and going on is right.  With exponential keys the n-th smallest of N is the sum
 * of n independent gaps, the k-th of mean 1 / (N - k), k from 0 (Renyi 1953), and
 * 1 - e^-x turns it into one of even keys.
 *
 * A merge draws how many rows come from each side as if it drew the rows: one after
 * the other without replacement from N1 + N2, which takes integers alone and is exact;
 * then any rows of each side's sample.  It uses nothing of the sides but that their
 * samples are fair, so sides that were sampled with the same seed do no harm.
 *
 * Nothing here asks libm, whose last bits differ (portable_math.h).
 */
#include "reservoir_private.h"

#include "portable_math.h"

enum sketch_status reservoir_create(struct reservoir **out, uint32_t size,
                                    uint64_t seed, const struct sketch_memory *memory)
{
    *out = NULL;
    if (size < 1 || size > ITEM_LIST_MAX) {
        return SKETCH_RANGE;
    }
    struct reservoir *sketch = sketch_allocate(memory, sizeof *sketch);
    if (!sketch) {
        return SKETCH_NOMEM;
    }
    sketch->memory = *memory;
    sketch->size = size;
    sketch->random.state = seed;
    *out = sketch;
    return SKETCH_OK;
}

void reservoir_clear(struct reservoir *sketch)
{
    item_list_clear(&sketch->items, &sketch->memory);
    sketch_release(&sketch->memory, sketch->keys);
}

void reservoir_free(struct reservoir *sketch)
{
    if (sketch) {
        struct sketch_memory memory = sketch->memory;
        reservoir_clear(sketch);
        sketch_release(&memory, sketch);
    }
}

uint32_t reservoir_size(const struct reservoir *sketch) { return sketch->size; }
uint64_t reservoir_seen(const struct reservoir *sketch) { return sketch->seen; }
uint32_t reservoir_count(const struct reservoir *sketch) { return sketch->items.count; }

struct item reservoir_item(const struct reservoir *sketch, uint32_t at)
{
    return item_list_item(&sketch->items, at);
}

static void reservoir_set_threshold(struct reservoir *sketch, double threshold)
{
    threshold = threshold < RESERVOIR_MOST ? threshold : RESERVOIR_MOST;
    sketch->threshold = threshold > RESERVOIR_LEAST ? threshold : RESERVOIR_LEAST;
    double skip =
        random_exponential(&sketch->random) / -portable_ln1p(-sketch->threshold);
    uint64_t left = SKETCH_MAX_TOTAL - sketch->seen;
    sketch->next =
        sketch->seen + (skip < 0x1p62 && (uint64_t)skip < left ? (uint64_t)skip : left);
}

/* The largest of `size` even draws below `limit` is the new threshold. */
static void reservoir_lower_threshold(struct reservoir *sketch, double limit)
{
    double root = random_exponential(&sketch->random) / sketch->size;
    reservoir_set_threshold(sketch, limit + limit * portable_expm1(-root));
}

/* As if the whole stream had been offered just now. */
static void reservoir_draw_threshold(struct reservoir *sketch)
{
    double gaps = 0;
    for (uint32_t k = 0; k < sketch->size; k++) {
        gaps += random_exponential(&sketch->random) / (double)(sketch->seen - k);
    }
    reservoir_set_threshold(sketch, -portable_expm1(-gaps));
}

bool reservoir_pass(struct reservoir *sketch)
{
    bool passes = sketch->seen < sketch->next;
    sketch->seen += passes;
    return passes;
}

enum sketch_status reservoir_add(struct reservoir *sketch, struct item item)
{
    if (reservoir_pass(sketch)) {
        return SKETCH_OK;
    }
    if (sketch->is_weighted) {
        return reservoir_add_weighted(sketch, item, 1);
    }
    if (sketch->seen == SKETCH_MAX_TOTAL) {
        return SKETCH_OVERFLOW;
    }
    bool was_full = reservoir_is_full(sketch);
    struct random random = sketch->random;
    enum sketch_status status =
        was_full ? item_list_replace(&sketch->items,
                                     (uint32_t)random_below(&random, sketch->size),
                                     item, &sketch->memory)
                 : item_list_append(&sketch->items, item, &sketch->memory);
    if (status != SKETCH_OK) {
        return status;
    }
    sketch->random = random;
    sketch->seen++;
    if (reservoir_is_full(sketch)) {
        reservoir_lower_threshold(sketch, was_full ? sketch->threshold : 1);
    }
    return SKETCH_OK;
}

/* Merging */

static enum sketch_status reservoir_copy_some(struct item_list *out,
                                              const struct reservoir *from,
                                              struct reader *image, uint32_t keep,
                                              struct random *random,
                                              const struct sketch_memory *memory)
{
    return image ? item_list_take_some(out, image, reservoir_expected(from), keep,
                                       random, memory)
                 : item_list_copy_some(out, &from->items, keep, random, memory);
}

/* Fills a sketch that has nothing but its memory: with all of `from`. */
static enum sketch_status reservoir_copy(struct reservoir *out,
                                         const struct reservoir *from,
                                         struct reader *image)
{
    struct sketch_memory memory = out->memory;
    uint32_t count = reservoir_expected(from);
    enum sketch_status status = SKETCH_OK;
    *out = *from;
    out->memory = memory;
    out->items = (struct item_list){0};
    out->keys = NULL;
    out->key_room = 0;
    if (from->is_weighted && image) {
        return reservoir_take_weighted(out, image);
    }
    if (from->is_weighted) {
        status = reservoir_reserve_keys(from, count, &out->keys);
        out->key_room = count;
    }
    return status == SKETCH_OK
               ? reservoir_copy_some(&out->items, from, image, count, NULL, &memory)
               : status;
}

static enum sketch_status reservoir_become(struct reservoir *into,
                                           const struct reservoir *from,
                                           struct reader *image)
{
    struct reservoir copy = {.memory = into->memory};
    enum sketch_status status = reservoir_copy(&copy, from, image);
    if (status == SKETCH_OK) {
        reservoir_clear(into);
        *into = copy;
    } else {
        reservoir_clear(&copy);
    }
    return status;
}

/* How many of `size` rows drawn from ours and theirs, without replacement, are ours. */
static uint32_t reservoir_draw_share(struct random *random, uint32_t size,
                                     uint64_t ours, uint64_t theirs)
{
    uint32_t share = 0;
    for (uint32_t i = 0; i < size && ours + theirs > 0; i++) {
        if (random_below(random, ours + theirs) < ours) {
            ours--;
            share++;
        } else {
            theirs--;
        }
    }
    return share;
}

/* None of both is empty, and together they are not too long. */
static enum sketch_status reservoir_unite(struct reservoir *into,
                                          const struct reservoir *from,
                                          struct reader *image)
{
    uint64_t seen = into->seen + from->seen;
    uint32_t size = into->size < from->size ? into->size : from->size;
    uint32_t count = seen < size ? (uint32_t)seen : size;
    struct random other = from->random;
    struct random random = {into->random.state + random_next(&other)};
    uint32_t ours = reservoir_draw_share(&random, count, into->seen, from->seen);
    struct item_list theirs = {0};
    enum sketch_status status =
        reservoir_copy_some(&theirs, from, image, count - ours, &random, &into->memory);
    if (status == SKETCH_OK) {
        status = item_list_reserve(&into->items, count, &into->memory);
    }
    if (status != SKETCH_OK) {
        item_list_clear(&theirs, &into->memory);
        return status;
    }
    item_list_thin(&into->items, ours, &random, &into->memory);
    item_list_join(&into->items, &theirs, &into->memory);
    into->size = size;
    into->seen = seen;
    into->random = random;
    if (reservoir_is_full(into)) {
        reservoir_draw_threshold(into);
    }
    return SKETCH_OK;
}

/* The same where at least one of them has weights. */
static enum sketch_status reservoir_unite_any(struct reservoir *into,
                                              const struct reservoir *from,
                                              struct reader *image)
{
    struct reservoir copy = {.memory = into->memory};
    enum sketch_status status = reservoir_copy(&copy, from, image);
    if (status == SKETCH_OK) {
        status = reservoir_unite_weighted(into, &copy);
    }
    reservoir_clear(&copy);
    return status;
}

/* `from` has rows, and together they are not too long. */
static enum sketch_status reservoir_merge_rows(struct reservoir *into,
                                               const struct reservoir *from,
                                               struct reader *image)
{
    return into->seen == 0 ? reservoir_become(into, from, image)
           : into->is_weighted || from->is_weighted
               ? reservoir_unite_any(into, from, image)
               : reservoir_unite(into, from, image);
}

/* `from` has too many rows, or none: whether it is one at all. */
static enum sketch_status reservoir_check(const struct reservoir *from,
                                          struct reader *image,
                                          const struct sketch_memory *memory)
{
    struct reservoir copy = {.memory = *memory};
    enum sketch_status status = reservoir_copy(&copy, from, image);
    reservoir_clear(&copy);
    return status;
}

enum sketch_status reservoir_merge_image(struct reservoir *into,
                                         const struct reservoir *from,
                                         struct reader *image)
{
    bool too_long = from->seen > SKETCH_MAX_TOTAL - into->seen;
    if (from->seen > 0 && !too_long) {
        return reservoir_merge_rows(into, from, image);
    }
    enum sketch_status status = reservoir_check(from, image, &into->memory);
    return status == SKETCH_OK && too_long ? SKETCH_OVERFLOW : status;
}

enum sketch_status reservoir_merge(struct reservoir *into, const struct reservoir *from)
{
    return reservoir_merge_image(into, from, NULL);
}
