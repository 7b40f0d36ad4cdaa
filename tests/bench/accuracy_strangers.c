/*
 * What values do to answers that somebody has chosen who knows the hash and its seed:
 * what is asked, how many there are or were, what is answered, and what is promised of
 * values that nobody has chosen.
 *
 * Prints a table, tab separated.  What is promised whatever the values are, the bounds
 * of top-k, has to hold: else it fails.
 */
#include "chosen.h"
#include "stream.h"

#include "cms.h"
#include "hll.h"
#include "reservoir.h"
#include "theta.h"
#include "topk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STRANGERS = 20000,
    STRANGERS_LENGTH = 2 * CHOSEN_BLOCK,
    STRANGERS_ROWS = 500000,
    STRANGERS_SEED = 7,
    STRANGERS_SAMPLE = 10
};

typedef struct hash strangers_choice(uint32_t i);

/* All of them one value. */
static struct hash strangers_one(uint32_t i)
{
    (void)i;
    return (struct hash){UINT64_C(0x0123456789abcdef), 42};
}

/* The smallest hashes there are, and of each register the highest value. */
static struct hash strangers_many(uint32_t i)
{
    return (struct hash){(uint64_t)i + 2, 1};
}

/* Different texts of these hashes. */
static uint8_t *strangers_make(strangers_choice *choice, uint32_t count)
{
    uint8_t *bytes = stream_allocate(count, STRANGERS_LENGTH);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *text = bytes + (size_t)i * STRANGERS_LENGTH;
        memcpy(text, &i, sizeof i);
        chosen_end(text, STRANGERS_LENGTH, choice(i), HASH_SEED);
    }
    return bytes;
}

static struct item strangers_item(const uint8_t *bytes, uint32_t i)
{
    return item_text(bytes + (size_t)i * STRANGERS_LENGTH, STRANGERS_LENGTH);
}

static void strangers_check(enum sketch_status status)
{
    if (status != SKETCH_OK) {
        fprintf(stderr, "%s\n", sketch_message(status));
        exit(1);
    }
}

static void strangers_print(const char *asked, const char *values, double truth,
                            double answer, double promised, bool met)
{
    printf("%s\t%s\t%.0f\t%.0f\t%.0f\t%s\n", asked, values, truth, answer, promised,
           met ? "met" : "MISSED");
}

/* How many different values? */
static void strangers_count(const char *values, strangers_choice *choice)
{
    uint8_t *bytes = strangers_make(choice, STRANGERS);
    struct hll *hll;
    struct theta *theta;
    strangers_check(hll_create(&hll, HLL_PRECISION, &sketch_libc_memory));
    strangers_check(theta_create(&theta, THETA_LG_K, &sketch_libc_memory));
    for (uint32_t i = 0; i < STRANGERS; i++) {
        struct hash hash = item_bytes_hash(strangers_item(bytes, i));
        strangers_check(hll_add(hll, hash));
        strangers_check(theta_add(theta, hash));
    }
    strangers_print("hll_count", values, STRANGERS, hll_estimate(hll), 0.02 * STRANGERS,
                    true);
    strangers_print("theta_count", values, STRANGERS, theta_estimate(theta),
                    0.03 * STRANGERS, true);
    struct hll *merged;
    strangers_check(hll_create(&merged, HLL_PRECISION, &sketch_libc_memory));
    strangers_check(hll_merge(merged, hll));
    strangers_check(hll_merge(merged, hll));
    strangers_print("hll_merge", values, STRANGERS, hll_estimate(merged),
                    0.02 * STRANGERS, true);
    hll_free(merged);
    hll_free(hll);
    theta_free(theta);
    free(bytes);
}

/* One word more that never came, behind ordinary rows and others of its hash. */
static void strangers_lift(void)
{
    enum { LIFTED = 3, TIMES = 400 };
    uint8_t *bytes = strangers_make(strangers_one, LIFTED + 1);
    struct random random = {5};
    struct cms *cms;
    strangers_check(cms_create(&cms, CMS_EPS, CMS_DELTA, &sketch_libc_memory));
    for (uint32_t i = 0; i < STRANGERS_ROWS - LIFTED * TIMES; i++) {
        strangers_check(cms_add(cms, hash_u64(stream_below(&random, 200000)), 1));
    }
    for (uint32_t i = 0; i < LIFTED * TIMES; i++) {
        struct item item = strangers_item(bytes, i % LIFTED);
        strangers_check(cms_add(cms, item_bytes_hash(item), 1));
    }
    uint64_t answer = cms_estimate(cms, item_bytes_hash(strangers_item(bytes, LIFTED)));
    strangers_print("cms_get", "one that never came, lifted by 3", 0, (double)answer,
                    cms_error(cms), true);
    cms_free(cms);
    free(bytes);
}

/* The rows of a sample whose seed is known are known before there is one. */
static void strangers_foresee(void)
{
    enum { ROWS = 1000 };
    struct reservoir *trial;
    struct reservoir *sample;
    uint32_t chosen = 0;
    strangers_check(reservoir_create(&trial, STRANGERS_SAMPLE, STRANGERS_SEED,
                                     &sketch_libc_memory));
    strangers_check(reservoir_create(&sample, STRANGERS_SAMPLE, STRANGERS_SEED,
                                     &sketch_libc_memory));
    for (int i = 0; i < ROWS; i++) {
        strangers_check(reservoir_add(trial, item_integer(i)));
    }
    bool taken[ROWS] = {false};
    for (uint32_t i = 0; i < reservoir_count(trial); i++) {
        taken[item_as_integer(reservoir_item(trial, i))] = true;
    }
    for (int i = 0; i < ROWS; i++) { /* the stranger's are -1 */
        strangers_check(reservoir_add(sample, item_integer(taken[i] ? -1 : i)));
    }
    for (uint32_t i = 0; i < reservoir_count(sample); i++) {
        chosen += item_as_integer(reservoir_item(sample, i)) == -1;
    }
    strangers_print("reservoir_sample", "10 of 1,000 rows, the seed known",
                    (double)STRANGERS_SAMPLE * STRANGERS_SAMPLE / ROWS, chosen,
                    STRANGERS_SAMPLE, true);
    reservoir_free(trial);
    reservoir_free(sample);
}

/* How many of the bounds of top-k do not hold for values of one hash? */
static bool strangers_bounds(void)
{
    uint8_t *bytes = strangers_make(strangers_one, STRANGERS);
    uint32_t *truth = stream_allocate(STRANGERS, sizeof *truth);
    struct random random = {6};
    struct stream_zipf zipf;
    struct topk *topk;
    uint32_t broken = 0;
    stream_zipf_create(&zipf, STRANGERS, 1.0);
    strangers_check(
        topk_create(&topk, 25, topk_default_counters(25), &sketch_libc_memory));
    for (uint32_t i = 0; i < STRANGERS_ROWS; i++) {
        uint32_t value = stream_zipf_draw(&zipf, &random);
        truth[value]++;
        strangers_check(topk_add(topk, strangers_item(bytes, value), 1));
    }
    for (uint32_t i = 0; i < STRANGERS; i++) {
        struct topk_row row = topk_lookup(topk, strangers_item(bytes, i));
        broken += row.count < truth[i] || row.count - row.error > truth[i];
    }
    strangers_print("topk: bounds that do not hold", "20,000 of one hash", 0, broken, 0,
                    broken == 0);
    topk_free(topk);
    stream_zipf_free(&zipf);
    free(truth);
    free(bytes);
    return broken == 0;
}

int main(void)
{
    puts("asked\tvalues\ttruth\tanswer\tpromised\tverdict");
    strangers_count("20,000 of one hash", strangers_one);
    strangers_count("20,000 of the smallest hashes", strangers_many);
    strangers_lift();
    strangers_foresee();
    return strangers_bounds() ? 0 : 1;
}
