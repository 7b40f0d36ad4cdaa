/* The laws' view of KLL. */
#include "subjects.h"

#include "kll.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { KLL_SUBJECT_K = 40, KLL_SUBJECT_MOST = 2 * SUBJECT_LONG };

/* Ranks are off by more in 1 of 100 sketches; more than twice that in none of these. */
#define KLL_SUBJECT_ALLOWED 2.0

/* Of very different sizes, some of which return. */
static double kll_subject_value(uint64_t i)
{
    uint64_t hash = (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
    double share = (double)(hash >> 11) * 0x1p-53;
    if (i == 0) {
        /* The lower half of this one is no length, since the beginning of a single
         * double would otherwise pass for a string or a float. */
        return 0.1;
    }
    if (i % 5 == 0) {
        return floor(6 * share);
    }
    return i % 2 ? share : ldexp(i % 4 ? 1 : -1, (int)(1900 * share) - 900);
}

static enum sketch_status kll_subject_create(void **out,
                                             const struct sketch_memory *memory)
{
    struct kll *sketch = NULL;
    enum sketch_status status = kll_create(&sketch, KLL_SUBJECT_K, memory);
    *out = sketch;
    return status;
}

static enum sketch_status kll_subject_create_other(void **out,
                                                   const struct sketch_memory *memory)
{
    struct kll *sketch = NULL;
    enum sketch_status status = kll_create(&sketch, 2 * KLL_SUBJECT_K, memory);
    *out = sketch;
    return status;
}

static enum sketch_status kll_subject_add(void *sketch, uint64_t i)
{
    return kll_add(sketch, kll_subject_value(i));
}

static void kll_subject_ask(const void *sketch, const struct sketch_memory *memory)
{
    static const double points[] = {-1e300, -1, 0, 0.25, 0.5, 3, 1e300};
    static const double shares[] = {0, 1e-300, 0.25, 0.5, 0.999999, 1};
    double answers[8];
    size_t count = 0;
    size_t retained = kll_retained(sketch);
    struct kll_row *rows =
        memory->resize(memory->ctx, NULL, (retained + 1) * sizeof *rows);
    if (rows) {
        (void)kll_rows(sketch, rows, &count);
    }
    sketch_release(memory, rows);
    (void)kll_quantiles(sketch, shares, 6, answers);
    (void)kll_lower(sketch, shares, 6, answers);
    (void)kll_upper(sketch, shares, 6, answers);
    (void)kll_ranks(sketch, points, 7, answers);
    (void)kll_cdf(sketch, points, 7, answers);
    (void)kll_pmf(sketch, points, 7, answers);
    (void)kll_error(sketch);
}

/* The questions to a stored sketch, and to the same as it was read. */

struct kll_subject_asked {
    const struct kll *sketch; /* NULL: the bytes were refused */
    bool are_same;
};

static bool kll_subject_same_list(const double *a, const double *b, size_t count)
{
    bool same = true;
    for (size_t i = 0; i < count; i++) {
        same = same && a[i] == b[i];
    }
    return same;
}

static bool kll_subject_are_same(const struct kll *a, const struct kll *b)
{
    enum { ASKED = 41 };
    double answers[2][ASKED + 1];
    double asked[ASKED];
    bool same = kll_weight(a) == kll_weight(b) && kll_k(a) == kll_k(b) &&
                kll_retained(a) == kll_retained(b) && kll_error(a) == kll_error(b);
    if (kll_weight(a) == 0 || !same) {
        return same;
    }
    for (int i = 0; i < ASKED; i++) {
        asked[i] = i / (ASKED - 1.0);
    }
    same = kll_min(a) == kll_min(b) && kll_max(a) == kll_max(b) &&
           kll_quantiles(a, asked, ASKED, answers[0]) == SKETCH_OK &&
           kll_quantiles(b, asked, ASKED, answers[1]) == SKETCH_OK &&
           kll_subject_same_list(answers[0], answers[1], ASKED);
    for (int i = 0; i < ASKED; i++) {
        asked[i] = 0.3 * (i - 10);
    }
    return same && kll_cdf(a, asked, ASKED, answers[0]) == SKETCH_OK &&
           kll_cdf(b, asked, ASKED, answers[1]) == SKETCH_OK &&
           kll_subject_same_list(answers[0], answers[1], ASKED + 1);
}

static void kll_subject_compare_to(const void *lent, void *ctx)
{
    struct kll_subject_asked *asked = ctx;
    asked->are_same = asked->sketch && kll_subject_are_same(lent, asked->sketch);
}

static bool kll_subject_answers_directly(const uint8_t *bytes, size_t size,
                                         const void *sketch)
{
    struct kll_subject_asked asked = {sketch, true};
    (void)kll_stored_visit(bytes, size, kll_subject_compare_to, &asked);
    return asked.are_same;
}

static bool kll_subject_add_stored(uint8_t *bytes, size_t *size, size_t room,
                                   uint64_t i)
{
    return kll_stored_add(bytes, size, room, kll_subject_value(i));
}

static int kll_subject_compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

/* How many of ascending values are smaller, or no larger. */
static double kll_subject_count(const double *values, uint64_t count, double value,
                                bool with_equal)
{
    uint64_t low = 0;
    while (low < count) {
        uint64_t middle = low + (count - low) / 2;
        if (values[middle] < value || (with_equal && values[middle] == value)) {
            low = middle + 1;
        } else {
            count = middle;
        }
    }
    return (double)low;
}

/* All ranks are near the true ones, and so are all quantiles. */
static bool kll_subject_summarises(const void *sketch, uint64_t count)
{
    static double values[KLL_SUBJECT_MOST];
    double n = (double)count;
    double allowed = KLL_SUBJECT_ALLOWED * kll_error(sketch) + 1 / (n + 1);
    bool holds = kll_weight(sketch) == count;
    for (uint64_t i = 0; i < count; i++) {
        values[i] = kll_subject_value(i);
    }
    qsort(values, (size_t)count, sizeof *values, kll_subject_compare);
    holds = holds && (count == 0 || (kll_min(sketch) == values[0] &&
                                     kll_max(sketch) == values[count - 1]));
    for (uint64_t i = 0; holds && i < count; i += 1 + count / 200) {
        double rank;
        double value;
        double q = (double)i / n;
        double truth = kll_subject_count(values, count, values[i], true) / n;
        holds = kll_ranks(sketch, &values[i], 1, &rank) == SKETCH_OK &&
                fabs(rank - truth) <= allowed &&
                kll_quantiles(sketch, &q, 1, &value) == SKETCH_OK &&
                kll_subject_count(values, count, value, false) / n <= q + allowed &&
                kll_subject_count(values, count, value, true) / n >= q - allowed;
    }
    return holds;
}

const struct subject kll_subject = {
    .name = "kll",
    .ops = &kll_ops,
    .memory_factor = 8,
    .create = kll_subject_create,
    .create_other = kll_subject_create_other,
    .add = kll_subject_add,
    .ask = kll_subject_ask,
    .answers_directly = kll_subject_answers_directly,
    .add_stored = kll_subject_add_stored,
    .summarises = kll_subject_summarises,
    .reads_other_forms = true,
};
