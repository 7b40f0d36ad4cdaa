/* HyperLogLog: how many different items were there? */
#ifndef HLL_H
#define HLL_H

#include "hash.h"
#include "sketch.h"

struct hll;
enum { HLL_MIN_PRECISION = 4, HLL_PRECISION = 12, HLL_MAX_PRECISION = 21 };

/* Creates an empty sketch of 2^precision registers.  SKETCH_RANGE outside 4..21.
 * Only the first items are held in place: a sketch of at most seven different
 * items takes one block of about 160 bytes, a full one 2^precision more. */
enum sketch_status hll_create(struct hll **out, int precision,
                              const struct sketch_memory *memory);

/* The smallest precision whose relative standard error, taken as that of merged
 * sketches, is at most `error`.  SKETCH_RANGE unless 0 < error < 1 and some
 * precision reaches it: the smallest error of all is 0.00072. */
enum sketch_status hll_precision_for(double error, int *precision);

/* Counts one item, given its hash. */
enum sketch_status hll_add(struct hll *sketch, struct hash hash);

/* Asks for the memory that adding this would read, without waiting for it. */
void hll_fetch(const struct hll *sketch, struct hash hash);

/* The number of different items; 0 for an empty sketch. */
double hll_estimate(const struct hll *sketch);

/* The interval around the estimate of 1, 2 or 3 standard deviations, which holds
 * the true number in 68, 95 or 99.7 percent of all cases.  SKETCH_RANGE for
 * another number of deviations; SKETCH_NOMEM only after merges. */
enum sketch_status hll_bounds(const struct hll *sketch, int deviations, double *lower,
                              double *upper);

/* The relative standard error of the estimate. */
double hll_error(const struct hll *sketch);

int hll_precision(const struct hll *sketch);

/* True while the sketch still lists what it has seen: then two items are taken
 * for one with a probability of only 2^-26 / 3. */
bool hll_is_exact(const struct hll *sketch);

/* True when full sketches were merged, so that the estimate can use no more than
 * the registers and its error is a quarter larger. */
bool hll_is_merged(const struct hll *sketch);

/* What two sketches have in common.  The interval holds the truth in 95 percent
 * of all cases.  An answer is good when the interval reaches no further than
 * half the estimate to either side; small overlaps of large sets never do. */
struct hll_overlap {
    double estimate;
    double lower;
    double upper;
    bool good;
};

/* The number of different items that both streams had. */
enum sketch_status hll_intersection(const struct hll *a, const struct hll *b,
                                    struct hll_overlap *overlap);

/* The share of the items of either stream that both had, 0..1; 1 when both
 * sketches are empty, since then they are equal. */
enum sketch_status hll_jaccard(const struct hll *a, const struct hll *b,
                               struct hll_overlap *overlap);

/*
 * After this `into` stands for both streams.  However many sketches are merged into it,
 * and in whatever order, its precision is the smallest of those with registers; if
 * none has, the largest of those that still list what they have seen; and of empty
 * ones its own.  Until it is written or added to it may take up to 3 MB to know the
 * same of the next one.
 */
enum sketch_status hll_merge(struct hll *into, const struct hll *from);

/* The same from an image, as hll_deserialise reads it. */
enum sketch_status hll_absorb(struct hll *into, const uint8_t *bytes, size_t size);

/* The forms of an Apache DataSketches image.  All hold the same sketch: HLL_4 is
 * the smallest, the others spend 6 or 8 bits on a register.  An updatable image
 * leaves room, as some readers want it. */
enum hll_type { HLL_4 = 0, HLL_6 = 1, HLL_8 = 2 };
enum hll_form { HLL_COMPACT, HLL_UPDATABLE };

/* A compact image of HLL_4, byte for byte the one that DataSketches writes for
 * the same stream. */
enum sketch_status hll_serialise(const struct hll *sketch, uint8_t **bytes,
                                 size_t *size);
enum sketch_status hll_serialise_as(const struct hll *sketch, enum hll_type type,
                                    enum hll_form form, uint8_t **bytes, size_t *size);

/* Reads every form.  The sketch goes on where its writer stopped. */
enum sketch_status hll_deserialise(struct hll **out, const uint8_t *bytes, size_t size,
                                   const struct sketch_memory *memory);
void hll_free(struct hll *sketch); /* NULL is allowed */

/* Makes the sketch an empty one again. */
void hll_clear(struct hll *sketch);

/* Gives back what a union holds ready for its next merge, as adding and writing would.
 * SKETCH_NOMEM leaves the sketch as it was. */
enum sketch_status hll_end_union(struct hll *sketch);

/* What hll_estimate and hll_bounds answer when the bytes are read, without reading
 * them: a sketch that is not merged says its estimate at the beginning.  False when it
 * takes the sketch to tell, and perhaps when the bytes are damaged, which nobody looks
 * for. */
bool hll_stored_estimate(const uint8_t *bytes, size_t size, double *estimate);
bool hll_stored_bounds(const uint8_t *bytes, size_t size, int deviations, double *lower,
                       double *upper);

/* Counts one item in a compact image of HLL_4, in a block of `room` bytes: afterwards
 * it is the image that hll_serialise writes when the item is added to the sketch.
 * False, having changed nothing, when that takes the sketch, as now and then, or the
 * bytes are damaged. */
bool hll_stored_add(uint8_t *bytes, size_t *size, size_t room, struct hash hash);

extern const struct sketch_ops hll_ops;

#endif
