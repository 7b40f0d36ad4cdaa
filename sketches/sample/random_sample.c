/*
 * Selection sampling: of N rows left, n are still to be chosen.
 *
 * Algorithm S (Knuth, The Art of Computer Programming 2, 3.4.2) chooses the next row
 * with probability n / N, in integers and exactly.  That is one draw a row.  While
 * choices are rare, the number of rows to pass over is drawn instead, by rejection
 * (Vitter, Faster methods for random sampling, 1984, algorithm D).  That number, S, has
 *
 *     P(S = s) = f(s) = n / N * the product over j from 1 to n-1 of (N - s - j) / (N -
 * j).
 *
 * The whole part of X = N * (1 - V), where V is the n-th root of an even draw, is
 * distributed much alike: the density of X is g(x) = n / N * (1 - x / N)^(n-1), and
 * f(s) <= c * g(x) for every x from s to s + 1, with c = N / (N - n + 1).  So a draw of
 * X is taken with probability f(s) / (c * g(x)), and otherwise another one is made. The
 * product is seldom needed, because h(s) = n / N * (1 - s / (N - n + 1))^(n-1) is at
 * most f(s), and mostly enough to say yes.
 */
#include "random_sample.h"

#include "portable_math.h"

/* With n / N above this, rows are cheaper than logarithms; Vitter's choice. */
enum { RANDOM_SAMPLE_RARE = 13 };

struct random_sample {
    struct sketch_memory memory;
    uint32_t size;
    uint64_t total;
    uint64_t seen;
    uint64_t next; /* the rows before the next one that is chosen, if there is one */
    struct random random;
    struct item_list items;
};

static uint64_t random_sample_skip_rows(struct random *random, uint64_t n,
                                        uint64_t rows)
{
    uint64_t skip = 0;
    while (random_below(random, rows - skip) >= n) {
        skip++;
    }
    return skip;
}

/* Is an even draw at most f(skip) / (c * g(x))?  Asked of the logarithms, since that of
 * V^(n-1), which is g(x) but for n / N, is at hand: -root * (n - 1). */
static bool random_sample_accepts(struct random *random, double n, double rows,
                                  double skip, double root)
{
    double others = n - 1;
    double draw = random_exponential(random);
    double fixed = -portable_ln1p(-others / rows) - others * root;
    if (draw >= fixed - others * portable_ln1p(-skip / (rows - others))) {
        return true; /* even for h(skip) */
    }
    /* The product may be taken over the rows passed or over those chosen later. */
    double more = skip < others ? others : skip;
    uint64_t fewer = (uint64_t)(skip < others ? skip : others);
    double product = 1;
    for (uint64_t k = 1; k <= fewer; k++) {
        product *= (rows - more - (double)k) / (rows - (double)k);
    }
    return draw >= fixed - portable_ln(product);
}

static uint64_t random_sample_skip_far(struct random *random, uint64_t n, uint64_t rows)
{
    for (;;) {
        double root = random_exponential(random) / (double)n;
        double x = (double)rows * -portable_expm1(-root);
        uint64_t skip = (uint64_t)x;
        if (skip <= rows - n && random_sample_accepts(random, (double)n, (double)rows,
                                                      (double)skip, root)) {
            return skip;
        }
    }
}

static void random_sample_draw_next(struct random_sample *sample)
{
    uint64_t n = sample->size - sample->items.count;
    uint64_t rows = sample->total - sample->seen;
    if (n == 0) {
        sample->next = UINT64_MAX;
    } else if (n > rows / RANDOM_SAMPLE_RARE) {
        sample->next = sample->seen + random_sample_skip_rows(&sample->random, n, rows);
    } else {
        sample->next = sample->seen + random_sample_skip_far(&sample->random, n, rows);
    }
}

enum sketch_status random_sample_create(struct random_sample **out, uint32_t size,
                                        uint64_t total, uint64_t seed,
                                        const struct sketch_memory *memory)
{
    *out = NULL;
    if (size < 1 || size > ITEM_LIST_MAX || size > total ||
        total > RANDOM_SAMPLE_MAX_TOTAL) {
        return SKETCH_RANGE;
    }
    struct random_sample *sample = sketch_allocate(memory, sizeof *sample);
    if (!sample) {
        return SKETCH_NOMEM;
    }
    sample->memory = *memory;
    sample->size = size;
    sample->total = total;
    sample->random.state = seed;
    random_sample_draw_next(sample);
    *out = sample;
    return SKETCH_OK;
}

bool random_sample_pass(struct random_sample *sample)
{
    bool passes = sample->seen < sample->next;
    sample->seen += passes;
    return passes;
}

enum sketch_status random_sample_add(struct random_sample *sample, struct item item)
{
    if (random_sample_pass(sample)) {
        return SKETCH_OK;
    }
    enum sketch_status status = item_list_append(&sample->items, item, &sample->memory);
    if (status == SKETCH_OK) {
        sample->seen++;
        random_sample_draw_next(sample);
    }
    return status;
}

uint64_t random_sample_seen(const struct random_sample *sample) { return sample->seen; }
uint64_t random_sample_total(const struct random_sample *sample)
{
    return sample->total;
}
uint32_t random_sample_count(const struct random_sample *sample)
{
    return sample->items.count;
}

struct item random_sample_item(const struct random_sample *sample, uint32_t at)
{
    return item_list_item(&sample->items, at);
}

void random_sample_free(struct random_sample *sample)
{
    if (sample) {
        struct sketch_memory memory = sample->memory;
        item_list_clear(&sample->items, &memory);
        sketch_release(&memory, sample);
    }
}
