/*
 * What values cost that somebody has chosen against the hash, whose seed everybody
 * knows: millions of rows in a second, beside those of random values of the same
 * length, and how many times longer the chosen ones take.  Each is the fastest of some
 * runs, in turn.
 *
 * Fails when that is more than the last column allows.
 */
#include "chosen.h"
#include "stream.h"

#include "cms.h"
#include "hll_private.h"
#include "hll_slide.h"
#include "keyed.h"
#include "reservoir.h"
#include "sample_keep.h"
#include "theta.h"
#include "topk_distinct.h"
#include "topk_slide.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { KEYS_ROWS = 400000, KEYS_ROUNDS = 3, KEYS_LONGEST = 2 * CHOSEN_BLOCK };

typedef enum sketch_status keys_run(const struct item *rows, int size);

static enum sketch_status keys_topk(const struct item *rows, int size)
{
    struct topk *sketch;
    enum sketch_status status =
        topk_create(&sketch, size, topk_default_counters(size), &sketch_libc_memory);
    for (uint32_t i = 0; status == SKETCH_OK && i < KEYS_ROWS; i++) {
        status = topk_add(sketch, rows[i], 1);
    }
    topk_free(sketch);
    return status;
}

static enum sketch_status keys_topk_frame(const struct item *rows, int size)
{
    struct topk_slide *slide;
    enum sketch_status status = topk_slide_create(&slide, 25, &sketch_libc_memory);
    for (int i = 0; status == SKETCH_OK && i < KEYS_ROWS; i++) {
        if (i >= size) {
            topk_slide_remove(slide, rows[i - size], 1);
        }
        status = topk_slide_add(slide, rows[i], 1);
    }
    topk_slide_free(slide);
    return status;
}

static enum sketch_status keys_topk_distinct(const struct item *rows, int size)
{
    struct topk_distinct *sketch;
    enum sketch_status status =
        topk_distinct_create(&sketch, size, TOPK_DISTINCT_LG_K, &sketch_libc_memory);
    for (uint32_t i = 0; status == SKETCH_OK && i < KEYS_ROWS; i++) {
        status = topk_distinct_add(sketch, rows[i], hash_u64(i % 100));
    }
    topk_distinct_free(sketch);
    return status;
}

static enum sketch_status keys_by(const struct item *rows, int size)
{
    const struct keyed_kind *kind = keyed_kind_of(&hll_ops);
    struct keyed *keyed;
    enum sketch_status status = keyed_create(&keyed, kind, NULL, &sketch_libc_memory);
    for (uint32_t i = 0; status == SKETCH_OK && i < KEYS_ROWS; i++) {
        struct hash hash = keyed_hash(&rows[i]);
        struct hll *sketch = keyed_find(keyed, &rows[i], hash, KEYED_NONE);
        if (!sketch) {
            status = hll_create(&sketch, size, &sketch_libc_memory);
            status = status ? status : keyed_put(keyed, &rows[i], hash, sketch);
        }
        status = status ? status : hll_add(sketch, hash_u64(i));
    }
    keyed_free(keyed);
    return status;
}

static enum sketch_status keys_hll(const struct item *rows, int size)
{
    struct hll *sketch;
    enum sketch_status status = hll_create(&sketch, size, &sketch_libc_memory);
    for (uint32_t i = 0; status == SKETCH_OK && i < KEYS_ROWS; i++) {
        status = hll_add(sketch, item_bytes_hash(rows[i]));
    }
    hll_free(sketch);
    return status;
}

static enum sketch_status keys_hll_frame(const struct item *rows, int size)
{
    struct hll_slide *slide;
    enum sketch_status status =
        hll_slide_create(&slide, HLL_PRECISION, &sketch_libc_memory);
    for (int i = 0; status == SKETCH_OK && i < KEYS_ROWS; i++) {
        if (i >= size) {
            hll_slide_remove(slide, item_bytes_hash(rows[i - size]));
        }
        status = hll_slide_add(slide, item_bytes_hash(rows[i]));
    }
    hll_slide_free(slide);
    return status;
}

static enum sketch_status keys_theta(const struct item *rows, int size)
{
    struct theta *sketch;
    enum sketch_status status = theta_create(&sketch, size, &sketch_libc_memory);
    for (uint32_t i = 0; status == SKETCH_OK && i < KEYS_ROWS; i++) {
        status = theta_add(sketch, item_bytes_hash(rows[i]));
    }
    theta_free(sketch);
    return status;
}

static enum sketch_status keys_cms(const struct item *rows, int size)
{
    struct cms *sketch;
    enum sketch_status status =
        cms_create(&sketch, 1.0 / size, CMS_DELTA, &sketch_libc_memory);
    for (uint32_t i = 0; status == SKETCH_OK && i < KEYS_ROWS; i++) {
        status = cms_add(sketch, item_bytes_hash(rows[i]), 1);
    }
    cms_free(sketch);
    return status;
}

static enum sketch_status keys_reservoir(const struct item *rows, int size)
{
    struct reservoir *sketch;
    enum sketch_status status =
        reservoir_create(&sketch, (uint32_t)size, 1, &sketch_libc_memory);
    for (uint32_t i = 0; status == SKETCH_OK && i < KEYS_ROWS; i++) {
        status = reservoir_pass(sketch) ? SKETCH_OK : reservoir_add(sketch, rows[i]);
    }
    reservoir_free(sketch);
    return status;
}

static enum sketch_status keys_keep(const struct item *rows, int size)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < KEYS_ROWS; i++) {
        kept += sample_keeps(item_hash(rows[i]), 1.0 / size, 1);
    }
    return kept <= KEYS_ROWS ? SKETCH_OK : SKETCH_RANGE;
}

/* What the hash of the i-th value shall be. */
typedef struct hash keys_choice(uint32_t i, struct random *random);

static struct hash keys_any(uint32_t i, struct random *random)
{
    (void)i;
    struct hash hash = {random_next(random), 0};
    hash.h2 = random_next(random);
    return hash;
}

/* One place in any table. */
static struct hash keys_one_place(uint32_t i, struct random *random)
{
    struct hash hash = keys_any(i, random);
    hash.h1 = (hash.h1 << 32) | 0x1234567;
    return hash;
}

/* One half of the hash. */
static struct hash keys_one_half(uint32_t i, struct random *random)
{
    struct hash hash = keys_any(i, random);
    hash.h1 = UINT64_C(0x123456789abcdef);
    return hash;
}

/* All of the hash. */
static struct hash keys_one_hash(uint32_t i, struct random *random)
{
    (void)i;
    (void)random;
    return (struct hash){UINT64_C(0x123456789abcdef), 42};
}

/* A coupon is a value, which is not 0, and an address. */
static struct hash keys_of_coupon(uint32_t coupon)
{
    uint32_t value = coupon >> HLL_ADDRESS_BITS;
    return (struct hash){coupon & HLL_ADDRESS, UINT64_C(1) << (64 - value)};
}

/* One way through the tables of a HyperLogLog of up to 2^13 cells, which is as long as
 * there are coupons: 126 of them begin at each of its places. */
static struct hash keys_one_way(uint32_t i, struct random *random)
{
    (void)random;
    uint32_t stride = 7;
    uint32_t home = (5 + (i / 126) * 126 % 768 * stride) & 0x3ff;
    return keys_of_coupon((1 + i % 63) << HLL_ADDRESS_BITS |
                          (stride - i / 63 % 2) << 10 | home);
}

/* Coupons whose products with a number that everybody may know agree in the bits 7 to
 * 21, as it is there. */
static struct hash keys_one_product(uint32_t i, struct random *random)
{
    (void)random;
    uint32_t coupon;
    uint32_t high = 2 * (i >> 7);
    do {
        coupon = ((i & 127) | high++ << 22) * UINT32_C(0xe8b2f51);
    } while (coupon >> HLL_ADDRESS_BITS == 0);
    return keys_of_coupon(coupon);
}

/* One way through the tables of theta. */
static struct hash keys_one_theta(uint32_t i, struct random *random)
{
    (void)random;
    (void)i;
    uint64_t high;
    do {
        high = random_next(random) << 23 >> 1;
    } while (((high | 1) * HASH_C1 >> 32 & 0x1ffe) != 0);
    return (struct hash){(high | 1) << 1, 1};
}

/* Each hash below all before it. */
static struct hash keys_falling(uint32_t i, struct random *random)
{
    struct hash hash = keys_any(i, random);
    hash.h1 = UINT64_MAX - ((uint64_t)i << 40) - (hash.h1 >> 24);
    return hash;
}

struct keys_case {
    const char *name;
    keys_run *run;
    int size;
    uint32_t values; /* different ones; rows draw from them */
    const char *choice_name;
    keys_choice *choice;
    size_t length;
    uint64_t seed;
    double most;
};

/* Different values, and rows of them in no order, or each in its turn. */
static uint8_t *keys_make(struct item *rows, const struct keys_case *one,
                          keys_choice *choice)
{
    struct random random = {one->values};
    uint8_t *bytes = stream_allocate(one->values, one->length);
    for (uint32_t i = 0; i < one->values; i++) {
        uint8_t *value = bytes + i * one->length;
        for (size_t j = 0; j + CHOSEN_BLOCK < one->length; j++) {
            value[j] = (uint8_t)(i >> 8 * (j % 4));
        }
        chosen_end(value, one->length, choice(i, &random), one->seed);
    }
    for (uint32_t i = 0; i < KEYS_ROWS; i++) {
        uint32_t which = i < one->values ? i : stream_below(&random, one->values);
        rows[i] = item_text(bytes + which * one->length, (uint32_t)one->length);
    }
    return bytes;
}

static double keys_time(const struct keys_case *one, const struct item *rows)
{
    struct timespec start;
    struct timespec end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    enum sketch_status status = one->run(rows, one->size);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    if (status != SKETCH_OK) {
        fprintf(stderr, "%s: %s\n", one->name, sketch_message(status));
        exit(1);
    }
    return (double)(end.tv_sec - start.tv_sec) +
           (double)(end.tv_nsec - start.tv_nsec) * 1e-9;
}

static bool keys_measure(const struct keys_case *one, struct item *random,
                         struct item *chosen)
{
    uint8_t *random_bytes = keys_make(random, one, keys_any);
    uint8_t *chosen_bytes = keys_make(chosen, one, one->choice);
    double usual = HUGE_VAL;
    double slow = HUGE_VAL;
    for (int i = 0; i < KEYS_ROUNDS; i++) {
        usual = fmin(usual, keys_time(one, random));
        slow = fmin(slow, keys_time(one, chosen));
    }
    bool met = slow <= one->most * usual;
    printf("%-14s %7d  %-12s %7u %8.2f %8.2f %8.2f %6g%s\n", one->name, one->size,
           one->choice_name, one->values, KEYS_ROWS / usual * 1e-6,
           KEYS_ROWS / slow * 1e-6, slow / usual, one->most, met ? "" : "  MISSED");
    fflush(stdout);
    free(random_bytes);
    free(chosen_bytes);
    return met;
}

/* clang-format off */
#define KEYS_16 CHOSEN_BLOCK, HASH_SEED
#define KEYS_32 KEYS_LONGEST, HASH_SEED
#define KEYS_OF_TEXT ((uint64_t)ITEM_TEXT << 32 | HASH_SEED)
static const struct keys_case keys_cases[] = {
    {"topk",         keys_topk,          25,    100,    "place",   keys_one_place,   KEYS_16, 4},
    {"topk",         keys_topk,          25,    1000,   "place",   keys_one_place,   KEYS_16, 4},
    {"topk",         keys_topk,          25,    1000,   "half",    keys_one_half,    KEYS_16, 16},
    {"topk",         keys_topk,          25,    1000,   "hash",    keys_one_hash,    KEYS_32, 16},
    {"topk",         keys_topk,          1000,  1000,   "place",   keys_one_place,   KEYS_16, 3},
    {"topk",         keys_topk,          1000,  10000,  "place",   keys_one_place,   KEYS_16, 3},
    {"topk",         keys_topk,          1000,  10000,  "half",    keys_one_half,    KEYS_16, 16},
    {"topk",         keys_topk,          1000,  10000,  "hash",    keys_one_hash,    KEYS_32, 16},
    {"topk",         keys_topk,          10000, 10000,  "place",   keys_one_place,   KEYS_16, 2},
    {"topk",         keys_topk,          10000, 80000,  "place",   keys_one_place,   KEYS_16, 2},
    {"topk",         keys_topk,          10000, 80000,  "half",    keys_one_half,    KEYS_16, 16},
    {"topk",         keys_topk,          10000, 80000,  "hash",    keys_one_hash,    KEYS_32, 16},
    {"topk frame",   keys_topk_frame,    1000,  1000,   "place",   keys_one_place,   KEYS_16, 4},
    {"topk frame",   keys_topk_frame,    10000, 10000,  "place",   keys_one_place,   KEYS_16, 4},
    {"topk frame",   keys_topk_frame,    10000, 10000,  "hash",    keys_one_hash,    KEYS_32, 4},
    {"topk_distinct",keys_topk_distinct, 25,    100,    "place",   keys_one_place,   KEYS_16, 2},
    {"topk_distinct",keys_topk_distinct, 25,    1000,   "hash",    keys_one_hash,    KEYS_32, 4},
    {"topk_distinct",keys_topk_distinct, 1000,  1000,   "place",   keys_one_place,   KEYS_16, 2},
    {"topk_distinct",keys_topk_distinct, 1000,  10000,  "place",   keys_one_place,   KEYS_16, 2},
    {"topk_distinct",keys_topk_distinct, 1000,  10000,  "hash",    keys_one_hash,    KEYS_32, 2},
    {"hll_by",       keys_by,            12,    1000,   "place",   keys_one_place,   CHOSEN_BLOCK, KEYS_OF_TEXT, 2},
    {"hll_by",       keys_by,            12,    10000,  "place",   keys_one_place,   CHOSEN_BLOCK, KEYS_OF_TEXT, 2},
    {"hll_by",       keys_by,            12,    10000,  "hash",    keys_one_hash,    KEYS_LONGEST, KEYS_OF_TEXT, 2},
    {"hll_by",       keys_by,            12,    100000, "place",   keys_one_place,   CHOSEN_BLOCK, KEYS_OF_TEXT, 2},
    {"hll",          keys_hll,           12,    10000,  "place",   keys_one_place,   KEYS_16, 4},
    {"hll",          keys_hll,           13,    760,    "way",     keys_one_way,     KEYS_16, 6},
    {"hll",          keys_hll,           21,    100000, "place",   keys_one_place,   KEYS_16, 4},
    {"hll frame",    keys_hll_frame,     1000,  1000,   "product", keys_one_product, KEYS_16, 2},
    {"hll frame",    keys_hll_frame,     10000, 10000,  "product", keys_one_product, KEYS_16, 2},
    {"theta",        keys_theta,         12,    1000,   "way",     keys_one_theta,   KEYS_16, 2},
    {"theta",        keys_theta,         12,    7000,   "way",     keys_one_theta,   KEYS_16, 2},
    {"theta",        keys_theta,         12,    300000, "falling", keys_falling,     KEYS_16, 6},
    {"cms",          keys_cms,           1000,  10000,  "place",   keys_one_place,   KEYS_16, 2},
    {"cms",          keys_cms,           1000,  10000,  "hash",    keys_one_hash,    KEYS_32, 2},
    {"reservoir",    keys_reservoir,     1000,  10000,  "hash",    keys_one_hash,    KEYS_32, 2},
    {"sample_keep",  keys_keep,          10,    10000,  "place",   keys_one_place,   KEYS_16, 2},
};
/* clang-format on */

int main(int argc, char **argv)
{
    struct item *random = stream_allocate(KEYS_ROWS, sizeof *random);
    struct item *chosen = stream_allocate(KEYS_ROWS, sizeof *chosen);
    bool met = true;
    printf("%-14s %7s  %-12s %7s %8s %8s %8s %6s\n", "", "size", "chosen for", "values",
           "random", "chosen", "times", "most");
    for (size_t i = 0; i < sizeof keys_cases / sizeof *keys_cases; i++) {
        if (argc < 2 || strcmp(argv[1], keys_cases[i].name) == 0) {
            met = keys_measure(&keys_cases[i], random, chosen) && met;
        }
    }
    free(random);
    free(chosen);
    return met ? 0 : 1;
}
