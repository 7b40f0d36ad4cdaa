/* What the tests of the t-digest have in common. */
#ifndef TDIGEST_HELP_H
#define TDIGEST_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tdigest_private.h"

/* Random numbers: the same sequence everywhere, from a seed that is 0 at first. */
void draw_seed(uint64_t seed);
uint64_t draw(uint64_t below); /* 0 .. below - 1 */
double draw_share(void);       /* between 0 and 1 */
double draw_lognormal(void);

/* Value i of `count`, from streams of every kind, for what has to hold on all. */
enum { STREAM_KINDS = 10 };
double stream_value(int kind, int i, int count);

/* Sketches.  All of these have to succeed. */
struct tdigest *created(int k);
void add(struct tdigest *sketch, double value);
void add_weighted(struct tdigest *sketch, double value, uint64_t weight);
struct tdigest *filled(int k, const double *values, size_t count);
double quantile(const struct tdigest *sketch, double q);
double rank(const struct tdigest *sketch, double value);

struct image {
    uint8_t *bytes; /* to be freed */
    size_t size;
};

struct image imaged(const struct tdigest *sketch);
bool is_same_image(const struct tdigest *a, const struct tdigest *b);

/* The sketch written and read; `sketch` itself is released. */
struct tdigest *stored(struct tdigest *sketch);

/* The truth, which sorted values tell. */
int compare_doubles(const void *left, const void *right); /* for qsort */

/* How far, in shares of all, q is from what `value` is a quantile for. */
double rank_error(const double *sorted, size_t count, double q, double value);

/* What a quantile is: the value at q n, counted from 0 and rounded up; the middle of
 * two where q n falls between them. */
double true_quantile(const double *sorted, size_t count, double q);
double true_rank(const double *sorted, size_t count, double value);

/* Fails unless every answer is that of the values, which it sorts. */
void assert_exact(const struct tdigest *sketch, double *values, size_t count);

/* Fails unless quantiles ascend from the smallest to the largest value. */
void assert_ascending(const struct tdigest *sketch, int steps);

/* Fails unless the sketch keeps its rules and its answers their promises. */
void assert_sound(const struct tdigest *sketch);

#endif
