/* Top-k by distinct as one sketch among others: see struct sketch_ops. */
#include "topk_distinct_private.h"

static enum sketch_status topk_distinct_ops_merge(void *into, const void *from)
{
    return topk_distinct_merge(into, from);
}

static enum sketch_status topk_distinct_ops_serialise(const void *sketch,
                                                      uint8_t **bytes, size_t *size)
{
    return topk_distinct_serialise(sketch, bytes, size);
}

static enum sketch_status
topk_distinct_ops_deserialise(void **out, const uint8_t *bytes, size_t size,
                              const struct sketch_memory *memory)
{
    struct topk_distinct *sketch;
    enum sketch_status status = topk_distinct_deserialise(&sketch, bytes, size, memory);
    *out = sketch;
    return status;
}

static enum sketch_status topk_distinct_ops_absorb(void *into, const uint8_t *bytes,
                                                   size_t size)
{
    return topk_distinct_absorb(into, bytes, size);
}

static void topk_distinct_ops_free(void *sketch) { topk_distinct_free(sketch); }

const struct sketch_ops topk_distinct_ops = {
    .family = "topk_distinct",
    .recognises = topk_distinct_recognises,
    .merge = topk_distinct_ops_merge,
    .serialise = topk_distinct_ops_serialise,
    .deserialise = topk_distinct_ops_deserialise,
    .absorb = topk_distinct_ops_absorb,
    .free = topk_distinct_ops_free,
};
