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

/* With n / N above this, rows are cheaper than logarithms; Vitter's choice. */
enum { SELECTION_RARE = 13 };

struct selection {
    struct sketch_memory memory;
    uint32_t size;
    uint64_t total;
    uint64_t seen;
    uint64_t next; /* the rows before the next one that is chosen, if there is one */
    struct random random;
    struct sample sample;
};

static uint64_t selection_skip_rows(struct random *random, uint64_t n, uint64_t rows)
{
    uint64_t skip = 0;
    while (random_below(random, rows - skip) >= n) {
        skip++;
    }
    return skip;
}

/* Is an even draw at most f(skip) / (c * g(x))?  Asked of the logarithms, since that of
 * V^(n-1), which is g(x) but for n / N, is at hand: -root * (n - 1). */
static bool selection_accepts(struct random *random, double n, double rows, double skip,
                              double root)
{
    double others = n - 1;
    double draw = random_exponential(random);
    double fixed = -random_ln1p(-others / rows) - others * root;
    if (draw >= fixed - others * random_ln1p(-skip / (rows - others))) {
        return true; /* even for h(skip) */
    }
    /* The product may be taken over the rows passed or over those chosen later. */
    double more = skip < others ? others : skip;
    uint64_t fewer = (uint64_t)(skip < others ? skip : others);
    double product = 1;
    for (uint64_t k = 1; k <= fewer; k++) {
        product *= (rows - more - (double)k) / (rows - (double)k);
    }
    return draw >= fixed - random_ln(product);
}

static uint64_t selection_skip_far(struct random *random, uint64_t n, uint64_t rows)
{
    for (;;) {
        double root = random_exponential(random) / (double)n;
        double x = (double)rows * -random_expm1(-root);
        uint64_t skip = (uint64_t)x;
        if (skip <= rows - n &&
            selection_accepts(random, (double)n, (double)rows, (double)skip, root)) {
            return skip;
        }
    }
}

static void selection_draw_next(struct selection *selection)
{
    uint64_t n = selection->size - selection->sample.count;
    uint64_t rows = selection->total - selection->seen;
    if (n == 0) {
        selection->next = UINT64_MAX;
    } else if (n > rows / SELECTION_RARE) {
        selection->next =
            selection->seen + selection_skip_rows(&selection->random, n, rows);
    } else {
        selection->next =
            selection->seen + selection_skip_far(&selection->random, n, rows);
    }
}

enum sketch_status selection_create(struct selection **out, uint32_t size,
                                    uint64_t total, uint64_t seed,
                                    const struct sketch_memory *memory)
{
    *out = NULL;
    if (size < 1 || size > SAMPLE_MAX || size > total || total > SELECTION_MAX_TOTAL) {
        return SKETCH_RANGE;
    }
    struct selection *selection = sketch_allocate(memory, sizeof *selection);
    if (!selection) {
        return SKETCH_NOMEM;
    }
    selection->memory = *memory;
    selection->size = size;
    selection->total = total;
    selection->random.state = seed;
    selection_draw_next(selection);
    *out = selection;
    return SKETCH_OK;
}

bool selection_pass(struct selection *selection)
{
    bool passes = selection->seen < selection->next;
    selection->seen += passes;
    return passes;
}

enum sketch_status selection_add(struct selection *selection, struct item item)
{
    if (selection_pass(selection)) {
        return SKETCH_OK;
    }
    enum sketch_status status =
        sample_append(&selection->sample, item, &selection->memory);
    if (status == SKETCH_OK) {
        selection->seen++;
        selection_draw_next(selection);
    }
    return status;
}

uint64_t selection_seen(const struct selection *selection) { return selection->seen; }
uint64_t selection_total(const struct selection *selection) { return selection->total; }
uint32_t selection_count(const struct selection *selection)
{
    return selection->sample.count;
}

struct item selection_item(const struct selection *selection, uint32_t at)
{
    return sample_item(&selection->sample, at);
}

void selection_free(struct selection *selection)
{
    if (selection) {
        struct sketch_memory memory = selection->memory;
        sample_clear(&selection->sample, &memory);
        sketch_release(&memory, selection);
    }
}
