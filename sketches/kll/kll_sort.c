/*
 * Sorting few values, as level 0 has, and merging levels.
 *
 * Runs of eight are made by insertion, and merged two by two without a branch that
 * depends on values, since half of those would be predicted wrongly.  Values that are
 * in order, or in reverse order, are found at once.
 */
#include "kll_private.h"

#include <string.h>

enum { KLL_RUN = 8 };

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
    memmove(out, b, (size_t)(b_end - b) * sizeof *b);
    out += b_end - b;
    memmove(out, a, (size_t)(a_end - a) * sizeof *a);
}

static void kll_insert(double *values, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        double value = values[i];
        size_t at = i;
        for (; at > 0 && values[at - 1] > value; at--) {
            values[at] = values[at - 1];
        }
        values[at] = value;
    }
}

/* True if they are in order afterwards, since they were, or in the reverse one. */
static bool kll_was_in_order(double *values, size_t count)
{
    size_t up = 1;
    size_t down = 1;
    while (up < count && values[up - 1] <= values[up]) {
        up++;
    }
    while (down < count && values[down - 1] >= values[down]) {
        down++;
    }
    if (up < count && down == count) {
        for (size_t i = 0; i < count / 2; i++) {
            double value = values[i];
            values[i] = values[count - 1 - i];
            values[count - 1 - i] = value;
        }
    }
    return up >= count || down >= count;
}

static size_t kll_least_size(size_t a, size_t b) { return a < b ? a : b; }

void kll_sort(double *values, size_t count, double *scratch)
{
    double *from = values;
    double *to = scratch;
    if (kll_was_in_order(values, count)) {
        return;
    }
    for (size_t at = 0; at < count; at += KLL_RUN) {
        kll_insert(values + at, kll_least_size(KLL_RUN, count - at));
    }
    for (size_t run = KLL_RUN; run < count; run *= 2) {
        for (size_t at = 0; at < count; at += 2 * run) {
            size_t a = kll_least_size(run, count - at);
            size_t b = kll_least_size(run, count - at - a);
            kll_merge_sorted(from + at, a, from + at + a, b, to + at);
        }
        double *merged = to;
        to = from;
        from = merged;
    }
    if (from != values) {
        memcpy(values, from, count * sizeof *values);
    }
}
