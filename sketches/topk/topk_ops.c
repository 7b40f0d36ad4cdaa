/* Top-k as one sketch among others: see struct sketch_ops. */
#include "topk_private.h"

static enum sketch_status topk_ops_merge(void *into, const void *from)
{
    return topk_merge(into, from);
}

static enum sketch_status topk_ops_serialise(const void *sketch, uint8_t **bytes,
                                             size_t *size)
{
    return topk_serialise(sketch, bytes, size);
}

static enum sketch_status topk_ops_deserialise(void **out, const uint8_t *bytes,
                                               size_t size,
                                               const struct sketch_memory *memory)
{
    struct topk *sketch;
    enum sketch_status status = topk_deserialise(&sketch, bytes, size, memory);
    *out = sketch;
    return status;
}

static enum sketch_status topk_ops_absorb(void *into, const uint8_t *bytes, size_t size)
{
    return topk_absorb(into, bytes, size);
}

static void topk_ops_free(void *sketch) { topk_free(sketch); }

const struct sketch_ops topk_ops = {
    .family = "topk",
    .recognises = topk_recognises,
    .merge = topk_ops_merge,
    .serialise = topk_ops_serialise,
    .deserialise = topk_ops_deserialise,
    .absorb = topk_ops_absorb,
    .free = topk_ops_free,
};
