/*
 * Weighted sampling without replacement (Efraimidis, Spirakis, Weighted random sampling
 * with a reservoir, 2006).
 *
 * Each row draws a key: an exponential number of mean 1, divided by its weight.  The n
 * rows with the smallest keys are the sample.  Keys are like times at which clocks
 * ring, that of a row with twice the weight running twice as fast.  So the first to
 * ring is each row with a probability that is its share of all weight; the second each
 * of the others with its share of what is left; and so on: rows are drawn one after the
 * other without replacement.  (Theirs are the keys u^(w), e to the minus ours, which
 * weights far from 1 press against 0 or 1.)
 *
 * Once the sample is full, only keys below the largest in it, the threshold t, matter,
 * and rows that have others need draw none: a row of weight w passes with probability
 * e^(-wt), whatever came before, so the weight that passes until one enters is
 * exponential with mean 1 / t, and drawn at once: their algorithm A-ExpJ.  The row in
 * which it ends has a key below t, which is drawn on that condition.
 *
 * Keys are kept, and the n smallest of two samples are the sample of both streams:
 * exact, and the same in whatever order samples are merged.  But keys of two samples
 * must not be drawn from the same numbers, as they would be with the same seed for
 * every day.  So each row that is looked at stirs the generator: streams that begin
 * with different rows have nothing in common.  The generator of a merge is the sum of
 * both, for the same reason that keys are kept.
 *
 * A sample without weights is one in which each row weighs 1, of which the keys were
 * never drawn.  Which rows are in it tells nothing about the keys, so they may be drawn
 * when weights come: the gaps between the n smallest of N (reservoir.c), dealt to the
 * items in any order.
 */
#include "invariant.h"
#include "portable_math.h"
#include "reservoir_private.h"

#include <string.h>

bool reservoir_is_weighted(const struct reservoir *sketch)
{
    return sketch->is_weighted;
}

double reservoir_draw_key(struct random *random, double weight)
{
    return random_exponential(random) / weight;
}

/* A key below the threshold, which is the largest in the sample. */
static double reservoir_draw_key_below(struct random *random, double weight,
                                       double threshold)
{
    double u = random_real(random);
    double key = -portable_ln1p(u * portable_expm1(-weight * threshold)) / weight;
    key = key < threshold ? key : threshold;
    return key > RESERVOIR_LEAST_KEY ? key : RESERVOIR_LEAST_KEY;
}

static void reservoir_draw_left(struct reservoir *sketch, struct random *random)
{
    sketch->left = reservoir_draw_key(random, sketch->keys[0].key);
}

/* Keys of mean 1 for the items of a sample without weights, the largest first. */
static void reservoir_deal_keys(const struct reservoir *sketch,
                                struct reservoir_key *keys)
{
    struct random random = sketch->random;
    uint32_t count = sketch->items.count;
    double key = 0;
    for (uint32_t i = 0; i < count; i++) {
        random.state += item_hash(item_list_item(&sketch->items, i)).h1;
        keys[i].slot = i;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t last = count - 1 - i;
        uint32_t any = (uint32_t)random_below(&random, last + 1);
        uint32_t slot = keys[any].slot;
        keys[any].slot = keys[last].slot;
        key += random_exponential(&random) / (double)(sketch->seen - i);
        keys[last] = (struct reservoir_key){key, 1, slot};
    }
}

/* Copies the keys, or draws them. */
static void reservoir_copy_keys(const struct reservoir *sketch,
                                struct reservoir_key *keys)
{
    if (!sketch->is_weighted) {
        reservoir_deal_keys(sketch, keys);
    } else if (sketch->items.count > 0) {
        memcpy(keys, sketch->keys, sketch->items.count * sizeof *keys);
    }
}

enum sketch_status reservoir_reserve_keys(const struct reservoir *sketch, size_t count,
                                          struct reservoir_key **keys)
{
    const struct sketch_memory *memory = &sketch->memory;
    *keys = memory->resize(memory->ctx, NULL, count * sizeof **keys);
    if (!*keys) {
        return SKETCH_NOMEM;
    }
    reservoir_copy_keys(sketch, *keys);
    return SKETCH_OK;
}

/* Makes room for a key of every item that there is room for, and with it a sample with
 * weights of any other. */
static enum sketch_status reservoir_weigh(struct reservoir *sketch)
{
    struct reservoir_key *keys;
    if (sketch->is_weighted && sketch->key_room >= sketch->items.room) {
        return SKETCH_OK;
    }
    enum sketch_status status =
        reservoir_reserve_keys(sketch, sketch->items.room, &keys);
    if (status != SKETCH_OK) {
        return status;
    }
    sketch_release(&sketch->memory, sketch->keys);
    sketch->keys = keys;
    sketch->key_room = sketch->items.room;
    if (!sketch->is_weighted) {
        sketch->is_weighted = true;
        sketch->threshold = 0;
        sketch->next = 0;
        if (reservoir_is_full(sketch)) {
            reservoir_draw_left(sketch, &sketch->random);
        }
    }
    return SKETCH_OK;
}

bool reservoir_pass_weighted(struct reservoir *sketch, double weight)
{
    if (weight == 0) {
        return true;
    }
    bool passes = sketch->is_weighted && reservoir_is_weight(weight) &&
                  weight < sketch->left && sketch->seen < SKETCH_MAX_TOTAL;
    if (passes) {
        sketch->left -= weight;
        sketch->seen++;
    }
    return passes;
}

/* Takes a row in; the copy of its item is the sketch's from here on. */
static void reservoir_enter(struct reservoir *sketch, struct item_copy copy,
                            double weight)
{
    struct reservoir_key *keys = sketch->keys;
    struct random *random = &sketch->random;
    uint64_t stir;
    memcpy(&stir, &weight, sizeof stir);
    random->state += stir + item_hash(item_copy_item(&copy)).h1;
    struct reservoir_key key = {.weight = weight};
    if (reservoir_is_full(sketch)) {
        key.slot = keys[0].slot;
        key.key = reservoir_draw_key_below(random, weight, keys[0].key);
        keys[0] = key;
        reservoir_keys_sink(keys, sketch->size);
    } else {
        key.slot = sketch->items.count;
        key.key = reservoir_draw_key(random, weight);
        keys[key.slot] = key;
        reservoir_keys_rise(keys, key.slot + 1);
    }
    item_list_put_copy(&sketch->items, key.slot, copy, &sketch->memory);
    sketch->seen++;
    if (reservoir_is_full(sketch)) {
        reservoir_draw_left(sketch, random);
    }
}

enum sketch_status reservoir_add_weighted(struct reservoir *sketch, struct item item,
                                          double weight)
{
    struct item_copy copy;
    if (!reservoir_is_weight(weight)) {
        return SKETCH_RANGE;
    }
    if (reservoir_pass_weighted(sketch, weight)) {
        return SKETCH_OK;
    }
    if (sketch->seen == SKETCH_MAX_TOTAL) {
        return SKETCH_OVERFLOW;
    }
    enum sketch_status status = item_copy_make(&copy, item, &sketch->memory);
    if (status != SKETCH_OK) {
        return status;
    }
    if (!reservoir_is_full(sketch)) {
        status = item_list_grow(&sketch->items, &sketch->memory);
    }
    if (status == SKETCH_OK) {
        status = reservoir_weigh(sketch);
    }
    /* A sample that had no weights until now may let the row pass. */
    if (status != SKETCH_OK || reservoir_pass_weighted(sketch, weight)) {
        item_copy_drop(&copy, &sketch->memory);
    } else {
        reservoir_enter(sketch, copy, weight);
    }
    return status;
}

/* Moves the items of the first keys into a list that has room for them, and drops the
 * others; both lists are left empty. */
static void reservoir_choose(struct item_list *out, struct reservoir_key *keys,
                             uint32_t kept, struct item_list *ours,
                             struct item_list *theirs,
                             const struct sketch_memory *memory)
{
    uint32_t count = ours->count + theirs->count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = keys[i].slot;
        struct item_copy *copy = slot < ours->count
                                     ? &ours->slots[slot]
                                     : &theirs->slots[slot - ours->count];
        if (i < kept) {
            keys[i].slot = i;
            item_list_put_copy(out, i, *copy, memory);
        } else {
            item_copy_drop(copy, memory);
        }
    }
    ours->count = 0; /* they are no longer theirs */
    theirs->count = 0;
    item_list_clear(ours, memory);
    item_list_clear(theirs, memory);
}

enum sketch_status reservoir_unite_weighted(struct reservoir *into,
                                            struct reservoir *from)
{
    invariant(into->seen > 0 && from->seen > 0);
    const struct sketch_memory *memory = &into->memory;
    uint32_t ours = into->items.count;
    uint32_t count = ours + from->items.count;
    uint32_t size = into->size < from->size ? into->size : from->size;
    uint32_t kept = count < size ? count : size;
    struct item_list items = {0};
    struct reservoir_key *keys;
    enum sketch_status status = item_list_reserve(&items, kept, memory);
    if (status == SKETCH_OK) {
        status = reservoir_reserve_keys(into, count, &keys);
    }
    if (status != SKETCH_OK) {
        item_list_clear(&items, memory);
        return status;
    }
    reservoir_copy_keys(from, keys + ours);
    for (uint32_t i = ours; i < count; i++) {
        keys[i].slot += ours;
    }
    reservoir_keys_sort(keys, count);
    reservoir_choose(&items, keys, kept, &into->items, &from->items, memory);
    reservoir_keys_turn(keys, kept);
    sketch_release(memory, into->keys);
    uint64_t seen = into->seen + from->seen;
    *into = (struct reservoir){
        .memory = *memory,
        .size = size,
        .seen = seen,
        .random = {into->random.state + from->random.state},
        .items = items,
        .is_weighted = true,
        .keys = keys,
        .key_room = count,
    };
    if (reservoir_is_full(into)) {
        /* The generator stays where it is, so that the order of merges does not
         * matter; the next row that enters stirs it. */
        struct random random = into->random;
        reservoir_draw_left(into, &random);
    }
    return SKETCH_OK;
}
