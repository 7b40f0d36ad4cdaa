/* Images in: as sketches, and into sketches. */
#include "theta_image.h"

/* The hashes of an image, in a block of their own or where they are. */
static enum sketch_status theta_run_of(struct theta_run *run,
                                       const struct theta_image *image,
                                       const struct sketch_memory *memory)
{
    enum theta_fault fault = THETA_IS_SOUND;
    *run = (struct theta_run){
        .count = image->count,
        .limit = image->limit,
        .has_items = image->has_items,
    };
    if (image->is_ordered && !image->packed_bits) {
        run->bytes = image->hashes;
        fault = theta_image_check_order(image);
    } else if (image->count > 0) {
        run->block = sketch_allocate(memory, image->count * sizeof *run->block);
        if (!run->block) {
            return SKETCH_NOMEM;
        }
        run->words = run->block;
        fault = theta_image_take(image, run->block);
    }
    return fault == THETA_IS_SOUND ? SKETCH_OK : SKETCH_CORRUPT;
}

static enum sketch_status theta_absorb_as(struct theta *into, const uint8_t *bytes,
                                          size_t size, theta_operation *operation)
{
    struct theta_image image;
    struct theta_run run;
    if (theta_image_open(&image, bytes, size) != THETA_IS_SOUND) {
        return SKETCH_CORRUPT;
    }
    enum sketch_status status = theta_run_of(&run, &image, &into->memory);
    if (status == SKETCH_OK) {
        status = operation(into, &run);
    }
    sketch_release(&into->memory, run.block);
    return status;
}

enum sketch_status theta_absorb(struct theta *into, const uint8_t *bytes, size_t size)
{
    return theta_absorb_as(into, bytes, size, theta_unite_run);
}

enum sketch_status theta_absorb_intersect(struct theta *into, const uint8_t *bytes,
                                          size_t size)
{
    return theta_absorb_as(into, bytes, size, theta_intersect_run);
}

enum sketch_status theta_absorb_except(struct theta *into, const uint8_t *bytes,
                                       size_t size)
{
    return theta_absorb_as(into, bytes, size, theta_except_run);
}

enum sketch_status theta_deserialise(struct theta **out, const uint8_t *bytes,
                                     size_t size, const struct sketch_memory *memory)
{
    enum sketch_status status = theta_create(out, THETA_LG_K, memory);
    if (status == SKETCH_OK) {
        status = theta_absorb(*out, bytes, size);
    }
    if (status != SKETCH_OK) {
        theta_free(*out);
        *out = NULL;
    }
    return status;
}

const char *theta_fault(const uint8_t *bytes, size_t size)
{
    struct theta_image image;
    enum theta_fault fault = theta_image_open(&image, bytes, size);
    if (fault == THETA_IS_SOUND && image.is_ordered && !image.packed_bits) {
        fault = theta_image_check_order(&image);
    }
    switch (fault) {
    case THETA_IS_TRUNCATED:
        return "a truncated one";
    case THETA_HAS_OTHER_SEED:
        return "one that was made with another seed than 9001";
    case THETA_IS_OUT_OF_ORDER:
        return "a damaged one: its hashes are not in the order that it promises";
    case THETA_IS_SOUND:
    case THETA_IS_DAMAGED:
        break;
    }
    return NULL;
}
