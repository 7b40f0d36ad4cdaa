#include "profile_private.h"

#include <math.h>

const double profile_shares[PROFILE_QUANTILES] = {0.01, 0.05, 0.25, 0.5,
                                                  0.75, 0.95, 0.99};

static void profile_ask_counts(struct profile_figures *figures,
                               const struct profile *sketch)
{
    const struct profile_counts *counts = &sketch->counts;
    uint64_t count = profile_long_of(counts);
    figures->rows = counts->rows;
    figures->nulls = counts->nulls;
    figures->integers = counts->of[ITEM_INTEGER];
    figures->reals = profile_reals_of(counts);
    figures->texts = counts->of[ITEM_TEXT];
    figures->blobs = counts->of[ITEM_BLOB];
    figures->shortest = counts->least_size;
    figures->longest = counts->most_size;
    figures->mean_length = count > 0 ? (double)counts->bytes / (double)count : 0;
}

static void profile_ask_extreme(struct profile_shown *shown,
                                const struct profile_value *value)
{
    shown->item = profile_show(profile_value_item(value), shown->bytes);
}

/* What a profile with values knows of all of them. */
static enum sketch_status profile_ask_values(struct profile_figures *figures,
                                             const struct profile *sketch)
{
    const struct hll *distinct = sketch->parts[PROFILE_DISTINCT];
    profile_ask_extreme(&figures->least, &sketch->least);
    profile_ask_extreme(&figures->most, &sketch->most);
    figures->sample = sketch->parts[PROFILE_SOME];
    figures->distinct = hll_estimate(distinct);
    enum sketch_status status =
        hll_bounds(distinct, 2, &figures->distinct_lower, &figures->distinct_upper);
    if (status == SKETCH_OK) {
        status = topk_rank(sketch->parts[PROFILE_FREQUENT], PROFILE_TOP, &figures->top,
                           &figures->top_count);
    }
    return status;
}

static enum sketch_status profile_ask_bins(struct profile_figures *figures,
                                           const struct tdigest *numbers)
{
    struct tdigest_bin bins[PROFILE_BINS];
    enum sketch_status status =
        tdigest_bins(numbers, PROFILE_BINS, bins, &figures->bin_count);
    for (size_t i = 0; status == SKETCH_OK && i < figures->bin_count; i++) {
        figures->bins[i] = bins[i].count;
    }
    return status;
}

/* A power of two that brings numbers of that size to where their squares neither
 * overflow nor vanish. */
static double profile_scale(double largest)
{
    return largest > 0x1p400 ? 0x1p-600 : largest < 0x1p-400 ? 0x1p600 : 1;
}

/* The standard deviation of the centroids, of which a copy has all.  Their mean is
 * rounded, which the sum of the differences from it makes up for. */
static enum sketch_status profile_ask_deviation(struct profile_figures *figures,
                                                const struct tdigest *numbers,
                                                const struct sketch_memory *memory)
{
    void *copy;
    double sum = 0;
    double squares = 0;
    double count = (double)figures->numbers;
    double scale =
        profile_scale(fmax(fabs(tdigest_min(numbers)), fabs(tdigest_max(numbers))));
    enum sketch_status status =
        profile_copy_part(PROFILE_NUMBERS, &copy, numbers, memory);
    if (status != SKETCH_OK) {
        return status;
    }
    for (size_t i = 0; i < tdigest_count(copy); i++) {
        struct tdigest_row row = tdigest_row(copy, i);
        double away = row.mean * scale - figures->mean * scale;
        sum += (double)row.weight * away;
        squares += (double)row.weight * (away * away);
    }
    tdigest_free(copy);
    squares = fmax(squares - sum * sum / count, 0);
    figures->deviation = figures->numbers > 1 ? sqrt(squares / (count - 1)) / scale : 0;
    return SKETCH_OK;
}

static enum sketch_status profile_ask_numbers(struct profile_figures *figures,
                                              const struct profile *sketch)
{
    const struct tdigest *numbers = sketch->parts[PROFILE_NUMBERS];
    if (!numbers) {
        return SKETCH_OK;
    }
    figures->numbers = tdigest_weight(numbers);
    figures->mean = tdigest_mean(numbers);
    enum sketch_status status =
        profile_ask_deviation(figures, numbers, &sketch->memory);
    if (status == SKETCH_OK) {
        status = tdigest_quantiles(numbers, profile_shares, PROFILE_QUANTILES,
                                   figures->quantiles);
    }
    return status == SKETCH_OK ? profile_ask_bins(figures, numbers) : status;
}

enum sketch_status profile_ask(const struct profile *sketch,
                               struct profile_figures *figures)
{
    *figures = (struct profile_figures){.memory = sketch->memory};
    profile_ask_counts(figures, sketch);
    enum sketch_status status = profile_settle(sketch);
    if (status == SKETCH_OK && figures->rows > figures->nulls) {
        status = profile_ask_values(figures, sketch);
    }
    if (status == SKETCH_OK) {
        status = profile_ask_numbers(figures, sketch);
    }
    if (status != SKETCH_OK) {
        profile_figures_release(figures);
    }
    return status;
}

void profile_figures_release(struct profile_figures *figures)
{
    sketch_release(&figures->memory, figures->top);
    figures->top = NULL;
    figures->top_count = 0;
}
