#include "tdigest_slide.h"

#include "invariant.h"
#include "sorted_blocks.h"
#include "tdigest_private.h"

#include <math.h>
#include <string.h>

struct tdigest_slide {
    struct sketch_memory memory;
    struct sorted_blocks sorted;
};

#define TDIGEST_SIGN (UINT64_C(1) << 63)

/* A number that ascends as the value does; both zeros are one value. */
static uint64_t tdigest_slide_key(double value)
{
    uint64_t bits;
    value = value == 0 ? 0 : value;
    memcpy(&bits, &value, sizeof bits);
    return bits & TDIGEST_SIGN ? ~bits : bits | TDIGEST_SIGN;
}

static double tdigest_slide_value(uint64_t key)
{
    uint64_t bits = key & TDIGEST_SIGN ? key ^ TDIGEST_SIGN : ~key;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

enum sketch_status tdigest_slide_create(struct tdigest_slide **out,
                                        const struct sketch_memory *memory)
{
    *out = sketch_allocate(memory, sizeof **out);
    if (!*out) {
        return SKETCH_NOMEM;
    }
    (*out)->memory = *memory;
    return SKETCH_OK;
}

void tdigest_slide_free(struct tdigest_slide *slide)
{
    if (slide) {
        struct sketch_memory memory = slide->memory;
        sorted_blocks_release(&slide->sorted, &memory);
        sketch_release(&memory, slide);
    }
}

enum sketch_status tdigest_slide_add(struct tdigest_slide *slide, double value)
{
    return isfinite(value) ? sorted_blocks_put(&slide->sorted, tdigest_slide_key(value),
                                               &slide->memory)
                           : SKETCH_RANGE;
}

void tdigest_slide_remove(struct tdigest_slide *slide, double value)
{
    bool was_there =
        sorted_blocks_drop(&slide->sorted, tdigest_slide_key(value), &slide->memory);
    invariant(was_there);
    (void)was_there;
}

uint64_t tdigest_slide_count(const struct tdigest_slide *slide)
{
    return slide->sorted.count;
}

static double tdigest_slide_at(const struct tdigest_slide *slide, uint64_t rank)
{
    return tdigest_slide_value(sorted_blocks_at(&slide->sorted, rank));
}

/* Each value is a step of the distribution function; where a share lies between two
 * steps exactly, all between the two values will do, and the middle is taken. */
static double tdigest_slide_quantile(const struct tdigest_slide *slide, double q)
{
    uint64_t count = slide->sorted.count;
    double height = q * (double)count;
    uint64_t rank = (uint64_t)height;
    if (rank >= count) {
        return tdigest_slide_at(slide, count - 1);
    }
    double value = tdigest_slide_at(slide, rank);
    if (rank > 0 && (double)rank == height) {
        double before = tdigest_slide_at(slide, rank - 1);
        return tdigest_halfway(before, value);
    }
    return value;
}

/* Of a window that is not empty. */
static double tdigest_slide_first(const struct tdigest_slide *slide, double q)
{
    uint64_t wanted = (uint64_t)ceil(q * (double)slide->sorted.count);
    return tdigest_slide_at(slide, wanted > 0 ? wanted - 1 : 0);
}

static enum sketch_status
tdigest_slide_answer(const struct tdigest_slide *slide, const double *q, size_t count,
                     double (*answer)(const struct tdigest_slide *slide, double q),
                     double *values)
{
    if (slide->sorted.count == 0) {
        return SKETCH_RANGE;
    }
    for (size_t i = 0; i < count; i++) {
        if (!(q[i] >= 0 && q[i] <= 1)) {
            return SKETCH_RANGE;
        }
        values[i] = answer(slide, q[i]);
    }
    return SKETCH_OK;
}

enum sketch_status tdigest_slide_quantiles(const struct tdigest_slide *slide,
                                           const double *q, size_t count,
                                           double *values)
{
    return tdigest_slide_answer(slide, q, count, tdigest_slide_quantile, values);
}

enum sketch_status tdigest_slide_added(const struct tdigest_slide *slide,
                                       const double *q, size_t count, double *values)
{
    return tdigest_slide_answer(slide, q, count, tdigest_slide_first, values);
}
