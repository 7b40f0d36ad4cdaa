/* HyperLogLog as one sketch among others: see struct sketch_ops. */
#include "hll_private.h"

static enum sketch_status hll_ops_merge(void *into, const void *from)
{
    return hll_merge(into, from);
}

static enum sketch_status hll_ops_serialise(const void *sketch, uint8_t **bytes,
                                            size_t *size)
{
    return hll_serialise(sketch, bytes, size);
}

static enum sketch_status hll_ops_deserialise(void **out, const uint8_t *bytes,
                                              size_t size,
                                              const struct sketch_memory *memory)
{
    struct hll *sketch;
    enum sketch_status status = hll_deserialise(&sketch, bytes, size, memory);
    *out = sketch;
    return status;
}

static enum sketch_status hll_ops_absorb(void *into, const uint8_t *bytes, size_t size)
{
    return hll_absorb(into, bytes, size);
}

static void hll_ops_free(void *sketch) { hll_free(sketch); }

const struct sketch_ops hll_ops = {
    .family = "hll",
    .recognises = hll_recognises,
    .merge = hll_ops_merge,
    .serialise = hll_ops_serialise,
    .deserialise = hll_ops_deserialise,
    .absorb = hll_ops_absorb,
    .free = hll_ops_free,
};
