/* Choosing those items of two sketches that stay when they are merged. */
#ifndef TOPK_CHOICE_H
#define TOPK_CHOICE_H

#include "item.h"

#define TOPK_NOT_THERE UINT32_MAX

/* An item of one sketch or of both. */
struct topk_joint {
    uint64_t count;
    uint64_t error;
    uint32_t ours; /* the entry of either side, or TOPK_NOT_THERE */
    uint32_t theirs;
};

typedef struct item topk_item_fn(const struct topk_joint *joint, const void *context);

/* Puts the best `named` of them first, in the order of topk_rank; each part is in no
 * order.  `item` tells the item of a joint. */
void topk_choose(struct topk_joint *joints, uint32_t count, uint32_t named,
                 topk_item_fn *item, const void *context);

#endif
