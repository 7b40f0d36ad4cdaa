/*
 * Sketches out of images: those of Apache DataSketches, of doubles or floats, with a
 * buffer or without, and the two of the reference implementation (T. Dunning's
 * MergingDigest), which are big-endian.
 *
 * An image of floats is not marked as such, but its length tells: with n centroids and
 * b values in the buffer it has 24 + 8n + 4b bytes, and one of doubles 32 + 16n + 8b.
 * Lest the first half of an image of doubles passes for one of floats, its first and
 * last mean have to be the ends, as DataSketches has them.  (Three quarters of a single
 * double are a single float all the same.)
 *
 * Which points are atoms: those of weight 1; those of one mean, see tdigest_write.c;
 * the first if its mean is the smallest value, the last if its mean is the largest.
 * Digests made elsewhere may begin with a centroid of several values.  One of them is
 * the smallest value, which is known, so that is taken out of it; and so at the end.
 */
#include "bytes.h"
#include "tdigest_private.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum {
    TDIGEST_MOST_K = 65535, /* what an image can say */
    TDIGEST_VERBOSE = 1,    /* the forms of the reference implementation */
    TDIGEST_SMALL = 2,
    TDIGEST_SMALL_HEAD = 30 /* bytes; the other has 32 */
};

/* A sketch while it is read; its reader turns bad with the first problem. */
struct tdigest_intake {
    struct tdigest *sketch;
    struct reader from;
    enum sketch_status status; /* SKETCH_NOMEM, or SKETCH_OK so far */
    bool is_float;
    bool all_atoms;
    double least;
    double most;
    double previous; /* the mean that was read last */
};

static bool tdigest_is_foreign(const uint8_t *bytes, size_t size)
{
    return size >= TDIGEST_SMALL_HEAD && bytes[0] == 0 && bytes[1] == 0 &&
           bytes[2] == 0 && (bytes[3] == TDIGEST_VERBOSE || bytes[3] == TDIGEST_SMALL);
}

bool tdigest_recognises(const uint8_t *bytes, size_t size)
{
    return tdigest_is_foreign(bytes, size) ||
           (size >= 8 && (bytes[0] == 1 || bytes[0] == 2) &&
            bytes[1] == TDIGEST_SERIAL_VERSION && bytes[2] == TDIGEST_FAMILY);
}

/* What both worlds have in common */

static void tdigest_refuse_unless(struct tdigest_intake *in, bool sound)
{
    in->from.bad = in->from.bad || !sound;
}

/* A number that has to be finite; without a minus before its zero. */
static double tdigest_finite(struct tdigest_intake *in, double number)
{
    tdigest_refuse_unless(in, fabs(number) <= DBL_MAX);
    return number + 0.0;
}

static void tdigest_take_ends(struct tdigest_intake *in, double least, double most)
{
    in->least = tdigest_finite(in, least);
    in->most = tdigest_finite(in, most);
    in->previous = in->least;
    tdigest_refuse_unless(in, in->least <= in->most);
}

/* Room for the centroids, and for the two ends apart. */
static bool tdigest_expect(struct tdigest_intake *in, size_t centroids)
{
    struct tdigest *sketch = in->sketch;
    sketch->list.points = tdigest_points(&sketch->memory, centroids + 2);
    if (!sketch->list.points) {
        in->status = SKETCH_NOMEM;
    }
    return sketch->list.points != NULL;
}

static void tdigest_take_centroid(struct tdigest_intake *in, double mean,
                                  uint64_t weight)
{
    struct tdigest *sketch = in->sketch;
    mean = tdigest_finite(in, mean);
    tdigest_refuse_unless(in, mean >= in->previous && mean <= in->most);
    tdigest_refuse_unless(in,
                          weight > 0 && weight <= SKETCH_MAX_TOTAL - sketch->weight);
    if (!in->from.bad) {
        struct tdigest_list *list = &sketch->list;
        bool is_atom = weight == 1 || in->all_atoms ||
                       (list->count > 0 && list->points[list->count - 1].mean == mean);
        tdigest_append(list, (struct tdigest_point){mean, weight, !is_atom});
        list->points[list->count - 1].blurred = !is_atom;
        sketch->weight += weight;
        in->previous = mean;
    }
}

/* The first point begins at the smallest value: that is all of it, perhaps but for the
 * rounding of a float, or one of several values in it. */
static void tdigest_anchor_first(struct tdigest_list *list, double least, double most)
{
    struct tdigest_point *first = &list->points[0];
    if (first->mean <= least || first->weight == 1) {
        *first = (struct tdigest_point){least, first->weight, false};
        return;
    }
    double next = list->count > 1 ? first[1].mean : most;
    memmove(first + 1, first, list->count * sizeof *first);
    list->count++;
    first[0] = (struct tdigest_point){least, 1, false};
    first[1].weight--;
    first[1].blurred = first[1].blurred && first[1].weight > 1;
    double rest = first[1].mean + (first[1].mean - least) / (double)first[1].weight;
    if (rest < next) { /* or else the centroids overlap: better not move it */
        first[1].mean = rest;
    }
}

/* And the last point ends at the largest value. */
static void tdigest_anchor_last(struct tdigest_list *list, double least, double most)
{
    struct tdigest_point *last = &list->points[list->count - 1];
    if (last->mean >= most || last->weight == 1) {
        *last = (struct tdigest_point){most, last->weight, false};
        return;
    }
    double previous = list->count > 1 ? last[-1].mean : least;
    last[1] = (struct tdigest_point){most, 1, false};
    list->count++;
    last->weight--;
    last->blurred = last->blurred && last->weight > 1;
    double rest = last->mean - (most - last->mean) / (double)last->weight;
    if (rest > previous) {
        last->mean = rest;
    }
}

static bool tdigest_has(const struct tdigest *sketch, double value)
{
    for (size_t i = 0; i < sketch->pending; i++) {
        if (sketch->values[i] == value) {
            return true;
        }
    }
    return false;
}

/* True if the ends are known to be values, and need not be taken out of others. */
static bool tdigest_has_ends(const struct tdigest_intake *in)
{
    return tdigest_min(in->sketch) == in->least && tdigest_max(in->sketch) == in->most;
}

/* Makes a list that keeps the rules of lists out of what was read. */
static void tdigest_finish(struct tdigest_intake *in)
{
    struct tdigest *sketch = in->sketch;
    struct tdigest_list *list = &sketch->list;
    if (list->count > 0 && !tdigest_has(sketch, in->most)) {
        tdigest_anchor_last(list, in->least, in->most);
    }
    if (list->count > 0 && !tdigest_has(sketch, in->least)) {
        tdigest_anchor_first(list, in->least, in->most);
    }
    tdigest_refuse_unless(in, tdigest_has_ends(in));
    if (in->from.bad) {
        return;
    }
    if (sketch->pending > 0) {
        in->status = tdigest_compress(sketch);
        if (in->status == SKETCH_OK) {
            tdigest_drop_buffer(sketch);
        }
    } else if (!tdigest_fits(list, sketch->k)) {
        tdigest_condense(list, sketch->k, tdigest_weight(sketch));
    }
}

/* Apache DataSketches */

static double tdigest_as_float(uint32_t bits)
{
    float number;
    memcpy(&number, &bits, sizeof number);
    return (double)number;
}

static double tdigest_take_number(struct tdigest_intake *in)
{
    return in->is_float ? tdigest_as_float(take_u32(&in->from)) : take_f64(&in->from);
}

static void tdigest_take_buffer(struct tdigest_intake *in, size_t count)
{
    struct tdigest *sketch = in->sketch;
    if (count <= SIZE_MAX / sizeof *sketch->values) {
        sketch->values =
            sketch_allocate(&sketch->memory, count * sizeof *sketch->values);
    }
    if (!sketch->values) {
        in->status = SKETCH_NOMEM;
        return;
    }
    sketch->room = count;
    for (size_t i = 0; i < count; i++) {
        double value = tdigest_finite(in, tdigest_take_number(in));
        tdigest_refuse_unless(in, value >= in->least && value <= in->most);
        sketch->values[sketch->pending++] = value;
    }
    tdigest_refuse_unless(in, count <= SKETCH_MAX_TOTAL - sketch->weight);
}

static void tdigest_read_single(struct tdigest_intake *in)
{
    in->is_float = in->from.left == sizeof(float);
    double value = tdigest_take_number(in);
    tdigest_take_ends(in, value, value);
    if (tdigest_expect(in, 1)) {
        tdigest_take_centroid(in, value, 1);
    }
}

static void tdigest_read_multiple(struct tdigest_intake *in)
{
    uint32_t centroids = take_u32(&in->from);
    uint32_t values = take_u32(&in->from);
    uint64_t numbers = 2 + 2 * (uint64_t)centroids + values;
    in->is_float = in->from.left == numbers * sizeof(float);
    tdigest_refuse_unless(in, centroids > 0 || values > 0);
    tdigest_refuse_unless(in,
                          in->is_float || in->from.left == numbers * sizeof(double));
    double least = tdigest_take_number(in);
    tdigest_take_ends(in, least, tdigest_take_number(in));
    if (in->from.bad || !tdigest_expect(in, centroids)) {
        return;
    }
    for (uint32_t i = 0; i < centroids; i++) {
        double mean = tdigest_take_number(in);
        uint64_t weight = in->is_float ? take_u32(&in->from) : take_u64(&in->from);
        tdigest_take_centroid(in, mean, weight);
    }
    if (values > 0) {
        tdigest_take_buffer(in, values);
    }
    tdigest_refuse_unless(in, !in->is_float || tdigest_has_ends(in));
}

static void tdigest_read_native(struct tdigest_intake *in)
{
    struct reader *from = &in->from;
    uint8_t words = take_u8(from);
    tdigest_refuse_unless(in, take_u8(from) == TDIGEST_SERIAL_VERSION);
    tdigest_refuse_unless(in, take_u8(from) == TDIGEST_FAMILY);
    int k = take_u16(from);
    unsigned flags = take_u8(from);
    tdigest_refuse_unless(in, take_u16(from) == 0);
    tdigest_refuse_unless(in, k >= TDIGEST_MIN_K);
    in->sketch->k = k;
    in->all_atoms = flags & TDIGEST_ALL_ATOMS;
    switch (flags & ~(unsigned)TDIGEST_REVERSE) {
    case TDIGEST_IS_EMPTY:
        tdigest_refuse_unless(in, words == 1);
        return;
    case TDIGEST_IS_SINGLE:
        tdigest_refuse_unless(in, words == 1);
        tdigest_read_single(in);
        return;
    case 0:
    case TDIGEST_ALL_ATOMS:
        tdigest_refuse_unless(in, words == 2);
        tdigest_read_multiple(in);
        return;
    default:
        tdigest_refuse_unless(in, false);
        return;
    }
}

/* The reference implementation */

static uint64_t tdigest_take_big(struct reader *r, size_t width)
{
    const uint8_t *p = take_bytes(r, width);
    uint64_t number = 0;
    for (size_t i = 0; p && i < width; i++) {
        number = number << 8 | p[i];
    }
    return number;
}

static double tdigest_take_big_double(struct reader *r)
{
    uint64_t bits = tdigest_take_big(r, 8);
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static double tdigest_take_big_number(struct tdigest_intake *in)
{
    return in->is_float ? tdigest_as_float((uint32_t)tdigest_take_big(&in->from, 4))
                        : tdigest_take_big_double(&in->from);
}

/* A weight, which is stored as a floating point number. */
static uint64_t tdigest_take_big_weight(struct tdigest_intake *in)
{
    double weight = tdigest_take_big_number(in);
    bool is_whole = weight >= 1 && weight < (double)SKETCH_MAX_TOTAL &&
                    (double)(uint64_t)weight == weight;
    tdigest_refuse_unless(in, is_whole);
    return is_whole ? (uint64_t)weight : 0;
}

/* The small form has doubles for the ends and floats for the means, so a mean may have
 * been rounded beyond the end. */
static double tdigest_unround(const struct tdigest_intake *in, double mean)
{
    if (in->is_float && mean < in->least && mean >= (double)(float)in->least) {
        return in->least;
    }
    if (in->is_float && mean > in->most && mean <= (double)(float)in->most) {
        return in->most;
    }
    return mean;
}

static void tdigest_read_big_centroids(struct tdigest_intake *in, size_t count,
                                       double least, double most)
{
    size_t width = in->is_float ? sizeof(float) : sizeof(double);
    tdigest_take_ends(in, least, most);
    tdigest_refuse_unless(in, in->from.left == 2 * width * count);
    tdigest_refuse_unless(in, !in->is_float || (least >= -FLT_MAX && most <= FLT_MAX));
    if (in->from.bad || !tdigest_expect(in, count)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t weight = tdigest_take_big_weight(in);
        double mean = tdigest_take_big_number(in);
        tdigest_take_centroid(in, tdigest_unround(in, mean), weight);
    }
}

static void tdigest_read_foreign(struct tdigest_intake *in)
{
    struct reader *from = &in->from;
    in->is_float = tdigest_take_big(from, 4) == TDIGEST_SMALL;
    double least = tdigest_take_big_double(from);
    double most = tdigest_take_big_double(from);
    double compression = tdigest_take_big_number(in);
    if (in->is_float) {
        take_bytes(from, 4); /* the capacities of two arrays */
    }
    size_t count = (size_t)tdigest_take_big(from, in->is_float ? 2 : 4);
    tdigest_refuse_unless(in, compression > 0 && compression <= DBL_MAX);
    if (in->from.bad) {
        return;
    }
    double k = compression < TDIGEST_MOST_K ? floor(compression) : TDIGEST_MOST_K;
    in->sketch->k = k > TDIGEST_MIN_K ? (int)k : TDIGEST_MIN_K;
    if (count > 0) {
        tdigest_read_big_centroids(in, count, least, most);
    } else {
        tdigest_refuse_unless(in, isinf(least) && isinf(most) && least > most);
    }
}

enum sketch_status tdigest_deserialise(struct tdigest **out, const uint8_t *bytes,
                                       size_t size, const struct sketch_memory *memory)
{
    struct tdigest_intake in = {.from = {bytes, size, false}};
    enum sketch_status status = tdigest_create(out, TDIGEST_K, memory);
    if (status != SKETCH_OK) {
        return status;
    }
    in.sketch = *out;
    if (tdigest_is_foreign(bytes, size)) {
        tdigest_read_foreign(&in);
    } else {
        tdigest_read_native(&in);
    }
    tdigest_refuse_unless(&in, in.status != SKETCH_OK || took_all(&in.from));
    if (in.status == SKETCH_OK && !in.from.bad && tdigest_weight(in.sketch) > 0) {
        tdigest_finish(&in);
    }
    if (in.status == SKETCH_OK && in.from.bad) {
        in.status = SKETCH_CORRUPT;
    }
    if (in.status != SKETCH_OK) {
        tdigest_free(*out);
        *out = NULL;
    }
    return in.status;
}
