/* The reservoir as one sketch among others: see struct sketch_ops. */
#include "reservoir_private.h"

static enum sketch_status reservoir_ops_merge(void *into, const void *from)
{
    return reservoir_merge(into, from);
}

static enum sketch_status reservoir_ops_serialise(const void *sketch, uint8_t **bytes,
                                                  size_t *size)
{
    return reservoir_serialise(sketch, bytes, size);
}

static enum sketch_status reservoir_ops_deserialise(void **out, const uint8_t *bytes,
                                                    size_t size,
                                                    const struct sketch_memory *memory)
{
    struct reservoir *sketch;
    enum sketch_status status = reservoir_deserialise(&sketch, bytes, size, memory);
    *out = sketch;
    return status;
}

static enum sketch_status reservoir_ops_absorb(void *into, const uint8_t *bytes,
                                               size_t size)
{
    return reservoir_absorb(into, bytes, size);
}

static void reservoir_ops_free(void *sketch) { reservoir_free(sketch); }

const struct sketch_ops reservoir_ops = {
    .family = "reservoir",
    .recognises = reservoir_recognises,
    .merge = reservoir_ops_merge,
    .serialise = reservoir_ops_serialise,
    .deserialise = reservoir_ops_deserialise,
    .absorb = reservoir_ops_absorb,
    .free = reservoir_ops_free,
};
