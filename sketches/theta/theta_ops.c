/* Theta as one sketch among others: see struct sketch_ops. */
#include "theta_private.h"

static enum sketch_status theta_ops_merge(void *into, const void *from)
{
    return theta_merge(into, from);
}

static enum sketch_status theta_ops_intersect(void *into, const void *from)
{
    return theta_intersect(into, from);
}

static enum sketch_status theta_ops_except(void *into, const void *from)
{
    return theta_except(into, from);
}

static enum sketch_status theta_ops_serialise(const void *sketch, uint8_t **bytes,
                                              size_t *size)
{
    return theta_serialise(sketch, bytes, size);
}

static enum sketch_status theta_ops_serialise_total(const void *sketch, uint8_t **bytes,
                                                    size_t *size)
{
    return theta_serialise_total(sketch, bytes, size);
}

static enum sketch_status theta_ops_deserialise(void **out, const uint8_t *bytes,
                                                size_t size,
                                                const struct sketch_memory *memory)
{
    struct theta *sketch;
    enum sketch_status status = theta_deserialise(&sketch, bytes, size, memory);
    *out = sketch;
    return status;
}

static enum sketch_status theta_ops_create_like(void **out, const void *sketch,
                                                const struct sketch_memory *memory)
{
    const struct theta *model = sketch;
    struct theta *like;
    enum sketch_status status = theta_create(&like, model->lg_k, memory);
    *out = like;
    return status;
}

static enum sketch_status theta_ops_absorb(void *into, const uint8_t *bytes,
                                           size_t size)
{
    return theta_absorb(into, bytes, size);
}

static enum sketch_status theta_ops_absorb_intersect(void *into, const uint8_t *bytes,
                                                     size_t size)
{
    return theta_absorb_intersect(into, bytes, size);
}

static enum sketch_status theta_ops_absorb_except(void *into, const uint8_t *bytes,
                                                  size_t size)
{
    return theta_absorb_except(into, bytes, size);
}

static void theta_ops_free(void *sketch) { theta_free(sketch); }

const struct sketch_ops theta_ops = {
    .family = "theta",
    .recognises = theta_recognises,
    .fault = theta_fault,
    .merge = theta_ops_merge,
    .serialise = theta_ops_serialise,
    .serialise_total = theta_ops_serialise_total,
    .deserialise = theta_ops_deserialise,
    .create_like = theta_ops_create_like,
    .absorb = theta_ops_absorb,
    .free = theta_ops_free,
};

const struct sketch_ops theta_intersect_ops = {
    .family = "theta",
    .recognises = theta_recognises,
    .fault = theta_fault,
    .merge = theta_ops_intersect,
    .serialise = theta_ops_serialise,
    .deserialise = theta_ops_deserialise,
    .absorb = theta_ops_absorb_intersect,
    .free = theta_ops_free,
};

const struct sketch_ops theta_except_ops = {
    .family = "theta",
    .recognises = theta_recognises,
    .fault = theta_fault,
    .merge = theta_ops_except,
    .serialise = theta_ops_serialise,
    .deserialise = theta_ops_deserialise,
    .absorb = theta_ops_absorb_except,
    .free = theta_ops_free,
};
