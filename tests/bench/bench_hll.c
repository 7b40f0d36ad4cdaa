/*
 * What HyperLogLog costs beside the hash that it needs, in one process.
 *
 * Each row is the best of several rounds in which all candidates take turns, so
 * that a busy machine disturbs them alike; what counts are the ratios.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hll.h"

enum { ROUNDS = 7, ADDS = 4000000, WORDS = 1 << 16, WORD_SIZE = 7, GROUP = 100 };

static uint8_t words[WORDS][WORD_SIZE];
static struct hll *sketches[2];
static volatile uint64_t sink;

static void must(enum sketch_status status)
{
    if (status != SKETCH_OK) {
        fprintf(stderr, "bench_hll: %s\n", sketch_message(status));
        exit(1);
    }
}

static struct hll *create(int precision)
{
    struct hll *sketch;
    must(hll_create(&sketch, precision, &sketch_libc_memory));
    return sketch;
}

static void hash_integers(int precision)
{
    uint64_t sum = (uint64_t)precision;
    for (uint64_t i = 0; i < ADDS; i++) {
        struct hash hash = hash_u64(i);
        sum += hash.h1 ^ hash.h2;
    }
    sink = sum;
}

static void add_integers(int precision)
{
    struct hll *sketch = create(precision);
    for (uint64_t i = 0; i < ADDS; i++) {
        must(hll_add(sketch, hash_u64(i)));
    }
    hll_free(sketch);
}

static void hash_words(int precision)
{
    uint64_t sum = (uint64_t)precision;
    for (size_t i = 0; i < ADDS; i++) {
        struct hash hash = hash_bytes(words[i % WORDS], WORD_SIZE);
        sum += hash.h1 ^ hash.h2;
    }
    sink = sum;
}

static void add_words(int precision)
{
    struct hll *sketch = create(precision);
    for (size_t i = 0; i < ADDS; i++) {
        must(hll_add(sketch, hash_bytes(words[i % WORDS], WORD_SIZE)));
    }
    hll_free(sketch);
}

/* Sketches of few items, begun, filled, written and freed: GROUP BY. */
static void add_in_groups(int precision)
{
    for (uint64_t group = 0; group < ADDS / GROUP; group++) {
        uint8_t *bytes;
        size_t size;
        struct hll *sketch = create(precision);
        for (uint64_t i = 0; i < GROUP; i++) {
            must(hll_add(sketch, hash_u64(group * GROUP + i)));
        }
        must(hll_serialise(sketch, &bytes, &size));
        free(bytes);
        hll_free(sketch);
    }
}

static void merge_registers(int precision)
{
    (void)precision;
    for (int i = 0; i < 1000; i++) {
        must(hll_merge(sketches[0], sketches[1]));
    }
}

static void estimate_merged(int precision)
{
    (void)precision;
    double sum = 0;
    for (int i = 0; i < 1000; i++) {
        sum += hll_estimate(sketches[0]);
    }
    sink = (uint64_t)sum;
}

static void write_and_read(int precision)
{
    (void)precision;
    for (int i = 0; i < 1000; i++) {
        uint8_t *bytes;
        size_t size;
        struct hll *again;
        must(hll_serialise(sketches[1], &bytes, &size));
        must(hll_deserialise(&again, bytes, size, &sketch_libc_memory));
        free(bytes);
        hll_free(again);
    }
}

static double nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

int main(void)
{
    static const struct {
        const char *name;
        void (*run)(int precision);
        int precision;
        int times;
        int beside; /* the row to compare with, or -1 */
    } rows[] = {
        {"hash an integer", hash_integers, 0, ADDS, -1},
        {"hash and add an integer, lg_k 12", add_integers, 12, ADDS, 0},
        {"hash and add an integer, lg_k 14", add_integers, 14, ADDS, 0},
        {"hash a word of 7 letters", hash_words, 0, ADDS, -1},
        {"hash and add a word, lg_k 12", add_words, 12, ADDS, 3},
        {"hash and add a word, lg_k 14", add_words, 14, ADDS, 3},
        {"an integer, in groups of 100, lg_k 12", add_in_groups, 12, ADDS, 0},
        {"merge registers, lg_k 12", merge_registers, 12, 1000, -1},
        {"merge registers, lg_k 14", merge_registers, 14, 1000, -1},
        {"estimate after merging, lg_k 12", estimate_merged, 12, 1000, -1},
        {"estimate after merging, lg_k 14", estimate_merged, 14, 1000, -1},
        {"write and read an image, lg_k 12", write_and_read, 12, 1000, -1},
        {"write and read an image, lg_k 14", write_and_read, 14, 1000, -1},
    };
    enum { COUNT = sizeof rows / sizeof *rows };
    double best[COUNT];
    for (int i = 0; i < WORDS; i++) {
        char text[WORD_SIZE + 1];
        snprintf(text, sizeof text, "%07x", (unsigned)i * 2654435761u % 0xfffffff);
        memcpy(words[i], text, WORD_SIZE);
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < COUNT; i++) {
            for (int s = 0; s < 2; s++) {
                sketches[s] = create(rows[i].precision ? rows[i].precision : 12);
                for (uint64_t item = 0; item < 100000; item++) {
                    must(hll_add(sketches[s], hash_u64(item + (uint64_t)s * 50000)));
                }
            }
            must(hll_merge(sketches[0], sketches[1]));
            double start = nanoseconds();
            rows[i].run(rows[i].precision);
            double took = (nanoseconds() - start) / rows[i].times;
            best[i] = round == 0 || took < best[i] ? took : best[i];
            hll_free(sketches[0]);
            hll_free(sketches[1]);
        }
    }
    for (int i = 0; i < COUNT; i++) {
        printf("%-40s %9.2f ns", rows[i].name, best[i]);
        if (rows[i].beside >= 0) {
            printf("   %.2f x the hash", best[i] / best[rows[i].beside]);
        }
        putchar('\n');
    }
    return 0;
}
