/*
 * Which items have grown from one sketch to another.
 *
 * Hours differ in traffic, so what counts is not how often an item was there but how
 * much more often than was to be expected: before * N / B, where N and B are the totals
 * of both sketches.  A difference would be led by the most frequent items, whose
 * ordinary changes are the largest, and a quotient by items that were there once.  So
 * items are ranked by how hard it is to take both counts for draws from one rate: by
 * the log-likelihood ratio of two Poisson counts c and b over N and B rows,
 *
 *     G2 = 2 (c ln(c / E) + b ln(b / F))
 *     E = N (c + b) / (N + B),  F = B (c + b) / (N + B)
 *
 * of T. Dunning, "Accurate Methods for the Statistics of Surprise and Coincidence",
 * Computational Linguistics 19 (1993), in the form that P. Rayson and R. Garside gave
 * it in "Comparing Corpora using Frequency Profiling" (2000).  Other than the z of c
 * against E it holds for small counts, and it is finite for what was not there before.
 *
 * What the sketches leave open counts against an item: c is the least that it can have
 * now, b the most that it can have had before.  An item without an entry in `now` has a
 * c of 0 and cannot have grown, so the entries of `now` are all that is looked at.
 */
#include "topk_private.h"

#include "portable_math.h"

#include <stdlib.h>

/* Both totals, as doubles. */
struct topk_spans {
    double now;
    double past;
};

/* By how much `count` exceeds what `before` makes expected.  One division of a whole
 * number, so that nothing is rounded twice while products stay below 2^53. */
static double topk_growth(struct topk_spans spans, uint64_t count, uint64_t before)
{
    return ((double)count * spans.past - (double)before * spans.now) / spans.past;
}

/* Half of a term of G2: a count against the share of both that its total has. */
static double topk_surprise(double count, double other, double total, double all)
{
    return count > 0 ? count * portable_ln(count * all / ((count + other) * total)) : 0;
}

static double topk_score(struct topk_spans spans, uint64_t count, uint64_t before)
{
    double c = (double)count;
    double b = (double)before;
    double all = spans.now + spans.past;
    double score = 2 * (topk_surprise(c, b, spans.now, all) +
                        topk_surprise(b, c, spans.past, all));
    return score > 0 ? score : 0; /* what is left of large terms may be rounded */
}

static int topk_compare_trends(const void *left, const void *right)
{
    const struct topk_trend_row *a = left;
    const struct topk_trend_row *b = right;
    if (a->score != b->score) {
        return a->score > b->score ? -1 : 1;
    }
    if (a->count != b->count) {
        return a->count > b->count ? -1 : 1;
    }
    return item_compare(a->item, b->item);
}

enum sketch_status topk_trend(const struct topk *now, const struct topk *past,
                              size_t limit, struct topk_trend_row **rows, size_t *count)
{
    const struct sketch_memory *memory = &now->memory;
    struct topk_spans spans = {(double)now->total, (double)past->total};
    size_t grown = 0;
    *count = 0;
    /* One row too many, since a block of no bytes cannot be had. */
    *rows = memory->resize(memory->ctx, NULL, (now->used + 1) * sizeof **rows);
    if (!*rows) {
        return SKETCH_NOMEM;
    }
    for (uint32_t i = 0; past->total > 0 && i < now->used; i++) {
        const struct topk_entry *entry = &now->entries[i];
        struct topk_row was = topk_lookup(past, topk_key_item(&entry->key));
        uint64_t least = entry->count - entry->error;
        struct topk_trend_row row = {
            .item = was.item,
            .count = entry->count,
            .before = was.count,
            .growth = topk_growth(spans, entry->count, was.count),
            .lower = topk_growth(spans, least, was.count),
            .upper = topk_growth(spans, entry->count, was.count - was.error),
            .score = topk_score(spans, least, was.count)};
        if (row.lower > 0) {
            (*rows)[grown++] = row;
        }
    }
    qsort(*rows, grown, sizeof **rows, topk_compare_trends);
    *count = limit < grown ? limit : grown;
    return SKETCH_OK;
}
