/* The state of KLL: values come in at the bottom. */
#include "kll_private.h"

#include <float.h>
#include <math.h>

void kll_begin(struct kll *sketch, int k, const struct sketch_memory *memory)
{
    *sketch = (struct kll){.memory = *memory,
                           .k = k,
                           .min_k = k,
                           .levels = 1,
                           .least = INFINITY,
                           .most = -INFINITY,
                           .capacity = (uint32_t)k,
                           .toss = kll_toss};
    kll_know_caps(sketch, 1);
}

enum sketch_status kll_create(struct kll **out, int k,
                              const struct sketch_memory *memory)
{
    *out = NULL;
    if (k < KLL_MIN_K || k > KLL_MAX_K) {
        return SKETCH_RANGE;
    }
    struct kll *sketch = memory->resize(memory->ctx, NULL, sizeof *sketch);
    if (!sketch) {
        return SKETCH_NOMEM;
    }
    kll_begin(sketch, k, memory);
    *out = sketch;
    return SKETCH_OK;
}

void kll_free(struct kll *sketch)
{
    if (sketch) {
        struct sketch_memory memory = sketch->memory;
        sketch_release(&memory, sketch->items);
        sketch_release(&memory, sketch);
    }
}

enum sketch_status kll_push(struct kll *sketch, double value)
{
    if (sketch->starts[0] == 0) {
        enum sketch_status status = kll_make_room(sketch);
        if (status != SKETCH_OK) {
            return status;
        }
    }
    sketch->items[--sketch->starts[0]] = value;
    sketch->is_sorted = false;
    sketch->n++;
    return SKETCH_OK;
}

enum sketch_status kll_add(struct kll *sketch, double value)
{
    if (!(fabs(value) <= DBL_MAX)) {
        return SKETCH_RANGE;
    }
    if (sketch->n >= SKETCH_MAX_TOTAL) {
        return SKETCH_OVERFLOW;
    }
    value += 0.0;
    enum sketch_status status = kll_push(sketch, value);
    if (status != SKETCH_OK) {
        return status;
    }
    if (value < sketch->least) {
        sketch->least = value;
    }
    if (value > sketch->most) {
        sketch->most = value;
    }
    return SKETCH_OK;
}

int kll_k(const struct kll *sketch) { return sketch->k; }
uint64_t kll_weight(const struct kll *sketch) { return sketch->n; }
bool kll_is_exact(const struct kll *sketch) { return sketch->levels == 1; }

size_t kll_retained(const struct kll *sketch) { return kll_kept(sketch); }

double kll_min(const struct kll *sketch)
{
    return sketch->n > 0 ? sketch->least : (double)NAN;
}

double kll_max(const struct kll *sketch)
{
    return sketch->n > 0 ? sketch->most : (double)NAN;
}
