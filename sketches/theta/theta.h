/* Theta sketches: how many different items, in any expression of set algebra? */
#ifndef THETA_H
#define THETA_H

#include "hash.h"
#include "sketch.h"

struct theta;
enum { THETA_MIN_LG_K = 5, THETA_LG_K = 12, THETA_MAX_LG_K = 26 };

/* Creates an empty sketch that keeps between k and 15/8 k hashes of a stream, k being
 * 2^lg_k; the relative standard error is at most 1 / sqrt(k).  SKETCH_RANGE outside
 * 5..26.  Memory grows with what is kept. */
enum sketch_status theta_create(struct theta **out, int lg_k,
                                const struct sketch_memory *memory);

/* Counts one item, given its hash. */
enum sketch_status theta_add(struct theta *sketch, struct hash hash);

/* Asks for the memory that adding this would read, without waiting for it. */
void theta_fetch(const struct theta *sketch, struct hash hash);

/* The number of different items; 0 for an empty sketch. */
double theta_estimate(const struct theta *sketch);

/* The interval around the estimate of 1, 2 or 3 standard deviations, which holds the
 * true number in 68, 95 or 99.7 percent of all cases.  SKETCH_RANGE for another number
 * of deviations. */
enum sketch_status theta_bounds(const struct theta *sketch, int deviations,
                                double *lower, double *upper);

/* The relative standard error of the estimate; 0 while it is exact. */
double theta_error(const struct theta *sketch);

/* The share of all hashes that are small enough to be kept, 0..1. */
double theta_fraction(const struct theta *sketch);

/* How many hashes are kept. */
size_t theta_retained(const struct theta *sketch);

/* True while all different hashes are kept. */
bool theta_is_exact(const struct theta *sketch);

/*
 * What `into` stands for afterwards: the items of either stream, those of both, or its
 * own that the other has not.  Theta is the smallest there was.  A union of two that
 * are not empty keeps at most the 2^lg_k smallest hashes, by the lg_k of `into`; the
 * other two keep all that they find.
 */
enum sketch_status theta_merge(struct theta *into, const struct theta *from);
enum sketch_status theta_intersect(struct theta *into, const struct theta *from);
enum sketch_status theta_except(struct theta *into, const struct theta *from);

/* The same from an image, as theta_deserialise reads it. */
enum sketch_status theta_absorb(struct theta *into, const uint8_t *bytes, size_t size);
enum sketch_status theta_absorb_intersect(struct theta *into, const uint8_t *bytes,
                                          size_t size);
enum sketch_status theta_absorb_except(struct theta *into, const uint8_t *bytes,
                                       size_t size);

/* The share of the items of either stream that both had, 0..1; 1 when both sketches are
 * empty, since then they are equal.  The interval holds the truth in 95 percent of all
 * cases; the answer is good when it reaches no further than half the estimate to either
 * side. */
struct theta_overlap {
    double estimate;
    double lower;
    double upper;
    bool good;
};
enum sketch_status theta_jaccard(const struct theta *a, const struct theta *b,
                                 struct theta_overlap *overlap);

/* An ordered compact image of serial version 3, byte for byte the one that Apache
 * DataSketches writes for the same stream.  The second, for totals, writes no more than
 * the 2^lg_k smallest hashes, as DataSketches does of a union even of a single sketch.
 */
enum sketch_status theta_serialise(const struct theta *sketch, uint8_t **bytes,
                                   size_t *size);
enum sketch_status theta_serialise_total(const struct theta *sketch, uint8_t **bytes,
                                         size_t *size);

/* Reads compact images of the serial versions 1 to 4, ordered or not.  An image does
 * not tell its lg_k: the sketch is one of THETA_LG_K, but keeps all hashes until it is
 * added to or merged.  Who knows better creates one and merges the image into it. */
enum sketch_status theta_deserialise(struct theta **out, const uint8_t *bytes,
                                     size_t size, const struct sketch_memory *memory);
void theta_free(struct theta *sketch); /* NULL is allowed */

/* What theta_estimate and theta_bounds answer when the bytes are read, from their
 * header alone.  False when that is not sound, or the deviations are not 1, 2 or 3;
 * whether the hashes are sound nobody looks. */
bool theta_stored_estimate(const uint8_t *bytes, size_t size, double *estimate);
bool theta_stored_bounds(const uint8_t *bytes, size_t size, int deviations,
                         double *lower, double *upper);

/* What theta_add does in a sketch of that lg_k that merged the image, done in the
 * bytes, which have a block of `room` bytes: afterwards they are what theta_serialise
 * would write.  False, and nothing was done, when that takes another form of image,
 * when there is no room, or when the image is damaged. */
bool theta_stored_add(uint8_t *bytes, size_t *size, size_t room, struct hash hash,
                      int lg_k);

extern const struct sketch_ops theta_ops;

/* The same, with another operation in the place of merging. */
extern const struct sketch_ops theta_intersect_ops;
extern const struct sketch_ops theta_except_ops;

#endif
