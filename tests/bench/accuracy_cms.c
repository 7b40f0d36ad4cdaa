/*
 * How far count-min is from the truth at its default size: on skewed and even streams
 * of integers, how many estimates are too small, which none may be, and how many are
 * too large by more than eps times the rows, which a share of delta may be.  And how
 * many bytes a stored sketch takes.  Fails when a promise is broken.
 */
#include "stream.h"

#include "cms.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { ACCURACY_ROWS = 5000000 };

struct accuracy_stream {
    const char *name;
    double exponent;
    uint32_t values;
    size_t bytes; /* of the stored sketch, at most; 0: any */
};

struct accuracy_result {
    uint64_t below;
    uint64_t beyond;
    uint64_t seen;
    double mean; /* error, in rows */
};

static struct accuracy_result accuracy_compare(const struct cms *sketch,
                                               const uint32_t *truth, uint32_t values)
{
    struct accuracy_result result = {.mean = 0};
    for (uint32_t i = 0; i < values; i++) {
        if (truth[i] == 0) {
            continue;
        }
        uint64_t estimate = cms_estimate(sketch, hash_u64(i));
        double error = (double)estimate - truth[i];
        result.below += estimate < truth[i];
        result.beyond += error > cms_error(sketch);
        result.mean += error;
        result.seen++;
    }
    result.mean /= (double)result.seen;
    return result;
}

static bool accuracy_measure(const struct accuracy_stream *stream)
{
    struct stream_random random = {6};
    struct stream_zipf zipf;
    struct cms *sketch = NULL;
    uint8_t *bytes = NULL;
    size_t size = 0;
    uint32_t *truth = stream_allocate(stream->values, sizeof *truth);
    stream_zipf_create(&zipf, stream->values, stream->exponent);
    enum sketch_status status =
        cms_create(&sketch, CMS_EPS, CMS_DELTA, &sketch_libc_memory);
    for (uint32_t i = 0; status == SKETCH_OK && i < ACCURACY_ROWS; i++) {
        uint32_t value = stream_zipf_draw(&zipf, &random);
        truth[value]++;
        status = cms_add(sketch, hash_u64(value), 1);
    }
    if (status == SKETCH_OK) {
        status = cms_serialise(sketch, &bytes, &size);
    }
    bool met = status == SKETCH_OK;
    if (met) {
        struct accuracy_result result = accuracy_compare(sketch, truth, stream->values);
        double share = (double)result.beyond / (double)result.seen;
        met = result.below == 0 && share <= CMS_DELTA &&
              (stream->bytes == 0 || size <= stream->bytes);
        printf("%-28s %8llu %10.6f %10.1f %8zu  %s\n", stream->name,
               (unsigned long long)result.below, share, result.mean, size,
               met ? "met" : "MISSED");
    }
    free(bytes);
    cms_free(sketch);
    stream_zipf_free(&zipf);
    free(truth);
    return met;
}

int main(void)
{
    static const struct accuracy_stream streams[] = {
        {"Zipf 1.0, 200,000 values", 1.0, 200000, 0},
        {"Zipf 0.8, 200,000 values", 0.8, 200000, 0},
        {"even, 200,000 values", 0.0, 200000, 0},
        {"Zipf 1.0, 1,000 values", 1.0, 1000, 12 * 1024},
        {"even, 1,000 values", 0.0, 1000, 12 * 1024},
    };
    printf("count-min of eps %g, delta %g, %d rows\n\n%-28s %8s %10s %10s %8s\n",
           CMS_EPS, CMS_DELTA, ACCURACY_ROWS, "stream", "below", "beyond", "mean",
           "bytes");
    bool met = true;
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
        met = accuracy_measure(&streams[i]) && met;
    }
    return met ? 0 : 1;
}
