/* The inside of the t-digest, shared by the tdigest*.c files alone. */
#ifndef TDIGEST_PRIVATE_H
#define TDIGEST_PRIVATE_H

#include "tdigest.h"

/* Marks the weight of a blurred point; no weight is that large. */
#define TDIGEST_BLURRED (SKETCH_MAX_TOTAL + 1)

/* A centroid.  While all its values are equal it is an atom: it then grows without
 * limit, since nothing is lost, and `mean` is the value itself.  All others are
 * blurred: their values differ, or may differ. */
struct tdigest_point {
    double mean;
    uint64_t tagged; /* the weight, with TDIGEST_BLURRED unless it is an atom */
};

static inline uint64_t tdigest_point_weight(const struct tdigest_point *point)
{
    return point->tagged & ~TDIGEST_BLURRED;
}

static inline bool tdigest_is_blurred(const struct tdigest_point *point)
{
    return point->tagged >= TDIGEST_BLURRED;
}

static inline struct tdigest_point tdigest_atom(double mean, uint64_t weight)
{
    return (struct tdigest_point){mean, weight};
}

static inline struct tdigest_point tdigest_blur(double mean, uint64_t weight)
{
    return (struct tdigest_point){mean, weight | TDIGEST_BLURRED};
}

/* Points in strictly ascending order of their means.  The first and the last are
 * atoms: the smallest and the largest value. */
struct tdigest_list {
    struct tdigest_point *points;
    size_t count;
};

struct tdigest {
    struct sketch_memory memory;
    int k;
    uint64_t weight; /* of everything but the values in the buffer */

    /* The list, and behind its points those that wait: of merged sketches, and values
     * that count more than once, in any order. */
    struct tdigest_list list;
    size_t waiting;
    size_t point_room;

    /* The buffer: values that count once.  Their order says nothing, so that whoever
     * asks may sort them where they are. */
    double *values;
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
    /* Ours, and so in the unused bytes behind the flags: some readers refuse a flag
     * that they do not know. */
    TDIGEST_ALL_ATOMS = 256
};

/* How many centroids an image may have. */
static inline size_t tdigest_capacity(int k) { return 2 * (size_t)k + 10; }

/* A weight as a double.  Signed numbers convert in one step. */
static inline double tdigest_real(uint64_t weight) { return (double)(int64_t)weight; }

static inline double tdigest_point_real(const struct tdigest_point *point)
{
    return tdigest_real(tdigest_point_weight(point));
}

/* tdigest.c */

/* Room for so many points in all, those of the list and those that wait. */
enum sketch_status tdigest_reserve(struct tdigest *sketch, size_t points);

/* Adds so many points, which are there already behind those that wait, of this weight;
 * sorts in what waits when that is much.  On failure they are not added. */
enum sketch_status tdigest_accept(struct tdigest *sketch, size_t points,
                                  uint64_t weight);

/* To be called whenever anything changed that `quick` depends on. */
void tdigest_update_quick(struct tdigest *sketch);

/* tdigest_list.c */

/* Appends a point to an ascending list.  Points of equal mean become one: an
 * atom if one of them is, see tdigest_list.c. */
static inline void tdigest_append(struct tdigest_list *list, struct tdigest_point point)
{
    struct tdigest_point *last = list->points + list->count;
    if (list->count > 0 && last[-1].mean == point.mean) {
        uint64_t blurred = last[-1].tagged & point.tagged & TDIGEST_BLURRED;
        uint64_t weight = tdigest_point_weight(last - 1) + tdigest_point_weight(&point);
        last[-1].tagged = weight | blurred;
    } else {
        *last = point;
        list->count++;
    }
}

bool tdigest_is_clear(const struct tdigest_list *list); /* all points are atoms */

/* Whether an image has room for the list, and for its two ends once more if it is not
 * clear: see tdigest_write.c. */
bool tdigest_fits(const struct tdigest_list *list, int k);

/* The sum of how far means lie from an origin, times weights times a scale.  Weights
 * are at most 2^63 together, so that with the scale for large values no sum overflows.
 */
#define TDIGEST_LARGE_SCALE 0x1p-70
double tdigest_sum(const struct tdigest_point *points, size_t count, double origin,
                   double scale);

/* tdigest_gather.c */

/* Everything that the sketch holds, without its buffer if that is not wanted, in a new
 * block. */
enum sketch_status tdigest_gather(struct tdigest_list *out,
                                  const struct tdigest *sketch, bool with_values);

/* Everything that the sketch holds, in a block of tdigest_gather_size(sketch) bytes,
 * where out->points begin.  Leaves the sketch's own points in another order. */
void tdigest_gather_in(struct tdigest_list *out, struct tdigest *sketch, void *block);
size_t tdigest_gather_size(const struct tdigest *sketch);

/* Sorts the values in the buffer. */
enum sketch_status tdigest_order_values(const struct tdigest *sketch);

/* tdigest_cluster.c */

/* Joins neighbours as the scale of k allows, and further if that is not enough for the
 * list to fit; `weight` is theirs.  Leaves alone a list that is clear and fits. */
void tdigest_condense(struct tdigest_list *list, int k, uint64_t weight);

/* tdigest_ask.c */

/* How much weight there is below each of `count` values, from the smallest on: that of
 * smaller values alone, unlike ranks. */
enum sketch_status tdigest_below(const struct tdigest *sketch, const double *values,
                                 size_t count, double *weights);

/* tdigest_curve.c */

/* What can be asked: the curve through the points of a list, and on top of it a step
 * for each value. */
struct tdigest_shape {
    struct tdigest_list list;
    const double *values; /* ascending */
    size_t pending;
    uint64_t list_weight;
    const struct tdigest_sums *sums; /* NULL: questions are few */
};

/* Of a shape that is not empty. */
double tdigest_shape_min(const struct tdigest_shape *shape);
double tdigest_shape_max(const struct tdigest_shape *shape);
double tdigest_shape_quantile(const struct tdigest_shape *shape, double q);
double tdigest_shape_rank(const struct tdigest_shape *shape, double value);
double tdigest_shape_below(const struct tdigest_shape *shape, double value);
double tdigest_shape_trimmed_mean(const struct tdigest_shape *shape, double low,
                                  double high);

/* tdigest_search.c */

/* What lies to the left of every so many points of a list. */
enum { TDIGEST_SUMS = 256 };
struct tdigest_sums {
    size_t stride;
    uint64_t before[TDIGEST_SUMS];
};
void tdigest_fill_sums(struct tdigest_sums *sums, const struct tdigest_list *list);

/* A point, and the weight of those to its left. */
struct tdigest_place {
    size_t at;
    uint64_t before;
};

/* Of a list that has points: the first that lies high enough with all that is to its
 * left, or whose mean is at least `value`; or the last. */
struct tdigest_place tdigest_find_height(const struct tdigest_shape *shape,
                                         double height);
struct tdigest_place tdigest_find_value(const struct tdigest_shape *shape,
                                        double value);

/* How many of the values that wait are smaller than one, and how many are not larger.
 */
size_t tdigest_count_below(const struct tdigest_shape *shape, double value);
size_t tdigest_count_up_to(const struct tdigest_shape *shape, double value);

/* tdigest_image.c */

enum tdigest_form {
    TDIGEST_DOUBLES, /* of Apache DataSketches */
    TDIGEST_FLOATS,
    TDIGEST_BIG_DOUBLES, /* of the reference implementation, big-endian */
    TDIGEST_BIG_FLOATS
};

/* What the head of an image says, and where the rest of it is. */
struct tdigest_image {
    enum tdigest_form form;
    int k;
    bool is_single; /* its value is all there is */
    bool all_atoms;
    size_t centroids;
    size_t values; /* in the buffer */
    double least;
    double most;
    uint64_t weight;      /* of the points; known when they were read */
    const uint8_t *bytes; /* of the centroids and the buffer */
};

bool tdigest_recognises(const uint8_t *bytes, size_t size);

/* False unless these bytes are an image, by their head and their number. */
bool tdigest_image_open(struct tdigest_image *image, const uint8_t *bytes, size_t size);

/* Reads the points, for which the list has to have room: two more than there are
 * centroids.  False if the image is damaged. */
bool tdigest_image_read(struct tdigest_image *image, struct tdigest_list *list);

/* A value of the buffer; none is NaN once the points were read. */
double tdigest_image_value(const struct tdigest_image *image, size_t at);

/* tdigest_write.c */

/* How a list is written. */
struct tdigest_plan {
    int k;
    uint16_t flags;
    uint64_t least_pair; /* atoms from this weight on are pairs; 0: none is */
    size_t centroids;    /* 0: the image is short */
    size_t size;
};

/* For a list that fits. */
struct tdigest_plan tdigest_plan(const struct tdigest_list *list, int k);

/* Writes it, exactly plan->size bytes. */
void tdigest_write(const struct tdigest_list *list, const struct tdigest_plan *plan,
                   uint8_t *bytes);

/* tdigest_curve.c */

/* The value at the place u, 0..1, between a and b; never decreasing with u. */
double tdigest_between(double a, double b, double u);

/* The double next to the middle of a and b; that of -0.5 and its negative's neighbour
 * is not 0, as it is where the difference is rounded. */
double tdigest_halfway(double a, double b);

/* tdigest_sort.c */

/* Sorts values of which none is NaN or -0.0, or points by their means, all of them in
 * blocks from an allocator.  `scratch` has as many bytes as the other function says. */
void tdigest_sort_values(double *values, size_t count, void *scratch);
size_t tdigest_sort_values_size(size_t count);
void tdigest_sort_points(struct tdigest_point *points, size_t count, void *scratch);
size_t tdigest_sort_points_size(size_t count);

#endif
