/* Keyed sketches as one family among others: see struct sketch_ops. */
#include "keyed.h"

static bool keyed_ops_recognises(const uint8_t *bytes, size_t size)
{
    return keyed_kind_in(bytes, size) != NULL;
}

static enum sketch_status keyed_ops_merge(void *into, const void *from)
{
    return keyed_merge(into, from);
}

static enum sketch_status keyed_ops_absorb(void *into, const uint8_t *bytes,
                                           size_t size)
{
    return keyed_absorb(into, bytes, size);
}

static enum sketch_status keyed_ops_serialise(const void *keyed, uint8_t **bytes,
                                              size_t *size)
{
    return keyed_serialise(keyed, bytes, size);
}

static enum sketch_status keyed_ops_deserialise(void **out, const uint8_t *bytes,
                                                size_t size,
                                                const struct sketch_memory *memory)
{
    struct keyed *keyed;
    enum sketch_status status = keyed_deserialise(&keyed, bytes, size, memory);
    *out = keyed;
    return status;
}

static void keyed_ops_free(void *keyed) { keyed_free(keyed); }

const struct sketch_ops keyed_ops = {
    .family = "by",
    .recognises = keyed_ops_recognises,
    .merge = keyed_ops_merge,
    .absorb = keyed_ops_absorb,
    .serialise = keyed_ops_serialise,
    .deserialise = keyed_ops_deserialise,
    .check = keyed_check,
    .free = keyed_ops_free,
};
