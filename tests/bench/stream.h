/*
 * Streams to measure with: numbers that only look random, ranks by Zipf's law, and
 * invented words.  The same on every run and every machine.
 */
#ifndef STREAM_H
#define STREAM_H

#include "random.h"
#include "sketch.h"

#include <stddef.h>
#include <stdint.h>

double stream_unit(struct random *random); /* in [0, 1) */
uint32_t stream_below(struct random *random, uint32_t end);
double stream_normal(struct random *random); /* mean 0, deviation 1 */

/* What quantiles are asked of: a long tail; two humps far apart; whole numbers of such
 * a tail, below a hundred, and of a heavier one; five values that nine of ten are, with
 * others between them; and all magnitudes that a double has. */
typedef double stream_draw(struct random *random);
stream_draw stream_lognormal;
stream_draw stream_bimodal;
stream_draw stream_rounded;
stream_draw stream_hundred;
stream_draw stream_pareto;
stream_draw stream_spikes;
stream_draw stream_extreme;

/* Rank r of 0 .. count - 1 is drawn in proportion to 1 / (r + 1)^exponent. */
struct stream_zipf {
    uint32_t count;
    double *keep;    /* how often a column is not swapped for its alias */
    uint32_t *alias; /* Walker's method, 1977; tables after Vose, 1991 */
};

/* These end the program when memory is short, which a measurement cannot survive. */
void stream_zipf_create(struct stream_zipf *zipf, uint32_t count, double exponent);
uint32_t stream_zipf_draw(const struct stream_zipf *zipf, struct random *random);
void stream_zipf_free(struct stream_zipf *zipf);

enum { STREAM_WORD_MAX = 24 };
struct stream_word {
    uint8_t length;
    char text[STREAM_WORD_MAX + 1];
};

/* Different words made of syllables, by rank: low ranks tend to be short, as frequent
 * words are.  Drawn by Zipf's law with exponent 1 from 200,000 of them, a word has
 * seven bytes on average.  To be given to free(). */
struct stream_word *stream_words(uint32_t count);

void stream_sort(double *values, size_t count); /* ascending */

/* How far, as a share of all, q is from what `value` is a quantile for: there is no
 * error while q lies between the share of sorted values below it and the share up to
 * it. */
double stream_rank_error(const double *sorted, size_t count, double q, double value);

void *stream_allocate(size_t count, size_t size); /* zeroed */

/* A memory hook that keeps in *used how many bytes are in use. */
struct sketch_memory stream_metered(size_t *used);

#endif
