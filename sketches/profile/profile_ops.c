/* Profiles as one sketch among others: see struct sketch_ops. */
#include "profile_private.h"

static enum sketch_status profile_ops_merge(void *into, const void *from)
{
    return profile_merge(into, from);
}

static enum sketch_status profile_ops_serialise(const void *sketch, uint8_t **bytes,
                                                size_t *size)
{
    return profile_serialise(sketch, bytes, size);
}

static enum sketch_status profile_ops_deserialise(void **out, const uint8_t *bytes,
                                                  size_t size,
                                                  const struct sketch_memory *memory)
{
    struct profile *sketch;
    enum sketch_status status = profile_deserialise(&sketch, bytes, size, memory);
    *out = sketch;
    return status;
}

static enum sketch_status profile_ops_absorb(void *into, const uint8_t *bytes,
                                             size_t size)
{
    return profile_absorb(into, bytes, size);
}

static void profile_ops_free(void *sketch) { profile_free(sketch); }

const struct sketch_ops profile_ops = {
    .family = "profile",
    .recognises = profile_recognises,
    .merge = profile_ops_merge,
    .serialise = profile_ops_serialise,
    .deserialise = profile_ops_deserialise,
    .absorb = profile_ops_absorb,
    .free = profile_ops_free,
};
