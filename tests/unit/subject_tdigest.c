/* The laws' view of the t-digest: once with many different values, each added once, and
 * once with some that return, weighted. */
#include "subjects.h"

#include "tdigest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TDIGEST_SUBJECT_K = 50, TDIGEST_SUBJECT_MOST = 2 * SUBJECT_LONG };

static double tdigest_subject_share(uint64_t i)
{
    return (double)((i + 1) * UINT64_C(0x9e3779b97f4a7c15) >> 11) * 0x1p-53;
}

/* Half of them between 0 and 1, and half of them further out, to both sides. */
static double tdigest_subject_value(uint64_t i)
{
    if (i == 0) {
        /* The lower half of this one is no number as a float, since the beginning of a
         * single double would otherwise pass for a single float. */
        uint64_t bits = UINT64_C(0x3fe000007fc00000);
        double value;
        memcpy(&value, &bits, sizeof value);
        return value;
    }
    double share = tdigest_subject_share(i);
    return i % 2 ? share : (i % 4 ? 1 : -1) / (share + 0.001);
}

/* Twelve values that are frequent among others. */
static double tdigest_subject_weighted_value(uint64_t i)
{
    double share = tdigest_subject_share(i);
    return i % 8 ? floor(12 * share) : 12 * share;
}

static uint64_t tdigest_subject_weight(uint64_t i) { return 2 + i % 5 * (i % 7); }

static enum sketch_status tdigest_subject_create(void **out,
                                                 const struct sketch_memory *memory)
{
    struct tdigest *sketch = NULL;
    enum sketch_status status = tdigest_create(&sketch, TDIGEST_SUBJECT_K, memory);
    *out = sketch;
    return status;
}

static enum sketch_status
tdigest_subject_create_other(void **out, const struct sketch_memory *memory)
{
    struct tdigest *sketch = NULL;
    enum sketch_status status = tdigest_create(&sketch, 2 * TDIGEST_SUBJECT_K, memory);
    *out = sketch;
    return status;
}

static enum sketch_status tdigest_subject_add(void *sketch, uint64_t i)
{
    return tdigest_add(sketch, tdigest_subject_value(i));
}

static enum sketch_status tdigest_subject_add_weighted(void *sketch, uint64_t i)
{
    return tdigest_add_weighted(sketch, tdigest_subject_weighted_value(i),
                                tdigest_subject_weight(i));
}

static void tdigest_subject_ask(const void *sketch, const struct sketch_memory *memory)
{
    static const double points[] = {-1e300, -1, 0, 0.25, 0.5, 3, 1e300};
    static const double shares[] = {0, 1e-300, 0.25, 0.5, 0.999999, 1};
    double answers[8];
    struct tdigest_bin bins[9];
    size_t count;
    (void)memory;
    (void)tdigest_bins(sketch, 9, bins, &count);
    (void)tdigest_quantiles(sketch, shares, 6, answers);
    (void)tdigest_ranks(sketch, points, 7, answers);
    (void)tdigest_cdf(sketch, points, 7, answers);
    (void)tdigest_pmf(sketch, points, 7, answers);
    (void)tdigest_mean(sketch);
    (void)tdigest_trimmed_mean(sketch, 0.1, 0.9, answers);
    (void)tdigest_is_exact(sketch);
    for (size_t i = 0; i < tdigest_count(sketch); i++) {
        (void)tdigest_row(sketch, i);
    }
}

/* The questions to a stored sketch, and to the same as it was read. */

struct tdigest_subject_asked {
    const struct tdigest *sketch; /* NULL: the bytes were refused */
    bool are_same;
};

static bool tdigest_subject_is_same(double a, double b)
{
    return a == b ? signbit(a) == signbit(b) : isnan(a) && isnan(b);
}

static bool tdigest_subject_same_list(const double *a, const double *b, size_t count)
{
    bool same = true;
    for (size_t i = 0; i < count; i++) {
        same = same && tdigest_subject_is_same(a[i], b[i]);
    }
    return same;
}

static bool tdigest_subject_are_same(const struct tdigest *a, const struct tdigest *b)
{
    enum { ASKED = 41 };
    double answers[2][ASKED + 1];
    double asked[ASKED];
    for (int i = 0; i < ASKED; i++) {
        asked[i] = i / (ASKED - 1.0);
    }
    bool same = tdigest_weight(a) == tdigest_weight(b) &&
                tdigest_k(a) == tdigest_k(b) && tdigest_count(a) == tdigest_count(b) &&
                tdigest_subject_is_same(tdigest_min(a), tdigest_min(b)) &&
                tdigest_subject_is_same(tdigest_max(a), tdigest_max(b)) &&
                tdigest_subject_is_same(tdigest_mean(a), tdigest_mean(b));
    if (tdigest_weight(a) == 0) {
        return same;
    }
    same = same && tdigest_quantiles(a, asked, ASKED, answers[0]) == SKETCH_OK &&
           tdigest_quantiles(b, asked, ASKED, answers[1]) == SKETCH_OK &&
           tdigest_subject_same_list(answers[0], answers[1], ASKED);
    for (int i = 0; i < ASKED; i++) {
        asked[i] = 0.3 * (i - 10);
    }
    return same && tdigest_cdf(a, asked, ASKED, answers[0]) == SKETCH_OK &&
           tdigest_cdf(b, asked, ASKED, answers[1]) == SKETCH_OK &&
           tdigest_subject_same_list(answers[0], answers[1], ASKED + 1);
}

static void tdigest_subject_compare_to(const void *lent, void *ctx)
{
    struct tdigest_subject_asked *asked = ctx;
    asked->are_same = asked->sketch && tdigest_subject_are_same(lent, asked->sketch);
}

static bool tdigest_subject_answers_directly(const uint8_t *bytes, size_t size,
                                             const void *sketch)
{
    struct tdigest_subject_asked asked = {sketch, true};
    (void)tdigest_stored_visit(bytes, size, tdigest_subject_compare_to, &asked);
    return asked.are_same;
}

static bool tdigest_subject_add_stored(uint8_t *bytes, size_t *size, size_t room,
                                       uint64_t i)
{
    return tdigest_stored_add(bytes, size, room, tdigest_subject_value(i));
}

struct tdigest_subject_row {
    double value;
    uint64_t weight;
};

static int tdigest_subject_compare(const void *left, const void *right)
{
    const struct tdigest_subject_row *a = left;
    const struct tdigest_subject_row *b = right;
    return (a->value > b->value) - (a->value < b->value);
}

/* Whether the value is a quantile for q, give or take 4 % of all. */
static bool tdigest_subject_is_near(const struct tdigest_subject_row *rows,
                                    uint64_t count, double total, double q,
                                    double value)
{
    double below = 0;
    double up_to = 0;
    for (uint64_t i = 0; i < count && rows[i].value <= value; i++) {
        below += rows[i].value < value ? (double)rows[i].weight : 0;
        up_to += (double)rows[i].weight;
    }
    return q >= below / total - 0.04 && q <= up_to / total + 0.04;
}

static bool tdigest_subject_holds(const void *sketch, struct tdigest_subject_row *rows,
                                  uint64_t count)
{
    uint64_t total = 0;
    for (uint64_t i = 0; i < count; i++) {
        total += rows[i].weight;
    }
    if (tdigest_weight(sketch) != total || count == 0) {
        return tdigest_weight(sketch) == total;
    }
    qsort(rows, (size_t)count, sizeof *rows, tdigest_subject_compare);
    bool holds = tdigest_min(sketch) == rows[0].value &&
                 tdigest_max(sketch) == rows[count - 1].value;
    for (int i = 0; holds && i <= 50; i++) {
        double q = i / 50.0;
        double value;
        holds = tdigest_quantile(sketch, q, &value) == SKETCH_OK &&
                tdigest_subject_is_near(rows, count, (double)total, q, value);
    }
    return holds;
}

static bool tdigest_subject_summarises(const void *sketch, uint64_t count)
{
    static struct tdigest_subject_row rows[TDIGEST_SUBJECT_MOST];
    for (uint64_t i = 0; i < count; i++) {
        rows[i] = (struct tdigest_subject_row){tdigest_subject_value(i), 1};
    }
    return tdigest_subject_holds(sketch, rows, count);
}

static bool tdigest_subject_summarises_weighted(const void *sketch, uint64_t count)
{
    static struct tdigest_subject_row rows[TDIGEST_SUBJECT_MOST];
    for (uint64_t i = 0; i < count; i++) {
        rows[i] = (struct tdigest_subject_row){tdigest_subject_weighted_value(i),
                                               tdigest_subject_weight(i)};
    }
    return tdigest_subject_holds(sketch, rows, count);
}

const struct subject tdigest_subject = {
    .name = "tdigest",
    .ops = &tdigest_ops,
    .memory_factor = 8,
    .create = tdigest_subject_create,
    .create_other = tdigest_subject_create_other,
    .add = tdigest_subject_add,
    .ask = tdigest_subject_ask,
    .answers_directly = tdigest_subject_answers_directly,
    .add_stored = tdigest_subject_add_stored,
    .summarises = tdigest_subject_summarises,
    .reads_other_forms = true,
};

const struct subject tdigest_weighted_subject = {
    .name = "tdigest of weighted values",
    .ops = &tdigest_ops,
    .memory_factor = 8,
    .create = tdigest_subject_create,
    .create_other = tdigest_subject_create_other,
    .add = tdigest_subject_add_weighted,
    .ask = tdigest_subject_ask,
    .answers_directly = tdigest_subject_answers_directly,
    .summarises = tdigest_subject_summarises_weighted,
    .reads_other_forms = true,
};
