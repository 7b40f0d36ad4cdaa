/*
 * bench_bytes: what bytes from strangers cost: for each subject, of its images and of
 * all that absurd fields make of them, at two sizes, the most nanoseconds and the most
 * memory at once for each byte that is read or refused, and the most microseconds that
 * all questions to what was read take together.  Each is the best of some runs.
 */
#include "hostile.h"
#include "ration.h"
#include "subjects.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BENCH_RUNS = 5 };

struct bench_cost {
    double read;   /* nanoseconds a byte */
    double memory; /* bytes a byte */
    double asked;  /* microseconds */
};

struct bench_worst {
    const struct subject *subject;
    struct bench_cost most;
};

static double bench_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static struct bench_cost bench_read(const struct subject *s, const uint8_t *bytes,
                                    size_t size)
{
    struct ration ration = {.grants = RATION_UNLIMITED};
    struct sketch_memory memory = ration_memory(&ration);
    struct bench_cost cost = {0};
    void *sketch = NULL;
    double start = bench_now();
    bool read = s->ops->deserialise(&sketch, bytes, size, &memory) == SKETCH_OK;
    double end = bench_now();
    cost.read = (end - start) / (double)size;
    cost.memory = (double)ration.peak / (double)size;
    if (read) {
        s->ask(sketch, &memory);
        cost.asked = (bench_now() - end) / 1000;
    }
    s->ops->free(sketch);
    return cost;
}

static void bench_try(void *ctx, const uint8_t *bytes, size_t size)
{
    struct bench_worst *worst = ctx;
    struct bench_cost least = bench_read(worst->subject, bytes, size);
    struct bench_cost *most = &worst->most;
    /* Once does for all that are not the worst. */
    for (int run = 1;
         run < BENCH_RUNS && (least.read > most->read || least.asked > most->asked);
         run++) {
        struct bench_cost cost = bench_read(worst->subject, bytes, size);
        least.read = fmin(least.read, cost.read);
        least.asked = fmin(least.asked, cost.asked);
    }
    most->read = fmax(most->read, least.read);
    most->memory = fmax(most->memory, least.memory);
    most->asked = fmax(most->asked, least.asked);
}

static void bench_subject(const struct subject *s, uint64_t items)
{
    struct bench_worst worst = {.subject = s};
    void *sketch = NULL;
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (subject_fill(s, &sketch, 0, items, &sketch_libc_memory) != SKETCH_OK ||
        s->ops->serialise(sketch, &bytes, &size) != SKETCH_OK) {
        fprintf(stderr, "bench_bytes: %s\n", sketch_message(SKETCH_NOMEM));
        exit(1);
    }
    hostile_images(bytes, size, bench_try, &worst);
    printf("%-26s %5zu bytes: %7.1f ns and %5.1f bytes a byte, questions %6.1f us\n",
           s->name, size, worst.most.read, worst.most.memory, worst.most.asked);
    s->ops->free(sketch);
    free(bytes);
}

int main(void)
{
    for (size_t i = 0; i < subject_count; i++) {
        bench_subject(subjects[i], 60);
        bench_subject(subjects[i], SUBJECT_LONG);
    }
    return 0;
}
