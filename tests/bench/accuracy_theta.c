/*
 * How far theta sketches are from the truth: streams of different integers, each fed to
 * one sketch, and dealt to four that were then united; what a union trims is 1 /
 * sqrt(k).
 *
 * Prints a table, tab separated: lg_k, n, the way, the root of the mean square of the
 * relative error, that times sqrt(k), and the share of the intervals of two deviations
 * that hold the truth.  Fails when an error is above 1.03 / sqrt(k), or of unions that
 * are trimmed not within 7 percent of 1 / sqrt(k), or the share below 94 percent.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "theta.h"

enum { ACCURACY_RUNS = 1000, ACCURACY_PARTS = 4 };

static void accuracy_need(enum sketch_status status)
{
    if (status != SKETCH_OK) {
        fputs("accuracy_theta: out of memory\n", stderr);
        exit(2);
    }
}

/* The stream of a run, dealt to so many sketches that are then united. */
static struct theta *accuracy_make(int lg_k, uint64_t run, uint64_t n, uint64_t parts)
{
    struct theta *part[ACCURACY_PARTS];
    for (uint64_t p = 0; p < parts; p++) {
        accuracy_need(theta_create(&part[p], lg_k, &sketch_libc_memory));
    }
    for (uint64_t i = 0; i < n; i++) {
        accuracy_need(theta_add(part[i % parts], hash_u64(run << 32 | i)));
    }
    for (uint64_t p = 1; p < parts; p++) {
        accuracy_need(theta_merge(part[0], part[p]));
        theta_free(part[p]);
    }
    return part[0];
}

static bool accuracy_measure(int lg_k, uint64_t n, uint64_t parts)
{
    double squares = 0;
    double inside = 0;
    bool is_united = parts > 1;
    double k = pow(2, lg_k);
    for (uint64_t run = 1; run <= ACCURACY_RUNS; run++) {
        struct theta *sketch = accuracy_make(lg_k, run, n, parts);
        double lower;
        double upper;
        double off = theta_estimate(sketch) / (double)n - 1;
        accuracy_need(theta_bounds(sketch, 2, &lower, &upper));
        squares += off * off;
        inside += lower <= (double)n && (double)n <= upper;
        theta_free(sketch);
    }
    double rmse = sqrt(squares / ACCURACY_RUNS);
    double scaled = rmse * sqrt(k);
    bool is_trimmed = is_united && (double)n > 20 * k;
    bool met = scaled <= (is_united ? 1.07 : 1.03) && (!is_trimmed || scaled >= 0.93) &&
               inside >= 0.94 * ACCURACY_RUNS;
    printf("%d\t%llu\t%s\t%.6f\t%.3f\t%.4f\t%s\n", lg_k, (unsigned long long)n,
           is_united ? "united" : "stream", rmse, scaled, inside / ACCURACY_RUNS,
           met ? "met" : "MISSED");
    return met;
}

int main(void)
{
    static const uint64_t counts[] = {1000, 10000, 100000};
    bool met = true;
    puts("lg_k\tn\tsketch\trmse\tscaled\tinside\ttarget");
    for (int lg_k = 10; lg_k <= 12; lg_k += 2) {
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
            met = accuracy_measure(lg_k, counts[i], 1) && met;
            met = accuracy_measure(lg_k, counts[i], ACCURACY_PARTS) && met;
        }
    }
    return !met;
}
