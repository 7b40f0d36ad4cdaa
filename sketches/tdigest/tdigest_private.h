/* The inside of the t-digest, shared by the tdigest*.c files alone. */
#ifndef TDIGEST_PRIVATE_H
#define TDIGEST_PRIVATE_H

#include "tdigest.h"

/* A centroid.  While all its values are equal it is an atom: it then grows without
 * limit, since nothing is lost, and `mean` is the value itself. */
struct tdigest_point {
    double mean;
    uint64_t weight;
    bool blurred; /* no atom: the values differ, or may differ */
};

/* Points in strictly ascending order of their means.  The first and the last are
 * atoms: the smallest and the largest value. */
struct tdigest_list {
    struct tdigest_point *points;
    size_t count;
    uint64_t most; /* no point weighs more */
};

/* Marks the weight of a blurred point in the buffer; no weight is that large. */
#define TDIGEST_BLURRED (SKETCH_MAX_TOTAL + 1)

struct tdigest {
    struct sketch_memory memory;
    int k;
    uint64_t weight; /* of everything, less one for each value in the buffer */
    struct tdigest_list list;

    /* The buffer: values in the order of arrival, and points of merged sketches. */
    double *values;
    uint64_t *weights; /* with TDIGEST_BLURRED; NULL while each value counts once */
    size_t pending;
    size_t room;
    size_t quick; /* while pending is less, a value can be added without a check */

    /* Where full buffers are sorted and merged; kept, since asking the system for so
     * much again and again costs more than a nanosecond a value. */
    void *work;
    size_t work_size;
};

/* The image, see tdigest_write.c: two words of preamble, the smallest and the largest
 * value, the centroids and a buffer. */
enum {
    TDIGEST_SERIAL_VERSION = 1,
    TDIGEST_FAMILY = 20,
    TDIGEST_IS_EMPTY = 1,
    TDIGEST_IS_SINGLE = 2,
    TDIGEST_REVERSE = 4,
    TDIGEST_ALL_ATOMS = 128 /* ours */
};

/* How many centroids an image may have. */
static inline size_t tdigest_capacity(int k) { return 2 * (size_t)k + 10; }

/* A weight as a double.  Signed numbers convert in one step. */
static inline double tdigest_real(uint64_t weight) { return (double)(int64_t)weight; }

/* tdigest.c */

/* Gives back the memory of the buffer, which has to be empty. */
void tdigest_drop_buffer(struct tdigest *sketch);

/* tdigest_list.c */

/* Appends a point to an ascending list.  Points of equal mean become one: an
 * atom if one of them is, see tdigest_list.c. */
static inline void tdigest_append(struct tdigest_list *list, struct tdigest_point point)
{
    struct tdigest_point *last = list->points + list->count;
    if (list->count > 0 && last[-1].mean == point.mean) {
        last--;
        last->blurred = last->blurred && point.blurred;
        last->weight += point.weight;
    } else {
        *last = point;
        list->count++;
    }
    list->most = last->weight > list->most ? last->weight : list->most;
}

/* Room for `count` points, at least one; NULL when memory is refused. */
struct tdigest_point *tdigest_points(const struct sketch_memory *memory, size_t count);

bool tdigest_is_clear(const struct tdigest_list *list); /* all points are atoms */

/* Whether an image has room for the list, and for its two ends once more if it is not
 * clear: see tdigest_write.c. */
bool tdigest_fits(const struct tdigest_list *list, int k);

/* tdigest_gather.c */

/* Everything that the sketch holds, its buffer included, in a new block. */
enum sketch_status tdigest_gather(struct tdigest_list *out,
                                  const struct tdigest *sketch);

/* The same in a block of tdigest_gather_size(sketch) bytes, where out->points begin. */
void tdigest_gather_in(struct tdigest_list *out, const struct tdigest *sketch,
                       void *block);
size_t tdigest_gather_size(const struct tdigest *sketch);

/* tdigest_cluster.c */

/* Joins neighbours as the scale of k allows, and further if that is not enough for the
 * list to fit; `weight` is theirs.  Leaves alone a list that is clear and fits. */
void tdigest_condense(struct tdigest_list *list, int k, uint64_t weight);

/* The sum of means times weights times a scale.  Weights are at most 2^63 together, so
 * that with the scale for large values no sum overflows. */
#define TDIGEST_LARGE_SCALE 0x1p-70
double tdigest_sum(const struct tdigest_point *points, size_t count, double scale);

/* tdigest_read.c */

bool tdigest_recognises(const uint8_t *bytes, size_t size);

/* tdigest_sort.c */

/* The values in ascending order: `values` itself, or a copy inside `scratch`, which has
 * tdigest_sort_scratch(count) bytes.  No value is NaN or -0.0. */
const double *tdigest_sort(const double *values, size_t count, void *scratch);
size_t tdigest_sort_scratch(size_t count);

#endif
