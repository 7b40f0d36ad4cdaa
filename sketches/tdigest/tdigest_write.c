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
    return least > 0 && !point->blurred && point->weight >= (is_end ? 2 : least);
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
    if (tdigest_count_pairs(list, low) <= spare) {
        return low;
    }
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

static uint8_t *tdigest_put_head(uint8_t *p, int k, uint8_t flags)
{
    bool is_short = flags & (TDIGEST_IS_EMPTY | TDIGEST_IS_SINGLE);
    p = put_u8(p, is_short ? 1 : 2);
    p = put_u8(p, TDIGEST_SERIAL_VERSION);
    p = put_u8(p, TDIGEST_FAMILY);
    p = put_u16(p, (uint16_t)k);
    p = put_u8(p, flags);
    return put_u16(p, 0);
}

static uint8_t *tdigest_put_point(uint8_t *p, const struct tdigest_point *point,
                                  bool is_pair)
{
    uint64_t half = is_pair ? point->weight / 2 : 0;
    p = put_f64(p, point->mean);
    p = put_u64(p, point->weight - half);
    if (is_pair) {
        p = put_f64(p, point->mean);
        p = put_u64(p, half);
    }
    return p;
}

/* Empty, or the one value. */
static enum sketch_status tdigest_write_short(const struct tdigest *sketch,
                                              const struct tdigest_list *list,
                                              uint8_t **bytes, size_t *size)
{
    *size = list->count > 0 ? TDIGEST_SINGLE : TDIGEST_HEAD;
    *bytes = sketch_allocate(&sketch->memory, *size);
    if (!*bytes) {
        return SKETCH_NOMEM;
    }
    if (list->count > 0) {
        uint8_t *p =
            tdigest_put_head(*bytes, sketch->k, TDIGEST_IS_SINGLE | TDIGEST_REVERSE);
        put_f64(p, list->points[0].mean);
    } else {
        tdigest_put_head(*bytes, sketch->k, TDIGEST_IS_EMPTY);
    }
    return SKETCH_OK;
}

/* A list that fits. */
static enum sketch_status tdigest_write_long(const struct tdigest *sketch,
                                             const struct tdigest_list *list,
                                             uint8_t **bytes, size_t *size)
{
    invariant(list->count <= tdigest_capacity(sketch->k));
    size_t spare = tdigest_capacity(sketch->k) - list->count;
    uint8_t flags = TDIGEST_REVERSE;
    uint64_t least = tdigest_least_pair(list, spare);
    if (least > 2 && tdigest_is_clear(list)) {
        flags |= TDIGEST_ALL_ATOMS;
        least = 0;
    }
    size_t count = list->count + tdigest_count_pairs(list, least);
    *size = TDIGEST_ENDS + count * TDIGEST_CENTROID;
    *bytes = sketch_allocate(&sketch->memory, *size);
    if (!*bytes) {
        return SKETCH_NOMEM;
    }
    uint8_t *p = tdigest_put_head(*bytes, sketch->k, flags);
    p = put_u32(p, (uint32_t)count);
    p = put_u32(p, 0); /* no buffer */
    p = put_f64(p, list->points[0].mean);
    p = put_f64(p, list->points[list->count - 1].mean);
    for (size_t i = 0; i < list->count; i++) {
        p = tdigest_put_point(p, &list->points[i], tdigest_is_pair(list, i, least));
    }
    return SKETCH_OK;
}

enum sketch_status tdigest_serialise(const struct tdigest *sketch, uint8_t **bytes,
                                     size_t *size)
{
    struct tdigest_list list = sketch->list;
    enum sketch_status status = SKETCH_OK;
    *bytes = NULL;
    *size = 0;
    if (sketch->pending > 0) {
        status = tdigest_gather(&list, sketch);
    }
    if (status != SKETCH_OK) {
        return status;
    }
    if (sketch->pending > 0) {
        tdigest_condense(&list, sketch->k, tdigest_weight(sketch));
    }
    status = tdigest_weight(sketch) > 1
                 ? tdigest_write_long(sketch, &list, bytes, size)
                 : tdigest_write_short(sketch, &list, bytes, size);
    if (sketch->pending > 0) {
        sketch_release(&sketch->memory, list.points);
    }
    return status;
}
