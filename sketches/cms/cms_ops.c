/* Count-min as one sketch among others: see struct sketch_ops. */
#include "cms_private.h"

static enum sketch_status cms_ops_merge(void *into, const void *from)
{
    return cms_merge(into, from);
}

static enum sketch_status cms_ops_serialise(const void *sketch, uint8_t **bytes,
                                            size_t *size)
{
    return cms_serialise(sketch, bytes, size);
}

static enum sketch_status cms_ops_deserialise(void **out, const uint8_t *bytes,
                                              size_t size,
                                              const struct sketch_memory *memory)
{
    struct cms *sketch;
    enum sketch_status status = cms_deserialise(&sketch, bytes, size, memory);
    *out = sketch;
    return status;
}

static enum sketch_status cms_ops_absorb(void *into, const uint8_t *bytes, size_t size)
{
    return cms_absorb(into, bytes, size);
}

static void cms_ops_free(void *sketch) { cms_free(sketch); }

const struct sketch_ops cms_ops = {
    .family = "cms",
    .recognises = cms_recognises,
    .merge = cms_ops_merge,
    .serialise = cms_ops_serialise,
    .deserialise = cms_ops_deserialise,
    .absorb = cms_ops_absorb,
    .free = cms_ops_free,
};
