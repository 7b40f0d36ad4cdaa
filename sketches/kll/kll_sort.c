/*
 * Sorting few values, as level 0 has, mostly up to 16, and merging levels.
 *
 * Half of the branches that depend on values would be predicted wrongly, so there are
 * hardly any: runs of 16 are ordered by a sorting network, and two arrays are merged
 * from both ends at once.  Neither comes to the end of one of them: of those of equal
 * length not before it has done its half, and around others there are guards.  Many
 * values that are in order, or in reverse order, are found first.
 */
#include "kll_private.h"

#include <math.h>
#include <string.h>

enum { KLL_HALF_RUN = 8, KLL_RUN = 2 * KLL_HALF_RUN };

void kll_merge_sorted(const double *a, size_t a_count, const double *b, size_t b_count,
                      double *out)
{
    const double *a_end = a + a_count;
    const double *b_end = b + b_count;
    while (a < a_end && b < b_end) {
        double x = *a;
        double y = *b;
        size_t take_b = y <= x;
        *out++ = take_b ? y : x;
        b += take_b;
        a += 1 - take_b;
    }
    while (a < a_end) {
        *out++ = *a++;
    }
    if (out != b) { /* else they are there already */
        while (b < b_end) {
            *out++ = *b++;
        }
    }
}

/* The smaller ones from the front on and the larger ones from the end on, so many of
 * each: of an odd count the one in the middle is written twice. */
static inline void kll_merge_ends(const double *a, size_t a_count, const double *b,
                                  size_t b_count, double *out)
{
    const double *a_end = a + a_count;
    const double *b_end = b + b_count;
    double *end = out + a_count + b_count;
    for (size_t i = (a_count + b_count + 1) / 2; i > 0; i--) {
        double x = *a;
        double y = *b;
        size_t take_b = y <= x;
        *out++ = take_b ? y : x;
        b += take_b;
        a += 1 - take_b;
        double u = a_end[-1];
        double v = b_end[-1];
        size_t take_a = v <= u;
        *--end = take_a ? u : v;
        a_end -= take_a;
        b_end -= 1 - take_a;
    }
}

void kll_merge_guarded(double *a, size_t a_count, double *b, size_t b_count,
                       double *out)
{
    /* Whatever these are compared with, the other is taken; which is why equal ones are
     * taken from one side, and why two of these are NaN. */
    a[-1] = (double)NAN;
    a[a_count] = (double)INFINITY;
    b[-1] = -(double)INFINITY;
    b[b_count] = (double)NAN;
    kll_merge_ends(a, a_count, b, b_count, out);
}

/* Whole numbers are compared in the place of doubles, since compilers know their
 * minimum and maximum to take no branch.  Both ways: negative ones ascend with their
 * bits. */
static inline int64_t kll_key(double value)
{
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits < 0 ? bits ^ INT64_MAX : bits;
}

static inline double kll_unkey(int64_t key)
{
    int64_t bits = key < 0 ? key ^ INT64_MAX : key;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline void kll_order(int64_t *a, int64_t *b)
{
    int64_t x = *a;
    int64_t y = *b;
    *a = x < y ? x : y;
    *b = x < y ? y : x;
}

/* For eight: 19 pairs, of D. E. Knuth's third volume, 5.3.4. */
static inline void kll_order_half(int64_t *v)
{
    static const uint8_t pairs[][2] = {
        {0, 2}, {1, 3}, {4, 6}, {5, 7}, {0, 4}, {1, 5}, {2, 6}, {3, 7}, {0, 1}, {2, 3},
        {4, 5}, {6, 7}, {2, 4}, {3, 5}, {1, 4}, {3, 6}, {1, 2}, {3, 4}, {5, 6},
    };
#pragma GCC unroll 19
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        kll_order(&v[pairs[i][0]], &v[pairs[i][1]]);
    }
}

/* Sixteen: both halves, and Batcher's merge of them. */
static inline void kll_order_run(int64_t *out)
{
    static const uint8_t pairs[][2] = {
        {0, 8}, {4, 12}, {4, 8}, {2, 10}, {6, 14}, {6, 10},  {2, 4},   {6, 8}, {10, 12},
        {1, 9}, {5, 13}, {5, 9}, {3, 11}, {7, 15}, {7, 11},  {3, 5},   {7, 9}, {11, 13},
        {1, 2}, {3, 4},  {5, 6}, {7, 8},  {9, 10}, {11, 12}, {13, 14},
    };
    int64_t v[KLL_RUN];
    memcpy(v, out, sizeof v);
    kll_order_half(v);
    kll_order_half(v + KLL_HALF_RUN);
#pragma GCC unroll 25
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        kll_order(&v[pairs[i][0]], &v[pairs[i][1]]);
    }
    memcpy(out, v, sizeof v);
}

/* Sixteen values, or fewer, behind which larger ones are put. */
static void kll_order_values(double *values, size_t count)
{
    int64_t keys[KLL_RUN];
    for (size_t i = 0; i < KLL_RUN; i++) {
        keys[i] = i < count ? kll_key(values[i]) : INT64_MAX;
    }
    kll_order_run(keys);
    for (size_t i = 0; i < count; i++) {
        values[i] = kll_unkey(keys[i]);
    }
}

/* True if they are in order afterwards, since they were, or in the reverse one. */
static bool kll_was_in_order(double *values, size_t count)
{
    size_t at = 2;
    if (count < 2 || values[0] <= values[1]) {
        while (at < count && values[at - 1] <= values[at]) {
            at++;
        }
        return at >= count;
    }
    while (at < count && values[at - 1] >= values[at]) {
        at++;
    }
    for (size_t i = 0; at >= count && i < count / 2; i++) {
        double value = values[i];
        values[i] = values[count - 1 - i];
        values[count - 1 - i] = value;
    }
    return at >= count;
}

/* Merges neighbours of `run` values each, of which the last may be shorter. */
static void kll_merge_pass(const double *from, size_t count, size_t run, double *to)
{
    size_t at = 0;
    for (; at + 2 * run <= count; at += 2 * run) {
        kll_merge_ends(from + at, run, from + at + run, run, to + at);
    }
    size_t left = count - at;
    size_t a = left < run ? left : run;
    kll_merge_sorted(from + at, a, from + at + a, left - a, to + at);
}

void kll_sort(double *values, size_t count, double *scratch)
{
    double *from = values;
    double *to = scratch;
    if (count > KLL_RUN && kll_was_in_order(values, count)) {
        return;
    }
    for (size_t at = 0; at < count; at += KLL_RUN) {
        kll_order_values(values + at, count - at < KLL_RUN ? count - at : KLL_RUN);
    }
    for (size_t run = KLL_RUN; run < count; run *= 2) {
        kll_merge_pass(from, count, run, to);
        double *merged = to;
        to = from;
        from = merged;
    }
    if (from != values) {
        memcpy(values, from, count * sizeof *values);
    }
}
