/*
 * What images say: those of Apache DataSketches, of doubles or floats, with a
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

/* Numbers, in the form of the image */

static inline bool tdigest_is_big(enum tdigest_form form)
{
    return form == TDIGEST_BIG_DOUBLES || form == TDIGEST_BIG_FLOATS;
}

static inline size_t tdigest_width(enum tdigest_form form)
{
    return form == TDIGEST_FLOATS || form == TDIGEST_BIG_FLOATS ? 4 : 8;
}

/* Written out, so that compilers see that each is one load. */
static inline uint32_t tdigest_little(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

static inline uint32_t tdigest_big(const uint8_t *p)
{
    return (uint32_t)p[3] | (uint32_t)p[2] << 8 | (uint32_t)p[1] << 16 |
           (uint32_t)p[0] << 24;
}

/* A number of as many bytes as the form has. */
static inline uint64_t tdigest_bits(enum tdigest_form form, const uint8_t *p)
{
    switch (form) {
    case TDIGEST_DOUBLES:
        return tdigest_little(p) | (uint64_t)tdigest_little(p + 4) << 32;
    case TDIGEST_FLOATS:
        return tdigest_little(p);
    case TDIGEST_BIG_DOUBLES:
        return tdigest_big(p + 4) | (uint64_t)tdigest_big(p) << 32;
    case TDIGEST_BIG_FLOATS:
        return tdigest_big(p);
    }
    return 0;
}

/* Without a minus before its zero. */
static inline double tdigest_number(enum tdigest_form form, const uint8_t *p)
{
    uint64_t bits = tdigest_bits(form, p);
    double number;
    if (tdigest_width(form) == 4) {
        uint32_t low = (uint32_t)bits;
        float small;
        memcpy(&small, &low, sizeof small);
        return (double)small + 0.0;
    }
    memcpy(&number, &bits, sizeof number);
    return number + 0.0;
}

/* A weight, which the big-endian forms have as a floating point number; 0 if that is
 * none. */
static inline uint64_t tdigest_weight_bits(enum tdigest_form form, const uint8_t *p)
{
    if (!tdigest_is_big(form)) {
        return tdigest_bits(form, p);
    }
    double weight = tdigest_number(form, p);
    bool is_whole = weight >= 1 && weight < (double)SKETCH_MAX_TOTAL &&
                    (double)(uint64_t)weight == weight;
    return is_whole ? (uint64_t)weight : 0;
}

/* Heads */

static bool tdigest_take_ends(struct tdigest_image *image, double least, double most)
{
    image->least = least + 0.0;
    image->most = most + 0.0;
    return least >= -DBL_MAX && least <= most && most <= DBL_MAX;
}

static bool tdigest_open_single(struct tdigest_image *image, const struct reader *from)
{
    if (from->left != sizeof(float) && from->left != sizeof(double)) {
        return false;
    }
    image->form = from->left == sizeof(float) ? TDIGEST_FLOATS : TDIGEST_DOUBLES;
    image->is_single = true;
    image->centroids = 1;
    image->bytes = from->next;
    double value = tdigest_number(image->form, from->next);
    return tdigest_take_ends(image, value, value);
}

static bool tdigest_open_multiple(struct tdigest_image *image, struct reader *from)
{
    image->centroids = take_u32(from);
    image->values = take_u32(from);
    uint64_t numbers = 2 + 2 * (uint64_t)image->centroids + image->values;
    bool is_float = from->left == numbers * sizeof(float);
    if (from->bad || numbers == 2 ||
        (!is_float && from->left != numbers * sizeof(double))) {
        return false;
    }
    image->form = is_float ? TDIGEST_FLOATS : TDIGEST_DOUBLES;
    size_t width = tdigest_width(image->form);
    image->bytes = from->next + 2 * width;
    return tdigest_take_ends(image, tdigest_number(image->form, from->next),
                             tdigest_number(image->form, from->next + width));
}

static bool tdigest_open_native(struct tdigest_image *image, struct reader *from)
{
    uint8_t words = take_u8(from);
    bool is_ours = take_u8(from) == TDIGEST_SERIAL_VERSION;
    is_ours = take_u8(from) == TDIGEST_FAMILY && is_ours;
    image->k = take_u16(from);
    unsigned flags = take_u16(from);
    is_ours = take_u8(from) == 0 && is_ours;
    if (from->bad || !is_ours || image->k < TDIGEST_MIN_K) {
        return false;
    }
    image->all_atoms = flags & TDIGEST_ALL_ATOMS;
    switch (flags & ~(unsigned)TDIGEST_REVERSE) {
    case TDIGEST_IS_EMPTY:
        return words == 1 && from->left == 0;
    case TDIGEST_IS_SINGLE:
        return words == 1 && tdigest_open_single(image, from);
    case 0:
    case TDIGEST_ALL_ATOMS:
        return words == 2 && tdigest_open_multiple(image, from);
    default:
        return false;
    }
}

/* The compression of the reference implementation as k. */
static bool tdigest_take_compression(struct tdigest_image *image, double compression)
{
    double k = compression < TDIGEST_MOST_K ? floor(compression) : TDIGEST_MOST_K;
    image->k = k > TDIGEST_MIN_K ? (int)k : TDIGEST_MIN_K;
    return compression > 0 && compression <= DBL_MAX;
}

/* The reference implementation has doubles for the ends in both forms. */
static bool tdigest_open_foreign(struct tdigest_image *image, const uint8_t *bytes,
                                 size_t size)
{
    bool is_small = bytes[3] == TDIGEST_SMALL;
    size_t head = is_small ? TDIGEST_SMALL_HEAD : TDIGEST_SMALL_HEAD + 2;
    if (size < head) {
        return false;
    }
    image->form = is_small ? TDIGEST_BIG_FLOATS : TDIGEST_BIG_DOUBLES;
    image->bytes = bytes + head;
    double least = tdigest_number(TDIGEST_BIG_DOUBLES, bytes + 4);
    double most = tdigest_number(TDIGEST_BIG_DOUBLES, bytes + 12);
    /* Behind a float are the capacities of two arrays, then 16 bits of a number. */
    uint64_t count = tdigest_bits(TDIGEST_BIG_FLOATS, bytes + head - 4);
    image->centroids = is_small ? count & 0xffff : count;
    if (!tdigest_take_compression(image, tdigest_number(image->form, bytes + 20)) ||
        size - head != 2 * tdigest_width(image->form) * image->centroids) {
        return false;
    }
    if (image->centroids == 0) {
        return isinf(least) && isinf(most) && least > most;
    }
    return tdigest_take_ends(image, least, most) &&
           (!is_small || (least >= -FLT_MAX && most <= FLT_MAX));
}

bool tdigest_image_open(struct tdigest_image *image, const uint8_t *bytes, size_t size)
{
    struct reader from = {bytes, size, false};
    *image = (struct tdigest_image){.form = TDIGEST_DOUBLES};
    return tdigest_is_foreign(bytes, size) ? tdigest_open_foreign(image, bytes, size)
                                           : tdigest_open_native(image, &from);
}

/* Points */

/* The small form has doubles for the ends and floats for the means, so a mean may have
 * been rounded beyond the end. */
static double tdigest_unround(const struct tdigest_image *image, double mean)
{
    if (mean < image->least && mean >= (double)(float)image->least) {
        return image->least;
    }
    if (mean > image->most && mean <= (double)(float)image->most) {
        return image->most;
    }
    return mean;
}

/* Reads all centroids; compiled for each form, since this is what merging takes. */
static inline bool tdigest_take_points(struct tdigest_image *image,
                                       struct tdigest_list *list,
                                       enum tdigest_form form)
{
    size_t width = tdigest_width(form);
    const uint8_t *mean_at = image->bytes + (tdigest_is_big(form) ? width : 0);
    const uint8_t *weight_at = image->bytes + (tdigest_is_big(form) ? 0 : width);
    uint64_t blurred = image->all_atoms ? 0 : TDIGEST_BLURRED;
    struct tdigest_point *point = list->points;
    double previous = image->least;
    uint64_t total = 0;
    for (size_t i = 0; i < image->centroids; i++) {
        double mean = tdigest_number(form, mean_at + 2 * width * i);
        uint64_t weight = tdigest_weight_bits(form, weight_at + 2 * width * i);
        if (form == TDIGEST_BIG_FLOATS) {
            mean = tdigest_unround(image, mean);
        }
        if (!(mean >= previous && mean <= image->most) || weight == 0 ||
            weight > SKETCH_MAX_TOTAL - total) {
            return false;
        }
        total += weight;
        if (i > 0 && mean == previous) { /* an atom */
            point[-1].tagged = tdigest_point_weight(point - 1) + weight;
        } else {
            *point++ = (struct tdigest_point){mean, weight == 1 ? 1 : weight | blurred};
        }
        previous = mean;
    }
    list->count = (size_t)(point - list->points);
    image->weight = total;
    return true;
}

static bool tdigest_take_centroids(struct tdigest_image *image,
                                   struct tdigest_list *list)
{
    if (image->is_single) {
        list->points[0] = tdigest_atom(image->least, 1);
        list->count = 1;
        image->weight = 1;
        return true;
    }
    switch (image->form) {
    case TDIGEST_DOUBLES:
        return tdigest_take_points(image, list, TDIGEST_DOUBLES);
    case TDIGEST_FLOATS:
        return tdigest_take_points(image, list, TDIGEST_FLOATS);
    case TDIGEST_BIG_DOUBLES:
        return tdigest_take_points(image, list, TDIGEST_BIG_DOUBLES);
    case TDIGEST_BIG_FLOATS:
        return tdigest_take_points(image, list, TDIGEST_BIG_FLOATS);
    }
    return false;
}

double tdigest_image_value(const struct tdigest_image *image, size_t at)
{
    size_t width = tdigest_width(image->form);
    return tdigest_number(image->form,
                          image->bytes + width * (2 * image->centroids + at));
}

/* Ends */

/* Takes one value out of a point of several; if one is left, it is that. */
static void tdigest_take_one(struct tdigest_point *point)
{
    uint64_t weight = tdigest_point_weight(point) - 1;
    bool is_blurred = tdigest_is_blurred(point) && weight > 1;
    *point = is_blurred ? tdigest_blur(point->mean, weight)
                        : tdigest_atom(point->mean, weight);
}

/* The first point begins at the smallest value: that is all of it, perhaps but for the
 * rounding of a float, or one of several values in it. */
static void tdigest_anchor_first(struct tdigest_list *list, double least, double most)
{
    struct tdigest_point *first = &list->points[0];
    uint64_t weight = tdigest_point_weight(first);
    if (first->mean <= least || weight == 1) {
        *first = tdigest_atom(least, weight);
        return;
    }
    double next = list->count > 1 ? first[1].mean : most;
    memmove(first + 1, first, list->count * sizeof *first);
    list->count++;
    first[0] = tdigest_atom(least, 1);
    tdigest_take_one(&first[1]);
    double rest = first[1].mean + (first[1].mean - least) / (double)(weight - 1);
    if (rest < next) { /* or else the centroids overlap: better not move it */
        first[1].mean = rest;
    }
}

/* And the last point ends at the largest value. */
static void tdigest_anchor_last(struct tdigest_list *list, double least, double most)
{
    struct tdigest_point *last = &list->points[list->count - 1];
    uint64_t weight = tdigest_point_weight(last);
    if (last->mean >= most || weight == 1) {
        *last = tdigest_atom(most, weight);
        return;
    }
    double previous = list->count > 1 ? last[-1].mean : least;
    last[1] = tdigest_atom(most, 1);
    list->count++;
    tdigest_take_one(last);
    double rest = last->mean - (most - last->mean) / (double)(weight - 1);
    if (rest > previous) {
        last->mean = rest;
    }
}

/* Which ends are known to be values, and need not be taken out of others. */
struct tdigest_ends {
    bool least;
    bool most;
};

/* Looks for the ends among the values of the buffer; false if one of these lies beyond
 * them. */
static bool tdigest_scan_values(const struct tdigest_image *image,
                                struct tdigest_ends *found)
{
    for (size_t i = 0; i < image->values; i++) {
        double value = tdigest_image_value(image, i);
        if (!(value >= image->least && value <= image->most)) {
            return false;
        }
        found->least = found->least || value == image->least;
        found->most = found->most || value == image->most;
    }
    return true;
}

/* Whether both ends are known, be it as the first and the last mean. */
static bool tdigest_has_ends(const struct tdigest_image *image,
                             const struct tdigest_list *list, struct tdigest_ends found)
{
    size_t count = list->count;
    bool least = count > 0 && list->points[0].mean == image->least;
    bool most = count > 0 && list->points[count - 1].mean == image->most;
    return (found.least || least) && (found.most || most);
}

bool tdigest_image_read(struct tdigest_image *image, struct tdigest_list *list)
{
    struct tdigest_ends found = {false, false};
    if (!tdigest_take_centroids(image, list) ||
        image->values > SKETCH_MAX_TOTAL - image->weight ||
        !tdigest_scan_values(image, &found) ||
        (image->form == TDIGEST_FLOATS && !tdigest_has_ends(image, list, found))) {
        return false;
    }
    if (list->count > 0 && !found.most) {
        tdigest_anchor_last(list, image->least, image->most);
    }
    if (list->count > 0 && !found.least) {
        tdigest_anchor_first(list, image->least, image->most);
    }
    if (!tdigest_has_ends(image, list, found)) {
        return false;
    }
    if (image->values == 0 && !tdigest_fits(list, image->k)) {
        tdigest_condense(list, image->k, image->weight);
    }
    return true;
}
