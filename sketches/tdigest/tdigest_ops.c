/* The t-digest as one sketch among others: see struct sketch_ops. */
#include "tdigest_private.h"

static enum sketch_status tdigest_ops_merge(void *into, const void *from)
{
    return tdigest_merge(into, from);
}

static enum sketch_status tdigest_ops_serialise(const void *sketch, uint8_t **bytes,
                                                size_t *size)
{
    return tdigest_serialise(sketch, bytes, size);
}

static enum sketch_status tdigest_ops_deserialise(void **out, const uint8_t *bytes,
                                                  size_t size,
                                                  const struct sketch_memory *memory)
{
    struct tdigest *sketch;
    enum sketch_status status = tdigest_deserialise(&sketch, bytes, size, memory);
    *out = sketch;
    return status;
}

static enum sketch_status tdigest_ops_absorb(void *into, const uint8_t *bytes,
                                             size_t size)
{
    return tdigest_absorb(into, bytes, size);
}

static void tdigest_ops_free(void *sketch) { tdigest_free(sketch); }

const struct sketch_ops tdigest_ops = {
    .family = "tdigest",
    .recognises = tdigest_recognises,
    .merge = tdigest_ops_merge,
    .serialise = tdigest_ops_serialise,
    .deserialise = tdigest_ops_deserialise,
    .absorb = tdigest_ops_absorb,
    .free = tdigest_ops_free,
};
