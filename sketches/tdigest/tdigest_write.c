/*
 * The sketch as an Apache DataSketches t-digest image of doubles.
 *
 * The image does not say which centroids are atoms.  But equal means do: the values of
 * two neighbours can hardly have one mean unless all of them are equal.  So an atom of
 * weight 2 or more is written as two centroids of that mean, half of the weight each,
 * and is one atom again when read.  Other readers need not know: drawing a line from
 * one to the other, they too answer with the very value.
 *
 * An image holds at most 2k + 10 centroids.  If that is too few for all pairs, the
 * lightest atoms of a list that is blurred anyway are written as one centroid, and are
 * blurred when read; the first and the last stay pairs.  A list of atoms alone is not
 * to be blurred by being stored: then nothing is written as a pair, and a flag says
 * that all are atoms.  Other readers ignore the flag, and other writers do not set it.
 *
 * The flag for the direction of the next merge, which means nothing here, is always
 * set, as DataSketches has it after its first compression: so short streams of
 * different values give the very bytes of DataSketches.
 */
#include "bytes.h"
#include "invariant.h"
#include "tdigest_private.h"

enum {
    TDIGEST_HEAD = 8,
    TDIGEST_SINGLE = 16,
    TDIGEST_ENDS = 32,
    TDIGEST_CENTROID = 16
};

/* Whether a point is written as a pair, if atoms from a weight on are; 0: none is. */
static bool tdigest_is_pair(const struct tdigest_list *list, size_t at, uint64_t least)
{
    const struct tdigest_point *point = &list->points[at];
    bool is_end = at == 0 || at + 1 == list->count;
    return least > 0 && !tdigest_is_blurred(point) &&
           point->tagged >= (is_end ? 2 : least);
}

static size_t tdigest_count_pairs(const struct tdigest_list *list, uint64_t least)
{
    size_t pairs = 0;
    for (size_t i = 0; i < list->count; i++) {
        pairs += tdigest_is_pair(list, i, least);
    }
    return pairs;
}

/* The weight from which on atoms can be written as pairs. */
static uint64_t tdigest_least_pair(const struct tdigest_list *list, size_t spare)
{
    uint64_t low = 2;
    uint64_t high = SKETCH_MAX_TOTAL;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (tdigest_count_pairs(list, middle) <= spare) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

static uint8_t *tdigest_put_head(uint8_t *p, int k, uint16_t flags)
{
    bool is_short = flags & (TDIGEST_IS_EMPTY | TDIGEST_IS_SINGLE);
    p = put_u8(p, is_short ? 1 : 2);
    p = put_u8(p, TDIGEST_SERIAL_VERSION);
    p = put_u8(p, TDIGEST_FAMILY);
    p = put_u16(p, (uint16_t)k);
    p = put_u16(p, flags);
    return put_u8(p, 0);
}

static uint8_t *tdigest_put_point(uint8_t *p, const struct tdigest_point *point,
                                  bool is_pair)
{
    uint64_t weight = tdigest_point_weight(point);
    uint64_t half = is_pair ? weight / 2 : 0;
    p = put_f64(p, point->mean);
    p = put_u64(p, weight - half);
    if (is_pair) {
        p = put_f64(p, point->mean);
        p = put_u64(p, half);
    }
    return p;
}

struct tdigest_plan tdigest_plan(const struct tdigest_list *list, int k)
{
    struct tdigest_plan plan = {.k = k, .flags = TDIGEST_REVERSE};
    bool is_one = list->count == 1 && tdigest_point_weight(list->points) == 1;
    if (list->count == 0 || is_one) {
        plan.flags = is_one ? TDIGEST_IS_SINGLE | TDIGEST_REVERSE : TDIGEST_IS_EMPTY;
        plan.size = is_one ? TDIGEST_SINGLE : TDIGEST_HEAD;
        return plan;
    }
    invariant(list->count <= tdigest_capacity(k));
    size_t spare = tdigest_capacity(k) - list->count;
    size_t pairs = tdigest_count_pairs(list, 2);
    plan.least_pair = 2;
    if (pairs > spare && tdigest_is_clear(list)) {
        plan.flags |= TDIGEST_ALL_ATOMS;
        plan.least_pair = 0;
        pairs = 0;
    } else if (pairs > spare) {
        plan.least_pair = tdigest_least_pair(list, spare);
        pairs = tdigest_count_pairs(list, plan.least_pair);
    }
    plan.centroids = list->count + pairs;
    plan.size = TDIGEST_ENDS + plan.centroids * TDIGEST_CENTROID;
    return plan;
}

void tdigest_write(const struct tdigest_list *list, const struct tdigest_plan *plan,
                   uint8_t *bytes)
{
    uint8_t *p = tdigest_put_head(bytes, plan->k, plan->flags);
    if (plan->flags & TDIGEST_IS_SINGLE) {
        put_f64(p, list->points[0].mean);
    }
    if (plan->centroids == 0) {
        return;
    }
    p = put_u32(p, (uint32_t)plan->centroids);
    p = put_u32(p, 0); /* no buffer */
    p = put_f64(p, list->points[0].mean);
    p = put_f64(p, list->points[list->count - 1].mean);
    for (size_t i = 0; i < list->count; i++) {
        p = tdigest_put_point(p, &list->points[i],
                              tdigest_is_pair(list, i, plan->least_pair));
    }
}

/* The list, all that there is, as an image. */
static enum sketch_status tdigest_write_list(const struct tdigest *sketch,
                                             const struct tdigest_list *list,
                                             uint8_t **bytes, size_t *size)
{
    const struct sketch_memory *memory = &sketch->memory;
    struct tdigest_plan plan = tdigest_plan(list, sketch->k);
    *bytes = memory->resize(memory->ctx, NULL, plan.size);
    if (!*bytes) {
        return SKETCH_NOMEM;
    }
    tdigest_write(list, &plan, *bytes);
    *size = plan.size;
    return SKETCH_OK;
}

enum sketch_status tdigest_serialise(const struct tdigest *sketch, uint8_t **bytes,
                                     size_t *size)
{
    struct tdigest_list list = sketch->list;
    bool is_gathered = sketch->pending > 0 || sketch->waiting > 0;
    *bytes = NULL;
    *size = 0;
    if (is_gathered) {
        enum sketch_status status = tdigest_gather(&list, sketch, true);
        if (status != SKETCH_OK) {
            return status;
        }
        tdigest_condense(&list, sketch->k, tdigest_weight(sketch));
    }
    enum sketch_status status = tdigest_write_list(sketch, &list, bytes, size);
    if (is_gathered) {
        sketch_release(&sketch->memory, list.points);
    }
    return status;
}
