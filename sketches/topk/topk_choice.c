/*
 * By count, then among those of the last count by error, then among those by item.
 *
 * The number at some place of a list, without sorting it, is found by bisection of the
 * numbers between the smallest and the largest: each step counts how many there are
 * above the middle, in a loop without branches.  It takes at most 64 steps, whatever
 * the list.  Items have no such middle: a heap of those that stay has the one to go on
 * top.
 */
#include "topk_choice.h"

enum topk_merit { TOPK_BY_COUNT, TOPK_BY_ERROR };

/* The larger, the better. */
static inline uint64_t topk_merit_of(const struct topk_joint *joint, enum topk_merit by)
{
    return by == TOPK_BY_COUNT ? joint->count : ~joint->error;
}

static void topk_swap(struct topk_joint *a, struct topk_joint *b)
{
    struct topk_joint held = *a;
    *a = *b;
    *b = held;
}

/* Puts those above a merit first, and returns how many they are. */
static uint32_t topk_part(struct topk_joint *joints, uint32_t count, uint64_t merit,
                          enum topk_merit by)
{
    uint32_t above = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (topk_merit_of(&joints[i], by) > merit) {
            topk_swap(&joints[above++], &joints[i]);
        }
    }
    return above;
}

/* The merit at a place, from 1 on. */
static uint64_t topk_merit_at(const struct topk_joint *joints, uint32_t count,
                              uint32_t place, enum topk_merit by)
{
    uint64_t low = UINT64_MAX;
    uint64_t high = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t merit = topk_merit_of(&joints[i], by);
        low = merit < low ? merit : low;
        high = merit > high ? merit : high;
    }
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        uint32_t above = 0;
        for (uint32_t i = 0; i < count; i++) {
            above += topk_merit_of(&joints[i], by) > middle;
        }
        low = above < place ? low : middle + 1;
        high = above < place ? middle : high;
    }
    return low;
}

/* A list of which some are to be chosen. */
struct topk_list {
    struct topk_joint *joints;
    uint32_t count;
    uint32_t named;
};

/* Cuts the list down to those of which merit does not tell whether they stay. */
static void topk_narrow(struct topk_list *list, enum topk_merit by)
{
    if (list->named == 0 || list->named == list->count) {
        return;
    }
    uint64_t merit = topk_merit_at(list->joints, list->count, list->named, by);
    uint32_t above = topk_part(list->joints, list->count, merit, by);
    list->joints += above;
    list->named -= above;
    list->count = topk_part(list->joints, list->count - above, merit - 1, by);
}

/* Sinks the joint at a place in the heap, in which the last item is on top. */
static void topk_sink(const struct topk_list *list, uint32_t at, topk_item_fn *item,
                      const void *context)
{
    struct topk_joint *joints = list->joints;
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= list->named) {
            return;
        }
        if (child + 1 < list->named &&
            item_compare(item(&joints[child + 1], context),
                         item(&joints[child], context)) > 0) {
            child++;
        }
        if (item_compare(item(&joints[child], context), item(&joints[at], context)) <
            0) {
            return;
        }
        topk_swap(&joints[child], &joints[at]);
        at = child;
    }
}

static void topk_choose_items(const struct topk_list *list, topk_item_fn *item,
                              const void *context)
{
    struct topk_joint *joints = list->joints;
    if (list->named == 0 || list->named == list->count) {
        return;
    }
    for (uint32_t i = list->named / 2; i-- > 0;) {
        topk_sink(list, i, item, context);
    }
    for (uint32_t i = list->named; i < list->count; i++) {
        if (item_compare(item(&joints[i], context), item(&joints[0], context)) < 0) {
            topk_swap(&joints[i], &joints[0]);
            topk_sink(list, 0, item, context);
        }
    }
}

void topk_choose(struct topk_joint *joints, uint32_t count, uint32_t named,
                 topk_item_fn *item, const void *context)
{
    struct topk_list list = {joints, count, named};
    topk_narrow(&list, TOPK_BY_COUNT);
    topk_narrow(&list, TOPK_BY_ERROR);
    topk_choose_items(&list, item, context);
}
