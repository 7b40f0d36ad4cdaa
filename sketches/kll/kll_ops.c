/* KLL as one sketch among others: see struct sketch_ops. */
#include "kll_private.h"

static enum sketch_status kll_ops_merge(void *into, const void *from)
{
    return kll_merge(into, from);
}

static enum sketch_status kll_ops_serialise(const void *sketch, uint8_t **bytes,
                                            size_t *size)
{
    return kll_serialise(sketch, bytes, size);
}

static enum sketch_status kll_ops_deserialise(void **out, const uint8_t *bytes,
                                              size_t size,
                                              const struct sketch_memory *memory)
{
    struct kll *sketch;
    enum sketch_status status = kll_deserialise(&sketch, bytes, size, memory);
    *out = sketch;
    return status;
}

static enum sketch_status kll_ops_absorb(void *into, const uint8_t *bytes, size_t size)
{
    return kll_absorb(into, bytes, size);
}

static void kll_ops_free(void *sketch) { kll_free(sketch); }

const struct sketch_ops kll_ops = {
    .family = "kll",
    .recognises = kll_recognises,
    .merge = kll_ops_merge,
    .serialise = kll_ops_serialise,
    .deserialise = kll_ops_deserialise,
    .absorb = kll_ops_absorb,
    .free = kll_ops_free,
};
