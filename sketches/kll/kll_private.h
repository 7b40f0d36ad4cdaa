/* The inside of KLL, shared by the kll*.c files alone. */
#ifndef KLL_PRIVATE_H
#define KLL_PRIVATE_H

#include "kll.h"

enum {
    KLL_M = 8,            /* the smallest capacity of a level */
    KLL_MOST_LEVELS = 63, /* a value of the last one stands for 2^62 */
    KLL_FEW = 768         /* values for which no memory is needed: of k 200 */
};

/* Decides which of `count` values, sorted, are kept: see kll_coin.c. */
typedef bool kll_toss_fn(void *ctx, uint64_t n, int level, const double *values,
                         size_t count);

/* Values are kept in levels, those of level h standing for 2^h each.  Level 0 has the
 * newest value first, all others ascend.  They lie one behind the other at the end of
 * the block; what is free is before them. */
struct kll {
    struct sketch_memory memory;
    int k;
    int min_k; /* the smallest of all merged ones that were not exact */
    uint64_t n;
    double least;
    double most;
    double *items;
    uint32_t room;     /* of the block, in values */
    uint32_t capacity; /* how many may be kept; the block grows up to that */
    int levels;
    bool is_sorted;                       /* level 0, too, since an image said so */
    uint32_t starts[KLL_MOST_LEVELS + 2]; /* and the end, which is `room` */
    int known;                            /* so many of these have been worked out: */
    uint16_t caps[KLL_MOST_LEVELS + 1];   /* of levels, from the top down */

    /* The coin: kll_toss, unless a test has its own. */
    kll_toss_fn *toss;
    void *toss_ctx;
};

static inline uint32_t kll_level_size(const struct kll *sketch, int level)
{
    return level < sketch->levels ? sketch->starts[level + 1] - sketch->starts[level]
                                  : 0;
}

/* How many values are kept. */
static inline uint32_t kll_kept(const struct kll *sketch)
{
    return sketch->room - sketch->starts[0];
}

/* Below its capacity no level is halved. */
static inline uint32_t kll_cap(const struct kll *sketch, int levels, int level)
{
    return sketch->caps[levels - 1 - level];
}

/* kll.c */

/* Makes it an empty sketch without a block. */
void kll_begin(struct kll *sketch, int k, const struct sketch_memory *memory);

/* Puts in a value, of which `least` and `most` know. */
enum sketch_status kll_push(struct kll *sketch, double value);

/* kll_levels.c */

/* How many values the level keeps that is so many below the top. */
uint32_t kll_capacity_at(int k, int depth);

/* The sum of that over all levels. */
uint32_t kll_capacity(int k, int levels);

/* Has the sketch know what so many levels keep, and one more. */
void kll_know_caps(struct kll *sketch, int levels);

/* Sees that there is a free place before level 0: makes the block larger, or a level
 * smaller. */
enum sketch_status kll_make_room(struct kll *sketch);

/* Halves levels, from the bottom up, until they are as few as may be kept.  They begin
 * with `items`, where `starts` says, which has room for two more; `levels` of the
 * sketch counts them.  Afterwards they are close together there.  `scratch` has room
 * for level 0. */
void kll_compress(struct kll *sketch, double *items, uint32_t *starts, double *scratch);

/* kll_coin.c */

bool kll_toss(void *ctx, uint64_t n, int level, const double *values, size_t count);

/* kll_sort.c */

/* Sorts values of which none is NaN; `scratch` has room for as many. */
void kll_sort(double *values, size_t count, double *scratch);

/* Merges two ascending arrays into `out`, which may be that of b, so far before it as a
 * is long. */
void kll_merge_sorted(const double *a, size_t a_count, const double *b, size_t b_count,
                      double *out);

/* The same, faster, into an array of its own.  Both have a place before and one behind
 * them, which are overwritten. */
void kll_merge_guarded(double *a, size_t a_count, double *b, size_t b_count,
                       double *out);

/* kll_image.c */

/* A sketch that is read: an image, or one in memory. */
struct kll_source {
    int k;
    int min_k;
    uint64_t n;
    int levels;
    bool is_sorted;
    double least;
    double most;
    uint32_t starts[KLL_MOST_LEVELS + 1]; /* from 0 on, and the end */
    const double *values;                 /* NULL: they are in an image */
    const uint8_t *bytes;
    size_t first; /* where those are */
};

enum { KLL_IS_EMPTY = 1, KLL_IS_SORTED = 2, KLL_IS_SINGLE = 4 };

bool kll_recognises(const uint8_t *bytes, size_t size);

/* What the head of an image says whose values take `width` bytes each.  False unless it
 * has the right length, and the levels and their values fit together. */
bool kll_image_head(struct kll_source *image, const uint8_t *bytes, size_t size,
                    size_t width);

/* False unless the values are a sketch's: in order, between the ends. */
bool kll_source_is_sound(const struct kll_source *source);

/* False unless these bytes are a sound image of doubles. */
bool kll_image_open(struct kll_source *image, const uint8_t *bytes, size_t size);

struct kll_source kll_source_of(const struct kll *sketch);

double kll_source_value(const struct kll_source *source, size_t at);
void kll_source_copy(const struct kll_source *source, size_t from, size_t to,
                     double *out);

/* Whether an image has its smallest and its largest value before the others. */
bool kll_image_has_ends(const struct kll_source *image);

/* kll_read.c */

/* Makes an empty sketch hold what the source does; its values go into the block, which
 * has room for them. */
void kll_fill(struct kll *sketch, const struct kll_source *source, double *block,
              uint32_t room);

/* The same with a block from the hook. */
enum sketch_status kll_copy(struct kll *sketch, const struct kll_source *source);

#endif
